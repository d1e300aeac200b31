"""Keys from the environment and from commands."""

from __future__ import annotations

import asyncio
import os
import string
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.errors import KeyPending, Unauthorized
from infill_ls.provider.key import ApiKey
from infill_ls.provider.key_command import environment_for


def printing(text):
    return (sys.executable, "-c", f"import sys; sys.stdout.write({text!r})")


def shell(script):
    return ("sh", "-c", script)


FOUND = {
    "variable": (ApiKey("K", {"K": " sk-1 \n"}, (), required=True), "sk-1"),
    "none needed": (ApiKey("K", {}, (), required=False), None),
    "blank, none needed": (ApiKey("K", {"K": " "}, (), required=False), None),
    "command": (ApiKey("K", {"K": "other"}, printing("sk-2\nuser: me\n"), required=True), "sk-2"),
    "command says nothing, none needed": (ApiKey("K", {}, printing(""), required=False), None),
}


@pytest.mark.parametrize(("key", "value"), FOUND.values(), ids=FOUND.keys())
async def test_a_key_is_found(key, value):
    assert await key.value() == value


REFUSED = {
    "no variable": (ApiKey("K_NAME", {}, (), required=True), "K_NAME"),
    "no key in it": (ApiKey("K", {"K": "sk ä"}, (), required=True), "characters"),
    "a line break in it": (ApiKey("K", {"K": "sk-1\r\nX-Evil: 1"}, (), required=False), "characters"),
    "no such program": (ApiKey("K", {}, ("/no/such/program",), required=True), "cannot be started"),
    "the command fails": (ApiKey("K", {}, (sys.executable, "-c", "print('sk-3'); exit(3)"), required=True), "status 3"),
    "the command says nothing": (ApiKey("K", {}, printing("\n"), required=True), "provider.api_key_command"),
    "the command says too much": (ApiKey("K", {}, shell("yes | tr -d '\\n'"), required=True), "too much"),
    "the command says too much of nothing": (ApiKey("K", {}, shell("yes ''"), required=True), "too much"),
    "a null character": (ApiKey("K", {}, (sys.executable, "-c", "\0"), required=True), "null"),
    "a path of wherever it runs": (ApiKey("K", {}, ("./pass", "x"), required=True), "whole path"),
    "one that fails at last": (ApiKey("K", {}, shell("echo sk-7; sleep 0.05; exit 4"), required=True), "status 4"),
    "one that fails and leaves a child": (ApiKey("K", {}, shell("sleep 60 & exit 5"), required=True), "status 5"),
}


