"""Asks a server what it is and what it has: a handful of small requests, none with code in it, in seconds.

Everything is optional: a strict gateway that refuses all of it leaves the settings as they are.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from infill_ls.errors import InfillError, ProviderError
from infill_ls.provider.address import Address, from_url
from infill_ls.provider.build import connecting_for, key_for
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http import Http
from infill_ls.provider.payloads import parse
from infill_ls.provider.served import (
    Served,
    kind_of,
    listed_models,
    lm_studios_models,
    may_be_ollamas,
    of_ollamas_model,
    of_pieces,
    of_props,
    of_vocabulary,
    ollamas_models,
)
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.services import service_of

WITHIN_S, PATIENT_S = 1.0, 5.0
"""For all questions to one server together, once there is a client to ask with: at the start of an editor, and for
somebody who has typed a command and waits."""
_LONGEST = 256 * 1024
"""Bytes of an answer; a list of more models than fit is nobody's own server."""


@dataclass(frozen=True, slots=True)
class Found:
    """A server that answered."""

    address: str
    served: Served


async def find_at(url: str, tokens: Sequence[str], *, connect_s: float = 1.0) -> Found | None:
    """The server at an address that nobody has set anything for: no key is sent. None where none answers."""
    try:
        address = from_url(url, "")
    except InfillError:
        return None
    async with _asking(Connecting(address, connect_timeout_s=connect_s), {}) as ask:
        served = await _within(ask, "openai", "", tokens, PATIENT_S)
    return None if served is None else Found(url, served)


async def discover(
    settings: ProviderSettings,
    environ: Mapping[str, str],
    tokens: Sequence[str],
    *,
    within_s: float = WITHIN_S,
) -> Served | None:
    """What the server of the settings has, asked with its key; None where it does not say.

    Args:
        settings: in force, and of a service that is the user's own. Of the model that they name more is found out.
        environ: where the key is looked up.
        tokens: what is looked for in its vocabulary.
        within_s: how long it may take.
    """
    service, url = service_of(settings.kind), address_of(settings)
    if not url:
        return None
    key = key_for(settings, service, environ)
    headers = {name.lower(): value for name, value in settings.headers}
    try:
        # A command that gives the key is not run for this: a password manager would ask its user twice.
        value = None if settings.api_key_command else key.at_once()
        address = from_url(url, "")
    except InfillError:
        return None
    if value is not None:
        headers = {"authorization": f"Bearer {value}", **headers}
    async with _asking(connecting_for(settings, environ, address, service), headers) as ask:
        return await _within(ask, settings.kind, settings.model or "", tokens, within_s)


def address_of(settings: ProviderSettings) -> str:
    """Where settings in force lead to; empty where they do not say."""
    return settings.base_url or service_of(settings.kind).address or ""


