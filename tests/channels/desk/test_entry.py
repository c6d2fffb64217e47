"""The doors of the desk: every way in that is not one, sessions, and forms of other sites."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from assistant.channels.desk.sessions import SECRET, Session, Sessions, secret_of
from assistant.errors import HomeUnusable
from assistant.ledger import database, schema
from channels.desk.newsroom import (
    ACTS,
    ADMIN_PAGES,
    ELSEWHERE,
    PAGES,
    Browser,
    Newsroom,
    words_of,
)

Header = Callable[[Newsroom], dict[str, str]]


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def revoked(newsroom: Newsroom) -> dict[str, str]:
    key_id, secret = newsroom.assistant.create_key("admin", "internal")
    newsroom.assistant.revoke_key(key_id)
    return bearer(secret)


def widget(newsroom: Newsroom) -> dict[str, str]:
    secret = newsroom.key("ask", widget=True, origins=["https://news.example"])
    return {**bearer(secret), "Origin": "https://news.example"}


DENIED: dict[str, tuple[Header, int]] = {
    "no key": (lambda _: {}, 401),
    "a key of nobody": (lambda _: bearer("na_nobody"), 401),
    "no bearer": (lambda _: {"Authorization": "Basic YTpi"}, 401),
    "a revoked key": (revoked, 401),
    "an ask key": (lambda newsroom: bearer(newsroom.key("ask", "internal")), 403),
    "a widget key": (widget, 403),
}


@pytest.mark.parametrize("who", DENIED)
def test_nothing_opens_without_rights(newsroom: Newsroom, stranger: Browser, who: str) -> None:
    newsroom.fact_check("wells", title="A title that nobody may see")
    newsroom.gap("Where is the well?")
    header, status = DENIED[who]
    headers = header(newsroom)
    for path in (*PAGES, *ADMIN_PAGES, "/answers/x", "/document?id=wells"):
        response = stranger.get(path, **headers)
        assert response.status_code == status, path
        assert "A title that nobody may see" not in response.text
        if status == 401:
            assert 'name="key"' in response.text  # the form to sign in
        else:
            assert "'ask'" in words_of(response) or "widget" in words_of(response)
    before = state_of(newsroom)
    form = {"token": stranger.token("/sign-in"), **fields_for(newsroom)}
    for path in ACTS:
        assert stranger.post(path, form, **headers).status_code == status, path
        assert state_of(newsroom) == before


def fields_for(newsroom: Newsroom) -> dict[str, str]:
    """Fields that every act would take."""
    keys = newsroom.assistant.keys()
    return {
        "gap": newsroom.assistant.desk.gaps("internal")[0].id,
        "name": "Ada",
        "document": "wells",
        "id": (keys[0].id if keys else "wells"),
        "note": "Wrong.",
        "scope": "ask",
        "audience": "public",
        "ticket": "once",
    }


def state_of(newsroom: Newsroom) -> object:
    """Everything that the desk could change."""
    return (
        newsroom.assistant.keys(),
        newsroom.ledger.gaps.most_asked(),
        newsroom.ledger.documents.listed("internal"),
    )


def test_an_editor_signs_in_and_out(newsroom: Newsroom, stranger: Browser) -> None:
    response = stranger.sign_in(newsroom.key("edit"))
    assert (response.status_code, response.headers["location"]) == (303, "/desk")
    cookie = next(c for c in response.headers.get_list("set-cookie") if "desk_session" in c)
    for part in ("HttpOnly", "SameSite=strict", "Path=/desk", "Secure", "Max-Age=28800"):
        assert part in cookie
    assert stranger.get().status_code == 200
    copy = stranger.client.cookies["desk_session"]
    assert stranger.send("/sign-out").status_code == 303
    assert stranger.get().status_code == 401
    stranger.client.cookies.set("desk_session", copy, domain="desk.example", path="/desk")
    assert stranger.get().status_code == 401  # a copy of the cookie is worth nothing either


def test_a_cookie_of_plain_http_is_not_secure(newsroom: Newsroom, owner: Browser) -> None:
    response = owner.sign_in(newsroom.key("edit"))
    assert "Secure" not in "".join(response.headers.get_list("set-cookie"))


@pytest.mark.parametrize("hours", [1, 8])
def test_a_session_ends_with_its_hours(newsroom: Newsroom, hours: int) -> None:
    now = [1_000_000.0]
    secret = newsroom.key("edit")
    app = newsroom.app(host="0.0.0.0")
    home = newsroom.assistant.settings.home
    app.state.desk_sessions = Sessions(home, hours=hours, clock=lambda: now[0])
    browser = Browser(app, ELSEWHERE)
    browser.sign_in(secret)
    now[0] += hours * 3600
    assert browser.get().status_code == 200
    now[0] += 1
    assert browser.get().status_code == 401


def test_a_revoked_key_ends_its_session(newsroom: Newsroom, stranger: Browser) -> None:
    key_id, secret = newsroom.assistant.create_key("edit")
    stranger.sign_in(secret)
    newsroom.gap("Who?")
    token = stranger.token()
    newsroom.assistant.revoke_key(key_id)
    assert stranger.get().status_code == 401
    form = {"token": token, **fields_for(newsroom)}
    assert stranger.post("/gaps/assign", form).status_code == 401
    assert newsroom.ledger.gaps.most_asked()[0].assignee is None


@pytest.mark.parametrize("change", [{"scope": "ask"}, {"widget": 1}])
def test_a_key_that_may_no_longer_edit_ends_its_session(
    newsroom: Newsroom, stranger: Browser, change: dict[str, object]
) -> None:
    key_id, secret = newsroom.assistant.create_key("edit")
    stranger.sign_in(secret)
    with database.writing(newsroom.ledger._engine) as connection:
        connection.execute(update(schema.keys).where(schema.keys.c.id == key_id).values(**change))
    assert stranger.get().status_code == 401


def test_a_key_whose_audience_narrows_sees_less_at_once(
    newsroom: Newsroom, insider: Browser
) -> None:
    newsroom.fact_check("memo", audience="internal", title="The memo")
    assert "The memo" in insider.get("/documents").text
    with database.writing(newsroom.ledger._engine) as connection:
        connection.execute(update(schema.keys).values(audience="public"))
    assert "The memo" not in insider.get("/documents").text


def test_forged_cookies_open_nothing(newsroom: Newsroom, stranger: Browser, tmp_path: Path) -> None:
    key_id, secret = newsroom.assistant.create_key("admin", "internal")
    sessions = stranger.app.state.desk_sessions
    good = sessions.open(key_id)
    foreign = Sessions(tmp_path / "elsewhere", hours=8).open(key_id)
    _, greeting = sessions.greet()
    another = sessions.open("another")
    payload, stamp, signature = good.split(".")
    other, _, _ = another.split(".")
    forged = [
        "",
        "x",
        key_id,
        secret,
        foreign,
        greeting,  # signed by us, but for another purpose
        f"{other}.{stamp}.{signature}",
        f"{payload}.{stamp}.{signature[:-2]}AA",
        f"{payload}.{stamp}",
        another,  # of a key that is not there
        "\u00e9" * 20,
    ]
    for cookie in forged:
        assert sessions.read(cookie) in (None, sessions.read(another))
        stranger.client.cookies.clear()
        if cookie.isascii():
            header = {"Cookie": f"desk_session={cookie}"}
            assert stranger.get(**header).status_code == 401, cookie
    assert stranger.get(Cookie=f"desk_session={good}").status_code == 200


# --- forms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "token"),
    [
        ({}, None),
        ({}, ""),
        ({}, "0" * 64),
        ({}, "\u00e9"),
        ({}, "of another session"),
        ({"Origin": "https://evil.example"}, "right"),
        ({"Origin": "null"}, "right"),
        ({"Origin": "http://desk.example"}, "right"),
        ({"Origin": "https://desk.example:8443"}, "right"),
        ({"Sec-Fetch-Site": "cross-site"}, "right"),
        ({"Sec-Fetch-Site": "same-site"}, "right"),
    ],
)
def test_a_form_of_somebody_else_changes_nothing(
    newsroom: Newsroom, insider: Browser, headers: dict[str, str], token: str | None
) -> None:
    newsroom.fact_check("wells")
    newsroom.gap("Where is the well?")
    if token == "right":
        token = insider.token()
    elif token == "of another session":
        token = insider.app.state.desk_sessions.token("another")
    before = state_of(newsroom)
    form = fields_for(newsroom) | ({} if token is None else {"token": token})
    for path in ACTS:
        response = insider.post(path, form, **headers)
        assert response.status_code == 403, path
        assert "form" in words_of(response)
    assert state_of(newsroom) == before
    assert insider.get().status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_nobody_is_signed_in_by_another_site(
    newsroom: Newsroom, stranger: Browser, headers: dict[str, str]
) -> None:
    token = "0" * 64 if not headers else stranger.token("/sign-in")
    form = {"token": token, "key": newsroom.key("edit")}
    response = stranger.post("/sign-in", form, **headers)
    assert response.status_code == 403
    assert "desk_session" not in stranger.client.cookies


def test_the_owners_forms_are_bound_to_the_owners_browser(
    newsroom: Newsroom, owner: Browser
) -> None:
    newsroom.gap("Where is the well?")
    other = Browser(owner.app)
    form = fields_for(newsroom) | {"token": other.token("/gaps")}
    assert owner.post("/gaps/assign", form).status_code == 403
    assert other.post("/gaps/assign", form).status_code == 303
    assert newsroom.ledger.gaps.most_asked()[0].assignee == "Ada"


def test_a_key_in_a_header_needs_no_token(newsroom: Newsroom, stranger: Browser) -> None:
    newsroom.gap("Where is the well?")
    headers = bearer(newsroom.key("edit"))
    assert stranger.get("/gaps", **headers).status_code == 200
    assert stranger.post("/gaps/assign", fields_for(newsroom), **headers).status_code == 303
    assert newsroom.ledger.gaps.most_asked()[0].assignee == "Ada"


def test_a_key_in_a_header_goes_before_a_session(newsroom: Newsroom, insider: Browser) -> None:
    assert insider.get(**bearer(newsroom.key("ask"))).status_code == 403
    assert insider.get(**bearer("na_nobody")).status_code == 401


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data", "text/plain"])
def test_only_forms_are_taken(newsroom: Newsroom, insider: Browser, media_type: str) -> None:
    response = insider.client.post(
        "/desk/keys", content=b"{}", headers={"Content-Type": media_type}
    )
    assert response.status_code == 422


@pytest.mark.parametrize("body", [b"token=%ff%fe&x=\xff", b"&".join([b"a=1"] * 500)])
def test_a_form_that_cant_be_read_is_refused(insider: Browser, body: bytes) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = insider.client.post("/desk/gaps/assign", content=body, headers=headers)
    assert response.status_code in (403, 422)


# --- signing in -----------------------------------------------------------------------------------


def test_a_wrong_key_is_told_nothing(newsroom: Newsroom, stranger: Browser) -> None:
    key_id, gone = newsroom.assistant.create_key("edit")
    newsroom.assistant.revoke_key(key_id)
    said = set()
    for secret in ("na_nobody", gone, "x" * 100, "with blanks"):
        response = stranger.sign_in(secret)
        assert response.status_code == 401
        assert secret not in response.text
        said.add(words_of(response))
    assert len(said) == 1


def test_keys_that_dont_edit_are_told_so(newsroom: Newsroom, stranger: Browser) -> None:
    for secret, word in (
        (newsroom.key("ask"), "'edit'"),
        (newsroom.key("ask", widget=True, origins=["https://desk.example"]), "widget"),
    ):
        response = stranger.sign_in(secret)
        assert response.status_code == 403
        assert word in words_of(response)
        assert "desk_session" not in stranger.client.cookies


def test_guessing_is_slowed(newsroom: Newsroom, stranger: Browser) -> None:
    token = stranger.token("/sign-in")
    answers = [stranger.post("/sign-in", {"token": token, "key": f"na_{n}"}) for n in range(40)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert int(answers[-1].headers["retry-after"]) > 0
    form = {"token": token, "key": newsroom.key("edit")}
    assert stranger.post("/sign-in", form).status_code == 303  # a good key is never refused


# --- the owner, on this machine -------------------------------------------------------------------


def test_the_owner_needs_no_key_and_reads_what_is_public(
    newsroom: Newsroom, owner: Browser
) -> None:
    newsroom.fact_check("memo", audience="internal", title="The memo")
    for path in (*PAGES, "/keys"):
        response = owner.get(path)
        assert response.status_code == 200
        assert "The memo" not in response.text
    assert owner.sign_in(newsroom.key("edit", "internal")).status_code == 303
    assert "The memo" in owner.get("/documents").text


def test_whoever_comes_through_a_proxy_is_not_the_owner(owner: Browser) -> None:
    for header in ({"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}):
        assert owner.get(**header).status_code == 401


def test_an_editor_is_no_admin(newsroom: Newsroom, editor: Browser) -> None:
    newsroom.fact_check("wells")
    for path in ADMIN_PAGES:
        assert editor.get(path).status_code == 403
    assert "/desk/keys" not in editor.get().text
    before = state_of(newsroom)
    for path, form in (
        ("/keys", {"scope": "admin", "audience": "public", "ticket": "t"}),
        ("/keys/revoke", {"id": newsroom.assistant.keys()[0].id}),
        ("/documents/withdraw", {"id": "wells", "note": "No."}),
    ):
        assert editor.send(path, "", **form).status_code == 403
    assert state_of(newsroom) == before


# --- headers and the secret -----------------------------------------------------------------------


def test_every_page_has_the_desks_policy(insider: Browser) -> None:
    for path in (*PAGES, "/sign-in", "/keys", "/answers/none", "/gaps?page=x"):
        headers = insider.get(path).headers
        parts = headers["content-security-policy"].split(";")
        assert dict(part.strip().split(" ", 1) for part in parts) == {
            "default-src": "'none'",
            "style-src": "'self'",
            "form-action": "'self'",
            "base-uri": "'none'",
            "frame-ancestors": "'none'",
        }
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
        assert headers["content-type"].startswith("text/html")


def test_the_secret_is_kept_apart(newsroom: Newsroom, owner: Browser, tmp_path: Path) -> None:
    owner.get()
    path = newsroom.assistant.settings.home / SECRET
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secret = path.read_bytes()
    assert len(secret) == 32
    newsroom.assistant.backup(tmp_path / "backup")
    files = [tmp_path / "backup", *newsroom.assistant.settings.home.glob("ledger*")]
    assert not [file for file in files if secret in file.read_bytes()]


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    cookie = Sessions(tmp_path, hours=1).open("k")
    again = Sessions(tmp_path, hours=1).read(cookie)
    assert isinstance(again, Session)
    assert again.key_id == "k"
    assert list(tmp_path.iterdir()) == [tmp_path / SECRET]


def test_a_damaged_secret_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / SECRET).write_bytes(b"short")
    with pytest.raises(HomeUnusable, match="remove it"):
        secret_of(tmp_path)
    (tmp_path / SECRET).unlink()
    (tmp_path / SECRET).mkdir()
    with pytest.raises(HomeUnusable, match="permissions"):
        secret_of(tmp_path)
