"""What cancelling at any moment leaves behind in the connection pool: nothing."""

from __future__ import annotations

import asyncio
import random
import sys

from infill_ls.provider.address import from_url
from infill_ls.provider.connecting import Connecting
from infill_ls.provider.http import Http
from support.engines.raw_server import STREAM_END, STREAM_HEAD, TURN, piece, raw_server

STREAM = [STREAM_HEAD, *(step for _ in range(10) for step in (piece("data: {}\n\n"), TURN)), STREAM_END]


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
        await asyncio.gather(*(exchange.task for exchange in http._exchanges))

        pool = (await http._client())._transport._pool
        assert pool._requests == []
        assert all(connection.is_idle() for connection in pool.connections)
        assert 0 < ended < 300, "some were cut short, some were not: the moments were spread over the answer"
        await read_all(http, server.url)
        await http.aclose()


async def test_a_client_is_made_once_for_requests_that_come_together():
    async with raw_server(STREAM) as server:
        http = Http(Connecting(from_url(server.url)))
        first = asyncio.create_task(http._client())
        second = asyncio.create_task(http._client())
        await asyncio.sleep(0)
        first.cancel()

        assert await second is await http._client()
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
