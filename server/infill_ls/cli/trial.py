"""``infill-ls try``: hides line ends of the user's own files and shows what is suggested there. Changes no file."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import re
import statistics
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import Assembly, assemble
from infill_ls.cli.place import LEARN_S, clear_progress, show_progress
from infill_ls.cli.terminal import ghost, warn
from infill_ls.clock import SystemClock
from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.errors import SettingsError
from infill_ls.evaluate.ground import Shelf
from infill_ls.records import Request, Snapshot
from infill_ls.sentences import harmless
from infill_ls.settings.schema import Settings
from infill_ls.startup import Launch
from infill_ls.syntax.languages import of_file, row
from infill_ls.workspace.indexing import Indexing

PLACES, SHOWN = 100, 5
LEAST_TYPED, LEAST_HIDDEN = 4, 4
"""Characters on both sides of a place."""
LARGEST_FILE = 60_000
"""Characters; taking a larger file out of what is known, and putting it back, takes too long."""
SEED = 1
READ_S, ASK_S = 4, 3.0
"""Seconds after which the project, or the number of places, is large enough."""
EMBEDDED = {"provider.kind": "local", "completion.trigger": "auto"}

_COMMENT = re.compile(r"(?:#|//|/\*|\*|--|;|\"\"\"|''')")
_TOKEN = re.compile(r"\w+|[^\w\s]")

_LEARNT_FROM = 10
"""Places whose languages are learnt, as an editor's open files are."""

_SHOWN, _NONE = 0, 1


