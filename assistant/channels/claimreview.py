"""ClaimReview: published verdicts as schema.org has them, word for word, for whoever collects them.

https://schema.org/ClaimReview in JSON-LD. What the archive does not know is left out, never made
up: a rating has its words and no number, a date its own precision, and a review without an address
of its own is named by its page here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from assistant.types import Document, Verdict
from assistant.upkeep.standing import DocumentStanding

JsonLd = dict[str, Any]

MEDIA_TYPE = "application/ld+json"
CONTEXT = "https://schema.org"


def claim_review(
    document: Document, verdict: Verdict, base_url: str, correction: str | None = None
) -> JsonLd:
    """One verdict of a fact-check, without its context. `base_url` is this archive's address.

    `correction`: the fact-check was corrected, by what has this address or as this text says.
    """
    number = document.content.verdicts.index(verdict) + 1
    page = web_address(document.content.url)
    publisher = _named("Organization", document.content.publisher)
    node = {
        "@type": "ClaimReview",
        "@id": f"{base_url}/d/{quote(document.id)}#verdict-{number}",
        "url": web_address(verdict.url),
        "claimReviewed": verdict.claim,
        "reviewRating": {"@type": "Rating", "alternateName": verdict.rating},
        "itemReviewed": _claim(verdict),
        "author": publisher,
        "publisher": publisher,
        "datePublished": str(verdict.reviewed_on) if verdict.reviewed_on else None,
        "dateModified": document.revisions[0].on if document.revisions else None,
        "isPartOf": {"@type": "WebPage", "url": page} if page else None,
        "creativeWorkStatus": "Corrected" if correction else None,
        "correction": correction or _corrected(document),
    }
    return {key: value for key, value in node.items() if value is not None}


def reviews(standing: DocumentStanding, base_url: str) -> list[JsonLd]:
    """The verdicts of a document's newest version; a corrected one says that it was.

    None of an older version, which no longer stands, and none of a source document.
    """
    document = standing.document
    if document.kind != "fact_check" or document.version < standing.newest:
        return []
    correction = _correction(standing, base_url)
    verdicts = dict.fromkeys(document.content.verdicts)
    return [claim_review(document, each, base_url, correction) for each in verdicts]


def in_context(found: list[JsonLd]) -> JsonLd:
    """A document of its own: one review as itself, several (or none) as a graph."""
    if len(found) == 1:
        return {"@context": CONTEXT, **found[0]}
    return {"@context": CONTEXT, "@graph": found}


def data_feed(documents: Iterable[Document], base_url: str, address: str) -> JsonLd:
    """https://schema.org/DataFeed with an element for each fact-check."""
    return {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": "Published verdicts",
        "url": address,
        "dataFeedElement": [
            {
                "@type": "DataFeedItem",
                "item": [
                    claim_review(document, each, base_url)
                    for each in dict.fromkeys(document.content.verdicts)
                ],
            }
            for document in documents
        ],
    }


def embedded(value: JsonLd) -> Markup:
    """JSON for a `script` element of a page: nothing in it can end the element or begin another."""
    text = json.dumps(value)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def web_address(url: str | None) -> str | None:
    """An http or https address, or None: nothing else is published as one."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def _claim(verdict: Verdict) -> JsonLd | None:
    """Who said it. That a claimant is a person is schema.org's usual word, and no finding."""
    author = _named("Person", verdict.claimant)
    return {"@type": "Claim", "author": author} if author else None


def _named(type_: str, name: str | None) -> JsonLd | None:
    return {"@type": type_, "name": name} if name else None


def _corrected(document: Document) -> JsonLd | None:
    """What editors last corrected in it: this is the version that came of it, so it stands."""
    for each in document.revisions:
        if each.kind == "corrected" and each.version <= document.version:
            comment = {"@type": "CorrectionComment", "text": each.note, "datePublished": each.on}
            return comment
    return None


def _correction(standing: DocumentStanding, base_url: str) -> str | None:
    """The page of what corrects it; the notice where that is nothing that the public may read."""
    for each in standing.replaced:
        if each.relation == "corrects":
            return f"{base_url}/d/{quote(each.newer.id)}"
    freshness = standing.freshness
    return freshness.notice if freshness and freshness.state == "retracted" else None
