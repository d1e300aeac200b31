"""Hostile inputs for the real server: what a case is, the ground that it is played on, and what is said of it.

A case is a generator of what it tried. Each input is played against a process of its own or in a session that it shares
with others; all processes have a limit on their memory, and nothing but loopback is ever asked.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sys
import time
import traceback
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from support.clients.editor import INVOKED, EditorClient, Json, ServerError, items_of, recorded_client
from support.clients.server_session import environment, is_alive

MEMORY_MB = 4096
"""Address space of each process under attack: enough for anything honest, and far from what the machine has."""

LONGEST_S = 45.0
"""For an answer that must come; what is waited for is usually there at once."""

_LIMIT = """
import os, sys
try:
    import resource
except ImportError:
    pass
else:
    size = int(sys.argv[1]) << 20
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
os.execvp(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Tried:
    """One input, by name, and what happened where something else had to; empty where it held."""

    name: str
    failed: str = ""


@dataclass(slots=True)
class Ground:
    """Where a case is played.

    ``long`` says whether all inputs of its tables are wanted, or a few of each kind.
    """

    folder: Path
    random: random.Random
    long: bool
    _numbers: Iterable[int] = field(default_factory=count)

    def some(self, values: Iterable[Any], short: int) -> list[Any]:
        """All of a table, or in the short form a few that the seed chooses."""
        values = list(values)
        return values if self.long or len(values) <= short else self.random.sample(values, short)

    def several(self, long: int, short: int) -> range:
        """How many generated variants are wanted."""
        return range(long if self.long else short)

    def project(self) -> Path:
        """A new empty repository, beside which a home can stand."""
        folder = self.folder / str(next(iter(self._numbers))) / "proj"
        (folder / ".git").mkdir(parents=True)
        return folder


Case = Callable[[Ground], AsyncIterator[Tried]]


@dataclass(slots=True)
class Result:
    """What came of a case."""

    name: str
    sentence: str
    tried: int = 0
    failed: list[Tried] = field(default_factory=list)
    seconds: float = 0.0


async def play(case: Case, folder: Path, *, seed: int, long: bool) -> Result:
    """Play all inputs of a case. One that breaks off counts as failed, with the reason."""
    name = case.__name__  # type: ignore[attr-defined]  # cases are functions
    result = Result(name, (case.__doc__ or name).strip().partition("\n")[0])
    place = folder / name
    place.mkdir()
    started = time.monotonic()
    try:
        async with asyncio.timeout(1800 if long else 100), aclosing(case(Ground(place, random.Random(f"{seed} {name}"), long))) as inputs:  # fmt: skip
            async for tried in inputs:
                result.tried += 1
                if tried.failed:
                    result.failed.append(tried)
    except Exception as error:  # noqa: BLE001  # whatever an attack meets is its result, and the others go on
        result.tried += 1
        reason = f"{type(error).__name__}: {error}\n{traceback.format_exc(limit=-4)}"
        result.failed.append(Tried("the case broke off", reason))
    result.seconds = time.monotonic() - started
    shutil.rmtree(place, ignore_errors=True)
    return result


async def play_all(cases: Sequence[Case], folder: Path, *, seed: int, long: bool, at_once: int = 2) -> list[Result]:
    """Play cases, a few beside each other."""
    gate = asyncio.Semaphore(at_once)

    async def one(case: Case) -> Result:
        async with gate:
            return await play(case, folder, seed=seed, long=long)

    return await asyncio.gather(*map(one, cases))


# The process under attack...


def limited(command: Sequence[str], memory_mb: int = MEMORY_MB) -> tuple[str, ...]:
    """The command, in a process that cannot take more memory than that."""
    return (sys.executable, "-S", "-E", "-c", _LIMIT, str(memory_mb), *command)


SERVER = (sys.executable, "-m", "infill_ls")


def asks(url: str, **more: Any) -> str:
    """The user's own settings, as TOML: a model at this address, asked without delay."""
    values = {"provider.kind": "openai", "provider.base_url": url, "provider.model": "own-coder"}
    values |= {"completion.debounce_ms": 0, "completion.speculate": False} | {
        name.replace("__", "."): value for name, value in more.items()
    }
    return "".join(f"{name} = {_toml(value)}\n" for name, value in values.items())


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value) if isinstance(value, int | float) else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@asynccontextmanager
async def attacked(
    project: Path,
    user: str = "",
    *,
    options: object = None,
    client: str | Json = "neovim",
    configuration: Mapping[str, Any] | None = None,
    variables: Mapping[str, str] | None = None,
    arguments: Sequence[str] = (),
    command: Sequence[str] = (*SERVER, "--stdio"),
    memory_mb: int = MEMORY_MB,
) -> AsyncIterator[EditorClient]:
    """An editor that has been introduced to the server; the user's own settings file holds ``user``."""
    home = home_of(project)
    if user:
        (home / "user.toml").write_text(user, encoding="utf-8")
        arguments = ("--config", str(home / "user.toml"), *arguments)
    folders = {"XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_DATA_HOME": str(home)}
    variables = environment(home, **folders | dict(variables or {}))
    command = limited((*command, *arguments), memory_mb)
    async with EditorClient(command, environment=variables, configuration=configuration, folder=project) as editor:
        params = recorded_client(client) if isinstance(client, str) else client
        async with asyncio.timeout(LONGEST_S):
            await editor.initialize(params, project, options)
        yield editor