@dataclass(frozen=True, slots=True)
class Hole:
    """A line whose end is hidden."""

    path: str
    row: int
    """0-based."""
    typed: str
    """The line up to the cursor."""
    hidden: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was suggested at a hole: nothing, or a text that is right as far as it goes, or one that is not."""

    hole: Hole
    suggestion: str | None
    is_right: bool
    ms: float


async def trial(folder: str, launch: Launch, *, as_json: bool) -> int:
    """Print a few suggestions and how many were right; gives the exit status.

    Raises:
        SettingsError: there is no such folder, or no code in it.
    """
    root = _root(folder)
    launch = dataclasses.replace(launch, command_line={**launch.command_line, **EMBEDDED})
    resolved = launch.resolved()
    if resolved.problems:
        warn(*resolved.problems)
    assembly = assemble(resolved.settings, launch.environ, (root,), SystemClock(), Trace())
    try:
        texts = await _read(root, resolved.settings, assembly)
        holes = choose(texts)
        for language in dict.fromkeys(of_file(hole.path) for hole in holes[:_LEARNT_FROM]):
            await assembly.installed.learn(language, LEARN_S)
        if not holes:
            raise SettingsError(
                f"There is no code in {folder} that may be read: name a folder that holds a project."
            )
        answers = [answer async for answer in _answers(holes, texts, assembly)]
    finally:
        await assembly.engine.aclose()
        clear_progress()
    if as_json:
        print(json.dumps(_as_json(root, answers)))
    else:
        _print(root, answers)
    return _SHOWN if any(answer.suggestion for answer in answers) else _NONE


def _root(folder: str) -> str:
    root = os.path.abspath(folder)  # noqa: PTH100  # keeps links
    if not Path(root).is_dir():
        raise SettingsError(f"{folder} is not a folder: name one that holds a project.")
    return root


def choose(texts: Mapping[str, str]) -> list[Hole]:
    """Up to ``PLACES`` line ends, spread over the files with code; always the same ones for the same files."""
    rng = random.Random(SEED)
    files = [
        path for path, text in sorted(texts.items()) if _is_code(path) and len(text) <= LARGEST_FILE
    ]
    rng.shuffle(files)
    found: list[Hole] = []
    each = max(2, -(-PLACES // (len(files) or 1)))
    for path in files:
        lines = texts[path].split("\n")
        places = [(number, cuts) for number, line in enumerate(lines) if (cuts := _cuts(line))]
        for number, cuts in sorted(rng.sample(places, min(each, len(places)))):
            cut = rng.choice(cuts)
            found.append(Hole(path, number, lines[number][:cut], lines[number][cut:].rstrip()))
        if len(found) >= PLACES:
            break
    return found[:PLACES]


def _is_code(path: str) -> bool:
    known = row(of_file(path))
    return not (known.prose or known.data)


def _cuts(line: str) -> list[int]:
    """Where the rest of a line of code may be hidden: after two tokens at least, and so that enough is hidden."""
    start = len(line) - len(line.lstrip())
    if _COMMENT.match(line, start) or len(line) > 200:
        return []
    ends = [token.end() for token in _TOKEN.finditer(line)][1:-1]
    return [
        end
        for end in ends
        if end - start >= LEAST_TYPED
        and len(line[end:].strip()) >= LEAST_HIDDEN
        and re.search(r"\w", line[end:])
    ]


async def _read(root: str, settings: Settings, assembly: Assembly) -> dict[str, str]:
    """The texts of the project, which the embedded engine then knows; private and ignored files are not read."""
    limits = dataclasses.replace(
        settings.local, max_seconds=min(READ_S, settings.local.max_seconds)
    )
    shelf = Shelf(assembly.index)
    await Indexing(shelf, assembly.files, limits, settings.privacy.exclude).folder(
        root, show_progress
    )
    return shelf.texts


async def _answers(
    holes: Sequence[Hole], texts: Mapping[str, str], assembly: Assembly
) -> AsyncIterator[Attempt]:
    """What is suggested at each hole while there is time; of the file in question only the text around it is known."""
    deadline = time.monotonic() + ASK_S
    asked = ""
    for number, hole in enumerate(holes):
        if time.monotonic() > deadline:
            return
        if hole.path != asked:
            if asked:
                assembly.index.put(asked, texts[asked])
            asked = hole.path
            assembly.index.remove(asked)
        place = _place(hole, texts[hole.path])
        outcome = await assembly.engine.complete(Request(str(number), place, "automatic"))
        suggestion = None if outcome.completion is None else outcome.completion.text
        is_right = suggestion is not None and _goes_on(hole.hidden + place.suffix, suggestion)
        yield Attempt(hole, suggestion, is_right, outcome.timings.total)


def _place(hole: Hole, text: str) -> Snapshot:
    lines = text.split("\n")
    lines[hole.row] = hole.typed
    return take(
        Mirror("\n".join(lines)),
        uri=Path(hole.path).as_uri(),
        path=hole.path,
        language="",
        line=hole.row,
        character=len(hole.typed),
        encoding="utf-32",
    )


def _goes_on(text: str, suggestion: str) -> bool:
    """Whether what is suggested stands there, with its last word whole."""
    following = text[len(suggestion) : len(suggestion) + 1]
    return text.startswith(suggestion) and not (
        re.match(r"\w", following) and re.match(r"\w", suggestion[-1:])
    )


def _print(root: str, answers: Sequence[Attempt]) -> None:
    for answer in _examples(answers):
        hole = answer.hole
        print(harmless(f"{os.path.relpath(hole.path, root)}:{hole.row + 1}"))
        print(harmless(hole.typed) + ghost(answer.suggestion or "", sys.stdout))
        if not answer.is_right:
            print(harmless(f"{hole.typed}{hole.hidden}    <- what stands there"))
        print()
    print(_sentence(answers))


def _examples(answers: Sequence[Attempt]) -> list[Attempt]:
    """The first that were answered, of as many files as there are."""
    answered = [answer for answer in answers if answer.suggestion]
    first_of = {answer.hole.path: answer for answer in reversed(answered)}
    firsts = [answer for answer in answered if first_of[answer.hole.path] is answer]
    return [*firsts, *(answer for answer in answered if answer not in firsts)][:SHOWN]


def _sentence(answers: Sequence[Attempt]) -> str:
    figures = _figures(answers)
    if not figures["answered"]:
        return f"{figures['places']} line ends hidden, none answered: too little of this code comes more than once."
    return (
        f"{figures['places']} line ends hidden in {figures['files']} files: {figures['answered']} answered, "
        f"{figures['right']} of those right ({figures['right'] / figures['answered']:.0%}), "
        f"{figures['median_ms']:.1f} ms each (median). No key, no model, nothing sent."
    )


def _figures(answers: Sequence[Attempt]) -> dict[str, Any]:
    return {
        "files": len({answer.hole.path for answer in answers}),
        "places": len(answers),
        "answered": sum(answer.suggestion is not None for answer in answers),
        "right": sum(answer.is_right for answer in answers),
        "median_ms": round(statistics.median([answer.ms for answer in answers] or [0.0]), 3),
    }


def _as_json(root: str, answers: Sequence[Attempt]) -> dict[str, Any]:
    """One object; places are 1-based."""
    examples = [
        {
            "file": os.path.relpath(answer.hole.path, root),
            "line": answer.hole.row + 1,
            "column": len(answer.hole.typed) + 1,
            "before": answer.hole.typed,
            "hidden": answer.hole.hidden,
            "suggestion": answer.suggestion,
            "right": answer.is_right,
        }
        for answer in _examples(answers)
    ]
    return {"folder": root, **_figures(answers), "examples": examples}
