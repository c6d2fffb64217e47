"""From a claim to the published check of it, and what that check says: its verdict sentence first.

The check is read by its own passages that the search found and by its opening, which holds its
summary; a verdict is never rephrased, and shown with the words that it rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answering.citations import locate, strip_markers
from assistant.answering.language.polarity import contrary, only_rates
from assistant.answering.published.checks import Match, load_weights, merged
from assistant.answering.published.verdicts import Rated, disagree, last_day, newest_first
from assistant.answering.questions.claims import Claimed
from assistant.answering.sentences.extractive import is_sentence, leans
from assistant.answering.sentences.restated import headed_as_claim, restates
from assistant.answering.sentences.units import sentence_spans, text_of
from assistant.ports import Composer, SentenceSplitter
from assistant.types import Document, Draft, Evidence, Hit, Passage, Proposal, Span

HITS = 24
"""Passages of fact-checks searched for a claim: some of each of the likeliest checks."""
OPENING_CHARS = 800
MOST = 4
"""Sentences of a check that are shown."""
OPENING = 2
"""Sentences of its opening among them."""
_OPENING = -1
"""No passage of the ledger has this id."""
_NOWHERE = 1 << 62

Find = Callable[[str], Evidence]
"""What the search finds for a wording among the fact-checks that this reader may see."""
Compare = Callable[[Sequence[str], Evidence], tuple[Match, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was found for a claim: the checks near it, and the one that rates it, if one does."""

    evidence: Evidence
    match: Match | None
    probability: float
    of_others: frozenset[str] = frozenset()
    """The checks of claims that are like this one in all but the place, person or thing."""
    also: tuple[Rated, ...] = ()
    """Verdicts of other checks on the claim that `match` rates, with other ratings; newer first."""

    def mistaken(self, evidence: Evidence) -> bool:
        """Whether what was found answers by the check of something else."""
        hits = evidence.hits
        return bool(hits) and hits[0].passage.document_id in self.of_others


def look_up(claimed: Claimed, find: Find, compare: Compare | None, today: date) -> Looked:
    """The check of a claim among published fact-checks, or what came near.

    Of two verdicts on one claim by one publisher the newer wins, as of `today`.
    """
    found = [find(text) for text in claimed.searches]
    documents = {name: each for evidence in found for name, each in evidence.documents.items()}
    hits = merged([evidence.hits for evidence in found])
    evidence = Evidence(question=claimed.text, hits=hits, documents=documents)
    matches = compare(claimed.wordings, evidence) if compare else ()
    threshold = load_weights().threshold
    shown = [match for match in matches if match.probability >= threshold]
    others = [match for match in matches if match.of_another and match.likeness >= threshold]
    match = _newest(_in_force(shown), shown, today)
    return Looked(
        evidence=_nearest_first(evidence, matches),
        match=match,
        also=_others(match, shown, today) if match else (),
        probability=matches[0].probability if matches else 0.0,
        of_others=frozenset(match.document.id for match in others),
    )


def _in_force(shown: Sequence[Match]) -> Match | None:
    """The likeliest, unless another one that is shown replaces it."""
    for match in shown:
        names = {match.document.id, match.document.content.url}
        if not any(names & set(other.document.content.supersedes) for other in shown):
            return match
    return shown[0] if shown else None


def _newest(match: Match | None, shown: Sequence[Match], today: date) -> Match | None:
    """The newest verdict of its publisher that rates the same claim otherwise; else itself."""
    if match is None:
        return None
    publisher = match.document.content.publisher
    others = [
        each
        for each in shown
        if each.document.content.publisher == publisher and disagree(_rated(match), _rated(each))
    ]
    return max([match, *others], key=lambda each: last_day(_rated(each), today))


def _others(match: Match, shown: Sequence[Match], today: date) -> tuple[Rated, ...]:
    rated = [_rated(each) for each in shown]
    return tuple(newest_first([r for r in rated if disagree(_rated(match), r)], today))


def _rated(match: Match) -> Rated:
    return match.document, match.verdict


def _nearest_first(evidence: Evidence, matches: Sequence[Match]) -> Evidence:
    """Its hits in the order of the checks that were compared, the others after them."""
    places = {name: at for at, name in enumerate(dict.fromkeys(m.document.id for m in matches))}
    hits = sorted(evidence.hits, key=lambda hit: places.get(hit.passage.document_id, len(places)))
    return Evidence(question=evidence.question, hits=tuple(hits), documents=evidence.documents)


