"""The figures of the archive: of one document, their rivals, and reading them all again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.errors import NotFound
from assistant.ledger import figures
from assistant.ledger.ledger import Ledger
from assistant.ledger.then import Readable
from assistant.types import Content, Document, Figure

Extract = Callable[[Content], Sequence[Figure]]

_BATCH = 200
"""Documents read in one transaction: another writer waits for no more."""


class FigureBook:
    """What the ledger, as it stands or as it stood, knows of figures. Safe between threads."""

    def __init__(self, ledger: Readable) -> None:
        self._documents = ledger.documents
        self._figures = ledger.figures

    def of(self, document: Document) -> Sequence[Figure]:
        """The figures that a version gives, in reading order."""
        return self._figures.of_version(document.id, document.version, self._documents.writes)

    def rivals(self, figure: Figure) -> Sequence[tuple[Document, Figure]]:
        """Figures of the same unit that share a word of the metric, in documents that are served.

        The figure itself is among them. Of either audience: who may see it, the caller asks.
        """
        found = []
        named = self._figures.of_series(figure.series, self._documents.writes)
        for document_id, version, each in named:
            try:
                found.append((self._documents.version(document_id, version), each))
            except NotFound:  # erased since
                continue
        return found


def recover(ledger: Ledger, extract: Extract, version: str) -> int:
    """Reads the figures of all served documents again unless this version has read them.

    How many documents were read. What may be found doesn't change by it, so no generation moves.
    Killed in the middle, the next one begins again.
    """
    if ledger.figures.read_by() == version:
        return 0
    documents = ledger.documents.active("internal")
    for start in range(0, len(documents), _BATCH):
        read = [(each, extract(each.content)) for each in documents[start : start + _BATCH]]
        with ledger.transaction() as connection:
            for each, found in read:
                figures.put(connection, each.id, each.version, found)
    with ledger.transaction() as connection:
        figures.mark_read_by(connection, version)
    return len(documents)
