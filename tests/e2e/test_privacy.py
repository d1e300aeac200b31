"""What must hold: code, keys and settings go where the user sent them, and nowhere else."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from urllib.parse import unquote

import pytest

from support.clients.editor import INVOKED, ServerError, items_of
from support.clients.server_session import asking, is_alive, key_of, session
from support.model_studio.emulator import Emulator, Failure, Redirect, Reply

KEY, HEADER, PASSWORD = "sk-canary-0f1e2d3c", "header-canary-4b5a", "password-canary-6978"


@pytest.fixture
def project(tmp_path):
    project = tmp_path / "proj"
    (project / ".git").mkdir(parents=True)
    return project


@pytest.fixture
def studio():
    with Emulator(api_key=KEY) as studio:
        studio.default = Reply(text="42")
        yield studio


@pytest.fixture
def stranger():
    """Somebody else's server, which takes every key."""
    with Emulator(api_key=None) as stranger:
        yield stranger


def hostile(stranger, project):
    """All settings by which code or keys could be led away."""
    flag = project.parent / "command-was-run"
    return {
        "kind": "openai",
        "base_url": stranger.own_url,
        "model": "own-coder",
        "api_key_env": "HOME",
        "api_key_command": [sys.executable, "-c", f"open({str(flag)!r}, 'w').close(); print('sk-x')"],
        "headers": {"X-Evil": "1"},
        "proxy": stranger.origin,
        "ca_bundle": str(project / "evil.pem"),
        "region": "beijing",
    }


def plant(project, provider):
    """Leave the settings in every file of a repository that anybody might read."""
    flat = {f"infill-ls.provider.{name}": value for name, value in provider.items()}
    lines = [f"{name} = {json.dumps(value)}" for name, value in provider.items() if name != "headers"]
    table = "\n".join(lines)
    (project / ".vscode").mkdir()
    (project / ".vscode" / "settings.json").write_text(json.dumps(flat | {"infill-ls": {"provider": provider}}))
    for name in ("config.toml", "infill-ls.toml", ".infill-ls.toml"):
        (project / name).write_text(f"[provider]\n{table}\n")
    (project / "pyproject.toml").write_text(f"[tool.infill-ls.provider]\n{table}\n")
    variables = f"INFILL_LS_PROVIDER=openai\nINFILL_LS_BASE_URL={provider['base_url']}\nINFILL_LS_API_KEY=sk-evil\n"
    (project / ".env").write_text(variables)


async def check_nobody_else_is_asked(editor, uri, stranger, project):
    editor.open(uri, "x = ")
    for _ in range(3):
        await editor.inline_completion(uri, trigger_kind=INVOKED)
        editor.type(uri, "1 + ")
    await is_alive(editor)
    assert (stranger.requests, stranger.connections_made) == ((), 0)
    assert not (project.parent / "command-was-run").exists()


CLIENTS = {"asked for its configuration": "neovim", "sends its configuration": {"capabilities": {}, "rootUri": None}}


@pytest.mark.parametrize("has_server", [True, False], ids=["own server", "no server"])
@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS.keys())
async def test_a_repository_cannot_choose_the_server(project, uri, studio, stranger, client, has_server):
    """Its files, and settings that an editor may have read from them, lead no request and no key away."""
    provider = hostile(stranger, project)
    plant(project, provider)
    options = asking(studio) if has_server else None
    dotted = {f"provider.{name}": value for name, value in provider.items()}
    sections = {"infill-ls": {"provider": provider, "completion": {"languages": {"zig": False}}} | dotted}
    async with session(
        project, options, variables=key_of(studio) if has_server else {}, client=client, configuration=sections
    ) as editor:
        editor.notify("workspace/didChangeConfiguration", {"settings": sections})
        editor.notify("workspace/didChangeConfiguration", {"settings": sections["infill-ls"]})
        await check_nobody_else_is_asked(editor, uri, stranger, project)
        assert await outcome(editor, (project / "a.zig").as_uri(), "zig") == "gated", "what it may set is taken"
    assert all("x-evil" not in call.headers for call in studio.requests)
    assert bool(studio.requests) is has_server, "the user's own choice stands"


