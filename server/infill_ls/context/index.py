"""What is known of a project's files of one family of languages: definitions, imports, and where their words stand.

Kept in step file by file: after any order of changes it equals one that is built anew. One thread at a time.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from infill_ls.context.definitions import Definition
from infill_ls.context.imports import Import
from infill_ls.context.resolve import SHARED_FOLDER, Paths, resolve
from infill_ls.context.words import terms_of

K1, B = 1.2, 0.75
"""BM25's usual constants. A word counts once in a chunk."""
MOST_BESIDE: Final = 60
"""Files of a folder that belong together without imports; where there are more, names have to tell."""
MOST_COMPARED: Final = 20_000
"""Places of a query's terms that are looked at, about 5 ms."""
_DEEPEST_EXPORT: Final = 3
_ALIKE: Final = 1e-9
"""Scores that differ by less are the same."""
_LEAST_DEAD: Final = 4096
Found = tuple[str, Definition]


@dataclass(frozen=True, slots=True)
class Facts:
    """What one text says; made outside of the index, since that takes the longest."""

    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...]
    chunks: list[list[str]]
    has_all_words: bool = True
    """Whether the chunks leave no word out."""


@dataclass(frozen=True, slots=True, eq=False)
class File:
    """What is kept of one file."""

    definitions: tuple[Definition, ...]
    imports: tuple[Import, ...]
    first_chunk: int
    words: array[int]
    """Numbers of the words of all chunks, one chunk after the other."""
    ends: array[int]
    """Where each chunk's words end."""


