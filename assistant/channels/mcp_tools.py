"""The tools that a language model is given over MCP: what they take, do and give."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import quote, unquote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from assistant.channels import operations
from assistant.channels.mcp_shapes import FetchedJson, FoundJson, FoundsJson
from assistant.channels.render import reply_text
from assistant.channels.session import Session
from assistant.channels.style import PLAIN
from assistant.errors import NotFound
from assistant.shapes import DocumentJson, HitJson, ReplyJson
from assistant.types import Audience

T = TypeVar("T")

DOCUMENTS = "archive://documents/"
MOST_FOUND = 50
MOST_TURNS = 100


class Work(Protocol):
    """Runs in a thread what blocks. What is `counted` costs work: it is done in its turn.

    Raises TooManyRequests.
    """

    async def __call__(self, work: Callable[[], T], /, *, counted: bool = False) -> T: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom a call is made: where the archive is, and what of it may be read.

    `conversations` is what a client's own conversation ids are kept under.
    """

    session: Session
    audience: Audience
    conversations: str
    work: Work
    served: Callable[[ReplyJson], None] = lambda _reply: None
    """Told of every reply."""


def uri_of(document_id: str) -> str:
    return DOCUMENTS + quote(document_id, safe="")


def id_of(uri: str) -> str:
    """The document of a URI. Raises NotFound for what is no document's."""
    if not uri.startswith(DOCUMENTS):
        raise NotFound(f"{uri!r} is nothing in this archive; documents are {DOCUMENTS}ID")
    try:
        return unquote(uri.removeprefix(DOCUMENTS), errors="strict")
    except UnicodeDecodeError as error:
        raise NotFound(f"{uri!r} is no document: its id is not UTF-8") from error


# --- search ---------------------------------------------------------------------------------------


class SearchArguments(BaseModel):
    model_config = ConfigDict(extra="forbid", title="search")

    query: str = Field(max_length=operations.MAX_QUESTION, description="What to look for.")
    k: int = Field(10, ge=1, le=MOST_FOUND, description="How many passages to give.")


def search(reader: Reader, given: SearchArguments) -> FoundsJson:
    found = reader.session.call(
        operations.search, query=given.query, k=given.k, audience=reader.audience
    )
    documents: dict[tuple[str, int], DocumentJson] = {}
    for hit in found["hits"]:
        with suppress(NotFound):  # withdrawn or replaced at this very moment
            key = hit["document_id"], hit["version"]
            documents[key] = documents.get(key) or _document(reader, *key)
    keyed = [(hit, documents.get((hit["document_id"], hit["version"]))) for hit in found["hits"]]
    return {"results": [_found(hit, document) for hit, document in keyed if document]}


def _document(reader: Reader, document_id: str, version: int | None) -> DocumentJson:
    return reader.session.call(
        operations.document, document_id=document_id, version=version, audience=reader.audience
    )


def _found(hit: HitJson, document: DocumentJson) -> FoundJson:
    return {
        "id": hit["document_id"],
        "title": document["title"],
        "url": document["url"] or uri_of(hit["document_id"]),
        "text": hit["text"],
        "start": hit["start"],
        "end": hit["end"],
        "version": hit["version"],
        "score": hit["score"],
        "heading_path": hit["heading_path"],
        "kind": document["kind"],
        "publisher": document["publisher"],
        "checked_on": document["checked_on"],
        "published_on": document["published_on"],
        "modified_on": document["modified_on"],
    }


# --- ask ------------------------------------------------------------------------------------------


class Turn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    text: str


