"""How long questions took: the distribution as a picture and as a table, for timings.* alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter
from typing import Generic, ParamSpec, TypeVar

import numpy as np

from evals.reports.pictures import Line, Picture
from evals.reports.report import Suite

Given = ParamSpec("Given")
Result = TypeVar("Result")
_SHARES = (50, 90, 95, 99)


class Stopwatch(Generic[Given, Result]):
    """A function that notes in `seconds` how long each call of it took."""

    def __init__(self, function: Callable[Given, Result]) -> None:
        self._function = function
        self.seconds: list[float] = []

    def __call__(self, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        started = perf_counter()
        try:
            return self._function(*args, **kwargs)
        finally:
            self.seconds.append(perf_counter() - started)


def pictures(suites: Sequence[Suite]) -> tuple[Picture, ...]:
    """A picture a suite: the share of its calls that took no longer than so many milliseconds."""
    return tuple(
        Picture(
            name=f"latency-{suite.name}",
            title=f"{suite.name}: how many were done within which time",
            x="milliseconds",
            y="share that was done",
            lines=tuple(
                Line(name=name, points=_distribution(seconds))
                for name, seconds in suite.latencies.items()
                if seconds
            ),
        )
        for suite in suites
        if any(suite.latencies.values())
    )


def _distribution(seconds: Sequence[float]) -> tuple[tuple[float, float], ...]:
    ordered = sorted(seconds)
    return tuple((round(each * 1000, 2), (n + 1) / len(ordered)) for n, each in enumerate(ordered))


def table(suites: Sequence[Suite]) -> list[tuple[str, str, int, list[str]]]:
    """suite, what, how many, and the milliseconds that 50, 90, 95 and 99 in a hundred took."""
    return list(_rows(suites))


def _rows(suites: Sequence[Suite]) -> Iterator[tuple[str, str, int, list[str]]]:
    for suite in suites:
        for name, seconds in suite.latencies.items():
            if seconds:
                shares = np.percentile(seconds, _SHARES) * 1000
                yield suite.name, name, len(seconds), [f"{each:.1f}" for each in shares]
