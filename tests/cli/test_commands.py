"""The commands as a person runs them: what is printed where, and the exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from infill_ls import __version__
from infill_ls.settings.resolve import keys
from support.clients.command_line import CommandLine
from support.model_studio.emulator import Caller, Emulator, Reply
from support.model_studio.failures import INVALID_API_KEY

SEEN = """def load_settings(path, environment):
    with open(path, encoding="utf-8") as file:
        return parse_settings(file.read(), environment)


def store_settings(path, settings):
    with open(path, "w", encoding="utf-8") as file:
        file.write(format_settings(settings))


"""
TYPED = SEEN + "def load_other(path, environment):\n    with open(path, enc"
OTHER = "".join(f"def square_{number}(x):\n    return x * x * {number}\n\n\n" for number in range(4))
OWN = 'provider.kind = "openai"\nprovider.base_url = "{url}"\nprovider.model = "own-coder"\n'


@pytest.fixture
def line(tmp_path):
    """A command line in a home of its own, without any key."""
    (tmp_path / "pyproject.toml").write_text("")
    return CommandLine(tmp_path)


@pytest.fixture
def studio():
    """An own server that knows no key."""
    with Emulator(api_key=None) as emulator:
        yield emulator


def write(line, name, text):
    """A file, and the place at its end as the command line takes it."""
    path = line.home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    lines = text.split("\n")
    return f"{name}:{len(lines)}:{len(lines[-1]) + 1}"


def test_version_and_help(line):
    assert line.run("--version").out.strip() == f"infill-ls {__version__}"
    assert "complete" in line.run("--help").out


# complete...


def test_complete_prints_the_suggestion(line):
    """With no key, no network and no settings: the embedded engine knows the file and its project."""
    ran = line.run("complete", write(line, "a.py", TYPED))

    assert (ran.status, ran.out.splitlines()[0], ran.err) == (0, 'oding="utf-8") as file:', "")


def test_complete_knows_the_projects_other_files(line):
    for name in ("lib/seen.py", "lib/also.py"):
        write(line, name, SEEN)

    ran = line.run("complete", write(line, "src/a.py", OTHER + TYPED.removeprefix(SEEN)))

    assert (ran.status, ran.out.splitlines()[0]) == (0, 'oding="utf-8") as file:')


def test_an_empty_project_learns_from_what_is_installed(line):
    """The project's own environment, here."""
    for name in ("one", "two", "three"):
        write(line, f".venv/lib/python3.12/site-packages/{name}.py", SEEN)
    write(line, ".venv/pyvenv.cfg", "")

    ran = line.run("complete", write(line, "a.py", TYPED.removeprefix(SEEN)))

    assert (ran.status, ran.out.splitlines()[0]) == (0, 'oding="utf-8") as file:')


def test_what_is_known_is_told_where_nothing_is_suggested(line):
    line.settings("local.installed = false\n")

    ran = line.run("complete", write(line, "a.py", "x = 1\nzzzq = qqqz("))

    assert "; the project has 3 indexed lines in 2 files\n" in ran.err


def test_text_after_the_cursor_is_a_reason_of_its_own(line):
    write(line, "a.py", "zzzq = qqqz(a, b)\n")

    ran = line.run("complete", "a.py:1:9")

    assert (ran.status, ran.out) == (1, "")
    assert "leads up to what follows the cursor" in ran.err


def test_complete_as_json(line):
    """One object with the contract's names."""
    ran = line.run("complete", write(line, "a.py", TYPED), "--json")

    said = json.loads(ran.out)
    assert {"text", "range", "source", "outcome", "timings_ms", "usage"} <= said.keys()
    assert (said["outcome"], said["source"]) == ("shown", "local")
    assert said["text"].startswith('oding="utf-8")')
    assert said["range"] == {"start": {"line": 12, "column": 24}, "end": {"line": 12, "column": 24}}
    assert said["timings_ms"]["total"] > 0
    assert set(said["usage"].values()) == {0}
    assert {"prompt", "cached", "completion"} <= said["usage"].keys()


