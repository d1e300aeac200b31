"""Says which guesses cannot be what the writer wants, whatever the places agree on; knows no index and no votes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from infill_ls.provider.local.places import INSTALLED, Place, Query, is_word
from infill_ls.provider.local.tokens import LINE_BREAK
from infill_ls.syntax.brackets import scan
from infill_ls.syntax.language import Language
from infill_ls.syntax.languages import is_known, row

_IMPORT = re.compile(r"(?:import|from|use|pub use|using|#[ \t]*include|(?:const|let|var)\b.*\brequire)\b")
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
_CONTINUES = frozenset("=.)]}")
_RECORDS = frozenset({"log", "csv", "tsv"})
"""Extensions of files that nobody has written by hand, though they may be read as text."""
_SURE_MATCH = 4
"""Tokens: the name of what is called, its bracket, and what stands in it."""


@dataclass(frozen=True)
class Surroundings:
    """What is read of the place in question, as far as it is asked for."""

    asked: Query
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
        return not self.is_prose and in_comment(self.asked.typed, self.language)

    @cached_property
    def imported(self) -> frozenset[str]:
        """Names that the file's imports bind."""
        lines = LINE_BREAK.split(self.asked.above.text) + LINE_BREAK.split(self.asked.below.text)
        return frozenset(name for line in lines if is_import(line) for name in bound_by(line))

    def admits(self, place: Place) -> bool:
        """Whether what stands at a place is of the same kind and notation: sentences say nothing about code.

        Neither does code about sentences, nor what others say about theirs.
        """
        if place.path and not self._reads(place):
            return False
        if self.is_prose:
            return True
        if place.near == INSTALLED:
            return not self.is_comment and not in_comment(place.folded.text[place.at : place.at + 3], self.language)
        if not self.is_comment:
            return True
        text = place.folded.text
        start = max(text.rfind(mark, 0, place.at) for mark in "\n\x0e\x0f") + 1
        return in_comment(text[start : place.at], self.language)

    def _reads(self, place: Place) -> bool:
        """Whether a file is written as this one: what stands there with entities or escapes is not so in code."""
        is_alike = _ends(place.path) == _ends(self.path)
        if self.is_prose:
            return _is_written(place.language) and (is_alike or _ends(place.path) not in _RECORDS)
        if not is_known(place.language):
            return is_alike or place.language == self.language != ""
        known, other = row(self.language), row(place.language)
        is_code_here = not self.language or not _is_data(known) or known.fenced
        return (bool(self.language) and known is other) or (is_code_here and not _is_data(other))

    def is_import(self, line: str) -> bool:
        """Whether a line imports something: nobody knows which import comes next."""
        return is_import(line) or (row(self.language).import_list and _STRING_LINE.fullmatch(line) is not None)

    def is_there(self, text: str) -> bool:
        """Whether the line, with ``text`` as its rest, imports what the file imports already."""
        line = (self.asked.typed + text.partition("\n")[0]).strip()
        if not self.is_import(line):
            return False
        if _is_line_of(line, self.asked.above.text) or _is_line_of(line, self.asked.below.text):
            return True
        begun = _BEGUN.match(line)
        names = frozenset({begun["name"]}) if begun else bound_by(line)
        return bool(names) and names <= self.imported

    def up_to_comment(self, block: str) -> str:
        """The lines before the first comment: what is said of the code to come, nobody knows."""
        lines = block.split("\n")
        kept = takewhile(lambda line: not in_comment(line.lstrip(), self.language), lines)
        return "\n".join(kept).rstrip()

    def fits(self, text: str, matched: int, *, whole: bool) -> bool:
        """Whether brackets and quotes of the line come out, and it goes on in a way that so short a match may tell.

        ``whole`` is whether the line ends with ``text``.
        """
        if self.is_prose or self.is_comment:
            return True
        line = text.partition("\n")[0]
        if line[:1] in _CONTINUES and is_word(self.asked.typed[-1:]) and matched < _SURE_MATCH:
            return False
        before = scan(self.asked.typed, row(self.language))
        after = scan(line, row(self.language), before.stack)
        if whole and after.stack[-1:] == ('"',) and before.stack[-1:] != ('"',):
            return False
        closers = [line[at] for at in after.unmatched]
        if not closers:
            return True
        if "}" in closers and self.asked.typed.strip(")]} "):
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
            return frozenset(re.findall(r"\w+", _RENAMED.sub("", found["names"]))) - {"type", "self"}
    return frozenset()


def in_comment(line: str, language: str) -> bool:
    """Whether a line, as far as it goes, ends in a comment."""
    return line.startswith(("/*", "* ")) or line == "*" or scan(line, row(language)).in_comment


def _is_line_of(line: str, folded: str) -> bool:
    return re.search(rf"{LINE_BREAK.pattern}{re.escape(line)}(?:{LINE_BREAK.pattern}|\Z)", folded) is not None


def _ends(path: str) -> str:
    """A file's extension, or its whole name where it has none."""
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[2].lower()


def _is_data(known: Language) -> bool:
    """Whether it holds no code, or code in another notation."""
    return known.prose or known.data or known.patch


def _is_written(language: str) -> bool:
    """Whether people write sentences in it."""
    known = row(language)
    return bool(language) and known.prose and not known.markup
