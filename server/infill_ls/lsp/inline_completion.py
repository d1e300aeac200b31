"""textDocument/inlineCompletion (LSP 3.18): ghost text at the cursor."""

from __future__ import annotations

from lsprotocol import types

from infill_ls.lsp.convert import inline_item
from infill_ls.lsp.session import Session


async def inline_completion(
    session: Session, params: types.InlineCompletionParams
) -> types.InlineCompletionList:
    """One item, several where candidates are asked for, or an empty list.

    Which, unlike null, also clears ghost text that has become wrong.
    """
    question = session.question(
        params.text_document, params.position, params.context.selected_completion_info
    )
    if question is None:
        return types.InlineCompletionList([])
    invoked = params.context.trigger_kind == types.InlineCompletionTriggerKind.Invoked
    outcome, request = await session.complete(question, "invoked" if invoked else "automatic")
    if outcome.completion is None:
        return types.InlineCompletionList([])
    encoding = session.client.encoding
    shown = (outcome.completion, *outcome.others)
    return types.InlineCompletionList(
        [inline_item(question, each, encoding, request) for each in shown]
    )
