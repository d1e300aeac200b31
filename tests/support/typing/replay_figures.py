"""What replayed sessions come to: calls, tokens and cost per 100 keystrokes, and what was to be seen in the pauses."""

from __future__ import annotations

from itertools import groupby, pairwise
from statistics import mean
from typing import TYPE_CHECKING

from infill_ls.accounting.prices import cost
from infill_ls.tokens import PriceTier, Usage
from support.engine.bench_table import percentile
from support.model_studio.oracle import agreed_length
from support.model_studio.records import CHARACTERS_PER_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from support.model_studio.records import Call
    from support.typing.replay_session import Action, Played

PAUSE_S = 0.3
"""A gap longer than that is a pause, in which a suggestion could be read."""
BLOCK_TOKENS = 16
"""What a prefix cache keeps and finds: whole blocks."""
CACHED_SHARE = 0.2
"""What a cached input token costs, in plain ones: Model Studio's implicit cache."""

_FOUND_BY = 64
"""Characters before a place by which it is found again."""

Figures = dict[str, float | int | None]


def figures(sessions: Sequence[Played], prices: tuple[float, float], unit: str) -> Figures:
    """All figures, by what they are called in the table.

    Args:
        sessions: what happened, hole by hole.
        prices: of a million plain input tokens, and of a million output tokens.
        unit: that the prices are in.
    """
    actions = [action for each in sessions for action in each.actions]
    asked = [request for each in sessions for request in each.asked]
    return {
        "holes": len(sessions),
        "ended in the true text": sum(each.completed for each in sessions),
        "requests that ended in an error": sum(each.faults for each in sessions),
        "keystrokes (keys, backspaces, acceptances)": len(actions),
        "seconds of typing": sum(each.seconds for each in sessions),
        **_spent(sessions, 100 / max(1, len(actions)), prices, unit),
        **_seen(sessions, actions),
        "requests answered before the next key, %": _percent(sum(each.in_time for each in asked), len(asked)),
        **_accepted(sessions, actions),
    }


def _spent(sessions: Sequence[Played], each_100: float, prices: tuple[float, float], unit: str) -> Figures:
    calls = [call for each in sessions for call in each.calls]
    sent = sum(call.prompt_tokens for call in calls)
    reusable = sum(tokens for each in sessions for tokens in reusable_tokens(each.calls))
    generated = sum(call.completion_tokens for call in calls)
    wasted = sum(thrown_away(call, each) for each in sessions for call in each.calls)
    tier = PriceTier(None, prices[0], prices[1], prices[0] * CACHED_SHARE, unit)
    price = cost((tier,), Usage(sent, reusable, generated), max(1, len(calls)))
    aborted = sum(call.closed_by_client for call in calls)
    return {
        "per 100 keystrokes: calls": each_100 * len(calls),
        "… calls aborted": each_100 * aborted,
        "… tokens sent": each_100 * sent,
        "… tokens reusable as a prefix": each_100 * reusable,
        "… tokens generated": each_100 * generated,
        "… tokens generated and thrown away": each_100 * wasted,
        f"… cost, {unit}": each_100 * price.amount if price else 0.0,
        "aborted calls, %": _percent(aborted, len(calls)),
        "reusable tokens, %": _percent(reusable, sent),
        "most calls at once": max((call.running for call in calls), default=0),
    }


def reusable_tokens(calls: Sequence[Call]) -> Iterator[int]:
    """Tokens of each call's prompt, in whole blocks, with which the prompt of the call before it began, too."""
    for earlier, later in pairwise(calls):
        tokens = agreed_length(earlier.prompt, later.prompt) // CHARACTERS_PER_TOKEN
        yield tokens // BLOCK_TOKENS * BLOCK_TOKENS


def thrown_away(call: Call, session: Played) -> int:
    """Tokens of a call's answer that never were on the screen, nor typed while they were on their way to it."""
    used = 0
    tail = call.question.prefix[-_FOUND_BY:] if call.question else ""
    for shown in session.shown:
        at = shown.before.rfind(tail, max(0, len(shown.before) - len(call.sent) - len(tail)))
        if shown.at < call.received_at or at < 0:
            continue
        typed = shown.before[at + len(tail) :]
        if call.sent.startswith(typed):
            used = max(used, len(typed) + agreed_length(call.sent[len(typed) :], shown.text))
    return (len(call.sent) - used) // CHARACTERS_PER_TOKEN + call.reasoning_tokens


def _seen(sessions: Sequence[Played], actions: Sequence[Action]) -> Figures:
    pauses = [action for action in actions if action.gap_s > PAUSE_S]
    until = [action.shown_after_s * 1000 for action in pauses if action.shown_after_s is not None]
    steady = [run for each in sessions for run in steady_runs(each.actions)]
    return {
        "pauses > 300 ms": len(pauses),
        "… that ended with a suggestion on screen, %": _percent(len(until), len(pauses)),
        "… with a right one, %": _percent(sum(action.right for action in pauses), len(pauses)),
        "… with one whose first line was right, %": _percent(sum(each.line_right for each in pauses), len(pauses)),
        "… ms until it showed, p50": percentile(until, 0.5),
        "… p90": percentile(until, 0.9),
        "keystrokes with a right suggestion on screen, %": _percent(sum(each.right for each in actions), len(actions)),
        "… with one whose first line was right, % of keystrokes": _percent(
            sum(each.line_right for each in actions), len(actions)
        ),
        "… with one whose first line was wrong, % of keystrokes": _percent(
            sum(each.shown_after_s is not None and not each.line_right for each in actions), len(actions)
        ),
        "keystrokes that a right one stayed steady, mean": mean(steady) if steady else None,
        "right ones taken away or replaced, per 100 keystrokes": _percent(
            sum(each.unsteady for each in sessions), len(actions)
        ),
    }


def steady_runs(actions: Sequence[Action]) -> list[int]:
    """For each right suggestion, the keys in a row before which it stood there."""
    grouped = groupby(actions, key=lambda action: action.lineage if action.right else None)
    return [len(list(run)) for lineage, run in grouped if lineage is not None]


def _accepted(sessions: Sequence[Played], actions: Sequence[Action]) -> Figures:
    taken = [action.characters for action in actions if action.kind == "take"]
    whole = sum(len(each.hole.middle) for each in sessions)
    return {
        "acceptances": len(taken),
        "characters accepted": sum(taken),
        "… of all, %": _percent(sum(taken), whole),
    }


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None
