"""One record per request, in the contract's shape, without any code."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

import infill_ls
from infill_ls.accounting.meter import Meter
from infill_ls.accounting.trace import KEPT_DOCUMENTS, KEPT_OUTCOMES, Trace, as_record, as_sentence, explain
from infill_ls.records import Cause, Completion, Outcome, OutcomeName, Source, Timings
from infill_ls.settings.outcomes import EMPTY, ENDED, GATES, RULES, SHOWN
from infill_ls.tokens import Usage
from support.engine.fakes import FakeClock, place, request

CODE = "secret_of_the_user"
SUGGESTED = Outcome(
    "shown",
    Completion(f"{CODE}\n  more"),
    source="model",
    model="m",
    message=f"it says {CODE}",
    timings=Timings(12.34567, 1.0, None, 3.0, 4.0, 5.0),
    usage=Usage(prompt=10, cached=4, completion=2),
    upstream_calls=1,
)
AT = request(place(f"x = {CODE}|{CODE}", uri="untitled:secret", path="/p/secret.py", language="lua"), name="7")


def test_a_record_has_the_contracts_shape():
    record = as_record(AT, SUGGESTED)

    assert record.pop("time").endswith("+00:00")
    assert record == {
        "id": "7",
        "language": "lua",
        "trigger": "automatic",
        "outcome": "shown",
        "rule": None,
        "changed": [],
        "source": "model",
        "model": "m",
        "ms": {"total": 12.346, "debounce": 1.0, "context": None, "first_token": 3.0, "upstream": 4.0, "post": 5.0},
        "tokens": {"prompt": 10, "cached": 4, "completion": 2},
        "lines": 2,
        "characters": len(CODE) + 7,
        "upstream_calls": 1,
        "aborted": False,
    }


def test_a_request_without_a_completion_has_the_same_fields():
    record = as_record(AT, Outcome("gated", rule="mid_word"))

    assert list(record) == list(as_record(AT, SUGGESTED))
    assert (record["rule"], record["lines"], record["characters"]) == ("mid_word", 0, 0)


def test_no_record_holds_code():
    """Neither that of the prompt nor that of the completion, nor what a service said, nor the file's name."""
    lines = []
    trace = Trace(lines.append)

    trace.add(AT, SUGGESTED)

    assert "secret" not in "".join(lines)
    assert "secret" not in json.dumps(trace.why("untitled:secret"))


def test_a_trace_is_a_line_of_json_per_request():
    lines = []
    trace = Trace(lines.append)

    trace.add(AT, SUGGESTED)
    trace.add(AT, Outcome("empty"))

    assert [line[-1] for line in lines] == ["\n", "\n"]
    assert [json.loads(line)["outcome"] for line in lines] == ["shown", "empty"]
    told = trace.why("untitled:secret")
    assert [record.pop("sentence") for record in told] == ["The model had nothing to add.", "Suggested by m."]
    assert told == [json.loads(line) for line in reversed(lines)]


def test_what_a_service_says_is_told_and_not_written_down():
    lines = []
    trace = Trace(lines.append)

    trace.add(AT, Outcome("auth", message="The key is wrong. It says: secret"))

    assert [record["sentence"] for record in trace.why("untitled:secret")] == ["The key is wrong. It says: secret."]
    assert "secret" not in "".join(lines)


def test_a_documents_last_outcomes_are_kept():
    trace = Trace()
    for number in range(KEPT_OUTCOMES + 5):
        trace.add(replace(AT, id=str(number)), SUGGESTED)

    kept = [record["id"] for record in trace.why("untitled:secret")]

    assert kept == [str(number) for number in range(KEPT_OUTCOMES + 4, 4, -1)]


def test_next_edits_asked_for_in_vain_take_no_room_from_suggestions():
    """An editor asks for them after each key, and no person does: the last reason is kept, below the suggestions."""
    trace, refused = Trace(), Outcome("gated", rule="not_repeated")
    trace.add(AT, SUGGESTED)
    for number in range(KEPT_OUTCOMES + 5):
        trace.add(replace(AT, id=str(number)), refused, feature="next_edit")

    first, last = trace.why("untitled:secret")

    assert (first["sentence"], last["id"]) == ("Suggested by m.", str(KEPT_OUTCOMES + 4))
    assert last["sentence"].startswith("No next edit: what you changed last was not changed twice")


def test_a_next_edit_that_is_shown_is_among_the_last_records():
    trace = Trace()
    trace.add(AT, Outcome("gated", rule="not_repeated"), feature="next_edit")
    trace.add(AT, replace(SUGGESTED, source="repeat"), feature="next_edit")

    assert [record["outcome"] for record in trace.why("untitled:secret")] == ["shown"]


