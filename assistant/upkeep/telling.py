"""Telling: which chat threads must hear what became of a fact-check, each of them once.

A job of the queue TELL for each thread, written in the transaction of what it tells of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any, Literal

from sqlalchemy import Connection

from assistant.erasure import names
from assistant.ledger.changes import Change, ChangeKind, Noted
from assistant.ledger.ledger import Ledger
from assistant.ledger.posts import Post
from assistant.ledger.revisions import TAKEN_OUT
from assistant.ports import Clock
from assistant.types import Document

Json = dict[str, Any]

TELL = "tell"
"""The queue of what threads must still be told."""

Told = Literal["corrected", "withdrawn", "changed", "updated", "erased"]
"""What a thread hears of. That time has passed over a fact-check is for the feeds, and so is that
it was confirmed."""
TOLD: tuple[ChangeKind, ...] = ("corrected", "withdrawn", "changed", "refreshed")
"""The changes that may be one of these."""


class Telling:
    """Adds jobs and does none. Safe to share between threads."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def changed(self, change: Change, before: Noted | None, within: Connection) -> None:
        """Something became of a document that had been seen to stand as `before`."""
        told = _told(change)
        if told is None:
            return
        document = self._ledger.documents.written(change.document_id, change.version, within)
        posts = [
            each
            for each in self._ledger.posts.of_document(document.id)
            if self._concerns(each, change, before, document)
        ]
        self._tell(told, _name(change), _about(change), posts, within)

    def posted(self, post: Post, within: Connection) -> None:
        """An answer was posted: what came while it was being written is told."""
        if post.answer_id is None:
            return
        reply = self._ledger.answers.get(post.answer_id).reply
        if "erased" in reply.get("diagnostics", {}):
            self._tell("erased", "erased", {}, [post], within)
        for change in self._ledger.changes.since_answer(post.answer_id, TOLD, within):
            document = self._ledger.documents.version(change.document_id, change.version)
            told = _told(change)
            if told and self._concerns(post, change, None, document):
                self._tell(told, _name(change), _about(change), [post], within)

    def erased(
        self,
        document_id: str,
        posts: Iterable[Post],
        within: Connection,
        notes: Collection[str] = (),
    ) -> None:
        """Messages with its words go, and so does what threads were still to be told of it."""
        self._ledger.jobs.rewrite(TELL, partial(_job_without, document_id, notes), within)
        self._tell("erased", f"erased:{document_id}", {}, posts, within)

    def _concerns(
        self, post: Post, change: Change, before: Noted | None, document: Document
    ) -> bool:
        """Whether an answer rested on the document, and did not say so itself when it was given."""
        reply = self._ledger.answers.get(post.answer_id or "").reply
        if reply["kind"] != "answer":
            return False
        told = _told(change)
        if told == "corrected" and "revision" in change.body:
            return any(each["version"] < document.version for each in _quoted(reply, document.id))
        if told == "corrected":
            return not _said_so(reply, document.id)
        return told == "withdrawn" or self._lost_words(reply, before, document)

    def _lost_words(self, reply: Mapping[str, Any], before: Noted | None, now: Document) -> bool:
        """Whether words that it quotes went with this very version, not with one before it."""
        known = before and self._ledger.documents.version(now.id, before.version)
        return any(
            each["quote"] not in now.text
            and (not known or each["version"] > known.version or each["quote"] in known.text)
            for each in _quoted(reply, now.id)
            if each["version"] < now.version
        )

    def _tell(
        self,
        kind: Told,
        name: str,
        about: Json,
        posts: Iterable[Post],
        within: Connection,
    ) -> None:
        """One job for each thread, with all its answers that rested on the document.

        Its key says what is told about which answers: should the same come to pass once more, as
        when the clock is set back and forth, a thread that has heard of it hears it only once.
        """
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
            key = f"{name}:{lane}:{answered[-1].answer_id}"
            self._ledger.jobs.add(key, TELL, lane, body, self._clock(), within)


def _told(change: Change) -> Told | None:
    """As what a thread hears of it; None where it does not."""
    revision = change.body.get("revision")
    if revision and revision["kind"] == "updated":
        return "updated"
    if change.kind == "refreshed" or change.kind == "stale":
        return None
    return change.kind


def _quoted(reply: Mapping[str, Any], document_id: str) -> list[Mapping[str, Any]]:
    """The places at which an answer quotes words of a document, through a second hop too."""
    shown = [*reply["citations"], *(via for c in reply["citations"] for via in c["via"])]
    return [each for each in shown if each["document_id"] == document_id and each["quote"]]


def _said_so(reply: Mapping[str, Any], document_id: str) -> bool:
    """An answer named the correction of a document itself, as a whole or beside a sentence."""
    judged = [reply["freshness"], *(claim["freshness"] for claim in reply["claims"])]
    return any(
        reason["rule"] == "retracted-or-corrected"
        and reason["evidence"].get("document_id") == document_id
        for freshness in judged
        for reason in freshness["reasons"]
    )


def _name(change: Change) -> str:
    """What is told, in the key of a job: each version may take other words away."""
    versioned = change.kind == "changed" or "revision" in change.body
    version = f":{change.version}" if versioned else ""
    return f"{_told(change)}:{change.document_id}{version}"


def _about(change: Change) -> Json:
    return {"document_id": change.document_id, "audience": change.audience, **change.body}


def without_reasons(document_id: str, notes: Collection[str], body: Json) -> Json:
    """What was said of one document, without the reasons and the notes that tell of another."""
    if body.get("note") in notes:
        body = {**body, "note": TAKEN_OUT}
    if not body.get("reasons"):
        return body
    return {**body, "reasons": [r for r in body["reasons"] if not names(r, document_id)]}


def _job_without(document_id: str, notes: Collection[str], body: Json) -> Json | None:
    """A job without a word of a document; None when it was about that one."""
    about = body["about"]
    if about.get("document_id") == document_id:
        return None
    return {**body, "about": without_reasons(document_id, notes, about)}
