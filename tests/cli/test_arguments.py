"""Which words start the server, and which start a command."""

from __future__ import annotations

import pytest

from infill_ls.cli.arguments import COMMANDS, is_serve, parse, parser

# Words, whether somebody sits at the terminal, and whether they start the server.
SERVES = {
    "an editor that says nothing": ("", False, True),
    "a person who says nothing": ("", True, False),
    "serve": ("serve", True, True),
    "serve with options": ("serve --log-level debug", True, True),
    "stdio": ("--stdio", True, True),
    "serve and stdio": ("serve --stdio", False, True),
    "an editor with options": ("--config a.toml --trace b", False, True),
    "a person with options": ("--config a.toml", True, False),
    "a command at a terminal": ("complete a.py:1:1", True, False),
    "a command in a script": ("complete a.py:1:1", False, False),
    "a place that is called like a command": ("complete serve:1:1", False, False),
    "config path": ("config path", False, False),
    "doctor": ("doctor --json", False, False),
    "prompt": ("prompt a.py:1:1", False, False),
    "version": ("--version", False, False),
    "short version": ("-V", False, False),
    "try": ("try", False, False),
    "editors": ("editors path nvim", False, False),
    "help": ("--help", False, False),
    "short help": ("-h", False, False),
    "help of a command": ("complete --help", False, False),
    "help of serve": ("serve --help", False, False),
    "an unknown word at a terminal": ("compelte a.py:1:1", True, False),
    "an unknown word in a script": ("compelte a.py:1:1", False, False),
}


@pytest.mark.parametrize(("words", "interactive", "wanted"), SERVES.values(), ids=SERVES.keys())
def test_what_starts_the_server(words, interactive, wanted):
    assert is_serve(words.split(), interactive=interactive) is wanted


PARSED = {
    "complete": (
        "complete a.py:1:1 --json",
        {"command": "complete", "place": "a.py:1:1", "candidates": None, "deep": False, "json": True, "config": None},
    ),
    "prompt": ("prompt a.py:1:1 --config c", {"command": "prompt", "place": "a.py:1:1", "json": False, "config": "c"}),
    "next": (
        "next a.py:1:1 --since v1 --all --apply",
        {
            "command": "next",
            "place": "a.py:1:1",
            "since": "v1",
            "all": True,
            "apply": True,
            "yes": False,
            "json": False,
            "config": None,
        },
    ),
    "doctor": ("doctor", {"command": "doctor", "json": False, "config": None}),
    "config": ("config", {"command": "config", "what": None, "json": False, "config": None}),
    "config init": ("config init", {"command": "config", "what": "init", "json": False, "config": None}),
    "try": ("try src", {"command": "try", "folder": "src", "json": False, "config": None}),
    "try here": ("try", {"command": "try", "folder": ".", "json": False, "config": None}),
    "editors": (
        "editors install nvim --yes",
        {"command": "editors", "action": "install", "editor": "nvim", "yes": True},
    ),
    "config path": ("config path", {"command": "config", "what": "path", "json": False, "config": None}),
    "serve": (
        "serve --stdio --trace t --log-file l --log-level info --config c",
        {
            "command": "serve",
            "stdio": True,
            "trust_editor": False,
            "trace": "t",
            "log_file": "l",
            "log_level": "info",
            "config": "c",
        },
    ),
}


@pytest.mark.parametrize(("words", "wanted"), PARSED.values(), ids=PARSED.keys())
def test_words_become_names(words, wanted):
    assert vars(parse(words.split())) == wanted


@pytest.mark.parametrize("words", ["serve", "serve --stdio", "serve --trust-editor --stdio"])
def test_a_plain_start_reads_as_argparse_reads_it(words):
    assert vars(parse(words.split())) == vars(parser().parse_args(words.split()))


@pytest.mark.parametrize(
    "words", ["compelte a.py:1:1", "complete", "doctor a", "serve --log-level loud", "config paht"]
)
def test_wrong_words_end_with_status_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(words.split())

    assert ended.value.code == 2
    assert "usage: infill-ls" in capsys.readouterr().err


def test_a_person_who_says_nothing_gets_help(capsys):
    with pytest.raises(SystemExit) as ended:
        parse([])

    assert ended.value.code == 0
    assert "complete" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param("compelte a.py:1:1", "'compelte' is not a command; did you mean `complete`?", id="near"),
        pytest.param("frobnicate", "'frobnicate' is not a command; the commands are serve, try, ", id="far"),
    ],
)
def test_a_wrong_command_is_named(words, said, capsys):
    with pytest.raises(SystemExit):
        parse(words.split())

    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", ["--help", *(f"{command} --help" for command in COMMANDS)])
def test_every_command_has_its_help(words, capsys):
    with pytest.raises(SystemExit) as ended:
        parse(words.split())

    assert ended.value.code == 0
    assert "usage: infill-ls" in capsys.readouterr().out
