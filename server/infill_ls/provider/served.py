"""What an engine says of itself -> one record, whatever the engine. Pure: the answers come from ``discovery.py``.

Each answer is somebody else's: what is not as expected is as good as not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

JsonObject = Mapping[str, Any]

MOST_MODELS = 200
"""More are a gateway's catalogue, of which the user has to know what he wants."""
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class Model:
    """One model that a server has; what it does not say is None or empty."""

    name: str
    fills: bool | None = None
    """Whether it has fill-in-the-middle tokens."""
    tokens: tuple[str, ...] | None = None
    """Those of the tokens asked about that its vocabulary has."""
    window: int | None = None
    """Tokens that it reads at once, as it is served."""
    size: str = ""
    is_loaded: bool | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """A server: its kind, as ``provider.kind`` has it, its version, and its models."""

    kind: str
    version: str = ""
    models: tuple[Model, ...] = ()
    is_whole: bool = True
    """Whether there was time for all questions."""

    def model(self, name: str) -> Model | None:
        """The model of a name; Ollama's may be said without ``:latest``."""
        return next(
            (model for model in self.models if model.name in (name, f"{name}:latest")), None
        )

    def with_model(self, changed: Model, name: str = "") -> Served:
        """The same with more known of one model, by another ``name`` so far where there is one."""
        models = (
            changed if model.name == (name or changed.name) else model for model in self.models
        )
        return replace(self, models=tuple(models))


def kind_of(headers: Mapping[str, str], listed: JsonObject) -> str:
    """Which kind of server lists models like this; ``openai`` where nothing tells."""
    owners = {str(each.get("owned_by", "")) for each in _records(listed, "data")}
    if headers.get("server", "").lower().startswith("llama.cpp") or "llamacpp" in owners:
        return "llama.cpp"
    if owners & {"organization_owner", "organization-owner"}:
        return "lm-studio"
    if any("max_input_tokens" in each for each in _records(listed, "data")):
        return "litellm"
    return next((kind for kind in ("vllm", "sglang") if kind in owners), "openai")


def may_be_ollamas(listed: JsonObject) -> bool:
    """Whether Ollama could list models like this: it names no owner but ``library``, and says null for none."""
    return all(each.get("owned_by") in (None, "library") for each in _records(listed, "data"))


def listed_models(listed: JsonObject) -> tuple[Model, ...]:
    """The models of OpenAI's list, with what llama.cpp, vLLM and LiteLLM add to it."""
    return tuple(
        Model(
            each["id"],
            window=_count(_inside(each, "meta").get("n_ctx"))
            or _count(each.get("max_model_len"))
            or _count(each.get("max_input_tokens")),
            size=_parameters(_inside(each, "meta").get("n_params")),
            is_loaded=_is_loaded(_inside(each, "status").get("value")),
        )
        for each in _records(listed, "data")
        if _is_name(each.get("id"))
    )[:MOST_MODELS]


def ollamas_models(tags: JsonObject, running: JsonObject) -> tuple[Model, ...]:
    """Ollama's models; those that run have a window in force."""
    windows = {
        each.get("name"): _count(each.get("context_length")) for each in _records(running, "models")
    }
    return tuple(
        Model(
            each["name"],
            fills=True if "insert" in (each.get("capabilities") or ()) else None,
            window=windows.get(each["name"]),
            size=" ".join(
                str(_inside(each, "details").get(name) or "")
                for name in ("parameter_size", "quantization_level")
            ).strip(),
            is_loaded=each["name"] in windows,
        )
        for each in _records(tags, "models")
        if _is_name(each.get("name"))
    )[:MOST_MODELS]


def lm_studios_models(listed: JsonObject) -> tuple[Model, ...]:
    """LM Studio's models, as its own API lists them."""
    return tuple(
        Model(
            each["id"],
            window=_count(each.get("loaded_context_length")),
            size=str(each.get("quantization") or ""),
            is_loaded=each.get("state") == "loaded",
        )
        for each in _records(listed, "data")
        if _is_name(each.get("id"))
    )[:MOST_MODELS]


def of_ollamas_model(model: Model, shown: JsonObject) -> Model:
    """What ``/api/show`` adds: whether the vocabulary has tokens for the middle, also where the template has none."""
    info = _inside(shown, "model_info")
    has_tokens = any("fim_" in name for name in info)
    window = model.window or _parameter(shown.get("parameters"), "num_ctx")
    return replace(model, fills=model.fills or has_tokens, window=window)


def of_props(model: Model, props: JsonObject) -> Model:
    """What llama.cpp's ``/props`` adds. Its one model answers to any name, so a file's is enough."""
    window = _count(_inside(props, "default_generation_settings").get("n_ctx"))
    name = model.name.rpartition("/")[2] or model.name
    return replace(
        model,
        name=name,
        window=window or model.window,
        is_loaded=True if window else model.is_loaded,
    )


def of_vocabulary(model: Model, asked: Iterable[str], answers: Iterable[JsonObject]) -> Model:
    """What ``/tokenize`` tells, of one token after the other: a token of the vocabulary is one, other text is many."""
    known = tuple(
        token for token, answer in zip(asked, answers, strict=True) if _is_one_token(answer)
    )
    return replace(model, fills=bool(known), tokens=known)


def of_pieces(model: Model, asked: Iterable[str], answer: JsonObject) -> Model:
    """What llama.cpp's ``/tokenize`` tells of tokens in one text: those that it has are pieces of it."""
    pieces = {str(each.get("piece")) for each in _records(answer, "tokens")}
    known = tuple(token for token in asked if token in pieces)
    return replace(model, fills=bool(known), tokens=known)


def _is_one_token(answer: JsonObject) -> bool:
    tokens = answer.get("tokens")
    return isinstance(tokens, list) and len(tokens) == 1


def _records(answer: JsonObject, name: str) -> list[Mapping[str, Any]]:
    # Ollama without models says null.
    listed = answer.get(name)
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _inside(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_NAME


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9
    return value if is_count else None  # type: ignore[return-value]  # the line above says so


def _parameters(count: object) -> str:
    found = _count(count) if not isinstance(count, int) or count < 10**9 else count
    return f"{found / 1e9:.1f}B" if isinstance(found, int) and found < 10**13 else ""


def _is_loaded(value: object) -> bool | None:
    return value == "loaded" if isinstance(value, str) else None


def _parameter(text: object, name: str) -> int | None:
    """A line of Ollama's parameters."""
    for line in text.splitlines()[:100] if isinstance(text, str) else ():
        words = line.split()
        if len(words) == 2 and words[0] == name and words[1].isdecimal():
            return _count(int(words[1][:9]))
    return None
