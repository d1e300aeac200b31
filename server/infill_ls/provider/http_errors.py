"""Faults of the transport as errors with a cause and a remedy."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
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

if TYPE_CHECKING:
    from infill_ls.provider.connecting import Connecting


@contextlib.contextmanager
def translated(connecting: Connecting) -> Iterator[None]:
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
    if (
        isinstance(error, (httpx.ProxyError, ImportError, ValueError, httpx.InvalidURL))
        and by_proxy
    ):
        return Unreachable(
            f"{host} cannot be reached{by_proxy}: check provider.proxy or HTTPS_PROXY, and NO_PROXY."
        )
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return WrongAddress(
            f"The name of {host} does not resolve{by_proxy}: check provider.base_url and the network."
        )
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
        return ServiceFailed(
            f"{host} broke off its answer, or does not speak HTTP: check provider.base_url."
        )
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
