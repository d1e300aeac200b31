"""A model's next edits: when one is asked, what becomes of its answer, and what ends it."""

from __future__ import annotations

import asyncio
import json

import pytest

from infill_ls.accounting.ledger import Ledger
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.document.mirror import Mirror
from infill_ls.engine.next_excerpt import Limits, place_of, region_at
from infill_ls.errors import TimedOut
from infill_ls.prompt.next_families import next_named
from infill_ls.records import Chunk
from infill_ls.stream.rewrite import LineEdit
from infill_ls.tokens import Usage
from support.engine.fakes import HANG, settle
from support.engine.next_desk import NextDesk

TEXT = "def load(name):\n    return name\n\none = load(1)\ntwo = load(2)\nthree = load(3)\nfour = 4\nfive = 5\n"
ANSWER = (
    "def load(name, cache):\n    return name\n\none = load(1, cache)\ntwo = load(2, cache)\nthree = load(3)\n"
    "four = 4\nfive = 5\n"
)
DONE = [ANSWER, ">>>>>>> UPDATED\n"]


def desk_after(*scripts, text=TEXT, **more):
    """A desk after a function has got another argument, which its calls lack."""
    desk = NextDesk(text, *scripts, **more)
    desk.change("load(name)", "load(name, cache)")
    return desk


async def test_the_edits_of_an_answer_are_offered_one_after_the_other_by_one_call():
    """Each is whole, made by the editor alone, and leads to the next; after the last nobody is asked again."""
    desk = desk_after(DONE, source="model")
    for line in ("one = load(1, cache)", "two = load(2, cache)"):
        found = await desk.settled()
        assert (found.place.new_line, found.model) == (line, "next")
        desk.take(found)
    assert await desk.settled() is None
    assert desk.model.calls == 1
    assert desk.text == ANSWER
    assert [each["source"] for each in desk.bench.records[:2]] == ["model", "model"]
    assert desk.bench.records[0]["feature"] == "next_edit"


async def test_a_model_is_asked_after_a_pause_and_once():
    desk = desk_after(DONE)
    asked = desk.start()
    await desk.clock.advance(0.6)
    assert desk.model.calls == 0
    await desk.clock.advance(0.2)
    assert (await asked).place.row == 3
    for _ in range(3):
        assert (await desk.ask()).place.row == 3
    assert desk.model.calls == 1


async def test_where_something_repeats_no_model_is_asked():
    desk = desk_after()
    for name in ("1", "2"):
        desk.change(f"load({name})", f"load({name}, cache)")
    found = await desk.ask()
    assert (found.place.new_line, found.model, desk.model.calls) == ("three = load(3, cache)", None, 0)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("four = 4", "four = 44"), "next_alone"),
        (("return name", "return name  # as it is"), "next_alone"),
        (("one = ", "first = "), "next_alone"),
    ],
)
async def test_a_change_that_leads_nowhere_asks_nobody(change, rule):
    desk = NextDesk(TEXT)
    desk.change(*change)
    assert await desk.settled() is None
    assert (desk.rules, desk.model.calls) == ([("gated", rule)], 0)


async def test_somebody_who_asks_by_hand_is_answered_all_the_same():
    desk = NextDesk(TEXT, [TEXT.replace("five = 5", "five = 55")])
    desk.change("four = 4", "four = 44")
    found = await desk.settled(trigger="invoked")
    assert desk.model.calls == 1
    assert found is not None


async def test_an_edit_closes_the_connection_and_answers_who_waits():
    """At once, and the call is counted as aborted."""
    closed = asyncio.Event()

    async def closing():
        closed.set()

    desk = desk_after(["def load(name, cache):\n", HANG], closing=closing)
    asked = desk.start()
    await desk.clock.advance(1)
    assert desk.model.running == 1
    desk.put(6, 0, 0, "x")
    await settle()
    assert asked.done()
    assert await asked is None
    assert closed.is_set()
    assert desk.model.ends == ["closed"]
    assert (desk.rules, desk.bench.records[0]["aborted"]) == ([("superseded", None)], True)


async def test_the_editor_can_cancel_a_request_for_real():
    desk = desk_after([HANG])
    asked = desk.start()
    await desk.clock.advance(1)
    asked.cancel()
    await settle()
    assert asked.cancelled()
    assert (desk.model.ends, desk.rules) == (["closed"], [("cancelled", None)])


async def test_a_newer_request_answers_the_older_and_takes_over_its_call():
    more = asyncio.Event()
    desk = desk_after(["def load(name, cache):\n", more, ANSWER.partition("\n")[2]])
    first = desk.start()
    await desk.clock.advance(1)
    second = desk.start()
    await settle()
    assert first.done()
    assert await first is None
    more.set()
    assert (await second).place.row == 3
    assert desk.model.calls == 1


async def test_the_first_edit_is_offered_while_the_model_goes_on():
    """And making it does not end the model: what it says next is offered next."""
    more = asyncio.Event()
    head, tail = ANSWER.split("two")
    desk = desk_after([head, "two = load(2)\nthree = load(3)\n", more, "four = 40\n", "five = 5\n", HANG])
    found = await desk.settled()
    assert found.place.new_line == "one = load(1, cache)"
    assert desk.model.running == 1
    desk.take(found)
    asked = desk.start()
    await settle()
    assert not asked.done()
    more.set()
    assert (await asked).place.new_line == "four = 40"
    assert desk.model.calls == 1
    assert tail


