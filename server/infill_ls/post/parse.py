"""Whether the document still parses with the answer, by tree-sitter where a grammar is installed. It adds no text."""

from __future__ import annotations

from infill_ls.post.answer import Answer
from infill_ls.records import Completion
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.tree import sound

MOST_CUTS = 8
"""Lines that are taken away, one after the other, until the rest parses."""
_BY_LIMIT = frozenset({"line", "max_lines"})
"""Rules of the stream that cut text which may well have been right."""


def cut_until_it_parses(completion: Completion, answer: Answer) -> Completion:
    """The answer without last lines that break a document which parses without it; all of it where that is not sure.

    An answer that is only unfinished breaks it, too, so nothing is done about one that a limit has cut, or that has
    brackets open or closes others. One whose every part breaks the document is left alone, too.
    """
    text, language = completion.text, answer.here.language
    if (
        "\n" not in text.strip()
        or not language.grammar_knows_all
        or answer.is_partial
        or answer.stopped in _BY_LIMIT
    ):
        return completion
    own = scan(text, language)
    if own.stack or own.unmatched or text.rstrip().endswith(":"):
        return completion
    near = sound(answer.here)
    if near is None or near.parses_with(text, completion.replaces) is not False:
        return completion
    lines = text.rstrip().split("\n")
    for n_cut in range(1, min(MOST_CUTS, len(lines) - 1) + 1):
        rest = "\n".join(lines[:-n_cut]).rstrip()
        # What is replaced was restated by the line that goes, or by one before it.
        for n_replaced in {0, completion.replaces}:
            if rest and near.parses_with(rest, n_replaced):
                return Completion(rest, n_replaced)
    return completion
