"""The one formula of a cache key. Stores nothing."""

from __future__ import annotations

from typing import NamedTuple

from infill_ls.records import Snapshot

NEAR_PREFIX = 512
NEAR_SUFFIX = 256
"""Characters around the cursor that an answer is taken to depend on."""


class CacheKey(NamedTuple):
    """Where an answer holds: the same model and file, with the same text just before and after the cursor."""

    route: str
    """What else the answer depends on: provider, model, mode and the settings that change a prompt."""
    uri: str
    language: str
    near_prefix: str
    near_suffix: str


def key(snapshot: Snapshot, route: str) -> CacheKey:
    """The key of a place."""
    return CacheKey(
        route, snapshot.uri, snapshot.language, snapshot.prefix[-NEAR_PREFIX:], snapshot.suffix[:NEAR_SUFFIX]
    )
