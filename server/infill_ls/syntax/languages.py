"""What is known of programming languages: a row each. Everything else asks a row, never an id.

Editors name languages in many ways (``python``, ``python.django``, ``py``, ``Python``); ``row`` finds the row by any of
them, and ``of_document`` by a file's name where the editor's id says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from infill_ls.syntax.language import C_BLOCK, ML_BLOCK, TRIPLE, XML_BLOCK, Language


def row(language: str) -> Language:
    """The row of a language by any id that an editor sends; a row of defaults where none is known."""
    return _row(language)


def is_known(language: str) -> bool:
    """Whether a row knows the id."""
    return _find(language) is not None


def is_called(language: str, name: str) -> bool:
    """Whether an id, a part of a compound one, or the row's own id is ``name``."""
    found = _find(language)
    given = language.lower()
    return name.lower() in {given, *given.split("."), found.id if found else given}


def may_be_called(language: str, name: str) -> bool:
    """Whether ``name`` is any of the names of the language that an id stands for."""
    found = _find(language)
    return is_called(language, name) or (found is not None and found is _find(name))


def of_document(language: str, path: str) -> str:
    """The editor's language id or, where that tells nothing, what the file's name tells."""
    return (of_file(path) or language) if language.lower() in _UNKNOWN or not is_known(language) else language


def of_file(path: str) -> str:
    """The language id that a file's name tells, or the empty string."""
    name = path.replace("\\", "/").rpartition("/")[2].lower()
    if name in _BY_FILE:
        return _BY_FILE[name].id
    stem, dot, extension = name.rpartition(".")
    found = (_BY_EXTENSION.get(extension) or _BY_FILE.get(stem)) if dot else None  # Dockerfile.dev is a Dockerfile
    return found.id if found else ""


_UNKNOWN: Final = frozenset({"", "plaintext", "text", "unknown", "fundamental"})
"""Ids with which editors say that they do not know."""


@cache
def _row(language: str) -> Language:
    return _find(language) or _DEFAULT


def _find(language: str) -> Language | None:
    """By the id, in lower case, or by the first part of a compound one that is known; by a file's extension at last."""
    given = language.lower()
    found = _BY_ID.get(given)
    if found is not None:
        return found
    for part in re.split(r"[.\s]", given):
        if part and part in _BY_ID:
            return _BY_ID[part]
    return _BY_EXTENSION.get(given)


def _hash(id: str, **more: object) -> Language:  # noqa: A002  # the column's name
    """A language whose comments begin with ``#``, and that has no others."""
    return Language(id, **({"line": ("#",), "block": ()} | more))  # type: ignore[arg-type]  # columns by name


def _prose(id: str, **more: object) -> Language:  # noqa: A002  # the column's name
    return Language(id, **({"line": (), "block": (), "quotes": (), "prose": True} | more))  # type: ignore[arg-type]


_SCRIPTS: Final = {"regexes": True, "blocks": "brackets", "images": "markup", "markup": "elements"}
_LISP: Final = {"line": (";",), "block": (("#|", "|#"),), "quotes": ('"',), "characters": True, "columns": True}
_JAVASCRIPT: Final = ("javascript", "language")

