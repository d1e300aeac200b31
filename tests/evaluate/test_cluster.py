"""``infill-ls evaluate --ray`` with a real Ray of two workers: the same report, no key on the way, nothing left behind."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from support.clients.command_line import CommandLine
from support.model_studio.emulator import Emulator, Oracle, Reply

pytest.importorskip("ray", reason="Ray is not installed (`pip install -e '.[cluster]'`)")

from support.engines.ray_cluster import WORKERS, RayCluster

pytestmark = pytest.mark.ray

CODE = "".join(
    f"def load_{name}(path, environment):\n    text = path.read_text()\n    return parse_{name}(text, environment)\n\n\n"
    for name in ("user", "team", "site", "host")
)
KEY, WORKER_HEADER, OWN_HEADER = "sk-of-the-workers-4711", "header-of-the-workers-4711", "header-of-this-machine-4711"


@pytest.fixture(scope="module")
def workers(tmp_path_factory):
    """A cluster whose machines have keys and settings of their own."""
    home = tmp_path_factory.mktemp("workers")
    settings = home / "settings.toml"
    settings.write_text(f'provider.headers = {{X-Team = "{WORKER_HEADER}"}}\n')
    environ = {"HOME": str(home), "INFILL_LS_CONFIG": str(settings), "INFILL_LS_API_KEY": KEY}
    with RayCluster(environ) as cluster:
        yield cluster


@pytest.fixture
def studio():
    with Emulator(api_key=KEY, oracle=Oracle(CODE)) as emulator:
        yield emulator


@pytest.fixture
def line(tmp_path, studio):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    (folder / "a.py").write_text(CODE)
    (folder / "b.py").write_text(CODE.replace("load", "save"))
    studio.oracle = Oracle(CODE, CODE.replace("load", "save"))
    line = CommandLine(tmp_path, RAY_AUTH_MODE="disabled")
    line.settings(
        f'provider.kind = "openai"\nprovider.base_url = "{studio.own_url}"\nprovider.model = "own-coder"\n'
        f'provider.headers = {{X-Team = "{OWN_HEADER}"}}\nlocal.installed = false\n'
    )
    return line


def without_times(ran):
    figures = json.loads(ran.out)
    for each in figures["candidates"]:
        del each["first_ms"], each["total_ms"], each["tokens"]["cached"]
    return figures


def started(line, *words):
    command = [sys.executable, "-m", "infill_ls", "evaluate", "project", *words]
    return subprocess.Popen(command, cwd=line.home, env=line.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_the_report_is_the_same_and_keys_are_those_of_the_workers_and_written_nowhere(line, studio, workers):
    far = line.run("evaluate", "project", "--count", "20", "--json", "--yes", "--ray", workers.address)
    calls = studio.requests
    again = line.run("evaluate", "project", "--count", "20", "--json", "--yes", "--ray", workers.address)
    assert len(studio.requests) == len(calls) == 20
    studio.api_key = None
    near = line.run("evaluate", "project", "--count", "20", "--json", "--yes", "--answers", "near.jsonl")

    assert (far.status, near.status, again.status) == (0, 0, 0)
    assert f"The Ray cluster at {workers.address} makes them, {WORKERS} at a time" in far.err
    assert without_times(far) == without_times(near) == without_times(again)
    assert {call.headers["authorization"] for call in calls} == {f"Bearer {KEY}"}
    assert {call.headers["x-team"] for call in calls} == {WORKER_HEADER}
    for text in workers.written():
        assert not any(secret.encode() in text for secret in (KEY, WORKER_HEADER, OWN_HEADER))


def test_what_is_spent_there_is_counted_here_and_the_daily_cap_holds(line, studio, workers):
    with (line.home / "infill-settings.toml").open("a") as file:
        file.write("usage.daily_tokens = 1500\n")

    ran = line.run("evaluate", "project", "--count", "20", "--json", "--yes", "--ray", workers.address)

    own = json.loads(ran.out)["candidates"][0]
    assert ran.status == 3
    assert 0 < own["answered"] < 20
    assert "usage.daily_tokens" in json.loads(ran.out)["notes"][0]
    assert len(studio.requests) <= own["answered"] + WORKERS
    spent = json.loads(line.run("usage", "--json").out)["models"]
    assert {each["model"]: each["calls"] for each in spent}["own-coder"] == len(studio.requests)


def test_the_holes_of_a_lost_worker_are_done_again(line, studio, workers):
    studio.script(*[Reply(trouble="hang")] * WORKERS)
    process = started(line, "--count", "10", "--json", "--yes", "--ray", workers.address)
    studio.wait_for(lambda: studio.running == WORKERS, 40)
    workers.kill_busy_workers()

    out, err = process.communicate(timeout=60)

    assert (process.returncode, b"Traceback" in err) == (0, False)
    own = json.loads(out)["candidates"][0]
    assert (own["answered"], own["exact"][0]) == (10, 1)
    assert len(studio.requests) == 10 + WORKERS


def test_an_interruption_stops_the_tasks_and_keeps_what_is_there(line, studio, workers):
    studio.script("return 1", *[Reply(trouble="hang")] * WORKERS)
    words = "--count", "10", "--json", "--yes", "--ray", workers.address, "--answers", "answers.jsonl"
    process = started(line, *words)
    studio.wait_for(lambda: studio.running == WORKERS and len(studio.requests) == WORKERS + 1, 40)

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert (process.returncode, b"Traceback" in err) == (130, False)
    studio.wait_for(lambda: studio.running == 0, 20)
    assert len(studio.requests) == WORKERS + 1
    assert len((line.home / "answers.jsonl").read_text().splitlines()) == 1


def test_what_no_cluster_is_told_is_refused_for_one_candidate(line, workers):
    (line.home / "own.toml").write_text('[a]\nprovider.api_key_command = ["pass", "show", "key"]\n')

    ran = line.run("evaluate", "project", "--candidates", "own.toml", "--ray", workers.address)

    assert ran.status == 2
    assert "Candidate a sets provider.api_key_command, which never goes to a cluster" in ran.err
