"""Next edits over the wire: what was changed twice is offered, taken, dismissed and made everywhere."""

from __future__ import annotations

import asyncio

import pytest

from support.clients.editor import items_of
from support.clients.server_session import asking, key_of, session
from support.model_studio.emulator import Emulator

METHODS = ("textDocument/copilotInlineEdit", "infill-ls/nextEdit")
LOCAL = {"provider": {"kind": "local"}, "local": {"installed": False}}
"""Nothing is read meanwhile but the project."""
CALLS = (
    "{0}one = load(first)\n{0}two = load(second)\nx = 1\n{0}s = '😀'; three = load(third[0])\n{0}four = load(last)\n"
)
CHANGED = CALLS.replace(")\n", ", cache)\n")
INVOKED, AUTOMATIC = 1, 2


def change_twice(editor, uri):
    """Put another argument into the first two calls."""
    for name in ("first", "second"):
        at = editor.buffers[uri].text.index(f"{name})") + len(name)
        editor.change(uri, at, at, ", cache")


async def ask(editor, uri, method=METHODS[0], **document):
    buffer = editor.buffers[uri]
    named = {"uri": uri, "version": buffer.version} | document
    params = {"textDocument": named, "position": buffer.position(buffer.cursor), "context": {"triggerKind": 2}}
    return (await editor.request(method, params))["edits"]


def take(editor, uri, edit):
    buffer = editor.buffers[uri]
    editor.change(uri, buffer.offset(edit["range"]["start"]), buffer.offset(edit["range"]["end"]), edit["text"])


@pytest.mark.parametrize(
    ("method", "encoding", "indent"),
    [(METHODS[0], "utf-8", "    "), (METHODS[1], "utf-16", "\t"), (METHODS[0], "utf-32", "\t")],
    ids=["utf-8, blanks", "utf-16, tabs", "utf-32, tabs"],
)
async def test_each_acceptance_leads_to_the_next_place_and_the_last_to_none(project, uri, method, encoding, indent):
    """In every encoding, with either line end; accepted by a command, by a notification, or only by the edit."""
    client = {"capabilities": {"general": {"positionEncodings": [encoding]}}}
    async with session(project, LOCAL, client=client) as editor:
        editor.open(uri, CALLS.format(indent).replace("\n", "\r\n" if indent == "\t" else "\n"))
        change_twice(editor, uri)
        for line in (3, 4):
            (edit,) = await ask(editor, uri, method)
            assert edit["textDocument"] == {"uri": uri, "version": editor.buffers[uri].version}
            assert edit["range"]["start"]["line"] == line
            assert ("data" in edit) == (method == METHODS[1])
            take(editor, uri, edit)
            if line == 3:
                editor.notify("workspace/executeCommand", edit["command"])
        assert await ask(editor, uri, method) == []
        assert editor.buffers[uri].text.replace("\r\n", "\n") == CHANGED.format(indent)


async def test_a_line_is_put_in_at_a_lines_end_and_taken_out_with_its_own(project, uri):
    """Each acceptance leads to the next."""
    text = "".join(f"{name} = load({name}_path)\nlog.debug(value)\n" for name in ("a", "b", "c", "d"))
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, text)
        for name in ("a", "b"):
            at = buffer.text.index(f"({name}_path)\n") + len(f"({name}_path)\n")
            editor.change(uri, at, at, "start(value)\n")
        for line in (6, 9):
            (edit,) = await ask(editor, uri, METHODS[1])
            assert (edit["text"], edit["data"]["line"]) == ("\nstart(value)", "start(value)")
            place = {"line": line, "character": len("a = load(a_path)")}
            assert edit["range"] == {"start": place, "end": place}
            take(editor, uri, edit)
        assert buffer.text == text.replace("log", "start(value)\nlog")
        assert await ask(editor, uri) == []
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, text)
        for _ in range(2):
            at = buffer.text.index("log")
            editor.change(uri, at, at + len("log.debug(value)\n"), "")
        for line in (3, 4):
            (edit,) = await ask(editor, uri, METHODS[1])
            start, end = ({"line": each, "character": 0} for each in (line, line + 1))
            assert (edit["text"], edit["data"]["line"], edit["range"]) == ("", "", {"start": start, "end": end})
            take(editor, uri, edit)
        assert "log" not in buffer.text


