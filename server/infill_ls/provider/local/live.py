"""The open file around the cursor, cut into tokens and lines that can be looked up; judges nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from infill_ls.provider.local.tokens import (
    DEEPER,
    LONGEST_LINE,
    SAME,
    SHALLOWER,
    TOKEN,
    cut_line,
    is_name,
    line_break,
    plain,
    unfinished,
)

BREAKS = frozenset({SAME, DEEPER, SHALLOWER})
ABOVE_CHARS, BELOW_CHARS = 16_000, 8_000
"""What is looked at of the text around the cursor."""
_TAIL = 40
_BRACKET_TOKENS = 600
_MOST_OPEN = 12
_CLOSER_OF = {"(": ")", "[": "]", "{": "}"}
CLOSERS = frozenset(_CLOSER_OF.values())


@dataclass(frozen=True, eq=False)
class Live:
    """The lines above the cursor's and below it. Blank lines and very long ones are left out."""

    tokens: list[str]
    """Each line is led by its break."""
    starts: list[int]
    """Where each line's break stands among the tokens."""
    codes: list[str]
    shapes: list[str]
    widths: list[int]
    """Of the lines' indentation."""
    n_lines_above: int
    n_above: int
    """Tokens above the cursor's line."""
    due: str
    """Brackets that are open above the cursor's line need these closers, innermost last."""

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places behind each token, as numbers of the tokens that follow there."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, token in enumerate(self.tokens, 1):
            found[token].append(number)
        return dict(found)

    @cached_property
    def line_of(self) -> list[int]:
        """The line on which each token stands."""
        ends = [*self.starts[1:], len(self.tokens)]
        return [
            line
            for line, (start, end) in enumerate(zip(self.starts, ends, strict=True))
            for _ in range(start, end)
        ]

    @cached_property
    def words(self) -> dict[str, tuple[int, int, int]]:
        """For each word in order: tokens since it was last used above, tokens until it is below, how often it is."""
        found: dict[str, tuple[int, int, int]] = {}
        for token, places in self.places.items():
            body = token.lstrip()
            if len(body) < 3 or not is_name(body):
                continue
            after = bisect_left(places, self.n_above + 1)
            since = self.n_above - places[after - 1] + 1 if after else FAR
            until = places[after] - self.n_above if after < len(places) else FAR
            known = found.get(body, (FAR, FAR, 0))
            found[body] = (min(since, known[0]), min(until, known[1]), known[2] + len(places))
        return dict(sorted(found.items()))

    @cached_property
    def sorted_words(self) -> list[str]:
        return list(self.words)

    @cached_property
    def text_above(self) -> str:
        return "".join(self.tokens[: self.n_above])

    @cached_property
    def text_below(self) -> str:
        return "".join(self.tokens[self.n_above :])

    @property
    def next_line(self) -> str:
        """The first line below the cursor's, without its indentation."""
        return next(islice(self.codes, self.n_lines_above, None), "")

    def end_of(self, line: int) -> int:
        """Where a line's tokens end."""
        return self.starts[line + 1] if line + 1 < len(self.starts) else len(self.tokens)


FAR = 1_000_000
"""Tokens to a word that is not there."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an open file."""

    live: Live
    tokens: list[str]
    """The last tokens above the cursor's line, its break, and what is finished on it."""
    begins: int
    """Where the line's own tokens begin among them."""
    partial: str
    """What is typed of the next token: blanks, a word that may or may not be finished, or both."""
    indent: str
    typed: str
    """The cursor's line up to the cursor, without indentation."""
    after: str
    """The rest of the cursor's line, without blanks around it."""
    path: str


def cursor_at(path: str, prefix: str, suffix: str) -> Cursor:
    """Read the text around a cursor; what is the same at the next key is remembered."""
    if len(prefix) > ABOVE_CHARS:
        # In whole lines: else the text above would be another one at each key.
        start = prefix.find("\n", len(prefix) - ABOVE_CHARS)
        prefix = prefix[start + 1 :] if start >= 0 else prefix[-LONGEST_LINE:]
    head, _, line = prefix.rpartition("\n")
    after, _, below = suffix.partition("\n")
    live = _live(head, below[:BELOW_CHARS])
    line = plain(line)[-LONGEST_LINE:]
    typed = line.lstrip()
    indent = line[: len(line) - len(typed)]
    partial = unfinished(typed)
    above = live.tokens[max(0, live.n_above - _TAIL) : live.n_above]
    width = live.widths[live.n_lines_above - 1] if live.n_lines_above else 0
    tokens = [
        *above,
        line_break(width, len(indent)),
        *TOKEN.findall(typed[: len(typed) - len(partial)]),
    ]
    return Cursor(live, tokens, len(above) + 1, partial, indent, typed, plain(after).strip(), path)


def due_after(tokens: list[str], due: str = "") -> str:
    """Closers that are due after some tokens, innermost last. What stands in quotes is not told apart."""
    for token in tokens:
        mark = token[-1]
        if mark in _CLOSER_OF:
            due += _CLOSER_OF[mark]
        elif mark in CLOSERS and due.endswith(mark):
            due = due[:-1]
    return due


@lru_cache(maxsize=8)
def _live(head: str, below: str) -> Live:
    tokens: list[str] = []
    starts: list[int] = []
    codes: list[str] = []
    shapes: list[str] = []
    widths: list[int] = []
    above = n_lines_above = n_above = 0
    for text in (head, below):
        n_lines_above, n_above = len(codes), len(tokens)
        for line in plain(text).split("\n"):
            code = line.strip()
            if not code or len(code) > LONGEST_LINE:
                continue
            width = len(line) - len(line.lstrip())
            cut, shapes_of = cut_line(code)
            starts.append(len(tokens))
            tokens.append(line_break(above, width))
            tokens += cut
            codes.append(code)
            shapes.append(shapes_of)
            widths.append(width)
            above = width
    due = due_after(tokens[max(0, n_above - _BRACKET_TOKENS) : n_above])[-_MOST_OPEN:]
    return Live(tokens, starts, codes, shapes, widths, n_lines_above, n_above, due)
