"""A remote provider against a server that sends exactly the bytes written here."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import sys
from asyncio.subprocess import PIPE
from contextlib import aclosing, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from infill_ls import errors
from infill_ls.messages import Message
from infill_ls.provider.build import remote
from infill_ls.records import Chunk, Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from infill_ls.tokens import Usage
from support.engine.fakes import until
from support.engines.raw_server import CLOSE, HANG, STREAM_END, STREAM_HEAD, TURN, piece, raw_server, response

CONTEXT = Context(prefix="def f():\n    ", suffix="\n", path="a.py", language="python")
FIM = Prompt("fim", CONTEXT, text="<|fim_prefix|>def f():\n    <|fim_suffix|>")
PARTIAL = Prompt(
    "partial", CONTEXT, messages=(Message("user", "go"), Message("assistant", "def f():\n    ", partial=True))
)
KEY = "sk-very-secret"
CERTIFICATES = Path(__file__).parents[1] / "data" / "tls"


def text(value, finish=None):
    return json.dumps({"choices": [{"text": value, "index": 0, "finish_reason": finish}]})


def events(*payloads):
    return [piece(f"data: {payload}\n\n") for payload in payloads]


USAGE = json.dumps({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}})
GOOD_EVENTS = (text("re"), text("turn", "stop"), USAGE, "[DONE]")
GOOD = [STREAM_HEAD, *events(*GOOD_EVENTS), STREAM_END]


def provider_for(server, mode="fim", environ=None, **values):
    settings = {"kind": "openai", "base_url": server.url, **values}
    return remote(
        ProviderSettings(**settings), {"INFILL_LS_API_KEY": KEY} if environ is None else environ, model="m", mode=mode
    )


async def answer(provider, prompt=FIM):
    return [chunk async for chunk in provider.stream(prompt)]


async def rest(provider, said):
    """Wait until its connections are in that state."""
    await until(lambda: said in repr(provider.parts[1]))


async def texts(provider, prompt=FIM):
    return "".join(chunk.text for chunk in await answer(provider, prompt))


def body(*parts):
    return response("200 OK", "".join(parts).encode(), "Content-Type: application/json")


ANSWERS = {
    "in one piece": GOOD,
    "piece by piece": [STREAM_HEAD, *(step for part in GOOD[1:] for step in (part, TURN))],
    "byte by byte": [b"".join(GOOD)[i : i + 1] for i in range(len(b"".join(GOOD)))],
    "with heart-beats": [STREAM_HEAD, piece(": hi\n\n\n"), *GOOD[1:3], piece("\n"), *GOOD[3:]],
    "without [DONE]": [STREAM_HEAD, *events(text("re"), text("turn", "stop"), USAGE), STREAM_END],
    "without [DONE] and end": [STREAM_HEAD, *events(text("re"), text("turn", "stop"), USAGE), HANG],
    "broken off after its end": [STREAM_HEAD, *events(text("re"), text("turn", "stop"), USAGE), CLOSE],
    "until the connection closes": [b"HTTP/1.1 200 OK\r\n\r\ndata: " + f"{text('return', 'stop')}\n\ndata: {USAGE}".encode(), CLOSE],
    "not streamed": [body('{"choices": [{"text": "return", "finish_reason": "stop"}], "usage": {"prompt_tokens": 5, "completion_tokens": 2}}')],
}  # fmt: skip


@pytest.mark.parametrize("script", ANSWERS.values(), ids=ANSWERS.keys())
async def test_every_way_to_send_an_answer_gives_the_same_one(script):
    async with raw_server(script) as server:
        provider = provider_for(server)
        chunks = await answer(provider)
        await provider.aclose()

    assert "".join(chunk.text for chunk in chunks) == "return"
    assert [chunk.finish for chunk in chunks if chunk.finish] == ["stop"]
    assert [chunk.usage for chunk in chunks if chunk.usage] == [Usage(5, 0, 2)]


async def test_a_request_holds_what_it_should_and_goes_where_it_should():
    async with raw_server(GOOD) as server:
        provider = provider_for(server, headers=(("X-Team", "a"),))
        await answer(provider)
        await provider.aclose()

    (request,) = server.requests
    assert request.line == "POST /v1/completions HTTP/1.1"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["x-team"] == "a"
    assert request.headers["accept-encoding"] == "identity"
    assert json.loads(request.body)["prompt"] == FIM.text


async def test_without_a_key_none_is_sent():
    async with raw_server(GOOD) as server:
        provider = provider_for(server, environ={})
        await answer(provider)
        await provider.aclose()

    assert "authorization" not in server.requests[0].headers


async def test_the_users_own_headers_win():
    async with raw_server(GOOD) as server:
        provider = provider_for(server, headers=(("AUTHORIZATION", "Basic abc"),))
        await answer(provider)
        await provider.aclose()

    assert server.requests[0].headers["authorization"] == "Basic abc"


async def test_a_name_that_is_no_text_does_not_stop_a_request():
    async with raw_server(GOOD) as server:
        provider = provider_for(server)
        assert await texts(provider, replace(FIM, text="caf\udce9 \u2028 \U0001f600")) == "return"
        await provider.aclose()

    assert json.loads(server.requests[0].body)["prompt"] == "caf? \u2028 \U0001f600"


async def test_partial_mode_asks_the_chat_endpoint():
    delta = json.dumps({"choices": [{"delta": {"content": "pass", "reasoning_content": "hm"}}]})
    async with raw_server([STREAM_HEAD, *events(delta, "[DONE]"), STREAM_END]) as server:
        provider = provider_for(server, mode="partial")
        chunks = await answer(provider, PARTIAL)
        await provider.aclose()

    assert chunks == [Chunk("pass", reasoning="hm")]
    assert server.requests[0].line.startswith("POST /v1/chat/completions ")
    assert json.loads(server.requests[0].body)["messages"][-1]["partial"] is True


TOGETHER = {
    "all of it": ([*events(*GOOD_EVENTS), STREAM_END], ["return"], None),
    "text, then an error": (events(text("re"), text("turn"), '{"error":{"message":"overloaded"}}'), ["return"], errors.ServiceFailed),
    "text, then the line is dead": (events(text("re"), text("turn")), ["return"], errors.ServiceFailed),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "given", "then"), TOGETHER.values(), ids=TOGETHER.keys())
async def test_what_arrives_together_is_given_together_and_before_what_went_wrong(sent, given, then):
    async with raw_server([b"".join([STREAM_HEAD, *sent]), CLOSE]) as server:
        provider = provider_for(server)
        chunks = []
        with pytest.raises(then) if then else nullcontext():
            async for chunk in provider.stream(FIM):
                chunks.append(chunk)  # noqa: PERF401  # what came before the error counts
        await provider.aclose()

    assert [chunk.text for chunk in chunks] == given
    assert then or (chunks[0].finish, chunks[0].usage) == ("stop", Usage(5, 0, 2))


async def test_five_answers_read_to_their_end_share_a_connection():
    async with raw_server(GOOD) as server:
        provider = provider_for(server)
        for _ in range(5):
            assert await texts(provider) == "return"
        await provider.aclose()

    assert (server.connections, len(server.requests)) == (1, 5)


async def test_the_end_of_an_answer_may_come_after_its_last_event():
    late = asyncio.Event()
    async with raw_server([*GOOD[:-1], late, GOOD[-1]], GOOD) as server:
        provider = provider_for(server)
        assert await texts(provider) == "return"
        late.set()
        await rest(provider, "running=0")
        assert await texts(provider) == "return"
        await provider.aclose()

    assert server.connections == 1


async def test_an_end_that_never_comes_costs_the_connection_and_no_more():
    async with raw_server([*GOOD[:-1], HANG]) as server:
        provider = provider_for(server)
        assert await texts(provider) == "return"
        await asyncio.wait_for(server.hung_up.wait(), 2)
        await provider.aclose()


async def test_a_kept_connection_that_died_is_replaced_unseen():
    async with raw_server(GOOD, [CLOSE], GOOD) as server:
        provider = provider_for(server)
        assert [await texts(provider), await texts(provider)] == ["return", "return"]
        await provider.aclose()

    assert (server.connections, len(server.requests)) == (2, 3)


HANGING = {
    "before the head": [HANG],
    "after the head": [STREAM_HEAD, HANG],
    "between pieces": [STREAM_HEAD, *events(text("re")), HANG],
}


@pytest.mark.parametrize("script", HANGING.values(), ids=HANGING.keys())
async def test_cancelling_closes_the_connection_at_once(script):
    async with raw_server(script) as server:
        provider = provider_for(server)
        asking = asyncio.create_task(answer(provider))
        await server.arrived.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        asking.cancel()
        await asyncio.wait_for(server.hung_up.wait(), 0.1)
        assert asking.done() or await asyncio.wait({asking})
        assert asking.cancelled()
        await provider.aclose()


async def test_closing_the_generator_closes_the_connection_at_once():
    async with raw_server(HANGING["between pieces"]) as server:
        provider = provider_for(server)
        async with aclosing(provider.stream(FIM)) as chunks:
            assert await anext(chunks) == Chunk("re")
        await asyncio.wait_for(server.hung_up.wait(), 0.1)
        await provider.aclose()


async def test_closing_the_provider_closes_its_connections():
    async with raw_server([HANG]) as server:
        provider = provider_for(server)
        asking = asyncio.create_task(answer(provider))
        await server.arrived.wait()
        await provider.aclose()
        await asyncio.wait_for(server.hung_up.wait(), 0.1)
        await provider.aclose()
        with pytest.raises(errors.ServiceFailed):
            await asking


REFUSALS = {
    "401": ([response("401 Unauthorized", b'{"error":{"message":"no ' + KEY.encode() + b'","code":"invalid_api_key"}}')], errors.Unauthorized, "INFILL_LS_API_KEY"),
    "404": ([response("404 Not Found", b"<html>")], errors.ModelNotFound, "base_url"),
    "404 of a model": ([response("404 Not Found", b'{"error":{"message":"The model does not exist"}}')], errors.ModelNotFound, "provider.model"),
    "500 that hangs": ([b"HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\n{", HANG], errors.ServiceFailed, "500"),
    "redirect": ([response("302 Found", b"", "Location: http://127.0.0.1:1/v1/completions")], errors.WrongAddress, "another address"),
    "HTML": ([response("200 OK", b"<!doctype html><title>hi</title>", "Content-Type: text/html")], errors.WrongAddress, "HTML page"),
    "other JSON": ([body('{"models": []}')], errors.ServiceFailed, "OpenAI-compatible"),
    "no JSON": ([body("{")], errors.WrongAddress, "no JSON"),
    "empty": ([response("200 OK", b"")], errors.ServiceFailed, "OpenAI-compatible"),
    "HTTP 200 with a code": ([body('{"code":"InvalidApiKey","message":"bad"}')], errors.Unauthorized, "bad"),
    "error in the stream": ([STREAM_HEAD, *events(text("re"), '{"error":{"message":"' + KEY + ' overloaded"}}'), STREAM_END], errors.ServiceFailed, "overloaded"),
    "broken off": ([STREAM_HEAD, *events(text("re")), CLOSE], errors.ServiceFailed, "broke off"),
    "no HTTP": ([b"SSH-2.0-OpenSSH\r\n", CLOSE], errors.ServiceFailed, "not speak HTTP"),
    "hangs at once": ([HANG], errors.TimedOut, "first_token"),
    "heart-beats alone": ([STREAM_HEAD, piece(": hi\n\n"), HANG], errors.TimedOut, "first_token"),
    "empty chunks alone": ([STREAM_HEAD, *events(text("")), HANG], errors.TimedOut, "first_token"),
    "stalls": ([STREAM_HEAD, *events(text("re")), HANG], errors.TimedOut, "total"),
}  # fmt: skip


@pytest.mark.parametrize(("script", "kind", "says"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_what_goes_wrong_is_an_error_with_cause_and_remedy(script, kind, says):
    async with raw_server(script) as server:
        provider = provider_for(server, timeout_s=Timeouts(connect=1, first_token=0.15, total=0.3))
        with pytest.raises(kind, match=says) as caught:
            await answer(provider)
        await provider.aclose()

    assert type(caught.value) is kind
    assert KEY not in str(caught.value)
    assert len(server.requests) == (2 if kind is errors.ServiceFailed and says == "not speak HTTP" else 1)


async def test_a_limit_tells_how_long_to_wait():
    async with raw_server([response("429 Too Many", b"{}", "Retry-After: 7")]) as server:
        provider = provider_for(server)
        with pytest.raises(errors.RateLimited) as caught:
            await answer(provider)
        await provider.aclose()

    assert caught.value.retry_after_s == 7


async def test_a_redirect_is_not_followed_with_the_key():
    async with raw_server(GOOD) as other:
        location = f"Location: {other.url}/v1/completions"
        async with raw_server([response("307 Temporary", b"", location)]) as server:
            provider = provider_for(server)
            with pytest.raises(errors.WrongAddress):
                await answer(provider)
            await provider.aclose()

    assert other.connections == 0


UNREACHABLE = {
    "nobody listens": ("http://127.0.0.1:1", errors.ConnectionRefused, "127.0.0.1:1"),
    "nobody listens at either address": ("http://localhost:1", errors.ConnectionRefused, "localhost:1"),
    "no such host": ("http://no-such-host.invalid", errors.WrongAddress, "no-such-host.invalid"),
}


@pytest.mark.parametrize(("url", "kind", "says"), UNREACHABLE.values(), ids=UNREACHABLE.keys())
async def test_a_place_that_cannot_be_reached_is_told_apart(url, kind, says):
    provider = remote(ProviderSettings(kind="openai", base_url=url), {}, model="m", mode="fim")
    await provider.warm()
    with pytest.raises(kind, match=says):
        await answer(provider)
    await provider.aclose()


async def test_a_proxy_is_used_and_its_password_kept_to_itself():
    async with raw_server([response("407 Login", b"")]) as proxy:
        url = proxy.url.replace("http://", "http://me:hunter2@")
        settings = ProviderSettings(kind="openai", base_url="http://far.invalid", proxy=url)
        provider = remote(settings, {}, model="m", mode="fim")
        with pytest.raises(errors.Unauthorized, match="proxy") as caught:
            await answer(provider)
        await provider.aclose()

    assert proxy.requests[0].line == "POST http://far.invalid/v1/completions HTTP/1.1"
    assert "hunter2" not in str(caught.value)


ASK = """
import asyncio, sys
from infill_ls.provider.build import remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings

