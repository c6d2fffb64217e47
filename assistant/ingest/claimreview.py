"""Feeds of published verdicts: ClaimReview in JSON, as a list, a graph or a Data Commons feed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

from assistant.errors import Unreadable
from assistant.ingest import jsonld
from assistant.ingest.blocks import Block, compose, short_title
from assistant.ingest.normalise import decode_utf8, normalise
from assistant.ingest.rows import Row
from assistant.types import Content, Kind, Verdict


def read_feed(data: bytes, name: str, kind: Kind | None = None) -> Iterator[Row]:
    """A fact-check per ClaimReview; one without a claim or rating is told apart.

    Raises Unreadable when there is no ClaimReview at all.
    """
    found = False
    for number, node in enumerate(filter(jsonld.is_claim_review, _nodes(data, name)), start=1):
        found = True
        if verdict := jsonld.verdict(node, "feed"):
            yield Row(number=number, content=_content(node, verdict, kind))
        else:
            problem = f"item {number} of {name} has no claimReviewed or no rating: complete it"
            yield Row(number=number, content=Unreadable(problem))
    if not found:
        raise Unreadable(
            f"{name} holds no ClaimReview: other documents go in as JSON Lines (.jsonl), a "
            '{"_id", "title", "text"} a line'
        )


def _nodes(data: bytes, name: str) -> Iterator[jsonld.Node]:
    try:
        return jsonld.nodes(json.loads(decode_utf8(data, name)))
    except (ValueError, RecursionError) as error:
        raise Unreadable(
            f"{name} is not JSON ({error}): correct it, or name it .jsonl if each line is an object"
        ) from error


def _content(node: jsonld.Node, verdict: Verdict, kind: Kind | None) -> Content:
    reviewer = jsonld.names(node, "author", "publisher", "sdPublisher")
    title = short_title(jsonld.text(node, "headline", "name") or verdict.claim)
    body = node.get("reviewBody")
    paragraphs = normalise(body).split("\n\n") if isinstance(body, str) else []
    blocks = [Block(text=part) for part in [_sentence(verdict, reviewer), *paragraphs] if part]
    composed = compose(title, blocks)
    return Content(
        kind=kind or "fact_check",
        title=title,
        text=composed.text,
        sections=composed.sections,
        url=verdict.url,
        publisher=reviewer,
        language=jsonld.text(node, "inLanguage"),
        checked_on=verdict.reviewed_on,
        published_on=verdict.reviewed_on,
        modified_on=jsonld.date(node, "dateModified", "feed"),
        sources=tuple(jsonld.citations(node)),
        verdicts=(verdict,),
        supersedes=jsonld.supersedes(node),
        corrects=jsonld.corrects(node),
        document_id=_id(verdict),
        withdrawn=jsonld.withdrawn(node),
    )


def _sentence(verdict: Verdict, reviewer: str | None) -> str:
    """The rating goes first: a false claim is never to be quoted without its verdict."""
    by = f" by {reviewer}" if reviewer else ""
    on = f" ({verdict.reviewed_on})" if verdict.reviewed_on else ""
    who = f"the claim by {verdict.claimant}" if verdict.claimant else "the claim"
    return f"Rated \u201c{verdict.rating}\u201d{by}{on}: {who} \u201c{verdict.claim}\u201d"


def _id(verdict: Verdict) -> str:
    """The same for the same page and claim wherever they stand in the feed: pages may have two."""
    words = f"{verdict.url or ''}\n{verdict.claim}"
    return "claimreview-" + hashlib.sha256(words.encode()).hexdigest()[:16]
