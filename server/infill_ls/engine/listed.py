"""Further candidates from one request: a model that can be held to JSON lists them. Chooses none."""

from __future__ import annotations

from dataclasses import replace

from infill_ls.accounting.meter import Meter
from infill_ls.engine.ask import Whole, call
from infill_ls.engine.backend import Backend
from infill_ls.engine.gather import prompt_for
from infill_ls.engine.generate import Raw, most_characters, shown_of
from infill_ls.engine.parts import Parts
from infill_ls.prompt.several import answers_in, to_repair
from infill_ls.records import Context, Prompt, Trigger
from infill_ls.syntax.surroundings import Surroundings


async def listed(  # noqa: PLR0913  # what a request is; each is named by the caller
    backend: Backend,
    context: Context,
    n: int,
    here: Surroundings,
    trigger: Trigger,
    *,
    meter: Meter,
    parts: Parts,
) -> list[Raw]:
    """Up to ``n`` answers, each taken through the stream as if it had come alone.

    Raises:
        ProviderError: asking failed, or the user's cap was reached.
    """
    prompt = prompt_for(backend, context, parts.settings, answers=n)
    prompt = replace(prompt, as_json=backend.lists == "held")
    parts.accounts.check_cap(meter.tally)
    text = await _whole(backend, prompt, meter)
    answers, repairer = answers_in(text), parts.backends[0]
    is_spoilt = answers is None and backend.lists == "asked" and bool(text.strip())
    if is_spoilt and repairer.lists == "held":
        parts.accounts.check_cap(meter.tally)
        answers = answers_in(await _whole(repairer, to_repair(prompt, text), meter))
    alone = replace(prompt, max_tokens=parts.settings.provider.max_tokens)
    return [
        await shown_of(each, "stop", alone, here, trigger, parts.settings, grown=lambda _text: None)
        for each in (answers or ())[:n]
    ]


async def _whole(backend: Backend, prompt: Prompt, meter: Meter) -> str:
    text, _ = await call(backend, prompt, Whole(most_characters(prompt)), meter)
    return text
