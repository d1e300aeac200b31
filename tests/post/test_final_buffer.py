"""What a model gets wrong is put right: cursor-marked document and raw answer in, the reader's document out."""

from __future__ import annotations

from support.ground.final_buffer import Case, check, table

REST_OF_LINE = [
    Case("the bracket that the editor closed", "python", "foo(‸)\n", "x)", "foo(x)\n"),
    Case("both brackets that the editor closed", "python", "f(g(‸))\n", "x))", "f(g(x))\n"),
    Case("one of two brackets, where only one is closed already", "python", "f(g(‸)\n", "x))", "f(g(x))\n"),
    Case("the outer bracket left to the document", "python", "f(g(‸))\n", "x)", "f(g(x))\n"),
    Case("the bracket of an earlier line is not taken for this line's", "python", "f(\n    g(‸),\n)\n", "x),", "f(\n    g(x),\n)\n"),
    Case("bracket and colon", "python", "if foo(‸):\n", "a, b):", "if foo(a, b):\n"),
    Case("a repeated bracket after one of the answer's own", "python", "foo(‸)\n", "bar(1))", "foo(bar(1))\n"),
    Case("brackets closed and opened again within the answer", "python", "foo(‸)\n", "a) + bar(b)", "foo(a) + bar(b)\n"),
    Case("the same with the last one repeated", "python", "print(foo(‸))\n", "a) + bar(b))", "print(foo(a) + bar(b))\n"),
    Case("what goes on behind the closed bracket replaces it", "python", "foo(‸)\n", "x): return 1", "foo(x): return 1\n"),
    Case("bracket and colon replaced by a signature and body", "python", "def foo(‸):\n", "x) -> int:\n    return x", "def foo(x) -> int:\n    return x\n"),
    Case("a method chained behind the closed bracket", "javascript", "foo(‸);\n", "x).bar()", "foo(x).bar();\n"),
    Case("the same with the semicolon", "javascript", "foo(‸);\n", "x).bar();", "foo(x).bar();\n"),
    Case("a second statement behind the closed bracket", "javascript", "foo(‸);\n", "x);\nbar(y);", "foo(x);\nbar(y);\n", lines="multi"),
    Case("a second statement where one was wanted", "javascript", "foo(‸);\n", "x);\nbar(y);", "foo(x);\n"),
    Case("a line end after the last argument", "python", "foo(‸)\n", "x\n\n", "foo(x)\n"),
    Case("brackets and the closing brace of a call with an object", "typescript", "foo({‸})\n", "a: 1})", "foo({a: 1})\n"),
    Case("an auto-closed pair of braces around a body", "javascript", "function f() {‸}\n", "\n  return 1;\n}", "function f() {\n  return 1;\n}\n"),
    Case("an auto-closed index", "go", "x := m[‸]\n", "key]", "x := m[key]\n"),
    Case("an auto-closed string", "python", 'print("‸")\n', 'hello")', 'print("hello")\n'),
    Case("an auto-closed string without the bracket", "python", 'print("‸")\n', 'hello"', 'print("hello")\n'),
    Case("an auto-closed string in single quotes", "javascript", "require('‸');\n", "fs');", "require('fs');\n"),
    Case("an auto-closed template string", "typescript", "const a = `‸`;\n", "x ${y}`;", "const a = `x ${y}`;\n"),
    Case("a bracket in a string is none", "python", "foo(‸)\n", '")" + x)', 'foo(")" + x)\n'),
    Case("an auto-closed tag", "html", '<a href="‸">\n', 'x.html">', '<a href="x.html">\n'),
    Case("the end of a tag", "html", "<div ‸>\n", 'class="a">', '<div class="a">\n'),
    Case("the end of a type parameter", "java", "List<‸> names;\n", "String> names;", "List<String> names;\n"),
    Case("the rest of the line, words and all", "python", "foo(‸, bar)\n", "x, bar)", "foo(x, bar)\n"),
    Case("a short rest of the line in brackets", "python", "foo(‸, b)\n", "a, b)", "foo(a, b)\n"),
    Case("the rest of the line and more", "python", "foo(‸, bar)\n", "x, bar): return 1", "foo(x, bar)\n"),
    Case("a semicolon", "c", "int x = ‸;\n", "1;", "int x = 1;\n"),
    Case("a comma", "json", '{\n  "a": ‸,\n  "b": 2\n}\n', "1,", '{\n  "a": 1,\n  "b": 2\n}\n'),
    Case("the condition's end and the block's start", "rust", "if (‸) {\n}\n", "x > 1) {", "if (x > 1) {\n}\n"),
    Case("an arrow function's end", "javascript", "items.map((x) => ‸);\n", "x + 1);", "items.map((x) => x + 1);\n"),
    Case("a space before the closing bracket is not doubled", "c", "foo( ‸ )\n", "x )", "foo( x )\n"),
    Case("a comment after the cursor that is restated", "python", "x = ‸  # the count\n", "count()  # the count", "x = count()  # the count\n"),
    Case("a CJK comment after the cursor that is restated", "python", "# 统计‸用户数量\n", "在线用户数量", "# 统计在线用户数量\n"),
    Case("words after the cursor end the answer at its first line", "python", "foo(‸, bar)\n", "x\ny = 1\nz = 2", "foo(x, bar)\n"),
    Case("a query's rest", "sql", "SELECT ‸ FROM users;\n", "id, name FROM users;", "SELECT id, name FROM users;\n"),
    Case("a command substitution closed by the editor", "shellscript", 'x="$(‸)"\n', 'pwd)"', 'x="$(pwd)"\n'),
]  # fmt: skip

