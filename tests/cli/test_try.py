"""``infill-ls try``: what a newcomer sees of his own project."""

from __future__ import annotations

import json

import pytest

from infill_ls.cli.trial import LEAST_HIDDEN, PLACES, choose
from support.clients.command_line import CommandLine

CODE = "".join(
    f"""\
def load_{name}(path, environment):
    with open(path, encoding="utf-8") as file:
        return parse_settings(file.read(), environment)


"""
    for name in ("user", "team", "site", "host")
)
SECRET = CODE.replace("environment", "hunter2")


@pytest.fixture
def line(tmp_path):
    """A person with a key, whose server would be asked were it named."""
    (tmp_path / "project").mkdir()
    line = CommandLine(tmp_path)
    line.settings('provider.kind = "openai"\nprovider.base_url = "http://127.0.0.1:9"\ncompletion.trigger = "manual"\n')
    return line


def write(line, **files):
    for name, text in files.items():
        path = line.home / "project" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def test_it_shows_suggestions_in_place_and_how_many_were_right(line):
    """Off a terminal the suggestion stands between marks; no model is asked, whatever the settings say."""
    write(line, a_dot_py=CODE, lib__b_dot_py=CODE.replace("load", "read"))

    ran = line.run("try", "project")

    *shown, last = ran.out.splitlines()
    assert (ran.status, ran.err) == (0, "")
    assert any("«" in row for row in shown)
    assert {row.partition(":")[0] for row in shown if row.startswith(("a.py:", "lib/b.py:", "lib\\b.py:"))}
    assert " line ends hidden in 2 files: " in last
    assert last.endswith("No key, no model, nothing sent.")


def test_the_same_project_shows_the_same(line):
    write(line, a_dot_py=CODE)
    first, second = (json.loads(line.run("try", "project", "--json").out) for _ in range(2))

    assert first.pop("median_ms") > 0
    assert second.pop("median_ms") > 0
    assert first == second
    assert 0 < first["right"] <= first["answered"] <= first["places"]
    assert 0 < len(first["examples"]) <= 5
    for each in first["examples"]:
        shown = CODE.split("\n")[each["line"] - 1]
        assert each["before"] + each["hidden"] == shown
        assert each["column"] == len(each["before"]) + 1
        assert not each["right"] or (each["hidden"] + "\n").startswith(each["suggestion"].partition("\n")[0])


def test_private_files_are_not_looked_at(line):
    """Neither hidden in, nor read for what is suggested."""
    files = {"_dot_env": SECRET, "out__a_dot_py": SECRET, "credentials_dot_py": SECRET, "_dot_gitignore": "out/\n"}
    write(line, b_dot_py=CODE, _dot_git__HEAD="", **files)

    ran = line.run("try", "project", "--json")

    assert json.loads(ran.out)["files"] == 1
    assert "hunter2" not in ran.out + ran.err


def test_what_a_file_holds_cannot_drive_the_terminal(line):
    write(line, a_dot_py=CODE.replace("utf-8", "\x1b[31mutf-8\x07"))

    ran = line.run("try", "project")

    assert "«" in ran.out
    assert {"\x1b", "\x07"}.isdisjoint(ran.out)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(["gone"], "gone is not a folder", id="no folder"),
        pytest.param(["project"], "There is no code in project", id="no code"),
    ],
)
def test_where_there_is_nothing_to_show_a_sentence_says_so(line, words, says):
    write(line, notes_dot_md="# Notes\n\nSome words of prose that go on for a while.\n")

    ran = line.run("try", *words)

    assert (ran.status, ran.out) == (2, "")
    assert says in ran.err


def test_none_answered_is_status_1(line):
    write(line, a_dot_py="alpha = beta(gamma, delta)\n")

    ran = line.run("try", "project")

    assert ran.status == 1
    assert "1 line ends hidden, none answered" in ran.out


def test_line_ends_are_hidden_in_code_alone():
    """After two tokens at least, and so that there is something to say; never more places than there is time for."""
    texts = {f"/p/{number}.py": CODE + "# a comment that is long\nx = 1\n" for number in range(40)}
    holes = choose(texts | {"/p/a.md": CODE, "/p/a.json": CODE})

    assert len(holes) == PLACES
    assert {hole.path.rpartition(".")[2] for hole in holes} == {"py"}
    for hole in holes:
        assert len(hole.hidden.strip()) >= LEAST_HIDDEN
        assert not hole.typed.lstrip().startswith("#")
        assert texts[hole.path].split("\n")[hole.row] == hole.typed + hole.hidden