def test_the_documents_used_last_are_kept():
    trace = Trace()
    for number in [*range(KEPT_DOCUMENTS), 0, KEPT_DOCUMENTS]:
        trace.add(request(place("x|", uri=f"untitled:{number}")), SUGGESTED)

    assert [len(trace.why(f"untitled:{number}")) for number in (0, 1, 2, KEPT_DOCUMENTS)] == [2, 0, 1, 1]


def test_a_meter_books_time_by_phase():
    """A mark books without ending the lap; a second lap of a phase adds to the first."""
    clock = FakeClock()
    meter = Meter(clock)
    for seconds, book in [(0.1, meter.lap), (0.2, meter.mark), (0.3, meter.mark), (0.4, meter.lap), (0.5, meter.lap)]:
        clock.pass_by(seconds)
        book({0.1: "debounce", 0.2: "first_token", 0.3: "first_token", 0.4: "upstream", 0.5: "upstream"}[seconds])

    timings = meter.timings()

    assert timings.total == pytest.approx(1500)
    assert timings.debounce == pytest.approx(100)
    assert timings.first_token == pytest.approx(200)
    assert timings.upstream == pytest.approx(1400)
    assert (timings.context, timings.post) == (None, None)


WORDS = {
    "a sentence of its own": (Outcome("auth", message="The key is wrong."), "The key is wrong."),
    "gated": (
        Outcome("gated", rule="mid_word"),
        "The cursor is inside a word; ask for a suggestion to get one here.",
    ),
    "by a gate that is newer than these words": (
        Outcome("gated", rule="new"),
        "Nothing is suggested here (new).",
    ),
    "filtered": (
        Outcome("filtered", rule="suffix", source="model"),
        f"The model's text was held back by the rule `suffix`: {RULES['suffix']}.",
    ),
    "filtered, without a model": (
        Outcome("filtered", rule="syntax", source="local"),
        f"What the embedded engine found was held back by the rule `syntax`: {RULES['syntax']}.",
    ),
    "passed over": (Outcome("filtered", rule="rejected"), "You passed over this suggestion here before."),
    "a model with nothing": (Outcome("empty", source="model"), "The model had nothing to add."),
    "no model": (
        Outcome("empty", source="local"),
        "No match in this project that the embedded engine is sure enough of.",
    ),
    "no model, in the middle of a line": (
        Outcome("empty", rule="mid_line", source="local"),
        "No match in this project leads up to what follows the cursor; ask at the end of an unfinished line.",
    ),
    "a fault": (Outcome("empty", rule="fault"), "A fault of infill-ls itself; its log has the details."),
    "excluded": (Outcome("excluded", rule=".env*"), "This file is never sent: it matches `.env*`."),
    "ignored": (Outcome("excluded", rule="ignored"), "This file is never sent: git ignores it."),
    "another": (Outcome("cancelled"), "The editor cancelled the request."),
    "shown": (Outcome("shown", source="local", model="local"), "Suggested from your own code."),
    "by a stand-in": (
        Outcome("shown", source="local", message="no key"),
        "Suggested from your own code, since the model failed.",
    ),
}


@pytest.mark.parametrize(("outcome", "words"), WORDS.values(), ids=WORDS.keys())
def test_outcomes_are_told_in_sentences(outcome, words):
    """None of which is a code; before a colon they begin small."""
    assert as_sentence(outcome) == words
    assert explain(outcome).removesuffix(".").lower() == words.removesuffix(".").lower()


@pytest.mark.parametrize("name", get_args(OutcomeName))
@pytest.mark.parametrize("source", [None, *get_args(Source)])
def test_every_outcome_has_words(name, source):
    said = as_sentence(Outcome(name, source=source, model="m"))

    assert said.count(" ") > 1, said
    assert said.endswith(".")


def test_every_reason_has_its_one_sentence_and_every_sentence_its_reason():
    """What the sources name, what a key can have done, and where the cursor can be; no row is left from of old."""
    package = Path(infill_ls.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    named = {
        outcome: set(re.findall(rf'Outcome\(\s*"{outcome}", rule="(\w+)"', sources))
        for outcome in ("gated", "filtered", "empty")
    }

    causes = set(get_args(Cause)) - {"typed"}
    assert named["gated"] | causes | {"comment", "string"} | named["filtered"] | {"ignored", "excluded"} == GATES.keys()
    assert named["empty"] | {"mid_line", "empty", "embedded"} == EMPTY.keys()
    assert ENDED.keys() == set(get_args(OutcomeName)) - {"shown", "empty", "gated", "filtered", "excluded"}
    assert SHOWN.keys() == set(get_args(Source))
