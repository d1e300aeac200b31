"""Rules on the file's own unit of indentation, tabs or so many spaces. They never touch the words."""

from __future__ import annotations

import re
from itertools import pairwise

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of, indents_near, n_tabs, opens_block, unit_of
from infill_ls.post.strings import lines_in_values
from infill_ls.syntax.brackets import BRACKETS, STRINGS, scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings

_INDENT = re.compile(r"^[ \t]+(?=\S)", re.MULTILINE)
MOST_ODD = 0.1
"""Share of lines that are indented in another way than the rest of the file and prove nothing."""
FEWEST = 8
"""Indented lines that show a file's unit in such languages."""
TAB = 8
"""Columns of a tab where there are tabs among spaces."""
_ALIGNED = re.compile(r"\t+ {2}")
"""Indentation that has been filled up with spaces behind tabs, as Emacs does it."""
_WIDTHS = range(2, 5)
"""Spaces that a level most often has."""


def use_files_unit(text: str, answer: Answer) -> str:
    """Later lines indented with tabs where the file has tabs, with spaces where it has spaces; only when clear."""
    here = answer.here
    given = _given(text, here)
    aligned = _ALIGNED.match if here.language.tabs_of_eight else None
    if not given or (aligned and any(map(aligned, given))):
        return text
    indents, tabs = indents_near(here), n_tabs(here)
    most_odd = 0 if here.language.tabs_of_eight else MOST_ODD * len(indents)
    least = FEWEST if here.language.tabs_of_eight else 1
    is_begun = here.line_before[:1] == "\t" and not here.line_before.strip()
    if is_begun and (given[0] == "\t" or given[0].startswith(here.line_before)):
        return text
    if not tabs and _are_tabs_levels(text, given, here):
        return _replace_indents(text, here, "\t", _width_of_tab(text, given[0], here))
    if len(indents) < least or most_odd < tabs < len(indents) - most_odd:
        return text
    if 2 * tabs < len(indents) and not any("\t" in indent for indent in given):
        width = _own_width(text, here)
        return _replace_indents(text, here, " " * width, unit_of(here)) if width else text
    around = (here.previous_line, here.line_before, here.next_line)
    if given[0] in map(indent_of, around):
        return text
    if 2 * tabs > len(indents) and all(set(indent) == {" "} for indent in given):
        if _only_goes_on(text, here):
            return text
        unit = _spaces_per_tab(given, here.line_before.count("\t"))
        return _replace_indents(text, here, " " * unit, "\t") if unit else text
    is_sure = all if tabs or here.language.tabs_of_eight else any
    if 2 * tabs < len(indents) and is_sure(indent[0] == "\t" for indent in given):
        return _replace_indents(text, here, "\t", _width_of_tab(text, given[0], here))
    return text


def _given(text: str, here: Surroundings) -> list[str]:
    """The answer's indentation, without that of lines which go on with one that ends in a backslash."""
    lines = [here.previous_line, *text.split("\n")]
    given = [
        indent_of(line)
        for above, line in pairwise(lines[_first_indented(here) :])
        if line.strip() and not above.endswith("\\")
    ]
    return list(filter(None, given))


def _first_indented(here: Surroundings) -> int:
    """The number of the answer's first line whose indentation is its own: the first but in a string or behind text."""
    in_string = not STRINGS.isdisjoint(open_at(here)[-1:])
    return 1 if here.line_before or in_string else 0


