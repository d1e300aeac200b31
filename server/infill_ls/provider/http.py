"""The only socket: one HTTP/1.1 client for life, requests that can be dropped at any moment, transport faults named.

Knows no wire and no status: it hands on whatever head and bytes come. httpx and anyio are imported here alone, and only
when a client is made, off the loop.

A native task cancel that lands in httpcore's clean-up leaves a connection in the pool for ever. So httpx runs in a task
of its own, which is cancelled only through an anyio scope; httpcore's clean-up is shielded from those.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from infill_ls.errors import (
    BadRequest,
    ConnectionRefused,
    ProviderError,
    ServiceFailed,
    TimedOut,
    TlsFailed,
    Unreachable,
    WrongAddress,
)
from infill_ls.provider.arrived import Arrived, Head

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    import anyio
    import httpx

    from infill_ls.provider.address import Address

_KEEP_ALIVE_S = 120.0
"""Longer than a typist's pause, shorter than routers remember: a forgotten connection would hang, not fail."""
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


@dataclass(frozen=True, slots=True)
class Connecting:
    """How to connect."""

    address: Address
    connect_timeout_s: float = 3.0
    proxy: str | None = field(default=None, repr=False)
    """May hold a password."""
    ca_file: str | None = None
    """Certificates to trust instead of the system's."""
    start: str = "start the server"
    """What helps where nothing listens."""


class Http:
    """One client for one address. Making it does nothing; the first request, or ``warm``, imports and connects."""

    def __init__(self, connecting: Connecting) -> None:
        self._connecting = connecting
        self._making: asyncio.Task[httpx.AsyncClient] | None = None
        self._exchanges: set[Exchange] = set()
        self._spare: asyncio.Task[None] | None = None
        self._is_kept = connecting.address.secure
        """Whether a connection made in advance is worth its handshake, and is there when it is wanted."""

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

    async def open(self, method: str, url: str, headers: Mapping[str, str], content: bytes, *, most: int) -> Exchange:
        """Send a request; its answer, of at most so many bytes, is read from the exchange, which the caller closes.

        Raises:
            ProviderError: the client cannot be made, or the request not be written.
        """
        client = await self._client()
        with _translated(self._connecting):
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
            self._making = asyncio.create_task(asyncio.to_thread(_make_client, self._connecting))
        # Shielded: the request that asked first may be superseded while the client is still wanted by the next.
        return await asyncio.shield(self._making)


class Exchange:
    """One request and its answer. Whoever reads may stop, time out or be cancelled at any point."""

    def __init__(self, client: httpx.AsyncClient, request: httpx.Request, connecting: Connecting, most: int) -> None:
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
            with self._scope, _translated(self._connecting):
                await self._receive(await _send(client, request))
        except ProviderError as error:
            self._arrived.end(error)
        finally:
            self._arrived.end()

    async def _receive(self, response: httpx.Response) -> None:
        host, left, turn = self._connecting.address.host, self._most, 0
        head = Head(response.status_code, {name.lower(): value for name, value in response.headers.items()})
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
                    raise ServiceFailed(f"{host} sends far more than it is asked for: check provider.base_url.")
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


def _make_client(connecting: Connecting) -> httpx.AsyncClient:
    """Runs in a thread: imports and certificates take a tenth of a second and more."""
    # Libraries import these by name at first use, which would be on the loop. They are private, and may be gone.
    with contextlib.suppress(ImportError):
        import anyio._backends._asyncio  # noqa: F401  # as above
    with contextlib.suppress(ImportError):
        import httpcore._backends.anyio  # noqa: F401  # as above
    import httpx

    with _translated(connecting):
        context = _tls_context(connecting)
        return httpx.AsyncClient(
            verify=context,
            proxy=_proxy(connecting, context),
            # Read here for proxies alone: httpx takes no key from .netrc, and the TLS context is ours.
            trust_env=not connecting.address.loopback,
            http2=False,
            follow_redirects=False,
            cookies=_no_cookies(),
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=8, keepalive_expiry=_KEEP_ALIVE_S),
            timeout=httpx.Timeout(connect=connecting.connect_timeout_s, read=None, write=5.0, pool=1.0),
            headers={"User-Agent": "infill-ls", "Accept-Encoding": "identity"},
        )


