"""Holdings: what the archive holds is taken in, linked, withdrawn, erased, copied and put back.

Whatever changes what is held goes through here or a refresh, and holds the catalog's pen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import NotFound
from assistant.ingest.report import IngestReport, Progress
from assistant.ledger.documents import Relation
from assistant.ledger.ledger import Ledger
from assistant.ports import Clock
from assistant.types import Audience, Kind

if TYPE_CHECKING:
    from assistant.erasure import Offered
    from assistant.ingest.sync import Sync
    from assistant.retrieval.catalog import Catalog
    from assistant.retrieval.index import Index
    from assistant.upkeep.chronicle import Chronicle


class Holdings:
    """Safe to call from threads; one writer at a time."""

    def __init__(
        self,
        ledger: Ledger,
        *,
        catalog: Callable[[], Catalog[Index]],
        sync: Callable[[], Sync],
        chronicle: Callable[[], Chronicle],
        export: Callable[[], None],
        read_figures: Callable[[], None],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._catalog = catalog
        self._sync = sync
        self._chronicle = chronicle
        self._export = export
        self._read_figures = read_figures
        self._clock = clock

    def ingest(
        self,
        targets: Sequence[str],
        kind: Kind | None,
        audience: Audience,
        progress: Callable[[Progress], None] | None,
    ) -> IngestReport:
        """Mirrors folders and files, brings in URLs. What can't be read is quarantined."""
        from assistant.ingest.sources import Options

        with self._catalog().writing():
            self._export()
            self._read_figures()  # what comes in is read by this version too
        return self._sync().ingest(targets, Options(kind=kind, audience=audience), progress)

    def withdraw(self, document_id: str, note: str) -> None:
        """Nothing of the document is answered from any longer; its answers say so."""
        told = partial(self._chronicle().withdrawn, document_id, note)
        self._catalog().withdraw(document_id, note, told)

    def link(self, document_id: str, relation: Relation, target: str, by: str) -> None:
        """Raises NotFound for a document that isn't there, BadInput where it would replace
        itself."""
        from assistant.ledger import lineage

        with self._catalog().writing(), self._ledger.transaction() as connection:
            lineage.link(connection, document_id, relation, target, by, self._clock())

    def unlink(self, document_id: str, relation: Relation, target: str) -> None:
        """Takes an editor's link back; raises NotFound where there is none."""
        from assistant.ledger import lineage

        with self._catalog().writing(), self._ledger.transaction() as connection:
            if not lineage.unlink(connection, document_id, relation, target, self._clock()):
                raise NotFound(f"no editor said that {document_id!r} {relation} {target!r}")

    def erase(self, document_id: str) -> None:
        """Takes every word of a document out of every file: for a legal takedown."""
        from assistant.erasure import Offered

        ledger = self._ledger
        if ledger.documents.standing(document_id) is None:
            raise NotFound(f"no document {document_id!r}")
        with self._catalog().writing():
            offered = Offered.by(ledger.documents.versions(document_id))
            self._erase(document_id, offered)
            ledger.watched.forget_cache()
            self._catalog().reindex()
            ledger.documents.compact()

    def _erase(self, document_id: str, offered: Offered) -> None:
        """From what was asked, answered, noted, proposed and told, and then itself: at once."""
        from assistant.erasure import without_document, without_notes
        from assistant.ledger import writing
        from assistant.upkeep.refresh_body import without_source

        ledger = self._ledger
        cut = partial(without_document, document_id=document_id, offered=offered)
        posts = ledger.posts.of_document(document_id)
        with ledger.transaction() as connection:
            ledger.answers.rewrite(connection, document_id, cut, offered.questions)
            ledger.gaps.erase(connection, offered.holds)
            ledger.conversations.erase(connection, offered.holds)
            notes = ledger.revisions.erase(document_id, connection)
            for told_in in set(notes.values()):
                ledger.answers.rewrite(connection, told_in, partial(without_notes, notes=notes))
            ledger.refreshes.rewrite(connection, partial(without_source, document_id=document_id))
            self._chronicle().erased(document_id, posts, connection, notes)
            writing.erase(connection, document_id)

    def reindex(self, progress: Callable[[Progress], None] | None) -> int:
        """Builds the indexes anew from the ledger alone; the number of passages."""
        report = progress or (lambda _: None)
        return self._catalog().reindex(
            lambda done, total: report(Progress(done=done, total=total, name="reindex"))
        )

    def restore(self, path: Path | str) -> None:
        """Puts a backup in the place of the ledger; the indexes are rebuilt from it."""
        with self._catalog().writing():
            self._ledger.restore(Path(path))
            self._catalog().recover()
            self._read_figures()

    # --- how it stands ----------------------------------------------------------------------------

    def counts(self) -> dict[str, int | str | None]:
        """How much is held, and which state of the ledger the indexes hold."""
        counts: dict[str, int | str | None] = dict(self._ledger.documents.counts())
        counts["answers"] = self._ledger.answers.count()
        counts["quarantined"] = self._ledger.places.count_quarantined()
        counts["ledger_generation"] = self._ledger.generations.current()
        counts["index_generation"] = self._catalog().index.generation()
        return counts

    def problems(self) -> list[str]:
        """What keeps it from being answered from; empty when it can."""
        problems = []
        if self._ledger.generations.pending():
            problems.append("the indexes lag behind the ledger; wait, or run `assistant reindex`")
        if not self._ledger.documents.counts()["documents"]:
            problems.append("the archive is empty; run `assistant ingest FOLDER`")
        return problems
