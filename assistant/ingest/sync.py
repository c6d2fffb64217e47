"""Keeping the archive in step with folders, files and URLs.

A source is mirrored: what is new goes in, what changed becomes a new version, what is gone is no
longer answered from, and what is unchanged costs one hash. Each batch is one transaction, so a
process that is killed leaves whole batches behind and the next run finishes the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.ingest.batch import Store
from assistant.ingest.entries import FigureReader, no_figures
from assistant.ingest.intake import Intake
from assistant.ingest.report import IngestReport, Progress
from assistant.ingest.sources import (
    Options,
    Rejected,
    Sighting,
    fetched,
    files_of,
    of_page,
    scan,
)
from assistant.ingest.urls import canonical_url, is_web
from assistant.ledger.ledger import Ledger

if TYPE_CHECKING:
    from assistant.ingest.crawl import Crawler
    from assistant.ingest.fetch import Fetched

Report = Callable[[Progress], None]


class Sync:
    """Mirrors sources into the archive through a Store."""

    def __init__(
        self,
        ledger: Ledger,
        store: Store,
        fetch: Callable[[str], Fetched],
        figures: FigureReader = no_figures,
        crawl: Callable[[], Crawler] | None = None,
        pen: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`crawl` makes what asks for the pages of a feed; without it a feed is no document. `pen`
        lets one at a time write; nobody holds it while a page of the web is waited for."""
        self._ledger = ledger
        self._store = store
        self._fetch = fetch
        self._figures = figures
        self._crawl = crawl
        self._pen = pen

    def ingest(
        self, targets: Sequence[str], options: Options, progress: Report | None = None
    ) -> IngestReport:
        """Mirrors each target in turn. Raises BadInput for a path that doesn't exist."""
        for target in targets:
            if not is_web(target):
                files_of(Path(target))  # a mistyped path stops the run before anything moves
        report = IngestReport()
        for target in targets:
            report += self._mirror(target, options, progress or (lambda _: None))
        return report

    def _mirror(self, target: str, options: Options, progress: Report) -> IngestReport:
        if is_web(target):
            return self._mirror_web(target, options, progress)
        root = Path(target).resolve()
        with self._pen():
            intake = Intake(self._ledger, self._store, str(root), options, self._figures)
            files = files_of(root)
            for done, each in enumerate(scan(root, files, options, intake.is_known), start=1):
                intake.take(each)
                progress(Progress(done=done, total=max(done, len(files)), name=each.path))
            return intake.finish()

    def _mirror_web(self, target: str, options: Options, progress: Report) -> IngestReport:
        """Everything is fetched before anything is written: a slow host keeps nobody waiting."""
        root = canonical_url(target)
        crawler = self._crawl() if self._crawl else None
        holds = {place.path for place in self._ledger.places.of_root(root)}.__contains__
        sightings: list[Sighting] = []
        for sighting, total in self._of_web(target, options, holds, crawler):
            sightings.append(sighting)
            done = len(sightings)
            progress(Progress(done=done, total=max(done, total), name=sighting.path))
        with self._pen():
            intake = Intake(self._ledger, self._store, root, options, self._figures)
            if crawler and crawler.is_feed:
                intake.keep_all()
            for sighting in sightings:
                intake.take(sighting)
            report = intake.finish()
        if crawler:
            crawler.note()  # only now are the pages in: a run that was killed asks for them again
            report += IngestReport(left_out=crawler.left_out)
        return report

    def _of_web(
        self, target: str, options: Options, holds: Callable[[str], bool], crawler: Crawler | None
    ) -> Iterator[tuple[Sighting, int]]:
        """The pages that a feed lists, or the page itself.

        A feed is a window: what has left it stays in the archive.
        """
        if crawler is None:
            yield from ((sighting, 1) for sighting in fetched(target, self._fetch, options))
            return
        try:
            page = self._fetch(target)
            listed = crawler.read(page)
            found = of_page(target, page, options)
        except AssistantError as error:
            yield Rejected(path=target, reason=str(error)), 1
            return
        if listed is None:
            yield from ((sighting, 1) for sighting in found)
            return
        for sighting in crawler.pages(listed, options, holds):
            yield sighting, min(len(listed.items), crawler.most)
