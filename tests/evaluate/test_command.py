"""``infill-ls evaluate`` as a person runs it, with a model that knows the truth."""

from __future__ import annotations

import json
import os

import pytest

from support.clients.command_line import CommandLine
from support.model_studio.emulator import Emulator, Oracle

CODE = "".join(
    f"""\
def load_{name}(path, environment):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if not text:
        raise ValueError({name!r})
    return parse_{name}(text, environment)


"""
    for name in ("user", "team", "site", "host")
)


posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes, limits and devices")


@pytest.fixture
def line(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("")
    (folder / "a.py").write_text(CODE)
    line = CommandLine(tmp_path)
    line.settings("local.installed = false\n")
    return line


@pytest.fixture
def studio():
    with Emulator(api_key=None, oracle=Oracle(CODE)) as emulator:
        yield emulator


def settings(line, studio, **more):
    rest = "".join(f"{key.replace('__', '.')} = {value}\n" for key, value in more.items())
    line.settings(
        f'provider.kind = "openai"\nprovider.base_url = "{studio.own_url}"\nprovider.model = "own-coder"\nlocal.installed = false\n{rest}'
    )


def figures(ran):
    return {each["name"]: each for each in json.loads(ran.out)["candidates"]}


def test_no_model_is_called_before_somebody_agrees(line, studio):
    """Nobody can answer here, so the answer is no; what it would take is said all the same."""
    settings(line, studio, usage__prices='{own-coder = {input = 1.0, output = 2.0, currency = "USD"}}')

    ran = line.run("evaluate", "project", "--count", "20")

    assert ran.status == 1
    assert "yours: 20 calls to own-coder, about " in ran.err
    assert " USD." in ran.err
    assert "add --yes" in ran.err
    assert studio.requests == ()


def test_who_knows_the_truth_is_better_than_the_embedded_engine_and_is_asked_once(line, studio):
    settings(line, studio)

    first = line.run("evaluate", "project", "--count", "20", "--json", "--yes")
    second = line.run("evaluate", "project", "--count", "20", "--json")

    assert (first.status, second.status) == (0, 0)
    assert first.out == second.out
    assert len(studio.requests) == 20
    found = figures(first)
    assert found["yours"]["exact"][0] == 1
    assert found["yours"]["calls"] == found["yours"]["answered"] == 20
    assert found["yours"]["tokens"]["in"] > 0
    assert found["embedded"]["exact"][0] < 1
    assert found["embedded"]["calls"] == 0
    assert json.loads(first.out)["pairs"][0]["exact"] == 1


def test_the_daily_cap_holds(line, studio):
    """What is left is not asked, and the report says so; each call that was made is in the ledger."""
    settings(line, studio, usage__daily_tokens=1500)

    ran = line.run("evaluate", "project", "--count", "20", "--json", "--yes")

    assert ran.status == 3
    own = figures(ran)["yours"]
    assert 0 < own["answered"] < 20
    assert own["missing"] == 20 - own["answered"]
    assert "usage.daily_tokens: run the same command again tomorrow" in json.loads(ran.out)["notes"][0]
    assert len(studio.requests) <= own["answered"] + 4
    spent = json.loads(line.run("usage", "--json").out)["models"]
    assert {each["model"]: each["calls"] for each in spent}["own-coder"] == len(studio.requests)


def test_candidates_are_sets_of_settings(line, studio):
    settings(line, studio)
    (line.home / "own.toml").write_text("[long]\n[short]\ncontext.prefix_tokens = 16\nprivacy.redact = false\n")

    ran = line.run("evaluate", "project", "--count", "10", "--json", "--yes", "--candidates", "own.toml")

    found = figures(ran)
    assert list(found) == ["long", "short", "embedded"]
    assert found["short"]["tokens"]["in"] < found["long"]["tokens"]["in"]
    assert found["short"]["settings"]["prefix_tokens"] == 16


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs a table"),
        ("a = 1", "needs a table"),
        ("[a", "cannot be read as TOML"),
        ('[a]\nprovider.colour = "red"', "`provider.colour` (candidate a) is not a setting"),
        ('["a\\u0007"]', "cannot be a candidate's name"),
    ],
)
def test_what_is_wrong_with_candidates_is_said(line, text, said):
    (line.home / "own.toml").write_text(text)

    ran = line.run("evaluate", "project", "--candidates", "own.toml")

    assert ran.status == 2
    assert said in ran.err
    assert "\x07" not in ran.err


@posix
def test_a_full_disk_is_said_and_the_same_command_goes_on(line):
    """The shell's limit on the size of files is one on the room that there is."""
    words = ("evaluate", "project", "--count", "20", "--answers", "answers.jsonl", "--json")
    full = line.run(*words, started_by='ulimit -f 4; exec "$@"')
    kept = (line.home / "answers.jsonl").read_bytes().count(b"\n")

    assert full.status == 2
    assert full.err.startswith("infill-ls: Answers can no longer be kept in ")
    assert "(File too large): make room and run the same command again" in full.err
    assert 0 < kept < 20
    again = line.run(*words)
    assert json.loads(again.out)["candidates"][0]["answered"] == 20


def test_without_a_model_the_embedded_engine_runs_alone_and_nothing_is_asked(line):
    ran = line.run("evaluate", "project", "--count", "20")

    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("20 holes in 1 file of ")
    assert [row.split()[0] for row in ran.out.splitlines() if row.startswith("embedded")] == ["embedded"]


