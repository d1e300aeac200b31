"""Helix in a terminal, set up as its README says: the popup, what is taken from it, and what is on the disk."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress

import pytest

from support.editors.documents import LINES, SHOP, WIDE, WINDOWS, Document
from support.editors.helix import README, Helix
from support.editors.screen import check_picture
from support.editors.terminal import wait_until
from support.model_studio.emulator import Caller, Oracle, Reply

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

# The bracket that Helix puts in by itself stays where it is.
LABELS = {WIDE: 'path, encoding="utf-8", header=True text'} | dict.fromkeys(
    (LINES, WINDOWS), "lock(wait=True) as held: … text"
)
"""The popup's line for a suggestion, and its kind."""

# Helix asks when two letters of a word are typed.
SHOP_FOR_POPUPS = Document(SHOP.marked.replace("o│p", "op│"))
LABELS[SHOP_FOR_POPUPS] = 'open(encoding="utf-8") as file: … text'

ANOTHER = """
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("pylsp", "1")

@server.feature(types.TEXT_DOCUMENT_COMPLETION)
def completion(params):
    return [types.CompletionItem(name) for name in ("pathlib", "patterns", "path_of")]

server.start_io()
"""


@pytest.fixture
def helix(home):
    return Helix(home)


@contextmanager
def editing(helix, home, document, name="data.py"):
    """A terminal with the file, inserting in the hole; at the end Helix is quit, and no server is left."""
    path, line = document.put(home, name)
    with helix.visit(path, line) as terminal:
        home.wait_for_server()
        terminal.wait_for(" NOR ")
        insert(terminal)
        yield terminal
        command(terminal, ":q!")
        assert terminal.wait_for_end() == 0
    home.assert_no_server_left()


def insert(terminal):
    """Insert at the end of the line."""
    terminal.type("A")
    terminal.wait_for(" INS ")


def command(terminal, typed):
    """Leave insert mode, and type a command. Escape and a key at once would be another key."""
    if " NOR " not in terminal.screen():
        terminal.press("Escape")
        terminal.wait_for(" NOR ")
    terminal.type(typed)
    terminal.press("Enter")


def ask(terminal):
    """Close the popup, should one be open, and ask for another. One that is asked for has words of the file, too."""

    def is_open(screen):
        return any(f" {kind}\n" in screen for kind in ("word", "text")) or "pathlib" in screen

    # Without a popup, the key that closes it is a letter.
    if is_open(terminal.screen()):
        terminal.press("C-c")
        terminal.wait_for(lambda screen: not is_open(screen))
    terminal.press("C-x")


def popup(terminal, document):
    """Wait for the popup with an item, by default the suggestion's. Helix asks a server that is not ready for nothing
    and does not come back to it, so it is asked by its key until there is one."""

    def look():
        try:
            terminal.wait_for(LABELS[document], 2)
        except TimeoutError:
            ask(terminal)
            return False
        return True

    wait_until(look, "popup", 120)


def save(terminal, path):
    """The file's bytes after it was saved, from insert mode."""
    before = path.read_bytes()
    command(terminal, ":w")

    def look():
        # Helix puts the old file away while it writes the new one.
        with suppress(FileNotFoundError):
            return path.read_bytes() not in {b"", before} and path.read_bytes()

    return wait_until(look, "saved file")


@pytest.mark.parametrize("document", [WIDE, WINDOWS], ids=["wide", "crlf"])
def test_type_see_accept(helix, home, document):
    """From a fresh home: the popup has the suggestion, Tab shows and takes all of it, and the file is right."""
    with editing(helix, home, document) as terminal:
        terminal.type(document.typed)
        popup(terminal, document)
        terminal.press("Tab")
        last_line = document.ghost.rpartition("\n")[2].strip()
        # In the text and in the documentation.
        terminal.wait_for(lambda screen: "infill-ls" in screen and screen.count(last_line) > 1)
        assert save(terminal, home.project / "data.py") == document.bytes
    shown = [each["source"] for each in home.outcomes() if each["outcome"] == "shown"]
    assert shown[-1] in {"local", "cache", "typed"}


def test_taking_it_back(helix, home):
    """C-c leaves the text as it was typed."""
    with editing(helix, home, LINES) as terminal:
        terminal.type(LINES.typed)
        popup(terminal, LINES)
        terminal.press("Tab")
        terminal.wait_for("infill-ls")
        terminal.press("C-c")
        terminal.wait_for(lambda screen: LABELS[LINES] not in screen)
        typed = LINES.marked.partition("⟦")[0] + LINES.typed + LINES.marked.partition("⟧")[2]
        assert save(terminal, home.project / "data.py") == typed.encode()


