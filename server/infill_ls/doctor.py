"""Finds out what is wrong, by one live completion with the settings in force; prints nothing."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import secrets
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import assemble
from infill_ls.clock import SystemClock
from infill_ls.engine.backend import Backend
from infill_ls.engine.engine import Engine
from infill_ls.engine.gather import prompt_for
from infill_ls.errors import (
    BadRequest,
    ConnectionRefused,
    ModelLoading,
    ModelNotFound,
    ProviderError,
    RateLimited,
    TimedOut,
    TlsFailed,
    Unauthorized,
    Unsupported,
    WrongAddress,
)
from infill_ls.provider.pace import Pace
from infill_ls.records import Context, Mode, Prompt, Reading
from infill_ls.sentences import first_few, quoted, sentence
from infill_ls.settings.schema import Settings
from infill_ls.settings.service import Service
from infill_ls.settings.services import SERVICES
from infill_ls.startup import Launch
from infill_ls.tokens import Usage

PROBE = Context(
    prefix='def greet(name: str) -> str:\n    """Say hello."""\n    return ',
    suffix='\n\n\nprint(greet("world"))\n',
    path="greet.py",
    language="python",
)
"""Everybody's first function: no code of the user's is sent to find out what is wrong."""

_FUNCTION = "def add_{n}(first, second):\n    return first + second + {n}\n\n\n"
_FUNCTIONS, _LONGEST_READ_S = 40, 30.0
"""Of a prompt that takes long enough to be measured, some 700 tokens, and how long that may be."""
_ANOTHER = "use another model, such as qwen2.5-coder, or name its family in provider.family."

PATIENCE_S = 5.0
"""How long somebody in an editor waits for an answer, and so for a model to be loaded."""

CAUSES: tuple[tuple[type[ProviderError], str], ...] = (
    (WrongAddress, "wrong address"),
    (ConnectionRefused, "refused connection"),
    (TlsFailed, "tls"),
    (Unauthorized, "key"),
    (ModelNotFound, "unknown model"),
    (Unsupported, "mode"),
    (BadRequest, "request"),
    (RateLimited, "limit"),
    (TimedOut, "time-out"),
    (ModelLoading, "loading"),
    (ProviderError, "failure"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. ``cause`` is a short name, ``sentence`` says what is wrong and the remedy."""

    name: str
    ok: bool
    sentence: str
    cause: str | None = None


async def examine(launch: Launch, *, patience_s: float = PATIENCE_S) -> list[Check]:
    """All checks, in the order in which they build on each other; a model is waited for so long while it is loaded."""
    resolved = launch.resolved()
    found = first_few(resolved.problems) if resolved.problems else ""
    checks = [Check("settings", not found, found or _source(launch), "settings" if found else None)]
    settings, server = await _looked(launch, resolved.settings)
    assembly = assemble(settings, launch.environ, (), SystemClock(), Trace())
    backend = _asked(assembly.engine)
    checks += [] if server is None else [server]
    try:
        if assembly.problems:
            checks.append(
                Check("model", ok=False, sentence=first_few(assembly.problems), cause="settings")
            )
        elif backend.source == "local":
            checks.append(
                Check(
                    "model",
                    ok=True,
                    sentence="none: the embedded engine answers, with no key and no network",
                )
            )
        else:
            if assembly.note:
                checks.append(Check("model", ok=True, sentence=assembly.note))
            if assembly.caution:
                checks.append(
                    Check("model", ok=False, sentence=assembly.caution, cause="chat-only model")
                )
            checks += [
                Check("key", ok=False, sentence=each, cause="plain http")
                for each in assembly.warnings
            ]
            checks.append(await _live(launch, settings, backend, patience_s))
            if checks[-1].ok and backend.primes is not None:
                checks += await _speed(launch, settings)
    finally:
        await assembly.engine.aclose()
    return checks


async def _looked(launch: Launch, settings: Settings) -> tuple[Settings, Check | None]:
    """The settings with what the server says of itself, and that in words; None where it says nothing."""
    from infill_ls.adopt import looked

    provider, served = await looked(settings.provider, launch.environ)
    if served is None or served.kind == "openai":
        return dataclasses.replace(settings, provider=provider), None
    name = f"{SERVICES[served.kind].name} {served.version}".strip()
    names = [model.name for model in served.models]
    found = served.model(provider.model or "")
    if provider.model and found is None and served.kind != "llama.cpp":
        get = SERVICES[served.kind].get_model.format(model=provider.model)
        remedy = f"get it by `{get}`, or set" if get else "set"
        models = first_few(names) or "its own"
        told = f"{name} does not have {provider.model}: {remedy} provider.model to one of {models}"
        check = Check("server", ok=False, sentence=told, cause="unknown model")
    else:
        serves = found.name if found is not None else first_few(names)
        told = f"{name} serves {serves}{_window(provider.context_tokens, settings, SERVICES[served.kind])}"
        check = Check("server", ok=True, sentence=told)
    return dataclasses.replace(settings, provider=provider), check


