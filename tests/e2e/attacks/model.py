"""What a model's server, or somebody on the way to it, can try: text, errors, sizes, counts, and what is no answer at all."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
import unicodedata
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import product

from support.clients.attacks import (
    PAYLOADS,
    Ground,
    Tried,
    asked,
    asks,
    attacked,
    broken,
    client,
    configure,
    harm_in,
    mutated,
    outcome_of,
    peak_mb,
    popups,
    processor_s,
    settled,
    told,
    traceback_in,
)
from support.engines.raw_server import CLOSE, HANG, STREAM_END, STREAM_HEAD, TURN, raw_server, response

MODELS = {"fim": "qwen2.5-coder-7b-instruct", "partial": "qwen3-coder-flash", "chat": "qwen3-coder-flash"}


class Served:
    """A session whose service says what an input wants."""

    def __init__(self, editor, service, project, mode) -> None:
        self.editor = editor
        self.service = service
        self.mode = mode
        self._project = project
        self._turn = 0

    async def ask(self, *script, before="x = ", language="python", fresh=True, then=()):
        """The items for another place, where the service plays this script, and then others for further requests."""
        self._turn += 1
        if fresh:
            # Other settings make another service, which has not failed yet.
            configure(self.editor, {"completion.max_lines": 39 - self._turn % 2})
            await settled(self.editor)
        self.service.scripts[:] = [list(script), *map(list, then)]
        uri = (self._project / f"a{self._turn}.py").as_uri()
        self.editor.open(uri, f"turn = {self._turn}\n{before}", language)
        items = await asked(self.editor, uri)
        self.editor.close(uri)
        return items

    async def says(self, *texts, **more):
        """The items where the model says this, piece by piece."""
        return await self.ask(*spoken(self.mode, *texts), **more)


@asynccontextmanager
async def served(ground, mode="fim", *, variables=None, memory_mb=4096, **more):
    project = ground.project()
    async with raw_server([b""]) as service:
        settings = {"provider__mode": mode, "provider__model": MODELS[mode]}
        settings["provider__timeout_s"] = {"connect": 3, "first_token": 3, "total": 6}
        user = asks(f"{service.url}/v1", **(settings | more))
        async with attacked(project, user, client=client(), options={"status": True}, variables=variables, memory_mb=memory_mb) as editor:  # fmt: skip
            yield Served(editor, service, project, mode)


def event(payload: object) -> bytes:
    return chunk(b"data: " + (payload if isinstance(payload, bytes) else json.dumps(payload).encode()) + b"\n\n")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def choice(mode: str, text: object, **more: object) -> dict[str, object]:
    """One event's payload."""
    said = {"text": text} if mode == "fim" else {"delta": {"content": text}}
    return {"id": "1", "choices": [{"index": 0, "finish_reason": None} | said | more]}


def spoken(mode: str, *texts: object) -> list[object]:
    """A whole answer in so many pieces."""
    pieces = [step for text in texts for step in (event(choice(mode, text)), TURN)]
    return [STREAM_HEAD, *pieces, event(choice(mode, "", finish_reason="stop")), event(b"[DONE]"), STREAM_END]


# Characters that nobody sees...

FILLERS = (0x115F, 0x1160, 0x3164, 0xFFA0)
SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B, 0x180C, 0x180D, 0x180F, 0x34F)
UNSEEN = [
    code
    for code in range(0x110000)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp") and chr(code) not in "\t\n\r"
]
SEEN = ["é", "e\u0301", "👩\u200d🚀", "❤\ufe0f", "می\u200cخواهم", "क\u094dष", "한글", "\t", "日本", "🏴", "ß", "\u00a0", "ﬁ", "①", "𝒳"]  # fmt: skip
PLACES = {"a name": "ab{}cd + 1", "a string": "'a{}b'", "a comment": "1  # a{}b", "the beginning": "{}value", "the end": "value{}"}  # fmt: skip


