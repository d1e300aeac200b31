"""The end of the block that the cursor is in: what comes behind it is cut, what only looks like its end stays. Data only."""

from __future__ import annotations

from support.final_buffer import Case

CHANGED = [
    Case("the rest of the class and another one", "java", "class A {\n    int f() {\n        ‸\n    }\n}\n", "return 1;\n    }\n}\n\nclass B {\n    int g() {\n        return 2;\n    }\n}", "class A {\n    int f() {\n        return 1;\n    }\n}\n"),
    Case("a second function by indentation, cut short", "python", "def a():\n    ‸\n\n\ndef b():\n    pass\n", "return 1\n\n\ndef c(x, y", "def a():\n    return 1\n\n\ndef b():\n    pass\n", finish_reason="length"),
    Case("a closing tag that nothing opened and what follows", "typescriptreact", "<div>\n  ‸\n</div>\n", "<p>a</p>\n</div>\n<div>\n  <p>b</p>\n</div>", "<div>\n  <p>a</p>\n</div>\n"),
]  # fmt: skip

SAME = [
    Case("another branch where the brace is missing", "javascript", "if (a) {\n  ‸\n", "b();\n} else {\n  c();\n}"),
    Case("a handler where the brace is missing", "java", "try {\n    ‸\n", "a();\n} catch (E e) {\n    b();\n}"),
    Case("two functions where there is none", "javascript", "‸\n", "function a() {\n  return 1;\n}\n\nfunction b() {\n  return 2;\n}"),
    Case("two functions behind one", "go", "func a() {}\n\n‸\n", "func b() {\n\ta()\n}\n\nfunc c() {\n\tb()\n}"),
    Case("two methods in a class", "java", "class A {\n    ‸\n}\n", "int a() {\n        return 1;\n    }\n\n    int b() {\n        return 2;\n    }"),
    Case("two methods in a class by indentation", "python", "class A:\n    ‸\n", "def a(self):\n        return 1\n\n    def b(self):\n        return 2"),
    Case("two rules", "css", "‸\n", ".a {\n  top: 0;\n}\n\n.b {\n  top: 1;\n}"),
    Case("a label at the margin", "c", "int f(void)\n{\n    ‸\n}\n", "if (x)\n        goto out;\n    y();\nout:\n    return 1;"),
    Case("a directive at the margin", "c", "void f(void)\n{\n    ‸\n}\n", "a();\n#ifdef B\n    b();\n#endif\n    c();"),
    Case("an access specifier at the margin", "cpp", "class A {\n    ‸\n};\n", "int x;\n\npublic:\n    int y;"),
    Case("the next case at the switch's indentation", "go", "switch x {\ncase 1:\n\t‸\n}\n", "a()\ncase 2:\n\tb()"),
    Case("the next case, deeper than the switch", "java", "switch (x) {\n    case 1:\n        ‸\n}\n", "a();\n        break;\n    case 2:\n        b();"),
    Case("a default case", "typescript", "switch (x) {\n  case 1:\n    ‸\n}\n", "return a;\n  default:\n    return b;"),
    Case("a rescue further left", "ruby", "def f\n  ‸\nend\n", "a\nrescue E\n  b\nensure\n  c"),
    Case("an else further left", "lua", "if a then\n  ‸\nend\n", "b()\nelse\n  c()"),
    Case("an elif further left", "shellscript", "if a; then\n  ‸\nfi\n", "b\nelif c; then\n  d"),
    Case("an else further left, where the end is missing", "python", "for x in y:\n    if x:\n        ‸\n", "break\nelse:\n    z()"),
    Case("a here-document's text at the margin", "shellscript", "f() {\n  ‸\n}\n", "cat <<EOF\n}\nhello\nEOF\n  echo done"),
    Case("a raw string's text at the margin", "go", "func f() {\n\t‸\n}\n", "x := `\nSELECT 1\n`\n\tuse(x)"),
    Case("a template string's text at the margin", "javascript", "function f() {\n  ‸\n}\n", "const x = `\na\n}\n`;\n  return x;"),
    Case("a triple-quoted text at the margin", "python", "def f():\n    ‸\n\n\ndef g():\n    pass\n", 'x = """\ndef h():\n"""\n    return x'),
    Case("a comment at the margin", "javascript", "function f() {\n  ‸\n}\n", "a();\n// b();\n  c();"),
    Case("a comment at the margin by indentation", "python", "def f():\n    ‸\n\n\ndef g():\n    pass\n", "a()\n# b()\n    c()"),
    Case("an inner function", "javascript", "function f() {\n  ‸\n}\n", "function g() {\n    return 1;\n  }\n\n  return g();"),
    Case("an inner function by indentation", "python", "def f():\n    ‸\n\n\ndef g():\n    pass\n", "def h():\n        return 1\n\n    return h()"),
    Case("blank lines between statements", "javascript", "function f() {\n  ‸\n}\n", "a();\n\n  b();\n\n\n  c();"),
    Case("a query over several lines", "sql", "‸\n", "SELECT id\nFROM users\nWHERE name IN (\n  'a',\n  'b'\n)\nORDER BY id;"),
    Case("a call chained over several lines", "kotlin", "val x = items‸\n", "\n    .map { it + 1 }\n    .filter { it > 2 }"),
    Case("a comprehension over several lines", "python", "x = ‸\n\n\ndef g():\n    pass\n", "[\n    a\n    for a in b\n    if a\n]"),
    Case("an object over several lines", "yaml", "services:\n  ‸\nvolumes: {}\n", "web:\n    image: a\n    ports:\n      - 80\n  db:\n    image: b"),
    Case("a match's arms", "rust", "match x {\n    ‸\n}\n", "Some(y) => {\n        a(y);\n    }\n    None => {}"),
    Case("an element over several lines", "typescriptreact", "return (\n  ‸\n);\n", "<ul>\n    {xs.map((x) => (\n      <li key={x}>{x}</li>\n    ))}\n  </ul>"),
    Case("functions of a module at the margin", "elixir", "defmodule A do\n  ‸\nend\n", "def a, do: 1\n\n  def b do\n    2\n  end"),
    Case("braces in a string", "php", "function f() {\n    ‸\n}\n", 'return "}}} {";'),
    Case("a lambda that ends further left than it began", "csharp", "    void F()\n    {\n        ‸\n    }\n", "items.ForEach(x =>\n        {\n            Use(x);\n        });"),
    Case("the other branch on one line", "rust", "let x = if a { b } else { ‸ };\n", "c"),
    Case("a target's several commands", "makefile", "build:\n\t‸\n\ntest:\n", "cc a.c\n\tcc b.c"),
    Case("a second target", "makefile", "build:\n\tcc a.c\n\n‸\n", "test: build\n\tpytest\n\nclean:\n\trm a.out"),
]  # fmt: skip