def _window(tokens: int | None, settings: Settings, service: Service) -> str:
    """What the model reads at once, and what would help where that is less than prompts have."""
    if not tokens:
        return ""
    told = f", {tokens:,} tokens at once"
    if (
        tokens >= settings.context.budget_tokens + settings.provider.max_tokens
        or not service.larger_window
    ):
        return told
    return f"{told}: prompts are kept to that, and {service.larger_window} would let it see more"


def _source(launch: Launch) -> str:
    path = launch.user_file()
    return (
        f"read from {path}"
        if Path(path).exists()
        else f"the defaults and the environment: there is no {path}"
    )


def _asked(engine: Engine) -> Backend:
    """The model; one that always thinks is asked by explicit requests alone, and stands beside the embedded engine."""
    first = engine.backends[0]
    return first if first.source == "model" or engine.thinking is None else engine.thinking


async def _live(launch: Launch, settings: Settings, backend: Backend, patience_s: float) -> Check:
    name = f"{backend.provider.model or 'the model'} (mode {backend.mode})"
    try:
        text = await _probe(launch, settings, patience_s)
    except (ModelNotFound, BadRequest, Unsupported) as error:
        if backend.mode == "fim" and await _works(launch, settings, "partial"):
            told = f'{name} is a chat model: set provider.mode to "partial", which works.'
            return Check("completion", ok=False, sentence=told, cause="chat-only model")
        return _failed(error)
    except ProviderError as error:
        return _failed(error)
    if backend.mode == "fim" and _is_chat(text) and await _works(launch, settings, "partial"):
        told = (
            f'{name} answers with prose, as a chat-only model does: set provider.mode to "partial".'
        )
        return Check("completion", ok=False, sentence=told, cause="chat-only model")
    if not text.strip():
        told = f"{name} answers nothing: name a model that completes code, such as a Qwen-Coder, in provider.model."
        if backend.mode == "fim" and await _works(launch, settings, "partial"):
            told = f'{name} answers nothing: set provider.mode to "partial", which works.'
        return Check("completion", ok=False, sentence=told, cause="no answer")
    said = text.strip().partition("\n")[0]
    if said in PROBE.prefix.splitlines():
        told = f"{name} begins the file anew, as a model without fill-in-the-middle tokens does: {_ANOTHER}"
        return Check("completion", ok=False, sentence=told, cause="no FIM tokens")
    return Check("completion", ok=True, sentence=f"{name} answers: {quoted(said)}")


async def _speed(launch: Launch, settings: Settings) -> list[Check]:
    """How fast an engine of the user's own reads, and what its cache serves: by a long prompt, and what follows it."""
    provider = dataclasses.replace(settings.provider, max_tokens=2)
    assembly = assemble(
        dataclasses.replace(settings, provider=provider), launch.environ, (), SystemClock(), Trace()
    )
    backend = _asked(assembly.engine)
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


def _failed(error: ProviderError) -> Check:
    cause = next(cause for kind, cause in CAUSES if isinstance(error, kind))
    return Check("completion", ok=False, sentence=sentence(str(error)), cause=cause)


async def _works(launch: Launch, settings: Settings, mode: Mode) -> bool:
    other = dataclasses.replace(
        settings, provider=dataclasses.replace(settings.provider, mode=mode)
    )
    try:
        return bool((await _probe(launch, other)).strip())
    except ProviderError:
        return False


async def _probe(launch: Launch, settings: Settings, patience_s: float = PATIENCE_S) -> str:
    """The raw text of one short completion, by an engine of its own."""
    short = dataclasses.replace(
        settings, provider=dataclasses.replace(settings.provider, max_tokens=24)
    )
    assembly = assemble(short, launch.environ, (), SystemClock(), Trace())
    engine = assembly.engine
    backend = _asked(engine)
    try:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(backend.provider.warm(), patience_s)
        async with aclosing(
            backend.provider.stream(prompt_for(backend, PROBE, assembly.settings))
        ) as chunks:
            return "".join([chunk.text async for chunk in chunks])
    finally:
        await engine.aclose()


def _is_chat(text: str) -> bool:
    """Whether this is how a chat model talks about a FIM prompt, rather than the end of a line of code."""
    start = text.lstrip().lower()
    return start.startswith(
        ("```", "here", "sure", "it looks", "it seems", "the code", "certainly", "<think>")
    )
