"""The hands that type in real editors: what they make of an editor's pairs, and of suggestions that spoil the text."""

import random

import pytest

from support.typing.hands import Hands, Seen, Task

TEXT = """import { read } from "./files";

export function total(prices: number[], name = "all") {
    const found = prices.filter((price) => price > 0);
    return { name, sum: found.reduce((a, b) => a + b, 0) };
}

console.log(total([1, 2], "it's"));
"""
START, END = TEXT.index('";\n') + 2, TEXT.index("\n\nconsole")
CLOSERS = {"(": ")", "[": "]", "{": "}", '"': '"', "'": "'"}


class Editor:
    """An editor with pairs and automatic indentation; it suggests ``suggest(before)``, which stands in for what is behind."""

    def __init__(self, task, suggest):
        self.text, self.at, self._suggest = task.begun, task.start, suggest
        self._own = ""
        self.n_waits = 0

    def look(self):
        return Seen(self.text, self.at, ghost=bool(self._suggest(self.text, self.at)))

    def type(self, text):
        for character in text:
            if self._own.startswith(character) and self.text.startswith(character, self.at):
                self.at, self._own = self.at + 1, self._own[1:]
            elif character in CLOSERS and not (character in "'\"" and self.text[self.at - 1].isalnum()):
                self._put(character + CLOSERS[character])
                self.at, self._own = self.at - 1, CLOSERS[character] + self._own
            else:
                self._put(character)

    def wait(self):
        """Everything is there at once."""
        self.n_waits += 1

    def press(self, key):
        match key:
            case "Enter":
                line = self.text[: self.at].rpartition("\n")[2]
                self._put("\n" + line[: len(line) - len(line.lstrip())] + ("    " if line.endswith("{") else ""))
            case "Backspace":
                self.text, self.at = self.text[: self.at - 1] + self.text[self.at :], self.at - 1
            case "Delete":
                self.text, self._own = self.text[: self.at] + self.text[self.at + 1 :], self._own[1:]
            case "Right":
                self.at, self._own = self.at + 1, self._own[1:]
            case "Left":
                self.at -= 1
            case "Down":
                self.at = self.text.index("\n", self.at) + 1
            case "End":
                self.at = self.text.index("\n", self.at)
            case _:
                text, replaced = self._suggest(self.text, self.at)
                self.text = self.text[: self.at] + self.text[self.at + replaced :]
                self._put(text)

    def _put(self, text):
        self.text, self.at = self.text[: self.at] + text + self.text[self.at :], self.at + len(text)


def nothing(_text, _at):
    """No suggestions."""


def to_line_end(text, at):
    """What is true, up to the line's end, in place of what stands there."""
    if not TEXT.startswith(text[:at]):
        return None
    said = TEXT[at:END].partition("\n")[0]
    return (said, text.index("\n", at) - at) if said else None


def keeping_brackets(text, at):
    """The same, beside what stands there."""
    found = to_line_end(text, at)
    return found and (found[0], 0)


def eating_a_line(text, at):
    """The same, in place of what stands there and in the next line."""
    found = to_line_end(text, at)
    return found and (found[0], len(text) - at - 20)


def with_tabs(text, at):
    """All the rest, indented in another way."""
    found = to_line_end(text, at)
    return found and (TEXT[at:END].replace("\n    ", "\n\t"), found[1])


@pytest.mark.parametrize(
    ("suggest", "fault"),
    [
        (nothing, ""),
        (to_line_end, ""),
        (keeping_brackets, "stray closer"),
        (with_tabs, "other text"),
        (eating_a_line, "lost"),
    ],
)
def test_what_suggestions_spoil_is_found(suggest, fault):
    """And the text is typed to its end, unless some of it is gone."""
    faults = set()
    for seed in range(6):
        task = Task(TEXT, START, END, "typescript")
        figures = Hands(Editor(task, suggest), task, random.Random(seed)).run()
        assert figures.is_right is (fault != "lost")
        assert bool(figures.accepted) is (suggest is not nothing)
        faults |= {each.partition(",")[0] for each in figures.faults}
    assert faults == ({fault} if fault else set())


class Hurried(random.Random):
    """Never pauses for a suggestion."""

    def random(self):
        return 0.6


def test_what_is_taken_back_is_seen_at_once():
    """Nobody looks again and again for the effect of a key that has moved the cursor to the left."""
    task = Task(TEXT, START, END, "typescript")
    editor = Editor(task, nothing)
    editor.type("of another text than this one")
    figures = Hands(editor, task, Hurried()).run()
    assert figures.is_right
    assert editor.n_waits <= 2 * figures.keys