NEXT_LINES = [
    Case("the next line", "python", "def f():\n    ‸\n    return x\n", "x = 1\n    return x", "def f():\n    x = 1\n    return x\n"),
    Case("the next line with blank lines between", "python", "x = ‸\n\n\ndef main():\n    pass\n", "1\n\n\ndef main():\n    pass", "x = 1\n\n\ndef main():\n    pass\n"),
    Case("a suffix of three lines", "python", "a = ‸\nb = 2\nc = 3\nd = 4\n", "1\nb = 2\nc = 3\nd = 4", "a = 1\nb = 2\nc = 3\nd = 4\n"),
    Case("a suffix of three lines and on past it", "python", "a = ‸\nb = 2\nc = 3\nd = 4\n", "1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\n", "a = 1\nb = 2\nc = 3\nd = 4\n"),
    Case("the last of the repeated lines cut short", "python", "a = ‸\nb = 2\nc = 3\n", "1\nb = 2\nc =", "a = 1\nb = 2\nc = 3\n"),
    Case("the call after a recursive body", "python", "def fib(n):\n‸\n\nfib(5)\n", "    return fib(n - 1)\n\nfib(5)", "def fib(n):\n    return fib(n - 1)\n\nfib(5)\n"),
    Case("brackets and the lines after them", "python", "foo(‸)\nbar(1)\nbaz(2)\n", "x)\nbar(1)\nbaz(2)\n", "foo(x)\nbar(1)\nbaz(2)\n"),
    Case("the brace of an auto-closed block", "javascript", "function f() {\n  ‸\n}\n", "return 1;\n}", "function f() {\n  return 1;\n}\n"),
    Case("braces of two blocks", "c", "int f() {\n  if (x) {\n    ‸\n  }\n}\n", "y();\n  }\n}", "int f() {\n  if (x) {\n    y();\n  }\n}\n"),
    Case("a brace where the document has more behind it", "javascript", "foo(() => {\n  ‸\n});\n", "bar();\n}", "foo(() => {\n  bar();\n});\n"),
    Case("the end of a block in words", "ruby", "def f\n  ‸\nend\n", "1 + 1\nend", "def f\n  1 + 1\nend\n"),
    Case("the end of a block, with another function begun", "lua", "function f()\n  ‸\nend\n\nreturn f\n", "return 1\nend\n\nreturn f\n", "function f()\n  return 1\nend\n\nreturn f\n"),
    Case("a closing tag", "html", "<ul>\n  ‸\n</ul>\n", "<li>a</li>\n</ul>", "<ul>\n  <li>a</li>\n</ul>\n"),
    Case("the next rule of a style sheet", "css", ".a {\n  ‸\n}\n\n.b { top: 0 }\n", "color: red;\n}\n\n.b { top: 0 }", ".a {\n  color: red;\n}\n\n.b { top: 0 }\n"),
    Case("the next key", "yaml", "a:\n  ‸\nb: 2\n", "c: 1\nb: 2", "a:\n  c: 1\nb: 2\n"),
    Case("the next row of an object", "json", '{\n  "a": 1,\n  ‸\n  "c": 3\n}\n', '"b": 2,\n  "c": 3\n}', '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n'),
    Case("only what follows, and nothing else", "python", "def f():\n    ‸\n    return compute()\n", "return compute()", rule="suffix"),
    Case("the line below, typed half", "python", "value = comp‸\nvalue = compute()\n", "ute()", rule="suffix"),
    Case("the document's last line once more", "go", "func f() {\n\t‸\n\treturn total\n", "x := 1\n\treturn total\n\treturn nil\n", "func f() {\n\tx := 1\n\treturn total\n"),
    Case("only the brace that follows", "rust", "fn f() {\n‸\n}\n", "}", rule="closer"),
]  # fmt: skip