def test_nothing_to_suggest_is_status_1(line):
    """The reason is told beside the output, which stays empty."""
    place = write(line, "a.py", "zzzq = qqqz(")

    ran = line.run("complete", place)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.startswith("infill-ls: no suggestion: ")

    ran = line.run("complete", place, "--json")
    assert (ran.status, json.loads(ran.out)["text"]) == (1, None)


@pytest.mark.parametrize("command", ["complete", "prompt"])
def test_a_wrong_place_is_status_2(line, command):
    ran = line.run(command, "gone.py:1:1")

    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("infill-ls: gone.py cannot be read: ")
    assert "Traceback" not in ran.err


STUDIO = """
provider.kind = "model-studio"
provider.base_url = "{url}"
provider.model = "qwen3-coder-flash"
provider.region = "singapore"
"""


def test_complete_deep_says_what_the_model_looks_up(line):
    """Steps go to standard error, first what they may cost; the suggestion alone to standard output."""
    (line.home / "store.py").write_text("def open_store(path: str) -> None:\n    pass\n")
    with Emulator() as studio:
        studio.caller = Caller([("find_definition", {"name": "open_store"})], then="```\n('x')\n```")
        line.settings(STUDIO.format(url=studio.base_url))
        line.environ["DASHSCOPE_API_KEY"] = studio.api_key
        ran = line.run("complete", "--deep", write(line, "a.py", "open_store"))

    notice, step = ran.err.splitlines()
    assert (ran.status, ran.out, step) == (0, "('x')\n", "infill-ls: looking for the definition of open_store")
    assert notice.startswith("infill-ls: a deep suggestion lets qwen3-coder-flash look things up in your project")
    assert "store.py:1: def open_store(path: str) -> None:" in str(studio.requests[-1].body)
    assert "Deep suggestions: 1, for " in line.run("usage").out


def test_complete_deep_with_the_embedded_engine_says_that_it_looks_nothing_up(line):
    ran = line.run("complete", "--deep", write(line, "a.py", TYPED))

    assert (ran.status, ran.out.splitlines()[0]) == (0, 'oding="utf-8") as file:')
    assert ran.err == "infill-ls: nothing was looked up: only a model can look things up, and none is set up\n"


def test_complete_asks_the_model_of_the_settings(line, studio):
    studio.script("return 1")
    line.settings(OWN.format(url=studio.own_url))

    ran = line.run("complete", write(line, "a.py", "def f():\n    "), "--json")

    said = json.loads(ran.out)
    assert (ran.status, said["text"], said["source"]) == (0, "return 1", "model")
    assert said["usage"]["prompt"] > 0
    assert [call.question.prefix for call in studio.requests] == ["def f():\n    "]


def test_a_model_that_refuses_is_status_3(line, studio):
    """Where the embedded engine has nothing either; the sentence says what to do."""
    studio.script(Reply(trouble=INVALID_API_KEY))
    line.settings(OWN.format(url=studio.own_url))

    ran = line.run("complete", write(line, "a.py", "zzzq = qqqz("))

    assert (ran.status, ran.out) == (3, "")
    assert ran.err.count("wants a key (HTTP 401)") == 1


# Files that are nobody's business...


@pytest.mark.parametrize("command", ["complete", "prompt"])
@pytest.mark.parametrize("name", [".env", "out/a.py", "gen/a.py", "link.py"])
def test_a_private_file_stays_where_it_is(line, studio, command, name):
    """Nothing is printed, nothing is sent, and the status says so."""
    write(line, ".git/HEAD", "")
    write(line, ".gitignore", "out/\n")
    line.settings(OWN.format(url=studio.own_url) + 'privacy.exclude = ["gen"]\n')
    write(line, "gen/secret.py", "SECRET = ")
    if name == "link.py":
        try:
            (line.home / name).symlink_to(line.home / "gen" / "secret.py")
        except OSError:
            pytest.skip("links cannot be made here")
        place = "link.py:1:10"
    else:
        place = write(line, name, "SECRET = ")

    ran = line.run(command, place)

    assert (ran.status, ran.out) == (1, "")
    assert "this file is never sent" in ran.err
    assert studio.requests == ()


