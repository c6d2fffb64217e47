"""Feeds and sitemaps: the pages that they list, the newest first, as many as one run takes.

RSS and Atom (read by feedparser), JSON Feed, sitemaps and sitemap indexes (sitemaps.org), plain or
gzipped. Whatever a feed holds beyond what is taken is counted and left out: a feed of a hundred
thousand items is scanned, never parsed whole.
"""

from __future__ import annotations

import heapq
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from lxml import etree

from assistant.errors import Unreadable
from assistant.ingest.normalise import one_line

MOST_ITEMS = 200
"""Pages of a feed that one run asks for; the next run takes the next ones."""
MOST_MAPS = 50
"""Sitemaps that are read of an index, the newest first."""
MAX_FEED = 64 * 1024 * 1024
"""Bytes of a gzipped sitemap, unpacked: a little more than sitemaps.org allows."""

MOST_MARKUP = 50_000
"""Tags and entities of a feed that are parsed: many times what 200 items have."""
MOST_BYTES = 2 * 1024 * 1024
"""Bytes of a feed that are parsed, without what its items say at length."""
_LONGEST_STAMP = 100

# Bytes of strangers: no pattern here may look at a byte more often than a few times.
_SPACE = re.compile(rb"\s*")
_ROOT = re.compile(rb"<(?:[\w-]{1,40}:)?(rss|feed|RDF|urlset|sitemapindex)\b")
_PROLOGUE = ((b"<!--", b"-->"), (b"<?", b">"), (b"<!DOCTYPE", b">"))
_ITEM = re.compile(rb"<(item|entry)[\s>]|</(item|entry)\s*>")
_AT_LENGTH = re.compile(rb"<(content:encoded|content|description|summary)(?:\s[^<>]*)?>")
_DATED = re.compile(
    rb"<(?:pubDate|updated|published|modified|issued|(?:dc|dcterms):(?:date|modified))"
    rb"[^<>]*>([^<]{4,60})<"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A page that a feed lists. `stamp` is what the feed says of its last change, word for word."""

    url: str
    stamp: str | None = None
    published: str | None = None
    """ISO 8601, a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The newest items, newest first, and how many more there are. `maps` are sitemaps to read,
    and then `more` counts sitemaps."""

    items: tuple[Item, ...] = ()
    more: int = 0
    maps: tuple[str, ...] = ()


def listing(data: bytes, url: str) -> Listing | None:
    """What a feed or sitemap lists; None when the bytes are neither.

    Raises Unreadable for one that is broken beyond reading.
    """
    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data, url)
    root = _root(data[:65536])
    if root is None:
        return _json_feed(data, url)
    if root in ("urlset", "sitemapindex"):
        return _sitemap(data, url, is_index=root == "sitemapindex")
    return _feed(data, url)


def _root(data: bytes) -> str | None:
    """The name of the root element of a feed or sitemap, behind comments and declarations."""
    at = 3 if data.startswith(b"\xef\xbb\xbf") else 0
    while True:
        at = _end_of_space(data, at)
        pair = next((pair for pair in _PROLOGUE if data.startswith(pair[0], at)), None)
        if pair is None:
            match = _ROOT.match(data, at)
            return match[1].decode() if match else None
        end = data.find(pair[1], at + len(pair[0]))
        if end < 0:
            return None
        at = end + len(pair[1])


def _end_of_space(data: bytes, at: int) -> int:
    match = _SPACE.match(data, at)
    return match.end() if match else at


def newest(items: Iterable[Item], most: int) -> tuple[list[Item], int]:
    """The newest of `items`, each address once, in that order; and how many are left out."""
    seen: dict[str, Item] = {}
    for item in items:
        seen.setdefault(item.url, item)
    ranked = ((_moment(item.stamp), -place, item) for place, item in enumerate(seen.values()))
    taken = heapq.nlargest(most, ranked, key=lambda each: each[:2])
    return [item for _, _, item in taken], len(seen) - len(taken)


def _feed(data: bytes, url: str) -> Listing:
    import feedparser

    thinned, more = _thinned(data, url)
    headers = {"content-location": url, "content-type": "application/xml"}
    parsed = feedparser.parse(
        io.BytesIO(thinned),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    items, left = newest(_entries(parsed.entries, url), MOST_ITEMS)
    return Listing(items=tuple(items), more=more + left)


def _entries(entries: Sequence[dict[str, object]], url: str) -> Iterator[Item]:
    for entry in entries:
        link = str(entry.get("link") or "").strip()
        if not link.startswith(("http://", "https://")):
            link = urljoin(url, link) if link else ""
        if link.startswith(("http://", "https://")):
            # Its own `get` would give "published" for "updated", and warn.
            updated, published = (dict.get(entry, key) for key in ("updated", "published"))
            stamp = str(updated or published or "") or None
            yield Item(url=link, stamp=stamp, published=_day(str(published or "")))


def _thinned(data: bytes, url: str) -> tuple[bytes, int]:
    """A feed with no more than its newest items, without what they say at length; how many were
    cut out. Raises Unreadable for one with more markup than a feed has."""
    spans = list(_items(data))
    start, end = (spans[0][0], spans[-1][1]) if spans else (len(data), len(data))
    room = _Room()
    if not room.take(data[:start] + data[end:]):
        raise Unreadable(f"{url} has too much around its items for a feed: check it")
    ranked = heapq.nlargest(
        MOST_ITEMS,
        range(len(spans)),
        key=lambda n: (_moment(_stamp_in(data[spans[n][0] : spans[n][1]])), -n),
    )
    kept: dict[int, bytes] = {}
    for n in ranked:
        item = _without_bodies(data[spans[n][0] : spans[n][1]])
        if room.take(item):
            kept[n] = item
    parts = [data[:start], *(kept[n] for n in sorted(kept)), data[end:]]
    return b"".join(parts), len(spans) - len(kept)


def _items(data: bytes) -> Iterator[tuple[int, int]]:
    """Where each item begins and ends, in one pass."""
    begun: tuple[bytes, int] | None = None
    for match in _ITEM.finditer(data):
        if begun is None and match[1]:
            begun = match[1], match.start()
        elif begun and match[2] == begun[0]:
            yield begun[1], match.end()
            begun = None


def _without_bodies(item: bytes) -> bytes:
    """An item without what it says at length: only its address and its dates are asked for."""
    parts, at = [], 0
    while match := _AT_LENGTH.search(item, at):
        is_empty = match[0].endswith(b"/>")
        end = match.end() if is_empty else item.find(b"</" + match[1], match.end())
        if end < 0:
            break
        parts.append(item[at : match.end()])
        at = end
    return b"".join([*parts, item[at:]])


class _Room:
    """How much of a feed is still parsed: parsing costs its length, with a large factor."""

    def __init__(self) -> None:
        self._bytes, self._markup = MOST_BYTES, MOST_MARKUP

    def take(self, part: bytes) -> bool:
        """Takes it in, if there is room for it."""
        markup = part.count(b"<") + part.count(b"&")
        if len(part) > self._bytes or markup > self._markup:
            return False
        self._bytes -= len(part)
        self._markup -= markup
        return True


def _stamp_in(block: bytes) -> str | None:
    found = [match.decode("utf-8", "replace").strip() for match in _DATED.findall(block)]
    return max(found, key=_moment, default=None)


def _sitemap(data: bytes, url: str, *, is_index: bool) -> Listing:
    """Read as a stream, one entry in memory at a time; no entities, nothing fetched."""
    found = list(_places(data, url))
    if not is_index:
        items, _ = newest(found, len(found))
        return Listing(items=tuple(items))
    maps, more = newest(found, MOST_MAPS)
    return Listing(maps=tuple(each.url for each in maps), more=more)


def _places(data: bytes, url: str) -> Iterator[Item]:
    walk = etree.iterparse(
        io.BytesIO(data),
        events=("end",),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in walk:
            if not isinstance(element.tag, str):
                continue
            if etree.QName(element).localname in ("url", "sitemap"):
                parts = element.iter("{*}loc", "{*}lastmod")
                values = {etree.QName(part).localname: one_line(part.text or "") for part in parts}
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                address = urljoin(url, values.get("loc", ""))
                if values.get("loc") and address.startswith(("http://", "https://")):
                    yield Item(url=address, stamp=values.get("lastmod") or None)
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"{url} is no sitemap that can be read ({error.msg}): check it") from error


def _json_feed(data: bytes, url: str) -> Listing | None:
    """https://www.jsonfeed.org/version/1.1/"""
    if data.lstrip()[:1] != b"{" or b"jsonfeed.org/version" not in data[:4096]:
        return None
    try:
        feed = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{url} is no JSON Feed that can be read ({error}): check it") from error
    listed = feed.get("items") if isinstance(feed, dict) else None
    items, more = newest(_json_items(listed, url), MOST_ITEMS)
    return Listing(items=tuple(items), more=more)


def _json_items(listed: object, url: str) -> Iterator[Item]:
    for each in listed if isinstance(listed, list) else []:
        link = each.get("url") if isinstance(each, dict) else None
        if isinstance(link, str) and link.strip():
            stamp = each.get("date_modified") or each.get("date_published")
            published = each.get("date_published")
            yield Item(
                url=urljoin(url, link.strip()),
                stamp=stamp if isinstance(stamp, str) else None,
                published=_day(published if isinstance(published, str) else None),
            )


def _unpacked(data: bytes, url: str) -> bytes:
    """Never more than MAX_FEED, however little the archive weighs."""
    try:
        unpack = zlib.decompressobj(wbits=31)
        text = unpack.decompress(data, MAX_FEED + 1)
    except zlib.error as error:
        raise Unreadable(f"{url} is no gzip that can be read: check it") from error
    if len(text) > MAX_FEED:
        raise Unreadable(f"{url} unpacks to more than {MAX_FEED} bytes: split it")
    return text


_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _moment(stamp: str | None) -> datetime:
    """When, by any of the ways in which feeds write it; without one it is the oldest."""
    if not stamp or len(stamp) > _LONGEST_STAMP:
        return _LONG_AGO
    try:
        moment = datetime.fromisoformat(stamp.strip())
    except ValueError:
        try:
            moment = parsedate_to_datetime(stamp.strip())
        except (ValueError, TypeError, IndexError):
            return _LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _day(stamp: str | None) -> str | None:
    moment = _moment(stamp)
    return None if moment is _LONG_AGO else moment.date().isoformat()
