"""Answers told apart by their first character: events, one JSON body, or neither."""

from __future__ import annotations

import pytest

from infill_ls.provider.payloads import NotJson, PayloadDecoder, parse

BODIES = {
    "events": (b'data: {"a":1}\n\ndata: {"b":2}\n\ndata: [DONE]\n\n', [{"a": 1}, {"b": 2}], True),
    "events without an end": (b'data: {"a":1}\n\n', [{"a": 1}], False),
    "events after heart-beats": (b'\n\n: hi\n\ndata: {"a":1}\n\n', [{"a": 1}], False),
    "events that are no JSON objects": (b'data: ping\n\ndata: 3\n\ndata: {"a":1}\n\n', [{"a": 1}], False),
    "nothing is read after the end": (b'data: [DONE]\n\ndata: {"a":1}\n\n', [], True),
    "native events": (b'id:1\nevent:result\n:HTTP_STATUS/200\ndata:{"output":{}}\n\n', [{"output": {}}], False),
    "one body": (b' \n{"a":\n1}\n', [{"a": 1}], False),
    "one body with a byte order mark": (b'\xef\xbb\xbf{"a":1}', [{"a": 1}], False),
    "nothing": (b"", [], False),
    "blank": (b"\r\n\r\n", [], False),
}


@pytest.mark.parametrize(("data", "payloads", "done"), BODIES.values(), ids=BODIES.keys())
def test_an_answer_cut_at_every_byte_gives_the_same_payloads(data, payloads, done):
    for cut in range(len(data) + 1):
        answer = PayloadDecoder()
        seen = answer.feed(data[:cut]) + answer.feed(data[cut:]) + answer.flush()
        assert (seen, answer.done) == (payloads, done), cut


@pytest.mark.parametrize(
    ("data", "looks"),
    [
        (b"<!doctype html><p>hi", "HTML"),
        (b'{"a":', "no JSON"),
        (b"[1]", "no JSON"),
        (b'{"a": [' + b"[]," * 100_000 + b"0]}", "more than a completion"),
    ],
    ids=["HTML", "broken", "a list", "long"],
)
def test_a_body_that_is_no_json_object_says_what_it_looks_like(data, looks):
    answer = PayloadDecoder()
    answer.feed(data)
    with pytest.raises(NotJson, match=looks):
        answer.flush()


@pytest.mark.parametrize("data", [b"", b"\xff", b"null", b"[" * 100_000], ids=["empty", "binary", "null", "deep"])
def test_what_is_no_json_object_parses_to_none(data):
    assert parse(data) is None


ERRORS = {
    "with a code": (b'event:error\n:HTTP_STATUS/400\ndata:{"code":"X","message":"m"}\n\n', {"code": "X", "message": "m"}, 400),
    "nested": (b'event:error\ndata:{"error":{"message":"m"}}\n\n', {"error": {"message": "m"}}, None),
    "without a code": (b'event:error\n:HTTP_STATUS/429\ndata:{"message":"m"}\n\n', {"code": "429", "message": "m"}, 429),
    "no JSON": (b"event:error\ndata:overloaded\n\n", {"code": "500", "message": "overloaded"}, None),
    "by status alone": (b':HTTP_STATUS/503\ndata:{"message":"m"}\n\n', {"code": "503", "message": "m"}, 503),
}  # fmt: skip


@pytest.mark.parametrize(("data", "payload", "status"), ERRORS.values(), ids=ERRORS.keys())
def test_an_event_called_an_error_has_a_code_and_its_own_status(data, payload, status):
    answer = PayloadDecoder()
    assert (answer.feed(data), answer.status) == ([payload], status)
