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
    Case("what reads an attribute between methods", "python", METHOD + "\n    def g(self):\n        pass\n", "a()\n    if b(self.c):\n        self.d()", "class A:\n    def f(self):\n        a()\n        if b(self.c):\n            self.d()\n\n    def g(self):\n        pass\n"),
    Case("a call between methods", "python", METHOD + "\n    def g(self):\n        pass\n", "a()\n    B.emit(1)", "class A:\n    def f(self):\n        a()\n        B.emit(1)\n\n    def g(self):\n        pass\n"),
    Case("a name that is called end", "python", METHOD.replace("self", "s") + "        return x\n", "x, end = g(s)\n    end = h(end)\n    if end:\n        x()", "class A:\n    def f(s):\n        x, end = g(s)\n        end = h(end)\n        if end:\n            x()\n        return x\n"),
    Case("behind what declares a name", "python", "n = 1\n\n\ndef f():\n    ‸\n\n\nm = 1\n", "global n\nif n:\n    n = 2", "n = 1\n\n\ndef f():\n    global n\n    if n:\n        n = 2\n\n\nm = 1\n"),
    Case("a docstring that ends with its text", "python", "class A:\n    def f(self):\n        ‸\n        return 1\n", '"""One.\n    Two."""', 'class A:\n    def f(self):\n        """One.\n        Two."""\n        return 1\n'),
    Case("a docstring and the code below it", "python", "class A:\n    def f(self):\n        ‸\n        return 1\n", '"""One.\n\n    Two.\n    """\n    x = 1', 'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n        x = 1\n        return 1\n'),
    Case("a call on several lines", "python", FUNCTION, "if x:\n    foo(\n        1,\n    )", "def f():\n    if x:\n        foo(\n            1,\n        )\n"),
]  # fmt: skip

ASKED = [
    Case("a name that only the condition's block gives", "python", "def f(a):\n    if a:\n        ‸\n    return 1\n", "exc = a.b()\n    if exc:\n        raise exc", "def f(a):\n    if a:\n        exc = a.b()\n        if exc:\n            raise exc\n    return 1\n"),
    Case("a name that an import gives", "python", "def f(a):\n    if a:\n        ‸\n", "from m import warn\n    warn(a)", "def f(a):\n    if a:\n        from m import warn\n        warn(a)\n"),
    Case("the name of a loop over a list of several lines", "python", "def f(s):\n    for name in (\n        1,\n        ):\n        ‸\n", "x = s(name)\n    print(x)", "def f(s):\n    for name in (\n        1,\n        ):\n        x = s(name)\n        print(x)\n"),
    Case("a condition above a handler, which it cannot have", "python", "def f():\n    try:\n        if x:\n            ‸\n    except E:\n        return 1\n", "a()\n    if b:\n        y()", "def f():\n    try:\n        if x:\n            a()\n        if b:\n            y()\n    except E:\n        return 1\n"),
    Case("a loop's own name", "python", "def f(a):\n    for x in a:\n        y = x\n        ‸\n", "a.b()\n    take(x)", "def f(a):\n    for x in a:\n        y = x\n        a.b()\n        take(x)\n"),
    Case("a name that the other branch does not give", "python", "def f(a):\n    if a:\n        b = 1\n    else:\n        ‸\n    return b\n", "c = a()\n    b = c + 1", "def f(a):\n    if a:\n        b = 1\n    else:\n        c = a()\n        b = c + 1\n    return b\n"),
    Case("between lines of one block", "python", "def f(s):\n    while True:\n        g(s)\n        ‸\n        end += 1\n        if s:\n            break\n", "s = h()\n    if s:\n        s = k()", "def f(s):\n    while True:\n        g(s)\n        s = h()\n        if s:\n            s = k()\n        end += 1\n        if s:\n            break\n"),
    Case("before another branch", "python", "def f(s):\n    if s:\n        ‸\n    elif t:\n        pass\n", "g(s)\n    if h:\n        k()\n    m()", "def f(s):\n    if s:\n        g(s)\n        if h:\n            k()\n        m()\n    elif t:\n        pass\n"),
    Case("methods of a class, at the margin", "python", "class A(B):\n    ‸\n\n\nclass C:\n    pass\n", '"""Text."""\n\ndef __init__(self):\n    self.x = 1', 'class A(B):\n    """Text."""\n\n    def __init__(self):\n        self.x = 1\n\n\nclass C:\n    pass\n'),
]  # fmt: skip

MEANT = [
    Case("a second function", "python", FUNCTION, "return 1\n\n\ndef g():\n    return 2"),
    Case("a second method", "python", METHOD, "return 1\n\n    def g(self):\n        return 2"),
    Case("a call at the margin", "python", FUNCTION, "return 1\nprint(f())"),
    Case("the end of a condition", "python", "def f(y):\n    if x:\n        ‸\n", "y = 1\n    return y"),
    Case("the other branch, which gives the name, too", "python", "def f():\n    if x:\n        y = 1\n    else:\n        ‸\n", "y = 2\n    return y"),
    Case("behind a branch that the other one leaves", "python", "def f():\n    if x:\n        return 1\n    else:\n        ‸\n", "y = 2\n    return y"),
    Case("a name that a loop gives anew", "python", "def f():\n    for x in a:\n        ‸\n", "y(x)\n    for x in b:\n        z(x)"),
    Case("what a loop that has run at least once has found", "python", "def f():\n    while True:\n        ‸\n", "x = g()\n    return x"),
    Case("names that a later block gives", "python", "def f(h):\n    if h:\n        ‸\n", "del h\n    try:\n        a = 1\n    except E:\n        a = 2\n    return a"),
    Case("a property of a class", "python", METHOD, "self.x = 1\n\n    y = property(lambda self: self.x)"),
    Case("a class's body that asks for the system", "python", METHOD, "pass\n\n    if sys.version_info > (3, 13):\n        def g(self):\n            return 1"),
    Case("a continuation that is aligned with nothing", "python", FUNCTION, "response = reqed('proxy',\n                authority)"),
    Case("the end of a condition before more", "python", "def f():\n    if x:\n        ‸\n    return 1\n", "y = 1\n    z = 2"),
    Case("the other branch", "python", "def f():\n    if x:\n        ‸\n", "y = 1\n    else:\n        y = 2\n    return y"),
    Case("the end of a condition, and what is tried above the handler that stands there", "python", "def f():\n    if x:\n        ‸\n    except E:\n        return 1\n", "x = 1\n    try:\n        y()"),
    Case("the end of a branch, and what is tried before it is cleaned up", "python", "def f():\n    if x:\n        a()\n    else:\n        ‸\n    finally:\n        b()\n", "c()\n\n    try:\n        y()\n    except E:\n        z()"),
    Case("the end of a condition, and one of which the other branch stands there", "python", "def f():\n    if x:\n        ‸\n    else:\n        return 1\n", "a = 1\n    if b:\n        y()"),
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


@table(ASKED)
def test_a_block_is_not_left_that_what_follows_needs(case: Case) -> None:
    """Where nothing ends the answer with the block, as for those who ask: its lines need what only the block gives."""
    check(case, off=frozenset({"block", "statement"}))


@table(MEANT)
def test_a_block_may_end(case: Case) -> None:
    """Where nothing ends the answer with the block, it goes in as it is."""
    check(case, off=frozenset({"block", "statement"}))
