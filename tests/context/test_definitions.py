"""What a text defines for other files, with a grammar and without one."""

from __future__ import annotations

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.context.definitions import definitions_in
from infill_ls.context.imports import Import, imports_in
from infill_ls.syntax.grammars import new_parser

PYTHON = """
LIMIT = 3
class Store(Base):
    size: int = 0
    def __init__(self, path: str):
        self.path = path
        local = 1
    def fetch(
        self,
        key: str,
    ) -> bytes:
        def inner(): ...
    def __repr__(self): ...
async def load(a, *, b=1): pass
"""
TYPESCRIPT = """
export interface Options { retry: number }
export class Client<T> extends Base {
  constructor(private url: string) {}
  get(path: string): Promise<T> { const inner = 1; return x }
}
export const make = (a: number) => { return a }
export enum Kind { One, Two }
export type Id = string | number
"""
GO = """
package a
type Router struct {
	name string
}
func (r *Router) Add(path string, h Handler) error {
	x := 1
	return nil
}
const Limit = 10
"""
RUST = """
pub struct Pool { size: usize }
impl Pool {
    pub fn take(&self, n: usize) -> Option<Conn> { None }
}
pub trait Source { fn next(&mut self) -> u8; }
"""
JAVA = """
public class Cart extends Base {
  private final int size;
  public int total(List<Item> items) {
    int x = 1;
    return x;
  }
}
"""
C = """
#define LIMIT 10
struct node { int value; };
int push(struct node *at, int value) { int local = 1; return local; }
int pop(struct node *at);
"""

BY_GRAMMAR = {
    "python": (
        PYTHON,
        {
            ("", "LIMIT", "LIMIT = 3"),
            ("", "Store", "class Store(Base):"),
            ("Store", "size", "size: int = 0"),
            ("Store", "__init__", "def __init__(self, path: str):"),
            ("Store", "path", "self.path = path"),
            ("Store", "fetch", "def fetch(self, key: str) -> bytes:"),
            ("", "load", "async def load(a, *, b=1):"),
        },
    ),
    "typescript": (
        TYPESCRIPT,
        {
            ("", "Options", "export interface Options"),
            ("Options", "retry", "retry: number"),
            ("", "Client", "export class Client<T> extends Base"),
            ("Client", "constructor", "constructor(private url: string)"),
            ("Client", "url", "private url: string"),
            ("Client", "get", "get(path: string): Promise<T>"),
            ("", "make", "export const make = (a: number) =>"),
            ("", "Kind", "export enum Kind"),
            ("Kind", "One", "One"),
            ("Kind", "Two", "Two"),
            ("", "Id", "export type Id = string | number"),
        },
    ),
    "go": (
        GO,
        {
            ("", "Router", "type Router struct"),
            ("Router", "name", "name string"),
            ("Router", "Add", "func (r *Router) Add(path string, h Handler) error"),
            ("", "Limit", "const Limit = 10"),
        },
    ),
    "rust": (
        RUST,
        {
            ("", "Pool", "pub struct Pool"),
            ("Pool", "size", "size: usize"),
            ("Pool", "take", "pub fn take(&self, n: usize) -> Option<Conn>"),
            ("", "Source", "pub trait Source"),
            ("Source", "next", "fn next(&mut self) -> u8;"),
        },
    ),
    "java": (
        JAVA,
        {
            ("", "Cart", "public class Cart extends Base"),
            ("Cart", "size", "private final int size;"),
            ("Cart", "total", "public int total(List<Item> items)"),
        },
    ),
    "c": (
        C,
        {
            ("", "LIMIT", "#define LIMIT 10"),
            ("", "node", "struct node"),
            ("node", "value", "int value;"),
            ("", "push", "int push(struct node *at, int value)"),
            ("", "pop", "int pop(struct node *at);"),
        },
    ),
}


def found(text, language, parser):
    return {(each.container, each.name, each.head) for each in definitions_in(text, language, parser)}


@pytest.mark.parametrize(("language", "text", "wanted"), [(key, *value) for key, value in BY_GRAMMAR.items()])
def test_heads_are_what_has_to_be_seen_to_use_a_definition(language, text, wanted):
    """What is local to a function is nobody else's business, and a head stands in one line."""
    assert found(text, language, new_parser(language)) == wanted


