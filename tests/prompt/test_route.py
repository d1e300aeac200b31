"""How each kind of service is asked for a model, and what is said where that is second best."""

from __future__ import annotations

import pytest

from infill_ls.errors import Unsupported
from infill_ls.prompt.choose import choose
from infill_ls.settings.provider_settings import ProviderSettings
from infill_ls.settings.services import SERVICES

# kind, settings: mode, family, how the middle is asked for, whether there is a caution, a note
ROUTES = {
    "a coder": ("llama.cpp", {"model": "qwen2.5-coder:7b"}, ("fim", "qwen-coder", "tokens", False, False)),
    "another family": ("vllm", {"model": "bigcode/starcoder2-3b"}, ("fim", "starcoder2", "tokens", False, False)),
    "no FIM": ("llama.cpp", {"model": "llama3.2:3b"}, ("partial", "none", "tokens", True, False)),
    "no FIM, Ollama": ("ollama", {"model": "gpt-oss:20b"}, ("chat", "none", "tokens", True, False)),
    "a general Qwen": ("vllm", {"model": "Qwen/Qwen3-8B"}, ("partial", "qwen", "tokens", True, False)),
    "a general Qwen, said so": (
        "ollama",
        {"model": "qwen3:8b", "family": "qwen"},
        ("fim", "qwen", "tokens", False, False),
    ),
    "a general Qwen by FIM": ("ollama", {"model": "qwen3:8b", "mode": "fim"}, ("fim", "qwen", "tokens", False, False)),
    "chat asked for": ("ollama", {"model": "gpt-oss:20b", "mode": "chat"}, ("chat", "none", "tokens", False, False)),
    "partial asked for": (
        "ollama",
        {"model": "qwen3:8b", "mode": "partial"},
        ("partial", "qwen", "tokens", False, False),
    ),
    "an unknown name": ("llama.cpp", {"model": "mine"}, ("fim", "qwen-coder", "tokens", False, True)),
    "an unknown name, Ollama": ("ollama", {"model": "mine"}, ("fim", "qwen-coder", "suffix", False, False)),
    "an unknown name, said so": (
        "openai",
        {"model": "mine", "family": "codestral"},
        ("fim", "codestral", "tokens", False, False),
    ),
    "no name": ("llama.cpp", {}, ("fim", "qwen-coder", "tokens", False, False)),
    "DeepSeek": ("deepseek", {}, ("fim", "deepseek", "suffix", False, False)),
    "DeepSeek, partial": ("deepseek", {"mode": "partial"}, ("partial", "deepseek", "tokens", False, False)),
    "Mistral": ("mistral", {}, ("fim", "codestral", "suffix", False, False)),
    "Inception": ("inception", {}, ("fim", "qwen-coder", "suffix", False, False)),
    "SiliconFlow": (
        "siliconflow",
        {"model": "Qwen/Qwen2.5-Coder-7B-Instruct"},
        ("fim", "qwen-coder", "suffix", False, False),
    ),
    "OpenRouter": (
        "openrouter",
        {"model": "qwen/qwen3-coder"},
        ("chat", "qwen-coder", "tokens", False, False),
    ),
    "Fireworks": (
        "fireworks",
        {"model": "accounts/fireworks/models/qwen2p5-coder-32b"},
        ("fim", "qwen-coder", "tokens", False, False),
    ),
}


@pytest.mark.parametrize(("kind", "values", "expected"), ROUTES.values(), ids=ROUTES)
def test_a_model_is_asked_as_its_service_and_family_say(kind, values, expected):
    route = choose(ProviderSettings(kind=kind, **values))
    found = (route.mode, route.family.name, route.infill, bool(route.caution), bool(route.note))
    assert found == expected


def test_who_has_no_tokens_is_not_sent_any():
    """Asked for by name, it is refused with what would work."""
    with pytest.raises(Unsupported) as caught:
        choose(ProviderSettings(kind="llama.cpp", model="llama3.2:3b", mode="fim"))
    assert all(part in str(caught.value) for part in ("llama3.2:3b", "qwen2.5-coder", '"partial"', "provider.family"))


def test_a_service_without_fim_says_so():
    with pytest.raises(Unsupported, match="OpenRouter does not complete by FIM"):
        choose(ProviderSettings(kind="openrouter", model="x", mode="fim"))


@pytest.mark.parametrize("kind", [kind for kind, row in SERVICES.items() if row.no_thoughts])
def test_chat_models_are_told_not_to_think(kind):
    """Before the first word of code, thoughts would take all of the time and of the answer's length."""
    route = choose(ProviderSettings(kind=kind, model="qwen3.5-27b", mode="chat"))
    assert route.parameters == SERVICES[kind].no_thoughts
