"""What a repository can try with settings: every way in which editors pass them on, every shape, every key."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import sysconfig
from collections.abc import AsyncIterator
from itertools import product
from pathlib import Path

from infill_ls.settings.outcomes import RULES
from infill_ls.settings.resolve import keys
from support.clients.attacks import (
    PAYLOADS,
    PULLED,
    PUSHED,
    Ground,
    Tried,
    asked,
    asks,
    attacked,
    client,
    configure,
    harm_in,
    outcome_of,
    peak_mb,
    popups,
    processor_s,
    settled,
    still_serves,
    suggest,
    told,
)
from support.engines.raw_server import raw_server, response
from support.model_studio.emulator import Emulator, Reply

CANARY = "canary-5f0c1b7e"
"""The value of a variable that nobody has named a key."""

NAMES = (
    None,
    "",
    "Kate",
    "Neovim",
    "Visual Studio Code",
    "code-server",
    "helix",
    "Eglot",
    "emacs",
    "Sublime Text LSP",
    "coc.nvim",
    "vim-lsp",
    "Qt Creator",
    "kak",
    "Zed",
    "Visual Studio Code --trust-editor",
)
WAYS = ("initializationOptions", "asked for", "sent", "sent at once with a trusted name", "files")
SHAPES = {
    "nested": lambda table: {"provider": table},
    "dotted": lambda table: {f"provider.{name}": value for name, value in table.items()},
    "section": lambda table: {"infill-ls": {"provider": table}},
    "dotted section": lambda table: {f"infill-ls.provider.{name}": value for name, value in table.items()},
}


def harms(stranger: str, flag: str) -> dict[str, dict[str, object]]:
    """What would lead code, keys or programs away, by what it would do."""
    program = [sys.executable, "-c", f"open({flag!r}, 'w').close(); print('sk-x')"]
    there = {"kind": "openai", "base_url": stranger, "model": "m"}
    return {
        "a program": there | {"api_key_command": program},
        "a program for the user's own service": {"api_key_command": program},
        "a variable": there | {"api_key_env": "UNRELATED_SECRET"},
        "an address": there,
        "an address for the user's key": {"base_url": stranger},
        "a proxy": {"proxy": stranger.removesuffix("/v1")},
        "a proxy with an address": {
            "kind": "openai",
            "base_url": "http://far.invalid/v1",
            "model": "m",
            "proxy": stranger.removesuffix("/v1"),
        },
    }


async def settings_lead_nothing_away(ground: Ground) -> AsyncIterator[Tried]:
    """No request to its host, no program of its own, no variable of the user's, whatever a client passes on."""
    every = [(name, way, shape, harm) for name in NAMES for way in WAYS for shape in SHAPES for harm in harms("", "")]
    wanted = {(name, way, "nested", "a program") for name in (None, "Kate", "helix") for way in WAYS[:2]}
    if not ground.long:
        wanted = {(None, "initializationOptions", "nested", "a program"), ("Kate", "initializationOptions", "dotted", "a variable")}  # fmt: skip
    chosen = [*wanted, *ground.random.sample(every, 230 if ground.long else 1)]
    gate = asyncio.Semaphore(2)

    async def one(name, way, shape, harm) -> Tried:
        async with gate:
            failed = await outcome_of(_led_away(ground, name, way, shape, harm))
        return Tried(f"{harm}, {shape}, {way}, client {name!r}", failed)

    for playing in asyncio.as_completed([one(*each) for each in chosen]):
        yield await playing


