"""What is ready for the day of the first release: each file is checked by its own tool, filled in with an example."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from infill_ls import __version__

ROOT = Path(__file__).parents[2]
PACKAGING = ROOT / "server" / "packaging"
REPOSITORY = "https://code.example/infill-ls"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
YAML = (
    "{extends: default, rules: {line-length: {max: 160}, truthy: {check-keys: false}, braces: {max-spaces-inside: 1}}}"
)


def run(*words, cwd=ROOT, **environment):
    """What a tool finds; skips by the tool's name where it is not installed."""
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    ended = subprocess.run(
        list(map(str, words)),
        cwd=cwd,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def built(folder, kind, root=ROOT, **environment):
    """A package, as hatchling builds it."""
    status, said = run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", folder, cwd=root, **environment)
    assert status == 0, said
    return next(folder.glob("*.whl" if kind == "wheel" else "*.tar.gz"))


def metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(f"infill_ls-{__version__}.dist-info/METADATA").decode()


@pytest.fixture(scope="module")
def channels(tmp_path_factory):
    """The files for other channels, filled in."""
    folder = tmp_path_factory.mktemp("channels")
    sdist = folder / f"infill_ls-{__version__}.tar.gz"
    sdist.write_bytes(b"an sdist")
    assert run(sys.executable, PACKAGING / "fill.py", REPOSITORY, sdist, folder) == (0, "")
    return folder


def test_without_an_address_a_package_links_nowhere(tmp_path):
    """No link in an index's page is dead, and no picture missing."""
    about = metadata(built(tmp_path, "wheel", INFILL_LS_REPOSITORY=""))

    assert "Project-URL" not in about
    assert re.findall(r"\]\((?!https?://)[^)]*\)", about) == []
    assert "what leaves your machine" in about.lower()


def test_with_an_address_every_link_is_absolute_also_from_the_sdist(tmp_path):
    sdist = built(tmp_path, "sdist", INFILL_LS_REPOSITORY=REPOSITORY)
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    about = metadata(
        built(tmp_path / "out", "wheel", root=tmp_path / f"infill_ls-{__version__}", INFILL_LS_REPOSITORY="")
    )

    assert f"Project-URL: Source, {REPOSITORY}\n" in about
    assert f"({REPOSITORY}/raw/v{__version__}/server/docs/neovim-film.svg)" in about
    assert f"({REPOSITORY}/blob/v{__version__}/server/docs/install.md)" in about
    assert re.findall(r"\]\((?!https?://)[^)]*\)", about) == []


def test_versions_are_in_step():
    """Server, extension and package for Emacs are released together."""
    extension = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
    headers = [
        re.search(r"^;; Version: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        for path in (ROOT / "editors" / "emacs").glob("*.el")
    ]

    assert {extension["version"], *(header[1] for header in headers if header)} == {__version__}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_one(workflow):
    assert (
        run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow)[0] == 0
    )


def test_workflows_and_their_scripts_are_sound():
    assert run("actionlint", *WORKFLOWS) == (0, "")


def test_yaml_is_tidy(channels):
    places = [ROOT / ".github", channels / "mason", channels / "conda"]

    assert run(sys.executable, "-m", "yamllint", "--strict", "-d", YAML, *places) == (0, "")


def test_nothing_is_left_to_fill_in(channels):
    files = [path for path in channels.rglob("*") if path.is_file() and path.suffix != ".gz"]

    assert len(files) == 6
    assert [path.name for path in files if re.search(r"@[A-Z0-9]+@", path.read_text(encoding="utf-8"))] == []
    assert [path.name for path in files if REPOSITORY not in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("words", [("bash", "-n"), ("shellcheck",)], ids=lambda words: words[0])
def test_the_file_for_arch_linux(channels, words):
    assert run(*words, channels / "aur" / "PKGBUILD") == (0, "")


def test_the_formula_for_homebrew(channels):
    assert run("ruby", "-c", channels / "homebrew" / "infill-ls.rb") == (0, "Syntax OK\n")


def test_the_example_in_the_formula_is_completed(tmp_path):
    """What Homebrew would run to see that the formula works."""
    formula = (PACKAGING / "homebrew" / "infill-ls.rb").read_text(encoding="utf-8")
    text = re.search(r"<<~PYTHON\n(.*?)    PYTHON", formula, re.DOTALL)[1]
    (tmp_path / "a.py").write_text("".join(line[6:] + "\n" for line in text.splitlines()), encoding="utf-8")
    wanted, place = re.search(r"assert_match '(.*)', shell_output\(\".*complete a.py:(\S+)\"", formula).groups()

    assert wanted in run(sys.executable, "-m", "infill_ls", "complete", f"a.py:{place}", cwd=tmp_path)[1]


def test_the_recipe_for_conda(channels):
    if importlib.util.find_spec("rattler_build") is None:
        pytest.skip("py-rattler-build is not installed")
    import rattler_build

    text = (channels / "conda" / "recipe.yaml").read_text(encoding="utf-8")

    assert len(rattler_build.Stage0Recipe.from_yaml(text).render(rattler_build.VariantConfig())) == 1


def test_the_recipe_for_emacs(channels):
    """One list, whose first element is the package's name."""
    text = (channels / "melpa" / "infill-ls").read_text(encoding="utf-8")
    files = re.findall(r'"(editors/[^"]+)"', text)

    assert text.startswith("(infill-ls :fetcher git")
    assert text.count("(") == text.count(")")
    assert files != []
    assert [name for name in files if not list(ROOT.glob(name))] == []
    assert all((ROOT / name).exists() for name in (ROOT / ".elpaignore").read_text(encoding="utf-8").split())


def test_the_entry_for_lspconfig(channels):
    assert run("luac", "-p", channels / "lspconfig" / "infill_ls.lua") == (0, "")


def test_the_flake():
    assert run("nix-instantiate", "--parse", PACKAGING / "nix" / "flake.nix")[0] == 0


def test_the_dockerfile():
    assert run("hadolint", PACKAGING / "Dockerfile") == (0, "")


@pytest.mark.parametrize("name", ["aur/PKGBUILD", "conda/recipe.yaml", "nix/flake.nix"])
def test_every_channel_has_every_dependency(name):
    """What the package needs, and no grammar, which are an extra."""
    text = (PACKAGING / name).read_text(encoding="utf-8")
    needed = [re.match(r"[a-z]+", dependency)[0] for dependency in PROJECT["dependencies"]]

    assert [package for package in needed if not re.search(rf"\b{package}\b", text)] == []
