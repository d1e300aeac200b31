"""What the index knows after files come, change and go."""

from __future__ import annotations

import threading

from hypothesis import given
from hypothesis import strategies as st

from infill_ls.provider.local.index import LARGEST_FILE, Index
from infill_ls.provider.local.tokens import fold, split

LINE = "alpha beta gamma {}\n"
WORDS = ["alpha", " beta", " gamma"]


def check(index: Index, expected: list[str], tokens: list[str] | None = None) -> None:
    """The files in which the tokens are found, each place once."""
    found = [body.path for body, _ in index.find(tokens or WORDS, "", limit=10_000, enough=1)]
    assert sorted(found) == sorted(expected)


def filled(names: range) -> Index:
    index = Index()
    for name in names:
        index.put(f"{name}.py", LINE.format(name))
    return index


def test_put():
    """A file's places are found, at their offsets."""
    index = Index()
    index.put("a.py", "x\n    alpha beta gamma\n")
    [(body, at)] = index.find(WORDS, "", limit=10, enough=1)
    assert body.folded.text[:at].endswith("alpha beta gamma")
    assert len(index) == 1
    assert index.size_chars == len("\nx\x0ealpha beta gamma")


def test_replace():
    """Of a file that was put again, only the new text is found."""
    index = filled(range(3))
    index.put("1.py", "something else")
    check(index, ["0.py", "2.py"])
    check(index, ["1.py"], ["something", " else"])
    assert len(index) == 3


def test_remove():
    """A removed file is not found; removing it twice is no mistake."""
    index = filled(range(3))
    index.remove("1.py")
    index.remove("1.py")
    check(index, ["0.py", "2.py"])
    assert len(index) == 2


def test_many_files():
    """Files are found, replaced and removed just the same once their tables are joined."""
    index = filled(range(500))
    check(index, [f"{name}.py" for name in range(500)])
    for name in range(0, 500, 3):
        index.remove(f"{name}.py")
    for name in range(1, 500, 3):
        index.put(f"{name}.py", LINE.format("new"))
    check(index, [f"{name}.py" for name in range(500) if name % 3])
    for name in range(500):
        index.remove(f"{name}.py")
    check(index, [])
    assert index.n_kept == 0


def test_typing_does_not_pile_up():
    """A document put again and again leaves no more than a few tables behind."""
    index = filled(range(200))
    for count in range(500):
        index.put("7.py", LINE.format(count))
    check(index, [f"{name}.py" for name in range(200)])
    assert index.n_kept < 260


def test_large_files():
    """Of a very large file, the beginning is known."""
    index = Index()
    index.put("a.py", LINE.format(0) + "x = 1\n" * LARGEST_FILE + "alpha beta gamma\n")
    check(index, ["a.py"])


def test_limit_spreads():
    """Where there are more places than asked for, those given are not all of the first files."""
    found = [body.path for body, _ in filled(range(300)).find(WORDS, "", limit=30, enough=1)]
    assert 20 <= len(found) <= 60
    assert len({path[0] for path in found}) > 3


def test_longer_contexts_find_fewer():
    """Those that share most tokens come first, others only where too few do."""
    index = Index()
    index.put("a.py", "one two three four five six seven eight\n")
    index.put("b.py", "nine nine nine nine five six seven eight\n")
    index.put("c.py", "nine nine nine nine nine nine seven eight\n")
    tokens = split("\none two three four five six seven eight")
    counts = [len(index.find(tokens, "", limit=10, enough=enough)) for enough in (1, 3, 6)]
    assert counts == [1, 1 + 2, 1 + 2 + 3]


def test_asking_while_another_thread_puts():
    """Questions asked while files are put, also by two threads, meet no half-made table; nothing is lost."""
    index = Index()

    def work(names: range) -> None:
        for name in names:
            index.put(f"{name}.py", LINE.format(name))

    threads = [threading.Thread(target=work, args=(names,)) for names in (range(400), range(400, 800))]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for body, at in index.find(WORDS, "", limit=100, enough=1):
            assert body.folded.text[:at].endswith("gamma")
    for thread in threads:
        thread.join()
    check(index, [f"{name}.py" for name in range(800)])


@given(st.text(st.sampled_from("ab_1 \t\n(),.'\"#-=配é\x0e\x0f\f\u2028"), max_size=200))
def test_tokens_are_the_text(text):
    """Tokens joined are the folded text, and each line has one entry."""
    folded = fold(text)
    assert "".join(split(folded.text)) == folded.text
    assert len(folded.layout) == sum(folded.text.count(mark) for mark in "\n\x0e\x0f")


def test_long_texts_are_cut_alike():
    """Cutting a long text piece by piece gives the same tokens as cutting its lines."""
    lines = [f"value_{number} = call({number})" for number in range(5000)]
    assert split("\n" + "\n".join(lines)) == [token for line in lines for token in split("\n" + line)]
