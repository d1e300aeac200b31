"""The embedded engine says the same here as in its own bench, on the same holes."""

from __future__ import annotations

import sysconfig
from dataclasses import replace
from pathlib import Path

from bench import local
from support.engine.evaluation import Evaluation
from support.ground import local_ground

FOLDER, MOST = Path(sysconfig.get_path("stdlib"), "encodings"), 3_000
"""Small files, much alike, which are shorter than any window."""


async def test_the_embedded_engine_s_figures_are_those_of_its_bench(tmp_path):
    root = copied(tmp_path / "project")
    evaluation = Evaluation(root)
    await evaluation.read(count=120)
    evaluation.holes = [hole for hole in evaluation.holes if hole.kind in {"rest", "line", "block"}]

    report = await evaluation.asked([evaluation.embedded()], tmp_path / "answers")

    texts = {evaluation.ground.absolute(path): text for path, text in evaluation.ground.texts.items()}
    index = local_ground.indexed(texts)
    holes = [replace(hole, path=evaluation.ground.absolute(hole.path)) for hole in evaluation.holes]
    said = {
        hole.id: local.asking(index, hole, "calm", [])(local_ground.above(hole))
        for hole in local_ground.without_itself(index, texts, holes)
    }
    rows = report.judged[report.candidates[0].id]
    automatic = [row for row in rows if row.hole.trigger == "automatic"]
    assert [row.answer.raw for row in automatic] == [said[row.hole.id] for row in automatic]
    exact = sum(said[row.hole.id].rstrip() == row.hole.truth.rstrip() for row in automatic)
    assert sum(row.measures.is_raw_exact for row in automatic) == exact
    assert len(automatic) > 40
    assert sum(bool(row.answer.raw) for row in automatic) > 5


def copied(root):
    root.mkdir()
    for path in sorted(FOLDER.glob("*.py"))[:40]:
        text = path.read_text(encoding="utf-8")
        if len(text) < MOST:
            (root / path.name).write_text(text)
    return root
