"""The queue: the freshness of every fact-check in the order of work, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.contract import check_json
from assistant.shapes_upkeep import QueuedCheckJson
from assistant.types import Audience

if TYPE_CHECKING:
    from assistant.wiring import Assistant


def queue(
    assistant: Assistant, *, limit: int = 100, offset: int = 0, audience: Audience = "public"
) -> tuple[list[QueuedCheckJson], int]:
    """A page of all fact-checks that the audience may read, and how many there are.

    Raises Unavailable while the first round of a large archive is being made.
    """
    found, total = assistant.desk.checks(audience, limit, offset)
    items: list[QueuedCheckJson] = [
        {
            **check_json(each.document, each.freshness, each.badges),
            "level": each.level,
            "reach": each.reach,
            "refresh_id": each.refresh_id,
        }
        for each in found
    ]
    return items, total
