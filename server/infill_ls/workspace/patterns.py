"""The lines of a ``.gitignore`` -> patterns that fit a path or do not, as git has it. Reads no file.

Names and patterns are compared byte by byte, as git does, each byte as the character of its number: a name need not be
text. A repository chooses patterns and names, so both are bounded, and no pattern takes longer for being made to.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST_PATTERN: Final = 1000
"""Bytes."""

MOST_PATTERNS: Final = 10_000
MOST_WILDCARDS: Final = 32_000
"""Characters of all names that only a regular expression can tell; each of those costs a millisecond at worst."""

_FOLDS: Final = sys.platform in ("win32", "darwin")
"""Where a file answers to its name in any case, so does a pattern."""

_Test = str | Callable[[str], object]
"""What a name has to be, or what tells whether it fits."""


class Names:
    """A path's names below the folder of a list."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.places: dict[str, int] = {}
        """Where each name stands: a bit for each place."""
        for place, name in enumerate(names):
            self.places[name] = self.places.get(name, 0) | 1 << place


class Pattern(NamedTuple):
    """One line of a list."""

    segments: tuple[_Test | None, ...]
    """Fit one name of a path each; None fits any number of them."""
    negated: bool
    folders_only: bool

    def fits(self, path: Names) -> bool:
        """Whether this very path is meant, not a folder that it lies in."""
        last, name = self.segments[-1], path.names[-1]
        if (last != name) if isinstance(last, str) else (last is None or not last(name)):
            return False
        if len(self.segments) == 2 and self.segments[0] is None:  # as most are
            return True
        return bool(self.lengths(path) >> len(path.names))

    def lengths(self, path: Names) -> int:
        """Which folders on the way are meant, and the path itself: a bit for each number of names."""
        names = path.names
        reached = 1
        for segment in self.segments:
            if segment is None:
                reached = ((1 << len(names)) - 1) & -(reached & -reached)
            elif isinstance(segment, str):
                reached = (reached & path.places.get(segment, 0)) << 1
            else:
                reached = sum(
                    2 << at for at, name in enumerate(names) if reached >> at & 1 and segment(name)
                )
            if not reached:
                return 0
        return reached


class Patterns(NamedTuple):
    """A list: the strongest pattern first, and how many characters only a regular expression can tell."""

    each: tuple[Pattern, ...] = ()
    wildcards: int = 0


def as_bytes(name: str) -> str:
    """A file's name as patterns are asked about it."""
    return os.fsencode(folded(name)).decode("latin-1")


def folded(name: str) -> str:
    """The same for all names that mean the same file here."""
    return name.casefold() if _FOLDS else name


@lru_cache(maxsize=64)
def read_patterns(data: bytes) -> Patterns | None:
    """The patterns of a list; None for one that is beyond all measure."""
    if _FOLDS:
        data = data.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")
    found: list[Pattern] = []
    wildcards = 0
    for line in data.decode("latin-1").split("\n"):
        if line.startswith("#"):
            continue
        if len(line) > LONGEST_PATTERN or len(found) > MOST_PATTERNS or wildcards > MOST_WILDCARDS:
            return None
        for pattern, hard in _read_line(line):
            found.append(pattern)
            wildcards += hard
    return Patterns(tuple(reversed(found)), wildcards)


def _read_line(line: str) -> list[tuple[Pattern, int]]:
    """The patterns that a line stands for, with the number of their characters that are hard to tell."""
    line = _without_blanks(line.removesuffix("\r"))
    negated = line.startswith("!")
    path = line[negated:]
    folders_only = path.endswith("/")
    path = path.removesuffix("/")
    if not path:
        return []
    # A bare name is one anywhere; a path begins in the list's own folder.
    paths = _spelled_out(path.removeprefix("/")) if "/" in path else [f"**/{path}"]
    read = [_read_path(each) for each in paths]
    return [
        (Pattern(segments, negated, folders_only), hard) for segments, hard in filter(None, read)
    ]


def _without_blanks(line: str) -> str:
    """The line without the blanks at its end, but for one that is escaped."""
    kept = line.rstrip(" ")
    slashes = len(kept) - len(kept.rstrip("\\"))
    return kept + " " if slashes % 2 and len(kept) < len(line) else kept


_STARS_INSIDE: Final = re.compile(r"([^*?\[\\]*[^*?\[\\/])\*\*+(?=/|\Z)")


def _spelled_out(path: str) -> list[str]:
    """The path, or two for one like ``a**/b``: its stars are the first wildcard, and git lets those pass slashes."""
    found = _STARS_INSIDE.match(path)
    if found is None:
        return [path]
    start, rest = found[1], path[found.end() :]
    return [f"{start}*/**{rest}", start + rest[1:]] if rest else [f"{start}*", f"{start}*/**"]


