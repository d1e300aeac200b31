"""Between the protocol's positions and items and the engine's snapshots and completions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types

from infill_ls.document.mirror import Mirror
from infill_ls.document.snapshot import take
from infill_ls.lsp.convert import ask, completion_item, inline_item, request_of, tolerant_context
from infill_ls.records import Completion
from support.clients.buffer import Buffer

# The first draw reads Unicode tables: how long that takes says nothing of the code under test.
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ENCODINGS = ["utf-8", "utf-16", "utf-32"]


def question(marked, encoding="utf-16", selected=None, language="python", **limits):
    """What is asked at the ``|`` of a text; ``selected`` is a popup's item and the characters that it replaces."""
    before, _, after = marked.partition("|")
    place = Buffer(before + after, encoding).position(len(before))
    mirror = Mirror(before + after, version=1)
    snapshot = take(
        mirror,
        uri="file:///a.py",
        path="/a.py",
        language=language,
        line=place["line"],
        character=place["character"],
        encoding=encoding,
        **limits,
    )
    info = None
    if selected is not None:
        text, replaced = selected
        start = Buffer(before + after, encoding).position(len(before) - replaced)
        span = types.Range(types.Position(**start), types.Position(**place))
        info = types.SelectedCompletionInfo(span, text)
    return ask(snapshot, place["character"], encoding, info)


def accept(marked, item, encoding):
    """The text after an editor took an item over."""
    before, _, after = marked.partition("|")
    buffer = Buffer(before + after, encoding, cursor=len(before))
    edit = getattr(item, "text_edit", None) or types.TextEdit(item.range, item.insert_text)
    start = buffer.offset({"line": edit.range.start.line, "character": edit.range.start.character})
    end = buffer.offset({"line": edit.range.end.line, "character": edit.range.end.character})
    assert edit.range.start.line == edit.range.end.line == buffer.position(len(before))["line"]
    assert start <= len(before) <= end
    return buffer.text[:start] + edit.new_text + buffer.text[end:]


