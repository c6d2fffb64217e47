"""What every rendering of a reply must not hold: something that runs, rings, loads or leads astray.

Static checks, for each of many replies; tests look at the same pages in a browser.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from markdown_it import MarkdownIt
from starlette.testclient import TestClient

from assistant.channels.markdown import MARKDOWN
from assistant.channels.render import reply_text
from assistant.channels.slack import blocks
from assistant.channels.style import PLAIN
from assistant.contract import ReplyJson

_LIVE_IN_SLACK = re.compile(r"<([@#!][^>]*|(?:\w+:|//)[^>|]*)[^>]*>")
_RUNS = ("style", "srcdoc", "autofocus", "ping", "background")
_LEADS = ("href", "src", "action", "formaction", "data", "poster", "xlink:href")
_ONCE = ("title", "main", "h1", "body", "html")
_NEVER = (
    *("iframe", "object", "embed", "base", "svg", "math", "style", "img", "video", "audio"),
    *("frame", "applet", "marquee", "dialog"),
)


class Page(HTMLParser):
    """What stands in an HTML page: its tags, its links, its attributes that could run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: set[str] = set()
        self.active: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        for name, value in attrs:
            if name.startswith("on") or name in _RUNS:
                self.active.append(f"{tag} {name}={value}")
            if name in _LEADS:
                self.links.add(value or "")


def faults(reply: ReplyJson, client: TestClient) -> list[str]:
    """Everything wrong with a reply, however it is shown. Empty when it is harmless everywhere."""
    known = addresses(reply)
    page = client.get(f"/a/{reply['id']}", headers={"Accept": "text/html"})
    found = [
        *(f"terminal: {each}" for each in in_terminal(reply_text(reply, PLAIN))),
        *(f"Markdown: {each}" for each in in_markdown(reply_text(reply, MARKDOWN), known)),
        *(f"Slack: {each}" for each in in_slack(reply, known)),
        *(f"page of the answer: {each}" for each in in_page(page.text, known)),
    ]
    if json.loads(json.dumps(reply)) != reply:
        found.append("JSON: it does not come back as it went out")
    return found


def of_document(document_id: str, client: TestClient) -> list[str]:
    """Everything wrong with a document's page."""
    got = client.get(f"/v1/documents/{document_id}").json()
    known = {got.get("url")} | {source.get("url") for source in got.get("sources", ())}
    page = client.get(f"/d/{document_id}", headers={"Accept": "text/html"})
    if page.status_code != 200:
        return [f"page of the document: {page.status_code}"]
    return [f"page of the document: {each}" for each in in_page(page.text, known)]


def of_feeds(client: TestClient) -> list[str]:
    """Feeds that no reader could parse, or that lead elsewhere than to the web."""
    found = []
    atom = etree.fromstring(client.get("/feeds/freshness.atom").content)
    links = [each.get("href", "") for each in atom.iter()]
    found += [f"Atom: {each}" for each in links if not _is_web(each)]
    for name in ("freshness", "claimreview"):
        client.get(f"/feeds/{name}.json").json()
    return found


def addresses(reply: ReplyJson) -> set[str | None]:
    """Where a reply may lead: the addresses of what it cites."""
    if reply["kind"] == "abstention":
        return set()
    cited: set[str | None] = {each["url"] for each in reply["citations"]}
    via: set[str | None] = {hop.get("url") for each in reply["citations"] for hop in each["via"]}
    return cited | via | {each["url"] for each in reply["verdicts"]}


def in_terminal(text: str) -> Iterator[str]:
    for ch in sorted(set(text) - {"\n"}):
        if unicodedata.category(ch) == "Cc" or unicodedata.bidirectional(ch) in (
            *("LRE", "RLE", "LRO", "RLO", "PDF"),
            *("LRI", "RLI", "FSI", "PDI"),
        ):
            yield f"U+{ord(ch):04X}"


def in_markdown(text: str, known: set[str | None]) -> Iterator[str]:
    for token in MarkdownIt("js-default", {"html": True, "linkify": False}).parse(text):
        for each in token.children or ():
            if each.type == "image" or each.type.startswith("html"):
                yield each.content
            if each.type == "link_open" and each.attrs["href"] not in known:
                yield f"a link to {each.attrs['href']}"
        if token.type.startswith(("html", "heading")):
            yield token.content or token.type


def in_slack(reply: ReplyJson, known: set[str | None]) -> Iterator[str]:
    shown = blocks.answer(reply)
    texts = [shown.text, *blocks.plain(reply), *_texts(shown.blocks)]
    for match in (match for text in texts for match in _LIVE_IN_SLACK.finditer(text)):
        if match[1].startswith(("@", "#", "!")) or match[1].replace("&amp;", "&") not in known:
            yield match[0]


def _texts(value: Any) -> Iterator[str]:
    """Every text of the blocks in which something could be live: elements hold plain words."""
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict) and value.get("type") != "plain_text":
        for name, each in value.items():
            if name == "text" and isinstance(each, str) and value["type"] in ("mrkdwn", "markdown"):
                yield each
            else:
                yield from _texts(each)


def in_page(text: str, known: set[str | None]) -> Iterator[str]:
    page = Page(text)
    yield from page.active
    yield from (f"<{tag}>" for tag in _NEVER if page.tags[tag])
    yield from (f"<{tag}> twice" for tag in _ONCE if page.tags[tag] > 1)
    for link in sorted(page.links):
        if not _is_web(link) or ("127.0.0.1:9" in link and link not in known):
            yield f"leads to {link}"


def _is_web(link: str) -> bool:
    return urlsplit(link).scheme in ("", "http", "https", "mailto") and not link.startswith("//")
