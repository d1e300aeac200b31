"""What a server may send that means harm, in generated variants: an outcome of a known size, and never a crash."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import math
import zlib

from hypothesis import example, given, settings
from hypothesis import strategies as st

from infill_ls import errors
from infill_ls.messages import Message
from infill_ls.provider.build import remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.provider_settings import ProviderSettings
from support.engines.raw_server import raw_server, response

PROMPT = Prompt("fim", Context("P", "S", "a.py", "python"), text="P")


def said(text, **more):
    return json.dumps({"choices": [{"text": text, "finish_reason": "stop"}]} | more).encode()


def ask(script, prompt=PROMPT, protocol="openai"):
    """What a provider gives for an answer: the chunks, and the error that ended them."""
    kind = {"openai": "openai", "dashscope": "model-studio"}[protocol]

    async def asked():
        async with raw_server(script) as server:
            own = ProviderSettings(kind=kind, base_url=server.url, protocol=protocol)
            provider = remote(own, {"DASHSCOPE_API_KEY": "k"}, model="m", mode=prompt.mode)
            chunks = []
            try:
                async for chunk in provider.stream(prompt):
                    chunks.append(chunk)  # noqa: PERF401  # what came before the error counts
            except errors.ProviderError as error:
                return chunks, error
            finally:
                await provider.aclose()
        return chunks, None

    return asyncio.run(asked())


PACKERS = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": zlib.compress}
CODINGS = st.lists(st.sampled_from([*PACKERS, "br", "zstd", "compress", "identity", ""]), min_size=1, max_size=4)


@given(CODINGS, st.sampled_from(["200 OK", "401 No", "500 Oops"]), st.sampled_from([", ", ",", " ,  "]), st.booleans())
def test_what_was_compressed_is_not_read_but_the_status_is(codings, status, comma, is_upper):
    """Whatever the coding and however often; what is called ``identity`` is plain."""
    data = said("return")
    for coding in codings:
        data = PACKERS.get(coding, bytes)(data)
    named = comma.join(codings)
    chunks, error = ask([response(status, data, f"Content-Encoding: {named.upper() if is_upper else named}")])

    is_plain = {"identity", ""}.issuperset(codings)
    assert [chunk.text for chunk in chunks] == (["return"] if is_plain and status == "200 OK" else [])
    if status == "401 No":
        assert type(error) is errors.Unauthorized
    elif not is_plain:
        assert type(error) is errors.ServiceFailed
        assert ("compress" in str(error)) is (status == "200 OK")


DEPTHS = st.sampled_from([1, 2, 400, 900, 5_000, 100_000])
OPENERS = st.sampled_from(['{"text": ', '[{"text": ', "[", '{"content": [', '{"message": ', '{"error": ', '{"usage": '])
LEAVES = st.sampled_from(["0", "-1", "1e999", "NaN", '"x"', "null", "9" * 4_000, "9" * 5_000, '"' + "9" * 5_000 + '"'])


@st.composite
def nested(draw):
    """JSON of any depth, which may be more than a parser or a writer takes."""
    opened = draw(st.lists(OPENERS, min_size=1, max_size=2))
    depth = draw(DEPTHS)
    closed = "".join({"{": "}", "[": "]"}[mark] for mark in reversed("".join(opened)) if mark in "{[")
    return "".join(opened) * depth + draw(LEAVES) + closed * depth


FIELDS = (
    '{"choices": [{"text": %s}]}',
    '{"choices": [{"text": "a", "finish_reason": %s}]}',
    '{"choices": [{"text": "a", "logprobs": {"token_logprobs": [%s]}}]}',
    '{"choices": [{"delta": {"content": %s}}]}',
    '{"choices": %s}',
    '{"output": {"choices": [{"message": {"content": %s}}]}}',
    '{"output": %s}',
    '{"choices": [], "usage": %s}',
    '{"choices": [], "usage": {"prompt_tokens": %s}}',
    '{"error": %s}',
    '{"error": {"code": %s, "message": "m"}}',
    '{"error": {"type": %s, "message": %s}}',
    '{"detail": [{"msg": %s}]}',
    '{"code": %s, "message": %s}',
    '{"code": "InvalidParameter", "message": "thinking_budget is not greater than %s"}',
    '{"code": "InvalidParameter", "message": "Range of max_tokens should be [1, %s]"}',
    "%s",
)
VALUES = nested() | LEAVES
PARTIAL = Prompt("partial", PROMPT.context, messages=(Message("assistant", "P", partial=True),))
WIRES = st.sampled_from([(PROMPT, "openai"), (PARTIAL, "openai"), (PARTIAL, "dashscope")])


@settings(max_examples=150)
@given(
    st.sampled_from(FIELDS),
    VALUES,
    st.sampled_from(["200 OK", "400 Bad", "429 Slow"]),
    WIRES,
    st.sampled_from(["event", "body"]),
)
@example('{"choices": [{"text": %s}]}', '[{"text": ' * 400 + "0" + "}]" * 400, "200 OK", (PROMPT, "openai"), "event")
def test_an_answer_of_any_depth_and_size_of_numbers_has_an_outcome(field, value, status, wire, form):
    """Text, or an error of the project's own: nothing that a server says is a traceback."""
    body = field.replace("%s", "9" * 5_000 if "InvalidParameter" in field else value)
    data = f"data: {body}\n\n" if form == "event" else body
    waiting = "Retry-After: " + ("9" * 400 if form == "event" else "Sun, 31 Dec 0000 24:61:61 -9999")
    chunks, error = ask([response(status, data.encode(), waiting)], *wire)
    assert all(isinstance(chunk.text, str) and all(map(math.isfinite, chunk.logprobs)) for chunk in chunks)
    assert status == "200 OK" or error is not None


COOKIES = st.lists(
    st.tuples(
        st.sampled_from(["id", "a-b", "__Host-x", " ", "e=mc"]),
        st.text("ab01 =,;", max_size=12),
        st.sampled_from(
            ["", "; Path=/", "; Domain=127.0.0.1", "; Max-Age=99999", "; Expires=Fri, 01 Jan 2100 00:00:00 GMT"]
        ),
        st.sampled_from(["Set-Cookie", "Set-Cookie2"]),
    ),
    max_size=20,
)


@given(COOKIES, st.sampled_from(["200 OK", "401 No", "302 Found"]))
def test_no_cookie_comes_back(cookies, status):
    """However it is spelled, and whatever the answer is."""
    lines = [f"{header}: {name}={value}{more}" for name, value, more, header in cookies]

    async def asked():
        async with raw_server([response(status, said("a"), *lines)]) as server:
            provider = remote(ProviderSettings(kind="openai", base_url=server.url), {}, model="m", mode="fim")
            for _ in range(2):
                with contextlib.suppress(errors.ProviderError):
                    async for _chunk in provider.stream(PROMPT):
                        pass
            await provider.aclose()
        return server.requests

    assert ["cookie" in request.headers for request in asyncio.run(asked())] == [False, False]
