"""Makes the process safe from where it was started, mostly a repository's folder. Light: it comes first."""

from __future__ import annotations

import os
import sys

LEAST_MEMORY = 512 << 20
"""Bytes of address space, of which each thread reserves much that it never uses."""


def harden() -> None:
    """What every command needs before it does anything else."""
    _open_standard_ends()
    _import_nothing_from_here()
    _leave_no_core_files()


def leave_folder() -> None:
    """Work in a folder of our own: relative names, and programs that Windows looks for there, are nobody else's."""
    from platformdirs import user_state_path

    for folder in (str(user_state_path("infill-ls", appauthor=False)), os.path.abspath(os.sep)):  # noqa: PTH100  # a root
        try:
            if os.path.isabs(folder):  # noqa: PTH117  # pathlib is 10 ms of start-up
                os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103  # as above
                os.chdir(folder)
                return
        except OSError:
            continue


def hash_alike() -> None:
    """Start this command anew with hashes of text that are the same in each process, as the embedded engine's samples
    go by them: what is measured again is then the same.
    """
    if "PYTHONHASHSEED" in os.environ or not sys.executable:
        return
    words, environ = [sys.executable, *sys.orig_argv[1:]], {**os.environ, "PYTHONHASHSEED": "0"}
    if sys.platform == "win32":
        import subprocess

        raise SystemExit(subprocess.run(words, env=environ, check=False).returncode)  # noqa: S603  # the same again
    os.execve(sys.executable, words, environ)  # noqa: S606  # the same again


def too_little_memory() -> str | None:
    """What is wrong with the limit on address space, if anything: a thread that finds none waits for ever."""
    if sys.platform == "win32":
        return None
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY or limit >= LEAST_MEMORY:
        return None
    return f"the limit of {limit >> 20} MB on memory is too low: allow {LEAST_MEMORY >> 20} MB or more (`ulimit -v`)."


def _open_standard_ends() -> None:
    """Whoever starts us may have closed some; the next file that is opened would take their place."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # it stays open


def _import_nothing_from_here() -> None:
    """``python -m``, or an empty entry of ``PYTHONPATH``, lets the current folder's modules pass for libraries."""
    try:
        here = os.getcwd()  # noqa: PTH109  # pathlib is 10 ms of start-up
    except OSError:
        return  # it is gone
    if not here.startswith((sys.prefix, sys.base_prefix)):
        sys.path[:] = [entry for entry in sys.path if entry not in ("", here)]


def _leave_no_core_files() -> None:
    """They would hold the key and the user's code."""
    if sys.platform == "win32":
        return
    import resource

    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    # On Linux a limit of 1 byte also stops what is piped to a crash reporter, which 0 does not.
    limit = 1 if sys.platform == "linux" and most != 0 else 0
    resource.setrlimit(resource.RLIMIT_CORE, (limit, most))