def home_of(project: Path) -> Path:
    """The user's home beside a project."""
    home = project.parent / "home"
    home.mkdir(exist_ok=True)
    return home


PULLED, PUSHED = True, False


def client(name: str | None = "Neovim", *, configuration: bool = PUSHED, **capabilities: Any) -> Json:
    """What an editor of that name says at ``initialize``, whether it can be asked for its configuration or sends it."""
    known: Json = {
        "workspace": {"configuration": configuration, "workspaceFolders": True},
        "textDocument": {"inlineCompletion": {"dynamicRegistration": True}},
        "window": {"workDoneProgress": True},
    }
    params: Json = {"capabilities": known | capabilities, "rootUri": "file:///home/user/proj"}
    return params if name is None else params | {"clientInfo": {"name": name}}


def configure(editor: EditorClient, values: Json) -> None:
    """Send the workspace's settings, as a client that cannot be asked for them."""
    editor.notify("workspace/didChangeConfiguration", {"settings": {"infill-ls": values}})


async def settled(editor: EditorClient) -> None:
    """Until all that was sent before has been handled, work that it started included."""
    _is_there(editor)
    for _ in range(2):
        command = {"command": "infill-ls.why", "arguments": ["untitled:none"]}
        await asyncio.wait_for(editor.request("workspace/executeCommand", command), LONGEST_S)
    await is_alive(editor)


async def suggest(editor: EditorClient, uri: str, text: str, *, language: str = "python", trigger: int = INVOKED) -> list[Json]:  # fmt: skip
    """What is suggested at the end of a document that is opened anew with this text."""
    if uri in editor.buffers:
        editor.close(uri)
    editor.open(uri, text, language)
    return await asked(editor, uri, trigger)


async def asked(editor: EditorClient, uri: str, trigger: int = INVOKED) -> list[Json]:
    """What is suggested at the cursor."""
    _is_there(editor)
    return items_of(await asyncio.wait_for(editor.inline_completion(uri, trigger_kind=trigger), LONGEST_S))


def _is_there(editor: EditorClient) -> None:
    """Nobody answers what is sent to a server that has ended."""
    if editor.process.returncode is not None:
        raise EOFError("the server has ended")


async def outcome_of(playing: Awaitable[str | None]) -> str:
    """What an input says has gone wrong; also that no answer came, an error did, or that the server has ended."""
    try:
        return await playing or ""
    except TimeoutError:
        return f"no answer within {LONGEST_S:g} s"
    except EOFError:
        return "the server has ended"
    except ServerError as error:
        return f"error {error.code}: {error}"


