"""The command line's words. Runs nothing."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

from infill_ls import __version__
from infill_ls.sentences import sentence

if TYPE_CHECKING:
    import argparse

COMMANDS = (
    "serve", "try", "setup", "complete", "next", "prompt", "evaluate", "doctor", "models", "usage", "config", "editors",
)  # fmt: skip

_PLAIN = {"command": "serve", "trace": None, "log_file": None, "log_level": None, "config": None}
"""What argparse makes of ``serve`` alone, as nearly all editors start it: importing and asking it takes 8 ms."""


def is_serve(arguments: Sequence[str], *, interactive: bool) -> bool:
    """Whether these words start the server: said so, or started by an editor, which says nothing."""
    if any(word in ("-h", "--help", "-V", "--version") for word in arguments):
        return False
    command = next((word for word in arguments if word in COMMANDS), None)
    if command is not None:
        return command == "serve"
    if "--stdio" in arguments:
        return True
    # A first word that is no option is a command misspelt, and editors misspell nothing.
    return not interactive and not (arguments and not arguments[0].startswith("-"))


def parse(arguments: Sequence[str]) -> Any:
    """The arguments as names; wrong ones end the process with status 2 and a sentence."""
    if (
        arguments
        and arguments[0] == "serve"
        and {"--stdio", "--trust-editor"}.issuperset(arguments[1:])
    ):
        return SimpleNamespace(
            **_PLAIN, stdio="--stdio" in arguments, trust_editor="--trust-editor" in arguments
        )
    if any(word.startswith("--tcp") for word in arguments):
        parser().error(_NO_TCP)
    if not arguments:
        parser().print_help()
        raise SystemExit(0)
    if not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        parser().error(_not_a_command(arguments[0]))
    return parser().parse_args(arguments)


def _not_a_command(word: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(word, COMMANDS, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"the commands are {', '.join(COMMANDS)}"
    return f"{word!r} is not a command; {hint}"


_NO_TCP = (
    "there is no --tcp: a port can be reached by every web page and user of this machine; start `infill-ls --stdio`, "
    "which also works through ssh and `docker exec -i`"
)


def parser() -> argparse.ArgumentParser:
    """What tells the words apart and explains them."""
    parser = _parser_class()(
        prog="infill-ls",
        description="A language server that completes code at the cursor.",
        epilog="Started by an editor, without a terminal, it serves over standard input and output.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"infill-ls {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="command", required=True)

    serve = _serve(commands)
    printing = [*_on_code(commands), *_on_set_up(commands)]
    for command in printing:
        command.add_argument("--json", action="store_true", help="print JSON")
    for command in (serve, *printing):
        command.add_argument(
            "--config", metavar="FILE", help="settings file instead of the user's own"
        )
    _add_editors(commands)
    return parser


def _on_code(commands: Any) -> list[argparse.ArgumentParser]:
    """The commands that look at the user's code."""
    trial = commands.add_parser(
        "try",
        help="show what would be suggested in your own code",
        description="Hide line ends of your own files and show what the embedded engine would suggest there. It needs "
        "no key, sends nothing and changes no file.",
    )
    trial.add_argument(
        "folder", metavar="FOLDER", nargs="?", default=".", help="a project (the current folder)"
    )
    complete = commands.add_parser(
        "complete",
        help="print the suggestion at a place",
        description="Print the suggestion at a place in a file.",
    )
    _place(complete)
    many = "how many to print, best first (1 to 5)"
    complete.add_argument("--candidates", metavar="N", type=int, choices=range(1, 6), help=many)
    deep = "let the model look things up in the project first, and say what"
    complete.add_argument("--deep", action="store_true", help=deep)
    prompt = commands.add_parser(
        "prompt",
        help="print what would be sent for a place",
        description="Print, byte for byte, what would be sent for a place in a file, and where its parts come from.",
    )
    _place(prompt)
    following = commands.add_parser(
        "next",
        help="print the edit that follows from what you changed",
        description="Print the edit that follows from what you changed in a file since a commit: what was "
        "changed twice, done again at the next place. It needs no key and sends nothing.",
    )
    _place(following)
    following.add_argument(
        "--since", metavar="REV", default="HEAD", help="the commit to compare with (HEAD)"
    )
    following.add_argument("--all", action="store_true", help="at all places, not only at the next")
    following.add_argument(
        "--apply", action="store_true", help="write what is shown into the file, after asking"
    )
    following.add_argument("--yes", action="store_true", help="write without asking")
    return [trial, complete, following, prompt, _evaluate(commands)]


