"""``infill-ls setup`` and ``models``: what is found, what is proposed, what is written; and what the doctor says then."""

from __future__ import annotations

import json
import tomllib
from contextlib import ExitStack

import pytest

from infill_ls.provider.discovery import Found
from infill_ls.provider.served import Model, Served
from infill_ls.setup import _addresses, how_to_get_one, ranked, with_provider
from support.clients.command_line import CommandLine
from support.engines.replicas import Replica, llama_cpp, lm_studio, ollama, sglang, vllm

OWN = {"qwen2.5-coder:7b": ["completion", "insert"], "llama3.2:3b": ["completion"]}


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path, INFILL_LS_CONFIG=str(tmp_path / "own" / "config.toml"))


def written(line):
    return (line.home / "own" / "config.toml").read_text()


def test_two_commands_lead_to_ghost_text(line):
    """With a fresh home: what is found is written, and tried out."""
    with Replica(ollama(models=OWN)) as engine:
        ran = line.run("setup", engine.url, "--write")

        assert (ran.status, ran.err) == (0, "")
        assert tomllib.loads(written(line)) == {
            "provider": {"kind": "ollama", "base_url": engine.url, "model": "qwen2.5-coder:7b"}
        }
        assert "qwen2.5-coder:7b (mode fim) answers" in ran.out
        assert "Ollama 0.13.1 serves qwen2.5-coder:7b, 4,096 tokens at once" in ran.out
    prompts = [body["prompt"] for _, path, body in engine.requests if path == "/api/generate" and "prompt" in body]
    assert prompts
    probes = ("<|fim_prefix|>def greet", "<|fim_prefix|># ")
    assert all(body.startswith(probes) for body in prompts), "nothing but the doctor's own"


def test_without_write_nothing_is_written_and_no_model_is_asked(line):
    with Replica(llama_cpp(), "llama.cpp") as engine:
        ran = line.run("setup", engine.url)

    assert ran.status == 0
    assert 'kind = "llama.cpp"' in ran.out
    assert not (line.home / "own").exists()
    assert {path for _, path, _ in engine.requests} <= {"/v1/models", "/props", "/tokenize", "/api/version"}


USUAL = {8012: (llama_cpp(), "llama.cpp"), 30000: (sglang(), ""), 1234: (lm_studio(), "")}


@pytest.fixture
def usual():
    """Three engines where such engines usually listen; skipped where somebody else has one of the ports."""
    with ExitStack() as stack:
        try:
            engines = [stack.enter_context(Replica(*each, at=port)) for port, each in USUAL.items()]
        except OSError as error:
            pytest.skip(f"a usual port is taken here: {error}")
        yield engines


def test_engines_are_found_where_they_usually_listen(line, usual):
    """All of them, without an address; they are sent no code, and one line of settings suffices for their address."""
    ran = json.loads(line.run("setup", "--json").out)

    assert {each["kind"] for each in ran["found"]} >= {"llama.cpp", "sglang", "lm-studio"}
    assert ran["proposal"]["kind"] in {each["kind"] for each in ran["found"]}
    bodies = [json.dumps(body) for engine in usual for _, _, body in engine.requests if body is not None]
    assert not any("def " in body or "prompt" in body for body in bodies)
    assert {path for engine in usual for _, path, _ in engine.requests} <= LOOKS


LOOKS = {"/v1/models", "/props", "/tokenize", "/api/version", "/api/v0/models", "/get_server_info", "/version"}


def test_as_data(line):
    with Replica(vllm()) as engine:
        found = json.loads(line.run("setup", engine.url, "--json").out)

    assert found["proposal"] == {"kind": "vllm", "base_url": engine.url, "model": "Qwen/Qwen2.5-Coder-7B"}
    assert found["found"] == [
        {
            "kind": "vllm",
            "version": "0.32.0",
            "address": engine.url,
            "model": "Qwen/Qwen2.5-Coder-7B",
            "family": "qwen-coder",
            "fills": True,
            "window": 4096,
            "size": None,
            "loaded": None,
        }
    ]
    assert (found["written"], found["checks"]) == (None, [])


def test_a_server_of_chat_models_alone_is_not_proposed(line):
    with Replica(llama_cpp(model="SmolLM2.gguf", fim=False), "llama.cpp") as engine:
        ran = line.run("setup", engine.url, "--write")

    assert ran.status == 3
    assert "qwen2.5-coder:1.5b-base" in ran.out
    assert not (line.home / "own").exists()


def test_where_nothing_is_found_it_is_said_what_to_install(line):
    ran = line.run("setup", "http://127.0.0.1:9")

    assert ran.status == 3
    assert ran.out.startswith("No engine answers at 127.0.0.1:9: start it there, or correct the address.\n")
    assert all(part in ran.out for part in ("llama-server --fim-qwen-", "ollama pull qwen2.5-coder:"))


