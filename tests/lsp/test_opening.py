"""What is got ready beside the loop when a document is opened, and when a model is warmed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from infill_ls.accounting.trace import Trace
from infill_ls.lsp.server import Server
from infill_ls.startup import Launch
from infill_ls.syntax.grammars import load
from support.engine.fakes import ScriptedProvider, Threads, settle

# The file's name, the editor's language id, and whose grammar is loaded.
OPENED = {
    "as the editor says": ("a.txt", "rust", "rust"),
    "as the name says": ("a.go", "plaintext", "go"),
    "nobody knows": ("a", "plaintext", "plaintext"),
}


@pytest.mark.parametrize(("name", "language", "wanted"), OPENED.values(), ids=OPENED)
async def test_the_grammar_of_a_document_is_loaded_when_it_is_opened(name, language, wanted, tmp_path):
    environ = {"INFILL_LS_BASE_URL": "http://127.0.0.1:1", "INFILL_LS_CONFIG": str(tmp_path / "config.toml")}
    server = Server(Launch(environ), Trace())
    tell(server, "initialize", {"capabilities": {}, "processId": None}, id=1)
    await settle()
    session = server.session
    threads, engine = Threads(), session.assembly.engine
    session.assembly = replace(session.assembly, files=threads)
    engine.backends = [replace(each, provider=ScriptedProvider()) for each in engine.backends]

    document = {"uri": f"untitled:{name}", "languageId": language, "version": 1, "text": ""}
    tell(server, "textDocument/didOpen", {"textDocument": document})
    await settle()

    assert threads.given == [(load, wanted)]
    session.warm()
    await settle()
    assert threads.given == [(load, wanted)] * 2
    await session.aclose()


def tell(server, method, params, **more):
    server.receive(json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode())