@dataclass(frozen=True, slots=True)
class _Ask:
    """One server's questions."""

    http: Http
    address: Address
    headers: Mapping[str, str] = field(repr=False)

    async def __call__(
        self, path: str, body: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """An answer and its head; both empty where it is none."""
        content = b"" if body is None else json.dumps(body).encode()
        headers = {**({"content-type": "application/json"} if content else {}), **self.headers}
        method = "POST" if content else "GET"
        exchange = await self.http.open(
            method, self.address.base + path, headers, content, most=_LONGEST
        )
        said = bytearray()
        try:
            head = await exchange.head()
            while data := await exchange.read():
                said += data
            exchange.drain()
        finally:
            await exchange.aclose()
        if head.status != HTTPStatus.OK:
            # While it loads its model, llama.cpp says who it is and nothing else.
            return {}, dict(head.headers) if head.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
        return parse(bytes(said)) or {"text": said[:100].decode(errors="replace")}, dict(
            head.headers
        )


@contextlib.asynccontextmanager
async def _asking(connecting: Connecting, headers: Mapping[str, str]) -> AsyncIterator[_Ask]:
    http = Http(connecting)
    try:
        yield _Ask(http, connecting.address, headers)
    finally:
        await http.aclose()


async def _within(
    ask: _Ask, kind: str, model: str, tokens: Sequence[str], within_s: float
) -> Served | None:
    """What was found in the time there is: the rest is left unknown."""
    found: list[Served] = []
    try:
        # Importing it takes longer than all the questions to a server on the same machine.
        await ask.http.make()
        async with asyncio.timeout(within_s):
            await _look(ask, kind, model, tokens, found)
    except (ProviderError, TimeoutError):
        return replace(found[-1], is_whole=False) if found else None
    return found[-1] if found else None


async def _look(
    ask: _Ask, kind: str, model: str, tokens: Sequence[str], found: list[Served]
) -> None:
    """Each finding, the more complete ones last."""
    listed, headers = await ask("/v1/models")
    if kind == "openai":
        kind = kind_of(headers, listed) if headers else kind
    if headers and not listed:
        found.append(Served(kind, is_whole=False))
        return
    if (
        kind == "openai"
        and may_be_ollamas(listed)
        and (await ask("/api/version"))[0].get("version")
    ):
        kind = "ollama"
    if listed and kind != "ollama":
        found.append(Served(kind, models=listed_models(listed)))
    look = _BY_KIND.get(kind)
    if look is not None:
        await look(ask, model, tokens, found)


async def _ollama(ask: _Ask, model: str, _tokens: Sequence[str], found: list[Served]) -> None:
    (version, _), (tags, _), (running, _) = await asyncio.gather(
        ask("/api/version"), ask("/api/tags"), ask("/api/ps")
    )
    if not isinstance(version.get("version"), str):
        return
    served = Served("ollama", version["version"][:40], ollamas_models(tags, running))
    found.append(served)
    wanted = [served.model(model)] if model else served.models[:_MOST_SHOWN]
    for each in filter(None, wanted):
        shown, _ = await ask("/api/show", {"model": each.name})
        served = served.with_model(of_ollamas_model(each, shown)) if shown else served
        found.append(served)


async def _llama_cpp(ask: _Ask, _model: str, tokens: Sequence[str], found: list[Served]) -> None:
    props, _ = await ask("/props")
    served = found[-1] if found else Served("llama.cpp")
    served = Served("llama.cpp", str(props.get("build_info") or "")[:40], served.models)
    found.append(served)
    if len(served.models) == 1:
        # One that serves a single model serves it under any name.
        one = served.models[0]
        found.append(served.with_model(of_props(one, props), one.name))
        text = {"content": "\n".join(tokens), "add_special": False, "with_pieces": True}
        answer, _ = await ask("/tokenize", text)
        if isinstance(answer.get("tokens"), list):
            found.append(found[-1].with_model(of_pieces(found[-1].models[0], tokens, answer)))


async def _vllm(ask: _Ask, model: str, tokens: Sequence[str], found: list[Served]) -> None:
    version, _ = await ask("/version")
    served = Served(
        "vllm", str(version.get("version") or "")[:40], found[-1].models if found else ()
    )
    found.append(served)
    one = served.model(model) if model else served.models[0] if len(served.models) == 1 else None
    if one is not None:
        asked = [
            {"model": one.name, "prompt": token, "add_special_tokens": False} for token in tokens
        ]
        answers = [
            answer
            for answer, _ in await asyncio.gather(*(ask("/tokenize", each) for each in asked))
        ]
        if tokens and all(isinstance(answer.get("tokens"), list) for answer in answers):
            found.append(found[-1].with_model(of_vocabulary(one, tokens, answers)))


async def _sglang(ask: _Ask, _model: str, _tokens: Sequence[str], found: list[Served]) -> None:
    info, _ = await ask("/get_server_info")
    version = info.get("version")
    found.append(Served("sglang", str(version or "")[:40], found[-1].models if found else ()))


async def _lm_studio(ask: _Ask, _model: str, _tokens: Sequence[str], found: list[Served]) -> None:
    listed, _ = await ask("/api/v0/models")
    if models := lm_studios_models(listed):
        found.append(Served("lm-studio", models=models))


_MOST_SHOWN = 20
"""Models of Ollama's that are looked into one by one."""

_BY_KIND = {
    "ollama": _ollama,
    "llama.cpp": _llama_cpp,
    "vllm": _vllm,
    "sglang": _sglang,
    "lm-studio": _lm_studio,
}
