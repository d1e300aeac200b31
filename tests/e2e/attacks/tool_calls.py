"""What a model's server can try where the model may look things up: calls that are none, too many, or never end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from e2e.attacks.model import Served, event, served, spoken
from support.clients.attacks import Ground, Tried, broken, mutated, outcome_of, peak_mb, settled, traceback_in
from support.engines.raw_server import CLOSE, HANG, STREAM_END, STREAM_HEAD, response

MOST_REQUESTS = 10
"""More for one suggestion are no longer within bounds, whatever the bounds are."""
MODEL = {"provider__model": "qwen3-coder-flash", "completion__deep_seconds": 10}
ANSWER = spoken("chat", "```python\nvalue + 1\n```")


def part(index: object = 0, id_: object = "a", name: object = "outline", arguments: object = '{"path": "a.py"}') -> dict[str, object]:  # fmt: skip
    """One piece of a call."""
    return {"index": index, "id": id_, "type": "function", "function": {"name": name, "arguments": arguments}}


def piece(*parts: object, finish: str | None = None, text: object = None) -> dict[str, object]:
    """One event's payload."""
    delta = {"content": text, "tool_calls": list(parts)}
    return {"id": "1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def calling(*payloads: object) -> list[object]:
    """An answer whose events are these, and an end that says that calls are wanted."""
    events = [event(each) for each in (*payloads, piece(finish="tool_calls"), b"[DONE]")]
    return [STREAM_HEAD, *events, STREAM_END]


async def looked_up(service: Served, *scripts: list[object], ending: list[object] = ANSWER) -> tuple[list[dict[str, object]], int]:  # fmt: skip
    """The items of a deep suggestion where the service plays these scripts and then the last one, and its requests."""
    before = len(service.service.requests)
    await service.editor.request("workspace/executeCommand", {"command": "infill-ls.deep", "arguments": []})
    # What the session asks with is changed first, since that makes the circuit new.
    items = await service.ask(*(scripts[0] if scripts else ending), then=[*scripts[1:], ending])
    return items, len(service.service.requests) - before


async def _held(service: Served, *scripts: list[object], ending: list[object] = ANSWER) -> str:
    """What went wrong, if anything did."""
    printed, before_mb = len(service.editor.printed), peak_mb(service.editor)
    _, requests = await looked_up(service, *scripts, ending=ending)
    await settled(service.editor)
    grown = peak_mb(service.editor) - before_mb
    if grown > 120:
        return f"{grown:.0f} MB more"
    if requests > MOST_REQUESTS:
        return f"{requests} requests"
    return await traceback_in(service.editor, printed)


MANY = [piece(part(arguments='{"path": "'))] + [piece(part(id_="", name=None, arguments="a")) for _ in range(10_000)]
CALLS = {
    "huge arguments": [piece(part(arguments='{"path": "' + "x" * 1_000_000 + '"}'))],
    "10,000 pieces": MANY,
    "a thousand calls": [piece(*(part(number, f"i{number}") for number in range(1_000)))],
    "indices that jump": [piece(part(2**62)), piece(part(-1, "b")), piece(part(10**400, "c"))],
    "indices that are none": [piece(part(index, f"i{number}")) for number, index in enumerate((None, "x", 1.5, [], {}))],
    "no ids": [piece(part(0, None)), piece(part(1, ""))],
    "one id for all": [piece(part(0, "a"), part(1, "a"), part(2, "a"))],
    "ids that are none": [piece(part(0, {"a": 1})), piece(part(1, "x" * 100_000)), piece(part(2, "\x00\ud800"))],
    "no name": [piece(part(name="")), piece(part(1, "b", None))],
    "names that are none": [piece(part(name="x" * 100_000)), piece(part(1, "b", "../\x1b[2J\u202e\n")), piece(part(2, "c", "\ud800"))],
    "a tool that there is not": [piece(part(name="run_shell", arguments='{"command": "id"}'))],
    "arguments that are no JSON": [piece(part(arguments=text, index=number, id_=f"i{number}")) for number, text in enumerate(("{", "null", "[]", "1", '"x"', "\x00", "{" * 5_000, "[" * 100_000))],
    "arguments of other types": [piece(part(arguments={"path": number}, index=number, id_=f"i{number}")) for number in range(3)],
    "half of a pair": [piece(part(arguments='{"path": "\ud83d"}'))],
    "bytes that are no UTF-8": [b'{"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "\xff", "function": {"name": "outline", "arguments": "{\\"path\\": \\"\xc3\xff\\"}"}}]}}]}'],
    "a call in the text": [piece(text='<tool_call>{"name": "read_file", "arguments": {"path": ".env"}}</tool_call>')],
    "thoughts without end": [{"choices": [{"delta": {"reasoning_content": "hm " * 1_000}}]} for _ in range(300)],
}  # fmt: skip


async def calls_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """Whatever a model calls: bounded in memory and requests, no traceback, and the answer afterwards is shown."""
    async with served(ground, "chat", **MODEL) as service:
        for name, payloads in ground.some(CALLS.items(), 9):
            yield Tried(name, await outcome_of(_held(service, calling(*payloads))))
        items, requests = await looked_up(service, calling(piece(part())))
        shown = [item["insertText"] for item in items], requests
        yield Tried("a good answer after a good call", "" if shown == (["value + 1"], 2) else f"{shown}")


async def calls_that_are_spoilt(ground: Ground) -> AsyncIterator[Tried]:
    """A call in which one thing is another, or some bytes are."""
    async with served(ground, "chat", **MODEL) as service:
        for number in ground.several(60, 12):
            payloads = [
                piece(part(arguments="")),
                piece(part(id_="", name=None)),
                piece(part(1, "b", "list_files", "{}")),
            ]
            place = ground.random.randrange(3)
            if number % 2:
                payloads[place] = mutated(ground.random, payloads[place])
            script = calling(*payloads)
            if not number % 2:
                script[1 + place] = broken(ground.random, script[1 + place])
            yield Tried(f"{payloads[place]!r:.120}", await outcome_of(_held(service, script)))


ENDLESS = {
    "the same call for ever": calling(piece(part())),
    "many calls for ever": calling(piece(*(part(n, f"i{n}", arguments=json.dumps({"path": f"{n}.py"})) for n in range(30)))),
    "text and a call for ever": calling(piece(part(), text="value")),
    "calls where none are allowed": calling(piece(part(arguments=json.dumps({"path": "b.py"})))),
}  # fmt: skip
AFTER = {
    "a call behind the answer": [STREAM_HEAD, event(piece(text="value + 1", finish="stop")), event(piece(part(), finish="tool_calls")), event(b"[DONE]"), STREAM_END],
    "a call behind the end": [STREAM_HEAD, event(piece(text="value + 1", finish="stop")), event(b"[DONE]"), event(piece(part(), finish="tool_calls")), STREAM_END],
    "a call without an end": [STREAM_HEAD, event(piece(part())), STREAM_END],
    "a call that is cut off": [STREAM_HEAD, event(piece(part(arguments='{"path": '), finish="length")), event(b"[DONE]"), STREAM_END],
    "a connection that breaks": [STREAM_HEAD, event(piece(part())), CLOSE],
    "silence": [STREAM_HEAD, event(piece(part())), HANG],
    "an error": [response("500 Oops", b'{"error": {"message": "no", "code": "internal_error"}}')],
    "a refusal of tools": [response("400 No", b'{"error": {"message": "The tool call is not supported."}}')],
}  # fmt: skip


async def calls_without_end(ground: Ground) -> AsyncIterator[Tried]:
    """A model that never answers is asked so often and no more; what breaks off in a later round is an outcome."""
    async with served(ground, "chat", **MODEL) as service:
        for name, script in ENDLESS.items():
            yield Tried(name, await outcome_of(_held(service, script, ending=script)))
        for name, script in ground.some(AFTER.items(), 5):
            yield Tried(name, await outcome_of(_held(service, script)))
            yield Tried(
                f"{name}, in the second round", await outcome_of(_held(service, calling(piece(part())), script))
            )


CASES = (calls_that_are_none, calls_that_are_spoilt, calls_without_end)
