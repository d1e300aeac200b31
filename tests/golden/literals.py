"""Brackets and quotes in strings over lines, long brackets, here-documents and digits: they are no code. Data only."""

from __future__ import annotations

from support.ground.final_buffer import Case

CHANGED = [
    Case("a number with marks between its digits", "cpp", "int f() {\n  int a = 1'000;\n  return g(‸);\n}\n", "2'500);", "int f() {\n  int a = 1'000;\n  return g(2'500);\n}\n"),
    Case("a string that the editor closed, where strings may go on over lines", "rust", 'fn f() {\n    assert!(a.b("x‸")\n    assert!(a.b("y", true).c());\n}\n', 'y", true).c());', 'fn f() {\n    assert!(a.b("xy", true).c());\n    assert!(a.b("y", true).c());\n}\n'),
]  # fmt: skip

SAME = [
    Case("a form below a docstring with numbers", "clojure", '(defn pick\n  "Takes: 1) one,\n  2) two. It\'s pure."\n  [xs]\n  ‸)\n\n(defn other [] 1)\n', "(first xs)"),
    Case("a docstring's list", "elisp", '(defun f ()\n  "Does.\n‸"\n  nil)\n', "1) this\n2) that"),
    Case("a shell's case in a string", "rust", 'const CASE: &str = "\n    ‸\n";\n\nconst OTHER: &str = "\n    b)\n";\n', "a)\n        run\n        ;;"),
    Case("a list in a here-document", "ruby", "def f\n  x = <<~EOS\n    ‸\n  EOS\nend\n", "1) this\n    2) don't"),
    Case("cases in a notebook's cell of a shell", "python", "%%bash\n‸\n", 'case "$1" in\n  a) ./a ;;\nesac'),
    Case("text in long brackets", "lua", "local x = [[\n‸\n]]\n", "1) one\n2) don't"),
]  # fmt: skip