async def _led_away(ground, name, way, shape, harm) -> str:
    project = ground.project()
    flag = project.parent / "program-was-run"
    async with raw_server([response("200 OK", b'{"choices":[{"text":"1"}]}')]) as stranger:
        table = harms(f"{stranger.url}/v1", str(flag))[harm]
        values = SHAPES[shape](table)
        # Where the user has a service, it cannot be reached: what the repository names would be.
        user = asks("http://far.invalid/v1") if harm in ("a proxy", "a program for the user's own service") else ""
        if way == "files":
            _plant(project, table)
        params = client(name, configuration=PULLED if way == "asked for" else PUSHED)
        sections = {"infill-ls": values} | values if way == "asked for" else {}
        variables = {"UNRELATED_SECRET": CANARY, "DASHSCOPE_API_KEY": "", "INFILL_LS_API_KEY": ""}
        options = values if way == "initializationOptions" else None
        async with attacked(project, user, options=options, client=params, configuration=sections, variables=variables) as editor:  # fmt: skip
            if way.startswith("sent"):
                for settings in ({"infill-ls": values}, values):
                    editor.notify("workspace/didChangeConfiguration", {"settings": settings})
                await settled(editor)
            await suggest(editor, (project / "a.py").as_uri(), "x = ")
            await settled(editor)
            if flag.exists():
                return "a program was run"
            if any(CANARY in str(each.headers) for each in stranger.requests):
                return "a variable was sent"
            return f"{stranger.connections} connections" if stranger.connections else ""


def _plant(project, table) -> None:
    """Leave the settings in every file of a repository that anybody might read."""
    flat = {f"infill-ls.provider.{name}": value for name, value in table.items()}
    nested = {"initializationOptions": {"provider": table}, "settings": {"infill-ls": {"provider": table}}}
    toml = "[provider]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in table.items())
    files = {
        ".vscode/settings.json": json.dumps(flat),
        ".kateproject": json.dumps({"name": "p", "lspclient": {"servers": {"python": nested}}}),
        ".vim/coc-settings.json": json.dumps({"languageserver": {"infill-ls": nested}}),
        "p.sublime-project": json.dumps({"settings": {"LSP": {"infill-ls": nested}}}),
        ".helix/languages.toml": '[language-server.infill-ls]\ncommand = "sh"\n',
        "config.toml": toml,
        ".infill-ls.toml": toml,
        "infill-ls/config.toml": toml,
        ".config/infill-ls/config.toml": toml,
        "pyproject.toml": toml.replace("[provider]", "[tool.infill-ls.provider]"),
        ".env": f"INFILL_LS_PROVIDER=openai\nINFILL_LS_BASE_URL={table.get('base_url', '')}\n",
    }
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text, encoding="utf-8")


# What is asked of the user's own service...

HOSTILE = {
    "string": ["hostile", ""],
    "variable": ["UNRELATED_SECRET"],
    "strings": [["hostile"], ["x"] * 50],
    "table": [{"X-Hostile": "1"}],
    "bool": [True, False],
    "debounce": [0],
    "timeouts": [{"connect": 0.001, "first_token": 0.001, "total": 0.001}, {"total": 3600}],
    "prices": [{"own-coder": {"input": 0, "output": 0, "currency": "USD"}}],
}
USER_ONLY = ("provider", "usage", "local")


def hostile_values(field) -> list[object]:
    """Values of the right kind, each at an end of what is allowed."""
    data = field.metadata
    if data["kind"] == "choice":
        return list(data["choices"])
    if data["kind"] in ("integer", "number"):
        return [data["low"] or 0, data["high"] or 10**9]
    return HOSTILE[data["kind"]]


async def settings_change_no_request(ground: Ground) -> AsyncIterator[Tried]:
    """The user's own service gets the same request, word for word, whatever a repository sets of what is the user's."""
    rows = [
        (key, value)
        for key, field in keys().items()
        if key.partition(".")[0] in USER_ONLY
        for value in hostile_values(field)
    ]
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        async with _own(ground, studio) as (editor, uri):
            before = await _request(studio, editor, uri)
            if before is None:
                yield Tried("the user's own service", "is not asked")
                return
            for number, (key, value) in enumerate(ground.some(rows, 20)):
                configure(editor, {key: value, "completion.max_lines": 39 - number % 2})
                await settled(editor)
                found = await _request(studio, editor, uri)
                yield Tried(f"sent: {key} = {value!r:.40}", "" if found == before else f"asked otherwise: {found}")
        gate = asyncio.Semaphore(2)

        async def one(key, value) -> Tried:
            with Emulator(api_key=None) as mine:
                mine.default = Reply(text="42")
                async with gate, _own(ground, mine, options={key: value}) as (editor, uri):
                    found = await _request(mine, editor, uri)
            return Tried(f"initializationOptions: {key} = {value!r:.40}", "" if found == before else f"asked otherwise: {found}")  # fmt: skip

        for playing in asyncio.as_completed([one(*each) for each in ground.some(rows, 1)]):
            yield await playing


