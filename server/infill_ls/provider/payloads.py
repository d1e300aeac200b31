"""A successful answer's bytes -> JSON payloads: from an event stream, lines of JSON, or one body. Knows no fields."""

from __future__ import annotations

import json
import re
from typing import Any

from infill_ls.provider.sse import LONGEST, Decoder, Event
from infill_ls.records import Chunk

Payload = dict[str, Any]

PAGE = "page"
"""Code of what is said by a page rather than by an API."""
_TITLE_WITHIN = 4 * 1024

_INSIGNIFICANT = b"\xef\xbb\xbf \t\r\n"
"""The byte order mark's three bytes, and white space: what may stand before the first character that tells."""


class NotJson(Exception):
    """The answer is neither events nor JSON; ``str()`` says what it looks like."""


class PayloadDecoder:
    """Decides by the first character, since servers that ignore ``stream`` or mislabel their answers are common."""

    def __init__(self) -> None:
        self._events = Decoder()
        self._body = bytearray()
        self._kind = ""
        """``events``, ``body`` while it may be lines, ``lines``, ``whole body``; empty before the first character."""
        self.done = False
        """Whether the service said that nothing more follows."""
        self.status: int | None = None
        """The status that an event called an error had of its own, which the answer's head cannot tell."""

    def feed(self, data: bytes) -> list[Payload]:
        """The payloads that became complete."""
        if not self._kind:
            data = data.lstrip(_INSIGNIFICANT)
            self._kind = "" if not data else "body" if data[:1] in b"{[<" else "events"
        if self._kind == "events":
            return self._payloads(self._events.feed(data))
        self._body += data
        if self._kind == "body" and b"\n" in data:
            # A body that is spread over lines is not complete after its first.
            first, _, _ = self._body.partition(b"\n")
            self._kind = "lines" if parse(bytes(first)) is not None else "whole body"
        return self._ended_lines() if self._kind == "lines" else []

    def flush(self) -> list[Payload]:
        """The payloads that only the answer's end completes.

        Raises:
            NotJson: it is neither events nor JSON.
        """
        if self._kind == "events":
            return self._payloads(self._events.flush())
        if not self._body.strip():
            return []
        if self._kind == "lines":
            return _objects([bytes(self._body)])
        payload = parse(bytes(self._body))
        if payload is None:
            is_long = len(self._body) > LONGEST
            looks = (
                "an HTML page"
                if self._body.startswith(b"<")
                else "more than a completion"
                if is_long
                else "no JSON"
            )
            raise NotJson(looks)
        return [payload]

    def _ended_lines(self) -> list[Payload]:
        *ended, rest = bytes(self._body).split(b"\n")
        self._body = bytearray(rest)
        return _objects(ended)

    def _payloads(self, events: list[Event]) -> list[Payload]:
        payloads = []
        for event in events:
            self.done = self.done or event.data.strip() == "[DONE]"
            if self.done:
                break
            payload = parse(event.data)
            if event.is_error:
                self.status = event.status
                payloads.append(_error(event, payload))
            # An event that is no JSON object is a gateway's heart-beat of its own making.
            elif payload is not None:
                payloads.append(payload)
        return payloads


def _objects(lines: list[bytes]) -> list[Payload]:
    found = (parse(line) for line in lines)
    return [payload for payload in found if payload is not None]


def _error(event: Event, payload: Payload | None) -> Payload:
    """What an event called an error says, with a code in any case: that is how an error is known further on."""
    said = {"message": event.data} if payload is None else payload
    return (
        said
        if said.get("code") or said.get("error")
        else {**said, "code": str(event.status or 500)}
    )


def page_title(body: bytes) -> Payload:
    """What an HTML page has for a title, as if a service had said it; gateways answer with pages. Empty without one."""
    found = re.search(rb"<title>([^<]{1,200})</title>", body[:_TITLE_WITHIN], re.IGNORECASE)
    return (
        {}
        if found is None
        else {"code": PAGE, "message": found[1].decode(errors="replace").strip()}
    )


def parse(text: str | bytes) -> Payload | None:
    """A JSON object, or None for anything else."""
    if len(text) > LONGEST:
        return None
    try:
        value = json.loads(
            text if isinstance(text, str) else text.decode("utf-8-sig", errors="replace")
        )
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def as_one(chunks: list[Chunk]) -> Chunk:
    """What came together; counts are those so far, so the last ones hold."""
    if len(chunks) == 1:
        return chunks[0]
    finish = next((each.finish for each in reversed(chunks) if each.finish is not None), None)
    usage = next((each.usage for each in reversed(chunks) if each.usage is not None), None)
    logprobs = tuple(logprob for each in chunks for logprob in each.logprobs)
    reading = next((each.reading for each in reversed(chunks) if each.reading is not None), None)
    calls = next((each.calls for each in reversed(chunks) if each.calls), ())
    text = "".join(each.text for each in chunks)
    reasoning = "".join(each.reasoning for each in chunks)
    return Chunk(text, finish, usage, logprobs, reading, calls, reasoning)


def first_payload(body: bytes) -> Payload:
    """What a refusal says, be it JSON or, where a stream was asked for, an event; empty where it is neither."""
    answer = PayloadDecoder()
    try:
        return next(iter(answer.feed(body) + answer.flush()), {})
    except NotJson:
        return {}
