"""What is used of libraries beyond what they promise: a list, so that a release without a name of it fails by that name."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter

import infill_ls

PACKAGE = Path(infill_ls.__file__).parent
PROTOCOL = PACKAGE / "lsp" / "protocol.py"

# Replaced by methods of ours, or called and read.
REPLACED = {"_execute_handler", "_get_handler", "_handle_notification", "_send_data", "_send_handler_result"}
USED = {"_converter", "_handle_request", "_request_futures", "_result_types", "_send_response", "_serialize_message"}
MODULES = {"anyio._backends._asyncio", "httpcore._backends.anyio"}

BOUNDED = ["pygls", "lsprotocol", "httpx", "anyio", "tree-sitter"]


@pytest.fixture(scope="module")
def ours():
    """The class of ours, as it is written."""
    tree = ast.parse(PROTOCOL.read_text(encoding="utf-8"))
    return next(node for node in tree.body if isinstance(node, ast.ClassDef))


@pytest.mark.parametrize("name", sorted(REPLACED | USED))
def test_pygls_still_has_each_private_name_that_is_used(name):
    protocol = LanguageServerProtocol(LanguageServer("a", "1"), default_converter())

    assert hasattr(protocol, name)


def test_pyglss_private_names_in_use_are_those_of_the_list(ours):
    """What is ours alone has other names than pygls's."""
    protocol = LanguageServerProtocol(LanguageServer("a", "1"), default_converter())
    theirs = {name for name in dir(protocol) if name.startswith("_") and not name.startswith("__")}
    defined = {node.name for node in ours.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    read = {node.attr for node in ast.walk(ours) if isinstance(node, ast.Attribute)}

    assert defined & theirs == REPLACED
    assert (read & theirs) - defined == USED | {"_shutdown"}


def test_a_replaced_method_takes_what_pygls_hands_it(ours):
    """By the names of its parameters."""
    for node in ours.body:
        if isinstance(node, ast.FunctionDef) and node.name in REPLACED:
            theirs = list(inspect.signature(getattr(LanguageServerProtocol, node.name)).parameters)
            arguments = node.args
            assert [each.arg for each in (*arguments.args, *arguments.kwonlyargs)] == theirs, node.name


def test_private_modules_in_use_are_those_of_the_list():
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))

    assert (
        set(re.findall(r"^ *(?:import|from) ((?!infill_ls)\w+(?:\.\w+)*\._[\w.]+)", sources, re.MULTILINE)) == MODULES
    )
    for name in MODULES:
        importlib.import_module(name)


@pytest.mark.parametrize("name", BOUNDED)
def test_what_is_relied_upon_so_closely_is_bounded_to_what_was_tested(name):
    """A new major release is tried before users get it."""
    declared = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")

    assert re.findall(rf'"{name}>=[\d.]+,<\d[\d.]*"', declared), name
