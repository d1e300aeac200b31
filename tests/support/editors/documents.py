"""Files with a hole that a suggestion fills, wide characters before it: what editors are tested with. Types nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.editors.home import Home


@dataclass(frozen=True)
class Document:
    """A file with a hole from ``⟦`` to ``⟧``, at the end of a line; up to ``│`` the user types what was in it."""

    marked: str
    line_end: str = "\n"

    @property
    def text(self) -> str:
        """The whole file, with line feeds."""
        return self.marked.translate(dict.fromkeys(map(ord, "⟦│⟧")))

    @property
    def bytes(self) -> bytes:
        """The whole file as it is to be on the disk."""
        return self.text.replace("\n", self.line_end).encode()

    @property
    def typed(self) -> str:
        """What the user types."""
        return self.marked.partition("⟦")[2].partition("│")[0]

    @property
    def ghost(self) -> str:
        """What is suggested then."""
        return self.marked.partition("│")[2].partition("⟧")[0]

    def put(self, home: Home, name: str = "data.py") -> tuple[Path, int]:
        """The file with its hole in the home's project, and the line of the hole, from 1."""
        before, after = self.marked.partition("⟦")[0], self.marked.partition("⟧")[2]
        path = home.write(f"project/{name}", (before + after).replace("\n", self.line_end))
        return path, before.count("\n") + 1


_FUNCTION = """def {name}(store, key):
    value = None
    with store["{kind}🙂"]{hole}
    return value
"""
_HOLE = """⟦.lo│ck(wait=True) as held:
        value = held.get(key, "没有🙂")⟧"""
_FILLED = _HOLE.translate(dict.fromkeys(map(ord, "⟦│⟧")))

WIDE = Document(
    '''"""Reads what was measured."""

def load_all(path):
    tables = {}
    tables["数据🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["模型🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["图像🙂"] = read_table(path, encoding="utf-8", header=True)
    tables["结果🙂"]⟦ = read_table(pa│th, encoding="utf-8", header=True)⟧
    return tables
'''
)
"""One line is missing, behind wide characters."""

_KNOWN = [("load", "数据", _FILLED), ("find", "模型", _FILLED), ("take", "图像", _FILLED), ("keep", "结果", _HOLE)]
LINES = Document("\n\n".join(_FUNCTION.format(name=name, kind=kind, hole=hole) for name, kind, hole in _KNOWN))
"""Two lines of one statement are missing, behind wide characters."""
WINDOWS = Document(LINES.marked, "\r\n")
"""The same with the line ends of Windows."""

_SHOP = (Path(__file__).parents[2] / "data" / "example" / "store.py").read_text(encoding="utf-8").removesuffix("th.o\n")
SHOP = Document(
    f"""{_SHOP}⟦th.o│pen(encoding="utf-8") as file:
        return [Order(**row) for row in json.load(file)]⟧
"""
)
"""The README's example, for pictures."""
