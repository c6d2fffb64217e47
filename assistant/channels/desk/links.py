"""The desk's links: an editor says that one document supersedes or corrects another."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.auth import name_of
from assistant.channels.desk.entry import PATH, Acting, Editor, Form, Reading
from assistant.channels.desk.places import audiences, must_know
from assistant.channels.desk.route import desk_router
from assistant.channels.desk.upkeep import upkeep
from assistant.channels.desk.views import DONE, page
from assistant.channels.services import archive
from assistant.errors import BadInput, NotFound
from assistant.ledger.documents import Relation

router = desk_router()

RELATIONS: dict[str, Relation] = {"supersedes": "supersedes", "corrects": "corrects"}


@router.get("/documents/link")
def links(request: Request, who: Reading, id: str, done: str = "") -> Response:
    must_know(request, who, id)
    return _page(request, who, id, done=DONE.get(done))


@router.post("/documents/link")
def link(request: Request, who: Acting, form: Form) -> Response:
    """`id` is the older document, `newer` the one that replaces it; `remove` takes that back."""
    older, newer = form.get("id", ""), form.get("newer", "").strip()
    must_know(request, who, older)
    remove = "remove" in form
    try:
        relation = RELATIONS.get(form.get("relation", ""))
        if relation is None:
            raise BadInput("choose whether it is superseded or corrected")
        if newer not in audiences(request, who, [newer]):
            raise NotFound(f"no document {newer!r}: give the id of one in the list of documents")
        upkeep(request).link(newer, relation, older, by=name_of(who.key_id), remove=remove)
    except (BadInput, NotFound) as error:
        return _page(request, who, older, 422, wrong=str(error), newer=newer)
    query = urlencode({"id": older, "done": "unlinked" if remove else "linked"})
    return RedirectResponse(f"{PATH}/documents/link?{query}", 303)


def _page(
    request: Request,
    who: Editor,
    document_id: str,
    status: int = 200,
    *,
    done: str | None = None,
    wrong: str | None = None,
    newer: str = "",
) -> Response:
    desk = archive(request).desk
    found = archive(request).document(document_id, audience=who.audience)
    known = [each for each in desk.replacing(found) if audiences(request, who, [each.document_id])]
    named = [each.document_id for each in known]
    return page(
        request,
        "link.html",
        who,
        status,
        document=found,
        replacing=known,
        titles=desk.titles(named, who.audience),
        held=audiences(request, who, named),
        newer=newer,
        done=done,
        wrong=wrong,
    )
