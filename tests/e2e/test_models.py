"""The server as a process, between an editor and a model on loopback: what goes up, what comes back, what is told."""

from __future__ import annotations

import bisect
import colorsys
import itertools
import json
import textwrap
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import pytest_asyncio

from support.clients.editor import INVOKED, SERVER, EditorClient, items_of, recorded_client
from support.clients.pytest_lsp import clean_environment
from support.engines.raw_server import raw_server, response
from support.model_studio.emulator import Emulator, Failure, Framing, Oracle, Reply

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(60)]

TOKENS = (
    "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
    "<|endoftext|>", "<|im_start|>", "<|im_end|>",
)  # fmt: skip
SOURCES = [Path(module.__file__).read_text(encoding="utf-8") for module in (colorsys, bisect, textwrap)]
HOLES = {
    "a line's rest": ("    y = ", "0.30*r + 0.59*g + 0.11*b"),
    "a tuple's rest": ("    return (y", ", i, q)"),
    "to a function's end": ("0.74*(r-y", ") - 0.27*(b-y)\n    q = 0.48*(r-y) + 0.41*(b-y)\n    return (y, i, q)"),
    "branches": ("    if l <= 0.5:\n        m2 = ", "l * (1.0+s)\n    else:\n        m2 = l+s-(l*s)"),
    "from inside a word": ("if hue < ONE_SIXTH:\n        re", "turn m1 + (m2-m1)*hue*6.0"),
    "nested calls": ("    return (_v(", "m1, m2, h+ONE_THIRD), _v(m1, m2, h), _v(m1, m2, h-ONE_THIRD))"),
    "within a string": ('raise ValueError("invalid width %r (mu', 'st be > 0)" % self.width)'),
    "a loop's body": ("mid = ", "(lo + hi) // 2\n            if x < a[mid]:\n                hi = mid"),
    "to the last line of a function": ("bisect_right(a, key(x), ", "lo, hi, key=key)\n    a.insert(lo, x)"),
    "within brackets": ("lo = bisect_right(", "a, x, lo, hi"),
}
"""What stands before a hole in one of the files, and what stood in it."""
SUM = "def add(a, b):\n    │\n\n\nprint(add(1, 2))\n"


@dataclass(frozen=True)
class Route:
    """How a model is asked."""

    provider: dict[str, str]
    path: str
    own: bool
    """Whether it is an own server, rather than Model Studio."""


ROUTES = {
    "FIM": Route({"kind": "openai", "model": "qwen2.5-coder-7b-instruct", "mode": "fim"}, "/completions", own=True),
    "partial": Route({"kind": "model-studio", "model": "qwen3-coder-plus"}, "/chat/completions", own=False),
}
FIM, PARTIAL = ROUTES.values()
STUDIO_FIM = Route(
    {"kind": "model-studio", "model": "qwen-coder-turbo", "mode": "fim", "region": "beijing"}, "/completions", own=False
)


@dataclass
class Window:
    """An editor with the server behind it; each text is opened as a document of its own."""

    editor: EditorClient
    root: Path
    trace: Path
    route: Route
    numbers: itertools.count = field(default_factory=itertools.count)

    def open(self, marked: str) -> str:
        """Open a document with the cursor at ``│``; gives its URI."""
        uri = (self.root / f"file{next(self.numbers)}.py").as_uri()
        before, _, after = marked.partition("│")
        self.editor.open(uri, before + after).cursor = len(before)
        return uri

    async def ask(self, uri: str, **trigger: int) -> str | None:
        """The ghost text at the document's cursor."""
        items = items_of(await self.editor.inline_completion(uri, **trigger))
        return items[0]["insertText"] if items else None

    async def ghost(self, marked: str, **trigger: int) -> str | None:
        """The ghost text of a fresh document."""
        return await self.ask(self.open(marked), **trigger)

    async def filled(self, marked: str) -> str | None:
        """A fresh document's text once its suggestion is accepted."""
        uri = self.open(marked)
        items = items_of(await self.editor.inline_completion(uri, trigger_kind=INVOKED))
        return self.editor.accept(uri, items[0]) if items else None

    def records(self) -> list[dict]:
        """The trace so far."""
        return [json.loads(line) for line in self.trace.read_text(encoding="utf-8").splitlines()]

    def told(self) -> list[str]:
        """Messages shown to the user."""
        return [each["message"] for each in self.editor.notifications("window/showMessage")]


@asynccontextmanager
async def window(route: Route, origin: str, key: str, folder: Path, **completion: object) -> AsyncIterator[Window]:
    """A server that asks ``route`` at ``origin``; it has ended in good order when the block is left."""
    home, trace = folder / "home", folder / "trace.jsonl"
    home.mkdir()
    base_url = origin + ("/v1" if route.own else "/compatible-mode/v1")
    options = {
        "provider": {**route.provider, "base_url": base_url},
        "completion": {"debounce_ms": 0, **completion},
        # What is looked for in prompts stands in the documents of the tests before.
        "context": {"other_files": False},
    }
    keys = {"INFILL_LS_API_KEY": key, "DASHSCOPE_API_KEY": key}
    command = (*SERVER, "--trace", str(trace))
    async with EditorClient(command, environment=clean_environment(home) | keys) as editor:
        await editor.initialize(recorded_client("neovim"), folder, options)
        yield Window(editor, folder, trace, route)
        assert await editor.shutdown() == 0
        assert editor.stray == b""


