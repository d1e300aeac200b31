"""Emacs 30 in a terminal, set up as its README says: ghost text, the keys that take it, and what is on the disk."""

from __future__ import annotations

import os
import re
import signal
from contextlib import contextmanager

import pytest

from support.editors.documents import LINES, SHOP, WIDE, WINDOWS, Document
from support.editors.emacs import EGLOT, ROOT, Emacs, readme_lines
from support.editors.screen import check_picture, wait_for_ghost
from support.editors.terminal import wait_until
from support.model_studio.emulator import Caller, Oracle, Reply

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

CLIENTS = {
    "alone": readme_lines(0),
    "eglot": readme_lines(0) + EGLOT,
    "lsp-mode": readme_lines(1),
}
KEEP_WHAT_WAS_SHOWN = """
(add-hook 'kill-emacs-hook
          (lambda ()
            (dolist (buffer (buffer-list))
              ;; Eglot keeps all that it says to its own server.
              (unless (or (buffer-file-name buffer) (string-prefix-p "*EGLOT" (buffer-name buffer)))
                (with-current-buffer buffer
                  (let ((coding-system-for-write 'utf-8-emacs-unix))
                    (write-region (concat (buffer-name) "\\n" (buffer-string) "\\n") nil "~/shown.txt" t 'quiet)))))))
"""
STEP = "looking for the definition of path_to"


@pytest.fixture(params=CLIENTS)
def client(request):
    return request.param


@pytest.fixture
def emacs(home, client):
    """Set up as the README says for the client."""
    emacs = Emacs(home)
    emacs.init(CLIENTS[client])
    return emacs


@contextmanager
def editing(emacs, document, client, name="data.py", columns=90):
    """A terminal with the file, point in the hole; at the end Emacs is quit, and no server is left."""
    path, line = document.put(emacs.home, name)
    with emacs.visit(path, line, columns=columns) as terminal, ended(terminal):
        if client == "lsp-mode":
            terminal.wait_for("Select action")
            terminal.type("i")  # imports the project, as lsp-mode asks for each new one
            terminal.wait_for(lambda screen: re.search(r"LSP\[infill-ls:\d+", screen))
        else:
            terminal.wait_for("infill")
        if client == "eglot":
            terminal.wait_for("[eglot")
        terminal.press("C-e")
        yield terminal
        terminal.press("C-x", "C-c")
        assert terminal.wait_for_end() == 0
    emacs.home.assert_no_server_left()


@contextmanager
def ended(terminal):
    """Whatever happens, the program is gone afterwards: Emacs may go on without its terminal, asking to restart."""
    process = int(terminal.run("display-message", "-p", "#{pane_pid}"))
    try:
        yield
    except BaseException:
        os.kill(process, signal.SIGKILL)
        raise


def saved(terminal, path):
    """The file's bytes after what was typed was saved."""
    before = path.read_bytes()
    terminal.press("C-x", "C-s")
    return wait_until(lambda: path.read_bytes() not in {b"", before} and path.read_bytes(), "saved file")


@pytest.mark.parametrize("document", [WIDE, WINDOWS], ids=["wide", "crlf"])
def test_type_see_accept(emacs, home, client, document):
    """From a fresh home: the suggestion stands behind the cursor, TAB takes it, and the file is right."""
    with editing(emacs, document, client) as terminal:
        terminal.type(document.typed)
        wait_for_ghost(terminal, document.ghost)
        terminal.press("Tab")
        wait_for_ghost(terminal, "")
        assert saved(terminal, home.project / "data.py") == document.bytes
    first = home.outcomes()[0]
    assert (first["outcome"], first["source"], first["trigger"]) == ("shown", "local", "automatic")


def test_by_word_and_by_line(emacs, home, client):
    """Each key takes its part, and the rest stays."""
    first, second = WINDOWS.ghost.split("\n")
    with editing(emacs, WINDOWS, client) as terminal:
        terminal.type(WINDOWS.typed)
        wait_for_ghost(terminal, WINDOWS.ghost)
        for key, word in {"M-f": "ck", "C-Right": "(wait"}.items():
            terminal.press(key)
            first = first.removeprefix(word)
            wait_for_ghost(terminal, f"{first}\n{second}")
        terminal.press("C-e")
        wait_for_ghost(terminal, "\n" + second)
        terminal.press("C-e")
        wait_for_ghost(terminal, "")
        assert saved(terminal, home.project / "data.py") == WINDOWS.bytes


def test_typing_along_and_deleting(emacs, home, client):
    """What is suggested can be typed and taken back; another key removes it, and no key is ever lost."""
    ghost = WIDE.ghost
    with editing(emacs, WIDE, client) as terminal:
        terminal.type(WIDE.typed)
        wait_for_ghost(terminal, ghost)
        asked = len(home.outcomes())
        terminal.type(ghost[:3])
        wait_for_ghost(terminal, ghost[3:])
        terminal.press("BSpace")
        wait_for_ghost(terminal, ghost[2:])
        assert len(home.outcomes()) == asked
        terminal.type("Z")
        wait_for_ghost(terminal, "")
        terminal.press("BSpace", "BSpace", "BSpace", *"xyz", "BSpace", "BSpace", "BSpace")
        terminal.type(ghost)
        wait_for_ghost(terminal, "")
        assert saved(terminal, home.project / "data.py") == WIDE.bytes


