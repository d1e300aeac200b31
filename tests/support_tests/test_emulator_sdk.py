"""The official SDK asks the emulator and reads what it says: what the SDK takes for Model Studio, a client may too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import openai
import pytest

from support.model_studio import failures
from support.model_studio.emulator import Emulator, Failure, Framing, Redirect, Reply

QUICK_SORT = "<|fim_prefix|>Write a Python quick sort function, def quick_sort(arr):<|fim_suffix|>"
REVERSE_WORDS = '<|fim_prefix|>def reverse_words_with_special_chars(s):\n    """Reverses."""\n<|fim_suffix|>return result<|fim_middle|>'
FIBONACCI = "def calculate_fibonacci(n):\n  if n <= 1:\n    return n\n  else:\n"
ASK = {"role": "user", "content": "Complete this Fibonacci function. Do not add anything else."}
CONTINUE = {"role": "assistant", "content": FIBONACCI, "partial": True}


@pytest.fixture
def studio():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(studio):
    with openai.OpenAI(api_key=studio.api_key, base_url=studio.base_url, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("prompt", [QUICK_SORT, REVERSE_WORDS], ids=["prefix only", "prefix and suffix"])
def test_completions_examples_of_the_page(studio, client, prompt):
    """Both examples of the completions page get an answer of the shape that the page describes."""
    studio.script("    return sorted(arr)")
    completion = client.completions.create(model="qwen2.5-coder-32b-instruct", prompt=prompt)
    assert completion.object == "text_completion"
    assert completion.model == "qwen2.5-coder-32b-instruct"
    assert completion.system_fingerprint is None
    (choice,) = completion.choices
    assert (choice.text, choice.finish_reason, choice.index, choice.logprobs) == (
        "    return sorted(arr)",
        "stop",
        0,
        None,
    )
    usage = completion.usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert usage.completion_tokens == 6
    assert usage.prompt_tokens_details is None


def test_partial_mode_example_of_the_page(studio, client):
    """Only the continuation comes back, in the shape that the page prints."""
    rest = "        return calculate_fibonacci(n-1) + calculate_fibonacci(n-2)"
    studio.script(rest)
    completion = client.chat.completions.create(model="qwen3-coder-plus", messages=[ASK, CONTINUE])
    (choice,) = completion.choices
    assert (choice.message.content, choice.message.role) == (rest, "assistant")
    assert (choice.finish_reason, choice.index, choice.logprobs) == ("stop", 0, None)
    assert completion.object == "chat.completion"
    assert completion.usage.prompt_tokens_details.cached_tokens == 0
    assert completion.id.startswith("chatcmpl-")


def test_continuing_an_incomplete_answer(client, studio):
    """The page's third example: a first call cut by max_tokens, a second one that continues it in partial mode."""
    studio.script('**"The End of Memory"**\n\n' * 20, "In the distant future")
    messages: list[Any] = [{"role": "user", "content": "Write a short sci-fi story"}]
    ask = {"model": "qwen3.6-plus", "extra_body": {"enable_thinking": False}}
    first = client.chat.completions.create(messages=messages, max_tokens=40, **ask).choices[0]
    assert first.finish_reason == "length"
    assert len(first.message.content) == 160
    messages.append({"role": "assistant", "content": first.message.content, "partial": True})
    second = client.chat.completions.create(messages=messages, **ask).choices[0]
    assert (second.message.content, second.finish_reason) == ("In the distant future", "stop")


def test_image_message_is_taken(client, studio):
    """The page's example with an image: a message's content may be a list of parts."""
    studio.script("- the tiramisu here is pure bliss!")
    parts = [
        {"type": "image_url", "image_url": {"url": "https://example.invalid/cafe.png"}},
        {"type": "text", "text": "Help me write a caption."},
    ]
    messages: list[Any] = [
        {"role": "user", "content": parts},
        {"role": "assistant", "content": "Today I discovered a hidden-gem café", "partial": True},
    ]
    completion = client.chat.completions.create(model="qwen3-vl-plus", messages=messages)
    assert completion.choices[0].message.content == "- the tiramisu here is pure bliss!"


FRAMINGS = {
    "as the service": Framing(),
    "no space after the colon": Framing(space=False),
    "heart-beats": Framing(heartbeats=True),
    "CRLF": Framing(line_end="\r\n"),
    "no [DONE]": Framing(done=False),
    "byte by byte": Framing(sizes=(1,)),
    "uneven pieces": Framing(sizes=(3, 50, 7), heartbeats=True),
    "in one piece": Framing(sizes=(1_000_000,)),
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS.keys())
@pytest.mark.parametrize("route", ["completions", "chat"])
def test_streams(studio, client, route, framing):
    """The SDK puts the same text together however the stream is framed, and finds usage in a last chunk of its own."""
    text = "返回 a + b  # 😀\nreturn None"
    studio.script(Reply(text, chunk_size=3, framing=framing))
    options: dict[str, Any] = {"stream": True, "stream_options": {"include_usage": True}}
    if route == "completions":
        chunks: list[Any] = list(client.completions.create(model="qwen-coder-turbo", prompt=REVERSE_WORDS, **options))
        pieces = [chunk.choices[0].text for chunk in chunks if chunk.choices]
    else:
        chunks = list(client.chat.completions.create(model="qwen3-coder-plus", messages=[ASK, CONTINUE], **options))
        pieces = [chunk.choices[0].delta.content for chunk in chunks if chunk.choices]
        assert (chunks[0].choices[0].delta.role, pieces[0]) == ("assistant", "")
    assert "".join(pieces) == text
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].choices == []
    assert chunks[-1].usage.completion_tokens == -(-len(text) // 4)
    assert all(chunk.usage is None for chunk in chunks[:-1])


async def test_async_client_streams(studio):
    """The asynchronous SDK in the test's own loop; without include_usage no chunk lacks choices."""
    studio.script(Reply("return a + b", chunk_size=1))
    async with openai.AsyncOpenAI(api_key=studio.api_key, base_url=studio.base_url, max_retries=0) as client:
        stream = await client.completions.create(model="qwen-coder-turbo", prompt=REVERSE_WORDS, stream=True)
        chunks = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].text for chunk in chunks) == "return a + b"
    assert [chunk.choices[0].finish_reason for chunk in chunks[-2:]] == [None, "stop"]


