"""Cuts a byte stream into LSP messages, finding its way back after a broken header. Knows no JSON and no sockets."""

from __future__ import annotations

import re

MAX_BODY = 256 * 1024 * 1024
"""Bytes. A longer Content-Length is taken for a mistake: no document is that large."""

MAX_HEADER = 64 * 1024
"""Bytes of what has no end yet that are kept: a longer header is none, and its end may still hold one."""

_END = b"\r\n\r\n"

_HEADER_BYTES = 20
"""Enough for the beginning of a header; text before a header does no harm."""

_LENGTH = re.compile(rb"content-length\s*:\s*(\d+)", re.IGNORECASE)


class Framer:
    """``feed`` bytes as they come, ``next`` until it gives None."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer that hold no header's end
        self._missing: int | None = (
            None  # length of the body under way, once its header has been read
        )

    def __len__(self) -> int:
        """Bytes that are held until more have come."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take in bytes, cut anywhere."""
        self._buffer += data

    def next(self) -> bytes | None:
        """The next whole body, or None until more bytes have come."""
        while True:
            if self._missing is None and not self._read_header():
                return None
            if self._missing is None:
                continue
            if len(self._buffer) < self._missing:
                return None
            body = bytes(self._buffer[: self._missing])
            del self._buffer[: self._missing]
            self._missing = None
            return body

    def give_back(self, body: bytes) -> None:
        """Tell that ``body`` was no JSON.

        Its Content-Length was too long then, and it may have swallowed the message behind it, or half of that
        message's header: reading goes on there.
        """
        swallowed = _LENGTH.search(body)
        start = swallowed.start() if swallowed is not None else max(len(body) - _HEADER_BYTES, 0)
        self._buffer[:0] = body[start:]
        self._searched = 0

    def _read_header(self) -> bool:
        end = self._buffer.find(_END, self._searched)
        if end < 0:
            if len(self._buffer) > 2 * MAX_HEADER:
                del self._buffer[:-MAX_HEADER]
            self._searched = max(0, len(self._buffer) - len(_END) + 1)
            return False
        self._searched = 0
        # The last length counts: what stands before it is the rest of a body whose length was too short.
        lengths = _LENGTH.findall(bytes(self._buffer[:end]))
        del self._buffer[: end + 4]
        if lengths and len(lengths[-1]) < 12 and int(lengths[-1]) <= MAX_BODY:
            self._missing = int(lengths[-1])
        return True


def frame(body: bytes) -> bytes:
    """A body with its header, as it goes over the wire."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body
