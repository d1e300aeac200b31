"""Why a definition of another file is shown to the model, in words for people. Decides nothing."""

from __future__ import annotations

from infill_ls.context.rank import Wanted


def reason(wanted: Wanted) -> str:
    """A sentence without its full stop."""
    name = wanted.definition.name
    if wanted.source == "imported":
        return f"`{name}` is in a file that is imported"
    where = "named near the cursor" if wanted.source == "near" else "used in similar code"
    return f"`{name}` is {where}" if wanted.name == name else f"`{name}` belongs to `{wanted.name}`, which is {where}"
