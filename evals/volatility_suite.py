"""Volatility on EverGreenQA's development questions: is the answer mutable or not."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from evals.figures import Figure, Share, bootstrap, pooled
from evals.gold_questions import sliced
from evals.homes import Homes
from evals.provenance import hashed
from evals.report import Suite
from evals.retrieval_suite import lines_of

SET = Path("evergreenqa") / "dev.jsonl"
MUTABLE = 0.5


def run(homes: Homes, benchmarks: Path, *, limit: int | None = None) -> Suite:
    file = benchmarks / SET
    rows = [json.loads(line) for line in lines_of(file)]
    rows = list(sliced(rows, limit, [row["question"] for row in rows]))
    started = time.perf_counter()
    with homes.fresh("volatility") as assistant:
        judged = [assistant.volatility(row["question"]) for row in rows]
    seconds = time.perf_counter() - started
    truth = [row["label"] == "mutable" for row in rows]
    said = [each.p_mutable >= MUTABLE for each in judged]
    return Suite(
        name="volatility",
        figures=(f1_figure(truth, said), *_rates(truth, said)),
        data={"questions": len(rows), "evergreenqa dev sha256": hashed([file], benchmarks)},
        cases={
            "volatility.jsonl": [
                json.dumps(
                    {**row, "p_mutable": round(each.p_mutable, 6), "class": each.kind},
                    ensure_ascii=False,
                )
                for row, each in zip(rows, judged, strict=True)
            ]
        },
        seconds={"questions": seconds},
    )


def f1_figure(truth: Sequence[bool], said: Sequence[bool]) -> Figure:
    low, high = bootstrap(
        len(truth),
        lambda rows: weighted_f1([truth[int(i)] for i in rows], [said[int(i)] for i in rows]),
    )
    return Figure(
        name="weighted_f1",
        means="F1 of mutable and of evergreen, weighted by how many there are",
        value=round(weighted_f1(truth, said), 4),
        of=len(truth),
        cases=len(truth),
        low=round(low, 4),
        high=round(high, 4),
    )


def weighted_f1(truth: Sequence[bool], said: Sequence[bool]) -> float:
    """The classes' F1 = 2 tp / (2 tp + fp + fn), weighted by their share of the truth."""
    total = 0.0
    for label in (True, False):
        hits = sum(t is label and s is label for t, s in zip(truth, said, strict=True))
        there, called = truth.count(label), said.count(label)
        total += there * (2 * hits / (there + called) if there + called else 0.0)
    return total / len(truth)


def _rates(truth: Sequence[bool], said: Sequence[bool]) -> tuple[Figure, Figure]:
    pairs = list(zip(truth, said, strict=True))
    mutable = [Share(hits=float(s)) for t, s in pairs if t]
    evergreen = [Share(hits=float(not s)) for t, s in pairs if not t]
    return (
        pooled("mutable_recall", "mutable questions that are called so", mutable),
        pooled("evergreen_recall", "evergreen questions that are called so", evergreen),
    )
