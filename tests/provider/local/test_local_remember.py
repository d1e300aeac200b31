"""What an index knew once can be known again exactly, whatever was changed in between."""

from __future__ import annotations

from infill_ls.provider.local.index import Index
from infill_ls.provider.local.tokens import split

TEXTS = {f"lib/file{number}.py": f"for item in items:\n    item.close({number})\n" * 8 for number in range(150)}


def found(index):
    """Few of many places, so that it shows which tables they were taken from."""
    ends = index.find(split("for item in items:"), "", limit=20, enough=20)
    return [(body.path, end) for body, end in ends], sorted(index.words), index.words.starting("it", 5), index.paths()


def test_what_was_known_is_known_again():
    index = Index()
    for path, text in TEXTS.items():
        index.put(path, text)
    again = index.remember()
    before = found(index)
    for _ in range(2):
        for path in list(TEXTS)[:100]:
            index.remove(path)
            index.put(path, TEXTS[path] + "items.append(other)\n")
        assert found(index) != before
        again()
        assert found(index) == before
