"""What the lines around the cursor say of an answer: levels, units, comments, and what is open there."""

from __future__ import annotations

from support.ground.final_buffer import Case, check, table

LABELS = "class A {\n  public:\n    int a;\n  private:‸\n  protected:\n    int c;\n};\n"

CHANGED = [
    Case("below a label, as the file has it below others", "cpp", LABELS, "\n  int b;", LABELS.replace("‸", "\n    int b;")),
    Case("a row of cells, whose row ends behind them", "html", "<tr>\n  ‸\n</tr>\n", "<th>a</th>\n<th>b</th>", "<tr>\n  <th>a</th>\n  <th>b</th>\n</tr>\n"),
    Case("a file of two spaces", "python", "class A:\n  x = 1\n\n  def f(self):‸\n\n  def g(self):\n    pass\n", "\n  return 1", "class A:\n  x = 1\n\n  def f(self):\n    return 1\n\n  def g(self):\n    pass\n"),
    Case("another function in brackets", "python", "f(‸)\n", "x\n\n\ndef g(y):\n    return y", "f(x)\n"),
    Case("a brace where a bracket is open", "javascript", "function f() {\n  g(‸)\n}\n", "x\n}\n\nfunction h() {\n}", "function f() {\n  g(x)\n}\n"),
    Case("code behind a comment with stars", "java", "/**\n * a\n ‸\n * c\n */\n", "* b\n}\nint x;", "/**\n * a\n * b\n * c\n */\n"),
    Case("a body that the document has already", "go", "func f() {\n\tif x != ‸\n\t\tg()\n\t}\n}\n", "nil {\n\t}\n\n\th()", "func f() {\n\tif x != nil {\n\t\tg()\n\t}\n}\n"),
    Case("a bracket in a string", "json", '{\n  "a": "length(‸) > 0",\n  "b": 1\n}\n', "x)", '{\n  "a": "length(x) > 0",\n  "b": 1\n}\n'),
    Case("a directive once more", "c", "#if ‸\nint a;\n#endif\n", "#if DEBUG", "#if DEBUG\nint a;\n#endif\n"),
    Case("the end of a sentence for ever", "go", "// a ‸\n", "is needed." + "needed." * 60, "// a is needed.\n", finish_reason="length"),
    Case("the prompt's instruction behind the answer", "python", "x = ‸\n", "1\nGive only the missing text, as it would stand in the file", "x = 1\n", lines="multi"),
    Case("nothing but the prompt's instruction", "go", "x := ‸\n", "Complete the code at the cursor of an editor: between <prefix>", rule="question"),
    Case("declarations for ever", "css", ".a {\n  ‸\n}\n", "padding: 1.5em 2.2em;" + "5em 2.2em;" * 60, ".a {\n  padding: 1.5em 2.2em;\n}\n", finish_reason="length"),
]  # fmt: skip

SAME = [
    Case("below a label, where the file has none deeper", "cpp", "switch (x) {\ncase 1:\na();\ncase 2:‸\n}\n", "\nb();"),
    Case("cells that close what is around them", "html", "<tr>\n  ‸\n</table>\n", "<th>a</th>\n</tr>"),
    Case("a listing with braces in markup", "html", "<pre>\nint f() {\n‸\n</pre>\n", "  if (a) {\n   b();\n  }"),
    Case("a comment of stars that goes on", "java", "/**\n * a\n ‸\n * c\n */\n", "* b\n * d"),
    Case("points in a comment without stars", "c", "/*\n a\n ‸\n */\n", "- b\n   goes on"),
    Case("a block of its own before deeper lines", "python", "x = ‸\n", "[\n    1,\n]"),
    Case("a closing directive that the document needs", "c", "#if A\n#if B\nint a;\n‸\n#endif\n", "#endif"),
    Case("a closing tag that the document needs", "html", "<div>\n<div>\na\n‸\n</div>\n", "</div>"),
    Case("a comment that speaks of such an instruction", "python", "# ‸\n", "Give only the missing text"),
    Case("rows of numbers", "c", "int a[] = {\n  ‸\n};\n", "0, 1, 0, 1, " * 12 + "0, 1,"),
    Case("spaces in a file of C with few lines to go by", "c", "struct a {\n\tint b;\n};\nstruct c {‸\n};\n", "\n    int d;"),
    Case("rows of equal scalars", "yaml", "a:\n  - b\n  ‸\n", "- b\n  - c"),
]  # fmt: skip


@table(CHANGED)
def test_an_answer_is_made_to_fit(case: Case) -> None:
    """Lost levels come back, and what cannot be meant to stand there goes."""
    check(case)


@table(SAME)
def test_what_may_be_meant_stays(case: Case) -> None:
    """Where the neighbourhood leaves it open, the answer goes in as the model gave it."""
    check(case)
