"""Each filter alone in the row: what it shows, what it holds back, and when it stops the model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.stream.pipeline import Pipeline
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import STOP, place_of, stream

PYTHON = place_of("def f():\n    ‸\n    return x\n    y = 2\n", "python")
LOOSE = place_of("‸\n", "python")


def check(place, answer: str, shown: str, stopped: str | None, **options) -> None:
    """What is shown in the end and why the model was stopped."""
    assert stream(place, list(answer), **options) == (shown, stopped)


@pytest.mark.parametrize("stop", STOP)
@pytest.mark.parametrize("at", range(1, 15))
def test_a_control_token_is_cut_wherever_it_is_split(stop: str, at: int) -> None:
    """The text before it is kept, it and all after it is dropped, and the model is stopped at once."""
    pipeline = Pipeline(Surroundings.of(LOOSE), STOP, max_lines=40, lines="auto")

    shown = pipeline.feed("foo()" + stop[:at]) + pipeline.feed(stop[at:] + "more\nand more")

    assert pipeline.stopped == "stop"
    assert shown + pipeline.flush() == "foo()"


@pytest.mark.parametrize(
    ("stop", "answer", "shown", "stopped"),
    [
        (("\n\n",), "foo()\n\nbar", "foo()", "stop"),
        (("\n\n",), "foo()\n", "foo()\n", None),
        (("ab", "abc"), "xabc", "x", "stop"),
        (("bc", "abcd"), "abcx", "a", "stop"),
        (("bc", "abcd"), "abc", "a", None),
        (("bc", "abcd"), "abcd", "", "stop"),
        (("aab",), "aaab", "a", "stop"),
        (("",), "abc", "abc", None),
        ((), "<|im_end|>", "<|im_end|>", None),
    ],
)
def test_stop_strings(stop: tuple[str, ...], answer: str, shown: str, stopped: str | None) -> None:
    """The leftmost wins, a longer one that began earlier is waited for, and a half one is text."""
    for pieces in ([answer], list(answer)):
        pipeline = Pipeline(Surroundings.of(LOOSE), stop, max_lines=40, lines="auto")
        result = "".join(map(pipeline.feed, pieces)) + pipeline.flush()

        assert (result, pipeline.stopped) == (shown, stopped)


@pytest.mark.parametrize(
    ("answer", "shown", "stopped"),
    [
        ("x = 1\n    return x\n    y = 2\n    z = 3\n    a", "x = 1\n", "suffix"),
        ("x = 1\n    return x\n\n\n    y = 2\n\n    z = 3\n    a", "x = 1\n", "suffix"),
        ("x = 1\n    return x\n    y = 2\n    w = 3\n", "x = 1\n    return x\n    y = 2\n    w = 3\n", None),
        ("x = 1\n    return x\n    return x\n    y = 2\n    z = 3\n", "x = 1\n    return x\n", "suffix"),
        ("x = 1\n    return x", "x = 1\n    return x", None),
        ("x = 1\n    return x\n\n\n", "x = 1\n    return x\n\n\n", None),
        ("x = 1\n  return x\n  y = 2\n  z = 3\n", "x = 1\n  return x\n  y = 2\n  z = 3\n", None),
        ("return x\n    y = 2\n    z = 3\n", "", "suffix"),
    ],
)
def test_the_model_is_stopped_where_it_repeats_the_next_lines(answer: str, shown: str, stopped: str | None) -> None:
    """Three lines in a row and with their indentation; fewer are left to the end."""
    check(place_of("def f():\n    ‸\n    return x\n    y = 2\n    z = 3\n", "python"), answer, shown, stopped)


@pytest.mark.parametrize(
    ("document", "answer", "shown", "stopped"),
    [
        ("‸\n\nmain()\n", "x = 1\n\nmain()\n\nmore()\n", "x = 1\n\n", "suffix"),
        ("‸\nmain()\n", "main()\nx = 1\n", "main()\nx = 1\n", None),
        ("{\n‸\n}\n", "a\n}\nb\n", "a\n", "closer"),
        ("‸\na()\nb()\n", "x\na()\nb()\nc()\n", "x\n", "suffix"),
        ("‸", "1\n2\n3\n", "1\n2\n3\n", None),
    ],
)
def test_a_short_suffix_is_repeated(document: str, answer: str, shown: str, stopped: str | None) -> None:
    """Where fewer lines follow, fewer decide; a lone bracket never does."""
    check(place_of(document, "python"), answer, shown, stopped)


@pytest.mark.parametrize(
    ("answer", "shown", "stopped"),
    [
        ("a\nb\nc\nd", "a\nb\nc", "max_lines"),
        ("a\n\nb\nc", "a\n\nb", "max_lines"),
        ("a\na\nb\n", "a\na\nb", "max_lines"),
        ("a\na\na\nb\n", "a\n", "repetition"),
        ("a\na\na", "a\n", None),
        ("a\n\n\n\n\nb", "a\n", "max_lines"),
        ("a\n" + " " * 201, "a\n", "whitespace"),
        ("a\n" + "\t" * 201 + "b\n", "a\n", "whitespace"),
    ],
)
def test_lines_are_limited_and_loops_ended(answer: str, shown: str, stopped: str | None) -> None:
    """Three lines at most here; three equal ones count as one."""
    check(LOOSE, answer, shown, stopped, max_lines=3)


def test_blank_lines_are_a_loop() -> None:
    """Four of them stop the model."""
    check(LOOSE, "a\n\n\n\n\nb", "a\n", "whitespace")
    check(LOOSE, "a\n\n\n\nb", "a\n\n\n\nb", None)


@pytest.mark.parametrize(
    ("document", "lines", "shown"),
    [
        ("‸\n", "auto", "a\nb"),
        ("x = (‸)\n", "auto", "a\nb"),
        ('f("‸");\n', "auto", "a\nb"),
        ("f(‸):\n", "auto", "a\nb"),
        ("if (‸) {\n", "auto", "a"),
        ("f(‸, b)\n", "auto", "a"),
        ("x = ‸ # 数\n", "auto", "a"),
        ("x = ‸\n", "single", "a"),
        ("f(‸, b)\n", "multi", "a\nb"),
    ],
)
def test_how_many_lines_a_place_wants(document: str, lines: str, shown: str) -> None:
    """Anything but closing characters after the cursor makes it one line, unless the user says otherwise."""
    check(place_of(document, "python"), "a\nb", shown, "line" if shown == "a" else None, lines=lines)


def test_a_single_line_may_start_on_the_next() -> None:
    """The first line with text is the one that counts."""
    check(place_of("def f():‸\n", "python"), "\n    a\n    b", "\n    a", "line", lines="single")


@pytest.mark.parametrize(
    ("echoed", "answer", "shown"),
    [
        ("def call(", "def call(x)", "x)"),
        ("def call(", "def g(x)", "def g(x)"),
        ("def call(", "def", "def"),
        ("def call(", "x)", "x)"),
        ("all = 1\nb", "all = 1\r\nbc", "c"),
        ("(", "((a))", "((a))"),
        ("", "x", "x"),
    ],
)
def test_the_echo_of_a_chat_server_is_dropped(echoed: str, answer: str, shown: str) -> None:
    """Only whole and at the start."""
    check(place_of("def call(‸\n", "python"), answer, shown, None, echoed=echoed)


def test_an_answer_that_is_no_echo_is_shown_at_once() -> None:
    """The first character that differs decides."""
    pipeline = Pipeline(Surroundings.of(LOOSE), STOP, max_lines=40, lines="auto", echoed="def call(")

    assert pipeline.feed("def") + pipeline.feed(" g():\n") == "def g():\n"


@pytest.mark.parametrize(
    ("answer", "shown", "stopped"),
    [
        ("```python\na\nb\n```\nmore", "a\nb\n", "fence"),
        ("````\na\n```\nb\n````\n", "a\n```\nb\n", "fence"),
        ("\n\nSure!\n\n~~~\na\n~~~\n", "a\n", "fence"),
        ("a\n```\nThat is it.", "a\n", "fence"),
        ("Here is a.\nHere is b.\na = 1\n", "Here is a.\nHere is b.\na = 1\n", None),
        ("`a`\n", "`a`\n", None),
        ("<think>a</think>\n\nb", "b", None),
        ("\n<think>\na\n</think>b", "b", None),
        ("<thin", "<thin", None),
        ("<thing>\na", "<thing>\na", None),
        ("a <think>b</think>", "a <think>b</think>", None),
    ],
)
def test_wrapping_is_taken_off(answer: str, shown: str, stopped: str | None) -> None:
    """Fences, the prose before and after them, and thoughts."""
    check(LOOSE, answer, shown, stopped)


def test_many_characters_one_at_a_time() -> None:
    """Long lines and short ones go through a character at a time; the work does not grow faster than the text."""
    answer = "".join(f"value_{i} = {i}\n" for i in range(3000)) + "x" * 50_000

    shown, stopped = stream(PYTHON, list(answer), max_lines=10_000)

    assert (shown, stopped) == (answer, None)


@pytest.mark.parametrize(
    ("prefix", "fenced"),
    [
        pytest.param(
            'half a docstring\n"""\nimport a\ndef f():\n    return ', False, id="after a docstring that was cut"
        ),
        pytest.param('import a\ndef f():\n    """Like this:\n    ', True, id="in a docstring"),
        pytest.param('x = 1\n"""\ndef f():\n    """Doc."""\n    return ', False, id="quotes that close"),
    ],
)
def test_a_window_may_begin_in_a_docstring(prefix: str, *, fenced: bool) -> None:
    """Of the two ways to read what comes then, the one with less code in docstrings counts."""
    window = replace(place_of(f"{prefix}‸\n", "python"), first_line=900)
    answer = "```python\na\n```\n"

    check(window, answer, answer if fenced else "a\n", None if fenced else "fence")
