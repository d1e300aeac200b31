"""Natural places in real files, and what a model says there: the true text, alone or with more behind it. Judges nothing.

What is missing is what a person would type in one go; what the editor has put behind the cursor by itself is known.
"""

from __future__ import annotations

import itertools
import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.records import Snapshot
from infill_ls.syntax.languages import of_file, row
from support.ground.holes import PASSED_OVER

LARGEST, SMALLEST = 150_000, 300
LONGEST_LINE = 200
PER_FILE = 3
"""Places of one kind that one file may give."""
MOST_FILES = 60
"""Files of a language that are looked into, for each ten places of a kind."""
OTHERS = 200
"""Functions of a language that are kept, to be said behind an answer."""
ABOVE, BELOW = 15_000, 7_000
"""Characters around the cursor that are kept, in whole lines: about as many as the server looks at."""
CLOSES = {"(": ")", "[": "]", "{": "}"}

_COMMENT = ("#", "//", "*", ";", "--", '"', "%", "/*", "<!--", "'", "!", "{-", "(*", "\\")
_STRING = re.compile(r"""(["'])(\w[^"'\\`]{2,30})\1([^"'`#]*[)\]}][^"'`#]*)$""")
_CALL_STRING = re.compile(r"""[(\[](["'])(\w[^"'\\`]{2,30})\1([^"'`#]*[)\]}][^"'`#]*)$""")
_OPENER = re.compile(r"(?<=[\w)\]=,:( ])[(\[{](?=[^\s)\]}])")
_HEADER = re.compile(r"(?:\{|:|\bthen|\bdo|\bbegin|->|=>)$")
_WORD = re.compile(r"(?<=\W)\w")

At = tuple[int, int, int, str]
"""First line, the cursor's column in it, the last line, and what the editor has closed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where text is missing in a real file."""

    kind: str
    language: str
    name: str
    """The file's, and the line's number."""
    prefix: str
    missing: str
    suffix: str
    """What follows in the file."""
    closers: str = ""
    """What the editor has put behind the cursor."""
    is_late: bool = False
    """Whether it comes only after the request."""
    line_end: str = "\n"

    @property
    def right(self) -> tuple[str, ...]:
        """The file as it was, and with the first lines of several alone: an answer may end with its statement."""
        lines = self.missing.split("\n")
        return tuple(self.prefix + "\n".join(lines[:n]) + self.suffix for n in range(len(lines), 0, -1))


def _rest_of_line(lines: list[str], number: int, rng: random.Random, *, in_header: bool) -> At | None:
    """Behind a bracket that closes on its line; in lines that open a block, or in all others."""
    line = lines[number]
    if (_HEADER.search(line) is not None) != in_header:
        return None
    starts = [found.end() for found in _OPENER.finditer(line) if _closes(line[found.start() :])]
    if not starts or not set("\"'`#").isdisjoint(line[starts[0] :]):
        return None
    at = rng.choice(starts)
    return number, at, number, CLOSES[line[at - 1]]


def _closes(rest: str) -> bool:
    depth = 0
    for character in rest:
        depth += character in "([{"
        depth -= character in ")]}"
        if not depth:
            return True
    return False


def _string(lines: list[str], number: int, rng: random.Random) -> At | None:
    found = _STRING.search(lines[number])
    return None if found is None else (number, rng.randrange(found.start(2) + 1, found.end(2)), number, "")


def _quote(lines: list[str], number: int, rng: random.Random) -> At | None:
    found = _CALL_STRING.search(lines[number])
    if found is None:
        return None
    closers = found[1] + CLOSES[lines[number][found.start()]]
    return number, rng.randrange(found.start(2), found.end(2)), number, closers


def _paren(lines: list[str], number: int, rng: random.Random) -> At | None:
    return _rest_of_line(lines, number, rng, in_header=False)


def _header(lines: list[str], number: int, rng: random.Random) -> At | None:
    return _rest_of_line(lines, number, rng, in_header=True)


def _late(lines: list[str], number: int, rng: random.Random) -> At | None:
    return _paren(lines, number, rng) or _header(lines, number, rng) or _quote(lines, number, rng)


