"""Which settings may come from where: the one table of trust. What no row names, only the user may set.

A layer is trusted where no repository can write to it: the user's file, the environment, the command line, and the
editor's settings if the server was started with ``--trust-editor``. From any other layer a setting may only narrow what
is sent, spent and shown; a wish that goes further is refused with a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

MOST_GLOBS = 200
"""Languages and globs that an untrusted layer may switch off; each request is compared with all of them."""

LONGEST_GLOB = 200
"""Characters of such a glob."""

SHAPING_RULES = frozenset(
    {
        "above",
        "backticks",
        "blank",
        "chain",
        "dedent",
        "indent",
        "line_ends",
        "mark",
        "shift",
        "short",
        "syntax",
        "tag",
        "unfinished",
        "unit",
    }
)
"""Rules that only give a suggestion its shape. The others stop the model, or keep out what nobody must see."""

Tables = tuple[tuple[tuple[str, bool], ...], ...]
"""Tables of on and off by language or glob, one from each layer that may not take back what another switched off."""

Narrow = Callable[[Any, Any], Any]
"""``(wished, in_force) -> taken``. Raises ValueError with what the setting can be at most, as a half sentence."""


def narrowed(key: str, wished: Any, in_force: Any) -> Any:
    """What is taken of a wish from an untrusted layer, with ``in_force`` from the layers below it.

    Raises:
        ValueError: it would widen something; the words say what is allowed.
    """
    return wished if wished == in_force else WORKSPACE[key](wished, in_force)


def scope_of(key: str) -> str:
    """Who may set a key, for people: ``user only``, or what a workspace may do with it."""
    return _WORDS[WORKSPACE[key]] if key in WORKSPACE else "user only"


def _any(wished: Any, _in_force: Any) -> Any:
    return wished


def _lower(wished: int, in_force: int) -> int:
    if wished > in_force:
        raise ValueError(f"a workspace can only lower it from {in_force:,}")
    return wished


def _shorter_suffix(wished: int | None, in_force: int | None) -> int:
    """Unset means 128 or 512 tokens, by the form of the prompt."""
    most = 128 if in_force is None else in_force
    if wished is None or wished > most:
        raise ValueError(f"a workspace can only lower it, to {most:,} or less")
    return wished


def _only_manual(wished: str, _in_force: str) -> str:
    if wished != "manual":
        raise ValueError("a workspace can only set `manual`")
    return wished


def _fewer_lines(wished: str, in_force: str) -> str:
    widths = ("single", "auto", "multi")
    if widths.index(wished) > widths.index(in_force):
        raise ValueError(f"a workspace can only ask for less than `{in_force}`")
    return wished


def _only_off_by_name(wished: str, _in_force: str) -> str:
    if wished != "off":
        raise ValueError("a workspace can only set `off`")
    return wished


def _less_eager(wished: str, in_force: str) -> str:
    levels = ("low", "medium", "high")
    if levels.index(wished) > levels.index(in_force):
        raise ValueError(f"a workspace can only ask for less than `{in_force}`")
    return wished


def _only_off(wished: Any, _in_force: Any) -> Any:
    if wished:
        raise ValueError("a workspace can only switch it off")
    return wished


def _more_globs(wished: tuple[str, ...], in_force: tuple[str, ...]) -> tuple[str, ...]:
    # However long: one that takes too long to compare with excludes everything (``privacy/exclude.py``).
    return tuple(dict.fromkeys((*in_force, *wished)))


def _fewer_languages(wished: Tables, in_force: Tables) -> Tables:
    """Every table has to agree, so one more can only switch off."""
    globs = [glob for table in wished for glob, _ in table]
    if len(globs) > MOST_GLOBS or any(len(glob) > LONGEST_GLOB for glob in globs):
        raise ValueError(f"a workspace can bring {MOST_GLOBS} globs of {LONGEST_GLOB} characters")
    return tuple(dict.fromkeys((*in_force, *wished)))


def _fewer_switches(
    wished: tuple[tuple[str, bool], ...], in_force: tuple[tuple[str, bool], ...]
) -> tuple[tuple[str, bool], ...]:
    off = {name for name, is_on in in_force if not is_on}
    if again := [name for name, is_on in wished if is_on and name in off]:
        raise ValueError(f"a workspace cannot switch on {', '.join(f'`{name}`' for name in again)}")
    return tuple((dict(in_force) | dict(wished)).items())


def _shaping_rules(
    wished: tuple[tuple[str, bool], ...], in_force: tuple[tuple[str, bool], ...]
) -> tuple[tuple[str, bool], ...]:
    guards = [name for name, is_on in wished if not is_on and name not in SHAPING_RULES]
    if guards:
        raise ValueError(
            f"a workspace cannot switch off {', '.join(f'`{name}`' for name in guards[:3])}"
        )
    return tuple((dict(in_force) | dict(wished)).items())


WORKSPACE: Mapping[str, Narrow] = {
    "completion.trigger": _only_manual,
    "completion.lines": _fewer_lines,
    "completion.fallback": _any,
    "completion.max_lines": _lower,
    "completion.candidates": _lower,
    "completion.comments": _only_off,
    "completion.strings": _only_off,
    "completion.speculate": _only_off,
    "completion.languages": _fewer_languages,
    "completion.rules": _shaping_rules,
    "next_edit.source": _only_off_by_name,
    "next_edit.reach_lines": _lower,
    "next_edit.eagerness": _less_eager,
    "next_edit.languages": _fewer_languages,
    "context.budget_tokens": _lower,
    "context.prefix_tokens": _lower,
    "context.suffix_tokens": _shorter_suffix,
    "context.other_files": _only_off,
    "context.other_files_tokens": _lower,
    "context.sources": _fewer_switches,
    "context.max_files": _lower,
    "context.max_total_mb": _lower,
    "context.max_seconds": _lower,
    "privacy.exclude": _more_globs,
}
"""What an untrusted layer may do with a setting."""

_WORDS: Mapping[Narrow, str] = {
    _any: "any",
    _lower: "workspace: lower",
    _shorter_suffix: "workspace: lower",
    _only_manual: "workspace: `manual`",
    _fewer_lines: "workspace: fewer",
    _only_off: "workspace: off",
    _only_off_by_name: "workspace: off",
    _less_eager: "workspace: less",
    _more_globs: "every layer adds",
    _fewer_languages: "workspace: off",
    _fewer_switches: "workspace: off",
    _shaping_rules: "workspace: rules of shape",
}
