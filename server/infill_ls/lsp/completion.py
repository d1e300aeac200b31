"""textDocument/completion: the same suggestion as one item, for editors that show no inline completion."""

from __future__ import annotations

from lsprotocol import types

from infill_ls.lsp.convert import completion_item
from infill_ls.lsp.session import Session
from infill_ls.records import Trigger


async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList:
    """The items of a popup, mostly one or none; incomplete, so that the editor asks again with the next key."""
    question = session.question(params.text_document, params.position)
    if question is None:
        return types.CompletionList(is_incomplete=True, items=[])
    outcome, request = await session.complete(question, _trigger(session, params))
    if outcome.completion is None:
        return types.CompletionList(is_incomplete=True, items=[])
    client = session.client
    shown = (outcome.completion, *outcome.others)
    items = [
        completion_item(question, each, client.encoding, request, markdown=client.markdown)
        for each in shown
    ]
    return types.CompletionList(is_incomplete=True, items=items)


def _trigger(session: Session, params: types.CompletionParams) -> Trigger:
    """Popups that open while typing and by hand have the same trigger kind, so a request counts as automatic.

    Unless the client is known to ask by itself only for what was typed, and nothing was since it asked last. Helix
    25.07 also asks by itself where nothing is left of a popup after a deletion; it has just asked to refresh it then.
    """
    uri = params.text_document.uri
    refreshes = types.CompletionTriggerKind.TriggerForIncompleteCompletions
    version = session.documents.version(uri)
    refreshed, session.refreshed = session.refreshed, None
    if not session.client.popup_only_for_typing or session.documents.typed(uri):
        return "automatic"
    if params.context is not None and params.context.trigger_kind == refreshes:
        session.refreshed = (uri, version)
        return "automatic"
    return "automatic" if refreshed == (uri, version) else "invoked"
