"""How well tau orders RecencyQA's questions by how soon their answers change.

The classifier that ships was fitted on RecencyQA, so no question is judged by it here: each is
judged by a classifier that was fitted without its fold (five folds, seed 0, the fit and the folds
of `evals/training/volatility.py`). "Many-Years" is in no fitting data and is judged by the mean of
the folds' calibration, the shipped weights. The guards and cues are rules and fitted on nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau, spearmanr

from assistant.freshness.volatility import VolatilityModel
from assistant.types import Volatility
from evals.figures import Figure, Rows, estimated
from evals.training import volatility as training

SET = Path("recencyqa") / "freshness.jsonl"
CLASSES = (
    "An-Hour", "A-Few-Hours", "A-Day", "A-Few-Days", "A-Week", "A-Few-Weeks", "A-Month",
    "A-Few-Months", "A-Year", "A-Few-Years", "Many-Years", "Never",
)  # fmt: skip
"""From what changes first to what never does."""
AGE_DAYS = 365.0


@dataclass(slots=True)
class _HeldOut:
    """A classifier that answers for one question at a time, by the fold that did not see it."""

    known: dict[str, float]
    shipped: VolatilityModel = field(default_factory=VolatilityModel)
    asked: str = ""

    def probability(self, text: str) -> float:
        found = self.known.get(self.asked)
        return self.shipped.classifier.probability(text) if found is None else found


def held_out(benchmarks: Path) -> dict[str, float]:
    """Each fitting question's calibrated probability by a classifier fitted without its fold."""
    rows = training.fitting_rows(benchmarks)
    labels = np.array([row.mutable for row in rows], dtype=float)
    natural = np.array([row.natural for row in rows])
    logits = training.held_out_logits(rows, labels)
    slope, offset = training.platt(logits[natural], labels[natural])
    probabilities = 1 / (1 + np.exp(-(slope * logits + offset)))
    return {
        training.key(row.text): float(each) for row, each in zip(rows, probabilities, strict=True)
    }


def judged(rows: Sequence[dict[str, object]], known: dict[str, float]) -> list[Volatility]:
    classifier = _HeldOut(known)
    model = VolatilityModel(classifier)  # type: ignore[arg-type]
    found = []
    for row in rows:
        classifier.asked = training.key(str(row["question"]))
        found.append(model.judge(str(row["question"])))
    return found


def figures(benchmarks: Path) -> tuple[tuple[Figure, ...], list[str]]:
    """The rank correlations with their intervals, and a line for each question."""
    rows = training.read(benchmarks / SET)
    volatilities = judged(rows, held_out(benchmarks))
    truth = np.array([CLASSES.index(row["label"]) for row in rows], dtype=float)
    tau = np.array([each.tau_days for each in volatilities])
    p = np.array([each.p_mutable for each in volatilities])
    stays = 1 - p * (1 - np.exp(-AGE_DAYS / tau))
    lines = [
        json.dumps(
            {
                "_id": row["_id"],
                "label": row["label"],
                "class": each.kind,
                "tau_days": each.tau_days,
                "p_mutable": round(each.p_mutable, 6),
            }
        )
        for row, each in zip(rows, volatilities, strict=True)
    ]
    return (
        _correlation(
            "tau_spearman", "rank correlation of tau with RecencyQA's classes", tau, truth
        ),
        _correlation("tau_kendall", "the same as Kendall's tau-b", tau, truth, kendall=True),
        _correlation(
            "score_spearman",
            "rank correlation of 1 - p at an age of a year with them",
            stays,
            truth,
        ),
    ), lines


def _correlation(
    name: str,
    means: str,
    said: training.Floats,
    truth: training.Floats,
    *,
    kendall: bool = False,
) -> Figure:
    correlate = kendalltau if kendall else spearmanr

    def value(places: Rows) -> float:
        return float(correlate(said[places], truth[places]).statistic)

    return estimated(name, means, len(truth), value)
