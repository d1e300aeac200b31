"""What is open behind strings over lines, raw strings, patterns and here-documents: nothing that stands in them."""

from __future__ import annotations

import pytest

from infill_ls.syntax.scope import read_before
from infill_ls.syntax.surroundings import Surroundings
from support.ground.final_buffer import place_of

OPEN = [
    pytest.param("clojure", '(defn f\n  "It holds (some,\n  not [all."\n  (g ', "((", id="a docstring"),
    pytest.param("elisp", '(defun f ()\n  "Does \\"this (\nand that.', '("', id="a docstring that is being typed"),
    pytest.param("elisp", "(if (eq c ?\\() ", "(", id="a bracket as a character"),
    pytest.param("sql", "SELECT 'one (\n''two'' (', f(", "(", id="a text of two lines"),
    pytest.param("lua", "x = [[^(%s*\n']]\nf(", "(", id="long brackets"),
    pytest.param("lua", 'x = [==[ ( ]] " ]==]\nf(', "(", id="longer brackets"),
    pytest.param("cmake", "file(WRITE a [=[\nlib(\n]=])\nset(", "(", id="a bracket argument"),
    pytest.param("nix", "{\n  a = ''\n    It's ''${x} (one\n  '';\n  b = f (", "{(", id="a text in two quotes"),
    pytest.param("rust", 'let a = r#"say "(""#;\nf(', "(", id="a raw string"),
    pytest.param("rust", 'let a = "one\n  two (";\nf(', "(", id="a string of two lines in code with lifetimes"),
    pytest.param("cpp", 'auto a = R"x(say "("(")x";\nint b = 1\'000\'000 + f(', "(", id="a raw string and digits"),
    pytest.param("csharp", 'var a = @"C:\\";\nF(', "(", id="a verbatim string"),
    pytest.param("ocaml", 'let a = "one\n  two ("\nlet b = f (', "(", id="a string of two lines"),
    pytest.param("r", 'a <- "one\n  don\'t ("\nf(', "(", id="a string of two lines with an apostrophe"),
    pytest.param("ruby", 'x = s =~ /"(/\nf(', "(", id="a pattern behind an operator"),
    pytest.param("ruby", "x = <<~EOS\n  It (is\n  one\nEOS\nf(", "(", id="a here-document"),
    pytest.param("shellscript", "cat <<-'END'\nIt (is\none\n\tEND\nx=$(", "(", id="a here-document in quotes"),
    pytest.param("perl", 'my $x = m{"(} ? 1 : 2;\nf(', "(", id="a pattern in braces"),
    pytest.param("powershell", 'try {\n  f @"\nIt (is {\n"@\n  g (', "{(", id="a here-string"),
    pytest.param("ruby", "class << self\n  f(", "(", id="a singleton class, which is no here-document"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "marks"), OPEN)
def test_what_stands_in_a_literal_opens_nothing(language, text, marks) -> None:
    """Only the code's own brackets, and a string that is being typed."""
    assert "".join(read_before(Surroundings.of(place_of(f"{text}‸\n", language))).stack) == marks