async def test_a_dismissed_edit_does_not_come_back(project, uri):
    """Nor do others like it, before another example; what only gave way to something else may come again."""
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, CALLS.format("") + "five = load(more)\nsix = load(again)\n")
        change_twice(editor, uri)
        (edit,) = await ask(editor, uri)
        identity = edit["command"]["arguments"][0]
        await editor.request(
            "workspace/executeCommand", {"command": "infill-ls.reject", "arguments": [identity, "replaced"]}
        )
        assert await ask(editor, uri)
        await editor.request(
            "workspace/executeCommand", {"command": "infill-ls.reject", "arguments": [identity, "rejected"]}
        )
        assert await ask(editor, uri) == []
        editor.change(uri, 0, 0, "# above\n")
        assert await ask(editor, uri) == []
        at = buffer.text.index("last)") + 4
        editor.change(uri, at, at, ", cache")
        (edit,) = await ask(editor, uri)
        assert buffer.text.splitlines()[edit["range"]["start"]["line"]] == "five = load(more)"


async def test_what_an_editor_says_was_ignored_twice_does_not_come_back(project, uri):
    async with session(project, LOCAL) as editor:
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        for _ in range(2):
            (edit,) = await ask(editor, uri)
            arguments = [*edit["command"]["arguments"], "ignored"]
            await editor.request("workspace/executeCommand", {"command": "infill-ls.reject", "arguments": arguments})
        assert await ask(editor, uri) == []


async def test_nothing_is_offered_after_undo(project, uri):
    """What was taken back is no example any more; the next change by hand counts again."""
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        at = buffer.text.index("second, cache") + 6
        editor.change(uri, at, at + len(", cache"), "")
        assert await ask(editor, uri) == []
        editor.change(uri, at, at, ", cache")
        assert await ask(editor, uri) == []
        (why,) = (await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]}))[
            :1
        ]
        assert (why["feature"], why["rule"]) == ("next_edit", "undone")


ODD = [
    None,
    [],
    {},
    {"textDocument": None},
    {"textDocument": {"uri": 7}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "file:///nowhere.py", "version": 1}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "output:x", "version": 1}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "URI", "version": 2}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "URI", "version": 99}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "URI", "version": "3"}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "URI", "version": 3.5}, "position": {"line": 0, "character": 0}},
    {"textDocument": {"uri": "URI", "version": 3}, "position": {"line": "0"}},
]
GOOD = [
    {"textDocument": {"uri": "URI", "version": 3}, "position": {"line": -5, "character": -1}},
    {"textDocument": {"uri": "URI", "version": 3}, "position": {"line": 2**31, "character": 2**31}},
    {"textDocument": {"uri": "URI"}, "position": {"line": 0, "character": 0}},
]


@pytest.mark.parametrize("method", METHODS)
async def test_whatever_is_asked_the_answer_is_a_list_of_edits(project, uri, method):
    """Never null, never an error: clients show those for every key. A missing version means the server's own."""
    async with session(project, LOCAL) as editor:
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        for n_edits, each in [*((0, each) for each in ODD), *((1, each) for each in GOOD)]:
            params = each
            if isinstance(each, dict) and (each.get("textDocument") or {}).get("uri") == "URI":
                params = each | {"textDocument": each["textDocument"] | {"uri": uri}}
            answer = await editor.request(method, params)
            assert len(answer["edits"]) == n_edits, params


async def test_a_newer_version_is_waited_for(project, uri):
    """The client may tell of a change a moment after it asks."""
    async with session(project, LOCAL) as editor:
        editor.open(uri, CALLS.format(""))
        waiting = asyncio.ensure_future(ask(editor, uri, version=3))
        await asyncio.sleep(0)
        change_twice(editor, uri)
        assert len(await waiting) == 1


