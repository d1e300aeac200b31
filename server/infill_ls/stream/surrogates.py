"""Makes whole characters of what arrives, so that it can be encoded; touches nothing else."""

from __future__ import annotations

from typing import Final

BROKEN: Final = "\ufffd"
"""What stands for half a character."""


class Surrogates:
    """Joins the halves of a character that were sent one by one; U+FFFD stands for a half that stays alone.

    The first half is held back while its other one may come. One that nothing follows is lost.

    JSON can say half a character, and servers that cut text by UTF-16 units do. Editors end at it.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        if text.isascii() and not self._half:
            return text
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
