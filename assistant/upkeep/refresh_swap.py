"""The atomic swap at the end of a refresh: version, pages, note, label, state, and who is told.

All of it is one transaction; the indexes follow, as after every ingest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol, cast

from sqlalchemy import Connection

from assistant.errors import BadInput
from assistant.freshness.clocks import age_in_days
from assistant.freshness.refresh.edits import reread
from assistant.ledger import database
from assistant.ledger.labels import Label
from assistant.ledger.ledger import Ledger
from assistant.ledger.refreshes import Kept, RefreshOutcome, RefreshState
from assistant.ledger.writing import Entry
from assistant.ports import Clock
from assistant.types import Content, Document, Revision, RevisionKind, Volatility
from assistant.upkeep.refresh_body import Body, content_of, pages_of

LONGEST_NOTE = 2000


class Told(Protocol):
    """Who is told of what is published, in its transaction."""

    def revised(
        self, document_id: str, kind: RevisionKind, version: int, note: str, within: Connection
    ) -> None: ...

    def withdrawn(self, document_id: str, note: str, within: Connection) -> None: ...


class Shelf(Protocol):
    """Where versions go: the ledger and the indexes together."""

    def publish(self, entries: Sequence[Entry], also: Callable[[Connection], None]) -> None: ...

    def withdraw(self, document_id: str, note: str, also: Callable[[Connection], None]) -> None: ...

    def writing(self) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An approval: by whom and when, with what an editor worded anew or calls by another name."""

    at: datetime
    by: str | None = None
    note: str | None = None
    text: str | None = None
    kind: str | None = None


class Publisher:
    def __init__(
        self,
        ledger: Ledger,
        shelf: Shelf,
        told: Told,
        *,
        entry_of: Callable[[Content, Document], Entry],
        page_entry: Callable[[Document], Entry],
        volatility: Callable[[Document], Volatility],
        watching: Callable[[Document], Sequence[object]],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._shelf = shelf
        self._told = told
        self._entry_of = entry_of
        self._page_entry = page_entry
        self._volatility = volatility
        self._watching = watching
        self._clock = clock

    def writing(self) -> Any:
        """Nobody else writes meanwhile."""
        return self._shelf.writing()

    def publish(self, kept: Kept, document: Document, decided: Decided) -> Kept:
        """All of it, or nothing of it. Raises BadInput for a note, text or kind that can't be."""
        said = note_of(decided.note, kept.body)
        kept = called(kept, decided.kind)
        if kept.outcome == "withdrawn":
            made = self._ended(kept, "published", decided.by, note=said)
            self._shelf.withdraw(document.id, said, lambda w: self._withdrawn(made, w, said))
            return made
        content = content_of(kept.body)
        if decided.text is not None:
            content = reread(content, decided.text)
        return self._swap(kept, document, content, said, decided)

    def _swap(
        self, kept: Kept, document: Document, content: Content, note: str, decided: Decided
    ) -> Kept:
        by = decided.by
        if content == document.content:  # checked again on the day of the last check
            made = self._ended(kept, "published", by, note=note, new_version=document.version)
            self._ledger.refreshes.put(made)
            return made
        version = document.version + 1
        made = self._ended(kept, "published", by, note=note, new_version=version, text=content.text)
        sources = list(self._watching(document))

        def also(within: Connection) -> None:
            if list(self._watching(document)) != sources:  # nobody else writes any more
                raise BadInput("a source has changed at this very moment: refresh it again")
            new = self._ledger.documents.written(document.id, version, within)
            self._revised(made, document, note, decided.at, within)
            self._kept(self._rests_now(made, new, within), within)

        entries = [*self._pages(kept), self._entry_of(content, document)]
        self._shelf.publish(entries, also)
        return self._ledger.refreshes.get(made.id)

    def _pages(self, kept: Kept) -> list[Entry]:
        """What it quotes and nobody has written yet."""
        wanted = []
        for page in pages_of(kept.body):
            standing = self._ledger.documents.standing(page.id)
            version = standing.version if standing else 0
            if version and self._ledger.documents.version(page.id, version).text == page.text:
                continue
            if version + 1 != page.version:
                raise BadInput(
                    "a page that it quotes was read anew since this was proposed: refresh it again"
                )
            wanted.append(self._page_entry(page))
        return wanted

    def _revised(
        self, made: Kept, document: Document, note: str, at: datetime, within: Connection
    ) -> None:
        kind: RevisionKind = (
            made.outcome if made.outcome in ("updated", "corrected") else "confirmed"
        )
        version = document.version + 1
        revision = Revision(
            kind=kind,
            version=version,
            replaces=document.version,
            at=database.stamp(at),
            note=note,
        )
        self._ledger.revisions.add(document.id, revision, made.id, within)
        self._told.revised(document.id, kind, version, note, within)

    def _withdrawn(self, made: Kept, within: Connection, note: str) -> None:
        self._told.withdrawn(made.document_id, note, within)
        self._kept(made, within)

    def _kept(self, made: Kept, within: Connection) -> None:
        self._ledger.refreshes.put(made, within)
        if label := self._label(made):
            self._ledger.labels.add(label, self._clock(), within)

    def _label(self, made: Kept) -> Label | None:
        """What became of the check at its age; None for one whose age is not known."""
        document = self._ledger.documents.version(made.document_id, made.version)
        checked, basis = document.content.checked_on, made.body.get("basis") or {}
        if checked is None or made.outcome is None or "day" not in basis:
            return None
        volatility = self._volatility(document)
        return Label(
            document_id=made.document_id,
            version=made.version,
            kind=volatility.kind,
            p_mutable=volatility.p_mutable,
            tau_days=volatility.tau_days,
            age_days=age_in_days(checked, date.fromisoformat(basis["day"])),
            outcome=made.outcome,
        )

    def _rests_now(self, made: Kept, document: Document, within: Connection) -> Kept:
        """What it rests on now includes what it has written: asked for again, it is the same."""
        basis = {
            **made.body["basis"],
            "archive": self._ledger.generations.current(within),
            "sources": list(self._watching(document)),
        }
        return replace(made, body={**made.body, "basis": basis})

    def _ended(self, kept: Kept, state: RefreshState, by: str | None, **said: Any) -> Kept:
        return ended(kept, state, by, self._clock(), **said)


def ended(kept: Kept, state: RefreshState, by: str | None, at: datetime, **said: Any) -> Kept:
    """A refresh as it stands at its end. The pages that it quotes are written by then, or are not
    wanted."""
    body = {**kept.body, **said, "by": by or kept.body.get("by")}
    body.pop("pages", None)
    return replace(kept, state=state, ended_at=database.stamp(at), body=body)


def called(kept: Kept, kind: str | None) -> Kept:
    """As an editor calls it. Raises BadInput where nothing was changed that could be called so."""
    if kind is None or kind == kept.outcome:
        return kept
    if kind not in ("updated", "corrected") or kept.outcome not in ("updated", "corrected"):
        raise BadInput(f"what is proposed is {kept.outcome}: it can't be published as {kind}")
    return replace(kept, outcome=cast(RefreshOutcome, kind))


def note_of(given: str | None, body: Body) -> str:
    """The public note: an editor's words, else those of the rules. Raises BadInput."""
    note = (given or body.get("note") or "").strip()
    if not note or len(note) > LONGEST_NOTE:
        raise BadInput(f"readers need a note, of at most {LONGEST_NOTE:,} characters")
    return note
