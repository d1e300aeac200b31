"""Brackets and quotes: which the answer closes, and which belong to text, to other lines or to the editor. Data only."""

from __future__ import annotations

from support.ground.final_buffer import Case

CHANGED = [
    Case("an interpolation in round brackets, and the end of the string", "swift", 'func f() {\n    print("a \\(‸)")\n}\n', 'b.c) d")', 'func f() {\n    print("a \\(b.c) d")\n}\n'),
    Case("an interpolation in round brackets, and the end of the string", "julia", 'println("a $(‸)")\n', 'b.c) d")', 'println("a $(b.c) d")\n'),
    Case("a quote and a bracket before an arrow whose body stands below", "typescript", 'const a = 1;\nit("b ‸")\n  f(async (c) => {\n    g();\n  });\n', 'c", () =>', 'const a = 1;\nit("b c", () =>\n  f(async (c) => {\n    g();\n  });\n'),
    Case("one of two braces that the editor has closed, in a function without an end", "go", "package p\n\nfunc f() {\n\ta := []T{\n\t\t{1},\n\t\t{2‸}}\n", ", 3},\n\t\t{4},", "package p\n\nfunc f() {\n\ta := []T{\n\t\t{1},\n\t\t{2, 3},\n\t\t{4},}\n"),
    Case("a brace that the editor has closed, in a function without an end", "go", "package a\n\nfunc f() {\n\tc := &C{A‸}\n", ": 1, B: g(2)}", "package a\n\nfunc f() {\n\tc := &C{A: 1, B: g(2)}\n"),
    Case("a brace that the editor has closed, and more lines, in a function without an end", "typescript", "function f() {\n  const a = {‸}\n", " b: 1 };\n  return g(a);\n", "function f() {\n  const a = { b: 1 };\n"),
    Case("a comment behind the call that the editor closed", "java", "send(‸);\n", "mail); // at last", "send(mail); // at last\n"),
    Case("a pragma behind the call that the editor closed", "python", "import_all(‸)\n", "name)  # noqa: F401", "import_all(name)  # noqa: F401\n"),
    Case("a comment behind a string that the editor closed", "go", 'func f() {\n\tlog.Print("‸")\n}\n', 'done") // for now', 'func f() {\n\tlog.Print("done") // for now\n}\n'),
    Case("a closed comment and a backslash behind a macro's call", "c", "#define ROUND \\\n\tSHUF(‸)\n\tSTOR(b, 2)\n", "d, a) /* + x */ \\", "#define ROUND \\\n\tSHUF(d, a) /* + x */ \\\n\tSTOR(b, 2)\n"),
    Case("a bracket in the string that the editor closed", "python", 'print("Sum (‸")\n', 'in EUR)", total)', 'print("Sum (in EUR)", total)\n'),
    Case("the end of a bracketed word in a format", "c", 'int f() {\n    r = format("list[%U‸")\n    g(r);\n}\n', ']", item);', 'int f() {\n    r = format("list[%U]", item);\n    g(r);\n}\n'),
    Case("interpolation within the string that the editor closed", "ruby", 'def f\n  check("key #{na‸")\n  g\nend\n', 'me}", options)', 'def f\n  check("key #{name}", options)\n  g\nend\n'),
    Case("code in a template string", "typescript", 'const page = `<h2>\n${table("‸")\n</h2>`;\n', 'Day", rows)}', 'const page = `<h2>\n${table("Day", rows)}\n</h2>`;\n'),
    Case("code in a docstring", "python", 'def f():\n    """Say it.\n\n    >>> $greet = function(‸)\n    """\n', "$name): string {", 'def f():\n    """Say it.\n\n    >>> $greet = function($name): string {\n    """\n'),
    Case("code in a comment that has an apostrophe", "python", "# don't call emit(‸)\n", "x) or so", "# don't call emit(x) or so\n"),
    Case("code in Markdown whose quote the editor closed", "markdown", "```js\nbus.on('‸')\n  show(it);\n});\n```\n", "message', (it) => {", "```js\nbus.on('message', (it) => {\n  show(it);\n});\n```\n"),
    Case("a smiley further up", "markdown", "Alas :(\n\nRead [the manual](‸).\n", "manual.md).", "Alas :(\n\nRead [the manual](manual.md).\n"),
    Case("a bracket that stays open further up in a paragraph of markup", "html", "<p>So (far</p>\n<script>\nrun(‸);\n</script>\n", "go(1));", "<p>So (far</p>\n<script>\nrun(go(1));\n</script>\n"),
    Case("a line above that is still being edited", "python", "def g(x):\n    add(1, 2\n    show(‸)\n", "x)", "def g(x):\n    add(1, 2\n    show(x)\n"),
    Case("a line above that is still being edited, and more behind", "go", "func g() {\n\tadd(1, 2\n\tshow(‸)\n}\n", "x)", "func g() {\n\tadd(1, 2\n\tshow(x)\n}\n"),
    Case("a formula whose mark the editor closed", "latex", "Let $‸$.\n", "x \\in X$.", "Let $x \\in X$.\n"),
    Case("bold words whose marks the editor closed", "markdown", "This is **‸**\n", "bold**", "This is **bold**\n"),
    Case("a type whose bracket the editor closed", "cpp", "std::vector<‸>\n", "int> v;", "std::vector<int> v;\n"),
]  # fmt: skip

