"""Linking: an editor says which document supersedes or corrects which, or takes that back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from assistant.errors import BadInput
from assistant.shapes_upkeep import LinkJson

if TYPE_CHECKING:
    from assistant.wiring import Assistant

EDITOR = "an editor"
"""Whoever links without a name."""


def link(
    assistant: Assistant,
    *,
    document_id: str,
    relation: Literal["supersedes", "corrects"],
    target: str,
    by: str | None = None,
    remove: bool = False,
) -> LinkJson:
    """The document replaces `target`; with `remove` that is taken back.

    Raises NotFound for a document, or for a link to be taken back, that isn't there.
    """
    if relation not in ("supersedes", "corrects"):
        raise BadInput(f"{relation!r} is no link; use 'supersedes' or 'corrects'")
    name = (by or "").strip() or EDITOR
    if remove:
        assistant.unlink(document_id, relation, target)
    else:
        assistant.link(document_id, relation, target, name)
    return {
        "document_id": document_id,
        "relation": relation,
        "target": target,
        "by": None if remove else name,
    }


BY_NAME: Mapping[str, Callable[..., object]] = {"link": link}
