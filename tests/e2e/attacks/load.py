"""More work at a time than anybody has: completions do not wait for it, and nothing is left behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from support.clients.attacks import (
    Ground,
    Tried,
    asked,
    attacked,
    client,
    configure,
    outcome_of,
    peak_mb,
    suggest,
    traceback_in,
)
from support.clients.editor import AUTOMATIC


def _fill(folder, files: int, kilobytes: int, mark: str = "x") -> None:
    """A folder of code of its own, which takes long to read."""
    (folder / ".git").mkdir(parents=True)
    line = "    total_{n} = compute(first_{n}, second_{n}, '{m}')\n"
    for number in range(files):
        lines = (line.format(n=f"{number}_{row}", m=mark) for row in range(kilobytes * 20))
        (folder / f"{mark}_{number}.py").write_text(f"def f_{number}():\n" + "".join(lines))


def _folders(added=(), removed=()) -> dict[str, object]:
    both = ([{"uri": each.as_uri(), "name": each.name} for each in some] for some in (added, removed))
    return {"event": dict(zip(("added", "removed"), both, strict=True))}


LONGEST_WAIT_S = 5.0
"""What nobody waits for while the machine is idle; reading the folders takes several times as long."""


async def folders_at_once(ground: Ground) -> AsyncIterator[Tried]:
    """While folders are read, completions come as ever."""
    for count, files, kilobytes in [(2, 400, 25), (3, 400, 25), (5, 120, 90)] if ground.long else [(2, 300, 25)]:
        project = ground.project()
        others = [project.parent / f"other{number}" for number in range(count)]
        for number, folder in enumerate(others):
            await asyncio.to_thread(_fill, folder, files, kilobytes, f"m{number}")
        async with attacked(project, client=client()) as editor:
            uri = (project / "a.py").as_uri()
            await suggest(editor, uri, "x = ")
            for folder in others:
                editor.notify("workspace/didChangeWorkspaceFolders", _folders([folder]))
            yield Tried(f"{count} folders of {files} files", await outcome_of(_longest_wait(editor, uri)))


async def _longest_wait(editor, uri, times: int = 12) -> str:
    longest = 0.0
    for _ in range(times):
        started = time.monotonic()
        await asyncio.wait_for(asked(editor, uri), 60)
        longest = max(longest, time.monotonic() - started)
        editor.type(uri, "1")
        await asyncio.sleep(0.05)
    return f"a completion waited {longest:.1f} s" if longest > LONGEST_WAIT_S else await traceback_in(editor)


async def folders_that_come_and_go(ground: Ground) -> AsyncIterator[Tried]:
    """Folders that are added and taken away in quick succession are not read to their ends one after the other."""
    project = ground.project()
    other = project.parent / "other"
    await asyncio.to_thread(_fill, other, 200, 25)
    async with attacked(project, client=client()) as editor:
        uri = (project / "a.py").as_uri()
        await suggest(editor, uri, "x = ")
        for _ in range(400 if ground.long else 60):
            editor.notify("workspace/didChangeWorkspaceFolders", _folders([other]))
            editor.notify("workspace/didChangeWorkspaceFolders", _folders([], [other]))
        yield Tried("adds and removes", await outcome_of(_longest_wait(editor, uri)))


async def settings_that_change(ground: Ground) -> AsyncIterator[Tried]:
    """Changes of what may be read, one after another, do not each read the project before a completion comes."""
    project = ground.project()
    await asyncio.to_thread(_fill, project / "sub", 400 if ground.long else 150, 25)
    async with attacked(project, client=client()) as editor:
        uri = (project / "a.py").as_uri()
        await suggest(editor, uri, "x = ")
        for number in range(30):
            configure(editor, {"privacy.exclude": [f"no_{number}"]})
        yield Tried("30 changes", await outcome_of(_longest_wait(editor, uri)))


async def many_messages(ground: Ground) -> AsyncIterator[Tried]:
    """Thousands of messages at once: each request is answered once, and memory does not grow without end."""
    project = ground.project()
    async with attacked(project, client=client()) as editor:
        names = [(project / f"a{number}.py").as_uri() for number in range(1000 if ground.long else 200)]
        for uri in names:
            editor.open(uri, "def load(path):\n    return open(path)\n\n\ndef store(path):\n    return op")
        waiting = [editor.inline_completion(uri, trigger_kind=AUTOMATIC) for uri in names]
        yield Tried(f"{len(names)} documents", await outcome_of(_all_answered(editor, waiting)))
        for uri in names:
            editor.close(uri)
        uri = names[0]
        editor.open(uri, "x = ")
        waiting = []
        for _ in range(2000 if ground.long else 300):
            editor.type(uri, "1")
            waiting.append(editor.inline_completion(uri))
            editor.cancel(waiting[-1])
        yield Tried("keys, requests and cancels", await outcome_of(_all_answered(editor, waiting)))
        waiting = [editor.request("test/unknown") for _ in range(20_000 if ground.long else 2000)]
        await asyncio.wait(waiting, timeout=60)
        yield Tried("unknown requests", "" if all(each.done() for each in waiting) else "not all are answered")
        for number in range(20_000 if ground.long else 2000):
            editor.notify("$/cancelRequest", {"id": f"none{number}"})
        yield Tried("cancels of nothing", await outcome_of(_longest_wait(editor, uri, 2)))
        yield Tried("memory", f"{peak_mb(editor):.0f} MB" if peak_mb(editor) > 500 else "")


async def _all_answered(editor, waiting) -> str:
    done, pending = await asyncio.wait(waiting, timeout=60)
    if pending:
        return f"{len(pending)} of {len(waiting)} without an answer"
    wrong = {str(each.exception()) for each in done if each.exception() and getattr(each.exception(), "code", 0) != -32800}  # fmt: skip
    return str(wrong) if wrong else f"{len(editor.unasked)} answers too many" if editor.unasked else ""


async def large_documents(ground: Ground) -> AsyncIterator[Tried]:
    """A large document that is opened and closed again and again leaves little behind."""
    project = ground.project()
    text = "value = 'some text that fills a line'\n" * (200_000 if ground.long else 30_000)
    async with attacked(project, client=client()) as editor:
        uri = (project / "a.py").as_uri()
        for _ in range(10):
            document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            editor.notify("textDocument/didOpen", {"textDocument": document})
            editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        await suggest(editor, uri, "x = ")
        yield Tried("opened ten times", f"{peak_mb(editor):.0f} MB" if peak_mb(editor) > 600 else "")


CASES = (folders_at_once, folders_that_come_and_go, settings_that_change, many_messages, large_documents)
