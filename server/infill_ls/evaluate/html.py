"""A report as one HTML file that opens from a disk: no network, and no script or style but its own, by their hashes.

All that comes from a repository or a model stands in one block of JSON, which the page's script puts in as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from infill_ls.evaluate import html_tables as tables
from infill_ls.evaluate import pictures
from infill_ls.evaluate.figures import Judged, Report
from infill_ls.evaluate.holes import Hole
from infill_ls.evaluate.html_tables import text
from infill_ls.evaluate.table import counted

ABOVE, BELOW = 800, 500
LINES_ABOVE, LINES_BELOW = 9, 6
"""What is shown around a hole: so many lines, and no more than so many characters."""


def page(report: Report) -> str:
    """The whole file."""
    style, script = (
        files("infill_ls.evaluate").joinpath("page", name).read_text()
        for name in ("page.css", "page.js")
    )
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'"
    )
    figures = report.figures
    # Where it lies is nobody's business whom the report is sent to.
    name = PurePath(figures["root"]).name
    return "".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>{text(name)}: completion models compared</title>\n<style>{style}</style>\n</head>\n<body>\n",
            f"<header><h1>{text(name)}</h1>{_summary(figures)}</header>\n<main>\n",
            *_sections(report),
            _READER,
            f'</main>\n<script type="application/json" id="data">{_json(_data(report))}</script>\n',
            f"<script>{script}</script>\n</body>\n</html>\n",
        ]
    )


def _sections(report: Report) -> Iterator[str]:
    candidates = report.figures["candidates"]
    rows = [report.judged[each["id"]] for each in candidates]
    yield f"<h2>Candidates</h2>{tables.compared(candidates)}"
    yield "".join(f"<p>{text(said)}</p>" for said in _said(report.figures))
    series = [[row.answer.total_ms for row in each if row.answer.prompt] for each in rows]
    drawn = [
        (
            "Exact answers",
            "by candidate and language; a thin line is the range that stands in brackets above",
            pictures.bars(candidates),
        ),
        (
            "Time to the whole answer",
            "share of answers that are complete by then",
            pictures.times(candidates, series),
        ),
        (
            "Cost and quality",
            "the dashed line joins the candidates that no other beats in both; those without a price are left out",
            pictures.cost_and_quality(candidates),
        ),
    ]
    figures = (
        f"<figure><figcaption>{title}<small>{below}</small></figcaption>{drawing}</figure>"
        for title, below, drawing in drawn
        if drawing
    )
    yield f'<h2>Pictures</h2><div class="pictures">{"".join(figures)}</div>'
    if report.figures["pairs"]:
        yield f"<h2>Which is better</h2>{tables.sureness(report.figures)}"
    yield f"<h2>What was hidden</h2>{tables.parts(candidates)}"
    yield f"<h2>Outcomes and rules</h2>{tables.outcomes(candidates)}"


_READER = """<h2>Hole by hole</h2>
<p class="quiet"><kbd>j</kbd> <kbd>k</kbd> next and previous, <kbd>Home</kbd> <kbd>End</kbd>, <kbd>/</kbd> search,
<kbd>o</kbd> outcome, <kbd>Esc</kbd> back to the list. A full dot is exact, a half one right as far as it goes.</p>
<div class="filters">
<label>Kind<select id="kind"><option value="">all</option></select></label>
<label>Language<select id="language"><option value="">all</option></select></label>
<label>Candidate<select id="candidate"></select></label>
<label>Outcome<select id="outcome"><option value="">all</option></select></label>
<label>Elsewhere<select id="copied"><option value="">all</option><option value="1">also found elsewhere</option>
<option value="0">found nowhere else</option></select></label>
<label>Search<input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<span id="count" class="quiet" aria-live="polite"></span></div>
<div class="reader"><div class="list" id="list" tabindex="0" role="listbox" aria-label="Holes">
<div class="rows" id="rows"></div></div>
<div class="hole" id="hole" aria-live="polite"></div></div>
"""


def _summary(figures: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{count:,} {name}" for name, count in figures["kinds"].items())
    where = f"{counted(figures['holes'], 'hole')} in {counted(figures['files'], 'file')}"
    return (
        f'<p class="quiet">{where} ({text(kinds)}); {figures["copied"]:,} of them, or nearly the same, are also found '
        "elsewhere in the project. This file contains your code.</p>"
    )


def _said(figures: Mapping[str, Any]) -> Iterator[str]:
    for each in figures["candidates"]:
        if each["missing"]:
            yield f"{each['name']} has no answer for {counted(each['missing'], 'hole')}."
    yield from figures["notes"]


def _data(report: Report) -> dict[str, Any]:
    """What the reader reads; names are short, since there are many of them."""
    candidates = report.figures["candidates"]
    by_hole = [{row.hole.id: row for row in report.judged[each["id"]]} for each in candidates]
    return {
        "candidates": [each["name"] for each in candidates],
        "kinds": sorted(report.figures["kinds"]),
        "languages": sorted(report.figures["languages"]),
        "outcomes": sorted({name for each in candidates for name in each["outcomes"]}),
        "holes": [_hole(hole, [rows.get(hole.id) for rows in by_hole]) for hole in report.holes],
    }


def _hole(hole: Hole, rows: Sequence[Judged | None]) -> dict[str, Any]:
    above = hole.text[max(0, hole.start - ABOVE) : hole.start].split("\n")
    below = hole.text[hole.end : hole.end + BELOW].split("\n")
    if hole.start > ABOVE and len(above) > 1:
        above = above[1:]  # which may be half a line
    if len(hole.text) - hole.end > BELOW and len(below) > 1:
        below = below[:-1]
    return {
        "p": hole.path,
        "n": hole.line + 1,
        "k": hole.kind,
        "l": hole.language,
        "r": hole.revision,
        "c": int(hole.copied),
        "b": "\n".join(above[-LINES_ABOVE:]),
        "t": hole.truth,
        "f": "\n".join(below[:LINES_BELOW]),
        "a": [None if row is None else _answer(row) for row in rows],
    }


def _answer(row: Judged) -> dict[str, Any]:
    answer, measures = row.answer, row.measures
    said = {
        "o": answer.ending,
        "s": answer.shown,
        "n": answer.replaces,
        "x": int(measures.is_exact),
        "g": int(measures.is_right),
        "m": round(answer.total_ms, 1),
        "i": answer.prompt_tokens,
        "u": answer.completion_tokens,
        "e": ", ".join(answer.changed),
    }
    return said if answer.raw == answer.shown else {**said, "w": answer.raw}


def _json(data: Mapping[str, Any]) -> str:
    """JSON in which nothing can end the block that it stands in, nor be seen in another order than it is."""
    said = json.dumps(data, separators=(",", ":"))
    return said.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
