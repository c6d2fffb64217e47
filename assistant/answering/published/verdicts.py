"""Published verdicts that belong to an answer, word for word: never rephrased, never averaged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.units import coverage, profile, term_weights
from assistant.same_claim import rated_on, same_claim, same_rating
from assistant.types import Document, Verdict

_MATCHES = 0.5
"""The share of the question that the rated claim, with its document's title, has to cover."""


Rated = tuple[Document, Verdict]


def verdicts(question: str, documents: Iterable[Document], today: date) -> tuple[Rated, ...]:
    """Verdicts of the documents that an answer rests on, where they rate what was asked.

    Of two on one claim the newer comes first.
    """
    weights = term_weights(analyse(question).topic)
    found = [
        (document, verdict)
        for document in {d.id: d for d in documents}.values()
        for verdict in document.content.verdicts
        if coverage(weights, profile(f"{document.title} {verdict.claim}").stems) >= _MATCHES
    ]
    return tuple(
        each
        for place, (_, verdict) in enumerate(found)
        if not any(same_claim(verdict.claim, earlier.claim) for _, earlier in found[:place])
        for each in newest_first([r for r in found if same_claim(verdict.claim, r[1].claim)], today)
    )


def newest_first(rated: Iterable[Rated], today: date) -> list[Rated]:
    """By the day of each verdict, unknown and future ones last; otherwise as they were."""
    return sorted(rated, key=lambda each: last_day(each, today), reverse=True)


def last_day(rated: Rated, today: date) -> date:
    """The last day that a verdict's date can mean; long ago where it isn't known, or to come."""
    dated = rated_on(*rated)
    return dated.last if dated is not None and dated.first <= today else date.min


def disagree(one: Rated, other: Rated) -> bool:
    """Two documents rate one claim, and not alike."""
    return (
        one[0].id != other[0].id
        and same_claim(one[1].claim, other[1].claim)
        and not same_rating(one[1].rating, other[1].rating)
    )
