"""What goes wrong on purpose, and what the emulator's log tells of it: times, closed connections, concurrency."""

from __future__ import annotations

import asyncio
import ssl
import time

import httpx
import pytest

from support.model_studio import failures
from support.model_studio.emulator import Emulator, Redirect, Reply

BODY = {"model": "qwen-coder-turbo", "prompt": "<|fim_prefix|>a<|fim_suffix|>b<|fim_middle|>", "stream": True}


@pytest.fixture
def studio():
    with Emulator(api_key=None) as emulator:
        yield emulator


async def read_until(client: httpx.AsyncClient, studio: Emulator, characters: int) -> None:
    """Ask, read until so much of the answer has been sent, and close the connection."""
    async with client.stream("POST", studio.base_url + "/completions", json=BODY) as response:
        async for _ in response.aiter_raw():
            if studio.requests[-1].characters_sent >= characters:
                return


LEFT_WHILE = {
    "between chunks": (Reply("x" * 1000, chunk_s=0.02, chunk_size=1), 3),
    "hanging in the middle": (Reply("x" * 8, trouble="hang", after=4, chunk_size=4), 4),
}


@pytest.mark.parametrize(("reply", "characters"), LEFT_WHILE.values(), ids=LEFT_WHILE.keys())
async def test_a_client_that_leaves_is_seen_at_once(studio, reply, characters):
    """The log says that the client closed, when, and how much it had been sent by then."""
    studio.script(reply)
    async with httpx.AsyncClient() as client:
        await read_until(client, studio, characters)
        left_at = time.monotonic()
    await studio.until(lambda: studio.requests[0].over)
    (call,) = studio.requests
    assert call.closed_by_client
    assert call.finished_at is None
    assert call.closed_at - left_at < 0.5
    assert characters <= call.characters_sent < 100
    assert studio.running == 0


WAITING = {
    "before the first token": Reply("x", first_token_s=60),
    "without headers": Reply("x", trouble="hang"),
}


@pytest.mark.parametrize("reply", WAITING.values(), ids=WAITING.keys())
async def test_a_client_that_gives_up_waiting(studio, reply):
    """A request that has got no headers yet can be left, too."""
    studio.script(reply)
    async with httpx.AsyncClient() as client:
        asking = asyncio.create_task(client.post(studio.base_url + "/completions", json=BODY))
        await studio.until(lambda: studio.running == 1)
        asking.cancel()
        await asyncio.wait({asking})
    await studio.until(lambda: studio.requests[0].closed_by_client)
    assert studio.requests[0].status is None


async def test_concurrency_is_counted(studio):
    """Three requests at once are three running; the peak outlives them."""
    studio.default = Reply("x", trouble="hang")
    async with httpx.AsyncClient() as client:
        asking = [asyncio.create_task(client.post(studio.base_url + "/completions", json=BODY)) for _ in range(3)]
        await studio.until(lambda: studio.running == 3)
        for task in asking:
            task.cancel()
        await asyncio.wait(asking)
    await studio.until(lambda: studio.running == 0)
    assert [call.running for call in studio.requests] == [1, 2, 3]
    assert studio.peak_running == 3
    assert len({call.connection for call in studio.requests}) == 3


def test_a_connection_is_told_by_its_port(studio):
    """Requests of one client share a connection, which stays open between them and is gone afterwards."""
    with httpx.Client() as client:
        for _ in range(3):
            client.post(studio.base_url + "/completions", json=BODY)
        assert studio.open_connections == 1
    assert len({call.connection for call in studio.requests}) == 1
    assert studio.connections_made == 1
    studio.wait_for(lambda: studio.open_connections == 0)


def test_times(studio):
    """First token and chunks come when the reply says, and the log has the same times."""
    studio.script(Reply("abcdef", first_token_s=0.1, chunk_s=0.05, chunk_size=2))
    started = time.monotonic()
    httpx.post(studio.base_url + "/completions", json=BODY)
    (call,) = studio.requests
    studio.wait_for(lambda: call.over)  # the log may be a moment behind the client
    assert started <= call.received_at
    assert call.first_sent_at - call.received_at > 0.09
    assert call.finished_at - call.first_sent_at > 0.09
    assert (call.status, call.characters_sent, call.closed_by_client) == (200, 6, False)