async def test_what_is_typed_of_an_edit_leaves_the_rest():
    desk = desk_after(DONE)
    assert (await desk.settled()).place.text == ", cache"
    desk.put(3, 12, 12, ", c")
    found = await desk.ask()
    assert (found.place.text, desk.model.calls) == ("ache", 1)
    desk.put(3, 15, 15, "ache")
    assert (await desk.ask()).place.new_line == "two = load(2, cache)"


async def test_edits_move_with_lines_above_and_go_with_their_own():
    desk = desk_after(DONE)
    await desk.settled()
    desk.put(3, 12, 12, ", c")
    desk.put(0, 0, 0, "import os\n")
    desk.put(4, 15, 15, "ache")
    desk.put(5, 0, 0, "# ")
    assert await desk.settled() is None


async def test_nothing_is_asked_after_undo():
    desk = desk_after()
    desk.put(0, 4, 21, "load(name)")
    assert await desk.settled() is None
    assert (desk.rules, desk.model.calls) == ([("gated", "undone")], 0)


async def test_a_dismissed_edit_does_not_come_back_and_the_one_behind_it_does():
    """Neither from what is kept nor from a new answer."""
    desk = desk_after(DONE, DONE)
    found = await desk.settled()
    desk.next_edits.dismiss(found.id)
    found = await desk.settled()
    assert found.place.row == 4
    desk.next_edits.dismiss(found.id)
    assert await desk.settled() is None
    assert desk.rules[-1] == ("filtered", "rejected")
    assert desk.model.calls == 1


GATED = [
    ("revert", ANSWER.replace("(name, cache)", "(name)").replace("(1, cache)", "(1)").replace("(2, cache)", "(2)")),
    (
        "whitespace",
        ANSWER.replace(", cache)\ntwo", ")\ntwo").replace("(2, cache)", "(2)").replace("four = 4", "four  =  4"),
    ),
    ("parse", TEXT.replace("(name)", "(name, cache)").replace("five = 5", "five = (5")),
    ("duplicate", TEXT.replace("(name)", "(name, cache)").replace("four = 4\n", "four = 4\nfour = 4\n")),
    ("imports", "import os\n" + TEXT.replace("(name)", "(name, cache)")),
    ("next_marker", TEXT.replace("(name)", "(name, cache)").replace("four = 4", "four = <filename>")),
]


@pytest.mark.parametrize(("rule", "answer"), GATED, ids=[rule for rule, _ in GATED])
async def test_gates_apply_to_a_models_edits(rule, answer):
    desk = desk_after([answer, ">>>>>>> UPDATED"])
    assert await desk.settled() is None
    assert (desk.model.calls, desk.rules) == (1, [("gated", rule)])


UNSEEN = ["\u202e", "\x1b[2J", "\x00", "\x0b", "\ufeff", "\u2028", "\x85", "\U000e0041", "\u200b"]


@pytest.mark.parametrize("unseen", [*UNSEEN, "\r", "\r\n\r"], ids=ascii)
async def test_what_nobody_sees_is_not_put_in_by_a_model(unseen):
    """Nor are line ends that are none of the document's; the edit behind it is offered. No grammar helps here."""
    broken = "x = (\n"
    lines = ["one = load(1, cache)" + unseen, "two = load(2, cache)"]
    answers = {"json": json.dumps({"edits": [{"first": n + 4, "lines": line} for n, line in enumerate(lines)]})}
    if "\r" not in unseen:
        answer = ANSWER.replace(lines[0].removesuffix(unseen), lines[0])
        answers["zeta2"] = answer + broken + ">>>>>>> UPDATED\n"
    for family, answer in answers.items():
        found = await desk_after([answer], family=family, text=TEXT + broken).settled()
        assert (found.place.row, found.place.new_line) == (4, "two = load(2, cache)"), family


async def test_what_is_seen_or_stands_there_already_is_put_in():
    said = "one = load(1, '\N{WOMAN}\u200d\N{PERSONAL COMPUTER}')  # \u200bhere"
    text = TEXT.replace("one = load(1)", "one = load(1)  # \u200bhere")
    desk = desk_after([json.dumps({"edits": [{"first": 4, "lines": said}]})], text=text, family="json")
    assert (await desk.settled()).place.new_line == said


async def test_a_model_does_not_delete_much():
    text = TEXT + "".join(f"more{n} = {n}\n" for n in range(8))
    answer = text.replace("(name)", "(name, cache)").replace("".join(f"more{n} = {n}\n" for n in range(6)), "")
    desk = desk_after([answer, ">>>>>>> UPDATED"], text=text)
    assert await desk.settled() is None
    assert desk.rules == [("gated", "big_delete")]