class Index:
    """Files by path, names by what they define, chunks by their words.

    ``root`` is what all paths begin with, and prompts do not show.
    """

    def __init__(self, family: str, root: str = "") -> None:
        self.family = family
        self._root = root
        self.files: dict[str, File] = {}
        self.incomplete: set[str] = set()
        """Files that have more words than are known."""
        self._paths = Paths()
        self._defining: dict[str, tuple[str, ...]] = {}
        """Files by the names that they define."""
        self._imported: dict[str, dict[str, tuple[str, ...]]] = {}
        """Remembered until a file comes or goes."""
        self._clear_words()

    def put(self, path: str, facts: Facts) -> None:
        """Add a file, or replace what is known of it."""
        if path in self.files:
            self._drop(path)
        else:
            self._paths.add(path)
            self._imported.clear()
        self._imported.pop(path, None)
        if not facts.has_all_words:
            self.incomplete.add(path)
        for name in {each.name for each in facts.definitions}:
            self._defining[name] = (*self._defining.get(name, ()), path)
        first, words, ends = self._add_chunks(path, facts.chunks)
        self.files[path] = File(facts.definitions, facts.imports, first, words, ends)
        if self._n_dead > max(_LEAST_DEAD, len(self._owners) // 2):
            self._renumber()

    def remove(self, path: str) -> None:
        """Forget a file; nothing happens where it is not known."""
        if path in self.files:
            self._drop(path)
            self._paths.discard(path)
            self._imported.clear()

    def title(self, path: str) -> str:
        """A path as prompts show it: the same wherever the project lies."""
        return path.removeprefix(self._root)

    def definitions(self, name: str, most: int) -> list[Found]:
        """Where a name is defined; nothing for one that more than ``most`` files define, which says little."""
        paths = self._defining.get(name, ())
        if len(paths) > most:
            return []
        return [
            (path, each)
            for path in sorted(paths)
            for each in self.files[path].definitions
            if each.name == name
        ]

    def n_defining(self, name: str) -> int:
        """How many files define a name."""
        return len(self._defining.get(name, ()))

    def imported(self, path: str) -> Mapping[str, tuple[str, ...]]:
        """Files that a file imports, with the names taken from each; those of its folder where they belong together."""
        known = self._imported.get(path)
        if known is None:
            known = self._imported[path] = self.imported_by(
                path, self.files[path].imports if path in self.files else ()
            )
        return known

    def imported_by(self, path: str, imports: tuple[Import, ...]) -> dict[str, tuple[str, ...]]:
        """As ``imported``, for imports of a text that is newer than what is known of the file."""
        found: dict[str, tuple[str, ...]] = {}
        for item in imports:
            for target in resolve(item, path, self.family, self._paths):
                found[target] = found.get(target, ()) + item.names
        beside = self._paths.beside(path) if self.family in SHARED_FOLDER else []
        for each in beside if len(beside) <= MOST_BESIDE else ():
            found.setdefault(each, ())
        return found

    def behind(self, name: str, path: str, depth: int = _DEEPEST_EXPORT) -> list[str]:
        """The files that define a name imported from ``path``, which may only pass it on."""
        if path in self._defining.get(name, ()):
            return [path]
        if not depth:
            return []
        targets = (
            target for target, names in self.imported(path).items() if name in names or not names
        )
        return list(
            dict.fromkeys(found for each in targets for found in self.behind(name, each, depth - 1))
        )[:3]

    @property
    def n_kept(self) -> int:
        """Chunks that take up memory, those of files that are gone included."""
        return len(self._owners)

    def n_chunks(self) -> int:
        """Chunks of all files."""
        return len(self._owners) - self._n_dead

    def n_holding(self, term: str) -> int:
        """Chunks that hold a term."""
        return len(self._alive(term))

    def without(self, words: Sequence[str], parts: Sequence[str]) -> set[str]:
        """The files that have no chunk with all of these words and parts of words, for certain."""
        found = [set(self._alive(_term(word))) for word in words]
        for part in parts:
            terms = {_term(word) for word in self._numbers if part in word}
            found.append({chunk for term in terms for chunk in self._alive(term)})
        chunks = set.intersection(*found) if found else range(len(self._owners))
        return self.files.keys() - {self._owners[each] for each in chunks} - self.incomplete

    def similar(
        self, query: Mapping[str, float], without: str, most: int
    ) -> list[tuple[float, str, int]]:
        """Score, path and number of the chunks that have most of a query's terms in common with it, best first."""
        count = max(1, self.n_chunks())
        slope = K1 * B * count / max(1, self._size)
        norms, scores, left = self._lengths, dict[int, float](), MOST_COMPARED
        found = sorted(
            (len(places), term, places) for term in query if (places := self._alive(term))
        )
        for size, term, places in found:  # the rarest first
            worth = query[term] * math.log(1 + (count - size + 0.5) / (size + 0.5)) * (K1 + 1)
            for chunk in places:
                scores[chunk] = scores.get(chunk, 0.0) + worth / (
                    1 + K1 - K1 * B + slope * norms[chunk]
                )
            left -= size
            if left < 0:  # what stands everywhere tells little
                break
        skipped = self.files.get(without)
        own = (
            range(skipped.first_chunk, skipped.first_chunk + len(skipped.ends))
            if skipped
            else range(0)
        )
        for chunk in own:
            scores.pop(chunk, None)
        best = nlargest(2 * most, scores.values())
        least = (
            best[-1] - _ALIKE if best else 0.0
        )  # equals stay, since chunks are numbered as files came
        named = [
            (score, owner, chunk - self.files[owner].first_chunk)
            for chunk, score in scores.items()
            if score >= least and (owner := self._owners[chunk])
        ]
        return sorted(named, key=lambda each: (-round(each[0], 9), each[1], each[2]))[:most]

    def words(self, path: str, number: int) -> list[str]:
        """The words of a chunk of a file."""
        file = self.files[path]
        start = file.ends[number - 1] if number else 0
        return [self._words[each] for each in file.words[start : file.ends[number]]]

    # Words...

    def _clear_words(self) -> None:
        self._numbers: dict[str, int] = {}
        self._words: list[str] = []
        self._postings: dict[str, int | array[int]] = {}
        """Chunks by term, in the order in which they came; some may be gone. Most terms have a single one."""
        self._owners: list[str | None] = []
        """Each chunk's file; None for those that are gone."""
        self._lengths = array("H")
        self._n_dead = 0
        self._size = 0

    def _add_chunks(self, path: str, chunks: list[list[str]]) -> tuple[int, array[int], array[int]]:
        first = len(self._owners)
        numbers, ends = array("I"), array("I")
        for chunk, words in enumerate(chunks, first):
            terms = self._terms(words)
            for term in terms:
                places = self._postings.get(term)
                if places is None:
                    self._postings[term] = chunk
                elif isinstance(places, int):
                    self._postings[term] = array("I", (places, chunk))
                else:
                    places.append(chunk)
            numbers.extend([self._number(word) for word in words])
            ends.append(len(numbers))
            self._owners.append(path)
            self._lengths.append(min(len(terms), 65535))
            self._size += len(terms)
        return first, numbers, ends

    def _number(self, word: str) -> int:
        number = self._numbers.get(word)
        if number is None:
            number = self._numbers[word] = len(self._words)
            self._words.append(word)
        return number

    @staticmethod
    def _terms(words: list[str]) -> dict[str, None]:
        return {term: None for word in words for term in terms_of(word)}

    def _alive(self, term: str) -> list[int]:
        """The chunks that hold a term."""
        places = self._postings.get(term, ())
        found = (places,) if isinstance(places, int) else places
        return (
            [chunk for chunk in found if self._owners[chunk] is not None]
            if self._n_dead
            else list(found)
        )

    def _drop(self, path: str) -> None:
        file = self.files.pop(path)
        self.incomplete.discard(path)
        for name in {each.name for each in file.definitions}:
            others = tuple(each for each in self._defining[name] if each != path)
            if others:
                self._defining[name] = others
            else:
                del self._defining[name]
        for chunk in range(file.first_chunk, file.first_chunk + len(file.ends)):
            self._owners[chunk] = None
            self._size -= self._lengths[chunk]
        self._n_dead += len(file.ends)

    def _renumber(self) -> None:
        """Make the tables of words anew, without what is gone."""
        kept = {
            path: [self.words(path, number) for number in range(len(file.ends))]
            for path, file in self.files.items()
        }
        self._clear_words()
        for path, chunks in kept.items():
            old = self.files[path]
            self.files[path] = File(old.definitions, old.imports, *self._add_chunks(path, chunks))


def _term(word: str) -> str:
    return terms_of(word)[0]
