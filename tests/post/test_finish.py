"""Finishing on its own: what no stream has filtered, and the name of the rule that says no."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.post.finish import POST_RULES, finish
from infill_ls.records import Completion, Rejection
from infill_ls.settings.outcomes import RULES
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import apply, place_of

ALPHABET = st.sampled_from(
    [*"ab (){}[]\"'`;:,.=#\n\t\\/*<>", "  ", "    ", "foo", "return ", "def f():\n", "```\n", "<|", "|>", "用", "😀"]
)
TEXTS = st.lists(ALPHABET, max_size=30).map("".join)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        ("<|im_end|>", "token"),
        ("I cannot complete this.", "prose"),
        ("return x", "suffix"),
        ("return x\n\nreturn y", "suffix"),
    ],
)
def test_a_rejection_names_its_rule(text: str, rule: str) -> None:
    """The rule that leaves nothing of the answer is the reason."""
    place = place_of("def f():\n    x = 1\n    ‸\n    return x\n    return y\n", "python")

    result = finish(
        text.replace("\n\n", "\n    "), Surroundings.of(place), finish_reason="stop", lines="auto", max_lines=40
    )

    assert result == Rejection(rule)


@pytest.mark.parametrize(
    ("text", "lines", "max_lines", "expected"),
    [
        ("a\nb\nc", "single", 40, "a"),
        ("\n    a\n    b", "single", 40, "\n    a"),
        ("a\nb\nc", "auto", 2, "a\nb"),
        ("\n    a\n    b\n    c", "multi", 2, "\n    a\n    b"),
        ("a\nb\nc", "multi", 3, "a\nb\nc"),
    ],
)
def test_lines_are_limited_without_a_stream(text: str, lines: str, max_lines: int, expected: str) -> None:
    """An answer that came whole keeps to the lines asked for, too."""
    result = finish(
        text, Surroundings.of(place_of("‸\n", "python")), finish_reason=None, lines=lines, max_lines=max_lines
    )

    assert result == Completion(expected)


def test_rule_names_are_unique() -> None:
    """A name is enough to tell which rule it was, and to switch it off."""
    names = [name for name, _ in POST_RULES]

    assert len(names) == len(set(names))
    assert set(names) <= set(RULES)


@given(TEXTS, TEXTS, TEXTS, st.sampled_from(["python", "javascript", "rust", "markdown", "html", "sql", "elisp", ""]))
def test_no_other_line_is_ever_touched(before: str, after: str, text: str, language: str) -> None:
    """Whatever the texts: nothing raises, the place replaced ends on the cursor's line and holds no word of the user's."""
    place = place_of(f"{before}‸{after}", language)

    result = finish(text, Surroundings.of(place), finish_reason="length", lines="auto", max_lines=40)

    if isinstance(result, Rejection):
        assert result.rule in {"empty", *(name for name, _ in POST_RULES)}
        return
    replaced = place.suffix[: result.replaces]
    assert "\n" not in replaced
    assert not any(map(str.isalnum, replaced))
    assert "\r" not in result.text
    assert apply(place, result).endswith(place.suffix[len(place.line_after) :])
    assert result.text.strip()
