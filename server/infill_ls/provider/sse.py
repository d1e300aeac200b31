"""Server-sent events: bytes -> payloads of ``data`` fields. Does not know what payloads mean and reads no socket."""

from __future__ import annotations

import codecs
import json
import re

_LINE_END = re.compile(r"\r\n|\n|\r")


class Decoder:
    """Takes a stream cut at any byte; gives each payload as soon as its line is complete.

    By the letter a blank line ends an event. Gateways leave blank lines out, so a ``data`` line that is complete in
    itself (a JSON value, or ``[DONE]``) is an event of its own; any other lines are joined until a blank one.
    Comments and blank lines alone, the usual heart-beats, give nothing.
    """

    def __init__(self) -> None:
        self._bytes = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
        self._line: list[str] = []
        """Pieces of the line that is still arriving; joined once, however many there are."""
        self._after_cr = False
        """Whether the last text ended in CR, so that an LF to come belongs to that line end."""
        self._data: list[str] = []
        """Lines of an event that only a blank line will end."""

    def feed(self, data: bytes) -> list[str]:
        """The payloads that became complete."""
        return self._text(self._bytes.decode(data))

    def flush(self) -> list[str]:
        """The payloads that only the end of the stream completes."""
        payloads = self._text(self._bytes.decode(b"", final=True))
        payloads += self._end_line("")
        return payloads + self._end_event()

    def _text(self, text: str) -> list[str]:
        if not text:
            return []
        if self._after_cr:
            text = text.removeprefix("\n")
        *ended, rest = _LINE_END.split(text)
        self._after_cr = text.endswith("\r")
        payloads = [payload for line in ended for payload in self._end_line(line)]
        self._line.append(rest)
        return payloads

    def _end_line(self, last_piece: str) -> list[str]:
        line = "".join([*self._line, last_piece])
        self._line = []
        if not line:
            return self._end_event()
        field, _, value = line.partition(":")
        if field != "data":
            return []
        value = value.removeprefix(" ")
        if not self._data and _is_complete(value):
            return [value]
        self._data.append(value)
        return []

    def _end_event(self) -> list[str]:
        if not self._data:
            return []
        payload = "\n".join(self._data)
        self._data = []
        return [payload]


def _is_complete(value: str) -> bool:
    if value.strip() == "[DONE]":
        return True
    # Looking at the ends first spares the parser the first lines of a JSON value that is spread over several.
    if not (value.startswith("{") and value.rstrip().endswith("}")):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