async def hidden_characters(ground: Ground) -> AsyncIterator[Tried]:
    """What nobody sees does not come into the file with a suggestion; what people write with does."""
    codes = [*UNSEEN, *FILLERS, *SELECTORS[:16], *ground.random.sample(SELECTORS[16:], 20)]
    codes = ground.some(codes, 30)
    async with served(ground) as service:
        for number, code in enumerate(codes):
            place, form = list(PLACES.items())[number % len(PLACES)]
            items = await service.says(form.format(chr(code)), fresh=False)
            shown = any(chr(code) in item["insertText"] for item in items)
            yield Tried(f"U+{code:04X} in {place}", "shown" if shown else "")
        for text in ground.some(SEEN, 5):
            items = await service.says(f"'{text}b'", fresh=False)
            yield Tried(f"kept: {text!r}", "" if any(text in item["insertText"] for item in items) else f"{items}")


# Half characters...

HALVES = {
    "one half": ["bad\ud800value"],
    "the other half": ["bad\udc00value"],
    "the wrong way round": ["a\ude00\ud83db"],
    "at the end": ["value\ud83d"],
    "at the beginning": ["\ude00value"],
    "two first halves": ["a\ud83d\ud83d\ude00b"],
    "many": ["'" + "\ud800" * 1000 + "'"],
    "before the end of a line": ["a\ud83d\n\ude00b"],
    "with a token between": ["a\ud83d", "<|im_end|>", "\ude00"],
    "long after": ["a\ud83d", "bcd", "\ude00"],
}
WHOLE = {
    "two pieces": ["'a\ud83d", "\ude00b'"],
    "three pieces": ["'a", "\ud83d", "\ude00b'"],
    "an empty piece between": ["'a\ud83d", "", "\ude00b'"],
    "a null between": ["'a\ud83d", None, "\ude00b'"],
}


async def half_characters(ground: Ground) -> AsyncIterator[Tried]:
    """What comes out can be written down as UTF-8; two halves of a character are one."""
    for mode in ground.some(MODELS, 1):
        async with served(ground, mode) as service:
            for name, texts in ground.some((HALVES | WHOLE).items(), 6):
                yield Tried(f"{mode}: {name}", await outcome_of(_written(service, texts, whole=name in WHOLE)))


