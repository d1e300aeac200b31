"""What the package says of the project: links to its repository, once there is one, and a README that works elsewhere.

Hatchling runs this where a wheel or an sdist is built. The repository's address comes from ``INFILL_LS_REPOSITORY``,
which the release sets; it stands in no file. Without it nothing is linked, for a dead link is worse than none.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

VARIABLE = "INFILL_LS_REPOSITORY"

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:)([^)\s]+)\)")


class LinkedMetadata(MetadataHookInterface):
    """Fills in ``readme`` and ``urls``."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Called by hatchling; an sdist has both already, as they were when it was made."""
        repository = os.environ.get(VARIABLE, "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        readme = linked(
            text, repository, f"v{metadata['version']}" if "version" in metadata else "HEAD"
        )
        metadata.setdefault("readme", {"content-type": "text/markdown", "text": readme})
        metadata.setdefault("urls", urls(repository))


def urls(repository: str) -> dict[str, str]:
    """The package's links."""
    if not repository:
        return {}
    pages = f"{repository}/blob/HEAD"
    return {
        "Source": repository,
        "Documentation": f"{pages}/README.md",
        "Changes": f"{pages}/server/docs/changelog.md",
        "Issues": f"{repository}/issues",
    }


def linked(readme: str, repository: str, revision: str = "HEAD") -> str:
    """The README with absolute links, or, where there is no address, with their words alone and no pictures."""

    def absolute(match: re.Match[str]) -> str:
        picture, words, target = match.groups()
        if not repository:
            return "" if picture else words
        return (
            f"{picture}[{words}]({repository}/{'raw' if picture else 'blob'}/{revision}/{target})"
        )

    return _LINK.sub(absolute, readme)
