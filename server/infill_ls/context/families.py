"""Which languages can call each other's code: files of one family are context for each other, others are not."""

from __future__ import annotations

from typing import Final

from infill_ls.syntax.languages import of_document, row


def family_of(language: str) -> str:
    """The family of a language by any id that an editor sends; empty for what defines nothing that others call."""
    known = row(language)
    return "" if known.prose or known.data or known.patch else known.family or known.id


def family_of_file(path: str, language: str = "") -> str:
    """The family of a file by the editor's id, else by its name; empty for what is no code, or a compiler made."""
    return "" if path.endswith(_MADE) else family_of(of_document(language, path) or "plaintext")


_MADE: Final = (".d.ts", ".d.mts", ".d.cts", ".min.js", "_pb2.py", ".pb.go")
