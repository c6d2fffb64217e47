"""Figures of a confidence, compared with another implementation and with what is known of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

from evals import selective

CASES = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.51, 0.9, 1.0]), st.booleans()),
    min_size=2,
    max_size=60,
).filter(lambda cases: len({held for _, held in cases}) == 2)


def arrays(cases: list[tuple[float, bool]]) -> tuple[selective.Floats, selective.Truth]:
    return np.array([p for p, _ in cases]), np.array([held for _, held in cases])


@given(CASES)
def test_order_is_judged_as_others_judge_it(cases: list[tuple[float, bool]]) -> None:
    p, y = arrays(cases)
    assert selective.auroc(p, y) == pytest.approx(roc_auc_score(y, p))
    assert selective.average_precision(p, y) == pytest.approx(average_precision_score(y, p))


@given(CASES, st.sampled_from([0.0, 0.05, 0.1, 0.5]))
def test_coverage_is_the_most_that_keeps_to_its_risk(
    cases: list[tuple[float, bool]], risk: float
) -> None:
    p, y = arrays(cases)
    shares = [float((p >= bar).mean()) for bar in set(p) if (~y[p >= bar]).mean() <= risk + 1e-9]
    assert selective.coverage_at(risk)(p, y) == pytest.approx(max(shares, default=0.0))


def test_a_promise_that_is_kept_has_no_calibration_error() -> None:
    p = np.array([0.25] * 4 + [0.75] * 4)
    y = np.array([True] + [False] * 3 + [True] * 3 + [False])
    assert selective.calibration_error(p, y) == pytest.approx(0.0)
    assert selective.calibration_error(1 - p, y) == pytest.approx(0.5)
    assert selective.brier(p, y) == pytest.approx(0.1875)


def test_a_figure_has_an_interval_and_none_where_nothing_is_to_be_told_apart() -> None:
    confidence, held = [0.1, 0.2, 0.6, 0.4, 0.8, 0.9], [False, False, False, True, True, True]
    found = selective.figure("auroc", "order", selective.auroc, confidence, held)
    assert found.value == pytest.approx(8 / 9, abs=1e-4)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 8 / 9 <= found.high
    assert selective.figure("auroc", "order", selective.auroc, [0.5], [True]).value is None


@given(st.text())
def test_a_topic_is_always_in_the_same_part(topic: str) -> None:
    assert selective.part_of(topic) == selective.part_of(topic)
    assert 0 <= selective.part_of(topic) < selective.PARTS
