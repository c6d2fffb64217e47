"""Two figures: the same, later, earlier, restated, perhaps, or of something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.keys.compare import agree, relation
from assistant.freshness.keys.extraction import extract
from assistant.types import Figure, Span
from evals.suites.keyed_figures import PARTS, Pair, alarms, pairs
from evals.suites.keys import read_all

_MIRROR = {"later": "earlier", "earlier": "later"}


def figure(**keys: object) -> Figure:
    base = {
        "span": Span(start=0, end=3),
        "sentence": Span(start=0, end=9),
        "value": 412.0,
        "precision": 0.5,
        "unit": "fire",
        "subject": "fire office",
        "metric": ("forest",),
        "place": "norway",
        "period_first": date(2023, 1, 1),
        "period_last": date(2023, 12, 31),
    }
    return Figure(**{**base, **keys})  # type: ignore[arg-type]


NEXT = {"period_first": date(2024, 1, 1), "period_last": date(2024, 12, 31)}


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (figure(), "same"),
        (figure(value=412.4, precision=0.05), "same"),
        (figure(value=430.0), "restated"),
        (figure(value=430.0, **NEXT), "later"),
        (figure(value=430.0, unit="hectare"), "other"),
        (figure(value=430.0, population=("woman",)), "other"),
        (figure(value=430.0, place="sweden"), "other"),
        (figure(value=430.0, metric=("house",)), "other"),
        (figure(value=430.0, subject="other office", named=True), "possibly"),
        (figure(value=430.0, subject=None), "possibly"),
        (figure(period_first=None, period_last=None), "possibly"),
        (figure(population=("forecast",), **NEXT), "other"),
        (figure(period_first=date(2023, 3, 1), period_last=date(2023, 3, 31)), "other"),
        (figure(period_first=date(2023, 10, 1), period_last=date(2024, 9, 30)), "other"),
        (figure(value=430.0, population=("final",)), "restated"),
    ],
)
def test_relations(other: Figure, said: str) -> None:
    assert relation(figure(), other) == said


def test_two_that_are_named_are_two_definitions() -> None:
    one, other = figure(named=True), figure(named=True, subject="census", value=430.0, **NEXT)
    assert relation(one, other) == "other"


def test_different_actions_are_different_counts() -> None:
    assisted = figure(unit="report", metric=("assist", "child", "miss"))
    resolved = figure(unit="case", metric=("child", "miss", "resolv"), value=300.0, **NEXT)
    assert relation(assisted, resolved) == "other"


def test_a_running_count_goes_on() -> None:
    may = figure(period_last=date(2023, 5, 3), population=("to-date",))
    july = figure(period_last=date(2023, 7, 9), population=("to-date",), value=500.0)
    assert relation(may, july) == "later"


_KEYS = st.fixed_dictionaries(
    {
        "value": st.sampled_from([1.0, 2.0, 2.4]),
        "unit": st.sampled_from(["fire", "report", "case", "person", "%", ""]),
        "subject": st.sampled_from([None, "a b", "ons"]),
        "named": st.booleans(),
        "metric": st.sets(st.sampled_from(["forest", "assist", "resolv", "miss"])).map(tuple),
        "population": st.sets(st.sampled_from(["woman", "final", "change", "mom"])).map(tuple),
        "place": st.sampled_from([None, "norway", "world"]),
        "context": st.sets(st.sampled_from(["forest", "miss"])).map(tuple),
    }
)
_YEARS = st.sampled_from([None, 2022, 2023])


def _dated(keys: dict[str, object], year: int | None) -> Figure:
    first = date(year, 1, 1) if year else None
    last = date(year, 12, 31) if year else None
    return figure(**{**keys, "period_first": first, "period_last": last})


@given(_KEYS, _KEYS, _YEARS, _YEARS)
def test_what_one_is_to_the_other_has_a_mirror(
    here: dict[str, object], there: dict[str, object], a: int | None, b: int | None
) -> None:
    one, other = _dated(here, a), _dated(there, b)
    said = relation(one, other)
    assert relation(other, one) == _MIRROR.get(said, said)
    if said == "restated":
        assert not agree(one, other)
    if said in ("later", "restated"):
        assert a is not None
        assert b is not None


@given(_KEYS, _YEARS)
def test_no_figure_contradicts_or_follows_itself(keys: dict[str, object], year: int | None) -> None:
    one = _dated(keys, year)
    assert relation(one, one) in ("same", "possibly", "other")


@pytest.mark.parametrize("half", PARTS)
def test_planted_pairs_are_told(half: str) -> None:
    planted = [(pair, alarms(pair)) for pair in pairs() if pair.half == half]
    wanted = [(pair, told) for pair, told in planted if pair.expected != "none"]
    others = [(pair, told) for pair, told in planted if pair.expected == "none"]
    missed = [pair.id for pair, told in wanted if pair.expected not in told]
    false = [pair.id for pair, told in others if told]
    assert len(missed) <= 0.05 * len(wanted), missed
    assert len(false) <= 0.05 * len(others), false


def test_the_seeds_hold_no_contradiction(shared: Path) -> None:
    read = [each for path in sorted((shared / "seeds").glob("*.txt")) for each in read_all(path)]
    assert len(read) == 2
    for one in read:
        for other in read:
            pair = Pair(id="", half="", expected="none", kind="seeds", one=one, other=other)
            assert alarms(pair) == set()
    counts = [f for each in read for f in extract(each) if f.value in _APART]
    for first in counts:
        for second in (f for f in counts if f.value != first.value):
            assert relation(first, second) in ("other", "possibly"), (first, second)


_APART = {29568, 27699, 375304, 36_200_000, 23160}
