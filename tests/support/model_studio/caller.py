"""A scripted model that calls tools: a test says what it asks for, round by round, and what it answers then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from support.model_studio.records import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.model_studio.records import Call

Wanted = tuple[str, str | dict[str, Any]]
"""A tool's name, and arguments: as an object, or raw, as a model that errs gives them."""


class Caller:
    """Goes by what the request tells of earlier rounds, so that whatever is asked again gets the same.

    Args:
        rounds: the calls of each round, or what finds them by the results so far; an empty round is the answer.
        then: the answer, or what makes it of all results, in their order; None asks the emulator's oracle.
        forever: whether the last round comes again and again.
        like: what its replies have besides: thoughts, times, troubles.
    """

    def __init__(
        self,
        *rounds: Sequence[Wanted] | Callable[[list[str]], Sequence[Wanted]],
        then: str | Callable[[list[str]], str] | None = None,
        forever: bool = False,
        like: Reply | None = None,
    ) -> None:
        self._rounds = rounds
        self._then = then
        self._forever = forever
        self._like = like or Reply()

    def __call__(self, call: Call) -> Reply:
        messages = call.asked["messages"]
        number = sum(bool(each.get("tool_calls")) for each in messages)
        results = [each["content"] for each in messages if each.get("role") == "tool"]
        if self._forever:
            number = min(number, len(self._rounds) - 1)
        may_call = call.asked.get("tool_choice") != "none"
        wanted = self._rounds[number] if may_call and number < len(self._rounds) else ()
        calls = tuple(wanted(results) if callable(wanted) else wanted)
        if calls:
            return replace(self._like, text=self._like.text or "", calls=calls)
        return replace(self._like, text=self._then(results) if callable(self._then) else self._then)
