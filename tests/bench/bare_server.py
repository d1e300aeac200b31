"""A bare pygls server that answers at once: what our own figures are held against."""

from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("bare", "1")


@server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
async def inline_completion(_server: LanguageServer, params: types.InlineCompletionParams):
    """One item."""
    item = types.InlineCompletionItem("return foo", range=types.Range(params.position, params.position))
    return types.InlineCompletionList([item])


if __name__ == "__main__":
    server.start_io()
