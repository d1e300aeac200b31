"""Server-sent events: bytes -> ``data`` fields with what was said of them. Knows no payloads and reads no socket."""

from __future__ import annotations

import codecs
import json
import re
from typing import NamedTuple

LONGEST = 256 * 1024
"""Characters of JSON that are parsed in one go, so that no key waits for it; what a completion comes in is shorter."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_STATUS = re.compile(r":\s*HTTP_STATUS/(\d{3})\s*|status:\s*(\d{3})\s*")
"""How Model Studio's native protocol tells the status of one event: in a comment, or in a field of its own making."""


class Event(NamedTuple):
    """One event."""

    data: str
    name: str = ""
    """The ``event`` field, where it stands before the data."""
    status: int | None = None
    """The HTTP status that the event would have had as an answer of its own."""

    @property
    def is_error(self) -> bool:
        """Whether the service calls it an error, be it by name or by status."""
        return self.name == "error" or (self.status or 0) >= 400


class Decoder:
    """Takes a stream cut at any byte; gives each event as soon as its data is complete.

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
        self._name = ""
        self._status: int | None = None

    def feed(self, data: bytes) -> list[Event]:
        """The events that became complete."""
        return self._text(self._bytes.decode(data))

    def flush(self) -> list[Event]:
        """The events that only the end of the stream completes."""
        events = self._text(self._bytes.decode(b"", final=True))
        events += self._end_line("")
        return events + self._end_event()

    def _text(self, text: str) -> list[Event]:
        if not text:
            return []
        if self._after_cr:
            text = text.removeprefix("\n")
        *ended, rest = _LINE_END.split(text)
        self._after_cr = text.endswith("\r")
        events = [event for line in ended for event in self._end_line(line)]
        self._line.append(rest)
        return events

    def _end_line(self, last_piece: str) -> list[Event]:
        line = "".join([*self._line, last_piece])
        self._line = []
        if not line:
            return self._end_event()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field != "data":
            self._note(line, field, value)
            return []
        if not self._data and _is_complete(value):
            return [self._event(value)]
        self._data.append(value)
        return []

    def _note(self, line: str, field: str, value: str) -> None:
        """What is said of the data that follows."""
        if field == "event":
            self._name = value.strip()
        elif found := _STATUS.fullmatch(line):
            self._status = int(found[1] or found[2])

    def _end_event(self) -> list[Event]:
        if not self._data:
            self._name, self._status = "", None
            return []
        data = "\n".join(self._data)
        self._data = []
        return [self._event(data)]

    def _event(self, data: str) -> Event:
        event = Event(data, self._name, self._status)
        self._name, self._status = "", None
        return event


def _is_complete(value: str) -> bool:
    if value.strip() == "[DONE]":
        return True
    # Looking at the ends first spares the parser the first lines of a JSON value that is spread over several.
    if len(value) > LONGEST or not (value.startswith("{") and value.rstrip().endswith("}")):
        return False
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return False
    return True
