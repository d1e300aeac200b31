"""Index and cursor -> the definitions of other files that the missing text most likely needs, best first, and why.

Names that will be needed are named already: near the cursor, in code that resembles what stands there, in what is
imported. Each signal gives the definitions that it names a score; heads are short, so the best hundred fit a prompt.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from infill_ls.context.definitions import Definition
from infill_ls.context.imports import imports_in
from infill_ls.context.index import Found, Index
from infill_ls.context.reach import is_within_reach
from infill_ls.context.words import WORD, terms_of, words_in
from infill_ls.settings.schema import SOURCES

Source = Literal["near", "similar", "edited", "imported", "here"]

NEAR: Final = 5.0
"""Of a name that stands near the cursor; the next ones weigh less."""
BARE: Final = 0.3
"""Of that, where it stands there by itself and is a field's: most likely it is a variable of the same name."""
MEMBER: Final = 0.8
"""Of a member of a class that does."""
SIMILAR: Final = 2.0
"""Of a name that stands in similar code and not yet in the window."""
EDITED: Final = 1.5
"""Of a name that came in with the last changes, here or elsewhere, and stands not in the window."""
RARE: Final = 4.5
"""Logarithm of how rare a word is that counts as one."""
TAKEN: Final = 2.4
"""Of a name that is imported."""
TAKEN_MEMBER: Final = 0.6
"""Of a member of a class that is."""
IMPORTED: Final = 0.4
"""Of anything else in a file that is imported from."""
HERE: Final = 0.8
"""Of what the cursor's own file defines out of the window's sight."""

_TELLING: Final = 24
"""Characters of a head that tell it from others; later ones may be laid out in another way."""

ABOVE, BELOW = 20, 5
"""Lines around the cursor whose names count as near."""
ALIKE: Final = 40
"""Chunks of similar code that are looked at."""
AMBIGUOUS: Final = 5
"""A name that more files define (``get``, ``new``) says little."""
LEAST: Final = 0.02
"""Score below which a definition is not worth its line."""
MOST: Final = 400
"""Definitions that a ranking gives."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place that is ranked for."""

    path: str
    before: str
    """The window's text before the cursor."""
    after: str

    def shows(self, path: str, definition: Definition) -> bool:
        """Whether a definition of the cursor's own file stands in the window, so that nobody has to be told of it."""
        if path != self.path:
            return False
        first_line = definition.head.partition("\n")[0][:_TELLING]
        cut = self.before.rpartition("\n")[2] + self.after.partition("\n")[0]
        return first_line in self.before or first_line in self.after or first_line in cut


@dataclass(frozen=True, slots=True)
class Wanted:
    """One definition of another file, and what speaks for it."""

    path: str
    definition: Definition
    score: float
    source: Source
    """The signal that says most."""
    name: str
    """What that signal goes by: a name near the cursor or in similar code, or the imported file's."""
    title: str
    """The path as prompts show it."""
    inside: str = ""
    """Head of the class that it stands in."""


def rank(
    index: Index,
    cursor: Cursor,
    recent: Sequence[Sequence[str]] = (),
    sources: Collection[str] = SOURCES,
) -> list[Wanted]:
    """The definitions of other files, and of this one out of the window's sight, best first.

    ``recent`` has the lines that came in by the last changes anywhere, the last first; of ``sources``, only those that
    are named say anything.
    """
    votes = _Votes(index, cursor)
    imported = index.imported_by(cursor.path, imports_in(cursor.before, index.family)) | dict(
        index.imported(cursor.path)
    )
    if "definitions" in sources:
        _near(index, cursor, imported, votes)
        _imported(index, imported, votes)
        _here(index, cursor, votes)
    if "similar" in sources:
        _similar(index, cursor, imported, votes)
    if "edits" in sources:
        _edited(index, cursor, recent, votes)
    return votes.best()


class _Votes:
    """What the signals say, added up."""

    def __init__(self, index: Index, cursor: Cursor) -> None:
        self._index, self._cursor = index, cursor
        self._title = index.title(cursor.path)
        self._scores: dict[Found, float] = {}
        self._why: dict[Found, tuple[float, Source, str]] = {}

    def add(self, found: Found, value: float, source: Source, name: str) -> None:
        path, definition = found
        is_named = source == "near" and name == definition.name
        if self._cursor.shows(path, definition) or not is_within_reach(
            definition, self._index.title(path), self._title, is_named=is_named
        ):
            return
        self._scores[found] = self._scores.get(found, 0.0) + value
        if found not in self._why or value > self._why[found][0]:
            self._why[found] = value, source, name

    def best(self) -> list[Wanted]:
        """Long heads have to be worth it."""
        ranked = sorted(
            (
                (score / math.sqrt(40 + len(found[1].head)), found)
                for found, score in self._scores.items()
            ),
            key=lambda each: (-each[0], each[1][0], each[1][1].row, each[1][1].name),
        )
        return [
            Wanted(
                *(*found, round(score, 6), *self._why[found][1:]),
                self._index.title(found[0]),
                _head_around(self._index, *found),
            )
            for score, found in ranked[:MOST]
            if score >= LEAST
        ]


def _near(
    index: Index,
    cursor: Cursor,
    imported: Mapping[str, tuple[str, ...]],
    votes: _Votes,
) -> None:
    behind = _behind(index, imported)
    lines = _near_lines(cursor)
    of_something = {name for line in lines for name in _MEMBER.findall(line)}
    for place, name in enumerate(_names(lines)):
        value = 1 / (1 + place / 12)
        for found in _meant(index, name, imported, behind):
            is_bare = found[1].kind == "field" and name not in of_something
            votes.add(found, NEAR * value * (BARE if is_bare else 1), "near", name)
            if found[1].kind == "class":
                for member in _members(index, found[0], name):
                    votes.add((found[0], member), MEMBER * value, "near", name)


