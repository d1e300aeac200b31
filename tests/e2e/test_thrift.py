"""What costs no call: typing what is shown, taking a part of it. What waits for nobody: an explicit request."""

from __future__ import annotations

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import asking, key_of, session
from support.model_studio.emulator import Emulator, Reply

BEFORE = "def compute(first, second): ...\n\n\nx ="
SUGGESTED = "compute(\n    first,\n    second,\n)"


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text=SUGGESTED)
        yield studio


async def texts(waiting):
    return [item["insertText"] for item in items_of(await waiting)]


def asked_within(studio):
    """Calls for places inside the suggestion; what is asked ahead for the place behind it is another matter."""
    inside = {f"{BEFORE} {SUGGESTED[:typed]}" for typed in range(1, len(SUGGESTED))}
    return [call for call in studio.requests if call.question and call.question.prefix in inside]


KEYS = {
    "key by key": list(SUGGESTED),
    "with the indentation that the editor puts in": ["compute(", "\n    ", *"first,", "\n    ", *"second,", "\n", ")"],
    "word by word": ["compute", "(", "\n    first", ",", "\n    second", ",", "\n)"],
    "line by line": ["compute(", "\n    first,", "\n    second,", "\n)"],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS.keys())
async def test_a_suggestion_is_typed_through_at_no_call(project, uri, studio, keys):
    """Over four lines, to its end: what is left is shown after each key, and nobody is asked for it."""
    assert "".join(keys) == SUGGESTED
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        editor.type(uri, " ")
        assert await texts(editor.inline_completion(uri)) == [SUGGESTED]
        left = SUGGESTED
        for key in keys[:-1]:
            editor.type(uri, key)
            left = left.removeprefix(key)
            assert await texts(editor.inline_completion(uri)) == [left]
        assert asked_within(studio) == []


async def test_going_back_in_a_suggestion_costs_no_call(project, uri, studio):
    """Some of it is typed and deleted again: the same is shown as before."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        editor.type(uri, " ")
        await editor.inline_completion(uri)
        editor.type(uri, "compute(")
        for left in (8, 4):
            cursor = editor.buffers[uri].cursor
            editor.change(uri, cursor - 4, cursor, "")
            assert await texts(editor.inline_completion(uri)) == [SUGGESTED[left - 4 :]]
        assert asked_within(studio) == []


async def test_who_asks_explicitly_does_not_wait(project, uri, studio):
    """However long the pause that the user wants before automatic requests: one such, asked for earlier, still waits."""
    options = asking(studio) | {"completion": {"debounce_ms": 60_000}}
    other = (project / "b.py").as_uri()
    async with session(project, options, variables=key_of(studio)) as editor:
        for each in (other, uri):
            editor.open(each, BEFORE)
            editor.type(each, " ")
        waiting = editor.inline_completion(other)
        assert await texts(editor.inline_completion(uri, trigger_kind=INVOKED)) == [SUGGESTED]
        assert not waiting.done()
        assert len(studio.requests) == 1
