"""Finds out what is wrong, by one live completion with the settings in force; prints nothing."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from contextlib import aclosing
from pathlib import Path

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import assemble
from infill_ls.clock import SystemClock
from infill_ls.doctor.check import PROBE, Check, asked
from infill_ls.doctor.serving import looked
from infill_ls.doctor.speed import speed
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
from infill_ls.records import Mode
from infill_ls.sentences import first_few, quoted, sentence
from infill_ls.settings.schema import Settings
from infill_ls.startup import Launch

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


async def examine(launch: Launch, *, patience_s: float = PATIENCE_S) -> list[Check]:
    """All checks, in the order in which they build on each other; a model is waited for so long while it is loaded."""
    resolved = launch.resolved()
    found = first_few(resolved.problems) if resolved.problems else ""
    checks = [Check("settings", not found, found or _source(launch), "settings" if found else None)]
    settings, server = await looked(launch, resolved.settings)
    assembly = assemble(settings, launch.environ, (), SystemClock(), Trace())
    backend = asked(assembly.engine)
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
            checks.append(_deep(assembly.engine))
            checks.append(await _live(launch, settings, backend, patience_s))
            if checks[-1].ok and backend.primes is not None:
                checks += await speed(launch, settings)
    finally:
        await assembly.engine.aclose()
    return checks


def _source(launch: Launch) -> str:
    path = launch.user_file()
    return (
        f"read from {path}"
        if Path(path).exists()
        else f"the defaults and the environment: there is no {path}"
    )


def _deep(engine: Engine) -> Check:
    """Whether deep suggestions are possible; that they are not is no fault, and nothing is sent to find out."""
    if engine.unable or engine.deep is None:
        told = f"a deep suggestion is an ordinary one: {engine.unable}"
    else:
        told = f"{engine.deep.provider.model} can look things up in a project when asked for a deep suggestion"
    return Check("deep", ok=True, sentence=told)


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
    backend = asked(engine)
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