async def main():
    settings = ProviderSettings(kind="openai", base_url=sys.argv[1])
    provider = remote(settings, {}, model="m", mode="fim")
    async for chunk in provider.stream(Prompt("fim", Context("", "", "", ""))):
        print(end=chunk.text)
    await provider.aclose()

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("host", "environ", "proxied"),
    [
        ("far.invalid", {}, True),
        ("far.invalid", {"NO_PROXY": "invalid"}, False),
        ("127.0.0.1", {}, False),
    ],
    ids=["proxied", "NO_PROXY", "this machine"],
)
async def test_the_proxy_of_the_environment_serves_all_but_what_it_should_not(host, environ, proxied, tmp_path):
    async with raw_server(GOOD) as server, raw_server(GOOD) as proxy:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", ASK, server.url.replace("127.0.0.1", host)),
            env={**os.environ, "HTTP_PROXY": proxy.url, "http_proxy": proxy.url, "HOME": str(tmp_path), **environ},
            stdout=PIPE,
            stderr=PIPE,
        )
        output, _ = await process.communicate()

    assert len(proxy.requests) == proxied
    assert output.decode() == ("" if environ else "return")


async def test_a_proxy_that_is_none_is_named():
    settings = ProviderSettings(kind="openai", base_url="https://far.invalid", proxy="me:hunter2@proxy")
    provider = remote(settings, {}, model="m", mode="fim")
    with pytest.raises(errors.Unreachable, match=r"provider\.proxy") as caught:
        await answer(provider)
    await provider.aclose()

    assert "hunter2" not in str(caught.value)


