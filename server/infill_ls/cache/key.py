"""The one formula of a cache key. Stores nothing."""

from __future__ import annotations

from typing import NamedTuple

from infill_ls.records import Snapshot
from infill_ls.typed import NEAR_SUFFIX

NEAR_PREFIX = 512
"""Characters before the cursor that an answer is taken to depend on; after it, as many as tell that nothing changed."""
TAIL = 32
"""Characters before a place by which answers are looked up; all of the key is compared then."""

Slot = tuple[str, str, str]
"""Where the answers of a place are kept, beside those of places that look alike."""


class CacheKey(NamedTuple):
    """Where an answer holds: the same model and file, with the same text just before and after the cursor."""

    route: str
    """What else the answer depends on: provider, model, mode and the settings that change a prompt."""
    uri: str
    language: str
    near_prefix: str
    near_suffix: str

    @property
    def slot(self) -> Slot:
        """Where its answers are kept."""
        return slot(self.route, self.uri, self.near_prefix, len(self.near_prefix))


def key(snapshot: Snapshot, route: str, typed: int = 0) -> CacheKey:
    """The key of a place, or of the place so many characters before it."""
    end = len(snapshot.prefix) - typed
    near_prefix = snapshot.prefix[max(0, end - NEAR_PREFIX) : end]
    near_suffix = snapshot.suffix[:NEAR_SUFFIX]
    return CacheKey(route, snapshot.uri, snapshot.language, near_prefix, near_suffix)


def slot(route: str, uri: str, prefix: str, end: int) -> Slot:
    """Where the answers for the end of a text are kept."""
    return route, uri, prefix[max(0, end - TAIL) : end]