class _own:  # noqa: N801  # reads as the function that it stands for
    """A session of a user with a service of his own."""

    def __init__(self, ground, studio, options=None, user=None) -> None:
        self._project = ground.project()
        self._session = attacked(
            self._project, user or asks(studio.own_url, provider__seed=7), options=options, client=client()
        )

    async def __aenter__(self):
        return await self._session.__aenter__(), (self._project / "a.py").as_uri()

    async def __aexit__(self, *error):
        return await self._session.__aexit__(*error)


async def _request(studio, editor, uri):
    """What the service is asked for one suggestion, without what names this machine's port; None for nothing."""
    before = len(studio.requests)
    await suggest(editor, uri, f"number = {before}\nx = ")
    calls = studio.requests[before:]
    if not calls:
        return None
    body = {name: value for name, value in calls[0].body.items() if name != "prompt"}
    return len(calls), calls[0].path, sorted(set(calls[0].headers) - {"content-length"}), json.dumps(body, sort_keys=True)  # fmt: skip


# What it costs...

COSTS = {
    "context.budget_tokens": 131072,
    "context.prefix_tokens": 65536,
    "context.suffix_tokens": 65536,
    "completion.candidates": 5,
    "cache.size": 0,
    "cache.ttl_s": 0,
    "completion.debounce_ms": 0,
    "completion.lines": "multi",
    "completion.speculate": True,
    "completion.max_lines": 1000,
    "completion.trigger": "auto",
    "completion.rules": {"block": False, "statement": False, "suffix": False, "unfinished": False},
    "privacy.exclude": [],
    "completion.comments": True,
    "completion.strings": True,
    "completion.languages": {"python": True, "*": True},
}
THRIFTY = {
    "context__budget_tokens": 600,
    "context__prefix_tokens": 300,
    "context__suffix_tokens": 100,
    "completion__trigger": "manual",
    "completion__comments": False,
    "completion__strings": False,
    "completion__languages": {"text": False},
    "privacy__exclude": ["secret_*"],
}
"""What a careful user has set, who may not be overruled either."""
LINES = "".join(f"value_{number} = compute({number}, name='{number * 7919}')\n" for number in range(4000))


async def settings_spend_no_more(ground: Ground) -> AsyncIterator[Tried]:
    """No more is sent, and no more calls are made, than with the user's settings alone."""
    combined = [
        dict(ground.random.sample(sorted(COSTS.items(), key=str), ground.random.randint(2, len(COSTS))))
        for _ in ground.several(40, 2)
    ]
    rows = [COSTS, *({key: value} for key, value in COSTS.items()), *combined]
    rows = [rows[0], *ground.some(rows[1:], 8)]
    for kind, more in {"default": {}, "thrifty": THRIFTY}.items():
        with Emulator(api_key=None) as studio:
            studio.default = Reply(text="42")
            user = asks(studio.own_url, **more).replace("completion.debounce_ms = 0\n", "")
            async with _own(ground, studio, user=user) as (editor, uri):
                calls, size = await _spent(studio, editor, uri, 0)
                for number, values in enumerate(rows, 1):
                    # First back to the user's own settings, so that each input stands alone.
                    configure(editor, {})
                    await settled(editor)
                    configure(editor, values)
                    await settled(editor)
                    found = await _spent(studio, editor, uri, number)
                    worse = found[0] > calls or found[1] > size * 1.02 + 200
                    name = f"user {kind}, repository {', '.join(values)}"
                    yield Tried(name, f"{found} calls and bytes instead of {(calls, size)}" if worse else "")
                    studio.reset()
                    studio.default = Reply(text="42")
        if not ground.long:
            return
    alone = await _spent_with(ground, {})
    for key, value in COSTS.items():
        found = await _spent_with(ground, {key: value})
        worse = found[0] > alone[0] or found[1] > alone[1] * 1.02 + 200
        told = f"{found} calls and bytes instead of {alone}"
        yield Tried(f"initializationOptions: {key}", told if worse else "")


