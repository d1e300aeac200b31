"""Fills in the files for other channels: address of the repository, version, and checksum of the sdist.

python server/packaging/fill.py https://example.org/infill-ls dist/infill_ls-0.1.0.tar.gz dist/channels
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
TEMPLATES = (
    "aur/PKGBUILD",
    "conda/recipe.yaml",
    "homebrew/infill-ls.rb",
    "lspconfig/infill_ls.lua",
    "mason/package.yaml",
    "melpa/infill-ls",
)


def filled(text: str, repository: str, version: str, checksum: str) -> str:
    """A file in which nothing is left to fill in."""
    return (
        text.replace("@REPOSITORY@", repository)
        .replace("@VERSION@", version)
        .replace("@SHA256@", checksum)
    )


def main(repository: str, sdist: str, folder: str) -> int:
    """Write all of them."""
    data = Path(sdist).read_bytes()
    version = Path(sdist).name.removeprefix("infill_ls-").removesuffix(".tar.gz")
    for name in TEMPLATES:
        text = filled(
            (HERE / name).read_text(encoding="utf-8"),
            repository,
            version,
            hashlib.sha256(data).hexdigest(),
        )
        target = Path(folder) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
