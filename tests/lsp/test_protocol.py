"""Each request gets exactly one answer, whatever else arrives."""

from __future__ import annotations

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pygls.lsp.server import LanguageServer

from infill_ls.lsp.converter import Converter
from infill_ls.lsp.framing import Framer
from infill_ls.lsp.protocol import InfillProtocol
from infill_ls.lsp.transport import Inbox

# The first draw reads Unicode tables: how long that takes says nothing of the code under test.
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PARSE, INVALID, UNKNOWN, PARAMS, INTERNAL = -32700, -32600, -32601, -32602, -32603
NOT_INITIALIZED, CANCELLED = -32002, -32800
QUIET = "<InfillProtocol: 0 requests, 0 notifications under way>"


class Wire:
    """A protocol with a few handlers, and what it wrote."""

    def __init__(self, *, initialized=True):
        self.framer = Framer()
        self.seen = []
        self.protocol = LanguageServer(
            "test", "1", protocol_cls=InfillProtocol, converter_factory=lambda: Converter({})
        ).protocol
        self.protocol.set_writer(self)
        self.protocol.initialized = initialized
        self.protocol.handlers |= {"test/echo": lambda params: params, "test/fail": self.fail, "test/hang": self.hang}
        self.protocol.handlers["test/told"] = self.seen.append
        self.protocol.handlers["textDocument/inlineCompletion"] = lambda _params: None
        self.protocol.handlers["initialize"] = lambda params: {"echo": params}

    def write(self, data):
        self.framer.feed(data)

    def close(self):
        pass

    @property
    def answers(self):
        out = []
        while (body := self.framer.next()) is not None:
            out.append(json.loads(body))
        return out

    def send(self, message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return self.protocol.receive(body)

    def request(self, method, params=None, identity=1):
        return self.send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})

    def fail(self, _params):
        raise KeyError("a secret")

    async def hang(self, _params):
        await asyncio.Event().wait()


@pytest.fixture
def wire():
    return Wire()


@given(st.text(st.characters(), max_size=20), st.lists(st.sampled_from(["\ud800", "\udfff", "é", "\U0001f600"])))
def test_no_half_of_a_surrogate_pair_is_sent(text, more):
    """Names of files may hold them, and Helix ends a server for one."""
    wire = Wire()
    wire.request("test/echo", f"{text}{''.join(more)}")
    (answer,) = wire.answers

    assert not any("\ud800" <= character <= "\udfff" for character in answer["result"])


def request(method, **more):
    return {"jsonrpc": "2.0", "id": 1, "method": method, **more}


