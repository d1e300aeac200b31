"""``infill-ls doctor`` tells apart what can be wrong, each with one sentence and the remedy."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from support.clients.command_line import CommandLine
from support.engines.replicas import LLAMA_CPP_HEADER, Replica, llama_cpp
from support.model_studio.emulator import Emulator, Reply
from support.model_studio.failures import INTERNAL_ERROR, RATE_LIMITED

KEY = "sk-emulator"


@pytest.fixture
def line(tmp_path):
    return CommandLine(tmp_path, INFILL_LS_API_KEY=KEY)


@pytest.fixture(scope="module")
def shared():
    with Emulator(api_key=KEY) as emulator:
        yield emulator


@pytest.fixture
def studio(shared):
    """A service whose answers a test scripts."""
    shared.reset()
    return shared


def own(url, model="own-coder", **more):
    """Settings of a person with an own server."""
    lines = {"kind": "openai", "base_url": url, "model": model, "family": "qwen-coder", **more}
    return "[provider]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())


def examine(line, settings):
    """Exit status, and the last check as JSON has it."""
    line.settings(settings)
    ran = line.run("doctor", "--json")
    assert "Traceback" not in ran.err
    assert KEY not in ran.out + ran.err
    return ran.status, json.loads(ran.out)[-1]


def check(line, settings, cause, *parts):
    """What is wrong has its cause, one sentence that holds ``parts``, and status 3."""
    status, found = examine(line, settings)
    assert (status, found["ok"], found["cause"]) == (3, False, cause), found
    for part in parts:
        assert part in found["sentence"]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_service_that_answers_is_fine(line, studio):
    """Nothing of the user's is sent to find out."""
    studio.script('f"Hello {name}"')
    line.settings(own(studio.own_url))

    ran = line.run("doctor")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].split(maxsplit=2) == [
        "ok",
        "completion",
        'own-coder (mode fim) answers: “f"Hello {name}"”',
    ]
    assert len(studio.requests) == 1


def test_a_key_that_anyone_on_the_way_can_read(line):
    """Whether it works or not."""
    line.settings(own("http://no-such-host.invalid"))

    found = {check["name"]: check for check in json.loads(line.run("doctor", "--json").out)}
    assert (found["key"]["ok"], found["key"]["cause"]) == (False, "plain http")
    assert "no-such-host.invalid" in found["key"]["sentence"]


DEEP = {
    "a model that calls tools": ("qwen3-coder-plus", "", "qwen3-coder-plus can look things up"),
    "one that does not": (
        "own-coder",
        "",
        "a deep suggestion is an ordinary one: own-coder is not known to call tools",
    ),
    "no other files": ("qwen3-coder-plus", "[context]\nother_files = false\n", "is to see no other files"),
}


@pytest.mark.parametrize(("model", "more", "said"), DEEP.values(), ids=DEEP)
def test_whether_deep_suggestions_are_possible(line, studio, model, more, said):
    """No fault either way, and nothing is sent to find out."""
    studio.default = Reply("name")
    line.settings(own(studio.own_url, model) + more)

    ran = line.run("doctor", "--json")

    found = next(check for check in json.loads(ran.out) if check["name"] == "deep")
    assert (ran.status, found["ok"], len(studio.requests)) == (0, True, 1)
    assert said in found["sentence"]


CODER = "says.gguf"
"""The name says nothing of its family; its vocabulary has Qwen's tokens."""
SERVING = {
    "the model that is named": ({"model": CODER}, True, f"serves {CODER}, 8,192 tokens at once"),
    "a name that says nothing": ({"model": "default"}, True, f"serves {CODER}, 8,192 tokens at once"),
    "another file of the same family": ({"model": "qwen2.5-coder:7b"}, True, f"serves {CODER}"),
    "a model of another family": (
        {"model": "codellama:7b-code"},
        False,
        f"serves {CODER}, whatever provider.model says (codellama:7b-code): start it with the model",
    ),
    "a family that it is not of": (
        {"family": "starcoder"},
        False,
        "does not have the tokens of starcoder, which provider.family names, but those of qwen-coder: leave provider",
    ),
    "its own family": ({"family": "qwen-coder"}, True, f"serves {CODER}"),
}


@pytest.mark.parametrize(("more", "ok", "said"), SERVING.values(), ids=SERVING)
def test_what_is_served_is_what_the_settings_say(line, more, ok, said):
    """Also where the server answers to any name, with a model of whatever family."""
    with Replica(llama_cpp(model=CODER), LLAMA_CPP_HEADER, text="name") as engine:
        found = served(line, engine, more)
    assert (found["ok"], said in found["sentence"]) == (ok, True), found["sentence"]


def test_a_model_without_tokens_where_the_settings_name_a_coder(line):
    """As somebody has it who has started the server with another file."""
    with Replica(llama_cpp(model="SmolLM2.gguf", fim=False), LLAMA_CPP_HEADER, text="name") as engine:
        wrong = served(line, engine, {"model": "qwen2.5-coder-7b"})
        forced = served(line, engine, {"family": "qwen-coder"})
    assert "serves SmolLM2.gguf, whatever provider.model says (qwen2.5-coder-7b)" in wrong["sentence"]
    assert "but no fill-in-the-middle tokens" in forced["sentence"]


def test_a_server_that_is_still_loading_names_no_model(line):
    with Replica(llama_cpp(), LLAMA_CPP_HEADER, loads=threading.Event()) as engine:
        found = served(line, engine, {"model": "qwen2.5-coder-7b"})
    assert found["sentence"] == "llama.cpp has not named a model yet"


def served(line, engine, more):
    """What the doctor says of the server."""
    values = {"kind": "llama.cpp", "base_url": engine.url} | more
    line.settings("".join(f'provider.{name} = "{value}"\n' for name, value in values.items()))
    checks = json.loads(line.run("doctor", "--json").out)
    return next(check for check in checks if check["name"] == "server")


