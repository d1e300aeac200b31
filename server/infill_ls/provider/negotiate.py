"""What a service says about a request's parameters -> the form in which it takes them. Asks nobody, and gives up once.

Model Studio words what it does not take so that it can be mended: a model that thinks where it was not known to, a
limit lower than the one asked for. Each row is tried once in a provider's life, and what it mends stays mended.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from infill_ls.errors import Unsupported
from infill_ls.provider.pace import AT_FIRST
from infill_ls.provider.wire import Wire
from infill_ls.records import Prompt

_CHARACTERS_PER_TOKEN = 2
"""Fewer than code has, so that a prompt cut by it fits: the service counts tokens and does not say how many it saw."""


@dataclass(frozen=True, slots=True)
class Form:
    """How prompts are sent: the wire, and what they must not exceed."""

    wire: Wire
    most_tokens: int | None = None
    """Longest answer that may be asked for."""
    most_characters: int | None = None
    """Longest prompt."""
    window: int | None = None
    """Tokens that the model reads at once, prompt and answer together, where the service has said it."""
    mended: frozenset[str] = frozenset()
    """The rows that were tried."""

    def fit(self, prompt: Prompt, per_token: float | None = None) -> Prompt:
        """The prompt within the limits, as far as leaving out code before the cursor gets it there.

        ``per_token`` is how many characters a token of such prompts has, where that was counted.
        """
        most = self.most_characters
        if per_token is not None and self.window is not None:
            most = window_characters(self.window, prompt.max_tokens, per_token * _MARGIN)
        if self.most_tokens is not None and prompt.max_tokens > self.most_tokens:
            prompt = replace(prompt, max_tokens=self.most_tokens)
        return prompt if most is None else _cut(prompt, most)


def window_characters(window: int | None, answer: int, per_token: float = AT_FIRST) -> int | None:
    """Longest prompt for a window; None where no window is known."""
    if window is None:
        return None
    return int((window - min(answer, window // 4) - _TOKENS_BESIDE) * per_token)


def mend(form: Form, code: str, message: str, prompt: Prompt) -> Form | None:
    """The form in which to ask again; None where the message says nothing that can be mended, or did so before.

    ``prompt`` is as it was sent.

    Raises:
        Unsupported: no form will do, and only the user can help.
    """
    for name, pattern, mended in _ROWS:
        found = re.search(pattern, f"{code}: {message}", re.IGNORECASE)
        if found is not None and name == _WINDOW:
            return _within_window(form, found, prompt)
        if found is not None and name not in form.mended:
            changed = mended(form, found, prompt)
            return replace(changed, mended=form.mended | {name})
        if found is not None:
            return None
    return None


def _no_thoughts(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, enable_thinking=False, thinking_budget=None)


def _no_word_of_thoughts(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, enable_thinking=None, thinking_budget=None)


def _thoughts(form: Form, _found: re.Match[str], prompt: Prompt) -> Form:
    if prompt.mode == "partial":
        raise Unsupported(
            "The model always thinks before it answers, and partial mode works only without thinking: "
            "set provider.model to one that does not think (`infill-ls models` lists them)."
        )
    return _with(form, enable_thinking=True)


def _shorter_thoughts(form: Form, found: re.Match[str], prompt: Prompt) -> Form:
    most = int(found[1])
    # Zero is what models say that were not told whether to think, and do not in this mode.
    return _with(form, thinking_budget=most) if most else _no_thoughts(form, found, prompt)


def _increments(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, incremental_output=True)


def _no_increments(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, incremental_output=False)


def _messages(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, result_format="message")


def _no_stream_options(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, stream_options=None)


def _no_likelihoods(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, logprobs=None)


def _no_tools(form: Form, _found: re.Match[str], prompt: Prompt) -> Form:
    if not prompt.tools:
        return form
    # Asked without them, it would still be told of them by the prompt: whoever stands in has one of its own.
    raise Unsupported(
        "The model, or its server as it was started, takes no tools, so nothing can be looked up for a suggestion: "
        "set provider.model to one that takes them, or start the server so that it does."
    )


def _one_call_at_a_time(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, parallel_tool_calls=None)


def _no_choice_of_tools(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, tool_choice=None)


def _no_json(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    return _with(form, response_format=None)


def _shorter_answer(form: Form, found: re.Match[str], _prompt: Prompt) -> Form:
    return replace(form, most_tokens=int(found[1]))


def _shorter_prompt(form: Form, found: re.Match[str], _prompt: Prompt) -> Form:
    return replace(form, most_characters=int(found[1]) * _CHARACTERS_PER_TOKEN)


def _within_window(form: Form, found: re.Match[str], prompt: Prompt) -> Form | None:
    """A prompt that fits, by what the one that did not came to; again where the next text has more tokens to say it.

    None where that leads nowhere.
    """
    window, counted = int(found["window"]), int(found["prompt"] or 0)
    answer = min(prompt.max_tokens, window // 4)
    sent = prompt.n_characters
    per_token = sent / counted if counted > window // 2 else _CHARACTERS_PER_TOKEN
    most = int((window - answer - _TOKENS_BESIDE) * per_token * _MARGIN)
    if most < _LEAST_CHARACTERS or most >= sent:
        return None
    return replace(
        form,
        most_characters=most,
        most_tokens=min(answer, form.most_tokens or answer),
        window=window,
    )


_WINDOW = "window"
_TOO_LONG = (
    r"(?P<prompt>\d{1,9}) tokens\)? (?:exceeds the available|is longer than the model's) context (?:size|length) "
    r"\((?P<window>\d{1,9}) tokens"
)
"""As llama.cpp says it, so Ollama, and SGLang."""
_TOO_LONG_HERE = (
    r"maximum context length (?:is|of) (?P<window>\d{1,9}) tokens"
    r"(?:.{0,80}?(?P<prompt>\d{1,9})(?: input)? tokens)?"
)
"""As vLLM says it, and OpenAI."""
_TOKENS_BESIDE = 32
"""For the prompt's own tokens."""
_MARGIN = 0.95
_LEAST_CHARACTERS = 200
"""Nobody completes code from less."""


