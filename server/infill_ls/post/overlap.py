"""Rules on what the answer has in common with the text around the cursor: before it, on its line, on the next lines."""

from __future__ import annotations

from typing import NamedTuple

from infill_ls.post.answer import Answer
from infill_ls.post.pairs import closes
from infill_ls.post.tags import is_needed
from infill_ls.records import Completion, Snapshot
from infill_ls.syntax.brackets import BRACKETS, CLOSING_CHARACTERS, STRINGS, scan
from infill_ls.syntax.scope import open_at

_CLOSERS = ")]}"
_PUNCTUATION = frozenset({";", ",", ":"})
_SCAN_AFTER = 1000
"""Characters after the cursor that are read for the brackets they close."""
WORDS = 3
"""Letters and digits by which a line is known again; fewer are in many."""
LINES_AFTER = 200
"""Lines after the cursor's that the answer is compared with."""


def drop_echo(text: str, answer: Answer) -> str:
    """The cursor's line up to the cursor, given once more before the answer goes on."""
    before = answer.place.line_before.lstrip()
    if not before:
        return text
    start = text.lstrip(" \t")
    n_words = n_word_characters(before)
    # ``#if`` and ``{% if`` are telling, too.
    is_telling = n_words >= WORDS - (not before.rstrip().isalnum()) or (n_words and before.rstrip()[-1:] in "=:")
    if not start.startswith(before) or not is_telling:
        return text
    rest = start[len(before) :]
    return text if _is_nested(start, rest, answer.place) else rest


def cut_following_lines(text: str, answer: Answer) -> str:
    """Last lines that repeat the lines after the cursor's: as many as do, compared with their indentation."""
    place = answer.place
    after = place.suffix[len(place.line_after) + 1 :].split("\n", LINES_AFTER)[:LINES_AFTER]
    targets = [line.rstrip() for line in after if line.strip()]
    lines = text.split("\n")
    # A first line that has more of the document behind it is another rule's matter.
    if not CLOSING_CHARACTERS.issuperset(place.line_after):
        return text
    written = [i for i, line in enumerate(lines) if line.strip() and (i or not place.line_after.strip())]
    whole = [(lines[i] if i else place.line_before + lines[i]).rstrip() for i in written]
    for n_lines in range(min(len(whole), len(targets)), 0, -1):
        first = len(whole) - n_lines
        if n_lines == 1 and (_is_row(targets[0], place) or _tells_little(targets[0], place)):
            continue
        if n_lines == 1 and is_needed(targets[0], text, place):
            continue
        if _repeats(whole[first:], targets, is_cut=answer.stopped == "closer") and _is_surplus(
            whole[first], text, lines[: written[first]], place
        ):
            return "\n".join(lines[: written[first]])
    return _cut_lines_at_the_margin(text, targets, place)


def _cut_lines_at_the_margin(text: str, targets: list[str], place: Snapshot) -> str:
    """Last lines that repeat the next ones with words, where the answer has lost the cursor's indentation."""
    indent = place.line_before[: len(place.line_before) - len(place.line_before.lstrip())]
    lines = text.split("\n")
    later = [number for number, line in enumerate(lines) if number and line.strip()]
    if not indent or any(lines[number].startswith(indent) for number in later):
        return text
    whole = [(indent + lines[number]).rstrip() for number in later]
    for n_lines in range(min(len(whole), len(targets)), 0, -1):
        if whole[-n_lines:] == targets[:n_lines] and any(map(str.isalnum, whole[-n_lines])):
            return "\n".join(lines[: later[-n_lines]])
    return text


def fit_rest_of_line(text: str, place: Snapshot) -> Completion:
    """Fit the answer to what follows the cursor on its line.

    What the answer's end restates is trimmed. Where it restates closing characters and goes on, they are replaced.
    """
    rest = place.line_after.strip()
    if not rest:
        return Completion(text.rstrip())
    if not text.startswith("\n"):
        # No line end of the answer's own belongs before the rest of the line.
        body = text.rstrip()
        text = body if "\n" in text[len(body) :] else text
    text = _cut_where_rest_is_restated(text, rest, place)
    around = _around(place)
    trimmed = _trim(text, place, around)
    if trimmed is not None:
        return Completion(_without_doubled_space(trimmed, place.line_after))
    n_replaced = _n_replaced(text, place, around)
    return Completion(_without_doubled_space(text, place.line_after[n_replaced:]), n_replaced)


