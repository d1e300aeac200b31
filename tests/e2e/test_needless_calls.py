"""Edits and moves after which nobody wants a suggestion cost no call; what was rejected is not offered again."""

from __future__ import annotations

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

BEFORE = "first = 1\nsecond = 2\nthird ="
SUGGESTED = "(f(a))"
"""Parses behind an equals sign and behind a value."""


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text=SUGGESTED)
        yield studio


async def texts(waiting):
    return [item["insertText"] for item in items_of(await waiting)]


class Person:
    """Someone at an editor, who asks when told to."""

    def __init__(self, editor, uri):
        self.editor, self.uri = editor, uri
        self.buffer = editor.buffers[uri]

    def type(self, text):
        """Key by key."""
        for key in text:
            self.editor.type(self.uri, key)

    def insert(self, text):
        """In one change."""
        self.editor.type(self.uri, text)

    def delete(self, characters):
        """In one change."""
        cursor = self.buffer.cursor
        self.editor.change(self.uri, cursor - characters, cursor, "")

    def backspace(self, characters):
        for _ in range(characters):
            self.delete(1)

    def go(self, line):
        """To the end of a line."""
        ends = [at for at, character in enumerate(self.buffer.text + "\n") if character == "\n"]
        self.buffer.cursor = ends[line]

    async def ask(self):
        return await texts(self.editor.inline_completion(self.uri))


def backspace(person):
    person.type(" value")
    person.backspace(1)


def delete_a_word(person):
    person.type(" value")
    person.delete(5)


def delete_a_line_break(person):
    person.type(" value\n")
    person.delete(1)


def undo_typing(person):
    person.type(" value + 1")
    person.delete(10)


def undo_a_deletion(person):
    person.type(" value")
    person.delete(5)
    person.insert("value")


def redo_typing(person):
    person.type(" value + 1")
    person.delete(10)
    person.insert(" value + 1")


def move_up(person):
    person.type(" value")
    person.go(0)


NEEDLESS = [
    backspace,
    delete_a_word,
    delete_a_line_break,
    undo_typing,
    undo_a_deletion,
    redo_typing,
    move_up,
]


@pytest.mark.parametrize("act", NEEDLESS)
async def test_no_call_for(project, uri, studio, act):
    """Whatever the cache may know of the place. A key that is typed then is asked for as ever."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        person = Person(editor, uri)
        act(person)
        await person.ask()
        await is_alive(editor)
        assert studio.requests == ()

        person.type(" ")
        assert await person.ask() == [SUGGESTED]
        assert len(studio.requests) >= 1


async def test_no_call_for_a_move_to_a_place_that_was_asked_for(project, uri, studio):
    """One call in all: moving about costs none, wherever one comes by."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        person = Person(editor, uri)
        person.type(" ")
        await person.ask()
        await is_alive(editor)
        calls = len(studio.requests)
        for line in (0, 1, 2, 1):
            person.go(line)
            await person.ask()
        await is_alive(editor)
        assert len(studio.requests) == calls


async def take_and_delete(person):
    person.insert(SUGGESTED)
    await person.ask()
    person.delete(len(SUGGESTED))


async def take_and_backspace(person):
    person.insert(SUGGESTED)
    await person.ask()
    person.backspace(len(SUGGESTED))


@pytest.mark.parametrize("reject", [take_and_delete, take_and_backspace])
async def test_what_was_deleted_again_is_not_offered_again(project, uri, studio, reject):
    """Even where the model would say it once more. Elsewhere it may be offered as before."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        person = Person(editor, uri)
        person.type(" ")
        assert await person.ask() == [SUGGESTED]

        await reject(person)
        await person.ask()
        person.backspace(1)
        person.type(" ")
        assert SUGGESTED not in await person.ask()

        person.type("1\nfourth = ")
        assert await person.ask() == [SUGGESTED]


async def test_what_was_passed_over_twice_is_not_offered_again(project, uri, studio):
    """It was on the screen, and something else was typed, and that twice."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, BEFORE)
        person = Person(editor, uri)
        for _ in range(2):
            person.type(" ")
            assert await person.ask() == [SUGGESTED]
            person.type("12")
            await person.ask()
            person.backspace(3)
            await person.ask()

        person.type(" ")
        assert SUGGESTED not in await person.ask()
