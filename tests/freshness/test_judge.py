"""The judge: states, notices, reasons, badges, and what rests on what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from freshness_making import (
    DEFINITION,
    DEFINITION_BODY,
    DEFINITION_SUMMARY,
    LATEST,
    LATEST_SUMMARY,
    PAST,
    document,
    seed,
    sentences,
    statement,
    volatility,
)

from assistant.errors import UnknownName
from assistant.freshness.facts import DocumentLinks
from assistant.freshness.judge import Judge
from assistant.freshness.periods import of_date
from assistant.freshness.review import OUTDATED
from assistant.freshness.series import Release
from assistant.ports import FreshnessJudge
from assistant.types import Document, Freshness, PartialDate, Source, Via

JUDGE = Judge(volatility=volatility)
FIGURE, OLDER = sentences(LATEST_SUMMARY)


def on(day: str) -> date:
    return date.fromisoformat(day)


def rules(freshness: Freshness) -> list[str]:
    return [reason.rule for reason in freshness.reasons]


def linked(**links: tuple[Document, ...]) -> Judge:
    return Judge(volatility=volatility, links=lambda _: DocumentLinks(**links))  # type: ignore[arg-type]


def test_it_is_the_port() -> None:
    port: FreshnessJudge = JUDGE
    assert port.document(document(), on("2025-12-20"))[0].state == "fresh"


@pytest.mark.parametrize(
    ("now", "state", "fired"),
    [
        ("2025-12-20", "fresh", []),
        ("2025-12-31", "fresh", []),
        ("2026-01-01", "may_be_outdated", ["period-closed"]),
        ("2026-01-29", "may_be_outdated", ["period-closed"]),
        ("2026-03-15", "may_be_outdated", ["period-closed"]),
        ("2026-11-21", "may_be_outdated", ["release-overdue", "period-closed", "age-volatility"]),
    ],
)
def test_latest_figures_by_day(now: str, state: str, fired: list[str]) -> None:
    freshness, _ = JUDGE.document(document(cadence="P1Y"), on(now))
    assert freshness.state == state
    assert rules(freshness) == fired
    assert freshness.notice == (OUTDATED if fired else None)
    assert (str(freshness.valid_as_of), str(freshness.checked_on)) == ("2024", "2025-12-19")


@pytest.mark.parametrize(
    ("now", "badge"),
    [("2026-01-29", "fresh"), ("2026-03-15", "fresh"), ("2026-11-21", "may_be_outdated")],
)
def test_a_definition_has_no_notice_and_its_figure_a_badge(now: str, badge: str) -> None:
    check = document(
        DEFINITION_SUMMARY,
        DEFINITION_BODY,
        title=DEFINITION,
        checked_on="2026-01-29",
        cadence="P1Y",
    )
    freshness, badges = JUDGE.document(check, on(now))
    assert (freshness.state, freshness.notice, freshness.reasons) == ("fresh", None, ())
    assert [b.span.of(check.text)[:12] for b in badges] == ["When it says"]
    assert badges[0].freshness.state == badge


def test_a_figure_beside_the_point_gives_an_answer_no_notice() -> None:
    check = document(
        f"{DEFINITION_SUMMARY} {DEFINITION_BODY}", title=DEFINITION, checked_on="2026-01-29"
    )
    said = [statement(words, check) for words in sentences(DEFINITION_SUMMARY)]
    said.append(statement(sentences(DEFINITION_BODY)[0], check))
    now = on("2026-11-21")
    assert JUDGE.answer(DEFINITION, said, now).state == "fresh"
    assert JUDGE.claim(DEFINITION, said[1], 1, now).state == "may_be_outdated"
    assert JUDGE.claim(DEFINITION, said[1], 1, now).reasons[0].claim == 1


def test_the_same_figure_gives_one_when_it_was_asked_for() -> None:
    check = document(DEFINITION_SUMMARY, DEFINITION_BODY, title=DEFINITION, checked_on="2026-01-29")
    said = [statement(sentences(DEFINITION_BODY)[0], check)]
    question = "How many road deaths did it record?"
    freshness = JUDGE.answer(question, said, on("2026-11-21"))
    assert (freshness.state, rules(freshness)) == ("may_be_outdated", ["age-volatility"])


def test_a_closed_past_period_never_ages() -> None:
    words = "In 2019 the Transport Office counted 3,550 road deaths."
    check = document(words, title=PAST, cadence="P1Y")
    now = on("2035-01-01")
    assert JUDGE.answer(PAST, [statement(words, check)], now).notice is None
    assert JUDGE.claim(PAST, statement(words, check), 0, now).state == "fresh"
    assert JUDGE.document(check, now)[0].state == "fresh"


def test_a_year_that_still_ran_at_the_check_does_not_settle_by_ending() -> None:
    question = "How many road deaths were reported to the Transport Office in 2025?"
    words = "By August 2025 the Transport Office had counted 2,100 road deaths."
    check = document(words, title=question, checked_on="2025-09-01")
    states = [JUDGE.document(check, on(d))[0].state for d in ("2025-09-02", "2026-09-01")]
    assert states == ["fresh", "may_be_outdated"]


def test_an_answer_takes_the_worst_of_what_it_cites() -> None:
    fresh = document(id="new", checked_on="2026-11-01", publisher="Desk")
    undated = document(id="undated", checked_on=None)
    withdrawn = document(id="gone", checked_on="2026-11-01", withdrawn="Retracted by the desk.")
    now = on("2026-11-21")
    one = statement(FIGURE, fresh)
    assert JUDGE.answer(LATEST, [one], now).state == "fresh"
    assert JUDGE.answer(LATEST, [one, statement(OLDER, undated)], now).state == "unknown"
    worst = JUDGE.answer(LATEST, [one, statement(OLDER, withdrawn), statement(OLDER, undated)], now)
    assert worst.state == "retracted"
    assert worst.notice == "This fact-check was corrected or withdrawn."
    assert rules(worst) == ["retracted-or-corrected", "unknown-date"]
    assert worst.reasons[0].evidence["note"] == "Retracted by the desk."


def test_an_answer_shows_its_oldest_check_and_needs_a_claim() -> None:
    new, old = document(id="new", checked_on="2026-01-02"), document(id="old", checked_on="2025-02")
    freshness = JUDGE.answer(LATEST, [statement(FIGURE, new, old)], on("2026-01-03"))
    assert str(freshness.checked_on) == "2025-02"
    with pytest.raises(ValueError, match="without claims"):
        JUDGE.answer(LATEST, [], on("2026-01-03"))


def test_an_undated_check_is_never_fresh_and_says_so() -> None:
    freshness, _ = JUDGE.document(document(checked_on=None), on("2026-01-29"))
    assert freshness.state == "unknown"
    assert freshness.notice == "The date of this fact-check is not known."
    assert (freshness.score, freshness.checked_on) == (0.0, None)
    assert [(r.rule, r.level, r.claim) for r in freshness.reasons] == [
        ("unknown-date", "info", None)
    ]


def test_a_future_check_counts_as_undated_until_its_day() -> None:
    check = document(checked_on="2026-05-01")
    before, _ = JUDGE.document(check, on("2026-04-30"))
    after, _ = JUDGE.document(check, on("2026-05-01"))
    assert (before.state, before.checked_on, before.score) == ("unknown", None, 0.0)
    assert "future" in before.reasons[0].text
    assert after.state == "fresh"


def test_sources_alone_are_judged_by_publication_and_period() -> None:
    def source(published: str | None) -> Document:
        return document(
            id="source", kind="source_document", checked_on=None, published_on=published
        )

    def answer(published: str | None, now: str) -> Freshness:
        return JUDGE.answer(LATEST, [statement(FIGURE, source(published))], on(now))

    assert answer("2025-05-20", "2025-06-01").state == "fresh"
    closed = answer("2025-05-20", "2026-01-29")
    assert rules(closed) == ["period-closed", "age-volatility"]
    assert closed.reasons[0].evidence["published_on"] == "2025-05-20"
    assert closed.checked_on is None
    assert answer(None, "2026-01-29").state == "fresh"
    assert answer("2027", "2026-01-29").score == 0.0


def test_a_source_beside_a_check_does_not_age_it_but_its_withdrawal_counts() -> None:
    check = document(checked_on="2026-11-01")
    old = document(id="source", kind="source_document", checked_on=None, published_on="2019")
    now = on("2026-11-21")
    assert JUDGE.answer(LATEST, [statement(FIGURE, check, old)], now).state == "fresh"
    gone = replace(old, content=replace(old.content, withdrawn="Recalled."))
    assert JUDGE.answer(LATEST, [statement(FIGURE, check, gone)], now).state == "retracted"


def test_a_pin_holds_both_ways() -> None:
    check = document(valid_until="2026-06-30", cadence="P1Y")
    held, badges = JUDGE.document(check, on("2026-06-30"))
    ended, _ = JUDGE.document(check, on("2026-07-01"))
    assert (held.state, rules(held), held.notice) == ("fresh", ["pinned"], None)
    assert held.next_review_on == on("2026-07-01")
    assert {badge.freshness.state for badge in badges} == {"fresh"}
    assert ended.state == "may_be_outdated"
    assert (ended.reasons[0].rule, ended.reasons[0].level) == ("pinned", "hard")


def test_a_pin_makes_even_a_new_check_outdated_once_it_ends() -> None:
    check = document(DEFINITION_SUMMARY, title=DEFINITION, valid_until="2026-01-01")
    assert JUDGE.document(check, on("2026-01-02"))[0].notice == OUTDATED


def test_a_pin_cannot_hide_a_retraction() -> None:
    check = document(valid_until="2027", publisher="Desk")
    correction = document(id="fix", checked_on="2026-02-01", publisher="Desk")
    judge = linked(corrected_by=(correction,))
    assert judge.document(check, on("2026-01-31"))[0].state == "fresh"
    assert judge.document(check, on("2026-01-31"))[0].next_review_on == on("2026-02-01")
    assert judge.document(check, on("2026-02-01"))[0].state == "retracted"


def test_a_withdrawal_by_the_archive_counts() -> None:
    judge = Judge(volatility=volatility, links=lambda _: DocumentLinks(withdrawn_note="Legal."))
    freshness, _ = judge.document(document(), on("2025-12-20"))
    assert (freshness.state, freshness.reasons[0].evidence["note"]) == ("retracted", "Legal.")


def test_superseded_by_a_link_names_the_document_and_removing_it_restores() -> None:
    newer = document(id="newer", title="Road deaths, again", checked_on="2026-02-01")
    now = on("2025-12-25")
    freshness, _ = linked(superseded_by=(newer,)).document(document(), now)
    assert freshness.state == "fresh"
    assert freshness.next_review_on == on("2026-01-01")
    later, _ = linked(superseded_by=(newer,)).document(document(), on("2026-02-01"))
    assert (later.state, later.reasons[0].level, later.notice) == ("superseded", "hard", OUTDATED)
    assert later.reasons[0].evidence["by_document_id"] == "newer"
    assert "Road deaths, again" in later.reasons[0].text
    assert JUDGE.document(document(), now)[0].state == "fresh"


@pytest.mark.parametrize(
    "change",
    [{"publisher": "Another Desk"}, {"kind": "source_document"}, {"id": "check"}],
)
def test_a_link_of_lesser_authority_changes_nothing(change: dict[str, Any]) -> None:
    newer = document(**{"id": "newer", "checked_on": "2025-12-20", **change})
    judge = linked(superseded_by=(newer,), corrected_by=(newer,))
    now = on("2025-12-25")
    assert judge.document(document(), now) == JUDGE.document(document(), now)


def test_a_withdrawn_successor_supersedes_nothing() -> None:
    newer = document(id="newer", checked_on="2025-12-20", withdrawn="Gone.")
    freshness, _ = linked(superseded_by=(newer,)).document(document(), on("2025-12-25"))
    assert freshness.state == "fresh"


def test_an_internal_successor_is_not_named_to_the_public() -> None:
    newer = document(id="secret", title="Secret", audience="internal", checked_on=None)
    freshness, _ = linked(superseded_by=(newer,)).document(document(), on("2025-12-25"))
    assert freshness.state == "superseded"
    assert "ecret" not in str(freshness)


def test_a_release_overdue_already_at_the_check_waits_for_the_grace() -> None:
    check = document(checked_on="2026-10-01", cadence="P1Y")
    assert JUDGE.document(check, on("2026-11-29"))[0].notice is None
    late, _ = JUDGE.document(check, on("2026-11-30"))
    assert rules(late) == ["release-overdue"]


def test_cadence_may_come_from_the_source_behind_a_marker() -> None:
    source = document(id="source", kind="source_document", checked_on=None, cadence="P1Y")
    via = Via(marker="[1]", source=Source(n=1), document=source)
    said = statement(FIGURE, document(), via=(via,))
    assert "release-overdue" in rules(JUDGE.answer(LATEST, [said], on("2026-11-21")))


def test_cadence_may_be_learned_from_the_series_and_a_newer_release_clears() -> None:
    def release(period: str, published: str) -> Release:
        dates = [PartialDate(value=v, origin="front_matter") for v in (period, published)]
        return Release(document_id=period, period=of_date(dates[0]), published_on=dates[1])

    series = [release(str(year), f"{year + 1}-05-01") for year in (2022, 2023, 2024)]
    judge = Judge(volatility=volatility, series=lambda _: series)
    overdue, _ = judge.document(document(), on("2026-05-09"))
    reason = next(r for r in overdue.reasons if r.rule == "release-overdue")
    assert (reason.evidence["cadence"], reason.evidence["learned"]) == ("P1Y", "yes")
    assert "release-overdue" not in rules(judge.document(document(), on("2026-05-08"))[0])

    series.append(release("2025", "2026-05-20"))
    assert "release-overdue" in rules(judge.document(document(), on("2026-05-19"))[0])
    assert "release-overdue" not in rules(judge.document(document(), on("2026-05-20"))[0])
    again, _ = judge.document(document(), on("2027-06-01"))
    assert [r.evidence["newest_period"] for r in again.reasons if r.rule == "release-overdue"] == [
        "2025"
    ]


def test_relative_words_without_a_date_go_stale_with_their_year() -> None:
    check = document(
        "The Transport Office changed its road count this year. A road is a public way.",
        "Its forms were reworded last month.",
        title=DEFINITION,
    )
    before, badges = JUDGE.document(check, on("2025-12-31"))
    assert (before.state, badges) == ("fresh", ())
    assert before.next_review_on == on("2026-01-01")
    after, badges = JUDGE.document(check, on("2026-01-01"))
    assert [(r.rule, r.level, r.claim) for r in after.reasons] == [("relative-words", "medium", 0)]
    assert after.reasons[0].evidence["words"] == "this year"
    assert [badge.freshness.reasons[0].evidence["words"] for badge in badges] == [
        "this year",
        "last month",
    ]


def test_a_forecast_and_a_publication_date_are_not_the_newest_period() -> None:
    check = document(
        "For 2024 the Transport Office counted 3,412 road deaths, published in May 2025; for 2030 "
        "it expects fewer road deaths."
    )
    freshness, _ = JUDGE.document(check, on("2026-01-29"))
    assert str(freshness.valid_as_of) == "2024"
    assert rules(freshness) == ["period-closed"]


def test_another_metric_does_not_count_as_newer() -> None:
    check = document(
        "The Transport Office counted 3,412 road deaths in 2024. Bicycle sales grew in 2025."
    )
    freshness, _ = JUDGE.document(check, on("2026-01-29"))
    assert str(freshness.valid_as_of) == "2024"


def test_metadata_says_which_world_the_figures_describe() -> None:
    freshness, _ = JUDGE.document(document(valid_as_of="2025-06"), on("2026-01-29"))
    assert (str(freshness.valid_as_of), freshness.reasons) == ("2025-06", ())
    ahead, _ = JUDGE.document(document(valid_as_of="2027"), on("2026-01-29"))
    assert str(ahead.valid_as_of) == "2024"


def test_a_definition_describes_no_year() -> None:
    check = document("A road death is one within a month, since 1965 [1].", title=DEFINITION)
    assert JUDGE.document(check, on("2026-01-29"))[0].valid_as_of is None


@pytest.mark.parametrize(
    ("profile", "notice_on"),
    [("sensitive", "2025-04-03"), ("balanced", "2025-05-29"), ("quiet", "2025-10-24")],
)
def test_profiles_move_the_threshold_of_age_alone(profile: str, notice_on: str) -> None:
    # 0.9 (1 - exp(-t / 365)) reaches .20, .30 and .50 after 91.7, 148.0 and 296.0 days.
    words = "The Transport Office has counted 3,412 road deaths."
    check = document(words, checked_on="2025-01-01")
    judge = Judge(volatility=volatility, profile=profile)
    day = on(notice_on)
    assert judge.document(check, day)[0].notice == OUTDATED
    before, _ = judge.document(check, date.fromordinal(day.toordinal() - 1))
    assert (before.state, before.next_review_on) == ("ageing", day)


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="sensitive"):
        Judge(volatility=volatility, profile="sensitiv")


def test_every_reason_says_what_would_clear_it() -> None:
    check = document(cadence="P1Y", valid_until="2026-01-01", body="It rose this year by 5 deaths.")
    freshness, badges = JUDGE.document(check, on("2026-11-21"))
    reasons = [*freshness.reasons, *(r for badge in badges for r in badge.freshness.reasons)]
    assert {r.rule for r in reasons} >= {"pinned", "release-overdue", "relative-words"}
    assert all(r.text.endswith(".") and r.clears_when.endswith(".") for r in reasons)
    assert all(r.evidence["document_id"] == "check" for r in reasons)


def test_a_reason_points_at_the_badge_of_its_sentence() -> None:
    check = document(
        "Roads are long. The Transport Office counted 3,412 road deaths in 2024.", title=LATEST
    )
    freshness, badges = JUDGE.document(check, on("2026-01-29"))
    (reason,) = freshness.reasons
    assert reason.claim is not None
    assert "3,412" in badges[reason.claim].span.of(check.text)


def test_a_document_without_sections_or_words_is_still_judged() -> None:
    bare = document(LATEST_SUMMARY)
    bare = replace(bare, content=replace(bare.content, sections=()))
    assert rules(JUDGE.document(bare, on("2026-01-29"))[0]) == ["period-closed"]
    empty = document(" ", checked_on=None)
    freshness, badges = JUDGE.document(empty, on("2026-01-29"))
    assert (freshness.state, badges) == ("unknown", ())


def test_without_a_summary_the_first_section_answers() -> None:
    check = document(LATEST_SUMMARY, "It grew by 9 deaths in 2025.")
    sections = tuple(replace(s, role="body") for s in check.content.sections)
    check = replace(check, content=replace(check.content, sections=sections))
    assert str(JUDGE.document(check, on("2026-01-29"))[0].valid_as_of) == "2024"


def test_reindexing_changes_no_verdict() -> None:
    check = document(cadence="P1Y")
    again = replace(check, version=7, retrieved_on=check.retrieved_on.replace(year=2030))
    for day in ("2025-12-20", "2026-01-29", "2026-11-21"):
        assert JUDGE.document(check, on(day)) == JUDGE.document(again, on(day))


# --- the two real fact-checks ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "cadence", "fired"),
    [
        ("2025-12-20", None, []),
        ("2026-01-29", None, ["period-closed"]),
        ("2026-03-15", None, ["period-closed"]),
        ("2026-11-21", "P1Y", ["release-overdue", "period-closed", "age-volatility"]),
    ],
)
def test_the_seed_with_yearly_numbers(
    shared: Path, now: str, cadence: str | None, fired: list[str]
) -> None:
    check = seed((shared / "seeds" / "000_ceabae6b50229d8c.txt").read_text("utf-8"), "000")
    check = replace(check, content=replace(check.content, cadence=cadence))
    freshness, _ = JUDGE.document(check, on(now))
    assert rules(freshness) == fired
    assert freshness.notice == (OUTDATED if fired else None)
    assert str(freshness.valid_as_of) == "2024"


@pytest.mark.parametrize(
    ("now", "badge"),
    [("2026-01-29", "fresh"), ("2026-03-15", "fresh"), ("2026-11-21", "may_be_outdated")],
)
def test_the_seed_with_a_definition(shared: Path, now: str, badge: str) -> None:
    check = seed((shared / "seeds" / "004_64cd18765adc023d.txt").read_text("utf-8"), "004")
    freshness, badges = JUDGE.document(check, on(now))
    assert (freshness.state, freshness.notice) == ("fresh", None)
    (figure,) = badges
    assert "29,568" in figure.span.of(check.text)
    assert "91 percent" in figure.span.of(check.text)
    assert figure.freshness.state == badge


def test_links_and_series_are_looked_up_once_a_document() -> None:
    asked: list[str] = []

    def links(document_id: str) -> DocumentLinks:
        asked.append(f"links {document_id}")
        return DocumentLinks()

    def series(one: Document) -> tuple[Release, ...]:
        asked.append(f"series {one.id}")
        return ()

    judge = Judge(volatility=volatility, links=links, series=series)
    judge.document(document(body=LATEST_SUMMARY), on("2026-01-29"))
    assert sorted(asked) == ["links check", "series check"]


def test_what_would_fall_past_the_calendar_never_fires() -> None:
    check = document(
        "The Transport Office counted 3,412 road deaths.",
        checked_on="9999-12-01",
        valid_as_of="9999",
        valid_until="9999-12-31",
        cadence="P1Y",
    )
    freshness, _ = JUDGE.document(check, on("9999-12-31"))
    assert (freshness.state, freshness.next_review_on) == ("fresh", None)


@pytest.mark.parametrize("words", ["recently", "this month", "this week", "this year"])
def test_relative_words_of_a_mistyped_year_are_no_error(words: str) -> None:
    check = document(f"It moved {words}.", checked_on="9999-12-31")
    assert JUDGE.document(check, on("2026-01-29"))[0].state == "unknown"
