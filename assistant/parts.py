"""The parts of the assistant, each made when it is first needed, from the settings and the ledger.

A question does not wait for what only ingest uses, nor a command for what only questions use.
"""

from __future__ import annotations

import threading
import uuid
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import HomeUnusable, Unavailable
from assistant.ledger.ledger import Ledger
from assistant.settings import Settings
from assistant.types import Filters, Hit

if TYPE_CHECKING:
    from assistant.answering.ask import Asker
    from assistant.answering.chat import Chat
    from assistant.answering.rewriting import ModelRewriter
    from assistant.chronicle import Chronicle
    from assistant.examples import Examples
    from assistant.freshness.judge import Judge
    from assistant.freshness.volatility import VolatilityModel
    from assistant.ingest.sync import Sync
    from assistant.lookups import Lookups
    from assistant.retrieval.catalog import Catalog
    from assistant.retrieval.encoder import Encoder
    from assistant.retrieval.index import Index
    from assistant.retrieval.model import EmbeddingModel
    from assistant.retrieval.query_encoder import QueryEncoder
    from assistant.rounds import Rounds
    from assistant.standing import Standings

T = TypeVar("T")


class _made(cached_property[T]):
    """A cached_property that two threads don't make twice (as Python 3.12's would)."""

    if not TYPE_CHECKING:

        def __get__(self, instance: Any, owner: type[Any] | None = None) -> Any:
            if instance is None:
                return self
            with instance.making:
                return super().__get__(instance, owner)


class Parts:
    """Where each part is made, once. Safe to share between threads."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.making = threading.RLock()
        self.settings = settings
        self.ledger = ledger

    def close(self) -> None:
        if "rounds" in self.__dict__:
            self.rounds.close()
        if "catalog" in self.__dict__:
            self.catalog.close()

    def warm(self) -> None:
        """Makes everything that a question needs."""
        self.asker, self.catalog, self.query_encoder  # noqa: B018
        if self.chat:
            with suppress(Unavailable):  # each question says so; asking goes on by rules
                self.chat.prepare()

    @_made
    def model(self) -> EmbeddingModel:
        from assistant.retrieval.model import resolve

        return resolve(self.settings.embedding_model)

    @property
    def models(self) -> Path:
        return self.settings.home / "models"

    @_made
    def encoder(self) -> Encoder:
        from assistant.retrieval.encoder import Encoder

        return Encoder(self.model)

    @_made
    def query_encoder(self) -> QueryEncoder:
        from assistant.retrieval.query_encoder import open_query_encoder

        return open_query_encoder(self.models, self.model)

    @_made
    def catalog(self) -> Catalog[Index]:
        from assistant.retrieval.builds import Builds
        from assistant.retrieval.catalog import Catalog

        builds = Builds(self.settings.home / "index", self.model.fingerprint)
        try:
            catalog = Catalog(self.ledger, builds, lambda: self.encoder, self.settings.clock)
        except OSError as error:
            message = f"the index in {self.settings.home} can't be opened: {error}"
            raise HomeUnusable(message) from error
        catalog.recover()
        return catalog

    @_made
    def sync(self) -> Sync:
        from assistant.ingest.fetch import Fetcher
        from assistant.ingest.sync import Sync

        allowed = [host for host in self.settings.fetch_allow_hosts.split(",") if host.strip()]
        return Sync(self.ledger, self.catalog, Fetcher(allowed).fetch)

    @_made
    def asker(self) -> Asker:
        from assistant.answering.ask import Asker
        from assistant.answering.checks import Checks
        from assistant.answering.extractive import compose
        from assistant.answering.sufficiency import sufficiency
        from assistant.answering.support import judge
        from assistant.freshness.clocks import in_force
        from assistant.ingest.passages import sentences

        return Asker(
            retrieve=self.retrieve,
            documents=self.lookups.documents,
            sufficiency=sufficiency,
            compose=compose,
            support=judge,
            freshness=self.freshness,
            resolve=self.lookups.resolve,
            sentences=sentences,
            in_force=in_force,
            new_id=lambda: uuid.uuid4().hex,
            rewrite=self.rewriter,
            compare=Checks(lambda texts: self.query_encoder(texts)),
        )

    @_made
    def chat(self) -> Chat | None:
        """The chat model, where the settings name one."""
        from assistant.answering.chat import Chat

        settings = self.settings
        if not settings.chat_model:
            return None
        return Chat(
            settings.chat_model, base_url=settings.chat_base_url, api_key=settings.chat_api_key
        )

    @_made
    def rewriter(self) -> ModelRewriter | None:
        from assistant.answering.rewriting import ModelRewriter

        return ModelRewriter(chat=self.chat) if self.chat else None

    @_made
    def lookups(self) -> Lookups:
        from assistant.lookups import Lookups

        return Lookups(self.ledger)

    @_made
    def examples(self) -> Examples:
        from assistant.examples import Examples

        return Examples(self.ledger.documents)

    @_made
    def volatility(self) -> VolatilityModel:
        from assistant.freshness.volatility import load_volatility

        return load_volatility()

    @_made
    def freshness(self) -> Judge:
        from assistant.freshness.judge import Judge
        from assistant.ingest.passages import sentences

        return Judge(
            volatility=self.volatility.judge,
            profile=self.settings.freshness_profile,
            links=self.lookups.links,
            series=self.lookups.series,
            sentences=sentences,
        )

    @_made
    def standings(self) -> Standings:
        from assistant.standing import Standings

        ledger = self.ledger
        return Standings(ledger.documents, ledger.gaps, self.lookups, lambda: self.freshness)

    @_made
    def rounds(self) -> Rounds:
        from assistant.rounds import Rounds

        return Rounds(self.ledger.documents, lambda: self.freshness, self.settings.clock)

    @_made
    def chronicle(self) -> Chronicle:
        from assistant.chronicle import Chronicle

        return Chronicle(self.ledger, self.rounds, self.settings.clock)

    def retrieve(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        from assistant.retrieval.search import Retriever

        with self.catalog.reading() as index:
            retriever = Retriever(
                index=index,
                embed=self.query_encoder,
                hydrate=partial(self.lookups.passages, audience=filters.audience),
            )
            return retriever(question, k, filters)
