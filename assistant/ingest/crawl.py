"""The pages that a feed or sitemap lists, asked for politely; what is unchanged costs little.

A page that the feed gives the same date as before is not asked for at all, another one under the
condition that it has changed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from assistant.errors import AssistantError
from assistant.ingest.feeds import MOST_ITEMS, Item, Listing, listing, newest
from assistant.ingest.fetch import Fetched
from assistant.ingest.polite import Polite
from assistant.ingest.sources import Found, Options, Rejected, Same, Sighting, of_page
from assistant.ingest.urls import canonical_url
from assistant.ledger.ledger import Ledger
from assistant.ledger.watched import Watch
from assistant.types import PartialDate

log = logging.getLogger("assistant.ingest")


class Crawler:
    """One feed in one run. `left_out` counts the pages that the next run will ask for; `is_feed`
    once the page has been read as one."""

    most = MOST_ITEMS

    def __init__(self, ledger: Ledger, polite: Polite) -> None:
        self._watched = ledger.watched
        self._polite = polite
        self._notes: list[Watch] = []
        self.left_out = 0
        self.is_feed = False

    def read(self, page: Fetched) -> Listing | None:
        """What a feed, a sitemap or an index of sitemaps lists; None for any other page."""
        if page.status != 200:
            return None
        found = listing(page.body, page.final_url)
        self.is_feed = found is not None
        return self._of_maps(found) if found and found.maps else found

    def pages(
        self, listed: Listing, options: Options, holds: Callable[[str], bool]
    ) -> Iterator[Sighting]:
        """The documents on the listed pages, the newest first; what is new or may have changed."""
        self.left_out += listed.more
        asked = 0
        for item in listed.items:
            watch = self._watched.get(canonical_url(item.url))
            known = holds(item.url)
            if known and watch and item.stamp and watch.listed == item.stamp:
                yield Same(path=item.url)
            elif asked < self.most:
                asked += 1
                yield from self._page(item, options, watch if known else None)
            else:
                self.left_out += 1

    def note(self) -> None:
        """Keeps what the feed said of the pages that went in."""
        for watch in self._notes:
            self._watched.put(watch)
        self._notes = []

    def _page(self, item: Item, options: Options, watch: Watch | None) -> Iterator[Sighting]:
        etag, modified = (watch.etag, watch.last_modified) if watch else (None, None)
        try:
            page = self._polite.fetch(item.url, etag=etag, last_modified=modified)
        except AssistantError as error:
            yield Rejected(path=item.url, reason=str(error))
            return
        if page.status == 304 and watch:
            self._notes.append(replace(watch, listed=item.stamp))
            yield Same(path=item.url)
            return
        dated = PartialDate(value=item.published, origin="feed") if item.published else None
        found = list(of_page(item.url, page, options, dated))
        if any(isinstance(each, Found) for each in found):
            self._notes.append(self._noted(item, page))
        yield from found

    def _noted(self, item: Item, page: Fetched) -> Watch:
        key = canonical_url(item.url)
        watch = self._watched.get(key) or Watch(url_key=key, url=item.url)
        return replace(
            watch, listed=item.stamp, etag=page.etag, last_modified=page.last_modified, body=None
        )

    def _of_maps(self, index: Listing) -> Listing:
        """All pages of the sitemaps of an index, the newest first; an index in it is not read."""
        items: list[Item] = []
        for url in index.maps:
            try:
                page = self._polite.fetch(url)
                found = listing(page.body, page.final_url) if page.status == 200 else None
            except AssistantError as error:
                log.warning("the sitemap %s was left out: %s", url, error)
                continue
            items += found.items if found else ()
        ordered, _ = newest(items, len(items))
        return Listing(items=tuple(ordered))
