"""How each family is asked for a next edit, and how what it says is read: to the letter, and at every split."""

from __future__ import annotations

import asyncio
import string

import pytest

from infill_ls.engine.next_answer import answer_of
from infill_ls.engine.next_excerpt import Limits, place_of, region_at
from infill_ls.prompt.next_families import NEXT_FAMILIES, next_family_of, next_named
from infill_ls.prompt.next_prompt import Event, Excerpt, blocks, build
from infill_ls.records import REDACTED, Change
from infill_ls.settings.next_edit_settings import NEXT_FAMILIES as CHOICES
from infill_ls.stream.rewrite import LineEdit

NAMES = [family.name for family in NEXT_FAMILIES]
NAMED = {
    "zeta1": ["zed-industries/zeta", "zeta:7b", "bartowski/zed-industries_zeta-GGUF", "zeta-Q4_K_M.gguf"],
    "zeta2": ["zed-industries/zeta-2", "zeta2", "zeta-2-Q8_0.gguf"],
    "zeta2.1": ["zed-industries/zeta-2.1", "zeta-2.1-q8_0.gguf"],
    "sweep": ["sweepai/sweep-next-edit-1.5B", "sweep-next-edit-0.5b.q8_0.v2.gguf"],
    "instinct": ["nate/instinct", "continuedev/instinct"],
    "mercury": ["mercury-edit-2", "mercury-coder"],
    None: ["qwen3-coder-flash", "gpt-oss:20b", "my-model", ""],
}
EXCERPT = Excerpt(
    path="a/b.py",
    language="python",
    above=("import os", ""),
    lines=("x = load(a, c)", "y = load(b)", "z = 1"),
    below=("# end",),
    row=1,
    column=10,
    events=(Event(2, ("x = load(a)",), ("x = load(a, c)",), ("",), ("y = load(b)",)),),
    was=("x = load(a)", "y = load(b)", "z = 1"),
    starts_file=True,
)
HUNK = " \n-x = load(a)\n+x = load(a, c)\n y = load(b)"
REGION = "x = load(a, c)\ny = load(b{})\nz = 1"
PROMPTS = {
    "zeta1": [
        'User edited "a/b.py":\n```diff\n@@ -2,3 +2,3 @@\n' + HUNK + "\n```\n",
        "```a/b.py\n<|start_of_file|>\nimport os\n\n<|editable_region_start|>\n"
        + REGION.format("<|user_cursor_is_here|>")
        + "\n<|editable_region_end|>\n# end\n```\n\n### Response:\n",
    ],
    "zeta2": [
        "<[fim-suffix]>\n# end\n<[fim-prefix]><filename>edit_history\n--- a/a/b.py\n+++ b/a/b.py\n" + HUNK + "\n\n",
        "<filename>a/b.py\nimport os\n\n<<<<<<< CURRENT\n"
        + REGION.format("<|user_cursor|>")
        + "\n=======\n<[fim-middle]>",
    ],
    "zeta2.1": [
        "<[fim-suffix]>\n# end\n<[fim-prefix]><filename>edit_history\n--- a/a/b.py\n+++ b/a/b.py\n" + HUNK + "\n\n",
        "<filename>a/b.py\nimport os\n\n<|marker_1|>\n"
        + REGION.format("<|user_cursor|>")
        + "\n<|marker_2|>\n<[fim-middle]>",
    ],
    "sweep": [
        "<|file_sep|>a/b.py.diff\noriginal:\n\nx = load(a)\ny = load(b)\nupdated:\n\nx = load(a, c)\ny = load(b)\n",
        "<|file_sep|>original/a/b.py\nx = load(a)\ny = load(b)\nz = 1\n<|file_sep|>current/a/b.py\n"
        + REGION.format("<|cursor|>")
        + "\n<|file_sep|>updated/a/b.py\nx = load(a, c)\n",
    ],
    "instinct": [
        'User edited file "a/b.py"\n\n```diff\n@@ -2,3 +2,3 @@\n' + HUNK + "\n```\n",
        "<|editable_region_start|>\n" + REGION.format("<|user_cursor_is_here|>") + "\n<|editable_region_end|>\n",
    ],
    "mercury": [
        "<|current_file_content|>\ncurrent_file_path: a/b.py\nimport os\n\n<|code_to_edit|>\n"
        + REGION.format("<|cursor|>")
        + "\n<|/code_to_edit|>\n# end\n<|/current_file_content|>\n\n<|edit_diff_history|>\n",
    ],
    "chat": [
        "<changes>\n@@ -2,3 +2,3 @@\n" + HUNK + "\n</changes>\n\nFile: a/b.py\n\n<above>\nimport os\n\n</above>\n",
        "<region>\n" + REGION.format("<cursor/>") + "\n</region>\n<below>\n# end\n</below>",
    ],
    "json": ["JSON", "<region>\n1: x = load(a, c)\n2: y = load(b<cursor/>)\n3: z = 1\n</region>"],
}
SECOND = [(1, ("y = load(b)",), ("y = load(b, c)",))]
NEW = "x = load(a, c)\ny = load(b, c)\nz = 1\n"
ANSWERS = {
    "zeta1": [
        (f"<|editable_region_start|>\n{NEW}<|editable_region_end|>\nmore", SECOND),
        (NEW.replace(", c)\nz", ", c<|user_cursor_is_here|>)\nz"), SECOND),
        (REGION.format("<|user_cursor_is_here|>"), []),
    ],
    "zeta2": [
        (f"{NEW}>>>>>>> UPDATED\n", SECOND),
        ("NO_EDITS\n>>>>>>> UPDATED", []),
        ("KEEP_PREVIOUS", []),
        (REGION.format("<|user_cursor|>") + "\n\n\n>>>>>>> UPDATED\n", []),
    ],
    "zeta2.1": [
        (f"<|marker_1|>\n{NEW}<|marker_2|>\n", SECOND),
        (f"<|marker_1|>{NEW}<|marker_2|>", SECOND),
        ("<|marker_1|>\n<|marker_1|>", []),
        ("<|marker_1|>\nx = load(a, c)\n", []),
        ("<|marker_7|>\nx = 1\n<|marker_8|>", []),
        ("<|marker_2|>\nx = 1\n<|marker_1|>", []),
    ],
    "sweep": [("y = load(b, c)\nz = 1\n<|file_sep|>", SECOND), ("y = load(b)\nz = 1<|endoftext|>", []), ("\n\n", [])],
    "instinct": [
        (f"<|editable_region_start|>\n{NEW}<|editable_region_end|>", SECOND),
        (f"```python\n{NEW}```", SECOND),
    ],
    "mercury": [(f"```\n{NEW}```", SECOND), ("```\nNone\n```", []), ("None", [])],
    "chat": [
        ("y = load(b, c)\nz = 1\n</region>", SECOND),
        ("y = load(b)\nz = 1\n</region> Done.", []),
        ("y = load(b, c)</region>\n", [(1, ("y = load(b)", "z = 1"), ("y = load(b, c)",))]),
    ],
    "json": [
        ('{"edits": [{"first": 2, "last": 2, "lines": ["y = load(b, c)"]}]}', SECOND),
        ('```json\n{"edits": [{"first": 2, "last": 2, "lines": ["y = load(b, c)\\n"]}]}\n```', SECOND),
        ('{"edits": []}', []),
        ('{"edits": [{"first": 2, "last": 9, "lines": []}]}', []),
        ("I would not change anything.", []),
        ('{"edits": [{"first": true, "last": 2, "lines": [""]}]}', []),
    ],
}
CASES = [(name, text, edits) for name, cases in ANSWERS.items() for text, edits in cases]


