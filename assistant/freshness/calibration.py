"""What the outcomes of refreshes say of the clock: tau per class, and the threshold of the notice.

Each label is one look at a check of some age t, in days: it had changed by then or it had not.
When it changed is not known (the change is censored to the interval from 0 to t), nor when what
still held will change (censored on the right). With the score p (1 - exp(-t / tau)) as the
probability of a change, the log-likelihood of a class is the sum of log s over the changed and of
log (1 - s) over the others. A gamma prior on the rate 1/tau, of shape PRIOR_CHANGES and with its
mode (over log rate) at the prior tau, is worth that many changes: few outcomes move tau little.
Interval and right censoring of an exponential: J. P. Klein and M. L. Moeschberger, Survival
Analysis, 2nd ed. (2003), section 3.5.

The threshold h is the one of least expected cost on the labels. A missed change costs (1 - h0)/h0
times as much as a needless notice, h0 being the profile's own: for a calibrated score that makes h0
itself the best (C. Elkan, The foundations of cost-sensitive learning, IJCAI 2001). What the labels
say is drawn towards h0 as if PRIOR_LABELS labels had said h0, and kept within [.10, .50].

Confirmed means unchanged, updated means changed. Corrected, withdrawn and failed say nothing of
how fast the world moves, and are left out.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.freshness.volatility import TAU_DAYS
from assistant.ledger.labels import Label
from assistant.types import Volatility

LEAST = 20
"""Outcomes of which something can be learned; with fewer nothing is changed."""
PRIOR_CHANGES = 4.0
PRIOR_LABELS = 100.0
FARTHEST = 8.0
"""Tau stays within so many times its prior, however one-sided the outcomes."""
THRESHOLDS = (0.10, 0.50)
_STEPS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What holds in the place of the priors; without anything, the priors hold."""

    taus: Mapping[str, float] = field(default_factory=dict)
    threshold: float | None = None

    def of(self, volatility: Volatility) -> Volatility:
        tau = self.taus.get(volatility.kind)
        if tau is None or tau == volatility.tau_days:
            return volatility
        return Volatility(p_mutable=volatility.p_mutable, kind=volatility.kind, tau_days=tau)


UNCALIBRATED = Calibrated()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tau:
    """One class: how many outcomes it has, how many of them changed, and what they make of tau."""

    kind: str
    outcomes: int
    changed: int
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """`reason` says why nothing can be learned; then everything is after as it was before."""

    outcomes: int
    taus: tuple[Tau, ...]
    threshold_before: float
    threshold_after: float
    loss_before: float | None = None
    loss_after: float | None = None
    reason: str | None = None

    @property
    def calibrated(self) -> Calibrated:
        return Calibrated(
            taus={each.kind: each.after for each in self.taus}, threshold=self.threshold_after
        )


def fit(labels: Sequence[Label], held: Calibrated, usual: float) -> Fit:
    """What the labels teach. `held` is what holds now, `usual` the profile's own threshold."""
    taught = [each for each in labels if each.outcome in ("confirmed", "updated")]
    before = held.threshold if held.threshold is not None else usual
    if len(taught) < LEAST:
        missing = LEAST - len(taught)
        return Fit(
            outcomes=len(taught),
            taus=(),
            threshold_before=before,
            threshold_after=before,
            reason=f"{len(taught)} outcomes are too few to learn from: {missing} more are needed",
        )
    taus = tuple(
        Tau(
            kind=kind,
            outcomes=len(group),
            changed=sum(map(has_changed, group)),
            before=held.taus.get(kind, prior_of(kind, group)),
            after=fitted(group, prior_of(kind, group)),
        )
        for kind, group in sorted(_by_kind(taught).items())
    )
    after = {each.kind: each.after for each in taus}
    return Fit(
        outcomes=len(taught),
        taus=taus,
        threshold_before=before,
        threshold_after=threshold(taught, after, usual),
        loss_before=loss(taught, {each.kind: each.before for each in taus}),
        loss_after=loss(taught, after),
    )


def has_changed(label: Label) -> bool:
    return label.outcome == "updated"


def prior_of(kind: str, group: Sequence[Label]) -> float:
    """The prior of a class; of one that isn't known any more, what its labels were made with."""
    priors: Mapping[str, float] = {name: tau for name, tau in TAU_DAYS.items()}
    return priors.get(kind, group[0].tau_days)


def fitted(group: Sequence[Label], prior: float) -> float:
    """The tau of greatest posterior, in days: searched over the logarithm of tau on a grid, and
    between its neighbours again."""
    low, high = math.log(prior / FARTHEST), math.log(prior * FARTHEST)
    for _ in range(4):
        step = (high - low) / _STEPS
        points = [low + step * n for n in range(_STEPS + 1)]
        best = max(points, key=lambda each: _posterior(group, math.exp(each), prior))
        low, high = best - step, best + step
    return round(math.exp((low + high) / 2), 1)


def _posterior(group: Sequence[Label], tau: float, prior: float) -> float:
    ratio = prior / tau
    return PRIOR_CHANGES * (math.log(ratio) - ratio) + sum(
        math.log(p if has_changed(label) else 1 - p)
        for label in group
        for p in (_clipped(scored(label, tau)),)
    )


def scored(label: Label, tau: float) -> float:
    return label.p_mutable * (1 - math.exp(-label.age_days / tau))


def _clipped(p: float) -> float:
    return min(max(p, 1e-6), 1 - 1e-6)


def loss(labels: Sequence[Label], taus: Mapping[str, float]) -> float:
    """The mean log-loss of the score, in nats."""
    losses = [
        -math.log(p if has_changed(label) else 1 - p)
        for label in labels
        for p in (_clipped(scored(label, taus[label.kind])),)
    ]
    return round(sum(losses) / len(losses), 4)


def threshold(labels: Sequence[Label], taus: Mapping[str, float], usual: float) -> float:
    """Of least expected cost, drawn towards the usual one; of equals the nearest to it."""
    scores = [(scored(label, taus[label.kind]), has_changed(label)) for label in labels]
    missed = (1 - usual) / usual
    low, high = THRESHOLDS
    candidates = [low + (high - low) * n / 80 for n in range(81)]

    def cost(h: float) -> float:
        return sum(
            missed * (changed and score < h) + (not changed and score >= h)
            for score, changed in scores
        )

    best = min([usual, *candidates], key=lambda h: (cost(h), abs(h - usual)))
    drawn = usual + (best - usual) * len(labels) / (len(labels) + PRIOR_LABELS)
    return round(min(max(drawn, low), high), 3)


def _by_kind(labels: Sequence[Label]) -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        found[label.kind].append(label)
    return found
