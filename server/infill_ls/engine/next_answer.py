"""What takes a model's answer for a next edit as it comes, and tells of each edit as soon as it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from infill_ls.engine.ask import Whole
from infill_ls.prompt.next_families import NextFamily
from infill_ls.prompt.next_prompt import Excerpt, blocks, said_lines
from infill_ls.records import Chunk
from infill_ls.stream.edits_json import edits_of_json
from infill_ls.stream.rewrite import LineEdit, Rewrite, Spelling
from infill_ls.stream.surrogates import Surrogates

_MOST: Final = 40_000
"""Characters of an answer: a server that sends more does not keep to the limit, and is kept to it from here."""
_BLOCK_MARK: Final = r"<\|marker_(\d{1,3})\|>"

Come = Callable[[LineEdit], None]


class RegionAnswer:
    """The region's new text; over as soon as nothing more is expected."""

    def __init__(self, excerpt: Excerpt, family: NextFamily, come: Come) -> None:
        self.left = _MOST
        is_marked = family.answer == "blocks"
        self._rewrite = Rewrite(
            excerpt.lines,
            spelling_of(family),
            said=said_lines(excerpt, family),
            starts=blocks(excerpt.lines) if is_marked else (),
            is_last=not excerpt.below,
        )
        self._come = come
        self._n_told = 0
        self._whole = Surrogates()

    @property
    def is_over(self) -> bool:
        return self._rewrite.is_over or not self.left

    @property
    def fault(self) -> str | None:
        """The rule that it has run into."""
        return self._rewrite.fault

    def heard(self, chunk: Chunk) -> None:
        """Nothing is made of what comes beside the text."""

    async def take(self, text: str) -> str:
        text = self._whole.feed(text)[: self.left]
        self.left -= len(text)
        self._rewrite.feed(text)
        self._tell()
        return text

    def end(self, *, is_cut: bool) -> None:
        """Nothing more comes."""
        self._rewrite.flush(is_cut=is_cut or not self.left)
        self._tell()

    def _tell(self) -> None:
        for edit in self._rewrite.edits[self._n_told :]:
            self._come(edit)
        self._n_told = len(self._rewrite.edits)


class JsonAnswer(Whole):
    """Numbered lines as JSON, which say something only when all of it is there."""

    def __init__(self, excerpt: Excerpt, family: NextFamily, come: Come) -> None:
        super().__init__(_MOST)
        self.fault: str | None = None
        self._lines = excerpt.lines
        self._marks = family.control_tokens
        self._come = come
        self._said: list[str] = []

    async def take(self, text: str) -> str:
        text = await super().take(text)
        self._said.append(text)
        return text

    def end(self, *, is_cut: bool) -> None:
        """Nothing more comes."""
        edits = None if is_cut else edits_of_json("".join(self._said), self._lines)
        if edits is None:
            self.fault = "json"
        for edit in edits or ():
            if any(mark in line for line in edit.new for mark in self._marks):
                self.fault = "marker"
            else:
                self._come(edit)


def answer_of(excerpt: Excerpt, family: NextFamily, come: Come) -> RegionAnswer | JsonAnswer:
    """What takes in an answer of a family; ``come`` is told of each edit."""
    if family.answer == "json":
        return JsonAnswer(excerpt, family, come)
    return RegionAnswer(excerpt, family, come)


def spelling_of(family: NextFamily) -> Spelling:
    """What answers of a family have in them beside code."""
    beside = {family.cursor, *family.stop, "<|marker_"}
    is_marked = family.answer == "blocks"
    return Spelling(
        opening=family.opening,
        stop=family.stop,
        cursor=family.cursor,
        no_edit=family.no_edit,
        marks=tuple(each for each in family.control_tokens if each not in beside),
        block=_BLOCK_MARK if is_marked else "",
    )