def _own_width(text: str, here: Surroundings) -> int:
    """The number of spaces that the model takes for one level where the file has another, or 0 if that is not clear.

    It is where the cursor's line opens a block, whose first line tells how wide the levels up to it are.
    """
    first, *later = text.split("\n")
    whole = here.line_before + first
    given = [indent_of(line) for line in later if line.strip()]
    if not given or not opens_block(whole, here.language) or whole.rstrip()[-1] in "([":
        return 0
    unit = len(unit_of(here))
    level, odd = divmod(len(indent_of(whole)), unit)
    width, rest = divmod(len(given[0]), level + 1)
    is_fitting = (
        width > 1 and not odd and not rest and all(len(indent) % width == 0 for indent in given)
    )
    indents = [indent for indent in indents_near(here) if indent[0] != "\t"] if is_fitting else []
    if not is_fitting or any(len(indent) % unit for indent in indents) or "\t" in "".join(given):
        return 0
    if width < unit:
        # Further in, lines that have lost the cursor's indentation look the same.
        return width if level == 0 else 0
    comes_back = level * width in map(len, given)
    return (
        width
        if width > unit and comes_back and any(len(indent) % width for indent in indents)
        else 0
    )


def _are_tabs_levels(text: str, given: list[str], here: Surroundings) -> bool:
    """Whether the next line, with tabs of eight, would be too far in below the cursor's, which has none."""
    first = here.line_before + text.partition("\n")[0]
    own = indent_of(first)
    if "\t" in own or set(given[0]) != {"\t"}:
        return False
    unit = unit_of(here)
    if not {own, unit} & {*indents_near(here)}:
        return False
    is_head = opens_block(first, here.language)
    furthest = len(own) + (len(unit) if is_head else 0)
    return (is_head or _is_ended(first, here)) and TAB * len(given[0]) > furthest


def _is_ended(line: str, here: Surroundings) -> bool:
    """Whether the next line stands where this one does, or further left."""
    return line.rstrip().endswith((";", "}")) or line.lstrip().startswith(here.language.line)


def _width_of_tab(text: str, given: str, here: Surroundings) -> str:
    """The spaces that a tab of the answer's stands for: by the cursor's line where that tells, or the file's unit."""
    first = here.line_before + text.partition("\n")[0]
    is_head = opens_block(first, here.language)
    n_levels = len(given) - 1 if is_head else len(given) if _is_ended(first, here) else 0
    width, odd = divmod(len(indent_of(first)), n_levels) if n_levels else (0, 0)
    is_sure = width in _WIDTHS and not odd and set(given) == {"\t"}
    return " " * width if is_sure else unit_of(here)


def _only_goes_on(text: str, here: Surroundings) -> bool:
    """Whether all indented lines go on with the line above, which many align with spaces in files of tabs."""
    lines = [here.previous_line, *f"{here.line_before}{text}".split("\n")]
    return all(
        above.endswith("\\") or _leaves_open(above, here.language)
        for above, line in pairwise(lines if not here.line_before else lines[1:])
        if line[:1] == " " and line.strip()
    )


def _leaves_open(line: str, language: Language) -> bool:
    """Whether a bracket stays open behind which something stands already."""
    return not line.endswith(tuple(BRACKETS)) and scan(line, language).stack[-1:] in (
        ("(",),
        ("[",),
    )


def _spaces_per_tab(given: list[str], depth: int) -> int | None:
    """The number of spaces that the model takes for one level, where all its lines agree on one."""
    widths = [len(indent) for indent in given]
    fitting = [unit for unit in (4, 2, 8, 3) if all(width % unit == 0 for width in widths)]
    near = [unit for unit in fitting if min(widths) // unit in {depth, depth + 1}]
    return next(iter(near or fitting), None)


def _replace_indents(text: str, here: Surroundings, old: str, new: str) -> str:
    """Levels in the other unit; what is left over aligns something and stays."""

    def levels(match: re.Match[str]) -> str:
        indent = match.group()
        n_levels = indent.count(old) if old == "\t" else len(indent) // len(old)
        return new * n_levels + indent[n_levels * len(old) :]

    meant = lines_in_values(text, here)
    first = _first_indented(here)
    lines = text.split("\n")
    return "\n".join(
        line if number < first or number in meant else _INDENT.sub(levels, line)
        for number, line in enumerate(lines)
    )
