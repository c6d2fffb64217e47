"""What became of fact-checks as feeds: JSON Feed 1.1 and Atom (RFC 4287), entry by entry the same.

https://www.jsonfeed.org/version/1.1/, https://www.rfc-editor.org/rfc/rfc4287.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as xml

from assistant.channels.claimreview import web_address
from assistant.channels.render import STATES
from assistant.ledger.changes import Change, ChangeKind
from assistant.types import RevisionKind

TITLE = "What became of fact-checks"
DESCRIPTION = "Public fact-checks that turned stale, were corrected, withdrawn or checked again."
AUTHOR = "Ask the archive"
KINDS: tuple[ChangeKind, ...] = ("stale", "corrected", "withdrawn", "refreshed")

EXTENSION = "_newsroom_assistant"
ATOM = "http://www.w3.org/2005/Atom"
_IDS = uuid.UUID("5ce05f1b-6e33-5bd4-9df3-1d0f2f5a8c11")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was last updated: Atom asks for an instant."""

_LABELS = {
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "refreshed": "Checked again",
    "updated": "Updated",
}
_HAPPENED = {
    "stale": "This fact-check is shown with a notice now.",
    "corrected": "This fact-check was corrected.",
    "withdrawn": "This fact-check was withdrawn: nothing is answered from it any more.",
    "refreshed": "This fact-check was checked again.",
}
_REVISED = {
    "confirmed": "This fact-check was checked again, and holds.",
    "updated": "This fact-check was updated: its new version has the newest information.",
    "corrected": "This fact-check was corrected: its new version takes the place of what was "
    "wrong.",
}
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Of a page of a feed: this archive, the page itself, the feed's first page, and the next."""

    base: str
    this: str
    first: str
    next: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A change as both formats tell it."""

    id: str
    title: str
    page: str
    original: str | None
    happened: str
    text: str
    at: datetime
    extension: dict[str, Any]


def entry(change: Change, base: str, now: datetime, *, names: Callable[[str], bool]) -> Entry:
    """`names`: whether the public may read of a document, by its id.

    A reason that tells of another is left out. Whatever the clock said when a change was noted,
    no entry is of the future.
    """
    body = change.body
    reasons = [each for each in body["reasons"] if all(map(names, _told_of(each)))]
    happened = _happened(change)
    said = [happened, body["notice"], body["note"], *(each["text"] for each in reasons)]
    return Entry(
        id=_id(change),
        title=_clean(f"{_label(change)}: {body['title'] or change.document_id}"),
        page=f"{base}/d/{quote(change.document_id)}",
        original=_followed(web_address(body["url"])),
        happened=_clean(happened),
        text=_clean("\n\n".join(each for each in said if each)),
        at=min(datetime.fromisoformat(change.at), now).astimezone(UTC).replace(microsecond=0),
        extension={
            "kind": change.kind,
            "state": change.state,
            "document_id": change.document_id,
            "version": change.version,
            "checked_on": body["checked_on"],
            "notice": body["notice"],
            "note": body["note"],
            "revision": body.get("revision"),
            "reasons": reasons,
        },
    )


def json_feed(entries: Sequence[Entry], addresses: Addresses) -> dict[str, Any]:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": TITLE,
        "description": DESCRIPTION,
        "home_page_url": f"{addresses.base}/",
        "feed_url": addresses.first,
        "next_url": addresses.next,
        "authors": [{"name": AUTHOR}],
        "items": [_item(each) for each in entries],
    }
    return _without_none(feed)


def atom_feed(entries: Sequence[Entry], addresses: Addresses) -> bytes:
    feed = xml.Element("feed", xmlns=ATOM)
    _add(feed, "id", addresses.first)
    _add(feed, "title", TITLE)
    _add(feed, "subtitle", DESCRIPTION)
    _add(feed, "updated", _stamp(updated(entries) or _NEVER))
    _add(_add(feed, "author"), "name", AUTHOR)
    _link(feed, "self", addresses.this, "application/atom+xml")
    _link(feed, "alternate", f"{addresses.base}/", "text/html")
    if addresses.next:
        _link(feed, "next", addresses.next, "application/atom+xml")
    for each in entries:
        _add_entry(feed, each)
    return bytes(xml.tostring(feed, encoding="utf-8", xml_declaration=True))


def updated(entries: Sequence[Entry]) -> datetime | None:
    """The instant of the newest entry."""
    return max((each.at for each in entries), default=None)


def _item(each: Entry) -> dict[str, Any]:
    return _without_none(
        {
            "id": each.id,
            "url": each.page,
            "external_url": each.original,
            "title": each.title,
            "summary": each.happened,
            "content_text": each.text,
            "date_published": _stamp(each.at),
            "tags": _tags(each),
            EXTENSION: each.extension,
        }
    )


def _add_entry(feed: xml.Element, each: Entry) -> None:
    found = _add(feed, "entry")
    _add(found, "id", each.id)
    _add(found, "title", each.title)
    _add(found, "published", _stamp(each.at))
    _add(found, "updated", _stamp(each.at))
    _link(found, "alternate", each.page, "text/html")
    if each.original:
        _link(found, "related", each.original)
    for tag in _tags(each):
        _add(found, "category").set("term", tag)
    _add(found, "summary", each.happened)
    _add(found, "content", each.text).set("type", "text")


def _tags(each: Entry) -> list[str]:
    """What became of it, and, where an editor published that, as which of the three."""
    revision = each.extension["revision"]
    named = [each.extension["kind"], *([revision["kind"]] if revision else [])]
    return list(dict.fromkeys(named))


def _add(parent: xml.Element, name: str, text: str | None = None) -> xml.Element:
    child = xml.SubElement(parent, name)
    child.text = text
    return child


def _link(parent: xml.Element, rel: str, href: str, type_: str | None = None) -> None:
    link = xml.SubElement(parent, "link", rel=rel, href=href)
    if type_:
        link.set("type", type_)


def _id(change: Change) -> str:
    """The same for ever, on whatever address this archive is read, and after a restored backup."""
    said = (change.id, change.at, change.document_id, change.version, change.kind)
    return uuid.uuid5(_IDS, "\n".join(map(str, said))).urn


def _label(change: Change) -> str:
    """What stands before the title; what turned stale says how it stands."""
    stands = {str(state): words for state, words in STATES.items()}.get(change.state, "stale")
    return _LABELS.get(_revised(change) or "") or _LABELS.get(change.kind, stands.capitalize())


def _revised(change: Change) -> RevisionKind | None:
    """As what an editor published it: an update is no correction."""
    revision = change.body.get("revision")
    return revision["kind"] if revision else None


def _happened(change: Change) -> str:
    if revised := _revised(change):
        return _REVISED[revised]
    day = change.body["checked_on"]
    if change.kind != "refreshed" or day is None:
        return _HAPPENED[change.kind]
    return f"This fact-check was checked again {'on' if len(day) == 10 else 'in'} {day}."


def _told_of(reason: dict[str, Any]) -> list[str]:
    """The documents that a reason tells of: itself and what replaces it, by their ids."""
    return [value for key, value in reason["evidence"].items() if key.endswith("document_id")]


def _stamp(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _followed(url: str | None) -> str | None:
    """An address as one may stand in a link, whatever a newsroom typed into its front matter."""
    return url and quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _clean(text: str) -> str:
    """Without what XML 1.0 can't hold, not even escaped, or reads as something else."""
    return _NO_XML.sub("", text)


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
