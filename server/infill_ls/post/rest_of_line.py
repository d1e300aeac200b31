"""Fits an answer to the closing characters and words that follow the cursor on its line."""

from __future__ import annotations

import re

from infill_ls.post.answer import BLANK
from infill_ls.post.around import Around, around_line, by_lines, is_inside_block
from infill_ls.post.pairs import closes
from infill_ls.records import Completion
from infill_ls.syntax.block import block_at
from infill_ls.syntax.brackets import CLOSING_CHARACTERS, OPENER_OF, STRINGS, scan
from infill_ls.syntax.kept import width
from infill_ls.syntax.scope import open_at
from infill_ls.syntax.surroundings import Surroundings

_CLOSERS = ")]}"
_ENDS = frozenset(")]},;")
"""How an answer ends that may be followed by the end of what is around it."""
_QUOTES = frozenset((mark,) for mark in STRINGS)
_PUNCTUATION = frozenset({";", ",", ":"})
_CHAIN = re.compile(r"\n\s*(?:\.\w(?![^(\n]*\{[ \t]*\n)|->\w|\?\.\w|\?->\w|\|>)")
"""How a line begins that goes on with the statement above."""
_TYPE = re.compile(r"\w<[^<>;]*\Z")
_OPENS_IN_WORDS = re.compile(r"\b(?:function\b[^()]*\([^()]*\)|do|then)\s*$")
"""How the head of a block ends, in whatever text it stands."""
_EMPTY_BLOCK = re.compile(r"\{\s*\}")
WORDS = 3
"""Letters and digits by which a line is known again; fewer are in many."""


def fit_rest_of_line(text: str, here: Surroundings) -> Completion:
    """Fit the answer to what follows the cursor on its line.

    What the answer's end restates is trimmed. Where it restates closing characters and goes on, they are replaced.
    """
    rest = here.line_after.strip()
    if not rest:
        return Completion(text.rstrip(BLANK))
    if not text.startswith("\n"):
        # No line end of the answer's own belongs before the rest of the line.
        body = text.rstrip()
        text = body if "\n" in text[len(body) :] else text
    text = _cut_where_rest_is_restated(text, rest, here)
    text = _without_end_of_statement(text, here)
    around = around_line(here, text)
    text = _cut_at_other_words(text, here, around)
    code = _without_comment(text, around) if CLOSING_CHARACTERS.issuperset(rest) else text
    trimmed = _trim(code, here, around)
    if trimmed is not None and code == text:
        # The end of the answer may be like the rest of the line, though it restates more than that.
        n_replaced = _n_replaced(text, here, around)
        if n_replaced and around.n_faults(text, n_replaced) < around.n_faults(trimmed):
            return Completion(
                _without_doubled_space(text, here.line_after[n_replaced:]), n_replaced
            )
        return Completion(_without_doubled_space(trimmed, here.line_after))
    if trimmed is None:
        n_replaced = _n_replaced(code, here, around)
    else:
        # What the code restates stands before a comment, which would swallow it.
        n_replaced = _length_of(code.rstrip()[len(trimmed) :], here.line_after)
    return Completion(_without_doubled_space(text, here.line_after[n_replaced:]), n_replaced)


def _without_end_of_statement(text: str, here: Surroundings) -> str:
    """The answer without its semicolon where the statement goes on in the document's next line."""
    goes_on = (
        _CHAIN.match(here.suffix, len(here.line_after)) is not None and ";" not in here.line_after
    )
    return text.rstrip().rstrip(";") if goes_on and text.rstrip().endswith(";") else text


def _cut_at_other_words(text: str, here: Surroundings, around: Around) -> str:
    """The answer up to where it closes the bracket that the rest of the line closes, which goes on in other words."""
    opened, after, language, _ = around
    rest = here.line_after.lstrip()
    if not opened or OPENER_OF.get(rest[:1]) != opened[-1] or _n_marks(rest) == len(rest):
        return text
    at = next(
        (at for at, depth in scan(text, language, opened).closed if depth == len(opened) - 1), 0
    )
    if not text[:at].strip() or "\n" in text[:at] or text.startswith(rest.rstrip(), at):
        return text
    n_faults, n_without = (
        scan(each + after, language, opened).n_faults for each in (text, text[:at])
    )
    return text[:at] if n_without < n_faults else text


