"""Every row of docs/doors.md on the real service: keys, scopes, origins, audiences, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from httpx2 import Response
from starlette.routing import Route
from support.paths import REPOSITORY

from assistant.channels.api import create_app
from assistant.errors import BadInput, Forbidden
from assistant.settings import Settings
from assistant.wiring import Assistant
from channels.conftest import TOKEN
from channels.fake_assistant import FakeAssistant

BOUND, FOREIGN = "https://news.example", "https://elsewhere.example"
UNLIMITED = 1_000_000
SECRETS = ("secret memo", "hidden wells")

Row = dict[str, str]


def table(title: str) -> dict[str, Row]:
    """The first table under a heading of docs/doors.md, by its first column."""
    text = (REPOSITORY / "docs" / "doors.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines)
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}


OPERATIONS = table("Who may call what")
PAGES = table("Pages, files and the desk")
ORIGINS = table("From where")


# --- the archive, the keys, and the requests ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Somebody who calls: `row` is their row in the tables."""

    row: str
    audience: str = "public"
    secret: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request of one operation; the internal one is about what only internal readers may see."""

    path: str
    body: dict[str, Any] | None = None
    when_public: int = 200
    """The status of an internal request for a key that reads what is public."""
    success: int = 200


ASK = Sent(path="/v1/ask", body={"question": "wells"})
SEARCH = Sent(path="/v1/search", body={"query": "wells"})
CHAT = Sent(path="/v1/chat/completions", body={"messages": [{"role": "user", "content": "wells"}]})
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call"}
MCP = Sent(
    path="/mcp", body={**CALL, "params": {"name": "ask", "arguments": {"question": "wells"}}}
)
FEEDBACK = Sent(path="/v1/answers/r1/feedback", body={"helpful": True}, success=204)
REFRESH = Sent(path="/v1/documents/wells/refresh", body={}, success=202)
DECIDE = Sent(path="/v1/refreshes/fr-wells/decision", body={"approve": True})
PUBLIC = {
    "POST /v1/ask": ASK,
    "POST /v1/search": SEARCH,
    "POST /v1/chat/completions": CHAT,
    "GET /v1/models": Sent(path="/v1/models"),
    "GET /v1/models/{model}": Sent(path="/v1/models/newsroom-assistant"),
    "GET /v1/answers/{answer_id}": Sent(path="/v1/answers/r1"),
    "GET /v1/answers/{answer_id}/standing": Sent(path="/v1/answers/r1/standing"),
    "POST /v1/answers/{answer_id}/feedback": FEEDBACK,
    "GET /v1/documents/{document_id}": Sent(path="/v1/documents/wells"),
    "GET /v1/documents/{document_id}/answers": Sent(path="/v1/documents/wells/answers"),
    "POST /v1/documents/{document_id}/refresh": REFRESH,
    "GET /v1/refreshes/{refresh_id}": Sent(path="/v1/refreshes/fr-wells"),
    "POST /v1/refreshes/{refresh_id}/decision": DECIDE,
    "GET /v1/freshness": Sent(path="/v1/freshness"),
    "GET /v1/gaps": Sent(path="/v1/gaps"),
    "POST /mcp": MCP,
    "GET /healthz": Sent(path="/healthz"),
    "GET /readyz": Sent(path="/readyz"),
    "GET /metrics": Sent(path="/metrics"),
}
INTERNAL = {
    "POST /v1/ask": replace(
        ASK, body={"question": "secret memo", "audience": "internal"}, when_public=403
    ),
    "POST /v1/search": replace(
        SEARCH, body={"query": "secret memo", "audience": "internal"}, when_public=403
    ),
    "POST /v1/chat/completions": replace(
        CHAT,
        body={
            "messages": [{"role": "user", "content": "secret memo"}],
            "audience": "internal",
        },
        when_public=403,
    ),
    "POST /mcp": replace(
        MCP,
        path="/mcp?audience=internal",
        body={**CALL, "params": {"name": "fetch", "arguments": {"id": "memo"}}},
        when_public=403,
    ),
    "GET /v1/answers/{answer_id}": Sent(path="/v1/answers/r2", when_public=404),
    "GET /v1/answers/{answer_id}/standing": Sent(path="/v1/answers/r2/standing", when_public=404),
    "POST /v1/answers/{answer_id}/feedback": replace(
        FEEDBACK, path="/v1/answers/r2/feedback", when_public=404
    ),
    "GET /v1/documents/{document_id}": Sent(path="/v1/documents/memo", when_public=404),
    "GET /v1/documents/{document_id}/answers": Sent(
        path="/v1/documents/memo/answers", when_public=404
    ),
    "POST /v1/documents/{document_id}/refresh": replace(
        REFRESH, path="/v1/documents/memo/refresh", when_public=404
    ),
    "GET /v1/refreshes/{refresh_id}": Sent(path="/v1/refreshes/fr-memo", when_public=404),
    "POST /v1/refreshes/{refresh_id}/decision": replace(
        DECIDE, path="/v1/refreshes/fr-memo/decision", when_public=404
    ),
}


def send(
    client: TestClient, operation: str, sent: Sent, who: Bearer, origin: str | None
) -> Response:
    headers = {"Origin": origin} if origin else {}
    if who.secret:
        headers["Authorization"] = f"Bearer {who.secret}"
    method = operation.split()[0]
    return client.request(method, sent.path, json=sent.body, headers=headers)


@pytest.fixture
def bearers(fake: FakeAssistant) -> list[Bearer]:
    fake.ask("wells")  # r1
    fake.ask("secret memo", audience="internal")  # r2
    made = [Bearer(row="no key")]
    for scope in ("ask", "edit", "admin"):
        for audience in ("public", "internal"):
            _, secret = fake.create_key(scope, audience)
            made.append(Bearer(row=scope, audience=audience, secret=secret))
    _, widget = fake.create_key("ask", widget=True, origins=[BOUND])
    revoked_id, revoked = fake.create_key("admin", "internal")
    fake.revoke_key(revoked_id)
    return [
        *made,
        Bearer(row="widget", secret=widget),
        Bearer(row="admin", audience="internal", secret=revoked, known=False),
        Bearer(row="admin", audience="internal", secret="na_made-up", known=False),
    ]


def served(fake: FakeAssistant, **settings: Any) -> TestClient:
    """The service, called from this machine, with limits out of the way."""
    limits = {"rate_per_address": UNLIMITED, "rate_per_key": UNLIMITED, **settings}
    host = settings.get("host", "127.0.0.1")
    app = create_app(cast(Assistant, fake), Settings(**limits), token=TOKEN)
    base = "http://127.0.0.1:8000" if host == "127.0.0.1" else "https://assistant.example"
    return TestClient(app, base_url=base, client=("127.0.0.1", 50_000))


# --- the matrix -----------------------------------------------------------------------------------


def expected(operation: str, who: Bearer, origin: str, *, loopback: bool, internal: bool) -> int:
    """The status that docs/doors.md promises."""
    cells = OPERATIONS[operation]
    sent = (INTERNAL if internal else PUBLIC)[operation]
    posts = operation.startswith("POST")
    api = operation.partition(" ")[2].startswith("/v1/")
    if loopback and posts and origin in ("foreign", "null", *(() if api else ("bound",))):
        return 403  # no site's pages call what is no part of the API, whatever their key
    if cells["no key"] == "anyone":
        return sent.success
    if not who.known or (who.secret is None and not loopback):
        return 401
    right = "yes" if who.secret is None else cells[who.row]  # the owner of a loopback server
    if ORIGINS[who.row][origin] == "no" or right == "no":
        return 403
    return sent.when_public if internal and who.audience == "public" else sent.success


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("internal", [False, True], ids=["public", "internal"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_row(
    fake: FakeAssistant,
    bearers: list[Bearer],
    operation: str,
    internal: bool,
    host: str,
) -> None:
    requests = INTERNAL if internal else PUBLIC
    if operation not in requests:
        return  # it is about no document
    with served(fake, host=host) as client:
        sites = {"own": str(client.base_url), "bound": BOUND, "foreign": FOREIGN, "null": "null"}
        for who, origin in product(bearers, ["none", *sites]):
            response = send(client, operation, requests[operation], who, sites.get(origin))
            promised = expected(
                operation, who, origin, loopback=host == "127.0.0.1", internal=internal
            )
            assert response.status_code == promised, (who, origin, response.text)
            _is_well_kept(response, operation, who, origin)


def _is_well_kept(response: Response, operation: str, who: Bearer, origin: str) -> None:
    """What no answer may do: tell internal words, be kept by a cache, be read by another site."""
    if who.audience == "public" or response.status_code >= 400:
        assert not any(words in response.text for words in SECRETS)
    assert "no-store" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"
    allowed = response.headers.get("access-control-allow-origin")
    if operation.partition(" ")[2].startswith("/v1/"):
        assert allowed == (BOUND if origin == "bound" else None)
        assert {"Authorization", "Origin"} <= set(re.split(", ?", response.headers["vary"]))
    else:
        assert allowed is None
    assert "access-control-allow-credentials" not in response.headers
    if response.status_code >= 400:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"]


# --- pages, files and the desk --------------------------------------------------------------------

OTHER_DOORS: dict[str, set[int]] = {
    "anyone": set(), "form": {403}, "token": {401}, "signature": {401}
}  # fmt: skip
"""What opens a page where no key does, and the statuses for who hasn't got it."""
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("page", PAGES)
def test_every_page(fake: FakeAssistant, bearers: list[Bearer], page: str, host: str) -> None:
    """What a page shows is tested beside it; here, whom it is refused."""
    method, path = page.split()
    path = path.format(answer_id="r1", document_id="wells", name="none")
    widget = next(who.secret for who in bearers if who.row == "widget")
    params = {"key": widget} if path == "/embed" else {"id": "k1"}
    with served(fake, host=host) as client:
        request = partial(client.request, params=params, follow_redirects=False)
        for who in bearers:
            key = {"Authorization": f"Bearer {who.secret}"} if who.secret else {}
            promised = refusal(page, who, loopback=host == "127.0.0.1")
            response = request(method, path, headers=FORM | key)
            if promised:
                assert response.status_code in promised, (who, response.text)
            else:
                assert response.status_code not in (401, 403), (who, response.text)
            if method == "POST":
                foreign = {**FORM, **key, "Origin": FOREIGN}
                answered = request(method, path, headers=foreign)
                assert answered.status_code in (401, 403), (who, answered.text)


