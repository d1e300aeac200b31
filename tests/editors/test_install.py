"""What ``infill-ls editors install`` writes, in the real editors."""

import subprocess
import sys

import pytest

from support.editors.emacs import Emacs
from support.editors.neovim import VERSIONS, program

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

STARTED = "lua io.write(vim.fn.exists(':InfillWhy'), require('infill_ls').statusline and 'plugin' or '')"


def install(home, name):
    command = [sys.executable, "-m", "infill_ls", "editors", "install", name, "--yes"]
    subprocess.run(command, env=home.environment, check=True, capture_output=True)


@pytest.mark.parametrize("version", VERSIONS)
def test_neovim(home, version):
    """The plugin is loaded, nothing complains, and the server is started."""
    install(home, "nvim")
    home.write("project/a.py", "x = 1\n")

    ran = program(version).run(
        "a.py",
        "+lua vim.wait(20000, function() return #vim.lsp.get_clients({ name = 'infill_ls' }) > 0 end, 50)",
        f"+{STARTED}",
        "+lua io.write(' ', #vim.lsp.get_clients({ name = 'infill_ls' }))",
        "+qa!",
        home=home,
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "2plugin 1", "")


def test_emacs(home):
    emacs = Emacs(home)
    install(home, "emacs")

    said = emacs.batch(
        "-l", str(home.folder / ".emacs.d/init.el"), "--eval", "(princ (memq 'infill-ls-mode prog-mode-hook))"
    )

    assert said == "(infill-ls-mode)"
