"""Learns from what is installed for a language, where the project itself has little to say; runs no program.

It looks into well-known folders alone. A repository may name what it depends on, never where that lies.
"""

from __future__ import annotations

import os
import re
import shutil
import sysconfig
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from infill_ls.context.families import family_of
from infill_ls.privacy.exclude import excluded_by
from infill_ls.provider.base import Corpus
from infill_ls.settings.schema import LocalSettings
from infill_ls.workspace.files import Files, read_text
from infill_ls.workspace.threads import in_thread

MOST_FILES, MOST_CHARS, MOST_SECONDS = 400, 3_000_000, 10.0
"""Read for a language."""
CHARS_OF_FILE = 30_000
"""The beginning of many files says more than all of a few."""
MOST_PACKAGES = 40

_ENDS: Final = {
    "python": (".py",),
    "go": (".go",),
    "rust": (".rs",),
    "script": (".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs"),
}
_PASSED_OVER: Final = frozenset(
    {
        "test",
        "tests",
        "testing",
        "testdata",
        "idle_test",
        "__tests__",
        "benches",
        "examples",
        "internal",
        "vendor",
        "cmd",
    }
    | {
        "site-packages",
        "dist-packages",
        "node_modules",
        "__pycache__",
        "idlelib",
        "lib2to3",
        "turtledemo",
        "ensurepip",
    }
    | {"encodings", "pydoc_data", "umd", "cjs", "esm", "min"}
)
_TESTS: Final = ("_test.go", ".test.ts", ".spec.ts", ".test.js", ".min.js")
_NAME: Final = re.compile(r"[\w][\w.+-]*")
_MODULE: Final = re.compile(
    r"^\s*(?:require\s+)?([\w.~-]+(?:/[\w.~-]+)+)\s+(v[\w.+-]+)", re.MULTILINE
)


class Installed:
    """Reads each family of languages once, as soon as a document of it is there, in the thread that reads projects."""

    def __init__(
        self,
        corpus: Corpus,
        files: Files,
        limits: LocalSettings,
        exclude: tuple[str, ...],
        *,
        environ: Mapping[str, str],
        is_wanted: Callable[[], bool],
    ) -> None:
        self._corpus = corpus
        self._files = files
        self._limits = limits
        self._exclude = exclude
        self._environ = environ
        self._is_wanted = is_wanted
        self._known: set[str] = set()
        self._stopped = False

    async def learn(self, language: str, seconds: float = MOST_SECONDS) -> None:
        """Read what is installed for a language, unless the project says enough by itself."""
        family = family_of(language)
        if (
            family not in _ENDS
            or family in self._known
            or not self._limits.installed
            or not self._is_wanted()
        ):
            return
        self._known.add(family)
        await in_thread("folders", self._read, family, time.monotonic() + seconds)

    def stop(self) -> None:
        """Read no more."""
        self._stopped = True

    def _read(self, family: str, deadline: float) -> None:
        places = list(dict.fromkeys(places_of(family, self._files.folders, self._environ)))[
            :MOST_PACKAGES
        ]
        files, size = 0, 0
        for number, place in enumerate(places):
            # What one leaves of its share is the next ones'.
            until = (number + 1) / len(places)
            for path in sources(place, _ENDS[family]):
                if self._stopped or time.monotonic() > deadline:
                    return
                if files >= MOST_FILES * until or size >= MOST_CHARS * until:
                    break
                text = (
                    None
                    if excluded_by(str(path), self._exclude)
                    else read_text(str(path), self._limits.max_file_kb * 1024)
                )
                if text:
                    text = text[:CHARS_OF_FILE]
                    self._corpus.put(str(path), text)
                    files, size = files + 1, size + len(text)


def places_of(family: str, folders: tuple[str, ...], environ: Mapping[str, str]) -> Iterator[Path]:
    """Folders with what is installed, the project's own dependencies first."""
    roots = [Path(os.path.realpath(folder)) for folder in folders]
    finders = {"python": _of_python, "go": _of_go, "rust": _of_rust, "script": _of_node}
    return (place for place in finders[family](roots, environ) if place.is_dir())


def sources(place: Path, ends: tuple[str, ...]) -> Iterator[Path]:
    """Source files, nearest to the folder first. Links are not followed."""
    pending = [place]
    while pending:
        try:
            with os.scandir(pending.pop(0)) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _PASSED_OVER and not entry.name.startswith((".", "_vendor")):
                    pending.append(Path(entry.path))
            elif (
                entry.name.endswith(ends)
                and not entry.name.endswith(_TESTS)
                and entry.is_file(follow_symlinks=False)
            ):
                yield Path(entry.path)