async def _written(service, texts, *, whole) -> str:
    heard = len(service.editor.messages)
    items = await service.says(*texts)
    try:
        json.dumps(service.editor.messages[heard:], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        return str(error)
    if whole and not any("😀" in item["insertText"] for item in items):
        return f"{[item['insertText'] for item in items]}"
    return ""


# What the service says...

STATUSES = (400, 401, 402, 403, 404, 405, 407, 408, 409, 413, 422, 429, 500, 502, 503, 504)
SHAPES = {
    "error": lambda text: {"error": {"message": text, "code": "x", "type": "y"}},
    "flat": lambda text: {"message": text, "code": "x"},
    "string": lambda text: {"error": text},
    "detail": lambda text: {"detail": text},
    "code": lambda text: {"error": {"message": "no", "code": text, "type": text}},
    "list": lambda text: {"detail": [{"msg": text}, {"msg": text}]},
    "in the stream": lambda text: {"error": {"message": text, "code": 500}},
}


async def words_of_the_service(ground: Ground) -> AsyncIterator[Tried]:
    """A service's own words are quoted without what could drive a terminal, deceive, or be clicked."""
    if ground.long:
        rows = [(kind, status, ground.random.choice(list(SHAPES))) for kind, status in product(PAYLOADS, STATUSES)]
    else:
        rows = [(kind, ground.random.choice(STATUSES), shape) for kind, shape in product(ground.some(PAYLOADS, 2), ground.some(SHAPES, 4))]  # fmt: skip
    for kind in dict.fromkeys(kind for kind, _, _ in rows):
        # A session each, for the same kind of failure is told once.
        async with served(ground) as service:
            for _, status, shape in (row for row in rows if row[0] == kind):
                body = SHAPES[shape](PAYLOADS[kind])
                script = [response(f"{status} No", json.dumps(body).encode(), "Content-Type: application/json")]
                if shape == "in the stream":
                    script = [STREAM_HEAD, event(body), STREAM_END]
                yield Tried(f"{kind} as {shape}, HTTP {status}", await outcome_of(_quoted(service, script)))


async def _quoted(service, script) -> str:
    heard, printed = len(service.editor.messages), len(service.editor.printed)
    await service.ask(*script)
    await settled(service.editor)
    said = service.editor.printed[printed:].decode(errors="replace")
    return harm_in(told(service.editor, heard)) or harm_in([said], lines=True)


async def words_that_differ(ground: Ground) -> AsyncIterator[Tried]:
    """One popup for a failure that goes on, whatever number or time its words hold."""
    for status in ground.some((400, 401, 429, 500, 503), 1):
        async with served(ground) as service:
            for number in range(6):
                body = {"error": {"message": f"Request {number}-{number * 7919:x} failed at 12:0{number}", "code": "x"}}
                await service.ask(response(f"{status} No", json.dumps(body).encode()))
                await service.says("42")
            shown = popups(service.editor)
        yield Tried(f"HTTP {status}", f"{len(shown)} popups" if len(shown) > 1 else "")


# Sizes...


def _packed(megabytes: int, layers: int, *, form: int) -> bytes:
    """So much of nothing, packed so often; made of one packed megabyte over and over, for it would take long otherwise."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    head = {zlib.MAX_WBITS | 16: b"\x1f\x8b\x08\0\0\0\0\0\0\x03", zlib.MAX_WBITS: b"\x78\xda"}[form]
    data = head + block * megabytes + packer.flush()  # what checks it comes when all has been unpacked
    for _ in range(layers - 1):
        packer = zlib.compressobj(9, zlib.DEFLATED, form)
        data = packer.compress(data) + packer.flush()
    return data


GZIP, ZLIB = zlib.MAX_WBITS | 16, zlib.MAX_WBITS
BOMBS = {
    "gzip": lambda: (_packed(2000, 1, form=GZIP), "gzip"),
    "gzip twice": lambda: (_packed(3000, 2, form=GZIP), "gzip, gzip"),
    "gzip three times": lambda: (_packed(4000, 3, form=GZIP), "gzip, gzip, gzip"),
    "gzip three times, in three headers": lambda: (
        _packed(4000, 3, form=GZIP),
        "gzip\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip",
    ),
    "gzip in capitals": lambda: (_packed(3000, 2, form=GZIP), "GZIP , Gzip"),
    "deflate": lambda: (_packed(2000, 1, form=ZLIB), "deflate"),
    "deflate twice": lambda: (_packed(3000, 2, form=ZLIB), "deflate, deflate"),
    "deflate and gzip": lambda: (gzip.compress(_packed(3000, 1, form=ZLIB)), "deflate, gzip"),
    "br": lambda: (b"\x5b\xff\xff\x3f\x00" * 100, "br"),
    "what is no gzip": lambda: (b"x" * 100, "gzip"),
}


async def packed_answers(ground: Ground) -> AsyncIterator[Tried]:
    """An answer that nobody asked to be packed takes no memory and holds nothing up."""
    rows = list(product(BOMBS, (200, 400)))
    for name, status in rows if ground.long else [("gzip three times", 200)]:
        body, encoding = await asyncio.to_thread(BOMBS[name])
        async with served(ground) as service:
            script = [response(f"{status} OK", body, f"Content-Encoding: {encoding}")]
            yield Tried(f"{name}, {len(body):,} bytes, HTTP {status}", await outcome_of(_within(service, script, 400)))


LONG_TEXTS = {
    "5 MB in one piece": ["ab(" * 1_700_000],
    "500,000 lines in one piece": ["\n" * 500_000],
    "one line of 3,000,000": ["x" * 3_000_000],
    "1 MB of brackets": ["(" * 1_000_000],
    "1 MB of white space": [" " * 1_000_000],
    "many lines": ["a = 1\n" * 300_000],
    "a megabyte of quotes": ["'" * 1_000_000],
    "100,000 pieces": ["x"] * 100_000,
    "100,000 empty pieces": [""] * 100_000,
    "control tokens": ["<|" * 500_000],
    "back quotes": ["`" * 1_000_000],
    "tags": ["<think>" * 200_000],
}
MOST_SHOWN = 16 * 256 + 1000
"""Characters, for what is asked for by default."""


async def long_answers(ground: Ground) -> AsyncIterator[Tried]:
    """An answer that is longer than was asked for is given up: nothing waits for it, and it is not shown."""
    for mode, (name, texts) in ground.some(product(("fim", "chat"), LONG_TEXTS.items()), 2):
        async with served(ground, mode) as service:
            script = [STREAM_HEAD, *(event(choice(mode, text)) for text in texts), STREAM_END]
            yield Tried(f"{mode}: {name}", await outcome_of(_within(service, script, 400)))
    for name, body in ground.some(
        {
            "60 MB of JSON": lambda: json.dumps({"choices": [{"text": "a\n" * 15_000_000}]}).encode(),
            "20 MB of numbers": lambda: b'{"choices":[' + b"1," * 10_000_000 + b"1]}",
            "deep JSON": lambda: b'{"choices":' + b"[" * 200_000,
            "an error of 20 MB": lambda: b'{"error":{"message":"' + b"x" * 20_000_000 + b'"}}',
            "one event of 20 MB": lambda: b"data: " + b"x" * 20_000_000,
            "a header of 20 MB": lambda: None,
            "an event without end": lambda: b"data: ",
        }.items(),
        1,
    ):
        made = body()
        script = [response("200 OK" if "error" not in name else "400 No", made or b"{}")]
        if made is None:
            script = [b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000_000 + b"\r\n\r\n"]
        if made == b"data: ":
            script = [STREAM_HEAD, *([chunk(b"data: " + b"x" * 65_000)] + [chunk(b"x" * 65_000)] * 600), HANG]
        async with served(ground) as service:
            yield Tried(name, await outcome_of(_within(service, script, 400)))


async def _within(service, script, megabytes) -> str:
    """Ask, and look at what it took: memory, the processor, and how long another message waited."""
    editor = service.editor
    used = processor_s(editor)
    asking = asyncio.ensure_future(service.ask(*script))
    longest = 0.0
    for _ in range(1000):
        started = time.monotonic()
        await asyncio.wait([editor.request("test/unknown")], timeout=20)
        longest = max(longest, time.monotonic() - started)
        done, _ = await asyncio.wait([asking], timeout=0.02)
        if done:
            break
    items = await asking
    used = processor_s(editor) - used
    shown = max((len(item["insertText"]) for item in items), default=0)
    if peak_mb(editor) > megabytes:
        return f"{peak_mb(editor):,.0f} MB"
    if used > 5:
        return f"{used:.1f} s of a processor, another message waited {longest:.1f} s"
    return f"{shown:,} characters shown" if shown > MOST_SHOWN else ""


# Counts...

COUNTS = {
    "4,000 digits": int("9" * 4000),
    "1e15": 10**15,
    "a large float": 1e300,
    "negative": -(10**9),
    "zero": 0,
    "null": None,
    "true": True,
    "a string": "12",
    "a list": [1],
    "2**63": 2**63,
}


async def counts_that_lie(ground: Ground) -> AsyncIterator[Tried]:
    """However a service counts, its suggestion is shown, and the user's cap is neither used up nor lifted by it."""
    for name, count in ground.some(COUNTS.items(), 2):
        async with served(ground, usage__daily_tokens=20_000) as service:
            yield Tried(f"suggestions go on: {name}", await outcome_of(_counted(service, count)))
    for name, count in ground.some({"zero": 0, "negative": -5000, "null": None}.items(), 1):
        async with served(ground, usage__daily_tokens=200) as service:
            yield Tried(f"the cap holds: {name}", await outcome_of(_capped(service, count)))


def _used(count) -> bytes:
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    # Python writes no integers of so many digits.
    value = "9" * 4000 if isinstance(count, int) and count > 10**3000 else json.dumps(count)
    return b'{"choices":[],"usage":{%s}}' % ",".join(f'"{each}":{value}' for each in names).encode()


async def _counted(service, count) -> str:
    for number in range(6):
        script = spoken("fim", f"value_{number}")
        items = await service.ask(*script[:-2], event(_used(count)), *script[-2:], fresh=False)
        await settled(service.editor)
        if not items:
            return f"no suggestion at the {number + 1}. place"
    return await traceback_in(service.editor)


async def _capped(service, count) -> str:
    for number in range(60):
        script = spoken("fim", f"value_{number} = compute(1, 2, 3)")
        await service.ask(*script[:-2], event(_used(count)), *script[-2:], fresh=False)
    calls = len(service.service.requests)
    return f"{calls} calls" if calls > 50 else ""


# What is no answer...


async def answers_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """Whatever comes instead of an answer: one response without an error, no traceback, and the next is served."""
    for mode in MODELS if ground.long else ground.some(MODELS, 1):
        async with served(ground, mode) as service:
            for number in ground.several(65, 12):
                payloads = [choice(mode, "value"), choice(mode, " + 1", finish_reason="stop"), {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}}}]  # fmt: skip
                place = ground.random.randrange(3)
                if number % 2:
                    payloads[place] = mutated(ground.random, payloads[place])
                # Python reads and writes no integers of so many digits where they are strings, and JSON has no limit.
                frames = [b"data: " + json.dumps(each).encode() + b"\n\n" for each in payloads]
                if not number % 2:
                    frames[place] = broken(ground.random, frames[place])
                whole = ground.random.random() < 0.3
                script = [response("200 OK", json.dumps(_whole(mode, payloads[0])).encode())] if whole else [STREAM_HEAD, *map(chunk, frames), STREAM_END]  # fmt: skip
                yield Tried(f"{mode}: {frames[place][:120]!r}", await outcome_of(_survived(service, script)))
            yield Tried(f"{mode}: a good answer afterwards", "" if await service.says("value") else "is not shown")


