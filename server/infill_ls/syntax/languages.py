"""What is known of programming languages: a row each. Everything else asks a row, never an id.

Editors name languages in many ways (``python``, ``python.django``, ``py``, ``Python``); ``row`` finds the row by any of
them, and ``of_document`` by a file's name where the editor's id says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from infill_ls.syntax.language import Language
from infill_ls.syntax.language_rows import DEFAULT, LANGUAGES


def row(language: str) -> Language:
    """The row of a language by any id that an editor sends; a row of defaults where none is known."""
    return _row(language)


def is_known(language: str) -> bool:
    """Whether a row knows the id."""
    return _find(language) is not None


def is_called(language: str, name: str) -> bool:
    """Whether an id, a part of a compound one, or the row's own id is ``name``."""
    found = _find(language)
    given = language.lower()
    return name.lower() in {given, *given.split("."), found.id if found else given}


def may_be_called(language: str, name: str) -> bool:
    """Whether ``name`` is any of the names of the language that an id stands for."""
    found = _find(language)
    return is_called(language, name) or (found is not None and found is _find(name))


def of_document(language: str, path: str) -> str:
    """The editor's language id or, where that tells nothing, what the file's name tells."""
    return (
        (of_file(path) or language)
        if language.lower() in _UNKNOWN or not is_known(language)
        else language
    )


def of_file(path: str) -> str:
    """The language id that a file's name tells, or the empty string."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if name in _BY_FILE:
        return _BY_FILE[name].id
    stem, dot, extension = name.rpartition(".")
    found = (
        (_BY_EXTENSION.get(extension) or _BY_FILE.get(stem)) if dot else None
    )  # Dockerfile.dev is a Dockerfile
    return found.id if found else ""


_UNKNOWN: Final = frozenset({"", "plaintext", "text", "unknown", "fundamental"})
"""Ids with which editors say that they do not know."""


@cache
def _row(language: str) -> Language:
    return _find(language) or DEFAULT


def _find(language: str) -> Language | None:
    """By the id, in lower case, or by the first part of a compound one that is known; by a file's extension at last."""
    given = language.lower()
    found = _BY_ID.get(given)
    if found is not None:
        return found
    for part in re.split(r"[.\s]", given):
        if part and part in _BY_ID:
            return _BY_ID[part]
    return _BY_EXTENSION.get(given)


def _by(keys: Iterable[tuple[Iterable[str], Language]]) -> dict[str, Language]:
    return {key: language for each, language in keys for key in each}


_BY_ID: Final = _by(((each.id, *each.also), each) for each in LANGUAGES)
_BY_EXTENSION: Final = _by((each.extensions, each) for each in LANGUAGES)
_BY_FILE: Final = _by((each.files, each) for each in LANGUAGES)

PLAIN: Final = row("plaintext")
"""Text of which nothing is known but that brackets come in pairs."""
