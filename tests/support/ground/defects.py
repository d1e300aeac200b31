"""What models do to an answer that is right at heart, and what is then to be shown; repairs nothing."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from infill_ls.evaluate.holes import Hole
from infill_ls.records import Completion, Rejection, Trigger
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from support.ground.final_buffer import complete
from support.ground.holes import place

Outcome = Literal["exact", "prefix", "wrong", "hidden"]
"""The file as it was; text that is right but short; anything else shown; nothing shown."""
Spoiler = Callable[[Hole, random.Random], str]

N_LINES_PAST = 6
N_REPEATED = 8
LOOP = 12
LOOP_LENGTH = 400
"""Characters at the end that a loop repeats, or more to the start of a word, and how many come in all."""
TOKENS = ("<|endoftext|>", "<|fim_pad|>" * 3, "<|im_end|>\n<|im_start|>user", "<|file_sep|>other.txt\nimport os\n")
NEAR = 4000
"""Characters on either side in which a file shows how it is indented."""
CUT = 0.6
"""Share of the text after which ``max_tokens`` cuts it."""
_BODY = re.compile(r"^[ \t]*[^@\s].*[^:({\[\s][ \t]*$", re.MULTILINE)
"""A line that is no head of something, and no decorator."""
THOUGHTS = "<think>\nThe cursor is in the middle of the file.\n\n    x = 1\n\nSo this goes on.\n</think>\n\n"
_CLOSERS = re.compile(r"[)\]}>\"'`;:,]+|end\b")


def _perfect(hole: Hole, _: random.Random) -> str:
    return hole.truth


def _past_suffix(hole: Hole, _: random.Random) -> str:
    return hole.truth + "".join(hole.after.splitlines(keepends=True)[:N_LINES_PAST])


def _suffix_line(hole: Hole, _: random.Random) -> str:
    """The rest of the cursor's line, or the next line that is not blank."""
    found = re.match(r"\s*\S[^\n]*", hole.after)
    return hole.truth + found.group() if found else hole.truth


def _closing_bracket(hole: Hole, _: random.Random) -> str:
    """The closing characters that follow on the line, or alone on the next one."""
    closers = _CLOSERS.match(hole.after) or re.match(rf"\s*(?:{_CLOSERS.pattern})[ \t]*(?=\n)", hole.after)
    return hole.truth + closers.group() if closers else hole.truth


def _echo(hole: Hole, _: random.Random) -> str:
    """The cursor's line as far as it goes, or the line above where there is nothing on it."""
    before = place(hole).line_before
    if before.strip():
        return before.lstrip() + hole.truth
    above = place(hole).prefix.rpartition("\n")[0].rstrip().rpartition("\n")[2]
    return f"{above.lstrip()}\n{before}{hole.truth}" if any(map(str.isalnum, above)) else hole.truth


def _repeat_lines(hole: Hole, _: random.Random) -> str:
    head, newline, last = hole.truth.rpartition("\n")
    if newline:
        return head + ("\n" + last) * (N_REPEATED + 1)
    before = place(hole).line_before
    indent = before[: len(before) - len(before.lstrip())]
    return last + f"\n{indent}{before.strip() and before.lstrip()}{last}" * N_REPEATED


