"""What must hold whatever the dates: monotone verdicts, silence at the check, a solved review."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from freshness_making import DEFINITION, LATEST, PAST, document, statement, volatility
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.freshness import review
from assistant.freshness.facts import DocumentLinks
from assistant.freshness.judge import PROFILES, Judge
from assistant.types import STATES_WORST_FIRST, Document, Freshness, Volatility

DAYS = st.dates(date(2015, 1, 1), date(2034, 12, 31))
SENTENCES = (
    "The Transport Office counted 3,412 road deaths in 2024.",
    "The latest count of road deaths by the Transport Office is 3,390 for FY 2022.",
    "Road deaths reported to the Transport Office fell by 4 percent this year.",
    "The Transport Office counts a road death within a month.",
    "It counted 812 road deaths in Q1 2025 and expects fewer in 2030.",
    "The Transport Office recently moved.",
    "There were 12 road deaths in May 2023, published in June 2023.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4, unique=True).map(" ".join)
PARTIAL = st.one_of(
    DAYS.map(date.isoformat), DAYS.map(lambda d: f"{d:%Y-%m}"), DAYS.map(lambda d: f"{d:%Y}")
)


@st.composite
def checks(draw: st.DrawFn, /, **fixed: Any) -> Document:
    """Fact-checks on any day, with or without a cadence, a pin and a period of their own."""
    drawn = {
        "title": draw(
            st.sampled_from([LATEST, DEFINITION, PAST, "Who runs the Transport Office?"])
        ),
        "checked_on": draw(PARTIAL),
        "cadence": draw(st.sampled_from([None, "P1M", "P3M", "P1Y"])),
        "valid_until": draw(st.none() | PARTIAL),
        "valid_as_of": draw(st.none() | PARTIAL),
        **fixed,
    }
    return document(draw(TEXTS), draw(TEXTS), **drawn)


@st.composite
def judges(draw: st.DrawFn) -> Judge:
    """Judges of any profile, whose archive may hold a successor or a correction."""
    newer = document(id="newer", title="Newer", checked_on=draw(PARTIAL))
    links = draw(
        st.sampled_from(
            [
                DocumentLinks(),
                DocumentLinks(superseded_by=(newer,)),
                DocumentLinks(corrected_by=(newer,)),
            ]
        )
    )
    profile = draw(st.sampled_from(sorted(PROFILES)))
    return Judge(volatility=volatility, profile=profile, links=lambda _: links)


def verdicts(judge: Judge, check: Document, now: date) -> list[Freshness]:
    """The document's own verdict, its badges', and that of an answer and a claim from it."""
    whole, badges = judge.document(check, now)
    words = check.content.sections[0].span.of(check.text)
    said = statement(words, check)
    return [
        whole,
        *(badge.freshness for badge in badges),
        judge.answer(check.title, [said], now),
        judge.claim(check.title, said, 0, now),
    ]


def fired(freshness: Freshness) -> set[tuple[str, str, int | None]]:
    return {(reason.rule, reason.text, reason.claim) for reason in freshness.reasons}


def rules(freshness: Freshness) -> set[tuple[str, str]]:
    return {(reason.rule, reason.text) for reason in freshness.reasons}


@settings(max_examples=70)
@given(judges(), checks(), DAYS, st.integers(0, 4000))
def test_advancing_the_clock_makes_nothing_fresher(
    judge: Judge, check: Document, start: date, days: int
) -> None:
    checked = check.content.checked_on
    assert checked is not None
    now = max(start, checked.first)  # before it the check is left out: a scheduled window
    later = now + timedelta(days=days)
    pairs = [
        (judge.document(check, now)[0], judge.document(check, later)[0]),
        tuple(judge.answer(check.title, [said(check)], day) for day in (now, later)),
        tuple(judge.claim(check.title, said(check), 0, day) for day in (now, later)),
    ]
    for before, after in pairs:
        rank = STATES_WORST_FIRST.index
        assert rank(after.state) <= rank(before.state)
        assert after.score >= before.score


def said(check: Document) -> Any:
    return statement(check.content.sections[0].span.of(check.text), check)


@settings(max_examples=70)
@given(judges(), checks(valid_until=None))
def test_at_the_check_age_and_period_rules_are_silent(judge: Judge, check: Document) -> None:
    checked = check.content.checked_on
    assert checked is not None
    for day in (checked.first, checked.last):
        for freshness in verdicts(judge, check, day):
            assert freshness.score == 0
            assert {rule for rule, _, _ in fired(freshness)} <= {
                "superseded",
                "retracted-or-corrected",
            }


@settings(max_examples=70)
@given(judges(), checks(), DAYS, st.data())
def test_the_next_review_is_the_first_day_on_which_something_new_fires(
    judge: Judge, check: Document, now: date, data: st.DataObject
) -> None:
    for view in ("document", "answer", "claim"):
        freshness = _view(judge, check, view, now)
        review_on = freshness.next_review_on
        last = review_on - timedelta(days=1) if review_on else date(2200, 1, 1)
        assert last >= now
        for day in (last, data.draw(st.dates(now, last))):
            assert rules(_view(judge, check, view, day)) <= rules(freshness)
        if review_on:
            assert rules(_view(judge, check, view, review_on)) - rules(freshness)


def _view(judge: Judge, check: Document, view: str, now: date) -> Freshness:
    if view == "document":
        return judge.document(check, now)[0]
    if view == "answer":
        return judge.answer(check.title, [said(check)], now)
    return judge.claim(check.title, said(check), 0, now)


@settings(max_examples=30)
@given(judges(), checks(), DAYS, st.integers(1, 50), st.datetimes())
def test_reindexing_changes_no_verdict(
    judge: Judge, check: Document, now: date, version: int, fetched: Any
) -> None:
    again = replace(check, version=version, retrieved_on=fetched)
    assert verdicts(judge, check, now) == verdicts(judge, again, now)


@settings(max_examples=60)
@given(DAYS, DAYS, st.sampled_from([None, "P1M", "P1Y"]))
def test_another_metric_or_an_older_period_changes_nothing(
    checked: date, now: date, cadence: str | None
) -> None:
    judge = Judge(volatility=volatility)
    counted = f"The Transport Office counted 3,412 road deaths in {checked.year - 1}."
    others = f"Shops sold 9,000 bicycles in {checked.year}. It counted 9 road deaths in 1999."
    one, both = (
        judge.document(document(text, checked_on=checked.isoformat(), cadence=cadence), now)[0]
        for text in (counted, f"{counted} {others}")
    )
    assert one == both


@given(DAYS, st.integers(0, 6000))
def test_a_closed_year_is_never_more_volatile_than_the_latest(checked: date, days: int) -> None:
    judge = Judge(volatility=volatility)
    now = checked + timedelta(days=days)
    words = "The Transport Office counted 3,550 road deaths."
    scores = [
        judge.document(document(words, title=title, checked_on=checked.isoformat()), now)[0].score
        for title in ("Road deaths in 2012?", "What is the latest number of road deaths?")
    ]
    assert scores[0] <= scores[1]


VOLATILITIES = st.builds(
    Volatility,
    p_mutable=st.floats(0, 1),
    kind=st.just("other"),
    tau_days=st.floats(1, 1_000_000),
)


@given(VOLATILITIES, st.floats(0.01, 0.99))
def test_the_solved_day_is_the_first_at_which_the_score_reaches_the_threshold(
    asked: Volatility, threshold: float
) -> None:
    days = review.days_until(asked, threshold)
    if days is None:
        assert asked.p_mutable <= threshold or review.score(asked, 10**9) < threshold
    else:
        assert days >= 1
        assert review.score(asked, days) >= threshold > review.score(asked, days - 1)


def test_the_crossing_of_the_prior_for_latest_figures_by_hand() -> None:
    # -365 ln(1 - .2 / .9) = 91.73
    asked = Volatility(p_mutable=0.9, kind="annual", tau_days=365)
    assert review.days_until(asked, 0.2) == 92
    assert review.score(asked, 0) == 0
    assert review.score(asked, 365) == pytest.approx(0.9 * (1 - 0.36787944))


def test_a_day_past_the_calendar_never_comes() -> None:
    assert review.day_after(date(9999, 12, 30), 1) == date.max
    assert review.day_after(date(9999, 12, 30), 2) is None


def test_the_worst_of_nothing_is_fresh() -> None:
    assert review.worst([]) == "fresh"
    assert review.worst(["ageing", "unknown", "fresh"]) == "unknown"


def test_a_leap_day_counts_as_one_day() -> None:
    judge = Judge(volatility=volatility)
    check = document(title=LATEST, checked_on="2024-02-28")
    scores = [judge.document(check, date(2024, 2, 28) + timedelta(days=n))[0].score for n in (1, 2)]
    asked = Volatility(p_mutable=0.9, kind="annual", tau_days=365)
    assert scores == [review.score(asked, 1), review.score(asked, 2)]
