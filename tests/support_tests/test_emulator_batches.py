"""The official SDK sends files and batches to the emulator, as the provider's page has it."""

from __future__ import annotations

import json

import openai
import pytest

from support.model_studio.emulator import Emulator, Reply
from support.model_studio.failures import INTERNAL_ERROR


@pytest.fixture
def studio():
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def client(studio):
    with openai.OpenAI(api_key=studio.api_key, base_url=studio.base_url, max_retries=0) as client:
        yield client


def line(name, model="qwen-plus", **more):
    messages = [
        {"role": "user", "content": "Say something."},
        {"role": "assistant", "content": "x = ", "partial": True},
    ]
    body = {"model": model, "messages": messages, "enable_thinking": False, **more}
    return json.dumps({"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body})


def made(client, *lines):
    file = client.files.create(file=("in.jsonl", "\n".join(lines).encode()), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")


def test_a_batch_goes_through_its_stages_and_has_a_file_of_answers_and_one_of_errors(studio, client):
    studio.script("1", Reply(trouble=INTERNAL_ERROR), "3")
    batch = made(client, line("a"), line("b"), line("c"))
    stages = [batch.status]
    while batch.status not in {"completed", "failed"}:
        batch = client.batches.retrieve(batch.id)
        stages.append(batch.status)

    assert stages == ["validating", "in_progress", "finalizing", "completed"]
    answers = [json.loads(each) for each in client.files.content(batch.output_file_id).text.splitlines()]
    assert {each["custom_id"]: each["response"]["body"]["choices"][0]["message"]["content"] for each in answers} == {
        "a": "1",
        "c": "3",
    }
    assert answers[0]["response"]["body"]["usage"]["total_tokens"] > 0
    errors = [json.loads(each) for each in client.files.content(batch.error_file_id).text.splitlines()]
    assert [(each["custom_id"], each["response"]["status_code"]) for each in errors] == [("b", 500)]


@pytest.mark.parametrize(
    "lines",
    [
        [line("a"), line("b", "qwen-max")],
        [line("a", "qwen3-coder-plus")],
        [line("a"), line("a")],
        [line("a", noise="x" * 6_000_001)],
    ],
    ids=["two models", "a model that has no batches", "one name twice", "too long a line"],
)
def test_a_wrong_file_fails_while_it_is_validated(client, lines):
    batch = client.batches.retrieve(made(client, *lines).id)
    assert batch.status == "failed"
    assert batch.errors.data[0].message
    assert batch.output_file_id is None


def test_a_window_is_a_day_at_least_and_two_weeks_at_most(client):
    file = client.files.create(file=("in.jsonl", line("a").encode()), purpose="batch")
    with pytest.raises(openai.BadRequestError):
        client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="400h")


def test_a_key_is_needed(studio):
    client = openai.OpenAI(api_key="wrong", base_url=studio.base_url, max_retries=0)
    with client, pytest.raises(openai.AuthenticationError):
        client.batches.retrieve("batch_0")