async def test_all_places_are_changed_in_one_step(project, uri):
    """One versioned edit of the workspace; none where a place has changed, or the client applies none."""
    client = {"capabilities": {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}}
    async with session(project, LOCAL, client=client) as editor:
        editor.silent |= {"workspace/applyEdit"}
        buffer = editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        (edit,) = await ask(editor, uri)
        command = {"command": "infill-ls.applyAll", "arguments": edit["command"]["arguments"]}
        waiting = editor.request("workspace/executeCommand", command)
        await editor.wait_for(lambda: editor.server_requests("workspace/applyEdit"))
        (asked,) = [each for each in editor.messages if each.get("method") == "workspace/applyEdit"]
        editor.send({"id": asked["id"], "result": {"applied": True}})
        assert await waiting is True
        (change,) = asked["params"]["edit"]["documentChanges"]
        assert change["textDocument"] == {"uri": uri, "version": 3}
        assert [each["range"]["start"]["line"] for each in change["edits"]] == [3, 4]
        editor.change(uri, len(buffer.text) - 3, len(buffer.text) - 3, "!")
        assert await editor.request("workspace/executeCommand", command) is False


async def test_lines_of_a_code_action_end_as_those_of_the_file(project, uri):
    """Helix puts in the text as it comes."""
    text = "".join(f"{name} = load({name}_path)\r\nlog.debug(value)\r\n" for name in ("a", "b", "c", "d"))
    async with session(project, LOCAL, client="helix") as editor:
        buffer = editor.open(uri, text)
        for name in ("a", "b"):
            at = buffer.text.index(f"({name}_path)\r\n") + len(f"({name}_path)\r\n")
            editor.change(uri, at, at, "start(value)\r\n")
        place = {"line": 4, "character": 0}
        params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
        asked = params | {"context": {"diagnostics": [], "triggerKind": INVOKED}}
        *_, everywhere = await editor.request("textDocument/codeAction", asked)
        (change,) = everywhere["edit"]["documentChanges"]
        assert [each["newText"] for each in change["edits"]] == ["\r\nstart(value)"] * 2


async def test_code_actions_come_only_when_asked_for(project, uri):
    """Two for somebody who opens the menu; no light bulb, and none for a client that shows next edits itself."""
    async with session(project, LOCAL, client="helix") as editor:
        assert editor.capabilities["codeActionProvider"] == {"codeActionKinds": ["refactor.rewrite.infill-ls"]}
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        place = {"line": 1, "character": 0}

        async def actions(**context):
            params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
            return await editor.request("textDocument/codeAction", params | {"context": {"diagnostics": []} | context})

        titles = [each["title"] for each in await actions(triggerKind=INVOKED)]
        assert titles == ["Next edit: line 4, s = '😀'; three = load(third[0], cache)", "The same at all 2 places"]
        assert len(await actions(only=["refactor"])) == 2
        assert await actions(triggerKind=AUTOMATIC) == await actions(triggerKind=INVOKED, only=["quickfix"]) == []
    async with session(project, LOCAL | {"nextEdit": True}) as editor:
        assert "codeActionProvider" not in editor.capabilities


@pytest.mark.parametrize("source", ["repeats", "off"])
async def test_the_rest_of_a_change_that_is_begun_again_is_ghost_text(project, uri, source):
    """One example is enough for it, since the place is the user's own choice."""
    async with session(project, LOCAL | {"next_edit": {"source": source}}) as editor:
        buffer = editor.open(uri, CALLS.format(""))
        at = buffer.text.index("first)") + 5
        editor.change(uri, at, at, ", cache")
        at = buffer.text.index("second)") + 6
        editor.change(uri, at, at, ", c")
        items = items_of(await editor.inline_completion(uri))
        (why,) = await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]})
        is_repeat = source == "repeats"
        assert (why["source"] == "repeat") == is_repeat
        assert not is_repeat or [", c" + item["insertText"] for item in items] == [", cache"]


