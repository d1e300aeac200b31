"""Holes that commits leave: what is hidden, and what the project is then."""

from __future__ import annotations

from pathlib import Path

import pytest
from dulwich import porcelain

from infill_ls.evaluate.ground import Ground, Stage
from infill_ls.evaluate.history import Missing, commit_holes
from infill_ls.evaluate.holes import marked

FIRST = {
    "lib/store.py": "class Store:\n    def load(self, key):\n        return self.files[key]\n\n    def names(self):\n        return sorted(self.files)\n",
    "app.py": "from lib.store import Store\n\nstore = Store()\nprint(store.load('a'))\n\n\ndef main():\n    return store.names()\n",
    "old.py": "GONE = 'it was there before'\n",
    "credentials.py": "PASSWORD = 'hunter2 is long enough'\n",
}
SECOND = {
    "lib/store.py": FIRST["lib/store.py"]
    .replace("load(self, key)", "load(self, key, default=None)")
    .replace("self.files[key]", "self.files.get(key, default)"),
    "app.py": FIRST["app.py"].replace("load('a')", "load('a', default='b')").replace("names()", "names()[:10]"),
    "credentials.py": "PASSWORD = 'hunter3 is long enough'\nOTHER = 'hunter4 is long enough'\n",
}
THIRD = {"late.py": "LATE = 'it was not there yet'\n", "app.py": SECOND["app.py"] + "\n\nprint(main(), 'at last')\n"}


@pytest.fixture
def root(tmp_path):
    """A repository of three commits, of which the last but one changes several places."""
    root = tmp_path / "project"
    root.mkdir()
    porcelain.init(str(root))
    for number, files in enumerate((FIRST, SECOND, THIRD)):
        if number == 2:
            porcelain.remove(str(root), paths=[str(root / "old.py")])
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
            porcelain.add(str(root), paths=[str(root / name)])
        porcelain.commit(str(root), message=b"change", author=b"A <a@b.c>", committer=b"A <a@b.c>")
    return root


def is_allowed(path):
    return path != "credentials.py"


def texts_of(root):
    return {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py") if is_allowed(path.name)}


def test_a_later_change_of_a_commit_is_hidden_and_the_earlier_ones_are_made(root):
    seen = {}
    for seed in range(12):
        holes, past = commit_holes(str(root), texts_of(root), is_allowed, 10, seed)
        for hole in holes:
            seen[hole.path, hole.truth] = hole, past[hole.revision]

    # The first change of the commit is where work began; it is never hidden. The last commit has but one change.
    assert set(seen) == {
        ("app.py", "return store.names()[:10]"),
        ("lib/store.py", "return self.files.get(key, default)"),
        ("lib/store.py", "def load(self, key, default=None):\n        return self.files.get(key, default)"),
    } & set(seen)
    hole, then = seen["app.py", "return store.names()[:10]"]
    assert hole.before == SECOND["app.py"].partition("return store.names()")[0]
    assert hole.after == "\n"
    assert then["old.py"] == FIRST["old.py"]
    assert then["late.py"] is None
    assert "credentials.py" not in then
    assert "hunter" not in repr([hole for hole, _ in seen.values()]) + repr([then for _, then in seen.values()])


def test_what_is_known_at_a_hole_is_the_project_of_its_time(root):
    texts = texts_of(root)
    holes, past = commit_holes(str(root), texts, is_allowed, 10, 1)
    known = dict(texts)

    class Corpus:
        def put(self, path, text, language=""):
            known[Path(path).relative_to(root).as_posix()] = text

        def remove(self, path):
            known.pop(Path(path).relative_to(root).as_posix(), None)

    stage = Stage(Ground(str(root), texts, past), Corpus(), "around")
    hole = holes[0]
    stage.set(hole)
    assert known[hole.path] == hole.before + hole.after
    assert known["old.py"] == FIRST["old.py"]
    assert "late.py" not in known
    assert "hunter" not in repr(known)


def test_what_a_commit_put_in_is_not_copied_from_the_project_of_today(root):
    texts = texts_of(root)
    holes, past = commit_holes(str(root), texts, is_allowed, 10, 1)
    assert [hole.copied for hole in marked(holes, texts, past)] == [False] * len(holes)
    assert holes


def test_a_broken_repository_is_one_that_cannot_be_read(root):
    for path in (root / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(Missing, match="cannot be read"):
        commit_holes(str(root), texts_of(root), is_allowed, 10, 1)


def test_a_history_without_a_commit_of_two_changes_is_named_with_its_remedy(tmp_path):
    porcelain.init(str(tmp_path))
    with pytest.raises(Missing, match="git fetch --unshallow"):
        commit_holes(str(tmp_path), {}, is_allowed, 10, 1)


def test_without_history_it_says_so(tmp_path):
    with pytest.raises(Missing, match="no git repository"):
        commit_holes(str(tmp_path), {}, is_allowed, 10, 1)