# Language, text, and the heads in it.
READABLE = {
    "a comment between a head and its body": (
        "python",
        "def isatty(self) -> bool:\n    # see below\n    # and above\n    return True\n",
        ["def isatty(self) -> bool:"],
    ),
    "a comment for a linter": ("python", "def f(a):  # noqa: X\n    pass\n", ["def f(a):"]),
    "a mark of comments in a string": ("python", 'def f(mark="# x"):\n    pass\n', ['def f(mark="# x"):']),
    "a value of several lines": ("python", "names: dict[str, int] = {\n    'a': 1,\n}\n", ["names: dict[str, int]"]),
    "a function of several lines": (
        "typescript",
        "export const make = (\n  a: number,\n  b = 1,\n) => {\n  return a\n}\n",
        ["export const make = (a: number, b = 1) =>"],
    ),
    "a value in the next line": (
        "java",
        "class A {\n  static final Map<A, B> ALL =\n      make();\n}\n",
        ["class A", "static final Map<A, B> ALL"],
    ),
    "comments within a head": (
        "java",
        "class A {\n  @Deprecated // not now\n  public void go() {}\n  @Override\n  public int size() { return 1; }\n}\n",
        ["class A", "@Deprecated public void go()", "public int size()"],
    ),
    "members of what has no name": (
        "java",
        "enum A {\n  ONE { @Override int of() { return 1; } };\n  abstract int of();\n}\n",
        ["enum A", "ONE", "abstract int of();"],
    ),
    "a value of one line": ("python", "names = {'a': 1}\n", ["names = {'a': 1}"]),
    "what is fetched of another file": ("javascript", "const a = require('./a')\nconst n = 3\n", ["const n = 3"]),
    "an object": ("javascript", "const users = {\n  a: 1,\n}\n", ["const users"]),
    "a guard of an include": ("c", "#ifndef A_H\n#define A_H\n#define MAX 3\n#endif\n", ["#define MAX 3"]),
    "a type that is only named": (
        "c",
        "struct stat;\nstruct stat *get(void) { return 0; }\n",
        ["struct stat *get(void)"],
    ),
    "a type that is given a name": (
        "c",
        "typedef enum job {\n  OPEN, /* now */\n  SHUT /* later */\n} job;\n",
        ["typedef enum job {} job;", "OPEN", "SHUT"],
    ),
    "a type without a name of its own": (
        "c",
        "typedef struct {\n  size_t keys;\n} child;\n",
        ["typedef struct {} child;", "size_t keys;"],
    ),
}


@pytest.mark.parametrize(("language", "text", "heads"), READABLE.values(), ids=READABLE)
def test_heads_say_nothing_that_nobody_needs(language, text, heads):
    assert [each.head for each in definitions_in(text, language, new_parser(language))] == heads


def test_members_of_a_type_without_a_name_belong_to_the_name_that_it_is_given():
    text = "typedef struct {\n  size_t keys;\n} child;\n"
    assert ("child", "keys", "size_t keys;") in found(text, "c", new_parser("c"))


BY_LINES = {
    "python": (PYTHON, {("", "Store"), ("Store", "__init__"), ("Store", "fetch"), ("", "load")}),
    "go": (GO, {("", "Router"), ("Router", "Add")}),
    "rust": (RUST, {("", "Pool"), ("Pool", "take"), ("", "Source")}),
    "java": (JAVA, {("", "Cart"), ("Cart", "total")}),
    "kotlin": ("class A {\n    fun go(x: Int): String {\n    }\n}\n", {("", "A"), ("A", "go")}),
    "elixir": ("defmodule Shop do\n  def total(cart) do\n  end\nend\n", {("", "Shop"), ("Shop", "total")}),
    "zig": ("pub fn add(a: i32, b: i32) i32 {\n    return a + b;\n}\n", {("", "add")}),
}


@pytest.mark.parametrize(("language", "text", "wanted"), [(key, *value) for key, value in BY_LINES.items()])
def test_without_a_grammar_keywords_and_indentation_tell(language, text, wanted):
    names = {(container, name) for container, name, _ in found(text, language, None)}
    assert wanted <= names


LOCAL_C = (
    "int pop(int a)\n{\n    struct stat sb;\n    struct node *at = take(a);\n}\ntypedef struct node { int n;\n} node;\n"
)


