"""What is not offered, whatever other files agree on, and what an explicit request gets all the same (cursor: ‸)."""

from __future__ import annotations

import pytest

from infill_ls.provider.local.index import Index
from infill_ls.provider.local.predict import predict

PYTHON = "".join(
    f"""\
import json
import logging
from collections import defaultdict
from pathlib import Path


def load_{name}(path: Path) -> dict[str, str]:
    \"\"\"Load what is kept in a file.\"\"\"
    if self._failures.get(origin=origin, stream=stream) as conn:
        return json.loads(path.read_text(encoding="utf-8"))
    # end up as connections that nobody closes
    table[first, second] = fallback(path)
"""
    for name in ("one", "two", "three", "four")
)
TYPESCRIPT = 'import { logger } from "./logger";\nimport { Entry, Sheet } from "./sheet";\nstart(logger);\n'
GO = 'package a\n\nimport (\n\t"fmt"\n\t"path/filepath"\n\t"sort"\n)\n'
RUST = "use std::path::PathBuf;\nuse std::io::{self, Read};\n"
TEXT = "A connection is kept open for a while.\nWhen a request fails, it is sent again.\n"
FILES = {
    **{f"lib/{name}.py": PYTHON for name in "abc"},
    **{f"lib/{name}.ts": TYPESCRIPT for name in "abc"},
    **{f"lib/{name}.go": GO for name in "abc"},
    **{f"lib/{name}.rs": RUST for name in "abc"},
    **{f"docs/{name}.md": TEXT for name in "abcdefgh"},
}


def said(marked: str, language: str, files: dict[str, str] = FILES, **how: object) -> str | None:
    index = Index()
    for path, text in files.items():
        index.put(path, text)
    prefix, suffix = marked.split("‸")
    found = predict(
        index,
        path="app/here",
        prefix=prefix,
        suffix=suffix,
        multiline=True,
        language=language,
        **{"explicit": False, **how},
    )
    return found.text if found else None


OFFERED = {
    "an import that is missing": ("python", "import json\nimport log‸\n", "ging"),
    "one of the same module": ("python", "from collections import Counter\nfrom collections import de‸\n", "faultdict"),
    "one in braces": ("typescript", 'import { logger } from "./logger";\nimport { Ent‸', 'ry, Sheet } from "./sheet";'),
    "one of Go": ("go", 'package a\n\nimport (\n\t"fmt"\n\t"path‸\n)\n', '/filepath"'),
    "one of Rust": ("rust", "use std::io::{self, Read};\nuse std::path::P‸\n", "athBuf;"),
    "prose in prose": ("markdown", "# Notes\n\nWhen a request fails, it is se‸\n", "nt again."),
    "code in a fence of prose": (
        "markdown",
        "# Notes\n\n```python\nreturn json.lo‸\n",
        "ads(",
    ),
    "a comment in a comment": ("python", "x = 1\n# end up as conn‸\n", "ections"),
}


@pytest.mark.parametrize(("language", "marked", "wanted"), OFFERED.values(), ids=OFFERED.keys())
def test_what_may_follow_is_offered(language, marked, wanted):
    assert said(marked, language) == wanted


NOT_OFFERED = {
    "an import that stands above": ("python", "import json\nimport js‸\n"),
    "an import that stands below": ("python", "import json\nimport log‸\nimport os\nimport logging\n"),
    "a name that is imported with others": (
        "python",
        "from collections import defaultdict, Counter\nfrom collections import de‸\n",
    ),
    "a name that goes by another": ("python", "from other import queue as defaultdict\nfrom collections import de‸\n"),
    "names in braces": ("typescript", 'import { Sheet, Entry } from "./sheet";\nimport { Ent‸'),
    "a line of Go's list": ("go", 'package a\n\nimport (\n\t"path/filepath"\n\t"path‸\n)\n'),
    "a use of Rust": ("rust", "use std::path::PathBuf;\nuse std::path::Pat‸\n"),
    "code in prose": ("markdown", "# Notes\n\nreturn json.lo‸\n"),
    "a comment of code in prose": ("markdown", "When something could end up as conn‸\n"),
    "code in a comment": ("python", "x = 1\n# return json.lo‸\n"),
    "an argument of another call": ("python", "    self._calls.put(origin‸\n"),
    "a bracket that nothing opened": ("python", "    call(1, table(first, second‸\n"),
}


@pytest.mark.parametrize(("language", "marked"), NOT_OFFERED.values(), ids=NOT_OFFERED.keys())
def test_what_cannot_follow_is_not(language, marked):
    assert said(marked, language) is None


def test_lines_of_prose_are_offered_one_at_a_time():
    assert said("A connection is kept‸\n", "markdown", explicit=True) == " open for a while."


def test_nothing_is_said_of_the_code_to_come():
    """A line of code is not gone on from with a comment."""
    code = "def load(path):\n    return json.loads(path)\n    # end up as connections\n"
    assert (
        said("def load(path):\n    return json.lo‸\n", "python", {f"{name}.py": code for name in "abcdefgh"})
        == "ads(path)"
    )


UNSURE = "".join(f"def handle_{name}_request(connection, limits):\n    {name}(connection)\n\n\n" for name in "abcdefgh")


@pytest.mark.parametrize(
    ("marked", "wanted"),
    [
        pytest.param("def first():\n    pass\n\n\ndef han‸\n", "dle_", id="a name of which the project has many"),
        pytest.param("a(frobnicate, frobnicated)\nfrob‸\n", "nicate", id="words of this file"),
    ],
)
def test_an_explicit_request_gets_the_best_guess(marked, wanted):
    """However unsure; one while typing does not."""
    files = {"a.py": UNSURE}

    assert said(marked, "python", files) is None
    assert (said(marked, "python", files, explicit=True) or "").startswith(wanted)


@pytest.mark.parametrize("marked", ["import js‸\nimport json\n", "qqq‸\n", "‸\n"])
def test_but_not_nonsense(marked):
    assert said(marked, "python", explicit=True) is None


INSTALLED = (
    "import argparse\n\n\ndef main():\n    parser = argparse.ArgumentParser(description=__doc__)\n    parse(parser)\n"
)


def test_what_is_installed_helps_where_nothing_else_does():
    """A line at a time: how others go on is how they go on."""
    installed = Index()
    for name in "abc":
        installed.put(f"/usr/lib/{name}.py", INSTALLED)

    marked = "def run():\n    parser = argparse.Arg‸\n"

    assert said(marked, "python", {}) is None
    assert said(marked, "python", {}, installed=installed) == "umentParser("


def test_comments_of_what_is_installed_are_not_offered():
    """What others say about their code says nothing about this."""
    installed = Index()
    for name in "abc":
        installed.put(f"/usr/lib/{name}.py", "y = compute(1)\n# end up as connections that nobody closes\n")

    assert said("x = 1\n# end up as conn‸\n", "python", {}, installed=installed) is None
    assert "#" not in (said("y = compute(1)\n‸\n", "python", {}, installed=installed, explicit=True) or "")


def test_the_project_counts_more_than_what_is_installed():
    installed = Index()
    for name in "ab":
        installed.put(f"/usr/lib/{name}.py", INSTALLED)
    own = {"a.py": INSTALLED.replace("description=__doc__", "prog=NAME")}

    assert (
        said("def run():\n    parser = argparse.ArgumentParser(‸\n", "python", own, explicit=True, installed=installed)
        == "prog=NAME)"
    )
