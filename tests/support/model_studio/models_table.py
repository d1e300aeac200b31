"""The documentation's table of models and routes, made from the catalogue; writes nothing."""

from __future__ import annotations

from infill_ls.cli.models import HEADINGS, cells
from infill_ls.prompt.catalogue_models import MODELS

BEGIN, END = "<!-- models -->\n", "<!-- /models -->\n"

_COLUMNS = HEADINGS[1:7]
"""Those in which models differ enough to be told here; the command line prints the others, too."""


def render() -> str:
    """The table, models that are alike in one row, in the catalogue's order."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for model in MODELS:
        name, *rest = cells(model)
        alike.setdefault(tuple(rest[: len(_COLUMNS)]), []).append(name if model.pattern else f"`{name}`")
    rows = [("models", *_COLUMNS), ("---",) * (len(_COLUMNS) + 1)]
    rows += [(", ".join(names), *rest) for rest, names in alike.items()]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def replaced(page: str) -> str:
    """The page with the catalogue's table between its two marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError("The page lacks its marks for the table of models.")
    return f"{before}{BEGIN}{render()}{END}{after}"
