"""HTML pages: their encoding, their tree, and the element that is the article."""

from __future__ import annotations

import codecs
import re

from lxml import etree

from assistant.errors import Unreadable
from assistant.ingest.normalise import decode_utf8, what_binary

Element = etree._Element

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:.-]{1,40})", re.I)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w:.-]{1,40})", re.I)
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w:.-]{1,40})", re.I)


def decode_html(data: bytes, name: str, media_type: str | None = None) -> str:
    """The text of a page in the encoding that its Content-Type declares, or it itself, else UTF-8.

    A server that names an encoding for all its pages may be wrong about one: where it can't be
    what it says, the page's own word holds. What declares Latin-1 is read as windows-1252, as every
    browser does (https://encoding.spec.whatwg.org/). Raises Unreadable when the bytes are not in
    that encoding.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _decoded(data, encoding, name)
    declared = _declared(data, media_type)
    own = _declared(data, None)
    if own is not None and own != declared:
        try:
            return _read_as(data, declared or "utf-8", name)
        except Unreadable:
            declared = own
    return _read_as(data, declared, name)


def _read_as(data: bytes, declared: str | None, name: str) -> str:
    if declared in (None, "utf-8", "utf-16"):
        return decode_utf8(data, name)
    if what := what_binary(data):
        raise Unreadable(f"{name} is {what}, not HTML: export it as HTML again")
    return _decoded(data, declared or "utf-8", name)


def _declared(data: bytes, media_type: str | None) -> str | None:
    header = _HEADER_CHARSET.search(media_type or "")
    match = _META_CHARSET.search(data[:4096]) or _XML_ENCODING.search(data[:512])
    label = header[1] if header else match[1].decode("ascii", "replace") if match else None
    if label is None:
        return None
    try:
        encoding = codecs.lookup(label).name
    except LookupError:
        return label.lower()
    return "cp1252" if encoding in ("iso8859-1", "ascii") else encoding


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise Unreadable(f"{name} declares the unknown encoding {encoding!r}: use UTF-8") from error
    except (UnicodeError, ValueError) as error:
        raise Unreadable(
            f"{name} is not in the encoding {encoding} that it declares: save it as UTF-8"
        ) from error


def parse_html(text: str, name: str) -> Element:
    """The root of a page. Raises Unreadable when there is nothing in it."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"{name} holds no HTML that can be read: save the page again") from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise Unreadable(f"{name} nests its elements too deeply: save the page as plain HTML")
    if root is None:
        raise Unreadable(f"{name} holds no HTML elements: save the page again")
    return root


def article_of(root: Element) -> Element | None:
    """The element that a page marks as its main part, or None when it marks none."""
    mains = _by_length(root.xpath("//main[not(ancestor::main)] | //*[@role='main']"))
    bodies = _by_length(root.xpath("//*[@itemprop='articleBody']"))
    within = mains[0] if mains else root
    articles = _by_length(within.xpath(".//article[not(ancestor::article)]"))
    if articles and length(articles[0]) > 0.6 * length(within):
        return articles[0]
    for found in (mains, bodies, articles):
        if found:
            return found[0]
    return None


def _by_length(elements: object) -> list[Element]:
    found = [e for e in elements if isinstance(e, Element)] if isinstance(elements, list) else []
    return sorted((e for e in found if length(e)), key=length, reverse=True)


def length(element: Element) -> int:
    """Characters of words in an element, scripts included: a measure to compare by."""
    return sum(len(text.strip()) for text in element.itertext())