def tls_server(*scripts):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATES / "loopback.pem")
    context.set_alpn_protocols(["h2", "http/1.1"])  # it speaks no HTTP/2, and nobody is to ask it for that
    return raw_server(*scripts, tls=context)


@pytest.mark.parametrize("where", ["setting", "environment"])
async def test_a_private_certificate_is_trusted_where_its_file_is_named(where):
    file = str(CERTIFICATES / "loopback-ca.pem")
    named = {"ca_bundle": file} if where == "setting" else {"environ": {"SSL_CERT_FILE": file}}
    async with tls_server([response("401 No", b"")], GOOD) as server:
        provider = provider_for(server, **named)
        await provider.warm()
        assert await texts(provider) == "return"
        await provider.aclose()

    assert server.connections == 1
    assert server.requests[0].line.startswith("HEAD ")
    assert "authorization" not in server.requests[0].headers


async def test_a_private_certificate_is_not_trusted_otherwise():
    async with tls_server(GOOD) as server:
        provider = provider_for(server)
        with pytest.raises(errors.TlsFailed, match=r"provider\.ca_bundle"):
            await answer(provider)
        await provider.aclose()

    assert not server.requests


async def stopped_once(provider):
    """Stop an answer in its middle, and wait for what is done about its connection."""
    async with aclosing(provider.stream(FIM)) as chunks:
        assert await anext(chunks) == Chunk("re")
    await rest(provider, "running=0, makes_spare=False")


