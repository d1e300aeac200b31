"""The rules by their names: each can be switched off, says when it was at work, and stands in the settings."""

from __future__ import annotations

import pytest

from infill_ls.post.finish import POST_RULES
from infill_ls.records import Completion, Rejection
from infill_ls.settings.outcomes import RULES
from support.ground.final_buffer import complete, place_of

AT_WORK = {
    "echo": ("python", "x = foo‸\n", "x = foo(1)", "(1)", "x = foo(1)"),
    "stop": ("python", "x = ‸\n", "1<|im_end|>", "1", "1"),
    "think": ("python", "x = ‸\n", "<think>a</think>1", "1", "<think>a</think>1"),
    "repetition": ("python", "‸\n", "a()\na()\na()\na()\n", "a()", "a()\na()\na()\na()"),
    "whitespace": ("python", "‸\n", "a()\n\n\n\n\nb()", "a()", "a()\n\n\n\n\nb()"),
    "fence": ("python", "‸\n", "```\na()\n```\n", "a()", "```\na()\n```"),
    "closer": ("javascript", "x = ‸\n", "1)", "1", "1)"),
    "block": ("python", "def f():\n    ‸\n", "a()\n\nb()", "a()", "a()\n\nb()"),
    "statement": ("python", "x = ‸\n", "1\nb()", "1", "1\nb()"),
    "suffix": ("python", "‸\nfoo(a)\nfoo(b)\n", "x()\nfoo(a)\nfoo(b)", "x()", "x()\nfoo(a)\nfoo(b)"),
    "token": ("python", "x = ‸\n", "1<|new|>", "1", "1<|new|>"),
    "prose": ("python", "‸\n", "I'm sorry, I cannot do that.", None, "I'm sorry, I cannot do that."),
    "unfinished": ("python", "‸\n", "a()\nb(c", "a()", "a()\nb(c"),
    "redacted": ("python", "‸\n", "a()\nkey = 'REDACTED'\nb()", "a()", "a()\nkey = 'REDACTED'\nb()"),
    "hidden": ("python", "x = ‸\n", "1\u200b", "1", "1\u200b"),
    "question": ("python", "x = ‸\n", "1</suffix>", "1", "1</suffix>"),
    "backticks": ("python", "x = ‸\n", "`f()`", "f()", "`f()`"),
    "above": ("python", "x = 1\ny = ‸\n", "x = 1\ny = 2", "2", "x = 1\ny = 2"),
    "mark": ("python", "# ‸\n", "# a", "a", "# a"),
    "blank": ("python", "def f():\n    ‸\n", "\n    return 1", "return 1", "\n    return 1"),
    "chain": ("python", "a.‸\n", " b()", "b()", " b()"),
    "tag": ("html", "<p>\n  ‸\n</p>\n<hr>\n", "<b>x</b>\n</p>\n<i>", "<b>x</b>", "<b>x</b>\n</p>\n<i>"),
    "line_ends": ("python", "‸\n", "a()  \nb()", "a()\nb()", "a()  \nb()"),
    "short": ("python", "x = 1\n‸\n", "#", None, "#"),
    "indent": ("python", "x = ‸\n", " 1", "1", " 1"),
    "unit": ("go", "func f() {\n\tg()\n\t‸\n}\n", "if x {\n        h()\n    }", "if x {\n\t\th()\n\t}", "if x {\n        h()\n    }"),
    "dedent": ("python", "def f():\n    ‸\n", "if x:\n    a()\nreturn 1", "if x:\n        a()\n    return 1", "if x:\n    a()\nreturn 1"),
    "shift": ("go", "func f() {\n\tif x {‸\n", "\n\ty()\n}", "\n\t\ty()\n\t}", "\n\ty()\n}"),
    "syntax": ("python", "‸\n", "a()\n\nThat is all there is to it.", "a()", "a()\n\nThat is all there is to it."),
}  # fmt: skip
"""By name: language, document, answer, what is shown, and what is shown with the rule switched off."""


@pytest.mark.parametrize("name", AT_WORK)
def test_a_rule_says_that_it_was_at_work_and_can_be_switched_off(name: str) -> None:
    """It names itself as the reason, or among what changed the text."""
    language, document, answer, shown, without = AT_WORK[name]
    place, reason = place_of(document, language), "length" if name == "unfinished" else "stop"

    result = complete(place, [answer], finish_reason=reason, lines="auto")
    off = complete(place, [answer], finish_reason=reason, lines="auto", off=frozenset({name}))

    if shown is None:
        assert result == Rejection(name)
    else:
        assert result == Completion(shown)
        assert name in result.changed
    assert off == Completion(without)
    assert name not in off.changed


def test_each_rule_stands_in_the_settings() -> None:
    """With what it does; the limit of lines has settings of its own, and what hides all has a test of its own."""
    assert {name for name, _ in POST_RULES} <= RULES.keys()
    assert RULES.keys() == AT_WORK.keys() | {"lines", "broken"}


@pytest.mark.parametrize(
    ("language", "document", "answer", "finish_reason"),
    [
        pytest.param("python", "‸\n", "a()\nif b:", "stop", id="a head without its body"),
        pytest.param("javascript", "‸\n", "a();\nf(() => {", "stop", id="brackets left open"),
        pytest.param("python", "‸\n", "a()\nb c", "length", id="cut by a limit"),
        pytest.param("python", "‸\n", "a()\nb c", None, id="not yet at its end"),
        pytest.param("python", "x = = 1\n‸\n", "a()\nb c", "stop", id="a document that does not parse"),
        pytest.param("c", "‸\n", "a();\nFOR_EACH(x) y();", "stop", id="macros"),
        pytest.param("kotlin", "‸\n", "a()\nb c", "stop", id="no grammar"),
        pytest.param("python", "‸\n", "b c\nd e", "stop", id="no part of it parses"),
    ],
)
def test_what_does_not_parse_is_left_where_that_proves_nothing(language, document, answer, finish_reason) -> None:
    """Unfinished text, and what a grammar does not know."""
    result = complete(
        place_of(document, language),
        [answer],
        finish_reason=finish_reason,
        lines="multi",
        off=frozenset({"unfinished"}),
    )

    assert result == Completion(answer)


def test_the_mark_of_a_secret_is_a_word_where_the_document_has_it() -> None:
    """Elsewhere a suggestion that consists of it is not shown, and the rule says so."""
    assert complete(place_of("key = ‸\n", "python"), ["'REDACTED'"], finish_reason="stop", lines="auto") == Rejection(
        "redacted"
    )
    known = place_of("MARK = 'REDACTED'\nkey = ‸\n", "python")
    assert complete(known, ["'REDACTED'"], finish_reason="stop", lines="auto") == Completion("'REDACTED'")
