"""The chronicle: what became of fact-checks, noted once, and who is told of it.

A round says how every fact-check stands. What differs from how it was last seen to stand is a
change: an entry of the feeds, and, where answers in chat threads rested on it, a job for each
thread. Everything is written in one transaction, so nobody is told twice and nobody is left out,
whatever was down when it happened.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy import Connection

from assistant.contract import reason_json
from assistant.errors import NotFound
from assistant.ledger import database
from assistant.ledger.changes import Change, ChangeKind, Held, Noted
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post
from assistant.ports import Clock
from assistant.types import Document, PartialDate, RevisionKind
from assistant.upkeep.rounds import RETRY_S, Checked, Round, Rounds
from assistant.upkeep.telling import TELL as TELL
from assistant.upkeep.telling import Telling, without_reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """How a document stands now, how it was last seen to stand, and what has become of it."""

    noted: Noted
    before: Noted | None
    kinds: tuple[ChangeKind, ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()
    notice: str | None = None
    note: str | None = None
    revision: RevisionKind | None = None


class Chronicle:
    """Compares rounds with what was noted. Safe to share between threads."""

    def __init__(self, ledger: Ledger, rounds: Rounds, clock: Clock) -> None:
        self._ledger = ledger
        self._rounds = rounds
        self._clock = clock
        self._telling = Telling(ledger, clock)
        self._last: Round | None = None
        self._writes = -1
        self._rests_until = 0.0

    def keep(self, patience_s: float = 0.0) -> int:
        """Notes what the last round found, once it is finished; how many changes.

        Starts the round of today where there is none yet, and waits for it so long at most. While
        documents are still coming in, from one look to the next, it waits for the last of them.
        """
        before, self._writes = self._writes, self._ledger.writes
        if not patience_s and (before != self._writes or time.monotonic() < self._rests_until):
            return 0
        made = self._rounds.look(patience_s).last
        if made is None or made is self._last or made.writes != self._ledger.writes:
            return 0  # nothing new, or the archive has moved on from what this round saw
        self._rests_until = time.monotonic() + RETRY_S  # should it fail
        changes = self._note(made)
        self._last, self._rests_until = made, 0.0
        return changes

    def withdrawn(self, document_id: str, note: str, within: Connection) -> None:
        """A document was withdrawn by an editor: its threads hear of it."""
        standing = self._ledger.documents.standing(document_id)
        if standing is None:
            raise NotFound(f"no document {document_id!r}")
        before = self._ledger.changes.noted(within).get(document_id)
        self._write([self._without(document_id, standing.version, note, before)], within)

    def revised(
        self, document_id: str, kind: RevisionKind, version: int, note: str, within: Connection
    ) -> None:
        """A version that an editor published took the place of the one before it.

        Who rested on that one hears of a correction, and of an update that took the words that
        were quoted; `note` is public. The next round finds nothing new in it.
        """
        before = self._ledger.changes.noted(within).get(document_id)
        if before is not None and before.version >= version:
            return
        document = self._ledger.documents.written(document_id, version, within)
        overtaken = self._overtaken(before, version - 1, within)
        seen = _revised(overtaken.noted if overtaken else before, document, kind, note)
        for each in (overtaken, seen):
            self._write([each] if each else [], within)

    def _overtaken(self, before: Noted | None, version: int, within: Connection) -> _Seen | None:
        """A version of which no round said anything before the next one took its place."""
        if before is None or before.version >= version:
            return None
        content = self._ledger.documents.written(before.document_id, version, within).content
        noted = replace(before, version=version, checked_on=_text(content.checked_on))
        return _Seen(noted=noted, before=before, kinds=_kinds(before, noted))

    def posted(self, post: Post) -> None:
        """An answer was posted in a thread, which hears of what came while it was being written."""
        with self._ledger.noting() as within:
            self._ledger.posts.add(post, self._clock(), within)
            self._telling.posted(post, within)

    def erased(
        self,
        document_id: str,
        posts: Iterable[Post],
        within: Connection,
        notes: Collection[str] = (),
    ) -> None:
        """A document was erased: nothing of it is kept here, and messages with its words go.

        `notes` told of it: they go wherever they were repeated.
        """
        cut = partial(without_reasons, document_id, notes)
        self._ledger.changes.erase(within, document_id, cut)
        self._telling.erased(document_id, posts, within, notes)

    def _note(self, made: Round) -> int:
        """Under the write lock from its first look on, so that no withdrawal comes in between."""
        with self._ledger.noting() as within:
            differing = [each for each in self._seen(made, within) if each.noted != each.before]
            self._write(differing, within)
        return sum(len(each.kinds) for each in differing)

    def _seen(self, made: Round, within: Connection) -> Iterator[_Seen]:
        before = self._ledger.changes.noted(within)
        held = self._ledger.changes.held(within)
        rested_on = self._ledger.posts.rested_on()
        for each in made.checked:
            now = held.get(each.document_id)
            if now and (now.state, now.version) == ("active", each.version):
                known = before.get(each.document_id)
                yield _compared(known, each, told=each.document_id in rested_on)
        for document_id in sorted(before.keys() | rested_on):
            known = before.get(document_id)
            if document_id in held and (known is None or known.state != "withdrawn"):
                yield from self._gone(document_id, held[document_id], known)

    def _gone(self, document_id: str, now: Held, before: Noted | None) -> Iterator[_Seen]:
        """Withdrawn, or no longer in the folder that it came from. Not: before its own day."""
        if now.state in ("withdrawn", "removed"):
            yield self._without(document_id, now.version, now.note, before)

    def _without(
        self, document_id: str, version: int, note: str | None, before: Noted | None
    ) -> _Seen:
        checked_on = self._ledger.documents.version(document_id, version).content.checked_on
        noted = Noted(
            document_id=document_id,
            version=version,
            state="withdrawn",
            notice=True,
            checked_on=_text(checked_on),
        )
        return _Seen(noted=noted, before=before, kinds=("withdrawn",), note=note)

    def _write(self, seen: Sequence[_Seen], within: Connection) -> None:
        self._ledger.changes.note([each.noted for each in seen], within)
        for each in seen:
            for kind in each.kinds:
                self._add(each, kind, within)

    def _add(self, seen: _Seen, kind: ChangeKind, within: Connection) -> None:
        version = seen.noted.version
        document = self._ledger.documents.written(seen.noted.document_id, version, within)
        body: dict[str, Any] = {
            "title": document.title,
            "url": document.content.url,
            "checked_on": seen.noted.checked_on,
            "notice": seen.notice,
            "note": seen.note,
            "reasons": [dict(each) for each in seen.reasons],
        }
        if seen.revision:
            body["revision"] = {
                "kind": seen.revision,
                "version": version,
                "replaces": version - 1,
            }
        change = Change(
            at=database.stamp(self._clock()),
            document_id=document.id,
            version=document.version,
            audience=document.audience,
            kind=kind,
            state=seen.noted.state,
            body=body,
        )
        self._ledger.changes.add(change, within)
        self._telling.changed(change, seen.before, within)


def _revised(before: Noted | None, document: Document, kind: RevisionKind, note: str) -> _Seen:
    """A correction by another document outlives a refresh; every other doubt is looked at anew."""
    retracted = before is not None and before.state == "retracted"
    return _Seen(
        noted=Noted(
            document_id=document.id,
            version=document.version,
            state="retracted" if retracted else "fresh",
            notice=retracted,
            checked_on=_text(document.content.checked_on),
        ),
        before=before,
        kinds=("corrected" if kind == "corrected" else "refreshed",),
        note=note,
        revision=kind,
    )


def _compared(before: Noted | None, checked: Checked, *, told: bool) -> _Seen:
    """`told`: a thread rests on it, which must hear of a correction, noted before or not."""
    freshness = checked.freshness
    now = Noted(
        document_id=checked.document_id,
        version=checked.version,
        state=freshness.state,
        notice=freshness.notice is not None,
        checked_on=_text(checked.checked_on),
    )
    kinds = _kinds(before, now) if before else ()
    if before is None and told and now.state == "retracted":
        kinds = ("corrected",)
    return _Seen(
        noted=now,
        before=before,
        kinds=kinds,
        reasons=tuple(dict(reason_json(each)) for each in freshness.reasons),
        notice=freshness.notice,
    )


def _kinds(before: Noted, now: Noted) -> tuple[ChangeKind, ...]:
    """What became of a document. One that is seen for the first time has not changed."""
    if now.state == "retracted" and before.state != "retracted":
        return ("corrected",)
    found: list[ChangeKind] = []
    if now.version != before.version:
        found.append("refreshed" if _is_later(now.checked_on, before.checked_on) else "changed")
    if now.notice and not before.notice:
        found.append("stale")
    return tuple(found)


def _is_later(now: str | None, before: str | None) -> bool:
    """A check on a day that is surely a later one; a date given more exactly is not."""
    if now is None or before is None:
        return now is not None
    days = [PartialDate(value=each, origin="front_matter") for each in (now, before)]
    return days[0].first > days[1].last


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
