"""The threads beside the loop, in lanes: what a request waits for never stands behind what reads a project."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, Literal, ParamSpec, TypeVar

Lane = Literal["requests", "documents", "folders", "context", "lookups"]

_THREADS: Final[dict[Lane, int]] = {
    "requests": 2,
    "documents": 1,
    "folders": 1,
    "context": 1,
    "lookups": 2,
}
"""How many work at a time. Folders are read one by one: two readers of Python code are no faster than one."""

P = ParamSpec("P")
T = TypeVar("T")


async def in_thread(lane: Lane, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``work`` gives, done in a thread of its lane, in the order of the calls."""
    return await asyncio.get_running_loop().run_in_executor(
        _lane(lane), lambda: work(*args, **kwargs)
    )


@cache
def _lane(lane: Lane) -> ThreadPoolExecutor:
    """Lives as long as the process, since engines come and go with the settings."""
    return ThreadPoolExecutor(_THREADS[lane], f"infill-ls-{lane}")