# prompt...


def test_prompt_prints_the_bytes_that_are_sent(line, studio):
    """No more and no less: no line end is added, none is changed; the rest is said beside it. Nothing is sent."""
    line.settings(OWN.format(url=studio.own_url))
    write(line, "a.py", "x = 1\r\ny = 变()\r\nz = 3\r\n")

    ran = line.run("prompt", "a.py:2:7")

    assert ran.out == "<|fim_prefix|>x = 1\ny = 变(<|fim_suffix|>)\nz = 3\n<|fim_middle|>"
    assert (ran.status, "model own-coder, mode fim, from a.py" in ran.err) == (0, True)
    assert studio.requests == ()


def test_what_complete_sends_is_what_prompt_prints(line, studio):
    studio.script("(1)")
    line.settings(OWN.format(url=studio.own_url))
    place = write(line, "a.py", "x = 1\ny = f")

    line.run("complete", place)

    assert [call.body["prompt"] for call in studio.requests] == [line.run("prompt", place).out]


def test_prompt_of_a_chat_prints_its_messages(line, studio):
    line.settings(OWN.format(url=studio.own_url) + 'provider.mode = "partial"\n')
    write(line, "a.py", "x = 1\ny = \nz = 3\n")

    plain = line.run("prompt", "a.py:2:5")
    said = json.loads(line.run("prompt", "a.py:2:5", "--json").out)

    user, assistant = said["messages"]
    assert plain.out == f"{user['content']}\n{assistant['content']}\n"
    assert (assistant["role"], assistant["content"], assistant["partial"]) == ("assistant", "x = 1\ny = ", True)
    assert "z = 3" in user["content"]


def test_prompt_of_the_embedded_engine_says_that_nothing_is_sent(line):
    ran = line.run("prompt", write(line, "a.py", "x = "))

    assert (ran.status, ran.out) == (0, "")
    assert "sends nothing" in ran.err


# config...

SECRETS = """
[provider]
kind = "openai"
base_url = "https://anna:s3cret@example.com/v1?key=s3cret"
proxy = "anna:s3cret@proxy:3128"
api_key_command = ["echo", "s3cret"]
api_key_env = "sk-s3cret"
headers = {Authorization = "Bearer s3cret", "X-Id" = "s3cret"}
"""


def test_config_shows_where_each_setting_comes_from(line):
    line.settings('cache.size = 7\nprovider.model = "by the file"\n')
    line.environ["INFILL_LS_MODEL"] = "by the environment"

    said = json.loads(line.run("config", "--json").out)

    assert said.keys() == keys().keys()
    assert said["cache.size"] == {"value": 7, "from": line.environ["INFILL_LS_CONFIG"]}
    assert said["provider.model"] == {"value": "by the environment", "from": "environment"}
    assert said["log.level"] == {"value": "warning", "from": "default"}
    assert said["completion.debounce_ms"]["value"] == "adaptive"
    assert said["provider.timeout_s"]["value"] == {"connect": 3.0, "first_token": 5.0, "total": 15.0}


def test_config_as_text_has_a_line_per_setting(line):
    line.settings("cache.size = 7\n")

    ran = line.run("config")

    rows = [row.split()[0] for row in ran.out.splitlines()[1:]]
    assert (ran.status, ran.err, rows) == (0, "", list(keys()))
    assert ran.out.startswith(f"# user file: {line.environ['INFILL_LS_CONFIG']}")


