"""What a refresh finds and proposes: sources, changed sentences, and the outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from assistant.freshness.facts import SourceState
from assistant.types import Content, Document, Figure, PartialDate, Reason, Source, Span

Outcome = Literal["confirmed", "updated", "corrected", "withdrawn", "failed"]
Status = Literal["unchanged", "changed", "moved", "gone", "retracted", "unreachable", "unchecked"]

ANSWERED: tuple[Status, ...] = ("unchanged", "changed", "moved")
"""A source of these was read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at an address found, in the words of who looked.

    `now` is what it says now, `then` what it said when the check was made; None: not known.
    `document` is the version of the archive that holds its words now, where there is one.
    """

    status: Literal["there", "moved", "gone", "retracted", "unreachable"]
    text: str
    then: str | None = None
    now: str | None = None
    document: Document | None = None
    page: Document | None = None
    """What it says now as a document of its own, where the archive's is a digest of it in other
    words, or where there is none. It is written when what is proposed from it is published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCheck:
    """One listed source after the refresh. `text` says in one sentence what was found."""

    n: int
    source: Source
    status: Status
    text: str
    document: Document | None = None
    then: str | None = None
    now: str | None = None
    page: Document | None = None
    shown: bool = True
    """Nothing that is cited was looked for on its page in vain."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """Where its words of today stand, the page itself before a digest of it."""
        return tuple(each for each in (self.page, self.document) if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What speaks against a sentence as its sources hold it; `near` are their nearest words.

    `differs`: they give another number; else only words of it were not found there.
    """

    differs: bool
    numbers: tuple[int, ...]
    why: str
    near: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A figure that may stand in the place of another, in the words of its document.

    `quote` holds `figure`; both are spans of `document.text`. `certain`: its keys say that it is
    of the same series; else only the support judge can let it in.
    """

    document: Document
    figure: Figure
    quote: Span
    relation: Literal["later", "restated"]
    certain: bool = True
    listed: int | None = None
    """The number under which the fact-check lists its document already."""

    @property
    def words(self) -> str:
        return self.quote.of(self.document.text)

    @property
    def value(self) -> str:
        return self.figure.span.of(self.document.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sentence of the old version and what stands in its place (None: it is taken out)."""

    span: Span
    old: str
    new: str | None
    reasons: tuple[Reason, ...] = ()
    candidate: Candidate | None = None
    old_value: str | None = None
    new_value: str | None = None
    old_period: str | None = None
    new_period: str | None = None
    also: tuple[tuple[str, str], ...] = ()
    """Further values of the sentence, before and after."""
    publisher: str | None = None
    """Who says what is new: the document's publisher, or the one that the list names for it."""
    was_wrong: bool = False
    """What was published by the day of the check said otherwise already."""
    retracted: Source | None = None
    """The retracted source for which it is taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A sentence in doubt that stays as it is: nothing that was verified can stand there."""

    span: Span
    text: str
    why: str
    reasons: tuple[Reason, ...] = ()
    vouchable: bool = False
    """An editor who has looked may say that it stands as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a refresh comes to. `content` is None for outcomes that publish no version.

    `reason` says why it failed and what to do; `caution` what an editor should know before
    approving.
    """

    outcome: Outcome
    sources: tuple[SourceCheck, ...]
    changes: tuple[Change, ...] = ()
    left: tuple[Left, ...] = ()
    content: Content | None = None
    pages: tuple[Document, ...] = ()
    """What it quotes that is written only when this is published."""
    note: str | None = None
    reason: str | None = None
    caution: str | None = None
    told_of: tuple[str, ...] = ()
    """Ids of the documents that the reasons speak of, whose words may stand in any of these."""


# --- ports ----------------------------------------------------------------------------------------

LookAgain = Callable[[Document, Collection[Source]], Mapping[int, Look]]
"""(fact-check, its sources that have an address) -> what a look at each found, by its number."""

Carried = Callable[[SourceState, str], str | None]
"""(a source then and now, a sentence) -> the words of then that carry it."""

Holds = Callable[[str, str, Mapping[int, Sequence[Document]]], Sequence[Doubt]]
"""(a sentence with its markers, the title above it, what stands behind each marker) -> what speaks
against it."""

Compare = Callable[[Figure, Figure], str]
"""(one, other) -> what the other is beside the one: "same", "later", "earlier", "restated",
"possibly" any of these, or "other"."""

FiguresOf = Callable[[Document], Sequence[Figure]]
"""document -> its figures, in reading order."""

FiguresIn = Callable[[str], Sequence[Figure]]
"""text -> its figures, as if it were a document."""

RivalsOf = Callable[[Figure], Sequence[tuple[Document, Figure]]]
"""figure -> figures of the same series in documents that are served."""

Search = Callable[[str], Sequence[Document]]
"""words -> the documents that speak of them, best first, sources before fact-checks."""

MayReplace = Callable[[Document, Sequence[str | None]], bool]
"""(document, publishers) -> may its figures replace theirs, by the authority of publishers?"""

Rank = Callable[[Document], int]
"""document -> the tier of its publisher, 1 the highest."""


def day_of(value: PartialDate | None) -> date:
    """The last day that a date can mean; of an unknown one a day before all others."""
    return date.min if value is None else value.last
