"""The values that flow through the assistant, in the order in which they flow.

Read from top to bottom this page is the architecture: bytes become a Document, a Document is cut
into Passages, a search gives Hits, Hits become Evidence, Evidence becomes a Draft, and what
survives verification becomes Claims whose Citations are cut out of stored text. A Reply holds an
Answer or an Abstention; every channel renders the same Reply.

Standard library only. All values are frozen. Offsets count Unicode code points, half open.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

Kind = Literal["fact_check", "source_document"]
Scope = Literal["ask", "edit", "admin"]
"""What a key may do; each scope includes the ones before it."""
Audience = Literal["public", "internal"]


# --- time -----------------------------------------------------------------------------------------

DateOrigin = Literal[
    "front_matter", "json_ld", "page_text", "html_meta", "pdf_metadata", "feed", "row", "editor"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date at the precision at which it was given, with where it was given.

    `value` is ISO 8601: "2024", "2024-05" or "2024-05-12". A year is an interval, not 1 January.
    Raises ValueError when `value` is none of these. An unknown date is None, never a PartialDate.
    """

    value: str
    origin: DateOrigin

    def __post_init__(self) -> None:
        self.first, self.last  # noqa: B018 - both raise on a value that is no date

    @property
    def first(self) -> date:
        """The earliest day that this date can mean."""
        return _bounds(self.value)[0]

    @property
    def last(self) -> date:
        """The latest day that this date can mean."""
        return _bounds(self.value)[1]

    def __str__(self) -> str:
        return self.value


@lru_cache(maxsize=4096)
def _bounds(value: str) -> tuple[date, date]:
    """The first and the last day of an ISO date of any precision: read once, compared often."""
    parts = value.split("-")
    widths = [len(part) for part in parts]
    if widths not in ([4], [4, 2], [4, 2, 2]) or not all(part.isdecimal() for part in parts):
        raise ValueError(f"not an ISO date of year, month or day precision: {value!r}")
    year, *rest = (int(part) for part in parts)
    first_month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    if len(rest) == 2:
        return date(year, first_month, rest[1]), date(year, last_month, rest[1])
    last_day = calendar.monthrange(year, last_month)[1]
    return date(year, first_month, 1), date(year, last_month, last_day)


# --- documents ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """A half-open range of code points in one version's text: 0 <= start < end."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """The words that this span covers in `text`."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A published rating of a claim, shown word for word and never rephrased."""

    claim: str
    rating: str
    claimant: str | None = None
    reviewed_on: PartialDate | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One line of a fact-check's own list of sources: what its marker [n] stands for."""

    n: int
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published_on: PartialDate | None = None
    document_id: str | None = None
    """Set only when the list names a document of the archive by its id."""