def _loop(hole: Hole, _: random.Random) -> str:
    """The last tokens of the last line for ever; not where they are numbers alone, of which there may be any."""
    line = hole.truth.rfind("\n") + 1
    start = max(line, len(hole.truth) - LOOP)
    while start > line and re.match(r"\w\w", hole.truth[start - 1 : start + 1]):
        start -= 1
    piece = hole.truth[start:]
    is_row = not re.search(
        r"[^\W\d_]{2}", re.sub(r"(?i)true|false|null|none|0x[0-9a-f]+|[#%\\]\w+|\d\w{,2}", "", piece)
    )
    return hole.truth if is_row else hole.truth + piece * (LOOP_LENGTH // len(piece) + 1)


def _fence(hole: Hole, _: random.Random) -> str:
    """Not on a line of its own in a comment: there a fence may be the file's."""
    before = place(hole).line_before.strip()
    in_comment = place(hole).prefix.rfind("/*") > place(hole).prefix.rfind("*/") or before.startswith(("//", "#", "--"))
    if hole.kind != "arguments" and not before.strip("/*#!- ") and in_comment:
        return hole.truth
    return f"```{hole.language}\n{hole.truth}\n```"


def _prose(hole: Hole, rng: random.Random) -> str:
    lead_in = rng.choice(["Here is the completed code:", "Sure! Here's the missing part:", "The missing code is:"])
    fenced = _fence(hole, rng)
    return fenced if fenced == hole.truth else f"{lead_in}\n\n{fenced}\n\nThis completes the {hole.kind} as asked."


def _leading_space(hole: Hole, _: random.Random) -> str:
    before = place(hole).line_before
    if hole.truth.startswith("\n"):
        return hole.truth
    return (before if before and not before.strip() else " ") + hole.truth


def _other_unit(hole: Hole, _: random.Random) -> str:
    """Tabs for a file's spaces, four spaces for its tabs; not where nothing else is indented, which could tell."""
    near = hole.text[max(0, hole.start - NEAR) : hole.start] + hole.after[:NEAR]
    if not re.search(r"\n[ \t]{2,}\S|\n\t\S", near):
        return hole.truth
    if "\n\t" in hole.truth:
        return re.sub(r"(?<=\n)\t+", lambda lead: " " * 4 * len(lead.group()), hole.truth)
    unit = _unit(hole.text)
    return re.sub(rf"(?<=\n)(?: {{{unit}}})+(?=\S)", lambda lead: "\t" * (len(lead.group()) // unit), hole.truth)


def _lost_indent(hole: Hole, _: random.Random) -> str:
    """Later lines a level further left; not where levels would fall into one, which nobody could tell apart."""
    unit = "\t" if "\n\t" in hole.truth else " " * _unit(hole.text)
    later = [line for line in hole.truth.split("\n")[1:] if line.strip()]
    can_lose = all(line.startswith(unit) for line in later)
    return hole.truth.replace("\n" + unit, "\n") if can_lose else hole.truth


def _cut(hole: Hole, _: random.Random) -> str:
    cut = hole.truth[: max(1, int(len(hole.truth) * CUT))]
    return cut if cut.strip() else hole.truth


def _token(hole: Hole, rng: random.Random) -> str:
    return hole.truth + rng.choice(TOKENS)


def _second_function(hole: Hole, _: random.Random) -> str:
    """Something else begins after the block; not at the file's own level, where a function may well follow."""
    if hole.kind in {"line", "statements"} and not place(hole).line_before:
        return hole.truth
    if hole.language == "python":
        return hole.truth + "\n\n\ndef another_one(value):\n    return value + 1\n"
    if hole.language in {"c", "cpp", "java", "csharp"}:
        return hole.truth + "\n}\n\nint another_one(int value) {\n    return value + 1;\n}\n"
    if hole.language in {"javascript", "typescript", "php"}:
        return hole.truth + "\n}\n\nfunction anotherOne(value) {\n    return value + 1;\n}\n"
    if hole.language == "go":
        return hole.truth + "\n}\n\nfunc another(value int) int {\n\treturn value + 1\n}\n"
    if hole.language == "lua":
        return hole.truth + "\nend\n\nlocal function another(value)\n  return value + 1\nend\n"
    return hole.truth


def _crlf(hole: Hole, _: random.Random) -> str:
    return (hole.truth + "\n").replace("\n", "\r\n")


def _line_ends(hole: Hole, _: random.Random) -> str:
    return hole.truth + "\n\n"


def _thoughts(hole: Hole, _: random.Random) -> str:
    return THOUGHTS + hole.truth


DEFECTS: dict[str, Spoiler] = {
    "perfect": _perfect,
    "past_suffix": _past_suffix,
    "suffix_line": _suffix_line,
    "closing_bracket": _closing_bracket,
    "echo": _echo,
    "repeat_lines": _repeat_lines,
    "loop": _loop,
    "fence": _fence,
    "prose": _prose,
    "leading_space": _leading_space,
    "other_unit": _other_unit,
    "lost_indent": _lost_indent,
    "max_tokens": _cut,
    "control_token": _token,
    "second_function": _second_function,
    "crlf": _crlf,
    "line_ends": _line_ends,
    "thoughts": _thoughts,
}


class Result(NamedTuple):
    """What became of one spoiled answer."""

    hole: Hole
    defect: str
    answer: str
    shown: Completion | Rejection
    outcome: Outcome


def spoil(hole: Hole, defect: str) -> str | None:
    """The answer with a defect, the same each time; None where the hole's text cannot have it."""
    answer = DEFECTS[defect](hole, random.Random(f"{hole.path} {hole.start} {defect}"))
    return answer if answer != hole.truth or defect == "perfect" else None


def results(holes: list[Hole], defects: list[str]) -> Iterator[Result]:
    """Every hole with every defect that it can have, through stream and post."""
    for hole in holes:
        for defect in defects:
            answer = spoil(hole, defect)
            if answer is not None:
                yield fill(hole, defect, answer)


def fill(hole: Hole, defect: str, answer: str) -> Result:
    """The answer's way to the editor, in pieces of one to eight characters."""
    rng = random.Random(f"{hole.path} {hole.start}")
    pieces, position = [], 0
    while position < len(answer):
        size = rng.randint(1, 8)
        pieces.append(answer[position : position + size])
        position += size
    reason = "length" if defect in {"max_tokens", "loop", "repeat_lines"} else "stop"
    # Where words follow, nobody is asked by itself.
    trigger: Trigger = "automatic" if CLOSING_CHARACTERS.issuperset(place(hole).line_after) else "invoked"
    shown = complete(place(hole), pieces, finish_reason=reason, lines="auto", trigger=trigger)
    return Result(hole, defect, answer, shown, _judge(hole, defect, answer, shown))


def _judge(hole: Hole, defect: str, answer: str, shown: Completion | Rejection) -> Outcome:
    """How what is shown compares with the file.

    What ``max_tokens`` has cut is restored where its whole lines are shown, but for heads whose body is missing, or,
    where no line is whole, all of it.
    """
    if not isinstance(shown, Completion):
        return "hidden"
    if hole.before + shown.text + hole.after[shown.replaces :] == hole.text:
        return "exact"
    if defect == "max_tokens":
        whole = answer.rpartition("\n")[0]
        wanted = (whole if whole.strip() else answer).rstrip()
        if not shown.replaces and wanted.startswith(shown.text) and not _BODY.search(wanted[len(shown.text) :]):
            return "exact"
    return "prefix" if not shown.replaces and hole.truth.startswith(shown.text) else "wrong"


def _unit(text: str) -> int:
    """Spaces that a level of a file's indentation has: the step by which a line is most often deeper than the last."""
    widths = [len(line) - len(line.lstrip(" ")) for line in text.split("\n") if line.strip()]
    steps = Counter(deeper - width for width, deeper in pairwise(widths) if deeper - width in {2, 4, 8})
    return steps.most_common(1)[0][0] if steps else 4
