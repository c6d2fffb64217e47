"""Property groups 4 and 5: what a changed, moved, missing or failing source does to a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from generated import SERIES, VALUES, WHERE, YEARS, Holdings, Where, check, rules, soon_after, views
from hypothesis import given, settings
from hypothesis import strategies as st
from support.counts import count

from assistant.freshness.facts import SourceState
from assistant.freshness.watch.looks import Look, LookOutcome, after
from assistant.freshness.watch.schedule import Expected
from assistant.ledger.watched import Watch
from assistant.types import Document

CASES = count(200, 10_000)
FURNITURE = (
    "Menu Home About Contact",
    "Advertisement: 50% off all 300 mattresses today",
    "Last updated 3 March 2026 at 14:05",
    "Page 7 of 12",
    "We use cookies. Accept all 48 partners?",
    "Share this page",
)
PROSE = (
    "The office closes its books in March.",
    "Every report is counted once.",
    "The method was described in an annex.",
)


@st.composite
def cited(draw: st.DrawFn) -> tuple[Document, str, str, date]:
    """A check, its source's page as it was then, the sentence that it cites, and its day."""
    series, year, value = draw(SERIES), draw(YEARS), draw(VALUES)
    day = draw(soon_after(year))
    sentence = series.sentence(year, value)
    around = draw(st.lists(st.sampled_from([*FURNITURE, *PROSE]), max_size=4))
    return check(series, year, value, day), _page(sentence, around), sentence, day


def _page(sentence: str, around: list[str]) -> str:
    half = len(around) // 2
    return "\n".join([*around[:half], sentence, *around[half:]])


def state(checked: Document, then: str, now: str, on: date) -> Holdings:
    found = SourceState(n=1, source=checked.content.sources[0], then=then, now=now, changed_on=on)
    return Holdings(documents=(checked,), sources={1: found})


@settings(max_examples=CASES)
@given(
    cited(), VALUES, st.lists(st.sampled_from(FURNITURE), max_size=4), st.integers(0, 900), WHERE
)
def test_a_changed_quoted_number_fires_with_both_values(
    of: tuple[Document, str, str, date], value: int, around: list[str], days: int, where: Where
) -> None:
    checked, then, sentence, day = of
    was = next(word for word in sentence.split() if "," in word)
    other = f"{value:,}"
    changed = _page(sentence.replace(was, other), around)
    on = day + timedelta(days=days)
    for freshness in views(state(checked, then, changed, on), checked, on, where):
        fired = [each for each in freshness.reasons if each.rule == "source-changed"]
        assert bool(fired) == (was != other)
        if fired:
            assert fired[0].level == "strong"
            assert fired[0].evidence["value_was"].startswith(was)
            assert fired[0].evidence["value_now"].startswith(other)
    if days:
        eve = on - timedelta(days=1)
        early = views(state(checked, then, changed, on), checked, eve, where)
        assert all("source-changed" not in rules(each) for each in early)


@settings(max_examples=CASES)
@given(
    cited(),
    st.lists(st.sampled_from([*FURNITURE, *PROSE]), max_size=6),
    st.sampled_from(["same", "spaces", "quotes", "capitals", "line-ends"]),
    WHERE,
)
def test_whatever_changes_around_the_quote_fires_nothing(
    of: tuple[Document, str, str, date], around: list[str], how: str, where: Where
) -> None:
    checked, then, sentence, day = of
    shown = {
        "same": sentence,
        "spaces": sentence.replace(" ", "\u00a0 "),
        "quotes": f"\u201c{sentence}\u201d",
        "capitals": sentence.upper(),
        "line-ends": f"  {sentence}  \r",
    }[how]
    for freshness in views(state(checked, then, _page(shown, around), day), checked, day, where):
        assert "source-changed" not in rules(freshness)


