"""White space at the start of lines: what stands already, the file's own unit, lost and stray columns. Data only."""

from __future__ import annotations

from support.final_buffer import Case

_GO = "package p\n\nfunc g() {\n\tx()\n}\n\n"

CHANGED = [
    Case("a lone space after a tab", "go", _GO + "func f() {\n\t‸\n}\n", " return x", _GO + "func f() {\n\treturn x\n}\n"),
    Case("one tab too many where one stands already, and one more", "go", _GO + "func f() {\n\tif a {\n\t‸\n\t}\n}\n", "\t\tb()", _GO + "func f() {\n\tif a {\n\t\tb()\n\t}\n}\n"),
    Case("the rest of an indentation half typed", "python", "class A:\n    def f(self):\n      ‸\n", "        return 1", "class A:\n    def f(self):\n        return 1\n"),
    Case("two spaces too many", "ruby", "def f\n  ‸\nend\n", "  a\n  b", "def f\n  a\n  b\nend\n"),
    Case("tabs for the file's two spaces, by two levels", "typescript", "function g() {\n  x();\n}\nfunction f() {‸\n}\n", "\n\tif (a) {\n\t\tb();\n\t}", "function g() {\n  x();\n}\nfunction f() {\n  if (a) {\n    b();\n  }\n}\n"),
    Case("spaces for tabs in a recipe", "makefile", "a:\n\techo a\n\nb:‸\n", "\n    echo b\n    echo c", "a:\n\techo a\n\nb:\n\techo b\n\techo c\n"),
    Case("a space before the first key", "yaml", "a:\n  ‸\n", " b: 1", "a:\n  b: 1\n"),
    Case("indentation on top of the spaces behind the cursor", "python", "def f():\n  ‸  \n", "    return 1", "def f():\n    return 1  \n"),
    Case("a body a level too deep", "python", "def f():\n    x = 1\n    ‸\n", "    y = 2\n    return y", "def f():\n    x = 1\n    y = 2\n    return y\n"),
]  # fmt: skip

SAME = [
    Case("a level more, by the file's unit", "go", _GO + "func f() {\n\t‸\n}\n", "for {\n\t\tif a {\n\t\t\tb()\n\t\t}\n\t}"),
    Case("an odd column to line up arguments", "c", "int f(int a,\n‸\n", "      int b)"),
    Case("arguments lined up with spaces after tabs", "c", "void f(void)\n{\n\tg();\n\t‸\n}\n", "h(a,\n\t  b);"),
    Case("three spaces in every line", "lua", "function f()\n   a()\n   ‸\nend\n", "if b then\n      c()\n   end"),
    Case("a half level for labels of a class", "cpp", "class A {\n  ‸\n};\n", "int x;\n\n public:\n  int y;"),
    Case("a block a level deeper than the cursor's line", "javascript", "  if (a) {\n  ‸\n", "  b();"),
    Case("continuation lines deeper by two levels", "java", "    int x = ‸\n", "foo(\n            a,\n            b);"),
    Case("a method chain's column", "rust", "    let x = items‸\n", "\n        .iter()\n        .sum();"),
    Case("a list's deeper items", "yaml", "a:\n  - b\n  ‸\n", "- c:\n      - d"),
    Case("items at their key's column", "yaml", "a:\n‸\n", "- b\n- c"),
    Case("nested items by four spaces", "markdown", "- a\n‸\n", "    - b\n- c"),
    Case("code by four spaces in a file of two", "markdown", "- a\n  - b\n\n‸\n", "    make\n    make test"),
    Case("a space before an operator", "go", "x := a‸\n", " + b"),
    Case("a space after a keyword", "python", "    return‸\n", " x"),
    Case("a space after an equals sign", "c", "int x =‸\n", " 1;"),
    Case("two spaces before a comment", "python", "x = 1‸\n", "  # one"),
    Case("columns of a table in a comment", "sql", "-- a    b\n‸\n", "-- 1    2"),
    Case("values lined up", "go", "const (\n\ta  = 1\n\t‸\n)\n", "bc = 2"),
    Case("spaces lined up after a key", "css", ".a {\n  top:    0;\n  ‸\n}\n", "bottom: 1px;\n  left:   2px;"),
    Case("a blank line before a method", "python", "class A:\n    x = 1\n‸\n", "\n    def f(self):\n        return 1"),
    Case("a blank line before a method, from an indented line", "java", "class A {\n    int x;\n    ‸\n}\n", "\n    int f() {\n        return x;\n    }"),
    Case("a line end that breaks a hard line in Markdown", "markdown", "‸\n", "one  \ntwo"),
    Case("white space at a line's end within a string", "python", "x = ‸\n", '"""a  \nb"""'),
    Case("white space that a patch needs", "diff", "@@ -1,3 +1,3 @@\n‸\n", " a\n-b\n+c\n \n d"),
    Case("a tab between a string's words", "go", "x := ‸\n", '"a\tb"'),
    Case("a dedented end of a heredoc", "ruby", "  x = ‸\n", "<<~SQL\n    SELECT 1\n  SQL"),
    Case("an outdented else", "python", "def f():\n    for a in b:\n        ‸\n", "c()\n    else:\n        d()"),
    Case("a preprocessor's own indentation", "cpp", "‸\n", "#if A\n#  define B 1\n#endif"),
    Case("a hanging indent of lisp", "clojure", "(defn f [x]\n  ‸)\n", "(if x\n    1\n    2)"),
    Case("an operator at a line's start", "haskell", "f x = ‸\n", "a x\n    . b\n    $ c"),
]  # fmt: skip
