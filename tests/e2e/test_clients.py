"""The main job, in each recorded editor: type, see a suggestion, accept it, and the file is what a reader expects."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from lsprotocol.types import CompletionTriggerKind

from support.clients.editor import EditorClient, items_of, recorded_client
from support.clients.pytest_lsp import Habits, clean_environment, started
from support.model_studio.emulator import Emulator, Oracle

pytestmark = [
    pytest.mark.timeout(60),
    # Helix and eglot declare no format of documentation, and show both of those that there are as Markdown.
    pytest.mark.filterwarnings("ignore:Client does not support documentation format 'markdown'"),
]

EDITORS = [
    Habits("neovim", "utf-8", sends="keys together"),
    Habits("vscode", "utf-16", closes_pairs=True),
    Habits("emacs-lsp-mode", "utf-32", shows_cr=False),
    Habits("emacs28-lsp-mode", "utf-32", shows_cr=False),
    Habits("emacs-eglot", "utf-32", asks_by="completion", sends="a list of keys", shows_cr=False),
    Habits(
        "helix",
        "utf-8",
        asks_by="completion",
        asks_again_by=CompletionTriggerKind.TriggerForIncompleteCompletions,
        inserts_as_it_comes=True,
        closes_pairs=True,
    ),
]
VSCODE = EDITORS[1]

TABLES = '''"""Reads what was measured."""

def load_all(path):
    tables = {}
    tables["数据🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["模型🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["图像🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["结果🙂"] = ⟦read_table(pa│th, encoding="utf-8", header=True)⟧
    return tables
'''
FUNCTION = """def {name}(store, key):
    try:
        value = store["{kind}🙂" + key]
    except KeyError:
        {rest}
    return value
"""
HANDLED = '{hole}log.warning("没有🙂 %s", key, exc_info=True)\n        return None{end}'
STORE = "\n\n".join(
    [FUNCTION.format(name=name, kind=kind, rest=HANDLED.format(hole="", end=""))
     for name, kind in [("load", "数据"), ("find", "模型"), ("take", "图像")]]
    + [FUNCTION.format(name="keep", kind="结果", rest=HANDLED.format(hole="⟦│", end="⟧"))]
)  # fmt: skip


@dataclass(frozen=True)
class Document:
    """A file, with a hole where ``⟦`` and ``⟧`` are; up to ``│`` the user types what was in it."""

    marked: str
    line_end: str = "\n"

    @property
    def text(self) -> str:
        return self.marked.translate(dict.fromkeys(map(ord, "⟦│⟧")))

    @property
    def parts(self) -> tuple[str, str, str, str]:
        before, rest = self.marked.split("⟦")
        typed, rest = rest.split("│")
        ghost, after = rest.split("⟧")
        return before, typed, ghost, after


WIDE, WINDOWS = Document(TABLES), Document(STORE, "\r\n")


@dataclass(frozen=True)
class Engine:
    """How the server is configured; ``{origin}`` and ``{key}`` are the emulator's."""

    environment: dict[str, str] = field(default_factory=dict)
    options: dict[str, object] | None = None
    route: str | None = None
    """The emulator's route that is asked."""


ASKED = {"local": {"spare_calls": False}}
"""The model is asked also where the embedded engine knows the answer."""
ENGINES = {
    "embedded": Engine(),
    "FIM": Engine(
        {
            "INFILL_LS_BASE_URL": "{origin}/v1",
            "INFILL_LS_API_KEY": "{key}",
            "INFILL_LS_MODEL": "qwen2.5-coder-7b-instruct",
        },
        ASKED,
        route="/v1/completions",
    ),
    "partial": Engine(
        {"DASHSCOPE_API_KEY": "{key}"},
        ASKED
        | {
            "provider": {"kind": "model-studio", "base_url": "{origin}/compatible-mode/v1", "model": "qwen3-coder-plus"}
        },
        route="/compatible-mode/v1/chat/completions",
    ),
}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
@pytest.mark.parametrize("habits", EDITORS, ids=lambda habits: habits.name)
async def test_type_see_accept(habits, engine, tmp_path):
    """A suggestion after a few keys, the rest of it while typing on, and the true file when it is accepted."""
    root, home = tmp_path / "my próject", tmp_path / "home"
    root.mkdir()
    home.mkdir()
    with Emulator(oracle=Oracle(WIDE.text, WINDOWS.text)) as studio:
        async with started(habits, root, home, *configured(engine, studio)) as editor:
            assert editor.capabilities["positionEncoding"] == habits.encoding
            assert editor.capabilities["inlineCompletionProvider"]
            assert ("completionProvider" in editor.capabilities) == (habits.asks_by == "completion")
            await check_document(editor, root / "tables.py", WIDE, studio, engine)
            await check_document(editor, root / "store.py", WINDOWS, studio, engine)
            assert editor.messages == []
        assert {call.path for call in studio.requests} == ({engine.route} if engine.route else set())
        assert studio.oracle.missed == 0