def refusal(page: str, who: Bearer, *, loopback: bool) -> set[int]:
    """The statuses of which docs/doors.md promises one; none for whoever is let in."""
    cells = PAGES[page]
    if cells["no key"] in OTHER_DOORS:
        return OTHER_DOORS[cells["no key"]]
    if not who.known or (who.secret is None and not loopback):
        return {401}
    if who.secret is None:  # a form of the desk needs its token
        return {403} if page.startswith("POST /desk") else set()
    # A program has no Origin, so a widget's key is refused wherever it is sent without one.
    return {403} if cells[who.row] == "no" or who.row == "widget" else set()


def routes(app: FastAPI) -> Iterator[str]:
    for each in app.routes:
        router = getattr(each, "original_router", None)
        for route in router.routes if router else [each]:
            assert isinstance(route, Route)
            path = route.path.replace(":path}", "}")
            yield from (f"{method} {path}" for method in (route.methods or set()) - {"HEAD"})


def test_every_route_has_a_row_and_every_row_a_route(fake: FakeAssistant) -> None:
    app = create_app(cast(Assistant, fake), Settings())
    assert sorted(routes(app)) == sorted([*OPERATIONS, *PAGES])


def test_every_operation_has_a_row_and_every_row_an_operation(client: TestClient) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method in methods
    }
    assert described == set(OPERATIONS)
    assert described == set(PUBLIC)


