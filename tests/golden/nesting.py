"""Which bracket an answer has to close: of several that are open, of the editor's, or of a block further up. Data only."""

from __future__ import annotations

from support.final_buffer import Case

CHANGED = [
    Case("a call whose arguments stand below, behind an auto-closed bracket", "javascript", 'it("a", () => {\n  expect(‸)\n    "saved",\n    3\n  );\n});\n', "shown).toEqual(", 'it("a", () => {\n  expect(shown).toEqual(\n    "saved",\n    3\n  );\n});\n'),
    Case("a visibility before a function's head, whose parameters stand below", "rust", "impl A {\n    pub(‸)\n        &self,\n        size: u8,\n    ) -> u8 {\n        size\n    }\n}\n", "super) fn fill(", "impl A {\n    pub(super) fn fill(\n        &self,\n        size: u8,\n    ) -> u8 {\n        size\n    }\n}\n"),
    Case("a comparison with a call that goes on below", "julia", "@testset begin\n    @test join(‸)\n               b=[4],\n               c=[5])\nend\n", "on) == table(a=[1, 3],", "@testset begin\n    @test join(on) == table(a=[1, 3],\n               b=[4],\n               c=[5])\nend\n"),
    Case("a statement's end before the editor's bracket", "perl", "# Well (so\nfoo();\nuse Shelf qw(‸)\n\nmy $x = 1;\n", "put take);", "# Well (so\nfoo();\nuse Shelf qw(put take);\n\nmy $x = 1;\n"),
    Case("two brackets, where the enclosing call is closed further down", "lua", "local r = run(function(try)\n    if not ready then\n        try(load(‸)\n    end\n\n    return 1\nend)\n", "self.path))", "local r = run(function(try)\n    if not ready then\n        try(load(self.path))\n    end\n\n    return 1\nend)\n"),
    Case("a caught error, where the body is empty, and more", "kotlin", "fun f() {\n    try {\n        g()\n    } catch (‸)\n    }\n}\n\nfun h() {\n", "e: Exception) {\n    }\n}\n\nfun h() {\n    i()", "fun f() {\n    try {\n        g()\n    } catch (e: Exception) {\n    }\n}\n\nfun h() {\n"),
    Case("a loop without a body, and more", "kotlin", "fun f() {\n    for (x in xs) {\n        while (g(x‸\n        }\n        h()\n    }\n}\n", ", 4) > 0) {\n        }\n        h()\n    }\n}\n", "fun f() {\n    for (x in xs) {\n        while (g(x, 4) > 0) {\n        }\n        h()\n    }\n}\n"),
    Case("a whole test, the end of which stands there already, and more", "scala", 'class A {\n  ‸\n  }\n\n  test("b") {\n    g()\n  }\n}\n', 'test("a") {\n    f()\n  }\n\n  test("b") {\n    g()\n  }\n}\n', 'class A {\n  test("a") {\n    f()\n  }\n\n  test("b") {\n    g()\n  }\n}\n'),
    Case("a method whose end stands there already", "java", "class A {\n    @Test\n    ‸\n    }\n\n    int g() {\n        return 2;\n    }\n}\n", "void f() {\n        b();\n    }\n", "class A {\n    @Test\n    void f() {\n        b();\n    }\n\n    int g() {\n        return 2;\n    }\n}\n"),
    Case("an entry's end and the next one, and the lines after the cursor", "json", '{\n  "a": {\n    "b": 1\n  ‸\n  },\n  "e": [\n    3\n  ]\n}\n', '},\n  "c": {\n    "d": 2\n  },\n  "e": [\n    3\n  ]\n}\n', '{\n  "a": {\n    "b": 1\n  },\n  "c": {\n    "d": 2\n  },\n  "e": [\n    3\n  ]\n}\n'),
    Case("a block's end that is there, and the lines after it", "go", "func f() {\n\tif a {\n\t\tb()\n\t‸\n\t}\n\tif c {\n\t\td()\n\t}\n}\n", "}\n\tif c {\n\t\td()\n\t}\n}\n", rule="closer"),
    Case("a block's end that is there, and another function", "go", "func f() {\n\tif a {\n\t\tb()\n\t‸\n\t}\n}\n", "}\n}\n\nfunc g() {\n\tx()\n}\n", rule="closer"),
    Case("a block's end that is there, and a whole block", "c", "int f(void)\n{\n    if (a) {\n        b();\n    ‸\n    }\n    return 1;\n}\n", "}\n    for (;;) {\n        c();\n    } // for\n", rule="closer"),
    Case("the line after the cursor's, which closes and goes on", "lua", "M.first = curry(function(xs)\n    for _, x in ipairs(xs) do\n        use(x)\n    end\n    ‸\nend, 2)\n\nM.any = 1\n", "return xs\nend, 2)\n\nM.any = 1\n", "M.first = curry(function(xs)\n    for _, x in ipairs(xs) do\n        use(x)\n    end\n    return xs\nend, 2)\n\nM.any = 1\n"),
    Case("the line after the cursor's, cut within a few letters", "c", 'void f(void) {\n\tcheck(read("a‸")\n\t    0), 0, "Failed");\n\tg();\n}\n', 'b", &x, NULL,\n\t    0), 0, "Failed");\n\tg();\n}\n', 'void f(void) {\n\tcheck(read("ab", &x, NULL,\n\t    0), 0, "Failed");\n\tg();\n}\n'),
    Case("another branch and the function's end", "elisp", "(let ((a 1))\n  (if b\n      ‸\n    (say a)))\n\n(provide 'c)\n", "(warn a)\n    (say a)))\n\n(provide 'c)\n", "(let ((a 1))\n  (if b\n      (warn a)\n    (say a)))\n\n(provide 'c)\n"),
    Case("a list's first lines, the rest of which follow, and more", "python", 'def f():\n    a()\n    ‸\n        "two",\n        "three",\n        "four",\n    ]\n    g(xs)\n', 'if b:\n        return\n    xs = [\n        "one",\n        "two",\n        "three",\n        "four",\n    ]\n    g(xs)\n', 'def f():\n    a()\n    if b:\n        return\n    xs = [\n        "one",\n        "two",\n        "three",\n        "four",\n    ]\n    g(xs)\n'),
    Case("a whole benchmark, the end of which stands there already, and more", "java", "class A {\n  int f() {\n    return 1;\n  }\n\n  ‸\n  }\n\n  @Bench\n  int h() {\n    return 3;\n  }\n}\n", "@Bench\n  int g() {\n    return 2;\n  }\n\n  @Bench\n  int h() {\n    return 3;\n  }\n}\n", "class A {\n  int f() {\n    return 1;\n  }\n\n  @Bench\n  int g() {\n    return 2;\n  }\n\n  @Bench\n  int h() {\n    return 3;\n  }\n}\n"),
    Case("a block in words, the end of which stands there already, and more", "ruby", "module A\n  app do\n    set :a\n\n    ‸\n    end\n  end\n\n  other 1\nend\n", "get '/' do\n      'b'\n    end\n  end\n\n  other 1\nend\n", "module A\n  app do\n    set :a\n\n    get '/' do\n      'b'\n    end\n  end\n\n  other 1\nend\n"),
    Case("two blocks, the end of the second of which stands there already", "go", "func f() {\n\ta()\n\t‸\n\t}\n\treturn 1\n}\n", "if b {\n\t\tc()\n\t}\n\tif d {\n\t\te()\n\t}\n\treturn 1\n}\n", "func f() {\n\ta()\n\tif b {\n\t\tc()\n\t}\n\tif d {\n\t\te()\n\t}\n\treturn 1\n}\n"),
]  # fmt: skip