def test_config_never_shows_a_secret(line):
    """The names around it stay, so that one sees where it is set."""
    line.settings(SECRETS)

    said = json.loads(line.run("config", "--json").out)

    assert "s3cret" not in json.dumps(said) + line.run("config").out
    assert said["provider.base_url"]["value"] == "https://…@example.com/v1?…"
    assert said["provider.proxy"]["value"] == "…@proxy:3128"
    assert said["provider.headers"]["value"] == {"Authorization": "…", "X-Id": "…"}
    assert said["provider.api_key_command"]["value"] == ["echo", "…"]
    assert said["provider.api_key_env"]["value"] is None, "a key in its place is no name of a variable"


def test_config_says_what_is_wrong(line):
    """Beside the settings in force, with status 2."""
    line.settings('cache.sise = 7\nprovider.model = "m"\n')

    ran = line.run("config", "--json")

    assert ran.status == 2
    assert "did you mean `cache.size`?" in ran.err
    assert json.loads(ran.out)["provider.model"]["value"] == "m"


def test_config_path(line):
    """The user's own file, or the one that is named."""
    own = line.run("config", "path").out
    assert own.startswith(str(line.home))
    assert own.endswith("config.toml\n")

    assert line.run("config", "path", "--config", "mine.toml").out == "mine.toml\n"


def test_config_init_writes_every_setting_as_a_comment(line):
    """The file changes nothing until a # is taken away; each line is then a setting that is accepted."""
    ran = line.run("config", "init")

    path = Path(ran.out.strip())
    assert (ran.status, ran.err, str(path)) == (0, "", line.run("config", "path").out.strip())
    said = json.loads(line.run("config", "--json").out)
    assert {each["from"] for each in said.values()} == {"default"}

    path.write_text(
        re.sub(r"^# (\w+ = )", r"\1", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8"
    )
    ran = line.run("config", "--json")
    assert ran.err == ""
    assert {each["from"] for each in json.loads(ran.out).values()} == {str(path)}


def test_config_init_overwrites_nothing(line):
    line.settings("cache.size = 7\n")

    ran = line.run("config", "init")

    assert (ran.status, ran.out) == (2, "")
    assert "exists already" in ran.err
    assert (line.home / "infill-settings.toml").read_text() == "cache.size = 7\n"


# What becomes of the output...


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end in another way there")
@pytest.mark.parametrize("command", ["models --json", "models", "--help"])
def test_output_that_nobody_reads_is_no_error(line, command):
    """As with other programs: nothing is said, and the status is that of a broken pipe."""
    read, write = os.pipe()
    os.close(read)
    ended = subprocess.run(
        [sys.executable, "-m", "infill_ls", *command.split()],
        env=line.environ,
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)

    assert (ended.returncode, ended.stderr) == (141, b"")


# serve...


def test_a_server_whose_client_is_gone_ends(line):
    """Started by nobody in particular, it serves, prints nothing and leaves no traceback."""
    ran = line.run()

    assert (ran.status, ran.out) == (1, "")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words", ["serve --tcp 127.0.0.1:0", "--tcp 127.0.0.1:0", "--tcp=0.0.0.0:80", "--stdio --tcp x"]
)
def test_no_port_is_listened_at(line, words):
    """A port has no owner: whoever reaches it could have programs run. The sentence says what to use instead."""
    ran = line.run(*words.split())

    assert (ran.status, ran.out) == (2, "")
    assert "there is no --tcp" in ran.err
    assert "--stdio" in ran.err


def test_a_log_and_a_trace_that_cannot_be_written_stop_nobody(line):
    """The server runs, and says so where it can."""
    ran = line.run("serve", "--stdio", "--log-file", "gone/log", "--trace", "gone/trace")

    assert (ran.status, ran.out) == (1, "")
    assert "gone/trace cannot be written" in ran.err
    assert "gone/log cannot be written" in ran.err
    assert "Traceback" not in ran.err
