"""The only socket: one HTTP/1.1 client for life, requests that can be dropped at any moment, transport faults named.

Knows no wire and no status: it hands on whatever head and bytes come. httpx and anyio are imported here alone, and only
when a client is made, off the loop.

A native task cancel that lands in httpcore's clean-up leaves a connection in the pool for ever. So httpx runs in a task
of its own, which is cancelled only through an anyio scope; httpcore's clean-up is shielded from those.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from infill_ls.errors import (
    ProviderError,
    ServiceFailed,
)
from infill_ls.provider.arrived import Arrived, Head
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http_client import make_client
from infill_ls.provider.http_errors import translated

if TYPE_CHECKING:
    import anyio
    import httpx


_DRAIN_S = 0.5
"""How long the end of an answer may take to arrive before its connection is given up."""
_DEAD_WITHIN_S = 0.5
"""How soon a kept connection that is dead says so; a server that hangs up later has worked on the request."""
_WARM_S = 10.0
"""How long a connection that is made in advance may take to answer."""
_CLOSE_S = 1.0
"""How long closing may take before it is left to itself."""
_PER_PIECE = 64
"""Bytes that a piece of an answer counts beyond its own: a server may send each byte by itself."""
_TURN = 64
"""Pieces after which other work has its turn."""


class Http:
    """One client for one address. Making it does nothing; the first request, or ``warm``, imports and connects."""

    def __init__(self, connecting: Connecting) -> None:
        self._connecting = connecting
        self._making: asyncio.Task[httpx.AsyncClient] | None = None
        self._exchanges: set[Exchange] = set()
        self._spare: asyncio.Task[None] | None = None
        self._is_kept = connecting.address.secure
        """Whether a connection made in advance is worth its handshake, and is there when it is wanted."""

    def __repr__(self) -> str:
        spare = self._spare is not None and not self._spare.done()
        return f"Http(running={len(self._exchanges)}, makes_spare={spare})"

    async def make(self) -> None:
        """Import and make the client, which connects to nothing.

        Raises:
            ProviderError: it cannot be made.
        """
        await self._client()

    async def warm(self) -> None:
        """Import and make the client, and where a TLS handshake lies ahead, make it too. The key is not sent.

        Raises:
            ProviderError: the client cannot be made, or the address not reached.
        """
        await self._client()
        address = self._connecting.address
        if not address.secure:
            return
        exchange = await self.open("HEAD", address.base + "/models", {}, b"", most=0)
        try:
            async with asyncio.timeout(_WARM_S):
                head = await exchange.head()
                exchange.drain()
            self._is_kept = self._is_kept and head.headers.get("connection", "").lower() != "close"
        finally:
            await exchange.aclose()

    async def open(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes, *, most: int
    ) -> Exchange:
        """Send a request; its answer, of at most so many bytes, is read from the exchange, which the caller closes.

        Raises:
            ProviderError: the client cannot be made, or the request not be written.
        """
        client = await self._client()
        with translated(self._connecting):
            request = client.build_request(method, url, headers=dict(headers), content=content)
        exchange = Exchange(client, request, self._connecting, most)
        self._exchanges.add(exchange)
        exchange.task.add_done_callback(lambda _: self._ended(exchange))
        return exchange

    def _ended(self, exchange: Exchange) -> None:
        self._exchanges.discard(exchange)
        if exchange.was_dropped and self._is_kept and (self._spare is None or self._spare.done()):
            # Stopping a model costs its connection; the next request shall not wait for the handshakes of another.
            self._spare = asyncio.create_task(self._make_spare())

    async def _make_spare(self) -> None:
        # What goes wrong here goes wrong again at the next request, which has someone to tell.
        with contextlib.suppress(ProviderError, TimeoutError):
            await self.warm()

    async def aclose(self) -> None:
        """Drop running exchanges and idle connections. Idempotent."""
        self._is_kept = False
        if self._spare is not None:
            self._spare.cancel()
        await asyncio.gather(*(exchange.abort() for exchange in list(self._exchanges)))
        making, self._making = self._making, None
        if making is None:
            return
        # The thread that imports cannot be interrupted; its client is closed when it is there.
        await asyncio.wait({making})
        if not _has_failed(making):
            await making.result().aclose()

    async def _client(self) -> httpx.AsyncClient:
        if self._making is None or (self._making.done() and _has_failed(self._making)):
            self._making = asyncio.create_task(asyncio.to_thread(make_client, self._connecting))
        # Shielded: the request that asked first may be superseded while the client is still wanted by the next.
        return await asyncio.shield(self._making)


class Exchange:
    """One request and its answer. Whoever reads may stop, time out or be cancelled at any point."""

    def __init__(
        self, client: httpx.AsyncClient, request: httpx.Request, connecting: Connecting, most: int
    ) -> None:
        import anyio

        self._connecting = connecting
        self._most = most
        self._arrived = Arrived()
        self._draining = False
        self.was_dropped = False
        """Whether its connection was closed before its end."""
        self._scope: anyio.CancelScope = anyio.CancelScope()
        self.task = asyncio.create_task(self._run(client, request))

    async def head(self) -> Head:
        """The answer's head; called once, before ``read``.

        Raises:
            ProviderError: no answer came.
        """
        head = await self._arrived.head()
        if head is None:
            raise ServiceFailed(f"{self._connecting.address.host} broke off its answer.")
        return head

    async def read(self) -> bytes:
        """What has arrived of the body since, or a part of it; empty at its end.

        Raises:
            ProviderError: the connection broke.
        """
        return await self._arrived.read()

    def drain(self) -> None:
        """No more is wanted, but the end is near: let it arrive, so that the connection can be used again."""
        self._draining = True
        timer = asyncio.get_running_loop().call_later(_DRAIN_S, self._scope.cancel)
        self.task.add_done_callback(lambda _: timer.cancel())

    async def aclose(self) -> None:
        """Close the connection at once, so that the model stops, unless ``drain`` was called. Idempotent."""
        if not self._draining:
            await self.abort()

    async def abort(self) -> None:
        """Close the connection at once, whatever was said before."""
        self.was_dropped = self.was_dropped or not self.task.done()
        self._scope.cancel()
        # Waiting does not hand a cancel of ours on to the task, which ends by itself.
        await asyncio.wait({self.task}, timeout=_CLOSE_S)

    async def _run(self, client: httpx.AsyncClient, request: httpx.Request) -> None:
        try:
            with self._scope, translated(self._connecting):
                await self._receive(await _send(client, request))
        except ProviderError as error:
            self._arrived.end(error)
        finally:
            self._arrived.end()

    async def _receive(self, response: httpx.Response) -> None:
        host, left, turn = self._connecting.address.host, self._most, 0
        head = Head(
            response.status_code, {name.lower(): value for name, value in response.headers.items()}
        )
        try:
            self._arrived.begin(head)
            async for piece in response.aiter_raw():
                if head.is_compressed:
                    raise ServiceFailed(
                        f"{host} compresses its answers, although it is asked not to: switch compression off there, or "
                        "in the proxy in front of it."
                    )
                left -= len(piece) + _PER_PIECE
                if left < 0:
                    raise ServiceFailed(
                        f"{host} sends far more than it is asked for: check provider.base_url."
                    )
                if not self._draining:
                    self._arrived.put(piece)
                turn += 1
                if turn % _TURN == 0:
                    await asyncio.sleep(0)
        finally:
            await response.aclose()


def _has_failed(making: asyncio.Task[httpx.AsyncClient]) -> bool:
    return making.cancelled() or making.exception() is not None


async def _send(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """Send; once more where a kept connection turns out to be dead, which costs nothing and is nobody's fault."""
    import httpx

    started = asyncio.get_running_loop().time()
    try:
        return await client.send(request, stream=True)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        if asyncio.get_running_loop().time() - started > _DEAD_WITHIN_S:
            raise
        return await client.send(request, stream=True)
