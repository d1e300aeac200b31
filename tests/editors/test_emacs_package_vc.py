"""Emacs installs the package out of a repository by itself, and compiles nothing else that lies there."""

import subprocess

import pytest

from support.editors.emacs import ROOT, Emacs

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

INSTALL = """
(progn
  (require 'package-vc)
  (package-vc-install '(infill-ls :url "file://{url}" :lisp-dir "editors/emacs"))
  (require 'infill-ls)
  (message "loaded from %s" (locate-library "infill-ls")))
"""


def test_package_vc_takes_the_folder_for_emacs_alone(home, tmp_path):
    """``.elpaignore`` says what is not for Emacs."""
    repository = tmp_path / "repository"
    for words in (
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", repository],
        ["git", "-C", ROOT, "push", "--quiet", repository, "HEAD:refs/heads/main"],
    ):
        subprocess.run(list(map(str, words)), check=True, capture_output=True)

    said = Emacs(home).batch("--eval", INSTALL.replace("{url}", str(repository)), longest_s=300)

    installed = home.folder / ".emacs.d" / "elpa" / "infill-ls"
    compiled = {path.relative_to(installed).parent.as_posix() for path in installed.rglob("*.elc")}
    assert f"loaded from {installed}/editors/emacs/infill-ls" in said
    assert compiled <= {".", "editors/emacs"}
    assert (installed / "editors/emacs/infill-ls.elc").exists()
