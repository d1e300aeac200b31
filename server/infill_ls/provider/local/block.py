"""Goes on after the end of a line with the lines that followed it elsewhere, to the end of the block at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from infill_ls.provider.local.places import Place, Query
from infill_ls.provider.local.tokens import AFTER_BLANK, LINE_BREAK, TABS, WIDTH, split
from infill_ls.provider.local.votes import Vote, confidence, first_line


def following_lines(
    votes: Sequence[Vote], asked: Query, *, least: float, most: int
) -> tuple[str, float]:
    """Lines that follow where the votes stand, each led by a line end, and the confidence in them.

    They are those of the place that matches best, as long as the others have the same ones. They end where the block
    does that they stand in, before blank lines, and before the line that already stands below the cursor.
    """
    if asked.below.layout and asked.below.layout[0] & WIDTH > len(asked.indent):
        return "", 0.0
    leader = max(votes, key=lambda vote: vote.weight).place
    next_line = first_line(asked.below.text)
    block, sure, end = "", 1.0, leader.at
    for count, (code, indent, end) in enumerate(_lines(leader, asked)):
        if count == most or code == next_line:
            break
        seen = leader.folded.text[leader.at : end]
        agreeing = [
            vote for vote in votes if vote.place.folded.text.startswith(seen, vote.place.at)
        ]
        now_sure = confidence(agreeing, votes, more_matched=len(split(seen)))
        if now_sure < least:
            break
        block += "\n" + indent + code
        sure = min(sure, now_sure)
    return block, sure


def _lines(leader: Place, asked: Query) -> Iterator[tuple[str, str, int]]:
    """Code, indentation and end of each line under the leader's, to the end of the block.

    That is the block which the leader's line opens, its closing bracket included, else the one which it stands in.
    """
    text, layout = leader.folded.text, leader.folded.layout
    number = sum(text.count(mark, 0, leader.at) for mark in "\n\x0e\x0f") - 1
    base = layout[number] & WIDTH
    found = LINE_BREAK.search(text, leader.at)
    opens: bool | None = None
    while found:
        number += 1
        following = LINE_BREAK.search(text, found.end())
        end = following.start() if following else len(text)
        code = text[found.end() : end]
        extra = (layout[number] & WIDTH) - base
        closes = opens is True and extra == 0
        if layout[number] & AFTER_BLANK or extra < 0 or (closes and code[0] not in ")]}"):
            return
        more = ("\t" if layout[number] & TABS else " ") * extra
        if asked.indent and more and asked.indent[-1] != more[-1]:
            return
        yield code, asked.indent + more, end
        if closes:
            return
        opens = extra > 0 if opens is None else opens
        found = following
