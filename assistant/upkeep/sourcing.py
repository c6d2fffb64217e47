"""What became of the sources of a fact-check since it was checked, from the ledger alone.

What a source said then is the last that was held of it when the check was made, else the first that
was ever held; what it says now is the newest. A page that the archive's document mirrors has its
words in that document's versions. A page of which the document is a digest in other words is
compared with itself: its captures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from assistant.errors import NotFound
from assistant.freshness.authority import counts_from
from assistant.freshness.facts import SourceState
from assistant.ingest.urls import canonical_url
from assistant.ledger.documents import may_read
from assistant.ledger.then import Readable
from assistant.ledger.watched import Watch
from assistant.lookups import Lookups
from assistant.types import Document, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What was held of a source from a moment on; its words are read when they are needed."""

    written: int
    on: date
    key: object
    words: Callable[[], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Then:
    """When a check was made: the ledger's generation, and the last day that its date can mean."""

    written: int
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Retraction:
    """Since when a source counts as retracted, what says so, and which document of the archive."""

    on: date
    note: str | None
    withdrawn_as: str | None = None
    corrected_by: str | None = None


_key = lru_cache(maxsize=10_000)(canonical_url)


class Sourcing:
    """The port Sources over a ledger. Safe to share between threads."""

    def __init__(self, ledger: Readable, lookups: Lookups) -> None:
        self._documents = ledger.documents
        self._lineage = ledger.lineage
        self._watched = ledger.watched
        self._lookups = lookups

    def __call__(self, document: Document) -> Mapping[int, SourceState]:
        """The sources of which there is something to say, by their markers; 0: the document."""
        found: dict[int, SourceState] = {}
        for source in self._sources(document):
            state = self._state(document, source)
            if state is not None:
                found[source.n] = state
        return found

    def _sources(self, document: Document) -> Sequence[Source]:
        if document.kind == "fact_check":
            return document.content.sources
        content = document.content
        return (Source(n=0, title=content.title, url=content.url, document_id=document.id),)

    def _state(self, check: Document, source: Source) -> SourceState | None:
        """None where nothing has become of it: that is most of them, and must cost little."""
        url_key = _key(source.url) if source.url else None
        names = {name for name in (url_key, source.document_id) if name}
        reported = url_key in self._lineage.reported(self._watched.writes)
        touched = not names.isdisjoint(self._lineage.touched(self._documents.writes))
        if not (touched or reported):
            return None
        held = check if source.n == 0 else self._lookups.resolve(source, check.audience)
        watch = self._watched.get(url_key) if url_key and reported else None
        moved = self._moved(check, source.n, held, watch)
        retracted = self._retracted(check, source, url_key, held, watch)
        gone_on = _day(watch.gone_on) if watch else None
        unreachable_on = _day(watch.unreachable_on) if watch else None
        if not (moved or retracted or gone_on or unreachable_on):
            return None
        then, now, changed_on = moved or (None, None, None)
        return SourceState(
            n=source.n,
            source=source,
            document=None if source.n == 0 else held,
            then=then,
            now=now,
            changed_on=changed_on,
            gone_on=gone_on,
            unreachable_on=unreachable_on,
            retracted_on=retracted.on if retracted else None,
            retraction=retracted.note if retracted else None,
            withdrawn_as=retracted.withdrawn_as if retracted else None,
            corrected_by=retracted.corrected_by if retracted else None,
        )

    # --- what it said and says --------------------------------------------------------------------

    def _moved(
        self, check: Document, n: int, held: Document | None, watch: Watch | None
    ) -> tuple[str, str, date] | None:
        """(what it said then, what it says now, since when), where that is not the same."""
        for history in self._histories(held, watch):
            if len(history) > 1:
                then = self._made(check) if n else _as_quoted(check, history)
                found = _moved(history, then)
                if found is not None:
                    return found
        return None

    def _histories(self, held: Document | None, watch: Watch | None) -> Iterator[list[_Held]]:
        """What the archive's document said over time, and what the page did, where that is other
        words than the document's."""
        if held is not None:
            yield [
                self._version(held.id, each.version, each.written, each.retrieved_on)
                for each in self._lineage.versions(held.id, self._documents.writes)
            ]
        if watch is None or not watch.changes:
            return
        captures = self._watched.captures(watch.url_key)
        if all(each.text is not None for each in captures):
            yield [_capture(c.written, c.at, c.digest, c.text) for c in captures]

    def _version(self, document_id: str, version: int, written: int, on: date) -> _Held:
        def words() -> str | None:
            try:
                return self._documents.version(document_id, version).text
            except NotFound:  # erased in the meantime
                return None

        return _Held(written=written, on=on, key=version, words=words)

    def _made(self, check: Document) -> _Then:
        """Its first version of the same day: a mistyped word that was put right moves nothing.

        A refresh looked at every source again, so nothing before it counts, were it of that day.
        """
        checked = check.content.checked_on
        looked = max((r.version for r in check.revisions if r.version <= check.version), default=0)
        writes = self._documents.writes
        versions = self._lineage.versions(check.id, writes)
        for each in versions if len(versions) > 1 else ():
            if each.version < looked:
                continue
            if self._documents.version(check.id, each.version).content.checked_on == checked:
                return _Then(written=each.written, on=checked.last if checked else None)
        written = versions[0].written if versions else 0
        return _Then(written=written, on=checked.last if checked else None)

    # --- whether it still stands ------------------------------------------------------------------

    def _retracted(
        self,
        check: Document,
        source: Source,
        url_key: str | None,
        held: Document | None,
        watch: Watch | None,
    ) -> _Retraction | None:
        """The first of all that say so."""
        found = [
            *_by_its_own_notice(check, watch),
            *(self._withdrawn(check, url_key, source.document_id) if source.n else ()),
            *(self._corrected(check, held) if source.n and held is not None else ()),
        ]
        return min(found, key=lambda each: each.on, default=None)

    def _withdrawn(
        self, check: Document, url_key: str | None, document_id: str | None
    ) -> Iterator[_Retraction]:
        """Not of an internal copy, whose note the readers of a public check may not know."""
        for name in (url_key, document_id):
            known = self._lineage.withdrawn(name, self._documents.writes) if name else ()
            for each in known:
                if may_read(check.audience, each.audience):
                    yield _Retraction(
                        on=each.on or date.min, note=each.note, withdrawn_as=each.document_id
                    )

    def _corrected(self, check: Document, held: Document) -> Iterator[_Retraction]:
        """Corrected by another document, which the check did not know of when it was made."""
        for relation, newer in self._lookups.replacing(held):
            since = counts_from(newer)
            readable = may_read(check.audience, newer.audience)
            if relation == "corrects" and readable and _after(check, since):
                note = f"Corrected by \u201c{newer.title}\u201d."
                yield _Retraction(on=since, note=note, corrected_by=newer.id)


def _moved(history: Sequence[_Held], then: _Then) -> tuple[str, str, date] | None:
    at = _baseline(history, then)
    if history[at].key == history[-1].key:
        return None
    before, after = history[at].words(), history[-1].words()
    if before is None or after is None or before == after:
        return None
    since = len(history) - 1
    while since - 1 > at and history[since - 1].key != history[at].key:
        since -= 1
    return before, after, history[since].on


def _baseline(history: Sequence[_Held], then: _Then) -> int:
    """The last that was held when the check was made, else the first that ever was."""
    known = [
        at
        for at, held in enumerate(history)
        if held.written <= then.written
        and (held.written == then.written or (then.on is not None and held.on <= then.on))
    ]
    return known[-1] if known else 0


def _as_quoted(source: Document, history: Sequence[_Held]) -> _Then:
    """For a source that is cited itself: what it said is the version that is quoted."""
    for held in history:
        if held.key == source.version:
            return _Then(written=held.written, on=None)
    return _Then(written=0, on=None)


def _capture(written: int, at: str, digest: str, text: str | None) -> _Held:
    on = datetime.fromisoformat(at).date()
    return _Held(written=written, on=on, key=digest, words=lambda: text)


def _by_its_own_notice(check: Document, watch: Watch | None) -> Iterator[_Retraction]:
    since = _day(watch.retracted_on) if watch else None
    if watch is None or since is None:
        return
    if not watch.corrected or _after(check, since):
        yield _Retraction(on=since, note=watch.retraction)


def _after(check: Document, since: date) -> bool:
    """It came after the check: who checked later knew of a correction."""
    checked = check.content.checked_on
    return checked is None or since > checked.first


def _day(stamp: str | None) -> date | None:
    """The day of an instant or a day as the ledger writes them, in UTC."""
    return date.fromisoformat(stamp[:10]) if stamp else None