def test_the_embedded_engine_needs_nothing(line):
    status, found = examine(line, 'provider.kind = "local"\n')

    assert (status, found["ok"]) == (0, True)
    assert "no key and no network" in found["sentence"]


def test_a_model_that_always_thinks(line, studio):
    """It is asked, although the embedded engine answers while the user types."""
    studio.default = Reply("name")
    more = {"kind": "model-studio", "thinking": "on", "api_key_env": "INFILL_LS_API_KEY"}

    status, found = examine(line, own(studio.base_url, "qwq-plus", **more))

    assert (status, found["ok"]) == (0, True), found
    assert "qwq-plus (mode chat) answers" in found["sentence"]
    assert len(studio.requests) == 1


def test_where_the_settings_come_from(line):
    """No file is said to have been read that is not there."""
    missing = line.run("doctor").out.splitlines()[0]
    line.settings('provider.kind = "local"\n')

    assert "there is no " in missing
    assert "read from " in line.run("doctor").out.splitlines()[0]


def test_a_wrong_address(line):
    check(line, own("http://no-such-host.invalid"), "wrong address", "no-such-host.invalid", "provider.base_url")


def test_a_page_that_is_no_api(line, studio):
    """The right host and a wrong path."""
    check(line, own(studio.origin + "/wrong"), "unknown model", "/completions", "provider.base_url")


def test_a_refused_connection(line):
    port = free_port()

    check(line, own(f"http://127.0.0.1:{port}"), "refused connection", f"127.0.0.1:{port}")


def test_tls_where_none_is_spoken(line, studio):
    check(line, own(studio.own_url.replace("http:", "https:")), "tls", "127.0.0.1")


def test_a_certificate_that_nobody_vouches_for(line):
    with Emulator(api_key=KEY, tls=True) as emulator:
        check(line, own(emulator.own_url), "tls", "provider.ca_bundle")

        emulator.script("name")
        status, found = examine(line, own(emulator.own_url, ca_bundle=str(emulator.ca_file)))

    assert (status, found["ok"]) == (0, True)


def test_a_wrong_key(line, studio):
    """The sentence says where the key comes from, not what it is."""
    line.environ["INFILL_LS_API_KEY"] = "sk-wrong"

    check(line, own(studio.own_url), "key", "INFILL_LS_API_KEY", "401")
    assert "sk-wrong" not in line.run("doctor").out


def test_no_key_where_one_is_needed(line):
    check(line, 'provider.kind = "model-studio"\n', "key", "DASHSCOPE_API_KEY")


def test_an_unknown_model(line, studio):
    check(line, own(studio.own_url, "no-such-model"), "unknown model", "no-such-model", "provider.model")


def test_a_model_that_only_chats(line, studio):
    """It refuses a prompt with tokens, and answers a chat."""
    studio.default = Reply("name")

    check(
        line,
        own(studio.base_url, "qwen3-coder-plus", mode="fim"),
        "chat-only model",
        "qwen3-coder-plus",
        'set provider.mode to "partial"',
    )


def test_a_model_that_talks_about_the_code(line, studio):
    """It takes the prompt for a question, and answers with prose."""
    studio.default = Reply("Sure! Here is how you could complete it:")

    check(line, own(studio.own_url), "chat-only model", "prose", 'set provider.mode to "partial"')


OTHERS = {
    "too many requests": (Reply(trouble=RATE_LIMITED), "limit", 5.0),
    "a failing service": (Reply(trouble=INTERNAL_ERROR), "failure", 5.0),
    "no answer": (Reply(trouble="hang"), "time-out", 0.3),
}
"""Also how long the doctor waits, in seconds: a busy machine is no trouble of the service's."""


@pytest.mark.parametrize(("reply", "cause", "patience_s"), OTHERS.values(), ids=OTHERS.keys())
def test_other_trouble(line, studio, reply, cause, patience_s):
    studio.default = reply

    check(line, own(studio.own_url) + f"timeout_s = {{first_token = {patience_s}}}\n", cause, "127.0.0.1")


SETTINGS = {
    "no address": ('provider.kind = "openai"\n', "provider.base_url"),
    "an address that is none": (own("example.com:8080"), "provider.base_url"),
    "a mode that the region has not": (
        'provider.kind = "model-studio"\nprovider.mode = "fim"\nprovider.region = "singapore"\n',
        "provider.region",
    ),
}


@pytest.mark.parametrize(("settings", "part"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_cannot_work(line, settings, part):
    """Told apart from what the service says, with the status of wrong settings."""
    status, found = examine(line, settings)

    assert (status, found["ok"], found["cause"]) == (2, False, "settings")
    assert part in found["sentence"]


def test_a_wrong_setting_is_status_2_though_the_service_answers(line, studio):
    studio.script("name")
    line.settings(own(studio.own_url) + "[cache]\nsise = 3\n")

    ran = line.run("doctor")

    assert ran.status == 2
    assert [row.split()[0] for row in ran.out.splitlines()] == ["FAIL", "ok", "ok"]
    assert "did you mean `cache.size`?" in ran.out


@pytest.mark.parametrize(
    ("answers", "remedy"),
    [
        pytest.param(["", "name"], 'set provider.mode to "partial"', id="by FIM alone"),
        pytest.param(["", " \n"], "in provider.model", id="at all"),
    ],
)
def test_a_model_that_answers_nothing_is_not_ok(line, studio, answers, remedy):
    """It can be reached, but its user would wait for a suggestion for ever."""
    studio.script(*answers)

    check(line, own(studio.own_url, "own-coder", mode="fim"), "no answer", "own-coder", remedy)