@pytest.mark.parametrize(
    "completion", [{"trigger": "manual"}, {"languages": {"python": False}}], ids=["manual", "language"]
)
async def test_where_completions_are_off_no_next_edit_is_shown_as_one(project, uri, completion):
    async with session(project, LOCAL | {"completion": completion}) as editor:
        buffer = editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        buffer.cursor = buffer.text.index("third[0]") + len("third[0]")
        assert items_of(await editor.inline_completion(uri)) == []
        assert await ask(editor, uri) != []


async def test_a_next_edit_on_the_cursors_line_is_ghost_text(project, uri):
    """Where nothing has to go for it."""
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        buffer.cursor = buffer.text.index("third[0]") + len("third[0]")
        (item,) = items_of(await editor.inline_completion(uri))
        editor.accept(uri, item)
        assert "three = load(third[0], cache)\n" in buffer.text


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        (".env", {}),
        ("a.py", {"next_edit": {"source": "off"}}),
        ("a.py", {"next_edit": {"languages": {"python": False}}}),
        ("a.py", {"next_edit": {"reach_lines": 1}}),
        ("a.py", {"next_edit": {"eagerness": "low"}}),
    ],
    ids=["excluded", "off", "language", "reach", "eagerness"],
)
async def test_what_the_user_has_switched_off_stays_off(project, name, settings):
    async with session(project, LOCAL | settings) as editor:
        uri = (project / name).as_uri()
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        assert await ask(editor, uri) == []


async def test_a_repository_can_only_switch_them_off(project, uri):
    """What an untrusted layer asks for goes only in one direction."""
    wide = {"next_edit": {"reach_lines": 500, "eagerness": "high"}}
    async with session(project, LOCAL, configuration={"infill-ls": wide}, trusted=False, client="vscode") as editor:
        text = CALLS.format("").replace("x = 1\n", "x = 1\n" * 100)
        editor.open(uri, text)
        change_twice(editor, uri)
        assert await ask(editor, uri) == []


async def test_completions_are_the_same_with_and_without_next_edits(project, uri):
    """Key by key, but for what was changed before."""
    typed = "price(items):\n    return sum(items)\n\nprice = total_price(items"
    functions = "".join(
        f"def total_{name}(items):\n    return sum(items)\n\n" for name in ("price", "size", "count", "cost")
    )
    (project / "b.py").write_text(f"{functions}price = total_price(items)\n")
    said = {}
    for source in ("off", "repeats"):
        async with session(project, LOCAL | {"next_edit": {"source": source}}) as editor:
            editor.open(uri, "def total_price(items):\n    return sum(items)\n")
            editor.type(uri, "\ndef total_")
            async with asyncio.timeout(20):
                # Until the embedded engine has read the other file.
                while "size" not in str(items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))):
                    await editor.request("workspace/executeCommand", {"command": "infill-ls.clear"})
            said[source] = []
            for key in typed:
                editor.type(uri, key)
                items = items_of(await editor.inline_completion(uri))
                said[source].append([(item["insertText"], item["range"]) for item in items])
    assert said["off"] == said["repeats"]
    assert any(said["off"])


async def test_completions_differ_only_where_a_change_is_repeated(project, uri):
    """Also after one was shown, and typed through; what was said of source ``repeat`` is left out on both sides."""
    (project / "b.py").write_text("def send_all(items, cache):\n    return send_one(items, cache)\n\n" * 3)
    said = {}
    for source in ("off", "repeats"):
        async with session(project, LOCAL | {"next_edit": {"source": source}}) as editor:
            editor.open(uri, CALLS.format(""))
            await known_from(editor, uri, "send_")
            change_twice(editor, uri)
            buffer = editor.buffers[uri]
            buffer.cursor = buffer.text.index("last") + len("last")
            said[source] = []
            for key in ", cache)\n\ndef send_all(items, cache):\n    return send_":
                editor.type(uri, key)
                items = items_of(await editor.inline_completion(uri))
                why = {"command": "infill-ls.why", "arguments": [uri]}
                record = (await editor.request("workspace/executeCommand", why))[0]
                said[source].append((record["source"], [(item["insertText"], item["range"]) for item in items]))
    is_repeat = [source == "repeat" for source, _ in said["repeats"]]
    assert any(is_repeat)
    assert not any(source == "repeat" for source, _ in said["off"])
    pairs = zip(said["off"], said["repeats"], is_repeat, strict=True)
    rest = [(one, other) for one, other, is_left_out in pairs if not is_left_out]
    assert [one for one, _ in rest] == [other for _, other in rest]
    assert any(items for (_, items), _ in rest)


