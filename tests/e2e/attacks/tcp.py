"""Whoever could reach a port, a web page or another user of the machine, finds none: the server listens at nothing."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from support.clients.attacks import SERVER, Ground, Tried, asks, attacked, client, run, settled, suggest
from support.engines.raw_server import raw_server, response

WORDS = (
    ("--tcp", "127.0.0.1:0"),
    ("--tcp", "0.0.0.0:0"),
    ("--tcp", "[::]:0"),
    ("--tcp=127.0.0.1:0",),
    ("--tcp",),
    ("--tcp", "0"),
    ("serve", "--tcp", "127.0.0.1:0"),
    ("serve", "--tcp=0.0.0.0:0"),
    ("--stdio", "--tcp", "127.0.0.1:0"),
    ("--tcp", "127.0.0.1:0", "--trust-editor"),
    ("--socket=0",),
    ("--socket", "0"),
    ("--port", "0"),
    ("--pipe", "pipe"),
    ("--pipe=pipe",),
    ("--listen", "127.0.0.1:0"),
    ("--ws", "--port", "0"),
    ("serve", "127.0.0.1:0"),
)


async def ways_to_listen(ground: Ground) -> AsyncIterator[Tried]:
    """Whatever words ask for a port end the program at once, with a sentence."""
    for words in ground.some(WORDS, 2):
        try:
            ran = await run(ground.project(), *words, longest_s=30)
        except TimeoutError:
            yield Tried(" ".join(words), "it goes on")
            continue
        fine = ran.status == 2 and b"Traceback" not in ran.err and ran.err.strip()
        yield Tried(" ".join(words), "" if fine else f"status {ran.status}: {ran.err[-100:]!r}")


async def ports_of_a_server(ground: Ground) -> AsyncIterator[Tried]:
    """A server at work has no port open, whether it asks a model or answers by itself."""
    if sys.platform != "linux":
        return
    async with raw_server([response("200 OK", b'{"choices":[{"text":"1"}]}')]) as service:
        for user in ("", asks(f"{service.url}/v1")):
            project = ground.project()
            async with attacked(project, user, client=client(), command=(*SERVER, "--stdio")) as editor:
                await suggest(editor, (project / "a.py").as_uri(), "x = ")
                await settled(editor)
                found = _listening(editor.process.pid)
            yield Tried("with a model" if user else "without one", f"listens at {found}" if found else "")


def _listening(process: int) -> list[str]:
    """Addresses at which a process listens, as the kernel writes them."""
    own = set()
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(OSError):
            own.add(str(link.readlink()))
    found = []
    for name in ("tcp", "tcp6", "udp", "udp6"):
        with suppress(OSError):
            for line in Path(f"/proc/{process}/net/{name}").read_text(encoding="ascii").splitlines()[1:]:
                words = line.split()
                if words[3] in ("0A", "07") and f"socket:[{words[9]}]" in own:
                    found.append(words[1])
    return found


CASES = (ways_to_listen, ports_of_a_server)
