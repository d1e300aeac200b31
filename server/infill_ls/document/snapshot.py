"""Freezes a live document at a cursor into a Snapshot fit for prompts; it does not choose what a model gets to see."""

from __future__ import annotations

from infill_ls.document.mirror import Mirror
from infill_ls.document.position import without_surrogates
from infill_ls.records import Encoding, Snapshot
from infill_ls.syntax.languages import of_document


def take(  # noqa: PLR0913  # the arguments are the record's own fields, each named by the caller
    mirror: Mirror,
    *,
    uri: str,
    path: str | None,
    language: str,
    line: int,
    character: int,
    encoding: Encoding,
    before_chars: int = 16000,
    after_chars: int = 8000,
) -> Snapshot:
    r"""The document around a client's position, as it is now, with ``\n`` line ends and nothing that cannot be encoded.

    ``character`` counts the client's units. ``language`` is the editor's id; where it tells nothing, the file's name
    decides. The limits are in characters, as ``Mirror.around`` keeps them.
    """
    row, column = mirror.place(line, character, encoding)
    around = mirror.around(row, column, before_chars, after_chars)
    return Snapshot(
        uri=uri,
        path=path,
        language=of_document(language, path or uri),
        version=mirror.version,
        line=row,
        column=column,
        prefix=_plain(around.prefix),
        suffix=_plain(around.suffix),
        first_line=around.first_line,
        reaches_end=around.reaches_end,
        editors_language=language,
    )


def _plain(text: str) -> str:
    r"""``text`` with ``\n`` for every line end and U+FFFD for every surrogate."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return without_surrogates(text)