async def _spent_with(ground: Ground, options) -> tuple[int, int]:
    """What a new server spends that is started with such ``initializationOptions``."""
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        user = asks(studio.own_url).replace("completion.debounce_ms = 0\n", "")
        async with _own(ground, studio, options=options, user=user) as (editor, uri):
            return await _spent(studio, editor, uri, 0)


async def _spent(studio, editor, uri, number) -> tuple[int, int]:
    """Calls and bytes for: one place asked about twice by hand, a key typed, a comment, a string, an excluded file."""
    before = len(studio.requests)
    middle = len(LINES) // 2
    await suggest(editor, uri, f"turn = {number}\n{LINES[:middle]}x = ")
    await asked(editor, uri)
    for text in (f"turn = {number}\ny = ", f"turn = {number}\n# a comment", f'turn = {number}\nz = "a string'):
        await suggest(editor, uri, text, trigger=2)
    await suggest(editor, uri.replace("a.py", f"b{number}.txt"), "some words of a text = ", language="text")
    await suggest(editor, uri.replace("a.py", "secret_a.py"), f"turn = {number}\nx = ")
    calls = studio.requests[before:]
    return len(calls), sum(int(call.headers.get("content-length", 0)) for call in calls)


async def settings_may_narrow(ground: Ground) -> AsyncIterator[Tried]:
    """What a repository may ask for is done: files left out, languages switched off, less text, fewer lines."""
    with Emulator(api_key=None) as studio:
        studio.default = Reply(text="42")
        async with _own(ground, studio) as (editor, uri):
            await suggest(editor, uri, "x = " + "1 + " * 3000)
            full = int(studio.requests[-1].headers["content-length"])
            for values, is_narrow in [
                ({"privacy": {"exclude": ["a.py"]}}, lambda calls: not calls),
                ({"privacy.exclude": ["*.py"]}, lambda calls: not calls),
                ({"completion": {"languages": {"python": False}}}, lambda calls: not calls),
                ({"context.prefix_tokens": 100}, lambda calls: int(calls[0].headers["content-length"]) < full / 2),
            ]:
                configure(editor, values)
                await settled(editor)
                before = len(studio.requests)
                await suggest(editor, uri, f"before = {before}\nx = " + "1 + " * 3000)
                calls = studio.requests[before:]
                yield Tried(f"{values}", "" if is_narrow(calls) else "was not taken")
                configure(editor, {})
                await settled(editor)


# What the user reads...

PLACES = {
    "an unknown group": lambda text: {text: {"x": 1}},
    "an unknown key": lambda text: {f"completion.{text}": 1},
    "a key of the user's": lambda text: {f"provider.{text}": 1},
    "the name of a rule": lambda text: {"completion.rules": {text: True, "echo": False}},
    "a nested rule": lambda text: {"completion": {"rules": {text: False}}},
    "a value of the wrong type": lambda text: {"completion.max_lines": text},
    "a choice": lambda text: {"completion.lines": text},
    "a list": lambda text: {"privacy.exclude": text},
    "a table": lambda text: {"completion.languages": {text: text}},
    "a value of the user's": lambda text: {"provider.base_url": text},
    "a level": lambda text: {"log.level": text},
}


async def settings_say_nothing_harmful(ground: Ground) -> AsyncIterator[Tried]:
    """No link, no terminal sequence, no hidden character and no wall of text comes from settings into a message."""
    rows = [(place, kind) for place, kind in product(PLACES, PAYLOADS) if kind != "half a pair" or place]
    project = ground.project()
    async with attacked(project, client=client(), options={"status": True}) as editor:
        for place, kind in ground.some(rows, 40):
            heard, printed = len(editor.messages), len(editor.printed)
            configure(editor, PLACES[place](PAYLOADS[kind]))
            failed = await outcome_of(_said(editor, heard, printed))
            yield Tried(f"sent: {kind} in {place}", failed)
    for place, kind in ground.some(rows, 1) if not ground.long else ground.random.sample(rows, 40):
        async with attacked(ground.project(), client=client(), options=PLACES[place](PAYLOADS[kind])) as editor:
            yield Tried(f"initializationOptions: {kind} in {place}", await outcome_of(_said(editor, 0, 0)))


