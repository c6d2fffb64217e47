"""The parts of the assistant, each made when it is first needed, from the settings and the ledger.

A question does not wait for what only ingest uses, nor a command for what only questions use.
"""

from __future__ import annotations

import threading
from datetime import UTC, date
from functools import partial
from typing import TYPE_CHECKING

from assistant.errors import HomeUnusable
from assistant.ledger.ledger import Ledger
from assistant.made import made
from assistant.models import Models
from assistant.retention import Retention
from assistant.settings import Settings
from assistant.types import Filters, Hit

if TYPE_CHECKING:
    from assistant.answering.ask import Asker
    from assistant.desk import Desk
    from assistant.examples import Examples
    from assistant.fact_checks import FactChecks
    from assistant.freshness.authority import Authority
    from assistant.freshness.facts import Carrier
    from assistant.freshness.judge import Judge
    from assistant.freshness.volatility import VolatilityModel
    from assistant.holdings import Holdings
    from assistant.ingest.fetch import Fetcher
    from assistant.ingest.sync import Sync
    from assistant.ledger.labels import Labels
    from assistant.ledger.then import Readable
    from assistant.lookups import Lookups
    from assistant.replies import Replies
    from assistant.retrieval.catalog import Catalog
    from assistant.retrieval.index import Index
    from assistant.upkeep.asof import AsOf
    from assistant.upkeep.audit import Auditor
    from assistant.upkeep.calibrating import Calibrating
    from assistant.upkeep.chronicle import Chronicle
    from assistant.upkeep.recall import Recalls
    from assistant.upkeep.refreshing import Refreshing
    from assistant.upkeep.rounds import Rounds
    from assistant.upkeep.standing import Standings
    from assistant.upkeep.watcher import Watcher


