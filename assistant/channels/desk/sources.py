"""The desk's sources: how each watched one stands, and a look at one of them now."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.desk.entry import PATH, Acting, Form, Reading
from assistant.channels.desk.places import audiences
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.upkeep import upkeep
from assistant.channels.desk.views import DONE, page, pager
from assistant.channels.services import archive
from assistant.errors import NotFound

router = desk_router()

PATIENCE_S = 5.0


@router.get("/sources")
def sources(
    request: Request,
    who: Reading,
    state: str = "",
    number: PageNumber = 1,
    done: str = "",
    looked: str = "",
) -> Response:
    found = upkeep(request).source_health(who.audience)  # the worst first
    counts = Counter(each["state"] for each in found)
    state = state if state in counts else ""
    chosen = [each for each in found if state in ("", each["state"])]
    shown = pager(number, len(chosen), state=state)
    part = shown.of(chosen)
    named = [document_id for each in part for document_id in each["cited_by"]]
    errand = archive(request).desk.errands.look(_errand(looked), PATIENCE_S) if looked else None
    return page(
        request,
        "sources.html",
        who,
        counts=[("", len(found)), *counts.items()],
        state=state,
        items=part,
        titles=archive(request).desk.titles(named, who.audience),
        held=audiences(request, who, [*named, *(each["document_id"] for each in part)]),
        pager=shown,
        looked=looked,
        under_way=errand is not None and errand.under_way,
        wrong=errand.wrong if errand else None,
        done=DONE.get(done) if errand and not errand.under_way and not errand.wrong else None,
    )


@router.post("/sources/look")
def look(request: Request, who: Acting, form: Form) -> Response:
    """Looks at one of those that are watched: no other address is ever fetched from here."""
    url = form.get("url", "")
    made = upkeep(request)
    if all(each["url"] != url for each in made.source_health(who.audience)):
        raise NotFound("this source is not watched; the sources of fact-checks are")
    archive(request).desk.errands.start(_errand(url), lambda _: made.look_at(url))
    kept = {name: form[name] for name in ("state", "page") if form.get(name)}
    query = urlencode({**kept, "looked": url, "done": "looked"})
    return RedirectResponse(f"{PATH}/sources?{query}", 303)


def _errand(url: str) -> str:
    return f"look at {url}"
