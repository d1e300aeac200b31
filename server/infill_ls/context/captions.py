"""Why a definition of another file is shown to the model, in words for people. Decides nothing."""

from __future__ import annotations

from infill_ls.context.rank import Wanted


def reason(wanted: Wanted) -> str:
    """A sentence without its full stop."""
    name = wanted.definition.name
    if wanted.source == "imported":
        return f"`{name}` is in a file that is imported"
    where = _WHERE[wanted.source]
    return (
        f"`{name}` is {where}"
        if wanted.name == name
        else f"`{name}` belongs to `{wanted.name}`, which is {where}"
    )


_WHERE = {
    "near": "named near the cursor",
    "similar": "used in similar code",
    "edited": "named in the last changes",
    "here": "further away in this file",
}
