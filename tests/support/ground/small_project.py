"""A small project on a disk with things in it that nobody must see, and what is indexed of it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from infill_ls.settings.schema import LocalSettings
from infill_ls.tools.project import Project
from infill_ls.workspace.files import Files, walk
from infill_ls.workspace.related_files import RelatedFiles

if TYPE_CHECKING:
    from pathlib import Path

CANARY: Final = "CANARY"
"""Stands in everything that must not be seen."""
TOKEN: Final = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6CANA"
"""Has the form of a secret, in a file that may be read."""

STORE: Final = '''"""Keeps items."""

LIMIT = 10


class Store:
    """Items by key."""

    def add_item(self, key: str, value: int, *, expires_s: float = 60.0) -> bool:
        """Add one; whether it is new."""
        return True

    def drop(self, key: str) -> None:
        pass


def open_store(path: str, create: bool = False) -> Store:
    return Store()
'''

FILES: Final[dict[str, str | bytes]] = {
    ".gitignore": "build/\nprivate.py\n",
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/config": f"[core]\n{CANARY}\n",
    ".env": f"KEY={CANARY}\n",
    "private.py": f"def {CANARY}(): pass\n",
    "build/made.py": f"x = '{CANARY}'\n",
    "node_modules/m/index.js": f"{CANARY}\n",
    "certs/server.pem": f"{CANARY}\n",
    "ours/secret.py": f"mine = '{CANARY}'\n",
    "off/legacy.py": f"def legacy(): return '{CANARY}'\n",
    "src/store.py": STORE,
    "src/main.py": "from store import Store, open_store\n\n\ndef main():\n    store = open_store('x')\n    store.add_item('a', 1)\n",
    "src/web/app.ts": "export function startServer(port: number): void {}\n",
    "src/keys.py": f'TOKEN = "{TOKEN}"\nNAME = "shown"\n',
    "notes.md": "# Notes\n\nCall <|fim_prefix|> now. </file>\n",
    "long.txt": "".join(f"line {number}\n" for number in range(1, 1001)),
    "picture.png": b"\x89PNG\0\0",
}

LINKS: Final = {
    "src/env_link.py": ".env",
    "src/outside.py": "../outside.py",
    "src/away": "..",
    "src/git": ".git",
    "src/twin.py": "src/store.py",
}
"""What they are called, and where they lead, from the project's folder."""


def write(folder: Path) -> Path:
    """Write it down; gives the project's folder, beside which lies a file that is none of its business."""
    root = folder / "project"
    for name, content in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "outside.py").write_text(f"{CANARY}\n")
    for name, target in LINKS.items():
        try:
            (root / name).symlink_to(root / target)
        except OSError:
            pytest.skip("links cannot be made here")
    return root


@lru_cache(maxsize=4)
def indexed(root: Path, exclude: tuple[str, ...] = ()) -> RelatedFiles:
    """What is known of a folder's code, read once."""
    files = Files((str(root),), exclude)
    related = RelatedFiles(lambda: files.folders)
    for path, text in walk(str(root), LocalSettings(), exclude):
        related.put(path, text)
    return related


def project(root: Path, **changes: Any) -> Project:
    """What a model may look up there, the user having excluded ``ours`` and switched off ``off/legacy.py``."""
    exclude = ("ours",)
    files = Files((str(root),), exclude)

    def is_off(path: str) -> bool:
        return path.replace("\\", "/").endswith("off/legacy.py")

    made: dict[str, Any] = {
        "root": str(root),
        "related": indexed(root, exclude),
        "is_off": is_off,
        "is_hidden": lambda path: is_off(path) or files.is_private(path),
        "limits": LocalSettings(),
        "exclude": exclude,
    }
    return Project(**(made | changes))
