"""Partial-mode chats: what they carry, and in which order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.messages import Message
from infill_ls.prompt.build import build
from infill_ls.prompt.family_rows import QWEN
from infill_ls.records import Context, Neighbor

PLACE = Context(
    prefix="def f():\n    ",
    suffix="\n\nf()\n",
    path="pkg/a.py",
    language="python",
    neighbors=(Neighbor("b.py", "B = 1"), Neighbor("c.py", "C = 2")),
)


def chat(context):
    return build(context, "partial", QWEN, max_tokens=64).messages


def test_the_last_message_is_the_prefix_to_be_continued():
    user, last = chat(PLACE)

    assert last == Message("assistant", "def f():\n    ", partial=True)
    assert (user.role, user.partial) == ("user", False)


def test_the_instruction_carries_what_is_known_with_what_changes_least_first():
    instruction = chat(PLACE)[0].content
    parts = [
        "no Markdown fences",
        '<file path="b.py">\nB = 1\n</file>',
        '<file path="c.py">\nC = 2\n</file>',
        "Language: python\nFile: pkg/a.py",
        "<suffix>\n\nf()\n</suffix>",
    ]

    places = [instruction.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert instruction.endswith("</suffix>")


def test_typing_changes_the_last_message_alone():
    assert chat(PLACE)[0] == chat(replace(PLACE, prefix="def f():\n    ret"))[0]


WITHOUT = {
    "suffix": (replace(PLACE, suffix="\n"), "<suffix>", "Nothing follows the cursor."),
    "language": (replace(PLACE, language=""), "Language:", "File: pkg/a.py"),
    "other files": (replace(PLACE, neighbors=()), "<file", "File: pkg/a.py"),
}


@pytest.mark.parametrize(("context", "absent", "present"), WITHOUT.values(), ids=WITHOUT.keys())
def test_what_there_is_not_leaves_no_trace(context, absent, present):
    instruction = chat(context)[0].content

    assert absent not in instruction
    assert present in instruction


def test_braces_are_text():
    assert "{0}" in chat(replace(PLACE, suffix="{0}"))[0].content


def test_a_chat_is_no_fim_prompt():
    prompt = build(PLACE, "partial", QWEN, max_tokens=64, stop=("x",))

    assert (prompt.mode, prompt.text, prompt.max_tokens) == ("partial", "", 64)
    assert prompt.stop[0] == "x"
    assert set(QWEN.stop) < set(prompt.stop)
