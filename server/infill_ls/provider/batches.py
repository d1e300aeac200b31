"""Model Studio's Batch API: a file of requests goes up, a batch is made of it, and files of answers come down.

Knows no holes and waits for nothing: who asks decides when to look again.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infill_ls.errors import ProviderError, ServiceFailed, TimedOut
from infill_ls.provider.endpoint import Endpoint
from infill_ls.provider.error_map import refusal
from infill_ls.provider.http import Http
from infill_ls.provider.key import ApiKey
from infill_ls.provider.payloads import first_payload, parse
from infill_ls.provider.retry_after import retry_after
from infill_ls.records import Chunk, Prompt

MOST_LINES, LARGEST_LINE, LARGEST_FILE = 50_000, 6_000_000, 500_000_000
"""Requests of a file, and bytes, as the provider's page has them."""
WINDOW = "24h"
"""How long a batch may take at most; the page allows no less."""
PRICE = 0.5
"""Share of the price that is paid."""
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})

_LARGEST_SAID = 1_000_000
_LONGEST_S = 600.0
"""How long sending or reading a file may take."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch as the service sees it."""

    id: str
    status: str
    output: str | None
    """The file with the answers, once there is one."""
    errors: str | None
    """The file with the requests that failed."""
    message: str
    """Why it failed."""


class Batches:
    """One account's batches of one model."""

    def __init__(self, endpoint: Endpoint, http: Http, key: ApiKey) -> None:
        self._endpoint = endpoint
        self._http = http
        self._key = key

    def line(self, name: str, prompt: Prompt) -> bytes:
        """One request of a file; its answer comes under the same name."""
        endpoint = self._endpoint
        body = endpoint.wire.body(prompt, endpoint.settings, endpoint.target.model)
        plain = {
            key: value for key, value in body.items() if key not in {"stream", "stream_options"}
        }
        said = {
            "custom_id": name,
            "method": "POST",
            "url": f"/v1{endpoint.wire.path}",
            "body": plain,
        }
        return (
            json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
            + b"\n"
        )

    async def upload(self, lines: bytes) -> str:
        """Send a file of requests; gives its id.

        Raises:
            ProviderError: it was refused, or the service not reached.
        """
        mark = secrets.token_hex(16)
        head = f'--{mark}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--{mark}\r\n'
        head += 'Content-Disposition: form-data; name="file"; filename="requests.jsonl"\r\n'
        content = (
            f"{head}Content-Type: application/jsonl\r\n\r\n".encode()
            + lines
            + f"\r\n--{mark}--\r\n".encode()
        )
        said = await self._object(
            "POST", "/files", content, f"multipart/form-data; boundary={mark}"
        )
        return str(said["id"])

    async def create(self, file: str) -> Batch:
        """Make a batch of a file, from when on it is paid for."""
        body = {
            "input_file_id": file,
            "endpoint": f"/v1{self._endpoint.wire.path}",
            "completion_window": WINDOW,
        }
        return _batch(await self._object("POST", "/batches", json.dumps(body).encode()))

    async def look(self, name: str) -> Batch:
        """How a batch is now."""
        return _batch(await self._object("GET", f"/batches/{name}"))

    async def answers(self, file: str) -> dict[str, Chunk | None]:
        """What a file of answers says, by the requests' names; None for one that failed."""
        data = await self._request("GET", f"/files/{file}/content", b"", "", LARGEST_FILE)
        read = self._endpoint.wire.reader()
        found: dict[str, Chunk | None] = {}
        for line in data.splitlines():
            said = parse(line) or {}
            response = said.get("response")
            body = response.get("body") if isinstance(response, dict) else None
            is_answer = (
                isinstance(response, dict)
                and response.get("status_code") == 200
                and isinstance(body, dict)
            )
            found[str(said.get("custom_id"))] = (
                read(body) if is_answer and isinstance(body, dict) else None
            )
        return found

    async def aclose(self) -> None:
        """Let go of connections."""
        await self._key.aclose()
        await self._http.aclose()

    async def _object(
        self, method: str, path: str, content: bytes = b"", kind: str = "application/json"
    ) -> Mapping[str, Any]:
        data = await self._request(method, path, content, kind, _LARGEST_SAID)
        said = parse(data)
        if said is None or not said.get("id"):
            raise ServiceFailed(
                f"{self._endpoint.address.host} answers {path} with something else than a batch or file."
            )
        return said

    async def _request(self, method: str, path: str, content: bytes, kind: str, most: int) -> bytes:
        key = await self._key.value()
        headers = {"content-type": kind} if content else {}
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        headers |= {name.lower(): value for name, value in self._endpoint.settings.headers}
        try:
            async with asyncio.timeout(_LONGEST_S):
                exchange = await self._http.open(
                    method, self._endpoint.address.base + path, headers, content, most=most
                )
                try:
                    head = await exchange.head()
                    pieces = []
                    while piece := await exchange.read():
                        pieces.append(piece)
                    exchange.drain()
                finally:
                    await exchange.aclose()
        except TimeoutError:
            raise TimedOut(
                f"{self._endpoint.address.host} took too long to answer {path}."
            ) from None
        data = b"".join(pieces)
        if head.status != 200:
            hidden = [key] if key is not None else []
            error: ProviderError = refusal(
                head.status,
                first_payload(data),
                self._endpoint.target,
                retry_after(head.headers),
                secrets=hidden,
            )
            raise error
        return data


def _batch(said: Mapping[str, Any]) -> Batch:
    errors = said.get("errors")
    listed = errors.get("data") if isinstance(errors, dict) else None
    words = [str(each.get("message")) for each in listed or [] if isinstance(each, dict)]
    return Batch(
        str(said["id"]),
        str(said.get("status")),
        said.get("output_file_id") or None,
        said.get("error_file_id") or None,
        " ".join(words[:1]),
    )
