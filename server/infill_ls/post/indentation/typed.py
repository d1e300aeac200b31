"""Rules on indentation that stands already. They never touch the words."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import (
    indent_of,
    line_above,
    may_stand,
    opens_block,
)
from infill_ls.post.strings import lines_in_strings
from infill_ls.syntax.brackets import STRINGS, scan
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings

_LABEL = re.compile(r"(?:(?:public|private|protected)\b[\w ]*|\w+):\s*(?:\n|$)")
"""A label, which many files have one space from the margin; so have others in Haskell what begins with ``where``."""
_OFF_BY_ONE = re.compile(r"\n [^\s*]")
_HABIT = 2
"""Lines with one space before them that show it to be the file's own."""
_HEAD = re.compile(r"\s*(?:}?\s*else\s+)?(?:if|for|while)\b.*\)$")
"""A line that a deeper one follows, although it opens no bracket."""


def drop_typed_indent(text: str, answer: Answer) -> str:
    """White space that the model gives although it stands before the cursor."""
    before = answer.here.line_before
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    if not indent or len(indent) == len(text) or (answer.here.language.patch and not before):
        return text
    if text[len(indent)] == "\n":
        return text[len(indent) :]
    if not before.strip():
        return _drop_from_indented(text, indent, answer.here)
    margin = indent_of(before)
    is_deeper = (
        indent.startswith(margin)
        and len(indent) > max(1, len(margin))
        and not answer.here.line_after
    )
    if before.endswith("{") and is_deeper and answer.here.language.blocks == "brackets":
        return f"\n{text}"  # the line end was lost
    mark = next(iter(open_at(answer.here)[-1:]), "")
    if mark in STRINGS and (
        len(indent) > 1 or before.endswith("  ") or text.startswith(mark, len(indent))
    ):
        return text  # a string's own spaces
    if before[-1] in " \t":
        # A comment may have more than one space before it, and so may what stands in columns.
        language = answer.here.language
        marks = (*language.line, *(begin for begin, _ in language.block))
        is_meant = len(indent) > 1 or text.startswith(marks, len(indent))
        return text if is_meant else text[len(indent) :]
    is_in_pair = before[-1] in "([" and answer.here.line_after[:1] in {")", "]"}
    return text[len(indent) :] if is_in_pair and not _is_padding(text, answer.here) else text


def _is_padding(text: str, here: Surroundings) -> bool:
    """Whether white space behind an opening bracket has its like before the closing one, as in a test of a shell."""
    opened = open_at(here)
    closed = [
        at for at, depth in scan(text, here.language, opened).closed if depth == len(opened) - 1
    ]
    inside = text[: closed[0]] if closed else text
    is_test = here.language.tests and here.line_before[-1] == "["
    return is_test or inside[-1:].isspace()


def _drop_from_indented(text: str, indent: str, here: Surroundings) -> str:
    """The cursor's line is blank up to the cursor, and the text starts with white space.

    It may be what the line lacks, the line's whole indentation once more, or a stray space: what may stand below the
    line above is taken, and where that says nothing, the whole indentation.
    """
    before, code = here.line_before, text[len(indent) :]
    if not before:
        if not STRINGS.isdisjoint(open_at(here)[-1:]):
            is_stray = indent == " " and all(
                line[:1].strip() for line in (here.previous_line, here.next_line)
            )
            return code if is_stray else text
        # A block comment's later lines are one space off, and so are Lisp's, and anything may be below a backslash.
        is_free = (
            code[0] == "*" or here.language.columns or line_above(here).rstrip().endswith("\\")
        )
        is_free |= indent_of(here.next_line) == indent or _may_be_off_by_one(code, here)
        is_free |= code[0] == "<" and f"\n{indent}<" in here.near_below
        if not is_free and _is_between(indent, code, here):
            return _moved(text, indent, indent_of(here.next_line))
        return code if indent == " " and not is_free and not may_stand(" ", code, here) else text
    is_next_level = before + indent == indent_of(here.next_line)
    is_half_typed = is_next_level and before != indent_of(here.previous_line)
    lacks = is_half_typed or may_stand(before + indent, code, here)
    if indent == " " and line_above(here).rstrip().endswith(("{", "(", "[")):
        lacks = False
    if not indent.startswith(before):
        # Less than stands there already: a stray space, unless it goes on to a deeper level.
        stands = not lacks and may_stand(before, code, here)
        return _all_less(code, indent, here) if stands else text
    if not lacks and len(indent) > len(before):
        levelled = _without_extra_level(code, indent, here)
        if levelled is not None:
            return levelled
    above = line_above(here)
    again = may_stand(indent, code, here)
    if lacks and (not again or here.line_after.strip()):
        return text
    if indent == before and not again and opens_block(above, here.language):
        # The block is to be deeper than the cursor stands, and just that is given.
        return text
    again_code = text[len(before) :]
    return (
        _all_less(again_code, indent, here)
        if indent == before and _is_row(again_code, before + indent)
        else again_code
    )