def _without_comment(text: str, around: Around) -> str:
    """The answer up to what hides the rest of the line: a comment at its end, or a backslash before the line end."""
    found = scan(text, around.language, around.opened)
    if found.comment_at > 0 and text[: found.comment_at].strip():
        return text[: found.comment_at]
    body = text.rstrip()
    at = body.rfind("/*") if body.rstrip("\\ \t").endswith("*/") else len(body)
    code = body[:at].rstrip("\\ \t")
    is_hidden = (
        code != body
        and code.strip()
        and not found.stack[len(around.opened) :]
        and "\n" not in body[len(code) :]
    )
    return (
        code
        if is_hidden and scan(code, around.language, around.opened).lowest < len(around.opened)
        else text
    )


def _length_of(restated: str, line_after: str) -> int:
    """How many characters of the rest of the line say what is restated, white space aside; words are never replaced."""
    characters = "".join(restated.split())
    at = 0
    for character in characters:
        at = line_after.find(character, at) + 1
    return 0 if any(map(str.isalnum, characters)) else at


def _cut_where_rest_is_restated(text: str, rest: str, here: Surroundings) -> str:
    """An answer that gives the rest of the line, words and all, and goes on behind it."""
    if n_word_characters(rest) < 3:
        return text
    at = text.find(rest)
    behind = text[at + len(rest) :]
    if at < 0 or not behind.strip() or (behind[0] != "\n" and not any(map(rest.count, _CLOSERS))):
        return text
    head = scan(text[:at], here.language)
    return text if head.stack else text[: at + len(rest)]


def _trim(text: str, here: Surroundings, around: Around) -> str | None:
    """The answer without its end that restates the rest of the line; None where there is no such end."""
    opened, _, language, _ = around
    rest = here.line_after.strip()
    body = text.rstrip()
    best: str | None = None
    whole = {rest, "|", _with_other_spaces(body, rest)}
    n_faults = around.n_faults(text)
    for tail in _restated(body, rest):
        head = body[: len(body) - len(tail)]
        n_faults_without = around.n_faults(head)
        # What closes a bracket of the answer's own is no repetition where all is right with it.
        is_own = len(scan(head, language, opened).stack) > len(opened)
        is_equal = n_faults_without == n_faults and best is None and not is_own
        if n_faults_without < n_faults or (
            is_equal and tail in whole and _is_telling(tail, body, here)
        ):
            best, n_faults = head, n_faults_without
    return best


def _restated(body: str, rest: str) -> list[str]:
    """Ends of the answer that are the start of ``rest``: all of it, else closing characters only; longest first."""
    n_closing = 1 if rest.startswith("|") else _n_marks(rest)
    starts = dict.fromkeys(
        [
            rest,
            _with_other_spaces(body, rest),
            *(rest[:length] for length in range(n_closing, 0, -1)),
        ]
    )
    return [
        start
        for start in starts
        if start and not start.endswith((" ", "\t")) and body.endswith(start)
    ]


def _closes_angle(text: str, here: Surroundings) -> bool:
    """Whether the answer closes an angle bracket of the cursor's line, and goes on behind it."""
    if not here.line_after.startswith(">") or not _TYPE.search(here.line_before) or "\n" in text:
        return False
    plain = re.sub(r"[-=]>|>=", "", text)
    return plain.count(">") == plain.count("<") + 1 and not text.rstrip().endswith(">")


def _n_marks(rest: str) -> int:
    """How many characters of the rest of the line may be replaced: closing ones, and an empty block behind them."""
    n_closing = len(rest) - len(rest.lstrip("".join(CLOSING_CHARACTERS)))
    empty = _EMPTY_BLOCK.match(rest, n_closing)
    return empty.end() if empty and n_closing else n_closing


def _with_other_spaces(body: str, rest: str) -> str:
    """The end of the answer that is ``rest`` but for white space; empty where there is none."""
    at = len(body)
    for character in reversed("".join(rest.split())):
        at -= 1
        while at > 0 and body[at] in " \t":
            at -= 1
        if at < 0 or body[at] != character:
            return ""
    return body[at:]


def _is_telling(tail: str, body: str, here: Surroundings) -> bool:
    """Whether a repetition is one although brackets and strings are right with it and without."""
    if tail in _PUNCTUATION or (n_word_characters(tail) >= 3 and not tail.startswith("</")):
        return True
    return closes(tail, body, here.line_before)


