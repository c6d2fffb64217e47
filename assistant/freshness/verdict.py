"""One verdict over many cases: what fires now, the worst state, the score, and the next review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from assistant.freshness import review
from assistant.freshness.clocks import age_in_days, known
from assistant.freshness.facts import Case, Evidenced, Finding
from assistant.freshness.rules import OF_ITS_TIME, RULES
from assistant.types import Badge, Freshness, PartialDate, Span, State


def badged(
    cases: dict[Span, Case], evidenced: Evidenced | None, now: date
) -> tuple[Freshness, tuple[Badge, ...]]:
    """`cases` by place in the text, each judged by its own words, with its place as its index."""
    kept = {span: case for span, case in cases.items() if _earns_badge(case, now)}
    numbers = {case.index: number for number, case in enumerate(kept.values())}
    badges = tuple(
        Badge(
            span=span,
            freshness=verdict([replace(case, index=number)], case.evidenced, now),
        )
        for number, (span, case) in enumerate(kept.items())
    )
    if evidenced is not None:
        evidenced = replace(evidenced, claim=numbers.get(evidenced.claim))
    summary = [
        replace(case, own=False, index=numbers.get(case.index), evidenced=evidenced)
        for case in cases.values()
        if case.rests
    ]
    return verdict(summary, evidenced, now), badges


def _earns_badge(case: Case, now: date) -> bool:
    found = _findings(case, "sentence", "source")
    return case.carries_figure or any(finding.fires(now) for finding in found)


def _findings(case: Case, *about: str) -> Iterator[Finding]:
    for entry in RULES:
        settled = case.overtaken and entry.find in OF_ITS_TIME
        if entry.about in about and not settled:
            yield from entry.find(case)


def verdict(cases: Sequence[Case], evidenced: Evidenced | None, now: date) -> Freshness:
    """Everything that the rules find about the cases, as of `now`. `cases` is not empty."""
    findings: list[Finding] = []
    scores: list[float] = []
    states: list[State] = []
    for mine in _by_document(cases):
        found = list(_findings(mine[0], "document"))
        dating = [case for case in mine if case.dates]
        found += [finding for case in mine for finding in _findings(case, "source")]
        found += [finding for case in dating for finding in _findings(case, "sentence")]
        found = review.held(found)
        aged = max((_score(case, now) for case in dating), default=0.0)
        if aged >= review.AGEING and not review.holds(found, now):
            states.append("ageing")
        scores.append(aged)
        findings += found
    firing = [finding for finding in findings if finding.fires(now)]
    state = review.worst([*states, *(finding.state for finding in firing)])
    return Freshness(
        state=state,
        score=max(scores),
        notice=review.NOTICES[state],
        reasons=review.reasons(firing),
        valid_as_of=_valid_as_of(cases, evidenced, now),
        checked_on=_checked_on(cases, now),
        next_review_on=review.next_review(findings, now),
    )


def _by_document(cases: Sequence[Case]) -> Iterable[list[Case]]:
    grouped: dict[str, list[Case]] = {}
    for case in cases:
        grouped.setdefault(case.document.id, []).append(case)
    return grouped.values()


def _score(case: Case, now: date) -> float:
    volatility = None if case.overtaken else case.volatility
    if volatility is None or known(case.dated, now) is None:
        return 0.0
    return review.score(volatility, age_in_days(case.dated, now))


def _valid_as_of(
    cases: Sequence[Case], evidenced: Evidenced | None, now: date
) -> PartialDate | None:
    """The world that the answer describes; a definition describes none unless metadata says so."""
    if evidenced is None or (cases[0].question.definition and evidenced.given is None):
        return None
    return known(evidenced.valid_as_of, now)


def _checked_on(cases: Sequence[Case], now: date) -> PartialDate | None:
    """The oldest check among the documents, by the last day that it can mean."""
    checks = [known(case.document.content.checked_on, now) for case in cases]
    return min((c for c in checks if c is not None), key=lambda c: c.last, default=None)
