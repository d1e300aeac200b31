"""Rules on what stands before the cursor, on its line and on those above, and comes once more in the answer."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of, opens_block
from infill_ls.post.rest_of_line import WORDS, n_word_characters
from infill_ls.syntax.block import block_at
from infill_ls.syntax.brackets import BRACKETS, scan
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings, comes_twice

_LINES_AGAIN = 40
"""Lines of the answer in which the line above the cursor is looked for."""
_FILE_HEAD = re.compile(
    r"\s*(?:<\?php|#\s*include\b|#!|import\b|from\b|use\b|using\b|package\b|namespace\b|//|/?\*|#)"
)
"""How lines begin that a file has before its first definition."""
_LINES_ABOVE = 20
"""Lines before the cursor's that the answer's first ones are compared with."""
_LEAST_LETTERS = 5
"""Letters of names that one line must have for its repetition to be one; real code has short lines and data twice."""
_NAME = re.compile(r"\b[^\W\d]\w*")
_LEAST_CHARACTERS = 3
"""Letters and digits that are enough where the answer goes on just as far to the right as the cursor."""
_END = re.compile(r"(?i:#?end)\w*\b|#\s*e|(?:fi|done|esac)\b|</")
"""How a line begins that ends a block; blocks within one another end alike."""
_MARKS = frozenset({"#", "//", "///", "//!", "--", ";", ";;", "%"})
"""What a comment's line begins with."""


def drop_echo(text: str, answer: Answer) -> str:
    """The cursor's line up to the cursor, given once more before the answer goes on."""
    before = answer.here.line_before.lstrip()
    if not before:
        return text
    start = text.lstrip(" \t")
    n_words = n_word_characters(before)
    # ``#if`` and ``{% if`` are telling, too.
    is_telling = n_words >= WORDS - (not before.rstrip().isalnum()) or (
        n_words and before.rstrip()[-1:] in "=:"
    )
    if not start.startswith(before) or not is_telling:
        return text
    rest = start[len(before) :]
    if before.rstrip().endswith("{") and rest.lstrip(" \t").startswith("\n"):
        # The head of a block stands in its own block but seldom.
        return _up_to_surplus(rest, answer.here)
    return text if _is_nested(start, rest, answer.here) else rest


def drop_lines_above(text: str, answer: Answer) -> str:
    """First lines that repeat the last ones before the cursor's, with what stands of the cursor's line itself.

    They are compared without indentation. A line that the document has several times already may come once more.
    """
    here = answer.here
    above = _above(here)
    body = _without_head_again(text, here, above)
    if body != text:
        return body
    lines = text.split("\n")
    written = [number for number, line in enumerate(lines) if line.strip()][: len(above) + 1]
    first = [lines[number].strip() for number in written]
    begun = here.line_before.strip()
    for n_lines in range(min(len(first), len(above)), 0, -1):
        is_row = first[:n_lines] == first[n_lines : 2 * n_lines]
        is_row |= n_lines == 1 and here.language.is_code and _are_rows(first[:2], here)
        if n_lines == 1 and not here.line_before:
            # An echo has the indentation of the line above, or none.
            own = indent_of(lines[written[0]])
            is_row |= bool(own) and own != indent_of(here.previous_line)
        is_row |= n_lines == 1 and not begun and comes_twice(here.previous_line, here)
        if first[:n_lines] != above[-n_lines:] or is_row:
            continue
        following = "\n".join(lines[written[n_lines] :]) if n_lines < len(written) else ""
        if begun:
            rest = following.lstrip(" \t")
            again = next(
                (form for form in (here.line_before.lstrip(), begun) if rest.startswith(form)), None
            )
            return text if again is None else rest[len(again) :]
        if _is_telling(above, n_lines, is_all=not following) or (
            n_lines == 1 and _is_again(above, following, here)
        ):
            return following
    return text


def drop_comment_mark(text: str, answer: Answer) -> str:
    """The mark of a comment that the cursor's line begins with already."""
    before = answer.here.line_before
    mark = before.strip()
    is_star = mark == "*" and not answer.here.language.prose
    if mark not in _MARKS and not is_star:
        return text
    start = text.lstrip(" \t")
    if not start.startswith(mark + " "):
        return text
    return start[len(mark) + before[-1].isspace() :]


