"""HTML: the article's words by their structure, its metadata from JSON-LD and meta elements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.errors import Unreadable
from assistant.ingest import dates, factcheck, jsonld
from assistant.ingest.blocks import MAX_TITLE, Block, short_title, split_title
from assistant.ingest.build import Metadata, build, merge_sources
from assistant.ingest.markup import Element, article_of, decode_html, parse_html
from assistant.ingest.normalise import one_line
from assistant.ingest.urls import canonical_url
from assistant.ingest.words import Words
from assistant.types import Content, DateOrigin, Kind, PartialDate, Source

MAX_HTML = 16 * 1024 * 1024
"""Characters. The tree of a page takes about ten times its size."""

_MAX_FOR_TRAFILATURA = 512 * 1024
_JSON_LD = "//script[contains(@type, 'ld+json') or contains(@type, 'LD+JSON')]"
_PUBLISHED = (
    *("article:published_time", "datepublished", "citation_publication_date", "dc.date.issued"),
    *("dcterms.issued", "dc.date", "pubdate", "date"),
)
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "dcterms.modified")
_KICKER = 200
_TELLING = 20
"""Letters by which a block is known again. A shorter one may stand in a menu and in an article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlReader:
    """Reads a page. `media_type` is its Content-Type header, which may name the encoding."""

    media_type: str | None = None

    def __call__(self, data: bytes, name: str, kind: Kind | None = None) -> Content:
        """The one document on a page. Raises Unreadable."""
        text = decode_html(data, name, self.media_type)
        if len(text) > MAX_HTML:
            raise Unreadable(f"{name} is longer than {MAX_HTML} characters: split it")
        page = _Page.of(parse_html(text, name))
        words = Words()
        title, blocks = _titled(page, _blocks(page, text, words))
        content = build(
            name=name,
            title=title,
            blocks=blocks,
            kind=kind,
            infer_headings=False,
            metadata=page.metadata(words.linked),
        )
        return replace(page.with_sources(content), withdrawn=page.withdrawn())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    root: Element
    canonical: str | None
    meta: dict[str, str]
    reviews: tuple[jsonld.Node, ...]
    about: jsonld.Node
    """The JSON-LD node of the page itself; empty where there is none."""

    @classmethod
    def of(cls, root: Element) -> _Page:
        meta = meta_of(root)
        found = [node for script in elements(root, _JSON_LD) for node in _json_ld(script)]
        links = elements(root, "//link[@rel='canonical']")
        urls = [link.get("href", "") for link in links] + [meta.get("og:url", "")]
        canonical = next((one_line(u) for u in urls if u.startswith(("http://", "https://"))), None)
        reviews = _own([node for node in found if jsonld.is_claim_review(node)], canonical)
        articles = _own([node for node in found if jsonld.is_article(node)], canonical)
        about = next(iter([*articles, *reviews]), {})
        return cls(root=root, canonical=canonical, meta=meta, reviews=tuple(reviews), about=about)

    def metadata(self, linked: dict[int, str]) -> Metadata:
        reviewed = next(
            (d for node in self.reviews if (d := jsonld.date(node, "datePublished", "json_ld"))),
            None,
        )
        verdicts = [jsonld.verdict(node, "json_ld") for node in self.reviews]
        about = self.about
        return Metadata(
            kind="fact_check" if self.reviews else None,
            url=self.canonical or jsonld.url(about, "url", "mainEntityOfPage", "@id"),
            publisher=jsonld.publisher(about) or self.meta.get("og:site_name"),
            language=jsonld.text(about, "inLanguage") or self.root.get("lang"),
            reviewed_on=reviewed,
            published_on=jsonld.date(about, "datePublished", "json_ld") or self._date(_PUBLISHED),
            modified_on=jsonld.date(about, "dateModified", "json_ld") or self._date(_MODIFIED),
            sources=tuple(Source(n=n, url=url) for n, url in sorted(linked.items())),
            verdicts=tuple(verdict for verdict in verdicts if verdict),
            supersedes=_links(jsonld.supersedes(node) for node in self._nodes()),
            corrects=_links(jsonld.corrects(node) for node in self._nodes()),
        )

    def withdrawn(self) -> str | None:
        return next((note for node in self._nodes() if (note := jsonld.withdrawn(node))), None)

    def with_sources(self, content: Content) -> Content:
        """JSON-LD's citations are what the markers mean only where the page itself lists none.

        What a reviewed claim appeared in is no marker's source: it is numbered above all of them.
        """
        cited = [source for node in self._nodes() for source in jsonld.citations(node)]
        cited = [replace(source, n=n) for n, source in enumerate(_distinct(cited), start=1)]
        sources = list(content.sources or cited)
        known = {canonical_url(source.url) for source in sources if source.url}
        behind = [] if sources == cited else cited
        behind += [source for node in self.reviews for source in jsonld.appearances(node)]
        top = max([source.n for source in sources] + factcheck.markers(content.text), default=0)
        for source in behind:
            if source.url and canonical_url(source.url) not in known:
                known.add(canonical_url(source.url))
                top += 1
                sources.append(replace(source, n=top))
        return replace(content, sources=merge_sources(sources, ()))

    def _nodes(self) -> list[jsonld.Node]:
        rest = [node for node in self.reviews if node is not self.about]
        return [self.about, *rest]

    def _date(self, keys: Sequence[str]) -> PartialDate | None:
        origin: DateOrigin = "html_meta"
        found = (dates.parse(self.meta[key], origin) for key in keys if key in self.meta)
        return next((day for day in found if day), None)


