"""Hostile input of every kind, a few of each, against the real server. ``python tests/bench/attacks.py`` plays all of it."""

from __future__ import annotations

import pytest

from e2e.attacks.groups import GROUPS
from support.clients.attacks import play_all


@pytest.mark.timeout(300)
@pytest.mark.parametrize("group", GROUPS)
async def test_what_is_hostile_does_no_harm(group, tmp_path):
    """Nothing is run, sent, shown, spent or kept that the user has not chosen, and the server goes on."""
    results = await play_all(GROUPS[group].cases, tmp_path, seed=0, long=False, at_once=GROUPS[group].at_once)

    failed = [f"{result.name}: {tried.name}: {tried.failed}" for result in results for tried in result.failed]
    assert not failed, "\n".join(failed)
    assert [result.name for result in results if not result.tried] == []
