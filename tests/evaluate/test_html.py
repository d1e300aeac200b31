"""The report as a file: one page, no network, and nothing of a repository or a model in it is ever more than text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from infill_ls.evaluate.answers import Answer
from infill_ls.evaluate.candidates import Candidate
from infill_ls.evaluate.figures import report
from infill_ls.evaluate.holes import hole_of
from infill_ls.evaluate.html import page
from infill_ls.evaluate.pictures import frontier, ticks
from infill_ls.evaluate.table import lines
from infill_ls.settings.resolve import Layer, resolve
from support.editors.chromium import launched
from support.editors.home import Unavailable
from support.editors.vscode_install import browser

EVIL = (
    "</script><script>window.harmed = 1</script><img src=x onerror='window.harmed = 2'>\u202eabc\u2066\x1b[31m\x07&lt;"
)
"""Markup, a block's end, bidi marks and a terminal's commands."""
TEXT = f"const title = 1;\nconst evil = `{EVIL}`;\nconst last = 2;\n"


def made(n_holes=30):
    """Two candidates, of which one says what was hidden, and everything that can be named is named with malice."""
    settings = resolve([Layer("test", {"provider.model": EVIL, "usage.daily_tokens": 1})]).settings
    candidates = [Candidate(EVIL, settings, is_embedded=False), Candidate("other", settings, is_embedded=True)]
    start = TEXT.index(EVIL)
    holes, known = [], {}
    for number in range(n_holes):
        hole = hole_of("rest", f"src/{EVIL.replace('/', '')}{number}.ts", TEXT, (start, start + len(EVIL)))
        holes.append(replace(hole, copied=number % 2 == 0))
        for candidate in candidates:
            said = EVIL if not candidate.is_embedded else EVIL[: number % 7] + EVIL
            found = Answer(
                candidate.id, hole.id, "p", "shown", EVIL, said, 0, said + "x", (EVIL,), 5.0 + number, 9.0 + number
            )
            known[candidate.id, hole.id] = replace(found, calls=1, cost=0.001, currency=EVIL, prompt_tokens=10)
    return report(f"/somewhere/{EVIL}", candidates, holes, known, [EVIL])


class Elements(HTMLParser):
    """All elements and what stands in the blocks that a browser runs or reads."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.blocks = []
        self._is_inside = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.blocks.append("")
        self._is_inside = tag in {"script", "style"}

    def handle_data(self, data):
        if self._is_inside:
            self.blocks[-1] += data

    def handle_endtag(self, tag):
        self._is_inside = False


def test_nothing_but_the_page_s_own_script_and_style_can_run():
    text = page(made())
    elements = Elements(text)

    tags = [tag for tag, _ in elements.found]
    assert (tags.count("script"), tags.count("style")) == (2, 1)
    assert not {"img", "iframe", "object", "link", "base", "form", "a"} & set(tags)
    assert not [name for _, attributes in elements.found for name in attributes if name.startswith("on")]
    policy = next(attributes["content"] for _, attributes in elements.found if "http-equiv" in attributes)
    style, _, script = elements.blocks
    for kind, block in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert not re.search(r"https?:|url\(|@import", text)


def test_all_of_a_hole_is_in_the_page_as_data():
    data = json.loads(Elements(page(made(1))).blocks[1])
    assert data["holes"][0]["t"] == EVIL
    assert data["holes"][0]["a"][0]["s"] == EVIL
    assert data["candidates"][0] == EVIL


def test_control_and_bidi_characters_reach_neither_the_markup_nor_the_terminal():
    outside = page(made())
    assert not [character for character in outside if not character.isprintable() and character != "\n"]
    said = "\n".join(lines(made().figures))
    assert not [character for character in said if not character.isprintable() and character != "\n"]


