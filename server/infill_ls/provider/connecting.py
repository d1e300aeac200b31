"""How a service is connected to: address, proxy, certificates. Connects nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from infill_ls.provider.address import Address


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
