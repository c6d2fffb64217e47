"""How good a confidence is that decides between answering and abstaining: figures with intervals.

A case is a confidence and whether its answer is held. AUROC and average precision look at the order
alone, Brier's score and the calibration error at the numbers, coverage at what an editor would
answer with if so many wrong answers were acceptable.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from evals.figures import Figure, Rows, estimated

Floats = NDArray[np.float64]
Truth = NDArray[np.bool_]
Statistic = Callable[[Floats, Truth], float]
BINS = 10
PARTS = 4


def part_of(topic: str) -> int:
    """Which of PARTS a topic is in, everywhere and always: what is fitted on the others may be
    judged by it."""
    return hashlib.sha256(topic.encode()).digest()[3] % PARTS


def figure(
    name: str, means: str, statistic: Statistic, confidence: Sequence[float], held: Sequence[bool]
) -> Figure:
    """A statistic over all cases, with the percentile bootstrap over cases.

    Without a value where nothing or everything is held: then there is nothing to tell apart.
    """
    p, y = np.array(confidence, dtype=np.float64), np.array(held, dtype=np.bool_)
    if y.all() or not y.any():
        return Figure(name=name, means=means, value=None)

    def resampled(rows: Rows) -> float:
        return statistic(p[rows], y[rows]) if 0 < y[rows].sum() < len(rows) else value

    value = statistic(p, y)
    return estimated(name, means, len(p), resampled)


def auroc(p: Floats, y: Truth) -> float:
    """The chance that a held case is more confident than one that is not; ties count half."""
    values, at = np.unique(p, return_inverse=True)
    held = np.bincount(at[y], minlength=len(values))
    other = np.bincount(at[~y], minlength=len(values))
    below = np.cumsum(other) - other
    return float((held * (below + other / 2)).sum() / (held.sum() * other.sum()))


def average_precision(p: Floats, y: Truth) -> float:
    """Precision at each threshold, weighed by what it adds to recall; ties are taken together."""
    answered, held = _descending(p, y)
    gained = np.diff(held, prepend=0.0)
    return float((gained * held / answered).sum() / held[-1])


def brier(p: Floats, y: Truth) -> float:
    """The mean square of confidence less truth (Brier, Monthly Weather Review 78, 1950)."""
    return float(np.mean((p - y) ** 2))


def calibration_error(p: Floats, y: Truth) -> float:
    """Expected calibration error over ten equal bins (Guo and others, ICML 2017)."""
    at = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = np.bincount(at, weights=p - y, minlength=BINS)
    return float(np.abs(gaps).sum() / len(p))


def coverage_at(risk: float) -> Statistic:
    """The greatest share that can be answered so that at most this share of it is not held."""

    def statistic(p: Floats, y: Truth) -> float:
        answered, held = _descending(p, y)
        fine = answered - held <= risk * answered + 1e-9
        return float(answered[fine].max() / len(p)) if fine.any() else 0.0

    return statistic


def _descending(p: Floats, y: Truth) -> tuple[Floats, Floats]:
    """(answered, held among them) at each threshold, the highest first."""
    values, at = np.unique(-p, return_inverse=True)
    answered = np.cumsum(np.bincount(at, minlength=len(values)))
    held = np.cumsum(np.bincount(at, weights=y, minlength=len(values)))
    return answered.astype(np.float64), held.astype(np.float64)