class _Around(NamedTuple):
    """What brackets are counted with."""

    opened: tuple[str, ...]
    after: str
    language: str


def _around(place: Snapshot) -> _Around:
    """What is open at the cursor, and what follows. In a string or a comment its line's own brackets alone count."""
    line = scan(place.line_before, place.language)
    if line.in_comment:
        return _Around(scan(place.line_before, "plaintext").stack, place.line_after, "plaintext")
    opened = open_at(place)
    if opened and line.stack and opened[-1] == line.stack[-1] and opened[-1] in STRINGS:
        quoted = place.line_before[line.opened_at[-1] + len(opened[-1]) :]
        inner, _, outer = place.line_after.partition(opened[-1])
        if outer or inner != place.line_after:
            found = scan(quoted, "plaintext")
            if found.stack or any(map(inner.startswith, _CLOSERS)):
                return _Around(found.stack, inner, "plaintext")
    return _Around(opened, _after(place), place.language)


def _is_nested(start: str, rest: str, place: Snapshot) -> bool:
    """Whether the answer is a call of the same function, as in ``max(max(a, b), c)``, and no echo."""
    opened, after = open_at(place), _after(place)
    is_closed = bool(opened) and opened[-1] in BRACKETS and place.line_after[:1] in {")", "]", "}"}
    if is_closed and len(scan(rest, place.language, opened).stack) < len(opened):
        # What closes the document's bracket, and goes on, is in brackets of its own.
        return not rest.rstrip(" \t\n;,:").endswith((")", "]", "}"))

    def wrongness(text: str) -> tuple[int, int]:
        found = scan(text + after, place.language, opened)
        return found.n_faults, len(found.stack)

    # An answer that restates the line's end loses it later.
    return wrongness(start) < min(wrongness(rest), wrongness(rest.rstrip().removesuffix(place.line_after.rstrip())))


def _repeats(lines: list[str], targets: list[str], *, is_cut: bool) -> bool:
    """Whether the lines are the first of ``targets``; the last of several, or before a bracket, may be cut short."""
    *whole, last = lines
    if whole != targets[: len(whole)]:
        return False
    target = targets[len(whole)]
    if last == target or (whole and target.startswith(last)):
        return True
    if is_cut and n_word_characters(last) >= WORDS and target.startswith(last) and target[len(last)] in _CLOSERS:
        return True
    # ``}`` for ``});``
    same_indent = len(last) - len(last.lstrip()) == len(target) - len(target.lstrip())
    closers = last.strip().rstrip(";,")
    return bool(closers) and same_indent and not closers.strip(_CLOSERS) and target.lstrip().startswith(closers)


def _is_row(line: str, place: Snapshot) -> bool:
    """Whether the line after the cursor's is the one above it, too, as in a table of equal rows."""
    if place.line_before.strip():
        return False
    above = place.prefix[: len(place.prefix) - len(place.line_before)].rstrip("\n").rpartition("\n")[2]
    return above.rstrip() == line and any(map(str.isalnum, line))


def _tells_little(line: str, place: Snapshot) -> bool:
    """Whether a line is a comment of a letter or two, which may well come twice."""
    return 0 < n_word_characters(line) < WORDS and scan(line, place.language).in_comment


def _is_surplus(line: str, text: str, before: list[str], place: Snapshot) -> bool:
    """A line with words is; a closing bracket only where nothing in the answer has opened it."""
    if any(map(str.isalnum, line)):
        return True
    start = len("\n".join(before)) + bool(before)
    column = len(line) - len(line.lstrip()) - (0 if before else len(place.line_before))
    if line.strip()[:1] not in _CLOSERS or start + column in scan(text, place.language).unmatched:
        return True
    # The answer has opened it, but closed something of the document's before: ``} else { … }``.
    return count_faults("\n".join(before), place) < count_faults(text, place)


def _cut_where_rest_is_restated(text: str, rest: str, place: Snapshot) -> str:
    """An answer that gives the rest of the line, words and all, and goes on behind it."""
    if n_word_characters(rest) < 3:
        return text
    at = text.find(rest)
    behind = text[at + len(rest) :]
    if at < 0 or not behind.strip() or (behind[0] != "\n" and not any(map(rest.count, _CLOSERS))):
        return text
    head = scan(text[:at], place.language)
    return text if head.stack else text[: at + len(rest)]