@pytest.mark.parametrize("address", ["gpu", "http://user:secret@gpu:1", "http://", "ftp://gpu"])
def test_what_is_no_address_is_said_to_be_none(line, address):
    ran = line.run("setup", address)

    assert (ran.status, ran.out) == (3, "")
    assert ran.err == "infill-ls: That is not the address of a server: write one like http://gpu.example:11434.\n"


@pytest.mark.parametrize(("memory", "size"), [(0, "1.5b"), (8, "1.5b"), (16, "3b"), (64, "7b")])
def test_what_to_install_goes_by_the_machines_memory(memory, size):
    told = how_to_get_one(memory)
    assert f"--fim-qwen-{size}-default" in told
    assert f"qwen2.5-coder:{size}-base" in told


def test_only_this_machine_is_looked_at():
    """Also where Ollama's own variable names another."""
    for host in ("", "http://gpu.example:11434", "0.0.0.0:11435", "localhost:11436"):
        assert all(each.startswith("http://127.0.0.1:") for each in _addresses({"OLLAMA_HOST": host}, None))
    assert "http://127.0.0.1:11435" in _addresses({"OLLAMA_HOST": "0.0.0.0:11435"}, None)
    assert _addresses({}, "http://gpu:1") == ["http://gpu:1"]


def model(name, **more):
    return Found("http://h", Served("ollama", models=(Model(name, **more),)))


def test_the_best_model_comes_first():
    found = [
        model("llama3.2:3b", is_loaded=True),
        model("mine"),
        model("qwen3:8b", is_loaded=True),
        model("starcoder2:3b", is_loaded=True, window=2048),
        model("qwen2.5-coder:1.5b", is_loaded=True, window=8192),
        model("codellama:7b-code"),
    ]
    names = [choice.model.name for choice in ranked(found)]
    assert names == ["qwen2.5-coder:1.5b", "starcoder2:3b", "codellama:7b-code", "qwen3:8b", "mine", "llama3.2:3b"]


LINES = {"kind": "ollama", "model": "m"}
FILES = {
    "none": ("", True),
    "another table": ("[cache]\nsize = 3\n", True),
    "a comment": ("# mine", True),
    "a table of the provider's": ("[provider]\nmax_tokens = 64\n\n[cache]\nsize = 3\n", True),
    "its head alone": ("[cache]\n[provider]", True),
    "its head with a comment": ("[provider] # mine\ntop_p = 0.5\n", True),
    "a model": ('[provider]\nmodel = "x"\n', False),
    "an address, dotted": ('provider.base_url = "http://h"\n', False),
    "something else, dotted": ("provider.max_tokens = 64\n", False),
    "no TOML": ("[provider\n", False),
}


@pytest.mark.parametrize(("text", "is_taken"), FILES.values(), ids=FILES)
def test_lines_are_added_to_a_file_and_change_nothing_in_it(text, is_taken):
    wanted = with_provider(text, LINES)

    assert (wanted is not None) is is_taken
    if wanted is not None:
        before = tomllib.loads(text)
        assert tomllib.loads(wanted) == {**before, "provider": {**before.get("provider", {}), **LINES}}
        assert all(each in wanted for each in text.splitlines())


def test_what_stands_there_already_is_not_written_over(line):
    file = line.home / "own" / "config.toml"
    file.parent.mkdir()
    file.write_text('[provider]\nmodel = "mine"\n')
    with Replica(ollama()) as engine:
        ran = line.run("setup", engine.url, "--write")

    assert (ran.status, written(line)) == (3, '[provider]\nmodel = "mine"\n')
    assert "already names a server or a model" in ran.err
    assert 'model = "qwen2.5-coder:7b"' in ran.out, "to be put there by hand"


def own(engine, kind="openai", **more):
    values = {"kind": kind, "base_url": engine.url, **more}
    return "[provider]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def test_models_lists_what_the_server_in_force_has(line):
    with Replica(ollama(models=OWN)) as engine:
        line.settings(own(engine))
        rows = line.run("models").out.splitlines()

    assert [row.split()[0] for row in rows] == ["model", "qwen2.5-coder:7b", "llama3.2:3b"]
    assert " yes " in rows[1]
    assert " no " in rows[2]


def test_where_the_server_lists_nothing_it_is_said_whose_models_these_are(line):
    line.settings('provider.kind = "openai"\nprovider.base_url = "http://127.0.0.1:9"\n')
    ran = line.run("models")

    assert "127.0.0.1:9 does not list its models, so these are Model Studio's" in ran.err
    assert "qwen3-coder-plus" in ran.out


