"""Deep suggestions over the protocol, against the emulated Model Studio: what the user sees, sends, pays and can end."""

from __future__ import annotations

import asyncio
import json
from statistics import median

import pytest

from support.clients.editor import INVOKED, items_of
from support.clients.server_session import session
from support.ground.small_project import CANARY, TOKEN, write
from support.model_studio.emulator import Caller, Emulator, Reply

MODEL = "qwen3-coder-flash"
KEY = {"DASHSCOPE_API_KEY": "sk-emulator"}
TYPED = "from store import open_store\n\nstore = open_store('x')\nstore."
LOOKS = [("find_definition", {"name": "open_store"}), ("read_file", {"path": "src/store.py"})]
ANSWER = "```python\nadd_item('b', 2)\n```"


@pytest.fixture
def studio():
    with Emulator() as studio:
        studio.default = Reply(text="plain()")
        yield studio


@pytest.fixture
def root(tmp_path):
    return write(tmp_path)


@pytest.fixture
def uri(root):
    return (root / "src" / "new.py").as_uri()


def settings(studio, protocol="openai", **completion):
    provider = {
        "kind": "model-studio",
        "base_url": studio.base_url if protocol == "openai" else studio.native_url,
        "protocol": protocol,
        "model": MODEL,
        "region": "singapore",
    }
    return {
        "provider": provider,
        "completion": {"debounce_ms": 0, "speculate": False, "languages": {"off/*": False}, **completion},
        "privacy": {"exclude": ["ours"]},
    }


async def command(editor, name, *arguments):
    return await editor.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})


async def deep(editor, uri):
    """As an editor's command asks: the wish, then its ordinary explicit request."""
    await command(editor, "infill-ls.deep")
    return items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))


def is_deep(call):
    return bool(call.asked.get("tools"))


def told(editor):
    return [each["message"] for each in editor.notifications("window/showMessage")]


def steps(editor):
    """What the progress bar said."""
    values = [each["value"] for each in editor.notifications("$/progress")]
    return [value["message"] for value in values if value.get("message")]


@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
async def test_a_deep_suggestion_from_the_key_to_the_ledger(root, uri, studio, protocol):
    """Steps as progress, the suggestion, why, usage; and the first one says what it may read and cost."""
    studio.caller = Caller(LOOKS, then=ANSWER, like=Reply(first_token_s=0.7))
    # What is shown of other files would be more at the second request where the project was being read at the first.
    sources = dict.fromkeys(("definitions", "similar", "edits", "open"), False)
    options = settings(studio, protocol) | {"context": {"sources": sources}}
    async with session(root, options, variables=KEY) as editor:
        editor.open(uri, TYPED)
        (item,) = await deep(editor, uri)
        await editor.wait_for(lambda: steps(editor))
        record = (await command(editor, "infill-ls.why", uri))[0]
        (used,) = [each for each in await command(editor, "infill-ls.usage") if each["calls"]]
        (again,) = await deep(editor, uri)

    assert item["insertText"] == again["insertText"] == "add_item('b', 2)"
    assert steps(editor)[-1] == "reading src/store.py"
    assert record["steps"] == ["looking for the definition of open_store", "reading src/store.py"]
    assert record["sentence"].startswith(
        f"Suggested by {MODEL}. In 2 requests: looking for the definition of open_store; "
    )
    assert (used["calls"], used["deep"], used["deep_tokens"]) == (2, 1, used["prompt"] + used["completion"])
    (notice,) = told(editor)
    assert notice.startswith(f"infill-ls: a deep suggestion lets {MODEL} look things up in your project")
    assert "40,000 tokens" in notice
    assert [is_deep(call) for call in studio.requests] == [True, True]
    assert CANARY not in str([call.body for call in studio.requests])


async def test_the_wish_is_used_up_by_one_request(root, uri, studio):
    studio.caller = Caller(LOOKS, then=ANSWER)
    async with session(root, settings(studio), variables=KEY) as editor:
        editor.open(uri, TYPED)
        await deep(editor, uri)
        editor.type(uri, "x = ")
        await editor.inline_completion(uri, trigger_kind=INVOKED)

    assert [is_deep(call) for call in studio.requests] == [True, True, False]


async def test_automatic_requests_are_never_deep(root, uri, studio):
    """Neither by the setting nor after a wish; and who sets it gets it by hand."""
    studio.caller = Caller(LOOKS, then=ANSWER)
    async with session(root, settings(studio, deep="on"), variables=KEY) as editor:
        editor.open(uri, TYPED)
        await command(editor, "infill-ls.deep")
        for _ in range(5):
            editor.type(uri, "\nvalue = ")
            await editor.inline_completion(uri)
        assert len(studio.requests) >= 5
        assert not any(map(is_deep, studio.requests))
        await editor.inline_completion(uri, trigger_kind=INVOKED)

    assert is_deep(studio.requests[-1])