async def test_a_connection_that_a_stopped_model_has_cost_is_made_anew_in_advance():
    """The next request finds it, and no key was sent for it."""
    async with tls_server(HANGING["between pieces"], [response("401 No", b"")], GOOD) as server:
        provider = provider_for(server, ca_bundle=str(CERTIFICATES / "loopback-ca.pem"))
        await stopped_once(provider)
        assert await texts(provider) == "return"
        await provider.aclose()

    assert [request.line.split()[0] for request in server.requests] == ["POST", "HEAD", "POST"]
    assert "authorization" not in server.requests[1].headers
    assert server.connections == 2


async def test_it_is_not_where_the_server_does_not_keep_it():
    closing = [response("401 No", b"", "Connection: close")]
    async with tls_server(HANGING["between pieces"], closing, HANGING["between pieces"], GOOD) as server:
        provider = provider_for(server, ca_bundle=str(CERTIFICATES / "loopback-ca.pem"))
        await stopped_once(provider)
        await stopped_once(provider)
        assert await texts(provider) == "return"
        await provider.aclose()

    assert [request.line.split()[0] for request in server.requests] == ["POST", "HEAD", "POST", "POST"]


async def test_none_is_made_without_handshakes_or_for_one_who_leaves():
    async with raw_server(HANGING["between pieces"]) as server:
        provider = provider_for(server)
        await stopped_once(provider)
        await provider.aclose()
    async with tls_server(HANGING["between pieces"]) as secure:
        provider = provider_for(secure, ca_bundle=str(CERTIFICATES / "loopback-ca.pem"))
        asking = asyncio.create_task(answer(provider))
        await secure.arrived.wait()
        await provider.aclose()
        await asyncio.wait({asking})
        asking.exception()

    assert [len(server.requests), len(secure.requests)] == [1, 1]


