"""What the process was started with becomes the settings in force."""

from __future__ import annotations

import pytest

from infill_ls.startup import Launch


def launch(tmp_path, text=None, *, by="--config", environ=None, **rest):
    """A launch whose settings file is named, and written where there is a text."""
    path = tmp_path / "mine.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    environ = {} if environ is None else environ
    if by == "environment":
        return Launch({**environ, "INFILL_LS_CONFIG": str(path)}, **rest)
    return Launch(environ, str(path), **rest)


@pytest.mark.parametrize("by", ["--config", "environment"])
def test_a_named_file_is_read(tmp_path, by):
    started = launch(tmp_path, "cache.size = 5", by=by)

    assert started.user_file() == str(tmp_path / "mine.toml")
    assert started.resolved().settings.cache.size == 5
    assert started.resolved().origins == {"cache.size": str(tmp_path / "mine.toml")}


def test_the_command_line_names_it_before_the_environment(tmp_path):
    assert Launch({"INFILL_LS_CONFIG": "/b"}, "/a").user_file() == "/a"


@pytest.mark.parametrize("by", ["--config", "INFILL_LS_CONFIG"])
@pytest.mark.parametrize("name", ["config.toml", "./config.toml", "../config.toml"])
def test_a_relative_name_is_refused(tmp_path, monkeypatch, by, name):
    """It would name a file of the folder that the editor has open, and so a repository's."""
    project = tmp_path / "project"
    project.mkdir()
    (project / name).write_text('provider.base_url = "http://evil.example"')
    monkeypatch.chdir(project)
    started = Launch({}, name) if by == "--config" else Launch({by: name})

    resolved = started.resolved()

    assert resolved.settings.provider.base_url is None
    (problem,) = resolved.problems
    assert problem.startswith(f"{name} was not read: {by} takes an absolute path")


@pytest.mark.parametrize("by", ["--config", "environment"])
def test_a_named_file_that_is_missing_is_reported(tmp_path, by):
    """Who names a file wants it; the rest still works."""
    resolved = launch(tmp_path, by=by, environ={"INFILL_LS_MODEL": "m"}).resolved()

    assert resolved.problems == (f"{tmp_path / 'mine.toml'} does not exist",)
    assert resolved.settings.provider.model == "m"


def test_the_users_own_file_need_not_exist():
    """Nobody has to write one: without a name it is looked for in the user's configuration folder."""
    path = Launch({}).user_file()

    assert path.endswith("config.toml")
    assert "infill-ls" in path


def test_a_folder_cannot_be_read(tmp_path):
    (problem,) = Launch({}, str(tmp_path)).resolved().problems

    assert problem.startswith(f"{tmp_path.name} cannot be read: ")


def test_what_is_no_text_is_reported(tmp_path):
    (problem,) = launch(tmp_path, b"\xff\xfe\x00").resolved().problems

    assert problem == "mine.toml cannot be read: it is not UTF-8 text"


def test_a_byte_order_mark_is_passed_over(tmp_path):
    """Some editors of Windows write one."""
    resolved = launch(tmp_path, b"\xef\xbb\xbfcache.size = 5\n").resolved()

    assert (resolved.problems, resolved.settings.cache.size) == ((), 5)


def test_bad_toml_is_reported_and_the_rest_works(tmp_path):
    resolved = launch(tmp_path, "cache.size =", environ={"INFILL_LS_MODEL": "m"}).resolved()

    assert "is not valid TOML" in resolved.problems[0]
    assert resolved.settings.provider.model == "m"


ORDER = ["file", "environment", "editor", "command line"]


@pytest.mark.parametrize("highest", range(len(ORDER)), ids=ORDER)
def test_the_order_of_the_layers(tmp_path, highest):
    """File < environment < editor < command line, whatever the workspace says."""
    said = [f"by {name}" if place <= highest else None for place, name in enumerate(ORDER)]
    started = launch(
        tmp_path,
        f'provider.model = "{said[0]}"',
        environ={"INFILL_LS_MODEL": said[1]} if said[1] else {},
        command_line={"provider.model": said[3]},
        trust_editor=True,
    ).with_editor({"provider": {"model": said[2]}})

    resolved = started.resolved({"provider.model": "by a repository"})

    assert resolved.settings.provider.model == said[highest]
    assert len(resolved.problems) == 1, "the repository's try"


def test_the_workspace_stands_above_the_editor_and_below_the_command_line(tmp_path):
    lines = {"context.budget_tokens": 3000, "completion.max_lines": 3}
    started = launch(tmp_path, "", command_line={"completion.max_lines": 9}, editor=lines, trust_editor=True)

    resolved = started.resolved({"context": {"budget_tokens": 2000}, "completion": {"max_lines": 2}})

    assert (resolved.settings.context.budget_tokens, resolved.settings.completion.max_lines) == (2000, 9)
    assert resolved.origins == {
        "context.budget_tokens": "workspace configuration",
        "completion.max_lines": "command line",
    }


OF_A_REPOSITORY = {
    "provider.kind": "openai",
    "provider.base_url": "http://evil.example",
    "provider.api_key_command": ["sh", "-c", "id"],
    "provider.api_key_env": "AWS_SECRET_ACCESS_KEY",
    "usage.daily_tokens": 10**9,
    "completion.candidates": 5,
}


@pytest.mark.parametrize("trusted", [True, False])
def test_an_editor_is_trusted_by_the_flag_alone(tmp_path, trusted):
    """What it sends is the user's own only where the server was started so; nothing in a message can say it."""
    said = OF_A_REPOSITORY | {"trust_editor": True, "--trust-editor": True}

    resolved = launch(tmp_path, "", editor=said, trust_editor=trusted).resolved()

    taken = {key for key in OF_A_REPOSITORY if resolved.origins.get(key) == "editor"}
    assert taken == (OF_A_REPOSITORY.keys() if trusted else set())
    assert len(resolved.problems) == (2 if trusted else 2 + len(OF_A_REPOSITORY))


def test_its_picture_does_not_show_the_environment():
    """Keys live there, and pictures of objects end up in logs."""
    assert "sk-secret" not in repr(Launch({"DASHSCOPE_API_KEY": "sk-secret"}, "a"))
