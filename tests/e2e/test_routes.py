"""Every route to a model, over the real process: what is printed is true, and asked exactly as the route says."""

from __future__ import annotations

import base64
import colorsys
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.clients.command_line import CommandLine
from support.clients.editor import AUTOMATIC, INVOKED, items_of
from support.clients.server_session import session
from support.model_studio.emulator import Caller, Emulator, Failure, Oracle, Reply
from support.model_studio.failures import ARREARAGE, BURST, QUOTA_EXCEEDED

pytestmark = pytest.mark.timeout(60)

KEY = "sk-emulator"
SOURCE = Path(colorsys.__file__).read_text(encoding="utf-8")
HOLE = ") - 0.27*(b-y)\n    q = 0.48*(r-y) + 0.41*(b-y)\n    return (y, i, q)"
BEFORE, AFTER = SOURCE.split(HOLE)
PLACE = f"code.py:{len(BEFORE.splitlines())}:{len(BEFORE.splitlines()[-1]) + 1}"

FIM, CHAT = "/completions", "/chat/completions"
COMPATIBLE, NATIVE, OWN = "/compatible-mode/v1", "/api/v1/services/aigc", "/v1"
TEXT, MULTIMODAL = "/text-generation/generation", "/multimodal-generation/generation"
THOUGHTS = Reply(reasoning="Here is <b>what</b> I think of it.\n" * 3)


@pytest.fixture(scope="module")
def running():
    with Emulator(api_key=KEY, oracle=Oracle(SOURCE)) as studio:
        yield studio


@pytest.fixture
def studio(running):
    running.reset()
    return running


@pytest.fixture
def line(tmp_path):
    (tmp_path / "code.py").write_text(BEFORE + AFTER, encoding="utf-8")
    return CommandLine(tmp_path, DASHSCOPE_API_KEY=KEY, INFILL_LS_API_KEY=KEY)


def provider(**values):
    """A settings file's text."""
    return "[provider]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


def hosted(studio, **values):
    """Settings of somebody with a key of Model Studio, which is the emulator."""
    return {"kind": "model-studio", "base_url": studio.base_url, **values}


@dataclass(frozen=True)
class Route:
    """Settings, and how they have the model asked."""

    provider: dict[str, str | int]
    path: str
    kind: str
    thinking: bool | None = None
    """What is said of it; None for nothing."""
    thinks: bool = False
    """Whether thoughts come before the answer."""
    own: bool = False


ON = {"thinking": "on"}
DASHSCOPE = {"protocol": "dashscope"}
ROUTES = {
    "FIM in Beijing": Route({"model": "qwen-coder-turbo", "region": "beijing"}, COMPATIBLE + FIM, "fim"),
    "partial": Route({"model": "qwen3-coder-flash"}, COMPATIBLE + CHAT, "partial"),
    "partial by default": Route({}, COMPATIBLE + CHAT, "partial"),
    "partial, natively": Route({"model": "qwen3-coder-flash"} | DASHSCOPE, NATIVE + TEXT, "partial"),
    "partial of the other path": Route({"model": "qwen3-vl-plus"} | DASHSCOPE, NATIVE + MULTIMODAL, "partial", False),
    "hybrid": Route({"model": "qwen3.6-plus"}, COMPATIBLE + CHAT, "partial", False),
    "thinking": Route({"model": "qwen3.6-plus"} | ON, COMPATIBLE + CHAT, "chat", True, thinks=True),
    "thinking, natively": Route(
        {"model": "qwen-plus", "thinking_budget": 9} | ON | DASHSCOPE, NATIVE + TEXT, "chat", True, thinks=True
    ),
    "always thinking": Route({"model": "qwq-plus"} | ON, COMPATIBLE + CHAT, "chat", thinks=True),
    "plain chat": Route({"model": "qwen3-coder-plus", "mode": "chat"}, COMPATIBLE + CHAT, "chat"),
    "all that a model has": Route({"model": "qwen3.7-plus"}, COMPATIBLE + CHAT, "chat", False),
    "FIM of an own server": Route({"model": "qwen2.5-coder-7b-instruct"}, OWN + FIM, "fim", own=True),
    "thinking of an own server": Route({"model": "own-coder"} | ON, OWN + CHAT, "chat", thinks=True, own=True),
    "partial of an own server": Route({"model": "own-coder", "mode": "partial"}, OWN + CHAT, "partial", own=True),
}  # fmt: skip


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())
def test_each_route_prints_what_stood_there(studio, line, route):
    """One request, of the route's path and mode; no thought is printed."""
    studio.default = THOUGHTS if route.thinks else Reply()
    where = {"kind": "openai", "base_url": studio.own_url} if route.own else hosted(studio)
    line.settings(provider(**where, **route.provider))

    ran = line.run("complete", PLACE)

    assert (ran.status, ran.out, ran.err) == (0, HOLE + "\n", "")
    (call,) = studio.requests
    assert (call.path, call.question.kind) == (route.path, route.kind)
    assert call.asked.get("enable_thinking") is route.thinking
    assert call.asked.get("thinking_budget") == route.provider.get("thinking_budget")
    assert (call.reasoning_tokens > 0) is route.thinks


