"""What reaches the terminal of who runs a command: a service's words, a model's text, names, settings, and files that are none."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from itertools import product

from support.clients.attacks import PAYLOADS, Ground, Ran, Tried, asks, harm_in, run
from support.engines.raw_server import STREAM_END, STREAM_HEAD, piece, raw_server, response

KINDS = ("clipboard", "title", "clear screen", "C1 CSI", "turned round", "isolate", "carriage return", "NUL", "backspaces", "invisible")  # fmt: skip
_OURS = re.compile(r"\x1b\[2m|\x1b\[0m|\x1b\[K|\r(?=reading )|\r(?=\x1b\[K)|\r(?=\n)|\t|\r\Z")
"""What infill-ls itself draws with: dim text, the line of its progress, and line ends as a terminal has them."""


def _service(way: str, text: str) -> list[object]:
    """What a service answers with that text in it."""
    body = json.dumps({"error": {"message": text, "code": "x"}}).encode()
    if way.startswith("HTTP"):
        return [response(f"{way[5:]} No", body)]
    if way == "in the stream":
        return [STREAM_HEAD, piece(f"data: {body.decode()}\n\n"), STREAM_END]
    event = json.dumps({"choices": [{"text": f"1 + {text}", "finish_reason": "stop"}]})
    return [STREAM_HEAD, piece(f"data: {event}\n\n"), piece("data: [DONE]\n\n"), STREAM_END]


WAYS = ("HTTP 400", "HTTP 401", "HTTP 404", "HTTP 500", "in the stream", "the suggestion")
COMMANDS = ("complete", "doctor")


async def words_of_the_service(ground: Ground) -> AsyncIterator[Tried]:
    """Neither an error's words nor a suggestion drive the terminal."""
    rows = list(product(KINDS, WAYS, COMMANDS))
    wanted = [("clipboard", "HTTP 400", "complete")] if not ground.long else []
    gate = asyncio.Semaphore(2)

    async def one(kind, way, command) -> Tried:
        project = ground.project()
        (project / "a.py").write_text("x = ")
        words = ("complete", "a.py:1:5") if command == "complete" else ("doctor",)
        async with gate, raw_server(_service(way, PAYLOADS[kind])) as service:
            user = asks(f"{service.url}/v1", provider__mode="fim", provider__model="qwen2.5-coder-7b-instruct")
            ran = await run(project, *words, user=user, terminal=way == "the suggestion")
            # A pipe gets a suggestion as it is.
        return Tried(f"{command}, {way}: {kind}", _harm(ran))

    for playing in asyncio.as_completed([one(*row) for row in [*wanted, *ground.some(rows, 2)]]):
        yield await playing


def _harm(ran: Ran) -> str:
    said = _OURS.sub("", (ran.out + ran.err).decode(errors="replace"))
    if "Traceback" in said:
        return said.strip().rpartition("\n")[2]
    return harm_in([said], lines=True)


async def names(ground: Ground) -> AsyncIterator[Tried]:
    """Neither do names of files and folders, whether they exist or not."""
    for kind, exists in ground.some(product((*KINDS, "line ends"), (True, False)), 1):
        if kind == "NUL":
            continue
        project = ground.project()
        folder = project / f"d{PAYLOADS[kind].replace('/', '_')}"
        folder.mkdir()
        if exists:
            (folder / "pyproject.toml").write_text("")
            for number in range(250):
                (folder / f"{number}.py").write_text("def f(x):\n    return x\n")
            (folder / "a.py").write_text("x = ")
        ran = await run(folder, "complete", folder / f"a.py:{1 if exists else 99}:5", terminal=True)
        yield Tried(f"{'a folder' if exists else 'no file'}: {kind}", _harm(ran))


async def words_of_the_command_line(ground: Ground) -> AsyncIterator[Tried]:
    """Nor do arguments, settings and variables, which people paste."""
    for kind in ground.some(KINDS, 1):
        text = PAYLOADS[kind]
        if kind == "NUL":
            continue
        for name, words, user in [
            ("a place", ("complete", f"{text}:1:1"), ""),
            ("no place", ("complete", text), ""),
            ("a settings file", ("config", "--config", f"/nowhere/{text}"), ""),
            ("a date", ("usage", "--since", text), ""),
            ("a key of the settings", ("config",), f'"{_escaped(text)}" = 1\n'),
            ("a value of the settings", ("config",), f'completion.lines = "{_escaped(text)}"\n'),
        ]:
            ran = await run(ground.project(), *words, user=user, terminal=True)
            yield Tried(f"{name}: {kind}", _harm(ran))
            if not ground.long:
                break


def _escaped(text: str) -> str:
    return "".join(f"\\U{ord(letter):08x}" for letter in text)


async def files_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """A file that is a device, a pipe, a folder or without end is refused with a sentence, soon."""
    if sys.platform != "linux":
        return
    rows = {
        "/dev/zero": lambda path: path.symlink_to("/dev/zero"),
        "a pipe": os.mkfifo,
        "a folder": lambda path: path.mkdir(),
        "a file without end": lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 1 << 40),
        "a terminal": lambda path: path.symlink_to("/dev/tty"),
        "a link to itself": lambda path: path.symlink_to(path.name),
        "nothing": lambda path: None,
        "no text": lambda path: path.write_bytes(bytes(range(256)) * 10),
    }
    for (name, make), command in ground.some(product(rows.items(), ("complete", "prompt")), 2):
        project = ground.project()
        make(project / "a.py")
        failed = ""
        try:
            ran = await run(project, command, "a.py:1:1", longest_s=10)
            failed = "a traceback" if b"Traceback" in ran.err else _harm(ran) if name != "no text" else ""
        except TimeoutError:
            failed = "does not end"
        yield Tried(f"{command}: {name}", failed)


CASES = (words_of_the_service, names, words_of_the_command_line, files_that_are_none)
