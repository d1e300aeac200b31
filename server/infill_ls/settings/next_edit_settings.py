"""The settings of ``next_edit``: what is offered after a change, and which model is asked for it, if any."""

from __future__ import annotations

from dataclasses import dataclass

from infill_ls.settings.setting import setting

NEXT_FAMILIES = (
    *("auto", "zeta2.1", "zeta2", "zeta1", "sweep", "instinct", "mercury", "chat", "json"),
)
"""The rows of ``prompt/next_families.py``."""


@dataclass(frozen=True, slots=True)
class NextEditSettings:
    """What is offered after a change, here or further on."""

    source: str = setting(
        "repeats",
        "choice",
        "Next edits: `repeats` (what you have changed twice is offered at the next place; nothing is sent), `model` "
        "(a model says what follows from your last changes, which are sent to it), `both` (a model where nothing "
        "repeats) or `off`.",
        choices=("repeats", "model", "both", "off"),
    )
    model: str | None = setting(
        None,
        "string",
        "The model for next edits, for example `zeta-2` or `sweep-next-edit-1.5b`; by default `provider.model`.",
    )
    base_url: str | None = setting(
        None,
        "string",
        "Address of its server, where that is not `provider`'s, whose keys and headers it does not get.",
    )
    family: str = setting(
        "auto",
        "choice",
        "The form of the prompt for it: `auto` (the one that the model's name tells, else `chat` or `json`), or the "
        "name of one.",
        choices=NEXT_FAMILIES,
    )
    reach_lines: int = setting(
        60,
        "integer",
        "How far from the last change a next edit may be; three times as far where the same was left alone nowhere.",
        unit="lines",
        low=1,
        high=100000,
    )
    eagerness: str = setting(
        "medium",
        "choice",
        "`low` takes three examples instead of two and half the reach; `high` reaches through the whole file.",
        choices=("low", "medium", "high"),
    )
    languages: tuple[tuple[tuple[str, bool], ...], ...] = setting(
        (),
        "languages",
        "Next edits on or off by language id or file glob, for example `{markdown = false}`.",
    )
    """A table of the user's, and one of each untrusted layer: all of them have to agree."""
