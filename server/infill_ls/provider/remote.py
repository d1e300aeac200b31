"""A model behind a wire: a request per prompt, its deadlines, errors in the user's words. Opens no socket itself."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus

from infill_ls.errors import ProviderError, ServiceFailed, TimedOut, WrongAddress
from infill_ls.provider.arrived import Head
from infill_ls.provider.endpoint import Endpoint
from infill_ls.provider.error_map import (
    inside,
    is_loading,
    refusal,
    said,
    window_sentence,
)
from infill_ls.provider.http import Exchange, Http
from infill_ls.provider.key import ApiKey
from infill_ls.provider.loading import AGAIN_S, Loading
from infill_ls.provider.negotiate import Form, mend, window_characters
from infill_ls.provider.pace import Pace
from infill_ls.provider.payloads import (
    NotJson,
    Payload,
    PayloadDecoder,
    as_one,
    first_payload,
    page_title,
)
from infill_ls.provider.retry_after import retry_after
from infill_ls.provider.wait import Wait
from infill_ls.records import Chunk, Prompt

_LONGEST_REFUSAL = 64 * 1024
_BYTES_PER_TOKEN, _BYTES_BESIDE = 4 * 1024, 256 * 1024
"""What an answer may take for each token that was asked for, each in an event of its own, and beside."""
_SHORTEST_SECRET = 8
_BROKEN = "\ufffd"
_ANSWERS = frozenset({"choices", "output", "response"})
"""What a payload has that is part of a completion, wire by wire."""


class RemoteProvider:
    """Asks one model at one address. The key goes there and nowhere else."""

    def __init__(self, endpoint: Endpoint, http: Http, key: ApiKey) -> None:
        self.endpoint = endpoint
        self._http = http
        self._key = key
        self._form = Form(
            endpoint.wire,
            most_characters=endpoint.most_characters,
            window=endpoint.settings.context_tokens,
        )
        self.pace = Pace()
        """How fast the model reads."""
        target = endpoint.target
        load = (
            self._load
            if target.service.loads_alone and target.model and endpoint.settings.warm != "off"
            else None
        )
        self._loading = Loading(
            self._wait_until_healthy if target.service.health else load,
            target.model,
            target.host,
            endpoint.news.loading,
            blocks=load is not None,
        )

    @property
    def parts(self) -> tuple[Endpoint, Http, ApiKey]:
        """What it asks with, for what asks the same service in another way."""
        return self.endpoint, self._http, self._key

    @property
    def model(self) -> str:
        return self.endpoint.target.model

    @property
    def paused(self) -> bool:
        return self._key.pending or self._loading.pending

    async def stream(self, prompt: Prompt) -> AsyncGenerator[Chunk, None]:
        # Not waited for: a password manager may be waiting for its user.
        key = self._key.at_once()
        self._loading.check()
        wait = Wait(self.endpoint.settings.timeout_s, self.endpoint.target.host)
        while True:
            form, begun = self._form, False
            fitted = form.fit(prompt, self.pace.per_token(prompt.context.language))
            try:
                async with aclosing(self._ask(form, fitted, key, wait)) as chunks:
                    async for chunk in chunks:
                        begun = begun or bool(chunk.text or chunk.calls)
                        yield chunk
            except TimedOut:
                if not begun:
                    self._loading.begin()
                raise
            except _Refused as refused:
                if is_loading(refused.error, refused.payload):
                    raise self._loading.said() from None
                if begun or not self._mended(form, refused, fitted):
                    raise refused.error from None
            else:
                return

    async def warm(self) -> None:
        # What goes wrong here goes wrong again at the first request, which has someone to tell.
        await asyncio.gather(self._http.warm(), self._key.value(), return_exceptions=True)
        self._loading.begin()
        await self._loading.wait()

    async def aclose(self) -> None:
        await self._loading.aclose()
        await self._key.aclose()
        await self._http.aclose()

    async def _ask(
        self, form: Form, prompt: Prompt, key: str | None, wait: Wait
    ) -> AsyncGenerator[Chunk, None]:
        usage = reading = None
        exchange = await wait.on(self._post(form, prompt, key))
        try:
            head = await wait.on(exchange.head())
            if head.status != 200:
                raise await self._refusal(head, exchange, wait, key)
            read = form.wire.reader()
            async with aclosing(self._payloads(exchange, wait, key)) as arriving:
                async for payloads in arriving:
                    chunk = as_one([read(payload) for payload in payloads])
                    usage, reading = chunk.usage or usage, chunk.reading or reading
                    whole, broken, _ = chunk.text.partition(_BROKEN)
                    if broken:
                        # Half a character, cut by a limit or made up: nothing behind it is worth showing.
                        yield replace(
                            chunk, text=whole, finish="length" if prompt.mode == "fim" else "stop"
                        )
                        return
                    wait.saw(chunk)
                    yield chunk
        finally:
            self.pace.heard(prompt.context.language, prompt.n_characters, usage, reading)
            if wait.answered:
                exchange.drain()
            await exchange.aclose()

    def _mended(self, form: Form, refused: _Refused, prompt: Prompt) -> bool:
        """Whether to ask again. Another request may have mended the form while this one was under way."""
        if self._form is form:
            mended = mend(form, *said(refused.payload), prompt)
            if mended is None:
                return False
            room = window_characters(mended.window, prompt.max_tokens, per_token=1)
            if room and mended.most_characters is not None:
                self.pace.correct(prompt.context.language, mended.most_characters / room)
            if mended.window is not None and mended.window != form.window:
                self.endpoint.news.noted(window_sentence(self.endpoint.target, mended.window))
            self._form = mended
        return True

    async def _load(self) -> None:
        """Have the server load the model, by a request without a prompt, and wait for it."""
        target, settings = self.endpoint.target, self.endpoint.settings
        content = json.dumps(
            {"model": target.model, "keep_alive": settings.warm, "stream": False}
        ).encode()
        url = self.endpoint.address.base + target.service.infill_path
        exchange = await self._http.open(
            "POST", url, self.endpoint.headers(self._key.at_once()), content, most=_BYTES_BESIDE
        )
        try:
            while await exchange.read():
                pass
        finally:
            exchange.drain()
            await exchange.aclose()

    async def _wait_until_healthy(self) -> None:
        """Wait while the server says that it is still loading its model."""
        url = self.endpoint.address.base + self.endpoint.target.service.health
        while True:
            exchange = await self._http.open(
                "GET", url, self.endpoint.headers(None), b"", most=_BYTES_BESIDE
            )
            try:
                status = (await exchange.head()).status
            finally:
                exchange.drain()
                await exchange.aclose()
            if status != HTTPStatus.SERVICE_UNAVAILABLE:
                return
            self._loading.said()
            await asyncio.sleep(AGAIN_S)

    async def _post(self, form: Form, prompt: Prompt, key: str | None) -> Exchange:
        endpoint, wire = self.endpoint, form.wire
        headers = self.endpoint.headers(
            key, **{"accept": "text/event-stream", **wire.headers, **self.endpoint.urgency(prompt)}
        )
        body = wire.body(prompt, endpoint.settings, self.model)
        # A file name that is no text holds lone surrogates, which UTF-8 cannot.
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(
            errors="replace"
        )
        most = _BYTES_BESIDE + _BYTES_PER_TOKEN * prompt.max_tokens
        return await self._http.open(
            "POST", endpoint.address.base + wire.path, headers, content, most=most
        )

    async def _payloads(
        self, exchange: Exchange, wait: Wait, key: str | None
    ) -> AsyncGenerator[list[Payload], None]:
        """What arrives, together where it arrives together: an answer that is all there is read in one go."""
        answer = PayloadDecoder()
        secrets = self._secrets(key)
        completions = 0
        while not answer.done:
            try:
                data = await wait.on(exchange.read())
            except ProviderError:
                if wait.answered:
                    return
                raise
            arrived: list[Payload] = []
            for payload in self._decoded(answer, data):
                if (
                    error := inside(payload, self.endpoint.target, answer.status, secrets)
                ) is not None:
                    if arrived:
                        yield arrived
                    raise _Refused(error, payload)
                wait.heard(payload)
                completions += not _ANSWERS.isdisjoint(payload)
                arrived.append(payload)
            if arrived:
                yield arrived
            if not data:
                break
        wait.answered = True
        if not completions:
            raise ServiceFailed(self._no_completion("nothing that contains a completion"))

    def _decoded(self, answer: PayloadDecoder, data: bytes) -> list[Payload]:
        try:
            return answer.feed(data) if data else answer.flush()
        except NotJson as error:
            raise WrongAddress(self._no_completion(str(error))) from None

    async def _refusal(
        self, head: Head, exchange: Exchange, wait: Wait, key: str | None
    ) -> _Refused:
        body = b""
        # A refusal that breaks off or comes too slowly is still a refusal: the status says enough.
        with contextlib.suppress(ProviderError):
            while len(body) < _LONGEST_REFUSAL and (data := await wait.on(exchange.read())):
                body += data
        payload = first_payload(body) or page_title(body)
        target = (
            self.endpoint.target
            if key is not None
            else replace(self.endpoint.target, has_key=False)
        )
        error = refusal(
            head.status, payload, target, retry_after(head.headers), secrets=self._secrets(key)
        )
        return _Refused(error, payload)

    def _secrets(self, key: str | None) -> list[str]:
        """What a sentence must not repeat. Headers may hold a key under another name; short words are none."""
        words = [word for _, value in self.endpoint.settings.headers for word in value.split()]
        secrets = [word for word in words if len(word) >= _SHORTEST_SECRET]
        return secrets if key is None else [key, *secrets]

    def _no_completion(self, instead: str) -> str:
        return (
            f"{self.endpoint.target.host} answers with {instead}: check whether provider.base_url is the address "
            f"of {self.endpoint.wire.name}."
        )


class _Refused(Exception):
    """The service said no, in words that may tell how to ask instead."""

    def __init__(self, error: ProviderError, payload: Payload) -> None:
        super().__init__(str(error))
        self.error = error
        self.payload = payload
