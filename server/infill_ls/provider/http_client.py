"""One httpx client: certificates, proxy, no cookies, no key of anybody else's. Made in a thread."""

from __future__ import annotations

import contextlib
import ssl
import sys
from typing import TYPE_CHECKING

from infill_ls.errors import TlsFailed, Unreachable
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http_errors import translated

if TYPE_CHECKING:
    from http.cookiejar import CookieJar

    import httpx


MOST_CONNECTIONS = 32
KEEP_ALIVE_S = 120.0
"""Longer than a typist's pause, shorter than routers remember: a forgotten connection would hang, not fail."""


def make_client(connecting: Connecting) -> httpx.AsyncClient:
    """Runs in a thread: imports and certificates take a tenth of a second and more."""
    # Libraries import these by name at first use, which would be on the loop. They are private, and may be gone.
    with contextlib.suppress(ImportError):
        import anyio._backends._asyncio  # noqa: F401  # as above
    with contextlib.suppress(ImportError):
        import httpcore._backends.anyio  # noqa: F401  # as above
    # httpx imports its own command line where that can run; nobody runs it here, and it costs half as much as the rest.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # as the import system has it
    import httpx

    with translated(connecting):
        context = _tls_context(connecting)
        return httpx.AsyncClient(
            verify=context,
            proxy=_proxy(connecting, context),
            # Read here for proxies alone: httpx takes no key from .netrc, and the TLS context is ours.
            trust_env=not connecting.address.loopback,
            http2=False,
            follow_redirects=False,
            cookies=_no_cookies(),
            limits=httpx.Limits(
                max_connections=MOST_CONNECTIONS,
                max_keepalive_connections=8,
                keepalive_expiry=KEEP_ALIVE_S,
            ),
            timeout=httpx.Timeout(
                connect=connecting.connect_timeout_s, read=None, write=5.0, pool=1.0
            ),
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
        raise Unreachable(
            "provider.proxy is not an address: begin it with http:// or https://."
        ) from None
