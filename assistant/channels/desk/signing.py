"""Signing in to the desk with an editor's key, and out again."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.desk.entry import (
    PATH,
    SESSION,
    Acting,
    Form,
    drop,
    entitled,
    from_own_page,
    keep,
    sessions,
    visitor,
)
from assistant.channels.desk.route import desk_router, sign_in_page
from assistant.channels.services import entering
from assistant.errors import Unauthenticated

router = desk_router()


@router.get("/sign-in")
def form_to_sign_in(request: Request) -> Response:
    return sign_in_page(request)


@router.post("/sign-in")
def sign_in(request: Request, form: Form) -> Response:
    """A key for a session. One that is not ours is counted, and told nothing about."""
    from_own_page(request, form, visitor(request))
    secret = form.get("key", "").strip()
    if not secret:
        raise Unauthenticated("give your key")
    who = entitled(entering(request, f"Bearer {secret}"))
    assert who.key_id is not None
    response = RedirectResponse(PATH, 303)
    keep(request, response, SESSION, sessions(request).open(who.key_id))
    return response


@router.post("/sign-out")
def sign_out(request: Request, who: Acting) -> Response:
    if who.session:
        sessions(request).end(who.session)
    response = RedirectResponse(f"{PATH}/sign-in", 303)
    drop(request, response, SESSION)
    return response
