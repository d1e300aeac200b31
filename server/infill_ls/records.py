"""Frozen values that travel between the rooms; no behaviour beyond what a value knows of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from infill_ls.messages import Lookups, Message, Tool, ToolCall
from infill_ls.tokens import Usage

Encoding = Literal["utf-8", "utf-16", "utf-32"]
Trigger = Literal["automatic", "invoked"]
Mode = Literal["fim", "partial", "chat"]
"""Tokens in a completions prompt; a chat whose last message is continued; a plain chat, for models that think."""
Lines = Literal["single", "multi", "auto"]
FimForm = Literal["documented", "typed-last"]
"""How a fill-in-the-middle prompt is laid out: as the models' makers say, or with what is typed at its very end."""

Cause = Literal["typed", "deleted", "undone", "moved"]
"""What had happened before a request: text came in at the cursor, went away, came back; or only the cursor moved."""

OutcomeName = Literal[
    "shown",
    "empty",
    "gated",
    "filtered",
    "excluded",
    "cancelled",
    "superseded",
    "rate_limited",
    "over_budget",
    "auth",
    "not_found",
    "bad_request",
    "unreachable",
    "timeout",
    "unsupported",
]
Source = Literal["model", "cache", "typed", "inflight", "speculative", "local", "repeat"]


REDACTED: Final = "REDACTED"
"""What stands in prompts for a secret: always the same, so that a prompt's beginning stays what it was."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    r"""One document at one version, as seen from one cursor; taken before a handler's first ``await``.

    ``prefix`` and ``suffix`` hold whole lines around the cursor up to the limits the snapshot was taken with.
    Both end lines with ``\n`` only and hold no lone surrogates, so they can be encoded.
    """

    uri: str
    path: str | None
    """File-system path, or None for a document that is no file (``untitled:`` and the like)."""
    language: str
    """The editor's language id, else one guessed from the file's extension, else the empty string."""
    version: int
    line: int
    """0-based line of the cursor."""
    column: int
    """Cursor's place in its line in characters (Python code points), not in the client's units."""
    prefix: str
    suffix: str
    first_line: int = 0
    """0-based document line that ``prefix`` starts with; 0 when the prefix reaches the document's start."""
    reaches_end: bool = True
    """Whether ``suffix`` reaches the document's end."""
    editors_language: str = ""
    """The language id as the editor sends it, which a switch may name although it tells nothing else."""

    @property
    def line_before(self) -> str:
        """The cursor's line up to the cursor."""
        return self.prefix[self.prefix.rfind("\n") + 1 :]

    @property
    def line_after(self) -> str:
        """The cursor's line from the cursor on, without its line end."""
        end = self.suffix.find("\n")
        return self.suffix if end < 0 else self.suffix[:end]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a document. Places are (row, index): a 0-based line and a string index in it."""

    start: tuple[int, int]
    end: tuple[int, int]
    """Where the new text ends."""
    inserted: str
    removed: str
    old_end: tuple[int, int] | None = None
    """Where the text ended that was removed; None where there was none."""

    def moves(self, place: tuple[int, int]) -> tuple[int, int]:
        """Where a place of before the edit is after it."""
        row, index = self.old_end or self.start
        if place < self.start:
            return place
        if place[0] > row:
            return place[0] + self.end[0] - row, place[1]
        return self.end[0], self.end[1] + max(place[1] - index, 0) if place[0] == row else self.end[
            1
        ]

    @property
    def inverse(self) -> tuple[tuple[int, int], str, str]:
        """Start, and what an edit would insert and remove to take this one back."""
        return self.start, self.removed, self.inserted


@dataclass(frozen=True, slots=True)
class Change:
    """Lines of a document as they were, and as they are now; either may be none."""

    order: int
    """Rises with each edit, over all documents: what was changed last has the highest."""
    first: int
    """0-based line that it begins in now."""
    old: tuple[str, ...] = field(repr=False)
    new: tuple[str, ...] = field(repr=False)
    is_bulk: bool = False
    """Whether a formatter or many cursors did it, or had a part in it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine is asked: a place, and how the question came about."""

    id: str
    snapshot: Snapshot
    trigger: Trigger = "automatic"
    cause: Cause = "typed"
    candidates: int = 1
    deep: bool = False
    """Whether the model may look things up in the project before it answers."""


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A piece of another file, shown to the model as context."""

    path: str
    """Path relative to the workspace, with forward slashes."""
    text: str
    reasons: tuple[str, ...] = ()
    """Why each line is shown, for people."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a prompt is made of: the text around the cursor, cut to budget, and pieces of other files."""

    prefix: str
    suffix: str
    path: str
    """Name shown to the model: relative to the workspace where possible, never absolute."""
    language: str
    neighbors: tuple[Neighbor, ...] = ()
    images: tuple[str, ...] = field(default=(), repr=False)
    """The image that the text at the cursor describes, as a ``data:`` URL."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is sent to a model, and the plain text that it was made from (the embedded engine reads that)."""

    mode: Mode
    context: Context
    text: str = ""
    """The encoded fill-in-the-middle prompt; empty in partial mode."""
    messages: tuple[Message, ...] = ()
    """The chat; empty in FIM mode."""
    stop: tuple[str, ...] = ()
    """All strings that end an answer, most telling first; a wire sends at most 4, the stream enforces all."""
    max_tokens: int = 256
    variant: int = 0
    """0 for the likeliest answer; other numbers ask for others."""
    scored: bool = False
    """Whether it is wanted how likely the answer was to the model, where the server can say it."""
    explicit: bool = False
    """Whether somebody asked, who would rather have a poor answer than none."""
    ahead: bool = False
    """Whether nobody waits for the answer yet."""
    tools: tuple[Tool, ...] = ()
    """What the model may ask for before it answers; the answer is then asked for again, with the results."""
    must_answer: bool = False
    """Whether the model is not to ask for anything more."""
    as_json: bool = False
    """Whether the answer is to be one JSON object, of whatever length; the chat has to say so, too."""

    @property
    def n_characters(self) -> int:
        """Characters that are sent."""
        chat = sum(message.n_characters for message in self.messages)
        return len(self.text) + chat + sum(tool.n_characters for tool in self.tools)


