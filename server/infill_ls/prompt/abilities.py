"""What a model can do besides completing: ask for tools, answer in JSON. Builds no request.

Model Studio's pages say it of their models; elsewhere the service's row does, and the model's name. Whoever is wrong
about a model is told so by its server (``provider/negotiate.py``).
"""

from __future__ import annotations

import re

from infill_ls.prompt import catalogue
from infill_ls.prompt.catalogue_model import Model
from infill_ls.settings.services import service_of

TOOLLESS = frozenset(
    {
        "qwen-coder-turbo",
        *(f"qwen2.5-coder-{size}b-instruct" for size in ("0.5", "1.5", "3", "7", "14", "32")),
        "qwen-vl-max",
        "qwen-vl-plus",
        "QVQ",
        "DeepSeek-R1 distilled models",
    }
)
"""Models that the page of function calling does not name."""

IN_JSON = frozenset(
    {
        *("qwen3-coder-plus", "qwen3-coder-flash", "qwen3.5-plus", "qwen3.5-flash"),
        *("qwen3-max", "qwen3-max-preview", "qwen-max", "qwen-plus", "qwen-flash", "qwen-turbo"),
        *("qwen3-vl-plus", "qwen3-vl-flash", "qwen-vl-max", "qwen-vl-plus"),
        *("Qwen2.5 text models", "Qwen3 open models", "Qwen3 open -instruct models"),
    }
)
"""Models that the page of structured output names; those that think have it while they do not."""

_NAMED = re.compile(
    r"qwen-?3|qwen-?2\.5[-:](?!coder)|devstral|codestral|m(?:i|ini|ix)stral|gpt|llama-?(?:3\.[1-4]|4)|glm-?[45]|kimi|"
    r"deepseek-(?:chat|v[34])|granite-?[34]|minimax|claude|gemini|grok|seed-?oss|mercury",
    re.IGNORECASE,
)
"""Names of models that are known to ask for tools, whoever serves them."""
_BASE = re.compile(r"[-_.:](?:base|pt)(?![a-z])", re.IGNORECASE)
"""A model that was not taught to chat."""


def can_call(model: Model) -> bool:
    """Whether a model of the catalogue asks for tools where they are offered."""
    return model.name not in TOOLLESS


def in_json(model: Model) -> bool:
    """Whether a model of the catalogue can be held to JSON, while it does not think."""
    return model.name in IN_JSON


def calls_tools(kind: str, name: str) -> bool:
    """Whether a kind of server's model of that name asks for tools, as far as is known."""
    service, known = service_of(kind), catalogue.find(name)
    if known is not None:
        return can_call(known)
    # A name that the pages do not know is tried as asked: they grow more slowly than the service.
    return service.catalogued or bool(_NAMED.search(name) and not _BASE.search(name))


def answers_in_json(kind: str, name: str) -> bool:
    """Whether a kind of server holds the model of that name to JSON, as far as is known."""
    service, known = service_of(kind), catalogue.find(name)
    if service.catalogued:
        return known is not None and in_json(known)
    return service.in_json
