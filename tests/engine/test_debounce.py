"""How long a request waits before a model is asked."""

from __future__ import annotations

import pytest

from infill_ls.engine.debounce import DEFAULT_MS, wait_ms
from support.fakes import request


@pytest.mark.parametrize(
    ("trigger", "setting", "wanted"),
    [
        ("automatic", None, DEFAULT_MS),
        ("automatic", 200, 200),
        ("automatic", 0, 0),
        ("invoked", None, 0),
        ("invoked", 200, 0),
    ],
)
def test_only_automatic_requests_wait(trigger, setting, wanted):
    assert wait_ms(request("x|", trigger), setting) == wanted