@dataclass(frozen=True, slots=True)
class Reading:
    """How long a model took to read what it had not cached of a prompt."""

    tokens: int
    seconds: float
    is_exact: bool = True
    """Whether that is what the server measured; else cached tokens may be among them, and the way to it in the time."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a streamed answer. ``finish`` and ``usage`` come with the last pieces, if at all."""

    text: str = ""
    finish: str | None = None
    usage: Usage | None = None
    logprobs: tuple[float, ...] = ()
    """Of its tokens, where they were asked for."""
    reading: Reading | None = None
    """How the prompt was read, where the server says it."""
    calls: tuple[ToolCall, ...] = ()
    """All that the answer asks for, whole, once it is known that nothing more comes of them; the last that are given
    hold."""
    reasoning: str = field(default="", repr=False)
    """A piece of what the model thinks before it answers."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Ghost text: ``text`` goes in at the cursor and replaces the next ``replaces`` characters of the line."""

    text: str
    replaces: int = 0
    changed: tuple[str, ...] = field(default=(), compare=False)
    """Names of the rules that have changed the model's text."""
    logprob: float | None = field(default=None, compare=False)
    """Mean over the tokens, where the server says it."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a model's text is not shown: the name of the rule."""

    rule: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in one request, by phase; None where the phase did not happen."""

    total: float = 0.0
    debounce: float | None = None
    context: float | None = None
    first_token: float | None = None
    upstream: float | None = None
    post: float | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What a prompt had of other files, without a word of it."""

    pieces: int = 0
    tokens: int = 0
    """Reckoned by their length."""
    mark: str = ""
    """The same for the same text."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a request ended: a completion or none, and why."""

    name: OutcomeName
    completion: Completion | None = None
    others: tuple[Completion, ...] = ()
    """Further candidates, where several were asked for; best first."""
    rule: str | None = None
    source: Source | None = None
    model: str | None = None
    message: str | None = None
    """A sentence for the user, with the remedy, where something is wrong."""
    timings: Timings = field(default_factory=Timings)
    usage: Usage = field(default_factory=Usage)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    """What the last call's prompt had of other files."""
    lookups: Lookups = field(default_factory=Lookups)
    """What the model looked up, where it was let."""
    upstream_calls: int = 0
    spared: bool = False
    """Whether the embedded engine was so sure that no model was asked."""
    aborted: bool = False
