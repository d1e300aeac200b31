"""Keeps the connection to a model open through pauses: opened anew at the next key, before it is needed."""

from __future__ import annotations

import asyncio

from infill_ls.clock import Clock
from infill_ls.provider.base import Provider

IDLE_S = 15.0
"""Without a call, after which the next key makes sure of a connection, which costs a ``HEAD``: load balancers drop idle
ones after 15 s (Alibaba Cloud's ALB) to 60 s."""


class Warmth:
    """When a provider was last called. Whoever makes one warms the provider."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider = provider
        self._clock = clock
        self._called_s = clock.now()
        self._warming: asyncio.Task[None] | None = None

    def called(self) -> None:
        """A call is made now."""
        self._called_s = self._clock.now()

    def keep(self) -> None:
        """Open the connection anew that a long pause has let go."""
        if self._clock.now() - self._called_s > IDLE_S and (
            self._warming is None or self._warming.done()
        ):
            self.called()
            self._warming = asyncio.ensure_future(self._provider.warm())

    def stop(self) -> None:
        """Open none any more."""
        if self._warming is not None:
            self._warming.cancel()
