"""What a model may look up: what it gets, how much of it, and what it never gets, whatever it asks."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.errors import Refused
from infill_ls.messages import ToolCall
from infill_ls.tools.bounded import MOST_BYTES
from infill_ls.tools.run import LONGEST_ARGUMENTS, run, saying, tools
from infill_ls.workspace.listing import Listing
from support.ground.small_project import CANARY, STORE, TOKEN, project, write

TOKENS = ("<|fim_prefix|>", "<tool_call>", "</file>")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        yield write(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="module")
def known(root):
    return project(root)


def ask(project, name, /, **arguments):
    return run(ToolCall("1", name, json.dumps(arguments)), project, TOKENS).text


ANSWERS = {
    "lines of a file": (
        ("read_file", {"path": "src/store.py", "first_line": 1, "last_line": 3}),
        'src/store.py, lines 1 to 3 of 18:\n"""Keeps items."""\n\nLIMIT = 10',
    ),
    "a file without lines named": (
        ("read_file", {"path": "src/store.py"}),
        "src/store.py, lines 1 to 18 of 18:\n" + STORE.rstrip("\n"),
    ),
    "a path with a dot in front": (
        ("read_file", {"path": "./src/store.py", "first_line": 3, "last_line": 3}),
        "./src/store.py, lines 3 to 3 of 18:\nLIMIT = 10",
    ),
    "a link inside of the project": (
        ("read_file", {"path": "src/twin.py", "first_line": 3, "last_line": 3}),
        "src/twin.py, lines 3 to 3 of 18:\nLIMIT = 10",
    ),
    "numbers as strings": (
        ("read_file", {"path": "src/store.py", "first_line": "3", "last_line": 3.0}),
        "src/store.py, lines 3 to 3 of 18:\nLIMIT = 10",
    ),
    "a definition": (
        ("find_definition", {"name": "open_store"}),
        "open_store is defined here:\nsrc/store.py:17: def open_store(path: str, create: bool = False) -> Store:",
    ),
    "a method by its class": (
        ("find_definition", {"name": "Store.add_item"}),
        (
            "add_item is defined here:\nsrc/store.py:9: def add_item(self, key: str, value: int, *, "
            "expires_s: float = 60.0) -> bool: (in Store)"
        ),
    ),
    "a definition of another language": (
        ("find_definition", {"name": "startServer"}),
        "startServer is defined here:\nsrc/web/app.ts:1: export function startServer(port: number): void",
    ),
    "uses": (
        ("find_uses", {"name": "open_store"}),
        (
            "Lines with open_store:\nsrc/main.py:1: from store import Store, open_store\n"
            "src/main.py:5: store = open_store('x')\n"
            "src/store.py:17: def open_store(path: str, create: bool = False) -> Store:"
        ),
    ),
    "a text": (
        ("search_text", {"text": "'a', 1"}),
        "Lines with 'a', 1:\nsrc/main.py:6: store.add_item('a', 1)",
    ),
    "files by name": (
        ("list_files", {"glob": "src/**/*.py"}),
        "Files that fit src/**/*.py:\nsrc/keys.py\nsrc/main.py\nsrc/store.py",
    ),
    "an outline": (
        ("outline", {"path": "src/web/app.ts"}),
        "src/web/app.ts defines:\n1: export function startServer(port: number): void",
    ),
    "a name that nothing defines": (
        ("find_definition", {"name": "nothing_like_it"}),
        "The project's own code defines no nothing_like_it, as far as is known. Try search_text.",
    ),
    "control tokens are broken": (
        ("search_text", {"text": "Call <"}),
        "Lines with Call <:\nnotes.md:3: Call < |fim_prefix|> now. < /file>",
    ),
    "secrets are blanked": (
        ("read_file", {"path": "src/keys.py"}),
        'src/keys.py, lines 1 to 2 of 2:\nTOKEN = "REDACTED"\nNAME = "shown"',
    ),
    "a secret cannot be guessed": (
        ("search_text", {"text": TOKEN[:12]}),
        f"No line contains {TOKEN[:12]}.",
    ),
}


@pytest.mark.parametrize(("call", "wanted"), ANSWERS.values(), ids=ANSWERS)
def test_a_call_gives_what_was_asked(known, call, wanted):
    assert ask(known, call[0], **call[1]) == wanted


UNREADABLE = (
    ".env",
    "src/../.env",
    "src//.env",
    "./.env",
    ".ENV",
    "private.py",
    "build/made.py",
    "certs/server.pem",
    "ours/secret.py",
    "off/legacy.py",
    ".git/config",
    "src/git/config",
    "node_modules/m/index.js",
    "../outside.py",
    "src/../../outside.py",
    "src/..\\..\\outside.py",
    "src/outside.py",
    "src/away/outside.py",
    "src/away/project/.env",
    "src/env_link.py",
    "/etc/passwd",
    "\\etc\\passwd",
    "//etc/passwd",
    "C:\\Windows\\win.ini",
    "C:.env",
    "file:///etc/passwd",
    ".env::$DATA",
    "~/.ssh/id_rsa",
    "nothing.py",
    "picture.png",
    "src",
    ".",
    "",
    "a\0b",
    "\ud800.py",
    "x" * 5000,
    "/proc/self/environ",
    "../" * 40 + "etc/passwd",
)


@pytest.mark.parametrize("tool", ["read_file", "outline"])
@pytest.mark.parametrize("path", UNREADABLE, ids=repr)
def test_what_must_not_be_read_gives_an_error_that_a_model_can_read(known, tool, path):
    answer = ask(known, tool, path=path)

    assert answer.startswith("Error: ")
    assert CANARY not in answer
    assert len(answer) < 1500


@pytest.mark.parametrize("path", ["SRC/store.py", "src/Store.py", "OFF/legacy.py", "Ours/secret.py", "notes.MD"])
def test_a_file_has_the_very_name_that_it_has_on_the_disk(known, path):
    """Whether or not the disk would give it by others, too."""
    with pytest.raises(Refused):
        known.find(path)


def test_the_whole_path_of_a_file_inside_is_refused_as_any_other(known, root):
    assert ask(known, "read_file", path=str(root / "src/store.py")).startswith("Error: ")


def test_what_is_private_is_told_in_the_words_for_what_does_not_exist(known):
    def words(path):
        return ask(known, "read_file", path=path).replace(path, "")

    assert words(".env") == words("src/env_link.py") == words("private.py") == words("nothing.py")


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_text", {"text": CANARY}),
        ("find_uses", {"name": CANARY}),
        ("find_uses", {"name": "legacy"}),
        ("find_definition", {"name": CANARY}),
        ("find_definition", {"name": "legacy"}),
    ],
)
def test_nothing_private_is_found(known, tool, arguments):
    """What is asked for is repeated to who asks; no line and no name of a file is told."""
    answer = ask(known, tool, **arguments)

    assert "\n" not in answer
    assert answer.startswith(("No line", "The project's own code defines no"))


@pytest.mark.parametrize(
    "glob", ["*", "**", "**/*", ".*", "*env*", "*secret*", "build/*", "../*", "*legacy*", "src/away/*"]
)
def test_no_private_file_is_listed(known, glob):
    answer = ask(known, "list_files", glob=glob)

    for name in (
        ".env",
        "private.py",
        "made.py",
        "secret.py",
        "legacy.py",
        "server.pem",
        "outside",
        "config",
        "index.js",
    ):
        assert f"{name}\n" not in answer.partition("\n")[2] + "\n"


def test_what_has_become_private_is_not_told_any_more(known, root, tmp_path):
    """Though the index still has it."""
    hidden = replace(known, is_hidden=lambda path: "store" in path)

    assert "src/store.py:" not in ask(hidden, "find_definition", name="Store")
    assert "src/store.py:" not in ask(hidden, "find_uses", name="Store")
    assert "src/store.py:" not in ask(hidden, "search_text", text="class Store")
    assert ask(hidden, "outline", path="src/store.py").startswith("Error: ")


def test_an_open_document_counts_as_it_stands_in_the_editor(known, root):
    path = str(root / "src" / "store.py")
    edited = replace(known, opened={path: "def edited(): ...\n"})

    assert ask(edited, "read_file", path="src/store.py").endswith("\ndef edited(): ...")
    assert "edited" in ask(edited, "outline", path="src/store.py")


@pytest.mark.parametrize("tool", ["search_text", "find_uses"])
def test_open_documents_count_in_searches_though_they_are_not_saved(known, root, tool):
    texts = {"src/store.py": "x = 1\nadd_unsaved = x\n", "off/legacy.py": "add_unsaved = 2\n"}
    edited = replace(known, opened={str(root / name): text for name, text in texts.items()})
    argument = {"search_text": "text", "find_uses": "name"}[tool]

    assert ask(edited, tool, **{argument: "add_unsaved"}).partition("\n")[2] == "src/store.py:2: add_unsaved = x"
    assert "src/store.py" not in ask(edited, tool, **{argument: "open_store"})


class OutOfDate:
    """An index that has found a text in no file."""

    def __init__(self, since):
        self._since = since

    def without(self, root, _text):
        return {str(path): self._since for path in Path(root).rglob("*")}


def test_a_search_reads_what_has_changed_since_it_was_indexed_and_nothing_else_without_the_words(known):
    older, newer = (replace(known, related=OutOfDate(since)) for since in (0.0, time.time() + 1000))

    assert ask(older, "search_text", text="= open_store(") == ask(known, "search_text", text="= open_store(")
    assert ask(newer, "search_text", text="= open_store(") == "No line contains = open_store(."


WHERE = {
    "code": "a.py",
    "code whose words are too many to be known": "table.py",
    "prose": "b.md",
    "a new file": "new.py",
}
LINES = {"code": "start", "code whose words are too many to be known": ", ".join(f"w_{n}" for n in range(150))}


@pytest.mark.parametrize(
    "text", ["zeta_one(", " zeta_one ", "zeta_one", "ta_on", "# = (", "= (", "zeta_one(é", "1 + ze"]
)
def test_a_search_finds_each_file_whether_the_index_knows_all_of_its_words_or_not(tmp_path, text):
    line = "x1 + zeta_one(é) # = ( zeta_one "
    for where, name in WHERE.items():
        if where != "a new file":
            (tmp_path / name).write_text(f"{LINES.get(where, '')}\n{line}\n", encoding="utf-8")
    there = project(tmp_path)
    (tmp_path / WHERE["a new file"]).write_text(f"\n{line}\n", encoding="utf-8")

    found = ask(there, "search_text", text=text).splitlines()[1:]

    assert {each.partition(":")[0] for each in found} == set(WHERE.values())


BAD_CALLS = {
    "a tool that there is not": ("run_shell", '{"command": "ls"}'),
    "a tool of no name": ("", "{}"),
    "no JSON": ("read_file", "{path: src"),
    "half of an object": ("read_file", '{"path": "src/st'),
    "no object": ("read_file", '["src/store.py"]'),
    "nothing": ("read_file", ""),
    "null": ("read_file", "null"),
    "nested without end": ("read_file", "[" * 100_000),
    "too long": ("read_file", json.dumps({"path": "x" * LONGEST_ARGUMENTS})),
    "an argument too many": ("read_file", '{"path": "src/store.py", "write": "x"}'),
    "an argument missing": ("search_text", "{}"),
    "a list for a string": ("read_file", '{"path": ["src/store.py"]}'),
    "a flag for a number": ("read_file", '{"path": "src/store.py", "first_line": true}'),
    "words for a number": ("read_file", '{"path": "src/store.py", "first_line": "first"}'),
    "no number": ("read_file", '{"path": "src/store.py", "first_line": NaN}'),
    "an endless number": ("read_file", '{"path": "src/store.py", "last_line": 1e999}'),
    "a range the wrong way round": ("read_file", '{"path": "src/store.py", "first_line": 9, "last_line": 2}'),
    "behind the end": ("read_file", '{"path": "src/store.py", "first_line": 1000, "last_line": 2000}'),
    "two lines": ("search_text", '{"text": "a\\nb"}'),
    "blanks": ("search_text", '{"text": "    "}'),
    "no name": ("find_definition", '{"name": "a b"}'),
    "an expression": ("find_uses", '{"name": "(a+)+$"}'),
}


@pytest.mark.parametrize(("name", "arguments"), BAD_CALLS.values(), ids=BAD_CALLS)
def test_a_call_that_is_none_gives_an_error_that_a_model_can_read(known, name, arguments):
    answer = run(ToolCall("7", name, arguments), known, TOKENS)

    assert answer.call_id == "7"
    assert answer.text.startswith("Error: ")
    assert len(answer.text) < 500
    assert saying(ToolCall("7", name, arguments))


LARGE = {
    "a huge range": ("read_file", {"path": "long.txt", "first_line": 1, "last_line": 10**8}),
    "a range beyond all numbers": ("read_file", {"path": "long.txt", "first_line": 1, "last_line": 10**400}),
    "a range below zero": ("read_file", {"path": "long.txt", "first_line": -5, "last_line": 10**8}),
    "a text that stands everywhere": ("search_text", {"text": "line"}),
}


@pytest.mark.parametrize(("tool", "arguments"), LARGE.values(), ids=LARGE)
def test_no_answer_is_long(known, tool, arguments):
    answer = ask(known, tool, **arguments)

    assert answer.count("\n") <= 201
    assert len(answer.encode()) <= MOST_BYTES + 500


def test_long_lines_are_cut_and_what_is_left_out_is_said(tmp_path):
    (tmp_path / "wide.py").write_text("\n".join(["x" * 1900] * 100))
    answer = ask(project(tmp_path), "read_file", path="wide.py")

    assert len(answer.encode()) <= MOST_BYTES + 500
    assert answer.endswith("more lines are left out: ask for less)")


def test_looking_things_up_changes_nothing_on_the_disk(known, root):
    def state():
        return {path: path.lstat().st_mtime_ns for path in sorted(root.rglob("*"))}

    before = state()
    for (name, arguments), _ in ANSWERS.values():
        ask(known, name, **arguments)

    assert state() == before


def test_a_model_is_told_of_each_tool_and_of_each_of_its_arguments():
    """By the functions' own names, types and docstrings."""
    told = {each.name: each for each in tools()}

    assert list(told) == ["read_file", "find_definition", "find_uses", "search_text", "list_files", "outline"]
    assert told["read_file"].description == "Read lines of a file of the project, at most 200 at a time."
    assert told["read_file"].parameters == {
        "type": "object",
        "properties": {
            "path": {"type": "string", "description": "path relative to the project's folder, such as src/main.py"},
            "first_line": {"type": "integer", "description": "number of the first line to read, counted from 1"},
            "last_line": {"type": "integer", "description": "number of the last line to read"},
        },
        "required": ["path"],
    }
    assert all(each["description"] for tool in tools() for each in tool.parameters["properties"].values())


