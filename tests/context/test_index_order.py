"""What an index says depends on what is in it, and not on what was changed before."""

from __future__ import annotations

from infill_ls.context.index import Facts, Index
from infill_ls.context.words import chunks_of

TEXTS = {f"file{number}.py": f"load_items(store, key)\nkeep_other(name{number % 3})\n" for number in range(12)}


def facts(text):
    return Facts((), (), chunks_of(text))


def test_files_that_came_and_went_leave_nothing_behind():
    one, other = Index("python"), Index("python")
    for path, text in TEXTS.items():
        one.put(path, facts(text))
    for path, text in reversed(TEXTS.items()):
        other.put(path, facts("load_items(" + text))
        other.put(path, facts(text))
    query = {"items": 2.0, "name1": 1.0}

    assert other.n_holding("items") == one.n_holding("items") == 12
    assert other.similar(query, "", 3) == one.similar(query, "", 3)
