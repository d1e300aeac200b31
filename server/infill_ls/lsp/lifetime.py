"""When the process has to end although nobody said ``exit``: signals, and the editor's own death."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

POLL_S = 0.5
"""How often the parent is looked for where the system offers no notice of its end."""


def watch_signals(leave: Callable[[int], None]) -> None:
    """Call ``leave(128 + n)`` on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, leave, 128 + number)
        except NotImplementedError:  # Windows
            signal.signal(
                number, lambda caught, _frame: loop.call_soon_threadsafe(leave, 128 + caught)
            )


def watch_parent(pid: int, gone: Callable[[], None]) -> None:
    """Call ``gone`` when process ``pid`` ends, even if a sibling still holds our standard input open."""
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        threading.Thread(
            target=_wait_windows, args=(pid, loop, gone), name="infill-ls-parent", daemon=True
        ).start()
        return
    if sys.platform == "linux":
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            loop.call_soon(gone)
            return
        except OSError:
            pass  # an old kernel, or a sandbox without this call
        else:
            loop.add_reader(process, _gone_once, loop, process, gone)
            return
    _poll(pid, loop, gone)


def _gone_once(loop: asyncio.AbstractEventLoop, process: int, gone: Callable[[], None]) -> None:
    # A process that has ended stays readable, and would keep the loop busy for as long as leaving takes.
    loop.remove_reader(process)
    gone()


def _poll(pid: int, loop: asyncio.AbstractEventLoop, gone: Callable[[], None]) -> None:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        gone()
        return
    except PermissionError:
        pass  # it lives, under another user
    loop.call_later(POLL_S, _poll, pid, loop, gone)


def _wait_windows(pid: int, loop: asyncio.AbstractEventLoop, gone: Callable[[], None]) -> None:
    if sys.platform != "win32":
        return
    import ctypes

    synchronize, forever = 0x00100000, 0xFFFFFFFF
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(synchronize, 0, pid)
    if handle:
        kernel.WaitForSingleObject(ctypes.c_void_p(handle), forever)
    loop.call_soon_threadsafe(gone)
