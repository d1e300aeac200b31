"""The person who types in benchmarks, the model that errs, and what their sessions come to."""

from __future__ import annotations

import pytest

from infill_ls.evaluate.person import first_line
from support.clients.server_session import MODEL, key_of, session
from support.model_studio.emulator import Emulator, Fallible, Oracle, Reply
from support.model_studio.records import Call, Question
from support.typing.replay_figures import figures, reusable_tokens, steady_runs, thrown_away
from support.typing.replay_session import Action, Played, ReplaySession, Shown
from support.typing.typist import TAKES, Hole, Typist, holes

TEXT = "def area(width, height):\n    if width < 0:\n        raise ValueError(width)\n    return width * height\n"
START = TEXT.index("\n    if")
HOLE = Hole("h", ".py", TEXT, START, len(TEXT) - 1)


def typed_out(seed):
    """What stands in the hole after all keys, and how many of them there were."""
    typist, text, count = Typist(HOLE, seed), "", 0
    while len(text) < len(HOLE.middle):
        for stroke in typist.strokes(len(text)):
            assert 0.05 < stroke.after_s < 3
            text = text + stroke.text if stroke.text else text[:-1]
            count += 1
    return text, count


@pytest.mark.parametrize("seed", range(20))
def test_a_person_types_what_is_true_whatever_slips_there_are(seed):
    assert typed_out(seed)[0] == HOLE.middle


def test_some_people_slip():
    assert len({typed_out(seed)[1] for seed in range(20)}) > 1


def test_the_same_seed_is_the_same_person():
    first, second, other = (Typist(HOLE, seed) for seed in (1, 1, 2))

    assert [first.strokes(done) for done in range(40)] == [second.strokes(done) for done in range(40)]
    assert [first.strokes(done) for done in range(40)] != [other.strokes(done) for done in range(40)]


TAKEN = {
    "all of it": ("whole", "foo(a)\nbar(b)", "foo(a)\nbar(b)\nc", "foo(a)\nbar(b)"),
    "its first line, where the rest is wrong": ("whole", "foo(a)\nbar(x)", "foo(a)\nbar(b)", "foo(a)"),
    "a line": ("line", "\n  foo(a)\n  b", "\n  foo(a)\n  b", "\n  foo(a)"),
    "a word": ("word", " foo(a)", " foo(b)", " foo"),
    "nothing, where the first word is wrong": ("whole", "goo(a)", "foo(a)", ""),
    "nothing, by choice": ("nothing", "foo", "foo", ""),
}


@pytest.mark.parametrize(("wish", "suggested", "remaining", "wanted"), TAKEN.values(), ids=TAKEN.keys())
def test_what_a_person_accepts(wish, suggested, remaining, wanted):
    typist = Typist(HOLE, 1, {wish: 1.0})

    assert typist.take(0, suggested, remaining, whole_is_right=remaining.startswith(suggested)) == wanted


def test_first_line():
    assert [first_line(text) for text in ("a\nb", "\n  a\nb", "a", "")] == ["a", "\n  a", "a", ""]


def test_holes_are_found_in_any_folder(tmp_path):
    for name in "abc":
        lines = [
            f"def {name}{number}(x):\n    y = x + {number}\n    return compute(y, {number})\n" for number in range(60)
        ]
        (tmp_path / f"{name}.py").write_text("\n".join(lines))
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "d.py").write_text("\n".join(lines))

    found = holes(tmp_path, 5, 1)

    assert len(found) == 3
    assert found == holes(tmp_path, 5, 1)
    assert all(hole.middle.strip() and hole.text[hole.start - 1] != hole.middle[0] for hole in found)


def test_a_model_that_knows_nothing_for_sure_errs_at_the_first_name():
    asked = Question("fim", "x = ", "\n", "")

    assert Fallible(lambda _: "(1 + width) * height", 1.0)(asked) == "(1 + htdiw) * height"
    assert Fallible(lambda _: "(1 + width) * height", 0.0)(asked) == "(1 + width) * height"


def test_a_name_that_has_been_begun_is_known():
    assert Fallible(lambda _: "dth", 1.0)(Question("fim", "wi", "\n", "")) == "dth"


