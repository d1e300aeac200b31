"""What is known of the workspace's code for other places in it: fed like the embedded engine, asked in a thread.

Every call may come from any thread. Each folder of the workspace, and each family of languages in it, is known by
itself, so that nothing of one is shown in another.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from infill_ls.context.definitions import Definition, definitions_in
from infill_ls.context.families import family_of_file
from infill_ls.context.imports import imports_in
from infill_ls.context.index import Facts, Index
from infill_ls.context.rank import Cursor, Wanted, rank
from infill_ls.context.words import are_all_in, chunks_of, words_and_parts
from infill_ls.document.position import without_surrogates
from infill_ls.settings.schema import SOURCES
from infill_ls.syntax.grammars import new_parser
from infill_ls.syntax.languages import of_document
from infill_ls.workspace.notebooks import file_of, is_notebook

MOST_DEFINING = 1000
"""Files that may define a name that is looked for."""

Home = tuple[str, str]
"""Folder and family."""


@dataclass(slots=True)
class Counts:
    """What reading has come to so far, for people."""

    seconds: float = 0.0
    without_grammar: set[str] = field(default_factory=set)
    """Languages whose definitions were found by the look of their lines."""


class RelatedFiles:
    """A corpus of definitions, imports and words. ``folders`` gives the workspace's folders."""

    def __init__(self, folders: Callable[[], tuple[str, ...]]) -> None:
        self.counts = Counts()
        self._folders = folders
        self._lock = threading.Lock()
        self._indexes: dict[Home, Index] = {}
        self._places: dict[str, tuple[Home, str, float]] = {}
        """By path: where a file is known, under which name, and since when."""
        self._languages: dict[str, str] = {}
        """What editors say of open documents."""
        self._parsers = threading.local()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, path: str) -> bool:
        return path in self._places

    def knowledge(self) -> str:
        """How much is known, and what it took, for people."""
        with self._lock:
            files = len(self._places)
            definitions = sum(
                len(file.definitions)
                for index in self._indexes.values()
                for file in index.files.values()
            )
        read = "1 file is" if files == 1 else f"{files:,} files are"
        bare = ", ".join(sorted(self.counts.without_grammar))
        by_look = f"; no grammar is installed for {bare}" if bare else ""
        return f"{read} known, with {definitions:,} definitions, read in {self.counts.seconds:.1f} s{by_look}"

    def put(self, path: str, text: str, language: str = "") -> None:
        """Add a file, or replace what is known of it; the language is what its name tells, unless an editor says it."""
        if language and not is_notebook(file_of(path)):
            self._languages[path] = language
        else:
            self._languages.pop(path, None)
        key = self.key_of(path)
        if key is None:
            return
        started, now = time.perf_counter(), time.time()
        text = without_surrogates(text.replace("\r\n", "\n").replace("\r", "\n"))
        facts = self._facts(path, text, key[1])
        name = path.replace(os.sep, "/")
        with self._lock:
            former = self._places.get(path)
            if former is not None and former[0] != key:
                self._indexes[former[0]].remove(former[1])
            if key not in self._indexes:
                self._indexes[key] = Index(key[1], key[0].replace(os.sep, "/").rstrip("/") + "/")
            self._indexes[key].put(name, facts)
            self._places[path] = key, name, now
        self.counts.seconds += time.perf_counter() - started
        time.sleep(0)  # whoever waits for the interpreter has it now

    def language(self, path: str) -> str:
        """What an editor says of an open document; empty where nothing was said."""
        return self._languages.get(path, "")

    def remove(self, path: str) -> None:
        """Forget a file; nothing happens where it is not known."""
        self._languages.pop(path, None)
        with self._lock:
            place = self._places.pop(path, None)
            if place is not None:
                self._indexes[place[0]].remove(place[1])

    def paths(self) -> list[str]:
        """The files that are known."""
        return list(self._places)

    def rank(
        self,
        path: str,
        before: str,
        after: str,
        recent: Sequence[Sequence[str]] = (),
        sources: Collection[str] = SOURCES,
    ) -> list[Wanted]:
        """The definitions that the text missing in a file most likely needs; nothing for a file outside of folders.

        ``recent`` has the lines that came in by the last changes anywhere, the last first; of ``sources``,
        only those that are named say anything.
        """
        key = self.key_of(path)
        if key is None:
            return []
        with self._lock:
            index = self._indexes.get(key)
            if index is None:
                return []
            cursor = Cursor(path.replace(os.sep, "/"), before, after)
            ranked = rank(index, cursor, recent, sources)
        return ranked if os.sep == "/" else [_renamed(each) for each in ranked]

    def heads(self, path: str) -> frozenset[tuple[str, str, str]]:
        """Container, name and head of each definition of a file as it is known now."""
        return frozenset((each.container, each.name, each.head) for each in self.outline(path))

    def defined(self, folder: str, name: str) -> list[tuple[str, Definition]]:
        """Where a folder of the workspace defines a name, whatever the language."""
        with self._lock:
            found = [
                each
                for (home, _), index in self._indexes.items()
                if home == folder
                for each in index.definitions(name, MOST_DEFINING)
            ]
        return [(path.replace("/", os.sep), each) for path, each in found]

    def outline(self, path: str) -> tuple[Definition, ...]:
        """What a file defines, as far as it is known."""
        with self._lock:
            place = self._places.get(path)
            file = None if place is None else self._indexes[place[0]].files.get(place[1])
        return () if file is None else file.definitions

    def without(self, folder: str, text: str) -> dict[str, float]:
        """The files of a folder in which no line had this text when they were read, and when that was."""
        words, parts = words_and_parts(text)
        if not words and not parts:
            return {}
        with self._lock:
            found = {
                home: index.without(words, parts)
                for home, index in self._indexes.items()
                if home[0] == folder
            }
            return {
                path: since
                for path, (home, name, since) in self._places.items()
                if name in found.get(home, ())
            }

    def key_of(self, path: str) -> Home | None:
        """Where a file belongs: its workspace folder, the inmost of several, and its family; None where to none."""
        family = family_of_file(path, self.language(path))
        holding = [
            folder for folder in self._folders() if path.startswith(folder.rstrip("/\\") + os.sep)
        ]
        return (max(holding, key=len), family) if family and holding else None

    def _facts(self, path: str, text: str, family: str) -> Facts:
        language = of_document(self.language(path), path)
        parsers: dict[str, object] = self._parsers.__dict__
        if language not in parsers:
            parsers[language] = new_parser(language)
        parser = parsers[language]
        if parser is None:
            self.counts.without_grammar.add(language)
        chunks = chunks_of(text)
        return Facts(
            definitions_in(text, language, parser),  # type: ignore[arg-type]  # the binding need not be there
            imports_in(text, family),
            chunks,
            are_all_in(chunks, text),
        )


def _renamed(wanted: Wanted) -> Wanted:
    """By the path as the system writes it."""
    return replace(wanted, path=wanted.path.replace("/", os.sep))