def _read_path(path: str) -> tuple[tuple[_Test | None, ...], int] | None:
    """Segments, and their characters that are hard to tell; None for a path that fits nothing."""
    if not _SPECIAL.search(path):
        return tuple(path.split("/")), 0
    names = _pieces(path)
    if names is None:
        return None
    segments: list[_Test | None] = []
    wildcards = 0
    for name in names:
        if len(name) > 1 and not any(name):
            segments.append(None)
        else:
            test, hard = _test(name)
            segments.append(test)
            wildcards += hard
    if segments[-1] is None:
        segments.append(_any)  # what lies below a folder, not the folder itself
    # Stars for folders can be moved, and what stands behind them is tried at each place.
    return tuple(segments), wildcards + (
        len(segments) if None in segments and len(segments) > 2 else 0
    )


def _test(name: list[str]) -> tuple[_Test, int]:
    """What tells whether a name fits, and how many of its characters are hard to tell."""
    stars = name.count(_STAR)
    if stars > 1 or max(map(len, name), default=0) > 1:
        return _Glob(name).fits, sum(map(len, name))
    if not stars:
        return "".join(name), 0
    at = name.index(_STAR)
    start, end = "".join(name[:at]), "".join(name[at + 1 :])
    return (
        lambda found: (
            len(found) >= len(name) - 1 and found.startswith(start) and found.endswith(end)
        ),
        0,
    )


class _Glob:
    """A name with wildcards; its regular expression is made when it is first asked for."""

    def __init__(self, name: list[str]) -> None:
        self._name = name
        self._expression: re.Pattern[str] | None = None

    def fits(self, found: str) -> bool:
        if self._expression is None:
            runs = [""]
            for piece in self._name:
                if piece == _STAR:
                    runs.append("")
                else:
                    runs[-1] += piece if len(piece) > 1 else re.escape(piece)
            first, *others = runs
            # The nearest match of what stands between two stars is as good as any later one, so none is tried again.
            between = "".join(f"(?>.*?{run})" for run in others[:-1] if run)
            end = f".*{others[-1]}" if others else ""
            self._expression = re.compile(first + between + end, re.DOTALL)
        return self._expression.fullmatch(found) is not None


def _any(_name: str) -> bool:
    return True


_SPECIAL: Final = re.compile(r"[*?\[\\]")
_STAR, _ONE, _NEVER = "", "(?:.)", "(?!)"
"""Pieces of a name. Others are a character, or a regular expression for one."""


def _pieces(path: str) -> list[list[str]] | None:
    """The pieces of each name; None where the path is malformed, so that it fits nothing."""
    names: list[list[str]] = [[]]
    at = 0
    while at < len(path):
        piece = path[at]
        at += 1
        if piece == "\\":
            piece = path[at : at + 1]
            at += 1
            if not piece:
                return None
        elif piece == "*":
            piece = _STAR
        elif piece == "?":
            piece = _ONE
        elif piece == "[":
            read = _read_class(path, at)
            if read is None:
                return None
            piece, at = read
        if piece == "/":
            names.append([])
        else:
            names[-1].append(piece)
    return names


_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "A-Za-z" if _FOLDS else "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\r",
    "upper": "A-Za-z" if _FOLDS else "A-Z",
    "xdigit": "0-9A-Fa-f",
}


_NAMED: Final = re.compile(r"\[:([^\]]*):\]")


def _read_class(path: str, at: int) -> tuple[str, int] | None:
    """The regular expression for what stands in brackets, and where it ends; None where it does not."""
    if path.find("]", at) < 0:
        return None
    negated = path[at : at + 1] in {"!", "^"}
    at += negated
    members, former, is_first = "", "", True
    while is_first or path[at : at + 1] != "]":
        is_first = False
        here = path[at : at + 1]
        ahead = path[at + 1 : at + 2]
        if here == "-" and former and ahead and ahead != "]":
            at += 1 + (ahead == "\\")
            last = path[at : at + 1]
            members += f"\\x{ord(former):02x}-\\x{ord(last):02x}" if last and former <= last else ""
            former = ""
        elif (named := _NAMED.match(path, at)) is not None:
            if named[1] not in _CLASSES:
                return None
            members, former, at = members + _CLASSES[named[1]], "", named.end() - 1
        else:
            at += here == "\\"
            former = path[at : at + 1]
            members += f"\\x{ord(former):02x}" if former else ""
        at += 1
        if at > len(path):
            return None
    if not members:
        return (_ONE if negated else _NEVER), at + 1
    return f"[{'^' if negated else ''}{members}]", at + 1
