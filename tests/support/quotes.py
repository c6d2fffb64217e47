"""Is every quote of a reply the slice, at its offsets, of the document that the service gives?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from assistant.contract import document_json
from assistant.types import Audience
from assistant.wiring import Assistant


def quotes(reply: Mapping[str, Any]) -> Iterator[tuple[str, int | None, int, int, str]]:
    """(document, version, start, end, words) of everything that a reply quotes."""
    for citation in reply.get("citations", []):
        yield (
            citation["document_id"],
            citation["version"],
            citation["start"],
            citation["end"],
            citation["quote"],
        )
        for via in citation["via"]:
            if via["quote"] is not None:
                yield via["document_id"], None, via["start"], via["end"], via["quote"]
    for near in reply.get("nearest", []):
        yield near["document_id"], None, near["start"], near["end"], near["quote"]


def wrong_quotes(
    assistant: Assistant, reply: Mapping[str, Any], audience: Audience = "public"
) -> list[str]:
    """The quotes that are not, character for character, where the reply says that they are."""
    wrong = []
    for document_id, version, start, end, words in quotes(reply):
        text = document_json(assistant.document(document_id, version, audience))["text"]
        if text[start:end] != words:
            wrong.append(f"{document_id}[{start}:{end}] is {text[start:end]!r}, not {words!r}")
    return wrong
