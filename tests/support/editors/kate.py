"""Kate from Debian packages, without a screen, set up as ``editors/README.md`` says; its question is already answered."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.editors.debian import program
from support.editors.home import needs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.editors.home import Home

README = Path(__file__).parents[3] / "editors" / "README.md"
SUITE, PACKAGES = "bookworm", ("kate",)


class Kate:
    """``with Kate(home).visit(file)`` runs it with that file; nobody types, and it is ended with the block."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._root = needs("Kate", SUITE, *PACKAGES)
        home.write(".config/kate/lspclient/settings.json", _readme_lines())
        # Kate asks once whether a command line may be started, by the program's whole path or as it is written.
        home.write(
            ".config/katerc",
            "[Kate Plugins]\nlspclientplugin=true\nkateprojectplugin=true\n\n"
            f"[lspclient]\nAllowedServerCommandLines={home.folder / 'bin/infill-ls'} --stdio,infill-ls --stdio\n",
        )

    @contextmanager
    def visit(self, file: Path) -> Iterator[subprocess.Popen[bytes]]:
        libraries = next(self._root.glob("usr/lib/*-linux-gnu*"))
        command = program(self._root, "usr/bin/kate", self._root / "lib" / libraries.name)
        environment = self._home.environment | {
            "QT_QPA_PLATFORM": "offscreen",
            "QT_PLUGIN_PATH": str(libraries / "qt5/plugins"),
            "XDG_DATA_DIRS": str(self._root / "usr/share"),
            "XDG_CONFIG_DIRS": str(self._root / "etc/xdg"),
            "FONTCONFIG_SYSROOT": str(self._root),
            "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
            "LC_ALL": "C.UTF-8",
        }
        words = (*command, "--startanon", "--block", str(file))
        log = self._home.folder / "kate.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                words, env=environment, cwd=self._home.project, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            try:
                yield process
            except BaseException as error:
                error.add_note(log.read_text(encoding="utf-8", errors="replace")[-2000:])
                raise
            finally:
                process.terminate()
                process.wait(20)


def _readme_lines() -> str:
    """The user's own settings of Kate, as the README has them."""
    section = README.read_text(encoding="utf-8").partition("**Kate**")[2]
    found = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert found is not None, "the README has no lines for Kate"
    return found[1]
