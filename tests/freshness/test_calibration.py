"""The clock refitted on outcomes: few move it little, many find it, the past keeps its own."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count

from assistant.freshness.calibration import LEAST, UNCALIBRATED, fit, fitted, threshold
from assistant.ledger.labels import Label
from assistant.ledger.ledger import Ledger
from assistant.ledger.refreshes import RefreshOutcome
from assistant.upkeep.calibrating import Calibrating


def label(age: int, outcome: RefreshOutcome = "updated", kind: str = "annual") -> Label:
    return Label(
        document_id="d", version=1, kind=kind, p_mutable=1.0, tau_days=365, age_days=age,
        outcome=outcome,
    )  # fmt: skip


def drawn(tau: float, number: int, seed: int = 7) -> list[Label]:
    """Checks of many ages whose answers change at random, one in `tau` days."""
    pick = random.Random(seed)
    ages = [pick.randint(1, 900) for _ in range(number)]
    return [
        label(age, "updated" if pick.random() < 1 - math.exp(-age / tau) else "confirmed")
        for age in ages
    ]


def test_nothing_is_learned_from_few() -> None:
    made = fit([label(100)] * (LEAST - 3), UNCALIBRATED, 0.2)
    assert made.reason is not None
    assert "3 more" in made.reason
    assert (made.taus, made.threshold_after) == ((), 0.2)


def test_corrected_failed_and_withdrawn_teach_no_rate_of_change() -> None:
    outcomes: list[RefreshOutcome] = ["corrected", "failed", "withdrawn"]
    silent = [label(500, each) for each in outcomes for _ in range(20)]
    assert fit(silent, UNCALIBRATED, 0.2).outcomes == 0
    taught = drawn(200, 60)
    assert fit(taught + silent, UNCALIBRATED, 0.2) == fit(taught, UNCALIBRATED, 0.2)


def test_many_outcomes_find_the_tau_that_made_them_and_fit_better() -> None:
    made = fit(drawn(120, 3000), UNCALIBRATED, 0.2)
    (tau,) = made.taus
    assert tau.before == 365
    assert 100 < tau.after < 145
    assert made.loss_after is not None
    assert made.loss_before is not None
    assert made.loss_after < made.loss_before


def test_a_class_of_one_outcome_hardly_moves() -> None:
    assert abs(fitted([label(30)], 365) - 365) < 100
    assert fitted([label(0, "confirmed")], 365) == pytest.approx(365, rel=0.01)


@settings(max_examples=count(100, 10_000), deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4000), st.booleans()), min_size=1, max_size=40),
    st.sampled_from([14.0, 365.0, 1095.0]),
)
def test_tau_stays_near_its_prior_and_the_threshold_within_its_bounds(
    seen: list[tuple[int, bool]], prior: float
) -> None:
    group = [label(age, "updated" if changed else "confirmed") for age, changed in seen]
    tau = fitted(group, prior)
    assert prior / 8.5 <= tau <= prior * 8.5
    assert 0.10 <= threshold(group, {"annual": tau}, 0.2) <= 0.50


@settings(max_examples=count(50, 2_000), deadline=None)
@given(st.integers(1, 3000), st.sampled_from([45.0, 365.0]))
def test_a_change_seen_makes_tau_no_longer_and_none_seen_no_shorter(age: int, prior: float) -> None:
    assert fitted([label(age)], prior) <= prior * 1.01
    assert fitted([label(age, "confirmed")], prior) >= prior * 0.99


def test_a_past_day_is_judged_as_it_was(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    days = iter([datetime(2026, 1, 10, tzinfo=UTC), datetime(2026, 2, 10, tzinfo=UTC)])
    now = next(days)
    calibrating = Calibrating(ledger.labels, "sensitive", lambda: now)
    with ledger.transaction() as within:
        for each in drawn(100, 200):
            ledger.labels.add(each, now, within)
    assert calibrating.fit(apply=False)[1] is False
    assert calibrating(date(2026, 1, 10)) == UNCALIBRATED
    first, applied = calibrating.fit(apply=True)
    assert applied
    now = next(days)
    with ledger.transaction() as within:
        for each in drawn(900, 600):
            ledger.labels.add(each, now, within)
    second, _ = calibrating.fit(apply=True)
    assert second.taus[0].before == first.taus[0].after
    assert calibrating(date(2026, 1, 9)) == UNCALIBRATED
    assert calibrating(date(2026, 2, 9)) == first.calibrated
    assert calibrating(date(2026, 2, 10)) == second.calibrated
    assert calibrating(date.max) == second.calibrated
    quiet = Calibrating(ledger.labels, "quiet", lambda: now)
    assert quiet(date(2026, 2, 10)).threshold is None
    ledger.close()
