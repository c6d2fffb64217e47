"""What the parts ask of the archive while they answer: each a plain function over the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from itertools import product

from assistant.errors import NotFound
from assistant.freshness.authority import Authority, counts_from
from assistant.freshness.facts import DocumentLinks, RatedAlso
from assistant.freshness.keys.compare import distinct, is_wording, rivalry
from assistant.freshness.linked import replacing
from assistant.freshness.series import Release, releases_among
from assistant.ingest.urls import canonical_url
from assistant.ledger.documents import Relation
from assistant.ledger.rated import RatedClaim
from assistant.ledger.then import Readable
from assistant.same_claim import same_claim, words_of
from assistant.types import Audience, Document, Figure, Passage, Source
from assistant.upkeep.kin import Kindred

_RAREST = 4
"""Words of a claim by which its likes are looked for: two that are nearly one share one of them."""
RELEASES = 200
"""A publisher's documents among which the releases of one statistic are looked for."""

_RELATIONS: tuple[Relation, ...] = ("corrects", "supersedes")
_UNLINKED = DocumentLinks()


class SameClaims:
    """Finds rated claims by their rarest words, which two wordings of one claim share."""

    def __init__(self, claims: Iterable[RatedClaim]) -> None:
        self._with: dict[str, list[RatedClaim]] = {}
        for each in claims:
            for word in words_of(each.claim):
                self._with.setdefault(word, []).append(each)

    def of(self, claim: str) -> list[RatedClaim]:
        """Every rated claim that is the same, itself among them."""
        rarest = sorted(words_of(claim), key=lambda word: len(self._with.get(word, ())))[:_RAREST]
        near = {each: None for word in rarest for each in self._with.get(word, ())}
        return [each for each in near if same_claim(claim, each.claim)]


class Lookups:
    """`authority` says whose metadata may replace whose documents."""

    def __init__(self, ledger: Readable, authority: Authority | None = None) -> None:
        self._documents = ledger.documents
        self._lineage = ledger.lineage
        self._rated = ledger.rated
        self._figures = ledger.figures
        self._authority = authority or Authority()
        self._kindred = Kindred(ledger.figures)
        self._rivals = lru_cache(maxsize=8192)(self._find_rivals)
        self._same_claims = lru_cache(maxsize=1)(self._index_claims)

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

        By an id that the line names, else by its canonical URL: of a digest and the page itself,
        which share an address, the line says which it means.
        """
        named = source.document_id
        if named and (found := self.documents([named], audience).get(named)):
            return found
        if source.url:
            return self._documents.by_url(canonical_url(source.url), audience)
        return None

    def links(self, document_id: str) -> DocumentLinks:
        """What metadata of other documents, or editors, say of this one."""
        standing = self._documents.standing(document_id)
        if standing is None:
            return DocumentLinks()
        note = standing.note if standing.state == "withdrawn" else None
        document = self._documents.version(document_id, standing.version)
        url_key = canonical_url(document.content.url) if document.content.url else None
        found = self._lineage.replacing(document_id, url_key, self._documents.writes)
        if not found:
            return _UNLINKED if note is None else DocumentLinks(withdrawn_note=note)
        newer = {each: self._documents.version(each.document_id, each.version) for each in found}
        return DocumentLinks(
            superseded_by=tuple(d for each, d in newer.items() if each.relation == "supersedes"),
            corrected_by=tuple(d for each, d in newer.items() if each.relation == "corrects"),
            withdrawn_note=note,
            set_by={
                (each.relation, each.document_id): each.set_by for each in found if each.set_by
            },
        )

    def replacing(self, older: Document) -> Iterator[tuple[Relation, Document]]:
        """What supersedes or corrects a document and may: by its authority or an editor's act."""
        links = self.links(older.id)
        for kind in _RELATIONS:
            for newer in replacing(older, links, self._authority, kind):
                yield kind, newer

    def replaced(self, older: Document, today: date) -> bool:
        """Something that stands on the day supersedes or corrects it, and may."""
        return any(
            counts_from(newer) <= today and newer.content.withdrawn is None
            for _, newer in self.replacing(older)
        )

    def replaces(self, newer: Document, audience: Audience) -> Iterator[tuple[Relation, Document]]:
        """What a document supersedes or corrects, as it says itself or editors say."""
        said = self._lineage.replaced_by_editors(newer.id, self._documents.writes)
        named: list[tuple[Relation, str]] = [("corrects", t) for t in newer.content.corrects]
        named += [("supersedes", t) for t in newer.content.supersedes]
        for kind, target in dict.fromkeys([*named, *said]):
            older = self.resolve(Source(n=0, url=target, document_id=target), audience)
            if older is not None and (kind, newer.id) in {
                (each, document.id) for each, document in self.replacing(older)
            }:
                yield kind, older

    def verdicts(self, document: Document) -> Sequence[RatedAlso]:
        """The verdicts of other fact-checks on the claims that a document rates."""
        others = self._same_claims(self._documents.writes)
        return [
            (verdict, other, other.content.verdicts[each.place])
            for verdict in document.content.verdicts
            for each in others.of(verdict.claim)
            if each.document_id != document.id
            for other in [self._documents.version(each.document_id, each.version)]
        ]

    def _index_claims(self, writes: int) -> SameClaims:
        return SameClaims(self._rated.all(writes))

    def rivals(self, figure: Figure) -> Sequence[tuple[Document, Figure]]:
        """Figures that are later than this one or give it another value, and its other wordings."""
        return [
            (self._documents.version(document_id, version), each)
            for document_id, version, each in self._rivals(self._documents.writes, figure)
        ]

    def _find_rivals(self, writes: int, figure: Figure) -> tuple[tuple[str, int, Figure], ...]:
        there = self._kindred.of(figure, figure.series, writes).there
        same = [found for found in there if is_wording(figure, found[2])]
        wordings = distinct((figure, *(found[2] for found in same)))
        kin = {
            (row[0], row[2].span.start): row
            for wording, series in product(wordings, {each.series for each in wordings})
            for row in self._kindred.of(wording, series, writes).series
            if _may_rival(figure, row[2])
        }
        rivals = [
            row
            for _, row in sorted(kin.items())
            if rivalry(wordings, row[2]) in ("later", "restated")
        ]
        return (*same, *rivals)

    def figures(self, document: Document) -> Sequence[Figure]:
        """The figures that a version gives, in reading order."""
        return self._figures.of_version(document.id, document.version, self._documents.writes)

    def series(self, document: Document) -> tuple[Release, ...]:
        """The releases in the archive of the statistic that a document reports."""
        publisher = document.content.publisher
        if not publisher:
            return ()
        known = self._documents.of_publisher(publisher, "source_document", RELEASES)
        return releases_among(known, document)


def _may_rival(one: Figure, other: Figure) -> bool:
    """What hardly costs to see: most figures of a series are of another time or value."""
    if one.period_last is None or other.period_last is None or other.period_last < one.period_last:
        return False
    return other.period_last > one.period_last or one.value != other.value