SAME = [
    Case("an interpolation alone", "swift", 'print("a \\(‸) d")\n', "b.c"),
    Case("a field in braces that the editor has closed, in a function without an end", "go", "package a\n\nfunc f() {\n\tc := &C{A: 1, ‸}\n", "B: g(2)"),
    Case("an argument's own call, in a function without an end", "go", "package a\n\nfunc f() {\n\tx := g(h‸)\n", "(1), h(2)"),
    Case("a string that the answer closes, where calls follow", "javascript", "say('a‸\nrun();\n", "b', pick(1));"),
    Case("an event and its handler, where calls follow", "javascript", "on('cli‸\nrun();\n", "ck', (e) => run(e));"),
    Case("a format and its values", "go", 'func f() {\n\tfmt.Printf("a‸\n\trun()\n}\n', 'b %d", len(x))'),
    Case("a macro's string", "rust", 'fn f() {\n    println!("a‸\n    run();\n}\n', 'b {}", x.len());'),
    Case("an attribute and its handler", "typescriptreact", 'const x = (\n  <a href="b‸\n  <B c={d} />\n);\n', 'c" onClick={() => f(1)}>x</a>'),
    Case("a test in brackets that the editor closed", "shellscript", "if [‸]; then\n  a\nfi\n", ' -z "$1" '),
    Case("a test in two brackets that the editor closed", "shellscript", "while [[‸]]; do\n  a\ndone\n", " -n $a "),
    Case("padding within a call", "sql", "SELECT f(‸);\n", " a, b "),
    Case("the inner one of two brackets, where the next line closes one", "python", "x = join(pad(‸\n         name)\n", "1),"),
    Case("the inner bracket of a Lisp form, whose body follows", "elisp", "(when (ready‸\n  (start))\n", " now)"),
    Case("a binding of a Lisp form, whose others follow", "elisp", "(let ((‸\n      (next (f x)))\n  next)\n", "last (f y))"),
    Case("the last closing brackets of a Lisp call within a longer form", "elisp", '(register-client\n (make-client :connection (over-pipes (list (getenv "SER‸\n              :on (activate "python")))\n', 'VER")))'),
    Case("a string's end in a Lisp call, where a form follows", "emacs-lisp", '(defun wait (p)\n  (within (20 (error "Never ‸\n    (while (not (funcall p))\n      (accept 0.05))))\n', 'true: %S" p))'),
    Case("a call's end before a line as deep that closes another bracket", "yaml", 'format: table(\n  name.scope("l‸\n  state)\n', 'ocations").segment(0):label=LOCATION,'),
    Case("a condition's end before the next one", "sql", "SELECT 1\nWHERE a\n      AND (has_role('U‸\n           OR has_role('USAGE')\n           OR b)\n", "SAGE')"),
    Case("a call's end, where a bracket stands in a setting below", "vim", 'if exists("b:‸\n    finish\nendif\nsetlocal indentkeys+==~else,;,),=\n', 'did_indent")'),
]  # fmt: skip