async def known_from(editor, uri, word):
    """Wait until the embedded engine has read the other file; the word is taken back."""
    buffer = editor.buffers[uri]
    editor.change(uri, len(buffer.text), len(buffer.text), word)
    async with asyncio.timeout(20):
        while not items_of(await editor.inline_completion(uri, trigger_kind=INVOKED)):
            await editor.request("workspace/executeCommand", {"command": "infill-ls.clear"})
    editor.change(uri, len(buffer.text) - len(word), len(buffer.text), "")


async def test_nothing_is_sent_for_a_next_edit(project, uri):
    """Neither by asking for it nor by making it, whatever model is set up."""
    with Emulator() as studio:
        async with session(project, asking(studio), variables=key_of(studio)) as editor:
            editor.open(uri, CALLS.format(""))
            change_twice(editor, uri)
            (edit,) = await ask(editor, uri)
            take(editor, uri, edit)
            assert len(await ask(editor, uri)) == 1
            assert studio.requests == ()


async def test_nothing_of_a_change_is_written_down(project, uri):
    """Neither what was changed nor what was offered is in any file of the user's, the project's or the record."""
    trace = project.parent / "trace.jsonl"
    async with session(project, LOCAL, arguments=("--trace", str(trace))) as editor:
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        (edit,) = await ask(editor, uri)
        take(editor, uri, edit)
        editor.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        assert len(await ask(editor, uri)) == 1
    assert '"next_edit"' in trace.read_text(encoding="utf-8")
    written = [path for path in project.parent.rglob("*") if path.is_file() and b"cache)" in path.read_bytes()]
    assert written == []


async def test_what_a_formatter_does_is_no_example(project, uri):
    """Three ranges in one message; nor does it hide or shift what is one."""
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, CALLS.format("") + "five = load(more)\n")
        lines = [{"line": line, "character": buffer.text.split("\n")[line].index(")")} for line in (4, 1, 0)]
        text = buffer.text
        for name in ("first", "second", "last"):
            text = text.replace(f"{name})", f"{name}, cache)")
        buffer.text, buffer.version = text, buffer.version + 1
        changes = [{"range": {"start": at, "end": at}, "text": ", cache"} for at in lines]
        document = {"uri": uri, "version": buffer.version}
        editor.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
        assert await ask(editor, uri) == []
        for name in ("third[0]", "more"):
            at = buffer.text.index(f"{name})") + len(name)
            editor.change(uri, at, at, ", cache, again")
        assert await ask(editor, uri) == []


async def test_a_switch_takes_effect_before_the_next_answer(project, uri):
    async with session(project, LOCAL) as editor:
        editor.open(uri, CALLS.format(""))
        change_twice(editor, uri)
        for n_edits in (0, 1):
            await editor.request("workspace/executeCommand", {"command": "infill-ls.toggle", "arguments": []})
            assert len(await ask(editor, uri)) == n_edits


async def test_what_was_redone_counts_again_after_the_next_change_by_hand(project, uri):
    async with session(project, LOCAL) as editor:
        buffer = editor.open(uri, CALLS.format("") + "five = load(more)\n")
        change_twice(editor, uri)
        at = buffer.text.index("second, cache") + 6
        editor.change(uri, at, at + len(", cache"), "")
        editor.change(uri, at, at, ", cache")
        assert await ask(editor, uri) == []
        at = buffer.text.index("third[0])") + len("third[0]")
        editor.change(uri, at, at, ", cache")
        (edit,) = await ask(editor, uri)
        assert edit["range"]["start"]["line"] == 4