WRAPPING = [
    Case("a fence", "python", "x = ‸\n", "```python\nfoo()\n```", "x = foo()\n"),
    Case("a fence of tildes with prose before and after", "go", "x := ‸\n", "Here is the completed code:\n\n~~~go\nfoo()\n~~~\nThis calls foo.", "x := foo()\n"),
    Case("a fence that was cut off", "python", "x = ‸\n", "```python\nfoo()\n``", "x = foo()\n"),
    Case("a fence around a body keeps its line end", "python", "def f():‸\n", "```python\n\n    return 1\n```", "def f():\n    return 1\n"),
    Case("a closing fence alone", "python", "x = ‸\n", "foo()\n```\nThis is it.", "x = foo()\n"),
    Case("a fence in code that speaks of glob patterns", "python", 'a = "lib/*"\nx = ‸\n', "```\nfoo()\n```", 'a = "lib/*"\nx = foo()\n'),
    Case("nothing but a fence", "python", "x = ‸\n", "```python\n", rule="empty"),
    Case("thoughts", "python", "x = ‸\n", "<think>\nWhat is x? Perhaps foo.\n</think>\n\nfoo()", "x = foo()\n"),
    Case("empty thoughts", "python", "x = ‸\n", "<think>\n\n</think>\n\nfoo()", "x = foo()\n"),
    Case("thoughts without an end", "python", "x = ‸\n", "<think>\nWell, perhaps", rule="empty"),
    Case("an excuse", "python", "x = ‸\n", "I'm sorry, but I can't help with that.", rule="prose"),
    Case("an introduction without code", "rust", "let x = ‸\n", "Sure, here is the completed line", rule="prose"),
    Case("white space", "python", "x = ‸\n", " \n\n ", rule="empty"),
    Case("nothing", "python", "x = ‸\n", "", rule="empty"),
    Case("a control token at the end", "python", "x = ‸\n", "foo()<|endoftext|>", "x = foo()\n"),
    Case("control tokens in a row", "python", "x = ‸\n", "foo()<|fim_pad|><|fim_pad|><|fim_pad|>", "x = foo()\n"),
    Case("a second file after a control token", "python", "x = ‸\n", "foo()\n<|file_sep|>other.py\nimport os\n", "x = foo()\n"),
    Case("only control tokens", "python", "x = ‸\n", "<|fim_pad|><|fim_pad|>", rule="stop"),
    Case("a control token of another family", "python", "x = ‸\n", "foo()<|eot_id|>", "x = foo()\n"),
    Case("a control token cut in two by the end", "python", "x = ‸\n", "foo()<|endof", "x = foo()\n", finish_reason="length"),
    Case("a control token in full-width bars", "python", "x = ‸\n", "foo()<｜end▁of▁sentence｜>", "x = foo()\n"),
    Case("the prefix that a chat server sends back", "python", "def f():\n    return ‸\n", "def f():\n    return 1", "def f():\n    return 1\n", echoed="def f():\n    return "),
]  # fmt: skip

