"""Cells of a notebook: those before the cursor's own stand above it, as the lines of a program do. Knows no editor."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from infill_ls.document.position import without_surrogates
from infill_ls.records import Snapshot

_OTHER = "%%"
"""How a cell begins that holds another language."""


def below_cells(snapshot: Snapshot, cells: Iterable[str], room: int) -> Snapshot:
    """The place with the text of cells above it, whole ones, as many as fit into so many characters.

    ``cells`` come nearest first. Which of them there are depends on nothing that is typed at the place, so that the
    text stays the same from key to key.
    """
    if snapshot.first_line:
        return snapshot
    above: list[str] = []
    for cell in cells:
        text = without_surrogates(cell.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
        room -= len(text) + 2
        if room < 0:
            break
        if text and not text.lstrip().startswith(_OTHER):
            above.append(f"{text}\n\n")
    return (
        replace(snapshot, prefix="".join(reversed(above)) + snapshot.prefix) if above else snapshot
    )
