"""Gives back the indentation that an answer's later lines have lost, where brackets tell; Python's blocks have none."""

from __future__ import annotations

import re
from itertools import pairwise

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of, unit_of
from infill_ls.syntax.block import block_at, opens_in_words
from infill_ls.syntax.brackets import BRACKETS, CLOSING_CHARACTERS, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.language import Language
from infill_ls.syntax.scope import heredocs, open_at, read_before
from infill_ls.syntax.surroundings import Surroundings

_STAYS = re.compile(
    r"\s*(?:#|\\|case\b|default\b|(?:public|private|protected|signals|slots)\b[^(]*:|\w+:\s*$)"
)
"""Lines with rules of their own: of the preprocessor, labels, and those that go on with the line above in Vim."""
_COMMENT = re.compile(r"\s*(?://|/\*(?!.*\*/\s*\S))")
"""Lines that may stand at any column, such as code that has been commented out."""
_CODE = ((), ("(",), ("[",), ("{",))
"""What may be innermost open at the cursor, where it is in no string."""
_FLAT = re.compile(r"\s*(?:extern\b|namespace\b|switch\b|.*\bswitch\b|<)")
"""Lines that open a block which many do not indent."""
_CLOSES = re.compile(r"\s*(?:</|(?:end\w*|fi|done|esac)\b)")
_BRANCH = re.compile(r"\s*(?:else|elif|elsif|elseif|rescue|ensure|catch|when|then)\b")
"""How a line begins that stands as far left as the line which opened its block, and as the block's end."""
_LITERAL = re.compile(r"/\*(?!.*\*/)|<<")
"""What text follows that may stand anywhere: a comment of several lines, a here-document."""
_DOCSTRING = re.compile(r"[rRuU]?(?:\"{3}|'{3})")
"""How text begins that goes with the code behind it, which is Python's own rule."""


def restore_lost_shift(text: str, answer: Answer) -> str:
    """Later lines as far to the right as the brackets around them say, all by the same."""
    here = answer.here
    first, newline, later = text.partition("\n")
    if not CLOSING_CHARACTERS.issuperset(here.line_after):
        return text
    if (
        not newline
        or not later.strip()
        or _LITERAL.search(text)
        or (here.language.offside and _DOCSTRING.match(text))
        or heredocs(here)[1]
        or read_before(here).stack[-1:] not in _CODE
    ):
        return text
    lines = later.split("\n")
    inside = _in_strings(here.line_before + first, lines, here.language)
    code = [
        line
        for line, is_inside in zip(lines, inside, strict=True)
        if not is_inside and line.strip() and not _COMMENT.match(line)
    ]
    lost = _lost(first, code, here) if code else ""
    if not lost:
        return text
    shifted = (
        line if is_inside or not line.strip() else lost + line
        for line, is_inside in zip(lines, inside, strict=True)
    )
    return "\n".join([first, *shifted])


def _in_strings(whole: str, lines: list[str], language: Language) -> list[bool]:
    """For each line whether it begins within a string."""
    stack = scan(whole + "\n", language).stack
    inside = []
    for line in lines:
        inside.append(bool(stack) and stack[-1] not in "([{")
        stack = scan(line + "\n", language, stack).stack
    return inside


def _lost(first: str, lines: list[str], here: Surroundings) -> str:
    """The white space that each of the later lines lacks."""
    whole = here.line_before + first
    base = _base(whole, lines, here)
    lowest = min(map(indent_of, lines), key=len)
    is_blank = not here.line_before.strip()
    if base is None or (here.language.columns and lowest):
        return ""
    if here.language.prose and not _is_closed_next(base, here):
        return _difference(base, lowest) if is_blank and _goes_on(lines, base, here) else ""
    if opens_in_words(whole, here.language):
        return _difference(base, lowest) if len(indent_of(lines[0])) <= len(base) else ""
    closing = _closing_line(whole, lines, here.language)
    if closing is not None:
        return _difference(base, indent_of(closing))
    if here.language.blocks == "brackets" and whole.rstrip().endswith(":") and _STAYS.match(whole):
        below = "" if _STAYS.match(lines[0]) else _below_labels(here)
        return _difference(base + below, indent_of(lines[0])) if indent_of(lines[0]) == base else ""
    # Lines within a string are none of these, and so is its end.
    opened = tuple(mark for mark in scan(whole + "\n", here.language).stack if mark in BRACKETS)
    if scan("\n".join(lines), here.language, opened).unmatched:
        return ""
    if whole.rstrip().endswith(("{", "(", "[")):
        return (
            ""
            if _FLAT.match(whole) or _STAYS.match(lines[0]) or _is_flat(whole, lines, here)
            else _to_inner_level(base, lines, here)
        )
    around = open_at(here)
    stays_inside = bool(around) and len(
        scan("\n".join([first, *lines]), here.language, around).stack
    ) >= len(around)
    is_between = is_blank and _goes_on(lines, base, here)
    in_brackets = (here.language.blocks == "brackets" or stays_inside) and not (
        is_blank and any(map(_STAYS.match, lines))
    )
    is_lost = is_between or (in_brackets and not _stays_around(first, lines, lowest, here))
    return _difference(base, lowest) if is_lost else ""


def _stays_around(first: str, lines: list[str], lowest: str, here: Surroundings) -> bool:
    """Whether all lines are deeper than the bracket that they stay in, or as far left as others that are in none.

    The cursor's line may be deeper than they are without a bracket: as a branch's only statement, or the rest of one.
    """
    block = block_at(here)
    n_open = scan("\n".join([first, *lines]), here.language, block.opened).lowest
    if n_open:
        return block.indents[n_open - 1] < width(lowest)
    above = here.near_above.split("\n")
    if here.previous_line.endswith("\\"):
        return False  # a macro's lines are one
    return any(line.strip() and width(line) <= width(lowest) for line in above)