class Parts:
    """Where each part is made, once. Safe to share between threads."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self.making = threading.RLock()
        self.settings = settings
        self.ledger = ledger
        self.models = Models(settings)
        self.retention = Retention(ledger, settings)

    def close(self) -> None:
        for name in ("desk", "rounds", "as_of", "catalog"):
            if name in self.__dict__:
                getattr(self, name).close()

    def warm(self) -> None:
        """Makes everything that a question needs."""
        self.asker, self.catalog  # noqa: B018
        self.models.warm()

    def today(self) -> date:
        """The day in UTC: one instant is one day, wherever it is asked."""
        return self.settings.clock().astimezone(UTC).date()

    # --- what is held, and how it comes in --------------------------------------------------------

    @made
    def holdings(self) -> Holdings:
        from assistant.holdings import Holdings

        return Holdings(
            self.ledger,
            catalog=lambda: self.catalog,
            sync=lambda: self.sync,
            chronicle=lambda: self.chronicle,
            export=self.models.export,
            read_figures=self.read_figures,
            clock=self.settings.clock,
        )

    @made
    def catalog(self) -> Catalog[Index]:
        from assistant.retrieval.builds import Builds
        from assistant.retrieval.catalog import Catalog

        builds = Builds(self.settings.home / "index", self.models.embedding.fingerprint)
        try:
            catalog = Catalog(self.ledger, builds, lambda: self.models.encoder, self.settings.clock)
        except OSError as error:
            message = f"the index in {self.settings.home} can't be opened: {error}"
            raise HomeUnusable(message) from error
        catalog.recover()
        return catalog

    @made
    def sync(self) -> Sync:
        from assistant.freshness.keys.extraction import extract
        from assistant.ingest.crawl import Crawler
        from assistant.ingest.polite import Polite
        from assistant.ingest.sync import Sync

        def crawl() -> Crawler:
            return Crawler(self.ledger, Polite(self.fetcher))

        fetch, pen = self.fetcher.fetch, self.catalog.writing
        return Sync(self.ledger, self.catalog, fetch, extract, crawl, pen)

    @made
    def fetcher(self) -> Fetcher:
        from assistant.ingest.fetch import Fetcher

        allowed = [host for host in self.settings.fetch_allow_hosts.split(",") if host.strip()]
        return Fetcher(allowed)

    def read_figures(self) -> None:
        """Reads figures again where another version of the reader has read them."""
        from assistant.freshness.keys.extraction import VERSION, extract
        from assistant.upkeep.figurebook import recover

        recover(self.ledger, extract, VERSION)

    # --- answering --------------------------------------------------------------------------------

    @made
    def replies(self) -> Replies:
        from assistant.replies import Replies

        return Replies(
            self.ledger,
            self.retention,
            asker=lambda: self.asker,
            as_of=lambda: self.as_of,
            clock=self.settings.clock,
        )

    @made
    def asker(self) -> Asker:
        from assistant import askers

        return askers.of_now(self)

    @made
    def as_of(self) -> AsOf:
        """The archive asked as it stood."""
        from assistant import askers

        return askers.of_then(self)

    def retrieve(self, question: str, k: int, filters: Filters) -> tuple[Hit, ...]:
        from assistant.retrieval.search import Retriever

        with self.catalog.reading() as index:
            retriever = Retriever(
                index=index,
                embed=self.models.query_encoder,
                hydrate=partial(self.lookups.passages, audience=filters.audience),
                rerank=self.models.reranker,
            )
            return retriever(question, k, filters)

    @made
    def examples(self) -> Examples:
        from assistant.examples import Examples

        return Examples(self.ledger.documents, self.lookups.replaced)

    # --- judging ----------------------------------------------------------------------------------

    @made
    def lookups(self) -> Lookups:
        from assistant.lookups import Lookups

        return Lookups(self.ledger, self.authority)

    @made
    def authority(self) -> Authority:
        from assistant.freshness.authority import Authority

        return Authority(self.settings.authority)

    @made
    def fact_checks(self) -> FactChecks:
        from assistant.fact_checks import FactChecks

        return FactChecks(self.ledger.documents, lambda: self.freshness)

    @made
    def volatility(self) -> VolatilityModel:
        from assistant.freshness.volatility import load_volatility

        return load_volatility()

    @made
    def freshness(self) -> Judge:
        return self.judging(self.ledger, self.lookups)

    def judging(self, ledger: Readable, lookups: Lookups) -> Judge:
        """What judges a state of the archive, by figures that this version has read."""
        from assistant.freshness.judge import Judge
        from assistant.ingest.passages import sentences
        from assistant.upkeep.sourcing import Sourcing

        self.read_figures()
        return Judge(
            volatility=self.volatility.judge,
            profile=self.settings.freshness_profile,
            links=lookups.links,
            series=lookups.series,
            rivals=lookups.rivals,
            figures_of=lookups.figures,
            sources=Sourcing(ledger, lookups),
            carrier=self._carrier,
            verdicts=lookups.verdicts,
            authority=self.settings.authority,
            calibrated=self._calibrating(ledger.labels),
            sentences=sentences,
        )

    @made
    def calibrating(self) -> Calibrating:
        return self._calibrating(self.ledger.labels)

    def _calibrating(self, labels: Labels) -> Calibrating:
        from assistant.upkeep.calibrating import Calibrating

        return Calibrating(labels, self.settings.freshness_profile, self.settings.clock)

    @made
    def _carrier(self) -> Carrier:
        from assistant.upkeep.carrying import Carrying

        return Carrying()

    @made
    def standings(self) -> Standings:
        from assistant.upkeep.standing import Standings

        return Standings(self.ledger, self.lookups, lambda: self.freshness)

    # --- keeping answers current ------------------------------------------------------------------

    @made
    def watcher(self) -> Watcher:
        from assistant.freshness.keys.extraction import extract
        from assistant.upkeep.mirrors import Mirrors
        from assistant.upkeep.recorder import Recorder
        from assistant.upkeep.watcher import Watcher
        from assistant.upkeep.watchlist import Watchlist

        settings, ledger = self.settings, self.ledger
        watchlist = Watchlist(ledger, self.volatility.judge, self.lookups.series)
        recorder = Recorder(ledger, watchlist, Mirrors(ledger, lambda: self.catalog, extract))
        fetcher, clock, doi_api = self.fetcher, settings.clock, settings.doi_api_url
        return Watcher(ledger.watched, watchlist, recorder, fetcher, clock, doi_api)

    @made
    def auditor(self) -> Auditor:
        from assistant.ingest.passages import sentences
        from assistant.upkeep.audit import Auditor

        return Auditor(self.ledger, self.lookups.resolve, sentences)

    @made
    def recalls(self) -> Recalls:
        from assistant.upkeep.recall import Recalls

        return Recalls(self.ledger, self.standings)

    @made
    def rounds(self) -> Rounds:
        from assistant.upkeep.rounds import Rounds

        return Rounds(self.ledger, lambda: self.freshness, self.settings.clock)

    @made
    def chronicle(self) -> Chronicle:
        from assistant.upkeep.chronicle import Chronicle

        return Chronicle(self.ledger, self.rounds, self.settings.clock)

    @made
    def refreshing(self) -> Refreshing:
        from assistant.upkeep.refresh_parts import make

        return make(self)

    @made
    def desk(self) -> Desk:
        from assistant.desk import Desk

        forget, clock = self.retention.forget_old, self.settings.clock
        return Desk(self.ledger, self.rounds, lambda: self.freshness, clock, forget)
