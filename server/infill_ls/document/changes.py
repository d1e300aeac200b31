"""What has become of the lines of one document since it was opened: the journal that next edits are found in.

It keeps the old text of changed lines, in memory only, and says nothing about what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from infill_ls.document.mirror import Mirror
from infill_ls.records import Change, Edit

MOST_CHANGES = 32
MOST_LINES, MOST_CHARACTERS = 40, 4096
"""Of one change; a bigger one is dropped, since half of a change would be a wrong one."""
MOST_CHARACTERS_IN_ALL = 65536


class Changes:
    """The latest changes of one document. A line belongs to one change at most.

    A change is what stands in its lines now against what stood there when they were first touched. So who types a
    word, and corrects it, has made one change, and who takes back what he did has made none.

    Args:
        mirror: the document, which is edited before its changes are told.
        orders: rising numbers, from one source for all documents whose changes are to be compared.
    """

    def __init__(self, mirror: Mirror, orders: Iterator[int] | None = None) -> None:
        self._mirror = mirror
        self._orders = count(1) if orders is None else orders
        self._runs: list[_Run] = []
        """In the order in which they were last edited."""
        self._n_lines = mirror.line_count
        self.is_undone = False
        """Whether the last edit took another one back, or did it again."""

    def edited(self, edit: Edit, *, is_undone: bool = False, is_bulk: bool = False) -> None:
        """Take note of an edit that the mirror has made already.

        ``is_bulk`` is for what a formatter does, or somebody with many cursors: it is no example for anything.
        """
        if not edit.inserted and not edit.removed:
            return
        self.is_undone = is_undone
        first, last = edit.start[0], edit.end[0]
        n_new = last - first + 1
        n_old = n_new - (self._mirror.line_count - self._n_lines)
        self._n_lines = self._mirror.line_count
        if n_old < 1 or _has_lone_return(edit):
            # Line ends came together or apart, and lines with them.
            self._runs.clear()
            return
        touched = [run for run in self._runs if run.first < first + n_old and run.end > first]
        self._runs = [run for run in self._runs if run not in touched]
        for run in self._runs:
            if run.first >= first + n_old:
                run.first += n_new - n_old
        replaced = self._replaced(edit, n_old) if max(n_old, n_new) <= MOST_LINES else None
        if replaced is not None:
            self._add(_joined(first, n_new, replaced, touched, is_bulk=is_bulk))

    def replaced(self) -> None:
        """The whole text was replaced: nothing is known of how."""
        self._runs.clear()
        self._n_lines = self._mirror.line_count
        self.is_undone = False

    def latest(self) -> tuple[Change, ...]:
        """The changes, the one that was edited last at the end."""
        return tuple(change for run in self._runs if (change := self._change(run)) is not None)

    def _replaced(self, edit: Edit, n_old: int) -> list[str] | None:
        """The lines that the edit has touched, as they were; None where that is too much to keep."""
        (row, index), (last, last_index) = edit.start, edit.end
        head, tail = self._mirror.line(row)[:index], self._mirror.line(last)[last_index:]
        if len(head) + len(edit.removed) + len(tail) > MOST_CHARACTERS:
            return None
        lines = (head + edit.removed + tail).replace("\r\n", "\n").split("\n")
        return lines if len(lines) == n_old else None

    def _add(self, run: _Run) -> None:
        """Keep a change, unless nothing is left of it or it has become too big."""
        if max(len(run.old), run.n_lines) > MOST_LINES or run.size > MOST_CHARACTERS:
            return
        if run.n_lines == len(run.old) and all(
            self._mirror.line(run.first + index) == old for index, old in enumerate(run.old)
        ):
            return
        run.order = next(self._orders)
        self._runs.append(run)
        while (
            len(self._runs) > MOST_CHANGES
            or sum(each.size for each in self._runs) > MOST_CHARACTERS_IN_ALL
        ):
            del self._runs[0]

    def _change(self, run: _Run) -> Change | None:
        """The change without the lines at its ends that are as they were; None where it has grown too big."""
        old, new = run.old, [self._mirror.line(row) for row in range(run.first, run.end)]
        if sum(map(len, new)) > MOST_CHARACTERS:
            return None
        above = 0
        while above < min(len(old), len(new)) and old[above] == new[above]:
            above += 1
        below = 0
        while below < min(len(old), len(new)) - above and old[-1 - below] == new[-1 - below]:
            below += 1
        return Change(
            run.order,
            run.first + above,
            tuple(old[above : len(old) - below]),
            tuple(new[above : len(new) - below]),
            is_bulk=run.is_bulk,
        )


class _Run:
    """Lines that were touched: where they are now, and what stood there."""

    __slots__ = ("first", "is_bulk", "n_lines", "old", "order", "size")

    def __init__(self, first: int, n_lines: int, old: list[str], *, is_bulk: bool) -> None:
        self.first = first
        self.n_lines = n_lines
        self.old = old
        self.size = sum(map(len, old)) + len(old)
        self.is_bulk = is_bulk
        self.order = 0

    @property
    def end(self) -> int:
        return self.first + self.n_lines


def _joined(
    first: int, n_new: int, replaced: list[str], touched: list[_Run], *, is_bulk: bool
) -> _Run:
    """One run of an edit and the runs that it touches, which say what stood in their lines before it."""
    end = first + len(replaced)
    top = min([first, *(run.first for run in touched)])
    bottom = max([end, *(run.end for run in touched)])
    old: list[str] = []
    at = first
    for run in sorted(touched, key=lambda run: run.first):
        old += replaced[at - first : max(run.first - first, 0)] + run.old
        at = run.end
    old += replaced[at - first :] if at < end else []
    n_lines = bottom - top - len(replaced) + n_new
    return _Run(top, n_lines, old, is_bulk=is_bulk or any(run.is_bulk for run in touched))


def _has_lone_return(edit: Edit) -> bool:
    return any(
        "\r" in text.replace("\r\n", "") for text in (edit.inserted, edit.removed) if "\r" in text
    )
