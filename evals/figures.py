"""Figures: pooled shares over cases, each with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

RESAMPLES = 1000
SEED = 20261121
_Z = 1.959964
CaseT = TypeVar("CaseT", contravariant=True)
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
Statistic = Callable[[Rows], float]
"""Something about the cases that stand at some rows, a row as often as it is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one case adds to a figure: `hits` of `of`, with of > 0."""

    hits: float
    of: float = 1.0


class Metric(Protocol[CaseT]):
    """One number about one case; None when the metric does not apply to it."""

    @property
    def name(self) -> str: ...

    @property
    def means(self) -> str:
        """What the number says, in a line for the report."""

    def __call__(self, case: CaseT) -> Share | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A metric over cases: sum of hits / sum of `of`, 0 to 1; None when it applies to no case.

    `low` and `high` bound 95 %: Wilson's interval for a plain proportion, else the percentile
    bootstrap over cases (1,000 resamples, fixed seed). `error` names a metric that crashed.
    """

    name: str
    means: str
    value: float | None
    of: float = 0
    cases: int = 0
    low: float | None = None
    high: float | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """The mean of ours minus theirs over the same cases, with its paired 95 % interval."""

    figure: str
    beside: str
    ours: float
    theirs: float
    value: float
    low: float
    high: float
    cases: int


def paired(
    figure: str, beside: str, ours: Mapping[str, float], theirs: Mapping[str, float]
) -> Difference:
    """Of the cases that both have, resampled together. Raises ValueError where there is none."""
    shared = sorted(ours.keys() & theirs.keys())
    if not shared:
        raise ValueError(f"{figure}: no case in common with {beside}")
    one = np.array([ours[case] for case in shared])
    other = np.array([theirs[case] for case in shared])
    gained = one - other
    low, high = bootstrap(len(shared), lambda rows: float(gained[rows].mean()))
    return Difference(
        figure=figure,
        beside=beside,
        ours=_rounded(float(one.mean())),
        theirs=_rounded(float(other.mean())),
        value=_rounded(float(gained.mean())),
        low=_rounded(low),
        high=_rounded(high),
        cases=len(shared),
    )


def measure(metrics: Iterable[Metric[CaseT]], cases: Sequence[CaseT]) -> tuple[Figure, ...]:
    """Each metric over all cases; a crash becomes an entry of the report."""
    return tuple(_measured(metric, cases) for metric in metrics)


def _measured(metric: Metric[CaseT], cases: Sequence[CaseT]) -> Figure:
    try:
        shares = [share for case in cases if (share := metric(case)) is not None]
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        return Figure(name=metric.name, means=metric.means, value=None, error=text)
    return pooled(metric.name, metric.means, shares)


def pooled(name: str, means: str, shares: Sequence[Share]) -> Figure:
    if not shares:
        return Figure(name=name, means=means, value=None)
    hits, of = sum(s.hits for s in shares), sum(s.of for s in shares)
    low, high = _interval(shares)
    return Figure(
        name=name,
        means=means,
        value=_rounded(hits / of),
        of=_rounded(of),
        cases=len(shares),
        low=_rounded(low),
        high=_rounded(high),
    )


def _interval(shares: Sequence[Share]) -> tuple[float, float]:
    if all(share.of == 1 and share.hits in (0, 1) for share in shares):
        return wilson(sum(share.hits for share in shares), len(shares))
    hits = np.array([share.hits for share in shares])
    of = np.array([share.of for share in shares])
    return bootstrap(len(shares), lambda rows: float(hits[rows].sum() / of[rows].sum()))


def wilson(hits: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a proportion (E. B. Wilson, JASA 22, 1927)."""
    share = hits / n
    centre = share + _Z**2 / (2 * n)
    spread = _Z * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def estimated(name: str, means: str, n: int, statistic: Statistic) -> Figure:
    """A statistic of all of n cases, for what is no sum over them."""
    low, high = bootstrap(n, statistic)
    return Figure(
        name=name,
        means=means,
        value=_rounded(statistic(np.arange(n))),
        of=n,
        cases=n,
        low=_rounded(low),
        high=_rounded(high),
    )


def bootstrap(n: int, statistic: Statistic) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of a statistic of resampled rows (Efron, 1979)."""
    rng = np.random.default_rng(SEED)
    values = [statistic(rng.integers(0, n, n)) for _ in range(RESAMPLES)]
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _rounded(value: float) -> float:
    return round(value, 4)
