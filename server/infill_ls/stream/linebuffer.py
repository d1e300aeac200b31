"""Lines of text that arrives in pieces: whole ones, and how the next one starts. Decides nothing about them."""

from __future__ import annotations


class LineBuffer:
    """Collects text until its line is whole. The time taken is linear in the text, whatever the pieces."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def feed(self, text: str) -> list[str]:
        """The lines that are now whole, each with its line feed."""
        if "\n" not in text:
            self._parts.append(text)
            return []
        first, *rest = text.split("\n")
        lines = ["".join([*self._parts, first]), *rest]
        self._parts = [lines.pop()]
        return [line + "\n" for line in lines]

    def flush(self) -> str:
        """The last line, which has no line end."""
        last = "".join(self._parts)
        self._parts = []
        return last


class LineStart:
    """Lets all text pass, and keeps how the line that is arriving starts, which later filters may hold back."""

    LONGEST = 200
    """Characters kept; a line's first word is within."""

    def __init__(self) -> None:
        self.stopped: str | None = None
        self.start: str | None = ""
        """None once it has been seen, until the next line."""

    def feed(self, text: str) -> str:
        _, newline, tail = text.rpartition("\n")
        if newline:
            self.start = tail[: self.LONGEST]
        elif self.start is not None and len(self.start) < self.LONGEST:
            self.start += text[: self.LONGEST]
        return text

    def flush(self) -> str:
        return ""

    def seen(self) -> None:
        """Nobody has to look at this line again."""
        self.start = None
