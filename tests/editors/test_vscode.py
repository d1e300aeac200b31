"""VS Code itself, with the extension: what a person sees, and what is on the disk afterwards."""

from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from contextlib import suppress
from pathlib import Path

import pytest

from infill_ls.settings.services import service_of
from support.editors.home import Home, Unavailable
from support.editors.terminal import wait_until
from support.editors.vscode import Window, chromium
from support.editors.vscode_install import tools as install_tools
from support.engines.llama import LlamaServer, model_that_says
from support.model_studio.emulator import Caller, Emulator, Failure, Oracle, Reply

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "server/docs/vscode.png"
KEY = "sk-canary-5b1d0f"


@pytest.fixture(scope="session")
def tools():
    try:
        return install_tools()
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def browser(tools):
    with chromium(tools) as browser:
        yield browser


def code(mark):
    """A file that breaks off where it says for the fifth time what it has said four times, in words of its own."""
    known = "\n\n".join(f"def {name}_{mark}({mark}s):\n{body(mark)}" for name in ("first", "second", "third", "fourth"))
    return f"{known}\n\ndef fifth_{mark}({mark}s):\n"


def body(mark):
    return f"""    with {mark}s.opened("😀👩‍🚀 größer", mode="{mark}") as {mark}:
        return [{mark}.total(each) for each in {mark}.lines]
"""


def rest(mark, typed):
    """What is suggested after what was typed."""
    return body(mark).removeprefix(typed).removesuffix("\n")


# With nothing but the server and the extension...

# A word that no other file has, what is typed, the keys that follow, and how much of the suggestion is in the file.
WHOLE, SHORT, WIDE = slice(None), "    with {}s.o", '    with {}s.opened("😀👩‍🚀 größer", m'
TAKEN = {
    "the whole": ("apple", SHORT, ["Tab"], WHOLE),
    "by word": ("berry", SHORT, ["Control+ArrowRight"] * 2, slice(len('pened("'))),
    "by line": (
        "cherry",
        SHORT,
        ["Control+ArrowDown"],
        slice(len('pened("😀👩‍🚀 größer", mode="cherry") as cherry:\n')),
    ),
    "none of it": ("dates", SHORT, ["Escape"], slice(0)),
    "after wide characters": ("葡萄", WIDE, ["Tab"], WHOLE),
}


@pytest.fixture(scope="module")
def window(tmp_path_factory, tools, browser):
    """One window for all that needs no other."""
    home = Home(tmp_path_factory.mktemp("vscode") / "home")
    first = home.write("project/first.py", "x = 1\n")
    with Window(home, tools, browser) as window:
        window.open(first)
        window.wait_until_served()
        yield window
        window.quit()
    home.assert_no_server_left()


@pytest.fixture
def start(window, request):
    """Open a file of that text in the window, with the cursor at its end; in the end its last picture is kept."""

    def start(name, text):
        file = window.home.write(f"project/{name}.py", text)
        window.switch_to(file)
        return file

    yield start
    window.picture(request.node.name)
    window.press("Escape", "Escape", "Control+1", "Control+s")
    window.run("View: Close All Editors")


@pytest.mark.parametrize(("mark", "typed", "keys", "taken"), TAKEN.values(), ids=TAKEN.keys())
def test_a_suggestion_is_taken(window, start, mark, typed, keys, taken):
    """What is on the screen is what comes into the file, byte for byte."""
    file = start(mark, code(mark))
    typed = typed.format(mark)
    window.type(typed)
    window.wait_for_ghost(rest(mark, typed))
    window.press(*keys)
    window.save(file, (code(mark) + typed + rest(mark, typed)[taken]).encode())


def test_windows_line_ends_stay(window, start):
    """No line of the file gets another end, and none of the suggestion's."""
    file = start("elder", code("elder").replace("\n", "\r\n"))
    window.type("    with elders.o")
    window.wait_for_ghost(rest("elder", "    with elders.o"))
    window.press("Tab")
    window.save(file, (code("elder") + body("elder")[:-1]).replace("\n", "\r\n").encode())


def test_deleting_and_fast_typing(window, start):
    """The suggestion is always for the text as it is."""
    file = start("fig", code("fig"))
    window.type("    with figs.opxyz", delay_ms=0)
    window.press(*["Backspace"] * 3)
    window.type("en", delay_ms=0)
    window.wait_for_ghost(rest("fig", "    with figs.open"))
    window.type("ed(", delay_ms=0)
    window.wait_for_ghost(rest("fig", "    with figs.opened("))
    window.press("Backspace", "Backspace", "Backspace")
    window.type("ed", delay_ms=200)
    window.wait_for_ghost(rest("fig", "    with figs.opened"))
    window.press("Tab")
    window.save(file, (code("fig") + body("fig")[:-1]).encode())


