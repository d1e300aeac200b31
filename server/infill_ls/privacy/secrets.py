"""Text -> what in it has the form of a secret: keys of known services, key blocks, passwords in addresses, and random
strings that are given to names such as ``api_key``. Looks at forms alone, line by line; knows no file.

A form is all that there is to go by: a password that is a word is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from infill_ls.privacy.service_keys import entropy, service_keys
from infill_ls.records import REDACTED

Span = tuple[int, int]
"""Where a secret starts, and where it ends, exclusive."""


def blanked(before: str, behind: str = "") -> tuple[str, str]:
    """The text before and behind the cursor, without its secrets; the cursor may stand in one."""
    spans = find_secrets(before + behind)
    cursor, at = len(before), 0
    kept: tuple[list[str], list[str]] = ([], [])
    for start, end in spans:
        kept[0].append(before[at:start])
        kept[1].append(behind[max(0, at - cursor) : max(0, start - cursor)])
        kept[start >= cursor].append(REDACTED)
        at = end
    return "".join((*kept[0], before[at:])), "".join((*kept[1], behind[max(0, at - cursor) :]))


def blanked_lines(text: str, lines: Sequence[str], numbers: Iterable[int]) -> Iterator[str]:
    """Some of the lines of a text, as ``blanked`` leaves them in the whole text."""
    keys = _key_lines(lines) if _KEY in text else ()
    for number in numbers:
        line, at, kept = lines[number], 0, ""
        for start, end in _in_one(line, is_of_key=number in keys):
            kept, at = kept + line[at:start] + REDACTED, end
        yield kept + line[at:]


def find_secrets(text: str) -> list[Span]:
    """The secrets in a text, first to last; none lies in two lines."""
    lines = text.split("\n")
    keys = _key_lines(lines) if _KEY in text else ()
    spans: list[Span] = []
    at = 0
    for number, line in enumerate(lines):
        found = _in_one(line, is_of_key=number in keys)
        spans += [(at + start, at + end) for start, end in found]
        at += len(line) + 1
    return spans


# Lines...

_SHORTEST, _LONG = 12, 500
_LONG_WORD: Final = re.compile(r"[\w+/.~!@#$%^&*-]{16}")
_LONG_WORDS: Final = re.compile(r"[\w+/.~!@#$%^&*-]{16,}")
_DIGIT: Final = re.compile(r"\d")

_KNOWN: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}"  # AWS
    r"|LTAI[A-Za-z0-9]{12,26}"  # Alibaba Cloud
    r"|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{40,}"
    r"|gl[a-z]{2,6}-[\w-]{20,}"  # GitLab
    r"|xox[a-z]-[\w-]{12,}|xapp-[\w-]{20,}|hooks\.slack\.com/services/[\w/]{20,}"
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{24,}"  # Stripe
    r"|sk-(?:proj-|svcacct-|admin-|ant-|or-)?(?=[\w-]{0,80}\d)[A-Za-z0-9][\w-]{19,}"  # OpenAI, Anthropic, DashScope
    r"|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"  # Google
    r"|npm_[A-Za-z0-9]{36}|pypi-[\w-]{50,}|hf_[A-Za-z0-9]{30,}|SG\.[\w-]{16,80}\.[\w-]{16,80}|dckr_pat_[\w-]{20,}"
    r"|(?:gsk_|nvapi-|xai-|r8_|pplx-|dapi|glc_|hvs\.|shp(?:at|ss)_|dop_v1_|ATATT3x|lin_api_|rubygems_)(?=[\w-]{0,80}\d)[\w-]{28,}"
    r"|AGE-SECRET-KEY-1[A-Z0-9]{40,}"
    r"|eyJ[\w-]{10,300}\.[\w-]{10,4000}\.[\w-]{10,1000}"  # a signed token
    r")"
)
_MARKS: Final = re.compile(r"(?i)key|token|secret|passw|pwd|passphrase|credential|auth|bearer")
_NAME: Final = (
    r"(?:(?<![A-Za-z])(?i:key)|(?<![A-Z])KEY|Key|(?i:(?:api|access|account|auth|client|encryption|private|secret|signing)key)"
    r"|(?i:token|secret|passw(?:or)?d|pwd|passphrase|credentials?|auth|authorization))"
)
_GIVEN: Final = re.compile(
    rf"(?:{_NAME}(?:"
    r"[^;{}:=(]{0,24}(?::[^=;{}()]{0,24}=|:=|=>|[:=])[ \t]{0,4}(?:\(?[\"'`])?(?i:(?:bearer|basic|token) )?"  # x = "…"
    r"|[\w.]{0,24}\([\"'`]|[\"'],[ \t]?[\"'])"  # x("…"), ("x", "…")
    r"|(?i:bearer )|--[\w-]{0,24}(?:key|token|secret|password)[ =][\"']?)\Z"
)
"""What stands before a value that is given to such a name."""

_VALUE: Final = re.compile(r"[A-Za-z0-9+/_~!@#$%^&*-]{16,}={0,2}")
_PASSWORD: Final = re.compile(r"[^\s/:@\"'<>?#]{0,100}:([^\s/@\"'<>`]{5,200})@")
_STANDS_FOR: Final = re.compile(
    r"(?i)\A(?:.*(?:example|changeme|change[-_]me|placeholder|dummy|xxxx|\.\.\.|\*\*\*).*"
    r"|(?:your|my|the|some|insert|enter|replace)[-_ ].*|pass(?:word|wd)?|pwd|secret|token|user(?:name)?|[$%{\[].*)\Z"
)


def _in_one(line: str, *, is_of_key: bool) -> tuple[Span, ...]:
    if is_of_key:
        return _in_key(line)
    if len(line) < _SHORTEST:
        return ()
    return _in_line(line) if len(line) < _LONG else _look(line)


@lru_cache(maxsize=8192)  # a prompt has most of its lines from the one before
def _in_line(line: str) -> tuple[Span, ...]:
    return _look(line)


def _look(line: str) -> tuple[Span, ...]:
    if not _LONG_WORD.search(line) and "://" not in line:
        return ()
    spans = [found.span() for found in _KNOWN.finditer(line) if any(map(str.isdigit, found[0]))]
    if any(_DIGIT.search(word) for word in _LONG_WORDS.findall(line)):
        spans += service_keys(line)
    if "://" in line:
        spans += _passwords(line)
    if _MARKS.search(line):
        spans += [
            found.span()
            for found in _VALUE.finditer(line)
            if is_random(found[0])
            and _GIVEN.search(line, max(0, found.start() - 80), found.start())
        ]
    return _apart(spans)


def _passwords(line: str) -> Iterator[Span]:
    """Those in addresses: ``postgres://user:password@host``."""
    at = line.find("://")
    while at >= 0:
        found = _PASSWORD.match(line, at + 3)
        if (
            found is not None
            and not _STANDS_FOR.match(found[1])
            and found[1] != line[at + 3 : found.start(1) - 1]
        ):
            yield found.span(1)
        at = line.find("://", at + 3)


