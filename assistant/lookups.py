"""What the parts ask of the archive while they answer: each a plain function over the ledger."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from assistant.errors import NotFound
from assistant.freshness.facts import DocumentLinks
from assistant.freshness.series import Release, releases_among
from assistant.ingest.urls import canonical_url
from assistant.ledger.ledger import Ledger
from assistant.types import Audience, Document, Passage, Source

RELEASES = 200
"""A publisher's documents among which the releases of one statistic are looked for."""


class Lookups:
    def __init__(self, ledger: Ledger) -> None:
        self._documents = ledger.documents

    def documents(self, ids: Collection[str], audience: Audience) -> Mapping[str, Document]:
        """The served version of each document that this audience may read."""
        found = {}
        for document_id in ids:
            try:
                found[document_id] = self._documents.get(document_id, audience=audience)
            except NotFound:
                continue
        return found

    def passages(self, ids: Sequence[int], audience: Audience) -> list[Passage]:
        return list(self._documents.passages(ids, audience).values())

    def resolve(self, source: Source, audience: Audience) -> Document | None:
        """The document of the archive that a line of a list of sources means, if it is there.

        By its canonical URL, else by an id that the line names.
        """
        if source.url and (found := self._documents.by_url(canonical_url(source.url), audience)):
            return found
        if source.document_id is None:
            return None
        return self.documents([source.document_id], audience).get(source.document_id)

    def links(self, document_id: str) -> DocumentLinks:
        """What metadata of other documents says of this one."""
        standing = self._documents.standing(document_id)
        if standing is None:
            return DocumentLinks()
        document = self._documents.version(document_id, standing.version)
        return DocumentLinks(
            superseded_by=tuple(self._documents.linked_to(document, "supersedes")),
            corrected_by=tuple(self._documents.linked_to(document, "corrects")),
            withdrawn_note=standing.note if standing.state == "withdrawn" else None,
        )

    def series(self, document: Document) -> tuple[Release, ...]:
        """The releases in the archive of the statistic that a document reports."""
        publisher = document.content.publisher
        if not publisher:
            return ()
        known = self._documents.of_publisher(publisher, "source_document", RELEASES)
        return releases_among(known, document)
