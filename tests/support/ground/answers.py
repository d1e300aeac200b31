"""What becomes of answers at natural places in real files: untouched, cut at a whole line, or damaged, and by which rule."""

from __future__ import annotations

import asyncio
import itertools
import random
import re
from typing import NamedTuple

from infill_ls.post.confidence import is_broken
from infill_ls.post.finish import refit
from infill_ls.records import Rejection
from infill_ls.settings.outcomes import RULES
from infill_ls.syntax.surroundings import Surroundings
from support.ground.drafts import first_draft
from support.ground.final_buffer import apply, complete, stream
from support.ground.places import Place, snapshot

RUN_ON = 400
"""Characters of the file that are said behind the true text."""
ANSWERS = ("perfect", "runs on", "other", "first draft")
"""The true text alone; with the file's next characters behind it; to the end of the function, and then another one; with
the next characters of a model that is still writing."""
LONGEST_END = 25
"""Lines to the end of a function that are said."""
_ENDS = re.compile(r"[})\]]|end\b|fi\b|done\b|esac\b")
UNTOUCHED, CUT, DAMAGED, HIDDEN, WAITING = "untouched", "cut", "damaged", "hidden", "waiting"


class Result(NamedTuple):
    """What an editor would have shown."""

    place: Place
    answer: str
    """Which of ``ANSWERS``."""
    said: str
    document: str
    """What came of it; empty where nothing was shown."""
    verdict: str
    rule: str = ""
    """What did it, where it is known."""


def judged(place: Place, answer: str, functions: list[str], seed: int) -> Result:
    """What comes of an answer at a place; ``functions`` are those of its language."""
    if answer == "first draft":
        said, document = asyncio.run(first_draft(place, seed))
        verdict = WAITING if document is None else _verdict(place, document) if document else HIDDEN
        return Result(place, answer, said, document or "", verdict)
    said = _said(place, answer, functions, seed)
    document, rules = _shown(place, said, frozenset())
    verdict = HIDDEN if rules[-1:] == ("broken",) else _verdict(place, document)
    rule = "" if verdict == UNTOUCHED else _culprit(place, said, document, rules)
    return Result(place, answer, said, document, verdict, rule)


def said_at(place: Place, said: str, finish_reason: str, off: frozenset[str] = frozenset()) -> str:
    """What becomes of any text at a place: a verdict."""
    document, rules = _shown(place, said, off, finish_reason)
    return HIDDEN if rules[-1:] == ("broken",) else _verdict(place, document)


def _said(place: Place, answer: str, functions: list[str], seed: int) -> str:
    if answer == "perfect":
        said = place.missing
    elif answer == "runs on":
        said = place.missing + place.suffix[:RUN_ON]
    else:
        said = place.missing + _end(place) + "\n\n" + random.Random(f"{seed} {place.name}").choice(functions)
    return said.replace("\n", place.line_end)


def _end(place: Place) -> str:
    """The file's own lines up to the end of what stands at the margin, as far as that is near."""
    _, *lines = place.suffix.split("\n")[: LONGEST_END + 1]
    inside = list(itertools.takewhile(lambda line: not line.strip() or line[0].isspace(), lines))
    while inside and not inside[-1].strip():
        del inside[-1]
    at_margin = lines[len(inside)] if len(inside) < len(lines) else ""
    return "\n".join(["", *inside, *([at_margin] if _ENDS.match(at_margin) else [])])


def _shown(
    place: Place, said: str, off: frozenset[str], finish_reason: str | None = None
) -> tuple[str, tuple[str, ...]]:
    """The document that an editor would have, and the names of the rules that took part."""
    closers = "" if place.is_late else place.closers
    at = snapshot(place, closers)
    pieces = [said[start : start + 7] for start in range(0, len(said), 7)]
    is_whole = said.replace("\r\n", "\n") == place.missing
    finish_reason = finish_reason or ("stop" if is_whole else "length")
    result = complete(at, pieces, finish_reason=finish_reason, lines="auto", off=off)
    if isinstance(result, Rejection):
        return "", (result.rule,)
    # As in the engine, what was stopped from here was not cut by the server.
    reason = None if finish_reason == "length" and stream(at, pieces, off=off)[1] else finish_reason
    if "broken" not in off and is_broken(result, Surroundings.of(at), reason):
        return "", (*result.changed, "broken")
    if not place.is_late:
        return apply(at, result), result.changed
    at = snapshot(place, place.closers)
    return apply(at, refit(result, Surroundings.of(at))), (*result.changed, "refit")


def _verdict(place: Place, document: str) -> str:
    if not document:
        return DAMAGED
    at = snapshot(place, "")
    whole = at.prefix + "\0" + at.suffix
    true = [
        whole.replace("\0", right[len(place.prefix) : len(right) - len(place.suffix)]).rstrip() for right in place.right
    ]
    if document.rstrip() == true[0]:
        return UNTOUCHED
    return CUT if document.rstrip() in true else DAMAGED


def _culprit(place: Place, said: str, document: str, rules: tuple[str, ...]) -> str:
    """The rule without which nothing happens; else what is wrong, or all rules that took part."""
    for name in filter(RULES.__contains__, rules):
        if _verdict(place, _shown(place, said, frozenset({name}))[0]) == UNTOUCHED:
            return name
    at = snapshot(place, "")
    if document and document == at.prefix + place.missing + place.closers + at.suffix:
        return "(closers left)"
    if document.startswith(at.prefix + place.missing + "\n"):
        return "(not cut)"
    return "+".join(rules) or "(other)"
