"""Without key, network or model: the embedded engine's answer or an empty one, one message, never one per keystroke."""

from __future__ import annotations

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Failure, Reply

KEYSTROKES = 20
KNOWN = "print('so far')\nresult = total_price(items, tax_rate, discount)\n" * 3


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text="42")
        yield studio


async def type_keys(editor, uri, text):
    """Type a text key by key, asking after each; give what was suggested at each place."""
    suggested = []
    for key in text:
        editor.type(uri, key)
        suggested.append([item["insertText"] for item in items_of(await editor.inline_completion(uri))])
    await is_alive(editor)
    return suggested


async def check_local_answers(editor, uri, known=KNOWN):
    """The embedded engine knows the rest of the line from further up in the file."""
    editor.open(uri, known + "print('so far')\nresult = total_price(items")
    editor.buffers[uri].cursor = len(editor.buffers[uri].text)
    suggested = await type_keys(editor, uri, ", tax_rate, discount")
    assert len(suggested) == KEYSTROKES
    assert any("discount" in text for texts in suggested for text in texts)


async def test_nothing_is_set_up(project, uri):
    """No key, no network, no settings: the embedded engine answers, and there is nothing to complain of."""
    async with session(project) as editor:
        await check_local_answers(editor, uri)
        assert editor.notifications("window/showMessage") == []
        assert editor.printed == b""


REVOKED = Failure(401, "invalid_api_key", "Incorrect API key provided.")
NO_MODEL = Failure(404, "model_not_found", "The model `none` does not exist.")
FORBIDDEN = Failure(403, "access_denied", "Model access denied.")
DOWN = Failure(503, "ServiceUnavailable", "The service is temporarily unavailable.")
LIMITED = Failure(429, "insufficient_quota", "You exceeded your current quota.", retry_after_s=60)
TROUBLES = {
    # what the service says, how the message can be known, the most calls over 20 keystrokes
    "key revoked": (REVOKED, "key", 1),
    "access denied": (FORBIDDEN, "403", 1),
    "model unknown": (NO_MODEL, "model", 1),
    "service down": (DOWN, "503", 4),
    "quota used up": (LIMITED, "quota", 1),
    "hangs up": ("close", "broke off", 4),
}


@pytest.mark.parametrize(("trouble", "word", "calls"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_the_model_refuses(project, uri, studio, trouble, word, calls):
    """One message that names the cause, the embedded engine's answers, and a service that is left alone."""
    studio.default = Reply(trouble=trouble)
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        await check_local_answers(editor, uri)
        (message,) = editor.notifications("window/showMessage")
        assert word in message["message"].lower() or word in message["message"]
        assert 1 <= len(studio.requests) <= calls


async def test_the_address_leads_nowhere(project, uri, studio):
    """Nobody listens there: the same."""
    options = asking(studio, base_url="http://127.0.0.1:9/v1")
    async with session(project, options, variables=key_of(studio)) as editor:
        await check_local_answers(editor, uri)
        (message,) = editor.notifications("window/showMessage")
        assert "refused" in message["message"]


async def test_the_name_does_not_resolve(project, uri, studio):
    """A host name that there is not."""
    options = asking(studio, base_url="https://nowhere.invalid/v1")
    async with session(project, options, variables=key_of(studio)) as editor:
        await check_local_answers(editor, uri)
        (message,) = editor.notifications("window/showMessage")
        assert "nowhere.invalid does not resolve" in message["message"]


async def test_a_service_without_its_key(project, uri, studio):
    """Model Studio was asked for, and no key is there."""
    options = asking(studio, kind="model-studio", base_url=studio.base_url)
    async with session(project, options) as editor:
        await check_local_answers(editor, uri)
        (message,) = editor.notifications("window/showMessage")
        assert "DASHSCOPE_API_KEY" in message["message"]
        assert studio.requests == ()


async def test_no_request_is_sent_for_what_the_embedded_engine_is_sure_of(project, uri, studio):
    """Unless the user has switched that off. It takes more than three lines that are alike."""
    options = asking(studio)
    del options["local"]
    async with session(project, options, variables=key_of(studio)) as editor:
        await check_local_answers(editor, uri, known=3 * KNOWN)
    assert studio.requests == ()


async def test_settings_that_cannot_work(project, uri):
    """An address that is none: said once, and the embedded engine answers."""
    options = {"provider": {"kind": "openai", "base_url": "not an address"}}
    async with session(project, options) as editor:
        await check_local_answers(editor, uri)
        assert len(editor.notifications("window/showMessage")) == 1


async def test_trouble_ends_and_comes_back(project, uri, studio):
    """Trouble that comes and goes is told once in some minutes, not each time it is back."""
    bad = Failure(400, "invalid_parameter_error", "no")
    studio.script(Reply(trouble=bad), "1", Reply(trouble=bad), Reply(trouble=bad))
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, "x = ")
        for text in ("a + ", "b + ", "c + ", "d + "):
            editor.type(uri, text)
            await editor.inline_completion(uri)
        assert len(studio.requests) == 4
        assert len(editor.notifications("window/showMessage")) == 1