@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
def test_an_answer_that_a_limit_cut_off_is_continued(studio, line, protocol):
    """Its prefix grows until the truth is whole."""
    line.settings(provider(**hosted(studio, protocol=protocol, max_tokens=8)))

    ran = line.run("complete", PLACE)

    assert (ran.status, ran.out, ran.err) == (0, HOLE + "\n", "")
    prefixes = [call.question.prefix for call in studio.requests]
    assert len(prefixes) > 2
    assert prefixes == [(prefixes[0] + HOLE)[: len(prefixes[0]) + 32 * number] for number in range(len(prefixes))]


# What can be wrong...

SETTINGS = {
    "FIM outside Beijing": (
        {"mode": "fim", "region": "virginia", "model": "qwen-coder-turbo"},
        ("FIM only in region beijing", "provider.region is virginia", 'provider.mode to "partial"'),
    ),
    "FIM with a model that has none": (
        {"mode": "fim", "region": "beijing", "model": "qwen3-coder-plus"},
        ("does not serve qwen3-coder-plus by FIM", 'provider.mode to "partial"', "qwen-coder-turbo"),
    ),
    "partial with a model that always thinks": (
        {"mode": "partial", "model": "qwq-plus"},
        ("qwq-plus always thinks", "set provider.model to one of", "qwen3-coder-flash"),
    ),
    "partial with a model that has none": (
        {"mode": "partial", "model": "qwen3.7-plus"},
        ("no partial mode for qwen3.7-plus", 'provider.mode to "auto"', "qwen3-coder-flash"),
    ),
    "FIM by the native protocol": (
        {"mode": "fim", "region": "beijing", "protocol": "dashscope"},
        ("native protocol has no FIM", 'provider.protocol to "openai"'),
    ),
    "thoughts of a model that has none": (
        {"thinking": "on", "model": "qwen3-coder-plus"},
        ("qwen3-coder-plus never thinks", 'provider.thinking to "off"', "qwen3.6-plus"),
    ),
    "a region of workspaces alone": (
        {"region": "frankfurt", "base_url": None},
        ("no shared host in region frankfurt", "provider.workspace_id"),
    ),
    "a workspace id that names another host": (
        {"workspace_id": "evil.example/", "base_url": None},
        ("provider.workspace_id is not a workspace id",),
    ),
}


