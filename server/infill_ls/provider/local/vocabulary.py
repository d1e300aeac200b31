"""The words of many files, and in how many of them each stands; knows nothing of places."""

from __future__ import annotations

import re
import sys
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

_WORD = re.compile(r"[^\W\d]\w{2,}")
_SORTED_AFTER, _SHARE = 500, 8
"""New words after which the list is sorted anew, sooner where it is short: 50,000 take some 20 ms, which is never spent
while somebody asks."""
_LOOKED_AT = 300


class Words:
    """A count of files for each word. Safe to change in one thread while others ask."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._sorted: list[str] = []
        self._new = 0
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Each word, and the number of files that it stands in."""
        with self._lock:
            return iter(list(self._files.items()))

    def change(self, former: AbstractSet[str], words: AbstractSet[str]) -> None:
        """A file has these words now, and no more the former ones."""
        with self._lock:
            for word in former - words:
                left = self._files[word] - 1
                if left:
                    self._files[word] = left
                else:
                    del self._files[word]
            for word in words - former:
                count = self._files.get(word, 0)
                self._new += not count
                self._files[sys.intern(word) if not count else word] = count + 1
            is_due = self._new > min(_SORTED_AFTER, len(self._files) // _SHARE)
        if is_due:
            self.sort()

    def remember(self) -> Callable[[], None]:
        """The words of now, to be all again once what comes back is called."""
        self.sort()
        files, in_order = dict(self._files), self._sorted

        def again() -> None:
            with self._lock:
                self._files, self._sorted, self._new = dict(files), in_order, 0

        return again

    def sort(self) -> None:
        """Let all that is known by now be found."""
        with self._lock:
            self._sorted = sorted(self._files)
            self._new = 0

    def starting(self, stem: str, most: int) -> list[tuple[str, int]]:
        """Words that begin so, those of most files first, and the number of files."""
        words = self._sorted
        start = bisect_left(words, stem)
        found = [word for word in words[start : start + _LOOKED_AT] if word.startswith(stem)]
        counted = [(word, self._files.get(word, 0)) for word in found]
        return sorted((each for each in counted if each[1]), key=lambda each: (-each[1], each[0]))[
            :most
        ]


def words_of(text: str) -> AbstractSet[str]:
    """The words of a text that are worth completing."""
    return set(_WORD.findall(text))
