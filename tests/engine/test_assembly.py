"""Settings become an engine: who is asked first, who stands in, who thinks, how patiently, and what the user hears."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infill_ls.accounting.trace import Trace
from infill_ls.assembly import allowance_of, assemble
from infill_ls.backends import THINKING_S, THOUGHTS
from infill_ls.engine.gather import prompt_for
from infill_ls.records import Context
from infill_ls.settings.resolve import Layer, resolve
from infill_ls.syntax.grammars import load
from support.engine.fakes import FakeClock, ScriptedProvider, Threads

STUDIO = {"kind": "model-studio"}
OWN = {"kind": "openai", "base_url": "http://127.0.0.1:1"}
ON = {"thinking": "on"}
PATIENT, PROMPT = THINKING_S, 5.0


def assembled(provider):
    resolved = resolve([Layer("test", {"provider": provider})])
    assert resolved.problems == ()
    return assemble(resolved.settings, {"DASHSCOPE_API_KEY": "sk-k"}, (), FakeClock(), Trace())


# Backends by source and mode; mode of the one that thinks; parts of what the user hears.
ENGINES = {
    "no key, no address": ({"kind": "local"}, ["local fim"], None, ()),
    "a coder": (STUDIO, ["model partial", "local fim"], None, ()),
    "a hybrid model that may think": ({**STUDIO, "model": "qwen-plus", **ON}, ["model partial", "local fim"], "chat", ()),
    "a model that always thinks": (
        {**STUDIO, "model": "qwq-plus"}, ["local fim"], None, ("always thinks", "the embedded engine answers"),
    ),
    "a model that always thinks, and may": ({**STUDIO, "model": "qwq-plus", **ON}, ["local fim"], "chat", ()),
    "thoughts of a model that has none": (
        {**STUDIO, "model": "qwen3-coder-plus", **ON}, ["model partial", "local fim"], None, ("never thinks",),
    ),
    "a region without a host": (
        {**STUDIO, "region": "tokyo"}, ["local fim"], None, ("workspace_id", "the embedded engine answers"),
    ),
    "an address that is none": (
        {"kind": "openai", "base_url": "example.com"}, ["local fim"], None, ("base_url", "the embedded engine answers"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("provider", "backends", "thinking", "parts"), ENGINES.values(), ids=ENGINES.keys())
def test_who_is_asked_and_what_is_told(provider, backends, thinking, parts):
    """That the embedded engine answers is said only where it does."""
    assembly = assembled(provider)
    engine, told = assembly.engine, " ".join(assembly.problems)

    assert [f"{each.source} {each.mode}" for each in engine.backends] == backends
    assert (engine.thinking and engine.thinking.mode) == thinking
    assert bool(told) == bool(parts)
    assert [part for part in parts if part not in told] == []
    assert ("the embedded engine answers" in told) == ("the embedded engine answers" in parts)


# Seconds to the first token, and tokens beyond the answer's own.
PATIENCE = {
    "partial": ({**STUDIO, "model": "qwen-plus"}, PROMPT, 0),
    "a plain chat without thoughts": ({**STUDIO, "model": "qwen3-coder-plus", "mode": "chat"}, PROMPT, 0),
    "a plain chat that is told not to think": ({**STUDIO, "model": "qwen-plus", "mode": "chat"}, PROMPT, 0),
    "a plain chat that thinks": ({**STUDIO, "model": "qwq-plus", "mode": "chat"}, PATIENT, 0),
    "a plain chat of who knows whom": ({**OWN, "model": "new", "mode": "chat"}, PATIENT, THOUGHTS),
}
PATIENCE_OF_THOUGHTS = {
    "hosted": ({**STUDIO, "model": "qwen-plus", "thinking_budget": 50, **ON}, PATIENT, 0),
    "an own server": ({**OWN, "model": "qwen3-8b", **ON}, PATIENT, THOUGHTS),
    "an own server with a budget": ({**OWN, "model": "qwen3-8b", "thinking_budget": 50, **ON}, PATIENT, 50),
}


@pytest.mark.parametrize(("provider", "first_token_s", "tokens"), PATIENCE.values(), ids=PATIENCE.keys())
def test_only_who_may_think_is_waited_for(provider, first_token_s, tokens):
    assembly = assembled(provider)
    check_patience(assembly.settings, assembly.engine.backends[0], first_token_s, tokens)


@pytest.mark.parametrize(
    ("provider", "first_token_s", "tokens"), PATIENCE_OF_THOUGHTS.values(), ids=PATIENCE_OF_THOUGHTS.keys()
)
def test_thoughts_have_time_and_room(provider, first_token_s, tokens):
    """Model Studio limits them by a budget of their own; other servers count them among the answer's tokens."""
    assembly = assembled(provider)
    check_patience(assembly.settings, assembly.engine.thinking, first_token_s, tokens)


