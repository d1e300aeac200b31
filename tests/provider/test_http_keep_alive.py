"""What the one client promises of its connections, seen from inside: no test has two minutes for it."""

from __future__ import annotations

import pytest

from infill_ls.provider.address import from_url
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http import Http

TYPING_PAUSE_S = 120


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "https://example.invalid"])
async def test_a_typing_pause_costs_no_new_handshake(url):
    """Connections are kept for it, and speak HTTP/1.1, in which closing one stops the model."""
    http = Http(Connecting(from_url(url)))
    pool = (await http._client())._transport._pool

    assert pool._keepalive_expiry >= TYPING_PAUSE_S
    assert pool._max_keepalive_connections > 0
    assert (pool._http1, pool._http2) == (True, False)
    await http.aclose()
