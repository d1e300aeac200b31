"""The editor's death is noticed, and told once."""

from __future__ import annotations

import asyncio
import sys

from infill_ls.lsp.lifetime import watch_parent
from support.engine.fakes import settle


async def parent():
    """A process that ends when its input does."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", "input()", stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )


async def check_told_once(watched, end):
    told = []
    gone = asyncio.Event()

    def tell():
        told.append("gone")
        gone.set()

    watch_parent(watched.pid, tell)
    await settle()
    assert told == end
    watched.stdin.close()
    await asyncio.wait_for(gone.wait(), 10)
    await watched.wait()
    await settle()
    assert told == ["gone"]


async def test_a_parent_that_lives_and_dies():
    """A process that has ended stays readable for ever; leaving is asked for once all the same."""
    await check_told_once(await parent(), [])


async def test_a_parent_that_is_dead_already():
    watched = await parent()
    watched.stdin.close()
    await watched.wait()
    await check_told_once(watched, ["gone"])