@settings(max_examples=CASES)
@given(cited(), st.lists(st.sampled_from(FURNITURE), max_size=4), WHERE)
def test_a_quote_that_is_gone_fires_and_one_that_comes_back_clears(
    of: tuple[Document, str, str, date], around: list[str], where: Where
) -> None:
    checked, then, sentence, day = of
    gone = "\n".join(["The page was rewritten.", *around])
    assert all(
        "source-changed" in rules(each)
        for each in views(state(checked, then, gone, day), checked, day, where)
    )
    back = f"{gone}\n{sentence}"
    assert all(
        "source-changed" not in rules(each)
        for each in views(state(checked, then, back, day), checked, day, where)
    )


@settings(max_examples=CASES)
@given(
    cited(),
    st.permutations(PROSE),
    st.integers(1, 3),
    st.lists(st.sampled_from(FURNITURE), max_size=4),
    WHERE,
)
def test_a_quote_of_sentences_without_a_figure_stands_however_the_page_breaks_it(
    of: tuple[Document, str, str, date],
    prose: list[str],
    sentences: int,
    around: list[str],
    where: Where,
) -> None:
    checked, then, _, day = of
    quote = " ".join(prose[:sentences])
    before = f"{then}\n{quote}"
    stands = "\n".join([*around, *prose[:sentences], "The end."])
    gone = "\n".join([*around, "The end."])
    for now, fires in ((stands, False), (gone, True)):
        holdings = replace(state(checked, before, now, day), quote=quote)
        for freshness in views(holdings, checked, day, where):
            assert ("source-changed" in rules(freshness)) == fires


LOOKS = st.lists(
    st.tuples(
        st.sampled_from(["unchanged", "cosmetic", "missing", "failing", "refused"]),
        st.integers(1, 5 * 24),
    ),
    min_size=1,
    max_size=9,
)


def watched(looks: list[tuple[LookOutcome, int]], start: datetime) -> tuple[Watch, datetime]:
    """The source after looks, each so many hours after the one before."""
    watch, now = Watch(url_key="https://office.example/a", url="https://office.example/a"), start
    for found, hours in looks:
        now += timedelta(hours=hours)
        watch = after(watch, Look(found=found), Expected(tau_days=365), now)
    return watch, now


def trouble(
    looks: list[tuple[LookOutcome, int]], start: datetime, found: LookOutcome, least: timedelta
) -> bool:
    """By definition: since it was last there, two such looks lie so far apart."""
    now = start
    seen: list[datetime] = []
    for what, hours in looks:
        now += timedelta(hours=hours)
        if what in ("unchanged", "cosmetic"):
            seen = []
        elif what == found:
            seen.append(now)
    return bool(seen) and seen[-1] - seen[0] >= least


@settings(max_examples=CASES)
@given(cited(), LOOKS, WHERE)
def test_missing_twice_a_day_apart_is_gone_and_a_week_of_failing_unverifiable(
    of: tuple[Document, str, str, date], looks: list[tuple[LookOutcome, int]], where: Where
) -> None:
    checked, _, _, day = of
    start = datetime.combine(day, datetime.min.time(), UTC)
    watch, now = watched(looks, start)
    gone = trouble(looks, start, "missing", timedelta(days=1))
    unreachable = trouble(looks, start, "failing", timedelta(days=7))
    known = SourceState(
        n=1,
        source=checked.content.sources[0],
        gone_on=date.fromisoformat(watch.gone_on) if watch.gone_on else None,
        unreachable_on=date.fromisoformat(watch.unreachable_on) if watch.unreachable_on else None,
    )
    holdings = Holdings(documents=(checked,), sources={1: known})
    fresh = replace(holdings, sources={})
    for bare, freshness in zip(
        views(fresh, checked, now.date(), where),
        views(holdings, checked, now.date(), where),
        strict=True,
    ):
        fired = {
            name
            for each in freshness.reasons
            if each.rule == "source-gone"
            for name in ("gone", "unreachable")
            if name in each.evidence
        }
        expected = [name for name, so in (("gone", gone), ("unreachable", unreachable)) if so]
        assert sorted(fired) == expected
        assert freshness.checked_on == bare.checked_on
        if fired and bare.state in ("fresh", "ageing", "unknown"):
            assert freshness.state == "unverifiable"
