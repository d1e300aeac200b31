"""Model Studio's native protocol: partial mode and plain chat; it has no fill-in-the-middle. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from infill_ls.messages import Message
from infill_ls.provider.tool_calls import Calls, told
from infill_ls.provider.wire import (
    CACHE_MARK,
    Parameters,
    Reader,
    extras,
    finish,
    first_choice,
    plain_text,
    sampling,
    thoughts,
    usage,
    with_parameters,
)
from infill_ls.records import Chunk, Prompt
from infill_ls.settings.provider_settings import ProviderSettings

_TEXT_PATH = "/services/aigc/text-generation/generation"
_MULTIMODAL_PATH = "/services/aigc/multimodal-generation/generation"


@dataclass(frozen=True, slots=True)
class DashScope:
    """Its paths hang on ``/api/v1``. Without the header it does not stream, whatever the body says."""

    parameters: Parameters = ()
    multimodal: bool = False
    """Whether the model is served by the other path, where a message is a list of parts."""
    name: str = "Model Studio's native protocol"

    @property
    def path(self) -> str:
        return _MULTIMODAL_PATH if self.multimodal else _TEXT_PATH

    @property
    def headers(self) -> Mapping[str, str]:
        return {"x-dashscope-sse": "enable"}

    def body(self, prompt: Prompt, settings: ProviderSettings, model: str) -> dict[str, Any]:
        form = {"result_format": "message", "incremental_output": True}
        return {
            "model": model,
            "input": {"messages": [self._message(message) for message in prompt.messages]},
            "parameters": with_parameters(
                form | sampling(prompt, settings) | extras(prompt), self.parameters
            ),
        }

    def reader(self) -> Reader:
        increments = dict(self.parameters).get("incremental_output", True)
        return _Answer().chunk if increments else _Growing().chunk

    def _message(self, message: Message) -> dict[str, Any]:
        plain: dict[str, Any] = {"role": message.role, "content": message.content, **told(message)}
        if self.multimodal or message.images or message.cache:
            images = [{"image": url} for url in message.images]
            first, *rest = message.parts if message.cache else (message.content,)
            texts = [
                {"text": first, **(CACHE_MARK if message.cache else {})},
                *({"text": each} for each in rest),
            ]
            plain["content"] = [*texts, *images] if rest else [*images, *texts]
        return {**plain, "partial": True} if message.partial else plain


class _Answer:
    """Reads one answer; its calls are whole where it says why it ended."""

    def __init__(self, *, repeats: bool = False) -> None:
        self._calls = Calls()
        self._repeats = repeats

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        output = payload.get("output")
        if not isinstance(output, dict):
            return Chunk(usage=usage(payload))
        # Models that do not know ``result_format`` answer in the older form: the text stands where the choices would.
        choice = first_choice(output) or output
        found = choice.get("message")
        message = found if isinstance(found, dict) else {"content": choice.get("text")}
        self._calls.take(message.get("tool_calls"), anew=self._repeats)
        reason = finish(choice)
        return Chunk(
            plain_text(message.get("content")),
            reason,
            usage(payload),
            calls=self._calls.all() if reason else (),
            reasoning=thoughts(message),
        )


class _Growing:
    """Reads an answer whose events each repeat the text from its start: gives what is new."""

    def __init__(self) -> None:
        self._answer = _Answer(repeats=True)
        self._seen = self._thought = 0
        """Characters."""

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        whole = self._answer.chunk(payload)
        new, thoughts = _whole(whole.text[self._seen :]), _whole(whole.reasoning[self._thought :])
        self._seen += len(new)
        self._thought += len(thoughts)
        return replace(whole, text=new, reasoning=thoughts)


def _whole(text: str) -> str:
    """Without half a character at its end, which the next event has whole."""
    return text[:-1] if "\ud800" <= text[-1:] <= "\udbff" else text
