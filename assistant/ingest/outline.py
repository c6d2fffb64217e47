"""A fetched page as its reader reads it, with what the page says of itself around its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from lxml import etree

from assistant.ingest.fetch import Fetched
from assistant.ingest.html import elements, meta_of
from assistant.ingest.markup import decode_html, parse_html
from assistant.ingest.normalise import one_line
from assistant.ingest.reading import format_of, read
from assistant.types import Content, Kind

_HEADINGS = "//h1 | //h2 | //h3[position() <= 3]"
_FIRST = "//h1"
_MOST_HEADINGS = 12
_PASSWORD = "//input[translate(@type, 'PASWORD', 'pasword') = 'password']"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """`contents` are the documents in it, mostly one; the rest is empty where it is no HTML."""

    contents: tuple[Content, ...]
    title: str = ""
    heading: str = ""
    """The first of the outermost headings: what the page itself is called."""
    headings: tuple[str, ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)
    asks_password: bool = False

    @property
    def text(self) -> str:
        """What the page says, without its furniture."""
        return "\n\n".join(map(said, self.contents))


def outline(page: Fetched, kind: Kind | None = None) -> Outline:
    """The page as `ingest` would read it. Raises Unreadable."""
    name = name_of(page)
    contents = tuple(
        content if content.url else replace(content, url=page.final_url)
        for content in read(page.body, name, kind=kind, media_type=page.media_type)
    )
    if format_of(page.body, name, page.media_type) != "html":
        title = contents[0].title if contents else ""
        return Outline(contents=contents, heading=title, headings=(title,) if title else ())
    root = parse_html(decode_html(page.body, name, page.media_type), name)
    first, headings = elements(root, _FIRST)[:1], elements(root, _HEADINGS)
    return Outline(
        contents=contents,
        title=one_line(root.findtext(".//title") or ""),
        heading=_words(first[0]) if first else "",
        headings=tuple(words for each in headings if (words := _words(each)))[:_MOST_HEADINGS],
        meta=meta_of(root),
        asks_password=bool(elements(root, _PASSWORD)),
    )


def _words(element: etree._Element) -> str:
    return one_line(" ".join(map(str, element.itertext())))


def name_of(page: Fetched) -> str:
    """A file's name for a page, for its suffix and for errors."""
    return PurePosixPath(urlsplit(page.final_url).path).name or "index.html"


def said(content: Content) -> str:
    """A document's text without the furniture in it."""
    text, at, parts = content.text, 0, []
    for section in content.sections:
        if section.role in ("furniture", "follow_ups"):
            parts.append(text[at : section.span.start])
            at = section.span.end
    return "".join([*parts, text[at:]]).strip()