def test_typing_and_deleting(helix, home):
    """Keys struck while the popup comes and goes are not lost, and nothing is put in that was not taken."""
    with editing(helix, home, WIDE) as terminal:
        terminal.type(WIDE.typed)
        popup(terminal, WIDE)
        terminal.type("xyz")
        terminal.wait_for(lambda screen: LABELS[WIDE] not in screen)
        terminal.press("BSpace", "BSpace", "BSpace")
        # The bracket that Helix has put in is typed over.
        terminal.type(WIDE.ghost)
        assert save(terminal, home.project / "data.py") == WIDE.bytes


def test_asked_by_hand(helix, home):
    """C-x has a suggestion where Helix itself asks for none: after a deletion, and where the cursor has only moved."""
    with editing(helix, home, LINES) as terminal:
        terminal.type(LINES.typed)
        popup(terminal, LINES)
        terminal.press("C-c", "BSpace")
        terminal.wait_for(lambda screen: LABELS[LINES] not in screen and f"{LINES.typed}\n" not in screen)
        terminal.press("C-x")
        terminal.wait_for(LABELS[LINES])
        assert home.outcomes()[-1]["trigger"] == "invoked"
        terminal.press("C-c", "Up", "End")
        terminal.wait_for(lambda screen: LABELS[LINES] not in screen)
        asked = len(home.outcomes())
        terminal.press("C-x")
        outcome = wait_until(lambda: home.outcomes()[asked:], "outcome")[0]
        assert outcome["trigger"] == "invoked"
        assert outcome["rule"] != "moved"


def test_deleting_is_not_asking(helix, home):
    """A popup that is open while a letter is deleted is asked for anew, and again when it is empty."""
    home.write(".config/helix/config.toml", "editor.word-completion.enable = false\n")
    with editing(helix, home, WIDE) as terminal:
        terminal.type(WIDE.typed + "t")
        popup(terminal, WIDE)
        asked = len(home.outcomes())
        terminal.press("BSpace")
        found = wait_until(lambda: len(home.outcomes()) > asked + 1 and home.outcomes()[asked:], "two outcomes")
        assert [each["trigger"] for each in found] == ["automatic", "automatic"]


ORDERS = {"below what the others offer": ["infill-ls", "pylsp"], "on top": ["pylsp", "infill-ls"]}


@pytest.mark.parametrize("servers", ORDERS.values(), ids=ORDERS.keys())
def test_beside_another_server(helix, home, servers):
    """The order in languages.toml says where the suggestion stands; on top, one key takes it."""
    server = home.write("bin/pylsp", f"#!/bin/sh\nexec {sys.executable} {home.write('another.py', ANOTHER)}\n")
    server.chmod(0o755)
    helix.servers(*servers)
    with editing(helix, home, WIDE) as terminal:
        terminal.type(WIDE.typed)

        def look():
            """The popup, when both servers were ready for it; else it is closed and asked for again."""
            both = ("pathlib", LABELS[WIDE])
            try:
                return terminal.wait_for(lambda screen: all(item in screen for item in both), 5)
            except TimeoutError:
                ask(terminal)
                return ""

        shown = wait_until(look, "popup of two servers", 120)
        others = [shown.index(item) for item in ("path_of", "pathlib", "patterns")]
        place = shown.index(LABELS[WIDE])
        assert place < min(others) if servers[-1] == "infill-ls" else max(others) < place
        if servers[-1] == "infill-ls":
            terminal.press("Tab")
            terminal.wait_for("infill-ls")  # with all of it, beside the popup
            assert save(terminal, home.project / "data.py") == WIDE.bytes


def test_its_commands(helix, home):
    """Suggestions are switched off, and come back with a server that is started again."""
    with editing(helix, home, LINES) as terminal:
        terminal.type(LINES.typed)
        popup(terminal, LINES)
        terminal.press("C-c")
        command(terminal, ":lsp-workspace-command infill-ls.toggle")
        asked = len(home.outcomes())
        insert(terminal)
        terminal.press("C-x")
        # Words of the file are in a popup that is asked for, and nothing else.
        terminal.wait_for(lambda screen: " word\n" in screen and LABELS[LINES] not in screen)
        assert len(home.outcomes()) == asked
        terminal.press("C-c")
        command(terminal, ":lsp-workspace-command infill-ls.clear")
        command(terminal, ":sh infill-ls doctor")
        terminal.wait_for("the embedded engine answers")
        terminal.press("Escape")
        terminal.wait_for(lambda screen: "the embedded engine answers" not in screen)
        command(terminal, ":lsp-restart infill-ls")
        wait_until(lambda: len(home.started()) == 2 and home.running(), "new server")
        insert(terminal)
        popup(terminal, LINES)
        terminal.press("Tab")
        assert save(terminal, home.project / "data.py") == LINES.bytes