@pytest.mark.parametrize(("values", "parts"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_cannot_work_are_told_without_asking(studio, line, values, parts):
    """With the remedy, and as wrong settings."""
    given = hosted(studio, **values)
    check(line, {name: value for name, value in given.items() if value is not None}, 2, "settings", *parts)
    assert studio.requests == ()


def test_a_key_of_another_region(studio, line):
    """Host, region, and the regions that it may belong to; and the key goes nowhere else."""
    line.environ["DASHSCOPE_API_KEY"] = "sk-of-another-region"
    host = studio.origin.removeprefix("http://")
    others = "beijing, singapore, virginia, frankfurt, tokyo"

    check(line, hosted(studio, region="hongkong"), 3, "key", host, "401", "provider.region is hongkong", others)
    assert len(studio.requests) == 1


def test_a_model_that_nobody_knows(studio, line):
    check(line, hosted(studio, model="qwen9-coder"), 3, "unknown model", "qwen9-coder", "provider.model")


REFUSALS = {
    "billing": (ARREARAGE, "key", "does not serve this account for now (billing or quota)"),
    "a quota": (QUOTA_EXCEEDED, "limit", "says that a quota is used up"),
    "a sudden start": (BURST, "limit", "requests came too quickly"),
}


@pytest.mark.parametrize(("failure", "cause", "part"), REFUSALS.values(), ids=REFUSALS.keys())
@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
def test_what_an_account_may_not(studio, line, protocol, failure, cause, part):
    """Told apart, in both protocols' words."""
    studio.default = Reply(trouble=failure)

    check(line, hosted(studio, protocol=protocol), 3, cause, part)


def check(line, values, status, cause, *parts):
    """``doctor`` names the cause, with one sentence that holds ``parts``, and never the key."""
    line.settings(provider(**values))
    ran = line.run("doctor", "--json")
    found = json.loads(ran.out)[-1]
    assert (ran.status, found["ok"], found["cause"], ran.err) == (status, False, cause, "")
    for part in parts:
        assert part in found["sentence"]
    assert line.environ["DASHSCOPE_API_KEY"] not in ran.out


# In an editor...

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
URL = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture
def project(tmp_path):
    """A workspace of its own, and the environment of somebody with a key."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "cat.png").write_bytes(PNG)
    return folder


def asking(studio, **values):
    """``initializationOptions`` of the same person."""
    return {"provider": hosted(studio, **values), "completion": {"debounce_ms": 0}}


async def ask(editor, uri, trigger):
    return [item["insertText"] for item in items_of(await editor.inline_completion(uri, trigger_kind=trigger))]


def images(call):
    """What a request shows besides text."""
    messages = call.asked["messages"]
    parts = [part for each in messages if isinstance(each["content"], list) for part in each["content"]]
    return [part.get("image") or part["image_url"]["url"] for part in parts if "image" in part or "image_url" in part]


HARD = {"model": "qwen-plus"} | ON
DEEP = {
    "a coder": Route({}, COMPATIBLE + CHAT, "chat"),
    "natively": Route(DASHSCOPE, NATIVE + TEXT, "chat"),
    "natively, of the other path": Route({"model": "qwen3.6-plus"} | DASHSCOPE, NATIVE + MULTIMODAL, "chat", False),
    "thinking": Route(HARD, COMPATIBLE + CHAT, "chat", True, thinks=True),
    "thinking, natively": Route(HARD | DASHSCOPE, NATIVE + TEXT, "chat", True, thinks=True),
    "always thinking": Route({"model": "qwq-plus"} | ON, COMPATIBLE + CHAT, "chat", thinks=True),
    "an own server": Route({"model": "qwen3-coder-plus"}, OWN + CHAT, "chat", own=True),
}
LOOKS = [("outline", {"path": "other.py"}), ("search_text", {"text": "def yiq_of"})]


@pytest.mark.parametrize("route", DEEP.values(), ids=DEEP.keys())
def test_each_route_lets_a_model_look_things_up(studio, line, tmp_path, route):
    """Its calls come back with their results, with its thoughts if it has any, and each request is counted."""
    (tmp_path / "other.py").write_text("def yiq_of(r, g, b):\n    return r\n", encoding="utf-8")
    studio.caller = Caller(LOOKS, like=THOUGHTS if route.thinks else Reply())
    where = {"kind": "openai", "base_url": studio.own_url} if route.own else hosted(studio)
    line.settings(provider(**where, **route.provider))

    ran = line.run("complete", PLACE, "--deep", "--json")

    outcome = json.loads(ran.out)
    assert outcome["text"] == HOLE
    first, second = studio.requests
    assert [(call.path, call.status) for call in studio.requests] == [(route.path, 200)] * 2
    assert [call.asked.get("enable_thinking") for call in studio.requests] == [route.thinking] * 2
    assert [call.asked["parallel_tool_calls"] for call in studio.requests] == [True, True]
    turn, *results = second.asked["messages"][-3:]
    assert [call["function"]["name"] for call in turn["tool_calls"]] == ["outline", "search_text"]
    assert [each["tool_call_id"] for each in results] == [call["id"] for call in turn["tool_calls"]]
    assert all("def yiq_of" in str(each["content"]) for each in results)
    assert turn.get("reasoning_content") == (THOUGHTS.reasoning if route.thinks else None)
    assert outcome["usage"]["prompt"] == first.prompt_tokens + second.prompt_tokens
    assert outcome["usage"]["completion"] == first.completion_tokens + second.completion_tokens


def test_a_server_that_takes_no_tools_is_asked_as_ever(studio, line):
    """Whatever its model's name promises."""
    studio.script(Reply(trouble=Failure(500, "500", "tools param requires --jinja flag", "server_error")))
    line.settings(provider(kind="openai", base_url=studio.own_url, model="qwen3-coder-plus", mode="partial"))

    ran = line.run("complete", PLACE, "--deep")

    assert (ran.status, ran.out) == (0, HOLE + "\n")
    assert "takes no tools" in ran.err
    assert [bool(call.asked.get("tools")) for call in studio.requests] == [True, False]


SEVERAL = {
    "a coder": ({}, False),
    "natively": ({"protocol": "dashscope"}, False),
    "a model that thinks": ({"model": "qwen-plus", "thinking": "on"}, True),
}


@pytest.mark.parametrize(("values", "thinks"), SEVERAL.values(), ids=SEVERAL.keys())
def test_several_suggestions_take_two_requests(studio, line, values, thinks):
    """The second asks for all others, as JSON; services hold no model to that while it thinks."""
    line.settings(provider(**hosted(studio, **values)))
    others = [HOLE.replace("0.27", "0.28"), HOLE.replace("0.27", "0.29")]
    studio.script(HOLE, json.dumps({"answers": [HOLE, *others]}))

    ran = line.run("complete", PLACE, "--candidates", "3", "--json")

    assert json.loads(ran.out)["candidates"] == [HOLE, *others]
    first, second = (call.asked for call in studio.requests)
    assert "response_format" not in first
    assert second.get("response_format") == (None if thinks else {"type": "json_object"})
    assert ("max_tokens" in second) is thinks


@pytest.mark.parametrize("protocol", ["openai", "dashscope"])
async def test_the_image_that_a_caption_describes_is_sent_when_it_is_asked_for(studio, project, protocol):
    """Not while typing, though what was said then is known already; and the same for alt text."""
    studio.script("grey cat on a red sofa", "black cat on a mat", "A black cat")
    uri, alt = (project / "a.md").as_uri(), (project / "b.md").as_uri()
    options = asking(studio, model="qwen3-vl-plus", protocol=protocol)
    async with session(project, options, variables={"DASHSCOPE_API_KEY": KEY}) as editor:
        editor.open(uri, "![A cat](cat.png)\n\nA ", language="markdown")
        editor.open(alt, "![](cat.png)\n", language="markdown").cursor = 2
        typed = await ask(editor, uri, AUTOMATIC)
        asked = await ask(editor, uri, INVOKED)
        described = await ask(editor, alt, INVOKED)

    assert (typed, asked, described) == (["grey cat on a red sofa"], ["black cat on a mat"], ["A black cat"])
    assert [images(call) for call in studio.requests] == [[], [URL], [URL]]
    assert str(project) not in json.dumps([call.body for call in studio.requests])


async def test_thinking_is_shown_and_can_be_cancelled(studio, project):
    """The user ends it in the editor: the answer is empty and the connection closed."""
    studio.default = Reply(text="return a", reasoning="hm", first_token_s=30)
    uri = (project / "a.py").as_uri()
    options = asking(studio, model="qwen3.6-plus", thinking="on")
    async with session(project, options, variables={"DASHSCOPE_API_KEY": KEY}) as editor:
        editor.open(uri, "def first(a):\n    ")
        waiting = editor.inline_completion(uri, trigger_kind=INVOKED)
        await editor.wait_for(lambda: any("thinking" in str(each) for each in editor.notifications("$/progress")))
        token = editor.notifications("$/progress")[-1]["token"]
        await studio.until(lambda: studio.requests)
        editor.notify("window/workDoneProgress/cancel", {"token": token})
        assert items_of(await waiting) == []
        await studio.until(lambda: studio.requests[0].over)

        kinds = [each["value"]["kind"] for each in editor.notifications("$/progress") if each["token"] == token]
        assert kinds == ["begin", "end"]
    assert studio.requests[0].closed_by_client


async def test_what_a_session_used_is_in_the_ledger(studio, project, line):
    """Accepted once, however often it is said; an answer that nobody waited for is reckoned; written at the exit."""
    studio.script("return a", Reply(text="return b", first_token_s=30))
    uri = (project / "a.py").as_uri()
    state = {"XDG_STATE_HOME": line.environ["HOME"], "DASHSCOPE_API_KEY": KEY}
    async with session(project, asking(studio), variables=state) as editor:
        editor.open(uri, "def first(a):\n    ")
        (item,) = items_of(await editor.inline_completion(uri))
        for _ in range(2):
            editor.request("workspace/executeCommand", item["command"])
        editor.type(uri, "x = ")
        waiting = editor.inline_completion(uri)
        await studio.until(lambda: len(studio.requests) == 2)
        assert await editor.shutdown() == 0
        assert waiting.done()

    line.environ |= state
    (model,) = json.loads(line.run("usage", "--json").out)["models"]
    assert (model["calls"], model["aborted"], model["shown"], model["accepted"]) == (2, 1, 1, 1)
    assert model["tokens"]["prompt"] == studio.requests[0].prompt_tokens
    assert 0 < model["tokens"]["estimated"] <= studio.requests[1].prompt_tokens
