"""What a server may send that means harm, in generated variants: an outcome of a known size, and never a crash."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib

from hypothesis import given
from hypothesis import strategies as st

from infill_ls import errors
from infill_ls.provider.registry import remote
from infill_ls.records import Context, Prompt
from infill_ls.settings.schema import ProviderSettings
from support.raw_server import raw_server, response

PROMPT = Prompt("fim", Context("P", "S", "a.py", "python"), text="P")


def said(text, **more):
    return json.dumps({"choices": [{"text": text, "finish_reason": "stop"}]} | more).encode()


def ask(script, prompt=PROMPT):
    """What a provider gives for an answer: the chunks, and the error that ended them."""

    async def asked():
        async with raw_server(script) as server:
            provider = remote(ProviderSettings(kind="openai", base_url=server.url), {}, model="m", mode="fim")
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