async def still_serves(editor: EditorClient) -> str:
    """Whether it answers at all."""
    try:
        await asyncio.wait_for(editor.request("test/unknown"), LONGEST_S)
    except ServerError:
        return ""
    except (EOFError, TimeoutError) as error:
        return f"the server does not answer any more: {type(error).__name__}"
    return "an unknown request has an answer"


async def traceback_in(editor: EditorClient, since: int = 0) -> str:
    """The last line of a traceback that the server has printed since so many bytes; empty where there is none."""
    await settled(editor)
    await asyncio.sleep(0.002)  # another pipe
    printed = editor.printed[since:].decode(errors="replace")
    return printed.strip().rpartition("\n")[2][:200] if "Traceback" in printed else ""


def peak_mb(editor: EditorClient) -> float:
    """The most memory that the server ever had; Linux only, elsewhere 0."""
    with suppress(OSError):
        for line in Path(f"/proc/{editor.process.pid}/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def processor_s(editor: EditorClient) -> float:
    """Seconds of a processor that the server has used, whatever else the machine does; Linux only, elsewhere 0."""
    with suppress(OSError):
        words = Path(f"/proc/{editor.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


# What the user is told...


def told(editor: EditorClient, since: int = 0) -> list[str]:
    """All that the server has said to a person since so many messages: popups, log, status and progress."""
    texts = []
    for message in editor.messages[since:]:
        params = message.get("params")
        if not isinstance(params, dict):
            continue
        value = params.get("value")
        said = value if isinstance(value, dict) else params
        texts += [said[name] for name in ("message", "title") if isinstance(said.get(name), str) and said[name]]
    return texts


def popups(editor: EditorClient, since: int = 0) -> list[str]:
    """The messages that stand in front of what the user does."""
    shown = [each for each in editor.messages[since:] if each.get("method") == "window/showMessage"]
    return [each["params"]["message"] for each in shown]


LONGEST_SENTENCE = 700
"""Characters: what a person reads. The sentences of the house have some 300 at most."""

_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def harm_in(texts: Iterable[str], *, lines: bool = False) -> str:
    """What in texts for a person could drive a terminal, deceive, or be clicked; empty where nothing could.

    ``lines`` allows more than one line.
    """
    for text in texts:
        bad = sorted({hex(ord(each)) for each in text if unicodedata.category(each) in _UNSEEN} - ({"0xa"} if lines else set()))  # fmt: skip
        if bad:
            return f"{', '.join(bad[:4])} in {text[:80]!r}"
        if "](" in text:
            return f"a link in {text[:120]!r}"
        if not lines and len(text) > LONGEST_SENTENCE:
            return f"{len(text):,} characters: {text[:60]!r}"
    return ""


PAYLOADS: Mapping[str, str] = {
    "link": "[Repair the settings](command:workbench.action.terminal.new)",
    "link with a tooltip": '[Repair](command:workbench.action.tasks.runTask?%5B%22x%22%5D "any tooltip")',
    "web link": "[Sign in](http://127.0.0.1:9/)",
    "clipboard": "\x1b]52;c;aWQ=\x07",
    "title": "\x1b]0;owned\x1b\\",
    "clear screen": "\x1b[2J\x1b[H",
    "C1 CSI": "\x9b2J",
    "C1 OSC": "\x9d52;c;aWQ=\x9c",
    "turned round": "a\u202egnp.exe",
    "isolate": "\u2066never seen\u2069",
    "mark": "a\u200fb",
    "carriage return": "fine\rinfill-ls: paste your key here",
    "line ends": "x\n\n\ninfill-ls: paste your key here",
    "line separator": "x\u2028infill-ls: y",
    "NUL": "a\x00b",
    "backspaces": "key\x08\x08\x08ok ",
    "invisible": "ad\u200bmin\u00ad\ufeff",
    "tags": "x\U000e0041\U000e0042",
    "half a pair": "x\ud800y",
    "long": "A" * 100_000,
    "long words": "word " * 20_000,
}
"""What stands in a hostile text, by what it would do."""


# Generated variants...


def _deep(levels: int) -> object:
    value: object = "x"
    for _ in range(levels):
        value = [{"text": value}]
    return value


def mutated(choices: random.Random, value: Any) -> Any:
    """The same with one thing in it replaced, taken away, doubled or put elsewhere."""
    if isinstance(value, dict) and value and choices.random() > 0.15:
        name = choices.choice(sorted(value))
        kind = choices.random()
        if kind < 0.1:
            return {key: each for key, each in value.items() if key != name}
        if kind < 0.2:
            return value | {choices.choice(ELSEWHERE): choices.choice(HOSTILE)}
        return value | {name: mutated(choices, value[name])}
    if isinstance(value, list) and value and choices.random() > 0.2:
        place = choices.randrange(len(value))
        return [*value[:place], mutated(choices, value[place]), *value[place + choices.randint(0, 1) :]]
    return choices.choice(HOSTILE)


ELSEWHERE = ("error", "code", "usage", "text", "delta", "output", "uri", "range", "id")
HOSTILE: Sequence[Any] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63,
    1e308,
    10**400,
    "",
    "x",
    "\ud800",
    "\x00",
    "file:///%ff/%00",
    "x" * 10_000,
    [],
    {},
    [[]],
    [None],
    {"": None},
    "null",
    "NaN",
    [{"text": [{"text": "y"}]}],
    {"content": 1},
    {"line": -1, "character": 2**53},
    _deep(200),
    _deep(450),
)


def broken(choices: random.Random, data: bytes) -> bytes:
    """The same bytes cut, doubled, or with some of them changed."""
    place = choices.randrange(len(data))
    kind = choices.randrange(5)
    if kind == 0:
        return data[:place]
    if kind == 1:
        return data[:place] + data[max(0, place - choices.randrange(1, 50)) :]
    if kind == 2:
        return data[:place] + choices.randbytes(choices.randrange(1, 20)) + data[place:]
    changed = bytearray(data)
    for _ in range(choices.randrange(1, 6)):
        changed[choices.randrange(len(changed))] = choices.choice((0, 10, 13, 34, 44, 58, 91, 92, 123, 128, 255))
    return bytes(changed)


# The command line...


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its status, and all that it wrote."""

    status: int
    out: bytes
    err: bytes


async def run(
    project: Path,
    *words: object,
    user: str = "",
    variables: Mapping[str, str] | None = None,
    terminal: bool = False,
    longest_s: float = 30,
    memory_mb: int = 1500,
) -> Ran:
    """Run ``infill-ls`` in a project as a person would; on a terminal, where ``terminal`` says so.

    Raises:
        TimeoutError: it does not end.
    """
    home = home_of(project)
    if user:
        (home / "user.toml").write_text(user, encoding="utf-8", errors="surrogateescape")
        words = (*words, "--config", home / "user.toml")
    folders = {"XDG_STATE_HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_DATA_HOME": str(home)}
    ours, theirs = os.openpty() if terminal else (None, asyncio.subprocess.PIPE)
    process = await asyncio.create_subprocess_exec(
        *limited((*SERVER, *map(os.fsencode, map(str, words))), memory_mb),
        cwd=project,
        env=os.environ | environment(home, **folders | dict(variables or {})),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    try:
        async with asyncio.timeout(longest_s):
            if ours is None:
                out, err = await process.communicate()
            else:
                os.close(theirs)
                out, err = await asyncio.to_thread(_read_to_end, ours), b""
            return Ran(await process.wait(), out, err)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _read_to_end(terminal: int) -> bytes:
    data = b""
    with suppress(OSError):  # how the end of a terminal's output is told
        while piece := os.read(terminal, 65536):
            data += piece
    os.close(terminal)
    return data
