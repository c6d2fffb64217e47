"""Which document a sighting is: a known one that changed, a copy of one, or a new one.

Ids are readable (the file's stem) and depend only on where a document stands, so that an ingest
that was interrupted and one that was not give the same ids.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.ingest.sources import Found, Rejected
from assistant.ledger.documents import Standing
from assistant.ledger.ledger import Ledger
from assistant.ledger.places import Place, Placed

SLUG_LENGTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`is_written`: these very bytes are a document already, and only the place is new."""

    document_id: str
    is_new: bool
    is_written: bool = False


class Identities:
    """Remembers what the present run has named but not yet committed."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._named: dict[str, str] = {}  # id -> origin
        self._prints: dict[str, str] = {}  # fingerprint -> id

    def of(self, found: Found, place: Place, known: Placed | None) -> Identity | Rejected:
        identity = self._resolve(found, place, known)
        if isinstance(identity, Identity) and not identity.is_written:
            self._named[identity.document_id] = place.origin
            if not found.own_id:
                self._prints[found.fingerprint] = identity.document_id
        return identity

    def _resolve(self, found: Found, place: Place, known: Placed | None) -> Identity | Rejected:
        if found.own_id:
            return self._row(found, found.own_id, place)
        if copy := self._copy_of(found):
            return copy
        if known and not self._is_shared(known, place):
            return Identity(document_id=known.document_id, is_new=False)
        return self._named_after(found, place)

    def _row(self, found: Found, own_id: str, place: Place) -> Identity | Rejected:
        standing = self._ledger.documents.standing(own_id)
        where = f"{found.path}#{own_id}"
        if standing is None or standing.state == "removed":
            return Identity(document_id=own_id, is_new=True)
        if standing.state == "erased":
            return _erased(where)
        if standing.fingerprint == found.fingerprint:
            return Identity(document_id=own_id, is_new=False, is_written=True)
        if standing.origin != place.origin:
            reason = f"{where}: this _id is taken by a document of another source; rename one"
            return Rejected(path=where, reason=reason, whole=False)
        return Identity(document_id=own_id, is_new=False)

    def _copy_of(self, found: Found) -> Identity | Rejected | None:
        if named := self._prints.get(found.fingerprint):
            return Identity(document_id=named, is_new=False, is_written=True)
        standing = self._ledger.documents.with_fingerprint(found.fingerprint)
        if standing is None or "#" in found.fingerprint:
            return None
        if standing.state == "erased":
            return _erased(found.path)
        back = standing.state == "removed"
        return Identity(document_id=standing.id, is_new=back, is_written=not back)

    def _is_shared(self, known: Placed, place: Place) -> bool:
        others = self._ledger.places.of_document(known.document_id)
        return any(other != place for other in others)

    def _named_after(self, found: Found, place: Place) -> Identity | Rejected:
        is_file = "://" not in found.path and not found.item
        name = PurePosixPath(found.path).stem if is_file else found.content.title
        wanted = found.content.document_id or slug(name)
        suffix = hashlib.sha256(place.origin.encode()).hexdigest()[:8]
        for candidate in (wanted, f"{wanted}-{suffix}"):
            standing = self._ledger.documents.standing(candidate)
            if standing and standing.origin == place.origin and standing.state != "active":
                return self._back(standing, found)
            if standing is None and self._named.get(candidate, place.origin) == place.origin:
                return Identity(document_id=candidate, is_new=True)
        return Rejected(path=found.path, reason=f"{found.path}: no free id near {wanted!r}")

    def _back(self, standing: Standing, found: Found) -> Identity | Rejected:
        if standing.state == "erased":
            return _erased(found.path)
        return Identity(document_id=standing.id, is_new=standing.state == "removed")


def _erased(path: str) -> Rejected:
    reason = f"{path}: this document was erased and stays out; remove its file"
    return Rejected(path=path, reason=reason)


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")
    return slug or "document"