ACCEPTED = {
    "at the end": ("x = |", Completion("1"), "x = 1"),
    "second line": ("é\nx = |\ny", Completion("1"), "é\nx = 1\ny"),
    "after wide characters": ("x = '😀漢é' + |", Completion("y"), "x = '😀漢é' + y"),
    "replaces a bracket": ("f(|)\n", Completion("a)", replaces=1), "f(a)\n"),
    "replaces a wide character": ("f('|😀')", Completion("😀!", replaces=1), "f('😀!')"),
    "several lines": ("if x:|\r\n", Completion("\n    pass\n"), "if x:\n    pass\n\r\n"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("marked", "completion", "after"), ACCEPTED.values(), ids=ACCEPTED.keys())
def test_an_item_lands_at_the_cursor(marked, completion, after, encoding):
    """Inline item and popup item give the same text, with a range on the cursor's line that holds the cursor."""
    asked = question(marked, encoding)
    assert accept(marked, inline_item(asked, completion, encoding, "7"), encoding) == after
    assert accept(marked, completion_item(asked, completion, encoding, "7", markdown=True), encoding) == after


PLACES = {
    # what the command says besides the request's id
    "nothing is replaced": ("f(|)", "x", 0, {}),
    "a bracket": ("f(|)", "x) + y", 1, {encoding: [1] for encoding in ENCODINGS}),
    "behind wide characters": ("f('|') {", "漢😀', y) {", 2, {"utf-8": [7, 11], "utf-16": [3, 7], "utf-32": [2, 6]}),
    "wide characters": ("「|」", "漢」x", 1, {"utf-8": [3, 3, 3], "utf-16": [1], "utf-32": [1]}),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("marked", "text", "n_replaced", "places"), PLACES.values(), ids=PLACES.keys())
def test_an_item_says_where_it_has_again_what_it_replaces(marked, text, n_replaced, places, encoding):
    item = inline_item(question(marked, encoding), Completion(text, n_replaced), encoding, "7")
    assert item.command.arguments == ["7", *([places[encoding]] if places else [])]


def test_places_are_those_of_the_whole_text_where_a_popup_has_an_item_selected():
    asked = question("f('x', pr|)", selected=("print", 2))
    item = inline_item(asked, Completion("(')'))", replaces=1), "utf-16", "7")
    assert item.insert_text == "print(')'))"
    assert item.command.arguments == ["7", [10]]


SELECTED = {
    # marked text, (item's text, typed characters), the engine's line before the cursor, completion, text afterwards
    "typed a part": ("x = os.pa|", ("path", 2), "x = os.path", Completion(".join(a)"), "x = os.path.join(a)"),
    "typed nothing": ("x = os.|", ("path", 0), "x = os.path", Completion(".sep"), "x = os.path.sep"),
    "typed all": ("x = os.path|", ("path", 4), "x = os.path", Completion(".sep"), "x = os.path.sep"),
    "does not begin so": ("x = os.pth|", ("path", 3), "x = os.pth", Completion("1"), "x = os.pth1"),
    "wide": ("😀é|", ("éa", 1), "😀éa", Completion("b"), "😀éab"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("marked", "selected", "line", "completion", "after"), SELECTED.values(), ids=SELECTED.keys())
def test_a_popup_is_open(marked, selected, line, completion, after, encoding):
    """The engine sees the selected item as if it had been taken; the answer begins with it, or leaves it out."""
    asked = question(marked, encoding, selected)
    assert asked.snapshot.line_before == line
    assert asked.snapshot.column == len(line)
    item = inline_item(asked, completion, encoding, "7")
    assert accept(marked, item, encoding) == after


RANGES = {
    "another line": ((0, 0), (0, 2)),
    "two lines": ((0, 0), (1, 2)),
    "ends before the cursor": ((1, 0), (1, 1)),
    "ends after the cursor": ((1, 0), (1, 3)),
    "starts after it ends": ((1, 3), (1, 2)),
}


@pytest.mark.parametrize(("start", "end"), RANGES.values(), ids=RANGES.keys())
def test_a_range_that_does_not_fit_is_left_out(start, end):
    """The answer is then for the text as it is."""
    plain = question("ab\ncd|e")
    info = types.SelectedCompletionInfo(types.Range(types.Position(*start), types.Position(*end)), "cdef")
    assert ask(plain.snapshot, 2, "utf-16", info) == plain


@pytest.mark.parametrize("line", [0, 1], ids=["first line", "second line"])
def test_a_line_longer_than_a_snapshot(line):
    """The range is still at the cursor, not where the cut line would have it."""
    marked = "\n" * line + "x" * 500 + "|"
    item = inline_item(question(marked, before_chars=100), Completion("y"), "utf-16", "7")
    assert item.range == types.Range(types.Position(line, 500), types.Position(line, 500))
    assert accept(marked, item, "utf-16") == "\n" * line + "x" * 500 + "y"


POPUPS = {
    # marked text, completion, label, text to filter by, text that goes in
    "behind a word": ("x = fo|", "o(1)", "foo(1)", "foo(1)", "foo(1)"),
    "behind a dot": ("x = a.|", "b", "b", "b", "b"),
    "behind a space": ("x = |", " y", "y", "y", " y"),
    "word with wide letters": ("éß_1|", "2", "éß_12", "éß_12", "éß_12"),
    "several lines": ("def f|", "(a):\n    pass", "f(a): …", "f(a):", "f(a):\n    pass"),
    "a long line": ("x|", "y" * 80, "x" + "y" * 57 + " …", "x" + "y" * 80, "x" + "y" * 80),
    "a line that just fits": ("x|", "y" * 59, "x" + "y" * 59, "x" + "y" * 59, "x" + "y" * 59),
    "cut at a blank": (
        "x|",
        "y" * 56 + "  " + "z" * 9,
        "x" + "y" * 56 + " …",
        "x" + "y" * 56 + "  " + "z" * 9,
        "x" + "y" * 56 + "  " + "z" * 9,
    ),
    "a new line first": ("x:|", "\n    pass", "pass", "pass", "\n    pass"),
}


@pytest.mark.parametrize(("marked", "text", "label", "filtered", "edit"), POPUPS.values(), ids=POPUPS.keys())
def test_a_popup_item(marked, text, label, filtered, edit):
    """It replaces the word before the cursor, shows its first line, and says the rest as documentation."""
    item = completion_item(question(marked), Completion(text), "utf-16", "7", markdown=True)
    assert (item.label, item.filter_text, item.text_edit.new_text) == (label, filtered, edit)
    assert edit in item.documentation.value


WORDS = [
    ("css", "  margin-le", "margin-le"),
    ("css", "  color: #f", "#f"),
    ("scss", "  color: $pri", "$pri"),
    ("less", "  color: @pri", "@pri"),
    ("elisp", "(string-tri", "string-tri"),
    ("emacs-lisp", "(when (bobp", "bobp"),
    ("clojure", "(str/jo", "str/jo"),
    ("clojure", "(filter odd?", "odd?"),
    ("scheme", "(set!", "set!"),
    ("yaml", "  runs-o", "runs-o"),
    ("yaml.github", "  runs-o", "runs-o"),
    ("html", "<div aria-la", "aria-la"),
    ("html", '<a class="btn-pri', "btn-pri"),
    ("xml", "<my-el", "my-el"),
    ("vue", "<my-el", "my-el"),
    ("toml", "requires-py", "requires-py"),
    ("shellscript", "apt-g", "apt-g"),
    ("nix", "pkgs.my-pa", "my-pa"),
    ("powershell", "Get-Chi", "Get-Chi"),
    ("javascript", "const $el", "$el"),
    ("php", "$this->get($na", "$na"),
    ("ruby", "if list.empty?", "empty?"),
    ("elixir", "File.read!", "read!"),
    ("markdown", "a well-kn", "well-kn"),
    ("python", "x = a-le", "le"),
    ("javascript", "x = a-le", "le"),
    ("go", "x := a-le", "le"),
    ("frobnicate", "x = a-le", "le"),
    ("css", "  margin: ", ""),
]


@pytest.mark.parametrize(("language", "line", "word"), WORDS)
def test_a_popup_item_replaces_the_word_as_the_language_has_it(language, line, word):
    """Editors that look for the word before the cursor find the item by it."""
    marked = f"{line}|"
    item = completion_item(question(marked, language=language), Completion("x y"), "utf-16", "7", markdown=False)

    assert (item.filter_text, item.text_edit.new_text) == (f"{word}x y", f"{word}x y")
    assert item.text_edit.range.start.character == len(line) - len(word)
    assert accept(marked, item, "utf-16") == f"{line}x y"


def test_line_ends_of_the_document_for_clients_that_put_text_in_as_it_comes():
    """Only in what goes in: what is shown has line feeds."""
    asked = replace(question("if x:|\r\n"), line_end="\r\n")
    item = completion_item(asked, Completion("\n    a\n    b"), "utf-8", "7", markdown=False)
    assert item.text_edit.new_text == "\r\n    a\r\n    b"
    assert "\r" not in item.label + item.documentation + item.filter_text
    assert "\r" not in inline_item(asked, Completion("\n    a"), "utf-8", "7").insert_text


def test_documentation_is_not_broken_by_fences():
    """A completion that holds a Markdown fence is shown whole."""
    item = completion_item(question("|"), Completion("```py\nx\n````"), "utf-16", "7", markdown=True)
    assert item.documentation.value == "`````python\n```py\nx\n````\n`````"


def test_documentation_for_those_who_show_no_markdown():
    """It is the text itself."""
    item = completion_item(question("x = |"), Completion("1\n"), "utf-16", "7", markdown=False)
    assert item.documentation == "1\n"


SPAN = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}
INVOKED, AUTOMATIC = types.InlineCompletionTriggerKind.Invoked, types.InlineCompletionTriggerKind.Automatic
POPUP = {"range": SPAN, "text": "a"}
CONTEXTS = {
    "invoked": ({"triggerKind": 1}, (INVOKED, None)),
    "automatic": ({"triggerKind": 2}, (AUTOMATIC, None)),
    "the draft's invoked": ({"triggerKind": 0}, (INVOKED, None)),
    "unknown": ({"triggerKind": 7}, (AUTOMATIC, None)),
    "missing": ({}, (AUTOMATIC, None)),
    "null": (None, (AUTOMATIC, None)),
    "no table": ([1], (AUTOMATIC, None)),
    "null popup": ({"triggerKind": 2, "selectedCompletionInfo": None}, (AUTOMATIC, None)),
    "popup": ({"triggerKind": 2, "selectedCompletionInfo": POPUP}, (AUTOMATIC, POPUP)),
    "range as a pair": (
        {"triggerKind": 1, "selectedCompletionInfo": {"range": [SPAN["start"], SPAN["end"]], "text": "a"}},
        (INVOKED, POPUP),
    ),
}


@pytest.mark.parametrize(("raw", "expected"), CONTEXTS.values(), ids=CONTEXTS.keys())
def test_contexts_as_clients_send_them(raw, expected):
    """Trigger kinds and ranges of older clients become the protocol's."""
    assert tolerant_context(raw, counts_from_zero=False) == expected


@pytest.mark.parametrize(("kind", "expected"), [(0, INVOKED), (1, AUTOMATIC), (2, AUTOMATIC), (None, AUTOMATIC)])
def test_clients_of_the_draft_count_from_zero(kind, expected):
    assert tolerant_context({"triggerKind": kind}, counts_from_zero=True) == (expected, None)


@busy_machine
@given(
    st.text(alphabet="ab \r\n\té漢😀\u2028\f", max_size=30),
    st.text(alphabet="ab\n", min_size=1, max_size=5),
    st.sampled_from(ENCODINGS),
    st.data(),
)
def test_any_place_in_any_text(text, completed, encoding, data):
    """Accepting puts the text in at the cursor and changes nothing else."""
    cursor = data.draw(st.integers(0, len(text)))
    if text[cursor - 1 : cursor + 1] == "\r\n":
        cursor += 1
    marked = text[:cursor] + "|" + text[cursor:]
    item = inline_item(question(marked, encoding), Completion(completed), encoding, "7")
    assert accept(marked, item, encoding) == text[:cursor] + completed + text[cursor:]


SAYING_NOTHING = [None, [], {}, {"item": None}, {"item": {"command": {}}}, {"item": {"command": {"arguments": []}}}]


@pytest.mark.parametrize("params", SAYING_NOTHING, ids=repr)
def test_a_notification_that_names_no_item_is_about_none(params):
    assert request_of(params) is None


def test_an_items_command_names_its_request():
    """As a client sends the item back."""
    item = {"insertText": "x", "command": {"title": "Accepted", "command": "infill-ls.accept", "arguments": ["7"]}}

    assert request_of({"item": item, "acceptedLength": 1}) == "7"
