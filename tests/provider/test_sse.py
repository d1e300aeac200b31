"""Event streams in every shape seen in the wild, cut anywhere."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infill_ls.provider.sse import Decoder, Event

A, B = '{"a":1}', '{"b":"é\u2028"}'

STREAMS = {
    "plain": (f"data: {A}\n\ndata: {B}\n\ndata: [DONE]\n\n", [A, B, "[DONE]"]),
    "CRLF": (f"data: {A}\r\n\r\ndata: {B}\r\n\r\n", [A, B]),
    "CR": (f"data: {A}\r\rdata: {B}\r\r", [A, B]),
    "no space after the colon": (f"data:{A}\n\ndata:{B}\n\n", [A, B]),
    "only one space belongs to the field": ("data:  x\n\n", [" x"]),
    "comments and blank lines": (f": keep-alive\n\n\n:\n\ndata: {A}\n\n: ping\ndata: {B}\n\n", [A, B]),
    "event, id and status lines": (f"id:1\nevent:result\n:HTTP_STATUS/200\ndata:{A}\n\n", [A]),
    "no blank lines between events": (f"data: {A}\ndata: {B}\ndata: [DONE]\n", [A, B, "[DONE]"]),
    "no line end at the end": (f"data: {A}\n\ndata: {B}", [A, B]),
    "no blank line at the end": (f"data: {A}\n\ndata: x\n", [A, "x"]),
    "JSON over two lines": ('data: {"a":\ndata: 1}\n\n', ['{"a":\n1}']),
    "JSON whose first line ends in a brace": ('data: {"a":[{}\ndata: ]}\n\n', ['{"a":[{}\n]}']),
    "byte order mark": ("\ufeffdata: x\n\n", ["x"]),
    "data without a value": ("data\n\ndata:\n\n", ["", ""]),
    "unknown field": (f"retry: 10\nfoo\ndata: {A}\n\n", [A]),
    "nothing": ("", []),
}


def check(pieces: list[bytes], payloads: list[str]) -> None:
    decoder = Decoder()
    seen = [event for piece in pieces for event in decoder.feed(piece)]
    assert [event.data for event in seen + decoder.flush()] == payloads


@pytest.mark.parametrize(("text", "payloads"), STREAMS.values(), ids=STREAMS.keys())
def test_a_stream_cut_at_every_byte_gives_the_same_payloads(text, payloads):
    data = text.encode()
    check([data], payloads)
    check([data[i : i + 1] for i in range(len(data))], payloads)
    for cut in range(len(data) + 1):
        check([data[:cut], data[cut:]], payloads)


@given(st.sampled_from(list(STREAMS.values())), st.lists(st.integers(0, 80), max_size=6))
def test_a_stream_cut_in_several_places_gives_the_same_payloads(stream, cuts):
    text, payloads = stream
    data, places = text.encode(), [0, *sorted(cuts), 1000]
    check([data[a:b] for a, b in pairwise(places)], payloads)


def test_bytes_that_are_no_utf8_are_replaced():
    check([b'data: {"a":"\xff\xe4', b'"}\n\n'], ['{"a":"\ufffd\ufffd"}'])


def test_a_complete_line_gives_its_payload_before_the_blank_line():
    assert Decoder().feed(f"data: {A}\n".encode()) == [Event(A)]


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data):
    decoder = Decoder()
    decoder.feed(data)
    decoder.flush()


def test_a_payload_of_five_megabytes_in_small_pieces_arrives_whole():
    payload = '{"a":"' + "x" * 5_000_000 + '"}'
    data = f"data: {payload}\n\n".encode()
    check([data[i : i + 16384] for i in range(0, len(data), 16384)], [payload])


SAID = {
    "nothing": ("data: x\n\n", Event("x")),
    "native result": ("id:1\nevent:result\n:HTTP_STATUS/200\ndata:x\n\n", Event("x", "result", 200)),
    "native error": ("id:1\nevent:error\n:HTTP_STATUS/429\ndata:x\n\n", Event("x", "error", 429)),
    "status as a field": ("event: error\nstatus: 400\ndata: x\n\n", Event("x", "error", 400)),
    "status alone": (": HTTP_STATUS/500\ndata: x\n\n", Event("x", "", 500)),
    "status that is none": (":HTTP_STATUS/bad\nstatus:\ndata:x\n\n", Event("x")),
    "said of an event without data": ("event:error\n\ndata:x\n\n", Event("x")),
    "said of the event before": ('event:error\ndata:{}\ndata:{"a":1}\n', Event('{"a":1}')),
}


@pytest.mark.parametrize(("text", "event"), SAID.values(), ids=SAID.keys())
def test_an_event_has_what_stands_before_its_data(text, event):
    data = text.encode()
    for cut in range(len(data) + 1):
        decoder = Decoder()
        assert [*decoder.feed(data[:cut]), *decoder.feed(data[cut:])][-1] == event


@pytest.mark.parametrize(
    ("event", "is_error"),
    [(Event("x", "error"), True), (Event("x", "", 400), True), (Event("x", "result", 200), False), (Event("x"), False)],
)
def test_an_event_is_an_error_by_name_or_status(event, is_error):
    assert event.is_error == is_error