NAMES = ["Kate", "Sublime Text LSP", "coc.nvim", "helix", "Neovim", "Visual Studio Code", "infill-ls.el", ""]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["tables", "dotted keys"])
async def test_what_an_editor_mixes_into_its_options_leads_nowhere(project, uri, stranger, name, form):
    """Kate's ``.kateproject`` and others reach ``initializationOptions``; no name and no word in them makes them trusted."""
    provider = hostile(stranger, project)
    said = {"provider": provider} if form == "tables" else {f"provider.{key}": value for key, value in provider.items()}
    client = {"capabilities": {}, "clientInfo": {"name": name}, "rootUri": project.as_uri()}
    options = said | {"trust_editor": True, "trusted": True}
    async with session(project, options, client=client, trusted=False) as editor:
        await check_nobody_else_is_asked(editor, uri, stranger, project)


async def outcome(editor, uri, language):
    editor.open(uri, "x = ", language)
    await editor.inline_completion(uri, trigger_kind=INVOKED)
    records = await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]})
    return records[0]["outcome"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(project, uri, studio, stranger, status):
    """Neither the code nor the key goes where a server points."""
    studio.default = Reply(trouble=Redirect(f"{stranger.own_url}/completions", status))
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        await check_nobody_else_is_asked(editor, uri, stranger, project)
    assert studio.requests


async def test_a_secret_in_another_file_never_leaves_by_any_source(project, uri, studio):
    """Near the cursor, in similar code, in the last changes, in what is not saved: the lines are shown without it."""
    names = ["fetch_item", "lookup_user", "render_page", "load_unsaved"]
    secrets = {name: "AK" + "IA" + letter * 8 + "7Q2W9E4R" for name, letter in zip(names, "ABCD", strict=True)}
    heads = {name: f'def {name}(key="{secret}"): pass\n' for name, secret in secrets.items()}
    (project / "store.py").write_text(f"class Store:\n    {heads['fetch_item']}")
    (project / "users.py").write_text(heads["lookup_user"])
    (project / "pages.py").write_text(heads["render_page"])
    alike = "    token = parse_header(request)\n    check_header(token)\n"
    (project / "other.py").write_text(f"def handle(request):\n{alike}    user = lookup_user(token)\n")
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        store, notes = (project / "store.py").as_uri(), (project / "notes.py").as_uri()
        editor.open(store, (project / "store.py").read_text())
        editor.type(store, f"    {heads['load_unsaved']}")
        editor.open(notes, "x = 1\n")
        editor.type(notes, "page = render_page()\n")
        editor.open(uri, f"from store import Store\n\ndef serve(request, store: Store):\n{alike}")
        for turn in range(40):
            editor.type(uri, f"\n    x{turn} = ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
            sent = json.dumps([call.body for call in studio.requests])
            if all(f"def {name}(key=" in sent for name in names):
                break
    assert [name for name in names if f"def {name}(key=" not in sent] == []
    assert "REDACTED" in sent
    assert [part for secret in secrets.values() for part in (secret[4:12], secret[12:]) if part in sent] == []


SERVERS = {
    "answers": Reply(text="42"),
    "repeats the key": Reply(trouble=Failure(401, "invalid_api_key", f"Incorrect API key provided: {KEY}.")),
    "repeats it in a bad request": Reply(trouble=Failure(400, "invalid", f"key {KEY} header {HEADER}")),
    "repeats it in the stream": Reply(text="4", after=1, trouble=Failure(500, "internal_error", f"no: {KEY}")),
    "breaks off": Reply(trouble="close"),
    "redirects": Reply(trouble=Redirect("http://127.0.0.1:9/")),
}


@pytest.mark.parametrize("reply", SERVERS.values(), ids=SERVERS.keys())
async def test_the_key_is_shown_nowhere(project, uri, studio, tmp_path, reply):
    """Not in the log at its most talkative, the trace, the answers, the messages, nor the list of processes."""
    studio.default = reply
    options = asking(studio, headers={"X-Secret": HEADER})
    files = ("--log-file", str(tmp_path / "log"), "--log-level", "debug", "--trace", str(tmp_path / "trace"))
    async with session(project, options, variables=key_of(studio), arguments=files) as editor:
        await check_shown_nowhere(editor, uri, tmp_path)
    assert studio.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert (tmp_path / "trace").stat().st_size > 0


@pytest.mark.parametrize("wrong", ["proxy", "base_url", "headers", "api_key_command", "api_key"])
async def test_a_misplaced_secret_is_shown_nowhere(project, uri, studio, tmp_path, wrong):
    """A setting that is wrong is named, and its value is not."""
    values = {
        "proxy": f"http://user:{PASSWORD}@127.0.0.1:9",
        "base_url": f"http://user:{PASSWORD}@127.0.0.1:9/v1",
        "headers": f"X-Secret: {HEADER}",
        "api_key_command": KEY,
        "api_key": KEY,
    }
    options = asking(studio, **{wrong: values[wrong]})
    files = ("--log-file", str(tmp_path / "log"), "--log-level", "debug", "--trace", str(tmp_path / "trace"))
    async with session(project, options, variables=key_of(studio), arguments=files) as editor:
        await check_shown_nowhere(editor, uri, tmp_path)


async def check_shown_nowhere(editor, uri, tmp_path):
    editor.open(uri, "x = ")
    for kind in (INVOKED, 2):
        await editor.inline_completion(uri, trigger_kind=kind)
        editor.type(uri, "1 + ")
    for command, arguments in [
        ("infill-ls.why", [uri]),
        ("infill-ls.prompt", [uri, {"line": 0, "character": 4}]),
        ("infill-ls.clear", []),
        ("infill-ls.toggle", []),
        ("infill-ls.unknown", []),
    ]:
        await asyncio.wait([editor.request("workspace/executeCommand", {"command": command, "arguments": arguments})])
    assert await is_alive(editor)
    processes = b""
    if sys.platform == "linux":
        processes = b"\0".join(_command_lines())
    await editor.shutdown()
    said = {
        "log": (tmp_path / "log").read_bytes(),
        "trace": (tmp_path / "trace").read_bytes(),
        "messages": json.dumps(editor.messages).encode(),
        "standard error": editor.printed,
        "processes": processes,
    }
    for place, text in said.items():
        for secret in (KEY, HEADER, PASSWORD):
            assert secret.encode() not in text, place


def _command_lines():
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            yield (process / "cmdline").read_bytes()


PRIVATE = [
    ".env",
    ".ENV",
    ".env.local",
    ".Env.Production",
    "prod.env",
    "server.pem",
    "SERVER2.PEM",
    "tls.key",
    "id_rsa",
    "ID_ED25519",
    ".netrc",
    "main.tfvars",
    "Main.auto.TFVARS",
    "credentials",
    "Credentials.json",
    "credentials.py",
    ".ssh/config",
    ".aws/settings.py",
    "ignored.py",
    "generated/deep/module.py",
    "nested/local.py",
    "internal/mine.py",
]
LINKS = {
    "link.py": ".env",
    "linked_key.py": "id_rsa",
    "linked_ignored.py": "ignored.py",
    "linked_folder": ".ssh",
    "link_of_link.py": "link.py",
}
LINKED = ["link.py", "linked_key.py", "linked_ignored.py", "linked_folder/config", "link_of_link.py"]
NOT_FILES = [
    "untitled:.env",
    "untitled:/home/me/id_rsa",
    "vscode-remote://host/p/.env",
    "vscode-remote://host/p/%2Eenv",
]


def secret_of(name):
    """Lines that stand in one file alone, and their telling part, which stands in the last line."""
    canary = "canary_" + "".join(letter if letter.isalnum() else f"_{ord(letter)}_" for letter in name)
    return canary, f"def reveal(one, two, three):\n    {name!r}\n    return open_sesame(one, two, '{canary}')\n"


def furnish(project):
    """A repository with private files of all kinds, and a public one."""
    (project / ".gitignore").write_text("ignored.py\ngenerated/\n")
    (project / "nested").mkdir()
    (project / "nested" / ".gitignore").write_text("local.*\n")
    for name in [*PRIVATE, "public.py"]:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(secret_of(name)[1] * 3)
    for name, target in LINKS.items():
        (project / name).symlink_to(project / target)


needs_links = pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need a privilege there")
OURS = {"infill-ls": {"privacy": {"exclude": ["internal/"]}}}


@needs_links
async def test_private_files_never_leave(project, uri, studio):
    """Not as the current file, not as context, not after a rename, whatever their case and however they are reached."""
    furnish(project)
    async with session(project, asking(studio), variables=key_of(studio), configuration=OURS) as editor:
        await editor.wait_for(lambda: editor.server_requests("workspace/configuration"))
        await is_alive(editor)
        uris = {name: (project / name).as_uri() for name in [*PRIVATE, *LINKED]} | {name: name for name in NOT_FILES}
        for name, private in uris.items():
            # Opened as something else first, then saved under, or renamed to, its private name.
            for former in ("untitled:Untitled-1", (project / "former.py").as_uri()):
                editor.open(former, secret_of(name)[1])
                editor.close(former)
            editor.open(private, secret_of(name)[1] + "x = ")
            for kind in (INVOKED, 2):
                assert items_of(await editor.inline_completion(private, trigger_kind=kind)) == [], name
        # All of them are open now, and could be context for this one.
        editor.open(uri, secret_of("a.py")[1] + "x = ")
        await editor.inline_completion(uri, trigger_kind=INVOKED)
    sent = json.dumps([call.body for call in studio.requests])
    assert secret_of("a.py")[0] in sent, "what may be sent is sent"
    assert [name for name in uris if secret_of(name)[0] in sent] == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="every name is text there")
async def test_private_files_in_a_folder_whose_name_is_no_text_never_leave(project, studio):
    """Nor by the name that an editor shows for it; what may be sent is sent, by a name that is text."""
    folder = project / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    furnish(folder)
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        uris = [(folder / name).as_uri() for name in [*PRIVATE[:-1], *LINKED, "public.py"]]
        for uri in [*uris, *(uri.replace("%E9", "%EF%BF%BD") for uri in uris)]:
            editor.open(uri, secret_of(unquote(uri.rpartition("caf")[2].partition("/")[2]))[1] + "x = ")
            await editor.inline_completion(uri, trigger_kind=INVOKED)
    sent = json.dumps([call.body for call in studio.requests])
    assert [name for name in [*PRIVATE, *LINKED] if secret_of(name)[0] in sent] == []
    assert len(studio.requests) == 1
    assert secret_of("public.py")[0] in sent


@needs_links
async def test_the_embedded_engine_tells_no_secrets(project, uri):
    """It completes from a public file, and from no private one, closed or open."""
    furnish(project)
    async with session(project, configuration=OURS) as editor:
        await editor.wait_for(lambda: editor.server_requests("workspace/configuration"))
        editor.open(uri, "")
        await until_read(editor, uri, "public.py")
        closed = {name: await suggestion(editor, uri, name) for name in [*PRIVATE, *LINKED]}
        assert {name: text for name, text in closed.items() if text} == {}
        uris = {name: (project / name).as_uri() for name in [*PRIVATE, *LINKED]} | {name: name for name in NOT_FILES}
        for name, private in uris.items():
            editor.open(private, secret_of(name)[1] * 3)
            editor.notify("textDocument/didSave", {"textDocument": {"uri": private}})
        other = (project / "other.py").as_uri()
        editor.open(other, secret_of("other.py")[1] * 3)
        await until_read(editor, uri, "other.py")
        for private in uris.values():
            editor.close(private)
        opened = {name: await suggestion(editor, uri, name) for name in uris}
        assert {name: text for name, text in opened.items() if text} == {}


async def until_read(editor, uri, name):
    """Ask for a public file's text until the server has read it."""
    async with asyncio.timeout(20):
        while not await suggestion(editor, uri, name):
            pass


_TURNS = count()


async def suggestion(editor, uri, name):
    """What is suggested where lines break off that stand only in the file of that name."""
    canary, lines = secret_of(name)
    # With something before them, so that the engine knows the file's own place when it sees it; each time at another
    # place, since what was answered before the file was read is kept.
    turn = next(_TURNS)
    text = "".join(f"value_{turn}_{number} = {number}\n" for number in range(10)) + lines.partition(" two, '")[0]
    editor.change(uri, 0, len(editor.buffers[uri].text), text)
    items = items_of(await editor.inline_completion(uri, trigger_kind=INVOKED))
    return [item["insertText"] for item in items if canary in item["insertText"]]


@pytest.mark.parametrize("mode", ["fim", "partial", "chat"])
async def test_a_secret_in_code_never_leaves(project, uri, studio, mode):
    """In no mode, before or behind the cursor, or around it; the code around it does, and `prompt` shows the same."""
    secrets = ["AK" + "IA" + letter * 8 + "7Q2W9E4R" for letter in "ABC"]
    before, inside, behind = (f'KEY_{number} = "{secret}"\n' for number, secret in enumerate(secrets))
    async with session(project, asking(studio, mode=mode), variables=key_of(studio)) as editor:
        editor.open(uri, f"import os\n{before}\n{inside}\nx = 1\n{behind}")
        for line, character in ((3, 20), (4, 0), (5, 5)):
            await editor.inline_completion(uri, line, character, trigger_kind=INVOKED)
        command = {"command": "infill-ls.prompt", "arguments": [uri, {"line": 3, "character": 20}]}
        shown = json.dumps(await editor.request("workspace/executeCommand", command))
    for text in [shown, *(json.dumps(call.body) for call in studio.requests)]:
        assert "import os" in text
        assert "REDACTED" in text
        assert [part for secret in secrets for part in (secret[4:12], secret[12:]) if part in text] == []
    assert studio.requests


async def test_why_nothing_is_suggested(project, studio):
    """A private file's outcome says by which rule, and holds none of its text."""
    async with session(project, asking(studio), variables=key_of(studio)) as editor:
        uri = (project / ".env").as_uri()
        editor.open(uri, secret_of(".env")[1])
        await editor.inline_completion(uri, trigger_kind=INVOKED)
        (record,) = await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [uri]})
        assert (record["outcome"], bool(record["rule"])) == ("excluded", True)
        assert secret_of(".env")[0] not in json.dumps(editor.messages)
        with pytest.raises(ServerError):
            await editor.request("workspace/executeCommand", {"command": "infill-ls.why", "arguments": [7]})


@pytest.mark.parametrize(
    ("name", "has_model", "said"),
    [
        ("a.py", True, None),
        ("a.py", False, "The embedded engine answers from your own code, on this machine."),
        (".env", True, "This file is never sent: it matches `.env*`."),
        ("not-open.py", True, "This document is not open."),
    ],
    ids=["sent", "no model", "private", "not open"],
)
async def test_the_prompt_says_where_nothing_is_sent(project, studio, name, has_model, said):
    """Rather than show a prompt as if it were sent."""
    options = asking(studio) if has_model else None
    async with session(project, options, variables=key_of(studio) if has_model else {}) as editor:
        uri = (project / name).as_uri()
        if name != "not-open.py":
            editor.open(uri, "x = 1\ny = ")
        arguments = [uri, {"line": 1, "character": 4}]
        shown = await editor.request(
            "workspace/executeCommand", {"command": "infill-ls.prompt", "arguments": arguments}
        )
    assert shown["unsent"] == said
    assert bool(shown.get("text") or shown.get("messages")) or said is not None
