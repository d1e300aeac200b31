"""How large files and functions may be, and what stands at the top level."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "server" / "infill_ls").rglob("*.py"))
LONGEST_FILE, LONGEST_BODY = 300, 60
TOP_LEVEL = {"pyproject.toml", "README.md", "LICENSE", "server", "tests", "editors"}


def ids(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_a_file_can_be_read_in_one_sitting(path):
    """Files stay short, and their first line says what they are for."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)

    assert len(source.splitlines()) <= LONGEST_FILE
    assert not source or ast.get_docstring(tree), "the first line says the module's job"


def test_one_completion_reads_on_one_screen():
    """Its order of events, from the request to the outcome."""
    assert len((ROOT / "server/infill_ls/engine/complete.py").read_text(encoding="utf-8").splitlines()) <= 120


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_a_function_fits_on_a_screen(path):
    """No function body is longer than a screen."""
    too_long = [
        f"{node.name}: {length} lines"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := node.end_lineno - node.body[0].lineno + 1) > LONGEST_BODY
    ]

    assert too_long == []


def test_the_top_level_is_closed():
    """Nothing new appears beside the house: it has a room, or needs one."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    names = {line.partition("/")[0] for line in listed.stdout.splitlines()}

    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


def test_the_project_speaks_only_of_itself():
    """No registry host and no path of one machine stands in any file."""
    forbidden = [
        "/ro" + "ot/",
        "/wo" + "rk/main",
        "/wo" + "rk/shared",
        "file" + "s.pythonhosted.org",
        "registry.npm" + "js.org",
    ]
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        f"{name}: {word}"
        for name in listed.stdout.splitlines()
        if (ROOT / name).is_file()
        for word in forbidden
        if word in (ROOT / name).read_text(encoding="utf-8", errors="replace")
    ]

    assert found == []


LISTENS = ("create_server", "start_server", "create_unix_server", ".listen(", "start_tcp", "start_ws")


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_no_port_is_opened(path):
    """Editors start the server and speak over pipes; whoever else could reach a port could have programs run."""
    source = path.read_text(encoding="utf-8")

    assert [word for word in LISTENS if word in source] == []