def said(name, pieces, excerpt=EXCERPT, *, is_cut=False):
    """The edits, as plain tuples, of an answer that comes in pieces."""
    found = []
    answer = answer_of(excerpt, next_named(name), found.append)

    async def feed():
        for piece in pieces:
            if not answer.is_over:
                await answer.take(piece)
        answer.end(is_cut=is_cut)

    asyncio.run(feed())
    return [(edit.first, edit.old, edit.new) for edit in found]


def test_the_settings_name_all_families():
    assert sorted(CHOICES) == sorted(["auto", *NAMES])


@pytest.mark.parametrize(("family", "model"), [(family, name) for family, names in NAMED.items() for name in names])
def test_a_real_name_tells_the_form(family, model):
    found = next_family_of(model)
    assert (found.name if found else None) == family


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_spelled_as_the_model_was_trained(name):
    """Changes, region, cursor and the order of the parts."""
    family = next_named(name)
    prompt = build(EXCERPT, family)
    text = prompt.text or "\n".join(message.content for message in prompt.messages)
    for part in PROMPTS[name]:
        assert part in text
    assert (prompt.mode, prompt.stop) == (family.mode, family.stop)
    assert bool(prompt.text) == (family.mode == "fim")
    last = prompt.messages[-1] if prompt.messages else None
    assert (last is not None and last.partial) == (family.mode == "partial")
    assert name != "chat" or last.content == "<region>\nx = load(a, c)\n"
    assert build(EXCERPT, family) == prompt


