"""What the process was started with, and from it the settings in force. Light: it is read before anything else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from infill_ls.settings.resolve import Layer, Resolved, environment_layer, file_layer, resolve
from infill_ls.workspace.reading import read_file

LARGEST_FILE = 1024 * 1024
"""Bytes. A settings file beyond that is not one."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Environment, command line, and what the editor said at ``initialize``."""

    environ: Mapping[str, str] = field(repr=False)
    config: str | None = None
    """Path given with ``--config``."""
    command_line: Mapping[str, Any] = field(default_factory=dict)
    editor: Mapping[str, Any] = field(default_factory=dict)
    """``initializationOptions``."""
    trust_editor: bool = False
    """Whether those are the user's own, and no repository can have written them."""

    def with_editor(self, options: Mapping[str, Any]) -> Launch:
        """The same with ``initializationOptions``."""
        return replace(self, editor=options)

    def resolved(
        self, workspace: Mapping[str, Any] | None = None, last: Layer | None = None
    ) -> Resolved:
        """The settings in force. ``workspace`` comes from a client that may have read it in the repository.

        ``last`` has the last word.
        """
        file, problems = self._file()
        layers = [
            file,
            environment_layer(self.environ),
            Layer("editor", self.editor, trusted=self.trust_editor),
            Layer("workspace configuration", workspace or {}, trusted=False),
            Layer("command line", self.command_line),
            *([] if last is None else [last]),
        ]
        resolved = resolve(layers)
        return replace(resolved, problems=(*problems, *resolved.problems))

    def user_file(self) -> str:
        """Path of the user's settings file, whether it exists or not."""
        named = self._named()
        if named is not None:
            return named
        from platformdirs import user_config_path

        return str(user_config_path("infill-ls", appauthor=False) / "config.toml")

    def _named(self) -> str | None:
        return self.config or self.environ.get("INFILL_LS_CONFIG") or None

    def _file(self) -> tuple[Layer, tuple[str, ...]]:
        named = self._named()
        if named is not None and not os.path.isabs(named):  # noqa: PTH117  # pathlib is 10 ms of start-up
            # Editors start the server in the folder that is open, so the file would be the repository's.
            by = "--config" if self.config else "INFILL_LS_CONFIG"
            return Layer(named, {}), (
                f"{named} was not read: {by} takes an absolute path, which no repository can choose",
            )
        return _user_file(self.user_file(), wanted=named is not None)


def _user_file(path: str, *, wanted: bool) -> tuple[Layer, tuple[str, ...]]:
    try:
        text = (
            ""
            if path == os.devnull
            else read_file(os.path.realpath(path), LARGEST_FILE).decode("utf-8-sig")
        )
    except FileNotFoundError:
        return Layer(path, {}), (f"{path} does not exist",) if wanted else ()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return Layer(path, {}), (f"{os.path.basename(path)} cannot be read: {reason}",)  # noqa: PTH119  # as above
    return file_layer(path, text)
