"""The embedded engine as the rest of the server sees it: a provider."""

from __future__ import annotations

import pytest

from infill_ls.provider.base import Corpus, Provider
from infill_ls.provider.local.engine import LocalProvider
from infill_ls.provider.local.index import Index
from infill_ls.records import Context, Prompt

BLOCK = "value = settings.read(section, key)\nif value is None:\n    raise ValueError('no value')\nstore(value)\n\n"


async def check(prefix: str, expected: list[str], stop: tuple[str, ...] = ()) -> None:
    index: Corpus = Index()
    for name in "abcdefgh":
        index.put(f"{name}.py", BLOCK)
    provider: Provider = LocalProvider(index)
    await provider.warm()
    context = Context(prefix=prefix, suffix="\n", path="here.py", language="python")
    assert [chunk.text async for chunk in provider.stream(Prompt("fim", context, stop=stop))] == expected
    await provider.aclose()
    assert provider.model == "local"


@pytest.mark.parametrize(
    ("prefix", "stop", "expected"),
    [
        pytest.param(
            "if value is None:\n    raise ",
            ("\n",),
            ["ValueError('no value')"],
            id="one line where the prompt stops there",
        ),
        pytest.param(
            "value = settings.read(section, key)\nif value is",
            (),
            [" None:\n    raise ValueError('no value')"],
            id="a block otherwise",
        ),
        pytest.param("never_seen(", (), [], id="nothing"),
    ],
)
async def test_stream(prefix, stop, expected):
    """One chunk with the whole answer, or none."""
    await check(prefix, expected, stop)
