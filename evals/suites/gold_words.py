"""What went wrong in a gold case, in words: for the lists of a report and its worst cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.reports.report import Worst
from evals.reports.text import markdown
from evals.suites.gold_metrics import Case, FalseNotice, HitRate, NoticeRecall

WORST = 20
"""So many of the worst cases are told in full."""
FAULTS = (
    "a quote is not the stored words",
    "asking failed",
    "answered what the archive does not hold",
    "abstained although the archive holds the answer",
    "answered, but not what was asked",
    "no notice where one is due",
    "a notice where none is due",
)
"""In the order in which they matter."""


def what_went_wrong(case: Case) -> list[str]:
    """The promises that this reply breaks, in the order in which they matter."""
    hit, due, false = HitRate()(case), NoticeRecall()(case), FalseNotice()(case)
    declined = case.question.answerable and case.abstention is not None
    found = (
        not all(shown.exact for shown in case.shown),
        case.error is not None,
        not case.question.answerable and case.answer is not None,
        declined,
        not declined and hit is not None and not hit.hits,
        due is not None and not due.hits,
        false is not None and bool(false.hits),
    )
    return [fault for fault, broken in zip(FAULTS, found, strict=True) if broken]


def worst(cases: Sequence[Case]) -> Iterator[Worst]:
    """The wrong cases, gravest fault first, then the surest of itself; at most WORST of them."""
    wrong = [(faults, case) for case in cases if (faults := what_went_wrong(case))]
    wrong.sort(key=lambda pair: (FAULTS.index(pair[0][0]), -_strayed(pair[1]), pair[1].question.id))
    for faults, case in wrong[:WORST]:
        yield Worst(
            case=case.question.id,
            asked=_asked(case),
            came=_said(case),
            wanted=_wanted(case),
            why="; ".join(faults),
        )


def _strayed(case: Case) -> float:
    """How far the confidence was from what it should have been."""
    return abs(float(case.question.answerable) - case.reply["confidence"]) if case.reply else 1.0


def _asked(case: Case) -> str:
    before = " / ".join(text for role, text in case.question.history if role == "user")
    return f"{before} / {case.question.text}" if before else case.question.text


def _wanted(case: Case) -> str:
    question = case.question
    if not question.answerable:
        return "an abstention"
    warned = {True: ", with a notice", False: ", without a notice", None: ""}[question.notice]
    return f"{question.quotes[0].quote} ({question.quotes[0].document_id}){warned}"


def findings(cases: Sequence[Case]) -> Iterator[str]:
    by_fault: dict[str, list[Case]] = {}
    for case in cases:
        for fault in what_went_wrong(case):
            by_fault.setdefault(fault, []).append(case)
    for fault in sorted(by_fault, key=lambda name: (-len(by_fault[name]), name)):
        yield f"### {fault.capitalize()} ({len(by_fault[fault])})"
        yield ""
        for case in by_fault[fault]:
            yield f"- `{case.question.id}` ({case.question.slice}) {markdown(case.question.text)}"
            yield f"  - {markdown(_said(case))}"
        yield ""


def _said(case: Case) -> str:
    if case.answer:
        claims = " ".join(claim["text"] for claim in case.answer["claims"])
        return f"answered ({case.answer['confidence']:.2f}): {claims}"
    if case.abstention:
        nearest = case.abstention["nearest"]
        near = f"; nearest: {nearest[0]['quote']}" if nearest else ""
        return f"abstained, {case.abstention['reason']} ({case.abstention['confidence']:.2f}){near}"
    return f"failed: {case.error}"
