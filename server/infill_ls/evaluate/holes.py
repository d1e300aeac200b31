"""Parts of real files that are hidden, to see who would have written them: chosen by a seed, spread over what there is.

Chooses among texts that it is given; whoever reads them leaves out what is private, ignored or too large.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any, TypeVar

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.errors import SettingsError
from infill_ls.evaluate.spans import LONGEST_LINE, spans
from infill_ls.records import Snapshot, Trigger
from infill_ls.syntax.brackets import CLOSING_CHARACTERS
from infill_ls.syntax.languages import of_file, row

T = TypeVar("T")

COMMIT = "commit"
KINDS = ("rest", "brackets", "line", "block", "function", COMMIT)
"""The rest of a line; what stands in brackets; a line; lines of a block, or all of it; a function's whole body; lines
that a commit put in."""
_KIND_OF = {"arguments": "brackets", "body": "block", "statements": "block"}

SHORTEST, LONGEST, MOST_LINES = 4, 1200, 30
"""Characters and lines that are hidden."""
LARGEST_FILE = 200_000
"""Characters. What is longer is mostly data."""
COPIED = 0.6
"""Share of a hole's runs of tokens that stand elsewhere, from which on it counts as copied."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_RUN, _SHORT_RUN = 6, 3
"""Tokens that are looked for together: six of a longer text, up to three of a short one."""
_GENERATED = re.compile(
    r"@generated|\bdo not (?:edit|modify)\b|\bauto-?generated\b|\b(?:automatically |code |file )generated\b"
    r"|\bgenerated (?:by|from|automatically|file|code)\b",
    re.IGNORECASE,
)
_GENERATED_NAME = re.compile(
    r"(?:\.min\.\w+|_pb2(?:_grpc)?\.pyi?|\.pb\.\w+|\.g\.\w+|\.generated\.\w+|\.d\.[cm]?ts)$"
)
_NEAR = 400
"""Characters before a hole in which something has to stand."""
_HEAD = 10
"""Lines in which a file says that it was generated."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A part of a file that is hidden. Offsets are in characters of ``text``."""

    id: str
    kind: str
    language: str
    path: str
    """Below the project's folder, with forward slashes."""
    text: str = field(repr=False)
    """The whole file, with what is hidden."""
    start: int
    end: int
    revision: str = ""
    """The commit that put it in; empty for the working tree."""
    copied: bool = False
    """Whether nearly the same stands elsewhere in the project: it can be copied, and need not be written."""

    @property
    def truth(self) -> str:
        return self.text[self.start : self.end]

    @property
    def before(self) -> str:
        return self.text[: self.start]

    @property
    def after(self) -> str:
        return self.text[self.end :]

    @property
    def line(self) -> int:
        """0-based line of the cursor."""
        return self.text.count("\n", 0, self.start)

    @property
    def trigger(self) -> Trigger:
        """One line is asked for as by a key, where a key asks; several are, as by somebody who wants them."""
        is_long = "\n" in self.truth.strip() or self.kind in {"block", "function"}
        rest_of_line = self.text[self.end : self.end + LONGEST_LINE].partition("\n")[0]
        is_automatic = not is_long and CLOSING_CHARACTERS.issuperset(rest_of_line)
        return "automatic" if is_automatic else "invoked"

    def snapshot(self, root: str) -> Snapshot:
        """What an editor has before it, with the cursor in the hole."""
        path = Path(root) / self.path
        return take(
            Mirror(self.before + self.after),
            uri=path.as_uri(),
            path=str(path),
            language=self.language,
            line=self.line,
            character=self.start - (self.text.rfind("\n", 0, self.start) + 1),
            encoding="utf-32",
        )


def hole_of(
    kind: str,
    path: str,
    text: str,
    span: tuple[int, int],
    *,
    revision: str = "",
    language: str = "",
) -> Hole:
    """A hole whose name stays the same for as long as nothing of its file changes."""
    said = "\0".join((kind, path, revision, str(span), text))
    name = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
    return Hole(name, kind, language or of_file(path), path, text, *span, revision)


def choose(
    texts: Mapping[str, str], count: int, seed: int, kinds: Iterable[str] = KINDS
) -> list[Hole]:
    """Up to ``count`` holes in texts by path, always the same: as many of each kind, languages as their files are."""
    strata: defaultdict[str, list[list[Hole]]] = defaultdict(list)
    wanted = frozenset(kinds)
    for path in sorted(path for path in texts if may_have_holes(path, texts[path])):
        by_kind: defaultdict[str, list[Hole]] = defaultdict(list)
        for name, start, end in spans(texts[path], of_file(path)):
            kind = _KIND_OF.get(name, name)
            if kind in wanted and is_fit(texts[path], start, end):
                by_kind[kind].append(Hole("", kind, of_file(path), path, texts[path], start, end))
        for kind, found in by_kind.items():
            # What is chosen in one file depends on no other.
            strata[kind].append(shuffled(found, f"{seed} {path} {kind}")[:count])
    columns = [_in_turn(shuffled(strata[kind], f"{seed} {kind}")) for kind in sorted(strata)]
    return in_order([_named(hole) for hole in islice(_in_turn(columns), count)])


