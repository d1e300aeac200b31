"""A recorded editor at pytest-lsp's client: says hello, types, asks and accepts as that editor does over the wire.

The client checks what the server sends against the capabilities that the editor has declared; a difference is a warning,
and warnings are errors here.
"""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import ClientServerConfig, LanguageClient

from support.clients.buffer import Buffer
from support.clients.editor import SERVER, items_of, moved, recorded_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

Json = dict[str, Any]

_CONVERTER = default_converter()
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_OWN_VARIABLES = ("INFILL_", "DASHSCOPE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE")


@dataclass(frozen=True, slots=True)
class Habits:
    """What tells one editor from another on the wire."""

    name: str
    """Of the recording."""
    encoding: str
    """What it negotiates with a server that leaves the choice to it."""
    asks_by: Literal["inlineCompletion", "completion"] = "inlineCompletion"
    asks_again_by: types.CompletionTriggerKind = types.CompletionTriggerKind.Invoked
    """Trigger kind of a popup's second and later requests."""
    sends: Literal["each key", "keys together", "a list of keys"] = "each key"
    """How keys that are struck soon after each other become ``didChange``: one for each, one change with all of them,
    or one notification with a change for each."""
    shows_cr: bool = True
    """Whether documents with CRLF are sent with it; Emacs keeps them apart from its buffer's text."""
    inserts_as_it_comes: bool = False
    """Whether the text of an item is put into a document as it is, whatever ends its lines."""
    closes_pairs: bool = False
    """Whether a closing bracket is put in with the opening one, as the editor comes out of its box."""


class Editor:
    """One window of the editor, with one document at a time. Made by ``started``."""

    def __init__(self, habits: Habits, client: LanguageClient, capabilities: Json) -> None:
        self.habits = habits
        self.client = client
        self.capabilities = capabilities
        """The server's."""
        self.buffer = Buffer("", capabilities["positionEncoding"])
        self._uri = ""
        self._asked = False

    @property
    def messages(self) -> list[str]:
        """What the server wanted the user to see."""
        return [each.message for each in self.client.messages]

    def open(self, path: Path, cursor: int, language: str = "python") -> None:
        """Open a file as it lies on the disk, and put the cursor somewhere, counted in the buffer's characters."""
        text = path.read_bytes().decode()
        if not self.habits.shows_cr:
            text = text.replace("\r\n", "\n")
        self._uri = path.as_uri()
        self._asked = False
        self.buffer = Buffer(text, self.capabilities["positionEncoding"], cursor=cursor)
        document = {"uri": self._uri, "languageId": language, "version": self.buffer.version, "text": text}
        self._notify(types.TEXT_DOCUMENT_DID_OPEN, {"textDocument": document}, types.DidOpenTextDocumentParams)

    def type(self, text: str) -> None:
        """Strike keys, without a pause."""
        if self.habits.sends == "keys together":
            self._changed([self._put(text)])
            return
        changes = []
        for key in text:
            closing = _CLOSING.get(key, "") if self.habits.closes_pairs else ""
            changes.append(self._put(key + closing))
            self.buffer.cursor -= len(closing)
            if self.habits.sends == "each key":
                self._changed(changes)
                changes = []
        if changes:
            self._changed(changes)

    async def ask(self, selected: Json | None = None) -> list[Json]:
        """What the editor would show at the cursor, asked for as it asks when nobody told it to."""
        if self.habits.asks_by == "completion":
            kind = self.habits.asks_again_by if self._asked else types.CompletionTriggerKind.Invoked
            self._asked = True
            completion = types.CompletionParams(**self._place(), context=types.CompletionContext(kind))
            found: Any = await self.client.text_document_completion_async(completion)
        else:
            context = types.InlineCompletionContext(
                types.InlineCompletionTriggerKind.Automatic,
                None if selected is None else _CONVERTER.structure(selected, types.SelectedCompletionInfo),
            )
            inline = types.InlineCompletionParams(**self._place(), context=context)
            found = await self.client.text_document_inline_completion_async(inline)
        return items_of(_CONVERTER.unstructure(found))

    def with_item(self, item: Json) -> str:
        """The buffer as it would be with an item accepted, in the line ends that the editor gives it."""
        start, end, text = self.buffer.edit_of(item)
        return self.buffer.text[:start] + self._from_an_item(text) + self.buffer.text[end:]

    async def accept(self, item: Json) -> None:
        """Put an item into the buffer, and execute its command, which every editor here does."""
        start, end, text = self.buffer.edit_of(item)
        self._changed([self.buffer.replace(start, end, self._from_an_item(text))])
        await self.execute(item["command"]["command"], *item["command"]["arguments"])

    async def execute(self, command: str, *arguments: Any) -> Any:
        """The result of a command of the server's."""
        params = types.ExecuteCommandParams(command=command, arguments=list(arguments))
        return await self.client.workspace_execute_command_async(params)

    async def last_outcome(self) -> Json:
        """How the document's last request ended."""
        records = await self.execute("infill-ls.why", self._uri)
        newest: Json = _plain(records[0])
        return newest

    async def servers_text(self) -> tuple[str, str]:
        """Text before and after the cursor as the server has it."""
        shown = await self.execute("infill-ls.prompt", self._uri, self.buffer.position(self.buffer.cursor))
        context = _plain(shown)["context"]
        return context["prefix"], context["suffix"]

    def _place(self) -> dict[str, Any]:
        position = self.buffer.position(self.buffer.cursor)
        return {
            "text_document": types.TextDocumentIdentifier(self._uri),
            "position": types.Position(position["line"], position["character"]),
        }

    def _put(self, text: str) -> Json:
        return self.buffer.replace(self.buffer.cursor, self.buffer.cursor, self._in_its_line_ends(text))

    def _from_an_item(self, text: str) -> str:
        return text if self.habits.inserts_as_it_comes else self._in_its_line_ends(text)

    def _in_its_line_ends(self, text: str) -> str:
        return text.replace("\n", "\r\n") if "\r\n" in self.buffer.text else text

    def _changed(self, changes: list[Json]) -> None:
        document = {"uri": self._uri, "version": self.buffer.version}
        params = {"textDocument": document, "contentChanges": changes}
        self._notify(types.TEXT_DOCUMENT_DID_CHANGE, params, types.DidChangeTextDocumentParams)

    def _notify(self, method: str, params: Json, kind: type) -> None:
        self.client.protocol.notify(method, _CONVERTER.structure(params, kind))