def test_a_deep_suggestion(helix, home, studio):
    """The command makes the next explicit request deep."""
    home.uses(studio, "partial")
    studio.oracle = Oracle(LINES.text)
    looks = [("search_text", {"text": "lock"})]
    studio.caller = Caller(looks, then=f"```\n{LINES.ghost}\n```", like=Reply(first_token_s=1.2))
    with editing(helix, home, LINES) as terminal:
        terminal.type(LINES.typed)
        popup(terminal, LINES)
        terminal.press("C-c")
        command(terminal, ":lsp-workspace-command infill-ls.deep")
        insert(terminal)
        terminal.press("C-x")
        wait_until(lambda: home.outcomes()[-1].get("lookups") == {"rounds": 2, "steps": 1}, "deep suggestion")
    assert [bool(call.asked.get("tools")) for call in studio.requests][-2:] == [True, True]


def test_each_route_to_a_model(helix, home, studio, route):
    """The key in the environment and the user's file are all that a model needs; no log has what was sent."""
    home.uses(studio, route)
    studio.oracle = Oracle(WINDOWS.text)
    with editing(helix, home, WINDOWS) as terminal:
        terminal.type(WINDOWS.typed)
        popup(terminal, WINDOWS)
        terminal.press("Tab")
        assert save(terminal, home.project / "data.py") == WINDOWS.bytes
    assert studio.requests[0].question.kind == route
    log = (home.folder / ".cache/helix/helix.log").read_text(encoding="utf-8")
    assert [secret for secret in (studio.api_key, f":{studio.port}", "fim_prefix", "没有") if secret in log] == []


def test_the_server_dies(helix, home):
    """Helix says so, and its own command brings the suggestions back."""
    with editing(helix, home, LINES) as terminal:
        terminal.type(LINES.typed)
        popup(terminal, LINES)
        terminal.press("C-c", "BSpace")
        # A key takes the message away that is to come.
        terminal.wait_for(lambda screen: LABELS[LINES] not in screen and f"{LINES.typed}\n" not in screen)
        home.kill_server()
        terminal.wait_for("Language server exited: infill-ls")
        command(terminal, ":lsp-restart")
        wait_until(lambda: len(home.started()) == 2 and home.running(), "new server")
        insert(terminal)
        terminal.type(LINES.typed[-1])
        popup(terminal, LINES)
        terminal.press("Tab")
        assert save(terminal, home.project / "data.py") == LINES.bytes


def test_the_picture_in_the_readme_is_what_the_screen_shows(helix, home):
    """``UPDATE=1 bash tests/run -m editor -k picture`` draws it anew."""
    home.write(".config/helix/config.toml", 'theme = "term16_dark"\neditor.word-completion.enable = false\n')
    with editing(helix, home, SHOP_FOR_POPUPS, "store.py") as terminal:
        terminal.type(SHOP_FOR_POPUPS.typed)
        popup(terminal, SHOP_FOR_POPUPS)
        terminal.press("Tab")
        terminal.wait_for(lambda screen: screen.count(SHOP.ghost.split("\n")[1].strip()) > 3)
        label = "Helix with a suggestion taken from its popup, and the whole of it beside"
        check_picture(terminal, README.parents[2] / "server/docs/helix.svg", 100, label)
        assert save(terminal, home.project / "store.py") == SHOP.bytes


def test_next_edits_are_code_actions(helix, home):
    """Two calls are changed by hand; the menu of code actions has the third, and all of them at once."""
    names = ("one", "two", "three", "four")
    text = "".join(f"{name} = load({name}_path)\n" for name in names)
    path = home.write("project/calls.py", text)
    with helix.visit(path, 1) as terminal:
        home.wait_for_server()
        terminal.wait_for(" NOR ")

        def is_served():
            terminal.type(" a")
            with suppress(TimeoutError):
                return terminal.wait_for("No code actions available", 2)
            return None

        wait_until(is_served, "server that has answered")
        for name in names[:2]:
            terminal.type("gl")
            terminal.type("i")
            terminal.wait_for(" INS ")
            terminal.type(", cache")
            terminal.press("Escape")
            terminal.wait_for(lambda screen, name=name: " NOR " in screen and f"{name}_path, cache)" in screen)
            terminal.type("j")
        terminal.type(" a")
        terminal.wait_for("Next edit: line 3, three = load(three_path, cache)")
        terminal.press("Down", "Enter")
        terminal.wait_for("four = load(four_path, cache)")
        command(terminal, ":wq")
        assert terminal.wait_for_end() == 0
    home.assert_no_server_left()
    assert path.read_text(encoding="utf-8") == text.replace(")", ", cache)")
