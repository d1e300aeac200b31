"""What is done twice is offered at the next place, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infill_ls.document.changes import Changes
from infill_ls.document.mirror import Mirror
from infill_ls.repeat.chain import Reach
from infill_ls.repeat.dismissed import Dismissed
from infill_ls.repeat.near import near
from infill_ls.repeat.source import next_places

CALLS = """\
send(first)
x = 1
send(second.items[0])
y = 2
send(third, retry)
send(list(a, b))
    send(deeper)
# send(comment)
resend(other)
send(last)
"""
OPTIONAL = """\
def one(a: Optional[int]) -> None:
def two(b: Optional[Dict[str, int]]) -> None:
def three(c: Optional[List[Tuple[int, str]]]) -> None:
def four(d: Optional[
def five(e: Optional[str]) -> None:
"""
RENAMED = """\
total = old_name.first + 1
count = new_name.count
total = old_name.second + 1
print("old_name.third + 1")
total = old_name.third + 1
"""
FEW = """\
from old_library import one
value = old_library.load
# the old_library in a comment
with open(name) as file, old_library.use(file):
"""
KEYWORDS = """\
def pool(workers: int):
    first(workers=workers)
    second(workers=workers)
"""
TWO_CHANGES = """\
assertFalse(reader.isOpen());
assertFalse(reader.isDone());
assertTrue(reader.isNamed());
assertFalse(reader.isClosed());
"""


def offered(text, edits, language="python", reach=None, is_unwanted=lambda *_: False, cursor_row=None, *, of=Mirror):
    """Rows and new lines that are offered after lines were made what ``edits`` say."""
    mirror = of(text)
    changes = Changes(mirror)
    for row, line, *how in edits:
        edit = mirror.edit((row, 0), (row, len(mirror.line(row))), line, "utf-32")
        changes.edited(edit, is_bulk="bulk" in how)
    chain = next_places(mirror, changes.latest(), language, reach or Reach(), is_unwanted, cursor_row)
    return [(place.row, place.new_line) for place in chain.places] if chain else []


@pytest.mark.parametrize(
    ("text", "edits", "wanted"),
    [
        (CALLS, [(0, "send(first, retry)"), (2, "send(second.items[0], retry)")], [(5, "send(list(a, b), retry)"), (9, "send(last, retry)")]),
        (CALLS.replace("\n", "\r\n"), [(0, "send(first, retry)"), (2, "send(second.items[0], retry)")], [(5, "send(list(a, b), retry)"), (9, "send(last, retry)")]),
        (CALLS, [(9, "send(last, retry)"), (5, "send(list(a, b), retry)")], [(2, "send(second.items[0], retry)"), (0, "send(first, retry)")]),
        (OPTIONAL, [(0, "def one(a: int | None) -> None:"), (1, "def two(b: Dict[str, int] | None) -> None:")], [(2, "def three(c: List[Tuple[int, str]] | None) -> None:"), (4, "def five(e: str | None) -> None:")]),
        (RENAMED, [(0, "total = new_name.first + 1"), (2, "total = new_name.second + 1")], [(4, "total = new_name.third + 1")]),
        (TWO_CHANGES, [(0, "assertThat(reader.isOpen()).isFalse();"), (1, "assertThat(reader.isDone()).isFalse();")], [(3, "assertThat(reader.isClosed()).isFalse();")]),
        ("x(body)\ny(1, body)\nz = body\nwith open(body):\n", [(0, "x(text)"), (1, "y(1, text)"), (2, "z = text")], [(3, "with open(text):")]),
        ("a = my.load(one)\nb = my.load(two)\nc = my.load(three)\n    return = my.load(four)\n", [(0, "a = my.read(one)"), (1, "b = my.read(two)"), (2, "c = my.read(three)")], [(3, "    return = my.read(four)")]),
    ],
    ids=["an argument", "with the other line end", "upwards", "text that comes back", "a name, and not in a string", "a line with two changes", "a name, three times", "indented otherwise, after three"],
)  # fmt: skip
def test_what_was_done_twice_is_offered_at_the_next_place(text, edits, wanted):
    """With what stands there, in the direction in which the user goes; not where it is done already."""
    assert offered(text, edits) == wanted


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        (CALLS, [(0, "send(first, retry)")]),
        (CALLS, [(0, "send(first, retry)"), (2, "send(second.items[0], again)")]),
        (CALLS, [(0, "send(first, retry)"), (9, "send(last, retry)")]),
        (CALLS, [(0, "send(first, retry)", "bulk"), (2, "send(second.items[0], retry)", "bulk")]),
        (CALLS, [(0, "send(first, retry)"), (2, "send(second.items[0], retry)"), (3, "y = 3")]),
        (CALLS, [(0, "  send(first)"), (2, "  send(second.items[0])")]),
        (OPTIONAL, [(0, "def one(a: int | None) -> None:"), (1, "def two(b: Dict | None) -> None:")]),
        ("wrap(a)\nx = 1\nwrap(b)\nwrap(wrap(c))\n", [(0, "wrap(wrap(a))"), (2, "wrap(wrap(b))")]),
        (RENAMED.replace("third", "third." * 100), [(0, "total = new_name.first + 1"), (2, "total = new_name.second + 1")]),
        ("x(a)\nx(b)\nz = x(c, d)\n", [(0, "y(a)"), (1, "y(b)")]),
        ("x(z)\nx(a)\nx(b)\nx(c)\n", [(1, "y(a)"), (2, "y(b)")]),
        (KEYWORDS, [(0, "def pool(pool_size: int):"), (1, "    first(workers=pool_size)")]),
        ("let a = f(one, 1)\nlet b = f(two, 2)\nlet c = f(three, 3)\n", [(0, "const a = f(1)"), (1, "const b = f(2)")]),
        ("x(name)\ny(z, name)\n  z(name)\n", [(0, "x(title)"), (1, "y(z, title)")]),
        (FEW, [(0, "from library import one"), (1, "value = library.load")]),
        ("reply(c, shared.one);\nreply(c, shared.two);\nreply(c, shared.error);\n", [(0, "reply_null(c);"), (1, "reply_null(c);")]),
    ],
    ids=["once", "differently", "passed over between", "by a formatter", "then something else", "white space", "not what comes back", "done already", "a long line", "too little to tell", "too little, and left alone above", "an example that was only half done", "pieces of what was done", "indented otherwise", "a name, but twice only", "text that would be lost"],
)  # fmt: skip
def test_nothing_is_offered_where_the_examples_do_not_say_it(text, edits):
    """One example, examples that differ, places passed over, formatters, white space, and what is done already."""
    assert offered(text, edits) == []


@pytest.mark.parametrize(
    ("text", "edits", "wanted"),
    [
        ("x(a)\nx(b)\nx(c)\n", [(0, "y(a)"), (1, "y(b)")], [2]),
        ("for (int i = 0; i < a; i++)\n" * 3, [(n, "for (size_t i = 0; i < a; i++)") for n in (0, 1)], [2]),
        ("f(old_name, 1)\ny = old_name + 2\n\nz = old_name + 2\n", [(0, "f(new_name, 1)"), (1, "y = new_name + 2")], [3]),
        ("\n".join(f"x = load(a, {n})" if n % 60 == 0 else "" for n in range(200)), [(0, "x = read(a, 0)"), (60, "x = read(a, 60)")], [120, 180]),
    ],
    ids=["a short name", "a keyword", "a name, twice", "beyond the reach"],
)  # fmt: skip
def test_what_nothing_speaks_against_takes_less_evidence(text, edits, wanted):
    """Lines like the examples', none of which was left alone: near them for what says little, else farther off."""
    assert [row for row, _ in offered(text, edits, "c")] == wanted


NAMED = """\
total = first(value)
print(total, value)
other(unlike, total=[each for each in total])
"""


@pytest.mark.parametrize(
    ("text", "edit", "cursor_row", "wanted"),
    [
        (NAMED, (0, "amount = first(value)"), 1, []),
        ("old_name = first(value)\nx = first(old_name)\n", (0, "new_name = first(value)"), 1, [(1, "x = first(new_name)")]),
        ("old_name = first(value)\nx = first(old_name)\n", (0, "new_na = first(value)"), 0, []),
        ("old_name = first(value)\nx = first(old_name)\nnew_name = 1\n", (0, "new_name = first(value)"), 1, []),
        ("x = first(old_name)\nold_name = first(value)\nx = first(old_name)\n", (1, "new_name = first(value)"), 2, []),
        ("old_name = first(value)\n" + "\n" * 20 + "x = first(old_name)\n", (0, "new_name = first(value)"), 1, []),
    ],
    ids=["unlike", "the next line", "the cursor is there yet", "another has the new name", "left alone above", "far"],
)  # fmt: skip
def test_a_name_that_was_replaced_once_is_offered_close_below(text, edit, cursor_row, wanted):
    """If nothing had the new name, nothing was left alone above, and the cursor has left the line."""
    assert offered(text, [edit], cursor_row=cursor_row) == wanted


def test_lines_that_became_more_are_examples_too():
    """Each is what has become of the line that it is most like."""
    text = "send(first)\nsend(second)\nx = 1\nsend(third)\n"
    assert offered(text, [(0, "prepare()\nsend(first, retry)"), (2, "send(second, retry)")]) == [
        (4, "send(third, retry)")
    ]


def test_a_line_that_became_something_else_speaks_against_the_pattern():
    """Where the user did otherwise in a line that the pattern fits, the pattern is not what he does."""
    text = "".join(f"check(value, {name})\n" for name in ("one", "two", "three", "four", "five"))
    same = [(1, "check_that(value, two)"), (2, "check_that(value, three)")]

    assert offered(text, same) == [(3, "check_that(value, four)"), (4, "check_that(value, five)")]
    assert offered(text, [(0, "assert value == one"), *same]) == []


@pytest.mark.parametrize(
    ("text", "edits", "language", "wanted"),
    [
        ("- 16.14\n- a\n- 16.14\n- b\n- 16.14\n- c\n- 16.14\n", [(n, "- 18.17") for n in (0, 2, 4)], "yaml", [(6, "- 18.17")]),
        ("- 16.14\n- a\n- 16.14\n- b\n- 16.14\n- c\n- 16.14\n", [(n, "- 18.17") for n in (0, 2)], "yaml", []),
        ("- 16.14\n- 16.14\n- 16.14\n- 16.14\n- 16.14\n", [(n, "- 18.17") for n in (0, 1, 3)], "yaml", []),
        ("}\na\n}\nb\n}\nc\n}\n", [(n, "};") for n in (0, 2, 4)], "javascript", []),
        ("f(http3.a)\ng(x, http3.a)\nh(y, http3.a, 1)\nx = http3[1]\n", [(0, "f(httpx.a)"), (1, "g(x, httpx.a)"), (2, "h(y, httpx.a, 1)")], "python", [(3, "x = httpx[1]")]),
        ("f(let.a)\ng(x, let.a)\nh(y, let.a, 1)\nx = let[1]\n", [(0, "f(var.a)"), (1, "g(x, var.a)"), (2, "h(y, var.a, 1)")], "javascript", []),
        ("# a command has some children\n# the one command has children\n# no help command has any children\n", [(0, "# a command has some children."), (1, "# the one command has children.")], "python", []),
    ],
    ids=["a whole line", "but twice", "one was passed over", "nothing but brackets", "a name, wherever", "a keyword", "words in a comment"],
)  # fmt: skip
def test_what_says_little_is_offered_after_three_lines_if_it_was_done_everywhere(text, edits, language, wanted):
    """A whole line that is the same, without a name in it, and a name whatever stands around it."""
    assert offered(text, edits, language) == wanted


@pytest.mark.parametrize(
    ("lines", "n_done", "wanted"),
    [
        (["v = load(a)", "w = load(b)", "", "x = load(c)"], 2, [3]),
        (["v = load(a)", "w = load(b)", *[""] * 20, "x = load(c)"], 2, []),
        (["v = load(a)", *[""] * 20, "w = load(b)", *[""] * 20, "x = load(c)"], (0, 21), [42]),
        (["v = load(a)", "w = load(b)", "for x in load(c, d, e).values(): print(x, end=tail)"], 2, []),
        (["v = load(a)", "w = load(list(b)[0])", "", "x = load(c, [d])"], 2, [3]),
        ([*(f"{name} = load({name})" for name in "abcdef"), *[""] * 20, "x = load(c)"], 6, [26]),
        (["z = load(z)", "y = 1", "v = load(a)", "w = load(b)", "x = load(c)"], (2, 3), []),
        (["z = load(z)", "y = 1", *(f"{name} = load({name})" for name in "abcdef"), "x = load(c)"], range(2, 8), [8]),
    ],
    ids=["near and alike", "far", "as far apart as the examples", "unlike", "only its arguments are", "far, done often", "left alone above", "left alone above, done often"],
)  # fmt: skip
def test_two_doubts_are_enough_not_to_offer_an_insertion(lines, n_done, wanted):
    """That nothing is taken away is one: the others are how far a place is, how unlike, and what was left alone."""
    rows = range(n_done) if isinstance(n_done, int) else n_done
    edits = [(row, f"{lines[row][:-1]}, cache)") for row in rows]
    assert [row for row, _ in offered("\n".join(lines), edits)] == wanted


def test_white_space_behind_a_hole_is_the_places_own():
    """The examples' hole ends with a comma, and the place's without one."""
    lines = [
        "on<P>(type: T<P>, handler: Q<P, R, E>): D;",
        "on<R>(type: T0<R>, handler: Q0<R, E>): D;",
        "on<S>(method: string, handler: H<S, R, E>): D;",
    ]
    done = [line.replace("handler: ", "handler: N<").replace("E>", "E>>") for line in lines]
    assert offered("\n".join(lines), list(enumerate(done[:2])), "typescript") == [(2, done[2])]


def test_what_stands_nowhere_is_not_put_behind_a_bracket():
    """A hole that held something in both examples holds something elsewhere, too."""
    lines = ["await stream.write(one)", "await stream.read(10)", "await stream.close()"]
    assert offered("\n".join(lines), [(n, f"{lines[n][:-1]}, timeout)") for n in (0, 1)]) == []


def test_far_places_take_more_examples():
    """Two examples reach so many lines, more of them the whole document."""
    lines = [f"item = load(name_{n}, 1)" if not n % 20 else f"x = {n}" for n in range(300)]
    edits = [(row, lines[row].replace("load", "read")) for row in range(0, 100, 20)]

    assert [row for row, _ in offered("\n".join(lines), edits[:2])] == [40, 60]
    assert [row for row, _ in offered("\n".join(lines), edits, reach=Reach(examples_beyond=5))][-1] == 280
    assert offered("\n".join(lines), edits[:2], reach=Reach(examples=3, examples_beyond=5)) == []


def test_what_is_dismissed_again_takes_twice_as_many_examples_to_come_back():
    """Each time the user says no, more of it has to be done by hand before it is offered again."""
    lines = [f"send(value, name_{n})" for n in range(20)]
    mirror, dismissed = Mirror("\n".join(lines)), Dismissed()
    changes = Changes(mirror)
    n_by_hand = []
    for _ in range(4):
        chain, n_by_hand = None, [*n_by_hand, 0]
        while chain is None:
            row = next(row for row in range(20) if "value" in mirror.line(row))
            edit = mirror.edit((row, 0), (row, len(mirror.line(row))), lines[row].replace("value", "again"), "utf-32")
            changes.edited(edit)
            n_by_hand[-1] += 1
            chain = next_places(mirror, changes.latest(), "python", Reach(), dismissed.has)
        dismissed.add(chain.pattern, chain.examples, chain.places[0])
    assert n_by_hand == [1, 1, 2, 4]


NAMES = st.sampled_from(["alpha", "beta", "gamma", "delta.epsilon", "zeta[0]", "eta(1, 2)", '"text, (more"', "😀"])


@given(
    names=st.lists(NAMES, min_size=3, max_size=8, unique=True),
    indent=st.sampled_from(["", "    ", "\t"]),
    language=st.sampled_from(["python", "go", "lua", "rust", "css", "nosuch"]),
)
@settings(max_examples=100)
def test_following_the_chain_changes_each_line_once_and_comes_to_an_end(names, indent, language):
    """Whatever the arguments are: each acceptance leads to the next place, and after the last there is none."""
    lines = [f"{indent}deliver({name})" for name in names]
    mirror = Mirror("\n".join(lines))
    changes = Changes(mirror)

    def put(row, start, end, text):
        changes.edited(mirror.edit((row, start), (row, end), text, "utf-32"))

    for row in (0, 1):
        put(row, len(lines[row]) - 1, len(lines[row]) - 1, ", timeout")
    for _ in range(20):
        chain = next_places(mirror, changes.latest(), language, Reach(), lambda *_: False)
        if chain is None:
            break
        place = chain.places[0]
        assert mirror.line(place.row) == place.line
        put(place.row, place.start, place.end, place.text)

    assert [mirror.line(row) for row in range(len(names))] == [f"{indent}deliver({name}, timeout)" for name in names]


LINES = st.lists(
    st.lists(st.sampled_from(["foo", "bar", "(", ")", ",", " ", "x", "[", "]", '"', "'", "#", "=", "😀"]), max_size=9).map("".join),
    min_size=4,
    max_size=9,
)  # fmt: skip


@given(lines=LINES, edits=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=2, max_size=5))
@settings(max_examples=300)
def test_what_is_offered_lies_inside_lines_that_nobody_touched(lines, edits):
    """Any text, any edits: ranges are in the document, each place changes something, and nothing fails."""
    mirror = Mirror("\n".join(lines))
    changes = Changes(mirror)
    touched = set()
    for row, index in edits:
        changes.edited(mirror.edit((row, index), (row, index), "foo(", "utf-32"))
        touched.add(row)
    chain = next_places(mirror, changes.latest(), "python", Reach(), lambda *_: False)
    for place in chain.places if chain else ():
        assert place.row not in touched
        assert 0 <= place.start <= place.end <= len(mirror.line(place.row))
        assert place.new_line != place.line == mirror.line(place.row)


class Counting(Mirror):
    """A document that counts how often one of its lines was read."""

    def __init__(self, text):
        super().__init__(text)
        self.n_read = 0

    def line(self, row):
        self.n_read += 1
        return super().line(row)


ROWS = {
    "downwards": ("foo(a, b)\n" * 20_000, [(row, "foo(a, b, c)") for row in (9_998, 9_999, 10_000)], 100),
    "upwards": ("foo(a, b)\n" * 20_000, [(row, "foo(a, b, c)") for row in (10_000, 9_999, 9_998)], 0),
    "often": ("x = load(y)\n" * 20_000, [(row, "x = load(y, c)") for row in range(10_000, 10_007)], 100),
}


@pytest.mark.parametrize(("text", "edits", "most"), ROWS.values(), ids=ROWS)
def test_of_a_table_only_the_nearest_rows_are_read(text, edits, most):
    """Whoever changes a row of 20,000 alike ones goes on typing: the loop has a few ms for each key."""
    documents = []

    def of(text):
        documents.append(Counting(text))
        return documents[0]

    assert len(offered(text, edits, of=of)) <= most
    assert documents[0].n_read < 6_000


@pytest.mark.parametrize("long", ["z" * 1_000_000, '"' + "z " * 500_000 + '"', "foo(a, b); " * 90_000])
def test_a_line_of_a_megabyte_beside_the_places_is_not_read_for_each(long):
    """Nor for what is around a place, which is parsed."""
    text = f"foo(a, b)\n{long}\n" * 12
    found = offered(text, [(row, "foo(a, b, c)") for row in (0, 2, 4)], "javascript")

    assert [row for row, _ in found] == [6, 8, 10, 12, 14]
    around = near(Mirror(text), 6, 3, "javascript")
    assert (around.prefix, around.suffix, around.first_line, around.reaches_end) == ("foo", "(a, b)", 6, False)
    around = near(Mirror("x = 1\n" * 400), 200, 5, "javascript")
    assert (around.prefix.count("\n"), around.suffix.count("\n"), around.first_line) == (150, 150, 50)
