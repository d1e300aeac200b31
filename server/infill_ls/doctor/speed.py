"""How fast an engine of the user's own reads, and what its cache serves, by two prompts; prints nothing."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import assemble
from infill_ls.clock import SystemClock
from infill_ls.doctor.check import PROBE, Check, asked
from infill_ls.engine.backend import Backend
from infill_ls.engine.gather import prompt_for
from infill_ls.errors import ProviderError
from infill_ls.provider.pace import Pace
from infill_ls.records import Prompt, Reading
from infill_ls.settings.schema import Settings
from infill_ls.settings.service import Service
from infill_ls.settings.services import SERVICES
from infill_ls.startup import Launch
from infill_ls.tokens import Usage

_FUNCTION = "def add_{n}(first, second):\n    return first + second + {n}\n\n\n"
_FUNCTIONS, _LONGEST_READ_S = 40, 30.0
"""Of a prompt that takes long enough to be measured, some 700 tokens, and how long that may be."""


async def speed(launch: Launch, settings: Settings) -> list[Check]:
    """How fast an engine of the user's own reads, and what its cache serves: by a long prompt, and what follows it."""
    provider = dataclasses.replace(settings.provider, max_tokens=2)
    assembly = assemble(
        dataclasses.replace(settings, provider=provider), launch.environ, (), SystemClock(), Trace()
    )
    backend = asked(assembly.engine)
    # No earlier run has left it in the cache.
    text = f"# {secrets.token_hex(8)}\n" + "".join(_FUNCTION.format(n=n) for n in range(_FUNCTIONS))
    pace, found = Pace(), []
    try:
        await backend.provider.warm()
        for typed in ("", "total = "):
            context = dataclasses.replace(PROBE, prefix=text + typed, suffix="\n")
            found.append(
                await _read(backend, prompt_for(backend, context, assembly.settings), pace)
            )
    except (ProviderError, TimeoutError):
        if not found:
            told = f"a prompt of {len(text):,} characters was not read in time: use {_row(settings).faster}"
            return [Check("speed", ok=False, sentence=told, cause="slow")]
    finally:
        await assembly.engine.aclose()
    return [_speed_check(found, pace, settings), *_cache_check(found, settings)]


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading a prompt took: seconds to the first text, and what was counted."""

    seconds: float
    usage: Usage


async def _read(backend: Backend, prompt: Prompt, pace: Pace) -> _Read:
    clock = SystemClock()
    began, first, usage, reading = clock.now(), None, Usage(), None
    async with (
        asyncio.timeout(_LONGEST_READ_S),
        aclosing(backend.provider.stream(prompt)) as chunks,
    ):
        async for chunk in chunks:
            first = clock.now() - began if first is None and (chunk.text or chunk.finish) else first
            usage, reading = chunk.usage or usage, chunk.reading or reading
    seconds = clock.now() - began if first is None else first
    rough = Reading(usage.prompt, seconds, is_exact=False) if usage.prompt else None
    pace.heard(prompt.context.language, prompt.n_characters, usage, reading or rough)
    return _Read(seconds, usage)


def _speed_check(found: Sequence[_Read], pace: Pace, settings: Settings) -> Check:
    times = " s, ".join(f"{each.seconds:.2f}" for each in found)
    first = f"the first text came after {times} s" + (
        " when most of the prompt was known" if len(found) > 1 else ""
    )
    if pace.tokens_per_s is None:
        return Check("speed", ok=True, sentence=first)
    told = f"reads {pace.tokens_per_s:,.0f} tokens a second; {first}"
    if pace.tokens is None:
        return Check("speed", ok=True, sentence=told)
    kept = f"prompts are kept to {pace.tokens:,} tokens, so that it reads them in time"
    sentence = f"{told}; {kept}; faster: {_row(settings).faster}"
    return Check("speed", ok=True, sentence=sentence, cause="slow")


def _cache_check(found: Sequence[_Read], settings: Settings) -> list[Check]:
    usage, row = found[-1].usage, _row(settings)
    if len(found) < 2 or not usage.prompt or not (usage.cached or row.tells_cached):
        return []
    told = f"{100 * usage.cached // usage.prompt} % of a prompt that goes on came from it"
    if not usage.cached:
        told = f"it does not say what came from its cache; {row.tells_cached} makes it say so"
    return [Check("cache", ok=True, sentence=told)]


def _row(settings: Settings) -> Service:
    return SERVICES.get(settings.provider.kind, SERVICES["openai"])
