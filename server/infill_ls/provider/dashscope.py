"""Model Studio's native protocol: partial mode and plain chat; it has no fill-in-the-middle. No input/output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.messages import Message
from infill_ls.provider.wire import (
    CACHE_MARK,
    Parameters,
    Reader,
    finish,
    first_choice,
    plain_text,
    sampling,
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
            "parameters": with_parameters(form | sampling(prompt, settings), self.parameters),
        }

    def reader(self) -> Reader:
        increments = dict(self.parameters).get("incremental_output", True)
        return _chunk if increments else _Growing().chunk

    def _message(self, message: Message) -> dict[str, Any]:
        plain: dict[str, Any] = {"role": message.role, "content": message.content}
        if self.multimodal or message.images or message.cache:
            images = [{"image": url} for url in message.images]
            first, *rest = message.parts if message.cache else (message.content,)
            texts = [
                {"text": first, **(CACHE_MARK if message.cache else {})},
                *({"text": each} for each in rest),
            ]
            plain["content"] = [*texts, *images] if rest else [*images, *texts]
        return {**plain, "partial": True} if message.partial else plain


class _Growing:
    """Reads an answer whose events each repeat the text from its start: gives what is new."""

    def __init__(self) -> None:
        self._seen = 0
        """Characters."""

    def chunk(self, payload: Mapping[str, Any]) -> Chunk:
        whole = _chunk(payload)
        new = whole.text[self._seen :]
        if "\ud800" <= new[-1:] <= "\udbff":
            new = new[:-1]  # half a character, which the next event has whole
        self._seen += len(new)
        return Chunk(new, whole.finish, whole.usage)


def _chunk(payload: Mapping[str, Any]) -> Chunk:
    output = payload.get("output")
    if not isinstance(output, dict):
        return Chunk(usage=usage(payload))
    # Models that do not know ``result_format`` answer in the older form: the text stands where the choices would.
    choice = first_choice(output) or output
    message = choice.get("message")
    # ``reasoning_content`` beside the content is never read.
    content = message.get("content") if isinstance(message, dict) else choice.get("text")
    return Chunk(text=plain_text(content), finish=finish(choice), usage=usage(payload))
