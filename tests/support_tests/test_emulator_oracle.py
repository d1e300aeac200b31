"""The oracle finds the hole that a prompt leaves in a known file, whatever of the file the prompt shows."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.model_studio.emulator import Emulator, Oracle
from support.model_studio.models import read_question

FILE = '''import math


def area(radius):
    """The area of a circle."""
    return math.pi * radius**2


def volume(radius, height):
    """The volume of a cylinder."""
    return area(radius) * height
'''


def fim(prefix: str, suffix: str) -> dict[str, object]:
    return {"prompt": f"<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>"}


def partial(prefix: str, suffix: str) -> dict[str, object]:
    told = f"Continue geometry.py. After the cursor comes:\n<suffix>\n{suffix}\n</suffix>"
    return {"messages": [{"role": "user", "content": told}, {"role": "assistant", "content": prefix, "partial": True}]}


def chat(prefix: str, suffix: str) -> dict[str, object]:
    around = f"Fill in.\n\n<suffix>{suffix}</suffix>\n<prefix>{prefix}</prefix>\n\n/think"
    return {"messages": [{"role": "user", "content": around}]}


@dataclass(frozen=True)
class Hole:
    """``file`` with ``«»`` around the hole; the document is what lies outside."""

    file: str

    @property
    def parts(self) -> tuple[str, str, str]:
        before, _, rest = self.file.partition("«")
        hole, _, after = rest.partition("»")
        return before, hole, after


HOLES = {
    "middle of a line": Hole(FILE.replace("math.pi * ", "«math.pi * »")),
    "rest of a line": Hole(FILE.replace("math.pi * radius**2", "math.«pi * radius**2»")),
    "several lines": Hole(
        FILE.replace("    return math.pi * radius**2\n\n\ndef", "    «return math.pi * radius**2\n\n\ndef»")
    ),
    "last line": Hole(FILE.replace("area(radius) * height", "«area(radius) * height»")),
    "first characters": Hole(FILE.replace("import math", "i«mport math»")),
    "empty": Hole(FILE.replace("def area", "def «»area")),
}


@pytest.mark.parametrize("hole", HOLES.values(), ids=HOLES.keys())
@pytest.mark.parametrize("ask", [fim, partial, chat])
def test_holes(ask, hole):
    """The middle comes back, in every kind of prompt."""
    before, middle, after = hole.parts
    oracle = Oracle("another file", before + middle + after)
    assert oracle(read_question(ask(before, after))) == middle
    assert oracle.missed == 0


def test_an_extra_bracket_after_the_cursor():
    """A bracket that the editor closed and the file does not have costs no more than the line's end."""
    before, _, rest = FILE.partition("math.pi")
    after = rest[rest.index("\n") :]
    assert Oracle(FILE)(read_question(fim(before, ")" + after))) == "math.pi * radius**2"


def test_prefix_only_gives_the_rest_of_the_file():
    """Where nothing follows, the answer is the rest."""
    question = read_question({"prompt": f"<|fim_prefix|>{FILE[:50]}<|fim_suffix|>"})
    assert Oracle(FILE)(question) == FILE[50:]


def test_text_after_the_last_token_counts_as_typed():
    """A prompt may end with the beginning of the answer."""
    body = fim("import math\n\n\ndef area(radius):\n", "\n\n\ndef volume")
    body["prompt"] = f'{body["prompt"]}    """The area'
    assert Oracle(FILE)(read_question(body)) == ' of a circle."""\n    return math.pi * radius**2'


def test_the_longer_agreement_decides():
    """Of two files with the same line, the one is meant that agrees with more of the prefix."""
    body = "    value = compute_everything_from_scratch(first, second)\n"
    oracle = Oracle(f"def one():\n{body}    return 1\n", f"def two():\n{body}    return 2\n")
    assert oracle(read_question({"prompt": f"def two():\n{body}"})) == "    return 2\n"


def test_unknown_text_is_missed():
    """A prefix that is in no file gets nothing, and is counted."""
    oracle = Oracle(FILE)
    assert oracle(read_question(fim("class Unknown:\n", ""))) == ""
    assert oracle.missed == 1


def test_line_ends_do_not_matter():
    """The file may have CRLF; prompts and answers have not."""
    oracle = Oracle(FILE.replace("\n", "\r\n"))
    assert oracle(read_question(fim(FILE[:60], FILE[90:]))) == FILE[60:90]


@given(st.data())
def test_any_hole_of_a_file_of_distinct_lines(data):
    """With lines that are all different, every hole comes back from a prompt that shows only its surroundings."""
    text = "".join(f"line {number} of the file\n" for number in range(40))
    start = data.draw(st.integers(100, 300))
    end = data.draw(st.integers(start, start + 100))
    question = read_question(fim(text[start - 90 : start], text[end : end + 90]))
    assert Oracle(text)(question) == text[start:end]


def test_the_emulator_asks_its_oracle():
    """Replies without a text of their own get the oracle's, cut at the stop strings of the request."""
    with Emulator(api_key=None, oracle=Oracle(FILE)) as studio:
        before, _, rest = FILE.partition("math.pi")
        body = fim(before, "") | {"model": "qwen-coder-turbo", "stop": "\n"}
        answer = httpx.post(studio.base_url + "/completions", json=body).json()
    assert answer["choices"][0]["text"] == "math.pi" + rest[: rest.index("\n")]


def test_a_chat_about_code_is_answered_in_a_fence():
    """As chat models do, whatever they were asked."""
    with Emulator(api_key=None, oracle=Oracle(FILE)) as studio:
        before, _, rest = FILE.partition("math.pi")
        body = chat(before, rest) | {"model": "qwen-plus"}
        answer = httpx.post(studio.base_url + "/chat/completions", json=body).json()
    assert answer["choices"][0]["message"]["content"] == "```\nmath.pi\n```"
