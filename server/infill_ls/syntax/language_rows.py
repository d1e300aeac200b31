"""The table of languages: a row each, whose columns ``language.py`` explains. Data only; ``languages.py`` looks it up."""

from __future__ import annotations

from typing import Final

from infill_ls.syntax.language import C_BLOCK, ML_BLOCK, TRIPLE, XML_BLOCK, Language


def _hash(id: str, **more: object) -> Language:  # noqa: A002  # the column's name
    """A language whose comments begin with ``#``, and that has no others."""
    return Language(id, **({"line": ("#",), "block": ()} | more))  # type: ignore[arg-type]  # columns by name


def _prose(id: str, **more: object) -> Language:  # noqa: A002  # the column's name
    return Language(id, **({"line": (), "block": (), "quotes": (), "prose": True} | more))  # type: ignore[arg-type]


_SCRIPTS: Final = {"regexes": True, "blocks": "brackets", "images": "markup", "markup": "elements"}
_LISP: Final = {
    "line": (";",),
    "block": (("#|", "|#"),),
    "quotes": ('"',),
    "long_quotes": ('"',),
    "literals": (r"\?\\?\\.", r"\#\\?\\.", r"\\."),
    "characters": True,
    "columns": True,
}
_LONG_BRACKET: Final = r"\[(?P<fence>=+)\[[\s\S]*?\](?P=fence)\]"
"""A string as long as one wants, between brackets with equals signs."""
_DIGITS_WITH_MARKS: Final = tuple(
    rf"{digit}(?<!\w{digit})[\da-fA-F]*'(?=[\da-fA-F])" for digit in range(10)
)
_JAVASCRIPT: Final = ("javascript", "language")

