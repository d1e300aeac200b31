"""Later lines of an answer get their lost indentation back, where they cannot be meant as they are."""

from __future__ import annotations

from support.ground.final_buffer import Case, check, table

METHOD = "class A:\n    def f(self):\n        ‸\n"
FUNCTION = "def f():\n    ‸\n"

LOST = [
    Case("a body at the level of its function", "python", "def f():‸\n", "\nx = 1\nreturn x", "def f():\n    x = 1\n    return x\n"),
    Case("a body at the level of its method", "python", "class A:\n    def f(self):‸\n", "\n    x = 1\n    return x", "class A:\n    def f(self):\n        x = 1\n        return x\n"),
    Case("a body that starts at the margin", "python", "class A:\n    def f(self):‸\n", "\nreturn 1", "class A:\n    def f(self):\n        return 1\n"),
    Case("a body with blocks of its own", "python", "def f():‸\n", "\nif x:\n    return 1\nreturn 2", "def f():\n    if x:\n        return 1\n    return 2\n"),
    Case("a body after parameters on several lines", "python", "def f(\n    a,\n) -> int:‸\n", "\nreturn a", "def f(\n    a,\n) -> int:\n    return a\n"),
    Case("a body with a blank line and a comment", "python", "def f():‸\n", "\n# one\nx = 1\n\nreturn x", "def f():\n    # one\n    x = 1\n\n    return x\n"),
    Case("a loop's body", "python", FUNCTION, "for x in y:\n    print(x)", "def f():\n    for x in y:\n        print(x)\n"),
    Case("a condition and what follows it", "python", FUNCTION, "if x:\n    y()\nreturn 1", "def f():\n    if x:\n        y()\n    return 1\n"),
    Case("a return at the margin", "python", FUNCTION, "x = 1\nreturn x", "def f():\n    x = 1\n    return x\n"),
    Case("a return at the level of the method", "python", METHOD, "x = 1\n    return x", "class A:\n    def f(self):\n        x = 1\n        return x\n"),
    Case("an attribute set at the level of the method", "python", METHOD, "self.x = 1\n    self.y = 2", "class A:\n    def f(self):\n        self.x = 1\n        self.y = 2\n"),
    Case("as much as the cursor's line has", "python", METHOD, "x = 1\nreturn x", "class A:\n    def f(self):\n        x = 1\n        return x\n"),
    Case("lines before deeper ones of the document", "python", "def f():\n    ‸\n    z = 3\n", "x = 1\ny = 2", "def f():\n    x = 1\n    y = 2\n    z = 3\n"),
    Case("tabs", "python", "def f():\n\t‸\n", "for x in y:\n\tprint(x)", "def f():\n\tfor x in y:\n\t\tprint(x)\n"),
    Case("brackets that end further left than they began", "python", "def f():\n    return ‸\n", "[\n    1,\n]", "def f():\n    return [\n        1,\n    ]\n"),
    Case("arguments in open brackets", "python", "foo(\n    ‸\n)\n", "a,\nb", "foo(\n    a,\n    b\n)\n"),
    Case("a call on several lines", "python", FUNCTION, "if x:\n    foo(\n        1,\n    )", "def f():\n    if x:\n        foo(\n            1,\n        )\n"),
]  # fmt: skip

MEANT = [
    Case("a second function", "python", FUNCTION, "return 1\n\n\ndef g():\n    return 2"),
    Case("a second method", "python", METHOD, "return 1\n\n    def g(self):\n        return 2"),
    Case("a call at the margin", "python", FUNCTION, "return 1\nprint(f())"),
    Case("the end of a condition", "python", "def f():\n    if x:\n        ‸\n", "y = 1\n    return y"),
    Case("the end of a condition before more", "python", "def f():\n    if x:\n        ‸\n    return 1\n", "y = 1\n    z = 2"),
    Case("the other branch", "python", "def f():\n    if x:\n        ‸\n", "y = 1\n    else:\n        y = 2\n    return y"),
    Case("the end of two blocks", "python", "def f():\n    for x in y:\n        if x:\n            ‸\n", "z()\n    return 1"),
    Case("an inner function's return and the outer one's", "python", "def f():\n    def g():\n        ‸\n", "return 1\n    return g"),
    Case("a string with text at the margin", "python", FUNCTION, 'x = """\nreturn 1\n"""'),
    Case("text in a docstring", "python", 'def f():\n    """Do it.\n\n    ‸\n    """\n', "if so:\n    return one\nelse two"),
    Case("a body in its place", "python", "def f():‸\n", "\n    x = 1\n    return x"),
    Case("a comment at the margin", "python", "def f():‸\n", "\n# one\n    return 1"),
    Case("a line that goes on after a backslash", "python", FUNCTION, "x = 1 + \\\n  2"),
    Case("another language", "ruby", "def f\n  ‸\nend\n", "if x\n  y\n  end"),
    Case("a decorated function after a method", "python", METHOD, "pass\n\n    @property\n    def g(self):\n        return 1"),
    Case("code that runs the file", "python", FUNCTION, "pass\n\n\nif __name__ == '__main__':\n    f()"),
]  # fmt: skip


@table(LOST)
def test_lost_indentation_is_given_back(case: Case) -> None:
    """The lines go to where only they can be."""
    check(case)


@table(MEANT)
def test_a_block_may_end(case: Case) -> None:
    """Where nothing ends the answer with the block, it goes in as it is."""
    check(case, off=frozenset({"block", "statement"}))
