"""``infill-ls usage``: the table, the bars and the JSON, from what servers have written down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infill_ls.accounting.entries import Entry, bucket_of
from infill_ls.accounting.ledger_file import LedgerFile
from infill_ls.cli.usage import bars, usage
from infill_ls.errors import SettingsError
from infill_ls.startup import Launch
from support.clients.command_line import CommandLine
from support.model_studio.emulator import Emulator, Reply

MODEL = Entry(
    "2026-02-01",
    "qwen3-coder-flash",
    calls=1200,
    aborted=300,
    prompt=1_500_000,
    cached=400_000,
    completion=60_000,
    estimated=7000,
    cost=(("USD", 0.4312),),
    unpriced=300,
    first_token=((bucket_of(250), 600), (bucket_of(400), 300)),
    total=((bucket_of(500), 800), (bucket_of(1500), 100)),
    shown=800,
    accepted=200,
)
NEXT_DAY = Entry("2026-02-03", "qwen3-coder-flash", calls=10, prompt=9000, completion=1000, cost=(("USD", 0.01),))
LOCAL = Entry("2026-02-03", "local", shown=40, spared=12)


TABLE = """\
2026-02-01 to 2026-02-03

model              calls  ended         in   cached     out        cost  first ms   total ms  shown  accepted  calls
                          early                                           p50/p95    p50/p95                   saved
qwen3-coder-flash  1,210    300  1,509,000  400,000  61,000  0.4412 USD   245/412  490/1,512    800       25%      0
local                  0      0          0        0       0                                      40               12

About 7,000 more tokens went into calls that were cancelled: the service does not count those, but may bill them.
The cost of 300 calls is not known, and is not included.
"""


@pytest.fixture
def line(tmp_path):
    """A command line in a home of its own."""
    return CommandLine(tmp_path, XDG_STATE_HOME=str(tmp_path / "state"))


def folder_of(line):
    """Where a server of this command line keeps its ledger."""
    code = "from infill_ls.accounting.ledger_file import LedgerFile; print(LedgerFile().folder)"
    ran = subprocess.run([sys.executable, "-c", code], env=line.environ, capture_output=True, text=True, check=True)
    return ran.stdout.strip()


def used(line, *entries):
    for entry in entries:
        LedgerFile(folder_of(line)).append([entry])


def test_the_table(line):
    """A row per model, and what its figures leave out; columns that say nothing are left out."""
    used(line, MODEL, NEXT_DAY, LOCAL)

    ran = line.run("usage")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out == TABLE


def test_what_was_for_deep_suggestions_and_for_next_edits(line):
    """In one sentence each, over all models."""
    both = {"calls": 3, "prompt": 2000, "cost": (("USD", 0.5),)}
    deep = {"deep": 1, "deep_tokens": 900, "deep_cost": (("USD", 0.25),)}
    foreseen = {"next_edit_calls": 2, "next_edit_tokens": 600, "next_edit_cost": (("USD", 0.125),)}
    used(
        line, Entry("2026-02-01", "m", **both, **deep, **foreseen), Entry("2026-02-02", "n", **both, **deep, **foreseen)
    )

    assert line.run("usage").out.splitlines()[-2:] == [
        "Deep suggestions: 2, for 1,800 of these tokens, 0.5000 USD.",
        "Next edits: 4 of these calls, for 1,200 of these tokens, 0.2500 USD.",
    ]
    (model, _) = json.loads(line.run("usage", "--json").out)["models"]
    assert model["next_edits"] == {"calls": 2, "tokens": 600, "cost": {"USD": 0.125}}


def test_no_bars_where_nobody_sits(line):
    used(line, MODEL)

    assert "█" not in line.run("usage").out


def test_since_a_day(line):
    used(line, MODEL, NEXT_DAY)

    ran = line.run("usage", "--since", "2026-02-02", "--json")

    (model,) = json.loads(ran.out)["models"]
    assert model["calls"] == 10


def test_json(line):
    """Days and models, with the contract's names for tokens."""
    used(line, MODEL, MODEL, NEXT_DAY)

    shown = json.loads(line.run("usage", "--json").out)

    assert (shown["folder"], shown["since"]) == (folder_of(line), None)
    assert [(day["day"], day["model"], day["calls"]) for day in shown["days"]] == [
        ("2026-02-01", "qwen3-coder-flash", 2400),
        ("2026-02-03", "qwen3-coder-flash", 10),
    ]
    (model,) = shown["models"]
    assert model == {
        "model": "qwen3-coder-flash",
        "calls": 2410,
        "aborted": 600,
        "tokens": {
            "prompt": 3_009_000,
            "cached": 800_000,
            "cache_written": 0,
            "other_files": 0,
            "completion": 121_000,
            "reasoning": 0,
            "estimated": 14_000,
        },
        "cost": {"USD": 0.8724},
        "cost_at_most": False,
        "unpriced_calls": 600,
        "first_token_ms": {name: pytest.approx(value, rel=0.06) for name, value in [("p50", 250), ("p75", 400), ("p95", 400)]},
        "total_ms": {name: pytest.approx(value, rel=0.06) for name, value in [("p50", 500), ("p75", 500), ("p95", 1500)]},
        "shown": 1600,
        "accepted": 400,
        "deep": {"suggestions": 0, "tokens": 0, "cost": {}},
        "next_edits": {"calls": 0, "tokens": 0, "cost": {}},
        "calls_saved": 0,
    }  # fmt: skip


