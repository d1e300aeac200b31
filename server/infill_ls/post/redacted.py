"""Cuts an answer where it repeats the mark that stood in the prompt for a secret. Finds no secrets."""

from __future__ import annotations

import re
from typing import Final

from infill_ls.post.answer import Answer
from infill_ls.records import REDACTED

_MARK: Final = re.compile(rf"\b{REDACTED}\b")


def cut_redacted(text: str, answer: Answer) -> str:
    """The lines before the first one with the mark; all of them where the document has it, so that it is a word there.

    Whoever wrote a key there is not to see it replaced by a word that is none.
    """
    found = _MARK.search(text)
    here = answer.here
    if found is None or _MARK.search(here.prefix) or _MARK.search(here.suffix):
        return text
    return text[: text.rfind("\n", 0, found.start()) + 1]
