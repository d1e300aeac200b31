"""textDocument/completion: the same suggestion as one item, for editors that show no inline completion."""

from __future__ import annotations

from lsprotocol import types

from infill_ls.lsp.convert import completion_item
from infill_ls.lsp.session import Session


async def completion(session: Session, params: types.CompletionParams) -> types.CompletionList:
    """One item or none; incomplete, so that the editor asks again with the next key.

    Popups open while typing and by hand with the same trigger kind, so every request counts as automatic.
    """
    question = session.question(params.text_document, params.position)
    if question is None:
        return types.CompletionList(is_incomplete=True, items=[])
    outcome, request = await session.complete(question, "automatic")
    if outcome.completion is None:
        return types.CompletionList(is_incomplete=True, items=[])
    client = session.client
    item = completion_item(question, outcome.completion, client.encoding, request, markdown=client.markdown)
    return types.CompletionList(is_incomplete=True, items=[item])