def test_the_description_names_what_a_door_may_answer(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for operation, row in OPERATIONS.items():
        method, path = operation.split()
        answers = set(paths[path][method.lower()]["responses"])
        if row["no key"] != "anyone":
            assert {"401", "403"} <= answers, operation
        assert ("429" in answers) == (row["counted"] == "yes"), operation


# --- origins --------------------------------------------------------------------------------------


class TestWidgetKeys:
    @pytest.fixture
    def key(self, fake: FakeAssistant) -> dict[str, str]:
        _, secret = fake.create_key("ask", widget=True, origins=[BOUND, "http://127.0.0.1:9000"])
        return {"Authorization": f"Bearer {secret}"}

    def ask(self, client: TestClient, headers: dict[str, str]) -> Response:
        return client.post("/v1/ask", json={"question": "wells"}, headers=headers)

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_the_sites_are_compared_exactly(
        self, fake: FakeAssistant, key: dict[str, str], host: str
    ) -> None:
        with served(fake, host=host) as client:
            for origin in (BOUND, "http://127.0.0.1:9000", str(client.base_url)):
                assert self.ask(client, {**key, "Origin": origin}).status_code == 200
            for origin in (
                "http://news.example",
                "https://news.example:8443",
                "https://www.news.example",
                "https://news.example.evil.example",
                "https://NEWS.example",
                "http://127.0.0.1:9001",
                "null",
                "",
            ):
                assert self.ask(client, {**key, "Origin": origin}).status_code == 403

    def test_a_key_does_not_work_on_the_site_of_another(
        self, fake: FakeAssistant, key: dict[str, str]
    ) -> None:
        fake.create_key("ask", widget=True, origins=["https://other.example"])
        with served(fake) as client:
            response = self.ask(client, {**key, "Origin": "https://other.example"})
        assert response.status_code == 403
        assert response.headers["access-control-allow-origin"] == "https://other.example"
        assert "https://other.example" in response.json()["detail"]

    def test_a_page_of_this_server_may_read_without_an_origin(
        self, fake: FakeAssistant, key: dict[str, str]
    ) -> None:
        fake.ask("wells")
        with served(fake) as client:
            for metadata, status in (("same-origin", 200), ("cross-site", 403), ("none", 403)):
                headers = {**key, "Sec-Fetch-Site": metadata}
                assert client.get("/v1/answers/r1", headers=headers).status_code == status
                assert self.ask(client, headers).status_code == 403

    def test_a_refusal_says_what_to_do(self, fake: FakeAssistant, key: dict[str, str]) -> None:
        with served(fake) as client:
            away = self.ask(client, {**key, "Origin": FOREIGN})
            search = client.post(
                "/v1/search", json={"query": "wells"}, headers={**key, "Origin": BOUND}
            )
        assert away.status_code == 403
        assert "assistant keys create" in search.json()["detail"]

    def test_a_server_that_does_not_know_that_it_is_https_says_so(
        self, fake: FakeAssistant, key: dict[str, str]
    ) -> None:
        with served(fake, host="0.0.0.0") as client:
            headers = {**key, "Origin": "http://assistant.example"}
            detail = self.ask(client, headers).json()["detail"]
        assert "ASSISTANT_TRUSTED_PROXIES" in detail


class TestPreflights:
    def preflight(self, client: TestClient, origin: str, path: str = "/v1/ask") -> Response:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
        }
        return client.options(path, headers=headers)

    @pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
    def test_only_bound_sites_are_answered(self, fake: FakeAssistant, host: str) -> None:
        key_id, _ = fake.create_key("ask", widget=True, origins=[BOUND])
        with served(fake, host=host) as client:
            allowed = self.preflight(client, BOUND)
            assert allowed.status_code == 204
            assert allowed.headers["access-control-allow-origin"] == BOUND
            assert allowed.headers["access-control-allow-methods"] == "GET, POST"
            assert "Authorization" in allowed.headers["access-control-allow-headers"]
            assert "Origin" in allowed.headers["vary"]
            assert "access-control-allow-credentials" not in allowed.headers
            for origin in (FOREIGN, "null", "http://news.example", "*"):
                refused = self.preflight(client, origin)
                assert refused.status_code == 403
                assert "access-control-allow-origin" not in refused.headers
            for path in ("/", "/v1/operations/status", "/healthz", "/a/r1"):
                elsewhere = self.preflight(client, BOUND, path)
                assert "access-control-allow-origin" not in elsewhere.headers
            fake.revoke_key(key_id)
            assert self.preflight(client, BOUND).status_code == 403

    def test_a_key_that_was_just_made_counts(self, fake: FakeAssistant) -> None:
        with served(fake) as client:
            assert self.preflight(client, BOUND).status_code == 403
            fake.create_key("ask", widget=True, origins=[BOUND])
            assert self.preflight(client, BOUND).status_code == 204

    def test_every_refusal_can_be_read_by_a_bound_site(self, fake: FakeAssistant) -> None:
        _, secret = fake.create_key("ask", widget=True, origins=[BOUND], rate_limit=3)
        key = {"Authorization": f"Bearer {secret}", "Origin": BOUND}
        statuses = {}
        with served(fake) as client:
            app_errors = TestClient(client.app, base_url=str(client.base_url))
            for headers, body in (
                ({"Origin": BOUND, "Authorization": "Bearer no"}, {"question": "wells"}),
                ({"Origin": BOUND}, {"question": "wells"}),
                (key, {"question": "x" * 70_000}),
                (key, {"question": ""}),
                (key, {"question": "wells"}),
            ):
                response = app_errors.post("/v1/ask", json=body, headers=headers)
                statuses[response.status_code] = response
            fake.fails = RuntimeError("password in here")
            for _ in range(2):
                response = app_errors.post("/v1/ask", json={"question": "wells"}, headers=key)
                statuses[response.status_code] = response
        assert set(statuses) == {200, 401, 403, 413, 422, 429, 500}
        for response in statuses.values():
            assert response.headers["access-control-allow-origin"] == BOUND
            assert "Retry-After" in response.headers["access-control-expose-headers"]
            assert response.headers["x-request-id"]


