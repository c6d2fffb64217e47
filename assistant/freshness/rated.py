"""The rule on published verdicts: of two on one claim with different ratings the newer wins."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.freshness.authority import counts_from, publishers
from assistant.freshness.facts import Case, Finding
from assistant.freshness.linked import hidden
from assistant.same_claim import rated_on, same_rating
from assistant.types import Document, PartialDate, Verdict


def superseded_by_verdict(case: Case) -> Iterator[Finding]:
    """A newer published verdict rates the same claim otherwise; of a public one, a public one."""
    for mine, newer, theirs in case.rated:
        if hidden(newer, case.document):
            continue
        dates = rated_on(case.document, mine), rated_on(newer, theirs)
        if same_rating(mine.rating, theirs.rating) or dates[0] is None or dates[1] is None:
            continue
        later = dates[1].first > dates[0].last
        behind = publishers(newer, ()), publishers(case.document, ())
        if later and case.authority.figures(*behind):
            yield _finding(case, (mine, dates[0]), newer, (theirs, dates[1]))


def _finding(
    case: Case,
    mine: tuple[Verdict, PartialDate],
    newer: Document,
    theirs: tuple[Verdict, PartialDate],
) -> Finding:
    evidence = {
        "document_id": case.document.id,
        "rating": mine[0].rating,
        "rated_on": str(mine[1]),
        "by_document_id": newer.id,
        "by_title": newer.title,
        "by_rating": theirs[0].rating,
        "by_rated_on": str(theirs[1]),
    }
    return Finding(
        rule="superseded",
        level="strong",
        state="superseded",
        since=_since(newer, theirs[1]),
        text=f"A newer verdict of {theirs[1]} rates it \u201c{theirs[0].rating}\u201d, this one "
        f"of {mine[1]} \u201c{mine[0].rating}\u201d.",
        clears_when="The answer rests on the newer verdict.",
        document_id=case.document.id,
        evidence=evidence,
    )


def _since(newer: Document, rated: PartialDate) -> date:
    return max(rated.first, counts_from(newer))
