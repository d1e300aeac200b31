"""Says which guesses cannot be what the writer wants, whatever the places agree on; knows no index and no votes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from infill_ls.provider.local.index import Body
from infill_ls.provider.local.live import Cursor
from infill_ls.provider.local.places import INSTALLED, Place
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, scan
from infill_ls.syntax.languages import is_known, row

_IMPORT = re.compile(
    r"(?:import|from|use|pub use|using|#[ \t]*include|(?:const|let|var)\b.*\brequire)\b"
)
_STRING_LINE = re.compile(r'(?:[\w.]+ )?"[^"]+"')
"""A line of Go's list of imports."""
_BINDINGS = (
    re.compile(r"from\s+\S+\s+import\s+(?P<names>.+)"),
    re.compile(r"import\s+(?:type\s+)?(?P<names>.+?)\s+from\b"),
    re.compile(r"(?:const|let|var)\s+(?P<names>.+?)\s*=\s*require\b"),
    re.compile(r"(?:pub )?use\s+(?:.*::)?(?P<names>[^:;]+);?"),
    re.compile(r"import\s+(?P<names>[\w., ]+)$"),
)
_BEGUN = re.compile(r"(?:from\s+\S+\s+)?import\s+(?:type\s+)?\{?(?:[\w ]+,)*\s*(?P<name>\w+)\Z")
"""An import as far as one of its names."""
_RENAMED = re.compile(r"[\w.]+\s+as\s+(?=\w)")
_NEAR_CHARS = 4_000
"""Before the cursor, which are read for brackets still open."""
_RECORDS = frozenset({"log", "csv", "tsv"})
"""Extensions of files that nobody has written by hand, though they may be read as text."""


