"""One thing that was looked at, what is asked for it, and which model is asked."""

from __future__ import annotations

from dataclasses import dataclass

from infill_ls.engine.backend import Backend
from infill_ls.engine.engine import Engine
from infill_ls.records import Context

PROBE = Context(
    prefix='def greet(name: str) -> str:\n    """Say hello."""\n    return ',
    suffix='\n\n\nprint(greet("world"))\n',
    path="greet.py",
    language="python",
)
"""Everybody's first function: no code of the user's is sent to find out what is wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``cause`` is a short name, ``sentence`` says what is wrong and the remedy."""

    name: str
    ok: bool
    sentence: str
    cause: str | None = None


def asked(engine: Engine) -> Backend:
    """The model; one that always thinks is asked by explicit requests alone, and stands beside the embedded engine."""
    first = engine.backends[0]
    return first if first.source == "model" or engine.thinking is None else engine.thinking
