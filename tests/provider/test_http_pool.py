"""What cancelling at any moment leaves behind in the connection pool: nothing."""

from __future__ import annotations

import asyncio
import gc
import random
import sys

import httpx

from infill_ls.provider.address import from_url
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http import Http
from infill_ls.provider.http_client import KEEP_ALIVE_S, MOST_CONNECTIONS
from support.engine.fakes import until
from support.engines.raw_server import HANG, STREAM_END, STREAM_HEAD, TURN, piece, raw_server

STREAM = [STREAM_HEAD, *(step for _ in range(10) for step in (piece("data: {}\n\n"), TURN)), STREAM_END]


TYPING_PAUSE_S = 120


async def read_all(http, url):
    exchange = await http.open("POST", url, {}, b"{}", most=100_000)
    try:
        await exchange.head()
        while await exchange.read():
            pass
        exchange.drain()
    finally:
        await exchange.aclose()


async def test_three_hundred_cancels_at_random_moments_leak_no_connection():
    chance = random.Random(7)
    async with raw_server(STREAM) as server:
        http = Http(Connecting(from_url(server.url)))
        await read_all(http, server.url)
        ended = 0
        for _ in range(300):
            reading = asyncio.create_task(read_all(http, server.url))
            for _ in range(chance.randrange(200)):
                await asyncio.sleep(0)
            ended += reading.done()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        assert 0 < ended < 300, "some were cut short, some were not: the moments were spread over the answer"
        await until(lambda: "running=0" in repr(http))

        # Each of them would be missing now.
        async with raw_server([STREAM_HEAD, HANG]) as slow:
            exchanges = [await http.open("POST", slow.url, {}, b"{}", most=100) for _ in range(MOST_CONNECTIONS)]
            await asyncio.gather(*(exchange.head() for exchange in exchanges))
            await asyncio.gather(*(exchange.aclose() for exchange in exchanges))
        await read_all(http, server.url)
        await http.aclose()


async def test_a_typing_pause_costs_no_new_handshake():
    """Connections are kept for it, and speak HTTP/1.1, in which closing one stops the model."""
    async with raw_server(STREAM) as server:
        http = Http(Connecting(from_url(server.url)))
        for _ in range(2):
            await read_all(http, server.url)
            await until(lambda: "running=0" in repr(http))
        await http.aclose()

    assert server.connections == 1
    assert [request.line.rpartition(" ")[2] for request in server.requests] == ["HTTP/1.1"] * 2
    assert KEEP_ALIVE_S >= TYPING_PAUSE_S


def n_clients():
    return sum(isinstance(each, httpx.AsyncClient) for each in gc.get_objects())


async def test_a_client_is_made_once_for_requests_that_come_together():
    async with raw_server(STREAM) as server:
        http = Http(Connecting(from_url(server.url)))
        before = n_clients()
        first = asyncio.create_task(http.make())
        second = asyncio.create_task(http.make())
        await asyncio.sleep(0)
        first.cancel()
        await second
        await http.make()

        assert n_clients() == before + 1
        await http.aclose()
        await http.aclose()


_WITHOUT = """
import asyncio, sys

class Gone:
    \"\"\"The module cannot be imported by that name the first time, when it is imported ahead of its use.\"\"\"
    names = {"anyio._backends._asyncio", "httpcore._backends.anyio"}
    def find_spec(self, name, path=None, target=None):
        if name in self.names:
            self.names.discard(name)
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Gone())
from infill_ls.provider.address import from_url
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http import Http
from infill_ls.provider.http_client import KEEP_ALIVE_S, MOST_CONNECTIONS

async def main():
    http = Http(Connecting(from_url(sys.argv[1])))
    exchange = await http.open("POST", sys.argv[1], {}, b"{}", most=100_000)
    print((await exchange.head()).status, len(Gone.names))
    await exchange.aclose()
    await http.aclose()

asyncio.run(main())
"""


async def test_private_modules_that_are_imported_early_may_be_gone():
    """A release of httpcore or anyio that has them no more costs a few milliseconds, not every completion."""
    async with raw_server(STREAM) as server:
        ran = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _WITHOUT, server.url, stdout=asyncio.subprocess.PIPE
        )
        out, _ = await ran.communicate()

    assert out.split() == [b"200", b"0"]


_MAIN = """
import sys
from infill_ls.provider.address import from_url
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http_client import make_client

make_client(Connecting(from_url("http://127.0.0.1:9")))
print(sorted({"httpx._main", "rich", "click"} & {name for name, module in sys.modules.items() if module is not None}))
"""


async def test_the_command_line_of_httpx_is_not_imported():
    """It is where click and rich happen to be installed, as they are for these tests, and takes 50 ms of a start."""
    ran = await asyncio.create_subprocess_exec(sys.executable, "-c", _MAIN, stdout=asyncio.subprocess.PIPE)
    out, _ = await ran.communicate()

    assert out.strip() == b"[]"
