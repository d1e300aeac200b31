"""Fits the weights of the embedded engine: how much each feature of a place says about the next token.

    python tests/bench/local_fit.py PROJECT... [--spans N] [--seed S] [--write]
    python tests/bench/local_fit.py PROJECT... --check

Each project is a folder with source files. In seeded spans of them, at each token and inside it, the evidence is asked
what comes next; the weights are those under which the true token, or "something else" where it is no candidate, is
likeliest (L-BFGS; needs numpy and scipy, dependency group ``fit``). ``--write`` puts them into provider/local/weights.py,
``--check`` fits nothing and says how true the probabilities are: give it projects that were not fitted on. Judge new
weights by ``local.py``, too: a likelihood counts every token alike, a person does not.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "server"))

from infill_ls.provider.local import weights
from infill_ls.provider.local.evidence import Evidence, of_token
from infill_ls.provider.local.features import relative, unknown
from infill_ls.provider.local.live import BREAKS, cursor_at
from infill_ls.provider.local.plausible import Surroundings
from infill_ls.provider.local.tokens import SAME
from infill_ls.syntax.languages import of_file
from support.ground.local_ground import below, holes, indexed, questions, sources, without_itself

COUNT = sum(map(len, weights.LOGARITHMS.values()))
WIDTH = 8
"""Features of a row at most; the rest is filled up with one that weighs nothing."""
HELD_BACK = 1e-4
"""How strongly weights are drawn to nothing."""
TABLE = re.compile(r"LOGARITHMS.*?^}\n", re.DOTALL | re.MULTILINE)

Event = tuple[list[tuple[int, tuple[int, ...]]], int, int, int]
"""Rows as a candidate's number and features, how many candidates, which is true or -1, and the feature of all else."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", type=Path, nargs="+")
    parser.add_argument("--spans", type=int, default=25, help="of each project")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    events: list[Event] = []
    for project in options.projects:
        found = list(events_of(project, options.spans, options.seed))
        print(
            f"{project.name}: {len(found)} events, truth among the candidates in "
            f"{sum(event[2] >= 0 for event in found) / (len(found) or 1):.1%}",
            flush=True,
        )
        events += found
    data = Packed.of(events)
    start = np.array([value for values in weights.LOGARITHMS.values() for value in values] + [0.0])
    if options.check:
        print_calibration(data, start)
        return
    fitted = fit(data, start * 0)
    print(f"loss {loss(data, fitted)[0]:.4f}; with the weights so far {loss(data, start)[0]:.4f}")
    table = table_of(fitted)
    if options.write:
        path = Path(weights.__file__)
        path.write_text(TABLE.sub(table, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    else:
        print(table)


def events_of(project: Path, spans: int, seed: int) -> Iterator[Event]:
    files = sources(project)
    index = indexed(files)
    rng = random.Random(seed)
    for hole in without_itself(index, files, holes(files, "span", spans, seed)):
        for question in questions(hole, rng):
            around = Surroundings(
                cursor_at(hole.path, question.prefix, below(hole)), question.prefix, of_file(hole.path), hole.path
            )
            yield event(Evidence(index, around, None), question.truth)


def event(evidence: Evidence, truth: str) -> Event:
    point = evidence.start()
    rows = evidence.rows(point)
    longest = max((row[2] for row in rows), default=0)
    numbers: dict[str, int] = {}
    packed = []
    for found, features, matched, source, _, _ in rows:
        token = SAME if found in BREAKS else found
        number = numbers.setdefault(token, len(numbers))
        packed.append((number, (*features, relative(source, matched, longest), *of_token(point, token))))
    return packed, len(numbers), numbers.get(truth, -1), unknown(len(point.partial.lstrip()), longest)


@dataclass(frozen=True, slots=True)
class Packed:
    """All events in arrays."""

    features: Any
    candidate: Any
    """Of each row."""
    event: Any
    """Of each row."""
    candidates: int
    of_candidate: Any
    """The event of each candidate."""
    truth: Any
    unknown: Any

    @classmethod
    def of(cls, events: list[Event]) -> Packed:
        features, candidate, number_of, truth, other, of_candidate = [], [], [], [], [], []
        base = 0
        for number, (rows, count, true, unknown_feature) in enumerate(events):
            for each, own in rows:
                features.append(own + (COUNT,) * (WIDTH - len(own)))
                candidate.append(base + each)
                number_of.append(number)
            truth.append(base + true if true >= 0 else -1)
            other.append(unknown_feature)
            of_candidate += [number] * count
            base += count
        arrays = (np.array(each, np.int32) for each in (candidate, number_of))
        return cls(
            np.array(features, np.int16), *arrays, base, np.array(of_candidate), np.array(truth), np.array(other)
        )


def shares(data: Packed, theta: Any) -> tuple[Any, Any, Any, Any]:
    """Weights of rows, of candidates and of all else, and each event's total."""
    rows = np.exp(theta[data.features].sum(1))
    candidates = np.bincount(data.candidate, rows, data.candidates)
    other = np.exp(theta[data.unknown])
    return rows, candidates, other, np.bincount(data.event, rows, len(data.truth)) + other


def loss(data: Packed, theta: Any) -> tuple[float, Any]:
    """Mean negative logarithm of the truth's probability, and its slope."""
    rows, candidates, other, total = shares(data, theta)
    known = data.truth >= 0
    true = np.where(known, candidates[data.truth], other)
    slope_of_rows = (data.truth[data.event] == data.candidate) * rows / true[data.event] - rows / total[data.event]
    slope = sum(np.bincount(data.features[:, each], slope_of_rows, COUNT + 1) for each in range(WIDTH))
    slope += np.bincount(data.unknown, ~known - other / total, COUNT + 1)
    slope[COUNT] = 0.0
    count = len(data.truth)
    return float(-np.log(true / total).mean() + HELD_BACK * (theta**2).sum() / 2), HELD_BACK * theta - slope / count


def fit(data: Packed, start: Any) -> Any:
    from scipy.optimize import minimize

    return minimize(lambda theta: loss(data, theta), start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x


def print_calibration(data: Packed, theta: Any) -> None:
    """What was said of the likeliest token, and how often it was true."""
    _, candidates, _, total = shares(data, theta)
    order = np.lexsort((-candidates, data.of_candidate))
    first = np.r_[True, np.diff(data.of_candidate[order]) > 0]
    best = order[first]
    event = data.of_candidate[best]
    said = candidates[best] / total[event]
    right = data.truth[event] == best
    print(f"loss {loss(data, theta)[0]:.4f}, first of the candidates {right.sum() / len(data.truth):.1%}")
    for low in range(10):
        chosen = (said >= low / 10) & (said < (low + 1) / 10 + (low == 9))
        if chosen.any():
            print(f"said {low / 10:.1f} to {(low + 1) / 10:.1f}: true {right[chosen].mean():.3f} of {chosen.sum()}")


def table_of(theta: Any) -> str:
    lines, at = [], 0
    for name, values in weights.LOGARITHMS.items():
        numbers = [f"{value:.2f}".replace("-0.00", "0.00") for value in theta[at : at + len(values)]]
        at += len(values)
        rows = [numbers[low : low + 15] for low in range(0, len(numbers), 15)]
        lines.append(f'    "{name}": (\n' + "".join(f"        {', '.join(row)},\n" for row in rows) + "    ),\n")
    return "LOGARITHMS: Final[dict[str, tuple[float, ...]]] = {\n" + "".join(lines) + "}\n"


if __name__ == "__main__":
    main()
