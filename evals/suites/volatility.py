"""Volatility: is an answer mutable (EverGreenQA, dev), and how soon does it change (RecencyQA).

Whole runs alone measure the second: its classifiers are fitted anew, a minute's work.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path

from evals.beir import lines_of
from evals.figures import Figure, Share, estimated, pooled
from evals.homes import Homes
from evals.provenance import hashed
from evals.reports.report import Suite
from evals.suites.gold_questions import sliced

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
    ranks: tuple[Figure, ...] = ()
    ranked: list[str] = []
    if limit is None:
        from evals.suites import recency  # scikit-learn and scipy: only for those who ask for it

        ranks, ranked = recency.figures(benchmarks)
    return Suite(
        name="volatility",
        figures=(
            f1_figure(truth, said),
            auroc_figure(truth, [each.p_mutable for each in judged]),
            *_rates(truth, said),
            *ranks,
        ),
        data={
            "questions": len(rows),
            "evergreenqa dev sha256": hashed([file], benchmarks),
            "recencyqa questions": len(ranked),
        },
        cases={
            "volatility.jsonl": [
                json.dumps(
                    {**row, "p_mutable": round(each.p_mutable, 6), "class": each.kind},
                    ensure_ascii=False,
                )
                for row, each in zip(rows, judged, strict=True)
            ],
            **({"recency.jsonl": ranked} if ranked else {}),
        },
        seconds={"questions": seconds},
    )


def f1_figure(truth: Sequence[bool], said: Sequence[bool]) -> Figure:
    return estimated(
        "weighted_f1",
        "F1 of mutable and of evergreen, weighted by how many there are",
        len(truth),
        lambda rows: weighted_f1([truth[int(i)] for i in rows], [said[int(i)] for i in rows]),
    )


def auroc_figure(truth: Sequence[bool], scores: Sequence[float]) -> Figure:
    return estimated(
        "auroc",
        "a mutable question has a higher p_mutable than an evergreen one, ties counted half",
        len(truth),
        lambda rows: auroc([truth[int(i)] for i in rows], [scores[int(i)] for i in rows]),
    )


def auroc(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """Area under the ROC curve: the Mann-Whitney statistic over its greatest value; .5 where one
    of the classes is empty."""
    order = sorted(range(len(truth)), key=lambda i: scores[i])
    ranks = [0.0] * len(truth)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and scores[order[end]] == scores[order[start]]:
            end += 1
        for i in order[start:end]:
            ranks[i] = (start + end + 1) / 2
        start = end
    there = sum(truth)
    others = len(truth) - there
    if not there or not others:
        return 0.5
    above = sum(rank for rank, t in zip(ranks, truth, strict=True) if t) - there * (there + 1) / 2
    return above / (there * others)


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
