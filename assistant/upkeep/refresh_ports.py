"""What a refresh asks of the archive, each a plain function over the other parts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from assistant.freshness.facts import SourceState
from assistant.freshness.refresh.values import FiguresIn, Look
from assistant.ingest.batch import Batch
from assistant.ingest.entries import FigureReader, entry_of
from assistant.ingest.urls import canonical_url
from assistant.ledger.ledger import Ledger
from assistant.ledger.watched import Watch
from assistant.ledger.writing import Entry
from assistant.lookups import Lookups
from assistant.types import Audience, Content, Document, Figure, Filters, Hit, Section, Source, Span
from assistant.upkeep.figurebook import FigureBook
from assistant.upkeep.refresh_pages import page_of

LookAt = Callable[[Collection[str], datetime], Mapping[str, Watch]]
"""(addresses, now) -> how each stands after a look that was made now, by its canonical form."""
States = Callable[[Document], Mapping[int, SourceState]]
"""fact-check -> its listed sources by the number of their marker, as the archive knows them."""
Retrieve = Callable[[str, int, Filters], Sequence[Hit]]

SEARCHED = 20
"""Passages that are searched for a sentence's newer figures."""


class Shelves(Protocol):
    """Where versions go: the ledger and the indexes together (the catalog)."""

    def take(self, batch: Batch) -> None: ...

    def withdraw(self, document_id: str, note: str, also: Callable[[Connection], None]) -> None: ...

    def writing(self) -> Any: ...


class Shelf:
    """Publishes versions, those of one refresh all at once."""

    def __init__(self, shelves: Callable[[], Shelves]) -> None:
        self._shelves = shelves

    def publish(self, entries: Sequence[Entry], also: Callable[[Connection], None]) -> None:
        self._shelves().take(Batch(entries=tuple(entries), also=also))

    def withdraw(self, document_id: str, note: str, also: Callable[[Connection], None]) -> None:
        self._shelves().withdraw(document_id, note, also)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._shelves().writing():
            yield


class Asked:
    """The archive as one refresh asks it, at one instant."""

    def __init__(
        self,
        ledger: Ledger,
        lookups: Lookups,
        *,
        look_at: LookAt,
        states: States,
        retrieve: Retrieve,
        figures: FigureReader,
        now: datetime,
    ) -> None:
        self._ledger = ledger
        self._figures = figures
        self._kept = FigureBook(ledger)
        self._pages: dict[tuple[str, int], Document] = {}
        self._lookups = lookups
        self._look_at = look_at
        self._states = states
        self._retrieve = retrieve
        self._now = now

    def look(self, document: Document, sources: Collection[Source]) -> dict[int, Look]:
        """Each source with an address, looked at now."""
        addresses = {source.n: source.url for source in sources if source.url}
        if not addresses:
            return {}
        watches = self._look_at(sorted(set(addresses.values())), self._now)
        states = self._states(document)
        found = {}
        for source in sources:
            if source.url:
                state = states.get(source.n) or self._still(source, document)
                look = _look(watches.get(canonical_url(source.url)), state)
                page = self._page(source, look, document)
                found[source.n] = replace(look, page=page, now=look.now or _text(page))
        return found

    def figures_of(self, document: Document) -> Sequence[Figure]:
        """Those of a page that is not written yet are read now."""
        if (document.id, document.version) in self._pages:
            return self._figures(document.content)
        return self._kept.of(document)

    def _page(self, source: Source, look: Look, document: Document) -> Document | None:
        """What its page says now, where the archive has that in no document's words."""
        if look.status not in ("there", "moved") or not source.url:
            return None
        captures = self._ledger.watched.captures(canonical_url(source.url))
        if not captures or not captures[-1].text:
            return None
        page = page_of(self._ledger, source, look.document, document, captures[-1].text)
        standing = self._ledger.documents.standing(page.id) if page else None
        if page and (standing is None or standing.version < page.version):
            self._pages[page.id, page.version] = page
        return page

    def _still(self, source: Source, document: Document) -> SourceState:
        """A source of which nothing has become: it says what it said."""
        held = self.resolve(source, document)
        words = held.text if held else None
        return SourceState(n=source.n, source=source, document=held, then=words, now=words)

    def resolve(self, source: Source, document: Document) -> Document | None:
        return self._lookups.resolve(source, document.audience)

    def search(self, words: str) -> list[Document]:
        """The documents that speak of it, the sources before the fact-checks."""
        audience: Audience = "internal"  # who may read what is judged for each document
        hits = self._retrieve(words, SEARCHED, Filters(audience=audience))
        ids = list(dict.fromkeys(hit.passage.document_id for hit in hits))
        known = self._lookups.documents(ids, audience)
        documents = [known[each] for each in ids if each in known]
        return sorted(documents, key=lambda each: each.kind != "source_document")


def _look(watch: Watch | None, state: SourceState) -> Look:
    document, then, now = state.document, state.then, state.now
    if then is None and document is not None:
        then = now = document.text
    if watch is None or watch.looked_at is None:
        return Look(
            status="unreachable", text="could not be looked at.", then=then, document=document
        )
    if state.retracted_on is not None:
        said = state.retraction
        text = f"was retracted, corrected or withdrawn: {said}" if said else "was retracted."
        return Look(status="retracted", text=text, then=then, now=now, document=document)
    if watch.gone_on or watch.gone_first:
        text = f"is not there: {watch.problem or 'it answers with status 404'}."
        return Look(status="gone", text=text, then=then, document=document)
    if watch.problem or watch.seen_at != watch.looked_at:
        text = f"could not be looked at: {watch.problem or 'nothing answered'}."
        return Look(status="unreachable", text=text, then=then, document=document)
    if watch.moved_to:
        text = f"has moved to {watch.moved_to} and says there what is cited."
        return Look(status="moved", text=text, then=then, now=now, document=document)
    return Look(
        status="there", text="still says what is cited.", then=then, now=now, document=document
    )


def _text(page: Document | None) -> str | None:
    return page.text if page else None


def watching(ledger: Ledger, document: Document) -> list[object]:
    """How the sources of a fact-check stand, for comparing: it differs once a look found more."""
    found: list[object] = []
    for source in document.content.sources:
        if not source.url:
            continue
        key = canonical_url(source.url)
        watch = ledger.watched.get(key)
        state = asdict(watch) if watch else {}
        said = [state.get(name) for name in _TELLING]
        found.append([key, len(ledger.watched.captures(key)), *said])
    return found


_TELLING = ("problem", "gone_on", "unreachable_on", "retracted_on", "moved_to")


def entry_maker(ledger: Ledger, figures: FigureReader) -> Callable[[Content, Document], Entry]:
    """A content as the next version of a document, at the place where its file stands: a later
    ingest of the unchanged file finds it unchanged."""

    def made(content: Content, document: Document) -> Entry:
        standing = ledger.documents.standing(document.id)
        assert standing is not None
        return entry_of(
            content,
            document_id=document.id,
            audience=document.audience,
            fingerprint=standing.fingerprint,
            origin=standing.origin,
            figures=figures,
        )

    return made


def figures_in(extract: FigureReader) -> FiguresIn:
    """The figures of a bare text, read like a source document."""

    def read(text: str) -> Sequence[Any]:
        if not text.strip():
            return ()
        whole = Section(span=Span(start=0, end=len(text)))
        content = Content(kind="source_document", title="", text=text, sections=(whole,))
        return tuple(extract(content))

    return read