def _word(lines: list[str], number: int, rng: random.Random) -> At | None:
    starts = [found.start() for found in _WORD.finditer(lines[number]) if found.start() > _indent(lines[number])]
    return (number, rng.choice(starts), number, "") if starts else None


def _line(lines: list[str], number: int, _rng: random.Random) -> At | None:
    indent = _indent(lines[number])
    return (number, indent, number, "") if indent else None


def _column0(lines: list[str], number: int, _rng: random.Random) -> At | None:
    return (number, 0, number, "") if _indent(lines[number]) else None


def _block(lines: list[str], number: int, rng: random.Random) -> At | None:
    indent = _indent(lines[number])
    last = min(number + rng.randrange(1, 5), len(lines) - 2)
    is_block = indent and all(line.strip() and _indent(line) >= indent for line in lines[number : last + 1])
    return (number, indent, last, "") if is_block else None


def _any(lines: list[str], number: int, rng: random.Random) -> At | None:
    return rng.choice((_string, _quote, _paren, _header, _word, _line, _block))(lines, number, rng)


def _with_wide_words(place: Place) -> Place:
    """The line's longest words are written in Chinese all over the file, and strings begin with an emoji."""
    words = sorted(set(re.findall(r"[a-z]{6,}", place.missing + place.prefix.rpartition("\n")[2])), key=len)[-2:]
    for number, word in enumerate(words):
        place = _each_part(place, lambda part, word=word, by="値変"[number]: part.replace(word, by + word[1:]))
    return _each_part(place, lambda part: re.sub(r"""(["'])(\w\w)""", r"\1😀\2", part))


