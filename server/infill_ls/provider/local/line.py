"""Makes the likeliest rest of the cursor's line, token by token; does not decide what of it is worth showing."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import count

from infill_ls.provider.local.evidence import Evidence, Likely
from infill_ls.provider.local.exact import Point
from infill_ls.provider.local.live import CLOSERS
from infill_ls.provider.local.tokens import SAME
from infill_ls.provider.local.votes import only_closers

_MOST_TOKENS = 40
_MOST_TRIED, _WAYS = 30, 3
"""Places from which the likeliest whole line is looked for, and tokens that are tried at each."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rest of the line up to one of its tokens."""

    text: str
    sure: float
    """How likely it is that the line goes on so."""


@dataclass(frozen=True, slots=True)
class Line:
    """The likeliest rest of a line, as far as it was made."""

    parts: tuple[Part, ...]
    """Each a token longer than the one before."""
    whole: float
    """How likely the last of them, or nothing, is all that is missing on the line; 0 where its end was not reached."""
    cut_off: str = ""
    """The likeliest token behind the last part, if it was not likely enough."""

    @property
    def text(self) -> str:
        return self.parts[-1].text if self.parts else ""


_Way = tuple[float, int, tuple[Part, ...], Point | None, tuple[Likely, str] | None]
"""How likely it is (negative, so that the likeliest is taken first), its number, its parts, and where it goes on from,
or None where it has come to the line's end."""


def likely_line(evidence: Evidence, least: float) -> Line:
    """Go on from the cursor with the likeliest token, as long as all of them together are ``least`` likely."""
    point = evidence.start()
    opened = len(point.due)
    parts: list[Part] = []
    sure, text = 1.0, ""
    before: tuple[Likely, str] | None = None
    for _ in range(_MOST_TOKENS):
        likely = evidence.likely(point, before)
        ends, others = _ends(likely.weights, point, opened)
        token = max(others, key=others.__getitem__, default=SAME)
        total = likely.total
        if ends >= others.get(token, 0.0):
            return Line(tuple(parts), sure * ends / total if ends else 0.0)
        sure *= others[token] / total
        if sure < least:
            return Line(tuple(parts), 0.0, token[len(point.partial) :])
        text += token[len(point.partial) :]
        parts.append(Part(text, sure))
        point, before = evidence.after(point, token), (likely, token)
    return Line(tuple(parts), 0.0)


def likeliest_line(evidence: Evidence, least: float) -> Line:
    """The likeliest whole line that begins with the likeliest token; as ``likely_line`` where no end is found.

    For those who ask: below one half, the two differ. Of the first token nothing is taken back, or a line that stands
    elsewhere would win over one that carries this one's names.
    """
    point = evidence.start()
    opened = len(point.due)
    number = count()
    ways: list[_Way] = [(-1.0, next(number), (), point, None)]
    for _ in range(_MOST_TRIED):
        if not ways:
            break
        sure, _, parts, at, before = heapq.heappop(ways)
        if at is None:
            return Line(parts, -sure)
        likely = evidence.likely(at, before)
        ends, others = _ends(likely.weights, at, opened)
        if ends:
            heapq.heappush(ways, (sure * ends / likely.total, next(number), parts, None, None))
        for token in heapq.nlargest(_WAYS if parts else 1, others, key=others.__getitem__):
            share = -sure * others[token] / likely.total
            if share >= least:
                text = (parts[-1].text if parts else "") + token[len(at.partial) :]
                more = (*parts, Part(text, share))
                onward = (-share, next(number), more, evidence.after(at, token), (likely, token))
                heapq.heappush(ways, onward)
    found = [way for way in ways if way[3] is None]
    if not found:
        return likely_line(evidence, least)
    sure, _, parts, _, _ = min(found)
    return Line(parts, -sure)


def _ends(weights: dict[str, float], point: Point, opened: int) -> tuple[float, dict[str, float]]:
    """Weight of what says that no more is missing on the line, and the tokens that may go on.

    Before closers that stand there already, that is the first of them, too; another one cannot close what it does.
    """
    after = point.cursor.after
    others = dict(weights)
    ends = others.pop(SAME, 0.0)
    if not after or not only_closers(after) or len(point.due) > opened:
        return ends, others
    for token in weights:
        mark = token.lstrip()
        if mark == after[: len(mark)]:
            ends += others.pop(token, 0.0)
        elif mark in CLOSERS:
            others.pop(token)
    return ends, others
