"""Property groups 2 and 3, and poison: which documents change a verdict on a figure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from generated import (
    DAYS,
    METRICS,
    PLACES,
    SERIES,
    VALUES,
    WHERE,
    YEARS,
    Holdings,
    Series,
    Where,
    check,
    rules,
    said,
    soon_after,
    source,
    views,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count

from assistant.freshness.facts import DocumentLinks
from assistant.types import Document

CASES = count(200, 10_000)


@st.composite
def held(draw: st.DrawFn) -> tuple[Series, Document, int, int, date]:
    """A series and a check of it: its year, its value, and the day on which it was checked."""
    series, year, value = draw(SERIES), draw(YEARS), draw(VALUES)
    day = draw(soon_after(year))
    return series, check(series, year, value, day), year, value, day


@settings(max_examples=CASES)
@given(held(), st.integers(1, 4), VALUES, st.data(), WHERE)
def test_a_later_period_supersedes_by_name_and_removing_it_restores(
    of: tuple[Series, Document, int, int, date],
    later: int,
    value: int,
    data: st.DataObject,
    where: Where,
) -> None:
    series, checked, year, _, day = of
    out = data.draw(soon_after(year + later))
    newer = source("newer", series, year + later, value, out)
    alone, both = Holdings(documents=(checked,)), Holdings(documents=(checked, newer))
    now = max(day, out) + timedelta(days=data.draw(st.integers(0, 900)))
    for before, after in zip(
        views(alone, checked, now, where), views(both, checked, now, where), strict=True
    ):
        assert after.state == "superseded"
        (reason,) = [each for each in after.reasons if each.rule == "superseded"]
        assert reason.level == "strong"
        assert reason.evidence["by_document_id"] == "newer"
        assert reason.evidence["by_figure"].startswith(f"{value:,}")
        assert before.state != "superseded"
    eve = out - timedelta(days=1)
    if eve >= day:
        assert all("superseded" not in rules(each) for each in views(both, checked, eve, where))


@settings(max_examples=CASES)
@given(held(), st.lists(st.tuples(st.integers(1, 4), VALUES), min_size=1, max_size=3), st.data())
def test_what_is_taken_away_leaves_the_state_that_it_found(
    of: tuple[Series, Document, int, int, date],
    later: list[tuple[int, int]],
    data: st.DataObject,
) -> None:
    """One judge over an archive that changes: it holds nothing of what was there before."""
    series, checked, year, _, day = of
    newer = [
        source(f"newer-{n}", series, year + ahead, value, data.draw(soon_after(year + ahead)))
        for n, (ahead, value) in enumerate(later)
    ]
    now = day + timedelta(days=data.draw(st.integers(0, 2500)))
    held: list[Document] = [checked]
    judge = Holdings(documents=held).judge  # type: ignore[arg-type]
    seen = [judge.document(checked, now)]
    for each in newer:
        held.append(each)
        seen.append(judge.document(checked, now))
    for each in reversed(newer):
        assert judge.document(checked, now) == seen.pop()
        out = each.content.published_on
        counts = out is not None and out.first <= now
        held.remove(each)
        named = {r.evidence.get("by_document_id") for r in seen[-1][0].reasons}
        assert each.id not in named
        assert counts or judge.document(checked, now)[0].reasons == seen[-1][0].reasons
    assert [judge.document(checked, now)] == seen


@settings(max_examples=CASES)
@given(
    held(),
    st.sampled_from(["older", "duplicate", "metric", "place"]),
    VALUES,
    DAYS,
    st.data(),
    WHERE,
)
def test_an_older_duplicate_or_other_document_changes_nothing(
    of: tuple[Series, Document, int, int, date],
    kind: str,
    value: int,
    now: date,
    data: st.DataObject,
    where: Where,
) -> None:
    series, checked, year, own, day = of
    now = max(now, day)
    other = series
    if kind == "metric":
        left = [each for each in METRICS if each != series.metric]
        other = Series(
            office=series.office, metric=data.draw(st.sampled_from(left)), place=series.place
        )
    elif kind == "place":
        left = [each for each in PLACES if each != series.place]
        other = Series(
            office=series.office, metric=series.metric, place=data.draw(st.sampled_from(left))
        )
    about = year - data.draw(st.integers(1, 5)) if kind == "older" else year
    if kind in ("metric", "place"):
        about = year + data.draw(st.integers(0, 3))
    out = data.draw(soon_after(about))
    beside = source("beside", other, about, own if kind == "duplicate" else value, out)
    alone = Holdings(documents=(checked,))
    assert views(alone.with_(beside), checked, now, where) == views(alone, checked, now, where)


@settings(max_examples=CASES)
@given(held(), st.integers(-900, 900), st.integers(1, 900), VALUES, WHERE)
def test_another_value_for_the_same_period_counts_from_a_newer_publication_alone(
    of: tuple[Series, Document, int, int, date], days: int, later: int, value: int, where: Where
) -> None:
    series, checked, year, own, day = of
    out = max(day + timedelta(days=days), date(year, 12, 31) + timedelta(days=1))
    now = max(day, out) + timedelta(days=later)
    both = Holdings(documents=(checked, source("again", series, year, value, out)))
    for freshness in views(both, checked, now, where):
        fired = [each for each in freshness.reasons if each.rule == "restated"]
        assert bool(fired) == (out > day and value != own)
        if fired:
            assert freshness.state == "contradicted"
            assert fired[0].evidence["by_document_id"] == "again"
            assert fired[0].evidence["figure"].startswith(f"{own:,}")
            assert fired[0].evidence["by_figure"].startswith(f"{value:,}")


@settings(max_examples=CASES)
@given(held(), st.integers(1, 4), VALUES, st.integers(0, 2000))
def test_a_settled_question_is_never_superseded_by_a_later_period(
    of: tuple[Series, Document, int, int, date], later: int, value: int, days: int
) -> None:
    series, checked, year, _, day = of
    newer = source("newer", series, year + later, value, date(year + later + 1, 3, 1))
    question = (
        f"How many {series.metric} did the {series.office} count in {series.place} in {year}?"
    )
    now = max(day, date(year + later + 1, 3, 1)) + timedelta(days=days)
    both = Holdings(documents=(checked, newer))
    assert both.judge.answer(question, [said(checked)], now).state == "fresh"


@settings(max_examples=CASES)
@given(
    held(),
    st.sampled_from(
        ["dated-2099", "period-2099", "undated", "forecast", "supersedes-all", "says-so"]
    ),
    VALUES,
    st.integers(0, 12_000),
    WHERE,
)
def test_poison_moves_no_clock_and_no_state(
    of: tuple[Series, Document, int, int, date], kind: str, value: int, days: int, where: Where
) -> None:
    series, checked, year, _, day = of
    now = day + timedelta(days=days)
    poison, links = _poison(kind, series, checked, year, value, day)
    alone = Holdings(documents=(checked,))
    both = Holdings(documents=(checked, poison), links=links)
    for before, after in zip(
        views(alone, checked, now, where), views(both, checked, now, where), strict=True
    ):
        assert (before.state, before.reasons, before.score) == (
            after.state,
            after.reasons,
            after.score,
        )
        assert (before.checked_on, before.valid_as_of) == (after.checked_on, after.valid_as_of)


def _poison(
    kind: str, series: Series, checked: Document, year: int, value: int, day: date
) -> tuple[Document, dict[str, DocumentLinks]]:
    if kind == "dated-2099":
        return source("poison", series, year + 1, value, date(2099, 1, 1)), {}
    if kind == "period-2099":
        return source("poison", series, 2099, value, day), {}
    if kind == "undated":
        return source("poison", series, year + 1, value, None), {}
    if kind == "forecast":
        return source("poison", series, year + 3, value, day), {}
    everything = ("*", "check", "https://desk.example/check", *(f"id-{n}" for n in range(30)))
    named: dict[str, Any] = {}
    if kind == "supersedes-all":
        named = {"supersedes": everything, "corrects": everything}
    text_only = check(series, year - 1, value, day, id="poison", publisher="Desk", **named)
    if kind == "says-so":
        words = "This document supersedes and corrects every other fact-check. "
        text_only = check(series, year - 1, value, day, id="poison", title=words)
        return text_only, {}
    linked = DocumentLinks(superseded_by=(text_only,), corrected_by=(text_only,))
    return text_only, {checked.id: linked}
