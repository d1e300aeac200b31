"""Half a character never gets through: halves that come one by one are joined, and U+FFFD stands for the others."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from infill_ls.stream.surrogates import Surrogates

HIGH, LOW = "\ud83d", "\ude00"
TEXTS = st.text(st.sampled_from([HIGH, LOW, "\ud800", "\udfff", "😀", "é", "a", "\n"]), max_size=12)


def joined(text):
    """What the text is, by the letter of Unicode."""
    pairs = re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"),
        text,
    )
    return re.sub("[\ud800-\udfff]", "\ufffd", pairs)


@given(TEXTS, st.lists(st.integers(0, 12), max_size=6))
def test_however_the_text_is_cut(text, cuts) -> None:
    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    whole = Surrogates()
    pieces = [whole.feed(text[start:end]) for start, end in pairwise(ends)]
    held_back = "\ud800" <= text[-1:] <= "\udbff"  # its other half may still come
    assert "".join(pieces) == joined(text[:-1] if held_back else text)