def _evaluate(commands: Any) -> argparse.ArgumentParser:
    evaluate: argparse.ArgumentParser = commands.add_parser(
        "evaluate",
        help="compare models and settings on your own code",
        description="Hide parts of your own files, ask each candidate what stands there, and compare: how often it is "
        "right, how fast it is, what it costs. Says first what it takes, and asks; the embedded engine runs along.",
    )
    evaluate.add_argument(
        "folder", metavar="FOLDER", nargs="?", default=".", help="a project (the current folder)"
    )
    for name, metavar, words in (
        ("--candidates", "FILE", "TOML, a table of settings for each candidate"),
        ("--holes", "FILE", "JSON lines with holes, instead of the project's own"),
        ("--kinds", "KIND,...", "rest, brackets, line, block, function, commit"),
        ("--answers", "FILE", "where answers are kept, to go on after an interruption"),
        ("--html", "FILE", "write the report as one HTML file; it contains your code"),
        (
            *("--check", "COMMAND"),
            "run this in a copy of the project for each answer to a function, which runs code that a model wrote",
        ),
    ):
        evaluate.add_argument(name, metavar=metavar, help=words)
    for name, default, words in (
        ("--count", 200, "how many holes at most (200)"),
        ("--seed", 1, "another number chooses other holes"),
    ):
        evaluate.add_argument(name, metavar="N", type=int, default=default, help=words)
    through = evaluate.add_mutually_exclusive_group()
    batch = "use Model Studio's Batch API: half price, hours later"
    through.add_argument("--batch", action="store_true", help=batch)
    ray = "let the machines of a Ray cluster ask the models"
    through.add_argument("--ray", metavar="ADDRESS", help=ray)
    evaluate.add_argument("--yes", action="store_true", help="call models without asking first")
    return evaluate


def _on_set_up(commands: Any) -> list[argparse.ArgumentParser]:
    """The commands that set it up, say what is set up, and what it costs."""
    setup = commands.add_parser(
        "setup",
        help="find the engines on this machine and set one up",
        description="Find the engines on this machine (Ollama, llama.cpp, vLLM and others), list their models, and "
        "propose the settings for one. Neither code nor a key is sent to find out.",
    )
    setup.add_argument(
        "address",
        metavar="ADDRESS",
        nargs="?",
        help="ask there instead, for example http://gpu.example:11434",
    )
    setup.add_argument(
        "--write", action="store_true", help="write the settings into your file, and try them out"
    )
    doctor = commands.add_parser(
        "doctor",
        help="find out what is wrong",
        description="Check settings, address, key and model with one live completion; name the cause and the remedy.",
    )
    models = commands.add_parser(
        "models",
        help="list the models of your server or service",
        description="List the models that your own server has, with their window and whether they fill in the middle; "
        "without one, those of Model Studio: routes, regions, thinking, context length, price where known.",
    )
    usage = commands.add_parser(
        "usage",
        help="show what was used",
        description="Show tokens, cost, latency and acceptance by model, and a bar for each day.",
    )
    usage.add_argument("--since", metavar="DATE", help="first day, for example 2026-11-01")
    config = commands.add_parser(
        "config",
        help="show the settings in effect",
        description="Show each setting and where it comes from.",
    )
    config.add_argument(
        "what",
        nargs="?",
        choices=("path", "init"),
        help="`path` prints the name of your settings file, `init` writes one to fill in",
    )
    return [setup, doctor, models, usage, config]


def _add_editors(commands: Any) -> None:
    editors = commands.add_parser(
        "editors",
        help="find and set up the editors' files",
        description="Print which editors are set up, or an editor's folder of files, or write the lines that it needs.",
    )
    actions = ("path", "install")
    editors.add_argument(
        "action", nargs="?", choices=actions, help="`install` shows the lines first, and asks"
    )
    editors.add_argument("editor", nargs="?", type=_editor, choices=("nvim", "emacs", "helix"))
    editors.add_argument("--yes", action="store_true", help="write the lines without asking")


def _editor(name: str) -> str:
    """An editor by what people call it.

    Raises:
        argparse.ArgumentTypeError: it is set up in another way; the message says how.
    """
    import argparse  # seldom needed, and slow

    if name.lower() in ("vscode", "code", "code-server", "codium"):
        raise argparse.ArgumentTypeError(
            "VS Code takes an extension: see editors/vscode/README.md in the checkout"
        )
    return {"neovim": "nvim", "hx": "helix"}.get(name.lower(), name)


def _serve(commands: Any) -> argparse.ArgumentParser:
    serve: argparse.ArgumentParser = commands.add_parser(
        "serve", help="run the language server", description="Run the language server."
    )
    serve.add_argument(
        "--stdio", action="store_true", help="over standard input and output (the default)"
    )
    serve.add_argument(
        "--trust-editor",
        action="store_true",
        help="treat the editor's settings (initializationOptions) as your own; only for an editor that lets no "
        "repository change them",
    )
    serve.add_argument(
        "--trace", metavar="FILE", help="append one JSON line per request; holds no code"
    )
    serve.add_argument(
        "--log-file", metavar="FILE", help="write the log there instead of to standard error"
    )
    serve.add_argument(
        "--log-level", choices=("debug", "info", "warning", "error"), help="minimum log level"
    )
    return serve


def _parser_class() -> type[argparse.ArgumentParser]:
    import argparse

    class Parser(argparse.ArgumentParser):
        """One whose complaints are harmless: a shell's ``*`` puts a repository's file names among the words."""

        def error(self, message: str) -> NoReturn:
            super().error(sentence(message))

    return Parser


def _place(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "place",
        metavar="FILE:LINE:COLUMN",
        help="1-based; the column counts characters before the cursor, plus one",
    )
