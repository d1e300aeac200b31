"""Words that a repository or a service could want shown, and what must be left of them."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

BAD = [
    "\x1b]52;c;aGk=\x07",
    "\x1b[2J\x1b[H",
    "\x9b31m",
    "\r\n2026-01-01 INFO all is well",
    "\x00",
    "\x08\x08",
    "\u202e\u2066txt\u2069",
    "\u200b\u200d\ufeff\u00ad",
    "\u2028\u2029\x85",
    "\U000e0041",
    "\ud800",
    "[Repair](command:workbench.action.terminal.new)",
    '[Repair](https://evil.example "tip")',
    "![](https://evil.example/a.png)",
    "`code`",
    "“quoted”",
    '"quoted"',
]
"""Each does harm somewhere, but for the last three, which must not get out of where they stand."""

LARGE = "".join(BAD[:-1]) + "x" * 100_000

MOST = 700
"""Characters of a message, in which several things may be wrong."""


def words() -> st.SearchStrategy[str]:
    """Any text, with what does harm among it."""
    part = st.one_of(st.text(max_size=20), st.sampled_from(BAD), st.sampled_from(["]", "(", "](", " ", "a" * 300]))
    return st.lists(part, max_size=12).map("".join)


def is_harmless(said: str, longest: int = MOST) -> bool:
    """Whether a text may be shown anywhere: one line, no link, nothing that an editor or a terminal obeys."""
    kinds = {unicodedata.category(character) for character in said}
    return not kinds & {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} and "](" not in said and len(said) <= longest
