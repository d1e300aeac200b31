"""Fits an answer in where words follow the cursor on its line: it ends where the rest of the line comes again."""

from __future__ import annotations

from infill_ls.post.answer import Answer
from infill_ls.post.repeated_after import LINES_AFTER
from infill_ls.post.rest_of_line import WORDS, count_faults, fit_rest_of_line, n_word_characters
from infill_ls.records import Completion
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, OPENER_OF, scan
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings

_CUT_REST = 16
"""Characters of the rest of the line that are known again where the answer breaks off in it."""
_AFTER_WHOLE_LINES = frozenset({"block", "statement", "line", "max_lines"})
"""Rules that stop a model behind the end of a line."""


def fit_in_line(text: str, answer: Answer) -> Completion:
    """Fit the answer to what follows the cursor on its line, be it words or closing characters."""
    here = answer.here
    if CLOSING_CHARACTERS.issuperset(here.line_after):
        fitted = fit_rest_of_line(text, here)
        return Completion("") if _is_next_line(fitted.text, here) else fitted
    if answer.stopped == "suffix":
        return Completion(text)
    whole = _before_the_rest(text, answer)
    if whole is not None:
        return Completion(whole)
    if not here.line_before.strip() and (
        text.endswith("\n") or answer.stopped in _AFTER_WHOLE_LINES
    ):
        # Whole lines before one that stands there already.
        return Completion(f"{text.rstrip()}\n{here.line_before}")
    # Several lines are all that is missing from the middle of a line where the model ended by itself.
    if answer.lines == "auto" and "\n" in text.strip("\n") and answer.finish_reason != "stop":
        first = len(text) - len(text.lstrip("\n"))
        text = text[:first] + text[first:].partition("\n")[0]
    return fit_rest_of_line(text, here)


def _is_next_line(text: str, here: Surroundings) -> bool:
    """Whether the answer only makes the cursor's line what the next one is."""
    rest = here.line_after.rstrip()
    is_line = (
        bool(rest)
        and not here.line_before.strip()
        and f"{here.line_before}{text}{rest}" == here.next_line.rstrip()
    )
    return is_line and n_word_characters(text) >= WORDS


def _before_the_rest(text: str, answer: Answer) -> str | None:
    """The answer up to where it comes to the rest of the cursor's line and the lines after that; None if nowhere."""
    here = answer.here
    rest = here.line_after.rstrip()
    targets = [line.rstrip() for line in here.below(LINES_AFTER) if line.strip()]
    lines = text.split("\n")
    offset = 0
    for number, line in enumerate(lines):
        if line.rstrip().endswith(rest):
            end = offset + len(line.rstrip()) - len(rest)
            following = [each.rstrip() for each in lines[number + 1 :] if each.strip()]
            is_telling = number > 0 and n_word_characters(rest) >= WORDS
            # Past the line's end, and so past the document's.
            is_past = number < len(lines) - 1 and not targets
            # The block ends behind it, in the answer as in the document.
            is_end = (
                answer.stopped == "closer"
                and text.endswith("\n")
                and targets
                and targets[0].lstrip()[:1] in OPENER_OF
            )
            if _are_first(following, targets) if following else is_telling or is_past or is_end:
                return text[:end]
            is_head = number == 0 and rest.endswith(("{", "(", "["))
            is_inside = scan(text[:end], here.language, open_at(here)).lowest >= len(open_at(here))
            if is_head or (is_inside and count_faults(text[:end], here) < count_faults(text, here)):
                return text[:end]
        offset += len(line) + 1
    cut = len(lines[-1])
    if (
        len(lines) > 1
        and n_word_characters(lines[-1]) >= WORDS
        and rest.startswith(lines[-1].strip())
    ):
        # A whole line is known sooner.
        return text[: len(text) - len(lines[-1].lstrip())]
    overlap = next(
        (n for n in range(cut, _CUT_REST - 1, -1) if rest.startswith(lines[-1][cut - n :])), 0
    )
    return text[: len(text) - overlap] if overlap else None


def _are_first(lines: list[str], targets: list[str]) -> bool:
    """Whether the lines are the first of ``targets``, the last of them perhaps cut short."""
    *whole, last = lines
    n_whole = len(whole)
    return (
        len(targets) > n_whole and whole == targets[:n_whole] and targets[n_whole].startswith(last)
    )
