"""The shapes of what the tools `search` and `fetch` give over MCP."""

from __future__ import annotations

# pydantic reads these shapes for the tools' schemas and, before Python 3.12, needs this TypedDict.
from typing_extensions import TypedDict

from assistant.shapes import RevisionJson, SourceJson, VerdictJson
from assistant.types import Audience, Kind


class FoundJson(TypedDict):
    """A passage; `id` is what `fetch` takes. `start` and `end` count code points in its `text`."""

    id: str
    title: str
    url: str
    text: str
    start: int
    end: int
    version: int
    score: float
    heading_path: list[str]
    kind: Kind
    publisher: str | None
    checked_on: str | None
    published_on: str | None
    modified_on: str | None


class FoundsJson(TypedDict):
    results: list[FoundJson]


class MetadataJson(TypedDict):
    kind: Kind
    publisher: str | None
    version: int
    audience: Audience
    language: str | None
    checked_on: str | None
    published_on: str | None
    modified_on: str | None
    valid_as_of: str | None
    valid_until: str | None
    retrieved_on: str
    verdicts: list[VerdictJson]
    sources: list[SourceJson]
    revisions: list[RevisionJson]


class FetchedJson(TypedDict):
    id: str
    title: str
    text: str
    url: str
    metadata: MetadataJson
