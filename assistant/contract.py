"""The public contract as JSON: the one function that makes each shape.

Every channel and the ledger's stored answers use these; the shapes stand in `shapes.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.shapes import AbstentionJson as AbstentionJson
from assistant.shapes import AnswerJson as AnswerJson
from assistant.shapes import (
    BadgeJson,
    CheckJson,
    CitationJson,
    CitedRevisionJson,
    ClaimEventJson,
    ClaimJson,
    ContextJson,
    DocumentJson,
    EvidenceEventJson,
    FactCheckJson,
    FreshnessJson,
    GapJson,
    HitJson,
    NearestJson,
    ReasonJson,
    RevisionJson,
    SectionJson,
    SourceJson,
    VerdictJson,
    VerifyJson,
    ViaJson,
    VolatilityJson,
)
from assistant.shapes import ReplyJson as ReplyJson
from assistant.types import (
    Abstention,
    Answer,
    AskEvent,
    Badge,
    Citation,
    Claim,
    ClaimVerified,
    Document,
    EvidenceFound,
    Freshness,
    Hit,
    PartialDate,
    Reason,
    Reply,
    Revision,
    Section,
    Source,
    Span,
    Support,
    Verdict,
    Via,
    Volatility,
)

if TYPE_CHECKING:
    from assistant.ledger.gaps import Gap

# --- replies --------------------------------------------------------------------------------------


def reply_json(reply: Reply) -> ReplyJson:
    """The one rendering of a reply: stored by the ledger, sent by every channel."""
    result = reply.result
    if isinstance(result, Abstention):
        return _abstention_json(reply, result)
    return _answer_json(reply, result)


def _answer_json(reply: Reply, answer: Answer) -> AnswerJson:
    return {
        "kind": "answer",
        "id": reply.id,
        "question": reply.question,
        "standalone_question": reply.standalone,
        "claims": [claim_json(claim, answer.numbers(claim)) for claim in answer.claims],
        "citations": [citation_json(c, n) for n, c in enumerate(answer.citations, start=1)],
        "freshness": freshness_json(answer.freshness),
        "verdicts": [
            {"document_id": document.id, **verdict_json(verdict)}
            for document, verdict in answer.verdicts
        ],
        "follow_ups": list(answer.follow_ups),
        "confidence": answer.confidence,
        "as_of": answer.as_of.isoformat(),
        "created_at": reply.created_at.isoformat(),
        "diagnostics": dict(reply.diagnostics),
    }


def _abstention_json(reply: Reply, abstention: Abstention) -> AbstentionJson:
    return {
        "kind": "abstention",
        "id": reply.id,
        "question": reply.question,
        "standalone_question": reply.standalone,
        "reason": abstention.reason,
        "nearest": [nearest_json(citation) for citation in abstention.nearest],
        "follow_ups": list(abstention.follow_ups),
        "confidence": abstention.confidence,
        "created_at": reply.created_at.isoformat(),
        "diagnostics": dict(reply.diagnostics),
    }


def claim_json(claim: Claim, numbers: Sequence[int]) -> ClaimJson:
    """One sentence; `numbers` are its citations' places in the answer, from 1."""
    return {
        "text": claim.text,
        "citations": list(numbers),
        "support": claim.statement.support,
        "freshness": badge_json(claim.freshness),
    }


def citation_json(citation: Citation, n: int) -> CitationJson:
    document, content = citation.document, citation.document.content
    return {
        "n": n,
        "document_id": document.id,
        "title": document.title,
        "publisher": content.publisher,
        "url": content.url,
        "kind": document.kind,
        "version": document.version,
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "page": citation.page,
        "checked_on": _date(content.checked_on),
        "published_on": _date(content.published_on),
        "revision": cited_revision_json(document.revision),
        "context": context_json(document, citation.span),
        "via": [via_json(via) for via in citation.via],
    }


def cited_revision_json(revision: Revision | None) -> CitedRevisionJson | None:
    if revision is None:
        return None
    return {"kind": revision.kind, "on": revision.on, "note": revision.note}


def revision_json(revision: Revision) -> RevisionJson:
    return {
        "kind": revision.kind,
        "version": revision.version,
        "replaces": revision.replaces,
        "at": revision.at,
        "note": revision.note,
    }


def context_json(document: Document, span: Span) -> ContextJson:
    before, after = document.around(span)
    return {"before": before, "after": after}


def via_json(via: Via) -> ViaJson:
    """What a marker leads to: the archive's document, else the fact-check's own list."""
    document, span, source = via.document, via.span, via.source
    said = document.content if document else source
    return {
        "marker": via.marker,
        "resolved": via.resolved,
        "document_id": document.id if document else None,
        "version": document.version if document else None,
        "title": said.title if said else None,
        "publisher": said.publisher if said else None,
        "url": said.url if said else None,
        "published_on": _date(said.published_on) if said else None,
        "quote": via.quote,
        "start": span.start if document and span else None,
        "end": span.end if document and span else None,
        "page": document.page_of(span) if document and span else None,
        "context": context_json(document, span) if document and span else None,
    }


def nearest_json(citation: Citation) -> NearestJson:
    document = citation.document
    return {
        "document_id": document.id,
        "version": document.version,
        "title": document.title,
        "quote": citation.quote,
        "start": citation.span.start,
        "end": citation.span.end,
        "checked_on": _date(document.content.checked_on),
    }