def _apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans in their order; those that meet are one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


# Values...

_LEAST_BITS: Final = 2.75
"""Of entropy per character; words and numbers have less, or are words."""

_LEAST_LETTERS: Final = 12
_WITHOUT_MARKS: Final = {ord(mark): None for mark in "_-/~"}

_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NO_WORD: Final = re.compile(
    r"(?i)[bcdfghjklmnpqrstvwxz]{5}|[^aeiouy]{6}|\A[^aeiouy]*\Z|[jqxz][bcdfghjklmnpqrstvwxz]"
)


def is_random(value: str) -> bool:
    """Whether a string was made by chance rather than by people: letters and digits mixed, and few words."""
    if not any(map(str.isalpha, value)) or _STANDS_FOR.match(value):
        return False
    value = value.translate(_WITHOUT_MARKS)  # a name of many parts is no less a name
    length = len(value)
    if length < _LEAST_LETTERS:
        return False
    if entropy(value) < _LEAST_BITS:
        return False
    kinds = [
        character.isdigit() + 2 * character.isupper() + 4 * character.islower()
        for character in value
    ]
    changes = sum(one != other for one, other in pairwise(kinds))
    in_words = sum(
        len(word) for word in _WORD.findall(value) if len(word) > 2 and not _NO_WORD.search(word)
    )
    if 1 not in kinds:
        return 2 * changes >= length and 2 * in_words < length
    return 6 * changes >= length and 3 * in_words < 2 * length


# Key blocks...

_KEY: Final = "PRIVATE KEY"
_BEGIN: Final = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
_END: Final = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY")
_BODY: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_BODY_LINE: Final = re.compile(
    r"[^\w\n]*+(?:[A-Za-z0-9+/]{16,}+|[A-Za-z0-9+/]{1,15}(?=[^\w\n]*\Z))={0,2}(?:\\[nr])*+[^\w\n]*+"
)
"""What a key's lines are made of, in a file of its own or as strings of a program. What was read is not given back:
`+` and `/` may be of any of its parts, and a line of them would take for ever."""

_HEADER: Final = re.compile(r"\W*(?:[A-Za-z-]{1,20}: .*)?")
_MOST_LINES: Final = 200


def _key_lines(lines: Sequence[str]) -> set[int]:
    """Numbers of the lines that belong to private keys, also to one whose beginning or end is out of sight."""
    numbers: set[int] = set()
    for number, line in enumerate(lines):
        if _BEGIN.search(line):
            numbers |= _body(lines, range(number, min(len(lines), number + _MOST_LINES)))
        if _END.search(line) and number not in numbers:
            numbers |= _body(lines, range(number, max(-1, number - _MOST_LINES), -1))
    return numbers


def _body(lines: Sequence[str], numbers: range) -> set[int]:
    """The first of these lines, and those next to it as far as they look like a key."""
    found = {numbers[0]}
    for number in numbers[1:]:
        if (
            _KEY not in lines[number]
            and not _BODY_LINE.fullmatch(lines[number])
            and not _HEADER.fullmatch(lines[number])
        ):
            break
        found.add(number)
        if _KEY in lines[number]:
            break
    return found


def _in_key(line: str) -> tuple[Span, ...]:
    """What is blanked in a line of a key: all that is not the line that says so."""
    begin, end = _BEGIN.search(line), _END.search(line)
    start, stop = (begin.end() if begin else 0), (end.start() if end else len(line))
    least = _BODY if begin or end else _PIECE
    return tuple(found.span() for found in least.finditer(line, start, max(start, stop)))


_PIECE: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