def _after(place: Snapshot) -> str:
    """Whole lines from the cursor on, enough of them to see brackets of earlier lines closed."""
    if len(place.suffix) <= _SCAN_AFTER:
        return place.suffix
    return place.suffix[: max(len(place.line_after), place.suffix.rfind("\n", 0, _SCAN_AFTER))]


def _trim(text: str, place: Snapshot, around: _Around) -> str | None:
    """The answer without its end that restates the rest of the line; None where there is no such end."""
    opened, after, language = around
    rest = place.line_after.strip()
    body = text.rstrip()
    best: str | None = None
    whole = {rest, "|", _with_other_spaces(body, rest)}
    n_faults = scan(text + after, language, opened).n_faults
    for tail in _restated(body, rest):
        head = body[: len(body) - len(tail)]
        n_faults_without = scan(head + after, language, opened).n_faults
        # What closes a bracket of the answer's own is no repetition where all is right with it.
        is_own = len(scan(head, language, opened).stack) > len(opened)
        is_equal = n_faults_without == n_faults and best is None and not is_own
        if n_faults_without < n_faults or (is_equal and tail in whole and _is_telling(tail, body, place)):
            best, n_faults = head, n_faults_without
    return best


def _restated(body: str, rest: str) -> list[str]:
    """Ends of the answer that are the start of ``rest``: all of it, else closing characters only; longest first."""
    n_closing = 1 if rest.startswith("|") else len(rest) - len(rest.lstrip("".join(CLOSING_CHARACTERS)))
    starts = dict.fromkeys(
        [rest, _with_other_spaces(body, rest), *(rest[:length] for length in range(n_closing, 0, -1))]
    )
    return [start for start in starts if start and not start.endswith((" ", "\t")) and body.endswith(start)]


def _with_other_spaces(body: str, rest: str) -> str:
    """The end of the answer that is ``rest`` but for white space; empty where there is none."""
    at = len(body)
    for character in reversed("".join(rest.split())):
        at -= 1
        while at > 0 and body[at] in " \t":
            at -= 1
        if at < 0 or body[at] != character:
            return ""
    return body[at:]


def _is_telling(tail: str, body: str, place: Snapshot) -> bool:
    """Whether a repetition is one although brackets and strings are right with it and without."""
    if tail in _PUNCTUATION or (n_word_characters(tail) >= 3 and not tail.startswith("</")):
        return True
    return closes(tail, body, place.line_before)


def _n_replaced(text: str, place: Snapshot, around: _Around) -> int:
    """How many characters after the cursor the answer restates in its middle: closing ones only, in order.

    Words of the user's are never replaced, in whatever script.
    """
    opened, after, language = around
    own = scan(text, language, opened)
    if own.lowest >= len(opened) and not own.unmatched:
        # It closes nothing but its own.
        return 0
    closing = place.line_after[: len(place.line_after) - len(place.line_after.lstrip("".join(CLOSING_CHARACTERS)))]
    position = 0
    n_restated = 0
    for index, character in enumerate(closing):
        if character in " \t":
            continue
        found = text.find(character, position)
        if found < 0:
            break
        position = found + 1
        n_restated = index + 1

    def n_faults(n_replaced: int) -> int:
        return scan(text + after[n_replaced:], language, opened).n_faults

    if not n_restated:
        return 0
    # Where an answer ends in a block that it opens, no closing character of an outer call can follow either.
    n_replaced = min(range(n_restated, len(closing.rstrip()) + 1), key=n_faults, default=n_restated)
    return n_replaced if n_faults(n_replaced) < n_faults(0) else 0


def _without_doubled_space(text: str, line_after: str) -> str:
    n_spaces = len(line_after) - len(line_after.lstrip(" \t"))
    return text.rstrip(" \t") if n_spaces else text


def count_faults(text: str, place: Snapshot) -> int:
    """How much is wrong with brackets and strings from the cursor on, were the answer to be ``text``."""
    return scan(text + _after(place), place.language, open_at(place)).n_faults


def n_word_characters(text: str) -> int:
    return sum(map(str.isalnum, text))
