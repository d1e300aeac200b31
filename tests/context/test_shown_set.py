"""What is ranked for a place, and the set through which prompts show it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.context.captions import reason
from infill_ls.context.definitions import Definition, definitions_in
from infill_ls.context.imports import imports_in
from infill_ls.context.index import Facts, Index
from infill_ls.context.rank import Cursor, Wanted, rank
from infill_ls.context.shown_set import ShownSet, refreshed, sections, size
from infill_ls.context.words import chunks_of
from infill_ls.syntax.grammars import new_parser

STORE = "class Store:\n    def fetch_item(self, key: str) -> bytes:\n        return b''\n    def drop(self): pass\n"
SIMILAR = (
    "from store import Store\n\ndef read_page(store):\n    page = store.fetch_item('page')\n    render_page(page)\n"
)
RENDER = "def render_page(page: bytes) -> str:\n    return ''\n"


def index_of(files):
    index = Index("python")
    for path, text in files.items():
        index.put(path, Facts(definitions_in(text, "python", None), imports_in(text, "python"), chunks_of(text)))
    return index


FILES = {"/p/store.py": STORE, "/p/pages.py": SIMILAR, "/p/render.py": RENDER}


def ranked(before, after="", path="/p/new.py", files=FILES):
    return {each.definition.name: each for each in rank(index_of(files), Cursor(path, before, after))}


def test_what_is_named_near_the_cursor_is_wanted_with_its_members():
    found = ranked("def use(store: Store):\n    ")
    assert found["Store"].source == "near"
    assert reason(found["drop"]) == "`drop` belongs to `Store`, which is named near the cursor"


def test_what_similar_code_goes_on_with_is_wanted():
    """A name that stands nowhere in the window is found where the same lines stand elsewhere."""
    found = ranked("def read_page(store):\n    page = store.fetch_item('page')\n    ")
    assert found["render_page"].source == "similar"


def test_a_field_is_wanted_where_a_member_is_named():
    """A word alone is a variable of the same name, most of the time."""
    text, parser, index = "interface A {\n  pages: number\n}\n", new_parser("typescript"), Index("script")
    found = definitions_in(text, "typescript", parser)
    index.put("/p/a.ts", Facts(found, imports_in(text, "script"), chunks_of(text)))
    scores = [
        {each.definition.name: each.score for each in rank(index, Cursor("/p/new.ts", before, ""))}["pages"]
        for before in ("store.pages", "pages = 1")
    ]
    assert scores[0] > 2 * scores[1]


def test_what_is_imported_by_name_is_wanted_more_than_the_rest_of_its_file():
    files = FILES | {"/p/store.py": STORE + "\nclass Other:\n    pass\n"}
    found = ranked("from store import Store\n", files=files)
    assert found["Store"].score > found["Other"].score


CASES = "def test_fetch(): fetch_item(1)\ndef make_item(): return 1\nclass TestStore: pass\n"

# The cursor's file, the other one, and what is wanted of that.
OF_TESTS = {
    "code does not name what tests define": ("/p/new.py", "/p/tests/test_store.py", set()),
    "tests name what they have in common": ("/p/tests/new.py", "/p/tests/test_store.py", {"make_item", "TestStore"}),
    "tests name the code": ("/p/tests/new.py", "/p/store.py", {"test_fetch", "make_item", "TestStore"}),
    "a package for testing is code": ("/p/new.py", "/p/testing.py", {"test_fetch", "make_item", "TestStore"}),
    "by the file's name": ("/p/new.py", "/p/store_test.py", set()),
}


@pytest.mark.parametrize(("path", "other", "names"), OF_TESTS.values(), ids=OF_TESTS)
def test_what_tests_define_is_for_tests(path, other, names):
    before = f"from {other.rpartition('/')[2][:-3]} import *\nfetch_item, test_fetch, make_item, TestStore\n"
    found = ranked(before, path=path, files={other: CASES})
    assert {each for each in found if each in {"test_fetch", "make_item", "TestStore"}} == names


JAVA = "class Store {\n  private int size;\n  @Deprecated private void grow() {}\n  public void add() {}\n}\n"


@pytest.mark.parametrize(("path", "is_shown"), [("/p/Use.java", False), ("/p/Store.java", True)])
def test_what_is_private_is_for_its_own_file(path, is_shown):
    index = Index("jvm")
    parser = new_parser("java")
    index.put("/p/Store.java", Facts(definitions_in(JAVA, "java", parser), imports_in(JAVA, "jvm"), chunks_of(JAVA)))
    names = {each.definition.name for each in rank(index, Cursor(path, "Store store;\n", ""))}
    assert "add" in names
    assert ("grow" in names, "size" in names) == (is_shown, is_shown)


RUST = "pub fn take() {}\n#[cfg(test)]\nmod tests {\n    fn make_pool() {}\n}\n"


@pytest.mark.parametrize(("path", "names"), [("/p/new.rs", {"take"}), ("/p/pool.rs", {"take", "tests", "make_pool"})])
def test_a_module_of_tests_is_for_its_own_file(path, names):
    index = Index("rust")
    parser = new_parser("rust")
    index.put(
        "/p/pool.rs", Facts(definitions_in(RUST, "rust", parser), imports_in(RUST, "rust"), chunks_of(RUST), True)
    )
    found = rank(index, Cursor(path, "take, make_pool, tests\n", ""))
    assert {each.definition.name for each in found} == names


def test_the_window_itself_is_not_shown_again():
    """Of the cursor's own file only what lies out of sight."""
    files = {"/p/store.py": STORE + "\ndef far_away(): pass\n"}
    found = ranked("def near(store: Store):\n    far_away\n", STORE, path="/p/store.py", files=files)
    assert set(found) == {"far_away"}


