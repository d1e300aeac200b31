"""Rules on lines after the cursor's that the answer ends with once more."""

from __future__ import annotations

from itertools import islice

from infill_ls.post.answer import Answer
from infill_ls.post.rest_of_line import WORDS, count_faults, n_word_characters
from infill_ls.post.tags import is_needed
from infill_ls.syntax.block import opens_in_words
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.surroundings import Surroundings, comes_twice

_CLOSERS = ")]}"
LINES_AFTER = 200
"""Lines after the cursor's that the answer is compared with."""


def cut_following_lines(text: str, answer: Answer) -> str:
    """Last lines that repeat the lines after the cursor's: as many as do, compared with their indentation."""
    here = answer.here
    lines = text.split("\n")
    below = filter(None, map(str.rstrip, here.below(LINES_AFTER)))
    targets = list(islice(below, len(lines) + 1))
    # A first line that has more of the document behind it is another rule's matter.
    if not CLOSING_CHARACTERS.issuperset(here.line_after):
        return text
    written = [
        i for i, line in enumerate(lines) if line.strip() and (i or not here.line_after.strip())
    ]
    whole = [(lines[i] if i else here.line_before + lines[i]).rstrip() for i in written]
    for n_lines in range(min(len(whole), len(targets)), 0, -1):
        first = len(whole) - n_lines
        may_be_row = not written[first] or not here.line_before.strip()
        is_row = may_be_row and _is_row(targets[0], here)
        if is_row and set(targets[:n_lines]) == {targets[0]}:
            continue
        if n_lines == 1 and _tells_little(targets[0], here):
            continue
        if n_lines == 1 and is_needed(targets[0], text, here):
            continue
        if _repeats(whole[first:], targets, is_cut=answer.stopped == "closer") and _is_surplus(
            whole[first], text, lines[: written[first]], here
        ):
            return "\n".join(lines[: written[first]])
    at_margin = _cut_lines_at_the_margin(text, targets, here)
    return at_margin if at_margin != text else _cut_lines_too_deep(text, targets, here)


def _cut_lines_at_the_margin(text: str, targets: list[str], here: Surroundings) -> str:
    """Last lines that repeat the next ones with words, where the answer has lost the cursor's indentation."""
    indent = here.line_before[: len(here.line_before) - len(here.line_before.lstrip())]
    lines = text.split("\n")
    later = [number for number, line in enumerate(lines) if number and line.strip()]
    if not indent or any(lines[number].startswith(indent) for number in later):
        return text
    whole = [(indent + lines[number]).rstrip() for number in later]
    for n_lines in range(min(len(whole), len(targets)), 0, -1):
        if whole[-n_lines:] == targets[:n_lines] and any(map(str.isalnum, whole[-n_lines])):
            return "\n".join(lines[: later[-n_lines]])
    return text


def _cut_lines_too_deep(text: str, targets: list[str], here: Surroundings) -> str:
    """Last lines that repeat the next ones with words, deeper than the line before them, which opens nothing."""
    lines = [here.line_before + text.partition("\n")[0], *text.split("\n")[1:]]
    written = [number for number, line in enumerate(lines) if line.strip()]
    codes = [target.strip() for target in targets]
    for n_lines in range(min(len(written) - 1, len(codes)), 0, -1):
        first, before = written[-n_lines], lines[written[-n_lines - 1]]
        if [lines[number].strip() for number in written[-n_lines:]] != codes[:n_lines]:
            continue
        is_deeper = width(lines[first]) > width(before)
        is_whole = before.rstrip()[-1:].isalnum() or before.rstrip()[-1:] in ")];"
        n_words = n_word_characters("".join(lines[first:]))
        is_telling = n_words >= WORDS and not opens_in_words(before, here.language)
        if is_deeper and is_whole and is_telling:
            return "\n".join(text.split("\n")[:first])
    return text


def _repeats(lines: list[str], targets: list[str], *, is_cut: bool) -> bool:
    """Whether the lines are the first of ``targets``; the last of several, or before a bracket, may be cut short."""
    *whole, last = lines
    if whole != targets[: len(whole)]:
        return False
    target = targets[len(whole)]
    if last == target or (whole and target.startswith(last)):
        return True
    if (
        is_cut
        and n_word_characters(last) >= WORDS
        and target.startswith(last)
        and target[len(last)] in _CLOSERS
    ):
        return True
    # ``}`` for ``});``
    same_indent = len(last) - len(last.lstrip()) == len(target) - len(target.lstrip())
    closers = last.strip().rstrip(";,")
    return (
        bool(closers)
        and same_indent
        and not closers.strip(_CLOSERS)
        and target.lstrip().startswith(closers)
    )


def _is_row(line: str, here: Surroundings) -> bool:
    """Whether the line after the cursor's is the one above it, too, as in a table of equal rows, or comes twice."""
    is_row = here.previous_line.rstrip() == line or comes_twice(line, here)
    return is_row and any(map(str.isalnum, line))


def _tells_little(line: str, here: Surroundings) -> bool:
    """Whether a line is a comment of a letter or two, which may well come twice."""
    return 0 < n_word_characters(line) < WORDS and scan(line, here.language).in_comment


def _is_surplus(line: str, text: str, before: list[str], here: Surroundings) -> bool:
    """A line with words is; a closing bracket only where nothing in the answer has opened it."""
    if any(map(str.isalnum, line)):
        return True
    start = len("\n".join(before)) + bool(before)
    column = len(line) - len(line.lstrip()) - (0 if before else len(here.line_before))
    if line.strip()[:1] not in _CLOSERS or start + column in scan(text, here.language).unmatched:
        return True
    # The answer has opened it, but closed something of the document's before: ``} else { … }``.
    return count_faults("\n".join(before), here) < count_faults(text, here)
