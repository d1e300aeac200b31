"""What people read: links lead somewhere, no address is invented, nobody is sent to an index for our name."""

import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for folder in (ROOT / "server" / "docs", ROOT / "editors", ROOT / "server" / "packaging", ROOT / ".github")
    for path in folder.rglob("*.md")
    if not {"node_modules", "dist"} & set(path.parts)
)
PAGES.append(ROOT / "README.md")

HOSTS = re.compile(
    # This machine and names that nobody can own.
    r"127\.0\.0\.1|localhost|(.*\.)?example(\.com|\.org|\.net)?"
    # Services that settings name, and namespaces.
    r"|(.*\.)?aliyuncs\.com|www\.w3\.org"
)
"""Hosts that a page may name without being a link."""
LINKS = re.compile(
    # Programs that a page tells people to get elsewhere, and places where the project will be published.
    r"github\.com/(ggml-org/llama\.cpp|vllm-project/vllm|actions/.*)|docs\.astral\.sh/.*|pipx\.pypa\.io"
)
"""Addresses that a page may send people to."""


def ids(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page):
    """Each relative link names a file of the project, and each anchor a heading there."""
    text = without_code(page.read_text(encoding="utf-8"))
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            dead.append(link)

    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_no_address_is_invented(page):
    """The project has no repository, site or page in an index yet, so none is named."""
    found = []
    for host, path in re.findall(r"https?://([\w.-]+)(?::\d+)?(/[^\s)>\"'`]*)?", page.read_text(encoding="utf-8")):
        if not HOSTS.fullmatch(host) and not LINKS.fullmatch(host + path):
            found.append(host + path)

    assert found == []


def test_nobody_is_told_to_install_our_name_from_an_index():
    """Until it is published, whoever takes the name there would be trusted with people's keys."""
    asks = re.compile(
        r"(?:pip3?|pipx|uv|uvx|conda|brew|npm) [^\n`]*?(?<![\w/.\[-])infill-ls(?![\w-]*\.)(?=[\s`'\"=\[]|$)"
        r"|\binstall [`'\"]infill-ls\[[^\n]*"
    )
    removes = re.compile(r"uninstall|uvx --from \S+ infill-ls|infill-ls editors|--version|venv|update-python-resources")
    listed = subprocess.run(
        ["git", "ls-files", "README.md", "server/docs", "server/infill_ls", "editors"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [
        f"{name}: {match[0]}"
        for name in listed.stdout.splitlines()
        if name.endswith((".md", ".py", ".lua", ".el", ".ts", ".txt", ".json")) and (ROOT / name).is_file()
        for match in asks.finditer((ROOT / name).read_text(encoding="utf-8"))
        if not removes.search(match[0])
    ]

    assert found == []


def without_code(text):
    """The page without its blocks of code and code spans, in which brackets are brackets."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]+`", "", text)


def anchors(page):
    """The anchors that Git hosts and the documentation's site make of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    plain = (re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading).replace("`", "").lower() for heading in headings)
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


def test_the_readme_begins_with_a_small_picture_that_moves():
    """And shows its first frame where nothing moves."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert first
    picture = (ROOT / first[1]).read_text(encoding="utf-8")

    assert text.count("\n", 0, first.start()) < 10
    assert len(picture) < 300_000
    assert "@keyframes" in picture
    assert '<g class="f0-1">' in picture