def check_patience(settings, backend, first_token_s, tokens):
    assert backend.provider.provider.endpoint.settings.timeout_s.first_token == first_token_s
    asked = prompt_for(backend, Context("a", "", "a.py", "python"), settings).max_tokens
    assert asked == settings.provider.max_tokens + tokens


SERVICES = {
    "a model that is named for it": ({**STUDIO, "model": "qwen3-coder-plus"}, True, False),
    "a model that is not": ({**STUDIO, "model": "qwen3-vl-plus"}, False, True),
    "an own server": ({**OWN, "model": "qwen3-coder-plus", "mode": "partial"}, False, False),
}


@pytest.mark.parametrize(("provider", "caches", "sees"), SERVICES.values(), ids=SERVICES.keys())
def test_caches_are_marked_and_images_sent_only_where_they_are_known(provider, caches, sees):
    backend = assembled(provider).engine.backends[0]

    assert (backend.cache is not None, backend.sees) == (caches, sees)


LISTS = {
    "a coder": (STUDIO, "held", None),
    "natively": ({**STUDIO, "protocol": "dashscope"}, "held", None),
    "a model of which no page says it": ({**STUDIO, "model": "qwen3-coder-480b-a35b-instruct"}, "none", None),
    "the middle is asked for": ({**STUDIO, "region": "beijing", "model": "qwen-coder-turbo"}, "none", None),
    "one who thinks": ({**STUDIO, "model": "qwen-plus", **ON}, "held", "asked"),
    "likelihoods are told": ({"kind": "llama.cpp", "model": "qwen3-8b", "mode": "chat"}, "none", None),
    "a chat of Ollama's": ({"kind": "ollama", "model": "qwen3:8b", "mode": "chat"}, "held", None),
    "LM Studio, which wants a schema": ({"kind": "lm-studio", "model": "qwen3-8b", "mode": "chat"}, "none", None),
}


@pytest.mark.parametrize(("provider", "lists", "thinking"), LISTS.values(), ids=LISTS.keys())
def test_who_lists_several_answers(provider, lists, thinking):
    engine = assembled(provider).engine
    assert (engine.backends[0].lists, engine.thinking and engine.thinking.lists) == (lists, thinking)


# Which grammars are loaded beside the loop where python is warmed and go is opened.
GRAMMARS = {
    "a model": (OWN, ["python", "go"]),
    "a model that only thinks": ({**STUDIO, "model": "qwq-plus", **ON}, ["python", "go"]),
    "no model": ({"kind": "local"}, []),
}


@pytest.mark.parametrize(("provider", "languages"), GRAMMARS.values(), ids=GRAMMARS.keys())
async def test_a_models_answer_waits_for_no_grammar(provider, languages):
    assembly = assembled(provider)
    assembly.engine.backends, assembly.engine.thinking = who_is_scripted(assembly.engine)
    threads = Threads()
    assembly = replace(assembly, files=threads)

    await assembly.learn("python")
    await assembly.learn("go")

    assert threads.given == [(load, language) for language in languages]


@pytest.mark.parametrize(
    ("window", "room"), [(None, 1536), (32768, 1536), (8192, 1536), (4096, 272), (2048, 0), (512, 0)]
)
def test_in_a_small_window_the_code_around_the_cursor_comes_first(window, room):
    """Other files have what is left of a window that the server, or the user, has told."""
    provider = {
        "provider": {"kind": "openai", "base_url": "http://127.0.0.1:1/v1", "max_tokens": 256, "context_tokens": window}
    }
    resolved = resolve([Layer("test", {name: value for name, value in provider.items() if value is not None})])
    assert resolved.problems == ()
    assert abs(allowance_of(resolved.settings).tokens - room) <= 60


async def test_all_who_may_be_asked_are_warmed():
    assembly = assembled({**STUDIO, "model": "qwen-plus", **ON})
    engine = assembly.engine
    engine.backends, engine.thinking = who_is_scripted(engine)

    await assembly.warm()

    assert [each.provider.warmed for each in (*engine.backends, engine.thinking)] == [1, 1, 1]


def who_is_scripted(engine):
    """The engine's backends with providers that open no connection."""
    backends = [replace(each, provider=ScriptedProvider()) for each in engine.backends]
    return backends, engine.thinking and replace(engine.thinking, provider=ScriptedProvider())