@pytest.mark.parametrize(("name", "text", "edits"), CASES)
def test_an_answer_is_read_the_same_at_every_split(name, text, edits):
    """Be it whole, character by character, or in two pieces; with either line end."""
    assert said(name, [text]) == edits
    assert said(name, list(text)) == edits
    for at in range(1, len(text)):
        assert said(name, [text[:at], text[at:]]) == edits
    assert said(name, list(text.replace("\n", "\r\n"))) == edits


@pytest.mark.parametrize("name", NAMES)
def test_no_mark_of_any_family_is_in_an_edit(name):
    """Wherever a mark comes: what came before it may be said, and nothing with it."""
    family = next_named(name)
    first = "<|marker_1|>\n" if family.answer == "blocks" else ""
    tokens = {*family.control_tokens, *family.stop, family.opening} - {"", "<|marker_"}
    for token in tokens | ({"<|marker_3|>"} if first else set()):
        for text in (
            f"y = load(b, {token}c)\n",
            f"{token}\nq = 1\n",
            f"y = 2\n{token}",
            f"y = 2\nz = {token}\nw = 1\n",
        ):
            lines = [line for _, _, new in said(name, [first + text]) for line in new]
            assert not any(token in line or "marker_" in line for line in lines), (token, text, lines)


@pytest.mark.parametrize("name", NAMES)
def test_tokens_in_the_users_text_are_broken(name):
    """In the region, around it, in what was changed, and in the name; what was broken is not written back."""
    family = next_named(name)
    for token in family.control_tokens:
        lines = [f"s = '{token}'", "x = 1", f"t = '{token}'"]
        change = Change(1, 1, (f"x = '{token}'",), ("x = 1",))
        region = region_at(
            _Lines(lines), [change], (1, 2), (f"{token}.py", "python"), family, Limits(4096, redact=True)
        )
        prompt = build(region.excerpt, family)
        text = prompt.text or "\n".join(message.content for message in prompt.messages)
        blank = build(
            region_at(
                _Lines(["s", "x = 1", "t"]), [change], (1, 2), ("a.py", "python"), family, Limits(4096, redact=True)
            ).excerpt,
            family,
        )
        own = blank.text or "\n".join(message.content for message in blank.messages)
        assert text.count(token) == own.count(token), token
        sent = region.excerpt.lines[0]
        if sent != lines[0]:
            assert place_of(LineEdit(0, (sent,), (sent + "!",)), region) is None


