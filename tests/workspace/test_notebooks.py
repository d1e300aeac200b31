"""Notebooks: their cells' code without what is no code, and a name for each open cell."""

from __future__ import annotations

import json

import pytest

from infill_ls.workspace.notebooks import code_of, file_of, is_notebook, name_of


def written(*sources, metadata=None, **more):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": metadata or {}, **more})


READ = {
    "lines": (written(["import a\n", "a.b()"]), "import a\na.b()"),
    "one text": (written("import a\na.b()"), "import a\na.b()"),
    "several cells": (written("a = 1\n", "", "b = 2"), "a = 1\n\n\nb = 2"),
    "magics": (written("%matplotlib inline\n!pip install b\na = 1"), "a = 1"),
    "a cell of another language": (written("%%bash\nls", "a = 1"), "a = 1"),
    "text": (json.dumps({"cells": [{"cell_type": "markdown", "source": "Words"}]}), ""),
    "a quote": (written('print("a\\n")'), 'print("a\\n")'),
    "no notebook": ('{"a": 1}', ""),
    "no JSON": ("x = 1", ""),
    "a list": ("[1]", ""),
    "too deep": ("[" * 100_000, ""),
    "odd cells": ('{"cells": [1, {}, {"cell_type": "code"}, {"cell_type": "code", "source": [1]}]}', "1"),
}


@pytest.mark.parametrize(("text", "code"), READ.values(), ids=READ.keys())
def test_a_notebook_is_the_code_of_its_cells(text, code):
    assert code_of(text)[0] == code


LANGUAGES = [
    ({}, "python"),
    ({"kernelspec": {"language": "julia"}}, "julia"),
    ({"language_info": {"name": "R"}, "kernelspec": {"language": "julia"}}, "R"),
    ({"language_info": None, "kernelspec": []}, "python"),
]


@pytest.mark.parametrize(("metadata", "language"), LANGUAGES)
def test_a_notebook_tells_its_language(metadata, language):
    assert code_of(written("a", metadata=metadata))[1] == language


NAMES = [
    ("/p/a.py", "file:///p/a.py", "/p/a.py"),
    ("/p/a#b.py", "file:///p/a%23b.py", "/p/a#b.py"),
    ("/p/a.ipynb", "file:///p/a.ipynb", "/p/a.ipynb"),
    ("/p/a.ipynb", "vscode-notebook-cell:/p/a.ipynb#W0sZmlsZQ%3D%3D", "/p/a.ipynb#W0sZmlsZQ%3D%3D"),
    ("/p/a.ipynb", "file:///p/a.ipynb#cell/2", "/p/a.ipynb#cell/2"),
]


@pytest.mark.parametrize(("path", "uri", "name"), NAMES)
def test_each_cell_has_a_name_of_its_own(path, uri, name):
    """Which tells its file."""
    assert name_of(path, uri) == name
    assert file_of(name) == path
    assert is_notebook(path) == path.endswith(".ipynb")