async def check_document(editor, path, document, studio, engine):
    before, typed, ghost, after = document.parts
    truth = document.text
    path.write_bytes((before + after).replace("\n", document.line_end).encode())
    if editor.habits.shows_cr:
        before, truth = (text.replace("\n", document.line_end) for text in (before, truth))

    editor.open(path, cursor=len(before))
    editor.type(typed)
    (item,) = await editor.ask()
    check_item(item, editor)
    assert editor.with_item(item) == truth
    outcome = await editor.last_outcome()
    assert (outcome["outcome"], outcome["source"]) == ("shown", "model" if engine.route else "local")

    asked = len(studio.requests)
    for key in ghost[:3]:
        editor.type(key)
        (item,) = await editor.ask()
        check_item(item, editor)
        assert editor.with_item(item) == truth
        assert (await editor.last_outcome())["source"] == "typed"
    assert len(studio.requests) == asked

    await editor.accept(item)
    assert editor.buffer.text == truth
    prefix, suffix = await editor.servers_text()
    assert prefix + suffix == document.text


def check_item(item, editor):
    """What each editor needs to show it."""
    start, end, text = editor.buffer.edit_of(item)
    if not editor.habits.inserts_as_it_comes:
        assert "\r" not in text  # Neovim splits at line feeds only
    assert start <= editor.buffer.cursor <= end
    assert not set("\r\n") & set(editor.buffer.text[start:end])
    if editor.habits.asks_by == "completion":
        word = editor.buffer.text[start : editor.buffer.cursor]
        assert item["filterText"].startswith(word)
        assert item["label"].strip()
        assert "\n" not in item["label"]


def configured(engine, studio):
    """Environment and options with the emulator's address and key filled in."""

    def filled(value):
        if isinstance(value, dict):
            return {name: filled(each) for name, each in value.items()}
        return value.format(origin=studio.origin, key=studio.api_key) if isinstance(value, str) else value

    return filled(engine.environment), filled(engine.options)


STOCK = """def total(store, keys):
    found = store.⟦ge│t_all(keys, missing=0)⟧
    return sum(found)
"""


async def test_vscode_with_its_popup_open(tmp_path):
    """The suggestion goes on from the item selected in the popup, and replaces what has been typed of it."""
    document = Document(STOCK)
    before, typed, _, after = document.parts
    path = tmp_path / "stock.py"
    path.write_text(before + after)
    with Emulator(oracle=Oracle(document.text)) as studio:
        async with started(VSCODE, tmp_path, tmp_path, *configured(ENGINES["FIM"], studio)) as editor:
            editor.open(path, cursor=len(before))
            editor.type(typed)
            buffer = editor.buffer
            word = {"start": buffer.position(buffer.cursor - len(typed)), "end": buffer.position(buffer.cursor)}
            (item,) = await editor.ask({"range": word, "text": "get_all"})
            assert item["range"] == word
            assert item["insertText"].startswith("get_all")
            await editor.accept(item)
            assert editor.buffer.text == document.text
        assert studio.requests[0].question.prefix.endswith("store.get_all")


async def test_vscode_by_its_older_client_library(tmp_path):
    """vscode-languageclient 9 has the draft's numbers, 0 for an explicit request and 1 for others, and ranges as pairs."""
    document = Document(STOCK)
    before, typed, _, after = document.parts
    uri = (tmp_path / "stock.py").as_uri()
    with Emulator(oracle=Oracle(document.text)) as studio:
        environment, options = configured(ENGINES["FIM"], studio)
        async with EditorClient(environment=clean_environment(tmp_path) | environment) as editor:
            client = recorded_client("vscode")
            del client["capabilities"]["workspace"]["workspaceEdit"]["metadataSupport"]
            await editor.initialize(client, tmp_path, options)
            buffer = editor.open(uri, before + after)
            buffer.cursor = len(before)
            editor.type(uri, typed)
            cursor = buffer.position(buffer.cursor)
            params = {"textDocument": {"uri": uri}, "position": cursor, "context": {"triggerKind": 0}}
            (item,) = items_of(await editor.request("textDocument/inlineCompletion", params))
            assert item["insertText"] == "t_all(keys, missing=0)"
            word = [buffer.position(buffer.cursor - len(typed)), cursor]
            params["context"] = {"triggerKind": 1, "selectedCompletionInfo": {"range": word, "text": "get_all"}}
            (item,) = items_of(await editor.request("textDocument/inlineCompletion", params))
            why = {"command": "infill-ls.why", "arguments": [uri]}
            records = await editor.request("workspace/executeCommand", why)
            assert editor.accept(uri, item) == document.text
            assert [record["trigger"] for record in records] == ["automatic", "invoked"]
            assert await editor.shutdown() == 0