def _own(nodes: list[jsonld.Node], canonical: str | None) -> list[jsonld.Node]:
    """The nodes about this page where some say so: a page may list its neighbours' too."""
    if canonical is None or len(nodes) < 2:
        return nodes
    here = canonical_url(canonical)
    return [node for node in nodes if here in _pages(node)] or nodes


def _pages(node: jsonld.Node) -> set[str]:
    """The pages that a node names as its own."""
    named = (jsonld.url(node, key) for key in ("url", "mainEntityOfPage", "@id", "isPartOf"))
    return {canonical_url(url).split("#")[0] for url in named if url}


def _links(found: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(link for links in found for link in links))


def _distinct(sources: Sequence[Source]) -> list[Source]:
    return list({(source.url, source.title): source for source in reversed(sources)}.values())[::-1]


def elements(root: Element, path: str) -> list[Element]:
    """What an XPath finds below `root`, elements only."""
    found = root.xpath(path)
    return [each for each in found if isinstance(each, Element)] if isinstance(found, list) else []


def _json_ld(script: Element) -> list[jsonld.Node]:
    """Broken JSON-LD is common on the web and says nothing."""
    try:
        return list(jsonld.nodes(json.loads("".join(map(str, script.itertext())), strict=False)))
    except (ValueError, RecursionError):
        return []


def meta_of(root: Element) -> dict[str, str]:
    """The page's meta elements by their names in lower case; of several the first."""
    values: dict[str, str] = {}
    for element in elements(root, "//meta[@content]"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        value = one_line(element.get("content", ""))
        if key and value:
            values.setdefault(key.lower(), value)
    for element in elements(root, "//time[@itemprop and @datetime]"):
        values.setdefault(
            element.get("itemprop", "").lower(), one_line(element.get("datetime", ""))
        )
    return values


def _blocks(page: _Page, text: str, words: Words) -> list[Block]:
    """The marked article, or the whole page where it is a fact-check, else what trafilatura finds.

    trafilatura only chooses: the words are ours, since its own drop footnote marks and powers.
    """
    article = article_of(page.root)
    if article is not None and (blocks := list(words.blocks(article))):
        return blocks
    body = page.root.find("body")
    blocks = list(words.blocks(page.root if body is None else body))
    if factcheck.structure("", blocks, infer_headings=False).is_fact_check:
        return blocks
    return _chosen_by_trafilatura(blocks, text)


def _chosen_by_trafilatura(blocks: list[Block], text: str) -> list[Block]:
    """The blocks from the first to the last that it takes, without the long ones that it leaves."""
    if not blocks or len(text) > _MAX_FOR_TRAFILATURA:
        return blocks
    import trafilatura

    found = trafilatura.extract(text, include_comments=False) or ""
    taken = {_letters(line)[:_TELLING] for line in found.split("\n")}
    keys = [_letters(block.text)[:_TELLING] for block in blocks]
    kept = [i for i, key in enumerate(keys) if len(key) == _TELLING and key in taken]
    if all(blocks[i].level for i in kept):  # headings alone: it has not found the words
        return blocks
    return [
        blocks[i]
        for i in range(_with_headings(blocks, kept[0]), kept[-1] + 1)
        if i in kept or len(keys[i]) < _TELLING or blocks[i].level
    ]


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).lower()


def _with_headings(blocks: Sequence[Block], at: int) -> int:
    while at and blocks[at - 1].level:
        at -= 1
    return at


def _titled(page: _Page, blocks: list[Block]) -> tuple[str, list[Block]]:
    """The first top heading, else what the metadata calls the page, else its first line.

    Little lines above the heading (a rubric, a crumb) are furniture.
    """
    at = next((i for i, block in enumerate(blocks) if block.level == 1), None)
    if at is not None and len(blocks[at].text) <= MAX_TITLE:
        above = blocks[:at]
        if sum(len(block.text) for block in above) <= _KICKER:
            above = [replace(block, role="furniture", level=0) for block in above]
        return blocks[at].text, [*above, *blocks[at + 1 :]]
    headings = elements(page.root, "//h1")
    words = one_line(" ".join(map(str, headings[0].itertext()))) if len(headings) == 1 else ""
    named = words or jsonld.text(page.about, "headline", "name") or page.meta.get("og:title")
    named = named or one_line(page.root.findtext(".//title") or "")
    if named:
        same = bool(blocks) and blocks[0].text == named
        return short_title(named), blocks[1:] if same else blocks
    title, rest = split_title(blocks)
    return title, list(rest)
