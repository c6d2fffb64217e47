"""Property groups 1 and 7: time only makes things older; other readings and zones do nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from generated import (
    DAYS,
    LEAP,
    SERIES,
    VALUES,
    WHERE,
    YEARS,
    Holdings,
    Series,
    Where,
    check,
    rules,
    soon_after,
    source,
    views,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count

from assistant.freshness import clocks
from assistant.freshness.facts import DocumentLinks, SourceState
from assistant.types import STATES_WORST_FIRST, Document, Freshness, PartialDate, Verdict

CASES = count(200, 10_000)
RANK = STATES_WORST_FIRST.index
BY_DATES = {"age-volatility", "period-closed", "release-overdue", "relative-words", "event-passed"}
THEN = "The office counted 3,412 things that year, it says."


# Built once, not for each case: what is drawn most is drawn thousands of times.
MORE = st.sampled_from(
    [
        "",
        " More were counted this year.",
        " The office will publish its next count on 29 February 2028.",
        " The rules were changed recently.",
    ]
)
CADENCES = st.sampled_from([None, "P1M", "P1Y"])
HAPPENS = st.integers(-400, 2500) | st.sampled_from(LEAP)
PERHAPS = st.none() | HAPPENS
SELDOM = st.integers(0, 3)
BESIDE = st.lists(st.tuples(st.integers(-2, 4), VALUES, PERHAPS), max_size=3)
OTHERWISE = st.sampled_from([THEN, THEN.replace("3,412", "3,999")])
LINKED = st.sampled_from(["none", "none", "superseded_by", "corrected_by"])
QUOTES = st.sampled_from([None, THEN])
LATER = st.integers(1, 90)
ANY_TIME = st.integers(0, 4000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A check in its archive, the day of it, and every day on which something happens there."""

    holdings: Holdings
    checked: Document
    day: date
    events: tuple[date, ...]


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A check with rivals of any day, a troubled source, a linked document, releases, a pin and
    another's verdict, each of them now and then."""
    series, year = draw(SERIES), draw(YEARS)
    day = draw(soon_after(year))
    seen: list[date] = []

    def on(drawn: int | date | None) -> date | None:
        if drawn is None:
            return None
        seen.append(drawn if isinstance(drawn, date) else day + timedelta(days=drawn))
        return seen[-1]

    def perhaps() -> date | None:
        return on(draw(PERHAPS))

    def seldom() -> date | None:
        return perhaps() if draw(SELDOM) == 0 else None

    pinned = seldom()
    checked = check(
        series,
        year,
        draw(VALUES),
        day,
        draw(MORE),
        cadence=draw(CADENCES),
        valid_until=pinned.isoformat() if pinned else None,
        verdicts=(_verdict("false", day),),
    )
    beside = [
        source(f"rival-{n}", series, year + ahead, value, on(out))
        for n, (ahead, value, out) in enumerate(draw(BESIDE))
    ]
    state = SourceState(
        n=1,
        source=checked.content.sources[0],
        then=THEN,
        now=draw(OTHERWISE),
        changed_on=perhaps(),
        gone_on=perhaps(),
        unreachable_on=perhaps(),
        retracted_on=seldom(),
    )
    kind = draw(LINKED)
    since = on(draw(HAPPENS)) if kind != "none" else None
    newer = check(series, year, 1, since, id="linked") if since else None
    older = (newer,) if newer and kind == "superseded_by" else ()
    wrong = (newer,) if newer and kind == "corrected_by" else ()
    links = {"check": DocumentLinks(superseded_by=older, corrected_by=wrong)}
    rated = seldom()
    other = (
        check(series, year, 1, rated, id="rated", verdicts=(_verdict("true", rated),))
        if rated
        else None
    )
    holdings = Holdings(
        documents=(checked, *beside),
        links=links,
        sources={1: state} if draw(st.booleans()) else {},
        quote=draw(QUOTES),
        releases=_releases(series, year, day) if draw(st.booleans()) else (),
        rated=(other,) if other else (),
    )
    return Story(holdings=holdings, checked=checked, day=day, events=tuple(seen))


def _verdict(rating: str, on: date) -> Verdict:
    dated = PartialDate(value=on.isoformat(), origin="front_matter")
    return Verdict(claim="It is so.", rating=rating, reviewed_on=dated)


def _releases(series: Series, year: int, day: date) -> tuple[Document, ...]:
    """Three that were out when the check was made: from them a cadence is learned."""
    out = [date(each + 1, 1, 20) for each in (year - 2, year - 1, year)]
    return tuple(
        source(f"release-{on.year}", series, on.year - 1, 7, on) for on in out if on <= day
    )


