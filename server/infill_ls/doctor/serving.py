"""What the user's own server says of itself, held against the settings. Asks for no completion."""

from __future__ import annotations

import dataclasses

from infill_ls.adopt import looked as looked_at
from infill_ls.doctor.check import Check
from infill_ls.prompt.families import VOCABULARY, family_of, named, spelled
from infill_ls.provider.served import Model, Served
from infill_ls.sentences import first_few
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.schema import Settings
from infill_ls.settings.service import Service
from infill_ls.settings.services import SERVICES
from infill_ls.startup import Launch


async def looked(launch: Launch, settings: Settings) -> tuple[Settings, Check | None]:
    """The settings with what the server says of itself, and that in words; None where it says nothing."""
    provider, served = await looked_at(settings.provider, launch.environ)
    learned = dataclasses.replace(settings, provider=provider)
    if served is None or served.kind == "openai":
        return learned, None
    name = f"{SERVICES[served.kind].name} {served.version}".strip()
    found = served.model(provider.model or "")
    if found is None and served.kind == "llama.cpp" and len(served.models) == 1:
        found = served.models[0]
    wrong = _wrong(name, served, found, settings.provider)
    if wrong is not None:
        told, cause = wrong
        return learned, Check("server", ok=False, sentence=told, cause=cause)
    if not served.models:
        return learned, Check("server", ok=True, sentence=f"{name} has not named a model yet")
    serves = found.name if found is not None else first_few([each.name for each in served.models])
    window = _window(provider.context_tokens, settings, SERVICES[served.kind])
    return learned, Check("server", ok=True, sentence=f"{name} serves {serves}{window}")


def _wrong(
    name: str, served: Served, found: Model | None, own: ProviderSettings
) -> tuple[str, str] | None:
    """What is wrong with the user's own settings, with its remedy and its cause; None where nothing is."""
    if found is None:
        if not own.model or served.kind == "llama.cpp":
            return None
        get = SERVICES[served.kind].get_model.format(model=own.model)
        remedy = f"get it by `{get}`, or set" if get else "set"
        models = first_few([model.name for model in served.models]) or "its own"
        told = f"{name} does not have {own.model}: {remedy} provider.model to one of {models}"
        return told, "unknown model"
    wanted = family_of(own.model or "")
    if wanted is not None and _family(found) not in ("", wanted.name):
        told = (
            f"{name} serves {found.name}, whatever provider.model says ({own.model}): "
            "start it with the model that you want, or leave provider.model out"
        )
        return told, "unknown model"
    prompt = "" if own.family == "auto" else named(own.family).middle
    needed = [token for token in VOCABULARY if token in prompt]
    if found.tokens is not None and not set(needed) <= set(found.tokens):
        has = spelled(found.tokens)
        tokens = f"those of {has}" if has != "none" else "no fill-in-the-middle tokens"
        told = (
            f"{found.name} does not have the tokens of {own.family}, which provider.family names, "
            f"but {tokens}: leave provider.family out"
        )
        return told, "wrong family"
    return None


def _family(model: Model) -> str:
    """The family of a model by its name, else by its vocabulary; empty where neither tells."""
    by_name = family_of(model.name)
    if by_name is not None:
        return by_name.name
    return "" if model.tokens is None else spelled(model.tokens)


def _window(tokens: int | None, settings: Settings, service: Service) -> str:
    """What the model reads at once, and what would help where that is less than prompts have."""
    if not tokens:
        return ""
    told = f", {tokens:,} tokens at once"
    is_enough = tokens >= settings.context.budget_tokens + settings.provider.max_tokens
    if is_enough or not service.larger_window:
        return told
    return f"{told}: prompts are kept to that, and {service.larger_window} would let it see more"
