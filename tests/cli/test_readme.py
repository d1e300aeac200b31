"""The commands that the README shows do what it says."""

from pathlib import Path

from support.command_line import CommandLine

ROOT = Path(__file__).parents[2]
SUGGESTION = 'pen(encoding="utf-8") as file:\n        return [Order(**row) for row in json.load(file)]\n'


def test_the_first_command_prints_a_suggestion(tmp_path):
    """Without key and network, for a real file."""
    commands = [
        line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("    ")
    ]
    words = next(line for line in commands if "infill-ls complete" in line).partition("infill-ls complete")[2].split()
    place = str(ROOT / words[0])

    ran = CommandLine(tmp_path).run("complete", place)

    assert (ran.status, ran.out) == (0, SUGGESTION)


def test_the_second_command_is_what_continuous_integration_runs():
    """One command, the same for everybody."""
    assert "    bash tests/run\n" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "\nbash tests/run\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
