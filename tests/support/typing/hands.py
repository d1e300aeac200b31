"""Hands that type known text into an editor that closes brackets and quotes by itself, and accept what it suggests.

They look at the text after each key, as people do: what the editor has put there right is passed over, what is wrong is
taken back. What an accepted suggestion has spoiled is written down before it is.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from infill_ls.syntax.brackets import OPENER_OF, STRINGS, scan
from infill_ls.syntax.languages import row
from support.model_studio.oracle import agreed_length

if TYPE_CHECKING:
    import random

Key = Literal["Enter", "Backspace", "Delete", "Left", "Right", "Down", "End", "whole", "word", "line"]

Amount = Literal["whole", "word", "line"]
ACCEPTED: dict[Amount, float] = {"whole": 0.6, "word": 0.2, "line": 0.2}
"""How much of a suggestion is accepted, so often."""
PAUSES, BEHIND_OPENER, PAUSE = 0.1, 0.5, 40
"""Share of keys before which a suggestion is waited for, the same behind an opening mark, and for how many looks."""
BURST = 0.15
"""Share of keys of a word that come with the ones after it, before anybody has looked."""
OVERTYPED = 0.7
"""Share of closers that stand there already and are typed all the same."""
LOOKS = 60
"""A key whose effect is not seen with so many looks has none."""
MOST_KEYS = 6
"""For each character of the text: whoever needs more than that has got into a circle."""
CLOSER_OF = {opener: closer for closer, opener in OPENER_OF.items()}
_WORD = re.compile(r"[A-Za-z]{2,5}")
_OPENERS = frozenset("([{\"'`")
_QUOTES = frozenset("\"'`")


class Seen(NamedTuple):
    """The document in the editor, the cursor's offset in it, and whether there is ghost text."""

    text: str
    at: int
    ghost: bool = False


class Keyboard(Protocol):
    """An editor's keys and screen."""

    def look(self) -> Seen: ...

    def type(self, text: str) -> None:
        """Characters of one line, one by one."""

    def press(self, key: Key) -> None: ...

    def wait(self) -> None:
        """Until it is worth another look: a fiftieth of a second."""


@dataclass(frozen=True, slots=True)
class Task:
    """A file's text, the part of it that is to be typed, and the language's id."""

    text: str
    start: int
    end: int
    language: str

    @property
    def begun(self) -> str:
        """The document before the first key."""
        return self.text[: self.start] + self.text[self.end :]


@dataclass(slots=True)
class Figures:
    """What was done, and what went wrong."""

    keys: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    """Characters behind the cursor that had to go because of the editor's pairs, or of a fault."""
    faults: list[str] = field(default_factory=list)
    is_right: bool = False
    """Whether the document is the file in the end."""