def test_a_conversation_belongs_to_its_key(fake: FakeAssistant) -> None:
    keys = [fake.create_key("ask")[1] for _ in range(2)]
    with served(fake) as client:
        for headers in ({}, *({"Authorization": f"Bearer {key}"} for key in keys)):
            body = {"question": "wells", "conversation_id": "c" * 40}
            reply = client.post("/v1/ask", json=body, headers=headers)
            assert "c" * 40 not in reply.text
        for wrong in ("", "c" * 201):
            body = {"question": "wells", "conversation_id": wrong}
            assert client.post("/v1/ask", json=body).status_code == 422
    ids = [asked["conversation_id"] for asked in fake.asked]
    assert len(set(ids)) == 3


def test_feedback_may_give_a_reason(fake: FakeAssistant) -> None:
    fake.ask("wells")
    with served(fake) as client:
        for reason, status in (("weak_source", 204), ("because", 422)):
            body = {"helpful": False, "reason": reason}
            assert client.post("/v1/answers/r1/feedback", json=body).status_code == status


# --- proxies and headers --------------------------------------------------------------------------


class TestProxies:
    def test_what_is_no_network_is_named_at_the_start(self, fake: FakeAssistant) -> None:
        for wrong in (
            "proxy.example",
            "10.0.0.0/99",
            "*",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.1;10.0.0.2",
        ):
            with pytest.raises(BadInput, match="ASSISTANT_TRUSTED_PROXIES"):
                served(fake, trusted_proxies=wrong)

    def test_a_proxied_server_needs_keys_on_loopback_too(self, fake: FakeAssistant) -> None:
        with pytest.raises(Forbidden, match="keys create"):
            served(fake, trusted_proxies="127.0.0.1")
        fake.create_key("ask")
        with served(fake, trusted_proxies="127.0.0.1") as client:
            assert client.get("/v1/freshness").status_code == 401

    def test_https_is_believed_from_a_trusted_proxy_alone(self, fake: FakeAssistant) -> None:
        _, secret = fake.create_key("ask")
        headers = {
            "X-Forwarded-Proto": "https",
            "Host": "assistant.example",
            "Origin": "https://assistant.example",
            "Authorization": f"Bearer {secret}",
        }
        settings = Settings(host="0.0.0.0", trusted_proxies=" 10.0.0.0/8, fd00::/8,")
        app = create_app(cast(Assistant, fake), settings)
        for peer, status in (
            ("10.1.2.3", 200),
            ("::ffff:10.1.2.3", 200),
            ("fd00::5", 200),
            ("203.0.113.9", 403),
            ("127.0.0.1", 403),
        ):
            client = TestClient(app, base_url="http://inside", client=(peer, 1))
            response = client.get("/v1/documents/wells", headers=headers)
            assert response.status_code == status, peer
            assert ("strict-transport-security" in response.headers) == (status == 200)

    def test_what_an_unknown_proxy_passes_on_may_only_ask(self, fake: FakeAssistant) -> None:
        with served(fake) as client:
            assert client.get("/v1/gaps").status_code == 200
            for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
                headers = {name: "for=203.0.113.9"}
                assert client.get("/v1/gaps", headers=headers).status_code == 403
                body = {"question": "wells"}
                assert client.post("/v1/ask", json=body, headers=headers).status_code == 200


