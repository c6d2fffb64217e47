"""Refreshes over a real ledger, catalog and rules, with looks at sources played: no model, no web.

`python -m support.refreshing HOME` makes the refresh of `yearly` and publishes it: for tests that
kill it in the middle.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.answering.support.judge import judge as support
from assistant.freshness.authority import Authority
from assistant.freshness.judge import Judge
from assistant.freshness.keys.compare import relation
from assistant.freshness.keys.extraction import extract
from assistant.freshness.refresh.composing import Composer
from assistant.freshness.refresh.evidence import Archive as Evidence
from assistant.freshness.refresh.looking import Looker
from assistant.freshness.refresh.refresher import Refresher
from assistant.freshness.refresh.values import Look
from assistant.holdings import Holdings
from assistant.ingest.passages import sentences
from assistant.ingest.sources import Options
from assistant.ingest.sync import Sync
from assistant.ledger.refreshes import Kept
from assistant.lookups import Lookups
from assistant.retrieval.builds import Builds
from assistant.types import Document, Source, Volatility
from assistant.upkeep.carrying import Carrying
from assistant.upkeep.chronicle import Chronicle
from assistant.upkeep.figurebook import FigureBook
from assistant.upkeep.refresh_held import Holding
from assistant.upkeep.refresh_pages import entry_of_page
from assistant.upkeep.refresh_ports import Shelf, entry_maker, figures_in
from assistant.upkeep.refresh_swap import Publisher
from assistant.upkeep.refreshing import Ask, Refreshing
from assistant.upkeep.rounds import Rounds
from support.archive import Archive

NOW = datetime(2026, 6, 15, tzinfo=UTC)
YEARLY = Volatility(p_mutable=0.9, kind="annual", tau_days=365)

CHECK = """---
title: What is the latest yearly number of lost seals reported to the Seal Center?
kind: fact_check
checked_on: {checked}
valid_as_of: 2024
cadence: P1Y
sources:
  - n: 1
    title: Our seals (figures for 2024)
    publisher: Seal Center
    url: https://seals.example/2024
    date: 2025
---
## Executive summary

In 2024, the Seal Center assisted police and families with 29,568 reports of lost seals [1].

## 1. What it counts

A report is made by whoever finds a seal [1].
"""
SOURCE = """---
title: Our seals (figures for {year})
kind: source_document
publisher: Seal Center
url: https://seals.example/{year}
published_on: {published}
valid_as_of: {year}
---
In {year}, the Seal Center assisted police and families with {number} reports of lost seals. A
report is made by whoever finds a seal.
"""


def source(year: int = 2024, number: str = "29,568", published: str = "2025-03-01") -> str:
    return SOURCE.format(year=year, number=number, published=published)


def there(_source: Source, document: Document | None) -> Look:
    words = document.text if document else None
    return Look(
        status="there", text="still says what is cited.", then=words, now=words, document=document
    )


@dataclass
class Newsroom:
    """An archive in a folder; `looks` says what a look at a source finds, by its number."""

    folder: Path
    index: bool = False
    looks: dict[int, Look] = field(default_factory=dict)
    looked: list[list[int]] = field(default_factory=list)
    approves_itself: bool = False
    now: datetime = NOW

    def __post_init__(self) -> None:
        builds = Builds(self.folder / "index", "driver") if self.index else None
        self.archive = Archive(self.folder, builds)
        self.ledger = self.archive.ledger
        self.sync = Sync(self.ledger, self.archive.catalog, _no_network, extract)
        self.lookups = Lookups(self.ledger)
        self.judge = Judge(
            volatility=lambda text, day: YEARLY,
            links=self.lookups.links,
            rivals=self.lookups.rivals,
            figures_of=self.lookups.figures,
        )
        rounds = Rounds(self.ledger, lambda: self.judge, lambda: self.now)
        self.chronicle = Chronicle(self.ledger, rounds, lambda: self.now)
        self.holdings = Holdings(
            self.ledger,
            catalog=lambda: self.archive.catalog,
            sync=lambda: self.sync,
            chronicle=lambda: self.chronicle,
            export=lambda: None,
            read_figures=lambda: None,
            clock=lambda: self.now,
        )
        publisher = Publisher(
            self.ledger,
            Shelf(lambda: self.archive.catalog),
            self.chronicle,
            entry_of=entry_maker(self.ledger, extract),
            page_entry=lambda page: entry_of_page(page, extract),
            volatility=lambda document: YEARLY,
            watching=self._watching,
            clock=lambda: self.now,
        )
        self.refreshing = Refreshing(
            self.ledger,
            publisher,
            refresher=lambda now: self._refresher(),
            without_looking=lambda now: self._refresher(),
            watching=self._watching,
            approves_itself=self.approves_itself,
            clock=lambda: self.now,
        )

    @property
    def files(self) -> Path:
        files = self.folder / "files"
        files.mkdir(exist_ok=True)
        return files

    def ingest(self, **files: str) -> Any:
        for name, text in files.items():
            (self.files / f"{name}.md").write_text(text, encoding="utf-8")
        return self.sync.ingest([str(self.files)], Options(audience="public"))

    def refresh(self, document_id: str = "yearly", **asked: Any) -> Kept:
        now = asked.pop("now", self.now)
        return self.refreshing.refresh(Ask(document_id=document_id, now=now, **asked))

    def look(self, document: Document, sources: Collection[Source]) -> Mapping[int, Look]:
        self.looked.append([each.n for each in sources])
        return {
            each.n: self.looks.get(each.n)
            or there(each, self.lookups.resolve(each, document.audience))
            for each in sources
        }

    def _watching(self, document: Document) -> list[object]:
        return [[n, look.status] for n, look in sorted(self.looks.items())]

    def close(self) -> None:
        self.archive.close()

    def _refresher(self) -> Refresher:
        book, authority = FigureBook(self.ledger), Authority()
        holds = Holding()
        return Refresher(
            looker=Looker(
                look=self.look,
                resolve=lambda source, document: self.lookups.resolve(source, document.audience),
                carried=Carrying(),
                sentences=sentences,
            ),
            judge=self.judge,
            archive=Evidence(
                figures_of=book.of,
                rivals=book.rivals,
                search=lambda words: [],
                compare=relation,
                may_replace=lambda newer, older: authority.figures(
                    [newer.content.publisher], older
                ),
                rank=lambda document: 1,
            ),
            composer=Composer(support, sentences, holds),
            figures_in=figures_in(extract),
            holds=holds,
        )


def _no_network(url: str) -> Any:
    raise AssertionError(f"{url}: these tests have no network")


def main(folder: Path) -> None:
    newsroom = Newsroom(folder, index=True)
    print("open", flush=True)
    made = newsroom.refresh(approve=True)
    print(made.state, made.outcome, flush=True)
    newsroom.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