def test_a_type_that_is_made_use_of_is_no_definition_without_a_grammar_either():
    assert [each.name for each in definitions_in(LOCAL_C, "c", None)] == ["node"]


def test_parameters_on_several_lines_are_one_head_without_a_grammar_too():
    text = "def fetch(\n    self,\n    key,\n) -> bytes:\n    return b''\n"
    assert [each.head for each in definitions_in(text, "python", None)] == ["def fetch(self, key) -> bytes:"]


PARSERS = {language: new_parser(language) for language in BY_GRAMMAR}
TEXTS = [text for text, _ in BY_GRAMMAR.values()]


@given(st.sampled_from(list(BY_GRAMMAR)), st.sampled_from(TEXTS), st.integers(0, 400), st.integers(0, 400), st.text())
def test_no_text_is_too_broken(language, text, start, end, put):
    """Whatever stands in a file, there are definitions or none, all of them short."""
    broken = text[:start] + put.encode("utf-8", "replace").decode() + text[end:]
    for parser in (PARSERS[language], None):
        assert all(len(each.head) <= 600 for each in definitions_in(broken, language, parser))
    assert isinstance(imports_in(broken, language), tuple)


def test_a_file_that_a_parser_would_be_long_at_is_read_by_its_lines():
    text = "def f():\n    pass\n" * 10_000
    assert len(definitions_in(text, "python", PARSERS["python"])) <= 4_000


IMPORTS = {
    "python": ("from .a import b, c as d\nimport x.y\n", [Import(".a", ("b", "c")), Import("x.y", ())]),
    "script": (
        "import { A, type B } from './a'\nconst c = require('./c')\n",
        [Import("./a", ("A", "B")), Import("./c", ())],
    ),
    "go": ('import (\n\t"fmt"\n\tx "example.com/a/b"\n)\n', [Import("fmt", ()), Import("example.com/a/b", ())]),
    "rust": ("use crate::a::{B, c::D};\n", [Import("crate::a", ("B",)), Import("crate::a::c", ("D",))]),
    "jvm": ("import com.a.B;\nimport com.c.*;\n", [Import("com.a", ("B",)), Import("com.c", ())]),
    "c": ('#include "a/b.h"\n#include <stdio.h>\n', [Import("a/b.h", ()), Import("stdio.h", ())]),
}


@pytest.mark.parametrize(("family", "text", "wanted"), [(key, *value) for key, value in IMPORTS.items()])
def test_imports_are_modules_and_the_names_taken_from_them(family, text, wanted):
    assert list(imports_in(text, family)) == wanted


def test_half_a_character_hides_no_definition():
    """As editors send it between two keys."""
    assert [each.name for each in definitions_in("def f(a='\ud83d'): pass\n", "python", new_parser("python"))] == ["f"]


def test_nothing_of_a_text_stays_in_memory_when_its_definitions_are_found():
    """A document is read anew at each of its pauses, for hours."""
    text, parser = "x = 1\n" * 10_000, new_parser("python")
    definitions_in(text, "python", parser)
    tracemalloc.start()
    try:
        for _ in range(5):
            definitions_in(text, "python", parser)
        assert tracemalloc.get_traced_memory()[0] < len(text)
    finally:
        tracemalloc.stop()


HOSTILE = {
    "script": ["import " + "a " * 10_000, "import {\n" * 2_500, "export " + "{ " * 10_000],
    "python": ["from " + "." * 20_000, "from a import (\n" * 1_300, "import " + "a, " * 7_000 + "!"],
    "rust": ["use a\n" * 3_300, "use {\n" * 3_300, "pub(" * 5_000],
    "jvm": ["import a" + " " * 20_000 + "!", "import " + "a." * 10_000 + "!"],
    "go": ['"a' * 10_000, "import a " * 2_200],
    "c": ["#include <" * 2_000],
    "ruby": ["require (" * 2_200],
    "php": ["use a as " * 2_200],
}


@pytest.mark.parametrize(("family", "text"), [(family, text) for family, each in HOSTILE.items() for text in each])
def test_a_file_that_is_written_to_be_slow_is_read_soon(family, text):
    """A pattern keeps all threads waiting until it has its answer: seconds, if it gives back what it has read."""
    started = time.thread_time()
    imports_in(text, family)
    assert time.thread_time() - started < 0.5