def _may_be_off_by_one(code: str, here: Surroundings) -> bool:
    """Whether such lines have one space before them in real files: labels, ``where``, and those of a patch in prose.

    So has any line in a file that has other such lines, but for the later ones of comments.
    """
    language = here.language
    if len(_OFF_BY_ONE.findall(f"\n{here.near_above}{here.near_below}")) >= _HABIT:
        return True
    if language.fenced:
        start = here.near_above.rfind("```")
        return here.near_above.startswith(("```diff", "```patch"), start)
    if language.blocks == "brackets" and not language.data:
        return _LABEL.match(code) is not None
    return language.blocks == "indentation" and re.match(r"where\b", code) is not None


def _is_between(indent: str, code: str, here: Surroundings) -> bool:
    """Whether the line goes between two statements at one level, and is neither there nor anywhere it may stand."""
    above, after = line_above(here), here.next_line
    is_code = here.language.offside or here.language.blocks == "brackets"
    is_level = bool(indent_of(after)) and indent_of(above) == indent_of(after)
    is_ended = here.language.offside or above.rstrip().endswith((";", "}", ")"))
    stands = may_stand(indent, code, here) or opens_block(above, here.language) or code[0] == "."
    is_block = open_at(here)[-1:] in ((), ("{",)) and not _HEAD.match(above)
    return is_code and is_level and is_ended and is_block and not stands


def _moved(text: str, indent: str, level: str) -> str:
    """All lines by as much as the first one, where they have as much."""
    first, *later = text.split("\n")
    if not all(line.startswith(indent) for line in later if line.strip()):
        return text
    lines = [first, *later]
    return "\n".join(level + line.removeprefix(indent) if line.strip() else line for line in lines)


def _is_row(code: str, deeper: str) -> bool:
    """Whether statements in brackets of their own stand one below the other, all but the first at the deeper level."""
    first, *later = [line for line in code.split("\n") if line.strip()]
    is_whole = all(line.rstrip().endswith((")", ";")) for line in (first, *later))
    return (
        len(later) > 1
        and is_whole
        and all(indent_of(line) == deeper and line.strip()[0].isalnum() for line in later)
    )


def _all_less(code: str, indent: str, here: Surroundings) -> str:
    """The text with its later lines as far to the left as the first, where all of them have the stray white space."""
    first, *later = code.split("\n")
    surplus = here.line_before + indent
    if not all(line.startswith(surplus) for line in later if line.strip()) or lines_in_strings(
        code, here
    ):
        return code
    return "\n".join(
        [first, *(line.removeprefix(indent) if line.strip() else line for line in later)]
    )


def _without_extra_level(code: str, indent: str, here: Surroundings) -> str | None:
    """The text as far to the left as the cursor, where no line is; None where a line may be deeper than the cursor."""
    before = here.line_before
    first, *later = code.split("\n")
    above = line_above(here)
    is_ended = above.rstrip().endswith((";", "}")) or (
        here.language.offside and not may_stand(indent, first, here)
    )
    if not is_ended or indent_of(above) != before or not may_stand(before, first, here):
        return None
    if not all(line.startswith(indent) for line in later if line.strip()) or lines_in_strings(
        code, here
    ):
        return None
    extra = len(indent) - len(before)
    return "\n".join([first, *(line[extra:] for line in later)])