def test_a_secret_is_neither_sent_nor_written_over():
    """Nor is the word that stood for it put anywhere."""
    key = "sk-proj-" + "a1b2C3d4" * 5
    lines = [f'key = "{key}"', "x = load(a)", "y = load(b)"]
    change = Change(1, 1, (f'x = load("{key}")',), ("x = load(a)",))
    for family in NEXT_FAMILIES:
        region = region_at(_Lines(lines), [change], (1, 2), ("a.py", "python"), family, Limits(4096, redact=True))
        prompt = build(region.excerpt, family)
        text = prompt.text or "\n".join(message.content for message in prompt.messages)
        assert key not in text
        assert REDACTED in text
        if region.first == 0:
            sent = region.excerpt.lines[0]
            assert place_of(LineEdit(0, (sent,), (f'key = "{REDACTED}" # here',)), region) is None
            assert place_of(LineEdit(2, ("y = load(b)",), (f'y = load("{REDACTED}")',)), region) is None


@pytest.mark.parametrize(
    ("old", "answer", "edits"),
    [
        ("abcdef", "abXdef", [(2, "c", "X")]),
        ("abcdef", "abXcdef", [(2, "", "X")]),
        ("abcdef", "abdef", [(2, "c", "")]),
        ("abcdefgh", "aXcdefYh", [(1, "b", "X"), (6, "g", "Y")]),
        ("abcdef", "abcdef", []),
        ("abcdef", "abcdefg", []),
        ("abcdef", "XYZdef", [(0, "abc", "XYZ")]),
        ("abcdef", "abXYdef", [(2, "c", "XY")]),
    ],
)
def test_the_new_text_is_told_from_the_old_by_lines(old, answer, edits):
    """What is only repeated is no edit; nothing is added where the document goes on."""
    excerpt = Excerpt("a.py", "python", (), tuple(old), ("end",), 0, 0, ())
    for cut in ({}, {"is_cut": True}) if answer.endswith("ef") else ({},):
        text = "\n".join(answer) + "\n"
        found = said("zeta2", [text], excerpt, **cut)
        assert [(first, "".join(gone), "".join(new)) for first, gone, new in found] == edits


def test_an_edit_is_known_before_the_answer_ends_and_one_that_is_cut_off_is_none():
    excerpt = Excerpt("a.py", "python", (), tuple("abcdefghijklmnop"), ("end",), 0, 0, ())
    assert said("zeta2", ["a\nX\nc\n"], excerpt, is_cut=True) == [(1, ("b",), ("X",))]
    assert said("zeta2", ["a\nX\nY\n"], excerpt, is_cut=True) == []
    assert said("zeta2", ["a\nX\nY"], excerpt, is_cut=True) == []


def test_a_model_that_only_repeats_is_stopped_after_its_edit():
    """Eight lines as they are mean that no other edit comes."""
    lines = tuple(f"line {n}" for n in range(40))
    excerpt = Excerpt("a.py", "python", (), lines, ("end",), 0, 0, ())
    found = []
    answer = answer_of(excerpt, next_named("zeta2"), found.append)
    told = 0
    for line in ("line 0", "new", *lines[2:]):
        if answer.is_over:
            break
        asyncio.run(answer.take(line + "\n"))
        told += 1
    assert len(found) == 1
    assert told <= 11


def test_blocks_begin_at_blank_lines_and_never_with_a_closer():
    lines = [*"abcdefg", "", *"hijklmnop", "", "}", *"qrstuv"]
    starts = blocks(lines)
    assert starts[0] == 0
    assert starts[-1] == len(lines)
    assert all(lines[start] not in ("", "}") for start in starts[:-1])
    assert len(starts) > 2


def test_templates_name_only_what_there_is():
    fields = {"events", "path", "above", "region", "below", "was", "prefill"}
    for family in NEXT_FAMILIES:
        for template, known in (
            (family.user, fields),
            (family.begun, fields),
            (family.event, {"path", "diff", "hunk", "old", "new"}),
        ):
            assert {field for _, field, _, _ in string.Formatter().parse(template) if field} <= known


class _Lines:
    def __init__(self, lines):
        self._lines = lines
        self.line_count = len(lines)

    def line(self, row):
        return self._lines[row]