@pytest.fixture(scope="module")
def running():
    with Emulator(oracle=Oracle(*SOURCES)) as studio:
        yield studio


@pytest.fixture
def studio(running):
    running.reset()
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=ROUTES.values(), ids=ROUTES.keys())
async def server(request, running, tmp_path_factory):
    """One process for all tests that change nothing about it."""
    async with window(request.param, running.origin, running.api_key, tmp_path_factory.mktemp("server")) as opened:
        yield opened
        assert opened.told() == []


@pytest.mark.parametrize(("lead", "hole"), HOLES.values(), ids=HOLES.keys())
async def test_a_hole_in_a_real_file_is_filled_with_what_was_there(server, studio, lead, hole):
    text = next(source for source in SOURCES if lead + hole in source)
    before, after = text.split(lead + hole, 1)
    assert await server.filled(f"{before}{lead}│{after}") == text
    assert studio.oracle.missed == 0


ENDS = {
    # The service's page has this form for it; other servers pass the text on to the model, which knows the other one.
    "FIM on Model Studio": (STUDIO_FIM, "<|fim_prefix|>def last():\n    <|fim_suffix|>"),
    "FIM": (FIM, "<|fim_prefix|>def last():\n    <|fim_suffix|><|fim_middle|>"),
    "partial": (PARTIAL, "Nothing follows the cursor.\ndef last():\n    "),
}


@pytest.mark.parametrize(("route", "end"), ENDS.values(), ids=ENDS.keys())
async def test_at_the_end_of_a_file_only_what_stands_before_is_sent(studio, tmp_path, route, end):
    studio.script("return None")
    async with window(route, studio.origin, studio.api_key, tmp_path) as opened:
        assert await opened.ghost("def last():\n    │") == "return None"
    assert studio.requests[0].path.endswith(route.path)
    assert studio.requests[0].prompt.endswith(end)


REPLIES = {
    "heart-beats": Reply(framing=Framing(heartbeats=True)),
    "no [DONE]": Reply(framing=Framing(done=False)),
    "no space after data:": Reply(framing=Framing(space=False)),
    "CRLF": Reply(framing=Framing(line_end="\r\n")),
    "CR": Reply(framing=Framing(line_end="\r")),
    "no blank lines": Reply(framing=Framing(blank_lines=False)),
    "byte by byte": Reply(framing=Framing(sizes=(1,), heartbeats=True)),
    "thoughts first": Reply(reasoning="The user wants a sum, so <b>return</b> it."),
    "in words cut anywhere": Reply(chunk_size=1),
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES.keys())
async def test_every_way_to_stream_shows_the_same(server, studio, reply):
    """Only the model's text is shown, none of its thoughts and nothing of the stream."""
    studio.script(replace(reply, text="return a + b  # 和🙂"))
    assert await server.ghost(SUM) == "return a + b  # 和🙂"


STOPPED = {
    "a stop string that is not sent": ("return a<|fim_middle|>b", "return a"),
    "one that is sent": ("return a<|endoftext|>b", "return a"),
    "the start of one is code": ('return "a <| b"', 'return "a <| b"'),
    "at once": ("<|repo_name|>x", None),
}


@pytest.mark.parametrize("chunk_size", [1, 2, 3, 5, 64])
@pytest.mark.parametrize(("said", "shown"), STOPPED.values(), ids=STOPPED.keys())
async def test_stop_strings_end_the_answer_wherever_it_is_cut(server, studio, said, shown, chunk_size):
    studio.script(Reply(text=said, chunk_size=chunk_size))
    assert await server.ghost(SUM) == shown
    assert len(studio.requests[0].body["stop"]) <= 4


async def test_no_carriage_return_goes_up_or_comes_back(server, studio):
    """A document with CRLF is sent with LF, and an answer with CRLF is shown with LF."""
    studio.script("c = a + b\r\n    return c")
    uri = server.open(SUM.replace("\n", "\r\n"))
    assert await server.ask(uri) == "c = a + b\n    return c"
    assert "\\r" not in json.dumps(studio.requests[0].body)


async def test_control_tokens_in_the_file_are_broken(server, studio):
    """A prompt holds each of its own tokens once, and a chat none, whatever the file says."""
    studio.script("return a + b")
    everywhere = "".join(TOKENS)
    assert await server.ghost(f"# {everywhere}\n{SUM}# {everywhere}\n") == "return a + b"
    sent = studio.requests[0].prompt
    own = TOKENS[:3] if server.route is FIM else ()
    assert {token: sent.count(token) for token in TOKENS} == {token: int(token in own) for token in TOKENS}
    assert "fim_pad" in sent


