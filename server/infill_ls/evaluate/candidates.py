"""What is compared: named sets of settings, which decide who is asked and how, never what may be read or spent."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from infill_ls.errors import SettingsError
from infill_ls.provider.kind import kind_in_force
from infill_ls.sentences import quoted
from infill_ls.settings.resolve import Layer, Resolved
from infill_ls.settings.schema import Settings
from infill_ls.startup import Launch

EMBEDDED, YOURS = "embedded", "yours"
"""Who always runs along, and the settings in force."""

_READ_S = 600
"""Seconds that reading a project may take, since no editor waits for it."""
_NAME = re.compile(r"[\w .:/+-]{1,60}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A named set of settings."""

    name: str
    settings: Settings
    is_embedded: bool

    @property
    def id(self) -> str:
        """The same for whatever answers the same."""
        settings = self.settings
        said = repr(
            (
                self.is_embedded,
                settings.provider,
                settings.completion,
                settings.context,
                settings.privacy,
            )
        )
        return hashlib.sha256(said.encode()).hexdigest()[:12]

    @property
    def shown(self) -> dict[str, Any]:
        """What makes it what it is, for people: no header, key or proxy."""
        provider = self.settings.provider
        if self.is_embedded:
            return {"kind": "local"}
        named = {
            "kind": provider.kind,
            "model": provider.model,
            "mode": provider.mode,
            "base_url": provider.base_url,
        }
        return {key: value for key, value in named.items() if value} | asdict(self.settings.context)


def candidates(launch: Launch, file: Path | None) -> tuple[list[Candidate], tuple[str, ...]]:
    """Those of a file, else the settings in force; the embedded engine last. And what is wrong with the settings.

    Raises:
        SettingsError: the file cannot be read, or names a setting that does not exist.
    """
    user = launch.resolved()
    found = [_candidate(name, table, launch, user) for name, table in _tables(file).items()]
    if file is None and not _is_local(user.settings, launch):
        found.append(_candidate(YOURS, {}, launch, user))
    if not any(each.is_embedded for each in found):
        found.append(_candidate(EMBEDDED, {"provider": {"kind": "local"}}, launch, user))
    return found, user.problems


def _candidate(name: str, table: Mapping[str, Any], launch: Launch, user: Resolved) -> Candidate:
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{quoted(name)} cannot be a candidate's name: use up to 60 letters, digits and -.:/+ signs."
        )
    own = launch.resolved(last=Layer(f"candidate {name}", table))
    settings = own.settings
    problems = [problem for problem in own.problems if problem not in user.problems]
    if problems:
        raise SettingsError(problems[0])
    settings = replace(
        settings,
        # Nobody types here, and each hole is asked about once.
        completion=replace(
            settings.completion, trigger="auto", debounce_ms=0, speculate=False, candidates=1
        ),
        privacy=user.settings.privacy,
        usage=user.settings.usage,
        local=replace(user.settings.local, max_seconds=_READ_S),
        context=replace(settings.context, max_seconds=_READ_S),
    )
    return Candidate(name, settings, _is_local(settings, launch))


def _is_local(settings: Settings, launch: Launch) -> bool:
    return kind_in_force(settings.provider, launch.environ) == "local"


def _tables(file: Path | None) -> dict[str, Mapping[str, Any]]:
    if file is None:
        return {}
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{file} cannot be read ({error.strerror}): name a file with a table for each candidate."
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file} cannot be read as TOML: {error}") from error
    wrong = [name for name, table in tables.items() if not isinstance(table, dict)]
    if wrong or not tables:
        raise SettingsError(
            f"{file} needs a table for each candidate, for example [small] with provider.model in it."
        )
    return tables
