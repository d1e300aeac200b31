"""Ends an answer in markup where it closes an element that the document closes; knows no more of markup than tags."""

from __future__ import annotations

import re
from collections import Counter

from infill_ls.post.answer import Answer
from infill_ls.records import Snapshot
from infill_ls.syntax.languages import row

_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<rest>[^<>]*)>")
_CLOSING_TAG = re.compile(r"\s*</([\w:-]+)>\s*")
_ENDIF = re.compile(r"\s*#\s*endif\b")


def cut_at_closing_tag(text: str, answer: Answer) -> str:
    """All from the first closing tag on that nothing in the answer has opened, where the document goes on with it."""
    snapshot = answer.snapshot
    if not row(snapshot.language).markup or "</" not in text:
        return text
    following = snapshot.suffix[len(snapshot.line_after) :].lstrip().partition("\n")[0]
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
        elif not snapshot.line_after.strip() and following.startswith(tag.group()):
            if is_needed(tag.group(), text[: tag.end()], snapshot):
                return text
            line = text.rfind("\n", 0, tag.start()) + 1
            return text if text[line : tag.start()].strip() else text[:line]
    return text


def is_needed(line: str, text: str, snapshot: Snapshot) -> bool:
    """Whether a closing tag or directive has its opening one in the document, although the next line is its equal."""
    tag = _CLOSING_TAG.fullmatch(line)
    if not tag and not _ENDIF.match(line):
        return False
    document = f"{snapshot.prefix}{text}{snapshot.suffix}"
    opening, closing = (rf"<{tag[1]}\b(?![^<>]*/>)", f"</{tag[1]}>") if tag else (r"^\s*#\s*if", r"^\s*#\s*endif")
    is_whole = snapshot.first_line == 0 and snapshot.reaches_end
    n_opening, n_closing = (len(re.findall(each, document, re.MULTILINE)) for each in (opening, closing))
    return is_whole and n_closing <= n_opening
