"""What the indentation around a cursor allows: the file's unit, and the levels at which a line may stand."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise, takewhile

from infill_ls.syntax.block import opens_in_words
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.surroundings import Surroundings, reading

_LINES_ABOVE = 200
_LINES_OF_HEADER = 30
_INDENT = re.compile(r"\n([ \t]+)(?=\S)")
_COMMENT = re.compile(r"/\*[\s\S]*?\*/")
"""Its lines are aligned with its beginning."""
_BRANCH = re.compile(r"\s*(?:else|ensure|rescue\b.*|(?:elif|elseif)\b.*\bthen|elsif\b.*)\s*")
"""How a line begins another branch of a block in words."""
_CASE = re.compile(r"\s*\(?[^\s()#][^()#]*\)")
"""A pattern of a shell, whose commands stand below it."""
_ITEM = re.compile(r"\s*-\s")
"""How an item of a list begins."""
_STAYS = re.compile(
    r"\s*(?:[)\]}]|case\b|default\b|else\b|elif\b|except\b|finally\b|public\b|private\b|protected\b|end\b"
    r"|(?:fi|done|esac|elsif|elseif|rescue|ensure)\b)"
)
"""How a line begins that stands no deeper than the line which opened its block."""


@reading
def indents_near(here: Surroundings) -> list[str]:
    """Indentation of the lines around the cursor, without single spaces, which only align comments."""
    near, after = here.near_above + here.line_before, here.near_below
    if scan("/*", here.language).in_comment:
        near, after = _COMMENT.sub("", near), _COMMENT.sub("", after)
    indents = _INDENT.findall(f"\n{near}") + _INDENT.findall(f"\n{after}")
    if here.line_before and not here.line_before.strip():
        indents.append(here.line_before)
    return [indent for indent in indents if indent != " "]


@reading
def n_tabs(here: Surroundings) -> int:
    """How many of them begin with a tab."""
    return [indent[0] for indent in indents_near(here)].count("\t")


@reading
def unit_of(here: Surroundings) -> str:
    """What one level of the file's indentation is: a tab, or the step by which lines go deeper most often."""
    if 2 * n_tabs(here) > len(indents_near(here)):
        return "\t"
    whole = f"{here.near_above}{here.line_before}{here.line_after}{here.near_below}"
    lines = [line for line in whole.split("\n") if line and not line.isspace()]
    indents = [len(line) - len(line.lstrip()) for line in lines]
    steps = Counter(
        deeper - indent
        for line, (indent, deeper) in zip(lines, pairwise(indents), strict=False)
        # What a line goes on with may be aligned with anything.
        if 1 < deeper - indent <= 8 and line.rstrip()[-1] not in ",\\"
    )
    if steps:
        return " " * min(steps, key=lambda step: (-steps[step], step))
    begun = (
        len(here.line_before) - len(indent_of(line_above(here)))
        if not here.line_before.strip()
        else 0
    )
    return " " * (begun if 1 < begun <= 8 else 4)


def indent_of(line: str) -> str:
    """The white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


@reading
def line_above(here: Surroundings) -> str:
    """The last line before the cursor's that is not blank, with those before it that it ends.

    It does so where it closes their brackets or their comment, or where they go on in it behind a backslash.
    """
    lines = here.near_above.rstrip().split("\n")
    first = _comment_start(lines, here.language)
    while first and (
        lines[first - 1].endswith("\\")
        or (
            not here.language.stray_closers
            and scan("\n".join(lines[first:]), here.language).unmatched
        )
    ):
        if len(lines) - first == _LINES_OF_HEADER:
            return lines[-1]
        first -= 1
    return "\n".join(lines[first:])


def _comment_start(lines: list[str], language: Language) -> int:
    """The number of the line that begins the comment of several lines which the last one ends; else that one's."""
    last = len(lines) - 1
    for begin, end in language.block:
        if begin != end and lines[last].endswith(end) and begin not in lines[last]:
            return next((at for at in range(last, -1, -1) if begin in lines[at]), last)
    return last


def opens_block(line: str, language: Language) -> bool:
    """Whether the next line belongs deeper than this one."""
    code = re.sub(r"\s*#.*$", "", line) if language.offside else line.rstrip()
    if language.stray_closers and _CASE.fullmatch(code):
        return True
    return code.endswith(("{", "(", "[")) or (language.colon and code.endswith(":"))


def may_stand(indent: str, first: str, here: Surroundings) -> bool:
    """Whether a line that begins with ``first``, indented by ``indent``, may stand below the line above.

    Only Python says so strictly; elsewhere a line may be one level deeper than the one above for many reasons.
    """
    above = line_above(here)
    outer, unit = indent_of(above), unit_of(here)
    if (
        opens_block(above, here.language)
        or _opens_in_words(above, here.language)
        or _opens_patterns(above, here)
    ):
        if indent == outer:
            return _STAYS.match(first) is not None
        is_whole = (
            above.rstrip()[-1:] in "(["
            or not indent[len(outer) :].replace(unit, "")
            or indent in indents_near(here)
        )
        return indent.startswith(outer) and is_whole
    if indent in _levels(here):
        return not here.language.unquoted or _has_its_like(indent, first, here)
    is_offside = here.language.offside
    is_inside = is_offside and bool(scan(above, here.language).stack)
    return (not is_offside or is_inside) and indent == outer + unit


def _has_its_like(indent: str, first: str, here: Surroundings) -> bool:
    """Whether items stand at a level already, or keys: the others do not stand there, too, if they do not yet."""
    if first[:1] == "#":
        return True
    lines = (line for line in reversed(here.above(_LINES_ABOVE)) if line.strip())
    level = takewhile(lambda line: len(indent_of(line)) >= len(indent), lines)
    kinds = {_ITEM.match(line) is None for line in level if indent_of(line) == indent}
    return (_ITEM.match(first) is None) in kinds


def _opens_in_words(line: str, language: Language) -> bool:
    """Whether a word opens a block that another word ends, or one more branch of it."""
    is_branch = language.blocks == "words" and _BRANCH.fullmatch(line) is not None
    return is_branch or opens_in_words(line, language)


def _opens_patterns(line: str, here: Surroundings) -> bool:
    """Whether a shell's patterns are to follow, which stand deeper where those of the last `case` above do."""
    if not here.language.stray_closers or not line.endswith(" in"):
        return False
    pairs = [*pairwise(each for each in here.near_above.split("\n") if each.strip())]
    followed = (pair for pair in reversed(pairs) if pair[0].endswith(" in"))
    head, pattern = next(followed, ("", ""))
    return len(indent_of(pattern)) > len(indent_of(head))


@reading
def _levels(here: Surroundings) -> set[str]:
    """Indentation of the line above, and of the lines that enclose it."""
    above = line_above(here)
    lines = [line for line in here.above(_LINES_ABOVE) if line.strip()]
    levels = {indent_of(above)}
    limit = len(indent_of(above))
    for line in reversed(lines[: -sum(map(bool, map(str.strip, above.split("\n")))) or None]):
        indent = indent_of(line)
        if len(indent) < limit:
            levels.add(indent)
            limit = len(indent)
            if not indent:
                break
    return levels