def in_order(holes: Iterable[Hole]) -> list[Hole]:
    """File by file, those of one state of the project together."""
    return sorted(
        holes, key=lambda hole: (hole.revision, hole.path, hole.start, hole.end, hole.kind)
    )


def may_have_holes(path: str, text: str) -> bool:
    """Whether people write such files: code that no program has made."""
    known = row(of_file(path))
    if not of_file(path) or known.prose or known.data or len(text) > LARGEST_FILE or "\f" in text:
        return False
    return not is_generated(path, text)


def is_generated(path: str, text: str) -> bool:
    """Whether a program has written a file, as its name, its first lines or its long lines tell."""
    head = "\n".join(text.split("\n", _HEAD)[:_HEAD])
    is_said = _GENERATED.search(head) is not None or _GENERATED_NAME.search(path) is not None
    return is_said or max(map(len, text.split("\n"))) > LONGEST_LINE


def is_fit(text: str, start: int, end: int) -> bool:
    """Whether a part of a text is neither too short nor too long, and something stands before it."""
    truth = text[start:end]
    is_short = end - start <= LONGEST and truth.count("\n") < MOST_LINES
    return (
        is_short
        and len(truth.strip()) >= SHORTEST
        and bool(text[max(0, start - _NEAR) : start].strip())
    )


def shuffled(things: Sequence[T], seed: object) -> list[T]:
    """The same order for the same seed, on every machine."""
    # A file name that is no text holds lone surrogates, which UTF-8 cannot.
    return random.Random(str(seed).encode("utf-8", "replace")).sample(things, len(things))


def marked(
    holes: Sequence[Hole],
    texts: Mapping[str, str],
    past: Mapping[str, Mapping[str, str | None]] | None = None,
) -> list[Hole]:
    """The holes, and which of them stand elsewhere in the texts, too, or nearly so; ``past`` as a ground has it."""
    wanted = {run for hole in holes for run in _runs(hole.truth)}
    sizes = sorted({len(run) for run in wanted})

    def count(text: str | None) -> Counter[tuple[str, ...]]:
        tokens = _TOKEN.findall(text or "")
        return Counter(run for size in sizes for run in _of_size(tokens, size) if run in wanted)

    now = {path: count(text) for path, text in texts.items()}
    whole: Counter[tuple[str, ...]] = Counter()
    for counts in now.values():
        whole.update(counts)
    found = []
    for hole in holes:
        then = {**(past or {}).get(hole.revision, {}), hole.path: hole.text}
        differing = [(count(text), now.get(path, Counter())) for path, text in then.items()]
        runs = _runs(hole.truth)
        own = Counter(runs)
        known = sum(
            whole[run] + sum(a[run] - b[run] for a, b in differing) > own[run] for run in runs
        )
        found.append(replace(hole, copied=known >= COPIED * max(1, len(runs))))
    return found


def stands_in(truth: str, text: str) -> bool:
    """Whether a text has nearly all of a hole's."""
    runs = _runs(truth)
    if not runs:
        return False
    known = set(_of_size(_TOKEN.findall(text), len(runs[0])))
    return sum(run in known for run in runs) >= COPIED * len(runs)


def read_holes(path: Path) -> list[Hole]:
    """Holes from a file of JSON lines, as benchmarks have them, compressed or not: the text around, and that between.

    Raises:
        SettingsError: it cannot be read, or a line is none.
    """
    holes = []
    try:
        data = path.read_bytes()
        lines = (gzip.decompress(data) if path.suffix == ".gz" else data).decode().splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path} cannot be read: name a file of JSON lines in UTF-8."
        ) from error
    for number, line in enumerate(lines, 1):
        try:
            holes += [_from_json(json.loads(line))] if line.strip() else []
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                f"{path}, line {number} is not a hole: it needs `prompt`, `suffix` and `canonical_solution`."
            ) from error
    return holes


def _from_json(said: dict[str, Any]) -> Hole:
    before, truth, after = (
        str(said[name] if name in said else said[other])
        for name, other in (
            ("prompt", "before"),
            ("canonical_solution", "truth"),
            ("suffix", "after"),
        )
    )
    language = str(said.get("language", "python"))
    extensions = row(language).extensions
    extension = extensions[0] if extensions else "txt"
    path = str(said.get("path") or f"{said['task_id']}.{extension}").lstrip("/")
    kind = said.get("kind") or ("block" if "\n" in truth.strip() else "line")
    span = (len(before), len(before + truth))
    hole = hole_of(str(kind), path, before + truth + after, span, language=language)
    if ".." in Path(path).parts:
        raise ValueError(path)
    return hole


def _named(hole: Hole) -> Hole:
    return hole_of(hole.kind, hole.path, hole.text, (hole.start, hole.end))


def _in_turn(columns: Iterable[Iterable[Hole]]) -> Iterator[Hole]:
    """The first of each, the second of each, and so on."""
    for level in zip_longest(*columns):
        yield from (hole for hole in level if hole is not None)


@lru_cache(maxsize=8)
def _runs(truth: str) -> tuple[tuple[str, ...], ...]:
    tokens = _TOKEN.findall(truth)
    size = _RUN if len(tokens) >= _RUN else min(_SHORT_RUN, len(tokens))
    return tuple(_of_size(tokens, size)) if size else ()


def _of_size(tokens: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    return zip(*(tokens[start:] for start in range(size)), strict=False)
