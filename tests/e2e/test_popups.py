"""Which popups of Helix were asked for by hand, so that a model is asked as for any explicit request.

What is sent is what Helix 25.07 was seen to send: by hand and by itself with the same trigger kind.
"""

from __future__ import annotations

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Reply

BEFORE = "first = 1\nsecond = 2\nthird ="
INVOKED, REFRESHED = 1, 3


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text=" f(a)")
        yield studio


async def ask(editor, uri, trigger_kind=INVOKED):
    return items_of(await editor.completion(uri, trigger_kind=trigger_kind))


def delete(editor, uri, characters):
    cursor = editor.buffers[uri].cursor
    editor.change(uri, cursor - characters, cursor, "")


async def nothing_was_done(_editor, _uri):
    pass


async def the_cursor_was_moved(editor, uri):
    editor.type(uri, "v")
    await ask(editor, uri)
    editor.buffers[uri].cursor = len("first = 1")


async def a_letter_was_deleted(editor, uri):
    editor.type(uri, "va")
    await ask(editor, uri)
    delete(editor, uri, 1)


async def a_deletion_was_undone(editor, uri):
    editor.type(uri, "value")
    await ask(editor, uri)
    delete(editor, uri, 5)
    editor.type(uri, "value")


async def it_had_asked_by_itself(editor, uri):
    editor.type(uri, "va")
    await ask(editor, uri)


async def it_had_asked_after_a_deletion(editor, uri):
    editor.type(uri, "val")
    await ask(editor, uri)
    delete(editor, uri, 1)
    await ask(editor, uri, REFRESHED)
    await ask(editor, uri)


BY_HAND = [
    nothing_was_done,
    the_cursor_was_moved,
    a_letter_was_deleted,
    a_deletion_was_undone,
    it_had_asked_by_itself,
    it_had_asked_after_a_deletion,
]


async def a_letter_was_typed_and_deleted_at_once(editor, uri):
    editor.type(uri, "va")
    editor.type(uri, "l")
    delete(editor, uri, 1)


async def a_popup_was_left_empty_by_a_deletion(editor, uri):
    editor.type(uri, "val")
    await ask(editor, uri)
    delete(editor, uri, 1)
    await ask(editor, uri, REFRESHED)


BY_ITSELF = [a_letter_was_typed_and_deleted_at_once, a_popup_was_left_empty_by_a_deletion]


@pytest.mark.parametrize(
    ("acted", "wanted"),
    [*((acted, "invoked") for acted in BY_HAND), *((acted, "automatic") for acted in BY_ITSELF)],
    ids=lambda each: each if isinstance(each, str) else each.__name__,
)
async def test_how_a_popup_was_asked_for(project, uri, studio, acted, wanted):
    """By hand, a model is asked even where a deletion or a move asks nothing."""
    async with session(project, asking(studio), variables=key_of(studio), client="helix") as editor:
        editor.open(uri, BEFORE)
        await acted(editor, uri)
        await ask(editor, uri)
        await is_alive(editor)

        (record, *_) = await editor.request(
            "workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]}
        )
        assert record["trigger"] == wanted
        assert (record["outcome"] == "shown") is (wanted == "invoked")


async def test_other_editors_ask_by_themselves_after_anything(project, uri, studio):
    """So nothing tells a popup by hand."""
    async with session(project, asking(studio), variables=key_of(studio), client="emacs-eglot") as editor:
        editor.open(uri, BEFORE)
        await a_letter_was_deleted(editor, uri)
        asked = len(studio.requests)
        assert await ask(editor, uri) == []
        assert len(studio.requests) == asked


async def test_a_popup_by_hand_has_all_candidates(project, uri, studio):
    """As many as the setting says."""
    options = asking(studio)
    options["completion"]["candidates"] = 3
    replies = iter((" f(a)", " g(b)", " h(c)"))
    studio.default = lambda _call: Reply(text=next(replies))
    async with session(project, options, variables=key_of(studio), client="helix") as editor:
        editor.open(uri, BEFORE)
        assert len(await ask(editor, uri)) == 3