def _of_python(roots: list[Path], environ: Mapping[str, str]) -> Iterator[Path]:
    """Packages of the project's environment, or of the one that is active, and the standard library."""
    named = [Path(environ[name]) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if environ.get(name)]
    for environment in [*(root / name for root in roots for name in (".venv", "venv")), *named]:
        inside = environment in named or _lies_in(environment, roots)
        if inside and ((environment / "pyvenv.cfg").is_file() or environment in named):
            packages = [
                *environment.glob("lib/python3*/site-packages"),
                environment / "Lib" / "site-packages",
            ]
            yield from (
                place for place in packages if environment in named or _lies_in(place, roots)
            )
    yield Path(sysconfig.get_path("stdlib"))


def _of_go(roots: list[Path], environ: Mapping[str, str]) -> Iterator[Path]:
    """The modules that ``go.mod`` requires, and the standard library."""
    home = Path(
        environ.get("GOPATH", "").partition(os.pathsep)[0] or Path(environ.get("HOME", "")) / "go"
    )
    cache = Path(environ.get("GOMODCACHE") or home / "pkg" / "mod")
    for root in roots:
        for module, version in _MODULE.findall(read_text(str(root / "go.mod"), 1 << 18) or ""):
            # The cache writes capital letters as ! and the small one, since not every disk tells them apart.
            name = re.sub(r"[A-Z]", lambda found: "!" + found[0].lower(), f"{module}@{version}")
            if ".." not in name:
                yield cache / name
    program = shutil.which("go", path=environ.get("PATH"))
    known = [
        environ.get("GOROOT"),
        program and Path(os.path.realpath(program)).parents[1],
        "/usr/local/go",
        "/usr/lib/go",
    ]
    library = next(
        (Path(each) / "src" for each in known if each and (Path(each) / "src" / "fmt").is_dir()),
        None,
    )
    if library is not None:
        yield from (
            library / name
            for name in ("fmt", "os", "io", "bufio", "flag", "strings", "sort", "errors", "time")
        )
        yield from (
            library / name
            for name in ("net/http", "encoding", "log", "context", "sync", "path", "text", "go")
        )


def _of_rust(roots: list[Path], environ: Mapping[str, str]) -> Iterator[Path]:
    """The crates that ``Cargo.lock`` names, the standard library where its source is there, then other crates."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE", ""))
    cargo = Path(environ.get("CARGO_HOME") or home / ".cargo")
    registries = sorted((cargo / "registry" / "src").glob("*"))
    for root in roots:
        try:
            locked = tomllib.loads(read_text(str(root / "Cargo.lock"), 1 << 20) or "").get(
                "package", []
            )
        except tomllib.TOMLDecodeError:
            continue
        names = [
            f"{each.get('name')}-{each.get('version')}" for each in locked if isinstance(each, dict)
        ]
        yield from (
            registry / name / "src"
            for name in names
            if _NAME.fullmatch(name)
            for registry in registries
        )
    rustup = Path(environ.get("RUSTUP_HOME") or home / ".rustup")
    yield from sorted(rustup.glob("toolchains/*/lib/rustlib/src/rust/library/std/src"))[:1]
    yield from (crate / "src" for registry in registries for crate in sorted(registry.glob("*")))


def _of_node(roots: list[Path], environ: Mapping[str, str]) -> Iterator[Path]:
    """The packages of ``node_modules``, those with types of their own first, and npm, which comes with node."""
    for root in roots:
        folder = root / "node_modules"
        if not _lies_in(folder, roots):
            continue
        scoped = sorted(folder.glob("@types/*"))
        packages = [
            *sorted(folder.glob("[!.@]*")),
            *(each for each in sorted(folder.glob("@*/*")) if each not in scoped),
        ]
        # pnpm keeps packages as links to another place in the same folder.
        yield from (place.resolve() for place in (*packages, *scoped) if _lies_in(place, [folder]))
    program = shutil.which("node", path=environ.get("PATH"))
    if program:
        yield Path(os.path.realpath(program)).parents[1] / "lib" / "node_modules" / "npm" / "lib"


def _lies_in(place: Path, roots: list[Path]) -> bool:
    """Whether a place that a repository may have made a link really lies in one of the folders."""
    real = Path(os.path.realpath(place))
    return any(real.is_relative_to(root) for root in roots)
