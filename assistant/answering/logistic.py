"""A logistic model that an editor can read: weights of named features, a cap for each gate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_FAR = 30.0
"""Beyond it the probability is 0 or 1 to every digit that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A fitted model. `caps` bound the probability where a gate fires, all in [0, 1]."""

    bias: float
    features: Mapping[str, float]
    caps: Mapping[str, float]


def probability(values: Mapping[str, float], gates: Sequence[str], weights: Weights) -> float:
    z = weights.bias + sum(weights.features.get(name, 0.0) * v for name, v in values.items())
    return round(min([sigmoid(z), *(weights.caps.get(gate, 1.0) for gate in gates)]), 4)


def sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-_FAR, min(_FAR, z))))
