"""A deep completion: round by round the model looks things up in the project, and then it answers.

A round is one call: it ends in calls of tools, whose results the next round brings back, or in the answer. The answer
goes through the stream as any other; what the model says beside its calls is nobody's to see.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from infill_ls.accounting.meter import Meter
from infill_ls.context.window import CHARACTERS_PER_TOKEN
from infill_ls.engine.ask import Whole, call
from infill_ls.engine.backend import Backend
from infill_ls.engine.generate import Raw, most_characters, shown_of
from infill_ls.engine.generation import Generation
from infill_ls.engine.parts import Parts
from infill_ls.messages import Lookups, Message, ToolCall, ToolResult, called, result
from infill_ls.prompt.deep import to_be_answered, with_tools, with_turn
from infill_ls.prompt.partial import MARKS
from infill_ls.records import Chunk, Prompt, Request
from infill_ls.tools.project import Project
from infill_ls.tools.run import arguments_of, run, saying, tools
from infill_ls.workspace.threads import in_thread

MOST_ROUNDS: Final = 8
"""Calls of the model for one suggestion; in the last one it has to answer."""
MOST_CALLS: Final = 24
"""Calls of tools for one suggestion."""
MOST_AT_ONCE: Final = 8
"""Calls of tools in one round; what a model asks for beyond that is passed over."""
LEAST_ROOM: Final = 256
"""Tokens of results that are worth another round."""
_NO_NAME: Final = re.compile(r"[^\w-]", re.ASCII)
"""What services do not take in the name of a function."""


async def deep(
    request: Request,
    backend: Backend,
    prompt: Prompt,
    generation: Generation,
    meter: Meter,
    parts: Parts,
) -> Raw:
    """The answer to a prompt of mode ``chat``, once the model has looked up what it wanted, within the user's limits.

    Raises:
        ProviderError: asking failed, or the user's cap was reached before the answer.
    """
    search = _Search(request, backend, meter, parts)
    prompt = with_tools(prompt, tools())
    for number in range(1, MOST_ROUNDS + 1):
        if number > 1:
            parts.accounts.check_cap(meter.tally)
        is_last = number == MOST_ROUNDS or search.is_over(prompt)
        if is_last:
            prompt = to_be_answered(prompt) if number > 1 else replace(prompt, tools=())
        heard = _Heard(prompt)
        search.note(number)
        text, reason = await call(backend, prompt, heard, meter)
        if is_last or not heard.calls:
            break
        calls = heard.calls[:MOST_AT_ONCE]
        results = await search.look_up(calls, search.room(prompt))
        turn = called(text, tuple(map(_harmless, calls)), "".join(heard.thoughts))
        prompt = with_turn(prompt, turn, *results)
    meter.lap("upstream")
    return await shown_of(
        text,
        reason,
        prompt,
        generation.here,
        request.trigger,
        parts.settings,
        grown=generation.grow,
    )


class _Search:
    """What has been looked up for one suggestion, and what may still be."""

    def __init__(self, request: Request, backend: Backend, meter: Meter, parts: Parts) -> None:
        assert parts.projects is not None  # noqa: S101  # for the type checker: nobody is asked otherwise
        project = parts.projects.around(request.snapshot)
        assert project is not None  # noqa: S101  # as above
        self._project: Project = project
        self._projects = parts.projects
        self._uri = request.snapshot.uri
        self._tokens = (*(backend.family.control_tokens if backend.family else ()), *MARKS)
        self._tally = meter.tally
        self._looked = parts.looked
        self._now = parts.clock.now
        self._limits = parts.settings.completion
        self._window = parts.settings.provider.context_tokens
        self._until = self._now() + self._limits.deep_seconds
        self._asked: set[str] = set()
        """All calls so far, as they are compared."""
        self._is_repeating = False
        """Whether the last round asked for nothing new."""

    def is_over(self, prompt: Prompt) -> bool:
        """Whether the model has to answer now: what it may take is as good as used up."""
        is_used_up = len(self._asked) >= MOST_CALLS or self._now() >= self._until
        room = min(self._left(prompt) - _size(prompt), self.room(prompt))
        return is_used_up or self._is_repeating or room < LEAST_ROOM

    def room(self, prompt: Prompt) -> int:
        """Tokens that results may have, if the model is to answer once it has them."""
        left = self._left(prompt)
        return left if self._window is None else min(left, self._window - _size(prompt))

    def _left(self, prompt: Prompt) -> int:
        """Tokens that are left once the model has been sent the prompt as it is, and has answered."""
        return self._limits.deep_tokens - self._tally.tokens - _size(prompt)

    def note(self, number: int) -> None:
        """This round begins."""
        steps = self._tally.lookups.steps if self._tally.lookups else ()
        self._tally.lookups = Lookups(number, steps)

    async def look_up(self, calls: Sequence[ToolCall], tokens: int) -> list[Message]:
        """The results of calls, in their order and all at once, with so many tokens in all at most."""
        before = len(self._asked)
        texts = await asyncio.gather(*map(self._result, self._begun(calls)))
        self._is_repeating = len(self._asked) == before
        room = max(tokens, 0) * CHARACTERS_PER_TOKEN
        messages: list[Message] = []
        for each in texts:
            kept = each.text if len(each.text) <= room else f"{each.text[:room]}\n(cut off)"
            room = max(room - len(kept), 0)
            messages.append(result(replace(each, text=kept)))
        return messages

    def _begun(self, calls: Sequence[ToolCall]) -> list[tuple[ToolCall, Project | None]]:
        """The calls, each with what it looks into; with None where it is not made."""
        project = self._projects.as_edited(self._project, calls)
        begun: list[tuple[ToolCall, Project | None]] = []
        for each in calls:
            form = _form(each)
            is_made = form not in self._asked and len(self._asked) < MOST_CALLS
            if is_made:
                self._asked.add(form)
                self._say(saying(each))
            begun.append((each, project if is_made else None))
        return begun

    async def _result(self, begun: tuple[ToolCall, Project | None]) -> ToolResult:
        each, project = begun
        if project is None:
            words = (
                "Error: this was asked before, or too much was asked. Answer with what you know."
            )
            return ToolResult(each.id, words)
        return await in_thread("lookups", run, each, project, self._tokens)

    def _say(self, words: str) -> None:
        known = self._tally.lookups or Lookups()
        self._tally.lookups = replace(known, steps=(*known.steps, words))
        self._looked(self._uri, words)


class _Heard(Whole):
    """A round as it comes, with its calls and thoughts."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__(most_characters(prompt))
        self._thoughts_left = self.left
        self.calls: tuple[ToolCall, ...] = ()
        self.thoughts: list[str] = []

    def heard(self, chunk: Chunk) -> None:
        """Take what comes with a piece besides its text."""
        self.calls = chunk.calls or self.calls
        thought = chunk.reasoning[: self._thoughts_left]
        self._thoughts_left -= len(thought)
        self.thoughts.append(thought)


def _size(prompt: Prompt) -> int:
    """Tokens that a call with a prompt takes, at most."""
    return prompt.n_characters // CHARACTERS_PER_TOKEN + prompt.max_tokens


def _harmless(each: ToolCall) -> ToolCall:
    """A call as it can be repeated to any service: some refuse a whole chat for arguments that are no JSON."""
    arguments = "{}" if arguments_of(each) is None else each.arguments
    # The name that was asked for is answered all the same: there is no such tool.
    return replace(each, name=_NO_NAME.sub("_", each.name)[:64] or "_", arguments=arguments)


def _form(each: ToolCall) -> str:
    """The same for calls that ask for the same."""
    return json.dumps([each.name, arguments_of(each) or each.arguments], sort_keys=True)