SectionRole = Literal["summary", "body", "sources", "follow_ups", "furniture"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A stretch of a document under one heading.

    `span` covers the text below the heading, without the heading itself. `heading_path` runs from
    the outermost heading inwards and leaves the document's title out. Only "summary" and "body"
    sections hold content that may be quoted.
    """

    span: Span
    heading_path: tuple[str, ...] = ()
    role: SectionRole = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one reading of some bytes gave: everything that the bytes say, and nothing else.

    `text` is normalised once, here; every offset anywhere in the product points into it.
    `pages` holds a span per page of a paginated source, in order; empty otherwise.
    `cadence` is an ISO 8601 duration such as "P1Y": how often the figures in it are published.
    The clocks are never mixed: `valid_as_of` is the world that the figures describe,
    `published_on` the source, `checked_on` a person's judgement.
    """

    kind: Kind
    title: str
    text: str
    sections: tuple[Section, ...]
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    checked_on: PartialDate | None = None
    published_on: PartialDate | None = None
    modified_on: PartialDate | None = None
    valid_as_of: PartialDate | None = None
    valid_until: PartialDate | None = None
    cadence: str | None = None
    sources: tuple[Source, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    follow_ups: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    """URLs or ids of documents that this one replaces: metadata only, never a sentence."""
    corrects: tuple[str, ...] = ()
    pages: tuple[Span, ...] = ()
    document_id: str | None = None
    """An id that the bytes themselves ask for (a JSON Lines `_id`, front matter `id`)."""
    audience: Audience | None = None
    """An audience that the bytes themselves ask for; it can only narrow the caller's."""
    withdrawn: str | None = None
    """A public note, when the bytes themselves say that the document was withdrawn."""


RevisionKind = Literal["confirmed", "updated", "corrected"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """Why `version` took the place of the version `replaces`, where an editor said so.

    updated: the world moved on. corrected: it was wrong when it was published. confirmed: it was
    looked at again, and holds. `note` is public. `at` is an instant in ISO 8601, UTC.
    """

    kind: RevisionKind
    version: int
    replaces: int
    at: str
    note: str

    @property
    def on(self) -> str:
        """The day of it."""
        return self.at[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One version of a document of the archive: a Content with its identity in the ledger.

    `version` counts from 1 and changes with the content. `retrieved_on` is our own fetch and
    carries no judgement: it moves no clock.
    """

    id: str
    version: int
    audience: Audience
    content: Content
    retrieved_on: datetime
    revisions: tuple[Revision, ...] = ()
    """Why versions of this document took each other's place, as editors said; newest first."""

    @property
    def revision(self) -> Revision | None:
        """Why this version took an earlier one's place; None where no editor said anything."""
        return next((each for each in self.revisions if each.version == self.version), None)

    @property
    def kind(self) -> Kind:
        return self.content.kind

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def text(self) -> str:
        return self.content.text

    def page_of(self, span: Span) -> int | None:
        """The 1-based page on which `span` starts, or None where the source has no pages."""
        for number, page in enumerate(self.content.pages, start=1):
            if page.start <= span.start < page.end:
                return number
        return None

    def section_of(self, span: Span) -> Section | None:
        return next((s for s in self.content.sections if s.span.covers(span)), None)

    def around(self, span: Span, most: int = 200) -> tuple[str, str]:
        """The words right before and right after `span` in its paragraph, exactly as they stand.

        At most `most` code points on each side, cut between words.
        """
        first = max(self.text.rfind("\n", 0, span.start) + 1, span.start - most)
        if first and not self.text[first - 1].isspace():
            first = next((i + 1 for i in range(first, span.start) if self.text[i] == " "), first)
        end = self.text.find("\n", span.end)
        last = min(len(self.text) if end < 0 else end, span.end + most)
        if last < len(self.text) and not self.text[last].isspace():
            last = next((i for i in range(last, span.end, -1) if self.text[i] == " "), last)
        return self.text[first : span.start], self.text[span.end : last]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in a document with what it measures, all of it read from the text around it.

    `span` covers the number with its sign and unit, `sentence` its sentence; both are offsets into
    the version's text. `value` is in whole units ("36.2 million" is 36,200,000; 91% is 91).
    `precision` is half of the last digit given, in the same units: two values agree when they
    differ by no more than both precisions together. A change that goes down is negative. What the
    text doesn't say is None or empty, never guessed: missing keys make two figures "possibly" the
    same series, never contradicting.
    """

    span: Span
    sentence: Span
    value: float
    precision: float
    unit: str
    """What is counted ("report", "death") or measured ("%", "usd", "per 100000"), as a stem."""
    subject: str | None = None
    """Who counts, by its folded name ("ncmec"): named, else who published what it is taken from."""
    named: bool = False
    """The sentence itself names the subject."""
    metric: tuple[str, ...] = ()
    """The stems that name what is measured, sorted ("assist", "child", "miss")."""
    population: tuple[str, ...] = ()
    """The stems that narrow it to a part ("care", "foster")."""
    place: str | None = None
    period_first: date | None = None
    period_last: date | None = None
    series: str = ""
    """Unit and metric as words: figures whose lines share none are never compared."""
    context: tuple[str, ...] = ()
    """The stems of title and heading: a word that only they hold is no other metric."""
    words: tuple[str, ...] = ()
    """The stems of all words that its sentence says it with; () where the sentence leaves it to
    another. Numbers, periods, places, names and the words of any statistic are not among them."""
    loose: tuple[str, ...] = ()
    """Those of them that another wording may leave out: a participle, who did it."""
    stated: tuple[str, ...] = ()
    """What it says was done, as "removed" in "were removed": left out by no other wording."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageDraft:
    """A passage before the ledger has given it an id; spans are offsets into the text."""

    span: Span
    heading_path: tuple[str, ...]
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Whole sentences of one section: the unit that is indexed and searched.

    `id` is the ledger's and is never used again, not even after an erasure. `text` is exactly
    the slice of the document's text at `span`. `sentences` are spans in the same coordinates.
    """

    id: int
    document_id: str
    version: int
    span: Span
    text: str
    heading_path: tuple[str, ...] = ()
    sentences: tuple[Span, ...] = ()


# --- search ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search may see. A caller's audience is the widest that it may read."""

    audience: Audience = "public"
    kinds: tuple[Kind, ...] = ()
    published_from: date | None = None
    published_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search found. The score belongs to the search, never to the passage.

    `lexical` is the BM25 score (0 when the lexical run did not find it), `dense` the cosine
    similarity to the question (-1 to 1, None when not known), `score` the fused score by which
    hits are ordered; scores compare only within one search.
    """

    passage: Passage
    score: float
    lexical: float = 0.0
    dense: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a question found: hits, best first, and the documents that they belong to."""

    question: str
    hits: tuple[Hit, ...]
    documents: Mapping[str, Document]

    def document(self, hit: Hit) -> Document:
        return self.documents[hit.passage.document_id]


# --- answers --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """The second hop: what a marker in a fact-check's sentence leads to.

    `source` is None when the fact-check lists nothing for the marker. `document` is None when the
    source is not in the archive (or not for this reader); then the marker is unresolved. `span`
    is the sentence of the source that carries the citing sentence, None when none does.
    """

    marker: str
    source: Source | None = None
    document: Document | None = None
    span: Span | None = None

    @property
    def resolved(self) -> bool:
        return self.document is not None

    @property
    def quote(self) -> str | None:
        return self.span.of(self.document.text) if self.document and self.span else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Exact words of one version. The words are sliced from the text, never supplied."""

    document: Document
    span: Span
    via: tuple[Via, ...] = ()

    def __post_init__(self) -> None:
        if self.span.end > len(self.document.text):
            raise ValueError(f"{self.document.id} has no text at {self.span}")

    @property
    def quote(self) -> str:
        return self.span.of(self.document.text)

    @property
    def page(self) -> int | None:
        return self.document.page_of(self.span)

    @property
    def key(self) -> tuple[str, int, int, int]:
        return self.document.id, self.document.version, self.span.start, self.span.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A sentence that a composer would say, with the quotes that it says carry it.

    Nothing here is trusted: a quote is words to be found in the passage, not a citation.
    """

    text: str
    quotes: tuple[tuple[int, str], ...]
    """(passage id, words) pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a composer proposes, in reading order, before any of it is verified."""

    proposals: tuple[Proposal, ...]
    diagnostics: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A verified sentence and the exact words that carry it (at least one citation).

    `text` carries no source markers; `support` is 0 to 1.
    """

    text: str
    citations: tuple[Citation, ...]
    support: float

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("a sentence without a citation is never said")


Rule = Literal[
    "age-volatility",
    "release-overdue",
    "period-closed",
    "superseded",
    "restated",
    "source-changed",
    "source-gone",
    "retracted-or-corrected",
    "event-passed",
    "relative-words",
    "unknown-date",
    "pinned",
]
Level = Literal["hard", "strong", "medium", "soft", "info"]
State = Literal[
    "retracted",
    "contradicted",
    "superseded",
    "may_be_outdated",
    "unverifiable",
    "unknown",
    "ageing",
    "fresh",
]
STATES_WORST_FIRST: tuple[State, ...] = (
    "retracted",
    "contradicted",
    "superseded",
    "may_be_outdated",
    "unverifiable",
    "unknown",
    "ageing",
    "fresh",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a claim may no longer hold, and what would clear the doubt.

    `claim` is the index of the claim that it is about, None when it is about the document.
    """

    rule: Rule
    level: Level
    text: str
    clears_when: str
    claim: int | None = None
    evidence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """May this still be said today? `score` is p_mutable x (1 - exp(-age / tau)), 0 to 1."""

    state: State
    score: float
    notice: str | None = None
    reasons: tuple[Reason, ...] = ()
    valid_as_of: PartialDate | None = None
    checked_on: PartialDate | None = None
    next_review_on: date | None = None
    """The earliest day on which a rule will fire that does not fire now; None when none will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """The freshness of one sentence of a checked document, at its place in the text."""

    span: Span
    freshness: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Volatility:
    """How soon what is asked may change. `p_mutable` is 0 to 1; `tau_days` is at least 1."""

    p_mutable: float
    kind: Literal[
        "live", "fast", "monthly", "annual", "office", "definition", "historical", "other"
    ]
    tau_days: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Does the evidence carry the claim? `score` is 0 to 1, higher for more support."""

    score: float
    supported: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A Statement that has been dated: one sentence of an answer, ready to be shown."""

    statement: Statement
    freshness: Freshness

    @property
    def text(self) -> str:
        return self.statement.text

    @property
    def citations(self) -> tuple[Citation, ...]:
        return self.statement.citations


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Claims in reading order, how old they are, and the verdicts published on them."""

    claims: tuple[Claim, ...]
    freshness: Freshness
    confidence: float
    as_of: date
    verdicts: tuple[tuple[Document, Verdict], ...] = ()
    follow_ups: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.claims:
            raise ValueError("an answer without claims is an abstention")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation once, in the order of first use: its place here, from 1, is its number."""
        return tuple({c.key: c for claim in self.claims for c in claim.citations}.values())

    def numbers(self, claim: Claim) -> tuple[int, ...]:
        """The numbers of a claim's citations."""
        keys = [citation.key for citation in self.citations]
        return tuple(keys.index(citation.key) + 1 for citation in claim.citations)


AbstentionReason = Literal["no_evidence", "weak_evidence", "unsupported", "out_of_scope"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Abstention:
    """The archive doesn't say; `nearest` is what came closest, best first."""

    reason: AbstentionReason
    confidence: float
    nearest: tuple[Citation, ...] = ()
    follow_ups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What every channel renders. `confidence` decides between the two kinds of result."""

    id: str
    question: str
    result: Answer | Abstention
    created_at: datetime
    standalone: str | None = None
    """The question as it was understood, where it leant on what was asked before."""
    diagnostics: Mapping[str, str] = field(default_factory=dict)

    @property
    def abstained(self) -> bool:
        return isinstance(self.result, Abstention)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFound:
    """First event of a streamed answer: the documents that were found, best first."""

    documents: tuple[Document, ...]
    standalone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVerified:
    """A claim, sent as soon as it is verified, with its citations' numbers in the answer."""

    index: int
    claim: Claim
    numbers: tuple[int, ...]


AskEvent = EvidenceFound | ClaimVerified | Reply
AskEvents = Iterator[AskEvent]