def test_what_was_hidden_and_what_the_figures_mean_can_be_read_without_a_pointer():
    """By kind, and by whether it could be copied; a phone shows no title of a heading."""
    text = re.sub(r"<[^>]+>", "", page(made()).partition("Hole by hole")[0])
    for part in ("rest (30)", "also found elsewhere (15)", "found nowhere else (15)"):
        assert re.search(re.escape(part) + r"100\.0 \(\d+-100\)", text)
    assert "95 of 100 resamples of the files; for 0 and 100 %, what so few files still allow" in text
    assert "recallnames in the hidden text that also occur in the prompt" in text


def test_a_heading_says_under_the_pointer_what_the_list_of_meanings_says():
    text = page(made()).partition("Pictures")[0]
    headings = re.findall(r'<th title="([^"]*)">([^<]*)</th>', text)
    meanings = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", text))
    assert len(headings) == len(meanings) - 1  # nothing was run, so there is no column `check`
    for meaning, heading in headings:
        name = max((name for name in meanings if heading.startswith(name)), key=len)
        assert meanings[name] == meaning


def test_where_the_project_lies_is_not_told():
    assert "/somewhere" not in page(made())


def test_who_is_beaten_in_both_is_not_on_the_frontier():
    points = [(2.0, [0.5], 0), (1.0, [0.3], 1), (3.0, [0.4], 2), (0.0, [0.1], 3), (2.0, [0.2], 4)]
    assert frontier(points) == [(0.0, 0.1), (1.0, 0.3), (2.0, 0.5)]


@pytest.mark.parametrize(
    ("most", "shown"),
    [
        (0.4725, [0, 0.1, 0.2, 0.3, 0.4, 0.5]),
        (0.73, [0, 0.2, 0.4, 0.6, 0.8]),
        (1.0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.03, [0, 0.01, 0.02, 0.03]),
        (1234.5, [0, 500, 1000, 1500]),
        (0.000047, [0, 0.00001, 0.00002, 0.00003, 0.00004, 0.00005]),
    ],
)
def test_an_axis_has_round_numbers(most, shown):
    assert ticks(most) == shown


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The page in a real browser, and all that went wrong or was asked for."""
    try:
        installed = browser()
    except Unavailable as why:
        pytest.skip(str(why))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(made()), encoding="utf-8")
    with launched(installed) as chromium:
        window = chromium.new_page(viewport={"width": 1400, "height": 900})
        noted = []
        window.on("console", lambda message: noted.append(message.text))
        window.on("pageerror", lambda error: noted.append(str(error)))
        window.on("request", lambda request: noted.append(request.url))
        window.goto(Path(path).as_uri())
        window.wait_for_selector("body[data-ready]")
        yield window, noted, path.as_uri()


@pytest.mark.editor
def test_in_a_browser_hostile_text_is_text(opened):
    window, noted, own = opened
    assert window.evaluate("window.harmed") is None
    assert noted == [own]
    shown = window.inner_text("#hole")
    assert "</script><script>window.harmed = 1</script>" in shown
    assert "U+202E" in shown
    assert "U+001B" in shown
    assert not {"\u202e", "\u2066", "\x1b", "\x07"} & set(window.inner_text("body"))


@pytest.mark.editor
def test_in_a_browser_holes_are_walked_through_by_keys_and_filtered(opened):
    window, _, _ = opened

    def chosen():
        return window.inner_text('[aria-selected="true"] .path')[-6:]

    assert chosen().endswith("0.ts:2")
    window.keyboard.press("j")
    window.keyboard.press("j")
    window.keyboard.press("k")
    assert chosen().endswith("1.ts:2")
    window.keyboard.press("End")
    assert chosen().endswith("29.ts:2"[-6:])
    window.keyboard.press("Home")
    window.select_option("#candidate", "1")
    window.select_option("#outcome", "exact")
    assert window.inner_text("#count") == "5 of 30"
    window.select_option("#outcome", "")
    window.select_option("#copied", "1")
    assert window.inner_text("#count") == "15 of 30"
    window.keyboard.press("Escape")
    window.keyboard.press("/")
    window.keyboard.type("28.ts")
    assert window.inner_text("#count") == "1 of 30"
    window.fill("#search", "nothing like it")
    assert window.inner_text("#hole") == "No hole matches."
    window.fill("#search", "")
