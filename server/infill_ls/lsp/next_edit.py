"""textDocument/copilotInlineEdit, which several editors speak, infill-ls/nextEdit, and code actions for the others.

A client that is told of an error shows it, so whatever is wrong with a request, the answer is that there is no edit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from lsprotocol import types

from infill_ls.document.position import to_units
from infill_ls.engine.next_edit import NextEdit
from infill_ls.lsp.capabilities import NEXT_EDIT_KIND
from infill_ls.lsp.session import Session
from infill_ls.records import Trigger
from infill_ls.repeat.places import Place
from infill_ls.sentences import sentence

_FARTHEST: Final = 2**31 - 1
"""The protocol's highest line and column."""
_WAIT_S: Final = 0.05
_LOOK_S: Final = 0.01
"""How long, and how often, a version is waited for that the client is about to tell of."""


async def copilot_inline_edit(session: Session, params: Any) -> dict[str, Any]:
    """The one next edit, or none."""
    found = await _asked(session, params)
    return {"edits": [] if found is None else [_edit(session, found, params["textDocument"])]}


async def next_edit(session: Session, params: Any) -> dict[str, Any]:
    """The same, with what our own clients show and other protocols have no field for."""
    found = await _asked(session, params)
    if found is None:
        return {"edits": []}
    return {
        "edits": [_edit(session, found, params["textDocument"]) | {"data": _data(session, found)}]
    }


async def code_actions(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """At most two, and only for somebody who asks for them: no light bulb burns for them."""
    context, uri = params.context, params.text_document.uri
    only = [str(getattr(kind, "value", kind)) for kind in context.only or ()]
    is_asked = context.trigger_kind == types.CodeActionTriggerKind.Invoked and not only
    if not is_asked and not any(
        kind == NEXT_EDIT_KIND or NEXT_EDIT_KIND.startswith(f"{kind}.") for kind in only
    ):
        return []
    found = await _find(session, uri, params.range.start, "invoked" if is_asked else "automatic")
    if found is None:
        return []
    row, line = _told(found.place)
    title = f"Next edit: line {row + 1}, {line[:60]}{'…' if len(line) > 60 else ''}"
    actions = [_action(session, uri, title, [found.place])]
    everywhere = await _everywhere(session, found.id)
    if len(everywhere) > 1:
        actions.append(
            _action(session, uri, f"The same at all {len(everywhere)} places", everywhere)
        )
    return actions


async def apply_all(session: Session, arguments: list[Any]) -> bool:
    """``[id]``: make an edit that was offered at all its places, in one step; tells whether the editor did."""
    found = session.next_edits.offered(str(arguments[0])) if arguments else None
    places = await _everywhere(session, found.id) if found is not None else []
    if found is None or not places or not session.client.apply_edit:
        return False
    edit = _workspace_edit(session, found.uri, places)
    result = await session.protocol.send_request_async(
        types.WORKSPACE_APPLY_EDIT, types.ApplyWorkspaceEditParams(edit, "Next edit, at all places")
    )
    return bool(isinstance(result, dict) and result.get("applied")) or bool(
        getattr(result, "applied", False)
    )


async def _asked(session: Session, params: Any) -> NextEdit | None:
    """The edit that is asked for, if there is one and the client means the text that is known."""
    document = params.get("textDocument") if isinstance(params, dict) else None
    position = _position(params.get("position")) if isinstance(params, dict) else None
    uri = document.get("uri") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(uri, str) or position is None:
        return None
    if not await _is_current(session, uri, document.get("version")):
        return None
    return await _find(session, uri, position)


async def _is_current(session: Session, uri: str, version: Any) -> bool:
    """Whether the client means the text that is known; a newer one is waited for a little."""
    if version is None:
        return True
    if not isinstance(version, int) or isinstance(version, bool):
        return False
    known, waited_s = session.documents.version(uri), 0.0
    while known is not None and known < version and waited_s < _WAIT_S:
        await asyncio.sleep(_LOOK_S)
        waited_s += _LOOK_S
        known = session.documents.version(uri)
    return known == version


async def _find(
    session: Session, uri: str, position: types.Position, trigger: Trigger = "automatic"
) -> NextEdit | None:
    request, document = session.next_request(uri, position, trigger), session.documents.changes(uri)
    if request is None or document is None:
        return None
    foresight = session.assembly.engine.foresight
    found = await session.next_edits.foresee(request, *document, foresight)
    if found is not None and found.model is not None:
        session.acceptance.shown(found.id, found.model)
    return found


async def _everywhere(session: Session, identity: str) -> list[Place]:
    found = session.next_edits.offered(identity)
    document = session.documents.changes(found.uri) if found is not None else None
    return (
        [] if document is None else list(await session.next_edits.everywhere(identity, *document))
    )


def _edit(session: Session, found: NextEdit, document: dict[str, Any]) -> dict[str, Any]:
    """The edit in the fields that clients of the protocol know; URI and version come back as they came."""
    version = document.get("version")
    return {
        "text": found.place.text,
        "textDocument": {
            "uri": document["uri"],
            "version": found.version if version is None else version,
        },
        "range": _range(session, found.place),
        "command": {"title": "Accepted", "command": "infill-ls.accept", "arguments": [found.id]},
    }


def _data(session: Session, found: NextEdit) -> dict[str, Any]:
    place = found.place
    n_examples = 0 if found.chain is None else len(found.chain.examples)
    made = replace(place, line=place.new_line)
    return {
        "source": "model" if found.chain is None else "repeat",
        "kind": "edit",
        "n": n_examples + 1,
        "of": n_examples + len(found.places),
        "left": len(found.places),
        "id": found.id,
        "line": "\n".join(place.changed[1]),
        "cursor": _position_of(session, made, place.start + len(place.text)),
    }


def _told(place: Place) -> tuple[int, str]:
    """The line that people are told of, and what it will be: the first that says something."""
    old, new = place.changed
    row = place.row + place.line.split("\n").index(old[0]) if old else place.row
    said = next((line for line in new if line.strip()), "")
    return row, sentence(said.strip()) or "deleted"


def _range(session: Session, place: Place) -> types.Range:
    return types.Range(
        _position_of(session, place, place.start), _position_of(session, place, place.end)
    )


def _position_of(session: Session, place: Place, index: int) -> types.Position:
    row, column = place.at(index)
    line = place.line.split("\n")[row - place.row]
    return types.Position(row, to_units(line[:column], session.client.encoding))


def _action(session: Session, uri: str, title: str, places: Sequence[Place]) -> types.CodeAction:
    return types.CodeAction(title, NEXT_EDIT_KIND, edit=_workspace_edit(session, uri, places))


def _workspace_edit(session: Session, uri: str, places: Sequence[Place]) -> types.WorkspaceEdit:
    # Some editors put in the text as it comes.
    end = session.documents.line_end(uri)
    edits = [
        types.TextEdit(_range(session, each), each.text.replace("\n", end))
        for each in sorted(places, key=lambda each: each.row)
    ]
    if not session.client.document_changes:
        return types.WorkspaceEdit(changes={uri: edits})
    document = types.OptionalVersionedTextDocumentIdentifier(uri, session.documents.version(uri))
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, edits)])


def _position(raw: Any) -> types.Position | None:
    line, character = (
        (raw.get("line"), raw.get("character")) if isinstance(raw, dict) else (None, None)
    )
    if not isinstance(line, int) or not isinstance(character, int):
        return None
    return types.Position(*(min(max(each, 0), _FARTHEST) for each in (line, character)))