LANGUAGES: Final[tuple[Language, ...]] = (
    # Blocks in brackets
    Language("c", (), ("c", "h"), blocks="brackets", tabs_of_eight=True, backticks=False, grammar=("c", "language")),
    Language(
        "cpp",
        ("c++", "cuda", "cuda-cpp", "arduino"),
        ("cc", "cpp", "cxx", "hpp", "hh", "hxx", "ipp", "cu", "cuh", "ino"),
        literals=(r'R"(?<!\wR")(?P<fence>[^\s()]*)\([\s\S]*?\)(?P=fence)"', *_DIGITS_WITH_MARKS),
        blocks="brackets",
        tabs_of_eight=True,
        backticks=False,
        grammar=("cpp", "language"),
        family="c",
    ),
    Language(
        "csharp",
        ("cs", "c-sharp", "c#"),
        ("cs", "csx"),
        literals=(r'\$@\$?"(?:[^"]|"")*"', r'@\$?"(?:[^"]|"")*"'),
        quotes=(*TRIPLE, '"', "'", "`"),
        blocks="brackets",
        backticks=False,
        grammar=("c_sharp", "language"),
        grammar_knows_all=True,
    ),
    Language("css", (), ("css",), line=(), blocks="brackets", backticks=False, grammar=("css", "language"), words="-@#."),
    Language("d", (), ("d", "di")),
    Language("dart", (), ("dart",), quotes=(*TRIPLE, '"', "'"), blocks="brackets"),
    Language("glsl", ("hlsl", "wgsl", "shaderlab"), ("glsl", "hlsl", "wgsl", "vert", "frag", "shader"), blocks="brackets"),
    Language("gomod", ("go.mod", "go.sum", "go.work"), files=("go.mod", "go.sum", "go.work"), data=True, unquoted=True),
    Language("go", ("golang", "gotmpl"), ("go",), blocks="brackets", import_list=True, grammar=("go", "language"), grammar_knows_all=True),
    Language("groovy", (), ("groovy", "gradle"), ("jenkinsfile",), quotes=(*TRIPLE, '"', "'", "`"), words="$", family="jvm"),
    Language(
        "java",
        (),
        ("java",),
        quotes=(*TRIPLE, '"', "'", "`"),
        blocks="brackets",
        backticks=False,
        grammar=("java", "language"),
        grammar_knows_all=True,
        words="$", family="jvm",
    ),
    Language(
        "javascript",
        ("js", "mjs", "cjs", "js2", "js3"),
        ("js", "mjs", "cjs"),
        grammar=_JAVASCRIPT,
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
        words="$", family="script",
    ),
    Language(
        "javascriptreact",
        ("javascript.jsx", "jsx", "rjsx"),
        ("jsx",),
        grammar=_JAVASCRIPT,
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
        words="$", family="script",
    ),
    Language(
        "typescript",
        ("ts", "mts", "cts"),
        ("ts", "mts", "cts"),
        grammar=("typescript", "language_typescript"),
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
        words="$", family="script",
    ),
    Language(
        "typescriptreact",
        ("typescript.tsx", "tsx"),
        ("tsx",),
        grammar=("typescript", "language_tsx"),
        grammar_knows_all=True,
        **_SCRIPTS,  # type: ignore[arg-type]  # columns by name
        words="$", family="script",
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
    Language("kotlin", (), ("kt", "kts"), quotes=(*TRIPLE, '"', "'", "`"), blocks="brackets", family="jvm"),
    Language("less", (), ("less",), blocks="brackets", words="-@#"),
    Language("scss", (), ("scss",), blocks="brackets", words="-@#.$%"),
    Language("objective-c", ("objc", "objectivec"), ("m",), blocks="brackets", tabs_of_eight=True, backticks=False, family="c"),
    Language("objective-cpp", ("objcpp",), ("mm",), tabs_of_eight=True, family="c"),
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
        words="$",
    ),
    Language("prisma", (), ("prisma",), block=(), blocks="brackets"),
    Language("protobuf", ("proto", "proto3", "proto2"), ("proto",), blocks="brackets"),
    Language(
        "rust",
        ("rustic",),
        ("rs",),
        long_quotes=('"',),
        literals=(r'r(?<!\wr)(?P<fence>\#+)"[\s\S]*?"(?P=fence)',),
        characters=True,
        blocks="brackets",
        backticks=False,
        grammar=("rust", "language"),
        grammar_knows_all=True,
    ),
    Language("scala", ("sbt",), ("scala", "sbt", "sc"), quotes=('"""', '"', "`"), characters=True, blocks="brackets", family="jvm"),
    Language("solidity", (), ("sol",), blocks="brackets"),
    Language("swift", (), ("swift",), quotes=(*TRIPLE, '"', "'", "`"), blocks="brackets"),
    Language("thrift", (), ("thrift",), line=("//", "#"), blocks="brackets"),
    Language("verilog", ("systemverilog",), ("v", "sv", "svh", "vh"), quotes=('"',), blocks="words", tabs_of_eight=True),
    Language("zig", (), ("zig", "zon"), line=("//", r"\\\\"), block=(), blocks="brackets"),
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
    _hash("cython", extensions=("pyx", "pxd"), quotes=(*TRIPLE, '"', "'"), blocks="indentation", offside=True, colon=True, family="python"),
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
    _hash("makefile", also=("make", "automake", "gnumakefile"), extensions=("mk", "mak"), files=("makefile", "gnumakefile"), blocks="indentation", words="-/%"),
    _hash("just", also=("justfile",), extensions=("just",), files=("justfile", ".justfile"), blocks="indentation", words="-/%"),
    _hash(
        "yaml",
        also=("yml", "docker-compose", "dockercompose", "github-actions", "ansible", "helm", "home-assistant"),
        extensions=("yaml", "yml"),
        blocks="indentation",
        colon=True,
        rows="-|[^:#]{0,30}$",
        data=True,
        unquoted=True,
        grammar=("yaml", "language"),
        words="-/$%",
    ),
    Language("fsharp", ("f#",), ("fs", "fsi", "fsx"), block=(ML_BLOCK,), quotes=('"""', '"'), characters=True, blocks="indentation"),
    Language("haskell", ("lhs", "purescript"), ("hs", "purs"), line=("--",), block=(("{-", "-}"),), quotes=('"',), characters=True, escapes=False, blocks="indentation", rows=r"->\s"),
    Language("elm", (), ("elm",), line=("--",), block=(("{-", "-}"),), quotes=('"""', '"'), characters=True, escapes=False, blocks="indentation"),
    Language("sass", (), ("sass",), blocks="indentation"),
    Language("pug", ("jade",), ("pug", "jade"), block=(), blocks="indentation"),
    # Blocks that end in a word
    _hash("ruby", also=("rb",), extensions=("rb", "rake", "gemspec", "podspec", "ru"), files=("gemfile", "rakefile", "podfile", "vagrantfile", "brewfile"), blocks="words", heredocs=True, regexes=True, grammar=("ruby", "language"), grammar_knows_all=True, words="?!"),
    _hash("crystal", also=("cr",), extensions=("cr",), blocks="words", words="?!"),
    _hash("elixir", also=("heex", "eex"), extensions=("ex", "exs"), quotes=(*TRIPLE, '"', "'", "`"), blocks="words", docstrings=True, words="?!"),
    _hash("julia", extensions=("jl",), long_quotes=('"',), block=(("#=", "=#"),), quotes=('"""', '"', "`"), characters=True, blocks="words", docstrings=True),
    Language("lua", ("luau",), ("lua", "luau", "rockspec"), line=("--",), block=(("--[[", "]]"),), quotes=("[[", '"', "'"), literals=(_LONG_BRACKET,), blocks="words", backticks=False, grammar=("lua", "language"), grammar_knows_all=True),
    _hash("shellscript", also=("sh", "bash", "zsh", "ksh", "bats", "ebuild", "sh-script", "shell"), extensions=("sh", "bash", "zsh", "ksh", "bats", "ebuild"), files=(".bashrc", ".zshrc", ".profile", ".bash_profile", "pkgbuild", "configure.ac"), blocks="words", heredocs=True, stray_closers=True, tests=True, grammar=("bash", "language"), grammar_knows_all=True, words="-.:!%"),
    _hash("fish", extensions=("fish",), blocks="words", stray_closers=True, tests=True, words="-."),
    Language("matlab", ("octave",), ("matlab",), line=("%", r"\#"), block=(("%{", "%}"),), quotes=('"',), characters=True, escapes=False, blocks="words"),
    Language("fortran", ("fortran-modern", "fortran_free-form", "f90"), ("f90", "f95", "f03", "f08"), line=("!",), block=(), quotes=('"', "'"), escapes=False, blocks="words"),
    Language("ada", (), ("adb", "ads"), line=("--",), block=(), quotes=('"',), characters=True, blocks="words"),
    Language("vhdl", (), ("vhd", "vhdl"), line=("--",), quotes=('"',), characters=True, blocks="words"),
    Language("pascal", ("delphi", "objectpascal"), ("pas", "dpr"), block=(ML_BLOCK,), quotes=("'",), escapes=False, blocks="words"),
    Language("vb", ("visual-basic", "vbnet", "vbscript", "basic"), ("vb", "vbs", "bas"), line=("'", r"(?<!\w)(?i:rem)\b"), block=(), quotes=('"',), escapes=False, blocks="words"),
    Language("vim", ("viml", "vimscript"), ("vim",), ("_vimrc", ".vimrc"), line=(r'^[ \t]*"', r'(?<=\s)"(?=[^"\n]*$)'), block=(), blocks="words", literals=(r"\b(?:match\s+\w+\s+|(?:start|skip|end)=)/(?:\\.|[^/\\\n])*/",)),
    # Scripts, settings and data
    _hash("perl", also=("perl6", "raku", "cperl"), extensions=("pl", "pm", "t"), heredocs=True, regexes=True, literals=(r"m\{(?<!\wm\{)(?:\\.|[^{}\\\n])*\}", r"qr\{(?<!\wqr\{)(?:\\.|[^{}\\\n])*\}")),
    _hash("r", also=("splus",), extensions=("r",), long_quotes=('"', "'")),
    _hash("powershell", also=("ps1", "pwsh"), extensions=("ps1", "psm1", "psd1"), block=(("<#", "#>"),), quotes=('"', "'"), literals=(r'@"[ \t]*\n[\s\S]*?\n"@', r"@'[ \t]*\n[\s\S]*?\n'@"), escapes=False, blocks="brackets", words="-"),
    _hash("nix", extensions=("nix",), block=(C_BLOCK,), quotes=("''", '"'), long_quotes=('"',), escapes=False, words="-"),
    _hash("dockerfile", also=("docker", "containerfile"), extensions=("dockerfile",), files=("dockerfile", "containerfile"), words="-/$%"),
    _hash("cmake", extensions=("cmake",), files=("cmakelists.txt",), quotes=("[[", '"'), long_quotes=('"',), literals=(_LONG_BRACKET,), words="-/%"),
    _hash("meson", extensions=(), files=("meson.build", "meson_options.txt"), quotes=("'''", "'")),
    _hash("toml", extensions=("toml",), quotes=(*TRIPLE, '"', "'", "`"), backticks=False, files=("cargo.lock", "poetry.lock"), data=True, words="-/$%"),
    _hash("awk", also=("gawk",), extensions=("awk",), quotes=('"',), blocks="brackets"),
    _hash("tcl", also=("expect",), extensions=("tcl", "tm"), quotes=('"',), words="-:"),
    _hash("graphql", also=("gql",), extensions=("graphql", "gql"), quotes=('"""', '"'), blocks="brackets"),
    _hash("nginx", also=("nginx-conf",), extensions=(), files=("nginx.conf",)),
    _hash("gitignore", also=("ignore",), extensions=(), files=(".gitignore", ".dockerignore"), quotes=(), data=True),
    _hash("properties", also=("java-properties", "jproperties"), extensions=("properties",), quotes=(), data=True, line=(r"^[ \t]*[\#!]",), words="-/$%."),
    Language("terraform", ("hcl", "tf", "tfvars", "terraform-vars", "opentofu", "packer"), ("tf", "tfvars", "hcl"), line=("#", "//"), quotes=('"',), blocks="brackets", words="-"),
    Language("ini", ("conf", "dosini", "editorconfig", "systemd", "cfg", "desktop"), ("ini", "cfg", "conf"), line=(";", r"^[ \t]*\#"), block=(), quotes=('"',), data=True, words="-/$%."),
    Language("bat", ("batch", "cmd", "dosbatch"), ("bat", "cmd"), line=(r"^[ \t]*@?(?i:rem)\b", r"^[ \t]*::"), block=(), quotes=('"',), escapes=False, words="-/$%"),
    Language("sql", (), ("sql",), line=("--",), quotes=("'", '"'), long_quotes=("'",), grammar=("sql", "language"), statements=False),
    Language("plsql", ("mysql", "postgres", "postgresql", "sqlite", "tsql", "pgsql"), line=("--",), quotes=("'", '"'), long_quotes=("'",), statements=False),
    Language("lisp", ("commonlisp", "common-lisp"), ("lisp", "lsp", "cl"), **_LISP, words="-?!*/:.+<>=&%$@~^"),  # type: ignore[arg-type]  # columns by name
    Language("elisp", ("emacs-lisp", "lisp-interaction"), ("el",), **_LISP, words="-?!*/:.+<>=&%$@~^"),  # type: ignore[arg-type]  # columns by name
    Language("clojure", ("clojurescript", "clojurec", "edn"), ("clj", "cljs", "cljc", "edn"), **_LISP, words="-?!*/:.+<>=&%$@~^"),  # type: ignore[arg-type]
    Language("scheme", ("racket", "guile", "fennel"), ("scm", "rkt", "ss", "fnl"), **_LISP, words="-?!*/:.+<>=&%$@~^"),  # type: ignore[arg-type]
    Language("asm", ("nasm", "gas", "armasm", "asm-collection"), ("asm", "s"), line=(";",), block=(C_BLOCK,)),
    Language("erlang", (), ("erl", "hrl"), line=("%",), block=(), quotes=('"', "'")),
    Language("prolog", (), ("pro", "prolog"), line=("%",), quotes=('"', "'")),
    Language("ocaml", ("ocamllex", "reason", "ocaml.interface", "tuareg"), ("ml", "mli"), line=(), block=(ML_BLOCK,), quotes=('"',), long_quotes=('"',), characters=True),
    Language("coq", ("rocq", "sml"), ("sml",), line=(), block=(ML_BLOCK,), quotes=('"',), characters=True),
    # Markup with code
    Language("vue", (), ("vue",), block=(XML_BLOCK, C_BLOCK), regexes=True, markup="any", images="markup", words="-:./$", family="script"),
    Language("svelte", (), ("svelte",), block=(XML_BLOCK, C_BLOCK), regexes=True, markup="any", images="markup", words="-:./$", family="script"),
    Language("astro", (), ("astro",), block=(XML_BLOCK, C_BLOCK), markup="elements", images="markup", family="script"),
    Language("handlebars", ("mustache", "glimmer"), ("hbs", "handlebars"), block=(XML_BLOCK, C_BLOCK), markup="elements", words="-:./$"),
    Language("erb", ("eruby", "html.erb", "html-eex"), ("erb",), block=(XML_BLOCK, C_BLOCK), markup="elements", words="-:./$"),
    Language("razor", ("aspnetcorerazor", "cshtml"), ("cshtml", "razor"), block=(("@*", "*@"), XML_BLOCK, C_BLOCK), markup="elements", words="-:./$"),
    # Prose and markup: no quote opens anything there
    _prose("markdown", also=("md", "mdx", "markdown.mdx", "quarto", "rmd", "pandoc", "vimwiki", "gfm"), extensions=("md", "mdx", "qmd", "rmd", "markdown"), fenced=True, images="markdown", words="-'/"),
    _prose("restructuredtext", also=("rst",), extensions=("rst",), fenced=True, images="rst", words="-'/"),
    _prose("asciidoc", also=("adoc",), extensions=("adoc", "asciidoc"), fenced=True, words="-'/"),
    _prose("org", extensions=("org",), fenced=True, words="-'/"),
    _prose("typst", extensions=("typ",), fenced=True, words="-'/"),
    _prose("plaintext", also=("text", "txt", "unknown", "fundamental", ""), extensions=("txt", "log", "csv", "tsv"), fenced=True, words="-'/"),
    _prose("latex", also=("tex", "plaintex", "context", "doctex", "bibtex"), extensions=("tex", "sty", "cls", "bib"), words="-@/"),
    _prose("html", also=("htmldjango", "django-html", "jinja", "jinja2", "jinja-html", "blade", "web", "xhtml", "mhtml"), extensions=("html", "htm", "xhtml", "j2"), markup="any", images="markup", backticks=False, grammar=("html", "language"), words="-:./$"),
    _prose("xml", also=("xsl", "svg", "xaml", "nxml", "xslt", "plist"), extensions=("xml", "xsl", "xslt", "svg", "xaml", "csproj", "plist"), markup="any", words="-/$%"),
    _prose("git-commit", also=("gitcommit", "git-rebase", "scminput", "commit_editmsg"), words="-'/"),
    Language("diff", ("patch", "gitdiff", "git-diff"), ("diff", "patch"), patch=True),
)  # fmt: skip
"""The rows. A language that editors or files call by other names has them in its row, and nowhere else."""

DEFAULT: Final = Language("")
"""For what no row knows."""
