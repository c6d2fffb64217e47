"""What the gold suite measures: each metric is one small value with one method.

A case is pure data (what was asked, what came back, what was checked about it), so that a figure
can be computed again from a stored report. Citation recall and precision follow ALCE (Gao et al.,
EMNLP 2023, section 4): a claim is supported when its citations together carry it, a citation is
precise when it alone carries a claim that it stands behind. The gold quotes add what ALCE has not:
whether the sentence that a person chose is among those cited.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.contract import AbstentionJson, AnswerJson, ReplyJson
from evals.figures import Metric, Share
from evals.suites.gold_questions import Question
from evals.suites.wording import contains


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A quote of a reply, wherever it stands in it, and whether it is the stored words."""

    place: str
    document_id: str
    quote: str
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question with its reply (None when asking failed with `error`) and what was checked.

    `carries` has an entry a citation: does it alone carry a claim that cites it. `supported` has
    one a claim: do its citations together carry it. Both are the support judge's.
    """

    question: Question
    reply: ReplyJson | None
    shown: tuple[Shown, ...] = ()
    carries: tuple[bool, ...] = ()
    supported: tuple[bool, ...] = ()
    error: str | None = None

    @property
    def answer(self) -> AnswerJson | None:
        return self.reply if self.reply and self.reply["kind"] == "answer" else None

    @property
    def abstention(self) -> AbstentionJson | None:
        return self.reply if self.reply and self.reply["kind"] == "abstention" else None


# --- is it the answer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HitRate:
    """The claims that rest on a named document hold, together, every string that must be there."""

    name: str = "hit_rate"
    means: str = "answerable questions whose claims from a named document hold what they must"

    def __call__(self, case: Case) -> Share | None:
        return _share(is_hit(case)) if case.question.answerable else None


@dataclass(frozen=True, slots=True)
class HitAnyDocument:
    name: str = "hit_any_document"
    means: str = "the same, whichever document the claims rest on"

    def __call__(self, case: Case) -> Share | None:
        if not case.question.answerable:
            return None
        said = " ".join(c["text"] for c in case.answer["claims"]) if case.answer else ""
        return _share(bool(said) and _holds(said, case.question))


@dataclass(frozen=True, slots=True)
class HitDocument:
    name: str = "hit_document"
    means: str = "answerable questions that got an answer citing a named document"

    def __call__(self, case: Case) -> Share | None:
        return _share(bool(_named_claims(case))) if case.question.answerable else None


@dataclass(frozen=True, slots=True)
class FirstClaimHit:
    name: str = "first_claim_hit"
    means: str = "answered and answerable: the first claim already holds what the answer must"

    def __call__(self, case: Case) -> Share | None:
        if not case.question.answerable or case.answer is None:
            return None
        return _share(_holds(case.answer["claims"][0]["text"], case.question))


@dataclass(frozen=True, slots=True)
class ClaimsPerAnswer:
    name: str = "claims_per_answer"
    means: str = "claims in an answer, on average"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=len(case.answer["claims"])) if case.answer else None


def is_hit(case: Case) -> bool:
    claims = _named_claims(case)
    return bool(claims) and _holds(" ".join(claims), case.question)


def _named_claims(case: Case) -> list[str]:
    """The texts of the claims that cite one of the documents which answer the question."""
    if case.answer is None:
        return []
    named = {
        citation["n"]
        for citation in case.answer["citations"]
        if citation["document_id"] in case.question.documents
    }
    return [c["text"] for c in case.answer["claims"] if named.intersection(c["citations"])]


def _holds(text: str, question: Question) -> bool:
    return all(contains(text, wanted) for wanted in question.must_contain)


# --- what it cites --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CitationPrecision:
    name: str = "citation_precision"
    means: str = "citations that overlap a gold quote or alone carry their claim"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None:
            return None
        good = [
            carries or _is_gold(citation["document_id"], citation["quote"], case.question)
            for citation, carries in zip(case.answer["citations"], case.carries, strict=True)
        ]
        return Share(hits=sum(good), of=len(good))


@dataclass(frozen=True, slots=True)
class GoldCitationPrecision:
    name: str = "citation_precision_gold"
    means: str = "answerable: citations that overlap a gold quote (further good sentences count 0)"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None or not case.question.answerable:
            return None
        good = [
            _is_gold(citation["document_id"], citation["quote"], case.question)
            for citation in case.answer["citations"]
        ]
        return Share(hits=sum(good), of=len(good))


@dataclass(frozen=True, slots=True)
class CitationRecall:
    """Gold quotes are alternatives: an answer that cites one of three is a good answer."""

    name: str = "citation_recall"
    means: str = "answered and answerable: gold quotes that are cited, directly or by a marker"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None or not case.question.quotes:
            return None
        return Share(hits=len(_gold_cited(case)), of=len(case.question.quotes))


@dataclass(frozen=True, slots=True)
class GoldSentenceCited:
    name: str = "gold_sentence_cited"
    means: str = "answered and answerable: at least one gold quote is cited"

    def __call__(self, case: Case) -> Share | None:
        if case.answer is None or not case.question.quotes:
            return None
        return _share(bool(_gold_cited(case)))


@dataclass(frozen=True, slots=True)
class ClaimSupport:
    name: str = "claim_support"
    means: str = "claims that their citations together carry (ALCE's citation recall)"

    def __call__(self, case: Case) -> Share | None:
        return Share(hits=sum(case.supported), of=len(case.supported)) if case.answer else None


@dataclass(frozen=True, slots=True)
class VerbatimRate:
    name: str = "verbatim_rate"
    means: str = "quotes anywhere in a reply that equal the stored text at their offsets"

    def __call__(self, case: Case) -> Share | None:
        exact = [shown.exact for shown in case.shown]
        return Share(hits=sum(exact), of=len(exact)) if exact else None


def _gold_cited(case: Case) -> list[int]:
    assert case.answer is not None
    cited = [(c["document_id"], c["quote"]) for c in case.answer["citations"]]
    cited += [
        (via["document_id"], via["quote"])
        for citation in case.answer["citations"]
        for via in citation["via"]
        if via["document_id"] and via["quote"]
    ]
    return [
        place
        for place, gold in enumerate(case.question.quotes)
        if any(name == gold.document_id and overlap(quote, gold.quote) for name, quote in cited)
    ]


def _is_gold(document_id: str, quote: str, question: Question) -> bool:
    return any(
        gold.document_id == document_id and overlap(quote, gold.quote) for gold in question.quotes
    )


def overlap(one: str, other: str) -> bool:
    """Two stretches of one document: the shorter lies within the longer, line ends aside."""
    short, long = sorted((" ".join(one.split()), " ".join(other.split())), key=len)
    return short in long


# --- does it know what it doesn't know ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AbstentionPrecision:
    name: str = "abstention_precision"
    means: str = "abstentions whose question the archive can't answer"

    def __call__(self, case: Case) -> Share | None:
        return _share(not case.question.answerable) if case.abstention else None


@dataclass(frozen=True, slots=True)
class AbstentionRecall:
    name: str = "abstention_recall"
    means: str = "unanswerable questions that got an abstention"

    def __call__(self, case: Case) -> Share | None:
        return None if case.question.answerable else _share(case.abstention is not None)


@dataclass(frozen=True, slots=True)
class FalseAbstention:
    name: str = "false_abstention"
    means: str = "answerable questions that got an abstention"

    def __call__(self, case: Case) -> Share | None:
        return _share(case.abstention is not None) if case.question.answerable else None


@dataclass(frozen=True, slots=True)
class NearMissFalseAnswers:
    """The hardest of those: the archive has the subject, but not that year, place, unit or body."""

    name: str = "near_miss_false_answers"
    means: str = "near misses of the archive that got an answer"

    def __call__(self, case: Case) -> Share | None:
        return _share(case.answer is not None) if case.question.type == "near_miss" else None


# --- does it know how old it is -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FreshnessAccuracy:
    name: str = "freshness_accuracy"
    means: str = "judged and answered: a notice is shown exactly where one must be"

    def __call__(self, case: Case) -> Share | None:
        if case.question.notice is None or case.answer is None:
            return None
        return _share(_warned(case.answer) == case.question.notice)


@dataclass(frozen=True, slots=True)
class NoticeRecall:
    name: str = "notice_recall"
    means: str = "answered and due a notice: it is shown"

    def __call__(self, case: Case) -> Share | None:
        return _share(_warned(case.answer)) if case.question.notice and case.answer else None


@dataclass(frozen=True, slots=True)
class FalseNotice:
    name: str = "false_notice"
    means: str = "answered and due no notice: one is shown"

    def __call__(self, case: Case) -> Share | None:
        if case.question.notice is not False or case.answer is None:
            return None
        return _share(_warned(case.answer))


@dataclass(frozen=True, slots=True)
class FreshnessCoverage:
    name: str = "freshness_coverage"
    means: str = "questions whose notice is judged that got an answer to judge"

    def __call__(self, case: Case) -> Share | None:
        return None if case.question.notice is None else _share(case.answer is not None)


def _warned(answer: AnswerJson) -> bool:
    return answer["freshness"]["notice"] is not None


def _share(hit: bool) -> Share:
    return Share(hits=float(hit))


METRICS: tuple[Metric[Case], ...] = (
    HitRate(),
    HitAnyDocument(),
    HitDocument(),
    FirstClaimHit(),
    CitationPrecision(),
    GoldCitationPrecision(),
    CitationRecall(),
    GoldSentenceCited(),
    ClaimSupport(),
    VerbatimRate(),
    AbstentionPrecision(),
    AbstentionRecall(),
    FalseAbstention(),
    NearMissFalseAnswers(),
    FreshnessAccuracy(),
    FreshnessCoverage(),
    NoticeRecall(),
    FalseNotice(),
    ClaimsPerAnswer(),
)
