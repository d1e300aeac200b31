"""The groups of attacks: where hostile input comes from, the cases of each, and how many are played beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from e2e.attacks import (
    faults,
    kept,
    load,
    model,
    protocol,
    repository_files,
    repository_settings,
    tcp,
    terminal,
    tool_calls,
)
from support.clients.attacks import Case


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are played together."""

    cases: tuple[Case, ...]
    at_once: int = 2


GROUPS = {
    "repository": Group((*repository_settings.CASES, *repository_files.CASES)),
    "model": Group(model.CASES),
    "tool calls": Group(tool_calls.CASES),
    "protocol": Group(protocol.CASES),
    "faults": Group(faults.CASES),
    "kept": Group(kept.CASES),
    "terminal": Group(terminal.CASES),
    "tcp": Group(tcp.CASES),
    # Its times mean nothing beside others.
    "load": Group(load.CASES, at_once=1),
}
