"""The rules on events, verdicts, links and retracted sources, by example."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import generated
import pytest
from freshness_making import document, statement, volatility

from assistant.freshness.authority import Authority
from assistant.freshness.events import announced
from assistant.freshness.facts import DocumentLinks, RatedAlso, SourceState
from assistant.freshness.judge import Judge
from assistant.freshness.wording import change
from assistant.types import Document, Freshness, Source, Verdict

DAY = date(2026, 11, 22)


def on(judge: Judge, check: Document, day: str) -> Freshness:
    return judge.document(check, date.fromisoformat(day))[0]


def rules(freshness: Freshness) -> list[str]:
    return [reason.rule for reason in freshness.reasons]


@pytest.mark.parametrize(
    ("text", "ended"),
    [
        ("Parliament will vote on 3 November 2026.", "2026-11-03"),
        ("The vote is scheduled for 3 November 2026.", "2026-11-03"),
        ("The rule takes effect on January 1, 2026.", "2026-01-01"),
        ("The upcoming census of May 2026 asks for it.", "2026-05-31"),
        ("The report is due on 4 June 2026.", "2026-06-04"),
        ("On 3 November 2026, voters will decide.", "2026-11-03"),
        ("The House voted on 3 March 2025 and the Senate will vote on 4 June 2026.", "2026-06-04"),
    ],
)
def test_an_event_that_is_announced(text: str, ended: str) -> None:
    assert [event.last.isoformat() for event in announced(text)] == [ended]


@pytest.mark.parametrize(
    "text",
    [
        "Parliament voted on 3 November 2026.",
        "The vote was scheduled for 3 November 2026.",
        "The rule took effect on January 1, 2026.",
        "It would vote on 3 November 2026.",
        "In May 2025 the agency said that it will publish more.",
        "The minister said on 3 May 2026: \u201cwe will vote on 4 June 2026\u201d.",
        "Of its own free will it gave 3,412 in 2024.",
        "The will of the people was heard in 2024.",
        "The count rose in 2024; it will rise again.",
    ],
)
def test_a_report_of_what_happened_announces_nothing(text: str) -> None:
    assert announced(text) == ()


def test_an_event_has_passed_from_the_day_after_its_last() -> None:
    check = document(
        "Parliament will vote on the road law in June 2026.",
        title="What happens to the road law?",
        checked_on="2026-01-10",
    )
    judge = Judge(volatility=volatility)
    assert "event-passed" not in rules(on(judge, check, "2026-06-30"))
    passed = on(judge, check, "2026-07-01")
    assert (passed.reasons[0].rule, passed.reasons[0].level) == ("event-passed", "strong")
    assert passed.state == "may_be_outdated"
    assert passed.reasons[0].evidence["ended"] == "2026-06-30"
    assert on(judge, check, "2026-12-01").reasons[0].rule == "event-passed"  # until it is checked


def test_a_newer_verdict_wins_and_the_older_is_disclosed_with_both_dates() -> None:
    claim = "Roads are safer."
    mine, theirs = Verdict(claim=claim, rating="True"), Verdict(claim=claim, rating="False")
    check = document(
        "They are.", title="Are roads safer?", checked_on="2025-01-01", verdicts=(mine,)
    )
    newer = document("No.", id="newer", checked_on="2025-06-01", verdicts=(theirs,))

    def judge(rated: list[RatedAlso], **tiers: int) -> Judge:
        return Judge(volatility=volatility, verdicts=lambda _: rated, authority=tiers)

    found = on(judge([(mine, newer, theirs)]), check, "2025-06-01")
    (reason,) = found.reasons
    assert (found.state, reason.level) == ("superseded", "strong")
    assert "2025-06-01" in reason.text
    assert "2025-01-01" in reason.text
    assert on(judge([(mine, newer, theirs)]), check, "2025-05-31").state == "fresh"
    assert on(judge([(mine, newer, mine)]), check, "2025-06-01").state == "fresh"
    assert on(judge([(theirs, check, mine)]), newer, "2025-06-01").state == "fresh"


def test_a_link_needs_authority_and_an_editors_act_none() -> None:
    check = document("Roads.", title="Roads?", publisher="Desk", checked_on="2025-01-01")
    newer = document("Roads!", id="newer", publisher="Bureau", checked_on="2025-02-01")

    def judge(tiers: dict[str, int], editor: str | None = None) -> Judge:
        links = DocumentLinks(
            superseded_by=(newer,),
            set_by={("supersedes", "newer"): editor} if editor else {},
        )
        return Judge(volatility=volatility, links=lambda _: links, authority=tiers)

    day = "2025-02-01"
    assert on(judge({}), check, day).state == "fresh"
    assert on(judge({"bureau": 1}), check, day).state == "fresh"
    assert on(judge({"bureau": 2, "desk": 1}), check, day).state == "fresh"
    assert on(judge({"BUREAU": 1, "desk": 1}), check, day).state == "superseded"
    by_editor = on(judge({}, "Kim"), check, day)
    assert (by_editor.state, by_editor.reasons[0].level) == ("superseded", "hard")
    assert by_editor.reasons[0].evidence["linked_by"] == "an editor"
    assert "Kim" not in str(by_editor)  # readers see every reason


def test_a_figure_is_replaced_by_its_publisher_or_by_one_as_high() -> None:
    tiers = Authority({"Bureau": 1, "Office": 2})
    assert tiers.figures(["Office"], ["Desk", "Office"])
    assert tiers.figures(["Bureau"], ["Office"])
    assert not tiers.figures(["Office"], ["Bureau"])
    assert not tiers.figures(["A blog"], ["Office"])
    assert not tiers.figures(["A blog"], ["Another"])
    assert not tiers.figures([None], ["Another"])
    assert tiers.figures(["RSO"], ["Road Safety Office"])
    assert not tiers.figures(["Road Safety Order"], ["Road Safety Office"])
    assert Authority().figures([None], [None])


def test_a_retracted_source_counts_where_its_marker_stands() -> None:
    check = document(
        "Roads are wide [1]. Cars are fast [2]. A third study was retracted [3].",
        title="Are roads wide?",
        checked_on="2025-01-01",
    )
    states = {
        n: SourceState(n=n, source=Source(n=n), retracted_on=date(2025, 3, 1)) for n in (1, 3)
    }
    judge = Judge(volatility=volatility, sources=lambda _: states)
    assert on(judge, check, "2025-02-28").state == "fresh"
    found, badges = judge.document(check, date(2025, 3, 1))
    assert found.state == "retracted"
    assert [badge.span.of(check.text)[:5] for badge in badges] == ["Roads"]
    wide, fast = (statement(w, check) for w in ("Roads are wide [1].", "Cars are fast [2]."))
    question = "Are roads wide?"
    assert judge.answer(question, [fast], date(2025, 3, 1)).state == "fresh"
    assert judge.answer(question, [fast, wide], date(2025, 3, 1)).state == "retracted"


def test_a_source_that_is_cited_itself_counts_too() -> None:
    source = document("Roads are wide.", kind="source_document", checked_on=None)
    gone = SourceState(n=0, source=Source(n=0), gone_on=date(2026, 1, 1))
    judge = Judge(volatility=volatility, sources=lambda _: {0: gone})
    found = judge.answer("Are roads wide?", [statement("Roads are wide.", source)], DAY)
    assert (found.state, rules(found)) == ("unverifiable", ["source-gone"])


def test_words_without_a_number_are_looked_for_as_words() -> None:
    quote = "The office counts a report once, on the day on which it arrives."
    then, sentence = f"Intro. {quote} Outro.", "Reports are counted once [1]."
    reworded = "Intro. A report is counted once by the office, on the day it arrives."
    denied = "Intro. The office no longer counts a report once on the day on which it arrives."
    assert change(then, reworded, sentence, quote) is None
    assert change(then, denied, sentence, quote) is not None
    assert change(then, "Something else entirely.", sentence, quote) is not None
    assert change(then, "Something else entirely.", sentence, None) is None


def test_a_number_in_other_spelling_still_stands() -> None:
    then = "In 2024 the rate was 4.2 percent and 36.2 million people worked."
    now = "36,200,000 people worked in 2024. The rate: 4.2%."
    assert (
        change(then, now, "The rate was 4.2 percent, with 36.2 million people [1].", None) is None
    )
    assert change(then, now.replace("4.2%", "4.2 points"), "The rate was 4.2 percent [1].", None)


@pytest.mark.parametrize(("year", "value"), [(2025, 555), (2024, 418)])
def test_an_internal_figure_says_nothing_of_a_public_check(year: int, value: int) -> None:
    series = generated.Series(office="Health Agency", metric="measles cases", place="Ohio")
    check = generated.check(series, 2024, 412, date(2025, 3, 1))
    newer = generated.source("newer", series, year, value, date(2026, 3, 1))
    secret = replace(newer, audience="internal")
    held = generated.Holdings(documents=(check, newer))
    assert generated.rules(generated.views(held, check, DAY)[0]) >= {
        "superseded" if year == 2025 else "restated"
    }
    alone = generated.views(generated.Holdings(documents=(check,)), check, DAY)
    hiding = generated.Holdings(documents=(check, secret))
    assert generated.views(hiding, check, DAY) == alone
    inside = replace(check, audience="internal")
    assert generated.views(hiding, inside, DAY) == generated.views(held, inside, DAY)


def test_an_internal_verdict_says_nothing_of_a_public_check() -> None:
    def rated(name: str, day: str, rating: str) -> Document:
        verdicts = (Verdict(claim="There are 900 wells in Ohio.", rating=rating),)
        return document("Wells are deep.", id=name, checked_on=day, verdicts=verdicts)

    check, newer = rated("check", "2025-01-01", "True"), rated("newer", "2026-01-01", "False")
    held = generated.Holdings(rated=(newer,))
    assert "superseded" in generated.rules(generated.views(held, check, DAY)[0])
    hiding = generated.Holdings(rated=(replace(newer, audience="internal"),))
    alone = generated.views(generated.Holdings(), check, DAY)
    assert generated.views(hiding, check, DAY) == alone