async def test_a_repository_cannot_ask_for_it(root, uri, studio):
    studio.caller = Caller(LOOKS, then=ANSWER)
    options = settings(studio)
    config = root.parent / "config.toml"
    provider = "".join(f'{name} = "{value}"\n' for name, value in options["provider"].items())
    config.write_text(f"[provider]\n{provider}")
    repository = {"completion": {"deep": "on", "deep_tokens": 1_000_000}}
    variables = KEY | {"INFILL_LS_CONFIG": str(config)}
    async with session(root, repository, variables=variables, trusted=False) as editor:
        editor.open(uri, TYPED)
        await editor.inline_completion(uri, trigger_kind=INVOKED)

    assert len(studio.requests) == 1
    assert not is_deep(studio.requests[0])


async def test_a_model_that_cannot_call_tools_answers_as_ever_and_why_says_so(root, uri, studio):
    options = settings(studio)
    options["provider"]["model"] = "qwen2.5-coder-7b-instruct"
    options["provider"]["region"] = "beijing"
    async with session(root, options, variables=KEY) as editor:
        editor.open(uri, TYPED)
        (item,) = await deep(editor, uri)
        record = (await command(editor, "infill-ls.why", uri))[0]

    assert item["insertText"] == "plain()"
    assert record["sentence"].endswith("Nothing was looked up: qwen2.5-coder-7b-instruct is not known to call tools.")
    assert not any(map(is_deep, studio.requests))


PRIVATE = (".env", "../outside.py", "/etc/passwd", "src/env_link.py", "src/outside.py", "src/away/outside.py", "private.py", "ours/secret.py")  # fmt: skip


@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
async def test_nothing_private_is_sent_whatever_the_model_asks_for(root, uri, studio, protocol):
    """Not by reading, searching, listing or outlining; what it gets instead is an error in words."""
    studio.caller = Caller(
        [(tool, {"path": path}) for path in PRIVATE[:4] for tool in ("read_file", "outline")],
        [(tool, {"path": path}) for path in PRIVATE[4:] for tool in ("read_file", "outline")],
        [
            ("search_text", {"text": "ANARY"}),
            ("list_files", {"glob": "*"}),
            ("read_file", {"path": "src/keys.py"}),
            ("run_shell", {"command": "cat .env"}),
            ("read_file", '{"path": "src/store.py"'),
            ("read_file", {"path": "long.txt", "first_line": 1, "last_line": 10**9}),
        ],
        then=ANSWER,
    )
    async with session(root, settings(studio, protocol, deep_tokens=200_000), variables=KEY) as editor:
        editor.open(uri, TYPED)
        (item,) = await deep(editor, uri)

    assert item["insertText"] == "add_item('b', 2)"
    bodies = json.dumps([call.body for call in studio.requests])
    assert len(studio.requests) == 4
    results = [each["content"] for each in studio.requests[-1].asked["messages"] if each["role"] == "tool"]
    assert len(results) == 22
    assert sum(each.startswith("Error: ") for each in results) == 18
    assert CANARY not in bodies
    assert TOKEN not in bodies
    assert str(root.parent) not in bodies


@pytest.mark.parametrize(("how", "number"), [("a key", 1), ("a key", 2), ("a cancellation", 2), ("a newer request", 2)])
async def test_at_each_step_its_connection_is_closed_at_once(root, uri, studio, number, how):
    """Within 100 ms, as any request's; what was used is booked."""
    slow = Reply(first_token_s=0.02, chunk_s=0.1, chunk_size=20)
    looks = Caller(LOOKS, then=ANSWER * 20, like=slow)
    studio.caller = looks
    late = []
    async with session(root, settings(studio), variables=KEY) as editor:
        editor.open(uri, TYPED)
        for turn in range(2):
            editor.type(uri, f"v{turn}.")
            studio.reset()
            studio.caller = looks
            await command(editor, "infill-ls.deep")
            waiting = editor.inline_completion(uri, trigger_kind=INVOKED)
            await studio.until(
                lambda: len(studio.requests) == number and (studio.requests[-1].called or studio.requests[-1].sent)
            )
            loop = asyncio.get_running_loop()
            ended = loop.time()
            if how == "a key":
                editor.type(uri, "q")
            elif how == "a cancellation":
                editor.cancel(waiting)
            else:
                editor.type(uri, "\nz = ")
                newer = editor.inline_completion(uri)
            call = studio.requests[number - 1]
            await studio.until(lambda call=call: call.over)
            late.append(loop.time() - ended)
            assert call.closed_by_client
            await asyncio.gather(waiting, return_exceptions=True)
            if how == "a newer request":
                await newer
        used = await command(editor, "infill-ls.usage")

    assert median(late) < 0.1
    (entry,) = [each for each in used if each["calls"]]
    assert entry["deep"] == 2
    assert entry["aborted"] >= 2
    assert entry["estimated"] > 0
