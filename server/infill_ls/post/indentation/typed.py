"""Rules on white space: indentation that stands already, and the file's own unit. They never touch the words."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import lead_of, leads_near, line_above, may_stand, opens_block, unit_of
from infill_ls.post.strings import lines_in_strings
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings

_LEAD = re.compile(r"^[ \t]+(?=\S)", re.MULTILINE)
MOST_ODD = 0.1
"""Share of lines that are indented in another way than the rest of the file and prove nothing."""
FEWEST = 8
"""Indented lines that show a file's unit in such languages."""
_LATER_LEAD = re.compile(r"(?<=\n)[ \t]+(?=\S)")


def drop_typed_indent(text: str, answer: Answer) -> str:
    """White space that the model gives although it stands before the cursor."""
    before = answer.here.line_before
    lead = text[: len(text) - len(text.lstrip(" \t"))]
    if not lead or len(lead) == len(text) or (answer.here.language.patch and not before):
        return text
    if text[len(lead)] == "\n":
        return text[len(lead) :]
    if not before.strip():
        return _drop_from_indented(text, lead, answer.here)
    if before[-1] in " \t":
        # A comment alone may have more than one space before it.
        first = text[len(lead) :].partition("\n")[0]
        is_comment = first.startswith("/*") or scan(first, answer.here.language).in_comment
        return text if is_comment else text[len(lead) :]
    is_in_pair = before[-1] in "([" and answer.here.line_after[:1] in {")", "]"} and answer.here.line_after
    return text[len(lead) :] if is_in_pair and not _is_padding(text, answer.here) else text


def _is_padding(text: str, here: Surroundings) -> bool:
    """Whether white space behind an opening bracket has its like before the closing one, as in a test of a shell."""
    opened = open_at(here)
    closed = [at for at, depth in scan(text, here.language, opened).closed if depth == len(opened) - 1]
    inside = text[: closed[0]] if closed else text
    is_test = here.language.tests and here.line_before[-1] == "["
    return is_test or inside[-1:].isspace()


def use_files_unit(text: str, answer: Answer) -> str:
    """Later lines indented with tabs where the file has tabs, with spaces where it has spaces; only when clear."""
    here = answer.here
    leads = leads_near(here)
    tabs = sum(lead[0] == "\t" for lead in leads)
    given = _LATER_LEAD.findall(text)
    if not here.line_before:
        given += _LEAD.findall(text.split("\n", 1)[0])
    most_odd = 0 if here.language.tabs_of_eight else MOST_ODD * len(leads)
    # There a handful of lines says nothing.
    least = FEWEST if here.language.tabs_of_eight else 1
    if len(leads) < least or not given or most_odd < tabs < len(leads) - most_odd:
        return text
    if 2 * tabs < len(leads) and not any("\t" in lead for lead in given):
        width = _own_width(text, here, [lead for lead in leads if lead[0] != "\t"])
        return _replace_leads(text, here, " " * width, unit_of(here)) if width else text
    if 2 * tabs > len(leads) and all(set(lead) == {" "} for lead in given):
        unit = _spaces_per_tab(given, here.line_before.count("\t"))
        return _replace_leads(text, here, " " * unit, "\t") if unit else text
    is_sure = all if tabs or here.language.tabs_of_eight else any
    if 2 * tabs < len(leads) and is_sure(lead[0] == "\t" for lead in given):
        return _replace_leads(text, here, "\t", unit_of(here))
    return text


def _drop_from_indented(text: str, lead: str, here: Surroundings) -> str:
    """The cursor's line is blank up to the cursor, and the text starts with white space.

    It may be what the line lacks, the line's whole indentation once more, or a stray space: what may stand below the
    line above is taken, and where that says nothing, the whole indentation.
    """
    before, code = here.line_before, text[len(lead) :]
    if not before:
        # A block comment's later lines are one space off, and so are Lisp's, and anything may be below a backslash.
        is_free = code[0] == "*" or here.language.columns or line_above(here).rstrip().endswith("\\")
        return code if lead == " " and not is_free and not may_stand(" ", code, here) else text
    lacks = may_stand(before + lead, code, here)
    if lead == " " and line_above(here).rstrip().endswith(("{", "(", "[")):
        lacks = False
    if not lead.startswith(before):
        # Less than stands there already: a stray space, unless it goes on to a deeper level.
        return _all_less(code, lead, here) if not lacks and may_stand(before, code, here) else text
    if not lacks and len(lead) > len(before):
        levelled = _without_extra_level(code, lead, here)
        if levelled is not None:
            return levelled
    above = line_above(here)
    again = may_stand(lead, code, here) or (lead == before and len(before) > len(lead_of(above)))
    if lacks and (not again or here.line_after.strip()):
        return text
    if lead == before and not again and opens_block(above, here.language):
        # The block is to be deeper than the cursor stands, and just that is given.
        return text
    again_code = text[len(before) :]
    return _all_less(again_code, lead, here) if lead == before and _is_row(again_code, before + lead) else again_code