def test_reasoning_comes_apart_from_the_answer(studio, client):
    """Thinking is streamed as reasoning_content before the content starts."""
    studio.script(Reply("42", reasoning="Let me think."))
    stream = client.chat.completions.create(
        model="qwen-plus", messages=[ASK], stream=True, extra_body={"enable_thinking": True}
    )
    deltas = [chunk.choices[0].delta for chunk in stream]
    assert "".join(delta.content or "" for delta in deltas) == "42"
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "Let me think."
    assert deltas[0].content is None


@dataclass(frozen=True)
class Stopped:
    text: str
    stop: Any
    max_tokens: int | None
    expected: tuple[str, str]


STOPS = {
    "a string": Stopped("one\n\ntwo", "\n\n", None, ("one", "stop")),
    "the earliest of a list": Stopped("one;two|three", ["|", ";"], None, ("one", "stop")),
    "none found": Stopped("one", ["x"], None, ("one", "stop")),
    "token limit": Stopped("abcdefghijkl", None, 2, ("abcdefgh", "length")),
    "limit exactly met": Stopped("abcdefgh", None, 2, ("abcdefgh", "stop")),
    "stop before the limit": Stopped("ab;cdefghijkl", ";", 2, ("ab", "stop")),
}


@pytest.mark.parametrize("case", STOPS.values(), ids=STOPS.keys())
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
def test_stop_and_max_tokens(studio, client, case, stream):
    """Stop strings and the token limit end the text, with the reason."""
    studio.script(case.text)
    options = {"stop": case.stop, "max_tokens": case.max_tokens, "stream": stream}
    answer: Any = client.completions.create(
        model="qwen-coder-turbo", prompt="x", **{name: value for name, value in options.items() if value is not None}
    )
    choices = [part.choices[0] for part in (answer if stream else [answer])]
    assert ("".join(choice.text for choice in choices), choices[-1].finish_reason) == case.expected


ERRORS: dict[str, tuple[Failure, type[openai.APIStatusError]]] = {
    "401": (failures.INVALID_API_KEY, openai.AuthenticationError),
    "403": (failures.ACCESS_DENIED, openai.PermissionDeniedError),
    "404": (failures.model_not_found("qwen9"), openai.NotFoundError),
    "400": (failures.INSPECTION_FAILED, openai.BadRequestError),
    "429": (failures.RATE_LIMITED, openai.RateLimitError),
    "429 quota": (failures.QUOTA_EXCEEDED, openai.RateLimitError),
    "500": (failures.INTERNAL_ERROR, openai.InternalServerError),
    "503": (failures.UNAVAILABLE, openai.InternalServerError),
}


@pytest.mark.parametrize(("failure", "error"), ERRORS.values(), ids=ERRORS.keys())
def test_scripted_errors_are_typed(studio, client, failure, error):
    """Each failure is the SDK's own error for it, with the service's code and words."""
    studio.script(Reply(trouble=failure))
    with pytest.raises(error) as raised:
        client.completions.create(model="qwen-coder-turbo", prompt="x")
    assert raised.value.code == failure.code
    assert raised.value.type == failure.type
    assert failure.message in raised.value.message


def test_retry_after_is_sent(studio, client):
    """A rate limit tells how long to wait, in the header that the SDK reads."""
    studio.script(Reply(trouble=failures.RATE_LIMITED))
    with pytest.raises(openai.RateLimitError) as raised:
        client.completions.create(model="qwen-coder-turbo", prompt="x")
    assert raised.value.response.headers["retry-after"] == "1"


def test_error_inside_the_stream(studio, client):
    """A failure after some text: the text arrives, then the SDK raises."""
    studio.script(Reply("return a + b", trouble=failures.INTERNAL_ERROR, after=6, chunk_size=3))
    stream = iter(client.completions.create(model="qwen-coder-turbo", prompt="x", stream=True))
    assert [next(stream).choices[0].text, next(stream).choices[0].text] == ["ret", "urn"]
    with pytest.raises(openai.APIError) as raised:
        next(stream)
    assert raised.value.code == "internal_error"


def test_closed_inside_the_stream(studio, client):
    """A connection that breaks is no end of the answer: the SDK raises."""
    studio.script(Reply("return a + b", trouble="close", after=6))
    with pytest.raises(openai.APIConnectionError):
        list(client.completions.create(model="qwen-coder-turbo", prompt="x", stream=True))
    assert studio.requests[0].closed_by_client is False


def test_redirect_is_followed_by_the_sdk(studio, client):
    """A 307 names another address; the SDK goes there with the same body."""
    studio.script(Reply(trouble=Redirect(f"{studio.own_url}/completions")), "there")
    assert client.completions.create(model="own-coder", prompt="x").choices[0].text == "there"
    assert [call.path for call in studio.requests] == ["/compatible-mode/v1/completions", "/v1/completions"]


def test_models_are_listed(client):
    """``GET /models`` in the SDK's words."""
    assert "qwen3-coder-plus" in {model.id for model in client.models.list()}