@asynccontextmanager
async def started(
    habits: Habits, root: Path, home: Path, environment: Mapping[str, str], options: Json | None = None
) -> AsyncIterator[Editor]:
    """The editor with the server running, for a workspace; afterwards both have ended in good order.

    Args:
        habits: which editor.
        root: the workspace's folder.
        home: an empty folder, for a user who has configured nothing.
        environment: variables on top of a clean environment.
        options: instead of the recorded ``initializationOptions``.
    """
    config = ClientServerConfig(server_command=list(SERVER), server_env=clean_environment(home) | dict(environment))
    client: Any = await config.start()
    process = client._server  # noqa: SLF001  # pytest-lsp has no public word for it
    try:
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(_registered)
        recorded = moved(deepcopy(recorded_client(habits.name)), root) | {"processId": os.getpid()}
        if options is not None:
            recorded["initializationOptions"] = options
        result = await client.initialize_session(_CONVERTER.structure(recorded, types.InitializeParams))
        yield Editor(habits, client, _CONVERTER.unstructure(result)["capabilities"])
        await client.shutdown_session()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            # A failed test has not said goodbye, and the client would wait for the server for ever.
            process.kill()
        await client.stop()


def clean_environment(home: Path) -> dict[str, str]:
    """This process's variables, but with nothing that configures the server, and a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(_OWN_VARIABLES)}
    folders = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
    return kept | dict.fromkeys(folders, str(home))


def _registered(_params: types.RegistrationParams) -> None:
    """Editors take registrations; pytest-lsp's client has no answer of its own."""


def _plain(value: Any) -> Any:
    """JSON of a result whose type the protocol leaves open, which pygls gives as named tuples."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(each) for name, each in value._asdict().items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
