"""Rules on what a model puts around or into the missing text: tokens, tags, thoughts, prose. They move no code."""

from __future__ import annotations

import re

from infill_ls.post.answer import Answer
from infill_ls.post.strings import is_among_words
from infill_ls.syntax.surroundings import Surroundings

_TOKEN = re.compile(
    r"<\|[A-Za-z][A-Za-z0-9_]*\|>|<\uff5c[^\uff5c\n]{1,40}\uff5c>|<fim_(?:prefix|middle|suffix|pad)>|<file_sep>|(?<!<)<EOT>"
)
_CURSOR = re.compile(r"<\|cursor\|>")
"""A mark of where the cursor would be, and no end of anything."""
_CUT_TOKEN = re.compile(r"<(?:\|[a-z_]{3,}\|?|\uff5c[^\uff5c\n]{0,40}\uff5c?)\Z")
_END_TOKEN = re.compile(r"</s>\s*\Z")
"""The end of text of many families; a closing tag in markup."""
_QUESTION = re.compile(
    r"(?<![?=_])(?<!\?P)</?(?:prefix|suffix)>|<file path=\"|</file>"
    r"|(?:\A|\n)(?:What follows the cursor:|Nothing follows the cursor\.)"
    r"|\A\s*Language: \w+\nFile: |(?:\A|\n)\s*(?:Complete the code at the cursor of an editor[.:]"
    r"|Your answer already begins with everything before|Give only the missing text|Answer with the missing text alone)"
)
"""What the chat prompts say, and put between the parts of the file. A named group of a
regular expression is none, nor is a value of usage text."""
_TAGS = ("prefix>", "suffix>", "<file ")
"""A file with such tags of its own may get more of them."""
_TURN = re.compile(r"(?:\A\s*|\n[ \t]*\n)(?:Human|User): (?=\w+\W? \w)[^;{}()=\n]*(?:\n|\Z)")
_PROSE = re.compile(
    r"\s*(?:I(?:.m sorry| am sorry| cannot| can.t|.m unable| am unable| apologi[sz]e)\b|Sorry,|"
    r"Sure[,!.]|Certainly[,!.]|Of course[,!.]|As an AI\b|Here(?:.s| is) (?:the|a|an|your|my)\b|"
    r"(?:Could you (?:please )?|Please )(?:provide|share|clarify|tell)\b|"
    r"(?:Your|The|This) (?:provided |given )?(?:code|script|snippet|function|file) "
    r"(?:is|was|has|seems|appears|looks|does)\b|"
    r"(?:It (?:looks|seems|appears)|You (?:can|could|should|need to|may want to)|Based on (?:the|your)) \w+|"
    r"The (?:completed|missing|following|complete) (?:code|function|line|part|text)\b)[^;{}=\n]*(?:\n|\Z)"
)
_CALL = re.compile(r"^[ \t]*(<tool_call>|<function=[\w.-]+>)", re.MULTILINE)
"""Where a model writes down a call that its server was to take out of the text; not in a string, as code has it."""
_REMARK = re.compile(r"\s*[A-Z][^;{}()=\n]*\s*")
"""What a model says before a call."""
_THOUGHTS_END = re.compile(r"(?:\A|\n)[ \t]*</think>[ \t]*(?:\n|\Z)\n?")
_QUOTED = re.compile(r"\s*(?P<mark>`{3,}|`)(?P<code>[^`\n]+)(?P=mark)\s*")


def cut_tokens(text: str, answer: Answer) -> str:
    """A control token, whole or cut in two by the end, and all after it; files that speak of such tokens keep them."""
    if "<" not in text:
        return text
    if _CURSOR.search(text) and not _speaks_of("cursor|>", answer.here):
        text = _CURSOR.sub("", text)
    found = _TOKEN.search(text) or _CUT_TOKEN.search(text) or _END_TOKEN.search(text)
    if found is None:
        return text
    mark = found.group().strip()
    if mark == "</s>":
        is_meant = "<s>" in text or _speaks_of("<s>", answer.here)
    else:
        is_meant = _speaks_of(mark[:2] if mark[1] in "|\uff5c" else mark, answer.here)
    return text if is_meant else text[: found.start()]


def cut_question(text: str, answer: Answer) -> str:
    """The question's own headings and tags, and all after them, where the file has no such tags."""
    found = _QUESTION.search(text)
    if (
        found is None
        or answer.here.language.markup == "any"
        or any(_speaks_of(tag, answer.here) for tag in _TAGS)
    ):
        return text
    before = text[: found.start()]
    is_tag_alone = not before.strip() and found.group().startswith("<")
    return text if is_among_words(answer.here, before) and not is_tag_alone else before


def drop_thoughts(text: str, answer: Answer) -> str:
    """Thoughts that the prompt had opened for the model, so that only their end is told."""
    found = _THOUGHTS_END.search(text)
    if found is None or "<think>" in text[: found.start()] or _speaks_of("think>", answer.here):
        return text
    return text[found.end() :]


def reject_prose(text: str, answer: Answer) -> str:
    """An excuse or an introduction where code was wanted, with all that follows it; a turn of a chat behind code;
    a call of a tool, and what is said about it.
    """
    here = answer.here
    call = _CALL.search(text)
    if call is not None and not _speaks_of(call[1], here) and not is_among_words(here):
        before = text[: call.start()]
        text = "" if _REMARK.fullmatch(before) else before
    if here.language.prose:
        return text
    turn = _TURN.search(text)
    if turn is not None and not is_among_words(here, text[: turn.start()]):
        text = text[: turn.start()]
    return "" if _PROSE.match(text) and not is_among_words(here) else text


def drop_backticks(text: str, answer: Answer) -> str:
    """Backticks around the whole of an answer of one line."""
    found = _QUOTED.fullmatch(text)
    if found is None or answer.here.language.prose:
        return text
    is_code = found["mark"] == "`" and answer.here.language.backticks
    return text if is_code or is_among_words(answer.here) else found["code"]


def _speaks_of(mark: str, here: Surroundings) -> bool:
    return mark in here.prefix or mark in here.suffix
