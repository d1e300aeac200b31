"""Makes whole characters of what arrives, so that it can be encoded; touches nothing else."""

from __future__ import annotations


class Surrogates:
    """Joins the halves of a character that were sent one by one; U+FFFD stands for a half that stays alone.

    JSON can say half a character, and servers that cut text by UTF-16 units do. Editors end at it.
    """

    stopped: str | None = None

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        if text.isascii() and not self._half:
            return text
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def flush(self) -> str:
        half, self._half = self._half, ""
        return "\ufffd" if half else ""