@pytest.mark.parametrize("words", [(), ("--since", "2026-02-02")], ids=["ever", "since"])
def test_nothing_used(line, words):
    """It says so, and where it would be."""
    ran = line.run("usage", *words)

    assert (ran.status, ran.err) == (0, "")
    assert "Nothing has been used" in ran.out
    assert folder_of(line) in ran.out
    assert not Path(folder_of(line)).exists()


def test_nothing_used_as_json(line):
    shown = json.loads(line.run("usage", "--json").out)

    assert (shown["models"], shown["days"]) == ([], [])


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", ""])
def test_a_day_that_is_none(day):
    with pytest.raises(SettingsError, match="2026-01-31"):
        usage(Launch({}), since=day, as_json=False)


# Bars...


def test_bars_fit_the_terminal():
    """The busiest day fills the width; a day between without use has a line, a small one is still seen."""
    days = [
        Entry("2026-02-01", "m", prompt=800),
        Entry("2026-02-01", "n", prompt=200),
        Entry("2026-02-03", "m", prompt=1),
    ]

    assert bars(days, 30) == [
        "Tokens by day",
        "",
        "2026-02-01  1,000  ███████████",
        "2026-02-02      0",
        "2026-02-03      1  ▏",
    ]


@pytest.mark.parametrize("width", [1, 20, 80, 200])
def test_bars_of_any_width(width):
    days = [Entry(f"2026-02-{day:02}", "m", prompt=day * 1000) for day in range(1, 29)]

    lines = bars(days, width)[2:]

    assert max(map(len, lines)) <= max(width, 29)
    assert [len(line) for line in lines] == sorted(len(line) for line in lines)


def test_bars_of_the_last_days_only():
    days = [Entry("2024-01-01", "m", prompt=9_000_000), Entry("2026-02-03", "m", prompt=10)]

    lines = bars(days, 80)[2:]

    assert (len(lines), lines[0], lines[-1][:16]) == (30, "2026-01-05   0", "2026-02-03  10  ")


def test_days_of_calls_without_tokens():
    assert bars([Entry("2026-02-03", "local", shown=3)], 80)[2:] == ["2026-02-03  0"]


def test_what_the_command_line_asks_for_is_counted(tmp_path):
    """As in an editor, and the same cap holds."""
    line = CommandLine(tmp_path, XDG_STATE_HOME=str(tmp_path))
    (tmp_path / "a.py").write_text("x = \n")
    with Emulator(api_key=None) as model:
        model.default = Reply("1")
        line.settings(f'provider = {{kind = "openai", base_url = "{model.own_url}", model = "own-coder"}}\n')
        asked = line.run("complete", "a.py:1:5")
        (month,) = json.loads(line.run("usage", "--json").out)["models"]
        line.settings(
            f'provider = {{kind = "openai", base_url = "{model.own_url}", model = "own-coder"}}\nusage.daily_tokens = 1\n'
        )
        refused = line.run("complete", "a.py:1:5")

        assert (asked.status, asked.out, month["calls"], len(model.requests)) == (0, "1\n", 1, 1)
    assert "usage.daily_tokens" in refused.err