COMPANY = """
(require 'company)
(setq company-idle-delay 0.05 company-minimum-prefix-length 2 company-backends '(company-dabbrev-code))
(global-company-mode)
"""
CORFU = """
(require 'corfu-terminal)
(defun words-at-point ()
  (when-let* ((bounds (bounds-of-thing-at-point 'symbol)))
    (list (car bounds) (cdr bounds) '("load" "lock"))))
(setq corfu-auto t corfu-auto-delay 0.05 corfu-auto-prefix 2)
(add-hook 'python-mode-hook (lambda () (setq-local completion-at-point-functions '(words-at-point))))
(global-corfu-mode)
(corfu-terminal-mode)
"""
BESIDE = "(setq infill-ls-beside-popup 'line-end)"
ONE_LINE = "ck(wait=True) as held: …"
POPUPS = {
    "Company": (COMPANY, LINES, f".lo{ONE_LINE}"),
    "Corfu": (CORFU, LINES, f".lo{ONE_LINE}"),
    "Company, at the line's end": (COMPANY + BESIDE, LINES, f".lo  {ONE_LINE}"),
    "Company's preview of the only word": (COMPANY, WIDE, f"(path  {WIDE.ghost}"),
}


@pytest.mark.parametrize(("popup", "document", "line"), POPUPS.values(), ids=POPUPS.keys())
def test_beside_a_popup(home, popup, document, line):
    """One line of the suggestion is seen with the popup open, and a key takes all of it."""
    emacs = Emacs(home)
    emacs.init(CLIENTS["alone"], popup)
    with editing(emacs, document, "alone") as terminal:
        terminal.type(document.typed)
        words = ["load", "lock"] if document is LINES else []
        # The popup is below.
        terminal.wait_for(lambda screen: line in screen and all(word in screen.partition(line)[2] for word in words))
        terminal.press("M-Enter")
        assert saved(terminal, home.project / "data.py") == document.bytes


def test_a_popup_keeps_its_keys(home):
    """Ghost text beside Company: TAB, Enter and C-g do what they do without it; afterwards they are the ghost text's."""
    emacs = Emacs(home)
    emacs.init(CLIENTS["alone"], COMPANY)
    with editing(emacs, LINES, "alone") as terminal:
        terminal.type(LINES.typed)
        terminal.wait_for(ONE_LINE)
        terminal.press("C-g")
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == LINES.bytes


def test_hidden_beside_a_popup(home):
    """For those who want one thing at a time."""
    emacs = Emacs(home)
    emacs.init(CLIENTS["alone"], COMPANY, "(setq infill-ls-beside-popup 'hide)")
    with editing(emacs, LINES, "alone") as terminal:
        terminal.type(LINES.typed)
        terminal.wait_for(lambda screen: "w load" in screen)
        assert "as held: …" not in terminal.screen()
        terminal.press("C-g")
        terminal.press("M-x")
        terminal.type("infill-ls-complete")
        terminal.press("Enter")
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == LINES.bytes


def test_commands_say_what_is_going_on(emacs, home, client):
    """Why there was a suggestion, what is sent, and that none are wanted."""
    with editing(emacs, LINES, client) as terminal:
        terminal.type(LINES.typed)
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("C-g", "C-x", "C-s")
        for name, said in {
            "why": "Suggested from your own code.",
            "show-prompt": "Nothing is sent. The embedded engine answers from your own code",
            "usage": "suggestion",
            "doctor": "model: none: the embedded engine answers",
            "toggle": "suggestions are off",
        }.items():
            terminal.press("M-x")
            terminal.type(f"infill-ls-{name}")
            terminal.press("Enter")
            terminal.wait_for(said)