def read_check(
    looked: Looked, match: Match, compose: Composer, sentences: SentenceSplitter
) -> tuple[Evidence, Draft]:
    """The check alone as evidence, and what it says of the claim that it rates."""
    own = [hit for hit in looked.evidence.hits if hit.passage.document_id == match.document.id]
    opening = _opening(match.document, sentences)
    if opening:
        own.insert(0, Hit(passage=opening, score=own[0].score, dense=own[0].dense))
    evidence = Evidence(
        question=match.verdict.claim,
        hits=tuple(own),
        documents={match.document.id: match.document},
    )
    draft = compose(match.verdict.claim, evidence)
    passages = {hit.passage.id: hit.passage for hit in own}
    lead = _first_sentences(match.document, opening) if opening else ()
    proposals = _with_verdict(draft, opening, lead, passages)
    if contrary(match.wording, match.verdict.claim):  # "the claim" would be taken for the pasted
        rating = match.verdict.rating
        proposals = tuple(each for each in proposals if not only_rates(each.text, rating))
    return evidence, Draft(proposals=proposals, diagnostics=draft.diagnostics)


def without_ratings(draft: Draft, evidence: Evidence) -> Draft:
    """Less what only rates: of a claim that nobody has rated, a rating is that of another."""
    ratings = {
        verdict.rating
        for document in evidence.documents.values()
        for verdict in document.content.verdicts
    }
    kept = tuple(
        each
        for each in draft.proposals
        if not any(only_rates(each.text, rating) for rating in ratings)
    )
    return Draft(proposals=kept, diagnostics=draft.diagnostics)


def _opening(document: Document, sentences: SentenceSplitter) -> Passage | None:
    """The first sentences of the summary, of the first section where there is none."""
    sections = [
        section
        for section in document.content.sections
        if section.role in ("summary", "body") and not headed_as_claim(section.heading_path)
    ]
    if not sections and document.content.sections:
        return None  # nothing but the claim
    first = next((s for s in sections if s.role == "summary"), sections[0] if sections else None)
    within = first.span if first else Span(start=0, end=max(1, len(document.text)))
    spans = [
        Span(start=within.start + s.start, end=within.start + s.end)
        for s in sentences(within.of(document.text))
    ]
    kept = [s for s in spans if s.end - spans[0].start <= OPENING_CHARS] or spans[:1]
    if not kept:
        return None
    span = Span(start=kept[0].start, end=kept[-1].end)
    return Passage(
        id=_OPENING,
        document_id=document.id,
        version=document.version,
        span=span,
        text=span.of(document.text),
        heading_path=first.heading_path if first else (),
        sentences=tuple(kept),
    )


def _with_verdict(
    draft: Draft, opening: Passage | None, first: Sequence[Span], passages: Mapping[int, Passage]
) -> tuple[Proposal, ...]:
    """The opening's first sentences and what was composed, in the order of the document."""
    lead = [_proposal(opening, span) for span in first] if opening else []
    placed: dict[int, Proposal] = {}
    for proposal in (*lead, *draft.proposals):
        placed.setdefault(_place(proposal, passages), proposal)
    return tuple(placed[start] for start in sorted(placed))[:MOST]


def _first_sentences(document: Document, opening: Passage) -> Sequence[Span]:
    """Those that the opening begins with, from the one that stands alone: "No." does not.

    The rated claim is none of them, nor what leans on it.
    """
    spans, texts = sentence_spans(opening), [text_of(opening, s) for s in sentence_spans(opening)]
    rated = [restates(document, opening, span) for span in spans]
    alone = [
        is_sentence(text) and not leans(text) and not claim
        for text, claim in zip(texts, rated, strict=True)
    ]
    first = alone.index(True) if True in alone else len(spans)
    return [
        spans[at]
        for at in range(first, min(first + OPENING, len(spans)))
        if is_sentence(texts[at]) and not rated[at] and (alone[at] or not rated[at - 1])
    ]


def _proposal(passage: Passage, span: Span) -> Proposal:
    words = text_of(passage, span)
    return Proposal(text=strip_markers(words), quotes=((passage.id, words),))


def _place(proposal: Proposal, passages: Mapping[int, Passage]) -> int:
    """Where its first quote starts in the document; what has none there comes last."""
    for passage_id, words in proposal.quotes:
        span = locate(passages[passage_id], words) if passage_id in passages else None
        if span is not None:
            return span.start
    return _NOWHERE
