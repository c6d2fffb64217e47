"""The default Composer: the few whole sentences of the evidence that answer this question.

What asks for several things gets a sentence for each (`together`). Else the document that fits best
is found by the ranking of all sentences; which of its sentences are shown, and how many, is
`choosing`'s. Others are heard where they add something that was asked. The
sentence that answers opens; what follows stands in the document's order, said once. A sentence that
leans on the one before it brings it along or stays out. Nothing is rephrased.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answering.citations import strip_markers
from assistant.answering.questions.analysis import NUMERIC, Asked, Question, analyse
from assistant.answering.sentences.as_asked import tells_another, told_otherwise
from assistant.answering.sentences.choosing import Choice, SentenceVectors, choices, worth_taking
from assistant.answering.sentences.leaning import Before, predecessors, with_what_it_leans_on
from assistant.answering.sentences.leaning import is_sentence as is_sentence
from assistant.answering.sentences.leaning import leans as leans
from assistant.answering.sentences.matching import corrected, units
from assistant.answering.sentences.ranking import (
    Ranked,
    dated_first,
    is_said,
    of_now,
    placed_first,
    ranked,
    tells_counted,
)
from assistant.answering.sentences.together import of_each
from assistant.answering.sentences.units import Unit, term_weights, text_of
from assistant.types import Draft, Evidence, Proposal, Span

CLAIMS: dict[Asked, int] = {
    "count": 3, "percentage": 3, "money": 3, "date": 3, "duration": 3, "period": 3, "who": 4,
    "where": 4, "yes_no": 4, "why": 5, "how": 5, "list": 5, "definition": 5, "other": 5,
}  # fmt: skip
"""The most sentences that an answer has, by what was asked."""

_ODDS_FACT = 1.5
_ODDS_EXPLAINING = 2.5
"""How much less likely than the best (log odds) a further sentence may be to answer."""
_YES_OR_NO = re.compile(r"(?:yes|no)[.:,;]", re.IGNORECASE)
_ODDS = {True: _ODDS_FACT, False: _ODDS_EXPLAINING}


class Extractive:
    """A Composer; with an encoder's vectors of sentences it chooses better. Safe to share."""

    def __init__(self, vectors: SentenceVectors | None = None) -> None:
        self._vectors = vectors

    def __call__(self, question: str, evidence: Evidence) -> Draft:
        """At most CLAIMS[kind] sentences, those of one claim as one proposal; an empty Draft where
        nothing fits."""
        asked = of_now(corrected(analyse(question), evidence))
        found = ranked(asked, units(asked, evidence), evidence)
        if not found:
            return Draft(proposals=())
        before = _in_sight(asked, evidence)
        chosen = of_each(asked, found, evidence, before)
        if not chosen:
            found = placed_first(asked, dated_first(asked, found))
            own = self._own(asked, found)
            if not tells_another(asked, own[0].unit.sentence):
                own = [each for each in own if not tells_another(asked, each.unit.sentence)]
                found = [each for each in found if not tells_another(asked, each.unit.sentence)]
            chosen = _choose(asked, found, own, before)
        return Draft(
            proposals=tuple(_proposal(block) for block in chosen),
            diagnostics={"composer": "extractive", "asked": asked.asked},
        )

    def _own(self, question: Question, found: Sequence[Ranked]) -> list[Choice]:
        """The sentences of the best document, by what tells them apart."""
        document = found[0].unit.document.id
        own = [choice for choice in found if choice.unit.document.id == document]
        best_first = choices(
            question,
            [choice.unit for choice in own],
            self._vectors,
            {choice.unit.span: choice.within for choice in own},
        )
        return _led_by(question, found[0].unit, best_first)


compose = Extractive()
"""Without an encoder."""


def _led_by(question: Question, unit: Unit, own: list[Choice]) -> list[Choice]:
    """First the sentence that fits best of all, where only it is of the place, or of the thing
    counted, that was asked for, tells it as it was asked, or says yes or no."""
    first = own[0].unit
    of_place = (unit.places - first.places) & question.places
    counts = tells_counted(question, unit) and not tells_counted(question, first)
    as_asked = told_otherwise(question, unit.sentence) < told_otherwise(question, first.sentence)
    says_it = question.asked == "yes_no" and bool(_YES_OR_NO.match(unit.sentence.text))
    if not (of_place or counts or as_asked or says_it):
        return own
    return sorted(own, key=lambda choice: choice.unit.span != unit.span)


def _in_sight(question: Question, evidence: Evidence) -> Mapping[str, Before]:
    """document -> what stands right before each of its sentences."""
    found: dict[str, list[Unit]] = {}
    for unit in units(question, evidence):
        found.setdefault(unit.document.id, []).append(unit)
    return {name: predecessors(of_document) for name, of_document in found.items()}


