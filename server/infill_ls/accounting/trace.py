"""One record for each request: how it ended and what it took. No record holds code."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from infill_ls.messages import Lookups
from infill_ls.records import Outcome, Request, Timings
from infill_ls.sentences import sentence
from infill_ls.settings.outcomes import EMPTY, ENDED, GATES, RULES, SHOWN

KEPT_DOCUMENTS, KEPT_OUTCOMES = 50, 20
TOLD_STEPS = 6
"""What a model looked up, of which a sentence tells so much."""


class Trace:
    """The last outcomes of the last documents, for ``infill-ls.why``, and a line of JSON for each where wanted."""

    def __init__(self, write: Callable[[str], None] | None = None) -> None:
        self._write = write
        self._documents: OrderedDict[str, _Document] = OrderedDict()

    def add(self, request: Request, outcome: Outcome, feature: str | None = None) -> None:
        """Keep the record of a request that has ended; ``feature`` says what it was for, if no completion."""
        more = {} if feature is None else {"feature": feature}
        record = as_record(request, outcome) | more
        uri = request.snapshot.uri
        # For the user's eyes, not for a file: a failure's sentence may quote the service.
        told = record | {"sentence": as_sentence(outcome)}
        if outcome.lookups.steps:
            told["steps"] = [sentence(step) for step in outcome.lookups.steps]
        document = self._documents.setdefault(uri, _Document())
        self._documents.move_to_end(uri)
        if len(self._documents) > KEPT_DOCUMENTS:
            self._documents.popitem(last=False)
        if more and outcome.name != "shown":
            # An editor asks for next edits all the time, and no person does: one reason is enough to read.
            document.no_next_edit = told | {
                "sentence": f"No next edit: {sentence(explain(outcome))}."
            }
        else:
            document.requests.append(told)
            document.no_next_edit = None if more else document.no_next_edit
        if self._write is not None:
            self._write(json.dumps(record) + "\n")

    def why(self, uri: str) -> list[dict[str, Any]]:
        """A document's last records, newest first; then why there is no next edit, if one was asked for in vain."""
        document = self._documents.get(uri, _Document())
        last = () if document.no_next_edit is None else (document.no_next_edit,)
        return [*reversed(document.requests), *last]


@dataclass(slots=True)
class _Document:
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=KEPT_OUTCOMES))
    no_next_edit: dict[str, Any] | None = None


def as_record(request: Request, outcome: Outcome) -> dict[str, Any]:
    """The record as it is written."""
    timings, text = outcome.timings, outcome.completion.text if outcome.completion else ""
    rule, model = outcome.rule, outcome.model
    elsewhere = {"other_files": asdict(outcome.elsewhere)} if outcome.elsewhere.pieces else {}
    lookups = outcome.lookups
    if lookups.rounds:
        elsewhere["lookups"] = {"rounds": lookups.rounds, "steps": len(lookups.steps)}
    phases = {name: getattr(timings, name) for name in Timings.__slots__}
    return {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "id": request.id,
        "language": sentence(request.snapshot.language),
        "trigger": request.trigger,
        "outcome": outcome.name,
        "rule": None if rule is None else sentence(rule),
        "changed": list(outcome.completion.changed) if outcome.completion else [],
        "source": outcome.source,
        "model": None if model is None else sentence(model),
        "ms": {name: None if value is None else round(value, 3) for name, value in phases.items()},
        "tokens": {
            "prompt": outcome.usage.prompt,
            "cached": outcome.usage.cached,
            "completion": outcome.usage.completion,
        },
        **elsewhere,
        "lines": text.count("\n") + 1 if text else 0,
        "characters": len(text),
        "upstream_calls": outcome.upstream_calls,
        "aborted": outcome.aborted,
    }


def explain(outcome: Outcome) -> str:
    """How a request ended, in words that can follow a colon; the sentence of a failure is its own."""
    rule, is_model = outcome.rule or "", outcome.source != "local"
    match outcome.name:
        case "shown":
            return _shown(outcome)
        case "empty":
            words = EMPTY.get(rule.replace("empty", ""), EMPTY["empty" if is_model else "embedded"])
        case "gated":
            words = GATES.get(rule, f"nothing is suggested here ({rule})")
        case "filtered" if rule == "rejected":
            words = GATES[rule]
        case "filtered":
            what = f": {RULES[rule]}" if rule in RULES else ""
            text = "the model's text" if is_model else "what the embedded engine found"
            words = f"{text} was held back by the rule `{rule}`{what}"
        case "excluded":
            words = GATES[rule] if rule == "ignored" else GATES["excluded"].format(rule=rule)
        case name:
            words = ENDED.get(name, name)
    return outcome.message or words


def as_sentence(outcome: Outcome) -> str:
    """How a request ended, as a sentence."""
    words = sentence(explain(outcome))
    said = words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")
    return said + _looked(outcome.lookups)


def _looked(lookups: Lookups) -> str:
    """What was looked up, as a sentence of its own; empty where nobody asked for it."""
    if lookups.unable:
        return f" Nothing was looked up: {sentence(lookups.unable)}."
    if not lookups.steps:
        return " The model looked nothing up." if lookups.rounds else ""
    few, left = lookups.steps[:TOLD_STEPS], len(lookups.steps) - TOLD_STEPS
    more = f"; and {left} more" if left > 0 else ""
    return f" In {lookups.rounds} requests: {sentence('; '.join(few))}{more}."


def _shown(outcome: Outcome) -> str:
    by = "the embedded engine" if outcome.model == "local" else outcome.model or "the model"
    if outcome.source == "local":
        return (
            f"suggested from your own code{', since the model failed' if outcome.message else ''}"
        )
    return SHOWN.get(outcome.source or "", "suggested by {by}").format(by=by)
