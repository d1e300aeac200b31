"""Characters that nobody sees: each of them goes, wherever it stands, but where words and emoji are spelled with it."""

from __future__ import annotations

import sys
from itertools import pairwise
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.post.answer import Answer
from infill_ls.post.finish import finish
from infill_ls.post.hidden import drop_hidden
from infill_ls.records import Completion
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import place_of

HIDDEN = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if (category(chr(code)) in {"Cc", "Cf", "Zl", "Zp"} and chr(code) not in "\t\n")
    or code in {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, 0xFFA0}
    or 0x180B <= code <= 0x180F
    or 0xFE00 <= code <= 0xFE0F
    or 0xFFF0 <= code <= 0xFFF8
    or 0xE0000 <= code <= 0xE0FFF
]
CODE = "const is_Admin = f(x);"
SEEN = st.sampled_from([*"ab1 _(\"';\n\té中", "👩", "ش", "क", "\u094d"])


def answer_at(document, language="javascript"):
    return Answer(Surroundings.of(place_of(document, language)), "stop", "auto", 40)


@pytest.mark.parametrize("at", [0, 1, 5, len(CODE)])
def test_each_of_them_goes(at) -> None:
    place = answer_at("‸\n")
    left = [f"U+{ord(each):04X}" for each in HIDDEN if drop_hidden(CODE[:at] + each + CODE[at:], place) != CODE]
    assert (left, len(HIDDEN) > 4_000) == ([], True)


@given(st.lists(SEEN | st.sampled_from(HIDDEN), max_size=30).map("".join))
def test_however_they_are_mixed_only_what_spells_words_and_emoji_stays(text) -> None:
    shown = drop_hidden(text, answer_at("‸\n"))
    kept = [each for each in shown if each in HIDDEN]
    assert [each for each in text if each not in HIDDEN] == [each for each in shown if each not in HIDDEN]
    assert {"\u200c", "\u200d", "\ufe0f", "\f"}.issuperset(kept)
    assert all(one not in HIDDEN or other not in HIDDEN or one == "\ufe0f" for one, other in pairwise(shown))


@given(st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Mn", "Lo"]), max_size=40))
def test_what_is_seen_stays(text) -> None:
    assert drop_hidden(text, answer_at("‸\n")) == text


SPELLED = {
    "Persian": "می\u200cخواهم",
    "Hindi": "क्\u200dष",
    "Sinhala": "ශ්\u200dරී",
    "a family": "👨\u200d👩\u200d👧",
    "a profession with a tone of skin": "👩🏽\u200d💻",
    "a rainbow flag": "🏳\ufe0f\u200d🌈",
    "a heart": "❤\ufe0f",
    "a heart on fire": "❤\ufe0f\u200d🔥",
    "an arrow": "↔\ufe0f",
    "a key cap": "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "a sign": "©\ufe0f ™\ufe0f",
}


@pytest.mark.parametrize("word", SPELLED.values(), ids=SPELLED.keys())
def test_words_and_emoji_keep_what_they_are_spelled_with(word) -> None:
    verdict = finish(
        f"'{word}'", Surroundings.of(place_of("x = ‸\n", "python")), finish_reason="stop", lines="auto", max_lines=40
    )
    assert isinstance(verdict, Completion)
    assert verdict.text == f"'{word}'"


FILES = {
    "soft hyphens in words": ("Zu\u00adsam\u00admen ‸\n", "ge\u00adsetzt", "ge\u00adsetzt"),
    "soft hyphens in words do not speak for others": ("Zu\u00adsam ‸\n", "f\u00ad(x)", "f(x)"),
    "form feeds between sections": ("‸\n", "c\n\f\nd\fe", "c\n\f\nde"),
    "a byte order mark at the file's start": ("\ufeffa = 1\n‸\n", "\ufeffb\ufeff", "b"),
    "an ideograph's variant": ("葛\U000e0100城\n‸\n", "葛\U000e0100城", "葛\U000e0100城"),
    "text that is hidden in variants": ("葛\U000e0100城\n‸\n", "葛\U000e0100\U000e0101\U000e0100城", "葛城"),
    "an escape sequence": ("x = '\x1b[0m'\n‸\n", "y = '\x1b[1m'", "y = '\x1b[1m'"),
    "marks of direction in prose": ("(\u200fשלום)\n‸\n", "(\u200fשלום)", "(\u200fשלום)"),
}


@pytest.mark.parametrize(("document", "text", "shown"), FILES.values(), ids=FILES.keys())
def test_what_the_file_has_between_the_like_may_come_again(document, text, shown) -> None:
    assert drop_hidden(text, answer_at(document)) == shown