async def _said(editor, heard: int, printed: int) -> str:
    if failed := await still_serves(editor):
        return failed
    await settled(editor)
    if len(popups(editor, heard)) > 4:
        return f"{len(popups(editor, heard))} popups"
    return harm_in(told(editor, heard)) or harm_in([editor.printed[printed:].decode(errors="replace")], lines=True)


async def many_settings(ground: Ground) -> AsyncIterator[Tried]:
    """However many settings are wrong: a few popups, and the server goes on at once."""
    rows = {
        "200 unknown keys": {f"completion.key_{number}": 1 for number in range(200)},
        "50,000 unknown keys": {f"completion.key_{number}": 1 for number in range(50_000)},
        "2,000 unknown rules": {"completion.rules": {f"rule_{number}": True for number in range(2000)}},
        "2,000 unknown groups": {f"group_{number}": {"x": 1} for number in range(2000)},
        "5,000 keys of the user's": {f"provider.key_{number}": 1 for number in range(5000)},
        "a deep value": {"completion.max_lines": _deep(400)},
        "a long name": {"completion." + "x" * 1_000_000: 1},
        "globs with braces": {
            "privacy.exclude": [f"{{a,b}}{{a,b}}{{a,b}}{{a,b}}{{a,b}}{{a,b}}{{a,b}}{{a,b}}_{n}" for n in range(2000)]
        },
        "50,000 globs": {"privacy.exclude": [f"*_{number}_*" for number in range(50_000)]},
        "a long glob": {"privacy.exclude": ["*a" * 100_000]},
        "stars": {"privacy.exclude": ["**/" * 3000 + "x", "*" * 100_000]},
        "brackets": {"privacy.exclude": ["[" * 100_000]},
        "100,000 languages": {"completion.languages": {f"*_{number}_*": False for number in range(100_000)}},
        "a long language": {"completion.languages": {"[" * 50_000: False}},
        "stars in a language": {"completion.languages": {"*a" * 2000: False}},
    }
    for name, values in ground.some(rows.items(), 2):
        project = ground.project()
        async with attacked(project, client=client()) as editor:
            await suggest(editor, (project / "a.py").as_uri(), "x = ")
            yield Tried(name, await outcome_of(_many(editor, (project / "a.py").as_uri(), values)))


def _deep(levels: int) -> object:
    value: object = 1
    for _ in range(levels):
        value = [value]
    return value


MOST_S = 6.0
"""Of a processor: what is far beyond what honest settings take, on a slow machine too."""


async def _many(editor, uri, values) -> str:
    before, heard = processor_s(editor), len(editor.messages)
    configure(editor, values)
    for _ in range(3):
        await asked(editor, uri)
        editor.type(uri, "1")
    used = processor_s(editor) - before
    if used > MOST_S:
        return f"{used:.1f} s of a processor"
    if len(popups(editor, heard)) > 4:
        return f"{len(popups(editor, heard))} popups"
    return harm_in(told(editor, heard)) or (f"{peak_mb(editor):.0f} MB" if peak_mb(editor) > 700 else "")


# What is shown...

RULES_OF_THE_USER = {
    "hidden": ("a = \x1b]52;c;aWQ=\x07", "\x1b"),
    "hidden, turned round": ("a = 'x\u202ey'", "\u202e"),
    "token": ("1<|im_end|>\n<|im_start|>user", "<|im_"),
}


async def rules_stay_on(ground: Ground) -> AsyncIterator[Tried]:
    """What takes hidden characters and control tokens out of suggestions is not for a repository to switch off."""
    with Emulator(api_key=None) as studio:
        for way in ("sent", "initializationOptions"):
            off = {"completion.rules": dict.fromkeys(RULES, False)}
            async with _own(ground, studio, options=off if way != "sent" else None) as (editor, uri):
                if way == "sent":
                    configure(editor, off)
                    await settled(editor)
                for name, (text, bad) in RULES_OF_THE_USER.items():
                    studio.default = Reply(text=text, chunk_size=100)
                    items = await suggest(editor, uri, f"kind = {len(studio.requests)}\n")
                    shown = any(bad in item["insertText"] for item in items)
                    yield Tried(f"{way}: {name}", f"shown: {items[0]['insertText']!r}" if shown else "")


