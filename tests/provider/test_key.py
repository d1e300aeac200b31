"""Keys from the environment and from commands."""

from __future__ import annotations

import asyncio
import sys

import pytest

from infill_ls.errors import Unauthorized
from infill_ls.provider.key import Key


def printing(text):
    return (sys.executable, "-c", f"import sys; sys.stdout.write({text!r})")


FOUND = {
    "variable": (Key("K", {"K": " sk-1 \n"}, (), required=True), "sk-1"),
    "none needed": (Key("K", {}, (), required=False), None),
    "blank, none needed": (Key("K", {"K": " "}, (), required=False), None),
    "command": (Key("K", {"K": "other"}, printing("sk-2\nuser: me\n"), required=True), "sk-2"),
    "command says nothing, none needed": (Key("K", {}, printing(""), required=False), None),
}


@pytest.mark.parametrize(("key", "value"), FOUND.values(), ids=FOUND.keys())
async def test_a_key_is_found(key, value):
    assert await key.value() == value


REFUSED = {
    "no variable": (Key("K_NAME", {}, (), required=True), "K_NAME"),
    "no key in it": (Key("K", {"K": "sk ä"}, (), required=True), "characters"),
    "a line break in it": (Key("K", {"K": "sk-1\r\nX-Evil: 1"}, (), required=False), "characters"),
    "no such program": (Key("K", {}, ("/no/such/program",), required=True), "cannot be started"),
    "the command fails": (Key("K", {}, (sys.executable, "-c", "print('sk-3'); exit(3)"), required=True), "status 3"),
    "the command says nothing": (Key("K", {}, printing("\n"), required=True), "provider.api_key_command"),
}


@pytest.mark.parametrize(("key", "says"), REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_key_is_refused_in_a_sentence_without_it(key, says):
    with pytest.raises(Unauthorized, match=says) as caught:
        await key.value()
    assert "sk" not in str(caught.value)


def appending(path):
    """A command that leaves a mark each time it runs."""
    return (sys.executable, "-c", f"open({str(path)!r}, 'a').write('.'); print('sk-4')")


async def test_a_command_runs_once_for_all_who_ask_and_outlives_one_that_gave_up(tmp_path):
    key = Key("K", {}, appending(tmp_path / "runs"), required=True)
    impatient = asyncio.create_task(key.value())
    await asyncio.sleep(0)
    impatient.cancel()

    assert await asyncio.gather(key.value(), key.value()) == ["sk-4", "sk-4"]
    assert (tmp_path / "runs").read_text() == "."


async def test_a_command_that_failed_is_not_run_again_at_once(tmp_path):
    program = f"open({str(tmp_path / 'runs')!r}, 'a').write('.'); exit(1)"
    key = Key("K", {}, (sys.executable, "-c", program), required=True)
    for _ in range(3):
        with pytest.raises(Unauthorized):
            await key.value()

    assert (tmp_path / "runs").read_text() == "."


async def test_a_command_that_hangs_ends_with_its_key():
    key = Key("K", {}, (sys.executable, "-c", "import time; time.sleep(60)"), required=True)
    asking = asyncio.create_task(key.value())
    await asyncio.sleep(0)
    await key.aclose()

    assert isinstance((await asyncio.gather(asking, return_exceptions=True))[0], asyncio.CancelledError)


def test_a_key_does_not_show_itself():
    assert "sk-5" not in repr(Key("K", {"K": "sk-5"}, (), required=True))
