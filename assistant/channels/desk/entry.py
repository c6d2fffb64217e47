"""Who may come in to the desk, and which forms are taken: keys, cookies, origins, tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qs

from fastapi import Depends, Request, Response

from assistant.channels.auth import KEYLESS, Caller, must_include
from assistant.channels.desk.sessions import Session, Sessions
from assistant.channels.services import entering, services
from assistant.channels.visits import visit_of
from assistant.errors import BadInput, Forbidden, Unauthenticated
from assistant.ledger.keys import Key
from assistant.types import Audience, Scope

PATH = "/desk"
SESSION, VISITOR = "desk_session", "desk_visitor"
FORM = "application/x-www-form-urlencoded"
MOST_FIELDS = 40

Fields = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Somebody at the desk. `form_name` is what the tokens of their forms are bound to."""

    scope: Scope
    audience: Audience
    by: Literal["session", "key", "keyless"]
    form_name: str
    key_id: str | None = None
    session: Session | None = None

    def needs(self, scope: Scope) -> None:
        must_include(self.scope, scope)

    @property
    def is_admin(self) -> bool:
        return self.scope == "admin"


class ForeignForm(Forbidden):
    """A form that no page of this desk gave to this visitor."""


def sessions(request: Request) -> Sessions:
    found = request.app.state.desk_sessions
    assert isinstance(found, Sessions)
    return found


def entitled(who: Caller) -> Caller:
    """Somebody who may come in. Raises Forbidden, saying why not."""
    if who.widget:
        raise Forbidden("this is a widget's key, which anybody can read: the desk takes no such")
    if who.scope == "ask":
        raise Forbidden("the desk needs a key of scope 'edit'; this one has 'ask'")
    return who


def editor(request: Request) -> Editor:
    """Whoever sends the request. Raises Unauthenticated, Forbidden, TooManyRequests.

    A key in a header goes before a cookie. Without either, the owner of a server that only this
    machine reaches is let in, and reads what is public.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _editor(request, entitled(entering(request, authorization)), "key")
    session = sessions(request).read(request.cookies.get(SESSION))
    if session and (key := _standing(request, session.key_id)):
        return Editor(
            scope=key.scope,
            audience=key.audience,
            by="session",
            form_name=session.id,
            key_id=key.id,
            session=session,
        )
    if services(request).gate.keyless:
        owner = entering(request, None)
        if owner == KEYLESS:  # through a proxy it may be anybody
            return _editor(request, owner, "keyless")
    raise Unauthenticated("sign in with an editor's key to open the desk")


def _editor(request: Request, who: Caller, by: Literal["key", "keyless"]) -> Editor:
    return Editor(
        scope=who.scope,
        audience=who.audience,
        by=by,
        form_name=visitor(request),
        key_id=who.key_id,
    )


def _standing(request: Request, key_id: str) -> Key | None:
    """The key as it is now: a revoked one, or one that may no longer edit, ends the session."""
    known = services(request).assistant.keys()
    for key in known:
        if key.id == key_id and not key.revoked_at and not key.widget and key.allows("edit"):
            return key
    return None


def visitor(request: Request) -> str:
    """The name that this request's forms are bound to while nobody is signed in.

    A new one is given a cookie when the answer is dressed.
    """
    if not hasattr(request.state, "desk_visitor"):
        found = sessions(request)
        name, cookie = found.visitor(request.cookies.get(VISITOR)), None
        if name is None:
            name, cookie = found.greet()
        request.state.desk_visitor = name
        request.state.desk_cookie = cookie
    return str(request.state.desk_visitor)


async def fields(request: Request) -> Fields:
    """The fields of a form. Raises BadInput."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != FORM:
        raise BadInput(f"a form is sent as {FORM}")
    try:
        text = (await request.body()).decode("utf-8")
        parsed = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise BadInput("this form can't be read: send it as UTF-8") from error
    return {name: values[0] for name, values in parsed.items()}


def from_own_page(request: Request, form: Fields, name: str) -> None:
    """Raises ForeignForm unless a page of ours, given to this very visitor, sent the form."""
    if visit_of(request.scope).foreign:
        raise ForeignForm("this form was sent by another site")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise ForeignForm("this form was sent by another site")
    if not sessions(request).is_token(name, form.get("token", "")):
        raise ForeignForm(
            "this form is too old, or was not given to you: go back, reload the page, and send it "
            "again"
        )


Form = Annotated[Fields, Depends(fields)]
Reading = Annotated[Editor, Depends(editor)]


def acting(request: Request, who: Reading, form: Form) -> Editor:
    """An editor whose form may change something.

    A key in a header is sent by nobody but its holder, so it needs no token.
    """
    if who.by != "key":
        from_own_page(request, form, who.form_name)
    return who


Acting = Annotated[Editor, Depends(acting)]


def keep(request: Request, response: Response, name: str, cookie: str) -> None:
    """Gives the browser a cookie that scripts and other sites can't use."""
    response.set_cookie(
        name,
        cookie,
        max_age=sessions(request).seconds,
        path=PATH,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def drop(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        name, path=PATH, secure=request.url.scheme == "https", httponly=True, samesite="strict"
    )
