"""What is known of a project's files: names, imports, similar code; however it came about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.context.definitions import definitions_in
from infill_ls.context.imports import Import, imports_in
from infill_ls.context.index import Facts, Index
from infill_ls.context.resolve import Paths, resolve
from infill_ls.context.words import chunks_of


def facts(text, family="python"):
    return Facts(definitions_in(text, "python", None), imports_in(text, family), chunks_of(text))


def index_of(files):
    index = Index("python")
    for path, text in files.items():
        index.put(path, facts(text))
    return index


FILES = st.dictionaries(
    st.sampled_from(["/p/a.py", "/p/b.py", "/p/pkg/__init__.py", "/p/pkg/c.py"]),
    st.lists(
        st.sampled_from(
            ["from .a import Alpha", "from pkg import c", "class Alpha:", "    def beta(self):", "        alpha_beta()"]
        ),
        max_size=50,
    ).map("\n".join),
    max_size=4,
)
STEPS = st.lists(FILES, min_size=1, max_size=6)
QUERY = {"alpha": 10.0, "beta": 5.0, "alpha_beta": 3.0}


def seen(index):
    """All that can be asked of an index."""
    return (
        sorted(index.files),
        {name: index.definitions(name, 9) for name in ("Alpha", "beta", "nothing")},
        {path: index.imported(path) for path in sorted(index.files)},
        {path: index.behind("Alpha", path) for path in sorted(index.files)},
        index.n_chunks(),
        [(round(score, 6), path, number) for score, path, number in index.similar(QUERY, "/p/a.py", 50)],
        {path: [index.words(path, n) for n in range(len(file.ends))] for path, file in sorted(index.files.items())},
    )


@given(STEPS)
def test_an_index_that_was_changed_equals_one_that_is_built_anew(steps):
    """Files come, change and go in any order."""
    index = Index("python")
    for files in steps:
        for path in set(index.files) - set(files):
            index.remove(path)
        for path, text in files.items():
            index.put(path, facts(text))
    assert seen(index) == seen(index_of(steps[-1]))


def test_an_index_stays_small_however_often_a_file_changes():
    """What is gone is thrown away at last, and what is left is found as before."""
    index = index_of({"/p/a.py": "def alpha(): beta()\n", "/p/b.py": "alpha beta\n" * 2000})
    for number in range(200):
        index.put("/p/b.py", facts(f"alpha beta word{number}\n" * 2000))
    assert index.n_kept < 12_000
    assert seen(index) == seen(index_of({"/p/a.py": "def alpha(): beta()\n", "/p/b.py": "alpha beta word199\n" * 2000}))


RESOLVED = {
    "a neighbour in Python": ("python", Import(".b", ("x",)), "/p/pkg/a.py", ["/p/pkg/b.py"]),
    "a module in Python": ("python", Import("pkg", ("b",)), "/p/main.py", ["/p/pkg/b.py", "/p/pkg/__init__.py"]),
    "a file in TypeScript": ("script", Import("./util", ()), "/p/src/a.ts", ["/p/src/util.ts"]),
    "a folder in TypeScript": ("script", Import("../src", ()), "/p/test/a.ts", ["/p/src/index.ts"]),
    "an alias in TypeScript": ("script", Import("@/src/util", ()), "/p/test/a.ts", ["/p/src/util.ts"]),
    "a package in Go": ("go", Import("example.com/m/store", ()), "/p/main.go", ["/p/store/a.go", "/p/store/b.go"]),
    "the standard library of Go": ("go", Import("store", ()), "/p/main.go", []),
    "a module in Rust": ("rust", Import("crate::pool", ("Pool",)), "/p/src/net/x.rs", ["/p/src/pool.rs"]),
    "a class in Java": ("jvm", Import("com.shop", ("Cart",)), "/p/A.java", ["/p/com/shop/Cart.java"]),
    "a header in C": ("c", Import("list.h", ()), "/p/c/a.c", ["/p/c/list.h"]),
    "itself": ("python", Import(".a", ()), "/p/pkg/a.py", []),
}
PATHS = [
    *("/p/pkg/a.py", "/p/pkg/b.py", "/p/pkg/__init__.py", "/p/src/util.ts", "/p/src/index.ts", "/p/src/a.ts"),
    *("/p/store/a.go", "/p/store/b.go", "/p/store/b_test.go", "/p/src/lib.rs", "/p/src/pool.rs", "/p/src/net/x.rs"),
    *("/p/com/shop/Cart.java", "/p/c/list.h", "/p/c/a.c"),
]


@pytest.mark.parametrize(("family", "item", "path", "wanted"), RESOLVED.values(), ids=RESOLVED.keys())
def test_imports_lead_to_files_of_the_project(family, item, path, wanted):
    paths = Paths()
    for each in PATHS:
        paths.add(each)
    assert resolve(item, path, family, paths) == wanted


def test_a_name_that_many_files_define_says_nothing():
    index = index_of({f"/p/{number}.py": "def get(): pass\n" for number in range(9)})
    assert index.definitions("get", 5) == []
    assert len(index.definitions("get", 9)) == 9