def _base(whole: str, lines: list[str], here: Surroundings) -> str | None:
    """How far to the right what follows the cursor's line stands at least; None where the later lines lack nothing."""
    base = indent_of(here.line_before)
    if _stands(whole, lines, base, here):
        return None
    begun = _statement_indent(whole, here)
    if len(begun) >= len(base):
        return base
    return None if _stands(whole, lines, begun, here) else begun


def _statement_indent(whole: str, here: Surroundings) -> str:
    """The indentation of the line that opened what the cursor's line closes, or of the cursor's."""
    before = heredocs(here)[0]
    above = before[: len(before) - len(here.line_before)]
    found = scan(above, here.language)
    lowest = scan(whole, here.language, found.stack).lowest
    if lowest >= len(found.stack):
        return indent_of(whole)
    opened_at = found.opened_at[lowest]
    return indent_of(above[above.rfind("\n", 0, opened_at) + 1 :].partition("\n")[0])


def _stands(whole: str, lines: list[str], base: str, here: Surroundings) -> bool:
    """Whether the first later line lacks nothing, so that whatever is further left than the cursor ends the block."""
    indent = indent_of(lines[0])
    if base and indent.startswith(base) and not _opens(whole, here.language):
        return True
    after = here.next_line
    is_next = after.strip() == lines[0].strip() and indent_of(after) == indent
    is_branch = _BRANCH.match(lines[0]) and indent_of(here.previous_line) == indent
    return is_next or bool(is_branch) or _is_next_label(lines[0], here)


def _is_next_label(line: str, here: Surroundings) -> bool:
    """Whether the line is a label, and the nearest line above that stands no deeper is one at its level."""
    if not _STAYS.match(line):
        return False
    above = (each for each in reversed(here.near_above.split("\n")) if each.strip())
    label = next((each for each in above if width(each) <= width(line)), "")
    return _STAYS.match(label) is not None and indent_of(label) == indent_of(line)


def _opens(line: str, language: Language) -> bool:
    """Whether the next line is deeper than this one."""
    return line.rstrip().endswith(("{", "(", "[", ":")) or opens_in_words(line, language)


def _is_closed_next(base: str, here: Surroundings) -> bool:
    """Whether the next line closes a bracket, and stands as far left as the cursor's."""
    after = here.next_line
    return indent_of(after) == base and after.strip()[:1] in {")", "]", "}"}


def _below_labels(here: Surroundings) -> str:
    """How much deeper the file's other labels have what follows them; empty if not all have it so."""
    lines = [line for line in f"{here.near_above}{here.near_below}".split("\n") if line.strip()]
    labels = [
        pair for pair in pairwise(lines) if pair[0].rstrip().endswith(":") and _STAYS.match(pair[0])
    ]
    steps = {
        indent_of(below).removeprefix(indent_of(label))
        for label, below in labels
        if not _STAYS.match(below)
    }
    return steps.pop() if len(steps) == 1 else ""


def _goes_on(lines: list[str], base: str, here: Surroundings) -> bool:
    """Whether the document goes on at the cursor's level, so that the block cannot have ended in the answer."""
    after, last = here.next_line, lines[-1]
    if (
        _CLOSES.match(after)
        and len(indent_of(after)) < len(base)
        and not any(map(_CLOSES.match, lines))
    ):
        # The block's end follows, so that it is not in the answer.
        return len(indent_of(lines[0])) <= len(indent_of(after)) and _BRANCH.match(lines[0]) is None
    return indent_of(after) == base and last.rstrip()[-1].isalnum() | (
        last.rstrip()[-1] in "\"');,.|&"
    )


def _closing_line(whole: str, lines: list[str], language: Language) -> str | None:
    """The line that closes the bracket which the cursor's line ends with, where it begins with that."""
    if not whole.rstrip().endswith(("(", "[", "{")):
        return None
    stack = scan(whole, language).stack
    depth = len(stack)
    for line in lines:
        before, stack = stack, scan(line + "\n", language, stack).stack
        if len(before) >= depth > len(stack):
            return line if line.lstrip()[:1] in {")", "]", "}"} and len(before) == depth else None
    return None


def _is_flat(whole: str, lines: list[str], here: Surroundings) -> bool:
    """Whether what is in the bracket stands no deeper than its line: the document goes on with it just so.

    Or most of the file's brackets of this kind are like that.
    """
    opened = scan(here.line_before, here.language).stack
    n_open = len(scan("\n".join([whole, *lines]), here.language).stack)
    is_among_arguments = not opened and open_at(here)[-1:] in (("(",), ("[",))
    after, indent = here.next_line, indent_of(lines[0])
    if (
        is_among_arguments
        and n_open
        and indent_of(after) == indent
        and after.strip()[:1] not in ")]}"
    ):
        return True
    mark = whole.rstrip()[-1]
    lines = [line for line in f"{here.near_above}{here.near_below}".split("\n") if line.strip()]
    inside = [
        indent_of(below) == indent_of(line)
        for line, below in pairwise(lines)
        if line.rstrip().endswith(mark) and below.lstrip()[0] not in ")]}"
    ]
    return 2 * sum(inside) > len(inside)


def _to_inner_level(base: str, lines: list[str], here: Surroundings) -> str:
    """What the first line of a block lacks; none where it is deeper than the line that opens the block."""
    inner = indent_of(lines[0])
    return "" if len(inner) > len(base) else _difference(base + unit_of(here), inner)


def _difference(expected: str, indent: str) -> str:
    return expected.removeprefix(indent) if expected.startswith(indent) else ""
