"""What there is to know of a kind of server: the columns of ``service_rows.py``. Holds no rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Infill = Literal["tokens", "suffix", "none"]
"""How the middle is asked for: by the model's own tokens in the prompt, by a field for the suffix, or not at all."""

Prefill = Literal["partial", "prefix", "continue", "last", "none"]
"""How a chat says that its last message is to be continued: a mark on the message (two spellings), fields of the body,
by that message being the last; or the service cannot."""

Body = tuple[tuple[str, Any], ...]
"""Fields of a request's body; None takes one out that would stand there otherwise."""

OWN_KEY = "INFILL_LS_API_KEY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One kind of server."""

    kind: str
    """What ``provider.kind`` calls it."""
    name: str
    """What people call it."""
    address: str | None = None
    """Where it is asked if ``provider.base_url`` does not say; None where that has to be set."""
    root: str | None = "/v1"
    """Path on its host or behind a gateway's prefix that all others hang on; None: as the address says, else /v1."""
    hosts: tuple[str, ...] = ()
    """Ends of host names that belong to it, so that ``auto`` knows it by its address."""
    ports: tuple[int, ...] = ()
    """Where one on this machine usually listens, the first being its own: ``auto`` knows it by that, too."""
    key: str = OWN_KEY
    """The environment variable that holds its key."""
    needs_key: bool = False
    regional: bool = False
    """Whether keys and addresses belong to regions, and there is a native protocol beside: Model Studio alone."""
    catalogued: bool = False
    """Whether the catalogue says which of its models is asked by which route."""
    model: str = ""
    """The model that is asked if ``provider.model`` does not say; empty where the server has its own."""
    infill: Infill = "tokens"
    knows_templates: bool = False
    """Whether it can also be asked by a field for the suffix, for models whose tokens are not known here."""
    infill_wire: Literal["completions", "ollama"] = "completions"
    infill_path: str = "/completions"
    infill_body: Body = ()
    """What a request for the middle has in its body beyond what every service gets."""
    prefill: Prefill = "partial"
    chat_path: str = "/chat/completions"
    chat_body: Body = ()
    no_thoughts: Body = ()
    """What keeps a chat model from thinking first; one that does not think takes no notice."""
    in_json: bool = False
    """Whether its chat holds a model to JSON where only that is asked for, without a schema."""
    scores: bool = False
    """Whether it may be asked how likely an answer was; strict services refuse what they do not document."""
    cache_marks: bool = False
    """Whether it has an explicit context cache; others are not sure to take a message in parts."""
    start: str = "start the server"
    """What helps where nothing listens, as half a sentence."""
    loads_alone: bool = False
    """Whether it gives up loading a model when the request that wanted it is given up."""
    routed: bool = False
    """Whether a router may stand before several of it, which goes by ``X-Session-ID``."""
    priority: str = ""
    """The header that says how urgent a request is: the lower the number, the sooner it is served."""
    salted: bool = False
    """Whether it keeps caches apart by a salt in the body."""
    primes: int | None = None
    """Tokens that are asked for where a prompt is only to be read in advance: the fewest that it takes. None for a
    server that is not the user's own, or may not be: there each call is paid for."""
    health: str = ""
    """Path that is answered by 503 while the model is loaded, where there is one."""
    get_model: str = ""
    """The command that gets a ``{model}`` which the server does not have."""
    larger_window: str = ""
    """What makes the window larger, as half a sentence."""
    faster: str = "a smaller model"
    """What makes it read prompts faster, as the end of a sentence."""
    tells_cached: str = ""
    """What makes it say how much of a prompt came from its cache, where it does not by itself."""
    words: tuple[tuple[int, str, str], ...] = ()
    """HTTP status, what the message matches, and what is said to the user: ``{host}``, ``{model}``."""
