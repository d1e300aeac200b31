"""Makes every line end a single line feed; touches nothing else."""

from __future__ import annotations


class Newlines:
    """Turns CRLF and CR into LF, also where a pair is split over two pieces."""

    stopped: str | None = None

    def __init__(self) -> None:
        self._after_return = False

    def feed(self, text: str) -> str:
        if "\r" not in text and not self._after_return:
            return text
        if not text:
            return ""
        if self._after_return and text[0] == "\n":
            # The line end was already given out when its first half came.
            text = text[1:]
            self._after_return = False
            if not text:
                return ""
        self._after_return = text[-1] == "\r"
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def flush(self) -> str:
        return ""