SAME = [
    Case("the end of a call within a list within a call", "csharp", 'var d = new Map(new[] {\n    new Pair(\n        new Key(1), new Value("o‸\n    new Pair(\n        new Key(2), new Value("two"))\n});\n', 'ne")),'),
    Case("the end of the last call of a list", "csharp", 'var d = new Map(new[] {\n    new Pair(\n        new Key(1), new Value("o‸\n});\nF();\n', 'ne"), G(2))'),
    Case("a call's end before the end of its block", "javascript", 'start({\n  ready() {\n    console.log(\n      "one " +\n        "two"\n    ‸\n  },\n  done() {}\n});\n', ");"),
    Case("a call's end at the margin", "r", 'test_that("a", {\n  expect_equal(\n    f("x"),\n    "y"\n‸\n})\n', "  )"),
    Case("a call's end before the next call", "r", 'test_that("a", {\n  expect_error(\n    f(1),\n    class = "b"\n  ‸\n  expect_error(\n    f(2)\n  )\n})\n', ")"),
    Case("a macro's end before the end of a block", "rust", 'fn f() {\n    let Some(a) = b() else {\n        unreachable!(\n            r"no {a}"\n        ‸\n    };\n}\n', ")"),
    Case("the end of an inner call, where the outer one goes on", "csharp", "void F()\n{\n    using (var log = new Config()\n        .WriteTo(\n            a => a.To(b),\n            ‸\n        .Create())\n    {\n    }\n}\n", "c => c.To(d))"),
    Case("the end of an inner call's arguments", "julia", "@testset begin\n    @test same(join(a(1), b(2),\n                    ‸\n               c(3))\n    @test same(join(a(2), b(3),\n                    on=:id),\n               c(4))\nend\n", "on=:id),"),
    Case("parameters taken apart, an arrow and a brace", "javascript", "export const actions = {\n\tsave: async ({ a, ‸\n\t\tuse(a);\n\t}\n};\n", "b }) => {"),
    Case("properties with their types, an arrow and a brace", "typescriptreact", "const A = ({ ‸\n  return <b>{prop}</b>;\n};\n", "prop }: { prop: string }) => {"),
    Case("an entry's end and the next one, the end of which follows", "json", '{\n  "a": {\n    "b": 1\n  ‸\n  },\n  "e": 3\n}\n', '},\n  "c": {\n    "d": 2'),
    Case("a test's end and the next test, the end of which follows", "typescript", "suite('a', () => {\n\ttest('b', () => {\n\t\tf();\n\t‸\n\t});\n});\n", "});\n\ttest('c', () => {\n\t\tg();"),
    Case("a block's end and another condition, the end of which follows", "go", "func f() {\n\tfor {\n\t\tif a {\n\t\t\tb()\n\t\t‸\n\t\t}\n\t}\n}\n", "}\n\t\tif c() {\n\t\t\td()"),
    Case("a method's end and the next method, the end of which follows", "scala", "class A {\n  val a = new B {\n    f()\n  ‸\n  }\n\n  val c = 1\n}\n", "}\n  def g(): Unit = {\n    h()"),
    Case("another branch of a condition, the end of which follows", "perl", "sub f {\n  if ($a) {\n    b();\n  ‸\n  }\n  return 1;\n}\n", "}\n  else {\n    c();"),
    Case("an element's end and the next, the end of which follows", "python", "CASES = [\n    [\n        1,\n    ‸\n    ],\n    [\n        3,\n    ],\n]\n", "],\n    [\n        2,"),
    Case("a block's end and a call, the end of which follows", "typescript", "class A {\n\tf(): void {\n\t\tif (b) {\n\t\t\treturn;\n\t\t‸\n\t\t});\n\t}\n}\n", "}\n\t\tthis.add({\n\t\t\tid: c()"),
    Case("spaces at the end of a string", "r", 'expect_equal(f("right"), "had   ‸\nexpect_equal(f("left"), "   had")\n', '   ")'),
    Case("a line in a function that is indented by one space", "lua", "local function f(a)\n‸\n if b then\n  c()\n end\nend\n", " local b=g(a)"),
    Case("a declaration in a rule that is indented by one space", "css", "h3 {\n‸\n margin: 1em;\n padding: 2em;\n}\n", " color: red;"),
    Case("a row of a table that is indented by one space", "markdown", "```\n    Name |  Time |\n-------- |------ |\n‸\n Minimum |  1.20 |\n```\n", " Off |  1.10 |"),
    Case("entries of a continued list", "vim", "function! s:f() abort\n  ‸\n  \\   'three',\n  \\ ]\nendfunction\n", "for l:m in [\n  \\   'one',\n  \\   'two',"),
    Case("a label before those that come to the same", "c", "int f(char c) {\n\tswitch (c) {\n\tcase 'a':\n\tcase 'b':\n\t‸\n\t\treturn 1;\n\tdefault:\n\t\treturn 0;\n\t}\n}\n", "case 'A': case 'B':\n\tcase 'C':"),
    Case("labels between labels", "cpp", "int f(int c) {\n    switch (c) {\n        case 0x01:\n        ‸\n        case 0x04:\n            return 1;\n    }\n}\n", "case 0x02:\n        case 0x03:"),
    Case("another case that ends as the one above, and the rest", "c", "void f(int c) {\n\tswitch (c) {\n\tcase '0': case '1':\n\t\tbreak;\n\t‸\n\t\tg();\n\t}\n}\n", "case '.':\n\t\tstate = 1;\n\t\tbreak;\n\tdefault:"),
    Case("lines of a definition that are indented by tabs in a file with spaces", "makefile", "A = 1\nifdef B\n  C = 1\n  D = 2\n  E = 3\n  F = 4\n  G = 5\n  H = 6\n  I = 7\n  J = 8\nendif\ndefine CONFIG\n\t‸\n\tlast 3\nendef\n", "first 1\n\tsecond 2"),
    Case("the head of a table in a docstring, one column in", "julia", '"""\n    f(x)\n\njulia> f(1)\n2x2 Table\n‸\n     | Int\n   1 |   2\n"""\nf(x) = x\n', " Row | a"),
    Case("a sign that is shown as an emoji", "python", 'INFO = "‸\n', '\u2139\ufe0f"'),
]  # fmt: skip
