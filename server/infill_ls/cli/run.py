"""Runs a command of the command line and turns what goes wrong into an exit status. ``serve`` goes its own way."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
from collections.abc import Sequence

from infill_ls.cli.arguments import parse
from infill_ls.cli.hardening import hash_alike
from infill_ls.cli.terminal import warn
from infill_ls.errors import InfillError, SettingsError
from infill_ls.startup import Launch

_WRONG, _UNREACHABLE, _UNREAD = 2, 3, 141
"""The last is what the shell says of a program that ends because nobody reads its output."""


def run(words: Sequence[str]) -> int:
    """Run the command that the words name; gives the exit status."""
    try:
        try:
            return _run_command(parse(words))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _UNREAD


def _run_command(arguments: argparse.Namespace) -> int:
    launch = Launch(os.environ, getattr(arguments, "config", None))
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Code is written as it stands in the file, whatever the system makes of text and line ends.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    try:
        return _run(arguments, launch)
    except SettingsError as error:
        warn(str(error))
        return _WRONG
    except InfillError as error:
        warn(str(error))
        return _UNREACHABLE
    except KeyboardInterrupt:
        return 130


def _run(arguments: argparse.Namespace, launch: Launch) -> int:
    if arguments.command == "editors":
        from infill_ls.cli import editors

        return editors.run(arguments.action, arguments.editor, yes=arguments.yes)
    if arguments.command in ("try", "complete", "prompt", "next", "evaluate"):
        return _run_on_code(arguments, launch)
    as_json = arguments.json
    if arguments.command == "models":
        from infill_ls.cli.models import models

        return models(launch, as_json=as_json)
    if arguments.command == "setup":
        from infill_ls.cli.setup import setup

        return asyncio.run(
            setup(launch, address=arguments.address, write=arguments.write, as_json=as_json)
        )
    if arguments.command == "usage":
        from infill_ls.cli.usage import usage

        return usage(launch, since=arguments.since, as_json=as_json)
    if arguments.command == "doctor":
        from infill_ls.cli.doctor import doctor

        return asyncio.run(doctor(launch, as_json=as_json))
    from infill_ls.cli import config

    if arguments.what == "path":
        return config.path(launch)
    if arguments.what == "init":
        return config.init(launch)
    return config.config(launch, as_json=as_json)


def _run_on_code(arguments: argparse.Namespace, launch: Launch) -> int:
    as_json = arguments.json
    if arguments.command == "try":
        from infill_ls.cli.trial import trial

        return asyncio.run(trial(arguments.folder, launch, as_json=as_json))
    if arguments.command == "evaluate":
        from dataclasses import fields

        hash_alike()
        from infill_ls.cli.evaluate import evaluate
        from infill_ls.cli.evaluation import Wanted as Evaluation

        named = {
            name: value
            for name, value in vars(arguments).items()
            if name in {f.name for f in fields(Evaluation)}
        }
        return asyncio.run(evaluate(launch, Evaluation(**named, as_json=as_json)))
    if arguments.command == "next":
        from infill_ls.cli.next import Wanted, next_edits

        wanted = Wanted(arguments.since, arguments.all, arguments.apply, arguments.yes, as_json)
        return next_edits(arguments.place, launch, wanted)
    if arguments.command == "complete":
        from infill_ls.cli.complete import complete

        return asyncio.run(
            complete(
                arguments.place,
                launch,
                candidates=arguments.candidates,
                deep=arguments.deep,
                as_json=as_json,
            )
        )
    from infill_ls.cli.prompt import prompt

    return asyncio.run(prompt(arguments.place, launch, as_json=as_json))
