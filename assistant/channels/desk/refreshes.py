"""The desk's refreshes: begun with a button, looked at, approved or rejected by an editor."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.auth import name_of
from assistant.channels.desk.entry import PATH, Acting, Editor, Fields, Form, Reading
from assistant.channels.desk.places import Piece, address, audiences, must_know, pieces, where
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.upkeep import upkeep
from assistant.channels.desk.views import DONE, page, pager
from assistant.channels.services import archive
from assistant.errors import BadInput, NotFound
from assistant.shapes_upkeep import DifferenceJson, RefreshJson, RefreshState

router = desk_router()

PATIENCE_S = 5.0
"""How long a page waits for a refresh that is being made: most are done by then."""
LONGEST_NOTE = 1000
LONGEST_TEXT = 500_000
STATES: tuple[RefreshState, ...] = get_args(RefreshState)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A difference as the page shows it: both sentences with what changed in them marked."""

    said: DifferenceJson
    old: list[Piece]
    new: list[Piece]
    place: str | None
    """The address of the quoted words in the archive's copy of the source."""


@router.get("/refreshes")
def refreshes(request: Request, who: Reading, state: str = "", number: PageNumber = 1) -> Response:
    heads = archive(request).desk.refreshes(who.audience)
    counts = Counter(each.state for each in heads)
    state = state if state in counts else ""
    chosen = [each for each in heads if state in ("", each.state)]
    shown = pager(number, len(chosen), state=state)
    found = [_found(request, each.id) for each in shown.of(chosen)]
    items = [each for each in found if each is not None]
    return page(
        request,
        "refreshes.html",
        who,
        counts=[("", len(heads)), *((name, counts[name]) for name in STATES if counts[name])],
        state=state,
        items=items,
        held=audiences(request, who, [each["document_id"] for each in items]),
        pager=shown,
    )


@router.post("/refresh")
def begin(request: Request, who: Acting, form: Form) -> Response:
    """Starts it and leaves: sources are slow, and a form sent twice is one refresh."""
    found = archive(request).document(form.get("id", ""), audience=who.audience)
    ticket = form.get("ticket", "")[:64]
    key = f"desk {ticket} {found.id}" if ticket else None
    made, by_hand, by = upkeep(request), "by_hand" in form, name_of(who.key_id)
    archive(request).desk.errands.start(
        _errand(found.id),
        lambda _: made.refresh(found.id, key=key, by_hand=by_hand, by=by)["id"],
    )
    return RedirectResponse(f"{PATH}/refresh/working?{urlencode({'id': found.id})}", 303)


@router.get("/refresh/working")
def working(request: Request, who: Reading, id: str) -> Response:
    """Waits a moment for the refresh of a document, then leads to it."""
    audience = must_know(request, who, id)
    errand = archive(request).desk.errands.look(_errand(id), PATIENCE_S)
    if errand and (errand.under_way or errand.wrong):
        titles = archive(request).desk.titles([id], who.audience)
        return page(
            request,
            "working.html",
            who,
            title=titles.get(id, id),
            document_id=id,
            audience=audience,
            wrong=errand.wrong,
            ticket=secrets.token_urlsafe(12),
        )
    made = [
        each for each in archive(request).desk.refreshes(who.audience) if each.document_id == id
    ]
    known = errand.result if errand else (made[0].id if made else None)
    if not isinstance(known, str):
        raise NotFound("no refresh of this document was begun: begin one at the desk")
    return RedirectResponse(f"{PATH}/refresh?{urlencode({'id': known})}", 303)


@router.get("/refresh")
def refresh(request: Request, who: Reading, id: str, done: str = "") -> Response:
    return _page(request, who, _known(request, who, id), done=DONE.get(done))


@router.post("/refresh/decide")
def decide(request: Request, who: Acting, form: Form) -> Response:
    """Approves or rejects. Whoever comes second is shown what became of it."""
    found = _known(request, who, form.get("id", ""))
    approve = form.get("act") == "approve"
    if found["state"] != "proposed":
        return _back(found, "late")
    if approve and found["outcome"] == "withdrawn":
        who.needs("admin")
    try:
        said = _approval(form, found) if approve else _rejection(form)
        ended = upkeep(request).decide(found["id"], approve=approve, by=name_of(who.key_id), **said)
    except BadInput as error:
        now = _known(request, who, found["id"])
        if now["state"] != "proposed":
            return _back(now, "late")
        return _page(request, who, now, 422, wrong=str(error), given=form)
    done = "published" if approve else "rejected"
    mine = ended["state"] == done and ended["by"] == name_of(who.key_id)
    if approve and ended["note"] != said["note"]:
        mine = False
    return _back(ended, done if mine else "late")


def _approval(form: Fields, found: RefreshJson) -> dict[str, str | None]:
    note = _line_ends(form.get("note", "")).strip()
    text = _line_ends(form.get("text", ""))
    if not note or len(note) > LONGEST_NOTE:
        raise BadInput(f"readers need a note, of at most {LONGEST_NOTE:,} characters")
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"the text has at most {LONGEST_TEXT:,} characters")
    edited = text.strip() and text.strip() != (found["text"] or "").strip()
    return {"note": note, "text": text if edited else None}


def _rejection(form: Fields) -> dict[str, str | None]:
    reason = _line_ends(form.get("reason", "")).strip()
    if not reason or len(reason) > LONGEST_NOTE:
        raise BadInput(f"say why it is rejected, in at most {LONGEST_NOTE:,} characters")
    return {"reason": reason}


def _line_ends(text: str) -> str:
    """As documents have them: forms send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _errand(document_id: str) -> str:
    return f"refresh {document_id}"


def _found(request: Request, refresh_id: str) -> RefreshJson | None:
    """None for one that was dropped in the meantime."""
    try:
        return upkeep(request).refresh_get(refresh_id)
    except NotFound:
        return None


def _known(request: Request, who: Editor, refresh_id: str) -> RefreshJson:
    """A refresh of a document that `who` may know of. Raises NotFound for any other."""
    found = _found(request, refresh_id)
    if found is None or not audiences(request, who, [found["document_id"]]):
        raise NotFound(f"no refresh {refresh_id!r}")
    return found


def _back(found: RefreshJson, done: str) -> Response:
    return RedirectResponse(f"{PATH}/refresh?{urlencode({'id': found['id'], 'done': done})}", 303)


def _page(
    request: Request,
    who: Editor,
    found: RefreshJson,
    status: int = 200,
    *,
    done: str | None = None,
    wrong: str | None = None,
    given: Fields | None = None,
) -> Response:
    given = given or {}
    document_id = found["document_id"]
    named = [document_id, *(each["document_id"] for each in found["sources"])]
    held = audiences(request, who, named)
    return page(
        request,
        "refresh.html",
        who,
        status,
        refresh=found,
        sides=[_side(request, who, each) for each in found["differences"]],
        held=held,
        audience=held[document_id],
        old_place=address(document_id, held[document_id], found["version"]),
        new_place=address(document_id, held[document_id], found["new_version"]),
        reach=archive(request).desk.reach(document_id, who.audience),
        note=given.get("note", found["note"] or ""),
        reason=given.get("reason", ""),
        text=given.get("text", found["text"] or ""),
        ticket=secrets.token_urlsafe(12),
        done=done,
        wrong=wrong,
    )


def _side(request: Request, who: Editor, said: DifferenceJson) -> Side:
    return Side(
        said=said,
        old=pieces(said["old"], said["old_value"], said["old_period"]),
        new=pieces(said["new"] or "", said["new_value"], said["new_period"]),
        place=where(request, who, said["source_id"], said["source_version"], said["quote"]),
    )
