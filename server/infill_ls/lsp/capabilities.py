"""What the client can do, resolved once to plain facts, and what this server offers it.

Standard library only: the answer to ``initialize`` is made here, before anything heavy is imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from infill_ls import __version__
from infill_ls.records import Encoding
from infill_ls.settings.schema import Settings

COMMANDS = (
    "infill-ls.accept",
    "infill-ls.deep",
    "infill-ls.why",
    "infill-ls.prompt",
    "infill-ls.toggle",
    "infill-ls.usage",
    "infill-ls.doctor",
    "infill-ls.setup",
    "infill-ls.clear",
    "infill-ls.reject",
    "infill-ls.applyAll",
)

NEXT_EDIT_KIND = "refactor.rewrite.infill-ls"
"""The kind of the code actions that make next edits."""

_WITHOUT_INLINE_COMPLETION = (
    "helix",
    "eglot",
    "kate",
    "sublime text lsp",
    "coc.nvim",
    "vim-lsp",
    "qt creator",
    "kak",
)
"""Starts of the names, in lower case, of editors whose clients know no inline completion (as of 2026)."""

_INSERTS_AS_IT_COMES = ("helix",)
"""Starts of the names, in lower case, of editors that put line feeds into files with other line ends (as of 2026)."""

_POPUP_ONLY_FOR_TYPING = ("helix",)
"""Starts of the names, in lower case, of editors that ask by themselves only where a letter was typed (as of 2026)."""


_ALL_FILES: Mapping[str, Any] = {"filters": [{"scheme": "file", "pattern": {"glob": "**/*"}}]}


@dataclass(frozen=True, slots=True)
class Client:
    """The facts about an editor that anything here depends on."""

    name: str
    encoding: Encoding
    inline_completion: bool
    """Declared; Emacs's lsp-mode asks without declaring, so the server offers it in any case."""
    work_done_progress: bool
    configuration: bool
    """Whether ``workspace/configuration`` may be asked for."""
    configuration_registration: bool
    """Whether ``workspace/didChangeConfiguration`` can be registered for."""
    process_id: int | None
    folders: tuple[str, ...]
    """URIs of the workspace's folders."""
    markdown: bool
    """Whether a completion item's documentation may be Markdown. Helix and eglot declare nothing and show it."""
    inserts_as_it_comes: bool
    """Whether a suggestion has to have the document's own line ends."""
    popup_only_for_typing: bool
    """Whether a popup that nothing was typed for was asked for by hand."""
    counts_triggers_from_zero: bool
    """Whether inline completion is asked for as a draft of the protocol had it: 0 by hand, and 1 by itself."""
    status: bool
    """Whether the client asked for ``infill-ls/status`` notifications."""
    next_edit: bool
    """Whether the client shows next edits, and so needs no code actions for them."""
    apply_edit: bool
    document_changes: bool
    """Whether it takes edits of documents with their versions."""


def read_client(params: Mapping[str, Any]) -> Client:
    """The facts in the parameters of ``initialize``. Tolerant: what is missing or of a wrong shape counts as absent."""
    capabilities = _table(params, "capabilities")
    info = _table(params, "clientInfo")
    options = _table(params, "initializationOptions")
    name = str(info.get("name", ""))
    return Client(
        name=name,
        encoding=_encoding(_table(capabilities, "general").get("positionEncodings")),
        inline_completion=bool(
            _table(capabilities, "textDocument").get("inlineCompletion") is not None
        ),
        work_done_progress=_table(capabilities, "window").get("workDoneProgress") is True,
        configuration=_table(capabilities, "workspace").get("configuration") is True,
        configuration_registration=_table(capabilities, "workspace", "didChangeConfiguration").get(
            "dynamicRegistration"
        )
        is True,
        process_id=_process_id(params.get("processId")),
        folders=_folders(params),
        markdown=_list(
            capabilities, "textDocument", "completion", "completionItem", "documentationFormat"
        )
        != ["plaintext"],
        inserts_as_it_comes=name.lower().startswith(_INSERTS_AS_IT_COMES),
        popup_only_for_typing=name.lower().startswith(_POPUP_ONLY_FOR_TYPING),
        counts_triggers_from_zero=_is_of_the_draft(capabilities),
        status=options.get("status") is True,
        next_edit=options.get("nextEdit") is True,
        apply_edit=_table(capabilities, "workspace").get("applyEdit") is True,
        document_changes=_table(capabilities, "workspace", "workspaceEdit").get("documentChanges")
        is True,
    )


def _is_of_the_draft(capabilities: Mapping[str, Any]) -> bool:
    """Whether a client is made with vscode-languageclient 9, or another library of its time.

    Its name is the editor's, whatever it is made with. The library says how it reads Markdown, and from version 10 on,
    which has the protocol's final numbers, that it knows metadata of edits.
    """
    parser = _table(capabilities, "general", "markdown").get("parser")
    edits = _table(capabilities, "workspace", "workspaceEdit")
    return parser == "marked" and "metadataSupport" not in edits


def serves_completion(client: Client, settings: Settings) -> bool:
    """Whether ``textDocument/completion`` is offered, for editors that show no inline completion."""
    if settings.completion.fallback != "auto":
        return settings.completion.fallback == "on"
    return not client.inline_completion and client.name.lower().startswith(
        _WITHOUT_INLINE_COMPLETION
    )


def initialize_result(client: Client, settings: Settings) -> dict[str, Any]:
    """The result of ``initialize``."""
    capabilities: dict[str, Any] = {
        "positionEncoding": client.encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": True},
        # Not an empty table: some clients take that for none.
        "inlineCompletionProvider": {"workDoneProgress": False},
        "executeCommandProvider": {"commands": list(COMMANDS)},
        "experimental": {"nextEdit": True},
        "workspace": {
            "workspaceFolders": {"supported": True, "changeNotifications": True},
            # What is deleted by other hands is noticed all the same; to have an editor watch all files costs it much.
            "fileOperations": {"didDelete": _ALL_FILES, "didRename": _ALL_FILES},
        },
    }
    if not client.next_edit and settings.next_edit.source != "off":
        capabilities["codeActionProvider"] = {"codeActionKinds": [NEXT_EDIT_KIND]}
    if serves_completion(client, settings):
        capabilities["completionProvider"] = {"triggerCharacters": [], "resolveProvider": False}
    return {
        "capabilities": capabilities,
        "serverInfo": {"name": "infill-ls", "version": __version__},
    }


def _table(values: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for name in path:
        found = values.get(name)
        values = found if isinstance(found, Mapping) else {}
    return values


def _list(values: Mapping[str, Any], *path: str) -> list[Any]:
    found = _table(values, *path[:-1]).get(path[-1])
    return found if isinstance(found, list) else []


def _encoding(offered: Any) -> Encoding:
    """The first that the client offers, which it therefore likes best; UTF-16 is what LSP falls back to."""
    for name in offered if isinstance(offered, list) else ():
        if name in ("utf-8", "utf-16", "utf-32"):
            return cast("Encoding", name)
    return "utf-16"


def _process_id(value: Any) -> int | None:
    """A number that the system takes for a process; whether there is such a process is not looked at."""
    return value if type(value) is int and 0 < value < 2**31 else None


def _folders(params: Mapping[str, Any]) -> tuple[str, ...]:
    folders = params.get("workspaceFolders")
    if isinstance(folders, list):
        uris = [folder.get("uri") for folder in folders if isinstance(folder, Mapping)]
    else:
        uris = [params.get("rootUri")]
    return tuple(uri for uri in uris if isinstance(uri, str) and uri)
