"""Keeps the folded text of files, and where each run of tokens stands in it; decides nothing about completions.

Every token's place is one 64-bit number: a hash of the tokens up to it, then its offset. The hash is made in three
parts (the last 2 tokens, the 2 before, the 4 before those), so that in a sorted table the places that share 8, 4 or 2
tokens with a query are one range each. Hashes may collide; whoever asks compares the text.

Files may be put from one thread while another asks: each step that others see is a single operation on a dict.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from infill_ls.provider.local.tokens import Folded, fold, split
from infill_ls.syntax.languages import of_document

LARGEST_FILE = 300_000
"""Characters of a file that are read; what stands further down is left out."""

ORDERS = (8, 4, 2)
"""Numbers of tokens that places can be looked up by, longest first."""

_OFFSET_BITS = 20
_PART_BITS = (20, 12, 12)
_OFFSET = (1 << _OFFSET_BITS) - 1
_SHIFT = {8: _OFFSET_BITS, 4: _OFFSET_BITS + 12, 2: _OFFSET_BITS + 24}
_MASKS = tuple((1 << bits) - 1 for bits in _PART_BITS)
_SEAL_CHARS = 256_000
_SEAL_FILES = 64
_PADDING = [""] * (ORDERS[0] - 1)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One version of one file."""

    path: str
    folded: Folded
    language: str
    """As its name tells, or the editor."""

    @property
    def directory(self) -> str:
        return directory(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """Places in several files, sorted together."""

    bodies: tuple[Body, ...]
    starts: tuple[int, ...]
    """Where each body's offsets begin."""
    places: array[int]


class Index:
    """The files that completions are taken from. Safe to change in one thread while others ask."""

    def __init__(self) -> None:
        self._current: dict[str, Body] = {}
        self._segments: dict[Segment, bool] = {}
        self._loose: dict[Body, Segment] = {}

    def __len__(self) -> int:
        return len(self._current)

    @property
    def size_chars(self) -> int:
        """Characters held, without indentation."""
        return sum(len(body.folded.text) for body in list(self._current.values()))

    @property
    def lines(self) -> int:
        """Lines held that are not blank."""
        return sum(len(body.folded.layout) for body in list(self._current.values()))

    def put(self, path: str, text: str, language: str = "") -> None:
        """Add a file, or replace what was known of it."""
        body = Body(path, fold(text[:LARGEST_FILE]), of_document(language, path))
        segment = Segment((body,), (0,), array("Q", sorted(_places(body.folded.text))))
        former = self._current.get(path)
        # Current first: a body that another thread found loose but not current would be dropped for good.
        self._current[path] = body
        self._loose[body] = segment
        if former:
            self._loose.pop(former, None)
        loose = list(self._loose)
        if len(loose) >= _SEAL_FILES or sum(len(each.folded.text) for each in loose) >= _SEAL_CHARS:
            self._seal()

    def remove(self, path: str) -> None:
        """Forget a file; nothing happens where it is not known."""
        body = self._current.pop(path, None)
        if body:
            self._loose.pop(body, None)
            self._shrink()

    def paths(self) -> list[str]:
        """The files that are known."""
        return list(self._current)

    def is_current(self, body: Body) -> bool:
        """Whether the file still has this text; tables keep replaced ones for a while."""
        return self._current.get(body.path) is body

    def find(self, tokens: list[str], order: int, limit: int) -> Iterator[tuple[Body, int]]:
        """Ends of what seem to be the last ``order`` of ``tokens``, about ``limit`` at most, spread over all files."""
        key = _key((_PADDING + tokens)[-ORDERS[0] :]) >> (_SHIFT[order] - _OFFSET_BITS)
        low, high = key << _SHIFT[order], (key + 1) << _SHIFT[order]
        ranges = []
        for segment in list(self._segments) + list(self._loose.values()):
            start = bisect_left(segment.places, low)
            end = bisect_left(segment.places, high, start)
            if start < end:
                ranges.append((segment, start, end))
        step = max(1, -(-sum(end - start for _, start, end in ranges) // limit))
        skipped = 0
        for segment, start, end in ranges:
            chosen = segment.places[start + skipped : end : step]
            skipped = (skipped - (end - start)) % step
            for place in chosen:
                offset = place & _OFFSET
                which = bisect_left(segment.starts, offset) - 1
                body = segment.bodies[which]
                if self.is_current(body):
                    yield body, offset - segment.starts[which]

    def _seal(self) -> None:
        """Join the tables of loose files, so that a query looks into few."""
        taken = [self._loose.pop(body, None) for body in list(self._loose)]
        self._publish([segment for segment in taken if segment])
        self._shrink()

    def _shrink(self) -> None:
        """Make tables anew that are mostly of files replaced or removed."""
        for segment in list(self._segments):
            current = sum(map(self.is_current, segment.bodies))
            if current * 2 < len(segment.bodies) and self._segments.pop(segment, False):
                self._publish([segment])

    def _publish(self, segments: list[Segment]) -> None:
        joined = _joined(segments, self.is_current)
        if joined.bodies:
            self._segments[joined] = True


def directory(path: str) -> str:
    """The folder that a path names, in its own spelling."""
    return path.replace("\\", "/").rpartition("/")[0]


def _places(folded: str) -> list[int]:
    tokens = split(folded)
    ends = accumulate(map(len, tokens))
    padded = _PADDING + tokens
    pairs = list(map(hash, pairwise(padded)))
    fours = map(hash, zip(pairs, pairs[2:], strict=False))
    first, second, third = _MASKS
    return [
        ((last & first) << 44) | ((before & second) << 32) | ((far & third) << 20) | end
        for last, before, far, end in zip(pairs[6:], pairs[4:], fours, ends, strict=False)
    ]


def _key(tokens: list[str]) -> int:
    """The hash parts of the last of exactly ``ORDERS[0]`` tokens."""
    pairs = [hash(pair) for pair in zip(tokens[::2], tokens[1::2], strict=True)]
    first, second, third = _MASKS
    return ((pairs[3] & first) << 24) | ((pairs[2] & second) << 12) | (hash((pairs[0], pairs[1])) & third)


def _joined(segments: list[Segment], is_current: Callable[[Body], bool]) -> Segment:
    """One table of the files that are still current.

    The places are merged range by range, since one long sort would keep other threads waiting.
    """
    bodies: list[Body] = []
    starts: list[int] = []
    shifted: list[array[int]] = []
    size = 0
    for segment in segments:
        moves: list[int | None] = []
        for body, start in zip(segment.bodies, segment.starts, strict=True):
            if not is_current(body):
                moves.append(None)
                continue
            moves.append(size - start)
            bodies.append(body)
            starts.append(size)
            size += len(body.folded.text)
        shifted.append(_moved(segment, moves))
    merged = array("Q")
    step = 1 << (64 - 4)
    for low in range(0, 1 << 64, step):
        part: list[int] = []
        for places in shifted:
            part += places[bisect_left(places, low) : bisect_left(places, low + step)]
        merged.extend(sorted(part))
    return Segment(tuple(bodies), tuple(starts), merged)


def _moved(segment: Segment, moves: list[int | None]) -> array[int]:
    """A segment's places with their offsets moved, file by file; those of files without a move are left out."""
    if len(moves) == 1 and moves[0] is not None:
        move = moves[0]
        return array("Q", [place + move for place in segment.places])
    kept = array("Q")
    for place in segment.places:
        which = bisect_left(segment.starts, place & _OFFSET) - 1
        step = moves[which]
        if step is not None:
            kept.append(place + step)
    return kept
