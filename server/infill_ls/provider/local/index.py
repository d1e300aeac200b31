"""Keeps the folded text of files, and where each run of tokens stands in it; decides nothing about completions.

Every token's place is one 64-bit number: a hash of the tokens up to it, then its offset. The hash is made in three
parts (the last 2 tokens, the 2 before, the 4 before those), so that in a sorted table the places that share 8, 4 or 2
tokens with a query are one range each. Hashes may collide; whoever asks compares the text.

Files may be put from one thread while another asks: each step that others see is a single operation on a dict.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, pairwise

from infill_ls.provider.local.tokens import Folded, fold, split
from infill_ls.provider.local.vocabulary import Words, words_of
from infill_ls.syntax.languages import is_known, of_document, row

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
    directory: str


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
        self.words = Words()
        """The words of its code, and in how many files each stands."""

    def __len__(self) -> int:
        return len(self._current)

    @property
    def n_kept(self) -> int:
        """Files and former states of files that take up memory."""
        return sum(len(segment.bodies) for segment in [*self._segments, *self._loose.values()])

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
        body = Body(path, fold(text[:LARGEST_FILE]), of_document(language, path), directory(path))
        segment = Segment((body,), (0,), array("Q", sorted(_places(body.folded.text))))
        former = self._current.get(path)
        self.words.change(_words_of(former), _words_of(body))
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
            self.words.change(_words_of(body), frozenset())
            self._loose.pop(body, None)
            self._shrink()

    def paths(self) -> list[str]:
        """The files that are known."""
        return list(self._current)

    def remember(self) -> Callable[[], None]:
        """What is known now: call what comes back, and nothing else is known, as if nothing had happened since."""
        current, segments, loose = dict(self._current), dict(self._segments), dict(self._loose)
        words = self.words.remember()

        def again() -> None:
            self._current, self._segments = dict(current), dict(segments)
            self._loose = dict(loose)
            words()

        return again

    def is_current(self, body: Body) -> bool:
        """Whether the file still has this text; tables keep replaced ones for a while."""
        return self._current.get(body.path) is body

    def find(
        self, tokens: list[str], partial: str, *, limit: int, enough: int
    ) -> list[tuple[Body, int]]:
        """Ends of what seem to be the last 8, 4 or 2 of ``tokens``, where ``partial`` follows: the longest runs first.

        About ``limit`` of each length are looked at, spread over all files; shorter runs only where longer ones have
        given fewer than ``enough``. A place may come more than once.
        """
        key = _key((_PADDING + tokens)[-ORDERS[0] :])
        ranges: dict[int, list[tuple[Segment, int, int]]] = {order: [] for order in ORDERS}
        for segment in [*self._segments, *self._loose.values()]:
            places = segment.places
            low, high = 0, len(places)
            for order in reversed(ORDERS):
                # Each longer run's range lies within the shorter one's.
                shift = _SHIFT[order]
                first = key >> (shift - _OFFSET_BITS)
                low = bisect_left(places, first << shift, low, high)
                if low == high or places[low] >> shift != first:
                    break
                high = bisect_left(places, (first + 1) << shift, low, high)
                ranges[order].append((segment, low, high))
        found: list[tuple[Body, int]] = []
        for order in ORDERS:
            found += self._sampled(ranges[order], partial, limit)
            if len(found) >= enough:
                break
        return found

    def _sampled(
        self, ranges: list[tuple[Segment, int, int]], partial: str, limit: int
    ) -> list[tuple[Body, int]]:
        """Places spread over the ranges; of those that are of current files and go on with ``partial``."""
        step = max(1, -(-sum(high - low for _, low, high in ranges) // limit))
        skipped = 0
        found: list[tuple[Body, int]] = []
        for segment, low, high in ranges:
            chosen = segment.places[low + skipped : high : step]
            skipped = (skipped - (high - low)) % step
            for place in chosen:
                offset = place & _OFFSET
                which = bisect_left(segment.starts, offset) - 1
                body, end = segment.bodies[which], offset - segment.starts[which]
                if self._current.get(body.path) is body and body.folded.text.startswith(
                    partial, end
                ):
                    found.append((body, end))
        return found

    def settle(self) -> None:
        """Make questions quick after many files were put: join loose tables, and sort the words."""
        self._seal()
        self.words.sort()

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


def _words_of(body: Body | None) -> AbstractSet[str]:
    """Words of code that others may write, too; what holds sentences or data has none."""
    if body is None or not is_known(body.language) or not row(body.language).is_code:
        return frozenset()
    return words_of(body.folded.text)


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
    return (
        ((pairs[3] & first) << 24)
        | ((pairs[2] & second) << 12)
        | (hash((pairs[0], pairs[1])) & third)
    )


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
