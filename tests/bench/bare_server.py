"""A bare pygls server that answers at once: what our own figures are held against.

python bare_server.py [GHOST WORD COLUMN]: what it suggests behind which word, and the one column in which it does so.
"""

import sys

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")
GHOST, WORD, COLUMN = sys.argv[1:] or ("return foo", "", None)


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(_server: LanguageServer, params: types.InlineCompletionParams):
    """One item."""
    if COLUMN not in (None, str(params.position.character)):
        return types.InlineCompletionList([])
    item = types.InlineCompletionItem(GHOST, range=types.Range(params.position, params.position))
    return types.InlineCompletionList([item])


@server.feature(types.TEXT_DOCUMENT_COMPLETION)
async def completion(_server: LanguageServer, params: types.CompletionParams):
    """The same as an item of a popup, which puts in the word anew."""
    if COLUMN not in (None, str(params.position.character)):
        return types.CompletionList(is_incomplete=True, items=[])
    text = WORD + GHOST
    item = types.CompletionItem(text.partition("\n")[0], insert_text=text)
    return types.CompletionList(is_incomplete=True, items=[item])


if __name__ == "__main__":
    server.start_io()
