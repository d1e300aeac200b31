"""Whether code in one file would name what another defines: hardly its private members, nor tests. Reads no file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from infill_ls.context.definitions import Definition

_TESTS: Final = re.compile(
    r"(?:^|/)(?:tests?|__tests__|specs?|testdata)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|[^/]_(?:test|spec)\.\w+$|\.(?:test|spec|cy)\.\w+$"
    r"|[a-z](?:Tests?|TestCase|Spec)\.(?:java|kt|scala|groovy|cs|php|swift)$"
)
_CASE: Final = re.compile(r"test_|test[A-Z]|(?:Test|Benchmark|Example|Fuzz)(?:[A-Z_]|$)")
_MODULE: Final = "tests"
"""Rust's, within the code's own file."""
_PRIVATE: Final = re.compile(r"(?:@\w+(?:\([^)]*\))?\s+)*(?:static\s+)?private\b(?!\[)")


def is_within_reach(definition: Definition, path: str, of: str, *, is_named: bool) -> bool:
    """Whether what ``path`` defines may be of use in the file ``of``, where its name stands near, or does not."""
    if is_of_tests(path):
        is_test = definition.kind == "function" and _CASE.match(definition.name) is not None
        return is_of_tests(of) and not is_test  # nobody calls a test by its name
    if path == of:
        return True
    is_in_module = _MODULE in (definition.container, definition.name)
    return not is_in_module and (is_named or not _PRIVATE.match(definition.head))


@lru_cache(maxsize=1 << 13)  # each ranking asks for the same files
def is_of_tests(path: str) -> bool:
    """Whether a file has tests, or what only they need."""
    return _TESTS.search(path) is not None
