"""The composition root: the one place where the parts are made and handed to each other.

`open_assistant` takes the home and gives an Assistant, which every channel talks to. Each part is
made when it is first needed: a question does not wait for what only ingest uses.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import home as homes
from assistant.contract import reply_json
from assistant.errors import BadInput, Gone, HomeUnusable, NotFound
from assistant.home import ServerAddress
from assistant.ingest.report import IngestReport, Progress
from assistant.ledger.answers import Gap, ReplyJson, StoredAnswer
from assistant.ledger.keys import Key, Scope
from assistant.ledger.ledger import Ledger
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    AskEvent,
    Audience,
    Badge,
    Document,
    Filters,
    Freshness,
    Hit,
    Kind,
    Reply,
    Support,
    Volatility,
)

if TYPE_CHECKING:
    from assistant.answering.ask import Asker
    from assistant.freshness.judge import Judge
    from assistant.freshness.volatility import VolatilityModel
    from assistant.ingest.sync import Sync
    from assistant.lookups import Lookups
    from assistant.retrieval.catalog import Catalog
    from assistant.retrieval.encoder import Encoder
    from assistant.retrieval.index import Index
    from assistant.retrieval.model import EmbeddingModel
    from assistant.retrieval.query_encoder import QueryEncoder

__all__ = ["Assistant", "Progress", "open_assistant", "restore", "server_of"]

LEDGER = "ledger.sqlite3"
DEEPER = 4
"""Passages searched for each document that a ranking of documents asks for."""


@contextmanager
def open_assistant(
    settings: Settings, *, wait_s: float = 2.0, command: str = "ask"
) -> Iterator[Assistant]:
    """The archive of a home, held for the length of the block.

    Raises HomeHeld when another process holds it for longer than `wait_s` seconds, HomeUnusable
    when it can't be read or written, BadInput for a store that is not supported yet.
    """
    for name in ("database_url", "chroma_url"):
        if getattr(settings, name):  # better refused than kept somewhere else in silence
            raise BadInput(f"ASSISTANT_{name.upper()} is not supported yet; unset it")
    with homes.owned(settings.home, command, wait_s):
        assistant = Assistant(settings)
        try:
            yield assistant
        finally:
            assistant.close()


def server_of(settings: Settings) -> ServerAddress | None:
    """Where the server that holds the home listens; None when none does."""
    return homes.server_of(settings.home)


def restore(settings: Settings, path: Path | str) -> None:
    """Puts a backup in the place of a home's ledger. The indexes are rebuilt from it."""
    with open_assistant(settings, command="restore") as assistant:
        assistant.restore(path)


