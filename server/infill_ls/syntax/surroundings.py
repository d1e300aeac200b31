"""One place of one document as the stages see it: the text around it, and what is read there, each thing once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import wraps
from itertools import islice, takewhile
from typing import Any, TypeVar

from infill_ls.records import Snapshot
from infill_ls.syntax.habits import by_habits
from infill_ls.syntax.language import Language
from infill_ls.syntax.language_rows import DEFAULT
from infill_ls.syntax.languages import row

FAR = 8000
"""Characters before the cursor in which what is open there was opened."""
NEAR = 4000
"""Characters on either side of the cursor's line in which a file shows its habits, and closes what is open."""
CLOSE = 1000
"""Characters after the cursor that tell whether brackets are right with an answer, which is asked again and again."""

_CELL = re.compile(r"\s*%%(\w+)")
"""How a notebook's cell begins whose text is of another language."""
_MAGIC = {
    "bash": "shellscript",
    "sh": "shellscript",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
} | {name: name for name in ("sql", "latex", "markdown", "perl", "ruby", "svg", "r")}
_LINES_OF_RECORD = 20
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The text around one cursor, made once for a request. What was read of it is kept with it, and goes with it."""

    snapshot: Snapshot
    language: Language
    prefix: str
    suffix: str
    line_before: str
    """The cursor's line up to the cursor."""
    line_after: str
    """The cursor's line from the cursor on, without its line end."""
    near_above: str
    """The lines before the cursor's that are near, with their line ends."""
    near_below: str
    """The lines after the cursor's that are near, behind the line end of that."""
    found: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False)
    """What ``reading`` keeps."""

    @classmethod
    def of(cls, snapshot: Snapshot) -> Surroundings:
        """What surrounds the cursor of a snapshot."""
        prefix, suffix = snapshot.prefix, snapshot.suffix
        line_before, line_after = snapshot.line_before, snapshot.line_after
        end, start = len(prefix) - len(line_before), len(line_after)
        above = prefix[prefix.find("\n", end - NEAR - 1) + 1 if end > NEAR else 0 : end]
        has_more = start + NEAR < len(suffix)
        below = suffix[
            start : max(start, suffix.rfind("\n", 0, start + NEAR)) if has_more else None
        ]
        magic = _CELL.match(prefix) if not snapshot.first_line else None
        language = row(_MAGIC.get(magic[1], snapshot.language) if magic else snapshot.language)
        if language is DEFAULT:
            language = by_habits(f"{above}{line_before}{line_after}{below}")
        return cls(snapshot, language, prefix, suffix, line_before, line_after, above, below)

    def above(self, n_lines: int) -> list[str]:
        """The last lines before the cursor's, as many at most; the nearest comes last."""
        return self.prefix.rsplit("\n", n_lines + 1)[-n_lines - 1 : -1]

    def below(self, n_lines: int) -> list[str]:
        """The first lines after the cursor's, as many at most."""
        return self.suffix.split("\n", n_lines + 1)[1 : n_lines + 1]

    @property
    def previous_line(self) -> str:
        """The last line before the cursor's that is not blank; empty if there is none."""
        text = self.text_above.rstrip()
        start = text.rfind("\n") + 1
        return self.prefix[start : self.prefix.find("\n", len(text))] if text else ""

    @property
    def next_line(self) -> str:
        """The first line after the cursor's that is not blank; empty if there is none."""
        text = self.text_below
        first = len(text) - len(text.lstrip())
        return (
            text[text.rfind("\n", 0, first) + 1 :].partition("\n")[0] if first < len(text) else ""
        )

    @property
    def text_above(self) -> str:
        """All lines before the cursor's, with their line ends."""
        return self.prefix[: len(self.prefix) - len(self.line_before)]

    @property
    def text_below(self) -> str:
        """All lines after the cursor's, behind the line end of that."""
        return self.suffix[len(self.line_after) :]

    @property
    def close_after(self) -> str:
        """Whole lines from the cursor on, enough of them to see brackets of earlier lines closed."""
        if len(self.suffix) <= CLOSE:
            return self.suffix
        return self.suffix[: max(len(self.line_after), self.suffix.rfind("\n", 0, CLOSE))]


def upwards(text: str) -> Iterator[str]:
    """The lines of a text that ends with a line end, the last one first."""
    end = len(text)
    while end:
        start = text.rfind("\n", 0, max(0, end - CLOSE)) + 1
        yield from reversed(text[start : end - 1].split("\n"))
        end = start


def reading(read: Callable[[Surroundings], Found]) -> Callable[[Surroundings], Found]:
    """A function that reads something of a place, which many rules ask for, and reads it but once."""

    @wraps(read)
    def once(here: Surroundings) -> Found:
        found = here.found
        if read not in found:
            found[read] = read(here)
        kept: Found = found[read]
        return kept

    return once


@reading
def n_as_above(here: Surroundings) -> int:
    """How many of the next lines follow one another above, too, as in records of one form: they tell little."""
    below = map(str.rstrip, here.near_below.split("\n")[1:])
    following = list(islice(filter(None, below), _LINES_OF_RECORD))
    # Before the first of them no bracket need end another.
    n_ends = int(bool(following) and not any(map(str.isalnum, following[0])))
    if n_ends >= len(following) or following[n_ends] not in here.near_above:
        return 0
    above = [line.rstrip() for line in here.near_above.split("\n") if line.strip()]
    n_most = 0
    for start, line in enumerate(above):
        if line == following[n_ends]:
            pairs = zip(above[start:], following[n_ends:], strict=False)
            n_most = max(n_most, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return n_ends + n_most if n_most else 0


def comes_twice(line: str, here: Surroundings) -> bool:
    """Whether the document has a line twice in a row near the cursor, so that it may come once more."""
    pair = f"\n{line.rstrip()}\n{line.rstrip()}\n"
    return pair in f"\n{here.near_above}" or pair in f"{here.near_below}\n"
