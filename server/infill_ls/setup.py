"""Finds the engines on this machine, proposes a model, writes the lines that ask it, tries them out. Prints nothing.

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

from infill_ls.doctor.check import Check
from infill_ls.doctor.examine import examine
from infill_ls.errors import InfillError, SettingsError
from infill_ls.prompt.families import VOCABULARY, family_of, spelled
from infill_ls.provider.address import from_url
from infill_ls.provider.discovery import Found, find_at
from infill_ls.provider.served import Model
from infill_ls.sentences import sentence
from infill_ls.settings.services import SERVICES
from infill_ls.startup import LARGEST_FILE, Launch
from infill_ls.workspace.reading import read_file

LONGEST_LOAD_S = 300.0
"""How long trying it out waits for the model; from a slow disk, large ones take minutes."""
LEAST_WINDOW = 4096
"""Tokens with which a model has room for the prompts of the default settings."""

_OURS = ("kind", "base_url", "model", "family")


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


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was found, proposed and done."""

    choices: tuple[Choice, ...]
    best: Choice | None
    """The one that is proposed; None where none fills in the middle."""
    written: str | None = None
    """The file that has the lines now."""
    problem: str | None = None
    """Why nothing was written although that was wanted."""
    checks: tuple[Check, ...] = ()
    """What trying it out has shown."""
    install: str | None = None
    """What to do where no engine was found."""

    @property
    def lines(self) -> str:
        """What is proposed, as a settings file has it."""
        return "" if self.best is None else _lines(self.best.settings)

    @property
    def is_fine(self) -> bool:
        """Whether all that was wanted was done, and works."""
        return (
            self.best is not None
            and self.problem is None
            and all(check.ok for check in self.checks)
        )

    def as_json(self) -> dict[str, Any]:
        """As plain data."""
        return _as_json(self)


async def set_up(launch: Launch, address: str | None, *, write: bool) -> SetUp:
    """Find engines and propose one; with ``write``, put it into the user's file and try it out."""
    try:
        host = None if address is None else from_url(address, "").host
    except InfillError:  # its sentence is about a setting, and this may hold a password
        told = "That is not the address of a server: write one like http://gpu.example:11434."
        return SetUp((), None, problem=told)
    choices = ranked(await _found(launch, address))
    if not choices:
        return SetUp((), None, install=how_to_get_one(memory_gb(), host))
    best = choices[0] if choices[0].tier != "none" else None
    if best is None or not write:
        return SetUp(tuple(choices), best)
    written = _write(launch, best.settings)
    if written is None:
        problem = f"{launch.user_file()} already names a server or a model, so nothing is written: change it there."
        return SetUp(tuple(choices), best, problem=problem)
    return SetUp(
        tuple(choices),
        best,
        written,
        checks=tuple(await examine(launch, patience_s=LONGEST_LOAD_S)),
    )


_SIZES = ((48.0, "7b", "5 GB"), (12.0, "3b", "2 GB"), (0.0, "1.5b", "1.5 GB"))
"""From so much memory on, the size of a model of which a processor still reads a prompt while somebody waits."""


def how_to_get_one(memory: float, host: str | None = None) -> str:
    """What to install where no engine was found, for a machine with so many gigabytes of memory.

    Args:
        memory: gigabytes.
        host: the one that was asked instead of this machine.
    """
    nowhere = (
        "No engine answers on this machine. Two ways to get one, "
        if host is None
        else f"No engine answers at {sentence(host)}: start it there, or correct the address.\nTwo ways to get one on "
        "this machine, "
    )
    size, weighs = next((size, weighs) for least, size, weighs in _SIZES if memory >= least)
    return (
        f"{nowhere}each with a model of about {weighs}, which suits its memory:\n\n"
        f"    llama.cpp:  llama-server --fim-qwen-{size}-default\n"
        f"    Ollama:     ollama pull qwen2.5-coder:{size}-base\n\n"
        "Larger models complete better, if the first text still comes within half a second. Then run `infill-ls setup` "
        "again. An\nengine on another machine is found by its address: `infill-ls setup http://HOST:PORT`."
    )


def memory_gb() -> float:
    """The machine's memory; 0 where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return 0.0


def ranked(found: Sequence[Found]) -> list[Choice]:
    """All models, the one to be proposed first: trained to fill in, loaded, with a window that is large enough."""
    choices = [_choice(each, model) for each in found for model in each.served.models]
    return sorted(choices, key=_rank, reverse=True)


def _rank(choice: Choice) -> tuple[int, bool, bool]:
    tiers = ("none", "unknown", "some", "trained")
    window = choice.model.window
    return (
        tiers.index(choice.tier),
        bool(choice.model.is_loaded),
        window is None or window >= LEAST_WINDOW,
    )


def _choice(found: Found, model: Model) -> Choice:
    by_name = family_of(model.name)
    if model.tokens is not None and (by_name is None or not model.tokens):
        name = spelled(model.tokens)
        return Choice(found, model, name, "none" if name == "none" else "some")
    if by_name is not None:
        return Choice(found, model, by_name.name, by_name.tier)
    return Choice(found, model, "", "some" if model.fills else "unknown")


async def _found(launch: Launch, address: str | None) -> list[Found]:
    answers = await asyncio.gather(
        *(find_at(each, VOCABULARY) for each in _addresses(launch.environ, address))
    )
    return [each for each in answers if each is not None]


def _addresses(environ: Mapping[str, str], address: str | None) -> list[str]:
    """The one that is given; else where engines on this machine usually listen."""
    if address is not None:
        return [address]
    ports = [port for row in SERVICES.values() for port in row.ports]
    # Ollama takes its port from there; another machine that it names is not asked.
    own = re.fullmatch(
        r"(?:https?://)?(?:127\.0\.0\.1|localhost|0\.0\.0\.0):(\d{1,5})/?",
        environ.get("OLLAMA_HOST", ""),
    )
    return [
        f"http://127.0.0.1:{port}"
        for port in dict.fromkeys([*([int(own[1])] if own else []), *ports])
    ]


def _lines(settings: Mapping[str, str]) -> str:
    return "[provider]\n" + "".join(
        f"{name} = {json.dumps(value)}\n" for name, value in settings.items()
    )


def _write(launch: Launch, settings: Mapping[str, str]) -> str | None:
    """Write the lines into the user's file; None where something of that stands there already."""
    file = Path(launch.user_file())
    try:
        text = (
            read_file(os.path.realpath(file), LARGEST_FILE).decode("utf-8-sig")
            if file.exists()
            else ""
        )
        wanted = with_provider(text, settings)
        if wanted is None:
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.write_text(wanted, encoding="utf-8")
        unfinished.replace(os.path.realpath(file))
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{file} cannot be written: {getattr(error, 'strerror', error)}."
        ) from error
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


def _as_json(found: SetUp) -> dict[str, Any]:
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
            for each in found.choices
        ],
        "proposal": None if found.best is None else found.best.settings,
        "install": found.install,
        "lines": found.lines or None,
        "written": found.written,
        "problem": found.problem,
        "checks": [dataclasses.asdict(check) for check in found.checks],
    }