WHITE_SPACE = [
    Case("CRLF", "python", "def f():‸\n", "\r\n    x = 1\r\n    return x\r\n", "def f():\n    x = 1\n    return x\n"),
    Case("CR", "python", "def f():‸\n", "\r    x = 1\r    return x", "def f():\n    x = 1\n    return x\n"),
    Case("line ends at the end", "python", "x = ‸\ny = 2\n", "1\n\n", "x = 1\ny = 2\n"),
    Case("spaces at the end", "python", "x = ‸\n", "1   ", "x = 1\n"),
    Case("indentation that stands already", "python", "def f():\n    ‸\n", "    x = 1\n    return x", "def f():\n    x = 1\n    return x\n"),
    Case("a tab that stands already", "go", "func f() {\n\tx := 1\n\t‸\n}\n", "\treturn x", "func f() {\n\tx := 1\n\treturn x\n}\n"),
    Case("indentation that stands already, and one level more", "python", "    if x:\n    ‸\n", "        return 1", "    if x:\n        return 1\n"),
    Case("a stray space before the code", "python", "def f():\n    ‸\n", " return 1", "def f():\n    return 1\n"),
    Case("a space that stands already", "python", "x = ‸\n", " foo()", "x = foo()\n"),
    Case("a space in an auto-closed bracket", "python", "foo(‸)\n", " x", "foo(x)\n"),
    Case("spaces for the file's tabs", "go", "func g() {\n\tx()\n}\n\nfunc f() {\n\t‸\n}\n", "if a {\n        b()\n    }", "func g() {\n\tx()\n}\n\nfunc f() {\n\tif a {\n\t\tb()\n\t}\n}\n"),
    Case("two spaces for the file's tabs", "javascript", "function g() {\n\tx();\n}\nfunction f() {‸\n}\n", "\n  if (a) {\n    b();\n  }", "function g() {\n\tx();\n}\nfunction f() {\n\tif (a) {\n\t\tb();\n\t}\n}\n"),
    Case("tabs for the file's two spaces", "typescript", "function g() {\n  x();\n}\nfunction f() {\n  ‸\n}\n", "if (a) {\n\t\tb();\n\t}", "function g() {\n  x();\n}\nfunction f() {\n  if (a) {\n    b();\n  }\n}\n"),
    Case("tabs for the file's four spaces, at the line's start", "python", "def g():\n    x()\n\ndef f():\n‸\n", "\ty()\n\tz()", "def g():\n    x()\n\ndef f():\n    y()\n    z()\n"),
]  # fmt: skip

REPEATS_AND_LENGTH = [
    Case("what stands before the cursor", "python", "return foo‸\n", "return foobar", "return foobar\n"),
    Case("what stands before the cursor, with its indentation", "python", "    return foo‸\n", "    return foobar", "    return foobar\n"),
    Case("a target and its equals sign", "python", "i = ‸\n", "i = 0", "i = 0\n"),
    Case("the start of a call", "javascript", "console.log(‸\n", 'console.log("a")', 'console.log("a")\n'),
    Case("the start of a call in auto-closed brackets", "javascript", "console.log(‸);\n", 'console.log("a");', 'console.log("a");\n'),
    Case("the same line for ever", "python", "x = 1\n‸\n", "print(x)\n" * 20, "x = 1\nprint(x)\n"),
    Case("the same line for ever, blank lines between", "python", "x = 1\n‸\n", "print(x)\n\n" * 20, "x = 1\nprint(x)\n"),
    Case("the first line's rest for ever", "python", "    x = ‸\n", "foo()\n    foo()\n    foo()\n    foo()", "    x = foo()\n"),
    Case("the same line for ever, the last cut short", "python", "x = 1\n‸\n", "print(x)\nprint(x)\nprin", "x = 1\nprint(x)\n", finish_reason=None),
    Case("blank lines for ever", "python", "‸\n", "x = 1" + "\n" * 300, "x = 1\n"),
    Case("spaces for ever", "python", "‸\n", "x = 1\n" + " " * 300, "x = 1\n"),
    Case("the last of several lines cut by max_tokens", "python", "def f():‸\n", "\n    x = 1\n    y = foo(x, bar", "def f():\n    x = 1\n", finish_reason="length"),
    Case("one line where one is wanted", "python", "x = ‸\n", "1\ny = 2", "x = 1\n", lines="single"),
    Case("forty lines at most", "python", "‸\n", "".join(f"x{i} = {i}\n" for i in range(60)), "".join(f"x{i} = {i}\n" for i in range(40))),
]  # fmt: skip

CASES = REST_OF_LINE + NEXT_LINES + WRAPPING + WHITE_SPACE + REPEATS_AND_LENGTH


@table(CASES)
def test_what_a_model_gets_wrong_is_put_right(case: Case) -> None:
    """Restated text, wrapping, white space and loops are gone; what is left goes in where it belongs."""
    check(case)
