"""Looks up the kinds of server that can be asked: by name, and by address. Asks nobody.

What a row says is all that the code knows of a kind. They stand below the stages, since the prompt's mode and the
request's body both depend on them.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from infill_ls.settings.service import Service
from infill_ls.settings.service_rows import ROWS

SERVICES = {row.kind: row for row in ROWS}


def service_of(kind: str) -> Service:
    """The row of a kind that is in force."""
    return SERVICES[kind]


def by_address(url: str) -> Service:
    """The kind of server that an address belongs to; the one for any OpenAI-compatible API where it tells none.

    A port alone tells Ollama's only: the others are everybody's.
    """
    url = url.strip()
    try:
        parts = urlsplit(url if "://" in url else f"//{url}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return SERVICES["openai"]
    for row in ROWS:
        if any(host.endswith(end) if end.startswith(".") else host == end for end in row.hosts):
            return row
    is_ollama = port in SERVICES["ollama"].ports or _OLLAMA_PATH.search(parts.path)
    return SERVICES["ollama" if is_ollama else "openai"]


_OLLAMA_PATH = re.compile(r"/api/(?:generate|chat|tags|show|ps)/?$")
