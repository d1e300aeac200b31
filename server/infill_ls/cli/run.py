"""Runs a command of the command line and turns what goes wrong into an exit status. ``serve`` goes its own way."""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys

from infill_ls.cli.terminal import warn
from infill_ls.errors import InfillError, SettingsError
from infill_ls.launch import Launch

_WRONG, _UNREACHABLE = 2, 3


def run(arguments: argparse.Namespace) -> int:
    """Run a command other than ``serve``; gives the exit status."""
    launch = Launch(os.environ, arguments.config)
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
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def _run(arguments: argparse.Namespace, launch: Launch) -> int:
    as_json = arguments.json
    if arguments.command == "complete":
        from infill_ls.cli.complete import complete

        return asyncio.run(complete(arguments.place, launch, candidates=arguments.candidates, as_json=as_json))
    if arguments.command == "prompt":
        from infill_ls.cli.prompt import prompt

        return asyncio.run(prompt(arguments.place, launch, as_json=as_json))
    if arguments.command == "models":
        from infill_ls.cli.models import models

        return models(as_json=as_json)
    if arguments.command == "usage":
        from infill_ls.cli.usage import usage

        return usage(launch, since=arguments.since, as_json=as_json)
    if arguments.command == "doctor":
        from infill_ls.cli.doctor import doctor

        return asyncio.run(doctor(launch, as_json=as_json))
    from infill_ls.cli.config import config

    return config(launch, path_only=arguments.what == "path", as_json=as_json)
