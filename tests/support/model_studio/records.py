"""What a test tells the emulator to do, and what the emulator tells the test it saw; no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

CHARACTERS_PER_TOKEN = 4

Kind = Literal["fim", "prefix", "plain", "partial", "chat"]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as the service words it. As a reply it is a status and a body; inside a stream, an error frame."""

    status: int
    code: str
    message: str
    type: str = "invalid_request_error"
    retry_after_s: float | None = None
    flat: bool = False
    """Whether the body lacks the ``error`` envelope, as some gateways in front of the service have it."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Sends the client elsewhere."""

    to: str
    status: int = 307


@dataclass(frozen=True, slots=True)
class Framing:
    """How the events of a stream are written down; the default is the service's own way."""

    space: bool = True
    """Whether a space follows ``data:``."""
    line_end: Literal["\n", "\r\n", "\r"] = "\n"
    blank_lines: bool = True
    """Whether a blank line ends each event, as the format demands; some gateways leave it out."""
    heartbeats: bool = False
    """Whether comments and blank lines stand before each event."""
    done: bool = True
    """Whether ``[DONE]`` ends the stream."""
    sizes: tuple[int, ...] = ()
    """Bytes per write, used in turn; empty: one write per event."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What one request gets. ``text`` is what the model would say if nothing stopped it."""

    text: str | None = None
    """None asks the emulator's oracle."""
    reasoning: str = ""
    """Sent as ``reasoning_content`` before the text."""
    calls: tuple[tuple[str, str | dict[str, Any]], ...] = ()
    """Names and arguments of what the model asks for after its text, if the request offers tools."""
    trouble: Failure | Redirect | Literal["hang", "close"] | None = None
    after: int | None = None
    """Characters of the text that are sent before the trouble starts; None: it comes in place of the headers.
    A reply that is not streamed has no such middle: its trouble always comes in place of the headers."""
    first_token_s: float = 0.0
    chunk_s: float = 0.0
    """Seconds between two chunks."""
    chunk_size: int = 8
    """Characters per chunk."""
    framing: Framing = field(default_factory=Framing)


@dataclass(frozen=True, slots=True)
class Question:
    """What a request asks: the code before the place, and what was said of the rest."""

    kind: Kind
    prefix: str
    suffix: str
    """The code after the place in a FIM prompt; the other messages' text in a chat."""
    text: str
    """The whole prompt; for a chat, the messages' texts, one per line."""


@dataclass(slots=True)
class Call:
    """One request as it was seen. The emulator's thread fills it in while the request lives; tests only read."""

    number: int
    """0 for the first request."""
    received_at: float
    """Seconds of ``time.monotonic()``, as all times here."""
    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    connection: int
    """The client's port: equal for requests that share a connection."""
    body: dict[str, Any]
    """Empty where there was none or it was no JSON object."""
    asked: dict[str, Any]
    """The body in the compatible mode's words: the same, but for requests of the native protocol."""
    question: Question | None
    """None where the body asks nothing that can be read."""
    running: int
    """Requests in progress when this one arrived, itself included."""
    status: int | None = None
    """None while no headers have been sent."""
    first_sent_at: float | None = None
    """When the first character of the answer left."""
    finished_at: float | None = None
    """When the whole answer had been written."""
    closed_by_client: bool = False
    """Whether the client closed the connection before the answer was complete."""
    closed_at: float | None = None
    sent: str = ""
    """Text of the answer that has left so far, without thoughts and calls."""
    called: str = ""
    """Names and arguments of the calls that have left so far."""
    prompt_tokens: int = 0
    cached_tokens: int = 0
    """Prompt tokens that a prefix cache would have had."""
    marked: tuple[str, ...] = ()
    """The beginnings that the explicit cache is to keep; where there are any, it is the only cache."""
    cache_written_tokens: int = 0
    """Prompt tokens that the explicit cache takes in when the answer has ended."""
    reasoning_tokens: int = 0
    raw: bytes = field(default=b"", repr=False)
    """The body as it came, of a file that is sent."""

    @property
    def prompt(self) -> str:
        """The whole prompt text, empty where nothing was asked."""
        return self.question.text if self.question else ""

    @property
    def characters_sent(self) -> int:
        return len(self.sent)

    @property
    def completion_tokens(self) -> int:
        """Tokens sent, thoughts and calls among them."""
        return -(-(self.characters_sent + len(self.called)) // CHARACTERS_PER_TOKEN) + self.reasoning_tokens

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.finished_at is not None or self.closed_at is not None