def _whole(mode, payload):
    """An event's payload as the body of an answer that is not streamed."""
    if mode == "fim" or not isinstance(payload.get("choices"), list):
        return payload
    moved = [{("message" if name == "delta" else name): value for name, value in each.items()} if isinstance(each, dict) else each for each in payload["choices"]]  # fmt: skip
    return payload | {"choices": moved}


async def _survived(service, script) -> str:
    printed = len(service.editor.printed)
    await service.ask(*script)
    return await traceback_in(service.editor, printed)


HEADS = {
    "no status": b"\r\n\r\n",
    "HTTP/0.9": b"hello",
    "HTTP/2": b"HTTP/2.0 200 OK\r\n\r\n",
    "status 000": b"HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n",
    "status 999": b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n",
    "status 100 for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000,
    "status 101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "status 204": b"HTTP/1.1 204 No\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}   ",
    "a length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
    "a huge length": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}",
    "a huge chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx",
    "a negative chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx",
    "a chunk that is none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx",
    "bytes in a header": b"HTTP/1.1 200 OK\r\nX: \xff\xfe\x00\r\nContent-Length: 2\r\n\r\n{}",
    "a header without a name": b"HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\n{}",
    "100,000 headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000 + b"\r\n",
    "a type that is none": b"HTTP/1.1 200 OK\r\nContent-Type: \xff;;;charset=\r\nContent-Length: 2\r\n\r\n{}",
    "charset utf-7": b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-7\r\nContent-Length: 2\r\n\r\n{}",
    "another answer behind": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "TLS": b"\x16\x03\x01\x00\x05hello",
    "SSH": b"SSH-2.0-OpenSSH_9\r\n",
}
PAUSES = ("-1", "1e309", "nan", "inf", "99999999999999999999", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "x" * 10_000, "", "Mon, 32 Foo 2026 99:99:99 +9999")  # fmt: skip


