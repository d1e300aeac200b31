"""Whatever a model says, an editor that takes the item over changes the cursor's line and no other."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.lsp.convert import ask, inline_item
from infill_ls.records import Completion
from support.clients.buffer import Buffer
from support.ground.final_buffer import STOP, complete

# The first draw reads Unicode tables: how long that takes says nothing of the code under test.
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])
LANGUAGES = st.sampled_from(["python", "javascript", "go", "rust", "html", "markdown", "ruby", "yaml", "sql", ""])
PARTS = st.sampled_from(
    [
        *"ab (){}[]\"'`;:,.=#|\n\t\\/*<>_-",
        *STOP[:3],
        "\r\n",
        "\r",
        "  ",
        "    ",
        "foo",
        "return x",
        "def f():\n    ",
        "if (a) {\n  b();\n}\n",
        "end\n",
        "</p>",
        "```\n",
        "<think>",
        "</think>\n",
        "<suffix>",
        "# ",
        "// ",
        "用户",
        "（）",
        "😀",
        "e\u0301",
        "\u2028",
        "\f",
        "\u202e",
        "\u200b",
        "\ufeff",
    ]
)
TEXTS = st.lists(PARTS, max_size=25).map("".join)


@st.composite
def questions(draw):
    """A document, a cursor in it, and an answer that is made of parts and of the document's own text."""
    text = draw(TEXTS)
    cursor = draw(st.integers(0, len(text)))
    if text[cursor - 1 : cursor + 1] == "\r\n":
        cursor += 1
    before = text[max(0, cursor - draw(st.integers(0, 30))) : cursor]
    after = text[cursor : cursor + draw(st.integers(0, 30))]
    own = draw(st.permutations([draw(TEXTS), before, draw(TEXTS), after]))
    return text, cursor, "".join(own[: draw(st.integers(1, 4))])


def snapshot(text, cursor, encoding, language):
    """What the server sees, and the client's position."""
    place = Buffer(text, encoding).position(cursor)
    mirror = Mirror(text, version=1)
    taken = take(
        mirror,
        uri="file:///a",
        path="/a",
        language=language,
        line=place["line"],
        character=place["character"],
        encoding=encoding,
    )
    return taken, place


@busy_machine
@given(
    questions(), ENCODINGS, LANGUAGES, st.sampled_from(["auto", "single", "multi"]), st.sampled_from(["stop", "length"])
)
def test_no_other_line_is_changed(question, encoding, language, lines, reason):
    """The range lies on the cursor's line and holds the cursor; no word of the document goes."""
    text, cursor, answer = question
    place, position = snapshot(text, cursor, encoding, language)

    result = complete(place, list(answer), finish_reason=reason, lines=lines)
    if not isinstance(result, Completion):
        return
    item = inline_item(ask(place, position["character"], encoding, None), result, encoding, "1")

    buffer = Buffer(text, encoding, cursor=cursor)
    start = buffer.offset({"line": item.range.start.line, "character": item.range.start.character})
    end = buffer.offset({"line": item.range.end.line, "character": item.range.end.character})
    assert item.range.start.line == item.range.end.line == position["line"]
    assert start <= cursor <= end
    assert text[start:cursor] == ""
    assert not any(character.isalnum() or character in "\r\n" for character in text[cursor:end])
    assert "\r" not in item.insert_text
    assert item.insert_text.strip()
    buffer.replace(start, end, item.insert_text)
    assert buffer.text == text[:cursor] + item.insert_text + text[end:]


@busy_machine
@given(questions(), LANGUAGES, st.sampled_from(["auto", "single", "multi"]), st.lists(st.integers(0, 300), max_size=9))
def test_no_split_changes_what_is_suggested(question, language, lines, cuts):
    """Through the stream and all that comes after it, the same text or the same rule."""
    text, cursor, answer = question
    place, _ = snapshot(text, cursor, "utf-16", language)
    ends = sorted({min(cut, len(answer)) for cut in cuts} | {0, len(answer)})
    pieces = [answer[start:end] for start, end in pairwise(ends)]

    whole = complete(place, [answer], finish_reason="stop", lines=lines)

    assert complete(place, pieces, finish_reason="stop", lines=lines) == whole
    assert complete(place, list(answer), finish_reason="stop", lines=lines) == whole
