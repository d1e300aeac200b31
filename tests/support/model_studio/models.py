"""Which models the emulated service has, what each can do, and what a request's body asks of it; no answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from support.model_studio.records import Question


@dataclass(frozen=True, slots=True)
class Model:
    """What one model can do on the service."""

    completions: bool = False
    """Has the completions route."""
    chat: bool = True
    partial: bool = False
    thinking: Literal["never", "off", "on", "always"] = "never"
    """``off`` and ``on`` name the default of a model that can do both."""
    native: tuple[str, ...] = ("text",)
    """The native protocol's paths that serve it."""
    tools: bool = True
    json: bool = False


_FIM = Model(completions=True, tools=False)
_CODER = Model(partial=True, json=True)
_BY_PARTS = ("multimodal",)
MODELS: dict[str, Model] = {
    **{f"qwen2.5-coder-{size}b-instruct": _FIM for size in ("0.5", "1.5", "3", "7", "14", "32")},
    **dict.fromkeys(("qwen-coder-turbo", "qwen-coder-turbo-0919", "qwen-coder-turbo-latest"), _FIM),
    **dict.fromkeys(("qwen3-coder-plus", "qwen3-coder-flash"), _CODER),
    **dict.fromkeys(("qwen3-coder-480b-a35b-instruct", "qwen3-coder-30b-a3b-instruct"), Model(partial=True)),
    **dict.fromkeys(("qwen-plus", "qwen-flash", "qwen-turbo"), Model(partial=True, thinking="off", json=True)),
    **dict.fromkeys(
        ("qwen3.5-plus", "qwen3.6-plus", "qwen3.5-flash"),
        Model(partial=True, thinking="on", native=_BY_PARTS, json=True),
    ),
    # The page of thinking models asks this one by the path for text, and says that its elder is served by the other.
    "qwen3.7-plus": Model(thinking="on", native=("text", "multimodal")),
    **dict.fromkeys(("qwen-max", "qwen3-max"), _CODER),
    **dict.fromkeys(("qwen3-vl-plus", "qwen3-vl-flash"), Model(partial=True, thinking="off", native=_BY_PARTS)),
    **dict.fromkeys(("qwq-plus", "qwen3-235b-a22b-thinking-2507"), Model(thinking="always")),
    # No model of the service: what an own OpenAI-compatible server would call one that can do everything.
    "own-coder": Model(completions=True, partial=True, json=True),
}

_FIM_PROMPT = re.compile(
    r".*?<\|fim_prefix\|>(?P<prefix>.*)<\|fim_suffix\|>(?:(?P<suffix>.*)<\|fim_middle\|>(?P<typed>.*))?", re.DOTALL
)
_AROUND_CURSOR = re.compile(r"<suffix>(?P<suffix>.*)</suffix>\n<prefix>(?P<prefix>.*)</prefix>", re.DOTALL)
"""How a plain chat shows the code around the cursor."""


def thinks(model: Model, body: dict[str, Any]) -> bool:
    """Whether the model would think before it answers this request."""
    if model.thinking in {"never", "always"}:
        return model.thinking == "always"
    wanted = body.get("enable_thinking")
    return model.thinking == "on" if wanted is None else bool(wanted)


def read_question(body: dict[str, Any]) -> Question | None:
    """What the body asks, or None where it cannot be read."""
    if isinstance(body.get("prompt"), str):
        return _read_prompt(body["prompt"])
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(each, dict) for each in messages):
        return None
    texts = [_content(each) for each in messages]
    whole = "\n".join(texts)
    if messages[-1].get("role") != "assistant":
        around = _AROUND_CURSOR.search(whole)
        return (
            Question("chat", around["prefix"], around["suffix"], whole)
            if around
            else Question("chat", "", whole, whole)
        )
    return Question("partial", texts[-1], "\n".join(texts[:-1]), whole)


def _read_prompt(prompt: str) -> Question:
    found = _FIM_PROMPT.fullmatch(prompt)
    if found is None:
        return Question("plain", prompt, "", prompt)
    # What stands after the last token counts as already generated, so it belongs to the prefix.
    prefix = found["prefix"] + (found["typed"] or "")
    if found["suffix"] is None:
        return Question("prefix", prefix, "", prompt)
    return Question("fim", prefix, found["suffix"], prompt)


def _content(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""