class AskArguments(BaseModel):
    model_config = ConfigDict(extra="forbid", title="ask")

    question: str = Field(
        max_length=operations.MAX_POST,
        description=f"One question in plain words, at most {operations.MAX_QUESTION:,} characters; "
        "or a sentence or post to be checked.",
    )
    as_: Literal["claim"] | None = Field(
        None,
        alias="as",
        description="`claim`: the text is a claim, find the published check of it. Decided by the "
        "text when left out.",
    )
    history: list[Turn] = Field(
        default=[], max_length=MOST_TURNS, description="Earlier turns, oldest first."
    )
    conversation_id: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Of your own making, not to be guessed: earlier questions under it are "
        "remembered, so that a follow-up is understood.",
    )


def ask(reader: Reader, given: AskArguments) -> ReplyJson:
    conversation = given.conversation_id and f"{reader.conversations}:{given.conversation_id}"
    reply = reader.session.call(
        operations.ask,
        question=given.question,
        audience=reader.audience,
        history=[(turn.role, turn.text) for turn in given.history],
        conversation_id=conversation,
        as_claim=given.as_ == "claim",
    )
    reader.served(reply)
    return reply


# --- fetch ----------------------------------------------------------------------------------------


class FetchArguments(BaseModel):
    model_config = ConfigDict(extra="forbid", title="fetch")

    id: str = Field(description="An `id` of a search result, or a citation's `document_id`.")
    version: int | None = Field(
        None, ge=1, le=2**53 - 1, description="A citation's `version`; the newest when left out."
    )


def fetch(reader: Reader, given: FetchArguments) -> FetchedJson:
    document = _document(reader, given.id, given.version)
    return {
        "id": document["document_id"],
        "title": document["title"],
        "text": document["text"],
        "url": document["url"] or uri_of(document["document_id"]),
        "metadata": {
            "kind": document["kind"],
            "publisher": document["publisher"],
            "version": document["version"],
            "audience": document["audience"],
            "language": document["language"],
            "checked_on": document["checked_on"],
            "published_on": document["published_on"],
            "modified_on": document["modified_on"],
            "valid_as_of": document["valid_as_of"],
            "valid_until": document["valid_until"],
            "retrieved_on": document["retrieved_on"],
            "verdicts": document["verdicts"],
            "sources": document["sources"],
            "revisions": document["revisions"],
        },
    }


# --- the table of them ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`counted`: it costs work, so it counts as a question and waits for its turn."""

    name: str
    title: str
    description: str
    arguments: type[BaseModel]
    result: Any
    work: Callable[[Reader, Any], Mapping[str, object]]
    text: Callable[[Any], str]
    counted: bool


def _json(result: object) -> str:
    return json.dumps(result, ensure_ascii=False)


TOOLS: Sequence[Tool] = (
    Tool(
        name="search",
        title="Search the archive",
        description="Finds passages of the newsroom's fact-checks and of the source documents "
        "behind them, best first: each with its exact words, where they stand and its dates. "
        "`fetch` takes a result's `id`.",
        arguments=SearchArguments,
        result=FoundsJson,
        work=search,
        text=_json,
        counted=True,
    ),
    Tool(
        name="ask",
        title="Ask the archive",
        description="Answers a question from the archive alone, every sentence with the numbers "
        "[n] of the exact quotes that carry it, and with a notice when it may be outdated. Says "
        "so when the archive has no answer, and shows what came nearest.",
        arguments=AskArguments,
        result=ReplyJson,
        work=ask,
        text=lambda reply: reply_text(reply, PLAIN),
        counted=True,
    ),
    Tool(
        name="fetch",
        title="Read a document",
        description="Gives a whole document of the archive: its text, title, address, publisher "
        "and dates, a fact-check's verdicts and its list of sources.",
        arguments=FetchArguments,
        result=FetchedJson,
        work=fetch,
        text=_json,
        counted=False,
    ),
)
BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}


def input_schema(tool: Tool) -> dict[str, Any]:
    return tool.arguments.model_json_schema(by_alias=True)


def output_schema(tool: Tool) -> dict[str, Any]:
    """An object at its root, as the protocol wants it, also where it is one of two shapes."""
    return {"type": "object", **TypeAdapter(tool.result).json_schema()}