def _similar(
    index: Index, cursor: Cursor, imported: Mapping[str, tuple[str, ...]], votes: _Votes
) -> None:
    for name, value in likely_names(index, cursor).items():
        found = index.definitions(name, AMBIGUOUS)
        for each in found[:AMBIGUOUS]:
            sure = 1.0 if each[0] in imported or len(found) == 1 else 0.7
            votes.add(each, value * sure / math.sqrt(len(found)), "similar", name)


def _edited(index: Index, cursor: Cursor, recent: Sequence[Sequence[str]], votes: _Votes) -> None:
    shown = set(words_in(cursor.before + "\n" + cursor.after))
    for age, lines in enumerate(recent):
        for name in words_in("\n".join(lines)):
            if name not in shown:
                shown.add(name)  # the last time that it came in is the one that counts
                found = index.definitions(name, AMBIGUOUS)
                for each in found[:AMBIGUOUS]:
                    votes.add(each, EDITED / (1 + age / 8) / math.sqrt(len(found)), "edited", name)


def _imported(index: Index, imported: Mapping[str, tuple[str, ...]], votes: _Votes) -> None:
    for path, names in imported.items():
        for each in index.files[path].definitions if path in index.files else ():
            if each.name in names:
                votes.add((path, each), TAKEN, "imported", path)
            elif each.container in names:
                votes.add((path, each), TAKEN_MEMBER, "imported", path)
            elif not each.name.startswith("_"):
                votes.add(
                    (path, each), IMPORTED / 2 if each.container else IMPORTED, "imported", path
                )


def _here(index: Index, cursor: Cursor, votes: _Votes) -> None:
    file = index.files.get(cursor.path)
    for each in () if file is None else file.definitions:
        votes.add((cursor.path, each), HERE / 2 if each.container else HERE, "here", each.name)


def _near_lines(cursor: Cursor) -> list[str]:
    """Lines near the cursor, those above it first, from below."""
    above = reversed(cursor.before.rsplit("\n", ABOVE)[-ABOVE:])
    below = cursor.after.split("\n", BELOW)[:BELOW]
    return [line[:_LONGEST_LINE] for line in (*above, *below)]


def _names(lines: Sequence[str]) -> list[str]:
    """Names in lines, each once."""
    return list(dict.fromkeys(name for line in lines for name in reversed(WORD.findall(line))))


_MEMBER: Final = re.compile(r"(?:\.|->|::)\s*(\w+)")
_LONGEST_LINE: Final = 1000
_MOST_HOMONYMS: Final = 40
_CLOSE: Final = 3


def _meant(
    index: Index, name: str, imported: Mapping[str, tuple[str, ...]], behind: Mapping[str, set[str]]
) -> list[Found]:
    """The definitions that a name at the cursor most likely means: imported ones, else those that are nearly alone."""
    found = index.definitions(name, _MOST_HOMONYMS)
    best = [each for each in found if each[0] in imported]
    best += [each for each in found if each[0] in behind.get(name, ()) and each not in best]
    return (best or (found if len(found) <= 2 else []))[:3]


def _behind(index: Index, imported: Mapping[str, tuple[str, ...]]) -> dict[str, set[str]]:
    """Files that define the names which are imported by way of others."""
    found: dict[str, set[str]] = {}
    for path, names in imported.items():
        for name in names:
            found.setdefault(name, set()).update(index.behind(name, path))
    return found


def _head_around(index: Index, path: str, definition: Definition) -> str:
    """The head of the class that a definition stands in; where it is not found, the name."""
    name = definition.container
    if not name:
        return ""
    classes = (
        each for each in index.files[path].definitions if each.name == name and each.kind == "class"
    )
    return next((each.head for each in classes), name)


def _members(index: Index, path: str, name: str) -> Iterator[Definition]:
    return (each for each in index.files[path].definitions if each.container == name)


def likely_names(index: Index, cursor: Cursor) -> dict[str, float]:
    """Names that similar code has and the window lacks, as far as the project defines them, and how likely they are."""
    shown = set(words_in(cursor.before + "\n" + cursor.after))
    alike = index.similar(query(cursor), cursor.path, ALIKE)
    votes: defaultdict[str, float] = defaultdict(float)
    for place, (score, path, number) in enumerate(alike):
        for word in index.words(path, number):
            if word not in shown:
                votes[word] += score / alike[0][0] / (1 + place / 10)
    names: dict[str, float] = {}
    for word, vote in sorted(votes.items()):
        if 0 < index.n_defining(word) <= AMBIGUOUS:
            rare = math.log(1 + index.n_chunks() / (1 + index.n_holding(word.lower())))
            names[word] = SIMILAR * min(1.5, vote * rare / RARE)
    return names


def query(cursor: Cursor, above: int = 20, below: int = 10) -> dict[str, float]:
    """What similar code is looked for by: the nearer a word, the more it weighs."""
    found: Counter[str] = Counter()
    for distance, line in enumerate(reversed(cursor.before.rsplit("\n", above)[-above:])):
        for word in WORD.findall(line[:_LONGEST_LINE]):
            found.update(dict.fromkeys(terms_of(word), 20 if distance < _CLOSE else 10))
    for line in cursor.after.split("\n", below)[:below]:
        for word in WORD.findall(line[:_LONGEST_LINE]):
            found.update(dict.fromkeys(terms_of(word), 6))
    return {term: float(weight) for term, weight in found.items()}