@posix
def test_answers_hold_code_so_they_are_nobody_else_s(line):
    line.run("evaluate", "project", "--count", "5", "--answers", "answers.jsonl")

    assert (line.home / "answers.jsonl").stat().st_mode & 0o777 == 0o600
    assert len((line.home / "answers.jsonl").read_text().splitlines()) == 5


@pytest.mark.parametrize(
    ("ray", "address", "said"),
    [
        ("raise ImportError('none')", "10.0.0.5:6379", "--ray needs Ray, which is not installed: install"),
        ("", "10.0.0.5", "is not the address of a Ray cluster: write HOST:PORT"),
        ("", "ray://10.0.0.5:10001", "is not the address of a Ray cluster: write HOST:PORT"),
        ("", "127.0.0.1:99999", "No Ray cluster answers at 127.0.0.1:99999"),
        ("", "127.0.0.1:9", "No Ray cluster answers at 127.0.0.1:9 (Connection refused): start one with `ray start"),
        ("def init(*_, **__): raise RuntimeError('Version mismatch')", "auto", "(Version mismatch): look whether"),
        ("def init(*_, **__): raise SystemExit(15)", "auto", "does not accept a connection at auto (15)"),
    ],
)
def test_what_is_wrong_with_a_cluster_is_said(line, ray, address, said):
    """Before anything is read; a module of this name stands in for Ray."""
    folder = line.home / "modules"
    folder.mkdir()
    (folder / "ray.py").write_text(ray)
    line.environ["PYTHONPATH"] = str(folder)

    ran = line.run("evaluate", "project", "--ray", address)

    assert ran.status == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_text_is_hashed_alike_in_each_run(line):
    """Or the embedded engine, which looks at a sample of places in the order of their hashes, says now this, now that."""
    folder = line.home / "modules"
    folder.mkdir()
    (folder / "ray.py").write_text("def init(*_, **__): raise RuntimeError(hash('text'))")
    line.environ["PYTHONPATH"] = str(folder)

    one, other = (line.run("evaluate", "project", "--ray", "auto") for _ in range(2))

    assert one.err == other.err


def test_without_a_cluster_nothing_of_ray_is_imported(line):
    folder = line.home / "modules"
    folder.mkdir()
    (folder / "ray.py").write_text("raise RuntimeError('imported')")
    line.environ["PYTHONPATH"] = str(folder)

    assert line.run("evaluate", "project", "--count", "5").status == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('provider.kind = "openai"', "Candidate own cannot be asked: provider.kind is openai, and provider.base_url"),
        ('provider.kind = "vllm"\nprovider.mode = "fim"\nprovider.base_url = "//"', "Candidate own cannot be asked: "),
    ],
)
def test_nobody_answers_in_the_name_of_a_candidate_that_cannot_be_asked(line, settings, said):
    (line.home / "own.toml").write_text(f"[own]\n{settings}\n")

    ran = line.run("evaluate", "project", "--candidates", "own.toml", "--yes")

    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert "embedded engine answers" not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "is not a folder"),
        (["project", "--kinds", "rest,half"], "'half' is not a kind of hole"),
        (["project", "--count", "0"], "--count is the number of holes: give 1 or more"),
        (["empty"], "There is no code in empty that may be read: name a folder"),
        (["short"], "Nothing in short can be hidden as rest, brackets, line, block, function, commit: name other"),
        (["project", "--holes", "none.jsonl"], "cannot be read"),
        (["project", "--answers", "project"], "which is not a file: name another one with --answers"),
        pytest.param(
            ["project", "--answers", os.devnull], "is not a file: name another one with --answers", marks=posix
        ),
        (["project", "--candidates", "none.toml"], "(No such file or directory): name a file with a table for each"),
        (["project", "--html", "none/report.html"], "(No such file or directory): name another file with --html"),
        (["project", "--kinds", "commit"], "is in no git repository: name a checkout, or other kinds than commit"),
        (["project", "--holes", "blank.jsonl"], "There are no holes in blank.jsonl: give one a line"),
    ],
)
def test_what_is_wrong_with_the_words_is_said(line, words, said):
    for name, text in (("empty/notes.bin", ""), ("short/a.py", "x = 1\n"), ("blank.jsonl", "\n")):
        (line.home / name).parent.mkdir(exist_ok=True)
        (line.home / name).write_text(text)

    ran = line.run("evaluate", *words)

    assert ran.status == 2
    assert said in ran.err


def test_holes_of_a_file_are_the_ground(line, studio):
    settings(line, studio)
    task = {"task_id": "t/0", "prompt": CODE[:100], "canonical_solution": CODE[100:130], "suffix": CODE[130:]}
    (line.home / "holes.jsonl").write_text(json.dumps(task) + "\n")

    ran = line.run("evaluate", "--holes", "holes.jsonl", "--json", "--yes")

    assert json.loads(ran.out)["holes"] == 1
    assert figures(ran)["yours"]["raw_exact"][0] == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_project_with_odd_names_and_bytes_is_evaluated(line):
    """What is no text, in a name or in a file, is neither an error nor on the terminal."""
    folder = line.home / "project"
    for name in (b"a\xff.py", b"<img src=x>.py", b"\xe2\x80\xaeabc.py", b"new\nline.py", b'q"uote.py'):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123  # a name that is no text
            file.write(CODE.encode() + b"# \xff\xfe \x1b[31m </script>\n")

    ran = line.run("evaluate", "project", "--count", "30", "--html", "report.html")

    assert (ran.status, ran.err) == (0, "")
    text = (line.home / "report.html").read_text(encoding="utf-8")
    assert text.count("</script>") == 2
    assert all(character.isprintable() or character == "\n" for character in text + ran.out)
