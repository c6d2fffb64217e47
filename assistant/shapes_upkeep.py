"""The JSON of keeping answers current: refreshes, watched sources, recall, audit, calibration.

As in `shapes.py`: dates are ISO 8601 at their own precision, unknown values are null, offsets count
code points in the text of the version named beside them.
"""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from assistant.shapes import CheckJson, FreshnessJson, ReasonJson
from assistant.shapes import RevisionJson as RevisionJson
from assistant.types import Level

RefreshState = Literal["working", "proposed", "published", "rejected", "failed"]
RefreshOutcome = Literal["confirmed", "updated", "corrected", "withdrawn", "failed"]
SourceStatus = Literal[
    "unchanged", "changed", "moved", "gone", "retracted", "unreachable", "unchecked"
]


class SourceCheckJson(TypedDict):
    """What became of one source of a fact-check when it was refreshed.

    `unchecked`: it has no address, so nobody but a person can look at it again.
    """

    n: int
    title: str | None
    publisher: str | None
    url: str | None
    document_id: str | None
    status: SourceStatus
    text: str


class DifferenceJson(TypedDict):
    """One claim before and after. `new` is null for a claim that is taken out.

    `start` and `end` are the old sentence's place in the version that is refreshed. The quote
    stands word for word in `source_version` of `source_id`.
    """

    start: int
    end: int
    old: str
    new: str | None
    old_value: str | None
    new_value: str | None
    old_period: str | None
    new_period: str | None
    source_id: str | None
    source_version: int | None
    source_title: str | None
    publisher: str | None
    url: str | None
    published_on: str | None
    quote: str | None
    reasons: list[ReasonJson]


class LeftJson(TypedDict):
    """A sentence in doubt that stays as it is, and why: nothing verified can take its place."""

    start: int
    end: int
    text: str
    why: str
    reasons: list[ReasonJson]


class RefreshJson(TypedDict):
    """A refresh of one version. `note` is the public note, as proposed or as published.

    `text` is the whole text of the version that is proposed, null where there is none. `reason`
    says why it failed, or why it was rejected. `caution` is for whoever approves: what stays in
    doubt, and which sources were not looked at.
    """

    id: str
    document_id: str
    title: str
    version: int
    new_version: int | None
    state: RefreshState
    outcome: RefreshOutcome | None
    at: str
    ended_at: str | None
    by: str | None
    note: str | None
    reason: str | None
    caution: str | None
    text: str | None
    checked_on: str | None
    differences: list[DifferenceJson]
    left: list[LeftJson]
    sources: list[SourceCheckJson]


class DueJson(TypedDict):
    """A fact-check that carries a notice, in the order of work: level, reach, age."""

    document_id: str
    version: int
    title: str
    level: Level
    reach: int
    freshness: FreshnessJson
    refresh_id: str | None
    """An open refresh of it, if there is one."""


class QueuedCheckJson(CheckJson):
    """A fact-check in the order of work. `level` is null where there is no doubt."""

    level: Level | None
    reach: int
    """How many answers that the caller may read rested on it."""
    refresh_id: str | None
    """An open refresh of it, if there is one."""


class SourceHealthJson(TypedDict):
    """A watched source. `state`: what the last looks say of it."""

    url: str
    state: Literal["new", "ok", "failing", "unreachable", "missing", "gone", "retracted", "refused"]
    title: str | None
    document_id: str | None
    looked_at: str | None
    seen_at: str | None
    next_at: str | None
    status: int | None
    problem: str | None
    changes: int
    cited_by: list[str]
    """The ids of the fact-checks that cite it."""


class WatchReportJson(TypedDict):
    """What a round of looking found; counts of sources.

    `first`: seen for the first time; `gone` counts what is missing too, `postponed` what its host
    asked to come again for later.
    """

    looked: int
    first: int
    unchanged: int
    cosmetic: int
    changed: int
    gone: int
    failed: int
    refused: int
    postponed: int
    not_due: int
    sources: list[SourceHealthJson]
    """Those that were looked at."""


class RecalledJson(TypedDict):
    """An answer that was served with words of a document."""

    id: str
    question: str
    created_at: str
    versions: list[int]
    affected: bool
    """Its words no longer hold: they are gone, the document is not served, was corrected, replaced
    or contradicted, and the answer did not say so itself when it was given."""
    why: str | None
    threads: int
    """Chat threads that hold it."""
    told: int
    """Threads among them that were told or will be."""
    url: str | None


class RecallJson(TypedDict):
    document_id: str
    title: str | None
    state: str
    note: str | None
    items: list[RecalledJson]
    affected: int
    """Of all answers, whichever are listed here."""
    total: int
    next_cursor: str | None


AuditKind = Literal["unsupported", "number_differs", "dead_marker", "source_gone"]


class AuditFindingJson(TypedDict):
    """A marker that does not hold what its sentence claims; the words side by side."""

    kind: AuditKind
    document_id: str
    version: int
    title: str
    start: int
    end: int
    sentence: str
    claimed: str
    """The part of the sentence that the marker stands for."""
    marker: str
    source_id: str | None
    source_version: int | None
    source_title: str | None
    url: str | None
    nearest: str | None
    """The words of the source that come closest, word for word."""
    nearest_start: int | None
    nearest_end: int | None
    reasons: list[str]


class AuditJson(TypedDict):
    documents: int
    sentences: int
    markers: int
    held: int
    not_in_archive: int
    """Markers whose source is listed but not in the archive: nothing can be said of them."""
    findings: list[AuditFindingJson]


class TauJson(TypedDict):
    kind: str
    outcomes: int
    changed: int
    before: float
    after: float


class CalibrationJson(TypedDict):
    """What the outcomes of refreshes say of the clock. `applied`: it holds from now on."""

    outcomes: int
    applied: bool
    reason: str | None
    taus: list[TauJson]
    threshold_before: float
    threshold_after: float
    loss_before: float | None
    loss_after: float | None


class LinkJson(TypedDict):
    """An editor's link: `document_id` supersedes or corrects `target`. `by` is null once it is
    taken back."""

    document_id: str
    relation: Literal["supersedes", "corrects"]
    target: str
    by: str | None
