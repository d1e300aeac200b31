"""What the process was started with becomes the settings in force."""

from __future__ import annotations

import pytest

from infill_ls.launch import Launch


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
    assert Launch({"INFILL_LS_CONFIG": "b"}, "a").user_file() == "a"


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
    ).with_editor({"provider": {"model": said[2]}})

    resolved = started.resolved({"provider.model": "by a repository"})

    assert resolved.settings.provider.model == said[highest]
    assert len(resolved.problems) == 1, "the repository's try"


def test_the_workspace_stands_above_the_editor_and_below_the_command_line(tmp_path):
    started = launch(tmp_path, "", command_line={"cache.size": 3}, editor={"cache.size": 1, "cache.ttl_s": 1})

    resolved = started.resolved({"cache": {"size": 2, "ttl_s": 2}})

    assert (resolved.settings.cache.size, resolved.settings.cache.ttl_s) == (3, 2)
    assert resolved.origins == {"cache.size": "command line", "cache.ttl_s": "workspace configuration"}


def test_its_picture_does_not_show_the_environment():
    """Keys live there, and pictures of objects end up in logs."""
    assert "sk-secret" not in repr(Launch({"DASHSCOPE_API_KEY": "sk-secret"}, "a"))