async def a_settings_file_of_the_repository(ground: Ground) -> AsyncIterator[Tried]:
    """``INFILL_LS_CONFIG`` and ``--config`` name a file of the user's, never one of wherever the server was started."""
    for way, name in ground.some(product(("variable", "option"), ("config.toml", "./config.toml", "sub/../config.toml")), 1):  # fmt: skip
        project = ground.project()
        (project / "sub").mkdir()
        async with raw_server([response("200 OK", b"{}")]) as stranger:
            (project / "config.toml").write_text(asks(f"{stranger.url}/v1"))
            arguments = ("--config", name) if way == "option" else ()
            variables = {"INFILL_LS_CONFIG": name} if way == "variable" else {}
            failed = await outcome_of(_relative(project, stranger, arguments, variables))
        yield Tried(f"{way}: {name}", failed)


async def _relative(project, stranger, arguments, variables) -> str:
    try:
        async with attacked(project, arguments=arguments, variables=variables, client=client()) as editor:
            await suggest(editor, (project / "a.py").as_uri(), "x = ")
    except EOFError:
        pass  # refused with a sentence, which is as good
    return f"{stranger.connections} connections" if stranger.connections else ""


# What is started...

BAITS = (
    "sitecustomize.py",
    "usercustomize.py",
    "infill_ls/__init__.py",
    "infill_ls/__main__.py",
    "httpx/__init__.py",
    "pygls/__init__.py",
    "lsprotocol/__init__.py",
    "cachetools/__init__.py",
    "json.py",
    "asyncio.py",
    "logging.py",
    "tomllib.py",
    "typing.py",
    "encodings/__init__.py",
    "tree_sitter/__init__.py",
)
PROGRAMS = ("pass", "git", "sh", "python3", "python", "infill-ls", "security", "secret-tool", "op")


async def programs_of_the_repository(ground: Ground) -> AsyncIterator[Tried]:
    """Nothing in the folder that the server is started in runs: no module, no program, also with ``.`` on the path."""
    ways = {
        "the command": ([*_script()], ""),
        "python -P -m": ([sys.executable, "-P", "-m", "infill_ls"], ""),
        "python -I -m": ([sys.executable, "-I", "-m", "infill_ls"], ""),
        "the command, with . on the search path": ([*_script()], ".:"),
        "the command, with an empty entry on the search path": ([*_script()], ":"),
    }
    for name, (command, path) in ground.some(ways.items(), 1):
        project = ground.project()
        flags = project.parent / "flags"
        flags.mkdir()
        for bait in BAITS:
            (project / bait).parent.mkdir(exist_ok=True)
            (project / bait).write_text(f"open({str(flags / bait.replace('/', '_'))!r}, 'w').close()\n")
        for bait in PROGRAMS:
            (project / bait).write_text(f"#!/bin/sh\n: > {flags / bait}\necho sk-evil\n")
            (project / bait).chmod(0o755)
        async with raw_server([response("200 OK", b'{"choices":[{"text":"1"}]}')]) as own:
            user = asks(f"{own.url}/v1", provider__api_key_command=["pass", "show", "key"])
            variables = {"PATH": path + os.environ["PATH"]} if path else {}
            async with attacked(project, user, command=(*command, "--stdio"), variables=variables, client=client()) as editor:  # fmt: skip
                await suggest(editor, (project / "a.py").as_uri(), "x = ")
                await editor.request("workspace/executeCommand", {"command": "infill-ls.doctor"})
        ran = {each.name for each in flags.iterdir()}
        for bait in (*BAITS, *PROGRAMS):
            yield Tried(f"{name}: {bait}", "ran" if bait.replace("/", "_") in ran else "")


def _script() -> list[str]:
    """The program as it is installed, without the option that keeps the current folder out of Python's way."""
    code = "import sys; sys.argv[0] = 'infill-ls'; from infill_ls.__main__ import main; sys.exit(main())"
    script = Path(sysconfig.get_path("scripts")) / "infill-ls"
    return [str(script)] if script.exists() else [sys.executable, "-P", "-c", code]


CASES = (
    settings_lead_nothing_away,
    settings_change_no_request,
    settings_spend_no_more,
    settings_may_narrow,
    settings_say_nothing_harmful,
    many_settings,
    rules_stay_on,
    a_settings_file_of_the_repository,
    programs_of_the_repository,
)