async def test_completions_one_after_another_use_one_connection(server, studio):
    for number in range(5):
        studio.script(f"return {number} + a")
        assert await server.ghost(SUM) == f"return {number} + a"
    assert len({call.connection for call in studio.requests}) == 1


async def test_each_request_leaves_a_record_that_says_where_its_answer_came_from(server, studio):
    """The model is asked once; asking again and typing on cost nothing."""
    studio.script("return a + b")
    uri = server.open(SUM)
    assert await server.ask(uri) == "return a + b"
    assert await server.ask(uri) == "return a + b"
    server.editor.type(uri, "return ")
    assert await server.ask(uri, trigger_kind=INVOKED) == "a + b"
    model, cache, typed = server.records()[-3:]
    assert [each["source"] for each in (model, cache, typed)] == ["model", "cache", "typed"]
    assert {each["outcome"] for each in (model, cache, typed)} == {"shown"}
    assert [each["upstream_calls"] for each in (model, cache, typed)] == [1, 0, 0]
    assert [each["trigger"] for each in (model, cache, typed)] == ["automatic", "automatic", "invoked"]
    call = studio.requests[0]
    assert model["tokens"] == {"prompt": call.prompt_tokens, "cached": call.cached_tokens, "completion": 3}
    assert cache["tokens"] == typed["tokens"] == {"prompt": 0, "cached": 0, "completion": 0}
    assert (model["model"], model["language"], model["lines"], model["characters"]) == (
        server.route.provider["model"], "python", 1, 12,
    )  # fmt: skip
    assert "return" not in server.trace.read_text(encoding="utf-8")


async def test_what_the_service_had_in_its_cache_is_in_the_record(server, studio):
    """The longer document's prompt begins as the shorter one's, so part of it is cached."""
    studio.script("return a + b", "return a + c")
    start = "".join(f"VALUE_{number} = {number}\n" for number in range(30))
    await server.ghost(start + "def add(a, b):\n    │")
    await server.ghost(start + "def add(a, c):\n    │")
    cached = [call.cached_tokens for call in studio.requests]
    assert cached[1] > 0
    assert [each["tokens"]["cached"] for each in server.records()[-2:]] == cached


SEVERAL = "for item in a:\n        b += item\n    return b"
LINES = {
    "auto, where nothing follows": ({}, "def f(a, b):\n    │\n", SEVERAL),
    "auto, before words": ({}, "def f(a, b):\n    │ # and so on\n", SEVERAL),
    "single": ({"lines": "single"}, "def f(a, b):\n    │\n", "for item in a:"),
}


@pytest.mark.parametrize(("completion", "marked", "shown"), LINES.values(), ids=LINES.keys())
async def test_one_line_or_several(studio, tmp_path, completion, marked, shown):
    studio.script(SEVERAL)
    async with window(FIM, studio.origin, studio.api_key, tmp_path, **completion) as opened:
        assert await opened.ghost(marked, trigger_kind=INVOKED) == shown


KNOWN = """
def first(rows):
    return sorted(rows, key=by_name)[:10]

def second(rows):
    return sorted(rows, key=by_name)[:10]

def third(rows):
    return sorted(rows, key=by_name)[:10]

def fourth(rows):
    return sorted(│
"""


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())
async def test_a_model_that_fails_is_told_of_once_and_stood_in_for(studio, tmp_path, route):
    """An error inside the stream: the embedded engine answers where it knows something, and one message says why."""
    studio.default = Reply(text="return 1", trouble=Failure(500, "internal_error", "It broke."), after=3)
    async with window(route, studio.origin, studio.api_key, tmp_path) as opened:
        assert await opened.ghost(SUM) is None
        assert await opened.ghost(KNOWN) == "rows, key=by_name)[:10]"
        assert await opened.ghost(SUM) is None
        assert [each["source"] for each in opened.records()] == [None, "local", None]
        assert [each["outcome"] for each in opened.records()] == ["unreachable", "shown", "unreachable"]
        assert len(opened.told()) == 1
        assert "It broke." in opened.told()[0]


WHOLE = {
    "FIM": (FIM, {"text": "return a + b"}),
    "chat": (PARTIAL, {"message": {"role": "assistant", "content": "return a + b"}}),
    "chat with its prefix": (PARTIAL, {"message": {"content": SUM.partition("│")[0] + "return a + b"}}),
}


@pytest.mark.parametrize(("route", "choice"), WHOLE.values(), ids=WHOLE.keys())
async def test_a_server_that_does_not_stream(tmp_path, route, choice):
    """One JSON body in place of a stream is an answer too; a prefix sent back is not shown."""
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    body = {"choices": [{**choice, "index": 0, "finish_reason": "stop"}], "usage": usage}
    answer = response("200 OK", json.dumps(body).encode(), "Content-Type: application/json")
    async with raw_server([answer]) as plain, window(route, plain.url, "sk-plain", tmp_path) as opened:
        assert await opened.ghost(SUM) == "return a + b"
        assert opened.records()[0]["tokens"] == {"prompt": 7, "cached": 0, "completion": 3}
        assert plain.requests[0].line.split()[1].endswith(route.path)
        assert opened.told() == []