@pytest.mark.parametrize("place", range(len("def far_away(): pass")))
def test_the_line_that_the_cursor_cuts_is_not_shown_again(place):
    """Wherever in it the cursor is."""
    line = "def far_away(): pass"
    found = ranked(f"x = 1\n{line[:place]}", f"{line[place:]}\n", path="/p/a.py", files={"/p/a.py": f"x = 1\n{line}\n"})
    assert found == {}


def test_what_the_file_itself_defines_out_of_sight_is_wanted_though_nothing_names_it():
    """Less than what is named near the cursor."""
    files = {"/p/store.py": STORE + "\ndef far_away(): pass\ndef farther(): pass\n"}
    found = ranked("def near(store: Store):\n    farther(", STORE, path="/p/store.py", files=files)
    assert reason(found["far_away"]) == "`far_away` is further away in this file"
    assert found["far_away"].score < found["farther"].score


def wanted(number, score=1.0, path=None):
    name, path = f"name_{number}", path or f"/p/{number % 7}.py"
    definition = Definition(name, "function", number, f"def {name}(a, b):")
    return Wanted(path, definition, score, "near", name, path.removeprefix("/p/"))


def text_of(shown):
    return "".join(f"{each.title}\n{each.text}\n" for each in sections(shown))


RANKINGS = st.lists(st.lists(st.integers(0, 60), unique=True, max_size=50), min_size=1, max_size=12)


@given(RANKINGS, st.integers(0, 3000))
def test_the_set_grows_at_its_end_until_it_is_pruned_and_never_beyond_its_room(rankings, room):
    """Whatever rankings say: what was shown stays where it was, or much of it goes at once; no head stands twice."""
    shown = ShownSet()
    for numbers in rankings:
        ranking = [wanted(number, 1 / (1 + place)) for place, number in enumerate(numbers)]
        before, was_full = text_of(shown), size(shown)
        shown = refreshed(shown, ranking, room, still=lambda _entry: True)
        heads = [entry.definition.head for entry in shown.entries]
        assert len(heads) == len(set(heads))
        assert size(shown) <= room
        assert len(text_of(shown)) <= max(room, 0)
        if not text_of(shown).startswith(before):
            assert was_full + sum(len(each.definition.head) + 60 for each in ranking) > room


@given(RANKINGS)
def test_a_ranking_that_says_the_same_changes_no_byte(rankings):
    shown = ShownSet()
    for numbers in rankings:
        ranking = [wanted(number) for number in numbers]
        shown = refreshed(shown, ranking, 2000, still=lambda _entry: True)
        assert refreshed(shown, ranking, 2000, still=lambda _entry: True) == shown


def test_where_the_cursor_goes_on_only_the_best_are_added():
    """All behind what is added is read anew by the model, so that the rest waits for a jump, which costs that anyway."""
    old, best = wanted(1), wanted(2)
    ranking = [best, *(wanted(number) for number in range(10, 90))]
    shown = refreshed(ShownSet(), [old], 4000, still=lambda _entry: True)
    near = refreshed(shown, ranking, 4000, still=lambda _entry: True, goes_on=True).entries
    far = refreshed(shown, ranking, 4000, still=lambda _entry: True).entries
    assert best in near
    assert 1.5 * (len(near) - 1) < len(far)


def test_what_is_wanted_most_stays_where_the_set_is_pruned():
    """Wherever its file stands, and though names of files take up most of a small room."""
    others = [wanted(number, path=f"/p/{number:02}.py") for number in range(10, 60)]
    best = wanted(99, score=2.0, path="/p/zz.py")
    shown = refreshed(ShownSet(), others, 1000, still=lambda _entry: True)
    for _ in range(3):
        shown = refreshed(shown, [best, *others], 1000, still=lambda _entry: True)
        assert best in shown.entries


@given(st.integers(500, 8000))
def test_a_room_is_filled_where_there_is_enough_to_show(room):
    others = [wanted(number, path=f"/p/{number // 3:03}.py") for number in range(10, 900)]
    shown = refreshed(ShownSet(), others, room, still=lambda _entry: True)
    assert 0.85 * room < size(shown) <= room


def test_what_is_gone_goes_at_once_and_the_rest_stays_in_order():
    shown = refreshed(ShownSet(), [wanted(number) for number in range(9)], 4000, still=lambda _entry: True)
    left = refreshed(shown, [], 4000, still=lambda entry: entry.path != "/p/3.py")
    assert [entry.definition.name for entry in left.entries] == [
        entry.definition.name for entry in shown.entries if entry.path != "/p/3.py"
    ]


def test_members_stand_below_the_head_of_their_class_which_stands_once():
    member = Definition("fetch", "function", 3, "def fetch(self):", "Store")
    other = Definition("drop", "function", 5, "def drop(self):", "Store")
    shown = ShownSet()
    for each in (member, other):
        ranking = [Wanted("/p/store.py", each, 1.0, "near", each.name, "store.py", "class Store(Base):")]
        shown = refreshed(shown, ranking, 4000, still=lambda _entry: True)
    assert text_of(shown) == ("store.py\nclass Store(Base):\n    def fetch(self):\nstore.py\n    def drop(self):\n")
