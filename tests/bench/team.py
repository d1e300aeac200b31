"""How much of a team's prompts comes from a cache: one llama.cpp server, and three behind the real vllm-router.

python tests/bench/team.py [--people 4] [--calls 20] [--characters 8192]

Prints a table. The models are tiny and random, and bytes are tokens; the shares are those of any model.
"""

import argparse
import asyncio
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.engine.bench_table import table
from support.engines.llama import LlamaServer
from support.engines.vllm_router import VllmRouter
from support.typing.team import cached_share


def main():
    """Type, and print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=4)
    parser.add_argument("--calls", type=int, default=20)
    parser.add_argument(
        "--characters", type=int, default=8192, help="before the cursor; prompts have 2,048 tokens there"
    )
    arguments = parser.parse_args()
    try:
        report(vars(arguments))
    except pytest.skip.Exception as reason:
        sys.exit(str(reason))


def report(typing):
    """One row for each way, from servers that nobody has asked before."""
    rows = {}
    with engine() as alone:
        rows["one engine, no router"] = [share(alone.url, typing, with_session=False)]
    ways = [("round_robin", False), ("consistent_hash", False), ("consistent_hash", True), ("cache_aware", False)]
    for policy, with_session in ways:
        with ExitStack() as stack:
            engines = [stack.enter_context(engine()).origin for _ in range(3)]
            router = stack.enter_context(VllmRouter(engines, policy))
            name = f"three engines, {policy}, {'X-Session-ID' if with_session else 'no session'}"
            rows[name] = [share(router.url, typing, with_session=with_session)]
    table("Prompt tokens from the cache, %", ["share"], rows)


def engine():
    """Four slots, each with room for a prompt of the usual length, whose tokens are bytes here."""
    return LlamaServer("-c", "65536", slots=4)


def share(url, typing, *, with_session):
    """In percent."""
    return 100 * asyncio.run(cached_share(url, **typing, with_session=with_session))


if __name__ == "__main__":
    main()
