"""A run over a history that was killed, wherever that was, and goes on: all that is kept is the same in the end.

Of many places that are alike, the embedded engine looks at some, and which ones depends on when their files came into
its index; a commit's hole is asked about in the project of its time, which is made of that of the commit before.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from dulwich import porcelain
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.evaluate.ground import TOGETHER, Ground, Stage
from infill_ls.evaluate.holes import hole_of
from support.engine.evaluation import Evaluation, Model

N_FILES, N_CHANGED, N_COMMITS = 24, 6, TOGETHER + 4
VERBS = ("parse", "check", "clean", "split", "merge", "count", "store", "print")


class Log:
    """A corpus that notes what becomes of it."""

    def __init__(self):
        self.changes = []

    def put(self, path, text, language=""):
        self.changes.append((path, text))

    def remove(self, path):
        self.changes.append((path, None))

    def paths(self):
        return []


TEXTS = {f"{name}.py": f"x = 1\n{name} = 2\n" for name in "abcd"}
WORKED = [hole_of("commit", f"{'abcd'[n % 4]}.py", f"x = 1\ny = {n}\n", (6, 11), revision=f"r{n}") for n in range(40)]
PAST = {hole.revision: {f"{'abcd'[n % 3]}.py": f"then = {n // 2}\n", "gone.py": None} for n, hole in enumerate(WORKED)}
HOLES = [*(hole_of("line", path, text, (6, 11)) for path, text in TEXTS.items()), *WORKED]


@given(st.lists(st.sampled_from(HOLES), max_size=6), st.sampled_from(HOLES))
def test_the_same_changes_lead_to_a_hole_whatever_was_asked_about_before(before, hole):
    def changes(holes):
        log = Log()
        ground = Ground("/project", TEXTS)
        ground.add(WORKED, PAST)
        stage = Stage(ground, log, "nothing", log.changes.clear)
        for each in holes:
            stage.set(each)
        return log.changes

    assert changes([*before, hole]) == changes(HOLES[: HOLES.index(hole) + 1])


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project whose commits each change some of many files that are alike, but for a word that nothing tells."""
    root = tmp_path_factory.mktemp("history") / "project"
    root.mkdir()
    porcelain.init(str(root))
    rng = random.Random(19)
    for number in range(N_COMMITS + 1):
        changed = rng.sample(range(N_FILES), N_CHANGED) if number else range(N_FILES)
        for each in changed:
            (root / f"part_{each:02}.py").write_text(text(rng), encoding="utf-8")
        porcelain.add(str(root), paths=[str(root / f"part_{each:02}.py") for each in changed])
        porcelain.commit(str(root), message=b"change", author=b"A <a@b.c>", committer=b"A <a@b.c>")
    return root


def text(rng):
    return "\n\n".join(
        f"def load_{name}(path, environment):\n    text = path.read_text()\n"
        f"    found = {rng.choice(VERBS)}_{rng.choice(VERBS)}(text, environment)\n    return {rng.choice(VERBS)}_found(found)\n"
        for name in ("user", "team", "site")
    )


@pytest.fixture
async def evaluation(root):
    made = Evaluation(root)
    await made.read(count=6, commits=N_COMMITS)
    assert sum(bool(hole.revision) for hole in made.holes) > TOGETHER
    return made


async def run(evaluation, path, *, models=(), at_a_time=1):
    """Ask whatever is not in the file yet, as a process does that has just started; gives all but times."""
    askers = [evaluation.candidate(name, Model(lambda _prompt: "parse_all(text)")) for name in models]
    answers = await evaluation.answered([*askers, evaluation.embedded()], path, at_a_time)
    assert len(answers.known) == len(evaluation.holes) * (len(models) + 1)
    return {key: replace(each, first_ms=None, total_ms=0, context_ms=0) for key, each in answers.known.items()}


async def test_killed_after_any_answer_the_embedded_engine_goes_on_and_says_the_same(evaluation, tmp_path):
    whole = await run(evaluation, tmp_path / "whole")
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)

    for cut in range(1, len(lines)):
        (tmp_path / "cut").write_bytes(b"".join(lines[:cut]))
        assert await run(evaluation, tmp_path / "cut") == whole, cut


async def test_any_answers_may_be_lost_and_any_number_may_be_asked_for_at_a_time(evaluation, tmp_path):
    whole = await run(evaluation, tmp_path / "whole", models=["one", "other"])
    lines = (tmp_path / "whole").read_bytes().splitlines(keepends=True)

    for at_a_time in (2, 4):
        kept = random.Random(at_a_time).sample(lines, len(lines) // 2)
        (tmp_path / "cut").write_bytes(b"".join(kept))
        assert await run(evaluation, tmp_path / "cut", models=["one", "other"], at_a_time=at_a_time) == whole