class Hands:
    """Types a task; the keyboard's cursor has to stand where the text is missing."""

    def __init__(
        self, keyboard: Keyboard, task: Task, rng: random.Random, accepted: dict[Amount, float] = ACCEPTED
    ) -> None:
        self._keyboard, self._task, self._rng, self._accepted = keyboard, task, rng, accepted
        self.figures = Figures()
        self._not_typed_over = ""
        self._keeps_blanks = False
        self._unsaid = closers(task) if not task.text[task.end :].strip() else ""
        """What closes the brackets that a file leaves open which ends here: the editor's may stay."""

    def run(self) -> Figures:
        most = MOST_KEYS * (self._task.end - self._task.start) + 200
        seen = self._keyboard.look()
        while seen.text != self._task.text and self._is_whole(seen) and self.figures.keys < most:
            seen = self._accept(seen) or self._key(seen)
        self.figures.is_right = seen.text == self._task.text
        if not self.figures.is_right and not self.figures.faults:
            self.figures.faults.append(f"stopped:\n{_around(seen)}")
        return self.figures

    def _accept(self, seen: Seen) -> Seen | None:
        """Wait for a suggestion now and then, and accept it; the document that there is then."""
        task = self._task
        share = BEHIND_OPENER if seen.text[seen.at - 1 : seen.at] in _OPENERS else PAUSES
        if self._rng.random() > share or self._left(seen) is None or not task.text.startswith(seen.text[: seen.at]):
            return None
        for _ in range(PAUSE):
            if not seen.ghost:
                self._keyboard.wait()
                seen = self._keyboard.look()
        if not seen.ghost:
            return seen if seen.text != self._task.text else None
        how = self._rng.choices(list(self._accepted), list(self._accepted.values()))[0]
        self._keyboard.press(how)
        now = self._settled(seen)
        if now[:2] == seen[:2]:
            return None
        self.figures.accepted[how] += 1
        for _ in range(PAUSE):
            if self._fault(now):  # an extension may need a moment to clear up
                self._keyboard.wait()
                now = self._keyboard.look()
        fault = self._fault(now)
        if fault:
            said = f"{fault}, {how}:\n{_around(seen)}\n--- then\n{_around(now)}\n--- true\n"
            self.figures.faults.append(said + task.text[now.at : now.at + 120] if fault != "lost" else said)
        return now

    def _fault(self, now: Seen) -> str:
        """What is wrong with the document."""
        task = self._task
        if not self._is_whole(now):
            return "lost"
        if self._is_at_end(now):
            return ""
        if now.at > task.end or not task.text.startswith(now.text[: now.at]):
            return "other text"
        return "" if self._left(now) is not None else "stray closer"

    def _is_at_end(self, now: Seen) -> bool:
        """Whether all has been typed, with no more than a line's end before what is behind the cursor, or the editor's own
        end of the bracket with which the text ends."""
        end = self._task.end
        typed, more = now.text[:end], now.text[end : now.at].strip()
        closer = CLOSER_OF.get(self._task.text[end - 1], "")
        is_own = more == closer and self._unsaid.startswith(closer)
        return now.at > end and typed == self._task.text[:end] and (not more or is_own)

    def _is_whole(self, seen: Seen) -> bool:
        """Whether what the file had above and below is still there."""
        task = self._task
        return seen.text.startswith(task.text[: task.start]) and seen.text.endswith(task.text[task.end :])

    def _left(self, seen: Seen) -> str | None:
        """What stands between the cursor and the rest of the file; None where the true text has no use for it."""
        task = self._task
        left = seen.text[seen.at : len(seen.text) - len(task.text[task.end :])]
        rest = task.text[seen.at : task.end] + self._unsaid
        return left if needs(task.text[: seen.at], rest, left, task.language) else None

    def _key(self, seen: Seen) -> Seen:
        """The next key, and the document after it."""
        task = self._task
        behind = len(task.text) - task.end
        right = min(agreed_length(seen.text, task.text), len(seen.text) - behind, task.end)
        rest = task.text[seen.at : task.end]
        left = seen.text[seen.at : len(seen.text) - behind]
        typed_over, self._not_typed_over = self._not_typed_over, ""
        if seen.at > right:
            blanks = not seen.text[right : seen.at].strip(" \t") and task.text[right : right + 1] == "\n"
            if blanks and not self._keeps_blanks:
                self._keeps_blanks = True  # an editor takes them away by itself, if it does
                return self._press(seen, "Enter")
            return self._press(seen, "Backspace")
        self._keeps_blanks = False
        if left and (not rest or left == typed_over or self._left(seen) is None):
            self.figures.deleted += 1
            return self._press(seen, "Delete")
        if right > seen.at and seen.text[seen.at : right].strip():
            return self._pass(seen, right, left)
        return self._type(seen, rest, left)

    def _pass(self, seen: Seen, right: int, left: str) -> Seen:
        """Over what stands there already: by its own key, or by those that move the cursor."""
        here = seen.text[seen.at]
        if here in ")]}\"'`" and self._rng.random() < OVERTYPED:
            self._not_typed_over = left
            self.figures.keys += 1
            self._keyboard.type(here)
            return self._settled(seen)
        passed = seen.text[seen.at : right]
        n_lines = len(passed) - len(passed.lstrip()) and passed[: len(passed) - len(passed.lstrip())].count("\n")
        if not n_lines:
            return self._press(seen, "Right")
        for key in ("Down",) * n_lines:
            seen = self._press(seen, key)
        seen = self._press(seen, "End")
        while seen.at > right and "\n" not in seen.text[right : seen.at]:
            seen = self._press(seen, "Left")
        return seen

    def _type(self, seen: Seen, rest: str, left: str) -> Seen:
        if rest.startswith("\n"):
            return self._press(seen, "Enter")
        word = _WORD.match(rest)
        text = word[0] if word and self._rng.random() < BURST else rest[0]
        self.figures.keys += len(text)
        if text in _QUOTES and _is_closing(text, self._task.text[: seen.at]):
            self._not_typed_over = text + left
        self._keyboard.type(text)
        return self._settled(seen, len(text))

    def _press(self, seen: Seen, key: Key) -> Seen:
        self.figures.keys += 1
        self._keyboard.press(key)
        return self._settled(seen)

    def _settled(self, before: Seen, n_typed: int = 0) -> Seen:
        """The document after keys: another than before, with all that was typed, and twice the same."""
        last, now = before, self._keyboard.look()
        for _ in range(LOOKS):
            if now[:2] != before[:2] and now[:2] == last[:2] and (now.at >= before.at + n_typed or not n_typed):
                break
            self._keyboard.wait()
            last, now = now, self._keyboard.look()
        return now


def closers(task: Task) -> str:
    """What would close the brackets that are open where the task ends."""
    opened = scan(task.text[: task.end], row(task.language)).stack
    return "".join(CLOSER_OF.get(mark, "") for mark in reversed(opened))


def needs(before: str, rest: str, left: str, language: str) -> bool:
    """Whether the text before the cursor can go on as ``rest`` with the closers of ``left``, which stand behind it already."""
    closers = "".join(left.split())
    opened = scan(before, row(language)).stack
    if closers[:1] in STRINGS:
        if closers[0] not in opened[-1:]:
            return False
        quote = next((at for at in range(len(rest)) if rest[at] == closers[0] and rest[at - 1 : at] != "\\"), None)
        if quote is None:
            return False
        before, rest, closers = before + rest[: quote + 1], rest[quote + 1 :], closers[1:]
        opened = scan(before, row(language)).stack
    found = scan(rest, row(language), opened)
    offsets = sorted([*found.unmatched, *(at for at, depth in found.closed if depth >= 0)])
    wanted = iter(rest[at] for at in offsets)
    return all(closer in wanted for closer in closers)


def _is_closing(quote: str, before: str) -> bool:
    return before.rpartition("\n")[2].count(quote) % 2 == 1


def _around(seen: Seen) -> str:
    return f"{seen.text[max(0, seen.at - 160) : seen.at]}‸{seen.text[seen.at : seen.at + 80]}"
