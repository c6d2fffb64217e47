"""Keeping the archive in step with folders, files and URLs.

A source is mirrored: what is new goes in, what changed becomes a new version, what is gone is no
longer answered from, and what is unchanged costs one hash. Each batch is one transaction, so a
process that is killed leaves whole batches behind and the next run finishes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.ingest.identity import Identities
from assistant.ingest.passages import split
from assistant.ingest.report import IngestReport, Progress
from assistant.ingest.sources import (
    Found,
    Options,
    Rejected,
    Same,
    Sighting,
    fetched,
    files_of,
    scan,
)
from assistant.ingest.urls import canonical_url
from assistant.ledger.documents import Relation
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Place, Placed, Quarantined
from assistant.ledger.writing import Entry
from assistant.types import Audience, Content

if TYPE_CHECKING:
    from assistant.ingest.fetch import Fetched

BATCH_PASSAGES = 1024
"""Passages that are embedded and committed together: enough to sort by length, little to redo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is committed together: new versions, and the places at which documents stand."""

    entries: tuple[Entry, ...] = ()
    placed: tuple[tuple[Place, Placed], ...] = ()


class Store(Protocol):
    """Where batches go: embedded, then the ledger, then the indexes."""

    def put(self, batch: Batch) -> None:
        """Takes a batch; it may still be on its way when this returns."""

    def finish(
        self,
        root: str,
        gone: Sequence[Place],
        quarantined: Sequence[Quarantined],
        *,
        moved: bool = False,
    ) -> list[str]:
        """Waits for every batch, drops places; the ids of documents that no place holds now.

        `moved`: some place holds another document than before.
        """


Report = Callable[[Progress], None]


class Sync:
    """Mirrors sources into the archive through a Store."""

    def __init__(self, ledger: Ledger, store: Store, fetch: Callable[[str], Fetched]) -> None:
        self._ledger = ledger
        self._store = store
        self._fetch = fetch

    def ingest(
        self, targets: Sequence[str], options: Options, progress: Report | None = None
    ) -> IngestReport:
        """Mirrors each target in turn. Raises BadInput for a path that doesn't exist."""
        for target in targets:
            if not _is_url(target):
                files_of(Path(target))  # a mistyped path stops the run before anything moves
        report = IngestReport()
        for target in targets:
            report += self._mirror(target, options, progress or (lambda _: None))
        return report

    def _mirror(self, target: str, options: Options, progress: Report) -> IngestReport:
        root = canonical_url(target) if _is_url(target) else str(Path(target).resolve())
        run = _Run(self._ledger, self._store, root, options)
        for done, (sighting, total) in enumerate(self._sightings(target, options, run), start=1):
            run.take(sighting)
            progress(Progress(done=done, total=max(done, total), name=sighting.path))
        return run.finish()

    def _sightings(
        self, target: str, options: Options, run: _Run
    ) -> Iterator[tuple[Sighting, int]]:
        if _is_url(target):
            yield from ((sighting, 1) for sighting in fetched(target, self._fetch, options))
            return
        root = Path(target).resolve()
        files = files_of(root)
        for sighting in scan(root, files, options, run.is_known):
            yield sighting, len(files)


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)


class _Run:
    """Mirroring one root: what was known, what has been seen, and the batch being filled."""

    def __init__(self, ledger: Ledger, store: Store, root: str, options: Options) -> None:
        self._store = store
        self._root = root
        self._options = options
        self._known = ledger.places.of_root(root)
        self._by_path: dict[str, list[Place]] = {}
        for place in self._known:
            self._by_path.setdefault(place.path, []).append(place)
        self._identities = Identities(ledger)
        self._seen: set[Place] = set()
        self._tally = _Tally()
        self._entries: list[Entry] = []
        self._placed: list[tuple[Place, Placed]] = []
        self._pieces = 0
        self._moved = False

    def is_known(self, path: str, fingerprint: str) -> bool:
        places = self._by_path.get(path, [])
        prints = {self._known[place].fingerprint.partition("#")[0] for place in places}
        return prints == {fingerprint}

    def take(self, sighting: Sighting) -> None:
        if isinstance(sighting, Same):
            places = self._by_path[sighting.path]
            self._seen.update(places)
            self._tally.unchanged += len(places)
        elif isinstance(sighting, Rejected):
            self._reject(sighting.path, sighting.reason)
            if sighting.whole:  # what was read from the path before is kept: nothing is lost
                self._seen.update(self._by_path.get(sighting.path, []))
        else:
            self._take(sighting)

    def finish(self) -> IngestReport:
        self._put()
        gone = [place for place in self._known if place not in self._seen]
        tally = self._tally
        removed = self._store.finish(self._root, gone, tally.quarantined, moved=self._moved)
        return IngestReport(
            added=tally.added,
            changed=tally.changed,
            removed=len(removed),
            unchanged=tally.unchanged,
            quarantined=tuple(tally.quarantined),
        )

    def _take(self, found: Found) -> None:
        place = Place(root=self._root, path=found.path, item=found.item)
        self._seen.add(place)
        known = self._known.get(place)
        if known and known.fingerprint == found.fingerprint:
            self._tally.unchanged += 1
            return
        identity = self._identities.of(found, place, known)
        if isinstance(identity, Rejected):
            self._seen.discard(place)
            self._reject(identity.path, identity.reason)
            return
        self._moved |= known is not None and known.document_id != identity.document_id
        placed = Placed(document_id=identity.document_id, fingerprint=found.fingerprint)
        self._placed.append((place, placed))
        if identity.is_written:
            self._tally.unchanged += 1
        else:
            self._add(found, identity.document_id, place)
            if identity.is_new:
                self._tally.added += 1
            else:
                self._tally.changed += 1
        if self._pieces >= BATCH_PASSAGES or len(self._placed) >= 4 * BATCH_PASSAGES:
            self._put()

    def _add(self, found: Found, document_id: str, place: Place) -> None:
        pieces = tuple(split(found.content))
        self._pieces += max(1, len(pieces))
        self._entries.append(
            Entry(
                document_id=document_id,
                audience=_narrower(self._options.audience, found.content),
                content=found.content,
                fingerprint=found.fingerprint,
                origin=place.origin,
                url_key=canonical_url(found.content.url) if found.content.url else None,
                pieces=pieces,
                links=tuple(_links(found.content)),
            )
        )

    def _put(self) -> None:
        if self._placed:
            self._store.put(Batch(entries=tuple(self._entries), placed=tuple(self._placed)))
        self._entries, self._placed, self._pieces = [], [], 0

    def _reject(self, path: str, reason: str) -> None:
        self._tally.quarantined.append(Quarantined(path=path, reason=reason))


def _narrower(audience: Audience, content: Content) -> Audience:
    return "internal" if "internal" in (audience, content.audience) else "public"


def _links(content: Content) -> Iterator[tuple[Relation, str]]:
    for target in content.supersedes:
        yield "supersedes", canonical_url(target) if _is_url(target) else target
    for target in content.corrects:
        yield "corrects", canonical_url(target) if _is_url(target) else target


def _is_url(target: str) -> bool:
    return target.lower().startswith(("http://", "https://"))