def _is_row(code: str, deeper: str) -> bool:
    """Whether statements in brackets of their own stand one below the other, all but the first at the deeper level."""
    first, *later = [line for line in code.split("\n") if line.strip()]
    is_whole = all(line.rstrip().endswith((")", ";")) for line in (first, *later))
    return len(later) > 1 and is_whole and all(lead_of(line) == deeper and line.strip()[0].isalnum() for line in later)


def _all_less(code: str, lead: str, here: Surroundings) -> str:
    """The text with its later lines as far to the left as the first, where all of them have the stray white space."""
    first, *later = code.split("\n")
    surplus = here.line_before + lead
    if not all(line.startswith(surplus) for line in later if line.strip()) or lines_in_strings(code, here):
        return code
    return "\n".join([first, *(line.removeprefix(lead) if line.strip() else line for line in later)])


def _without_extra_level(code: str, lead: str, here: Surroundings) -> str | None:
    """The text as far to the left as the cursor, where no line is; None where a line may be deeper than the cursor."""
    before = here.line_before
    first, *later = code.split("\n")
    above = line_above(here)
    is_ended = above.rstrip().endswith((";", "}")) or (here.language.offside and not may_stand(lead, first, here))
    if not is_ended or lead_of(above) != before or not may_stand(before, first, here):
        return None
    if not all(line.startswith(lead) for line in later if line.strip()) or lines_in_strings(code, here):
        return None
    extra = len(lead) - len(before)
    return "\n".join([first, *(line[extra:] for line in later)])


def _own_width(text: str, here: Surroundings, leads: list[str]) -> int:
    """The number of spaces that the model takes for one level where the file has another, or 0 if that is not clear.

    It is where the cursor's line opens a block, whose first line tells how wide the levels up to it are.
    """
    first, *later = text.split("\n")
    unit, whole = len(unit_of(here)), here.line_before + first
    given = [lead_of(line) for line in later if line.strip()]
    if not given or not opens_block(whole, here.language) or whole.rstrip()[-1] in "([":
        return 0
    level, odd = divmod(len(lead_of(whole)), unit)
    width, rest = divmod(len(given[0]), level + 1)
    is_fitting = width > 1 and not odd and not rest and all(len(lead) % width == 0 for lead in given)
    if not is_fitting or any(len(lead) % unit for lead in leads) or "\t" in "".join(given):
        return 0
    if width < unit:
        # Further in, lines that have lost the cursor's indentation look the same.
        return width if level == 0 else 0
    comes_back = level * width in map(len, given)
    return width if width > unit and comes_back and any(len(lead) % width for lead in leads) else 0


def _spaces_per_tab(given: list[str], depth: int) -> int | None:
    """The number of spaces that the model takes for one level, where all its lines agree on one."""
    widths = [len(lead) for lead in given]
    fitting = [unit for unit in (4, 2, 8, 3) if all(width % unit == 0 for width in widths)]
    near = [unit for unit in fitting if min(widths) // unit in {depth, depth + 1}]
    return next(iter(near or fitting), None)


def _replace_leads(text: str, here: Surroundings, old: str, new: str) -> str:
    """Levels in the other unit; what is left over aligns something and stays."""

    def levels(match: re.Match[str]) -> str:
        lead = match.group()
        n_levels = lead.count(old) if old == "\t" else len(lead) // len(old)
        return new * n_levels + lead[n_levels * len(old) :]

    meant = lines_in_strings(text, here)
    first = 1 if here.line_before else 0
    lines = text.split("\n")
    return "\n".join(
        line if number < first or number in meant else _LEAD.sub(levels, line) for number, line in enumerate(lines)
    )
