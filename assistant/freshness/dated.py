"""The rules that rest on dates: age, periods, releases, relative words, unknown dates and pins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.freshness.asking import claims_newest, relative_words
from assistant.freshness.facts import Case, Evidenced, Finding
from assistant.freshness.periods import Period, newest
from assistant.freshness.review import day_after, days_until
from assistant.types import PartialDate


def age_volatility(case: Case) -> Iterator[Finding]:
    """p_mutable x (1 - exp(-age / tau)) reaches the profile's threshold."""
    volatility, dated = case.volatility, case.dated
    if volatility is None or dated is None:
        return
    days = days_until(volatility, case.threshold)
    since = None if days is None else day_after(dated.last, days)
    if since is None:
        return
    yield Finding(
        rule="age-volatility",
        level="soft",
        state="may_be_outdated",
        since=since,
        text=f"It {_dated(case)}, and answers of this kind change so often that since {since} "
        "it may no longer hold.",
        clears_when="A person checks it again.",
        claim=case.index,
        document_id=case.document.id,
        evidence={
            **_basis(case),
            "p_mutable": f"{volatility.p_mutable:.3f}",
            "tau_days": f"{volatility.tau_days:.0f}",
            "threshold": f"{case.threshold:.2f}",
            "since": since.isoformat(),
        },
    )


def period_closed(case: Case) -> Iterator[Finding]:
    """The newest period ended before last calendar year, and the check is of an earlier year."""
    dated, evidenced = case.dated, case.evidenced
    if dated is None or evidenced is None or not _speaks_of_newest(case):
        return
    period = evidenced.period
    year = max(period.last.year + 2, dated.last.year + 1)
    if year > date.max.year:
        return
    yield Finding(
        rule="period-closed",
        level="medium",
        state="may_be_outdated",
        since=date(year, 1, 1),
        text=f"It {_dated(case)}, its newest period is {period.name}, and {year - 1} has ended "
        "since then.",
        clears_when=f"A new check gives a period that ends after {period.last}, or confirms that "
        f"{period.name} is still the newest.",
        claim=_claim(case, evidenced),
        document_id=case.document.id,
        evidence={**_basis(case), **_period(period)},
    )


def _speaks_of_newest(case: Case) -> bool:
    question = case.question
    if question.settled:
        return False
    if case.rests and (question.wants_newest or (case.asked_figure and claims_newest(case.text))):
        return True
    return case.own and (
        claims_newest(case.text) or (case.carries_figure and question.wants_newest)
    )


def release_overdue(case: Case) -> Iterator[Finding]:
    """A newer release was due and none is in evidence.

    A check is itself evidence that nothing newer was out that day, so a release that was overdue
    already gets the grace once more, from the check on.
    """
    cadence, evidenced = case.cadence, case.evidenced
    if cadence is None or evidenced is None or not _reports_series(case):
        return
    period = newest((evidenced.period, *(release.period for release in case.releases)))
    due = None if period is None else cadence.overdue_from(period)
    if period is None or due is None:
        return
    checked = None if case.dated is None else day_after(case.dated.last, cadence.grace_days)
    yield Finding(
        rule="release-overdue",
        level="strong",
        state="may_be_outdated",
        since=max(due, checked or date.min),
        text=f"Its newest period is {period.name}; figures like this come out every "
        f"{cadence.spoken}, and the next ones were due before {due}.",
        clears_when="A newer release is checked, or a new check confirms that there is none.",
        claim=_claim(case, evidenced),
        document_id=case.document.id,
        evidence={
            **_basis(case),
            **_period(period),
            "cadence": cadence.name,
            "usual_lag_days": str(cadence.lag_days),
            "grace_days": str(cadence.grace_days),
            "learned": "yes" if cadence.learned else "no",
        },
    )


def _reports_series(case: Case) -> bool:
    question = case.question
    if question.settled:
        return False
    asked = case.rests and (question.wants_newest or case.asked_figure)
    return asked or (case.own and case.carries_figure)


def relative_wording(case: Case) -> Iterator[Finding]:
    """ "This year", "recently", without a date in the sentence, and that time is over."""
    dated = case.dated
    if dated is None or not (case.own or not case.beside_the_point):
        return
    for words in relative_words(case.text, dated.last):
        since = day_after(words.right_until, 1)
        if since is None:
            continue
        said = words.span.of(case.text)
        yield Finding(
            rule="relative-words",
            level="medium",
            state="may_be_outdated",
            since=since,
            text=f"It says \u201c{said}\u201d, which was true to the date it {_dated(case)} and "
            f"stopped being so after {words.right_until}.",
            clears_when="A new check says it with a date.",
            claim=case.index,
            document_id=case.document.id,
            evidence={
                **_basis(case),
                "words": said,
                "right_until": words.right_until.isoformat(),
            },
        )


def unknown_date(case: Case) -> Iterator[Finding]:
    """A fact-check without a checked_on, or with one that still lies ahead."""
    checked = case.document.content.checked_on
    if case.document.kind != "fact_check":
        return
    yield Finding(
        rule="unknown-date",
        level="info",
        state="unknown",
        since=date.min,
        until=None if checked is None else checked.first,
        text="No date says when a person last checked this."
        if checked is None
        else f"Its date of checking, {checked}, lies in the future.",
        clears_when="Its date of checking is given.",
        document_id=case.document.id,
        evidence={"document_id": case.document.id},
    )


def pinned(case: Case) -> Iterator[Finding]:
    """An editor's valid_until: until its last day nothing but a retraction fires, then it does."""
    until = case.document.content.valid_until
    ends = None if until is None else day_after(until.last, 1)
    if until is None or ends is None:
        return
    evidence = {"document_id": case.document.id, "valid_until": str(until)}
    yield Finding(
        rule="pinned",
        level="hard",
        state="fresh",
        since=date.min,
        until=ends,
        text=f"An editor declared this valid until {until}.",
        clears_when="The editor's date passes or is taken back.",
        document_id=case.document.id,
        evidence=evidence,
    )
    yield Finding(
        rule="pinned",
        level="hard",
        state="may_be_outdated",
        since=ends,
        text=f"An editor declared this valid until {until}, and that day has passed.",
        clears_when="An editor sets a later date or checks it again.",
        document_id=case.document.id,
        evidence=evidence,
    )


def _claim(case: Case, evidenced: Evidenced) -> int | None:
    """The claim that gives the period; for a badge, its own."""
    return case.index if case.own or evidenced.claim is None else evidenced.claim


def _dated(case: Case) -> str:
    verb = "was checked" if case.document.kind == "fact_check" else "was published"
    return f"{verb} on {case.dated}" if _exact(case.dated) else f"{verb} in {case.dated}"


def _exact(value: PartialDate | None) -> bool:
    return value is not None and value.first == value.last


def _basis(case: Case) -> dict[str, str]:
    name = "checked_on" if case.document.kind == "fact_check" else "published_on"
    dated = {} if case.dated is None else {name: str(case.dated)}
    return {"document_id": case.document.id, **dated}


def _period(period: Period) -> dict[str, str]:
    return {"newest_period": period.name, "period_ended": period.last.isoformat()}
