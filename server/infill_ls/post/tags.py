"""Ends an answer in markup where it closes an element that the document closes; knows no more of markup than tags."""

from __future__ import annotations

import re
from collections import Counter

from infill_ls.post.answer import Answer
from infill_ls.syntax.surroundings import Surroundings

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<rest>[^<>]*)>")
_CLOSING_TAG = re.compile(r"\s*</([\w:-]+)>\s*")
_ENDIF = re.compile(r"\s*#\s*endif\b")


def cut_at_closing_tag(text: str, answer: Answer) -> str:
    """All from the first closing tag on that nothing in the answer has opened, where the document goes on with it."""
    here = answer.here
    if not here.language.markup or "</" not in text:
        return text
    following = here.next_line.lstrip()
    opened: list[str] = []
    n_opened: Counter[str] = Counter()
    for tag in _TAG.finditer(text):
        if tag["rest"].endswith("/"):
            continue
        if not tag["end"]:
            opened.append(tag["name"])
            n_opened[tag["name"]] += 1
        elif n_opened[tag["name"]]:
            # Elements that need no end of their own end with the one around them.
            name = ""
            while name != tag["name"]:
                name = opened.pop()
                n_opened[name] -= 1
        elif not here.line_after.strip() and following.startswith(tag.group()):
            behind = text[tag.end() :]
            n_ends = behind.count(f"</{tag['name']}>")
            opens_another = len(re.findall(rf"<{re.escape(tag['name'])}\b", behind)) > n_ends
            if opens_another or is_needed(tag.group(), text[: tag.end()], here):
                # The document's is the end of another one, or of one further up.
                return text
            line = text.rfind("\n", 0, tag.start()) + 1
            return text if text[line : tag.start()].strip() else text[:line]
    return text


def is_needed(line: str, text: str, here: Surroundings) -> bool:
    """Whether a closing tag or directive has its opening one in the document, although the next line is its equal."""
    tag = _CLOSING_TAG.fullmatch(line)
    if not tag and not _ENDIF.match(line):
        return False
    document = f"{here.prefix}{text}{here.suffix}"
    opening, closing = (
        (rf"<{tag[1]}\b(?![^<>]*/>)", f"</{tag[1]}>") if tag else (r"^\s*#\s*if", r"^\s*#\s*endif")
    )
    is_whole = here.snapshot.first_line == 0 and here.snapshot.reaches_end
    n_opening, n_closing = (
        len(re.findall(each, document, re.MULTILINE)) for each in (opening, closing)
    )
    return is_whole and n_closing <= n_opening
