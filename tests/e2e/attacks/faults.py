"""What a flaky machine does: programs that hang, disks that are full, files that are torn, signals, odd environments."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from support.clients.attacks import (
    SERVER,
    Ground,
    Tried,
    asked,
    asks,
    attacked,
    broken,
    client,
    home_of,
    outcome_of,
    peak_mb,
    run,
    settled,
    still_serves,
    suggest,
    traceback_in,
)
from support.engines.raw_server import CLOSE, HANG, STREAM_HEAD, raw_server, response
from support.model_studio.emulator import Emulator, Reply

SHELL = ["sh", "-c"]
HAS_A_KEY = {
    "a child that stays": "sleep 40 & echo sk-9",
    "a child that keeps the output": "(sleep 40; echo more) & printf 'sk-9\\n'",
    "a daemon": "setsid sleep 40 & echo sk-9",
    "a hang behind the key": "echo sk-9; sleep 40",
    "100 MB behind the key": "echo sk-9; head -c 100000000 /dev/zero",
    "errors beside the key": "head -c 10000000 /dev/zero >&2; echo sk-9",
    "white space around the key": "printf '  sk-9  \\n\\n'",
    "a line end of Windows": "printf 'sk-9\\r\\n'",
    "no line end": "printf sk-9",
    "a status behind the key": "echo sk-9; exit 0",
}
HAS_NONE = {
    "a hang": "sleep 40",
    "a hang that takes no signal": "trap '' TERM INT HUP; sleep 40 & wait",
    "a child that hangs": "sleep 40 & exit 1",
    "nothing": "true",
    "a failure": "exit 3",
    "100 MB without a line end": "head -c 100000000 /dev/zero",
    "output without end": "cat /dev/zero",
    "lines without end": "yes ''",
    "bytes": "head -c 1000 /dev/urandom",
    "a question": "read answer; echo $answer",
    "its own end": "kill -9 $$",
    "two words": "echo sk 9",
    "an escape": "printf 'sk-9\\033[2J\\n'",
}


async def key_commands(ground: Ground) -> AsyncIterator[Tried]:
    """A key that is printed is used at once; a command that prints none is ended, and nothing waits for it long."""
    if sys.platform == "win32":
        return
    with Emulator(api_key="sk-9") as studio:
        studio.default = Reply(text="42")
        for name, script in ground.some((HAS_A_KEY | HAS_NONE).items(), 2):
            project = ground.project()
            user = asks(studio.own_url, provider__api_key_command=[*SHELL, script])
            async with attacked(project, user, client=client()) as editor:
                failed = await outcome_of(_with_key(editor, (project / "a.py").as_uri(), has_key=name in HAS_A_KEY))
            yield Tried(name, failed)


async def _with_key(editor, uri, *, has_key) -> str:
    if failed := await still_serves(editor):  # a start takes the longer the more of them there are
        return failed
    started = time.monotonic()
    items = await suggest(editor, uri, "x = ")
    waited = time.monotonic() - started
    if waited > (8 if has_key else 14):
        return f"the first answer after {waited:.0f} s"
    while has_key and not items:
        # Until there is a key, the embedded engine answers, which knows nothing here.
        if time.monotonic() - started > 9:
            return "the key is not used"
        items = await suggest(editor, uri, f"turn = {time.monotonic()}\nx = ")
    if peak_mb(editor) > 250:
        return f"{peak_mb(editor):.0f} MB"
    return await traceback_in(editor)


# Files of the user's...


def _broken_places(home) -> dict[str, dict[str, str]]:
    """Variables and arguments by which a place for files is none."""
    (home / "file").write_text("x")
    (home / "folder").mkdir(exist_ok=True)
    return {
        "no state folder": {"XDG_STATE_HOME": str(home / "none" / "deeper")},
        "a file for the state folder": {"XDG_STATE_HOME": str(home / "file")},
        "a device for the state folder": {"XDG_STATE_HOME": "/dev/null"},
        "the state folder in /proc": {"XDG_STATE_HOME": "/proc"},
        "a file for a home": {"HOME": str(home / "file"), "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""},
        "no home": {"HOME": "", "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""},
        "a home that is none": {"HOME": "/nowhere/at/all", "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""},
        "a relative home": {"HOME": ".", "XDG_STATE_HOME": "", "XDG_CONFIG_HOME": ""},
        "a settings folder": {"INFILL_LS_CONFIG": str(home / "folder")},
        "a settings file that is none": {"INFILL_LS_CONFIG": str(home / "none.toml")},
        "settings from /dev/null": {"INFILL_LS_CONFIG": "/dev/null"},
        "settings from /dev/zero": {"INFILL_LS_CONFIG": "/dev/zero"},
        "no search path": {"PATH": ""},
        "a search path of one file": {"PATH": str(home / "file")},
        "the plainest locale": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        "a locale that is none": {"LC_ALL": "xx_XX.nonsense", "LANG": "x"},
        "a time zone that is none": {"TZ": "Nowhere/At_All:::"},
        "certificates that are none": {"SSL_CERT_FILE": str(home / "file"), "SSL_CERT_DIR": "/nowhere"},
        "a proxy that is none": {"HTTPS_PROXY": "::::", "HTTP_PROXY": "://", "ALL_PROXY": "x y"},
        "warnings as errors": {"PYTHONWARNINGS": "error"},
        "Python's developer mode": {"PYTHONDEVMODE": "1"},
        "no assertions": {"PYTHONOPTIMIZE": "2"},
        "unbuffered": {"PYTHONUNBUFFERED": "1"},
        "no terminal": {"TERM": "", "COLUMNS": "-1", "LINES": "x"},
        "a key of white space": {"INFILL_LS_API_KEY": " \t\n"},
        "a key with a line end": {"INFILL_LS_API_KEY": "sk-1\nX-Evil: 1"},
        "a key of a megabyte": {"INFILL_LS_API_KEY": "x" * 120_000},
        "a key beyond ASCII": {"INFILL_LS_API_KEY": "sk-é"},
        "a temporary folder that is none": {"TMPDIR": "/nowhere"},
    }


async def odd_environments(ground: Ground) -> AsyncIterator[Tried]:
    """In any environment: suggestions, also for a file whose name is not ASCII; a sentence at most, and no traceback."""
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        names = list(_broken_places(home_of(ground.project())))
        for name in ground.some(names, 2):
            project = ground.project()
            variables = _broken_places(home_of(project))[name]
            user = "" if "INFILL_LS_CONFIG" in variables else asks(studio.own_url)
            yield Tried(name, await outcome_of(_environment(project, user, variables, wanted=bool(user) and not name.startswith("a key "))))  # fmt: skip


async def _environment(project, user, variables, *, wanted) -> str:
    async with attacked(project, user, client=client(), variables=variables) as editor:
        return await _usual(editor, (project / "größe.py").as_uri(), wanted=wanted)


async def _usual(editor, uri, *, wanted) -> str:
    items = await suggest(editor, uri, "x = ")
    if wanted and not items:
        return "no suggestion" + (await traceback_in(editor) and f": {await traceback_in(editor)}")
    return await traceback_in(editor)


FULL = ("trace", "log", "ledger", "everything")


async def full_disks(ground: Ground) -> AsyncIterator[Tried]:
    """What cannot be written down costs nobody a completion."""
    if sys.platform != "linux":
        return
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        for what in ground.some(FULL, 1):
            project = ground.project()
            arguments = []
            command = (*SERVER, "--stdio")
            if what in ("trace", "everything"):
                arguments += ["--trace", "/dev/full"]
            if what in ("log", "everything"):
                arguments += ["--log-file", "/dev/full", "--log-level", "debug"]
            if what in ("ledger", "everything"):
                # No file may grow by a byte.
                code = "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)); os.execv(sys.argv[1], sys.argv[1:])"  # fmt: skip
                command = (sys.executable, "-S", "-c", code, *command)
            async with attacked(project, asks(studio.own_url), client=client(), arguments=arguments, command=command) as editor:  # fmt: skip
                failed = await outcome_of(_usual(editor, (project / "a.py").as_uri(), wanted=True))
                if not failed and await editor.shutdown() != 0:
                    failed = "status 1"
            yield Tried(what, failed)


async def torn_ledgers(ground: Ground) -> AsyncIterator[Tried]:
    """A file of what was used that is torn, spoiled or none: the command and the server go on."""
    line = json.dumps({"day": "2026-11-01", "model": "own-coder", "requests": 3, "tokens": {"prompt": 10, "completion": 2}})  # fmt: skip
    rows = {f"spoiled {number}": broken(ground.random, f"\n{line}\n{line}\n".encode()) for number in ground.several(20, 2)}  # fmt: skip
    rows |= {
        "no text": bytes(range(256)) * 100,
        "one long line": b"x" * 5_000_000,
        "deep": b"[" * 100_000 + b"\n",
        "numbers without end": line.replace("10", "9" * 5000).encode() + b"\n",
        "other types": line.replace("3", '"x"').replace("10", "null").encode() + b"\n",
        "days that are none": line.replace("2026-11-01", "2026-99-99").encode() + b"\n",
        "names with escapes": line.replace("own-coder", "\\u001b]52;c;aWQ=\\u0007").encode() + b"\n",
    }
    month = time.strftime("%Y-%m")
    for name, data in ground.some(rows.items(), 1):
        project = ground.project()
        folder = home_of(project) / "infill-ls"
        folder.mkdir()
        (folder / f"usage-{month}.jsonl").write_bytes(data)
        ran = await run(project, "usage")
        bad = b"Traceback" in ran.err or ran.status not in (0, 1) or b"\x1b" in ran.out
        yield Tried(f"usage: {name}", f"status {ran.status}: {ran.err[-200:]!r}" if bad else "")


async def killed_while_writing(ground: Ground) -> AsyncIterator[Tried]:
    """However a server ends, what has been counted can be read."""
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        for number in ground.several(12, 1):
            project = ground.project()
            async with attacked(project, asks(studio.own_url), client=client()) as editor:
                for turn in range(4):
                    await suggest(editor, (project / "a.py").as_uri(), f"turn = {turn}\nx = ")
                await asyncio.sleep(ground.random.random() * (6 if ground.long else 0.1))
                editor.process.send_signal(ground.random.choice((signal.SIGKILL, signal.SIGTERM)))
                await editor.exit_status()
            ran = await run(project, "usage", "--json")
            readable = ran.status == 0
            with suppress(ValueError):
                readable = readable and isinstance(json.loads(ran.out), list | dict)
            yield Tried(f"run {number}", "" if readable else f"{ran}")


# The process...

SIGNALS = {"SIGTERM": None, "SIGINT": None, "SIGHUP": None}


async def ends(ground: Ground) -> AsyncIterator[Tried]:
    """Signals, pipes that close, a parent that is gone: an orderly end, soon."""
    if sys.platform == "win32":
        return
    for name in ground.some(SIGNALS, 1):
        async with attacked(ground.project(), client=client()) as editor:
            await settled(editor)
            editor.process.send_signal(getattr(signal, name))
            failed = ""
            try:
                status = await editor.exit_status(20)
                failed = "a traceback" if b"Traceback" in editor.printed else ""
            except TimeoutError:
                failed, status = "goes on", 0
            yield Tried(name, failed or (f"status {status}" if status == -signal.SIGSEGV else ""))
    project = ground.project()
    async with attacked(project, client=client()) as editor:
        await settled(editor)
        for each in (signal.SIGPIPE, signal.SIGUSR1) if ground.long else (signal.SIGPIPE,):
            if each is not signal.SIGUSR1:
                editor.process.send_signal(each)
        editor.process.send_signal(signal.SIGSTOP)
        editor.process.send_signal(signal.SIGCONT)
        yield Tried("a broken pipe, and a pause", await still_serves(editor))
    for stream, redirect in {"errors": "2>&-", "errors on a full disk": "2>/dev/full"}.items():
        command = ("sh", "-c", f'exec "$@" {redirect}', "sh", *SERVER, "--stdio")
        async with attacked(ground.project(), client=client(), command=command) as editor:
            try:
                await settled(editor)
                status = await editor.shutdown()
                yield Tried(f"no standard output for {stream}", f"status {status}" if status else "")
            except (EOFError, TimeoutError) as error:
                yield Tried(f"no standard output for {stream}", f"{type(error).__name__}")
    async with attacked(ground.project(), client=client()) as editor:
        editor.end_input()
        yield Tried("standard input ends", "" if await editor.exit_status(20) in (0, 1) else "goes on")


async def limits(ground: Ground) -> AsyncIterator[Tried]:
    """Too little of something: suggestions, or an end with a sentence, but no silence."""
    if sys.platform != "linux":
        return
    for name, setting in ground.some(
        {
            "400 MB of address space": "ulimit -v 400000",
            "600 MB of address space": "ulimit -v 600000",
            "24 open files": "ulimit -n 24",
            "12 open files": "ulimit -n 12",
            "a small stack": "ulimit -s 256",
            "no core": "ulimit -c 0",
            "no locked memory": "ulimit -l 0",
        }.items(),
        1,
    ):
        project = ground.project()
        command = ("sh", "-c", f'{setting} && exec "$@"', "sh", *SERVER, "--stdio")
        failed = ""
        try:
            async with attacked(project, client=client(), command=command) as editor:
                try:
                    await suggest(editor, (project / "a.py").as_uri(), "x = ")
                except TimeoutError:
                    failed = "no answer and no end"
                except EOFError:
                    failed = "" if editor.printed.strip() else "an end without a word"
        except EOFError:
            failed = ""  # it ended before it was introduced, with a traceback of Python's own
        except TimeoutError:
            failed = "no introduction and no end"
        yield Tried(name, failed)


# The network...

NETWORK = {
    "refused": None,
    "closed at once": [CLOSE],
    "no answer": [HANG],
    "half a head": [b"HTTP/1.1 200 O", CLOSE],
    "a head and nothing": [STREAM_HEAD, HANG],
    "half an event": [STREAM_HEAD, b"20\r\ndata: {", CLOSE],
    "502": [response("502 Bad Gateway", b"<html>nginx</html>")],
    "a login page": [response("200 OK", b"<html>Log in</html>", "Content-Type: text/html")],
}
PEOPLE = 3


async def networks(ground: Ground) -> AsyncIterator[Tried]:
    """A network that fails: an answer within the user's own limits, from the project's own code where it has one."""
    code = "".join(f"def load_{n}(path):\n    with open(path, encoding='utf-8') as file:\n        return file.read()\n\n" for n in range(4))  # fmt: skip
    for name, script in ground.some(NETWORK.items(), 1):
        async with raw_server([b""] if script is None else script) as service:
            project = ground.project()
            address = "http://127.0.0.1:9" if script is None else service.url
            user = asks(f"{address}/v1", provider__timeout_s={"connect": 1, "first_token": 1, "total": 2})
            async with attacked(project, user, client=client()) as editor:
                failed = await outcome_of(_patient(editor, (project / "a.py").as_uri(), code))
            yield Tried(name, failed)


async def _patient(editor, uri, code) -> str:
    await suggest(editor, uri, code + "def load_5(path):\n    with open(path, enc")
    for _ in range(PEOPLE):
        started = time.monotonic()
        await asked(editor, uri)
        if time.monotonic() - started > 6:
            return f"an answer after {time.monotonic() - started:.0f} s"
        editor.type(uri, "o")
    return await traceback_in(editor)


CASES = (
    key_commands,
    odd_environments,
    full_disks,
    torn_ledgers,
    killed_while_writing,
    ends,
    limits,
    networks,
)
