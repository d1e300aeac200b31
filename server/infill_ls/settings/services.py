"""The kinds of server that can be asked, as rows of data: what each is called, where it is, how it is asked.

What a row says is all that the code knows of a kind: a new one that speaks a known wire is a row here, a choice of
``provider.kind`` in ``schema.py``, and a page of the docs. It stands below the stages, since the prompt's mode and the
request's body both depend on it. Asks nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

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
    hosts: tuple[str, ...] = ()
    """Ends of host names that belong to it, so that ``auto`` knows it by its address."""
    key: str = OWN_KEY
    """The environment variable that holds its key."""
    needs_key: bool = False
    regional: bool = False
    """Whether keys and addresses belong to regions, and there is a native protocol beside: Model Studio alone."""
    catalogued: bool = False
    """Whether the catalogue says which of its models is asked by which route."""
    infill: Infill = "tokens"
    prefill: Prefill = "partial"
    scores: bool = True
    """Whether it may be asked how likely an answer was; strict services refuse what they do not document."""
    cache_marks: bool = False
    """Whether it has an explicit context cache; others are not sure to take a message in parts."""


_ROWS = (
    Service(
        kind="model-studio",
        name="Model Studio",
        hosts=(".aliyuncs.com",),
        key="DASHSCOPE_API_KEY",
        needs_key=True,
        regional=True,
        catalogued=True,
        scores=False,
        cache_marks=True,
    ),
    Service(kind="openai", name="an OpenAI-compatible API"),
)

SERVICES = {row.kind: row for row in _ROWS}


def service_of(kind: str) -> Service:
    """The row of a kind that is in force."""
    return SERVICES[kind]


def by_address(url: str) -> Service:
    """The kind of server that an address belongs to; the one for any OpenAI-compatible API where it tells none."""
    try:
        host = urlsplit(url.strip()).hostname or ""
    except ValueError:
        host = ""
    return next((row for row in _ROWS if host.endswith(row.hosts)), SERVICES["openai"])
