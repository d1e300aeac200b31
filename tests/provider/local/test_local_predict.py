"""What the embedded engine offers at a cursor (marked ‸), from this file and others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.provider.local.index import Index
from infill_ls.provider.local.predict import predict

HANDLER = "".join(
    f"""\
def {name}(server, params):
    document = server.workspace.get_text_document(params.text_document.uri)
    if document is None:
        return None
    return document.source


"""
    for name in ("on_open", "on_close", "on_rename")
)
OTHER = """\
import argparse


def build_parser():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--verbose", action="store_true", help="say more")
    return parser
"""
AGAIN = OTHER.replace("build_parser", "arguments").replace("--verbose", "--quiet")
C_CODE = "".join(
    f"""\
static int {name}(struct state *s) {{
\tif (s->failed) {{
\t\treport_failure(s, "cannot open");
\t\treturn -1;
\t}}
\treturn count + {number};
}}

"""
    for number, name in enumerate(("open_a", "open_b", "open_c"))
)


def check(marked: str, expected: str | None, files: dict[str, str] | None = None, *, multiline: bool = False) -> None:
    index = Index()
    for path, text in (files or {}).items():
        index.put(path, text)
    prefix, suffix = marked.split("‸")
    found = predict(index, path="app/here.py", prefix=prefix, suffix=suffix, multiline=multiline)
    assert (found.text if found else None) == expected


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = server.workspace.‸\n",
            "get_text_document(params.text_document.uri)",
            id="a call made above",
        ),
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = server.works‸\n",
            "pace.get_text_document(params.text_document.uri)",
            id="inside a word",
        ),
        pytest.param(
            "def on_save(server, params):\n    document = server.workspace.‸\n\n\n" + HANDLER,
            "get_text_document(params.text_document.uri)",
            id="a call made below",
        ),
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = ‸\n",
            "server.workspace.get_text_document(params.text_document.uri)",
            id="after a blank",
        ),
        pytest.param(
            "表 = 配置.读取(路径, 编码)\nx = 1\n表 = 配置.读取(路径, 编码)\ny = 2\n表 = 配置.读‸\n",
            "取(路径, 编码)",
            id="CJK identifiers",
        ),
        pytest.param(
            C_CODE + "static int open_d(struct state *s) {\n\tif (s->failed) {\n\t\treport_‸\n",
            'failure(s, "cannot open");',
            id="tabs",
        ),
    ],
)
def test_this_file(marked, expected):
    """What was written in this file is offered again."""
    check(marked, expected)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            "def make():\n    parser = argparse.ArgumentParser(‸\n",
            "description=__doc__, allow_abbrev=False)",
            id="an idiom",
        ),
        pytest.param(
            "def make():\n    parser = argparse.Argu‸\n",
            "mentParser(description=__doc__, allow_abbrev=False)",
            id="inside a word",
        ),
        pytest.param(
            "def make():\n    parser = argparse.ArgumentParser(‸)\n",
            "description=__doc__, allow_abbrev=False",
            id="before the bracket that the editor closed",
        ),
    ],
)
def test_other_files(marked, expected):
    """What other files agree on is offered."""
    check(marked, expected, {"app/one.py": OTHER, "app/two.py": AGAIN, "lib/three.py": OTHER})


def test_nearer_text_wins():
    """What this file says counts more than what others say more often."""
    far = {f"lib/{name}.py": f"def {name}():\n    timeout = settings.get('timeout', 30)\n" for name in ("one", "two")}
    here = "def load():\n    timeout = settings.get('timeout', limits.idle)\n    retry(timeout)\n"
    again = here.replace("load", "reload")
    check(here + again * 3 + "def last():\n    timeout = settings.get('timeout', ‸\n", "limits.idle)", far)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("document = server.workspace.get_text_document(‸)", "params.text_document.uri", id="bracket"),
        pytest.param("document = server.workspace.get_text_document(params.‸uri)", "text_document.", id="rest of line"),
        pytest.param("document = server.workspace.get_text_document(‸params.text_document.uri)", None, id="all there"),
        pytest.param("document = server.workspace.‸other", None, id="what follows fits nothing"),
        pytest.param(
            "document = server.workspace.get_text_document(params.text_document.uri‸)", None, id="nothing left"
        ),
        pytest.param(
            "document = server.workspace.get_text_document(params.text_document.uri‸", None, id="lone bracket"
        ),
        pytest.param(
            "document = server.workspace.get_text_document(params.text_document.uri)‸", None, id="line is done"
        ),
    ],
)
def test_text_after_the_cursor_is_not_repeated(line, expected):
    """Only what is missing before the rest of the line is offered."""
    check(HANDLER + "def on_save(server, params):\n    " + line + "\n", expected)


def test_line_below_is_not_repeated():
    """A line that already stands below the cursor is not offered for the cursor's line."""
    text = "def on_save(server, params):\n    ‸\n" + HANDLER.split("\n")[1] + "\n"
    check(HANDLER + text, None)


@pytest.mark.parametrize(
    ("marked", "files"),
    [
        pytest.param("‸", {}, id="empty file, nothing known"),
        pytest.param("‸", {"app/one.py": OTHER}, id="empty file"),
        pytest.param("   \n\t\n  ‸", {"app/one.py": OTHER}, id="blank text"),
        pytest.param("quux_frobnicate(‸", {"app/one.py": OTHER}, id="never seen"),
        pytest.param("a = b.c(‸", {"app/one.py": "", "app/two.py": "\n\n"}, id="empty other files"),
        pytest.param("send(alpha, beta)\nsend(gamma, delta)\nsend(‸\n", {}, id="as many say one thing as another"),
    ],
)
def test_nothing_to_say(marked, files):
    """Nothing is said where nothing is known or nothing agrees."""
    check(marked, None, files)


