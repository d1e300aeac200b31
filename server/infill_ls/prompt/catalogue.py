"""Model Studio's models as data: by which routes each completes code, and whether it thinks. Unknown stays unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Thinking = Literal["none", "hybrid", "only"]


@dataclass(frozen=True, slots=True)
class Model:
    """One model, its ``-latest`` name and its dated snapshots."""

    name: str
    fim: bool = False
    """Served by the completions endpoint, which exists in one region only."""
    partial: bool = False
    """Continues a partial assistant message (while it does not think)."""
    partial_since: str = ""
    """First dated snapshot with partial mode, ``YYYY-MM-DD``; empty where the page names none."""
    thinking: Thinking = "none"
    thinking_since: str = ""
    """First dated snapshot that thinks; empty where the page names none."""
    open_weights: bool = False
    """Other servers serve the same weights under this name, so the name says nothing of the server's routes."""


def _fim(*names: str, open_weights: bool) -> tuple[Model, ...]:
    return tuple(Model(name, fim=True, partial=True, open_weights=open_weights) for name in names)


def _hybrid_open(*names: str) -> tuple[Model, ...]:
    return tuple(Model(name, partial=True, thinking="hybrid", open_weights=True) for name in names)


FIM_REGION = "beijing"
"""The only region whose endpoint offers FIM completions."""

DEFAULT_FIM_MODEL = "qwen-coder-turbo"
DEFAULT_PARTIAL_MODEL = "qwen3-coder-flash"

MODELS: tuple[Model, ...] = (
    *_fim("qwen-coder-turbo", open_weights=False),
    *_fim(*(f"qwen2.5-coder-{size}b-instruct" for size in ("0.5", "1.5", "3", "7", "14", "32")), open_weights=True),
    Model("qwen3-coder-plus", partial=True),
    Model("qwen3-coder-flash", partial=True),
    Model("qwen3-coder-480b-a35b-instruct", partial=True, open_weights=True),
    Model("qwen3-coder-30b-a3b-instruct", partial=True, open_weights=True),
    Model("qwen3.7-max", thinking="hybrid"),
    Model("qwen3.7-max-preview", thinking="only"),
    Model("qwen3.7-max-2026-05-17", thinking="only"),
    Model("qwen3.7-plus", thinking="hybrid"),
    Model("qwen3.6-max-preview", thinking="hybrid"),
    Model("qwen3.6-plus", partial=True, thinking="hybrid"),
    Model("qwen3.6-flash", thinking="hybrid"),
    Model("qwen3.6-35b-a3b", thinking="hybrid", open_weights=True),
    Model("qwen3.5-plus", partial=True, partial_since="2026-02-15", thinking="hybrid"),
    Model("qwen3.5-flash", partial=True, partial_since="2026-02-23", thinking="hybrid"),
    *_hybrid_open("qwen3.5-397b-a17b", "qwen3.5-122b-a10b", "qwen3.5-27b", "qwen3.5-35b-a3b"),
    Model("qwen3-max-preview", partial=True, thinking="hybrid"),
    Model("qwen3-max", partial=True, partial_since="2025-09-23", thinking="hybrid", thinking_since="2026-01-23"),
    *_hybrid_open("qwen3-235b-a22b", "qwen3-32b", "qwen3-30b-a3b", "qwen3-14b", "qwen3-8b"),
    Model("qwen3-next-80b-a3b-thinking", thinking="only", open_weights=True),
    Model("qwen3-235b-a22b-thinking-2507", thinking="only", open_weights=True),
    Model("qwen3-30b-a3b-thinking-2507", thinking="only", open_weights=True),
    Model("qwen-max", partial=True, partial_since="2025-01-25"),
    Model("qwen-plus", partial=True, partial_since="2025-01-25", thinking="hybrid", thinking_since="2025-04-28"),
    Model("qwen-flash", partial=True, partial_since="2025-07-28", thinking="hybrid", thinking_since="2025-07-28"),
    Model("qwen-turbo", partial=True, partial_since="2024-11-01", thinking="hybrid"),
    Model("qwq-plus", thinking="only"),
)

_BY_NAME = {model.name: model for model in MODELS}
_LATEST_OR_DATE = re.compile(r"-(?:latest|(?P<date>\d{4}-\d{2}-\d{2})|\d{4})$")


@dataclass(frozen=True, slots=True)
class Abilities:
    """What one name, snapshot rules applied, can do."""

    fim: bool
    partial: bool
    thinking: Thinking
    open_weights: bool


def find(name: str) -> Abilities | None:
    """What a model can do, or None where the pages do not know it.

    Names are compared without case; an organisation in front (``Qwen/``) is passed over.
    """
    plain = name.lower().rsplit("/", 1)[-1]
    if model := _BY_NAME.get(plain):
        return Abilities(model.fim, model.partial, model.thinking, model.open_weights)
    ending = _LATEST_OR_DATE.search(plain)
    model = _BY_NAME.get(plain[: ending.start()]) if ending else None
    if ending is None or model is None:
        return None
    # Dates written year first compare as text; a name without a date is the newest snapshot.
    date = ending["date"] or "9999-12-31"
    return Abilities(
        fim=model.fim,
        partial=model.partial and date >= model.partial_since,
        thinking=model.thinking if date >= model.thinking_since else "none",
        open_weights=model.open_weights,
    )


def names(route: Literal["fim", "partial"]) -> tuple[str, ...]:
    """The models that a route is known to serve, in the catalogue's order."""
    return tuple(model.name for model in MODELS if (model.fim if route == "fim" else model.partial))
