"""Parses the neighbourhood of the cursor, bounded in size and work; gives None rather than take long."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from infill_ls.syntax.grammars import load
from infill_ls.syntax.language import Language
from infill_ls.syntax.surroundings import FAR, NEAR, Surroundings, reading

if TYPE_CHECKING:
    import tree_sitter

LONGEST_S = 0.02
"""Work after which a text is given up. Code takes a tenth of it; what is no code at all would keep a parser for 1 s."""
_PIECE = 1024
_LARGEST = 64 * 1024
"""Bytes that are parsed; characters may take four each."""
_ROOM = bytearray(_LARGEST + _PIECE)
"""Where the parser reads. The binding (0.26) never lets go of a buffer that it was handed, so all are parts of this."""
_TOP_LEVEL = re.compile(r"\n\n(?=[@\w#/<])")
"""Where a text may be cut and still parse: before a line without indentation that follows a blank one."""
_TOP_LEVEL_PYTHON = re.compile(r"\n\n(?=@|def |class |async def )")
"""Docstrings, too, have blank lines and lines without indentation."""
_METHOD_PYTHON = re.compile(r"\n\n(?=([ \t]+)(?:@|def |class |async def ))")
"""Where a text may start in a long class: Python's grammar takes indented lines at the start of a text."""


@dataclass(frozen=True, slots=True)
class Window:
    """Text around the cursor, cut where the parts still parse as far as such places are near."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sound:
    """The neighbourhood of a place as it parses without errors, and the gap in it that an answer fills."""

    tree: tree_sitter.Tree
    source: bytes
    language: Language
    gap: tuple[int, int]
    """Offsets in ``source`` of what gives way to the cursor's line, or to what follows the cursor on it."""
    line_before: str
    """The line before the cursor, where the gap begins at its start; otherwise empty."""
    rest: str
    """The line after the cursor."""

    def parses_with(self, text: str, n_replaced: int = 0) -> bool | None:
        """Whether it still parses with an answer that replaces so many characters; None where that takes too long.

        Only what the answer changes is parsed again.
        """
        start, end = self.gap
        put = _encoded(self.line_before + text + self.rest[n_replaced:])
        source = self.source[:start] + put + self.source[end:]
        tree, new_end = self.tree.copy(), start + len(put)
        tree.edit(
            start,
            end,
            new_end,
            _point(self.source, start),
            _point(self.source, end),
            _point(source, new_end),
        )
        parsed = _parse(source, self.language, tree)
        return None if parsed is None else not parsed.root_node.has_error


@reading
def sound(here: Surroundings) -> Sound | None:
    """The neighbourhood of the cursor without the cursor's line, or as it is; None where neither can be parsed."""
    return sound_without_line(here) or _sound_as_it_is(here)


@reading
def sound_without_line(here: Surroundings) -> Sound | None:
    """The neighbourhood of the cursor with its line left empty, which is seldom finished; all else mostly is."""
    near = window(here)
    if near is None:
        return None
    before = near.before[: len(near.before) - len(here.line_before)]
    return _sound(before, "", near.after[len(here.line_after) :], here.line_before, here)


def _sound_as_it_is(here: Surroundings) -> Sound | None:
    near = window(here)
    rest = len(here.line_after)
    return (
        None
        if near is None
        else _sound(near.before, near.after[:rest], near.after[rest:], "", here)
    )


def _sound(before: str, gap: str, after: str, line_before: str, here: Surroundings) -> Sound | None:
    start, inside = _encoded(before), _encoded(gap)
    source = start + inside + _encoded(after)
    tree = _sound_tree(source, here.language)
    if tree is None:
        return None
    return Sound(
        tree,
        source,
        here.language,
        (len(start), len(start) + len(inside)),
        line_before,
        here.line_after,
    )


@lru_cache(maxsize=4)
def _sound_tree(source: bytes, language: Language) -> tree_sitter.Tree | None:
    """The tree of a text without errors. While a line is typed, what is around it stays the same."""
    tree = _parse(source, language)
    return None if tree is None or tree.root_node.has_error else tree


@reading
def window(here: Surroundings) -> Window | None:
    """The neighbourhood that is parsed; None where it has no place at which a text may start, or nothing parses it."""
    if load(here.language.id) is None:
        return None
    before, after = here.prefix, here.suffix
    is_python = here.language.offside
    top_level = _TOP_LEVEL_PYTHON if is_python else _TOP_LEVEL
    if len(before) > FAR or here.snapshot.first_line:
        start = max(0, len(before) - FAR)
        found = top_level.search(before, start)
        if found is None and is_python:
            found = min(
                _METHOD_PYTHON.finditer(before, start), key=lambda each: len(each[1]), default=None
            )
            if found is None:
                return None  # it may start in a docstring, which turns code and strings round
        cut = before.find("\n", start) + 1 if start else 0
        before = before[found.end() if found else cut :]
    if len(after) > NEAR or not here.snapshot.reaches_end:
        cuts = [match.end() for match in top_level.finditer(after, 0, NEAR)]
        after = after[: cuts[-1] if cuts else after.rfind("\n", 0, NEAR) + 1]
    head = here.language.start
    return Window(before if head.rstrip() in before else head + before, after)


def parses(text: str, language: Language, longest_s: float) -> bool | None:
    """Whether a whole text parses; None where no grammar is installed, or that takes too much work."""
    parsed = _parse(_encoded(text), language, longest_s=longest_s)
    return None if parsed is None else not parsed.root_node.has_error


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")  # a document may hold half of a character


def _parse(
    source: bytes,
    language: Language,
    old: tree_sitter.Tree | None = None,
    longest_s: float = LONGEST_S,
) -> tree_sitter.Tree | None:
    """The tree of a text; ``old`` is that of a former one, told of what has changed since."""
    parser = load(language.id)
    if parser is None:
        return None
    # The thread's own time, so that what is shown does not depend on what else a machine does.
    deadline = time.thread_time() + longest_s

    def is_too_long(_offset: int, _had_error: bool) -> bool:  # noqa: FBT001  # the binding calls it so
        return time.thread_time() > deadline

    end = len(source)
    if end > _LARGEST:
        return None
    _ROOM[:end] = source
    _ROOM[end : end + _PIECE] = b"\n".ljust(_PIECE)

    def read(offset: int, _point: object) -> memoryview | bytes:
        return _piece(offset) if offset <= end else b""

    try:
        if old is None:  # which the binding does not take, whatever its types say
            return parser.parse(read, progress_callback=is_too_long)
        return parser.parse(read, old, progress_callback=is_too_long)
    except ValueError:
        # It was given up, and would go on where it was with the next text.
        parser.reset()
        return None


@cache
def _piece(offset: int) -> memoryview:
    """From there to the next of the places at which pieces begin, so that there are not too many different ones."""
    return memoryview(_ROOM)[offset : (offset // _PIECE + 1) * _PIECE]


def _point(source: bytes, offset: int) -> tuple[int, int]:
    """Row and column, in bytes."""
    return source.count(b"\n", 0, offset), offset - (source.rfind(b"\n", 0, offset) + 1)