async def heads_that_are_none(ground: Ground) -> AsyncIterator[Tried]:
    """A broken head, or a pause that no calendar has: an outcome, no traceback, and the next request is served."""
    async with served(ground) as service:
        for name, head in ground.some(HEADS.items(), 8):
            yield Tried(name, await outcome_of(_survived(service, [head, CLOSE])))
        for pause, header in ground.some(product(PAUSES, ("Retry-After", "retry-after-ms")), 6):
            script = [response("429 No", b'{"error":{"message":"wait"}}', f"{header}: {pause}")]
            yield Tried(f"{header}: {pause[:40]}", await outcome_of(_survived(service, script)))
        yield Tried("a good answer afterwards", "" if await service.says("value") else "is not shown")


SENTENCES = {
    "thinking_budget": "The thinking_budget parameter must be a positive integer and not greater than " + "9" * 5000,
    "max_tokens": "Range of max_tokens should be [1, " + "9" * 5000 + "]",
    "max_tokens, negative": "Range of max_tokens should be [1, -5]",
    "max_tokens, none": "Range of max_tokens should be [1, ]",
    "temperature": "temperature must be in [0.0, " + "9" * 400 + ")",
    "stop": "Too many stop sequences: at most " + "9" * 5000,
    "model": "The model `" + "x" * 50_000 + "` does not exist",
    "stream": "parameter.enable_thinking must be set to false for non-streaming calls",
    "unknown parameter": "Unrecognized request argument supplied: " + "a" * 50_000,
    "context": "maximum context length is " + "9" * 5000 + " tokens. However, you requested " + "9" * 5000,
    "brackets": "(" * 50_000,
    "words": "must be must be must be " * 5000,
}


