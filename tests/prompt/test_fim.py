"""Fill-in-the-middle prompts, byte for byte."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.privacy.neutralise import neutralise
from infill_ls.prompt.build import build
from infill_ls.prompt.family_rows import FAMILIES, QWEN
from infill_ls.records import Context, Neighbor

PLACE = Context(prefix="def f():\n    ", suffix="\n\nf()\n", path="a.py", language="python")
OTHER = Neighbor("lib/b.py", "B = 1")
THIRD = Neighbor("c.py", "C = 2\n")

PROMPTS = {
    "text on both sides": (
        PLACE,
        "<|fim_prefix|>def f():\n    <|fim_suffix|>\n\nf()\n<|fim_middle|>",
    ),
    "nothing follows": (
        replace(PLACE, suffix=""),
        "<|fim_prefix|>def f():\n    <|fim_suffix|>",
    ),
    "only white space follows": (
        replace(PLACE, suffix="\n \t\n"),
        "<|fim_prefix|>def f():\n    <|fim_suffix|>",
    ),
    "an indented prefix is kept to its last space": (
        replace(PLACE, prefix="\t ", suffix="x"),
        "<|fim_prefix|>\t <|fim_suffix|>x<|fim_middle|>",
    ),
    "braces are text": (
        replace(PLACE, prefix="{suffix}{0}", suffix="{}"),
        "<|fim_prefix|>{suffix}{0}<|fim_suffix|>{}<|fim_middle|>",
    ),
    "other files come first": (
        replace(PLACE, neighbors=(OTHER, THIRD)),
        "<|repo_name|>project\n<|file_sep|>lib/b.py\nB = 1\n<|file_sep|>c.py\nC = 2\n\n<|file_sep|>a.py\n<|fim_prefix|>def f():\n    <|fim_suffix|>\n\nf()\n<|fim_middle|>",
    ),
    "other files, and nothing follows": (
        replace(PLACE, suffix="\n", neighbors=(OTHER,)),
        "<|repo_name|>project\n<|file_sep|>lib/b.py\nB = 1\n<|file_sep|>a.py\n<|fim_prefix|>def f():\n    <|fim_suffix|>",
    ),
}


@pytest.mark.parametrize(("context", "text"), PROMPTS.values(), ids=PROMPTS.keys())
def test_a_context_has_exactly_this_prompt(context, text):
    prompt = build(context, "fim", QWEN, max_tokens=64)

    assert prompt.text == text
    assert (prompt.mode, prompt.messages, prompt.max_tokens, prompt.context) == ("fim", (), 64, context)


TYPED_LAST = {
    "the typed part of the line comes last": (
        PLACE,
        "<|fim_prefix|>def f():\n<|fim_suffix|>\n\nf()\n<|fim_middle|>    ",
    ),
    "on the first line": (
        replace(PLACE, prefix="x = ", suffix="\ny"),
        "<|fim_prefix|><|fim_suffix|>\ny<|fim_middle|>x = ",
    ),
    "nothing follows": (replace(PLACE, suffix="\n"), "<|fim_prefix|>def f():\n    <|fim_suffix|>"),
}


@pytest.mark.parametrize(("context", "text"), TYPED_LAST.values(), ids=TYPED_LAST)
def test_what_is_typed_may_come_last(context, text):
    """Then all that stands before it is the same at each key of a line."""
    assert build(context, "fim", QWEN, max_tokens=64, form="typed-last").text == text


PIECES = st.lists(
    st.sampled_from([*QWEN.control_tokens, "<", "|", ">", "fim_prefix", "x", " ", "\n", "é"]), max_size=12
)
TEXT = PIECES.map("".join).map(lambda text: neutralise(text, QWEN.control_tokens))


@given(TEXT, TEXT, TEXT, st.lists(TEXT, max_size=2))
def test_a_prompt_holds_each_control_token_exactly_as_often_as_its_form_says(prefix, suffix, path, texts):
    neighbors = tuple(Neighbor(path, text) for text in texts)
    text = build(Context(prefix, suffix, path, "", neighbors), "fim", QWEN, max_tokens=1).text

    expected = dict.fromkeys(QWEN.control_tokens, 0)
    expected |= {"<|fim_prefix|>": 1, "<|fim_suffix|>": 1, "<|fim_middle|>": int(bool(suffix.strip()))}
    if neighbors:
        expected |= {"<|repo_name|>": 1, "<|file_sep|>": len(neighbors) + 1}
    assert {token: text.count(token) for token in QWEN.control_tokens} == expected
    assert text.endswith("<|fim_middle|>" if suffix.strip() else "<|fim_suffix|>")


@given(*[st.text(alphabet="ab\n<{", max_size=20)] * 3, st.sampled_from(["fim", "partial"]))
def test_prompts_are_equal_for_equal_contexts_and_hold_no_carriage_return(prefix, suffix, path, mode):
    context = Context(prefix, suffix, path, "c", (Neighbor("n", prefix),))
    prompt = build(context, mode, QWEN, max_tokens=1)

    assert prompt == build(context, mode, QWEN, max_tokens=1)
    assert "\r" not in prompt.text + "".join(message.content for message in prompt.messages)


def test_the_users_stops_come_first_and_none_comes_twice():
    stop = build(PLACE, "fim", QWEN, max_tokens=1, stop=("\n\n", "<|im_end|>")).stop

    assert stop[:3] == ("\n\n", "<|im_end|>", "<|endoftext|>")
    assert len(stop) == len(set(stop))


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_stops_at_control_tokens_alone(family):
    """And at each of those that a completion's prompt is made of."""
    form = family.middle + family.prefix_only + family.repository + family.file + family.current
    assert {token for token in family.control_tokens if token in form} <= set(family.stop) <= set(family.control_tokens)