async def test_a_model_whose_answers_lead_to_nothing_is_asked_less_often():
    """One change in three, then one in five, then one in nine; what is made as it says makes up for it."""
    desk = NextDesk(TEXT)
    for n in range(40):
        desk.change("load(name", f"load(name{n}, name")
        await desk.settled()
    assert desk.model.calls == 6
    assert ("gated", "next_thrift") in desk.rules


@pytest.mark.parametrize("family", ["zeta2", "chat"])
async def test_where_asking_fails_nothing_is_offered_and_it_is_not_tried_again(family):
    desk = desk_after([TimedOut("too long")], family=family)
    for _ in range(2):
        assert await desk.settled() is None
    assert (desk.model.calls, desk.rules[0]) == (1, ("timeout", None))
    assert [str(error) for error in desk.bench.failures] == ["too long"]


async def test_what_a_call_took_is_in_the_ledger_and_counts_for_the_cap(tmp_path):
    usage = Usage(prompt=700, completion=60)
    ledger = Ledger(LedgerFile(tmp_path))
    desk = desk_after([ANSWER, Chunk(finish="stop", usage=usage)], ledger=ledger, usage={"daily_tokens": 700})
    assert await desk.settled() is not None
    await desk.settled()
    assert ledger.tokens_today() == 760
    await ledger.flush()
    (used,) = ledger.entries()
    assert (used.calls, used.next_edit_calls, used.next_edit_tokens) == (1, 1, 760)
    assert desk.bench.records[0]["tokens"] == {"prompt": 700, "cached": 0, "completion": 60}
    desk.change("load(name, cache", "load(name, other, cache")
    assert await desk.settled(trigger="invoked") is None
    assert (desk.model.calls, desk.rules[-1]) == (1, ("over_budget", None))


async def test_an_edit_that_is_asked_for_again_counts_once(tmp_path):
    """Also while it is typed through; the answer's next one counts anew."""
    ledger = Ledger(LedgerFile(tmp_path))
    desk = desk_after(DONE, source="model", ledger=ledger)

    async def shown():
        await ledger.flush()
        return sum(each.shown for each in ledger.entries())

    for _ in range(3):
        found = await desk.settled()
        assert found.place.new_line == "one = load(1, cache)"
    assert await shown() == 1
    desk.put(3, 12, 12, ", ca")
    assert (await desk.settled()).place.text == "che"
    assert await shown() == 1
    desk.take(await desk.settled())
    for _ in range(2):
        assert (await desk.settled()).place.new_line == "two = load(2, cache)"
    assert await shown() == 2


async def test_a_file_that_git_ignores_is_never_sent(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("a.py\n")
    path = tmp_path / "a.py"
    path.write_text(TEXT)
    desk = desk_after(DONE, path=str(path), folders=[tmp_path])
    asked = desk.start()
    for _ in range(100):
        await desk.clock.advance(1)
        if asked.done():
            break
        await asyncio.sleep(0.01)
    assert await asked is None
    assert (desk.model.calls, desk.rules) == (0, [("excluded", "ignored")])


async def test_an_answer_that_a_limit_has_cut_off_gives_its_whole_edits():
    desk = desk_after([ANSWER.partition("five")[0], "five = load(", Chunk(finish="length")])
    found = await desk.settled()
    assert [place.new_line for place in found.places] == ["one = load(1, cache)", "two = load(2, cache)"]


async def test_lines_come_and_go():
    """Each is one replacement that makes the text what the model says."""
    for old, new in (
        ("four = 4\n", ""),
        ("two = load(2)\n", ""),
        ("four = 4\n", "four = 4\n# between\nmore = 4.5\n"),
        ("three = load(3)\nfour = 4\n", "for each in range(9):\n    print(each)\n"),
    ):
        text = TEXT.replace("(name)", "(name, cache)").replace(old, new)
        desk = desk_after([text, ">>>>>>> UPDATED"])
        desk.take(await desk.settled())
        assert desk.text == text


@pytest.mark.parametrize("rows", [(0, 1), (0, 2), (1, 2), (1, 3), (2, 3), (0, 3)])
@pytest.mark.parametrize("new", [(), ("new",), ("new", "more")])
def test_lines_are_replaced_wherever_they_are(rows, new):
    """At the document's beginning and end, too, where a line end has to go with them, or to come."""
    lines = ["a", "b", "c"]
    first, end = rows
    region = region_at(
        Mirror("\n".join(lines)), [], (1, 0), ("a.py", "python"), next_named("zeta2"), Limits(4096, redact=True)
    )
    for old in (tuple(lines[first:end]), ()):
        place = place_of(LineEdit(first, old, new), region)
        if not old and not new:
            continue
        mirror = Mirror("\n".join(lines))
        assert place.is_in(mirror)
        mirror.edit(place.at(place.start), place.at(place.end), place.text, "utf-32")
        expected = [*lines[:first], *new, *lines[first + len(old) :]]
        assert mirror.text() == "\n".join(expected)


async def test_at_the_end_everything_is_closed():
    desk = desk_after([HANG])
    asked = desk.start()
    await desk.clock.advance(1)
    await desk.bench.engine.aclose()
    assert await asked is None
    assert desk.model.ends == ["closed"]
    assert desk.model.ended == 1