def _with_tabs(place: Place) -> Place | None:
    """A tab for each level; None where the file has no such levels, or they mean something."""
    widths = [len(found) for found in re.findall(r"^( +)\S", place.prefix + place.missing + place.suffix, re.MULTILINE)]
    unit = next((unit for unit in (4, 2) if widths and all(width % unit == 0 for width in widths)), 0)
    if not unit or row(place.language).blocks != "brackets":
        return None
    marked = f"{place.prefix}\0{place.missing}\0{place.suffix}"
    changed = re.sub(r"^(\0?)( +)", lambda found: found[1] + "\t" * (len(found[2]) // unit), marked, flags=re.MULTILINE)
    prefix, missing, suffix = changed.split("\0")
    return replace(place, prefix=prefix, missing=missing, suffix=suffix)


def _each_part(place: Place, change: Callable[[str], str]) -> Place:
    return replace(place, prefix=change(place.prefix), missing=change(place.missing), suffix=change(place.suffix))


Find = Callable[[list[str], int, random.Random], At | None]
KINDS: dict[str, tuple[Find, Callable[[Place], Place | None]]] = {
    "header": (_header, lambda place: place),
    "string": (_string, lambda place: place),
    "quote": (_quote, lambda place: place),
    "paren": (_paren, lambda place: place),
    "word": (_word, lambda place: place),
    "line": (_line, lambda place: place),
    "column0": (_column0, lambda place: place),
    "block": (_block, lambda place: place),
    "late": (_late, lambda place: replace(place, is_late=True)),
    "wide": (_any, _with_wide_words),
    "tabs": (_any, _with_tabs),
    "crlf": (_any, lambda place: replace(place, line_end="\r\n")),
}
"""What is missing: the rest of a line behind a bracket that the editor has closed, in a line that opens a block
(header) or another (paren); the rest from within a string that is open (string), or that the editor has closed with
its bracket (quote); from the middle of a line (word); a line, its indentation typed or not (line, column0); several
lines (block). Closed only after the request (late). Any of these with wide characters, tabs and other line ends."""


def choose(
    folders: tuple[Path, ...], *, per_kind: int, seed: int, kinds: tuple[str, ...] = tuple(KINDS), languages: str = ""
) -> tuple[list[Place], dict[str, list[str]]]:
    """A seeded choice of places, ``per_kind`` of each kind and language at most, and functions of each language."""
    places, functions = [], defaultdict(list)
    for language, files in sorted(_files(folders, languages).items()):
        rng = random.Random(f"{seed} {language}")
        rng.shuffle(files)
        left = dict.fromkeys(kinds, per_kind)
        for path in files[: MOST_FILES * (1 + per_kind // 10)]:
            lines = _read(path)
            if not lines or (not any(left.values()) and len(functions[language]) >= OTHERS):
                continue
            if not row(language).prose:
                functions[language] += _functions(lines)[: OTHERS - len(functions[language])]
            for kind in kinds:
                found = list(_in_file(lines, kind, rng))
                for at in rng.sample(found, min(PER_FILE, left[kind], len(found))):
                    place = KINDS[kind][1](_place(path, lines, kind, language, at))
                    if place is not None:
                        left[kind] -= 1
                        places.append(place)
    return places, functions


def snapshot(place: Place, closers: str) -> Snapshot:
    """What an editor has, with closing characters behind the cursor that the file does not have."""
    text = place.prefix + closers + place.suffix
    row, column = place.prefix.count("\n"), len(place.prefix) - place.prefix.rfind("\n") - 1
    mirror = Mirror(text.replace("\n", place.line_end))
    return take(
        mirror, uri="file:///f", path="/f", language=place.language, line=row, character=column, encoding="utf-32"
    )


def _in_file(lines: list[str], kind: str, rng: random.Random) -> Iterator[At]:
    find = KINDS[kind][0]
    for number in range(3, len(lines) - 3):
        line = lines[number]
        is_code = line.strip() and line == line.rstrip() and not line.lstrip().startswith(_COMMENT)
        at = find(lines, number, rng) if is_code and len(line) <= LONGEST_LINE else None
        if at is not None:
            yield at


def _place(path: Path, lines: list[str], kind: str, language: str, at: At) -> Place:
    first, column, last, closers = at
    above, below = lines[_within(lines[:first][::-1], ABOVE, first) : first], lines[last + 1 :]
    return Place(
        kind,
        language,
        f"{path}:{first + 1}",
        "\n".join([*above, lines[first][:column]]),
        "\n".join(lines[first : last + 1])[column:],
        "\n".join(["", *below[: _within(below, BELOW)]]),
        closers,
    )


def _within(lines: list[str], characters: int, end: int = 0) -> int:
    """How many of the lines come to so many characters at most; counted from the end where one is given."""
    sums = itertools.accumulate(len(line) + 1 for line in lines)
    n = sum(1 for _ in itertools.takewhile(lambda size: size <= characters, sums))
    return end - n if end else n


def _functions(lines: list[str]) -> list[str]:
    """What stands at the margin and opens a block, with the block."""
    found = []
    for number, line in enumerate(lines[:-1]):
        if not line[:1].isalpha() or not _HEADER.search(line) or not _indent(lines[number + 1]):
            continue
        end = number + 1
        while end < min(len(lines), number + 15) and (not lines[end].strip() or _indent(lines[end])):
            end += 1
        block = lines[number : end + (end < len(lines) and lines[end].strip()[:1] in {"}", "e"})]
        found.append("\n".join(block).rstrip() + "\n")
    return found


def _files(folders: tuple[Path, ...], languages: str) -> dict[str, list[Path]]:
    files = defaultdict(list)
    for folder in folders:
        for parent, below, names in os.walk(folder) if folder.is_dir() else [(folder.parent, [], [folder.name])]:
            below[:] = sorted(set(below) - PASSED_OVER) if folder.is_dir() else []
            for name in sorted(names):
                language = of_file(name)
                if language and (not languages or language in languages.split(",")):
                    files[language].append(Path(parent, name))
    return files


def _read(path: Path) -> list[str]:
    """Its lines; none where it is no text, too large or too small, or made by a program."""
    try:
        text = path.read_text(encoding="utf-8") if SMALLEST < path.stat().st_size < LARGEST else ""
    except (OSError, UnicodeDecodeError):
        return []
    lines = text.split("\n")
    is_written = len(lines) > 12 and "\0" not in text and max(map(len, lines)) < 2000
    return lines if is_written else []


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