def _no_cookies() -> CookieJar:
    """A jar in which nothing is kept: a service knows its users by their keys, and has no need to follow them."""
    from http.cookiejar import CookieJar

    class Sieve(CookieJar):
        def extract_cookies(self, response: object, request: object) -> None:
            pass

    return Sieve()


def _tls_context(connecting: Connecting) -> ssl.SSLContext:
    if not connecting.address.secure and connecting.proxy is None:
        # Never used, and loading no certificates trusts nobody: the safe way to be quick.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context = ssl.create_default_context(cafile=connecting.ca_file)
    except OSError as error:
        raise TlsFailed(
            "The file of CA certificates cannot be used: check provider.ca_bundle or SSL_CERT_FILE "
            f"({error.strerror or 'no certificates in it'})."
        ) from error
    if connecting.ca_file is None and not context.cert_store_stats()["x509_ca"]:
        import certifi

        context.load_verify_locations(cafile=certifi.where())
    return context


def _proxy(connecting: Connecting, context: ssl.SSLContext) -> httpx.Proxy | None:
    import httpx

    url = connecting.proxy
    if url is None:
        return None
    try:
        return httpx.Proxy(url, ssl_context=context if url.startswith("https:") else None)
    except (ValueError, httpx.InvalidURL):
        # Without its cause, which repeats the address, and the address may hold a password.
        raise Unreachable("provider.proxy is not an address: begin it with http:// or https://.") from None


@contextlib.contextmanager
def _translated(connecting: Connecting) -> Iterator[None]:
    """Foreign errors become the project's at this seam, once."""
    try:
        yield
    except ProviderError:
        raise
    except Exception as error:
        raise _translate(error, connecting) from error


def _translate(error: Exception, connecting: Connecting) -> ProviderError:
    import httpx

    host = connecting.address.host
    causes = list(_causes(error))
    by_proxy = _by_proxy(connecting)
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(
            f"{host} did not take the connection{by_proxy} within {connecting.connect_timeout_s:g} s: check "
            "provider.base_url, the network and its proxy, or raise provider.timeout_s.connect."
        )
    # Only while connecting: a TLS stream that breaks later has harmless TLS errors among its causes.
    tls = next((cause for cause in causes if isinstance(cause, ssl.SSLError)), None)
    if tls is not None and isinstance(error, httpx.ConnectError):
        return TlsFailed(_tls_sentence(tls, host))
    if isinstance(error, (httpx.ProxyError, ImportError, ValueError, httpx.InvalidURL)) and by_proxy:
        return Unreachable(f"{host} cannot be reached{by_proxy}: check provider.proxy or HTTPS_PROXY, and NO_PROXY.")
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return WrongAddress(f"The name of {host} does not resolve{by_proxy}: check provider.base_url and the network.")
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return ConnectionRefused(
            f"Nothing is listening on {host}{by_proxy} (connection refused): {connecting.start}, or correct "
            "provider.base_url."
        )
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"{host} stopped accepting data within the time limit.")
    if isinstance(error, httpx.LocalProtocolError):
        return BadRequest("The request cannot be written: check provider.headers.")
    if isinstance(error, (httpx.RemoteProtocolError, httpx.ReadError, httpx.DecodingError)):
        return ServiceFailed(f"{host} broke off its answer, or does not speak HTTP: check provider.base_url.")
    return Unreachable(f"{host} cannot be reached{by_proxy} ({type(error).__name__}).")


def _tls_sentence(error: ssl.SSLError, host: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {host} is not trusted ({error.verify_message}): name the file of its CA certificates "
            "in provider.ca_bundle or SSL_CERT_FILE."
        )
    return f"{host} did not complete a TLS handshake: check whether provider.base_url should begin with http://."


def _by_proxy(connecting: Connecting) -> str:
    """Words for sentences where a proxy stands between; the proxy itself is not named, for it may hold a password."""
    # Here, since it costs a tenth of what starting may take, and is needed only once something is wrong.
    from urllib.request import getproxies

    if connecting.proxy:
        return " through provider.proxy"
    scheme = "https" if connecting.address.secure else "http"
    proxies: dict[str, Any] = {} if connecting.address.loopback else getproxies()
    return " through the proxy of the environment" if scheme in proxies or "all" in proxies else ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """An error, what caused it, and the members of groups: a name with two addresses fails twice."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