def _choose(
    question: Question,
    found: Sequence[Ranked],
    own: Sequence[Choice],
    before: Mapping[str, Before],
) -> list[list[Unit]]:
    """The claims in the order in which they are shown: the best sentence with what it leans on,
    what says a part of the question that it doesn't, what belongs to its answer, then what other
    documents add."""
    limit = most_claims(question)
    document = own[0].unit.document.id
    foreign = (choice for choice in found if choice.unit.document.id != document)
    parts = {choice.unit.span: choice.part for choice in own}
    least = worth_taking(list(parts.values()))
    lead: list[Unit] = []
    chosen: list[Unit] = []

    def take(unit: Unit, least: float = 0.0) -> None:
        chain = with_what_it_leans_on(unit, before[unit.document.id], chosen)
        new = [each for each in chain if not is_said(each, chosen)]
        if not new or sum(parts.get(each.span, 0.0) for each in new) < least * len(new):
            return
        chosen.extend(new)
        if not lead:
            lead.extend(new)

    best, *rest = _by_belonging(question, own)
    take(best.unit)
    for other in found:
        near = found[0].score - other.score <= _ODDS_FACT
        if len(chosen) < limit and near and _adds(question, other.unit, chosen):
            take(other.unit)
    for choice in rest:
        if len(chosen) < limit:
            take(choice.unit, least if lead else 0.0)
    for other in foreign:
        near = found[0].score - other.score <= _ODDS[question.asked in NUMERIC]
        if len(chosen) < limit and (not chosen or near) and _adds(question, other.unit, chosen):
            take(other.unit)
    return _in_reading_order(lead, chosen[:limit], before[document])


def most_claims(question: Question) -> int:
    """What is asked of a year is a fact, however it is asked."""
    dated = question.years and question.asked in ("other", "list")
    return CLAIMS["date"] if dated else CLAIMS[question.asked]


def _by_belonging(question: Question, own: Sequence[Choice]) -> Sequence[Choice]:
    """The best, then what most probably belongs with it, less what is far from answering."""
    best, *rest = own
    rest.sort(key=lambda choice: (-choice.part, choice.unit.span))
    most = _far(question.asked)
    return [best, *(choice for choice in rest if best.fit - choice.fit <= most)]


def _far(asked: Asked) -> float:
    """Log odds behind the best from which a sentence of its document is left out."""
    if asked in NUMERIC - {"date"}:
        return _ODDS_FACT
    return 3.0 if asked in ("date", "period", "who", "where", "yes_no") else 5.0


def _adds(question: Question, unit: Unit, chosen: Sequence[Unit]) -> bool:
    """It says a part of the question that nothing chosen says yet (a tenth of the weight)."""
    covered = frozenset[str]().union(*(u.sentence.stems | u.frame.stems for u in chosen))
    weights = term_weights(question.topic)
    total = sum(weight for _, weight in weights) or 1.0
    new = sum(w for t, w in weights if t in unit.sentence.stems and t not in covered)
    missing_years = question.years - frozenset[int]().union(*(u.sentence.years for u in chosen))
    return new / total >= 0.1 or bool(missing_years & unit.sentence.years)


def _in_reading_order(
    lead: Sequence[Unit], chosen: Sequence[Unit], before: Before
) -> list[list[Unit]]:
    """The lead as one claim; what leans on it; the rest, each document from top to bottom."""
    documents = list(dict.fromkeys(unit.document.id for unit in chosen))
    rest = sorted(
        (unit for unit in chosen if unit not in lead),
        key=lambda unit: (documents.index(unit.document.id), unit.span),
    )
    opening = list(lead)
    for unit in rest:
        goes_on = leans(unit.sentence.text) and unit.document.id == opening[-1].document.id
        if goes_on and before.get(unit.span) is opening[-1]:
            opening.append(unit)
    following = opening[len(lead) :] + [unit for unit in rest if unit not in opening]
    return [list(lead), *([unit] for unit in following)] if lead else []


def _proposal(block: Sequence[Unit]) -> Proposal:
    """Sentences of one passage are quoted in one piece, as they stand there."""
    quotes: list[tuple[int, str]] = []
    first, last = block[0], block[-1]
    if first.hit.passage.id == last.hit.passage.id:
        passage = first.hit.passage
        words = text_of(passage, Span(start=first.span.start, end=last.span.end))
        quotes.append((passage.id, words))
    else:
        quotes += [(unit.hit.passage.id, unit.sentence.text) for unit in block]
    text = " ".join(strip_markers(words) for _, words in quotes)
    return Proposal(text=text, quotes=tuple(quotes))
