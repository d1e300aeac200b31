"""The commands against real llama.cpp servers: one whose model fills in the middle, and one whose model cannot."""

from __future__ import annotations

import json
import tomllib

import pytest

from support.clients.command_line import CommandLine
from support.engines.llama import LlamaServer
from support.engines.smollm import smollm

pytestmark = [pytest.mark.llama, pytest.mark.timeout(400)]


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path, INFILL_LS_CONFIG=str(tmp_path / "own" / "config.toml"))


@pytest.fixture(scope="module")
def chat():
    """A real model that only chats."""
    model = smollm()
    with LlamaServer("-c", "2048", "--no-warmup", model=model) as server:
        yield server


def test_setup_writes_what_asks_a_real_server_and_tries_it_out(line):
    """With the time to the first text of a prompt that nothing was known of, and of one that was known but for a word."""
    with LlamaServer() as server:
        ran = line.run("setup", server.origin, "--write")

    assert (ran.status, ran.err) == (0, "")
    written = tomllib.loads((line.home / "own" / "config.toml").read_text())
    assert written["provider"] == {
        "kind": "llama.cpp",
        "base_url": server.origin,
        "model": "tiny-3.gguf",
        "family": "qwen-coder",  # which its name does not say, and its vocabulary does
    }
    rows = {row.split()[1]: row for row in ran.out.splitlines() if row.startswith("ok")}
    assert "the first text came after" in rows["speed"]
    assert "when most of the prompt was known" in rows["speed"]
    assert "of a prompt that goes on came from it" in rows["cache"]


def test_a_real_chat_model_is_not_proposed(line, chat):
    ran = line.run("setup", chat.origin, "--write")

    assert ran.status == 3
    assert " no " in ran.out.splitlines()[1]
    assert not (line.home / "own").exists()


@pytest.mark.parametrize("name", [None, "qwen2.5-coder-7b"], ids=["no name", "the name of another"])
def test_the_doctor_knows_a_real_model_without_tokens_by_its_vocabulary(line, chat, name):
    """llama.cpp answers to any name, so a name proves nothing; what is served is said."""
    provider = {"kind": "llama.cpp", "base_url": chat.origin} | ({"model": name} if name else {})
    line.settings("[provider]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in provider.items()))
    ran = line.run("doctor", "--json")

    checks = {check["name"]: check for check in json.loads(ran.out)}
    assert ran.status == 3
    assert (checks["model"]["ok"], checks["model"]["cause"]) == (False, "chat-only model")
    assert "was not trained to fill in the middle" in checks["model"]["sentence"]
    assert "SmolLM2-135M-Instruct.gguf" in checks["server"]["sentence"]
