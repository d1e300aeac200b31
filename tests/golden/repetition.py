"""Loops are cut after their first round; what real code says several times stays. Data only."""

from __future__ import annotations

from support.final_buffer import Case

CHANGED = [
    Case("one line for ever", "go", "func f() {\n\t‸\n}\n", "fmt.Println(x)\n\t" * 30, "func f() {\n\tfmt.Println(x)\n}\n"),
    Case("a row for ever behind something else", "sql", "‸\n", "INSERT INTO t VALUES\n" + "(1, 'a'),\n" * 20, "INSERT INTO t VALUES\n(1, 'a'),\n"),
    Case("an import for ever", "java", "‸\n", "import java.util.List;\n" * 20, "import java.util.List;\n"),
    Case("an element for ever", "html", "<ul>\n  ‸\n</ul>\n", "<li>Item</li>\n  " * 20, "<ul>\n  <li>Item</li>\n</ul>\n"),
    Case("a sentence for ever", "markdown", "‸\n", "It is fast and it is small. " * 12, "It is fast and it is small.\n"),
    Case("words of a comment for ever", "rust", "// ‸\n", "the user's name and " * 12, "// the user's name and\n"),
    Case("a chain of calls for ever", "javascript", "x‸\n", ".then(next)" * 20, "x.then(next)\n"),
    Case("a list of one name for ever", "ruby", "x = [‸\n", "item, " * 25, "x = [item,\n"),
    Case("a line that ends in a piece that repeats", "typescript", "const a = ‸\n", "foo(bar) || " * 15, "const a = foo(bar) ||\n"),
    Case("a blank comment for ever", "python", "x = 1\n‸\n", "y = 2\n" + "#\n" * 30, "x = 1\ny = 2\n#\n"),
    Case("closing tags for ever", "html", "<p>‸\n", "a</p>\n" + "</div>\n" * 20, "<p>a</p>\n</div>\n"),
    Case("blank lines with spaces for ever", "go", "x := ‸\n", "1\n" + "   \n" * 40, "x := 1\n"),
    Case("tabs for ever", "go", "x := ‸\n", "1\n" + "\t" * 400, "x := 1\n"),
]  # fmt: skip

SAME = [
    Case("a row of numbers", "python", "x = ‸\n", "[" + "0, " * 30 + "0]"),
    Case("a rule of equals signs", "python", "# ‸\n", "=" * 70),
    Case("a rule of dashes in a table", "markdown", "| a | b |\n‸\n", "| " + "-" * 40 + " | " + "-" * 40 + " |"),
    Case("the rows of a table", "markdown", "‸\n", "| a | b |\n|---|---|\n| 1 | 2 |\n| 1 | 3 |\n| 1 | 4 |\n| 1 | 5 |"),
    Case("cases that differ in a number", "javascript", "switch (x) {\n  ‸\n}\n", "\n  ".join(f"case {i}: return {i};" for i in range(9))),
    Case("assertions that differ in a number", "rust", "    ‸\n", "\n    ".join(f"assert_eq!(f({i}), {i});" for i in range(8))),
    Case("two functions that differ in a word", "python", "‸\n", "def get_a(self):\n    return self.a\n\n\ndef get_b(self):\n    return self.b\n\n\ndef get_c(self):\n    return self.c"),
    Case("getters and setters", "java", "‸\n", "\n\n".join(f"int get{c}() {{\n    return {c.lower()};\n}}\n\nvoid set{c}(int v) {{\n    {c.lower()} = v;\n}}" for c in "ABC")),
    Case("the same two lines in both branches", "go", "‸\n", "if a {\n\tx()\n\ty()\n} else {\n\tx()\n\ty()\n}"),
    Case("error handling after each call", "go", "func f() error {\n\t‸\n}\n", "\n\t".join(f"if err := {name}(); err != nil {{\n\t\treturn err\n\t}}" for name in ("a", "b", "c", "d", "e"))),
    Case("closing braces at one column", "c", "‸\n", "int a[2][2][2] = {\n{\n{\n1,\n},\n},\n};"),
    Case("a matrix of zeros", "json", '{ "m": ‸ }\n', "[[0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]"),
    Case("break after each case", "c", "switch (x) {\n    ‸\n}\n", "\n    ".join(f"case {c}:\n        {c.lower()}();\n        break;" for c in "ABCDE")),
    Case("escapes in a row", "c", "char x[] = ‸;\n", '"' + "\\x00\\xff" * 24 + '"'),
    Case("elements that differ in their text", "html", "<ul>\n  ‸\n</ul>\n", "\n  ".join(f'<li class="item">{c}</li>' for c in "abcdefgh")),
    Case("properties with equal values", "css", ".a {\n  ‸\n}\n", "top: 0;\n  right: 0;\n  bottom: 0;\n  left: 0;"),
    Case("null for each column", "sql", "INSERT INTO t VALUES ‸;\n", "(" + "NULL, " * 20 + "NULL)"),
    Case("marks for each parameter", "sql", "INSERT INTO t VALUES ‸;\n", "(" + "?, " * 30 + "?)"),
    Case("two equal calls", "kotlin", "‸\n", "it.next()\nit.next()\nreturn it"),
    Case("a name twice on a line", "typescript", "const a = ‸\n", "b.c.d.e ?? b.c.d.e"),
    Case("steps of a pipeline with equal keys", "yaml", "steps:\n‸\n", "\n".join(f"  - name: {c}\n    uses: x/y@v1\n    with:\n      a: {c}" for c in "abcd")),
    Case("blank lines between paragraphs", "markdown", "‸\n", "a\n\nb\n\nc\n\nd\n\ne"),
    Case("three fields of one type", "rust", "struct A {\n    ‸\n}\n", "a: Option<String>,\n    b: Option<String>,\n    c: Option<String>,"),
    Case("a verse that has a line twice", "plaintext", "‸\n", "row, row, row your boat\ngently down the stream\nrow, row, row your boat\nlife is but a dream"),
    Case("dots upwards", "javascript", "import a from ‸;\n", "'" + "../" * 6 + "a'"),
    Case("spaces in a string", "python", "x = ‸\n", '"' + " " * 60 + '"'),
    Case("a comment's empty line as a paragraph's end", "python", "# ‸\n", "a\n#\n# b\n#\n# c"),
    Case("ten ends of blocks", "javascript", "‸\n", "".join("  " * i + "a(() => {\n" for i in range(8)) + "\n".join("  " * i + "});" for i in range(7, -1, -1))),
    Case("an unrolled loop", "cpp", "‸\n", "\n".join(f"sum += a[i + {i}] * b[i + {i}];" for i in range(8))),
]  # fmt: skip
