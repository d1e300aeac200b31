"""Jupyter notebooks: the code in a file's cells, as an editor shows it, and the names by which open cells are known."""

from __future__ import annotations

import json
from typing import Any

EXTENSION = ".ipynb"

_NO_CODE = ("%", "!")
"""What a line of a cell begins with that speaks to the notebook or to a shell."""


def is_notebook(path: str) -> bool:
    """By its name."""
    return path.lower().endswith(EXTENSION)


def name_of(path: str, uri: str) -> str:
    """A document's name among those that are known: its path, and for a cell of a notebook which cell it is."""
    cell = uri.partition("#")[2]
    return f"{path}#{cell}" if cell and is_notebook(path) else path


def file_of(name: str) -> str:
    """The path of the file that a document of this name is, or is a cell of."""
    path, mark, _ = name.rpartition(f"{EXTENSION}#")
    return path + EXTENSION if mark else name


def code_of(text: str) -> tuple[str, str]:
    """The cells' code, blank lines between them, and the id of its language; both empty for what is no notebook."""
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return "", ""
    sources = [
        _source(cell)
        for cell in notebook["cells"]
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    return "\n\n".join(filter(str.strip, sources)), _language(notebook.get("metadata"))


def _source(cell: dict[str, Any]) -> str:
    """Without lines that are no code; empty where the whole cell is in another language."""
    source = cell.get("source")
    text = "".join(map(str, source)) if isinstance(source, list) else str(source or "")
    if text.lstrip().startswith("%%"):
        return ""
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(_NO_CODE))


def _language(metadata: Any) -> str:
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        told = metadata.get(part) if isinstance(metadata, dict) else None
        name = told.get(key) if isinstance(told, dict) else None
        if isinstance(name, str) and name:
            return name
    return "python"
