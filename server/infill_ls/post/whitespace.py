"""Rules on white space where the model begins and where its lines end; indentation is another page's."""

from __future__ import annotations

import re
from dataclasses import replace

from infill_ls.post.answer import Answer
from infill_ls.post.indentation.levels import indent_of
from infill_ls.post.strings import is_among_words, lines_in_strings
from infill_ls.records import Completion
from infill_ls.syntax.block import is_definition
from infill_ls.syntax.language import Language
from infill_ls.syntax.surroundings import Surroundings

_LINE_END = re.compile(r"(?<![ \t])[ \t]+(?=\n)")
_CODE_AND_SPACE = re.compile(r"\S[ \t]+(?=\n)")
_BEGINS_DEFINITION = re.compile(r"\s*(?:[@#*\[]|//|/\*|--|;)")
"""How a line begins that may belong to a definition, and has a blank line before it then."""
_HABIT = 2
"""Lines with white space at their ends that show it to be the file's own."""
_SPACES_BEFORE_TAB = re.compile(r"(?<=\n) +(?=\t)")


def drop_blank_start(text: str, answer: Answer) -> str:
    """A line end before the code where none can be meant.

    That is on the first line of a block, which is there already, and behind an equals sign when the next line would
    stand no deeper than the sign's own.
    """
    blank = text[: len(text) - len(text.lstrip())]
    before = answer.here.line_before
    if "\n" not in blank or not before or answer.here.language.prose:
        return text
    code = text[blank.rfind("\n") + 1 :]
    if not before.strip():
        return _on_cursors_line(text, code, answer.here)
    outer = len(before) - len(before.lstrip())
    is_no_deeper = len(code) - len(code.lstrip()) <= outer
    return code.lstrip() if before.rstrip().endswith("=") and is_no_deeper else text


def _on_cursors_line(text: str, code: str, here: Surroundings) -> str:
    """The code without what would leave a line of white space; nothing where it is outside a block that goes on."""
    is_deep_enough = len(indent_of(code)) >= len(here.line_before)
    if _opens_block(here):
        return code
    if is_deep_enough:
        return (
            text
            if _BEGINS_DEFINITION.match(code) or is_definition(code.partition("\n")[0])
            else code
        )
    goes_on = here.next_line and indent_of(here.next_line) == here.line_before
    return "" if goes_on and (here.language.offside or code.startswith("#")) else text


def drop_space_in_chain(text: str, answer: Answer) -> str:
    """White space between a dot and the name behind it."""
    before = answer.here.line_before
    if (
        not before.endswith(".")
        or before.endswith("..")
        or text[:1] != " "
        or answer.here.language.prose
    ):
        return text
    name = text.lstrip(" ")
    is_name = name[:1].isalpha() or name[:1] == "_"
    return name if is_name and not is_among_words(answer.here) else text


def strip_line_ends(text: str, answer: Answer) -> str:
    """White space at the ends of lines, and spaces before tabs, outside strings and where the file has none either."""
    here = answer.here
    # Between them is the cursor's own line, which is being typed.
    near = f"{here.near_above}\0{here.line_after}{here.near_below}"
    if _SPACES_BEFORE_TAB.search(text) and "\n\t" in near and not _SPACES_BEFORE_TAB.search(near):
        text = _SPACES_BEFORE_TAB.sub("", text)
    if _keeps_line_ends(here.language) or not _LINE_END.search(text) or _LINE_END.search(near):
        return text
    meant = lines_in_strings(text, here)
    *lines, last = text.split("\n")
    stripped = (
        line if number + 1 in meant else line.rstrip(" \t") for number, line in enumerate(lines)
    )
    return "\n".join([*stripped, last])


def keep_line_end(completion: Completion, text: str, answer: Answer) -> Completion:
    """The answer with the white space that its only or last line ended with, where the file has such lines, too."""
    here = answer.here
    end = text.partition(completion.text)[2] if text.startswith(completion.text) else ""
    spaces = end[: len(end) - len(end.lstrip(" \t"))]
    near = f"{here.near_above}{here.line_after}{here.near_below}"
    # In Markdown two spaces break the line.
    is_break = spaces == "  " and here.language.images == "markdown" and here.next_line
    is_whole = (
        spaces
        and not answer.is_partial
        and not here.line_after
        and (is_break or len(_CODE_AND_SPACE.findall(near)) >= _HABIT)
    )
    return replace(completion, text=completion.text + spaces) if is_whole else completion


def _keeps_line_ends(language: Language) -> bool:
    """Whether white space at a line's end says something."""
    known = language
    return known.prose or known.patch


def _opens_block(here: Surroundings) -> bool:
    """Whether the line just above the cursor's opens a block."""
    above = "".join(here.above(1)).rstrip()
    return above.endswith(("{", "(", "[")) or (here.language.offside and above.endswith(":"))
