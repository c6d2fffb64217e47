"""schema.org in JSON: ClaimReview and articles, as newsrooms publish them.

https://schema.org/ClaimReview, https://schema.org/NewsArticle. Publishers bend both, so every value
may be missing, a string, an object or a list of these; what has another shape counts as missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistant.ingest import dates
from assistant.ingest.normalise import one_line
from assistant.types import DateOrigin, PartialDate, Source, Verdict

Node = Mapping[str, object]

_HOLDERS = (
    *("@graph", "dataFeedElement", "item", "itemListElement", "claimReviews", "review"),
    *("mainEntity", "hasPart", "subjectOf"),
)
_MAX_DEPTH = 12
_REPLACES = ("supersedes", "replaces", "dcterms:replaces", "dct:replaces")
_CORRECTS = ("corrects", "correctionOf")
_GONE = {"withdrawn", "retracted"}


def nodes(value: object, depth: int = 0) -> Iterator[Node]:
    """Every typed object in a document, outermost first, through lists, graphs and feeds."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for each in value:
            yield from nodes(each, depth + 1)
    elif isinstance(value, dict):
        if types(value):
            yield value
        for key in _HOLDERS:
            if key in value:
                yield from nodes(value[key], depth + 1)


def types(node: Node) -> set[str]:
    """The types of a node, without their namespace: {"NewsArticle"}."""
    value = node.get("@type")
    names = value if isinstance(value, list) else [value]
    return {name.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for name in names if isinstance(name, str)}


def is_claim_review(node: Node) -> bool:
    return "ClaimReview" in types(node)


def is_article(node: Node) -> bool:
    return any(name.endswith(("Article", "Posting", "Report")) for name in types(node))


def text(node: Node, *keys: str) -> str | None:
    """The first of `keys` that holds words or a number, on one line."""
    for key in keys:
        value = node.get(key)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, dict):
            value = value.get("@value") or value.get("name") or value.get("@id")
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = f"{value:g}"
        if isinstance(value, str) and (line := one_line(value)):
            return line
    return None


def child(node: Node, key: str) -> Node:
    """The object under `key` (the first of a list), or an empty one."""
    value = node.get(key)
    value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def names(node: Node, *keys: str) -> str | None:
    """The names under the first of `keys` that has any, joined: "A, B"."""
    for key in keys:
        value = node.get(key)
        items = value if isinstance(value, list) else [value]
        found = [name for item in items if (name := text({"": item}, ""))]
        if found:
            return ", ".join(found)
    return None


def url(node: Node, *keys: str) -> str | None:
    """The first of `keys` that holds a web address, itself or as an object's url or @id."""
    for key in keys:
        value = node.get(key)
        value = value[0] if isinstance(value, list) and value else value
        for each in (value.get("url"), value.get("@id")) if isinstance(value, dict) else (value,):
            if isinstance(each, str) and each.strip().lower().startswith(("http://", "https://")):
                return one_line(each)
    return None


def date(node: Node, key: str, origin: DateOrigin) -> PartialDate | None:
    value = text(node, key)
    return dates.parse(value, origin) if value else None


def verdict(node: Node, origin: DateOrigin) -> Verdict | None:
    """The rating of a ClaimReview, word for word; None without a claim or a rating."""
    reviewed = child(node, "itemReviewed")
    claim = text(node, "claimReviewed") or text(reviewed, "text", "name", "headline")
    rating = _rating(child(node, "reviewRating"))
    if not claim or not rating:
        return None
    return Verdict(
        claim=claim,
        rating=rating,
        claimant=names(reviewed, "author", "creator"),
        reviewed_on=date(node, "datePublished", origin),
        url=url(node, "url", "mainEntityOfPage"),
    )


def _rating(node: Node) -> str | None:
    """The rating's words; a bare number is given with its scale."""
    if words := text(node, "alternateName", "name", "ratingExplanation"):
        return words
    value, best = text(node, "ratingValue"), text(node, "bestRating")
    return f"{value} of {best}" if value and best else value


def publisher(node: Node) -> str | None:
    return names(node, "publisher", "sourceOrganization", "author")


def citations(node: Node) -> list[Source]:
    """What a page says that it cites or is based on, numbered from 1 in its order."""
    return _sources([node.get("citation"), node.get("isBasedOn"), node.get("isBasedOnUrl")])


def appearances(node: Node) -> list[Source]:
    """Where a reviewed claim was made: sources that no marker of the page means."""
    reviewed = child(node, "itemReviewed")
    claims = [reviewed.get("firstAppearance"), reviewed.get("appearance")]
    return _sources([*claims, reviewed.get("url"), reviewed.get("sameAs")])


def _sources(values: list[object]) -> list[Source]:
    found: list[Source] = []
    for value in values:
        for item in value if isinstance(value, list) else [value]:
            source = _source(item, len(found) + 1)
            if source and source.url not in {each.url for each in found if each.url}:
                found.append(source)
    return found


def _source(item: object, n: int) -> Source | None:
    node: Node = item if isinstance(item, dict) else {"url": item, "name": item}
    address = url(node, "url", "@id")
    title = text(node, "headline", "name") if isinstance(item, dict) or not address else None
    if not address and not title:
        return None
    return Source(
        n=n,
        title=title,
        publisher=publisher(node),
        url=address,
        published_on=date(node, "datePublished", "json_ld"),
    )


def supersedes(node: Node) -> tuple[str, ...]:
    return _links(node, _REPLACES)


def corrects(node: Node) -> tuple[str, ...]:
    return _links(node, _CORRECTS)


def _links(node: Node, keys: tuple[str, ...]) -> tuple[str, ...]:
    found: list[str] = []
    for key in keys:
        value = node.get(key)
        for item in value if isinstance(value, list) else [value]:
            if link := url({"": item}, "") or text({"": item}, ""):
                found.append(link)
    return tuple(found)


def withdrawn(node: Node) -> str | None:
    """A public note when the page itself says that it was withdrawn or retracted."""
    status = text(node, "creativeWorkStatus")
    return f"{status} by its publisher." if status and status.lower() in _GONE else None
