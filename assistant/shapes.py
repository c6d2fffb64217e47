"""The shapes of the public contract's JSON: what every channel sends and the ledger keeps.

`contract.py` makes them from the types; OpenAPI is generated from them. Dates are ISO 8601 at
their own precision; `start` and `end` count Unicode code points, half open, in the text of the
version named beside them. Unknown values are null, never left out.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypeAlias

# pydantic reads these shapes for OpenAPI and, before Python 3.12, needs this TypedDict.
from typing_extensions import TypedDict

from assistant.types import (
    AbstentionReason,
    Audience,
    Kind,
    Level,
    RevisionKind,
    Rule,
    Scope,
    SectionRole,
    State,
)

VolatilityClass = Literal[
    "live", "fast", "monthly", "annual", "office", "definition", "historical", "other"
]


class ReasonJson(TypedDict):
    rule: Rule
    level: Level
    claim: int | None
    text: str
    evidence: dict[str, str]
    clears_when: str


class BadgeJson(TypedDict):
    state: State
    reasons: list[ReasonJson]


class FreshnessJson(TypedDict):
    state: State
    notice: str | None
    score: float
    valid_as_of: str | None
    checked_on: str | None
    next_review_on: str | None
    reasons: list[ReasonJson]


class ContextJson(TypedDict):
    """The words right before and after a quote in its paragraph, exactly as they stand there."""

    before: str
    after: str


class ViaJson(TypedDict):
    """The second hop. Unresolved: what the fact-check's own list says of the source, or null."""

    marker: str
    resolved: bool
    document_id: str | None
    version: int | None
    title: str | None
    publisher: str | None
    url: str | None
    published_on: str | None
    quote: str | None
    start: int | None
    end: int | None
    page: int | None
    context: ContextJson | None


class CitedRevisionJson(TypedDict):
    """Why the quoted version took an earlier one's place, in an editor's public words.

    corrected: the earlier one was wrong when it was published. updated: the world moved on.
    """

    kind: RevisionKind
    on: str
    note: str


class RevisionJson(TypedDict):
    """Why a version took the place of another: an update, or the correction of an error."""

    kind: RevisionKind
    version: int
    replaces: int
    at: str
    note: str


class CitationJson(TypedDict):
    n: int
    document_id: str
    title: str
    publisher: str | None
    url: str | None
    kind: Kind
    version: int
    quote: str
    start: int
    end: int
    page: int | None
    checked_on: str | None
    published_on: str | None
    revision: CitedRevisionJson | None
    context: ContextJson
    via: list[ViaJson]


class ClaimJson(TypedDict):
    text: str
    citations: list[int]
    support: float
    freshness: BadgeJson


class VerdictJson(TypedDict):
    claim: str
    rating: str
    claimant: str | None
    reviewed_on: str | None
    url: str | None


class CitedVerdictJson(VerdictJson):
    document_id: str


class AnswerJson(TypedDict):
    kind: Literal["answer"]
    id: str
    question: str
    standalone_question: str | None
    claims: list[ClaimJson]
    citations: list[CitationJson]
    freshness: FreshnessJson
    verdicts: list[CitedVerdictJson]
    follow_ups: list[str]
    confidence: float
    as_of: str
    created_at: str
    diagnostics: dict[str, str]


class NearestJson(TypedDict):
    document_id: str
    version: int
    title: str
    quote: str
    start: int
    end: int
    checked_on: str | None


class AbstentionJson(TypedDict):
    kind: Literal["abstention"]
    id: str
    question: str
    standalone_question: str | None
    reason: AbstentionReason
    nearest: list[NearestJson]
    follow_ups: list[str]
    confidence: float
    created_at: str
    diagnostics: dict[str, str]


ReplyJson: TypeAlias = AnswerJson | AbstentionJson


class RevisedSinceJson(TypedDict):
    """What editors said, since an answer was given, of a document that it quotes."""

    document_id: str
    title: str
    kind: RevisionKind
    version: int
    on: str
    note: str


