"""A place that a pattern has is held back where it would take back what was done, break the code, or touch imports."""

from __future__ import annotations

import pytest

from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.records import Change
from infill_ls.repeat.chain import Reach
from infill_ls.repeat.examples import examples
from infill_ls.repeat.gates import held_back
from infill_ls.repeat.places import Place
from infill_ls.repeat.source import next_places

WORDS = ("timeout", "retry=3", "cache", "self.items[0]", '"text"', "f(1, 2)", "*args", "None", "x -> y", "😀")
EDITS = [
    edit
    for word in WORDS
    for edit in (
        ("insertion", f"send({word})", "send()"),
        ("deletion", "send()", f"send({word})"),
        ("replacement", f"send({word})", f"read({word})"),
    )
]
"""Whose change it was, the line as it was made, and the line that it was before."""


def held(line, new_line, *changes, language="python", text=None):
    """The rule that holds back the edit that makes ``new_line`` of ``line``; None where none does."""
    mirror = Mirror(f"{line}\n" if text is None else text)
    place = Place(0, 0, len(line), new_line, line)
    found = held_back(place, mirror, changes, examples(changes, language), language)
    return found and found.rule


@pytest.mark.parametrize(("kind", "now", "before"), EDITS)
def test_what_the_user_has_just_done_is_not_taken_back(kind, now, before):
    """Whatever it was, in the same line or in another that is equal to it; another change is none of its business."""
    assert held(now, before, Change(1, 3, (before,), (now,))) == "revert", kind
    assert held(now, before, Change(1, 3, ("above", before), ("over", now))) == "revert"
    assert held(now, before, Change(1, 3, ("other(line)",), ("other(words)",))) != "revert"


@pytest.mark.parametrize(
    ("line", "new_line", "language", "rule"),
    [
        ("import old_name", "import new_name", "python", "imports"),
        ("from old_name import x", "from new_name import x", "python", "imports"),
        ("use old_name::x;", "use new_name::x;", "rust", "imports"),
        ("#include <old_name.h>", "#include <new_name.h>", "c", "imports"),
        ("old_name.imported()", "new_name.imported()", "python", None),
        ("use(old_name)", "use(new_name)", "python", None),
        ("using (var x = old_name)", "using (var x = new_name)", "csharp", None),
        ("using old_name;", "using new_name;", "csharp", "imports"),
    ],
)
def test_imports_are_left_alone_unless_one_was_changed(line, new_line, language, rule):
    """A name in code says nothing of a module's."""
    assert held(line, new_line, Change(1, 5, ("a = old_name",), ("a = new_name",)), language=language) == rule
    assert held(line, new_line, Change(1, 5, (line + "2",), (new_line + "2",)), language=language) is None


@pytest.mark.parametrize(
    ("line", "new_line", "rule"),
    [
        ("x = send(a)", "x = send(a, b)", None),
        ("x = send(a)", "x = send(a, b", "parse"),
        ("x = (a", "x = ((a", None),
        ("x = send(a)", "x = send('\ud83d')", "parse"),
        ("x = '\ud83d'", "x = ''", None),
    ],
)
def test_what_parses_has_to_parse_afterwards(line, new_line, rule):
    """What does not parse as it is cannot be judged. Half of a character stops nothing, but is not put in."""
    assert held(line, new_line, text=f"{line}\ny = 2\nz = '\ude00'\n") == rule


DOCSTRING = '''\
first.old_name(value)
second.old_name(value)
def f():
    """Says more.

third.old_name(value)
    """
fourth.old_name(value)
# fifth.old_name(value)
'''


def test_code_strings_and_comments_are_not_mixed():
    """A docstring of several lines is a string; a comment is one, though the examples' own words stand in it."""
    mirror = Mirror(DOCSTRING)
    changes = Changes(mirror)
    for row in (0, 1):
        at = mirror.line(row).index("old_name")
        changes.edited(mirror.edit((row, at), (row, at + 8), "new_name", "utf-32"))
    chain = next_places(mirror, changes.latest(), "python", Reach(), lambda *_: False)

    assert [each.new_line for each in chain.places] == ["fourth.new_name(value)"]
