"""What servers of many people are sent beside the prompt: a name that says nothing, how urgent it is, a salt."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from infill_ls.errors import SettingsError
from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.build import remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.workspace.session_name import session_name
from support.engines.raw_server import STREAM_END, STREAM_HEAD, piece, raw_server

ANSWER = [STREAM_HEAD, piece('data: {"choices": [{"text": "1", "finish_reason": "stop"}]}\n\n'), STREAM_END]
CONTEXT = Context("x = ", "\n", "a.py", "python")


async def sent(kind, urgency=None, **values):
    """Headers and body of one request."""
    async with raw_server(ANSWER) as server:
        settings = ProviderSettings(kind=kind, base_url=server.url, model="qwen2.5-coder", **values)
        route = choose(settings)
        provider = remote(settings, {f"{kind.upper()}_API_KEY": "sk"}, model=route.model, mode=route.mode)
        prompt = replace(build(CONTEXT, route.mode, route.family, max_tokens=8), **(urgency or {}))
        assert [chunk.text async for chunk in provider.stream(prompt)]
        await provider.aclose()
    (request,) = server.requests
    return request.headers, json.loads(request.body)


ROUTED = {"llama.cpp": True, "vllm": True, "sglang": True, "litellm": True, "openai": True, "ollama": False}
ROUTED |= {"lm-studio": False, "fireworks": False, "together": False}


@pytest.mark.parametrize("kind", ROUTED)
async def test_servers_of_ones_own_are_sent_the_session(kind):
    headers, _ = await sent(kind, session="desk-14")
    assert headers.get("x-session-id") == ("desk-14" if ROUTED[kind] else None)
    # A router takes a number that is new with each request for the session where there is no other.
    assert not {"x-request-id", "x-correlation-id", "x-user-id", "x-tenant-id", "x-trace-id"} & set(headers)


async def test_no_session_is_sent_where_it_is_off_and_ones_own_header_wins():
    assert "x-session-id" not in (await sent("vllm", session="off"))[0]
    headers, _ = await sent("vllm", session="desk-14", headers=(("X-Session-ID", "mine"),))
    assert headers["x-session-id"] == "mine"


URGENCY = {"somebody asked": ({"explicit": True}, "0"), "while typing": ({}, "10"), "ahead": ({"ahead": True}, "20")}


@pytest.mark.parametrize(("urgency", "number"), URGENCY.values(), ids=URGENCY)
async def test_vllm_is_told_how_urgent_a_request_is(urgency, number):
    assert (await sent("vllm", urgency))[0]["x-vllm-priority"] == number
    assert "x-vllm-priority" not in (await sent("openai", urgency))[0]


async def test_a_salt_goes_to_vllm_alone():
    assert (await sent("vllm", cache_salt="ours"))[1]["cache_salt"] == "ours"
    assert "cache_salt" not in (await sent("vllm"))[1]
    assert "cache_salt" not in (await sent("openai", cache_salt="ours"))[1]


@pytest.mark.parametrize(
    "values", [{"session": "a\nb"}, {"session": "me@home"}, {"cache_salt": "a/b"}, {"session": ""}]
)
def test_what_cannot_be_sent_is_said(values):
    settings = ProviderSettings(kind="vllm", model="qwen2.5-coder", **values)
    with pytest.raises(SettingsError, match=r"provider\.(session|cache_salt)"):
        remote(settings, {}, model="m", mode="fim")


def test_the_name_of_a_workspace_stays_and_says_nothing(tmp_path):
    path = tmp_path / "cache" / "seed"
    name = session_name(("/home/jane/secret-project",), str(path))

    assert name == session_name(("/home/jane/secret-project",), str(path))
    assert name != session_name(("/home/jane/other",), str(path))
    assert name != session_name(("/home/jane/secret-project",), str(tmp_path / "another-machine"))
    assert len(name) == 32
    assert int(name, 16)
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("torn")
    assert len(session_name((), str(path))) == 32


def test_where_nothing_can_be_kept_there_is_a_name_all_the_same(tmp_path):
    (tmp_path / "file").write_text("")
    assert len(session_name((), str(tmp_path / "file" / "seed"))) == 32
