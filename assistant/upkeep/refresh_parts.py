"""Where the parts of refreshing are made and handed to each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.answering.support.judge import judge as support
from assistant.freshness.asking import judged_as_of
from assistant.freshness.authority import publisher_name
from assistant.freshness.keys.compare import relation
from assistant.freshness.keys.extraction import extract
from assistant.freshness.refresh.composing import Composer
from assistant.freshness.refresh.evidence import Archive
from assistant.freshness.refresh.looking import Looker
from assistant.freshness.refresh.refresher import Refresher
from assistant.ingest.passages import sentences
from assistant.ingest.urls import canonical_url
from assistant.ledger.watched import Watch
from assistant.types import Document, Volatility
from assistant.upkeep.carrying import Carrying
from assistant.upkeep.figurebook import FigureBook
from assistant.upkeep.refresh_held import Holding
from assistant.upkeep.refresh_pages import entry_of_page
from assistant.upkeep.refresh_ports import Asked, LookAt, Shelf, entry_maker, figures_in, watching
from assistant.upkeep.refresh_swap import Publisher
from assistant.upkeep.refreshing import Refreshing
from assistant.upkeep.sourcing import Sourcing

if TYPE_CHECKING:
    from assistant.parts import Parts


def make(parts: Parts) -> Refreshing:
    ledger = parts.ledger
    publisher = Publisher(
        ledger,
        Shelf(lambda: parts.catalog),
        parts.chronicle,
        entry_of=entry_maker(ledger, extract),
        page_entry=lambda page: entry_of_page(page, extract),
        volatility=lambda document: _volatility(parts, document),
        watching=lambda document: watching(ledger, document),
        clock=parts.settings.clock,
    )
    return Refreshing(
        ledger,
        publisher,
        refresher=lambda now: _refresher(parts, now, parts.watcher.look_at),
        without_looking=lambda now: _refresher(parts, now, _as_held(parts)),
        watching=lambda document: watching(ledger, document),
        approves_itself=parts.settings.refresh_approval == "confirmed",
        clock=parts.settings.clock,
    )


def _as_held(parts: Parts) -> LookAt:
    """How each address stood after the last look, without another one."""

    def held(urls: Collection[str], now: datetime) -> Mapping[str, Watch]:
        known = {key: parts.ledger.watched.get(key) for key in map(canonical_url, urls)}
        return {key: watch for key, watch in known.items() if watch is not None}

    return held


def _refresher(parts: Parts, now: datetime, look_at: LookAt) -> Refresher:
    asked = Asked(
        parts.ledger,
        parts.lookups,
        look_at=look_at,
        states=Sourcing(parts.ledger, parts.lookups),
        retrieve=parts.retrieve,
        figures=extract,
        now=now,
    )
    holds = Holding()
    looker = Looker(look=asked.look, resolve=asked.resolve, carried=Carrying(), sentences=sentences)
    return Refresher(
        looker=looker,
        judge=parts.freshness,
        archive=_archive(parts, asked),
        composer=Composer(support, sentences, holds),
        figures_in=figures_in(extract),
        holds=holds,
    )


def _archive(parts: Parts, asked: Asked) -> Archive:
    book = FigureBook(parts.ledger)
    tiers = {publisher_name(name): tier for name, tier in parts.settings.authority.items()}
    lowest = max(tiers.values(), default=0) + 1
    return Archive(
        figures_of=asked.figures_of,
        rivals=book.rivals,
        search=asked.search,
        compare=relation,
        may_replace=lambda newer, older: parts.authority.figures([newer.content.publisher], older),
        rank=lambda document: tiers.get(publisher_name(document.content.publisher), lowest),
    )


def _volatility(parts: Parts, document: Document) -> Volatility:
    """How soon what its title asks may change, without any calibration."""
    checked, valid = document.content.checked_on, document.content.valid_as_of
    day = judged_as_of(document.title, checked, valid) if checked else None
    return parts.volatility.judge(document.title, day)