@st.composite
def moments(draw: st.DrawFn, of: Story) -> list[date]:
    """The day of something that happens, soon after it, long after it, and any other day."""
    event = draw(st.sampled_from([of.day, *of.events]))
    found = [event + timedelta(days=days) for days in (0, draw(LATER), 400)]
    found.append(of.day + timedelta(days=draw(ANY_TIME)))
    return sorted({max(each, of.day) for each in found})


def fired(freshness: Freshness) -> set[tuple[str, str]]:
    return {(reason.rule, reason.level) for reason in freshness.reasons}


@settings(max_examples=CASES)
@given(st.data(), WHERE)
def test_advancing_the_clock_makes_nothing_fresher(data: st.DataObject, where: Where) -> None:
    """And no rule that fires stops firing: nothing but a look at the world can clear it."""
    of = data.draw(stories())
    seen = [views(of.holdings, of.checked, now, where) for now in data.draw(moments(of))]
    for earlier, later in pairwise(seen):
        for before, after in zip(earlier, later, strict=True):
            assert RANK(after.state) <= RANK(before.state)
            assert after.score >= before.score
            assert fired(before) <= fired(after)


@settings(max_examples=CASES)
@given(stories(), WHERE)
def test_at_the_check_the_rules_of_age_and_period_are_silent(of: Story, where: Where) -> None:
    holdings, checked, day = of.holdings, of.checked, of.day
    for freshness in views(holdings, checked, day, where):
        assert freshness.score == 0
        assert not rules(freshness) & BY_DATES


@settings(max_examples=CASES)
@given(stories(), st.integers(0, 3000), st.data(), WHERE)
def test_the_next_review_is_solved(
    of: Story, start: int, data: st.DataObject, where: Where
) -> None:
    holdings, checked, day = of.holdings, of.checked, of.day
    now = day + timedelta(days=start)
    for place, freshness in enumerate(views(holdings, checked, now, where)):
        review_on = freshness.next_review_on
        last = review_on - timedelta(days=1) if review_on else date(2200, 1, 1)
        assert last >= now
        between = views(holdings, checked, data.draw(st.dates(now, last)), where)[place]
        assert _said(between) <= _said(freshness)
        if review_on:
            assert _said(views(holdings, checked, review_on, where)[place]) - _said(freshness)


def _said(freshness: Any) -> set[tuple[str, str]]:
    return {(reason.rule, reason.text) for reason in freshness.reasons}


@settings(max_examples=CASES)
@given(stories(), st.integers(0, 3000), st.integers(2, 50), st.datetimes(), WHERE)
def test_reindexing_changes_no_verdict(
    of: Story, start: int, version: int, fetched: datetime, where: Where
) -> None:
    holdings, checked, day = of.holdings, of.checked, of.day
    again = tuple(
        replace(each, version=version, retrieved_on=fetched) for each in holdings.documents
    )
    now = day + timedelta(days=start)
    assert views(holdings, checked, now, where) == views(
        replace(holdings, documents=again[::-1]), again[0], now, where
    )


ZONES = (
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)


@settings(max_examples=CASES)
@given(
    DAYS | st.sampled_from([date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29)]),
    st.times(),
    st.times(),
    st.sampled_from(ZONES),
    st.integers(0, 1),
)
def test_an_instant_is_one_day_in_every_zone_and_on_every_change_of_clocks(
    on: date, at: time, later: time, zone: str, fold: int
) -> None:
    """The day is that of UTC, of any instant between its midnights, whoever says it."""
    for moment in (at, later):
        instant = datetime.combine(on, moment, UTC)
        assert clocks.day(instant) == on
        assert clocks.day(instant.astimezone(ZoneInfo(zone))) == on
    wall = datetime.combine(on, at, ZoneInfo(zone)).replace(fold=fold)
    assert clocks.day(wall) == clocks.day(wall.astimezone(UTC))
    assert abs(clocks.day(wall) - on) <= timedelta(days=1)


@settings(max_examples=CASES)
@given(stories(), st.integers(0, 3000), st.sampled_from(ZONES), st.datetimes(), WHERE)
def test_where_and_when_a_text_was_fetched_changes_no_verdict(
    of: Story, start: int, zone: str, fetched: datetime, where: Where
) -> None:
    there = ZoneInfo(zone)
    again = tuple(
        replace(d, retrieved_on=fetched.replace(tzinfo=there)) for d in of.holdings.documents
    )
    now = of.day + timedelta(days=start)
    moved = replace(of.holdings, documents=again)
    assert views(of.holdings, of.checked, now, where) == views(moved, again[0], now, where)