def test_a_part_that_is_taken_counts_as_taken(window, start):
    """Though VS Code tells an extension of the whole only."""
    start("lychee", code("lychee"))
    window.run("infill-ls: Usage")
    before = wait_until(lambda: accepted(window), "usage")[0]
    window.press("Control+1")
    window.page.locator(".editor-instance .monaco-editor.focused").first.wait_for()
    window.type("    with lychees.o")
    window.wait_for_ghost(rest("lychee", "    with lychees.o"))
    window.press("Control+ArrowRight")
    window.wait_for_ghost(rest("lychee", "    with lychees.opened"))
    window.run("infill-ls: Usage")
    wait_until(lambda: accepted(window) == [before + 1], "suggestion that counts as accepted")


def accepted(window):
    """How many suggestions have been, as the page on the screen says; nothing while there is no page."""
    found = re.findall(r"and (\d+) of them|Nothing has been used", window.page_text())
    return [int(number or 0) for number in found]


def test_switched_off_and_on(window, start):
    """In the window, and for a language; the status bar says so, and the setting is the user's."""
    file, home = start("grape", code("grape")), window.home
    window.run("infill-ls: Toggle Suggestions (This Window)")
    window.wait_for_status("switched off in this window")
    before = len(home.outcomes())
    window.type("    with grapes.")
    window.run("infill-ls: Toggle Suggestions (This Window)")
    window.wait_for_status("completes from your own code")
    assert len(home.outcomes()) == before, "nothing was asked for"
    window.type("o")
    window.wait_for_ghost(rest("grape", "    with grapes.o"))
    for on in (False, True):
        window.run("infill-ls: Toggle Suggestions for This Language")
        window.wait_for_status("completes from your own code" if on else "switched off for python")
        wait_until(
            lambda on=on: window.user_settings().get("infill-ls.completion.languages") == {"python": on}, "setting"
        )
        window.wait_until_served()  # by a server that was started with the other setting
        assert (window.outcome_after("Backspace", "o")["rule"] == "language") is not on
    window.wait_for_ghost(rest("grape", "    with grapes.o"))
    assert [text for text in window.logs().values() if "Sending notification" in text] == []
    window.save(file, (code("grape") + "    with grapes.o").encode())


PAGES = {
    "infill-ls: Usage": "Usage",
    "infill-ls: Run the Doctor": "the embedded engine answers",
    "infill-ls: Show What Is Sent from Here": "Nothing is sent.",
    "infill-ls: Explain Recent Suggestions": "The last requests in hazel.py, newest first",
}


def test_the_server_explains_itself(window, start):
    """On pages in one column beside the file, which run no script and have headings to jump to."""
    start("hazel", code("hazel"))
    window.type("    with hazels.o")
    window.wait_for_ghost(rest("hazel", "    with hazels.o"))
    for command, words in PAGES.items():
        window.run(command)
        page = window.wait_for_page(words)
        assert page.evaluate("() => [document.scripts.length, document.querySelectorAll('h1').length]") == [0, 1]
        assert page.evaluate("() => document.documentElement.lang") == "en"
        window.picture(command)
        assert window.page.locator(".editor-group-container").count() == 2
        assert window.page.locator(".editor-group-container").last.locator(".tab").count() == 1


def test_a_link_on_a_page_does_what_it_says(window, start):
    start("ilex", code("ilex"))
    window.run("infill-ls: Explain Recent Suggestions")
    window.wait_for_page("Look Again").locator("a", has_text="Run the Doctor").click()
    window.wait_for_page("the embedded engine answers")


def test_the_menu_gives_the_keys_back(window, start):
    """A blank that is typed after it goes into the file."""
    file = start("iris", code("iris"))
    window.page.locator(".statusbar-item[id*='infill-ls'] a").first.click()
    window.page.locator(".quick-input-list .monaco-list-row", has_text="Snooze").wait_for()
    window.picture("menu")
    window.choose("Switch off in this window")
    window.wait_for_status("switched off in this window")
    window.page.locator(".editor-instance .monaco-editor.focused").first.wait_for()
    window.type(" # x")
    window.save(file, (code("iris") + " # x").encode())
    window.run("infill-ls: Toggle Suggestions (This Window)")
    window.wait_for_status("completes from your own code")


