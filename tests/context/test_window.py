"""The text around the cursor that a model is shown: within its budget, in whole lines, and steady while one types."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.context.window import CHARACTERS_PER_TOKEN, STEPS, window
from support.engine.fakes import place

LINES = st.lists(st.text(st.characters(exclude_characters="\r\n"), max_size=30), max_size=60)
TEXT = LINES.map("\n".join)
TOKENS = st.integers(0, 100)


@given(TEXT, TEXT, TOKENS, TOKENS, st.integers(0, 500))
def test_a_window_is_the_text_next_to_the_cursor(before, after, prefix_tokens, suffix_tokens, first_line):
    """Nothing is left out in between, nothing is more than asked for, and lines are whole where one fits."""
    at = replace(place("|"), prefix=before, suffix=after, first_line=first_line)
    budget, budget_after = prefix_tokens * CHARACTERS_PER_TOKEN, suffix_tokens * CHARACTERS_PER_TOKEN

    prefix, suffix = window(at, prefix_tokens, suffix_tokens)

    assert before.endswith(prefix)
    assert after.startswith(suffix)
    assert len(prefix) <= budget + 1
    assert len(suffix) <= budget_after
    cut = before[: len(before) - len(prefix)]
    assert cut == "" or cut.endswith("\n") or len(at.line_before) > budget
    assert suffix == after or suffix.endswith("\n") or len(after.partition("\n")[0]) >= budget_after


@given(TEXT, TOKENS)
def test_at_least_half_of_what_fits_is_shown(before, prefix_tokens):
    """Standing still must not cost more than half of the budget."""
    budget = prefix_tokens * CHARACTERS_PER_TOKEN
    longest = max(map(len, before.split("\n")))

    prefix, _ = window(replace(place("|"), prefix=before), prefix_tokens, 0)

    assert 2 * len(prefix) >= min(len(before), budget) - 2 * longest - 2


CASES = {
    "all fits": ("a\nb|c\nd", 10, 10, ("a\nb", "c\nd")),
    "nothing before": ("|c", 10, 10, ("", "c")),
    "nothing after": ("a|", 10, 10, ("a", "")),
    "no budget": ("a\nb|c\nd", 0, 0, ("", "")),
    "lines before": ("aaaa\nbbbb\nc|", 1, 0, ("c", "")),
    "a long line before": ("aaaa\nbbbbbbbb|", 1, 0, ("bbbb", "")),
    "lines after": ("|a\nb\nc\nd\n", 0, 1, ("", "a\nb\n")),
    "a line after that is cut": ("|abcdef\n", 0, 1, ("", "abcd")),
    "the rest of the cursor's line": ("|ab\ncdef\n", 0, 1, ("", "ab\n")),
}


@pytest.mark.parametrize(("marked", "prefix_tokens", "suffix_tokens", "wanted"), CASES.values(), ids=CASES.keys())
def test_windows_of_small_texts(marked, prefix_tokens, suffix_tokens, wanted):
    assert window(place(marked), prefix_tokens, suffix_tokens) == wanted


SOURCE = "".join(f"value_{number} = compute({number})\n" for number in range(2000))


def starts(before, typed, *, clip=None, tokens=512):
    """Document lines at which the window starts, key by key; ``clip`` is how much text a snapshot holds."""
    found = []
    for count in range(len(typed) + 1):
        whole = before + typed[:count]
        held = whole if clip is None else whole[whole.find("\n", len(whole) - clip) + 1 :]
        first_line = whole[: len(whole) - len(held)].count("\n")
        prefix, _ = window(replace(place("|"), prefix=held, first_line=first_line), tokens, 0)
        found.append(whole[: len(whole) - len(prefix)].count("\n"))
    return found


STRETCHES = {"from the start": None, "from a clipped snapshot": 512 * CHARACTERS_PER_TOKEN + 1024}


@pytest.mark.parametrize("clip", STRETCHES.values(), ids=STRETCHES.keys())
@pytest.mark.parametrize("lines", [10, 333, 1000])
def test_the_start_stays_put_while_one_types(lines, clip):
    """In 40 typed lines the window's start moves seldom: in between, each prompt begins as the one before."""
    before = "".join(SOURCE.splitlines(keepends=True)[:lines])
    typed = "".join(f"    print({number})\n" for number in range(40))

    found = starts(before, typed, clip=clip)

    moves = sum(one != other for one, other in itertools.pairwise(found))
    assert found == sorted(found), "it never goes back"
    assert moves <= 40 // STEPS[1] + 2
    assert len(typed) / (moves + 1) > 100


def test_the_start_is_the_same_for_neighbouring_places():
    """Moving the cursor by a line or two reuses the prompt, too."""
    lines = SOURCE.splitlines(keepends=True)

    found = [starts("".join(lines[:end]), "")[0] for end in range(500, 516)]

    assert len(set(found)) <= 3