LANGUAGES: Final[tuple[Language, ...]] = (
    # Blocks in brackets
    Language("c", (), ("c", "h"), blocks="brackets", tabs_of_eight=True, backticks=False, grammar=("c", "language")),
    Language(
        "cpp",
        ("c++", "cuda", "cuda-cpp", "arduino"),
        ("cc", "cpp", "cxx", "hpp", "hh", "hxx", "ipp", "cu", "cuh", "ino"),
        blocks="brackets",
        tabs_of_eight=True,
        backticks=False,
        grammar=("cpp", "language"),
    ),
    Language(
        "csharp",
        ("cs", "c-sharp", "c#"),
        ("cs", "csx"),
        quotes=(*TRIPLE, '"', "'", "`"),
        blocks="brackets",
        backticks=False,
        grammar=("c_sharp", "language"),
        grammar_knows_all=True,
    ),
    Language("css", (), ("css",), line=(), blocks="brackets", backticks=False, grammar=("css", "language"), grammar_knows_all=True),
    Language("d", (), ("d", "di")),
    Language("dart", (), ("dart",), quotes=(*TRIPLE, '"', "'"), blocks="brackets"),
    Language("glsl", ("hlsl", "wgsl", "shaderlab"), ("glsl", "hlsl", "wgsl", "vert", "frag", "shader"), blocks="brackets"),
    Language("go", ("golang", "gotmpl"), ("go",), blocks="brackets", import_list=True, grammar=("go", "language"), grammar_knows_all=True),
    Language("groovy", (), ("groovy", "gradle"), ("jenkinsfile",), quotes=(*TRIPLE, '"', "'", "`")),
    Language(
        "java",
        (),
        ("java",),
        quotes=(*TRIPLE, '"', "'", "`"),
        blocks="brackets",
        backticks=False,
        grammar=("java", "language"),
        grammar_knows_all=True,
    ),
    Language(
        "javascript",
        ("js", "mjs", "cjs", "js2", "js3"),
        ("js", "mjs", "cjs"),
        grammar=_JAVASCRIPT,
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
    ),
    Language(
        "javascriptreact",
        ("javascript.jsx", "jsx", "rjsx"),
        ("jsx",),
        grammar=_JAVASCRIPT,
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
    ),
    Language(
        "typescript",
        ("ts", "mts", "cts"),
        ("ts", "mts", "cts"),
        grammar=("typescript", "language_typescript"),
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
    ),
    Language(
        "typescriptreact",
        ("typescript.tsx", "tsx"),
        ("tsx",),
        grammar=("typescript", "language_tsx"),
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
    ),
    Language(
        "json",
        (),
        ("json", "ipynb", "geojson", "webmanifest"),
        blocks="brackets",
        rows="[^:]*$",
        data=True,
        backticks=False,
        grammar=("json", "language"),
        grammar_knows_all=True,
    ),
    Language("jsonc", ("json5", "jsonl", "hjson"), ("jsonc", "json5"), blocks="brackets", rows="[^:]*$", data=True),
    Language("jsonnet", ("libsonnet",), ("jsonnet", "libsonnet"), line=("//", "#"), blocks="brackets"),
    Language("kotlin", (), ("kt", "kts"), quotes=(*TRIPLE, '"', "'", "`"), blocks="brackets"),
    Language("less", (), ("less",), blocks="brackets"),
    Language("scss", (), ("scss",), blocks="brackets"),
    Language("objective-c", ("objc", "objectivec"), ("m",), blocks="brackets", tabs_of_eight=True, backticks=False),
    Language("objective-cpp", ("objcpp",), ("mm",), tabs_of_eight=True),
    Language(
        "php",
        (),
        ("php", "phtml"),
        line=("//", r"\#(?!\[)"),
        blocks="brackets",
        heredocs=True,
        markup="elements",
        backticks=False,
        grammar=("php", "language_php"),
        start="<?php\n",
    ),
    Language("prisma", (), ("prisma",), block=(), blocks="brackets"),
    Language("protobuf", ("proto", "proto3", "proto2"), ("proto",), blocks="brackets"),
    Language(
        "rust",
        ("rustic",),
        ("rs",),
        characters=True,
        blocks="brackets",
        backticks=False,
        grammar=("rust", "language"),
        grammar_knows_all=True,
    ),
    Language("scala", ("sbt",), ("scala", "sbt", "sc"), quotes=(*TRIPLE, '"', "'", "`"), blocks="brackets"),
    Language("solidity", (), ("sol",), blocks="brackets"),
    Language("swift", (), ("swift",), quotes=(*TRIPLE, '"', "'", "`"), blocks="brackets"),
    Language("thrift", (), ("thrift",), line=("//", "#"), blocks="brackets"),
    Language("verilog", ("systemverilog",), ("v", "sv", "svh", "vh"), quotes=('"',), blocks="words"),
    Language("zig", (), ("zig", "zon"), block=(), blocks="brackets"),
    # Blocks by indentation
    _hash(
        "python",
        also=("py", "python3", "sage", "xonsh", "pyrex"),
        extensions=("py", "pyi", "pyw"),
        quotes=(*TRIPLE, '"', "'", "`"),
        blocks="indentation",
        offside=True,
        colon=True,
        docstrings=True,
        backticks=False,
        grammar=("python", "language"),
        grammar_knows_all=True,
    ),
    _hash("cython", extensions=("pyx", "pxd"), quotes=(*TRIPLE, '"', "'"), blocks="indentation", offside=True, colon=True),
    _hash("gdscript", also=("gd",), extensions=("gd",), quotes=(*TRIPLE, '"', "'"), blocks="indentation", colon=True),
    _hash(
        "starlark",
        also=("bazel", "bzl", "tiltfile", "buck"),
        extensions=("bzl", "star", "bazel"),
        files=("build", "workspace", "tiltfile"),
        quotes=(*TRIPLE, '"', "'"),
        blocks="indentation",
        offside=True,
        colon=True,
    ),
    _hash("coffeescript", also=("coffee",), extensions=("coffee",), blocks="indentation", regexes=True, docstrings=True),
    _hash("nim", also=("nimble",), extensions=("nim", "nims"), quotes=('"""', '"'), characters=True, blocks="indentation"),
    _hash("makefile", also=("make", "automake", "gnumakefile"), extensions=("mk", "mak"), files=("makefile", "gnumakefile"), blocks="indentation"),
    _hash("just", also=("justfile",), extensions=("just",), files=("justfile", ".justfile"), blocks="indentation"),
    _hash(
        "yaml",
        also=("yml", "docker-compose", "github-actions", "ansible", "helm", "home-assistant"),
        extensions=("yaml", "yml"),
        blocks="indentation",
        colon=True,
        rows="-|[^:#]{0,30}$",
        data=True,
        unquoted=True,
        grammar=("yaml", "language"),
    ),
    _hash("dockercompose", data=True),
    Language("fsharp", ("f#",), ("fs", "fsi", "fsx"), block=(ML_BLOCK,), quotes=('"""', '"'), characters=True, blocks="indentation"),
    Language("haskell", ("lhs", "purescript"), ("hs", "purs"), line=("--",), block=(("{-", "-}"),), quotes=('"',), characters=True, escapes=False, blocks="indentation"),
    Language("elm", (), ("elm",), line=("--",), block=(("{-", "-}"),), quotes=('"""', '"'), characters=True, escapes=False, blocks="indentation"),
    Language("sass", (), ("sass",), blocks="indentation"),
    Language("pug", ("jade",), ("pug", "jade"), block=(), blocks="indentation"),
    # Blocks that end in a word
    _hash("ruby", also=("rb",), extensions=("rb", "rake", "gemspec", "podspec", "ru"), files=("gemfile", "rakefile", "podfile", "vagrantfile", "brewfile"), blocks="words", heredocs=True, grammar=("ruby", "language"), grammar_knows_all=True),
    _hash("crystal", also=("cr",), extensions=("cr",), blocks="words"),
    _hash("elixir", also=("heex", "eex"), extensions=("ex", "exs"), quotes=(*TRIPLE, '"', "'", "`"), blocks="words", docstrings=True),
    _hash("julia", extensions=("jl",), block=(("#=", "=#"),), quotes=('"""', '"', "`"), characters=True, blocks="words", docstrings=True),
    Language("lua", ("luau",), ("lua", "luau", "rockspec"), line=("--",), block=(("--[[", "]]"),), blocks="words", backticks=False, grammar=("lua", "language"), grammar_knows_all=True),
    _hash("shellscript", also=("sh", "bash", "zsh", "ksh", "bats", "ebuild", "sh-script", "shell"), extensions=("sh", "bash", "zsh", "ksh", "bats", "ebuild"), files=(".bashrc", ".zshrc", ".profile", ".bash_profile", "pkgbuild", "configure.ac"), blocks="words", heredocs=True, stray_closers=True, tests=True, grammar=("bash", "language"), grammar_knows_all=True),
    _hash("fish", extensions=("fish",), blocks="words", stray_closers=True, tests=True),
    Language("matlab", ("octave",), ("matlab",), line=("%", r"\#"), block=(("%{", "%}"),), quotes=('"',), characters=True, escapes=False, blocks="words"),
    Language("fortran", ("fortran-modern", "fortran_free-form", "f90"), ("f90", "f95", "f03", "f08"), line=("!",), block=(), quotes=('"', "'"), escapes=False, blocks="words"),
    Language("ada", (), ("adb", "ads"), line=("--",), block=(), quotes=('"',), characters=True, blocks="words"),
    Language("vhdl", (), ("vhd", "vhdl"), line=("--",), quotes=('"',), characters=True, blocks="words"),
    Language("pascal", ("delphi", "objectpascal"), ("pas", "dpr"), block=(ML_BLOCK,), quotes=("'",), escapes=False, blocks="words"),
    Language("vb", ("visual-basic", "vbnet", "vbscript", "basic"), ("vb", "vbs", "bas"), line=("'", r"(?<!\w)(?i:rem)\b"), block=(), quotes=('"',), escapes=False, blocks="words"),
    Language("vim", ("viml", "vimscript"), ("vim",), ("_vimrc", ".vimrc"), line=(r'^[ \t]*"',), block=(), blocks="words"),
    # Scripts, settings and data
    _hash("perl", also=("perl6", "raku", "cperl"), extensions=("pl", "pm", "t"), heredocs=True),
    _hash("r", also=("splus",), extensions=("r",)),
    _hash("powershell", also=("ps1", "pwsh"), extensions=("ps1", "psm1", "psd1"), block=(("<#", "#>"),), quotes=('"', "'"), escapes=False, blocks="brackets"),
    _hash("nix", extensions=("nix",), block=(C_BLOCK,), quotes=('"',), escapes=False),
    _hash("dockerfile", also=("docker", "containerfile"), extensions=("dockerfile",), files=("dockerfile", "containerfile")),
    _hash("cmake", extensions=("cmake",), files=("cmakelists.txt",), quotes=('"',)),
    _hash("meson", extensions=(), files=("meson.build", "meson_options.txt"), quotes=("'''", "'")),
    _hash("toml", extensions=("toml",), quotes=(*TRIPLE, '"', "'", "`"), backticks=False, files=("cargo.lock", "poetry.lock"), data=True),
    _hash("awk", also=("gawk",), extensions=("awk",), quotes=('"',), blocks="brackets"),
    _hash("tcl", also=("expect",), extensions=("tcl", "tm"), quotes=('"',)),
    _hash("graphql", also=("gql",), extensions=("graphql", "gql"), quotes=('"""', '"'), blocks="brackets"),
    _hash("nginx", also=("nginx-conf",), extensions=(), files=("nginx.conf",)),
    _hash("gitignore", also=("ignore",), extensions=(), files=(".gitignore", ".dockerignore"), quotes=(), data=True),
    _hash("properties", also=("java-properties", "jproperties"), extensions=("properties",), quotes=(), data=True, line=(r"^[ \t]*[\#!]",)),
    Language("terraform", ("hcl", "tf", "tfvars", "terraform-vars", "opentofu", "packer"), ("tf", "tfvars", "hcl"), line=("#", "//"), quotes=('"',), blocks="brackets"),
    Language("ini", ("conf", "dosini", "editorconfig", "systemd", "cfg", "desktop"), ("ini", "cfg", "conf"), line=(";", r"^[ \t]*\#"), block=(), quotes=('"',), data=True),
    Language("bat", ("batch", "cmd", "dosbatch"), ("bat", "cmd"), line=(r"^[ \t]*@?(?i:rem)\b", r"^[ \t]*::"), block=(), quotes=('"',), escapes=False),
    Language("sql", (), ("sql",), line=("--",), grammar=("sql", "language"), statements=False),
    Language("plsql", ("mysql", "postgres", "postgresql", "sqlite", "tsql", "pgsql"), line=("--",), statements=False),
    Language("lisp", ("commonlisp", "common-lisp"), ("lisp", "lsp", "cl"), **_LISP),  # type: ignore[arg-type]  # columns by name
    Language("elisp", ("emacs-lisp", "lisp-interaction"), ("el",), **_LISP),  # type: ignore[arg-type]  # columns by name
    Language("clojure", ("clojurescript", "clojurec", "edn"), ("clj", "cljs", "cljc", "edn"), **_LISP),  # type: ignore[arg-type]
    Language("scheme", ("racket", "guile", "fennel"), ("scm", "rkt", "ss", "fnl"), **_LISP),  # type: ignore[arg-type]
    Language("asm", ("nasm", "gas", "armasm", "asm-collection"), ("asm", "s"), line=(";",), block=(C_BLOCK,)),
    Language("erlang", (), ("erl", "hrl"), line=("%",), block=(), quotes=('"', "'")),
    Language("prolog", (), ("pro", "prolog"), line=("%",), quotes=('"', "'")),
    Language("ocaml", ("ocamllex", "reason", "ocaml.interface", "tuareg"), ("ml", "mli"), line=(), block=(ML_BLOCK,), quotes=('"',), characters=True),
    Language("coq", ("rocq", "sml"), ("sml",), line=(), block=(ML_BLOCK,), quotes=('"',), characters=True),
    # Markup with code
    Language("vue", (), ("vue",), block=(XML_BLOCK, C_BLOCK), regexes=True, markup="any", images="markup"),
    Language("svelte", (), ("svelte",), block=(XML_BLOCK, C_BLOCK), regexes=True, markup="any", images="markup"),
    Language("astro", (), ("astro",), block=(XML_BLOCK, C_BLOCK), markup="elements", images="markup"),
    Language("handlebars", ("mustache", "glimmer"), ("hbs", "handlebars"), block=(XML_BLOCK, C_BLOCK), markup="elements"),
    Language("erb", ("eruby", "html.erb", "html-eex"), ("erb",), block=(XML_BLOCK, C_BLOCK), markup="elements"),
    Language("razor", ("aspnetcorerazor", "cshtml"), ("cshtml", "razor"), block=(("@*", "*@"), XML_BLOCK, C_BLOCK), markup="elements"),
    # Prose and markup: no quote opens anything there
    _prose("markdown", also=("md", "mdx", "markdown.mdx", "quarto", "rmd", "pandoc", "vimwiki", "gfm"), extensions=("md", "mdx", "qmd", "rmd", "markdown"), fenced=True, images="markdown"),
    _prose("restructuredtext", also=("rst",), extensions=("rst",), fenced=True, images="rst"),
    _prose("asciidoc", also=("adoc",), extensions=("adoc", "asciidoc"), fenced=True),
    _prose("org", extensions=("org",), fenced=True),
    _prose("typst", extensions=("typ",), fenced=True),
    _prose("plaintext", also=("text", "txt", "unknown", "fundamental", ""), extensions=("txt", "log", "csv", "tsv"), fenced=True),
    _prose("latex", also=("tex", "plaintex", "context", "doctex", "bibtex"), extensions=("tex", "sty", "cls", "bib")),
    _prose("html", also=("htmldjango", "django-html", "jinja", "jinja2", "jinja-html", "blade", "web", "xhtml", "mhtml"), extensions=("html", "htm", "xhtml", "j2"), markup="any", images="markup", backticks=False, grammar=("html", "language")),
    _prose("xml", also=("xsl", "svg", "xaml", "nxml", "xslt", "plist"), extensions=("xml", "xsl", "xslt", "svg", "xaml", "csproj", "plist"), markup="any"),
    _prose("git-commit", also=("gitcommit", "git-rebase", "scminput", "commit_editmsg")),
    Language("diff", ("patch", "gitdiff", "git-diff"), ("diff", "patch"), patch=True),
)  # fmt: skip
"""The rows. A language that editors or files call by other names has them in its row, and nowhere else."""

_DEFAULT: Final = Language("")
"""For what no row knows."""


def _by(keys: Iterable[tuple[Iterable[str], Language]]) -> dict[str, Language]:
    return {key: language for each, language in keys for key in each}


_BY_ID: Final = _by(((each.id, *each.also), each) for each in LANGUAGES)
_BY_EXTENSION: Final = _by((each.extensions, each) for each in LANGUAGES)
_BY_FILE: Final = _by((each.files, each) for each in LANGUAGES)
