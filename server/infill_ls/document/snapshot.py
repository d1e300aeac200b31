"""Freezes a live document at a cursor into a Snapshot fit for prompts; it does not choose what a model gets to see."""

from __future__ import annotations

from typing import Final

from infill_ls.document.mirror import Mirror
from infill_ls.document.position import without_surrogates
from infill_ls.records import Encoding, Snapshot

_UNKNOWN: Final = frozenset({"", "plaintext", "text", "unknown", "fundamental"})
"""Language ids with which editors say that they do not know."""


def take(  # noqa: PLR0913  # the arguments are the record's own fields, each named by the caller
    mirror: Mirror,
    *,
    uri: str,
    path: str | None,
    language: str,
    line: int,
    character: int,
    encoding: Encoding,
    before_chars: int = 16000,
    after_chars: int = 8000,
) -> Snapshot:
    r"""The document around a client's position, as it is now, with ``\n`` line ends and nothing that cannot be encoded.

    ``character`` counts the client's units. ``language`` is the editor's id; where it tells nothing, the file's name
    decides. The limits are in characters, as ``Mirror.around`` keeps them.
    """
    row, column = mirror.place(line, character, encoding)
    around = mirror.around(row, column, before_chars, after_chars)
    language = language_of(language, path or uri)
    return Snapshot(
        uri=uri,
        path=path,
        language=language,
        version=mirror.version,
        line=row,
        column=column,
        prefix=_plain(around.prefix),
        suffix=_plain(around.suffix),
        first_line=around.first_line,
        reaches_end=around.reaches_end,
    )


def language_of(language: str, path: str) -> str:
    """The editor's language id or, where that tells nothing, what the file's name tells."""
    return (guess_language(path) or language) if language.lower() in _UNKNOWN else language


def guess_language(path: str) -> str:
    """The language id that a file's name tells, or the empty string."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return _BY_NAME.get(name, "")
    # "Dockerfile.dev" is no less a Dockerfile.
    return _BY_EXTENSION.get(extension) or _BY_NAME.get(stem, "")


def _plain(text: str) -> str:
    r"""``text`` with ``\n`` for every line end and U+FFFD for every surrogate."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return without_surrogates(text)


_BY_NAME: Final = {
    "containerfile": "dockerfile",
    "dockerfile": "dockerfile",
    "gemfile": "ruby",
    "gnumakefile": "makefile",
    "jenkinsfile": "groovy",
    "makefile": "makefile",
    "rakefile": "ruby",
}

_BY_EXTENSION: Final = {
    "bash": "shellscript",
    "bat": "bat",
    "c": "c",
    "cc": "cpp",
    "clj": "clojure",
    "cpp": "cpp",
    "cs": "csharp",
    "css": "css",
    "cxx": "cpp",
    "dart": "dart",
    "diff": "diff",
    "el": "elisp",
    "erl": "erlang",
    "ex": "elixir",
    "exs": "elixir",
    "fs": "fsharp",
    "go": "go",
    "groovy": "groovy",
    "h": "c",
    "hpp": "cpp",
    "hs": "haskell",
    "htm": "html",
    "html": "html",
    "ini": "ini",
    "java": "java",
    "jl": "julia",
    "js": "javascript",
    "json": "json",
    "jsonc": "jsonc",
    "jsx": "javascriptreact",
    "kt": "kotlin",
    "kts": "kotlin",
    "less": "less",
    "lua": "lua",
    "m": "objective-c",
    "md": "markdown",
    "mjs": "javascript",
    "mk": "makefile",
    "ml": "ocaml",
    "nix": "nix",
    "php": "php",
    "pl": "perl",
    "pm": "perl",
    "ps1": "powershell",
    "py": "python",
    "pyi": "python",
    "r": "r",
    "rb": "ruby",
    "rs": "rust",
    "rst": "restructuredtext",
    "scala": "scala",
    "scss": "scss",
    "sh": "shellscript",
    "sql": "sql",
    "svelte": "svelte",
    "swift": "swift",
    "tex": "latex",
    "tf": "terraform",
    "toml": "toml",
    "ts": "typescript",
    "tsx": "typescriptreact",
    "vue": "vue",
    "xml": "xml",
    "yaml": "yaml",
    "yml": "yaml",
    "zig": "zig",
    "zsh": "shellscript",
}
