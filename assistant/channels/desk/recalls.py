"""The desk's recall: the answers that were given with words of a document, the affected first."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from assistant.channels.desk.entry import Reading
from assistant.channels.desk.places import must_know
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.upkeep import upkeep
from assistant.channels.desk.views import page, pager
from assistant.channels.services import archive
from assistant.errors import Gone, NotFound
from assistant.shapes_upkeep import RecalledJson

router = desk_router()


@router.get("/recall")
def recall(request: Request, who: Reading, id: str, number: PageNumber = 1) -> Response:
    audience = must_know(request, who, id)
    found = upkeep(request).recall(id, who.audience)
    items = sorted(found["items"], key=_newest, reverse=True)
    items = sorted(items, key=lambda each: not each["affected"])
    shown = pager(number, len(items), id=id)
    part = shown.of(items)
    return page(
        request,
        "recall.html",
        who,
        recall=found,
        audience=audience,
        items=part,
        public={each["id"] for each in part if _is_public(request, each["id"])},
        threads=sum(each["threads"] for each in items),
        told=sum(each["told"] for each in items),
        pager=shown,
    )


def _is_public(request: Request, answer_id: str) -> bool:
    """Whether it has a page for everybody, if only one that says why it is gone."""
    try:
        archive(request).answer(answer_id)
    except Gone:
        return True
    except NotFound:
        return False
    return True


def _newest(answer: RecalledJson) -> tuple[str, str]:
    return answer["created_at"], answer["id"]
