"""Two runs into one order.

Scores of the two runs don't compare, so each is standardised over the question's own candidates
(z-scores) before they are added: what the weights mean then holds from question to question.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]

DENSE_WEIGHT = 0.6
"""By measurement over the public sets."""


def fuse(
    lexical: Mapping[int, float], dense: Mapping[int, float], weight: float = DENSE_WEIGHT
) -> dict[int, float]:
    """Passage ids in their fused order, best first, with `weight` (0 to 1) on the dense run.

    A passage that one run did not find takes that run's lowest score. Ties keep the smaller id
    first, so that the same index gives the same order.
    """
    ids = sorted(lexical.keys() | dense.keys())
    scores = (1 - weight) * _standardised(lexical, ids) + weight * _standardised(dense, ids)
    order = np.argsort(-scores, kind="stable")
    return {ids[place]: float(scores[place]) for place in order}


def standardised(scores: Floats) -> Floats:
    """z-scores; 0 where all are the same."""
    spread = float(scores.std()) if scores.size else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros(len(scores))


def _standardised(run: Mapping[int, float], ids: list[int]) -> Floats:
    if not run:
        return np.zeros(len(ids))
    lowest = min(run.values())
    return standardised(np.array([run.get(each, lowest) for each in ids], dtype=np.float64))