def _other_path(form: Form, _found: re.Match[str], _prompt: Prompt) -> Form:
    from infill_ls.provider.dashscope import DashScope

    if not isinstance(form.wire, DashScope):
        return form
    return replace(form, wire=replace(form.wire, multimodal=not form.wire.multimodal))


_TOOLLESS = (
    r"tool call is not supported|does not support tools|requires --jinja|--enable-auto-tool-choice|"
    r"support tool use|tools? (?:calling )?(?:is|are) not supported|parameter:? '?\"?tools"
)
"""As Model Studio says it, Ollama, llama.cpp, vLLM, and routers."""

_ROWS: tuple[tuple[str, str, Callable[[Form, re.Match[str], Prompt], Form]], ...] = (
    ("always thinks", r"enable_thinking.{0,40}restricted to True", _thoughts),
    ("thinks only streamed", r"enable_thinking must be set to false", _no_thoughts),
    ("thinks by increments", r"incremental_output.{0,40}must be.{0,3}true", _increments),
    (
        "no increments",
        r"incremental_output.{0,40}(?:not support|must be.{0,3}false)",
        _no_increments,
    ),
    ("message format", r"result_format.{0,40}must be.{0,3}message", _messages),
    (
        "thinking budget",
        r"thinking_budget.{0,60}not greater than (\d{1,9})(?!\d)",
        _shorter_thoughts,
    ),
    ("knows no thinking", r"NotSupportEnableThinking", _no_word_of_thoughts),
    ("partial thinks", r"partial.{0,60}enable_thinking", _no_thoughts),
    ("answer length", r"max_tokens should be \[\d+, ?(\d{1,9})\]", _shorter_answer),
    ("prompt length", r"input length should be \[\d+, ?(\d{1,9})\]", _shorter_prompt),
    (_WINDOW, _TOO_LONG, _other_path),
    (_WINDOW, _TOO_LONG_HERE, _other_path),
    ("other path", r"url error, please check url", _other_path),
    ("tools", _TOOLLESS, _no_tools),
    ("calls at once", r"parallel_tool_calls", _one_call_at_a_time),
    ("choice of tools", r"tool_choice", _no_choice_of_tools),
    ("JSON", r"response_format|json mode response is not supported", _no_json),
    ("likelihoods", r"logprobs", _no_likelihoods),
    ("stream options", r"stream_options", _no_stream_options),
)
"""Name, what code and message say, and what to do about it."""


def _with(form: Form, **values: Any) -> Form:
    parameters = dict(form.wire.parameters) | values
    return replace(form, wire=replace(form.wire, parameters=tuple(parameters.items())))


def _cut(prompt: Prompt, most_characters: int) -> Prompt:
    """The prompt without the first lines of the code before the cursor, then without the last ones of that behind it.

    The start moves by steps, so that it mostly stays put while a person types, and a prefix cache has the rest.
    """
    excess = prompt.n_characters - most_characters
    prefix, suffix = prompt.context.prefix, prompt.context.suffix
    if excess <= 0:
        return prompt
    room = max(0, len(prefix) + len(suffix) - excess)
    after = suffix if len(suffix) <= room // 3 else suffix[: suffix.rfind("\n", 0, room // 3) + 1]
    excess -= len(suffix) - len(after)
    if excess > 0:
        step = max(1, most_characters // _STEPS)
        before = prefix[min(-(-excess // step) * step, len(prefix)) :]
        before = before[before.find("\n") + 1 :]
    else:
        before = prefix

    def kept(text: str) -> str:
        text = text.replace(prefix, before, 1) if prefix else text
        return text.replace(suffix, after, 1) if suffix else text

    return replace(
        prompt,
        context=replace(prompt.context, prefix=before, suffix=after),
        text=kept(prompt.text),
        messages=tuple(
            replace(message, content=kept(message.content)) for message in prompt.messages
        ),
    )


_STEPS = 8
"""A prompt that is cut loses up to one in so many of its characters more than it has to."""
