"""Metrics over named cases: by slice, and what each case gave, to compare two runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from evals.figures import Figure, Metric, measure

CaseT = TypeVar("CaseT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Generic[CaseT]):
    """`id_of` names a case, `slices_of` the slices that it is in; every slice has every metric."""

    metrics: Sequence[Metric[CaseT]]
    cases: Sequence[CaseT]
    id_of: Callable[[CaseT], str]
    slices_of: Callable[[CaseT], Sequence[str]]

    def figures(self) -> tuple[Figure, ...]:
        return measure(self.metrics, self.cases)

    def slices(self) -> dict[str, tuple[Figure, ...]]:
        return {label: measure(self.metrics, held) for label, held in self._held().items()}

    def members(self) -> dict[str, list[str]]:
        return {label: [self.id_of(case) for case in held] for label, held in self._held().items()}

    def values(self) -> dict[str, dict[str, float]]:
        """What each case gave to a figure, as a share of what it could give."""
        return {
            metric.name: {
                self.id_of(case): round(share.hits / share.of, 6)
                for case in self.cases
                if (share := metric(case)) is not None
            }
            for metric in self.metrics
        }

    def _held(self) -> dict[str, list[CaseT]]:
        held: dict[str, list[CaseT]] = {}
        for case in self.cases:
            for label in self.slices_of(case):
                held.setdefault(label, []).append(case)
        return dict(sorted(held.items()))
