"""Two examples -> the pattern that both are cases of, or none. Where else it fits is ``places.py``'s to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from infill_ls.repeat.align import Align, aligned, aligned_ends
from infill_ls.repeat.examples import Example
from infill_ls.repeat.tokens import CLOSERS, OPENERS, is_name

NEAR: Final = 3
"""Tokens next to the change that are looked at on each side, where they are the same in both examples."""
FAR: Final = 12
"""Tokens before the change that are compared where the near ones differ."""
LEAST_TOKENS: Final = 4
"""Tokens that a place has to have in common with the examples."""
_LONGEST_REMOVED: Final = 14
_LONGEST_HOLE: Final = 24

Piece = str | None
"""A token, or a hole: tokens of any kind whose brackets are balanced."""
Core = tuple[tuple[Piece, ...], tuple[str | int, ...]]
"""What is replaced by what: tokens, and numbers of holes."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What gives way to what, between what."""

    left: tuple[Piece, ...]
    removed: tuple[Piece, ...]
    right: tuple[Piece, ...]
    inserted: tuple[str | int, ...]
    """Text as it is put in, and numbers of holes of ``removed``, whose own text is."""
    core: Core
    """What is replaced by what, whatever stands around it."""
    spaces: Spaces
    kind: str
    edges: tuple[bool, bool]
    """Whether it reaches from the start of the line, and to its end, in both examples."""
    is_anchored: bool = False
    """Whether it has to do so elsewhere, too."""

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return self.left + self.removed + self.right

    @property
    def rarest(self) -> str:
        """The token by which lines are looked for."""
        return max((piece for piece in self.pieces if piece is not None), key=len, default="")

    def anchored(self) -> Pattern:
        """The same, but for lines that begin or end with it."""
        return replace(self, is_anchored=True)

    def may_fit(self, line: str) -> bool:
        """Whether a line has all of its tokens; costs little."""
        return all(piece is None or piece in line for piece in self.pieces)

    @property
    def n_tokens(self) -> int:
        return sum(piece is not None for piece in self.pieces) + (
            sum(self.edges) if self.is_anchored else 0
        )

    @property
    def is_specific(self) -> bool:
        """Whether it says enough to tell its places from those that only look like them."""
        return self.n_tokens >= LEAST_TOKENS and self._has_name

    @property
    def may_be_specific(self) -> bool:
        """Whether it says enough as it is, for lines that begin or end with it, or once it was done more often."""
        return self._has_name and (
            bool(self.removed) or self.n_tokens + sum(self.edges) >= LEAST_TOKENS
        )

    @property
    def replaces(self) -> bool:
        """Whether it says what goes."""
        return any(piece is not None for piece in self.removed)

    @property
    def is_framed(self) -> bool:
        """Whether it says what goes and what follows it, though that may be little."""
        return (
            self.replaces
            and bool(self.right)
            and any(piece is not None and any(map(str.isalnum, piece)) for piece in self.pieces)
        )

    @property
    def longest_name(self) -> int:
        """The length of the longest name that goes; 0 where none does."""
        return max(
            (len(piece) for piece in self.removed if piece is not None and is_name(piece)),
            default=0,
        )

    @property
    def _has_name(self) -> bool:
        return any(piece is not None and is_name(piece) for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Spaces:
    """White space next to an example's change, on its left and on its right; all on the left where nothing stands."""

    old: tuple[str, str]
    new: tuple[str, str]


def patterns(one: Example, other: Example, near: int = NEAR) -> Iterator[Pattern]:
    """The patterns that two examples are cases of, the narrowest first, with so many tokens next to the change."""
    if one.removed == other.removed and one.inserted == other.inserted:
        left, right = _around(one, other, near)
        yield _same(one, other, left, right, "exact")
        far = _generalized(one.left[-FAR:], other.left[-FAR:])
        while far and far[0] is None:
            far = far[1:]
        if far != left:
            yield _same(one, other, far, right, "context")
        return
    for align in (aligned, aligned_ends):
        found = _with_holes(align, one, other, near)
        if found is not None:
            yield found
            return


def wide_patterns(one: Example, other: Example) -> Iterator[Pattern]:
    """Patterns that take more examples: a whole line, the same in both; and a name, whatever stands around it."""
    if one.removed != other.removed or one.inserted != other.inserted:
        return
    if one.old.texts == other.old.texts and not other.is_part:
        yield _same(one, other, other.left, other.right, "line").anchored()
    if len(other.removed) == len(other.inserted) == 1 and is_name(other.removed[0]):
        yield _same(one, other, (), (), "name")


def renaming(example: Example) -> Pattern | None:
    """The pattern of one example of a name that gave way to another one."""
    if not len(example.removed) == len(example.inserted) == 1:
        return None
    if not is_name(example.removed[0]) or not is_name(example.inserted[0]):
        return None
    return _same(example, example, (), (), "name")


def holes_of(
    pieces: Sequence[Piece], tokens: Sequence[str], at: int
) -> Iterator[tuple[tuple[int, int], ...]]:
    """The ways in which pieces fit on tokens from a place on: start and end of each piece, the shortest holes first."""
    if not pieces:
        yield ()
        return
    piece = pieces[0]
    if piece is not None:
        if at < len(tokens) and tokens[at] == piece:
            for rest in holes_of(pieces[1:], tokens, at + 1):
                yield ((at, at + 1), *rest)
        return
    depth, end = 0, at
    while end - at <= _LONGEST_HOLE:
        if not depth and end > at:
            for rest in holes_of(pieces[1:], tokens, end):
                yield ((at, end), *rest)
        if end == len(tokens):
            return
        depth += (tokens[end] in OPENERS) - (tokens[end] in CLOSERS)
        if depth < 0:
            return
        end += 1


def _same(
    one: Example, other: Example, left: tuple[Piece, ...], right: tuple[Piece, ...], kind: str
) -> Pattern:
    text, core = other.new.raw(*other.new_span), (other.removed, other.inserted)
    edges = _edges(left, right, one, other)
    return Pattern(
        left, other.removed, right, (text,) if text else (), core, _spaces(other), kind, edges
    )


def _with_holes(align: Align, one: Example, other: Example, near: int) -> Pattern | None:
    """The pattern whose removed text has holes that come back in what is inserted."""
    removed = _generalized(one.removed, other.removed, align)
    if len(removed) > _LONGEST_REMOVED or all(piece is None for piece in removed):
        return None
    texts = []
    for example in (one, other):
        fit = next(
            (
                fit
                for fit in holes_of(removed, example.removed, 0)
                if fit[-1][1] == len(example.removed)
            ),
            None,
        )
        if fit is None:
            return None
        texts.append(
            [
                example.removed[a:z]
                for piece, (a, z) in zip(removed, fit, strict=True)
                if piece is None
            ]
        )
    holes = list(zip(*texts, strict=True))
    line, first = other.new, other.new_span[0]
    core: list[str | int] = []
    inserted: list[str | int] = []
    behind = None
    for is_equal, (i, i_end), (j, j_end) in align(one.inserted, other.inserted):
        found = (one.inserted[i:i_end], other.inserted[j:j_end])
        if not is_equal and (found not in holes or not all(found)):
            return None
        if behind is not None:
            inserted.append(line.line[behind : line.start(first + j)])
        behind = line.end(first + j_end - 1)
        inserted.append(line.raw(first + j, first + j_end) if is_equal else holes.index(found))
        core += found[1] if is_equal else [holes.index(found)]
    if len({piece for piece in core if isinstance(piece, int)}) < len(holes):
        return None  # text that is only known to differ would go
    left, right = _around(one, other, near)
    pieces = tuple(piece for piece in inserted if piece != "")
    edges = _edges(left, right, one, other)
    return Pattern(
        left, removed, right, pieces, (removed, tuple(core)), _spaces(other), "holes", edges
    )


def _edges(
    left: tuple[Piece, ...], right: tuple[Piece, ...], one: Example, other: Example
) -> tuple[bool, bool]:
    """Whether what stands around the change is all of both lines."""
    is_start = all(
        any((fit[-1][1] if fit else 0) == len(each.left) for fit in holes_of(left, each.left, 0))
        for each in (one, other)
    )
    return is_start, len(right) == len(one.right) == len(other.right)


def _spaces(example: Example) -> Spaces:
    sides = []
    for line, (start, end) in ((example.old, example.span), (example.new, example.new_span)):
        before = line.line[line.end(start - 1) : line.start(start)]
        sides.append(
            (before, line.line[line.end(end - 1) : line.start(end)] if start < end else "")
        )
    return Spaces(*sides)


def _around(one: Example, other: Example, most: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tokens on both sides of the change that are the same in both examples."""
    return _common(one.left[::-1], other.left[::-1], most)[::-1], _common(
        one.right, other.right, most
    )


def _common(one: Sequence[str], other: Sequence[str], most: int) -> tuple[str, ...]:
    """The first tokens that two lists have in common."""
    n_same = 0
    while n_same < min(len(one), len(other), most) and one[n_same] == other[n_same]:
        n_same += 1
    return tuple(one[:n_same])


def _generalized(
    one: Sequence[str], other: Sequence[str], align: Align = aligned
) -> tuple[Piece, ...]:
    """What two lists have in common, with holes where they differ."""
    pieces: list[Piece] = []
    for is_equal, (start, end), _ in align(one, other):
        pieces += one[start:end] if is_equal else [None]
    return tuple(pieces)
