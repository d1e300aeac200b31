"""Whether a suggestion that nobody has asked for would leave the code broken, so that it is better not shown."""

from __future__ import annotations

from infill_ls.records import Completion
from infill_ls.syntax.block import opens_in_words
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings
from infill_ls.syntax.tree import sound

_GOES_ON = (":", ",", ">", "\\", "=", "+", "-", "*", "|", "&", ".", "(", "[", "{")
"""How a line ends that is nothing without the next one."""


def is_broken(completion: Completion, here: Surroundings, finish_reason: str | None) -> bool:
    """Whether the code cannot be right with a completion, as far as it was right without.

    That is a word cut in two, a bracket that nothing has opened, or code that no longer parses. What is only unfinished
    is not broken: whoever types will go on.
    """
    text, language = completion.text, here.language
    is_as_said = "\n" not in text and not completion.changed
    if finish_reason == "length" and is_as_said and text[-1:].isascii() and text[-1:].isalnum():
        return True
    if language.prose or language.patch or language.data:
        return False
    opened, after = open_at(here), here.close_after
    with_it = scan(text + after[completion.replaces :], language, opened)
    is_counted = language.offside or (
        language.blocks in {"brackets", "words"} and not language.stray_closers
    )
    if is_counted and len(with_it.unmatched) > len(scan(after, language, opened).unmatched):
        return True
    if (
        finish_reason != "stop"
        or not language.grammar_knows_all
        or _is_unfinished(completion, here)
    ):
        return False
    near = sound(here)
    return near is not None and near.parses_with(text, completion.replaces) is False


def _is_unfinished(completion: Completion, here: Surroundings) -> bool:
    """Whether the cursor's line and the answer go on in what is still to be typed."""
    text = here.line_before + completion.text + here.line_after[completion.replaces :]
    last = text.rstrip().rpartition("\n")[2]
    found = scan(text, here.language)
    is_head = (
        last.endswith(_GOES_ON)
        or last.lstrip().startswith("@")
        or opens_in_words(last, here.language)
    )
    return is_head or bool(found.stack) or bool(found.n_unclosed_strings) or bool(found.unmatched)