def test_a_model_says_the_same_of_a_place_from_wherever_it_is_asked():
    truth = "alpha + beta * gamma - delta / epsilon"
    model = Fallible(lambda question: truth[len(question.prefix) :], 0.4)
    said = [truth[:done] + model(Question("fim", truth[:done], "\n", "")) for done in (5, 6, 8)]

    assert len(set(said)) == 1
    assert said[0] != truth


def test_a_slip_is_answered_with_something():
    assert Fallible(Oracle(TEXT), 0.1)(Question("fim", "zzz", "\n", ""))


# What sessions come to...


def call(prompt, sent="", at=0.0):
    question = Question("fim", prompt, "", prompt)
    return Call(0, at, "POST", "", {}, 0, {}, {}, question, 1, sent=sent, prompt_tokens=-(-len(prompt) // 4))


REUSE = {
    "none": ("x" * 200, "y" * 200, 0),
    "whole blocks only": ("x" * 150, "x" * 200, 32),
    "the whole prompt": ("x" * 128, "x" * 128, 32),
}


@pytest.mark.parametrize(("earlier", "later", "tokens"), REUSE.values(), ids=REUSE.keys())
def test_tokens_reusable_as_a_prefix(earlier, later, tokens):
    assert list(reusable_tokens([call(earlier), call(later)])) == [tokens]


WASTE = {
    "never shown": ([], 4),
    "shown whole": ([Shown(1, "a = ", "12345678abcdefgh")], 0),
    "shown in part": ([Shown(1, "a = ", "12345678")], 2),
    "typed before it came": ([Shown(1, "a = 1234", "5678abcd")], 1),
    "something else was typed": ([Shown(1, "a = x", "12345678")], 4),
    "shown before it was asked for": ([Shown(-1, "a = ", "12345678")], 4),
}


@pytest.mark.parametrize(("shown", "tokens"), WASTE.values(), ids=WASTE.keys())
def test_tokens_thrown_away(shown, tokens):
    asked = call("a = ", "12345678abcdefgh")

    assert thrown_away(asked, Played(HOLE, shown=shown, calls=(asked,))) == tokens


def action(lineage=None, *, right=False, gap_s=0.1):
    return Action(0.0, "key", 1, gap_s, None if lineage is None else 0.05, lineage, right, right)


def test_steady_runs_are_counted_by_suggestion():
    keys = [action(), action(1, right=True), action(1, right=True), action(2, right=True), action(3), action(3)]

    assert steady_runs(keys) == [2, 1]


def test_pauses_are_the_gaps_in_which_one_can_read():
    played = Played(HOLE, actions=[action(1, right=True, gap_s=0.5), action(gap_s=0.5), action(gap_s=0.2)])

    found = figures([played], (1e6, 5e6), "tokens")

    assert (found["pauses > 300 ms"], found["… that ended with a suggestion on screen, %"]) == (2, 50)
    assert found["… ms until it showed, p50"] == 50


def test_what_is_cached_costs_a_fifth():
    played = Played(HOLE, actions=[action()] * 100, calls=(call("x" * 128, "1234"), call("x" * 128)))

    assert figures([played], (1e6, 5e6), "tokens")["… cost, tokens"] == 32 + 0.2 * 32 + 5


@pytest.mark.parametrize("carries", [True, False], ids=["ghost text stays", "plain"])
async def test_a_whole_session(project, carries):
    """A hole of one word, real time: the file is right in the end, however it was filled."""
    hole = Hole("word", ".py", TEXT, TEXT.index("height\n"), TEXT.index("height\n") + 6)
    with Emulator(oracle=Oracle(TEXT)) as studio:
        studio.default = Reply(first_token_s=0.01)
        options = {"provider": {"kind": "openai", "base_url": studio.own_url, "model": MODEL}}
        async with session(project, options, variables=key_of(studio), client="vscode") as editor:
            typist = Typist(hole, 3, TAKES)
            played = await ReplaySession(
                editor, studio, (project / "a.py").as_uri(), hole, typist, carries=carries
            ).play()

    assert played.completed
    assert played.calls
    assert len(played.asked) == len(played.actions) + 1
    assert figures([played], (1e6, 5e6), "tokens")["requests that ended in an error"] == 0


@pytest.fixture
def project(tmp_path):
    (tmp_path / "proj").mkdir()
    return tmp_path / "proj"
