"""``infill-ls setup``: finds the engines on this machine, proposes a model, and writes the lines that ask it.

Nothing but this machine is asked, or the one address that is given; no code and no key is sent to find out.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infill_ls.cli.hardening import leave_folder
from infill_ls.cli.terminal import warn
from infill_ls.doctor import Check, examine
from infill_ls.errors import SettingsError
from infill_ls.prompt.families import VOCABULARY, family_of, spelled
from infill_ls.provider.discovery import Found, find_at
from infill_ls.provider.served import Model
from infill_ls.sentences import harmless
from infill_ls.settings.services import SERVICES
from infill_ls.startup import LARGEST_FILE, Launch
from infill_ls.workspace.reading import read_file

LEAST_WINDOW = 4096
"""Tokens with which a model has room for the prompts of the default settings."""

_OURS = ("kind", "base_url", "model", "family")

NOTHING = """\
No engine answers on this machine. Two ways to get one, each with a small model of about 1.5 GB:

    llama.cpp:  llama-server --fim-qwen-1.5b-default
    Ollama:     ollama pull qwen2.5-coder:1.5b-base

Larger models complete better, if the first text still comes within half a second. Then run `infill-ls setup` again. An
engine on another machine is found by its address: `infill-ls setup http://HOST:PORT`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One model of one engine, and the settings that ask it."""

    found: Found
    model: Model
    family: str
    """The family's name, by the model's name or its vocabulary; empty where neither tells."""
    tier: str

    @property
    def settings(self) -> dict[str, str]:
        """Lines of ``[provider]``."""
        kind, address = self.found.served.kind, self.found.address
        usual = SERVICES[kind].address
        lines = {"kind": kind, "base_url": address, "model": self.model.name}
        if address == usual:
            del lines["base_url"]
        by_name = family_of(self.model.name)
        is_told = by_name is not None and by_name.name == self.family
        return lines if is_told or not self.family else {**lines, "family": self.family}


async def setup(launch: Launch, *, address: str | None, write: bool, as_json: bool) -> int:
    """Print what was found and proposed, write it if that is wanted, and try it out; gives the exit status."""
    leave_folder()
    choices = ranked(await _found(launch, address))
    best = choices[0] if choices and choices[0].tier != "none" else None
    lines = "" if best is None else _lines(best.settings)
    written = _write(launch, best.settings) if best is not None and write else None
    checks = await examine(launch) if written else []
    if as_json:
        print(json.dumps(_as_json(choices, best, lines, written, checks)))
    else:
        _print(choices, best, lines, written)
        for check in checks:
            print(f"{'ok  ' if check.ok else 'FAIL'}  {check.name:10} {harmless(check.sentence)}")
    return 0 if best is not None and all(check.ok for check in checks) and (written or not write) else 3


def ranked(found: Sequence[Found]) -> list[Choice]:
    """All models, the one to be proposed first: trained to fill in, loaded, with a window that is large enough."""
    choices = [_choice(each, model) for each in found for model in each.served.models]
    return sorted(choices, key=_rank, reverse=True)


def _rank(choice: Choice) -> tuple[int, bool, bool]:
    tiers = ("none", "unknown", "some", "trained")
    window = choice.model.window
    return tiers.index(choice.tier), bool(choice.model.is_loaded), window is None or window >= LEAST_WINDOW


def _choice(found: Found, model: Model) -> Choice:
    by_name = family_of(model.name)
    if model.tokens is not None and (by_name is None or not model.tokens):
        name = spelled(model.tokens)
        return Choice(found, model, name, "none" if name == "none" else "some")
    if by_name is not None:
        return Choice(found, model, by_name.name, by_name.tier)
    return Choice(found, model, "", "some" if model.fills else "unknown")


async def _found(launch: Launch, address: str | None) -> list[Found]:
    answers = await asyncio.gather(*(find_at(each, VOCABULARY) for each in _addresses(launch.environ, address)))
    return [each for each in answers if each is not None]


def _addresses(environ: Mapping[str, str], address: str | None) -> list[str]:
    """The one that is given; else where engines on this machine usually listen."""
    if address is not None:
        return [address]
    ports = [port for row in SERVICES.values() for port in row.ports]
    # Ollama takes its port from there; another machine that it names is not asked.
    own = re.fullmatch(
        r"(?:https?://)?(?:127\.0\.0\.1|localhost|0\.0\.0\.0):(\d{1,5})/?", environ.get("OLLAMA_HOST", "")
    )
    return [f"http://127.0.0.1:{port}" for port in dict.fromkeys([*([int(own[1])] if own else []), *ports])]


def _lines(settings: Mapping[str, str]) -> str:
    return "[provider]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())


def _write(launch: Launch, settings: Mapping[str, str]) -> str | None:
    """Write the lines into the user's file; None, and a word of why, where something of that stands there already."""
    file = Path(launch.user_file())
    try:
        text = read_file(os.path.realpath(file), LARGEST_FILE).decode("utf-8-sig") if file.exists() else ""
        wanted = with_provider(text, settings)
        if wanted is None:
            warn(f"{file} already names a server or a model, so nothing is written: change it there.")
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.write_text(wanted, encoding="utf-8")
        unfinished.replace(os.path.realpath(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be written: {getattr(error, 'strerror', error)}.") from error
    return str(file)


def with_provider(text: str, settings: Mapping[str, str]) -> str | None:
    """A settings file with these lines in its ``[provider]``; None where it has one of them, or cannot take them."""
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    provider = before.get("provider", {})
    if not isinstance(provider, dict) or any(name in provider for name in _OURS):
        return None
    lines = _lines(settings)
    head = re.search(r"^[ \t]*\[[ \t]*provider[ \t]*\][^\n]*(?:\n|\Z)", text, re.MULTILINE)
    if head is not None:
        # The head may be the last line, and have no end.
        start = text[: head.end()].rstrip("\n") + "\n"
        wanted = start + lines.partition("\n")[2] + text[head.end() :]
    else:
        wanted = f"{text.rstrip()}\n\n{lines}" if text.strip() else lines
    try:
        after = tomllib.loads(wanted)
    except tomllib.TOMLDecodeError:
        return None
    return wanted if after == {**before, "provider": {**provider, **settings}} else None


def _print(choices: Sequence[Choice], best: Choice | None, lines: str, written: str | None) -> None:
    if not choices:
        print(NOTHING)
        return
    rows = [("engine", "model", "fills in the middle", "window", "size", ""), *(_cells(each) for each in choices)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print(harmless("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()))
    print()
    if best is None:
        print("None of these was trained to fill in the middle: get one that was, such as qwen2.5-coder:1.5b-base.")
    elif written:
        print(f"Written to {harmless(written)}:\n\n{harmless(lines)}")
    else:
        print(f"For your settings file (`infill-ls setup --write` writes it):\n\n{harmless(lines)}")


def _cells(choice: Choice) -> tuple[str, ...]:
    served, model = choice.found.served, choice.model
    words = {"trained": "yes", "some": "perhaps", "unknown": "not known", "none": "no"}
    return (
        f"{SERVICES[served.kind].name if served.kind != 'openai' else choice.found.address} {served.version}".strip(),
        model.name,
        words[choice.tier],
        f"{model.window:,}" if model.window else "",
        model.size,
        "loaded" if model.is_loaded else "",
    )


def _as_json(
    choices: Sequence[Choice], best: Choice | None, lines: str, written: str | None, checks: Sequence[Check]
) -> dict[str, Any]:
    return {
        "found": [
            {
                "kind": each.found.served.kind,
                "version": each.found.served.version,
                "address": each.found.address,
                "model": each.model.name,
                "family": each.family or None,
                "fills": {"trained": True, "none": False}.get(each.tier),
                "window": each.model.window,
                "size": each.model.size or None,
                "loaded": each.model.is_loaded,
            }
            for each in choices
        ],
        "proposal": None if best is None else best.settings,
        "lines": lines or None,
        "written": written,
        "checks": [dataclasses.asdict(check) for check in checks],
    }