async def test_https_to_a_server_without_tls_says_so():
    async with raw_server([response("400 Bad Request", b""), CLOSE]) as server:
        provider = provider_for(server, base_url=server.url.replace("http:", "https:"))
        with pytest.raises(errors.TlsFailed, match="begin with http://"):
            await answer(provider)
        await provider.aclose()


async def test_a_host_that_takes_connections_and_says_nothing_is_not_called_a_tls_fault():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        settings = ProviderSettings(kind="openai", base_url=url, timeout_s=Timeouts(connect=0.1))
        provider = remote(settings, {}, model="m", mode="fim")
        with pytest.raises(errors.Unreachable, match="did not take the connection") as caught:
            await answer(provider)
        await provider.aclose()

    assert type(caught.value) is errors.Unreachable


async def test_a_missing_file_of_certificates_is_named():
    async with raw_server(GOOD) as server:
        provider = provider_for(server, base_url=server.url.replace("http:", "https:"), ca_bundle="/no/such/file.pem")
        with pytest.raises(errors.TlsFailed, match="ca_bundle"):
            await answer(provider)
        await provider.aclose()


async def test_model_studio_without_a_key_asks_nobody():
    async with raw_server(GOOD) as server:
        provider = provider_for(server, kind="model-studio", environ={})
        with pytest.raises(errors.Unauthorized, match="DASHSCOPE_API_KEY"):
            await answer(provider)
        await provider.aclose()

    assert server.connections == 0