def verdict_json(verdict: Verdict) -> VerdictJson:
    return {
        "claim": verdict.claim,
        "rating": verdict.rating,
        "claimant": verdict.claimant,
        "reviewed_on": _date(verdict.reviewed_on),
        "url": verdict.url,
    }


# --- the events of a stream -----------------------------------------------------------------------


def evidence_event_json(event: EvidenceFound) -> EvidenceEventJson:
    return {
        "passages": [{"document_id": d.id, "title": d.title} for d in event.documents],
        "standalone_question": event.standalone,
    }


def claim_event_json(event: ClaimVerified) -> ClaimEventJson:
    numbered = zip(event.claim.citations, event.numbers, strict=True)
    return {
        "index": event.index,
        "claim": claim_json(event.claim, event.numbers),
        "citations": [citation_json(citation, n) for citation, n in numbered],
    }


EventName = Literal["evidence", "claim", "reply"]


def event_json(event: AskEvent) -> tuple[EventName, EvidenceEventJson | ClaimEventJson | ReplyJson]:
    """An event's name and its data."""
    if isinstance(event, EvidenceFound):
        return "evidence", evidence_event_json(event)
    if isinstance(event, ClaimVerified):
        return "claim", claim_event_json(event)
    return "reply", reply_json(event)


# --- freshness ------------------------------------------------------------------------------------


def reason_json(reason: Reason) -> ReasonJson:
    return {
        "rule": reason.rule,
        "level": reason.level,
        "claim": reason.claim,
        "text": reason.text,
        "evidence": dict(reason.evidence),
        "clears_when": reason.clears_when,
    }


def badge_json(freshness: Freshness) -> BadgeJson:
    """A claim's own freshness: its state and reasons."""
    return {"state": freshness.state, "reasons": [reason_json(r) for r in freshness.reasons]}


def freshness_json(freshness: Freshness) -> FreshnessJson:
    return {
        "state": freshness.state,
        "notice": freshness.notice,
        "score": freshness.score,
        "valid_as_of": _date(freshness.valid_as_of),
        "checked_on": _date(freshness.checked_on),
        "next_review_on": _date(freshness.next_review_on),
        "reasons": [reason_json(reason) for reason in freshness.reasons],
    }


def check_json(document: Document, freshness: Freshness, badges: Sequence[Badge]) -> CheckJson:
    """A fact-check's freshness, and that of each of its sentences that has a badge."""
    return {
        "document_id": document.id,
        "version": document.version,
        "title": document.title,
        **freshness_json(freshness),
        "claims": [
            {
                "text": badge.span.of(document.text),
                "start": badge.span.start,
                "end": badge.span.end,
                **badge_json(badge.freshness),
            }
            for badge in badges
        ],
    }


def volatility_json(volatility: Volatility) -> VolatilityJson:
    return {
        "p_mutable": volatility.p_mutable,
        "class": volatility.kind,
        "tau_days": volatility.tau_days,
    }


def verify_json(support: Support) -> VerifyJson:
    return {
        "label": "supported" if support.supported else "not_supported",
        "score": support.score,
        "reasons": list(support.reasons),
    }


# --- search and documents -------------------------------------------------------------------------


def hit_json(hit: Hit) -> HitJson:
    passage = hit.passage
    return {
        "document_id": passage.document_id,
        "passage_id": passage.id,
        "version": passage.version,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "score": hit.score,
        "start": passage.span.start,
        "end": passage.span.end,
    }


def document_json(document: Document) -> DocumentJson:
    """One version of a document, whole: `text` is what every offset points into."""
    content = document.content
    return {
        "document_id": document.id,
        "version": document.version,
        "kind": document.kind,
        "audience": document.audience,
        "title": document.title,
        "text": document.text,
        "url": content.url,
        "publisher": content.publisher,
        "language": content.language,
        "checked_on": _date(content.checked_on),
        "published_on": _date(content.published_on),
        "modified_on": _date(content.modified_on),
        "valid_as_of": _date(content.valid_as_of),
        "valid_until": _date(content.valid_until),
        "cadence": content.cadence,
        "retrieved_on": document.retrieved_on.isoformat(),
        "sections": [_section_json(section) for section in content.sections],
        "sources": [source_json(source) for source in content.sources],
        "verdicts": [verdict_json(verdict) for verdict in content.verdicts],
        "follow_ups": list(content.follow_ups),
        "pages": [
            {"page": number, "start": span.start, "end": span.end}
            for number, span in enumerate(content.pages, start=1)
        ],
        "revisions": [revision_json(each) for each in document.revisions],
    }


def fact_check_json(document: Document) -> FactCheckJson:
    return {
        "document_id": document.id,
        "title": document.title,
        "checked_on": _date(document.content.checked_on),
    }


def gap_json(gap: Gap) -> GapJson:
    return {
        "question": gap.question,
        "reason": gap.reason,
        "count": gap.count,
        "last_asked": gap.last_asked,
        "audience": gap.audience,
        "assignee": gap.assignee,
        "answered_by": gap.answered_by,
    }


def source_json(source: Source) -> SourceJson:
    return {
        "n": source.n,
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published_on": _date(source.published_on),
        "document_id": source.document_id,
    }


def _section_json(section: Section) -> SectionJson:
    return {
        "heading_path": list(section.heading_path),
        "role": section.role,
        "start": section.span.start,
        "end": section.span.end,
    }


def _date(value: PartialDate | date | None) -> str | None:
    """ISO 8601 at the date's own precision."""
    return None if value is None else str(value)
