"""Frames are cut from a byte stream, however it arrives and whatever stands between them."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infill_ls.lsp.framing import MAX_HEADER, Framer, frame

# The first draw reads Unicode tables: how long that takes says nothing of the code under test.
busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

A, B = b'{"a":1}', b'{"b":2}'


def read(*pieces):
    """All JSON that comes out; what is none is given back, as the protocol does."""
    framer, out = Framer(), []
    for piece in pieces:
        framer.feed(piece)
        while (body := framer.next()) is not None:
            try:
                out.append(json.loads(body))
            except ValueError:
                framer.give_back(body)
                out.append("unreadable")
    return out


def check(stream, expected):
    assert read(stream) == expected
    assert read(*(stream[place : place + 1] for place in range(len(stream)))) == expected


HEADERS = {
    "plain": b"Content-Length: 7\r\n\r\n",
    "lower case": b"content-length: 7\r\n\r\n",
    "upper case": b"CONTENT-LENGTH: 7\r\n\r\n",
    "no space": b"Content-Length:7\r\n\r\n",
    "many spaces": b"Content-Length :  7\r\n\r\n",
    "type after": b"Content-Length: 7\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
    "type before": b"Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: 7\r\n\r\n",
    "unknown header": b"X-Trace: 1\r\nContent-Length: 7\r\nX-Length: 9\r\n\r\n",
    "garbage on the same line": b"warning: noContent-Length: 7\r\n\r\n",
    "garbage with blank lines": b"hello\r\n\r\nworld\r\n\r\nContent-Length: 7\r\n\r\n",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=HEADERS.keys())
def test_headers_are_read_liberally(header):
    """Case, spaces, further headers and stray output before them do not matter."""
    check(header + A + frame(B), [{"a": 1}, {"b": 2}])


LENGTHS = {
    "too short": (b"5", ["unreadable", {"b": 2}]),
    "zero": (b"0", ["unreadable", {"b": 2}]),
    "one too short": (b"6", ["unreadable", {"b": 2}]),
    "one too long": (b"8", ["unreadable", {"b": 2}]),
    "too long, header cut in its name": (b"15", ["unreadable", {"b": 2}]),
    "too long, header cut in its number": (b"23", ["unreadable", {"b": 2}]),
    "too long, header swallowed": (b"28", ["unreadable", {"b": 2}]),
    "too long, message swallowed": (b"35", ["unreadable", {"b": 2}]),
    "negative": (b"-7", [{"b": 2}]),
    "no number": (b"seven", [{"b": 2}]),
    "larger than any document": (b"99999999999", [{"b": 2}]),
    "larger than any number": (b"9" * 5000, [{"b": 2}]),
}


@pytest.mark.parametrize(("length", "expected"), LENGTHS.values(), ids=LENGTHS.keys())
def test_a_wrong_length_costs_one_message(length, expected):
    """The message behind the broken one is read, and so is all that follows."""
    check(b"Content-Length: " + length + b"\r\n\r\n" + A + frame(B), expected)
    check(b"Content-Length: " + length + b"\r\n\r\n" + A + frame(B) * 3, [*expected, {"b": 2}, {"b": 2}])


def test_a_body_may_speak_of_headers():
    """A document that holds a frame is a document."""
    text = json.dumps({"text": "Content-Length: 3\r\n\r\n{}"}).encode()
    check(frame(text) + frame(A), [json.loads(text), {"a": 1}])


def test_an_incomplete_body_is_waited_for():
    """Nothing comes out before all of it is there."""
    assert read(frame(A)[:-1]) == []


bodies = st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3), max_size=4)


@busy_machine
@given(bodies, st.data())
def test_pieces_do_not_matter(messages, data):
    """Any split of a stream of frames gives the same bodies."""
    stream = b"".join(frame(json.dumps(message, ensure_ascii=False).encode("utf-8")) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(*pieces) == messages


@busy_machine
@given(st.binary(max_size=200), st.integers(0, 60))
def test_rubbish_is_survived(rubbish, length):
    """Whatever is read, a whole message after enough of its kind comes through."""
    stream = b"Content-Length: %d\r\n\r\n" % length + rubbish.replace(b"ontent", b"") + frame(B) * 20
    assert read(stream)[-1] == {"b": 2}


@pytest.mark.parametrize("noise", [b"x", b"Content-Length: 1", b"\r\n", b"\r\n\r", b"\0"])
@pytest.mark.parametrize("size", [MAX_HEADER - 3, 2 * MAX_HEADER + 1, 3 * MAX_HEADER + 2])
@pytest.mark.parametrize("piece", [1000, 65536, 10**9])
def test_a_header_behind_any_amount_of_noise_is_found(noise, size, piece):
    stream = (noise * size)[:size] + frame(A) + frame(B)
    assert read(*(stream[start : start + piece] for start in range(0, len(stream), piece)))[-2:] == [{"a": 1}, {"b": 2}]


def test_a_header_without_an_end_costs_little():
    """Neither memory nor a search from its beginning with each piece."""
    framer, piece = Framer(), b"Content-Length: 12" * 200
    started = time.monotonic()
    for _ in range(10_000):
        framer.feed(piece)
        assert framer.next() is None
        assert len(framer) < 3 * MAX_HEADER
    assert time.monotonic() - started < 10