def _without_head_again(text: str, here: Surroundings, above: list[str]) -> str:
    """All up to the line above the cursor, where the answer gives the function or the file once more.

    What comes before it has to stand in the document, too, or be what a file begins with.
    """
    if here.line_before.strip() or not above or not here.line_before:
        return text
    lines = text.split("\n")[:_LINES_AGAIN]
    number = next((number for number, line in enumerate(lines) if line.strip() == above[-1]), -1)
    if number < 0:
        return text
    known = {line.strip() for line in here.prefix.split("\n")}
    before = [line for line in lines[:number] if line.strip()]
    is_again = sum(map(str.isalnum, above[-1])) >= _LEAST_LETTERS
    if not is_again or not (before or opens_block(above[-1], here.language)):
        return text
    if not all(line.strip() in known or _FILE_HEAD.match(line) for line in before):
        return text
    if (
        before
        and len(above) > 1
        and before[-1].strip() != above[-2]
        and not _FILE_HEAD.match(before[-1])
    ):
        return text
    return _up_to_surplus("\n".join(_at_cursor(text.split("\n")[number + 1 :], here)), here)


def _at_cursor(lines: list[str], here: Surroundings) -> list[str]:
    """The lines with the cursor's indentation for what the first of them has; those further left stay."""
    given = next((indent_of(line) for line in lines if line.strip()), "")
    return [
        here.line_before + line.removeprefix(given)
        if line.strip() and line.startswith(given)
        else line
        for line in lines
    ]


def _up_to_surplus(text: str, here: Surroundings) -> str:
    """The answer up to the line that closes a bracket which the document closes itself, or that is not in the block."""
    block = block_at(here)
    found = scan(text, here.language, block.opened)
    at = next((at for at, depth in found.closed if 0 <= depth < block.kept), len(text))
    start = text.rfind("\n", 0, at) + 1
    text = text[:start] if not text[start:at].strip() else text[:at]
    if not here.language.offside:
        return text
    lines = text.split("\n")
    ends = (
        n
        for n, line in enumerate(lines)
        if n and line.strip() and len(indent_of(line)) < len(here.line_before)
    )
    return "\n".join(lines[: next(ends, len(lines))])


def _above(here: Surroundings) -> list[str]:
    """The last lines with text before the cursor's, without indentation."""
    return [line.strip() for line in here.above(2 * _LINES_ABOVE) if line.strip()][-_LINES_ABOVE:]


def _is_telling(above: list[str], n_lines: int, *, is_all: bool) -> bool:
    """Whether nobody would write the lines a second time; more is asked where nothing else was said."""
    repeated = above[-n_lines:]
    if _END.match(repeated[0]) or not set(repeated).isdisjoint(above[:-n_lines]):
        return False
    n_letters = sum(map(len, _NAME.findall("\n".join(repeated))))
    return n_letters >= _LEAST_LETTERS * (2 if is_all else 1)


def _are_rows(lines: list[str], here: Surroundings) -> bool:
    """Whether both lines are of those that often equal the one above."""
    rows = here.language.rows
    return bool(rows) and len(lines) > 1 and all(re.match(rows, each) for each in lines)


def _is_again(above: list[str], following: str, here: Surroundings) -> bool:
    """Whether the line above a blank one was only said again to begin with; rows of equal lines may go on."""
    first = above[-1]
    if indent_of(following) != here.line_before or _END.match(first) or above[-2:-1] == above[-1:]:
        return False
    is_row = _are_rows([first, following.strip().partition("\n")[0]], here)
    # What the answer closes itself it has opened itself.
    whole = f"{first}\n{following}"
    is_nested = (
        scan(following, here.language).unmatched and not scan(whole, here.language).unmatched
    )
    is_telling = sum(map(str.isalnum, first)) >= _LEAST_CHARACTERS or opens_block(
        first, here.language
    )
    return is_telling and not is_row and not is_nested


def _is_nested(start: str, rest: str, here: Surroundings) -> bool:
    """Whether the answer is a call of the same function, as in ``max(max(a, b), c)``, and no echo."""
    opened, after = open_at(here), here.close_after
    is_closed = bool(opened) and opened[-1] in BRACKETS and here.line_after[:1] in {")", "]", "}"}
    if is_closed and len(scan(rest, here.language, opened).stack) < len(opened):
        # What closes the document's bracket, and goes on, is in brackets of its own.
        return not rest.rstrip(" \t\n;,:").endswith((")", "]", "}"))

    def wrongness(text: str) -> tuple[int, int]:
        found = scan(text + after, here.language, opened)
        return found.n_faults, len(found.stack)

    # An answer that restates the line's end loses it later.
    return wrongness(start) < min(
        wrongness(rest), wrongness(rest.rstrip().removesuffix(here.line_after.rstrip()))
    )