class TestHeaders:
    def test_every_answer_has_them(self, client: TestClient) -> None:
        for path in ("/", "/healthz", "/v1/none", "/page.css", "/openapi.json"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert "camera=()" in headers["permissions-policy"]
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert "strict-transport-security" not in headers

    def test_a_page_that_may_be_framed_says_so_in_one_voice(self, fake: FakeAssistant) -> None:
        app = create_app(cast(Assistant, fake), Settings())
        for path, policy in (
            ("/framed", "default-src 'none'; frame-ancestors https://news.example"),
            ("/unsaid", "default-src 'none'"),
        ):
            app.add_api_route(
                path,
                lambda policy=policy: PlainTextResponse(
                    "x", headers={"Content-Security-Policy": policy}
                ),
            )
        with TestClient(app, base_url="http://127.0.0.1:8000") as client:
            framed, unsaid = client.get("/framed"), client.get("/unsaid")
        assert "x-frame-options" not in framed.headers
        assert "https://news.example" in framed.headers["content-security-policy"]
        assert unsaid.headers["x-frame-options"] == "DENY"

    def test_a_stream_is_held_back_by_nobody(self, client: TestClient) -> None:
        headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip"}
        response = client.post("/v1/ask", json={"question": "wells"}, headers=headers)
        assert response.headers["x-accel-buffering"] == "no"
        assert "no-transform" in response.headers["cache-control"]
        assert "content-encoding" not in response.headers