@dataclass(frozen=True)
class Surroundings:
    """What is read of the place in question, as far as it is asked for."""

    cursor: Cursor
    prefix: str
    language: str
    path: str = ""

    @cached_property
    def is_prose(self) -> bool:
        """Whether sentences are written here; in a fence of Markdown code is."""
        return _is_written(self.language) and self.prefix.count("\n```") % 2 == 0

    @cached_property
    def is_comment(self) -> bool:
        """Whether the cursor stands in a comment, as far as its line shows."""
        return not self.is_prose and in_comment(self.cursor.typed, self.language)

    @property
    def is_written(self) -> bool:
        """Whether the cursor stands among words rather than in code."""
        return self.is_prose or self.is_comment

    @cached_property
    def _open(self) -> tuple[str, ...]:
        """Brackets and quotes that the line has opened before the cursor."""
        return scan(self.cursor.typed, row(self.language)).stack

    @cached_property
    def imported(self) -> frozenset[str]:
        """Names that the file's imports bind."""
        return frozenset(
            name for line in self.cursor.live.codes if is_import(line) for name in bound_by(line)
        )

    def reads(self, body: Body, at: int) -> bool:
        """Whether a place in a file is of the same kind and notation: sentences say nothing about code.

        Neither does code about sentences, nor what others say about theirs.
        """
        return self._has_notation_of(body.path, body.language) and (
            not self.is_comment or self.says_as_much(_line_to(body.folded.text, at))
        )

    def learns_from(self, body: Body, at: int) -> bool:
        """The same of what is installed, whose comments are about other code."""
        text = body.folded.text
        return self._has_notation_of(body.path, body.language) and not in_comment(
            text[at : at + 3], self.language
        )

    def admits(self, place: Place) -> bool:
        """The same of a place that lines may be taken from."""
        if place.path and not self._has_notation_of(place.path, place.language):
            return False
        text = place.folded.text
        if place.near == INSTALLED:
            return not self.is_comment and not in_comment(
                text[place.at : place.at + 3], self.language
            )
        return not self.is_comment or self.says_as_much(_line_to(text, place.at))

    def says_as_much(self, line: str) -> bool:
        """Whether a line ends in a comment, as the cursor's does."""
        return in_comment(line, self.language)

    def _has_notation_of(self, path: str, language: str) -> bool:
        """Whether a file is written as this one: what stands there with entities or escapes is not so in code."""
        return _share_notation(
            self.language, _ends(self.path), language, _ends(path), is_prose=self.is_prose
        )

    def is_import(self, line: str) -> bool:
        """Whether a line imports something: nobody knows which import comes next."""
        return is_import(line) or (
            row(self.language).import_list and _STRING_LINE.fullmatch(line) is not None
        )

    def is_there(self, text: str) -> bool:
        """Whether the line, with ``text`` as its rest, imports what the file imports already."""
        line = (self.cursor.typed + text.partition("\n")[0]).strip()
        if line.count('"') % 2:
            line += '"'
        if not self.is_import(line):
            return False
        if line in self.cursor.live.codes:
            return True
        begun = _BEGUN.match(line)
        names = frozenset({begun["name"]}) if begun else bound_by(line)
        return bool(names) and names <= self.imported

    def up_to_comment(self, block: str) -> str:
        """The lines before the first comment: what is said of the code to come, nobody knows."""
        lines = block.split("\n")
        kept = takewhile(lambda line: not in_comment(line.lstrip(), self.language), lines)
        return "\n".join(kept).rstrip()

    def opened_by(self, text: str) -> int:
        """How many brackets and quotes ``text`` opens at the cursor and leaves open."""
        if self.is_written:
            return 0
        return sum(at >= 0 for at in scan(text, row(self.language), self._open).opened_at)

    def allows(self, text: str, *, whole: bool) -> bool:
        """Whether the cursor's line can go on with ``text``, or end with it where that is all that is missing."""
        line, below = (self.cursor.typed + text).strip(), self.cursor.live.next_line
        # Nobody is about to write what stands on the next line already; many lines begin like it.
        missing = below[len(line) :]
        is_below = below.startswith(line) and (
            not self.cursor.typed or CLOSING_CHARACTERS.issuperset(missing)
        )
        return not is_below and self._fits(text, whole=whole)

    def _fits(self, line: str, *, whole: bool) -> bool:
        """Whether brackets and quotes of the line come out."""
        if self.is_written:
            return True
        before = self._open
        after = scan(line, row(self.language), before)
        if whole and after.stack[-1:] == ('"',) and before[-1:] != ('"',):
            return False
        closers = [line[at] for at in after.unmatched]
        if not closers:
            return True
        if "}" in closers and self.cursor.typed.strip(")]} "):
            return False
        # What an earlier line has opened may be closed here.
        above = self.prefix[-_NEAR_CHARS:]
        unmatched = scan(above + line, row(self.language)).unmatched
        return not any(len(above) <= at < len(above) + len(line) for at in unmatched)


def is_import(line: str) -> bool:
    """Whether this line of code imports something."""
    return _IMPORT.match(line) is not None


def bound_by(line: str) -> frozenset[str]:
    """Names that an import binds, as far as they are told apart."""
    for pattern in _BINDINGS:
        if found := pattern.match(line):
            return frozenset(re.findall(r"\w+", _RENAMED.sub("", found["names"]))) - {
                "type",
                "self",
            }
    return frozenset()


@lru_cache(maxsize=4096)
def in_comment(line: str, language: str) -> bool:
    """Whether a line, as far as it goes, ends in a comment."""
    return line.startswith(("/*", "* ")) or line == "*" or scan(line, row(language)).in_comment


@lru_cache(maxsize=512)
def _share_notation(
    here: str, here_ends: str, there: str, there_ends: str, *, is_prose: bool
) -> bool:
    is_alike = there_ends == here_ends
    if is_prose:
        return _is_written(there) and (is_alike or there_ends not in _RECORDS)
    if not is_known(there):
        return is_alike or there == here != ""
    known, other = row(here), row(there)
    is_code_here = not here or known.is_code or known.fenced
    return (bool(here) and known is other) or (is_code_here and other.is_code)


def _line_to(folded: str, at: int) -> str:
    """The line of folded text as far as a place in it."""
    return folded[max(folded.rfind(mark, 0, at) for mark in "\n\x0e\x0f") + 1 : at]


def _ends(path: str) -> str:
    """A file's extension, or its whole name where it has none."""
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[2].lower()


def _is_written(language: str) -> bool:
    """Whether people write sentences in it."""
    known = row(language)
    return bool(language) and known.prose and not known.markup
