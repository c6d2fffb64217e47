"""What a look means: schedules, states, words that count, notices, pages that are none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.freshness.watch.looks import Look, LookOutcome, after, trouble_of
from assistant.freshness.watch.notices import doi_of, notice_of, registered
from assistant.freshness.watch.schedule import LEAST, MOST, Expected, Trouble, wait
from assistant.freshness.watch.seen import Seen, missing, walled
from assistant.freshness.watch.words import digest, is_furniture, kept
from assistant.ledger.watched import Watch

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TAUS = st.floats(min_value=0, max_value=1e6)
TROUBLES = st.sampled_from(["none", "missing", "gone", "failing", "unreachable"])
RELEASES = st.none() | st.integers(-4000, 4000).map(lambda days: NOW + days * DAY)


def waited(
    tau: float, *, changes: int = 0, trouble: Trouble = "none", release: datetime | None = None
) -> timedelta:
    expected = Expected(tau_days=tau, release=release)
    return wait(expected, observed_days=100, changes=changes, trouble=trouble, url_key="u", now=NOW)


@given(tau=TAUS, changes=st.integers(0, 10_000), trouble=TROUBLES, release=RELEASES)
def test_a_wait_has_its_bounds_and_is_the_same_each_time(
    tau: float, changes: int, trouble: Trouble, release: datetime | None
) -> None:
    one = waited(tau, changes=changes, trouble=trouble, release=release)
    assert LEAST <= one <= MOST
    assert one == waited(tau, changes=changes, trouble=trouble, release=release)


@given(tau=TAUS, changes=st.integers(0, 1000), more=st.integers(1, 1000))
def test_what_changed_more_often_is_looked_at_sooner(tau: float, changes: int, more: int) -> None:
    assert waited(tau, changes=changes + more) <= waited(tau, changes=changes)


@given(tau=TAUS, more=TAUS)
def test_what_changes_sooner_is_looked_at_sooner(tau: float, more: float) -> None:
    assert waited(tau) <= waited(tau + more)


@given(tau=TAUS, days=st.integers(1, 60))
def test_a_release_is_not_missed(tau: float, days: int) -> None:
    assert waited(tau, release=NOW + days * DAY) <= days * DAY
    assert waited(tau, release=NOW - days * DAY) <= DAY


def test_a_second_look_comes_a_day_later() -> None:
    assert waited(1e6, trouble="missing") == DAY
    assert waited(1e6, trouble="failing") <= timedelta(hours=12)


@pytest.mark.parametrize(("known", "most"), [(0, 1), (0.5, 1), (1, 1), (2, 2), (8, 8), (500, 30)])
def test_a_new_page_is_looked_at_whenever_the_time_it_is_known_for_has_doubled(
    known: float, most: float
) -> None:
    usual = wait(
        Expected(tau_days=1e6),
        observed_days=known,
        changes=0,
        trouble="none",
        url_key="u",
        now=NOW,
    )
    assert 0.9 * most * DAY <= usual <= most * DAY


FOUND = st.sampled_from(
    ["first", "unchanged", "cosmetic", "changed", "missing", "failing", "refused", "postponed"]
)


@given(looks=st.lists(st.tuples(st.integers(0, 12 * 24), FOUND), max_size=30))
def test_gone_and_unreachable_by_their_definitions(looks: list[tuple[int, LookOutcome]]) -> None:
    """Gone: missing twice a day apart, never there in between. Unreachable: failing for a week."""
    watch, now = Watch(url_key="u", url="u"), NOW
    missed: list[datetime] = []
    failed: list[datetime] = []
    for hours, found in looks:
        now += timedelta(hours=hours)
        watch = after(watch, Look(found=found, problem="x"), Expected(tau_days=30), now)
        if found in ("first", "unchanged", "cosmetic", "changed"):
            missed, failed = [], []
        missed += [now] if found == "missing" else []
        failed += [now] if found == "failing" else []
        assert bool(watch.gone_on) == (bool(missed) and missed[-1] - missed[0] >= DAY)
        assert bool(watch.unreachable_on) == (bool(failed) and failed[-1] - failed[0] >= 7 * DAY)
        assert (trouble_of(watch) == "none") == (not missed and not failed)
        assert watch.next_at is not None
        assert LEAST <= datetime.fromisoformat(watch.next_at) - now + timedelta(hours=5) <= 2 * MOST


def test_a_host_that_asks_for_time_gets_it_and_nothing_else_changes() -> None:
    watch = Watch(url_key="u", url="u", looks=3, looked_at="2026-02-01T00:00:00+00:00")
    later = NOW + timedelta(hours=9)
    known = after(watch, Look(found="postponed", not_before=later), Expected(tau_days=30), NOW)
    assert known == Watch(
        url_key="u",
        url="u",
        looks=3,
        looked_at="2026-02-01T00:00:00+00:00",
        next_at="2026-03-01T09:00:00+00:00",
    )


# --- words ----------------------------------------------------------------------------------------

TEXT = "The office counted 1,204 boats.\n\nIt said \u201cnever again\u201d \u2013 twice."
FURNITURE = (
    *("Last updated: 12 May 2024, 10:31", "Updated 5 minutes ago", "Page last reviewed on 3 June"),
    *("1,733 page views", "4 min read", "Reading time: 4 min", "Advertisement", "Share this"),
    *("We use cookies to improve this site. Accept?", "\u00a9 2026 Coast Office", "10:31 GMT"),
)
WORDS = ("2,024 boats", "May 2024", "Updated 2024 figures: 5,000", "2023", "Cookies: 12 were eaten")


@pytest.mark.parametrize("line", FURNITURE)
def test_what_is_about_the_page_does_not_count(line: str) -> None:
    assert is_furniture(line)
    assert digest(f"{TEXT}\n{line}") == digest(TEXT)
    assert line not in kept(f"{TEXT}\n{line}")


COUNTERS = ("1,733 views", "Views: 1.2k", "12 comments", "8 min", "12,400 shares", "Shares 45.3")


@pytest.mark.parametrize("line", COUNTERS)
def test_a_counter_counts_unless_it_stands_among_furniture(line: str) -> None:
    among = f"{TEXT}\nLast updated: 12 May 2024\n\n{line}\n\nShare this"
    assert digest(among) == digest(TEXT)
    assert line not in kept(among)
    assert line not in kept(f"{TEXT}\n\n\n\n{line}\n\n\n\n{TEXT}")
    for data in (f"{TEXT}\n{line}", f"{TEXT}\n{line}\nShare this", f"{line}\n{line}\n{line}"):
        assert line in kept(data)
    for entry in (f"- {line}", f"| {line} |", f"{line}\n400 shares", f"Wells | 12\n{line}"):
        assert entry in kept(among.replace(line, entry))


@pytest.mark.parametrize("line", WORDS)
def test_what_a_page_says_counts(line: str) -> None:
    assert digest(f"{TEXT}\n{line}") != digest(TEXT)


@pytest.mark.parametrize(
    "same",
    [
        'The office  counted 1,204\u00a0boats.\nIt said "never again" - twice.',
        TEXT.upper(),
        TEXT.replace("boats", "bo\u00adats"),
    ],
)
def test_how_it_says_it_does_not_count(same: str) -> None:
    assert digest(same) == digest(TEXT)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_every_number_counts(one: int, other: int) -> None:
    texts = [f"The office counted {n} boats in its report." for n in (one, other)]
    assert (digest(texts[0]) == digest(texts[1])) == (one == other)


# --- pages that are none, and notices -------------------------------------------------------------


def seen(title: str = "A report", **fields: object) -> Seen:
    values = {"asked": "https://x.example/a/b", "url": "https://x.example/a/b", "text": "Words."}
    return Seen(title=title, **{**values, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "page",
    [
        *(seen("404 Not Found"), seen("Page not found | Coast Office"), seen("Sorry, not found")),
        seen("Seite nicht gefunden"),
        seen("This page no longer exists"),
        *(seen("Sign in to continue"), seen(asks_password=True)),
        seen(url="https://x.example/login?next=%2Fa"),
        *(seen(url="https://x.example/"), seen(url="https://x.example/en/index.html")),
    ],
)
def test_a_page_that_is_none(page: Seen) -> None:
    assert missing(page)


@pytest.mark.parametrize(
    "page",
    [
        *(seen(), seen("Why pages are not found"), seen("404 boats were rescued in 2025")),
        seen("Page not found", text="A long article about missing pages. " * 100),
        seen("Signs of recovery"),
        seen(asked="https://x.example/", url="https://x.example/en/"),
        seen(asked="https://x.example/login", url="https://x.example/login"),
    ],
)
def test_a_page_that_is_one(page: Seen) -> None:
    assert missing(page) is None
    assert walled(page) is None


def test_a_wall_says_nothing_of_the_source() -> None:
    assert walled(seen("Just a moment..."))


@pytest.mark.parametrize(
    ("title", "corrects"),
    [
        *(("RETRACTED: Boats and storms", False), ("[Withdrawn] Guidance on boats", False)),
        *(("Retraction notice", False), ("This guidance was withdrawn on 1 March 2026", False)),
        *(("Correction: Boats and storms", True), ("Expression of concern: Boats", True)),
    ],
)
def test_a_notice_of_its_own(title: str, corrects: bool) -> None:
    for page in (seen(title), seen(heading=title)):
        notice = notice_of(page)
        assert notice is not None
        assert notice.corrects == corrects


BANNER = "This report has been withdrawn. Its figures should not be used."


def test_a_notice_above_the_text() -> None:
    notice = notice_of(seen(heading="Boats", text=f"Boats\n\n{BANNER}\n\nIt counted 4 boats."))
    assert notice is not None
    assert not notice.corrects


@pytest.mark.parametrize(
    "text",
    [
        f"One.\n\nTwo.\n\nThree.\n\n{BANNER}",
        "This report is corrected for inflation.",
        "In 2011 this report was withdrawn from another shelf.",
        "These reports were withdrawn.",
    ],
)
def test_no_notice_above_the_text(text: str) -> None:
    assert notice_of(seen(heading="Boats", text=text)) is None


@pytest.mark.parametrize(
    "title",
    [
        *("Corrections", "Retracted papers in 2025: a study", "A withdrawn proposal returns"),
        *("Correctional facilities: a report", "Troops withdrawn from the coast"),
        *("Withdrawal", "Withdrawal - Drug facts", "Retraction", "Correction", "Withdrawal:"),
    ],
)
def test_no_notice_of_its_own(title: str) -> None:
    text = "A study was retracted. Correction: none."
    assert notice_of(seen(title, heading=title, text=text)) is None
    assert notice_of(seen(headings=("A report", title, "Withdrawn: a section"), text=text)) is None


def work(*updates: Mapping[str, object]) -> bytes:
    return json.dumps({"status": "ok", "message": {"updated-by": list(updates)}}).encode()


def test_what_the_registry_of_a_doi_says() -> None:
    updated = {"date-parts": [[2025, 4, 2]]}
    erratum = {"type": "erratum", "DOI": "10.1000/e", "updated": updated}
    retraction = {"type": "retraction", "DOI": "10.1000/r", "updated": updated}
    notice = registered(work(erratum, retraction))
    assert notice is not None
    assert (notice.corrects, str(notice.on)) == (False, "2025-04-02")
    corrected = registered(work(erratum))
    assert corrected is not None
    assert corrected.corrects
    for nothing in (work(), work({"type": "new_version"}), b"{}", b"[", b"[1]"):
        assert registered(nothing) is None


def test_where_a_doi_stands() -> None:
    assert doi_of("https://doi.org/10.1000/xyz") == "10.1000/xyz"
    assert doi_of("https://x.example/", seen(meta={"citation_doi": "doi:10.1000/A.b"})) == (
        "10.1000/a.b"
    )
    assert doi_of("https://x.example/10.1000/xyz") is None