def test_stops_where_places_differ():
    """Where the ends of lines differ, only the part that they have in common is offered."""
    calls = "".join(f"    connection.execute_statement(table_{name}, rows)\n    commit()\n" for name in "abcdefgh")
    check("def fill(connection):\n" + calls + "    connection.exec‸\n", "ute_statement(")


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = server.‸\n",
            "workspace.get_text_document(params.text_document.uri)\n"
            "    if document is None:\n        return None\n    return document.source",
            id="to the end of the function",
        ),
        pytest.param(
            HANDLER + "class A:\n    def on_save(server, params):\n        document = server.‸\n",
            "workspace.get_text_document(params.text_document.uri)\n"
            "        if document is None:\n            return None\n        return document.source",
            id="indented as the cursor's line",
        ),
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = server.‸\n    return document.source\n",
            "workspace.get_text_document(params.text_document.uri)\n    if document is None:\n        return None",
            id="to the line that stands below",
        ),
        pytest.param(
            HANDLER + "def on_save(server, params):\n    document = server.‸\n        deeper()\n",
            "workspace.get_text_document(params.text_document.uri)",
            id="one line where the block is there",
        ),
        pytest.param(
            C_CODE + "static int open_d(struct state *s) {\n\tif (s->‸\n",
            'failed) {\n\t\treport_failure(s, "cannot open");\n\t\treturn -1;\n\t}',
            id="with the closing brace",
        ),
    ],
)
def test_several_lines(marked, expected):
    """Sure lines follow to the end of the block, and no further."""
    check(marked, expected, multiline=True)


def test_one_line_when_asked_for_one():
    """``max_lines`` counts the cursor's own line."""
    prefix = HANDLER + "def on_save(server, params):\n    document = server."
    found = predict(Index(), path="a.py", prefix=prefix, suffix="\n", multiline=True, max_lines=1)
    assert found
    assert found.text == "workspace.get_text_document(params.text_document.uri)"


@pytest.mark.parametrize("path", ["app/here.py", "/src/project/app/here.py", "C:\\project\\app\\here.py"])
def test_own_indexed_version_is_no_second_opinion(path):
    """The indexed version of the file in hand does not answer for the very line that is being typed."""
    before = "def total(rows):\n    first = rows[0]\n    rest = rows[1:]\n    result = combine(first, rest)\n"
    check(before.replace("combine(first, rest)\n", "‸\n"), None, {path: before})


def test_far_part_of_the_same_file():
    """What stands in this file outside the text around the cursor is known from the index."""
    far = HANDLER + "x = 1\n" * 5000
    check(
        "x = 1\n" * 3000 + "def on_save(server, params):\n    document = server.workspace.‸\n",
        "get_text_document(params.text_document.uri)",
        {"app/here.py": far},
    )


SNIPPETS = st.lists(
    st.sampled_from(
        [
            "self",
            "foo",
            "配置",
            ".",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            '"',
            "'",
            ", ",
            " = ",
            "\n",
            "\n    ",
            "\n\t",
            "\n\n",
            ":",
            "x",
            "𝒳",
            "\x0e",
            "\x0f",
            "\f",
            "\u2028",
            "-----",
            " ",
        ]
    ),
    max_size=60,
).map("".join)


@given(prefix=SNIPPETS, suffix=SNIPPETS, other=SNIPPETS, multiline=st.booleans())
def test_any_text(prefix, suffix, other, multiline):
    """Whatever stands around the cursor: no failure, the same answer twice, and text that a person can use."""
    index = Index()
    index.put("a.py", other)
    index.put("b.py", prefix + suffix)
    index.put("c.py", prefix * 2 + other)
    found = predict(index, path="a.py", prefix=prefix, suffix=suffix, multiline=multiline)
    assert found == predict(index, path="a.py", prefix=prefix, suffix=suffix, multiline=multiline)
    if not found:
        return
    rest_of_line = suffix.partition("\n")[0].strip()
    assert "\r" not in found.text
    assert found.text == found.text.rstrip()
    assert len(found.text.strip()) > 1
    assert multiline or "\n" not in found.text
    assert (
        not rest_of_line
        or not found.text.endswith(rest_of_line[0])
        or rest_of_line[0] not in ")]}"
        or balanced(found.text)
    )
    assert 0 < found.confidence <= 1


def balanced(text: str) -> bool:
    """Whether no bracket is closed that was not opened in the text."""
    depth = 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return False
    return True


def test_what_led_to_the_cursor_a_moment_ago_says_nothing():
    """This file's indexed version may end where the cursor is, below other lines: that nothing stood there is no news."""
    known = "def reveal(one, two):\n    return open_sesame(one, two, canary_of_the_other_file)\n"
    index = Index()
    index.put("/p/other.py", known * 3)
    index.put("/p/a.py", "x = 1\n" * 10 + known.partition(" canary")[0])

    found = predict(
        index, path="/p/a.py", prefix="y = 2\n" * 10 + known.partition(" canary")[0], suffix="", multiline=False
    )

    assert found is not None
    assert found.text == " canary_of_the_other_file)"
