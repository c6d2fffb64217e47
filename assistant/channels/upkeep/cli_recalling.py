"""The command that lists who was given words of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from assistant.channels import terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import DocumentId, Json
from assistant.channels.session import open_session
from assistant.channels.style import Style
from assistant.channels.upkeep import recalling
from assistant.settings import load
from assistant.shapes_upkeep import RecalledJson, RecallJson


def recall(
    document_id: DocumentId,
    limit: Annotated[
        int | None, typer.Option(help="How many to list, the newest first; all without it.", min=1)
    ] = None,
    json_: Json = False,
) -> None:
    """The past answers that rest on a document, and whether what they say still holds."""
    with open_session(load(), "recall") as session:
        found = session.call(recalling.recall, document_id=document_id, limit=limit)
    terminal.show(found, as_json=json_, human=lambda: recall_text(found, style()))


def recall_text(found: RecallJson, style: Style) -> str:
    return "\n".join(_lines(found, style))


def _lines(found: RecallJson, style: Style) -> Iterator[str]:
    title = found["title"] or "a document that was erased"
    yield style.block(f"{title} ({found['document_id']})")
    if found["note"]:
        yield style.block(f"  {found['state']}: {found['note']}")
    yield f"  answers: {found['total']}, affected: {found['affected']}"
    for each in found["items"]:
        yield style.block(f"{each['question']} ({each['created_at'][:10]})", "  - ")
        yield from (style.dim(style.block(line, "    ")) for line in _about(each))
    if found["next_cursor"]:
        yield f"  and {found['total'] - len(found['items'])} more"


def _about(answer: RecalledJson) -> Iterator[str]:
    versions = ", ".join(map(str, answer["versions"]))
    yield f"version {versions}: {answer['why'] or 'holds'}"
    if answer["threads"]:
        yield f"in {answer['threads']} chat threads, {answer['told']} told"
    yield answer["url"] or f"answer {answer['id']}"