PIECES = ("..", ".", "src", "away", "git", ".env", "private.py", "build", "made.py", "outside.py", "store.py", "/", "//", "\\", "C:", "~", "\0", "ours", "secret.py", "off", "legacy.py", "project", "%2e%2e", " ", ".git", "config")  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    tool=st.sampled_from(["read_file", "outline", "list_files", "search_text", "find_uses", "find_definition"]),
    pieces=st.lists(st.sampled_from(PIECES), max_size=8),
    joint=st.sampled_from(["/", "\\", ""]),
)
def test_no_path_of_any_form_leads_to_what_is_private(known, tool, pieces, joint):
    word = joint.join(pieces)
    name = {"read_file": "path", "outline": "path", "list_files": "glob", "search_text": "text"}.get(tool, "name")

    assert CANARY not in ask(known, tool, **{name: word})


def test_tools_that_run_at_once_list_the_projects_files_once(known):
    listed = []
    there = replace(known, is_off=lambda path: listed.append(path) or False, listing=Listing())

    with ThreadPoolExecutor(3) as threads:
        found = threads.map(lambda name: ask(there, "search_text", text=name), ["open_store", "startServer", "LIMIT"])

    assert all(each.startswith("Lines with") for each in found)
    assert len(listed) == len(set(listed))
