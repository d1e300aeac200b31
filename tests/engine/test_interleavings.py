"""Edits, requests, cancellations, answers in pieces and failures, in any order: what holds whatever happens.

``INTERLEAVINGS=10000 python -m pytest --timeout 0 tests/engine/test_interleavings.py`` runs so many of them.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from zlib import crc32

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from infill_ls.document.history import History
from infill_ls.errors import RateLimited, Unreachable
from infill_ls.records import Context, Edit, Prompt, Request, Snapshot
from support.engine.bench import Bench
from support.engine.fakes import ByHand, HandPlayedProvider, settle
from support.model_studio.oracle import agreed_length

EXAMPLES = int(os.environ.get("INTERLEAVINGS", "150"))
STEPS = 40

DOCUMENTS = 3
PER_DOCUMENT, PER_CLIENT = 1, 2
"""The most streams that may ever be open together."""
NEAR_PREFIX, NEAR_SUFFIX = 200, 64
"""Characters around the cursor that must be the same where an answer is used again."""

LINES = ["first", "second", "third", "fourth", "fifth", "sixth"]
TRUTHS = [
    f"# {number}\n" + "".join(f"{name} = call{number}({at})\n" for at, name in enumerate(LINES))
    for number in range(DOCUMENTS)
]
OTHERS = ["+ rest(1)\nlast = rest(2)\n", "(y)\n", "", "m = n\no = p\nq = r\n", "[0]"]
"""What the model says to a text that it does not know."""
WAYS = ["suggestion", "suggestion", "suggestion", "truth", "truth", "X", "Z = ", "\n"]
"""What is typed: more of what was suggested or of the truth, or this."""

SETTLED = 25
"""Turns of the event loop in which all comes to rest that can while no time passes."""
TURNS = st.sampled_from([0, 0, 1, 2, 4, SETTLED])
WHICH = st.integers(0, 7)
DOCUMENT = st.sampled_from([0, 0, 0, 1, 1, 2])
TRIGGER = st.sampled_from(["automatic", "automatic", "automatic", "invoked", None])


@dataclass(slots=True)
class Document:
    """A text and its cursor, as an editor has them."""

    uri: str
    truth: str
    text: str
    cursor: int
    version: int = 1
    suggested: str = ""
    """The text up to the cursor, and the suggestion that was shown last there."""
    history: History = field(default_factory=History)

    def place(self, offset: int) -> tuple[int, int]:
        before = self.text[:offset]
        return before.count("\n"), len(before) - before.rfind("\n") - 1

    def snapshot(self) -> Snapshot:
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        return Snapshot(self.uri, None, "python", self.version, *self.place(self.cursor), before, after)

    def edit(self, start: int, end: int, text: str) -> Edit:
        """Replace a part; the cursor comes to stand behind the new text."""
        removed, at = self.text[start:end], self.place(start)
        self.text = self.text[:start] + text + self.text[end:]
        self.cursor = start + len(text)
        self.version += 1
        edit = Edit(at, self.place(self.cursor), text, removed)
        self.history.edited(edit)
        return edit

    def follow(self, text: str, characters: int) -> str:
        """How ``text`` goes on from the cursor; empty where it does not lead there."""
        before = self.text[: self.cursor]
        return text[len(before) : len(before) + characters] if text.startswith(before) else ""


def says(prompt) -> str:
    """The same for the same prompt."""
    before = prompt.context.prefix
    truth = TRUTHS[number_of(before)]
    if truth.startswith(before):
        return truth[len(before) : len(before) + 50]
    other, (*above, line) = OTHERS[crc32(before.encode()) % len(OTHERS)], before.split("\n")
    # What begins as the line or those above it do would be taken for an echo of them, and be cut.
    is_echo = other and ((line and other.startswith(line)) or other.partition("\n")[0] in above)
    return "[0]" if is_echo else other


def number_of(text: str) -> int:
    """The document that a text is of."""
    return int(text[2])


def is_said(place: Snapshot, text: str, streams: list[ByHand]) -> bool:
    """Whether what is shown follows from what the model said at this place or before it, piece by piece."""
    whole, covered = place.prefix + text, len(place.prefix)
    before = -1
    while covered != before:
        before = covered
        for stream in streams:
            if stream.prompt.context.suffix[:NEAR_SUFFIX] == place.suffix[:NEAR_SUFFIX]:
                covered = max(covered, reached(whole, covered, stream))
    return covered == len(whole)


def reached(whole: str, covered: int, stream: ByHand) -> int:
    """Up to where ``whole`` is what this stream said, where it was asked at or before ``covered``; else 0."""
    known, furthest = stream.prompt.context.prefix, 0
    tail = known[-NEAR_PREFIX:]
    at = whole.find(tail)
    while 0 <= at <= covered - len(tail):
        said = whole[at + len(tail) :]
        n_same = agreed_length(said, stream.said)
        if n_same in (len(said), len(stream.said)):
            furthest = max(furthest, at + len(tail) + n_same)
        at = whole.find(tail, at + 1)
    return furthest


class Interleavings(RuleBasedStateMachine):
    """Some documents, one engine, a model that is played by hand, and a clock that stands."""

    def __init__(self):
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.documents = [Document(f"untitled:{at}", truth, truth[:4], 4) for at, truth in enumerate(TRUTHS)]
        self.model = HandPlayedProvider(says, closing_turns=3)
        self.model.opened = self.count_open
        self.bench = self.run(self.make())
        self.tasks: list[tuple[Document, Request, asyncio.Task]] = []
        self.asked = 0
        self.excess: list[Counter[int]] = []

    async def make(self):
        return Bench(model=self.model)

    def run(self, work):
        return self.loop.run_until_complete(work)

    def step(self, turns):
        """Let the loop turn; what went wrong in a task goes wrong here."""
        self.run(turn(turns))
        assert not self.excess, "more streams than may be open"
        for entry in [entry for entry in self.tasks if entry[2].done()]:
            self.tasks.remove(entry)
            if not entry[2].cancelled():
                entry[2].result()

    def count_open(self):
        """Noted whenever a stream is opened, and not raised there, where something might catch it."""
        open_in = Counter(number_of(stream.prompt.context.prefix) for stream in self.model.open)
        if max(open_in.values()) > PER_DOCUMENT or open_in.total() > PER_CLIENT:
            self.excess.append(open_in)

    # What the person and the editor do...

    def edit(self, document, start, end, text):
        async def change():
            self.bench.engine.edited(document.uri, [document.edit(start, end, text)])

        self.run(change())

    def then(self, document, trigger, turns):
        """What an editor does after an edit or a move: it asks, or not."""
        if trigger is not None:
            self.asked += 1
            place = document.snapshot()
            cause = document.history.cause((place.line, place.column))
            document.history.asked((place.line, place.column))
            request = Request(str(self.asked), place, trigger, cause=cause)
            self.tasks.append((document, request, self.loop.create_task(self.answer(document, request))))
            turns += 1  # what is cancelled before it has begun was never asked
        self.step(turns)

    @rule(at=DOCUMENT, what=st.sampled_from(WAYS), characters=st.integers(1, 9), trigger=TRIGGER, turns=TURNS)
    def type(self, at, what, characters, trigger, turns):
        document = self.documents[at]
        followed = {"truth": document.truth, "suggestion": document.suggested}
        text = document.follow(followed[what], characters) if what in followed else what
        self.edit(document, document.cursor, document.cursor, text or "X")
        self.then(document, trigger, turns)

    @rule(at=DOCUMENT, characters=st.integers(1, 9), trigger=TRIGGER, turns=TURNS)
    def delete(self, at, characters, trigger, turns):
        document = self.documents[at]
        self.edit(document, max(4, document.cursor - characters), document.cursor, "")
        self.then(document, trigger, turns)

    @rule(at=DOCUMENT, trigger=TRIGGER, turns=TURNS)
    def accept(self, at, trigger, turns):
        document = self.documents[at]
        rest = document.follow(document.suggested, 500)
        if rest:
            self.edit(document, document.cursor, document.cursor, rest)
            self.then(document, trigger, turns)

    @rule(at=DOCUMENT, text=st.sampled_from(["", "\n", "\nafter = 1\n"]), trigger=TRIGGER, turns=TURNS)
    def edit_below(self, at, text, trigger, turns):
        """What stands behind the cursor becomes something else; the cursor stays."""
        document = self.documents[at]
        cursor = document.cursor
        self.edit(document, cursor, len(document.text), text)
        document.cursor = cursor
        self.then(document, trigger, turns)

    @rule(at=DOCUMENT, line=WHICH, trigger=TRIGGER, turns=TURNS)
    def move(self, at, line, trigger, turns):
        """To the end of another line, which edits nothing."""
        document = self.documents[at]
        ends = [end for end, character in enumerate(document.text + "\n") if character == "\n" and end > 3]
        document.cursor = ends[line % len(ends)]
        self.then(document, trigger, turns)

    @rule(at=DOCUMENT, trigger=st.sampled_from(["automatic", "invoked"]), turns=TURNS)
    def ask(self, at, trigger, turns):
        self.then(self.documents[at], trigger, turns)

    @rule(at=DOCUMENT, trigger=st.sampled_from(["automatic", "invoked"]))
    def ask_in_peace(self, at, trigger):
        """Nobody comes in between, and the model says all it has to say."""
        self.then(self.documents[at], trigger, 0)
        self.run(self.bench.clock.advance(5))
        for stream in self.model.open:
            stream.finish()
        self.step(SETTLED)

    async def answer(self, document, request):
        outcome = await self.bench.engine.complete(request)
        assert outcome.name != "cancelled"
        if outcome.completion is not None:
            place, shown = request.snapshot, outcome.completion
            assert document.version == place.version, "an answer for a text that is no more"
            assert shown.replaces <= len(place.line_after)
            assert is_said(place, shown.text, self.model.streams), "an answer that nobody gave"
            document.suggested = place.prefix + shown.text

    @precondition(lambda self: self.tasks)
    @rule(which=WHICH, turns=TURNS)
    def cancel(self, which, turns):
        self.tasks[which % len(self.tasks)][2].cancel()
        self.step(turns)

    # What the model does...

    def stream(self, which):
        return self.model.open[which % len(self.model.open)]

    @precondition(lambda self: self.model.open)
    @rule(which=WHICH, characters=st.integers(1, 30), turns=TURNS)
    def give(self, which, characters, turns):
        self.stream(which).give(characters)
        self.step(turns)

    @precondition(lambda self: self.model.open)
    @rule(which=WHICH, reason=st.sampled_from(["stop", "stop", "length"]), turns=TURNS)
    def finish(self, which, reason, turns):
        self.stream(which).finish(reason)
        self.step(turns)

    @precondition(lambda self: self.model.open)
    @rule(which=WHICH, error=st.sampled_from([Unreachable, RateLimited]), turns=TURNS)
    def fail(self, which, error, turns):
        self.stream(which).fail(error("no"))
        self.step(turns)

    # Time...

    @rule(ms=st.sampled_from([1, 30, 80, 400, 5000]), turns=TURNS)
    def wait(self, ms, turns):
        self.bench.clock.pass_by(ms / 1000)
        self.step(turns)

    @rule()
    def come_to_rest(self):
        """When nothing more happens by itself, what was superseded has been answered."""
        self.step(SETTLED)
        waiting = [document for document, _, _ in self.tasks]
        assert len({document.uri for document in waiting}) == len(waiting), "two requests of a document still wait"
        for document, request, _ in self.tasks:
            assert request.snapshot.version == document.version, "a request waits although its text is no more"

    def teardown(self):
        try:
            self.run(self.end())
        finally:
            self.loop.close()

    async def end(self):
        """Every request is answered, and nothing is left."""
        for _ in range(50):
            await self.bench.clock.advance(10)
            for stream in self.model.open:
                stream.finish()
            await settle()
            if not self.model.open and all(task.done() for _, _, task in self.tasks):
                break
        for _, _, task in self.tasks:
            assert task.done(), "a request is never answered"
            if not task.cancelled():
                task.result()
        assert repr(self.bench.engine) == "<Engine: 0 wait, 0 run, 0 linger, 0 close>", (
            "a document is remembered in which nothing goes on"
        )
        await self.bench.engine.aclose()
        await settle()
        assert len(self.bench.lines) == self.asked, "one record for each request"
        assert self.model.open == []
        assert not self.excess, "more streams than may be open"
        assert not any(stream.struck for stream in self.model.streams)
        assert self.bench.clock.sleeping == []
        assert asyncio.all_tasks() == {asyncio.current_task()}


async def turn(turns):
    for _ in range(turns):
        await asyncio.sleep(0)


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS)


# The oracle of the test itself...


def test_what_follows_from_what_was_said():
    """Typed through, continued by a second call; and what must not pass."""
    document = Document("untitled:0", "", "# 0\na = 1", 9)
    place = document.snapshot()

    def stream(before, said, suffix=""):
        played = ByHand(Prompt("fim", Context(before, suffix, "a", "python")), said)
        played.said = said
        return played

    assert is_said(place, "23", [stream("# 0\na = 1", "23\n")])
    assert is_said(place, "23", [stream("# 0\na", " = 123")])
    assert is_said(place, "23\nb = 2", [stream("# 0\na", " = 123"), stream("# 0\na = 123", "\nb = 2\n")])
    assert not is_said(place, "23", [])
    assert not is_said(place, "23", [stream("# 0\na", " = 12")])
    assert not is_said(place, "23", [stream("# 0\na", " = 223")])
    assert not is_said(place, "23", [stream("# 1\na", " = 123")])
    assert not is_said(place, "23", [stream("# 0\na = 1", "23", "\nmore")])
