"""How Sphinx makes the documentation's site out of the pages as they lie in the project; run from the project's folder.

The pages stay plain Markdown whose links work on a Git host, too: what only the site needs is added here.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]

project = "infill-ls"
copyright = "the infill-ls authors"  # noqa: A001  # Sphinx asks for this name
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = [
    "README.md",
    "LICENSE",
    ".github/SECURITY.md",
    "server/docs/**",
    "editors/*.md",
    "editors/*/*.md",
]
exclude_patterns = [".git", ".venv", "**/node_modules", "dist", "server/docs/site", "tests"]
html_theme = "furo"
html_title = "infill-ls"
html_extra_path = ["index.html"]
html_copy_source = False
html_show_sphinx = False
# Blocks of code name their language, or are lines for a shell or a settings file.
highlight_language = "none"
myst_heading_anchors = 4
nitpicky = True

SECTIONS = {
    "For users": (
        "server/docs/install",
        "editors/README",
        "editors/nvim/README",
        "editors/vscode/README",
        "editors/emacs/README",
        "editors/helix/README",
        "server/docs/model-studio",
        "server/docs/self-hosted",
        "server/docs/configuration",
        "server/docs/privacy",
        "server/docs/threats",
        ".github/SECURITY",
        "server/docs/troubleshooting",
        "server/docs/faq",
        "server/docs/deep",
        "server/docs/evaluate",
        "server/docs/teams",
        "server/docs/comparison",
        "server/docs/changelog",
    ),
    "For developers": (
        "server/docs/contributing",
        "server/docs/architecture",
        "server/docs/lsp-extensions",
        "server/docs/style",
        "server/docs/release",
        "server/docs/decisions/*",
    ),
}
"""The site's table of contents; pages that do not exist are left out."""

_UNRELEASED = "<!-- towncrier release notes start -->"


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", _completed)


def _completed(_app: Any, name: str, source: list[str]) -> None:
    """A page's text with what a Git host shows by itself, or only a release writes."""
    if name == root_doc:
        source[0] += "".join(_contents(title, pages) for title, pages in SECTIONS.items())
    elif name == "server/docs/changelog":
        source[0] = source[0].replace(_UNRELEASED, _unreleased())


def _contents(title: str, pages: tuple[str, ...]) -> str:
    there = [page for page in pages if "*" in page or (ROOT / f"{page}.md").is_file()]
    return "\n".join(
        ["", "", "```{toctree}", ":hidden:", ":glob:", f":caption: {title}", "", *there, "```", ""]
    )


def _unreleased() -> str:
    """What a release would write into the page of changes, were it made now."""
    words = ["build", "--draft", "--version", "Unreleased", "--date", ""]
    command = [sys.executable, "-m", "towncrier", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
