"""How long to wait before a model is asked. Does not wait itself."""

from __future__ import annotations

from infill_ls.records import Request

DEFAULT_MS = 75
"""About the gap between two keys of a fast typist (8 a second is 125 ms): most bursts end in one call."""


def wait_ms(request: Request, setting_ms: int | None) -> int:
    """Milliseconds between the request and the call; an explicit request does not wait."""
    if request.trigger == "invoked":
        return 0
    return DEFAULT_MS if setting_ms is None else setting_ms