class AnswerStandingJson(TypedDict):
    """How a stored reply stands today. A correction comes before an update.

    `state` and `notice` are null where there is nothing to judge: in an abstention, and where
    every fact-check that it rests on was refreshed since. `corrected_by`: documents that correct
    one that it rests on. `words_gone`: words that it quotes no longer stand in a newest version.
    """

    id: str
    today: str
    state: State | None
    notice: str | None
    revisions: list[RevisedSinceJson]
    corrected_by: list[FoundDocumentJson]
    words_gone: bool


class FoundDocumentJson(TypedDict):
    document_id: str
    title: str


class EvidenceEventJson(TypedDict):
    passages: list[FoundDocumentJson]
    standalone_question: str | None


class ClaimEventJson(TypedDict):
    index: int
    claim: ClaimJson
    citations: list[CitationJson]


class HitJson(TypedDict):
    document_id: str
    passage_id: int
    version: int
    heading_path: list[str]
    text: str
    score: float
    start: int
    end: int


class HitsJson(TypedDict):
    hits: list[HitJson]


class SectionJson(TypedDict):
    heading_path: list[str]
    role: SectionRole
    start: int
    end: int


class SourceJson(TypedDict):
    n: int
    title: str | None
    publisher: str | None
    url: str | None
    published_on: str | None
    document_id: str | None


class PageJson(TypedDict):
    page: int
    start: int
    end: int


class DocumentJson(TypedDict):
    document_id: str
    version: int
    kind: Kind
    audience: Audience
    title: str
    text: str
    url: str | None
    publisher: str | None
    language: str | None
    checked_on: str | None
    published_on: str | None
    modified_on: str | None
    valid_as_of: str | None
    valid_until: str | None
    cadence: str | None
    retrieved_on: str
    sections: list[SectionJson]
    sources: list[SourceJson]
    verdicts: list[VerdictJson]
    follow_ups: list[str]
    pages: list[PageJson]
    revisions: list[RevisionJson]
    """Why its versions took each other's place, where an editor said so: the newest first."""


class CheckedClaimJson(BadgeJson):
    text: str
    start: int
    end: int


class CheckJson(FreshnessJson):
    document_id: str
    version: int
    title: str
    claims: list[CheckedClaimJson]


# `class` is a keyword, so this shape is spelled as a call.
VolatilityJson = TypedDict(
    "VolatilityJson", {"p_mutable": float, "class": VolatilityClass, "tau_days": float}
)


class VerifyJson(TypedDict):
    label: Literal["supported", "not_supported"]
    score: float
    reasons: list[str]


class FactCheckJson(TypedDict):
    """A fact-check in a list."""

    document_id: str
    title: str
    checked_on: str | None


class FactChecksJson(TypedDict):
    """A page of the list of fact-checks, by their titles; `total` counts them all."""

    items: list[FactCheckJson]
    total: int


class GapJson(TypedDict):
    """A question that the archive could not answer, how often, when last, and what came of it."""

    question: str
    reason: str
    count: int
    last_asked: str
    audience: Audience
    assignee: str | None
    answered_by: str | None


class QuarantinedJson(TypedDict):
    path: str
    reason: str


class IngestJson(TypedDict):
    """`left_out`: pages of a feed that the next run will ask for; absent where there are none."""

    added: int
    changed: int
    removed: int
    unchanged: int
    quarantined: list[QuarantinedJson]
    left_out: NotRequired[int]


class RankedDocumentJson(TypedDict):
    document_id: str
    score: float


class GapsJson(TypedDict):
    items: list[GapJson]
    next_cursor: str | None


class KeyJson(TypedDict):
    id: str
    key: str


class KeyListedJson(TypedDict):
    """`origins` are a widget key's sites; `limit` is questions a minute, null: the setting's."""

    id: str
    scope: Scope
    audience: Audience
    widget: bool
    origins: list[str]
    limit: int | None
    created_at: str
    revoked_at: str | None


class StatusJson(TypedDict):
    counts: dict[str, int | str | None]
    problems: list[str]


class OpenAIErrorJson(TypedDict):
    """An error as OpenAI's clients read it; null where there is nothing to say."""

    message: str
    type: str
    param: str | None
    code: str | None


class ProblemJson(TypedDict):
    """RFC 9457. `errors` names the fields of a request that was not understood.

    `error` says the same to OpenAI's clients, on the routes that they call.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: NotRequired[list[str]]
    error: NotRequired[OpenAIErrorJson]