DOCTOR = {
    "an OpenAI address that is Ollama's": (
        ollama(models=OWN),
        {"model": "qwen2.5-coder:7b"},
        (True, None, "qwen2.5-coder:7b (mode fim) answers"),
    ),
    "not pulled": (
        ollama(models=OWN),
        {"model": "qwen2.5-coder:3b"},
        (False, "unknown model", "ollama pull qwen2.5-coder:3b"),
    ),
    "no FIM tokens": (
        llama_cpp(model="SmolLM2.gguf", fim=False),
        {"model": "mine"},
        (False, "chat-only model", "was not trained to fill in the middle"),
    ),
    "no FIM tokens, whatever the name says": (
        llama_cpp(model="SmolLM2.gguf", fim=False),
        {"model": "qwen2.5-coder-7b"},
        (False, "chat-only model", "was not trained to fill in the middle"),
    ),
}


@pytest.mark.parametrize(("routes", "settings", "expected"), DOCTOR.values(), ids=DOCTOR)
def test_the_doctor_proves_what_the_server_is(line, routes, settings, expected):
    ok, cause, part = expected
    with Replica(routes, "llama.cpp" if "GET /props" in routes else "") as engine:
        line.settings(own(engine, **settings))
        checks = json.loads(line.run("doctor", "--json").out)

    assert any((check["ok"], check["cause"]) == (ok, cause) and part in check["sentence"] for check in checks), checks
    assert all(path != "/v1/completions" for _, path, _ in engine.requests if "GET /api/tags" in routes)


TAKES_NOBODY_IN = {
    # So answers a model that has no such tokens, where nobody can ask its vocabulary.
    "the start of its own file": ("def greet(name: str) -> str:\n", "no FIM tokens"),
    "halves of characters": ("\ufffd\ufffd", "no answer"),
}


@pytest.mark.parametrize(("text", "cause"), TAKES_NOBODY_IN.values(), ids=TAKES_NOBODY_IN)
def test_the_doctor_is_not_taken_in_by(line, text, cause):
    """What is no completion."""
    routes = {"GET /v1/models": (200, {"data": [{"id": "coder", "owned_by": "somebody"}]})}
    with Replica(routes, text=text) as engine:
        line.settings(own(engine, model="coder", family="qwen-coder"))
        last = json.loads(line.run("doctor", "--json").out)[-1]

    assert (last["ok"], last["cause"]) == (False, cause)


def timed(tokens, ms, cached=0):
    return {"cache_n": cached, "prompt_n": tokens, "prompt_ms": ms, "predicted_n": 2}


SPEED = {
    "a fast one": (timed(800, 100.0), {"speed": (None, "reads 8,000 tokens a second; the first text came after")}),
    "a slow one": (
        timed(800, 8000.0),
        {
            "speed": (
                "slow",
                "prompts are kept to 128 tokens, so that it reads them in time; faster: a build of llama.cpp",
            )
        },
    ),
    "one with a cache": (timed(80, 10.0, cached=720), {"cache": (None, "90 % of a prompt that goes on came from it")}),
}


@pytest.mark.parametrize(("timings", "expected"), SPEED.values(), ids=SPEED)
def test_the_doctor_says_how_fast_an_engine_reads_and_what_would_help(line, timings, expected):
    with Replica(llama_cpp(), "llama.cpp", timings=timings) as engine:
        line.settings(own(engine, kind="llama.cpp"))
        checks = {check["name"]: check for check in json.loads(line.run("doctor", "--json").out)}

    assert all(check["ok"] for check in checks.values()), checks
    for name, (cause, part) in expected.items():
        assert checks[name]["cause"] == cause
        assert part in checks[name]["sentence"]


def test_without_counts_nothing_is_said_of_a_cache(line):
    with Replica(vllm()) as engine:
        line.settings(own(engine, kind="vllm"))
        checks = json.loads(line.run("doctor", "--json").out)

    # The recording has no counts, of which a real one sends some in any case.
    assert [check["name"] for check in checks if check["name"] in ("speed", "cache")] == ["speed"]


def test_a_server_that_may_cost_something_is_not_measured(line):
    routes = {"GET /v1/models": (200, {"data": [{"id": "qwen2.5-coder", "owned_by": "somebody"}]})}
    with Replica(routes) as engine:
        line.settings(own(engine, model="qwen2.5-coder"))
        checks = json.loads(line.run("doctor", "--json").out)

    assert [check["name"] for check in checks] == ["settings", "deep", "completion"]
    assert len([path for _, path, _ in engine.requests if path == "/v1/completions"]) == 1