class Assistant:
    """Everything that a channel can ask for. Safe to call from threads; one writer at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._ledger = Ledger(settings.home / LEDGER)
        self._making = threading.RLock()

    def close(self) -> None:
        if "_catalog" in self.__dict__:
            self._catalog.close()
        self._ledger.close()

    # --- asking -----------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        audience: Audience = "public",
        now: datetime | None = None,
        history: Sequence[tuple[str, str]] = (),
        conversation_id: str | None = None,
    ) -> Reply:
        """A verified answer or an abstention, kept in the ledger as it is returned."""
        events = self.stream(
            question,
            audience=audience,
            now=now,
            history=history,
            conversation_id=conversation_id,
        )
        *_, reply = events
        assert isinstance(reply, Reply)
        return reply

    def stream(
        self,
        question: str,
        *,
        audience: Audience = "public",
        now: datetime | None = None,
        history: Sequence[tuple[str, str]] = (),
        conversation_id: str | None = None,
    ) -> Iterator[AskEvent]:
        """The events of an answer. The Reply is in the ledger before its event is given."""
        moment = (now or self.settings.clock()).astimezone(UTC)
        for event in self._asker.stream(
            question, audience=audience, now=moment, history=tuple(history)
        ):
            if isinstance(event, Reply):
                self._keep(event, audience, moment)
            yield event

    def search(self, query: str, k: int, *, audience: Audience = "public") -> tuple[Hit, ...]:
        """The k best passages, best first."""
        return self._retrieve(query, k, Filters(audience=audience))

    def search_documents(
        self, query: str, k: int, audience: Audience = "public"
    ) -> list[tuple[str, float]]:
        """The k best documents by their best passage: (document id, score)."""
        from assistant.retrieval.search import documents

        hits = self._retrieve(query, k * DEEPER, Filters(audience=audience))
        return documents(hits)[:k]

    def answer(self, answer_id: str, audience: Audience = "public") -> ReplyJson:
        """A reply exactly as it was served.

        Raises NotFound for one that isn't there or isn't for this audience, Gone when something
        that it quotes is no longer served.
        """
        stored = self._ledger.answers.get(answer_id)
        if audience == "public" and stored.audience != "public":
            raise NotFound(f"no answer {answer_id!r}")
        self._must_stand(stored, audience)
        return stored.reply

    def document(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> Document:
        return self._ledger.documents.get(document_id, version, audience)

    def document_answers(self, document_id: str) -> list[ReplyJson]:
        """The stored replies that quote any version of a document, newest first."""
        if self._ledger.documents.standing(document_id) is None:
            raise NotFound(f"no document {document_id!r}")
        answers = self._ledger.answers
        return [answers.get(each).reply for each in answers.of_document(document_id)]

    def feedback(self, answer_id: str, helpful: bool, comment: str | None = None) -> None:
        self._ledger.answers.add_feedback(answer_id, helpful, comment, self.settings.clock())

    def gaps(self, limit: int = 100, offset: int = 0, audience: Audience = "internal") -> list[Gap]:
        """Questions that the archive could not answer, the most asked first."""
        return self._ledger.answers.gaps(limit, offset, audience)

    # --- judging ----------------------------------------------------------------------------------

    def check(
        self, now: datetime | None = None
    ) -> list[tuple[Document, Freshness, tuple[Badge, ...]]]:
        """The freshness of every fact-check that is in force on the day, by id."""
        from assistant.freshness.clocks import in_force

        day = _day(now or self.settings.clock())
        checks = self._ledger.documents.active("internal", "fact_check")
        return [
            (document, *self._freshness.document(document, day))
            for document in checks
            if in_force(document, day)
        ]

    def volatility(self, text: str) -> Volatility:
        model = self._volatility
        return model.judge(text, _day(self.settings.clock()))

    def verify(self, claim: str, evidence: str) -> Support:
        from assistant.answering.support import judge

        return judge(claim, evidence)

    # --- keeping the archive ----------------------------------------------------------------------

    def ingest(
        self,
        targets: Sequence[str],
        *,
        kind: Kind | None = None,
        audience: Audience = "public",
        progress: Callable[[Progress], None] | None = None,
    ) -> IngestReport:
        """Mirrors folders and files, brings in URLs. What can't be read is quarantined."""
        from assistant.ingest.sources import Options
        from assistant.retrieval.query_encoder import is_exported

        with self._catalog.writing():
            if not is_exported(self._models, self._model):  # now, so that no question waits for it
                self._encoder.export(self._models / self._model.fingerprint)
            return self._sync.ingest(targets, Options(kind=kind, audience=audience), progress)

    def withdraw(self, document_id: str, note: str) -> None:
        """Nothing of the document is answered from any longer; its answers say so."""
        self._catalog.withdraw(document_id, note)

    def erase(self, document_id: str) -> None:
        """Takes every word of a document out of every file: for a legal takedown."""
        from assistant.contract import without_document
        from assistant.ledger import writing

        if self._ledger.documents.standing(document_id) is None:
            raise NotFound(f"no document {document_id!r}")
        with self._catalog.writing():
            with self._ledger.transaction() as connection:
                self._ledger.answers.rewrite(
                    connection, document_id, partial(without_document, document_id=document_id)
                )
                writing.erase(connection, document_id)
            self._catalog.reindex()
            self._ledger.documents.compact()

    def reindex(self, progress: Callable[[Progress], None] | None = None) -> int:
        """Builds the indexes anew from the ledger alone; the number of passages."""
        report = progress or (lambda _: None)
        return self._catalog.reindex(
            lambda done, total: report(Progress(done=done, total=total, name="reindex"))
        )

    def backup(self, path: Path | str) -> None:
        """A consistent copy of the ledger, from which everything can be rebuilt."""
        self._ledger.backup(Path(path))

    def restore(self, path: Path | str) -> None:
        with self._catalog.writing():
            self._ledger.restore(Path(path))
            self._catalog.recover()

    # --- keys and state ---------------------------------------------------------------------------

    def create_key(
        self,
        scope: Scope,
        audience: Audience = "public",
        *,
        widget: bool = False,
        origins: Sequence[str] = (),
    ) -> tuple[str, str]:
        """(id, secret); the secret is given this once."""
        key, secret = self._ledger.keys.create(
            scope, audience, self.settings.clock(), widget=widget, origins=origins
        )
        return key.id, secret

    def keys(self) -> list[Key]:
        return self._ledger.keys.all()

    def revoke_key(self, key_id: str) -> None:
        self._ledger.keys.revoke(key_id, self.settings.clock())

    def authenticate(self, secret: str) -> Key:
        return self._ledger.keys.authenticate(secret)

    def counts(self) -> dict[str, int | str | None]:
        counts: dict[str, int | str | None] = dict(self._ledger.documents.counts())
        counts["answers"] = self._ledger.answers.count()
        counts["quarantined"] = self._ledger.places.count_quarantined()
        counts["ledger_generation"] = self._ledger.generations.current()
        counts["index_generation"] = self._catalog.index.generation()
        return counts

    def ready(self) -> list[str]:
        """What keeps the assistant from answering; empty when it can."""
        problems = []
        if self._ledger.generations.pending():
            problems.append("the indexes lag behind the ledger; wait, or run `assistant reindex`")
        if not self._ledger.documents.counts()["documents"]:
            problems.append("the archive is empty; run `assistant ingest FOLDER`")
        return problems

    def warm(self) -> None:
        """Makes everything that a question needs, so that the first one doesn't wait for it."""
        self._asker, self._catalog, self._query_encoder  # noqa: B018

    # --- the parts, each made when it is first needed ---------------------------------------------

    @cached_property
    def _model(self) -> EmbeddingModel:
        from assistant.retrieval.model import resolve

        return resolve(self.settings.embedding_model)

    @property
    def _models(self) -> Path:
        return self.settings.home / "models"

    @cached_property
    def _encoder(self) -> Encoder:
        from assistant.retrieval.encoder import Encoder

        return Encoder(self._model)

    @cached_property
    def _query_encoder(self) -> QueryEncoder:
        from assistant.retrieval.query_encoder import open_query_encoder

        return open_query_encoder(self._models, self._model)

    @cached_property
    def _catalog(self) -> Catalog[Index]:
        from assistant.retrieval.builds import Builds
        from assistant.retrieval.catalog import Catalog

        builds = Builds(self.settings.home / "index", self._model.fingerprint)
        try:
            catalog = Catalog(self._ledger, builds, lambda: self._encoder, self.settings.clock)
        except OSError as error:
            message = f"the index in {self.settings.home} can't be opened: {error}"
            raise HomeUnusable(message) from error
        catalog.recover()
        return catalog

    @cached_property
    def _sync(self) -> Sync:
        from assistant.ingest.fetch import Fetcher
        from assistant.ingest.sync import Sync

        allowed = [host for host in self.settings.fetch_allow_hosts.split(",") if host.strip()]
        return Sync(self._ledger, self._catalog, Fetcher(allowed).fetch)

    @cached_property
    def _asker(self) -> Asker:
        from assistant.answering.ask import Asker
        from assistant.answering.extractive import compose
        from assistant.answering.sufficiency import sufficiency
        from assistant.answering.support import judge
        from assistant.freshness.clocks import in_force
        from assistant.ingest.passages import sentences

        return Asker(
            retrieve=self._retrieve,
            documents=self._lookups.documents,
            sufficiency=sufficiency,
            compose=compose,
            support=judge,
            freshness=self._freshness,
            resolve=self._lookups.resolve,
            sentences=sentences,
            in_force=in_force,
            new_id=lambda: uuid.uuid4().hex,
        )

    @cached_property
    def _lookups(self) -> Lookups:
        from assistant.lookups import Lookups

        return Lookups(self._ledger)

    @cached_property
    def _volatility(self) -> VolatilityModel:
        from assistant.freshness.volatility import load_volatility

        return load_volatility()

    @cached_property
    def _freshness(self) -> Judge:
        from assistant.freshness.judge import Judge
        from assistant.ingest.passages import sentences

        return Judge(
            volatility=self._volatility.judge,
            profile=self.settings.freshness_profile,
            links=self._lookups.links,
            series=self._lookups.series,
            sentences=sentences,
        )

    def _retrieve(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        from assistant.retrieval.search import Retriever

        with self._catalog.reading() as index:
            retriever = Retriever(
                index=index,
                embed=self._query_encoder,
                hydrate=partial(self._lookups.passages, audience=filters.audience),
            )
            return retriever(question, k, filters)

    def _keep(self, reply: Reply, audience: Audience, now: datetime) -> None:
        self._ledger.answers.keep(reply, dict(reply_json(reply)), audience)
        result = reply.result
        if isinstance(result, Abstention) and result.reason != "out_of_scope":
            self._ledger.answers.add_gap(
                reply.question, result.reason, result.confidence, now, audience
            )

    def _must_stand(self, stored: StoredAnswer, audience: Audience) -> None:
        for document_id, _version in stored.cites:
            standing = self._ledger.documents.standing(document_id)
            if standing is None or standing.state != "active":
                state = standing.state if standing else "erased"
                note = f": {standing.note}" if standing and standing.note else ""
                raise Gone(f"this answer quoted {document_id!r}, which was {state}{note}")
            if audience == "public" and standing.audience != "public":
                raise Gone("this answer quoted a document that is no longer public")


def _day(moment: datetime) -> date:
    """The day in UTC: one instant is one day, wherever it is asked."""
    return moment.astimezone(UTC).date()
