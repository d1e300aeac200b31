"""What holds of the evidence and of what is made of it, whatever stands in the files."""

from __future__ import annotations

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.provider.local.evidence import Evidence
from infill_ls.provider.local.index import ORDERS, Index
from infill_ls.provider.local.line import likely_line
from infill_ls.provider.local.live import BREAKS, cursor_at
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.predict import predict
from infill_ls.provider.local.tokens import fold, split

WORDS = [
    "self",
    "foo",
    "foo_bar",
    "Foo",
    "配置",
    "return",
    ".",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    ", ",
    " = ",
    ":",
    ";",
]
BLANKS = ["\n", "\n    ", "\n\t", "\n\n", " ", "\r\n", "\f", "\u2028", "\x0e"]
SNIPPETS = st.lists(st.sampled_from(WORDS + BLANKS), max_size=60).map("".join)
KNOWN = st.dictionaries(st.sampled_from(["a.py", "lib/b.py", "c.ts", "d.md"]), SNIPPETS, max_size=4)


def index_of(files: dict[str, str]) -> Index:
    index = Index()
    for path, text in files.items():
        index.put(path, text)
    return index


def evidence_of(index: Index, prefix: str, suffix: str, path: str = "a.py") -> Evidence:
    return Evidence(index, Surroundings(cursor_at(path, prefix, suffix), prefix, "python", path), None)


@given(files=KNOWN, prefix=SNIPPETS, suffix=SNIPPETS)
def test_probabilities_are_shares_of_a_whole(files, prefix, suffix):
    """Each candidate begins with what is typed of it, and something else is never impossible."""
    evidence = evidence_of(index_of(files), prefix, suffix)
    point, before = evidence.start(), None
    for _ in range(3):
        likely = evidence.likely(point, before)
        shares = [weight / likely.total for weight in (*likely.weights.values(), likely.unknown)]
        assert sum(shares) == pytest.approx(1)
        assert all(0 < share <= 1 for share in shares)
        assert all(token.startswith(point.partial) or token in BREAKS for token in likely.weights)
        if not likely.weights:
            return
        token = max(likely.weights, key=likely.weights.__getitem__)
        point, before = evidence.after(point, token), (likely, token)


@given(
    files=KNOWN,
    prefix=SNIPPETS,
    suffix=SNIPPETS,
    multiline=st.booleans(),
    eagerness=st.sampled_from(["calm", "lively"]),
)
def test_an_offer_is_a_part_of_the_likeliest_line(files, prefix, suffix, multiline, eagerness):
    """A lively one is at least as long as a calm one, and what is sure is the whole line before further ones."""
    index = index_of(files)
    found = predict(index, path="a.py", prefix=prefix, suffix=suffix, multiline=multiline, eagerness=eagerness)
    line = likely_line(evidence_of(index, prefix, suffix), 0.0)
    if found:
        assert line.text.startswith(found.text.partition("\n")[0])
        assert 0 <= found.whole <= 1
        assert "\n" not in found.text or multiline


@given(parts=st.lists(SNIPPETS, min_size=1, max_size=5), below=SNIPPETS)
def test_a_file_that_grows_is_read_as_if_it_were_new(parts, below):
    """What is remembered of a moment ago is what reading it afresh gives."""
    text = ""
    for count, part in enumerate(parts, 1):
        text += part
        remembered = cursor_at("a.py", text, below).live
        fresh = cursor_at("a.py", "\n" * count + text, below).live
        assert (remembered.codes, remembered.tokens) == (fresh.codes, fresh.tokens)
        assert (remembered.places, remembered.words, remembered.due) == (fresh.places, fresh.words, fresh.due)


@given(files=KNOWN, text=SNIPPETS)
def test_one_search_finds_what_looking_at_every_place_does(files, text):
    tokens = split(fold(text).text)
    if len(tokens) < max(ORDERS):
        return
    index = index_of(files)
    for order in ORDERS:
        places = set()
        for path, other in files.items():
            at = 0
            cut = split(fold(other).text)
            for number, token in enumerate(cut, 1):
                at += len(token)
                if cut[max(0, number - order) : number] == tokens[-order:]:
                    places.add((path, at))
        found = index.find(tokens, "", limit=10_000, enough=10_000)
        assert places <= {(body.path, at) for body, at in found}


@given(files=KNOWN, path=st.sampled_from(["a.py", "e.py"]), text=SNIPPETS)
def test_what_is_taken_back_leaves_nothing(files, path, text):
    """Words and places are as they were before a file was put and removed."""
    index = index_of({name: other for name, other in files.items() if name != path})
    words = dict(index.words)
    index.put(path, text)
    index.remove(path)
    assert dict(index.words) == words
    assert path not in index.paths()


def test_words_are_counted_while_two_threads_put():
    index = Index()

    def work(half: int) -> None:
        for number in range(200):
            index.put(f"{half}/{number % 50}.py", f"shared_word = own_{half}_{number}\n")

    threads = [threading.Thread(target=work, args=(half,)) for half in range(2)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        index.words.starting("shared", 3)
    for thread in threads:
        thread.join()
    index.settle()
    assert index.words.starting("shared", 3) == [("shared_word", 100)]
    assert index.words.starting("own_1_19", 20) == [(f"own_1_{number}", 1) for number in range(190, 200)]


LARGE = {
    "a file of 300,000 characters": (
        "".join(f"value_{n} = call_{n % 700}({n})\n" for n in range(11_000)),
        "value_3 = ca",
    ),
    "72 places of each token": ("a = b(c, d)\ne.f[g] = {h: i}\n" * 72, "a = "),
    "one line again and again": ("    print(self.first.second(third, fourth))\n" * 6_000, "    print("),
    "a line of 400 characters": ("x = [" + "a, " * 130 + "]\n", "x = [" + "a, " * 125),
    "one word of 300,000 letters": ("a" * 300_000 + "\n", "a" * 300_000),
    "brackets alone": ("(" * 20_000 + "\n" + "([{" * 100 + "\n", "([{" * 100),
}


@pytest.mark.parametrize(("text", "typed"), LARGE.values(), ids=LARGE.keys())
def test_no_text_takes_long(text, typed):
    """A bound that only tells a search of the neighbourhood from one of everything."""
    index = index_of({f"{name}.py": text for name in "bcd"})
    start = time.process_time()
    for count in range(10):
        predict(
            index, path="a.py", prefix=text + typed + "a" * count, suffix="\n" + text, multiline=True, explicit=True
        )
    assert time.process_time() - start < 5


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_of_two_characters_change_nothing(end):
    """Neither in the files that are known, nor in the open one."""
    text = "def load(path):\n    return json.loads(path.read_text())\n\n\n" * 3
    index = index_of({f"{name}.py": text.replace("\n", end) for name in "bc"})
    prefix = "import json\n\n\ndef load_all(path):\n    return json.loads(pa".replace("\n", end)
    found = predict(index, path="a.py", prefix=prefix, suffix=end + "x = 1" + end, multiline=True)
    assert found is not None
    assert found.text == "th.read_text())"