@pytest.mark.parametrize(("key", "says"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_key_is_refused_in_a_sentence_without_it(key, says):
    with pytest.raises(Unauthorized, match=says) as caught:
        await key.value()
    assert "sk" not in str(caught.value)


LEAVES = {
    "a child that holds its output": shell("sleep 8 & echo sk-8"),
    "itself": shell("echo sk-8; sleep 60"),
    "a child in its place": shell("echo sk-8; exec sleep 60"),
    "more to read": shell("echo sk-8; yes"),
}


@pytest.mark.parametrize("command", LEAVES.values(), ids=LEAVES.keys())
@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
async def test_the_first_line_is_the_key_whatever_goes_on_behind_it(command):
    async with asyncio.timeout(5):
        assert await ApiKey("K", {}, command, required=True).value() == "sk-8"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
async def test_what_gives_no_key_is_ended_with_all_that_it_started(tmp_path):
    """A pipe tells when the last of them is gone."""
    os.mkfifo(tmp_path / "pipe")
    key = ApiKey("K", {}, shell(f"sleep 60 > {tmp_path}/pipe & wait"), required=True)
    asking = asyncio.create_task(key.value())
    reading = await asyncio.to_thread(open, tmp_path / "pipe", "rb")
    await key.aclose()
    with reading:
        assert await asyncio.wait_for(asyncio.to_thread(reading.read), 5) == b""
    assert (await asyncio.gather(asking, return_exceptions=True))[0].__class__ is asyncio.CancelledError


async def test_nobody_waits_for_a_command(tmp_path):
    """Who cannot wait is told so, and gets the key as soon as it is there."""
    key = ApiKey("K", {}, appending(tmp_path / "runs"), required=True)
    for _ in range(3):
        with pytest.raises(KeyPending):
            key.at_once()
        assert key.pending
    await key.value()

    assert (key.at_once(), key.pending) == ("sk-4", False)


@pytest.mark.skipif(sys.platform == "win32", reason="programs are called otherwise there")
async def test_no_program_of_the_current_folder_is_run(tmp_path, monkeypatch):
    """Which may be a repository's."""
    evil = tmp_path / "pass"
    evil.write_text("#!/bin/sh\necho sk-evil\n")
    evil.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for folders in (".", "", f".{os.pathsep}/nowhere", f"../{tmp_path.name}"):
        with pytest.raises(Unauthorized, match="not found"):
            await ApiKey("K", {"PATH": folders}, ("pass", "x"), required=True).value()
    assert await ApiKey("K", {"PATH": str(tmp_path)}, ("pass", "x"), required=True).value() == "sk-evil"


KEPT = [
    "HOME",
    "PATH",
    "PWD",
    "OLDPWD",
    "LANG",
    "TERM",
    "DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_SESSION_BUS_ADDRESS",
    "SSH_AUTH_SOCK",
    "SSH_ASKPASS",
    "GPG_TTY",
    "KEYBOARD",
    "MONKEY",
    "TOKENIZERS_PARALLELISM",
    "PASSWORD_STORE_DIR",
    "PASSWORD_STORE_KEY",
    "GNUPGHOME",
    "GNOME_KEYRING_CONTROL",
    "OP_ACCOUNT",
    "OP_SERVICE_ACCOUNT_TOKEN",
    "OP_SESSION_my",
    "AWS_PROFILE",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "CLOUDSDK_AUTH_ACCESS_TOKEN",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "VAULT_TOKEN",
    "VAULT_ADDR",
    "BW_SESSION",
    "HTTPS_PROXY",
    "SystemRoot",
]
TAKEN = [
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "DASHSCOPE_API_KEY",
    "INFILL_LS_API_KEY",
    "NPM_TOKEN",
    "GITHUB_TOKEN",
    "HF_TOKEN",
    "DB_PASS",
    "DATABASE_PASSWORD",
    "MYSQL_PWD",
    "PGPASSWORD",
    "STRIPE_SECRET_KEY",
    "SECRET",
    "CLIENT_SECRETS",
    "API_KEYS",
    "api_key",
    "MY_APIKEY",
    "AUTHTOKEN",
    "DOCKER_CREDENTIALS",
]


def test_a_command_gets_no_secrets_but_those_by_which_it_is_let_in():
    environ = dict.fromkeys([*KEPT, *TAKEN], "v")

    assert [*environment_for(("pass", "x"), environ)] == KEPT


@given(st.sampled_from(TAKEN), st.text(string.ascii_uppercase, min_size=1, max_size=8))
def test_a_secret_of_any_service_is_taken_away_unless_it_is_named(name, service):
    name = f"X{service}_{name}"

    assert environment_for(("sh", "-c", "pass x"), {name: "v"}) == {}
    assert environment_for(("sh", "-c", f"decrypt ${name}"), {name: "v"}) == {name: "v"}


@pytest.mark.skipif(sys.platform == "win32", reason="there is no sh")
async def test_a_command_runs_with_its_environment():
    environ = {"PATH": os.environ["PATH"], "A_TOKEN": "sk-a", "OP_TOKEN": "sk-op"}

    assert await ApiKey("K", environ, shell("env | grep -c TOKEN; env"), required=True).value() == "1"


def appending(path):
    """A command that leaves a mark each time it runs."""
    return (sys.executable, "-c", f"open({str(path)!r}, 'a').write('.'); print('sk-4')")


async def test_a_command_runs_once_for_all_who_ask_and_outlives_one_that_gave_up(tmp_path):
    key = ApiKey("K", {}, appending(tmp_path / "runs"), required=True)
    impatient = asyncio.create_task(key.value())
    await asyncio.sleep(0)
    impatient.cancel()

    assert await asyncio.gather(key.value(), key.value()) == ["sk-4", "sk-4"]
    assert (tmp_path / "runs").read_text() == "."


async def test_a_command_that_failed_is_not_run_again_at_once(tmp_path):
    program = f"open({str(tmp_path / 'runs')!r}, 'a').write('.'); exit(1)"
    key = ApiKey("K", {}, (sys.executable, "-c", program), required=True)
    for _ in range(3):
        with pytest.raises(Unauthorized):
            await key.value()

    assert (tmp_path / "runs").read_text() == "."


async def test_a_command_that_hangs_ends_with_its_key():
    key = ApiKey("K", {}, (sys.executable, "-c", "import time; time.sleep(60)"), required=True)
    asking = asyncio.create_task(key.value())
    await asyncio.sleep(0)
    await key.aclose()

    assert isinstance((await asyncio.gather(asking, return_exceptions=True))[0], asyncio.CancelledError)


def test_a_key_does_not_show_itself():
    assert "sk-5" not in repr(ApiKey("K", {"K": "sk-5"}, (), required=True))
