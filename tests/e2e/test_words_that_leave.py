"""Words of services, repositories and file names reach the user in messages, logs and terminals: none does any harm."""

from __future__ import annotations

import pytest

from support.clients.command_line import CommandLine
from support.clients.editor import INVOKED, items_of
from support.clients.hostile_words import BAD, LARGE, is_harmless
from support.clients.server_session import MODEL, asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Failure, Reply

WHY, DOCTOR = "infill-ls.why", "infill-ls.doctor"


@pytest.fixture
def studio():
    with Emulator() as studio:
        yield studio


def shown(editor):
    """Every text that an editor would show or write down."""
    messages = [each["message"] for each in editor.notifications("window/showMessage")]
    logged = [each["message"] for each in editor.notifications("window/logMessage")]
    states = [each[name] for each in editor.notifications("infill-ls/status") for name in ("message", "model")]
    return [*messages, *logged, *states, *editor.printed.decode().splitlines()]


async def run(editor, command, *arguments):
    return await editor.request("workspace/executeCommand", {"command": command, "arguments": arguments})


def check(editor, *, popups):
    assert len(editor.notifications("window/showMessage")) == popups
    assert [text for text in shown(editor) if not is_harmless(text)] == []


SAYS = "".join(BAD).replace("\ud800", "") + "x" * 1_000


@pytest.mark.parametrize("status", [400, 401, 404, 429, 503])
async def test_what_a_service_says(project, uri, studio, status):
    """Once, as a quotation, wherever it is shown."""
    studio.default = Reply(trouble=Failure(status, SAYS, SAYS))
    options = asking(studio) | {"status": True, "log": {"level": "debug"}}
    async with session(project, options, variables=key_of(studio), arguments=["--log-level", "debug"]) as editor:
        editor.open(uri, "x = ")
        for _ in range(3):
            editor.type(uri, "y")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        checks = await run(editor, DOCTOR)
        await is_alive(editor)

        check(editor, popups=1)
        assert "It says: “" in editor.notifications("window/showMessage")[0]["message"]
        assert [each["sentence"] for each in checks if not is_harmless(each["sentence"])] == []


async def test_words_that_differ_each_time(project, uri, studio):
    """One message, not one for each request id that a service makes up."""
    numbers = iter(range(1000))
    studio.default = lambda _call: (
        Reply(trouble=Failure(400, "bad", f"request {number} is bad")) if (number := next(numbers)) % 2 else Reply("42")
    )
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        editor.open(uri, "x = ")
        for _ in range(20):
            editor.type(uri, "y")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
        await is_alive(editor)

        assert len(studio.requests) == 20
        check(editor, popups=1)


LINK = '[Repair the settings](command:workbench.action.terminal.new?1 "any tooltip")'
SETTINGS = {
    "a link": {"completion": {"rules": {LINK: True, "echo": False}, "max_lines": 5}},
    "hostile keys": {"completion": {"max_lines": 5}} | dict.fromkeys(BAD, 1),
    "a long key": {"completion": {"max_lines": 5}, "a" * 100_000: 1},
    "200 unknown keys": {"completion": {"max_lines": 5}} | {f"x{number}": 1 for number in range(200)},
    "200 unknown rules": {
        "completion": {"rules": dict.fromkeys(map(str, range(200)), True) | {"echo": False}, "max_lines": 5}
    },
    "hostile values": {"completion": {"max_lines": 5}, "log": {"level": LARGE}, "privacy": {"exclude": LARGE}},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS.keys())
async def test_what_a_repositorys_settings_say(project, settings):
    """One message, of few things."""
    async with session(project, client="vscode", configuration={"infill-ls": settings}) as editor:
        await editor.wait_for(lambda: editor.notifications("window/showMessage"))
        await is_alive(editor)

        check(editor, popups=1)


async def test_what_an_editor_asks_for_comes_back_harmless(project):
    """Names of methods, commands and languages are repeated."""
    async with session(project) as editor:
        for word in (word.replace("\ud800", "") for word in [*BAD, LARGE]):
            for answer in (editor.request(f"test/{word}"), run(editor, f"rm {word}")):
                error = (await _error(answer)).args[0]
                assert is_harmless(error)
            uri = (project / "a.py").as_uri()
            editor.open(uri, "x = 1\n", language=word)
            await editor.inline_completion(uri, 0, 0, INVOKED)
            (record, *_) = await run(editor, WHY, uri)
            assert is_harmless(record["language"])
            editor.close(uri)


async def _error(answer):
    with pytest.raises(Exception) as caught:
        await answer
    return caught.value


async def test_a_popup_shows_code_and_nothing_else(project, uri, studio):
    """What stands in the file may come back in a suggestion; its documentation is Markdown."""
    text = 'say("a\u200db ] ```[x](command:y)```")\n'
    studio.default = Reply(text=f"{text}{text}")
    async with session(project, asking(studio), variables=key_of(studio), client="helix") as editor:
        editor.open(uri, f"{text}{text}z = 1\nsay", language="python\n```\n[a](command:b)")
        (item,) = items_of(await editor.completion(uri))

        assert is_harmless(item["label"].replace("](", ""))
        first, *lines, last = item["documentation"]["value"].split("\n")
        assert first == last == "````"
        assert all(is_harmless(line.replace("](", "")) for line in lines)


# The terminal...


@pytest.fixture
def line(tmp_path):
    (tmp_path / "pyproject.toml").write_text("")
    return CommandLine(tmp_path)


OWN = 'provider.kind = "openai"\nprovider.base_url = "{url}"\nprovider.model = "{model}"\n'
NASTY = "a\x1b]0;owned\x07\x1b[2J\u202e[x](command:y)\r.py"


def check_printed(ran):
    assert "Traceback" not in ran.err
    texts = [*ran.out.split("\n"), *ran.err.split("\n")]
    assert [text for text in texts if not is_harmless(text.replace("](", ""))] == []


@pytest.mark.parametrize("command", ["complete", "doctor"])
@pytest.mark.parametrize("status", [400, 401])
def test_what_a_service_says_on_a_terminal(line, studio, command, status):
    studio.default = Reply(trouble=Failure(status, SAYS, SAYS))
    line.settings(OWN.format(url=studio.own_url, model=MODEL))
    (line.home / "a.py").write_text("x = ")

    ran = line.run(command, *(["a.py:1:5"] if command == "complete" else []))

    assert ran.status == 3
    assert "It says: “" in ran.out + ran.err
    check_printed(ran)


@pytest.mark.parametrize(
    "words",
    [
        ["complete", f"{NASTY}:1:1"],
        ["complete", f"gone{NASTY}:1:1"],
        ["complete", NASTY],
        ["prompt", f"{NASTY}:1:1"],
        ["prompt", f"{NASTY}:9:1"],
        ["complete", "a:1:1", NASTY],
        ["usage", "--since", NASTY],
        ["config", "--config", NASTY],
        ["doctor", "--config", NASTY],
        [NASTY],
    ],
    ids=range(10),
)
def test_what_a_file_is_called_on_a_terminal(line, words):
    """A shell's star makes any file's name a word of the command line."""
    (line.home / NASTY).write_text("\x1b[2Jx = ")

    check_printed(line.run(*words))
