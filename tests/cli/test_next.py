"""``infill-ls next``: the changes of a file since a commit, done again at the next place."""

from __future__ import annotations

import json

import pytest
from dulwich.repo import Repo

from support.clients.command_line import CommandLine

TEXT = "".join(f"{name} = load({name}_path)\n" for name in ("one", "two", "three", "four"))
CHANGED = TEXT.replace("one_path", "one_path, cache").replace("two_path", "two_path, cache")
DONE = TEXT.replace(")", ", cache)")


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path)


@pytest.fixture
def file(tmp_path):
    """``file(committed, now)`` gives the path of a file with changes."""

    def write(committed, now, name="src/a.py"):
        root = tmp_path / "project"
        path = root / name
        path.parent.mkdir(parents=True)
        path.write_bytes(committed.encode())
        repo = Repo.init(str(root))
        work = repo.get_worktree()
        work.stage([name])
        work.commit(message=b"x", committer=b"a <a@b>", author=b"a <a@b>")
        path.write_bytes(now.encode())
        return path

    return write


def test_the_next_place_is_printed_as_a_diff(line, file):
    ran = line.run("next", f"{file(TEXT, CHANGED)}:2:1")

    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[:2] == ["--- a/src/a.py", "+++ b/src/a.py"]
    assert "-three = load(three_path)\n+three = load(three_path, cache)\n" in ran.out
    assert "+four" not in ran.out


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_places_are_written_where_that_is_wanted(line, file, end):
    """Line ends, and a byte order mark, stay; without a yes nothing is written."""
    path = file(TEXT, "\ufeff" + CHANGED.replace("\n", end))

    refused = line.run("next", f"{path}:2:1", "--all", "--apply")
    assert "--yes" in refused.err
    assert path.read_bytes() == ("\ufeff" + CHANGED.replace("\n", end)).encode()
    assert line.run("next", f"{path}:2:1", "--all", "--apply", "--yes").status == 0
    assert path.read_bytes() == ("\ufeff" + DONE.replace("\n", end)).encode()


LOADS = "".join(f"{name} = load({name}_path)\ncheck({name})\n" for name in ("one", "two", "three", "four"))
USED = "".join(f"{name} = load({name}_path)\nuse({name})\ncheck({name})\n" for name in ("one", "two", "three", "four"))
LINES = {
    "put in": (
        LOADS,
        USED.replace("use(three)\n", "").replace("use(four)\n", ""),
        USED,
        "+use(three)\n check(three)\n",
        "use(three)",
    ),
    "taken out": (
        "reset(all)\nx = 1\nreset(all)\ny = 2\nreset(all)\nz = 3\n",
        "x = 1\ny = 2\nreset(all)\nz = 3\n",
        "x = 1\ny = 2\nz = 3\n",
        " y = 2\n-reset(all)\n z = 3\n",
        "",
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("case", LINES.values(), ids=LINES.keys())
def test_whole_lines_are_put_in_and_taken_out(line, file, case, end):
    committed, now, done, shown, said = case
    path = file(committed.replace("\n", end), now.replace("\n", end))

    assert json.loads(line.run("next", f"{path}:4:1", "--json").out)[0]["line"] == said
    ran = line.run("next", f"{path}:4:1", "--all", "--apply", "--yes")
    assert shown in ran.out
    assert path.read_bytes() == done.replace("\n", end).encode()


def test_json_says_where(line, file):
    said = json.loads(line.run("next", f"{file(TEXT, CHANGED)}:2:1", "--all", "--json").out)

    assert [each["range"]["start"] for each in said] == [{"line": 3, "column": 24}, {"line": 4, "column": 22}]
    assert said[0]["line"] == "three = load(three_path, cache)"


@pytest.mark.parametrize(
    ("committed", "now", "words", "said"),
    [
        (TEXT, TEXT, (), "no next edit: the file has not changed since HEAD\n"),
        (TEXT, TEXT.replace("one", "1"), (), "no next edit: what you changed last was not changed twice"),
        (TEXT, CHANGED, ("--since", "nowhere"), "nowhere is not a commit of this repository: name one by --since."),
    ],
    ids=["nothing changed", "not twice", "not a commit"],
)
def test_why_there_is_nothing(line, file, committed, now, words, said):
    ran = line.run("next", f"{file(committed, now)}:2:1", *words)

    assert ran.status
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_a_file_that_the_commit_does_not_have(line, file):
    new = file(TEXT, CHANGED).with_name("b.py")
    new.write_text(CHANGED, encoding="utf-8")

    assert "src/b.py is not in HEAD, so there is nothing to compare it with." in line.run("next", f"{new}:1:1").err


DAMAGE = {"junk": lambda data: b"junk", "empty": lambda data: b"", "cut short": lambda data: data[: len(data) // 2]}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_repository_that_is_damaged(line, file, damage):
    """The cause in a sentence, not a library's stack trace."""
    path = file(TEXT, CHANGED)
    for each in (path.parents[1] / ".git" / "objects").glob("??/*"):
        each.chmod(0o644)
        each.write_bytes(damage(each.read_bytes()))

    ran = line.run("next", f"{path}:1:1")
    assert (ran.status, ran.err.count("\n")) == (2, 1)
    assert "cannot be read: `git fsck` says what is wrong with it." in ran.err


def test_a_file_outside_of_any_repository(line, tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")

    assert "is in no git repository" in line.run("next", f"{tmp_path / 'a.py'}:1:1").err


def test_nothing_that_the_repository_names_is_run(line, file, tmp_path):
    """Not a filter, a monitor, a textconv or a hook of its configuration."""
    path = file(TEXT, CHANGED)
    flag = tmp_path / "run"
    program = f"sh -c 'touch {flag}'"
    root = tmp_path / "project"
    (root / ".gitattributes").write_text("*.py filter=evil diff=evil\n", encoding="utf-8")
    with (root / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(f'[core]\n\tfsmonitor = "{program}"\n\tsshCommand = "{program}"\n\tpager = "{program}"\n')
        config.write(f'[filter "evil"]\n\tclean = "{program}"\n\tsmudge = "{program}"\n\trequired = true\n')
        config.write(f'[diff "evil"]\n\ttextconv = "{program}"\n\tcommand = "{program}"\n')

    assert line.run("next", f"{path}:2:1", "--all").status == 0
    assert not flag.exists()
