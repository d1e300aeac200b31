"""Documents are indexed one after the other, each as it is when its turn comes."""

from __future__ import annotations

import asyncio

import pytest
from lsprotocol import types

from infill_ls.lsp.documents import Documents
from infill_ls.lsp.turns import Turns
from support.engine.fakes import settle


class Bench:
    """Documents, and an index that takes its time."""

    def __init__(self):
        self.done = []
        self.n_running = 0
        self.gate = asyncio.Event()
        self.tasks = []
        self.documents = Documents("utf-16", lambda _uri, _edits: None)
        self.turns = Turns(
            self.documents, lambda: self, lambda work: self.tasks.append(asyncio.get_running_loop().create_task(work))
        )

    async def document(self, path, text, _language):
        await self._index((path, text))

    async def closed(self, path):
        await self._index((path, None))

    async def _index(self, what):
        self.n_running += 1
        assert self.n_running == 1
        await self.gate.wait()
        self.n_running -= 1
        self.done.append(what)
        if what[1] == "fails":
            raise ValueError

    def open(self, name, text):
        document = types.TextDocumentItem(f"file:///{name}", "python", 1, text)
        self.documents.open(types.DidOpenTextDocumentParams(document))
        self.turns.add(document.uri)

    def close(self, name):
        document = types.TextDocumentIdentifier(f"file:///{name}")
        self.documents.close(types.DidCloseTextDocumentParams(document))
        self.turns.add(document.uri)

    async def results(self):
        self.gate.set()
        await asyncio.gather(*self.tasks)
        return self.done


async def test_one_after_the_other():
    bench = Bench()
    for number in range(100):
        bench.open(number, f"{number}")
    await settle()

    assert len(bench.tasks) == 1
    assert await bench.results() == [(f"/{number}", f"{number}") for number in range(100)]


async def test_what_counts_is_how_a_document_is_when_its_turn_comes():
    """Opened, changed and closed again, it is read once."""
    bench = Bench()
    for name in "abc":
        bench.open(name, "old")
    await settle()
    bench.open("b", "new")
    bench.close("c")
    bench.open("a", "newer")

    assert await bench.results() == [("/a", "old"), ("/b", "new"), ("/c", None), ("/a", "newer")]


async def test_one_that_fails_keeps_no_other_waiting(caplog):
    bench = Bench()
    for name, text in [("a", "fails"), ("b", "x")]:
        bench.open(name, text)

    assert await bench.results() == [("/a", "fails"), ("/b", "x")]
    assert "indexing a document failed" in caplog.text
    bench.open("c", "x")
    assert (await bench.results())[-1] == ("/c", "x")


@pytest.mark.parametrize("uri", ["untitled:1", "file:///%00"])
async def test_what_is_no_file_is_passed_over(uri):
    bench = Bench()
    bench.turns.add(uri)

    assert await bench.results() == []
