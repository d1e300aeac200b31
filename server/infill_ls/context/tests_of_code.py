"""Path and name -> whether a definition belongs to tests, which the code itself never names. Reads no file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_FILE: Final = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|testdata)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|[^/]_(?:test|spec)\.\w+$|\.(?:test|spec|cy)\.\w+$"
    r"|[a-z](?:Tests?|TestCase|Spec)\.(?:java|kt|scala|groovy|cs|php|swift)$"
)
_CASE: Final = re.compile(r"test_|test[A-Z]|(?:Test|Benchmark|Example|Fuzz)(?:[A-Z_]|$)")

TESTS: Final = "tests"
"""Rust's module of tests within the code's own file, whose members nothing outside of it names."""


@lru_cache(maxsize=1 << 13)  # each ranking asks for the same files
def is_of_tests(path: str) -> bool:
    """Whether a file has tests, or what only they need."""
    return _FILE.search(path) is not None


def is_test(name: str) -> bool:
    """Whether a function in such a file is a test: nobody calls it by its name."""
    return _CASE.match(name) is not None
