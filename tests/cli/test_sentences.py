"""What is left of any words on their way to a person."""

from __future__ import annotations

import pytest
from hypothesis import given

from infill_ls.cli.log import Form
from infill_ls.sentences import LONGEST, LONGEST_QUOTE, first_few, harmless, quoted, sentence
from support.clients.hostile_words import BAD, LARGE, is_harmless, words


@given(words())
def test_a_sentence_can_be_shown_anywhere(text):
    said = sentence(text)

    assert is_harmless(said, LONGEST)
    assert sentence(said) == said


@pytest.mark.parametrize("text", [*BAD[:14], LARGE], ids=range(15))
def test_what_does_harm_does_not_come_through(text):
    assert not is_harmless(text)
    assert is_harmless(sentence(f"a{text}b"), LONGEST)


@pytest.mark.parametrize(
    "text",
    ["", "a [b] (c)", "`a.b` (file) is 3, but should be “x”; it was ignored", "模型不存在。", "é ü 😀", "x" * LONGEST],
)
def test_a_plain_sentence_stays_as_it_is(text):
    assert sentence(text) == text


def test_a_long_sentence_keeps_its_cause_and_its_remedy():
    said = sentence(f"The model {'m' * 9_000} does not exist: set provider.model.")

    assert said.startswith("The model mmm")
    assert said.endswith("mmm does not exist: set provider.model.")
    assert len(said) == LONGEST


@given(words())
def test_what_is_quoted_cannot_end_its_quotation(text):
    said = quoted(text)

    assert (said[0], said[-1]) == ("“", "”")
    assert not {"“", "”"} & set(said[1:-1])
    assert is_harmless(said, LONGEST_QUOTE + 2)


@given(words())
def test_code_keeps_its_lines(text):
    shown = harmless(f"a\n\t{text}")

    assert shown.startswith("a\n\t")
    assert len(shown) == len(text) + 3
    assert is_harmless(shown.replace("\n", "").replace("\t", "").replace("]", ""), len(shown))


@pytest.mark.parametrize(
    ("problems", "said"),
    [
        (["a is wrong"], "a is wrong"),
        (["a is wrong", "b?"], "a is wrong. b?"),
        (["a.", "b", "c."], "a. b. c."),
        (["a", "b", "c", "d"], "a. b. c. And 1 more: `infill-ls config`."),
        ([str(number) for number in range(200)], "0. 1. 2. And 197 more: `infill-ls config`."),
    ],
)
def test_a_message_names_few_problems(problems, said):
    assert first_few(problems) == said


def test_a_message_of_long_problems_is_bounded():
    assert is_harmless(first_few([LARGE] * 200))


@given(words())
def test_no_word_in_the_log_passes_for_another_event(text):
    import logging

    record = logging.LogRecord("infill_ls", logging.INFO, "", 0, "%s said", (text,), None)

    assert is_harmless(Form("%(levelname)s: %(message)s").format(record))