def test_a_killed_server_comes_back(window, start):
    """It is said once, however often it happens."""
    start("juniper", code("juniper"))
    for typed in ("    with junipers.", "o"):
        killed = window.home.wait_for_server()
        window.home.kill_server()
        wait_until(lambda killed=killed: set(window.home.running()) - {killed}, "other server")
        window.wait_until_served()
        window.type(typed)
    window.wait_for_ghost(rest("juniper", "    with junipers.o"))
    assert len([each for each in window.notifications() if "ended unexpectedly" in each]) == 1
    window.press("Tab")
    window.save(window.home.project / "juniper.py", (code("juniper") + body("juniper")[:-1]).encode())


def test_the_picture_of_the_readme(window, start):
    """The same suggestion as in the README's first command. ``UPDATE=1`` puts the picture there."""
    shop = (ROOT / "tests/data/example/store.py").read_text(encoding="utf-8").rstrip("\n")
    start("store", shop[:-1])
    window.type(shop[-1:])
    window.wait_for_ghost('pen(encoding="utf-8") as file:\n        return [Order(**row) for row in json.load(file)]')
    window.press("Control+b")
    window.page.set_viewport_size({"width": 720, "height": 560})
    picture = window.picture("readme")
    if os.environ.get("UPDATE") == "1":
        shutil.copy(picture, PICTURE)
    window.press("Control+b")


# With a model...


def unknown(mark):
    """A file that breaks off where nothing has been said before: only a model knows how it goes on."""
    return f"""import {mark}s


def only_{mark}({mark}s):
"""


WAYS = {"fim": "/compatible-mode/v1/completions", "partial": "/compatible-mode/v1/chat/completions"}


def test_a_model_answers(home, tools, browser, studio, route):
    """By each way to ask, with the user's settings file and key; wide characters and Windows line ends included."""
    home.uses(studio, route)
    studio.oracle = Oracle(unknown("kiwi") + body("kiwi"), unknown("レモン") + body("レモン"))
    kiwi = home.write("project/kiwi.py", unknown("kiwi"))
    lemon = home.write("project/レモン.py", unknown("レモン").replace("\n", "\r\n"))
    with Window(home, tools, browser) as window:
        window.open(kiwi)
        window.wait_until_served()
        window.type("    with kiwis.o")
        window.wait_for_ghost(rest("kiwi", "    with kiwis.o"))
        window.press("Control+ArrowRight", "Tab")
        window.save(kiwi, (unknown("kiwi") + body("kiwi")[:-1]).encode())
        window.switch_to(lemon)
        typed = WIDE.format("レモン")
        window.type(typed)
        window.wait_for_ghost(rest("レモン", typed))
        window.press("Tab")
        window.save(lemon, (unknown("レモン") + body("レモン")[:-1]).replace("\n", "\r\n").encode())
        window.quit()
    home.assert_no_server_left()
    assert {call.path for call in studio.requests} == {WAYS[route]}
    assert "local" not in [outcome["model"] for outcome in home.outcomes() if outcome["outcome"] == "shown"]


def test_settings_and_key_are_entered_in_vs_code(home, tools, browser):
    """The key is kept, also when VS Code ends; it reaches the service alone. No log holds it, and none holds any code."""
    file = home.write("project/lime.py", unknown("lime"))
    home.write("project/limes.py", "def opened(name):\n    return open(name)\n")
    oracle = Oracle(unknown("lime") + body("lime"))
    with Emulator(api_key=KEY, oracle=oracle) as studio, Window(home, tools, browser, machine=asking(studio)) as window:
        window.open(file)
        window.wait_for_status("qwen3-coder-flash")
        window.type("#")
        button = window.page.locator(".notification-toast .monaco-button", has_text="Enter an API Key")
        button.wait_for()
        window.picture("no key")
        window.press("Backspace")
        button.click()
        window.choose("Model Studio")
        window.enter_secret(KEY)
        wait_until(lambda: len(home.started()) > 1, "server with the key")
        window.wait_until_served()
        window.type("    with limes.o")
        window.wait_for_ghost(rest("lime", "    with limes.o"))
        assert studio.requests[-1].headers["authorization"] == f"Bearer {KEY}"
        assert not any(KEY in line for line in command_lines())
        window.press("Tab")
        window.save(file, (unknown("lime") + body("lime")[:-1]).encode())
        window.restart()
        window.open(file)
        window.wait_until_served()
        before = len(studio.requests)
        window.type("\nmore_limes = ")
        call = wait_until(lambda: studio.requests[before:], "request after the restart")[-1]
        assert call.headers["authorization"] == f"Bearer {KEY}"
        studio.default = Reply(trouble=Failure(401, "invalid_api_key", f"Incorrect API key provided: {KEY}."))
        window.type("\nlime = ")
        window.wait_for_status("key")
        window.picture("a wrong key")
        studio.default = Reply()
        window.open(file)
        window.wait_until_served()
        window.run("infill-ls: Run the Doctor")
        window.wait_for_page("answers")
        window.picture("doctor with a model")
        window.press("Control+1")
        window.page.locator(".editor-instance .monaco-editor.focused").first.wait_for()
        window.run("infill-ls: Show What Is Sent from Here")
        window.wait_for_page("Start of the answer, which the model continues")
        window.wait_for_page("def opened(name):")
        window.picture("prompt with a model")
        logs = window.logs()
        window.quit()
    check_nothing_is_told(logs, studio)


