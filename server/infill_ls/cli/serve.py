"""``infill-ls serve``: answers ``initialize`` first, then imports what the rest needs."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from infill_ls.cli.hardening import leave_folder, too_little_memory
from infill_ls.cli.terminal import warn
from infill_ls.startup import Launch

if TYPE_CHECKING:
    import argparse


def serve(arguments: argparse.Namespace) -> int:
    """Run the server until its client leaves; gives the exit status."""
    launch = Launch(os.environ, arguments.config, trust_editor=arguments.trust_editor)
    if problem := too_little_memory():
        warn(problem)
        return 2
    log_file, trace = map(_absolute, (arguments.log_file, arguments.trace))
    leave_folder()
    from infill_ls.lsp.handshake import claim_stdio, greet

    try:
        stdio = claim_stdio()
        greet(stdio, lambda params: _answer(params, launch))
        from infill_ls.cli.log import start_log

        start_log(log_file, arguments.log_level or launch.resolved().settings.log.level)
        from infill_ls.lsp.server import run_stdio

        return run_stdio(stdio, launch, _trace(trace))
    except KeyboardInterrupt:
        return 130


def _absolute(path: str | None) -> str | None:
    return None if path is None else os.path.abspath(path)  # noqa: PTH100  # pathlib is 10 ms of start-up


def _answer(params: Mapping[str, Any], launch: Launch) -> dict[str, Any]:
    from infill_ls.lsp.capabilities import initialize_result, read_client

    options = params.get("initializationOptions")
    resolved = launch.with_editor(options if isinstance(options, dict) else {}).resolved()
    return initialize_result(read_client(params), resolved.settings)


def _trace(path: str | None) -> Any:
    from infill_ls.accounting.trace import Trace

    if path is None:
        return Trace()
    try:
        return Trace(_appender(path))
    except OSError as error:
        warn(f"{path} cannot be written: {error.strerror}; there will be no trace")
        return Trace()


def _appender(path: str) -> Callable[[str], None]:
    """A line per call, each written at once: the last one before a crash is the one that is wanted."""
    from infill_ls.accounting.ledger_file import private_file

    file = open(path, "a", encoding="utf-8", buffering=1, opener=private_file)  # noqa: SIM115  # as long as the process
    return lambda line: _write(file, line)


def _write(file: Any, line: str) -> None:
    try:
        file.write(line)
    except OSError:
        return  # a full disk must not cost anybody a completion
