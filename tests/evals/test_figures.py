"""Shares are pooled, intervals hold the value, and what does not apply or crashes says so."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.figures import Share, bootstrap, measure, pooled, wilson
from evals.suites.volatility import auroc, f1_figure, weighted_f1


@dataclass(frozen=True, slots=True)
class Even:
    name: str = "even"
    means: str = "even among positive numbers"

    def __call__(self, case: int) -> Share | None:
        return Share(hits=float(1 / case > 0 and case % 2 == 0)) if case > -1 else None


def test_cases_to_which_a_metric_does_not_apply_are_left_out() -> None:
    (figure,) = measure([Even()], [2, 3, 4, 6, -5])
    assert (figure.value, figure.cases, figure.of) == (0.75, 4, 4)


def test_a_metric_that_applies_to_nothing_has_no_value() -> None:
    (figure,) = measure([Even()], [-1, -2])
    assert figure.value is None
    assert figure.error is None


def test_a_metric_that_crashes_becomes_an_entry_of_the_report() -> None:
    (figure,) = measure([Even()], [0, 2])
    assert figure.value is None
    assert figure.error == "ZeroDivisionError: division by zero"


def test_unequal_cases_are_pooled_and_not_averaged() -> None:
    figure = pooled("x", "", [Share(hits=1, of=1), Share(hits=0, of=3)])
    assert (figure.value, figure.of, figure.cases) == (0.25, 4, 2)


def test_wilson_of_a_published_example() -> None:
    low, high = wilson(15, 20)  # statsmodels: proportion_confint(15, 20, method="wilson")
    assert (round(low, 4), round(high, 4)) == (0.5313, 0.8881)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_an_interval_lies_within_the_range(values: list[float]) -> None:
    figure = pooled("x", "", [Share(hits=value) for value in values])
    assert figure.low is not None
    assert figure.high is not None
    assert min(values) - 1e-3 <= figure.low <= figure.high <= max(values) + 1e-3 or set(values) <= {
        0,
        1,
    }


def test_the_bootstrap_is_the_same_every_time() -> None:
    assert bootstrap(9, lambda rows: float(rows.mean())) == bootstrap(
        9, lambda rows: float(rows.mean())
    )


@pytest.mark.parametrize(
    ("truth", "said", "expected"),
    [
        ([True, False], [True, False], 1.0),
        ([True, False], [False, True], 0.0),
        # mutable: F1 = 4/5, evergreen: F1 = 2/3; weighted (2 * 4/5 + 2 * 2/3) / 4
        ([True, True, False, False], [True, True, True, False], (2 * 0.8 + 2 * 2 / 3) / 4),
        ([True, True], [True, False], 2 / 3),
    ],
)
def test_weighted_f1(truth: list[bool], said: list[bool], expected: float) -> None:
    assert weighted_f1(truth, said) == pytest.approx(expected)
    assert f1_figure(truth, said).value == pytest.approx(expected, abs=1e-4)


def test_auroc_counts_pairs_in_order_and_ties_half() -> None:
    assert auroc([True, False, True, False], [0.9, 0.1, 0.8, 0.2]) == 1.0
    assert auroc([True, False], [0.1, 0.9]) == 0.0
    assert auroc([True, False, False], [0.5, 0.5, 0.1]) == 0.75
    assert auroc([True, True], [0.5, 0.1]) == 0.5
