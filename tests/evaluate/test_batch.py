"""A candidate asked by the provider's Batch API: what is sent, what becomes of it, and what an interruption costs."""

from __future__ import annotations

import json

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.backends import batches_of
from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answers
from infill_ls.evaluate.batch import POLL_S, BatchRun
from infill_ls.settings.resolve import Layer, resolve
from support.engine.evaluation import Evaluation
from support.model_studio.emulator import Emulator, Oracle, Reply
from support.model_studio.failures import INTERNAL_ERROR

CODE = "".join(
    f"def load_{name}(path, environment):\n    text = path.read_text()\n    return parse_{name}(text, environment)\n\n\n"
    for name in ("user", "team", "site", "host")
)
KEY = {"DASHSCOPE_API_KEY": "sk-emulator"}
PRICE = {"qwen-plus": {"input": 1.0, "output": 2.0, "currency": "USD"}}


class Hurried:
    """A clock on which no time has to pass."""

    def __init__(self):
        self.slept = []

    def now(self):
        return 0.0

    async def sleep(self, seconds):
        self.slept.append(seconds)
        if len(self.slept) > 50:
            raise InterruptedError


@pytest.fixture
def studio():
    with Emulator(oracle=Oracle(CODE)) as emulator:
        yield emulator


@pytest.fixture
async def evaluation(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.py").write_text(CODE)
    made = Evaluation(root)
    await made.read(count=12)
    return made


class Asked:
    """One run of the command, up to its report."""

    def __init__(self, evaluation, studio, folder, **limits):
        own = {
            "provider.kind": "model-studio",
            "provider.base_url": studio.base_url,
            "provider.model": "qwen-plus",
            "usage.prices": PRICE,
        }
        self.asker = evaluation.asker("plus", own, KEY)
        self.answers = Answers(folder / "answers.jsonl")
        self.answers.load()
        self.clock = Hurried()
        self.service = batches_of(self.asker.candidate.settings, KEY)
        self.ledger = Ledger(LedgerFile(folder / "usage"))
        self.run = BatchRun(
            self.asker,
            self.service,
            self.answers,
            folder / "state.json",
            self.clock,
            lambda _: None,
            self.ledger,
            **limits,
        )

    async def go(self, holes):
        try:
            return await self.run.go(holes)
        finally:
            self.answers.close()
            await self.service.aclose()


def posts(studio, path):
    return [call for call in studio.requests if call.path.endswith(path)]


async def test_holes_go_as_one_file_and_come_back_as_answers_at_half_the_price(evaluation, studio, tmp_path):
    asked = Asked(evaluation, studio, tmp_path)

    assert await asked.go(evaluation.holes) == ""

    (made,) = posts(studio, "/batches")
    sent = [json.loads(line) for line in studio.batches.files[made.body["input_file_id"]].splitlines()]
    assert {each["custom_id"] for each in sent} == {hole.id for hole in evaluation.holes}
    assert {(each["url"], each["body"]["model"]) for each in sent} == {("/v1/chat/completions", "qwen-plus")}
    assert not any("stream" in each["body"] for each in sent)
    answers = list(asked.answers.known.values())
    assert len(answers) == 12
    by_id = {hole.id: hole for hole in evaluation.holes}
    assert all(each.raw == by_id[each.hole].truth for each in answers)
    assert all(each.cost == pytest.approx((each.prompt_tokens + 2 * each.completion_tokens) / 2e6) for each in answers)
    assert all(each.first_ms is None and each.calls == 1 for each in answers)
    assert set(asked.clock.slept) == {POLL_S}
    assert asked.ledger.tokens_today() == sum(each.prompt_tokens + each.completion_tokens for each in answers)


async def test_what_is_on_its_way_is_waited_for_after_a_restart_and_not_paid_for_again(evaluation, studio, tmp_path):
    studio.batches.stays = "in_progress"
    with pytest.raises(InterruptedError):
        await Asked(evaluation, studio, tmp_path).go(evaluation.holes)
    studio.batches.stays = ""
    again = Asked(evaluation, studio, tmp_path)

    assert again.run.unsent(evaluation.holes) == []
    await again.go(evaluation.holes)

    assert len(posts(studio, "/batches")) == len(posts(studio, "/files")) == 1
    assert len(again.answers.known) == 12
    assert not again.run.is_on_its_way


async def test_a_request_that_fails_is_left_and_can_be_sent_again(evaluation, studio, tmp_path):
    studio.script(Reply(trouble=INTERNAL_ERROR))
    await Asked(evaluation, studio, tmp_path).go(evaluation.holes)
    again = Asked(evaluation, studio, tmp_path)

    assert len(again.answers.known) == 11
    assert len(again.run.unsent(evaluation.holes)) == 1
    await again.go(evaluation.holes)
    assert len(again.answers.known) == 12


async def test_files_are_no_larger_than_the_service_takes(evaluation, studio, tmp_path):
    asked = Asked(evaluation, studio, tmp_path, most_lines=5)
    await asked.go(evaluation.holes)
    assert [data.count(b"\n") for name, data in list(studio.batches.files.items())[:3]] == [5, 5, 2]
    assert len(asked.answers.known) == 12


@pytest.mark.parametrize("model", ["qwen3-coder-plus", "qwen-coder-turbo"])
def test_only_the_models_of_the_page_have_batches(studio, model):
    own = {"provider.kind": "model-studio", "provider.base_url": studio.base_url, "provider.model": model}
    with pytest.raises(SettingsError, match="qwen-max, qwen-plus, qwen-flash or qwen-turbo"):
        batches_of(resolve([Layer("test", own)]).settings, KEY)


def test_other_services_have_none(studio):
    own = {"provider.kind": "openai", "provider.base_url": studio.own_url}
    with pytest.raises(SettingsError, match="Model Studio"):
        batches_of(resolve([Layer("test", own)]).settings, {})
