"""Where a pattern fits in a line, and what the line becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from infill_ls.repeat.examples import Example
from infill_ls.repeat.pattern import Pattern, holes_of
from infill_ls.repeat.text import Lines
from infill_ls.repeat.tokens import Tokens, tokenize

_MOST_IN_LINE: Final = 4


@dataclass(frozen=True, slots=True)
class Place:
    """A line, or several in a row, and the one replacement that makes of it what is offered."""

    row: int
    """Of the first line."""
    start: int
    """Index in ``line``."""
    end: int
    text: str
    line: str
    """As it is; several are joined by line feeds."""

    @property
    def new_line(self) -> str:
        return self.line[: self.start] + self.text + self.line[self.end :]

    def is_in(self, text: Lines) -> bool:
        """Whether the document has these lines there."""
        lines = self.line.split("\n")
        return self.row + len(lines) <= text.line_count and all(
            text.line(self.row + n) == line for n, line in enumerate(lines)
        )

    def at(self, index: int) -> tuple[int, int]:
        """Row, and index in that row's line, of an index in ``line``."""
        before = self.line[:index]
        return self.row + before.count("\n"), index - before.rfind("\n") - 1

    @property
    def changed(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The lines that go and those that come."""
        old, new = self.line.split("\n"), self.new_line.split("\n")
        same = 0
        while same < min(len(old), len(new)) and old[same] == new[same]:
            same += 1
        below = 0
        while below < min(len(old), len(new)) - same and old[-1 - below] == new[-1 - below]:
            below += 1
        return tuple(old[same : len(old) - below]), tuple(new[same : len(new) - below])


def place_in(pattern: Pattern, row: int, line: str, language: str) -> Place | None:
    """The place, where a pattern fits in a line, and changes something."""
    if not pattern.may_fit(line):
        return None
    tokens = tokenize(line, language)
    found = [put for _, put in _replacements(pattern, tokens)]
    if not found or len(found) > _MOST_IN_LINE:
        return None
    start, end = found[0][0], found[-1][1]
    text, at = "", start
    for a, z, put in found:
        text += line[at:a] + put
        at = z
    return _trimmed(row, start, end, text, line)


def explains(pattern: Pattern, example: Example, language: str) -> bool:
    """Whether an example is a case of the pattern, so that the pattern makes just what the user made of it.

    Where it fits in the line a second time, and the user left that alone, it is not what he did.
    """
    has_holes = None in pattern.removed
    if not has_holes and pattern.core != (example.removed, example.inserted):
        return False
    if not pattern.may_fit(example.old.line):
        return False
    found = dict(_replacements(pattern, example.old))
    here = found.pop(example.span, None)
    if here is None or (found and not example.is_part):
        return False
    return not has_holes or tokenize(here[2], language).texts == example.inserted


def _trimmed(row: int, start: int, end: int, text: str, line: str) -> Place | None:
    """The place without white space that stays; None where nothing would change."""
    if line[start:end] == text:
        return None
    while start < end and text and line[start] == text[0] and text[0].isspace():
        start, text = start + 1, text[1:]
    while start < end and text and line[end - 1] == text[-1] and text[-1].isspace():
        end, text = end - 1, text[:-1]
    return Place(row, start, end, text, line)


def _replacements(
    pattern: Pattern, tokens: Tokens
) -> Iterator[tuple[tuple[int, int], tuple[int, int, str]]]:
    """Each replacement in a line, from left to right: its tokens; start, end and new text."""
    texts = tokens.texts
    n_left, n_removed = len(pattern.left), len(pattern.removed)
    at = 0
    while (fit := _fit(pattern, texts, at)) is not None:
        start = fit[n_left][0] if n_left < len(fit) else fit[-1][1]
        removed = fit[n_left : n_left + n_removed]
        end = removed[-1][1] if removed else start
        holes = [
            span for piece, span in zip(pattern.removed, removed, strict=True) if piece is None
        ]
        put = _replacement(pattern, tokens, (start, end), holes)
        if put is not None:
            yield (start, end), put
        at = max(end, fit[0][0] + 1)


def _fit(pattern: Pattern, texts: tuple[str, ...], at: int) -> tuple[tuple[int, int], ...] | None:
    """The first place from a token on where the pattern fits."""
    pieces = pattern.pieces
    is_first, is_last = pattern.edges if pattern.is_anchored else (False, False)
    while at <= len(texts):
        if pieces[0] is not None:
            if pieces[0] not in texts[at:]:
                return None
            at = texts.index(pieces[0], at)
        if is_first and at:
            return None
        for fit in holes_of(pieces, texts, at):
            if not is_last or fit[-1][1] == len(texts):
                return fit
        at += 1
    return None


def _replacement(
    pattern: Pattern, tokens: Tokens, span: tuple[int, int], holes: Sequence[tuple[int, int]]
) -> tuple[int, int, str] | None:
    text = "".join(_put(pattern, tokens, holes))
    if _is_there(pattern, tokens, span, holes):
        return None
    (start, end), line = span, tokens.line
    before = line[tokens.end(start - 1) : tokens.start(start)]
    after = line[tokens.end(end - 1) : tokens.start(end)] if start < end else ""
    spaces = _spaces(pattern, (before, after), is_empty=start == end)
    if spaces is None:
        return None
    return tokens.end(start - 1), tokens.start(end), spaces[0] + text + spaces[1]


def _put(pattern: Pattern, tokens: Tokens, holes: Sequence[tuple[int, int]]) -> Iterator[str]:
    """The pieces of the new text; white space behind a hole is as it was, where the same token follows it as before."""
    pieces = pattern.inserted
    hole: int | None = None
    for at, piece in enumerate(pieces):
        if isinstance(piece, int):
            hole = holes[piece][1]
            yield tokens.raw(*holes[piece])
            continue
        text = piece if piece.strip() or at + 1 == len(pieces) else pieces[at + 1]
        is_as_before = (
            hole is not None
            and hole < len(tokens.texts)
            and isinstance(text, str)
            and text.startswith(tokens.texts[hole])
        )
        if hole is not None and is_as_before:
            yield tokens.line[tokens.end(hole - 1) : tokens.start(hole)]
        hole = None
        yield piece.lstrip() if is_as_before else piece


def _spaces(pattern: Pattern, here: tuple[str, str], *, is_empty: bool) -> tuple[str, str] | None:
    """White space around the new text; None where the examples do not tell."""
    old, new = pattern.spaces.old, pattern.spaces.new
    if old == here:
        return new
    if is_empty or not pattern.inserted:
        return (here[old.index(new[0])], "") if not is_empty and new[0] in old else None
    before, after = (here[side] if old[side] == new[side] else new[side] for side in (0, 1))
    return before, after


def _is_there(
    pattern: Pattern, tokens: Tokens, span: tuple[int, int], holes: Sequence[tuple[int, int]]
) -> bool:
    """Whether what would be put in stands there already, around what would be replaced or beside it."""
    texts, (start, end) = tokens.texts, span
    removed = texts[start:end]
    inserted: list[str] = []
    for piece in pattern.core[1]:
        inserted += texts[slice(*holes[piece])] if isinstance(piece, int) else [piece]
    for offset in range(len(inserted) - len(removed) + 1):
        same = tuple(inserted[offset : offset + len(removed)]) == removed
        if (
            same
            and start >= offset
            and list(texts[start - offset : start - offset + len(inserted)]) == inserted
        ):
            return True
    return False
