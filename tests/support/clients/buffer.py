"""An editor's own copy of a document: text, cursor, and positions counted as the protocol has them. No server here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]
Position = dict[str, int]

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(slots=True)
class Buffer:
    """A document as the person at the keyboard sees it. Offsets are in characters, positions in the encoding's units.

    It is written for clearness, not for speed: tests compare a server's faster bookkeeping with it.
    """

    text: str
    encoding: Encoding
    version: int = 1
    cursor: int = 0

    def position(self, offset: int) -> Position:
        """The protocol's position of an offset."""
        starts = self._line_starts()
        line = max(number for number, start in enumerate(starts) if start <= offset)
        return {"line": line, "character": self._units(self.text[starts[line] : offset])}

    def offset(self, position: Position) -> int:
        """The offset of a position, which must be one between two characters of an existing line."""
        start = self._line_starts()[position["line"]]
        end = _LINE_END.search(self.text, start)
        line = self.text[start : end.start() if end else len(self.text)]
        for column in range(len(line) + 1):
            if self._units(line[:column]) == position["character"]:
                return start + column
        raise ValueError(f"{position} is not between two characters of {line!r}")

    def replace(self, start: int, end: int, text: str) -> dict[str, Any]:
        """Replace a part, leave the cursor after the new text, and give the change as didChange has it."""
        change = {"range": {"start": self.position(start), "end": self.position(end)}, "text": text}
        self.text = self.text[:start] + text + self.text[end:]
        self.cursor = start + len(text)
        self.version += 1
        return change

    def edit_of(self, item: dict[str, Any]) -> tuple[int, int, str]:
        """Where an inline completion item or a completion item goes, as offsets, and its text."""
        edit = item.get("textEdit") or {"range": item.get("range"), "newText": item.get("insertText")}
        if not isinstance(edit["newText"], str):
            raise TypeError(f"no plain text in {item}")
        if edit["range"] is None:
            return self.cursor, self.cursor, edit["newText"]
        return self.offset(edit["range"]["start"]), self.offset(edit["range"]["end"]), edit["newText"]

    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def _units(self, text: str) -> int:
        if self.encoding == "utf-32":
            return len(text)
        width = 2 if self.encoding == "utf-16" else 1
        name = "utf-16-le" if self.encoding == "utf-16" else "utf-8"
        return len(text.encode(name, "surrogatepass")) // width
