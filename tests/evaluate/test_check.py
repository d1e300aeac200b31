"""The project's own tests as judge, in a copy of its folder."""

from __future__ import annotations

import os
import sys
import time

import pytest

from infill_ls.errors import SettingsError
from infill_ls.evaluate.answers import Answer, Answers
from infill_ls.evaluate.check import Check, check_all
from infill_ls.evaluate.holes import hole_of

CODE = "def area(width, height):\n    return width * height\n"
TEST = "import os, area\nassert area.area(2, 3) == 6\nassert not [name for name in os.environ if 'KEY' in name]\n"
COMMAND = f"{sys.executable} test.py"


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "project"
    root.mkdir()
    (root / "area.py").write_text(CODE)
    (root / "test.py").write_text(TEST)
    return root


def hole():
    truth = "\n    return width * height"
    start = CODE.index(truth)
    return hole_of("function", "area.py", CODE, (start, start + len(truth)))


def answer(shown, candidate="c"):
    return Answer(candidate, hole().id, "p", "shown", "", shown, 0, shown)


@pytest.mark.parametrize(
    ("shown", "is_sound"),
    [
        ("\n    return width * height", True),
        ("\n    return height * width", True),
        ("\n    return width + height", False),
        ("\n    return (", False),
        ("\n    import os\n    os._exit(3)", False),
    ],
)
def test_an_answer_is_sound_where_the_command_passes_with_it(root, monkeypatch, shown, is_sound):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-secret")
    with Check(COMMAND, str(root)) as check:
        assert check.judge(hole(), answer(shown)) is is_sound
        assert check.judge(hole(), answer("\n    return height * width"))
    assert (root / "area.py").read_text() == CODE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_what_takes_too_long_or_starts_others_is_ended(root):
    endless = "\n    import subprocess, sys\n    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n    while True: pass"
    with Check(COMMAND, str(root), longest_s=1.0) as check:
        start = time.monotonic()
        assert not check.judge(hole(), answer(endless))
        assert time.monotonic() - start < 30


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
def test_what_takes_all_memory_gets_none(root):
    with Check(COMMAND, str(root)) as check:
        assert not check.judge(hole(), answer("\n    b'x' * (8 << 30)\n    return 6"))


def test_a_command_that_does_not_pass_anyway_judges_nothing(root):
    with pytest.raises(SettingsError, match="does not pass"), Check(f"{sys.executable} nothing.py", str(root)):
        pass


def test_each_function_is_judged_once_and_no_answer_is_no_pass(root, tmp_path):
    answers = Answers(tmp_path / "answers")
    for name, shown in (("right", "\n    return height * width"), ("wrong", "\n    return 1"), ("silent", "")):
        answers.add(answer(shown, name))
    with Check(COMMAND, str(root)) as check:
        check_all(check, [hole()], answers, lambda *_: None)
        told = []
        check_all(check, [hole()], answers, lambda *said: told.append(said))
    answers.close()
    again = Answers(tmp_path / "answers")
    again.load()
    assert {name: each.check for (name, _), each in again.known.items()} == {
        "right": True,
        "wrong": False,
        "silent": False,
    }
    assert told == []