async def advice_that_is_none(ground: Ground) -> AsyncIterator[Tried]:
    """What a service says must be changed is not believed where it is nonsense."""
    for mode in MODELS if ground.long else ground.some(MODELS, 1):
        async with served(ground, mode, provider__thinking_budget=500) as service:
            for name, text in ground.some(SENTENCES.items(), 5):
                body = {"error": {"message": text, "code": "invalid_parameter_error", "type": "invalid_request_error"}}
                script = [response("400 Bad Request", json.dumps(body).encode())]
                yield Tried(f"{mode}: {name}", await outcome_of(_survived(service, script)))


async def nothing_is_given_back(ground: Ground) -> AsyncIterator[Tried]:
    """No cookie, and nothing else that a server gives to be told again; no other address, either."""
    async with served(ground) as service:
        for number in range(6):
            cookies = [f"Set-Cookie: c{number}_{n}={'x' * 500}; Path=/" for n in range(20)]
            good = json.dumps({"choices": [{"text": "value", "finish_reason": "stop"}]}).encode()
            await service.ask(response("200 OK", good, *cookies, 'ETag: "x"', 'Alt-Svc: h2=":1"', "Link: </x>"))
        sent = service.service.requests[-1].headers
        yield Tried("cookies", f"{len(sent['cookie']):,} bytes of cookies" if "cookie" in sent else "")
        yield Tried("other headers", str(sent) if "if-none-match" in sent else "")
    async with raw_server([response("200 OK", b"{}")]) as stranger, served(ground) as service:
        for status in ground.some((300, 301, 302, 303, 307, 308), 2):
            await service.ask(response(f"{status} Go", b"", f"Location: {stranger.url}/v1/completions"))
            yield Tried(f"HTTP {status}", "followed" if stranger.connections else "")


CASES = (
    hidden_characters,
    half_characters,
    words_of_the_service,
    words_that_differ,
    packed_answers,
    long_answers,
    counts_that_lie,
    answers_that_are_none,
    heads_that_are_none,
    advice_that_is_none,
    nothing_is_given_back,
)
