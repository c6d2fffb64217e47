"""The chronicle: what became of fact-checks, noted once, and who is told of it.

A round says how every fact-check stands. What differs from how it was last seen to stand is a
change: an entry of the feeds, and, where answers in chat threads rested on it, a job for each
thread. Everything is written in one transaction, so nobody is told twice and nobody is left out,
whatever was down when it happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection

from assistant.contract import reason_json
from assistant.errors import NotFound
from assistant.ledger import database
from assistant.ledger.changes import Change, ChangeKind, Noted
from assistant.ledger.documents import Listed
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post
from assistant.ports import Clock
from assistant.rounds import Checked, Round, Rounds
from assistant.types import Document

TELL = "tell"
"""The queue of what threads must still be told."""

TOLD: tuple[ChangeKind, ...] = ("corrected", "withdrawn", "changed")
"""What a thread hears of. That time has passed over a fact-check is for the feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A change that is about to be noted, and how the document stands with it."""

    noted: Noted
    listed: Listed
    kind: ChangeKind | None
    reasons: tuple[dict[str, Any], ...] = ()
    notice: str | None = None


class Chronicle:
    """Compares rounds with what was noted. Safe to share between threads."""

    def __init__(self, ledger: Ledger, rounds: Rounds, clock: Clock) -> None:
        self._ledger = ledger
        self._rounds = rounds
        self._clock = clock
        self._last: Round | None = None
        self._writes = -1

    def keep(self, patience_s: float = 0.0) -> int:
        """Notes what the last round found, once it is finished; how many changes.

        Starts the round of today where there is none yet, and waits for it so long at most. While
        documents are still coming in, from one look to the next, it waits for the last of them.
        """
        before, self._writes = self._writes, self._ledger.documents.writes
        if before != self._writes and not patience_s:
            return 0
        made = self._rounds.look(patience_s).last
        if made is None or made is self._last:
            return 0
        changes = self._note(made)
        self._last = made
        return changes

    def withdrawn(self, document_id: str, note: str, within: Connection) -> None:
        """A document was withdrawn by an editor: its threads hear of it."""
        standing = self._ledger.documents.standing(document_id)
        if standing is None:
            raise NotFound(f"no document {document_id!r}")
        document = self._ledger.documents.version(document_id, standing.version)
        noted = Noted(
            document_id=document_id,
            version=standing.version,
            state="withdrawn",
            notice=True,
            checked_on=_text(document.content.checked_on),
        )
        listed = Listed(
            id=document_id,
            version=standing.version,
            kind=document.kind,
            audience=standing.audience,
            state="withdrawn",
            note=note,
            title=document.title,
        )
        self._write(_Seen(noted=noted, listed=listed, kind="withdrawn"), within)

    def erased(self, document_id: str, posts: Iterable[Post], within: Connection) -> None:
        """A document was erased: nothing of it is kept here, and messages with its words go."""
        self._ledger.changes.erase(within, document_id)
        self._tell("erased", f"erased:{document_id}", {}, posts, within)

    def _note(self, made: Round) -> int:
        before = self._ledger.changes.noted()
        listed = {each.id: each for each in self._ledger.documents.listed("internal")}
        seen = [
            _compared(before.get(each.document_id), each, listed[each.document_id])
            for each in made.checked
            if each.document_id in listed
        ]
        checked = {each.document_id for each in made.checked}
        for document_id, noted in before.items():
            if document_id not in checked and noted.state != "withdrawn":
                seen.extend(self._gone(noted, listed.get(document_id)))
        differing = [each for each in seen if each.noted != before.get(each.noted.document_id)]
        if differing:
            with self._ledger.noting() as within:
                for each in differing:
                    self._write(each, within)
        return sum(each.kind is not None for each in differing)

    def _gone(self, noted: Noted, listed: Listed | None) -> list[_Seen]:
        """Withdrawn, or no longer in the folder that it came from. Not: before its own day."""
        standing = self._ledger.documents.standing(noted.document_id)
        if standing is None or standing.state not in ("withdrawn", "removed"):
            return []
        document = self._ledger.documents.version(noted.document_id, standing.version)
        found = listed or Listed(
            id=document.id,
            version=document.version,
            kind=document.kind,
            audience=document.audience,
            state="withdrawn",
            note=standing.note,
            title=document.title,
        )
        now = Noted(
            document_id=noted.document_id,
            version=standing.version,
            state="withdrawn",
            notice=True,
            checked_on=noted.checked_on,
        )
        return [_Seen(noted=now, listed=found, kind="withdrawn")]

    def _write(self, seen: _Seen, within: Connection) -> None:
        self._ledger.changes.note(seen.noted, within)
        if seen.kind is None:
            return
        document = self._ledger.documents.version(seen.noted.document_id, seen.noted.version)
        body = {
            "title": document.title,
            "url": document.content.url,
            "checked_on": seen.noted.checked_on,
            "notice": seen.notice,
            "note": seen.listed.note,
            "reasons": list(seen.reasons),
        }
        change = Change(
            at=database.stamp(self._clock()),
            document_id=document.id,
            version=document.version,
            audience=document.audience,
            kind=seen.kind,
            state=seen.noted.state,
            body=body,
        )
        number = self._ledger.changes.add(change, within)
        if seen.kind in TOLD:
            about = {"document_id": document.id, "audience": document.audience, **body}
            posts = [
                each
                for each in self._ledger.posts.of_document(document.id)
                if self._concerns(each, seen.kind, document)
            ]
            self._tell(seen.kind, f"change:{number}", about, posts, within)

    def _concerns(self, post: Post, kind: ChangeKind, document: Document) -> bool:
        """Whether an answer rested on the document, and did not say so itself when it was given."""
        reply = self._ledger.answers.get(post.answer_id or "").reply
        if reply["kind"] != "answer":
            return False
        if kind == "corrected":
            return bool(reply["freshness"]["state"] != "retracted")
        if kind == "changed":
            cited = [each for each in reply["citations"] if each["document_id"] == document.id]
            return any(each["quote"] not in document.text for each in cited)
        return True

    def _tell(
        self,
        kind: ChangeKind | Literal["erased"],
        name: str,
        about: dict[str, Any],
        posts: Iterable[Post],
        within: Connection,
    ) -> None:
        """One job for each thread, with all its answers that rested on the document."""
        threads: dict[tuple[str, str, str], list[Post]] = {}
        for post in posts:
            threads.setdefault((post.team, post.channel, post.thread_ts), []).append(post)
        for (team, channel, thread_ts), answered in threads.items():
            body = {
                "kind": kind,
                "about": about,
                "team": team,
                "channel": channel,
                "thread_ts": thread_ts,
                "answers": [{"id": each.answer_id, "ts": each.ts} for each in answered],
            }
            lane = f"{team}:{channel}:{thread_ts}"
            self._ledger.jobs.add(f"{name}:{lane}", TELL, lane, body, self._clock(), within)


def _compared(before: Noted | None, checked: Checked, listed: Listed) -> _Seen:
    freshness = checked.freshness
    now = Noted(
        document_id=checked.document_id,
        version=listed.version,
        state=freshness.state,
        notice=freshness.notice is not None,
        checked_on=_text(checked.checked_on),
    )
    return _Seen(
        noted=now,
        listed=listed,
        kind=_kind(before, now) if before else None,
        reasons=tuple(dict(reason_json(each)) for each in freshness.reasons),
        notice=freshness.notice,
    )


def _kind(before: Noted, now: Noted) -> ChangeKind | None:
    """The first that holds. A document that is seen for the first time has not changed."""
    if now.state == "retracted" and before.state != "retracted":
        return "corrected"
    if now.version != before.version:
        again = (now.checked_on or "") > (before.checked_on or "")
        return "refreshed" if again else "changed"
    if now.notice and not before.notice:
        return "stale"
    return None


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