def test_a_deep_suggestion_from_the_command_to_the_suggestion(emacs, home, client, studio):
    """With our own client, the echo area shows each step."""
    studio.caller = Caller(
        [("find_definition", {"name": "path_to"})], then="```\n/tmp\n```", like=Reply(first_token_s=1.2)
    )
    home.uses(studio, "partial")
    emacs.init(CLIENTS[client], KEEP_WHAT_WAS_SHOWN)
    document = Document("def path_to(x):\n    return x\n\nfolder = '⟦│/tmp⟧\n")
    with editing(emacs, document, client) as terminal:
        if client == "lsp-mode":
            terminal.wait_for("initialized successfully")
        terminal.press("M-x")
        terminal.type("infill-ls-deep")
        terminal.press("Enter")
        wait_for_ghost(terminal, document.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == document.bytes
    assert [bool(call.asked.get("tools")) for call in studio.requests] == [True, True]
    if client == "alone":
        assert STEP in (home.folder / "shown.txt").read_text(encoding="utf-8")


def test_each_route_to_a_model(emacs, home, client, studio, route):
    """The key in the environment and the user's file are all that a model needs; no log has what was sent."""
    home.uses(studio, route)
    studio.oracle = Oracle(WIDE.text)
    emacs.init(CLIENTS[client], KEEP_WHAT_WAS_SHOWN)
    with editing(emacs, WIDE, client) as terminal:
        terminal.type(WIDE.typed)
        wait_for_ghost(terminal, WIDE.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == WIDE.bytes
    assert {call.path.rpartition("/")[2] for call in studio.requests} == {"completions"}
    assert all(call.path.endswith("/chat/completions") == (route == "partial") for call in studio.requests)
    assert studio.requests[0].question.kind == route
    assert_no_log_has(home, studio.api_key, studio.origin, f":{studio.port}", "fim_prefix", "read_table")


def test_the_server_dies(emacs, home, client):
    """Emacs says so once, and the next key has a suggestion again."""
    emacs.init(CLIENTS[client], KEEP_WHAT_WAS_SHOWN)
    said = "infill-ls: the server ended"
    with editing(emacs, LINES, client) as terminal:
        terminal.type(LINES.typed)
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("BSpace")
        wait_for_ghost(terminal, "")
        home.kill_server()
        if client != "lsp-mode":  # which goes on with messages of its own
            terminal.wait_for(said)
        wait_until(lambda: len(home.started()) > 1 and home.running(), "new server")
        terminal.type(LINES.typed[-1])
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == LINES.bytes
    assert len(home.started()) == 2
    assert (home.folder / "shown.txt").read_text(encoding="utf-8").count(said) == 1


def test_a_server_that_ends_again_and_again(emacs, home, client):
    """It is left alone after three times, and no question takes a key; asked for by hand it comes back."""
    begun = LINES.marked.partition("⟦")[0] + LINES.typed + LINES.marked.partition("⟧")[2]
    with editing(emacs, LINES, client) as terminal:
        for number in range(4):
            wait_until(lambda number=number: len(home.started()) > number and home.running(), "server")
            if client == "lsp-mode":
                terminal.wait_for(lambda screen: re.search(r"LSP\[infill-ls:\d+\]", screen))
            home.kill_server()
        terminal.wait_for("the server ends again and again")
        terminal.wait_for("infill!")
        terminal.type(LINES.typed)
        assert saved(terminal, home.project / "data.py") == begun.encode()
        assert len(home.started()) == 4
        terminal.press("M-x")
        terminal.type("infill-ls-restart")
        terminal.press("Enter")
        wait_until(home.running, "server")
        terminal.press("BSpace")
        terminal.type(LINES.typed[-1])
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("Tab")
        assert saved(terminal, home.project / "data.py") == LINES.bytes


def test_a_repository_can_set_nothing(emacs, home, client, stranger):
    """What its .dir-locals.el says of address, key and program is not looked at, however much Emacs trusts it."""
    evil = home.write("bin/evil", f"#!/bin/sh\ntouch {home.folder}/evil-ran\n")
    evil.chmod(0o755)
    home.write("project/.dir-locals.el", HOSTILE.replace("STRANGER", stranger.own_url).replace("EVIL", str(evil)))
    emacs.init("(setq enable-local-variables :all enable-dir-local-variables t)", CLIENTS[client])
    home.environment["DASHSCOPE_API_KEY"] = "sk-secret"
    home.settings(provider={"kind": "local"})
    with editing(emacs, LINES, client) as terminal:
        terminal.type(LINES.typed)
        wait_for_ghost(terminal, LINES.ghost)
        terminal.press("C-g", "C-x", "C-s")
    assert not (home.folder / "evil-ran").exists()


def test_the_picture_in_the_readme_is_what_the_screen_shows(home):
    """``UPDATE=1 bash tests/run -m editor -k picture`` draws it anew."""
    emacs = Emacs(home)
    emacs.init(CLIENTS["alone"])
    with editing(emacs, SHOP, "alone", name="store.py", columns=84) as terminal:
        terminal.type(SHOP.typed)
        wait_for_ghost(terminal, SHOP.ghost)
        label = "Emacs in a terminal, with a suggestion of two lines in grey behind the cursor"
        check_picture(terminal, ROOT / "server/docs/emacs.svg", 84, label)
        terminal.press("Tab")
        assert saved(terminal, home.project / "store.py") == SHOP.bytes


HOSTILE = """((nil . ((infill-ls-provider-kind . "openai")
         (infill-ls-provider-base-url . "STRANGER")
         (infill-ls-provider-api-key-env . "DASHSCOPE_API_KEY")
         (infill-ls-provider-api-key-command . ("EVIL"))
         (infill-ls-command . ("EVIL"))
         (infill-ls-key-function . (lambda () (call-process "EVIL"))))))
"""


def assert_no_log_has(home, *secrets):
    """Neither a file of the home nor anything that Emacs showed, but for the user's own files."""
    own = {home.project / "data.py", home.folder / ".config/infill-ls/config.toml"}
    files = [path for path in home.folder.rglob("*") if path.is_file() and path not in own]
    assert home.folder / "shown.txt" in files
    found = [(path.name, secret) for path in files for secret in secrets if secret.encode() in path.read_bytes()]
    assert found == []