def check_nothing_is_told(logs, studio):
    assert any("starting" in text for name, text in logs.items() if "infill-ls" in name), (
        "the log is where it was looked for"
    )
    secrets = {"key": KEY, "address": f"127.0.0.1:{studio.port}", "code": "limes.opened"}
    found = [(name, what) for name, text in logs.items() for what, secret in secrets.items() if secret in text]
    assert found == []


@pytest.mark.llama
def test_an_engine_on_this_machine_is_set_up(home, tools, browser):
    """In a fresh home: what is found is shown, and written where the user agrees; then its model's ghost text comes."""
    typed = "def size(first, second):\n    total ="
    file = home.write("project/a.py", typed)
    written = home.folder / ".config/infill-ls/config.toml"
    usual = service_of("llama.cpp").ports
    with LlamaServer(model=model_that_says("count\n"), ports=usual), Window(home, tools, browser) as window:
        window.open(file)
        window.wait_until_served()
        window.run("infill-ls: Find an Engine on This Machine")
        page = window.wait_for_page('kind = "llama.cpp"')
        window.picture("an engine was found")
        assert not written.exists()
        page.locator("a", has_text="Write These Lines").click()
        window.wait_for_page(f"Written to {written}")
        window.wait_for_page("tokens a second; the first text")
        window.picture("an engine is set up")
        assert tomllib.loads(written.read_text())["provider"]["kind"] == "llama.cpp"
        window.run("View: Close All Editors")
        window.switch_to(file)
        window.wait_until_served()
        window.type(" ")
        window.wait_for_ghost("count")
        window.press("Tab")
        window.save(file, f"{typed} count".encode())
        window.quit()
    home.assert_no_server_left()


def test_a_deep_suggestion_from_the_key_to_the_suggestion(home, tools, browser, studio):
    """The status bar says each step, the suggestion stands behind the cursor, and the page on suggestions lists them."""
    home.uses(studio, "partial")
    studio.caller = Caller(
        [("find_definition", {"name": "path_to"})], then="```\n/tmp\n```", like=Reply(first_token_s=2)
    )
    file = home.write("project/deep.py", "def path_to(x):\n    return x\n\nfolder = '")
    with Window(home, tools, browser) as window:
        window.open(file)
        window.wait_until_served()
        window.press("Control+End")
        window.press("Alt+Shift+Backslash")
        window.page.locator(".statusbar-item", has_text="looking for the definition of path_to").wait_for()
        window.wait_for_ghost("/tmp")
        window.press("Tab")
        window.save(file, b"def path_to(x):\n    return x\n\nfolder = '/tmp")
        window.run("infill-ls: Explain Recent Suggestions")
        window.wait_for_page("looking for the definition of path_to")
    assert [bool(call.asked.get("tools")) for call in studio.requests][-2:] == [True, True]


def asking(studio):
    """Settings by which the emulator is Model Studio."""
    provider = {"kind": "model-studio", "base_url": studio.base_url, "model": "qwen3-coder-flash", "mode": "partial"}
    return {f"infill-ls.provider.{name}": value for name, value in provider.items()}


def command_lines():
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield (process / "cmdline").read_text(encoding="utf-8", errors="replace")


