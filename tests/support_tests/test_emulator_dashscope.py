"""Model Studio's own SDK asks the emulator by the native protocol and reads what it says."""

from __future__ import annotations

from typing import Any

import pytest

from support.model_studio import failures
from support.model_studio.emulator import Emulator, Framing, Reply

ASK = {"role": "user", "content": "Go on with the function."}
CODE = {"role": "assistant", "content": "def add(a, b):\n", "partial": True}
STREAM = {"stream": True, "incremental_output": True}


@pytest.fixture(scope="module")
def sdk():
    import dashscope

    yield dashscope
    from dashscope.api_entities.http_request import close_shared_sync_session

    close_shared_sync_session()


@pytest.fixture
def studio():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def call(sdk, studio):
    def ask(*messages: dict[str, Any], model: str = "qwen3-coder-plus", kind: str = "Generation", **options: Any):
        options = {"result_format": "message", "api_key": studio.api_key, **options}
        return getattr(sdk, kind).call(model, messages=list(messages), base_address=studio.native_url, **options)

    return ask


def test_a_whole_answer(studio, call):
    """An answer that is not streamed, with usage under the native names."""
    studio.script("    return a + b")
    response = call(ASK, CODE)
    assert response.status_code == 200
    (choice,) = response.output.choices
    assert (choice.message.content, choice.message.role, choice.finish_reason) == (
        "    return a + b",
        "assistant",
        "stop",
    )
    usage = response.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert (usage.output_tokens, usage.prompt_tokens_details["cached_tokens"]) == (4, 0)
    assert studio.requests[0].question.prefix == CODE["content"]


FRAMINGS = {
    "as the service": Framing(),
    "heart-beats": Framing(heartbeats=True),
    "CRLF": Framing(line_end="\r\n"),
    "byte by byte": Framing(sizes=(1,)),
    "in one piece": Framing(sizes=(1_000_000,)),
    "no blank lines": Framing(blank_lines=False),
}


@pytest.mark.parametrize("framing", FRAMINGS.values(), ids=FRAMINGS.keys())
def test_increments(studio, call, framing):
    """The SDK puts the same text together however the stream is framed; each event counts the tokens so far."""
    text = "返回 a + b  # 😀\nreturn None"
    studio.script(Reply(text, chunk_size=8, framing=framing))
    responses = list(call(ASK, **STREAM))
    choices = [response.output.choices[0] for response in responses]
    assert "".join(choice.message.content for choice in choices) == text
    assert [choice.finish_reason for choice in choices] == ["null"] * (len(choices) - 1) + ["stop"]
    assert [response.usage.output_tokens for response in responses] == [2, 4, 6, 7, 7]
    assert studio.requests[0].headers["x-dashscope-sse"] == "enable"


def test_whole_texts_where_increments_are_off(studio, call):
    """Without increments every event repeats the text so far."""
    studio.script(Reply("abcdef", chunk_size=2))
    # The SDK takes increments apart again where they are off, so the older form shows what was sent.
    responses = list(call(ASK, stream=True, incremental_output=False))
    assert [each.output.choices[0].message.content for each in responses] == ["ab", "abcd", "abcdef", "abcdef"]


def test_the_older_form(studio, call):
    """A bare text stands in the output where no message was asked for."""
    studio.script("abc")
    response = call(ASK, result_format="text")
    assert (response.output.text, response.output.finish_reason) == ("abc", "stop")


def test_thoughts_come_apart_from_the_answer(studio, call):
    """Thoughts are streamed first, cut to their budget, and counted."""
    studio.script(Reply("42", reasoning="Let me think about that for a while."))
    responses = list(call(ASK, model="qwen-plus", enable_thinking=True, thinking_budget=3, **STREAM))
    messages = [response.output.choices[0].message for response in responses]
    assert "".join(message.content for message in messages) == "42"
    assert "".join(message.reasoning_content for message in messages) == "Let me think"
    assert responses[-1].usage["output_tokens_details"] == {"reasoning_tokens": 3}
    assert responses[-1].usage.output_tokens == 4


def test_a_model_of_the_other_path(studio, call):
    """Newer models are asked through the multimodal call, whose content is a list of parts."""
    studio.script(Reply("return", chunk_size=3))
    message = {"role": "user", "content": [{"text": "Go on."}]}
    responses = list(
        call(message, model="qwen3.6-plus", kind="MultiModalConversation", enable_thinking=False, **STREAM)
    )
    parts = [part for response in responses for part in response.output.choices[0].message.content]
    assert parts == [{"text": "ret"}, {"text": "urn"}]
    assert studio.requests[0].path.endswith("/services/aigc/multimodal-generation/generation")


def test_the_wrong_path(call):
    """A newer model asked through the text call gets the page's url error."""
    response = call(ASK, model="qwen3.6-plus")
    assert (response.status_code, response.code) == (400, "InvalidParameter")
    assert "url error" in response.message


def test_marks_are_accounted_for(studio, call):
    """A marked part is written to the explicit cache once and read afterwards."""
    marked = {"role": "user", "content": [{"text": "x" * 8192, "cache_control": {"type": "ephemeral"}}]}
    details = [call(marked, ASK).usage.prompt_tokens_details for _ in range(2)]
    assert [(each["cache_creation_input_tokens"], each["cached_tokens"]) for each in details] == [(2048, 0), (0, 2048)]


ERRORS = {
    "401": (failures.INVALID_API_KEY, 401, "InvalidApiKey"),
    "400": (failures.INSPECTION_FAILED, 400, "DataInspectionFailed"),
    "404": (failures.model_not_found("qwen9"), 404, "ModelNotFound"),
    "429": (failures.RATE_LIMITED, 429, "Throttling.RateQuota"),
    "429 burst": (failures.BURST, 429, "Throttling.BurstRate"),
    "429 quota": (failures.QUOTA_EXCEEDED, 429, "Throttling.AllocationQuota"),
    "500": (failures.INTERNAL_ERROR, 500, "InternalError"),
}


@pytest.mark.parametrize("options", [{}, STREAM], ids=["plain", "streamed"])
@pytest.mark.parametrize(("failure", "status", "code"), ERRORS.values(), ids=ERRORS.keys())
def test_errors(studio, call, failure, status, code, options):
    """Each failure has the status and code of the native protocol, be it told in a body or in an event."""
    studio.script(Reply(trouble=failure))
    response = list(call(ASK, **options))[-1] if options else call(ASK)
    assert (response.status_code, response.code, response.message) == (status, code, failure.message)


def test_an_error_inside_the_stream(studio, call):
    """A failure after some text is an event of its own, after which nothing comes."""
    studio.script(Reply("return a + b", trouble=failures.INTERNAL_ERROR, after=6, chunk_size=3))
    responses = list(call(ASK, **STREAM))
    assert [each.output.choices[0].message.content for each in responses[:-1]] == ["ret", "urn"]
    assert responses[-1].code == "InternalError"
