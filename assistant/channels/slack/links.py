"""Addresses in Slack: which of a document's are linked, and how they point at exact words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from assistant.channels.web import link
from assistant.shapes import CitationJson, NearestJson
from assistant.types import Audience

LONGEST = 1_000
"""Characters of an address; a longer one is not linked, and no fragment makes one longer."""

_LONG, _HEAD, _TAIL, _MOST = 8, 5, 4, 120
_NOT_IN_ADDRESS = re.compile(r"[\s\x00-\x1f\x7f-\x9f<>|\"\\`]")


def web(url: str | None) -> str | None:
    """The address when a reader may follow it: http or https, whole."""
    url = (url or "").strip()
    if _NOT_IN_ADDRESS.search(url) or len(url) > LONGEST or not url.isprintable():
        return None
    followed = link(url)
    return followed if followed and followed.startswith(("http://", "https://")) else None


def original(url: str | None, words: str, page: int | None = None) -> str | None:
    """The original, opened at the quoted words (as the widget does); a PDF at its page."""
    safe = web(url)
    if safe is None:
        return None
    bare, _, anchor = safe.partition("#")
    if page is not None and urlsplit(safe).path.lower().endswith(".pdf"):
        return f"{bare}#page={page}"
    directive = text_directive(words)
    anchor = anchor.split(":~:")[0]
    pointed = f"{bare}#{anchor}:~:text={directive}"
    return pointed if directive and len(pointed) <= LONGEST else safe


def text_directive(words: str) -> str:
    """`text=` of a text fragment: a long quote is named by how it begins and ends."""
    trimmed = re.sub(r"[\s.…]+$", "", words)
    trimmed = re.sub(r"(?:\s*\[\d+\])+$", "", trimmed)
    parts = re.sub(r"[\s.…]+$", "", trimmed).split()
    whole = " ".join(parts)
    if len(parts) <= _LONG and len(whole) <= 2 * _MOST:
        return _encoded(whole)
    head = " ".join(parts[:_HEAD])[:_MOST]
    tail = " ".join(parts[max(_HEAD, len(parts) - _TAIL) :])[-_MOST:]
    return ",".join(_encoded(end) for end in (head, tail) if end)


def _encoded(text: str) -> str:
    """Percent-encoded, with the dash too: it means something in a directive."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")


def _segment(text: str) -> str:
    return quote(text, safe="", errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """The server's own pages, as far as its address is known.

    What is internal stands at the desk, where staff sign in; everybody reads the others.
    """

    base_url: str | None = None
    audience: Audience = "public"

    def at(self, *path: str, query: str = "") -> str | None:
        if not self.base_url:
            return None
        parts = [self.base_url.rstrip("/"), *(_segment(part) for part in path)]
        return web("/".join(parts) + query)

    def answer(self, answer_id: str) -> str | None:
        if self.audience == "internal":
            return self.at("desk", "answers", answer_id)
        return self.at("a", answer_id)

    def document(self, document_id: str) -> str | None:
        if self.audience == "internal":
            return self.at("desk", "document", query=f"?id={_segment(document_id)}")
        return self.at("d", document_id)

    def refresh(self, refresh_id: str) -> str | None:
        """Where an editor approves it."""
        return self.at("desk", "refresh", query=f"?id={_segment(refresh_id)}")

    def passage(self, place: CitationJson | NearestJson) -> str | None:
        """A document at the cited words."""
        if self.audience == "internal":
            return self.document(place["document_id"])
        where = f"?version={place['version']}&start={place['start']}&end={place['end']}#cited"
        return self.at("d", place["document_id"], query=where)