def _n_replaced(text: str, here: Surroundings, around: Around) -> int:
    """How many characters after the cursor the answer restates in its middle: closing ones only, in order.

    Words of the user's are never replaced, in whatever script.
    """
    opened, _, language, _ = around
    if _closes_angle(text, here):
        return 1
    own = scan(text, language, opened)
    if own.lowest >= len(opened) and not own.unmatched:
        # It closes nothing but its own.
        return 0
    closing = here.line_after[: _n_marks(here.line_after)]
    position = 0
    n_restated = 0
    for index, character in enumerate(closing):
        if character in " \t":
            continue
        found = text.find(character, position)
        if found < 0:
            break
        position = found + 1
        n_restated = index + 1

    def n_faults(n_replaced: int) -> int:
        left = closing[n_replaced:].lstrip()
        # No bracket is closed behind the end of a statement, or in a string or comment.
        is_late = text.rstrip().endswith(";") and left[:1] in OPENER_OF
        in_text = own.in_comment or (own.stack[-1:] in _QUOTES and own.stack[-1] not in left)
        is_early = _ends_block_early(text, left, here, around)
        return around.n_faults(text, n_replaced) + is_late + (in_text and left != "") + is_early

    if not n_restated:
        return 0
    # Where an answer ends in a block that it opens, no closing character of an outer call can follow either.
    n_replaced = min(range(n_restated, len(closing.rstrip()) + 1), key=n_faults, default=n_restated)
    # What it does not close is needed for a bracket that was opened before, unless the answer goes on in that.
    n_closed = _end_of_closed(closing, len(opened) - own.lowest)
    is_alone = around.after == here.line_after and text.rstrip()[-1:] in _ENDS
    if is_alone and 0 < n_closed < n_replaced and n_faults(n_closed) <= n_faults(n_replaced):
        n_open = [len(around.scanned(text, n).stack) for n in (n_closed, n_replaced)]
        n_replaced = n_closed if n_open[0] < n_open[1] else n_replaced
    # The editor has put this pair there itself, and the answer closes it and opens nothing that it could close.
    is_pair = OPENER_OF.get(closing[:1]) == here.prefix[-1:]
    is_over = own.lowest == len(own.stack) and n_replaced == 1
    n_least = n_faults(0) + (is_pair and (is_over or is_inside_block(text, own)))
    if language.prose and n_faults(n_replaced) == n_least:
        # What the answer opens, the paragraph may close.
        around = around._replace(after=here.close_after.partition("\n\n")[0])
        n_least = around.n_faults(text)
    return n_replaced if n_faults(n_replaced) < n_least else 0


def _ends_block_early(text: str, rest: str, here: Surroundings, around: Around) -> bool:
    """Whether the rest of the line closes a block behind an answer though the next line is within that."""
    block, goes_on = block_at(here), _CHAIN.match(here.suffix, len(here.line_after)) is not None
    if not here.next_line or "\n" in text or goes_on:
        return False
    opened, indents = block.opened, block.indents
    if around.opened != opened[-len(around.opened) :]:
        # The line has been read alone.
        opened, indents = around.opened, (width(here.line_before),) * len(around.opened)
    whole, column = text + rest, width(here.next_line)
    lowest = scan(text, around.language, opened).lowest
    in_words = here.language.blocks != "brackets" and _OPENS_IN_WORDS.search(text) is not None
    opens = in_words or text.rstrip().endswith(("{", "(", "["))
    if OPENER_OF.get(rest.lstrip()[:1]) == text.rstrip()[-1:] and column > width(here.line_before):
        return True
    # A head begins where the line does that opened what the answer closes last.
    return any(
        at >= len(text)
        and (opens or (whole[at] == "}" and depth < lowest))
        and 0 <= min(depth, lowest) < len(indents)
        and column > indents[min(depth, lowest)]
        for at, depth in scan(whole, around.language, opened).closed
    )


def _end_of_closed(closing: str, n_closed: int) -> int:
    """How many characters hold so many closing marks; 0 where there are fewer."""
    ends = [at + 1 for at, mark in enumerate(closing) if mark in _CLOSERS or mark in STRINGS]
    return ends[n_closed - 1] if 0 < n_closed <= len(ends) else 0


def _without_doubled_space(text: str, line_after: str) -> str:
    n_spaces = len(line_after) - len(line_after.lstrip(" \t"))
    return text.rstrip(" \t") if n_spaces else text


def count_faults(text: str, here: Surroundings) -> int:
    """How much is wrong with brackets and strings from the cursor on, were the answer to be ``text``."""
    return scan(text + here.close_after, by_lines(here.language), open_at(here)).n_faults


def n_word_characters(text: str) -> int:
    return sum(map(str.isalnum, text))
