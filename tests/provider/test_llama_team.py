"""Three real llama.cpp servers behind the real vllm-router: each person's prompts come to the engine that knows them."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from support.engines.llama import LlamaServer
from support.engines.vllm_router import VllmRouter
from support.typing.team import cached_share

pytestmark = [pytest.mark.llama, pytest.mark.timeout(400)]


async def test_behind_a_router_the_cache_serves_as_much_as_with_one_engine():
    typing = {"people": 3, "calls": 8, "characters": 2000}
    with ExitStack() as stack:
        one = stack.enter_context(LlamaServer(slots=4))
        alone = await cached_share(one.url, **typing, with_session=False)
        engines = [stack.enter_context(LlamaServer(slots=4)).origin for _ in range(3)]
        router = stack.enter_context(VllmRouter(engines, "consistent_hash"))
        routed = await cached_share(router.url, **typing, with_session=True)

    assert alone > 0.65
    assert routed > alone - 0.02
