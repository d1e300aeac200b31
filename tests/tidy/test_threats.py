"""What the page on threats promises is held by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "server" / "docs" / "threats.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED.findall(PAGE.read_text(encoding="utf-8")))))
def test_the_test_that_a_promise_names_exists(file, name):
    """A test, or a case that the attacks' test plays."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = [
        node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name
    ]

    assert found, f"{file} has no {name}"
    if not name.startswith("test_"):
        cases = next(
            node for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "CASES"
        )
        assert name in {each.id for each in cases.value.elts}, f"{name} is not played"


def test_each_promise_names_its_test():
    """Every line of a table does, but for its heading."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]

    assert [line for line in rows if not NAMED.search(line) and not line.endswith("| test |")] == []
