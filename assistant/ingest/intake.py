"""Taking in what stands at one root: what was known, what has been seen, the batch being filled."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.ingest.batch import Batch, Store
from assistant.ingest.entries import FigureReader, entry_of, narrower
from assistant.ingest.identity import Identities
from assistant.ingest.report import IngestReport
from assistant.ingest.sources import Found, Options, Rejected, Same, Sighting
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Place, Placed, Quarantined
from assistant.ledger.writing import Entry

BATCH_PASSAGES = 1024
"""Passages that are embedded and committed together: enough to sort by length, little to redo."""


@dataclass(slots=True)
class _Tally:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)


class Intake:
    """One root, once: `take` each sighting, then `finish`."""

    def __init__(
        self, ledger: Ledger, store: Store, root: str, options: Options, figures: FigureReader
    ) -> None:
        self._store = store
        self._figures = figures
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

    def keep_all(self) -> None:
        """Nothing that was read from this root before is gone."""
        self._seen.update(self._known)

    def take(self, sighting: Sighting) -> None:
        if isinstance(sighting, Same):
            places = self._by_path.get(sighting.path, [])  # none: erased meanwhile
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
        entry = entry_of(
            found.content,
            document_id=document_id,
            audience=narrower(self._options.audience, found.content),
            fingerprint=found.fingerprint,
            origin=place.origin,
            figures=self._figures,
        )
        self._pieces += max(1, len(entry.pieces))
        self._entries.append(entry)

    def _put(self) -> None:
        if self._placed:
            self._store.put(Batch(entries=tuple(self._entries), placed=tuple(self._placed)))
        self._entries, self._placed, self._pieces = [], [], 0

    def _reject(self, path: str, reason: str) -> None:
        self._tally.quarantined.append(Quarantined(path=path, reason=reason))