# What a repository cannot do...


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "Restricted Mode"])
def test_a_repository_chooses_neither_server_nor_service(home, tools, browser, stranger, trusted):
    """Whatever it brings along: no request to its host, and no program of its own instead of the server."""
    flag = home.folder / "program-was-run"
    evil = home.write("project/evil", f"#!/bin/sh\ntouch {flag}\n")
    evil.chmod(0o755)
    if not trusted:
        for place in (".venv/bin/infill-ls", "venv/bin/infill-ls", "infill-ls"):
            home.write(f"project/{place}", evil.read_text()).chmod(0o755)
    settings = asking(stranger) | {
        "infill-ls.provider.proxy": stranger.origin,
        "infill-ls.provider.api_key_command": [str(evil)],
        "infill-ls.server.path": str(evil),
        "infill-ls.completion.languages": {"*.zig": False},
    }
    home.write("project/.vscode/settings.json", json.dumps(settings))
    file, zig = home.write("project/a.py", code("maple")), home.write("project/a.zig", "x = 1\ny")
    with Window(home, tools, browser, trusted=trusted) as window:
        window.open(file)
        window.wait_until_served()
        window.type("    with maples.o")
        window.wait_for_ghost(rest("maple", "    with maples.o"))
        window.press("Tab")
        window.save(file, (code("maple") + body("maple")[:-1]).encode())
        window.switch_to(zig)
        window.type(" ")
        wait_until(lambda: home.outcomes()[-1]["rule"] == "language", "setting that a workspace may have")
        window.wait_for_status("switched off for *.zig")
        window.run("infill-ls: Explain Recent Suggestions")
        window.wait_for_page("Suggestions are switched off for this language or file.")
        window.picture(f"why, trusted {trusted}")
        window.quit()
    home.assert_no_server_left()
    assert (stranger.requests, flag.exists()) == ((), False)


# From nothing...

ENVIRONMENT = ".local/share/code-server/User/globalStorage/infill-ls.infill-ls/environment"
SILENT = re.compile(
    r"Failed to establish|Connection refused|timed out|Temporary failure|Network is unreachable|HTTP error 50[234]|\b50[234] Server Error"
)


@pytest.mark.parametrize("grammars", [True, False], ids=["with grammars", "where grammars cannot be had"])
def test_the_server_is_installed_by_the_extension(home, tools, browser, grammars):
    """Where there is no server, one click brings it, into an environment of its own, which goes with the extension."""
    (home.folder / "bin" / "infill-ls").unlink()
    home.environment |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    if not grammars:
        home.environment["PIP_CONSTRAINT"] = str(home.write("constraint.txt", "tree-sitter==0.0.0\n"))
    file = home.write("project/nut.py", code("nut"))
    with Window(home, tools, browser) as window:
        window.open(file)
        window.press("Control+End")
        window.wait_for_status("needs its server")
        assert window.page.locator(".statusbar-item[id*='infill-ls'].has-background-color").count() == 0
        button = window.page.locator(".notification-toast .monaco-button", has_text="Install")
        button.wait_for()
        assert "needs its server (Python 3.11+, some 50 MB)" in str(window.notifications())
        window.picture("first contact")
        button.click()
        window.wait_for_status("installing its server")
        window.picture("installing")
        failed = "was not installed"
        wait_until(lambda: "completes" in window.status() or failed in str(window.notifications()), "end", 300)
        has_grammars = bool(list(home.folder.glob(f"{ENVIRONMENT}/lib/*/site-packages/tree_sitter_python")))
        if (failed in str(window.notifications()) or has_grammars < grammars) and SILENT.search(str(window.logs())):
            pytest.skip("the server cannot be installed: the package index does not answer")
        window.wait_for_status("completes from your own code")
        window.type("    with nuts.o")
        wait_until(lambda: window.press("Alt+Backslash") or window.ghost(), "ghost text")
        window.wait_for_ghost(rest("nut", "    with nuts.o"))
        window.press("Tab")
        window.save(file, (code("nut") + body("nut")[:-1]).encode())
        assert installed_servers(home)
        assert has_grammars is grammars, [text for name, text in window.logs().items() if "infill-ls" in name]
        window.uninstall_extension()
        window.restart()
        window.open(file)
        wait_until(lambda: not (home.folder / ENVIRONMENT).exists(), "end of the environment")
        window.quit()
    wait_until(lambda: not installed_servers(home), "end of the server", 2)


def installed_servers(home):
    return [line for line in command_lines() if str(home.folder) in line and "environment/bin" in line]
