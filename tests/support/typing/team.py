"""Several people who type in turn, each in a file of their own, on one address: what of their prompts was cached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infill_ls.prompt.build import build
from infill_ls.prompt.choose import choose
from infill_ls.provider.build import remote
from infill_ls.records import Context
from infill_ls.settings.provider_settings import ProviderSettings, Timeouts
from infill_ls.tokens import Usage

if TYPE_CHECKING:
    from infill_ls.provider.remote import RemoteProvider

SUFFIX = 500
"""Characters behind the cursor, as prompts have by default."""


async def cached_share(url: str, *, people: int, calls: int, characters: int, with_session: bool) -> float:
    """The share of all prompt tokens that came from a cache, the first call of each person counted."""
    settings = [
        ProviderSettings(
            kind="llama.cpp",
            base_url=url,
            model="qwen2.5-coder",
            max_tokens=4,
            session=f"person-{number}" if with_session else "off",
            timeout_s=Timeouts(3, 60, 90),
        )
        for number in range(people)
    ]
    providers = [remote(each, {}, model="qwen2.5-coder", mode="fim") for each in settings]
    total = Usage()
    try:
        for call in range(calls):
            for number, provider in enumerate(providers):
                total += await _typed(provider, settings[number], number, call, characters)
    finally:
        for provider in providers:
            await provider.aclose()
    return total.cached / total.prompt


async def _typed(
    provider: RemoteProvider, settings: ProviderSettings, number: int, call: int, characters: int
) -> Usage:
    """One call; each time some more has been typed."""
    text = "".join(f"name_{number}_{line} = function_{line * 7 % 31}({number}, {line})\n" for line in range(characters))
    typed = "".join(f"done_{each} = {number}\n" for each in range(call))
    context = Context(text[:characters] + typed, text[characters : characters + SUFFIX], f"{number}.py", "python")
    prompt = build(context, "fim", choose(settings).family, max_tokens=4)
    counted = [chunk.usage async for chunk in provider.stream(prompt)]
    return next(usage for usage in reversed(counted) if usage is not None)
