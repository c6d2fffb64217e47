"""Recording what a look saw: the source's state, and what it says from then on where that is new.

A changed page becomes the next version of the document that mirrors it, or a capture of its words
beside a document that is a digest of it. Nothing is overwritten. Each look is one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from assistant.errors import Gone
from assistant.freshness.watch.looks import THERE, LookOutcome, after
from assistant.freshness.watch.words import digest, kept
from assistant.ingest.outline import Outline, said
from assistant.ingest.urls import canonical_url
from assistant.ledger.generations import bump
from assistant.ledger.ledger import Ledger
from assistant.ledger.watched import Capture, Watch, hash_of
from assistant.upkeep.mirrors import Mirrored, Mirrors
from assistant.upkeep.observing import Assignment
from assistant.upkeep.sight import Sight, look_of
from assistant.upkeep.watchlist import Target, Watchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A source after a look, and what the look found."""

    target: Target
    watch: Watch
    found: LookOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """What a look changes: a capture where there is a `digest`, as `text` or as the version that
    `pointer` names; a new version where there is a `mirrored` document."""

    found: LookOutcome
    digest: str | None = None
    text: str | None = None
    pointer: tuple[str, int] | None = None
    mirrored: Mirrored | None = None


class Recorder:
    """One at a time: whoever calls sees to that."""

    def __init__(self, ledger: Ledger, watchlist: Watchlist, mirrors: Mirrors) -> None:
        self._ledger = ledger
        self._list = watchlist
        self._mirrors = mirrors

    def known(self, target: Target) -> Watch:
        """What is known of a source; nothing of one that nobody has looked at."""
        known = self._ledger.watched.get(target.url_key)
        return known or Watch(url_key=target.url_key, url=target.url)

    def assignment(self, target: Target) -> Assignment:
        """A source to look at, as it stands now."""
        watch = replace(self.known(target), url=target.url)
        last = self._last(target)
        before = self._words_of(last) if last else None
        return Assignment(target=target, watch=watch, before=before)

    def record(self, assignment: Assignment, sight: Sight, now: datetime) -> Looked:
        """Keeps what was seen. Raises NotFound or Gone for what was withdrawn or erased while it
        was looked at."""
        target, watch = assignment.target, assignment.watch
        sight = self._allowed(sight)
        expected = self._list.expected(target, now)
        last = self._last(target)
        step = self._step(target, watch, sight, last)
        known = after(watch, look_of(watch, sight, step.found, now), expected, now)
        if step.mirrored and sight.page:
            self._write(step, known, sight.page, now, last)
        else:
            self._note(step, known, now)
        return Looked(target=target, watch=known, found=step.found)

    # --- what was seen ----------------------------------------------------------------------------

    def _allowed(self, sight: Sight) -> Sight:
        """What another address leads to is not kept either, once it was erased."""
        fetched = sight.fetched
        if fetched is None:
            return sight
        if hash_of(canonical_url(fetched.final_url)) not in self._ledger.watched.erased():
            return sight
        return Sight(
            found="refused", status=sight.status, problem="It leads to a page that was erased."
        )

    def _last(self, target: Target) -> Capture | None:
        captures = self._ledger.watched.captures(target.url_key)
        return captures[-1] if captures else None

    def _words_of(self, capture: Capture) -> str | None:
        if capture.text is not None or capture.document_id is None:
            return capture.text
        version = self._ledger.documents.version(capture.document_id, capture.version or 1)
        return kept(said(version.content))

    def _step(self, target: Target, watch: Watch, sight: Sight, last: Capture | None) -> _Step:
        """What the page's words mean to the archive."""
        if sight.found == "unchanged" or sight.found not in THERE:
            return self._without_words(target, sight, last)
        assert sight.page is not None
        now_says = digest(sight.page.text)
        if last is not None and last.digest == now_says:
            return _Step(found="unchanged" if sight.body == watch.body else "cosmetic")
        found: LookOutcome = "first" if last is None else "changed"
        mirrored = None
        if target.document_id:
            mirrored = self._mirrors.of(target.document_id, sight.page, last)
        if mirrored is None:
            return _Step(found=found, digest=now_says, text=kept(sight.page.text))
        pointer = (mirrored.document.id, mirrored.document.version)
        if not mirrored.differs:
            return _Step(found=found, digest=now_says, pointer=pointer)
        return _Step(found="changed", digest=now_says, pointer=pointer, mirrored=mirrored)

    def _without_words(self, target: Target, sight: Sight, last: Capture | None) -> _Step:
        """Nothing was read. "Not modified" of a page that only its ingest has seen: it says what
        the document says."""
        if sight.found != "unchanged" or last is not None or target.document_id is None:
            return _Step(found=sight.found)
        standing = self._ledger.documents.standing(target.document_id)
        if standing is None:
            return _Step(found=sight.found)
        document = self._ledger.documents.version(standing.id, standing.version)
        return _Step(
            found="first",
            digest=digest(said(document.content)),
            pointer=(document.id, document.version),
        )

    # --- what is written --------------------------------------------------------------------------

    def _note(self, step: _Step, known: Watch, now: datetime) -> None:
        """The source's state, with a capture where its words are new."""
        if step.digest is None:
            with self._ledger.noting() as connection:
                self._put(known, connection)
            return
        with self._ledger.transaction() as connection:
            self._put(known, connection)
            if step.pointer is None:
                self._ledger.watched.capture(
                    known.url_key, step.digest, now, bump(connection), connection, text=step.text
                )
            else:
                self._point(known.url_key, step.digest, step.pointer, now, connection)
        self._ledger.watched.forget_cache()

    def _put(self, known: Watch, connection: Connection) -> None:
        """Raises Gone for a page that was erased while it was looked at."""
        if hash_of(known.url_key) in self._ledger.watched.erased(connection):
            raise Gone(f"what stood at {known.url} was erased")
        self._ledger.watched.put(known, connection)

    def _write(
        self, step: _Step, known: Watch, page: Outline, now: datetime, last: Capture | None
    ) -> None:
        """A new version, the capture that points at it and the source's state, all at once."""
        mirrored, pointer = step.mirrored, step.pointer
        now_says = step.digest
        if mirrored is None or pointer is None or now_says is None:
            raise ValueError("a new version needs a document, its version and the page's words")

        def also(connection: Connection) -> None:
            watched = self._ledger.watched
            self._put(known, connection)
            if last is None:  # what the archive held is what it said before
                then = digest(said(mirrored.document.content))
                self._point(
                    known.url_key, then, pointer, mirrored.document.retrieved_on, connection
                )
            version, _, _ = watched.written(pointer[0], connection)
            self._point(known.url_key, now_says, (pointer[0], version), now, connection)

        self._mirrors.write(mirrored, page, now, also)
        self._ledger.watched.forget_cache()

    def _point(
        self,
        url_key: str,
        now_says: str,
        pointer: tuple[str, int],
        at: datetime,
        connection: Connection,
    ) -> None:
        document_id, version = pointer
        _, generation, _ = self._ledger.watched.written(document_id, connection, version)
        self._ledger.watched.capture(
            url_key, now_says, at, generation, connection, version=(document_id, version)
        )
