"""The desk's keys: listed, made (the secret is shown this once), revoked. For admins."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import get_args

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.desk.entry import PATH, Acting, Editor, Form, Reading, sessions
from assistant.channels.desk.route import desk_router
from assistant.channels.desk.views import DONE, page
from assistant.channels.services import archive
from assistant.errors import BadInput, Forbidden, NotFound
from assistant.ledger.keys import SCOPES, Key
from assistant.types import Audience, Scope

router = desk_router()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The form of a new key as it was filled in."""

    scope: str = "ask"
    audience: str = "public"
    widget: bool = False
    origins: str = ""
    limit: str = ""


@router.get("/keys")
def keys(request: Request, who: Reading, done: str = "") -> Response:
    who.needs("admin")
    return _page(request, who, done=DONE.get(done))


@router.post("/keys")
def make(request: Request, who: Acting, form: Form) -> Response:
    """The secret is in this answer alone: no address holds it, and nothing keeps it."""
    who.needs("admin")
    wanted = Wanted(
        scope=form.get("scope", ""),
        audience=form.get("audience", ""),
        widget="widget" in form,
        origins=form.get("origins", ""),
        limit=form.get("limit", "").strip(),
    )
    try:
        scope, audience, limit = _scope(wanted), _audience(wanted, who), _limit(wanted)
        if not sessions(request).once(form.get("ticket", "")):
            raise BadInput("this form was sent before, and its key was made then: fill it in anew")
        key_id, secret = archive(request).create_key(
            scope,
            audience,
            widget=wanted.widget,
            origins=wanted.origins.split(),
            rate_limit=limit,
        )
    except BadInput as error:
        return _page(request, who, 422, wrong=str(error), given=wanted)
    made = {"key_id": key_id, "secret": secret, "scope": scope, "audience": audience}
    return page(request, "key_made.html", who, widget=wanted.widget, **made)


@router.get("/keys/revoke")
def confirm(request: Request, who: Reading, id: str) -> Response:
    who.needs("admin")
    return page(request, "revoke.html", who, key=_key(request, id))


@router.post("/keys/revoke")
def revoke(request: Request, who: Acting, form: Form) -> Response:
    who.needs("admin")
    archive(request).revoke_key(_key(request, form.get("id", "")).id)
    return RedirectResponse(f"{PATH}/keys?done=revoked", 303)


def _page(
    request: Request,
    who: Editor,
    status: int = 200,
    *,
    done: str | None = None,
    wrong: str | None = None,
    given: Wanted | None = None,
) -> Response:
    return page(
        request,
        "keys.html",
        who,
        status,
        keys=archive(request).keys()[::-1],
        ticket=secrets.token_urlsafe(12),
        given=given or Wanted(),
        done=done,
        wrong=wrong,
    )


def _scope(wanted: Wanted) -> Scope:
    for scope in SCOPES:
        if wanted.scope == scope:
            return scope
    raise BadInput("choose what the key may do: ask, edit or admin")


def _audience(wanted: Wanted, who: Editor) -> Audience:
    """Nobody hands on more than they may read themselves."""
    if wanted.audience == "internal" and who.audience != "internal":
        raise Forbidden("you read what is public, so you can't make a key that reads more")
    for audience in get_args(Audience):
        if wanted.audience == audience:
            return "internal" if audience == "internal" else "public"
    raise BadInput("choose what the key reads: public or internal")


def _limit(wanted: Wanted) -> int | None:
    if not wanted.limit:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", wanted.limit):
        raise BadInput(
            "the limit is a whole number of questions a minute below a million, or empty"
        )
    return int(wanted.limit)


def _key(request: Request, key_id: str) -> Key:
    """A key that can still be revoked. Raises NotFound."""
    known = archive(request).keys()
    for key in known:
        if key.id == key_id and not key.revoked_at:
            return key
    raise NotFound(f"no key {key_id!r} is in force")