PLACE = {"textDocument": {"uri": "file:///a"}, "position": {"line": 0, "character": 0}}
REFUSED = {
    "no JSON": (b"{", None, PARSE),
    "no UTF-8": (b'{"a":"\xff"}', None, PARSE),
    "empty": (b"", None, PARSE),
    "nested too deeply": (b"[" * 100_000, None, PARSE),
    "number too long": (b'{"id":' + b"9" * 5000 + b"}", None, PARSE),
    "batch": ([request("test/echo")], None, INVALID),
    "number": (7, None, INVALID),
    "no version": ({"id": 1, "method": "test/echo"}, 1, INVALID),
    "old version": ({"jsonrpc": "1.0", "id": 1, "method": "test/echo"}, 1, INVALID),
    "method is no string": (request(["test/echo"]), 1, INVALID),
    "method is null and there is nothing else": ({"jsonrpc": "2.0", "method": None}, None, None),
    "unknown": (request("test/unknown"), 1, UNKNOWN),
    "unknown of the protocol": (request("textDocument/hover", params=PLACE), 1, UNKNOWN),
    "no parameters": (request("textDocument/inlineCompletion"), 1, PARAMS),
    "no context": (request("textDocument/inlineCompletion", params=PLACE), 1, PARAMS),
    "parameters are no table": (request("textDocument/inlineCompletion", params=[1]), 1, PARAMS),
    "handler fails": (request("test/fail"), 1, INTERNAL),
    "second initialize": (request("initialize", params={}), 1, INVALID),
    "id is null": ({"jsonrpc": "2.0", "id": None, "method": "test/echo"}, None, INVALID),
    "id is a list": ({"jsonrpc": "2.0", "id": [1], "method": "test/echo"}, None, INVALID),
    "unknown notification": ({"jsonrpc": "2.0", "method": "test/unknown"}, None, None),
    "notification with bad parameters": ({"jsonrpc": "2.0", "method": "textDocument/didOpen"}, None, None),
    "cancel of a list": ({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": [1]}}, None, None),
    "cancel of a table": ({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": {}}}, None, None),
    "answer to nothing": ({"jsonrpc": "2.0", "id": "x", "result": 1}, None, None),
    "answer with an odd id": ({"jsonrpc": "2.0", "id": [1], "result": 1}, None, None),
}


@pytest.mark.parametrize(("message", "identity", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals(wire, caplog, message, identity, code):
    """One error with its code, or silence where there is nobody to answer; then life goes on."""
    wire.send(message)
    is_own_fault = code == INTERNAL
    assert any(record.exc_info for record in caplog.records) == is_own_fault
    expected = [] if code is None else [(identity, code)]
    assert [(answer["id"], answer["error"]["code"]) for answer in wire.answers] == expected
    wire.request("test/echo", {"alive": True})
    assert wire.answers == [{"jsonrpc": "2.0", "id": 1, "result": {"alive": True}}]


@pytest.mark.parametrize("params", [None, {}, [], 7], ids=repr)
def test_goodbyes_in_any_form(wire, params):
    """``shutdown`` and ``exit`` take no parameters, and are not refused for having some."""
    codes = []
    wire.protocol.on_exit = codes.append
    wire.request("shutdown", params)
    wire.send({"jsonrpc": "2.0", "method": "exit", "params": params})
    assert (wire.answers, codes) == ([{"jsonrpc": "2.0", "id": 1, "result": None}], [0])


def test_an_error_tells_nothing_of_the_inside(wire):
    """Neither the exception's text nor its traceback goes to the client."""
    wire.request("test/fail")
    assert "secret" not in str(wire.answers)


def test_a_message_may_speak_of_json_rpc(wire):
    """A key ``jsonrpc`` inside the parameters is a key."""
    wire.request("test/echo", {"jsonrpc": "2.0", "inner": {"jsonrpc": "1.0", "id": 3}})
    assert wire.answers[0]["result"] == {"jsonrpc": "2.0", "inner": {"jsonrpc": "1.0", "id": 3}}


def test_before_initialize():
    """Requests are refused, notifications dropped, and ``initialize`` is handed its parameters as they came."""
    wire = Wire(initialized=False)
    wire.request("test/echo", identity=1)
    wire.send({"jsonrpc": "2.0", "method": "test/told", "params": 1})
    wire.request("initialize", {"processId": None, "odd": [1]}, identity=2)
    refused, done = wire.answers
    assert (refused["id"], refused["error"]["code"]) == (1, NOT_INITIALIZED)
    assert done == {"jsonrpc": "2.0", "id": 2, "result": {"echo": {"processId": None, "odd": [1]}}}
    assert wire.seen == []


async def test_shutdown_ends_what_runs(wire):
    """Running requests are answered as cancelled, later ones refused, and ``exit`` tells whether it was in order."""
    codes = []
    wire.protocol.on_exit = codes.append
    wire.request("test/hang", identity=1)
    await asyncio.sleep(0)
    wire.request("shutdown", identity=2)
    wire.request("test/echo", identity=3)
    await settle()
    answers = {answer["id"]: answer.get("error", {}).get("code") for answer in wire.answers}
    assert answers == {1: CANCELLED, 2: None, 3: INVALID}
    wire.send({"jsonrpc": "2.0", "method": "exit"})
    assert codes == [0]


def test_exit_without_shutdown(wire):
    """The exit code is 1."""
    codes = []
    wire.protocol.on_exit = codes.append
    wire.send({"jsonrpc": "2.0", "method": "exit"})
    assert codes == [1]


@pytest.mark.parametrize("identity", [7, "7"], ids=["number", "string"])
async def test_cancelling(wire, identity):
    """One answer, at once; a second cancel is for nobody."""
    wire.request("test/hang", identity=identity)
    await settle()
    for _ in range(2):
        wire.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": identity}})
        await settle()
    assert [(answer["id"], answer["error"]["code"]) for answer in wire.answers] == [(identity, CANCELLED)]
    assert repr(wire.protocol) == QUIET


@pytest.mark.parametrize(("identity", "cancelled"), [(7, "7"), ("7", 7), (7, 8)], ids=repr)
async def test_cancelling_another_id(wire, identity, cancelled):
    """Numbers and strings are different ids, and an unknown id is no error."""
    wire.request("test/hang", identity=identity)
    wire.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": cancelled}})
    await settle()
    assert wire.answers == []
    assert repr(wire.protocol) == QUIET.replace("0 requests", "1 requests")
    wire.request("shutdown", identity=99)
    await settle()


async def test_one_id_twice(wire):
    """Both are answered, and the later one can still be cancelled when the first has ended."""
    wire.request("test/hang", identity=1)
    wire.request("test/hang", identity=1)
    first, second = 0, 1
    for _ in (first, second):
        wire.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 1}})
        await settle()
    wire.request("shutdown", identity=2)
    await settle()
    assert [answer["id"] for answer in wire.answers] == [1, 2]


async def test_an_answer_under_a_running_requests_id(wire):
    """It is not taken for an answer to a request of ours."""
    wire.request("test/hang", identity="a")
    wire.send({"jsonrpc": "2.0", "id": "a", "result": 1})
    wire.send({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "a"}})
    await settle()
    assert [answer["error"]["code"] for answer in wire.answers] == [CANCELLED]


async def test_the_clients_answers(wire):
    """A result, an error, a late one, one twice: each is taken once or not at all."""
    good = wire.protocol.send_request("test/ask")
    bad = wire.protocol.send_request("test/ask")
    late = wire.protocol.send_request("test/ask")
    late.cancel()
    ids = [message["id"] for message in wire.answers]
    for _ in range(2):
        wire.send({"jsonrpc": "2.0", "id": ids[0], "result": 7})
        wire.send({"jsonrpc": "2.0", "id": ids[1], "error": {"code": 1, "message": "no"}})
        wire.send({"jsonrpc": "2.0", "id": ids[2], "result": 8})
    assert good.result() == 7
    assert bad.exception() is not None
    assert (wire.answers, repr(wire.protocol)) == ([], QUIET)


async def test_notifications_leave_nothing_behind(wire):
    """Nothing is kept of messages that nobody waits for."""
    for number in range(1000):
        wire.send({"jsonrpc": "2.0", "method": "test/told", "params": number})
    assert len(wire.seen) == 1000
    assert repr(wire.protocol) == QUIET


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
methods = st.sampled_from(["test/echo", "test/unknown", "textDocument/inlineCompletion", "textDocument/didOpen"])
messages = st.fixed_dictionaries(
    {"jsonrpc": st.sampled_from(["2.0", "2.0", "2.0", "1.0", 2])},
    optional={"id": json_values, "method": methods | json_values, "params": json_values, "result": json_values},
)


@busy_machine
@given(messages | json_values)
def test_any_message_is_survived(message):
    """Nothing raises; what is a request with a usable id gets one answer under that id."""
    wire = Wire()
    wire.send(message)
    answers = wire.answers
    assert len(answers) <= 1
    if (
        isinstance(message, dict)
        and isinstance(message.get("id"), int | str)
        and isinstance(message.get("method"), str)
    ):
        assert [answer["id"] for answer in answers] == [message["id"]]


async def test_a_request_sees_the_text_before_the_edit_behind_it():
    """200 pairs of edit and request in one piece: each handler starts before the next edit is applied."""
    wire, version, seen = Wire(), 0, []

    def edit(params):
        nonlocal version
        version = params

    async def ask(params):
        seen.append((params, version))
        return params

    wire.protocol.handlers |= {"test/edit": edit, "test/ask": ask}
    inbox = Inbox(Framer(), wire.protocol.receive, lambda: None)
    stream = b""
    for number in range(200):
        for message in (
            {"jsonrpc": "2.0", "method": "test/edit", "params": number},
            {"jsonrpc": "2.0", "id": number, "method": "test/ask", "params": number},
        ):
            body = json.dumps(message).encode()
            stream += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    inbox.data_received(stream)
    while len(seen) < 200:  # noqa: ASYNC110  # counting turns of the loop is the point
        await asyncio.sleep(0)
    await settle()
    assert seen == [(number, number) for number in range(200)]
    assert sorted(answer["id"] for answer in wire.answers) == list(range(200))


async def test_the_end_of_input_comes_last():
    """What was read before the end is handled first, so an ``exit`` in it counts."""
    wire, events = Wire(), []
    wire.protocol.handlers["test/told"] = events.append
    inbox = Inbox(Framer(), wire.protocol.receive, lambda: events.append("end"))
    for message in (
        {"jsonrpc": "2.0", "id": 1, "method": "test/echo"},
        {"jsonrpc": "2.0", "method": "test/told", "params": "last"},
    ):
        body = json.dumps(message).encode()
        inbox.data_received(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    inbox.eof_received()
    inbox.connection_lost(None)
    await settle()
    assert events == ["last", "end"]


async def settle():
    """Give tasks and callbacks that are ready their turns."""
    for _ in range(10):
        await asyncio.sleep(0)
