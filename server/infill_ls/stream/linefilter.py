"""What the filters have in common that judge whole lines of text which arrives in pieces; judges nothing itself."""

from __future__ import annotations


class LineFilter:
    """Calls ``_line`` with each line once it is whole. The time taken is linear in the text, whatever the pieces.

    A rule gives back what of its lines may be shown. What it holds back until it knows more is in ``_held``.
    """

    def __init__(self) -> None:
        self.stopped: str | None = None
        self._is_off = False
        """Whether all that comes may be shown, whatever it is."""
        self._held: list[str] = []
        self._parts: list[str] = []
        """Pieces of the line that is not whole yet."""

    def feed(self, text: str) -> str:
        if self.stopped:
            return ""
        if self._is_off:
            return self._arrived() + text
        if "\n" not in text:
            if text:
                self._parts.append(text)
            self._see(text)
            return ""
        out: list[str] = []
        for line in self._whole(text):
            out.append(self._line(line))
            if self.stopped:
                return "".join(out)
        self._see(text)
        return "".join(out)

    def flush(self) -> str:
        if self.stopped:
            return ""
        last = self._arrived()
        return last if self._is_off else self._end(last)

    def _line(self, line: str) -> str:
        """What may be shown once this line is whole; it ends with its line feed."""
        raise NotImplementedError

    def _end(self, line: str) -> str:
        """What may be shown at the end, where ``line`` has no line feed, and may be empty."""
        return self._release() + line

    def _see(self, text: str) -> None:
        """A piece has come, and its whole lines have been judged."""

    def _release(self) -> str:
        """What was held back, which may be shown after all."""
        held, self._held = "".join(self._held), []
        return held

    def _whole(self, text: str) -> list[str]:
        if not self._parts and text.find("\n") == len(text) - 1:
            return [text]
        first, *rest = text.split("\n")
        lines = ["".join([*self._parts, first]), *rest]
        last = lines.pop()
        self._parts = [last] if last else []
        return [line + "\n" for line in lines]

    def _arrived(self) -> str:
        arrived, self._parts = "".join(self._parts), []
        return arrived


class LineStart:
    """Lets all text pass, and keeps how the line that is arriving starts, which later filters may hold back."""

    LONGEST = 200
    """Characters kept; a line's first word is within."""

    def __init__(self) -> None:
        self.stopped: str | None = None
        self.start: str | None = ""
        """None once it has been seen, until the next line."""

    def feed(self, text: str) -> str:
        if "\n" in text:
            self.start = text.rpartition("\n")[2][: self.LONGEST]
        elif self.start is not None and len(self.start) < self.LONGEST:
            self.start += text[: self.LONGEST]
        return text

    def flush(self) -> str:
        return ""

    def seen(self) -> None:
        """Nobody has to look at this line again."""
        self.start = None