BROKEN = {
    "in place of the headers": (Reply("x", trouble="close"), httpx.RemoteProtocolError),
    "in the middle": (Reply("x" * 20, trouble="close", after=8), httpx.RemoteProtocolError),
}


@pytest.mark.parametrize(("reply", "error"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_connections(studio, reply, error):
    """The emulator closes the connection; the log does not blame the client."""
    studio.script(reply)
    with pytest.raises(error):
        httpx.post(studio.base_url + "/completions", json=BODY)
    studio.wait_for(lambda: studio.requests[0].over)
    (call,) = studio.requests
    assert (call.closed_by_client, call.finished_at) == (False, None)
    assert call.characters_sent == (reply.after or 0)


def test_error_with_status_200(studio):
    """Some gateways answer 200 with the code in the body, without an envelope."""
    studio.script(Reply(trouble=failures.FAILED_WITH_200))
    response = httpx.post(studio.base_url + "/completions", json=BODY)
    assert (response.status_code, response.json()["code"]) == (200, "InternalError")


def test_redirect_goes_where_it_is_told():
    """A redirect names another emulator; one that is not followed leaves that one alone."""
    with Emulator() as elsewhere, Emulator(api_key=None) as studio:
        studio.script(Reply(trouble=Redirect(elsewhere.base_url + "/completions")))
        response = httpx.post(studio.base_url + "/completions", json=BODY)
        assert (response.status_code, response.headers["location"]) == (307, elsewhere.base_url + "/completions")
        assert elsewhere.requests == ()


def test_a_function_in_the_script_sees_the_request(studio):
    """A step of the script may depend on what was asked, and a reset forgets everything."""
    studio.script(lambda call: call.question.prefix.upper(), "second")
    for expected in ("A", "second", ""):
        body = BODY | {"stream": False}
        assert httpx.post(studio.base_url + "/completions", json=body).json()["choices"][0]["text"] == expected
    studio.reset()
    assert (studio.requests, studio.peak_running) == ((), 0)


def test_a_mistake_in_the_script_is_raised():
    """A step that fails is the client's status 500, and the test's own error in the end."""

    def ask() -> None:
        with Emulator(api_key=None) as studio:
            studio.script(lambda call: call.body["nothing"])
            assert httpx.post(studio.base_url + "/completions", json=BODY).status_code == 500

    with pytest.raises(KeyError, match="nothing"):
        ask()


def test_headers_and_body_are_in_the_log(studio):
    """What the client sent is there to be looked at."""
    httpx.post(studio.base_url + "/completions", json=BODY, headers={"X-Extra": "1"})
    (call,) = studio.requests
    assert (call.method, call.path, call.headers["x-extra"], call.body) == (
        "POST",
        "/compatible-mode/v1/completions",
        "1",
        BODY,
    )
    assert call.prompt == BODY["prompt"]
    assert (call.question.prefix, call.question.suffix) == ("a", "b")


def test_waiting_in_vain(studio):
    """What never becomes true ends in an error that shows what was seen."""
    with pytest.raises(TimeoutError, match="still false after"):
        studio.wait_for(lambda: False, 0.01)


def test_tls():
    """With TLS, only a client that trusts the emulator's own authority gets through."""
    pytest.importorskip("trustme")
    with Emulator(api_key=None, tls=True) as studio:
        trusting = ssl.create_default_context(cafile=str(studio.ca_file))
        assert httpx.post(studio.base_url + "/completions", json=BODY, verify=trusting).status_code == 200
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.post(studio.base_url + "/completions", json=BODY)


def test_stopping_does_not_wait_for_hanging_requests():
    """The emulator ends although a client still waits, and the client sees its connection go."""
    with httpx.Client() as client:
        with Emulator(api_key=None) as studio:
            studio.script(Reply("x" * 20, trouble="hang", after=8))
            stream = client.stream("POST", studio.base_url + "/completions", json=BODY)
            response = stream.__enter__()
            stopping_at = time.monotonic()
        assert time.monotonic() - stopping_at < 5
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            response.read()
        stream.__exit__(None, None, None)
