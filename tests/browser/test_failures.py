"""Whatever fails, the reader reads what happened and the host page keeps working."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.hostile import page
from support.relay import Relay

from browser.conftest import LIMITS, Watch
from browser.reader import FRESH, STALE, Form, Reader
from evals.site import Service, Site, served

NETWORK = r"Failed to load resource|net::ERR_"
STATUS = r"the server responded with a status of {}"
BLOCKED = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    get() { throw new DOMException("blocked", "SecurityError"); },
  });
}
Object.defineProperty(document, "cookie", {
  get() { throw new DOMException("blocked", "SecurityError"); },
  set() { throw new DOMException("blocked", "SecurityError"); },
});
"""
Open = Callable[..., Any]


def canned(status: str, *, headers: str = "", body: str = "") -> bytes:
    """An answer as a proxy in front of the server would send it, with no leave for other sites."""
    length = len(body.encode())
    return (
        f"HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ).encode()


@pytest.fixture
def broken(relay: Relay, host: Site, key: str, watch: Watch) -> str:
    """The hostile page whose assistant is behind the relay."""
    watch.origins.add(relay.url)
    return host.put("/relayed", page(relay.url, key))


def told(reader: Reader, words: str) -> None:
    """The reader sees it, and a screen reader says it."""
    error = reader.element.locator(".error").last
    error.wait_for()
    assert words in error.text_content()
    assert reader.page.get_by_role("status").filter(has_text=words).count() == 1


@pytest.mark.parametrize(("after", "claims"), [("evidence", 0), ("reply", 3)])
def test_the_network_drops_in_the_middle_of_an_answer(
    relay: Relay, broken: str, open_page: Open, watch: Watch, after: str, claims: int
) -> None:
    watch.expect(NETWORK)
    opened = open_page(broken)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    relay.stall_after = f"event: {after}".encode()
    with opened.expect_response("**/v1/ask"):  # it has begun to answer
        reader.send(STALE)
    (reader.cite(claims) if claims else reader.button("Stop")).wait_for()
    relay.go_down()
    told(reader, "The connection broke")
    assert len(reader.claims()) == claims  # what was verified stays
    assert reader.links.count() == 0  # it is not taken for a whole answer
    form.works()
    relay.heal()
    reader.button("Try again").click()
    reader.links.first.wait_for()
    assert reader.turns.count() == 1
    assert reader.claims() == [claim["text"] for claim in reader.reply()["claims"]]


def test_the_server_is_down_from_the_start(
    relay: Relay, broken: str, open_page: Open, watch: Watch
) -> None:
    watch.expect(NETWORK)
    relay.go_down()
    opened = open_page(broken)
    opened.wait_for_load_state()
    form = Form(opened)
    assert Reader(opened).launcher.count() == 0
    form.works()


def test_the_server_goes_before_the_panel_is_fetched(
    relay: Relay, broken: str, open_page: Open, watch: Watch
) -> None:
    watch.expect(NETWORK)
    opened = open_page(broken)
    reader, form = Reader(opened), Form(opened)
    reader.launcher.wait_for()
    relay.go_down()
    reader.launcher.click()
    words = "can’t be reached right now"
    reader.element.locator(".away").get_by_text(words).wait_for()
    assert opened.get_by_role("status").filter(has_text=words).count() == 1
    form.works()
    relay.heal()
    reader.open()
    assert reader.ask(FRESH)["kind"] == "answer"


def test_the_server_goes_between_two_questions(
    relay: Relay, broken: str, open_page: Open, watch: Watch
) -> None:
    watch.expect(NETWORK)
    opened = open_page(broken)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    first = reader.ask(FRESH)
    relay.go_down()
    reader.send("and what about 2023?")
    told(reader, "can’t be reached right now")
    assert reader.claims(0) == [claim["text"] for claim in first["claims"]]
    form.works()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (canned("502 Bad Gateway", body="<html>nginx</html>"), "can’t be reached right now"),
        (
            canned(
                "500 Internal Server Error",
                headers="Access-Control-Allow-Origin: *\r\nContent-Type: text/html\r\n",
                body="<script>window.__pwned=1</script>",
            ),
            "Something failed at the assistant’s server",
        ),
        (
            canned(
                "200 OK",
                headers="Access-Control-Allow-Origin: *\r\nContent-Type: text/html\r\n",
                body="<h1>Sign in to the airport's network</h1>",
            ),
            "sent something that can’t be read",
        ),
        (
            canned(
                "200 OK",
                headers="Access-Control-Allow-Origin: *\r\nContent-Type: text/event-stream\r\n",
                body="event: evidence\ndata: {{{\n\n",
            ),
            "sent something that can’t be read",
        ),
        (
            canned(
                "200 OK",
                headers="Access-Control-Allow-Origin: *\r\nContent-Type: text/event-stream\r\n",
            ),
            "The connection broke",
        ),
    ],
    ids=["502", "500", "another page", "no JSON", "nothing"],
)
def test_something_else_answers(
    relay: Relay, broken: str, open_page: Open, watch: Watch, answer: bytes, words: str
) -> None:
    watch.expect(NETWORK)
    watch.expect(STATUS.format("50[02]"))
    watch.expect("has been blocked by CORS policy")
    opened = open_page(broken)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    relay.canned = answer
    if b" 502 " in answer:
        relay.canned_for = b""  # a proxy whose server is away says so to everybody
    reader.send(FRESH)
    told(reader, words)
    assert opened.evaluate("window.__pwned") is None
    form.works()


def test_claims_can_be_read_before_the_answer_is_whole(
    relay: Relay, broken: str, open_page: Open
) -> None:
    opened = open_page(broken)
    reader = Reader(opened)
    reader.open()
    relay.stall_after = b"event: reply"
    reader.send(STALE)
    reader.cite(1).click()
    quote = reader.popover.locator(".quote").text_content()
    assert reader.button("Stop").count() == 1
    early = (reader.claims(), reader.numbering())
    assert early[0]
    relay.heal()
    reader.links.first.wait_for()
    assert (reader.claims(), reader.numbering()) == early
    assert reader.reply()["citations"][0]["quote"] == quote


def test_a_stream_that_stalls_can_be_stopped(relay: Relay, broken: str, open_page: Open) -> None:
    opened = open_page(broken)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    relay.stall_after = b"event: evidence"
    reader.send(STALE)
    stop = reader.button("Stop")
    stop.wait_for()
    form.works()
    stop.click()
    reader.element.locator(".stopped").get_by_text("You stopped this answer").wait_for()
    relay.heal()
    reader.button("Try again").click()
    reader.links.first.wait_for()


def test_a_stream_that_stalls_is_given_up(relay: Relay, broken: str, open_page: Open) -> None:
    """The widget's own patience runs out; the page's clock is put forward to see it."""
    opened = open_page("about:blank")
    opened.clock.install()
    opened.goto(broken)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    relay.stall_after = b"event: claim"
    reader.send(STALE)
    reader.element.locator(".progress").get_by_text("Documents found").wait_for()
    opened.clock.run_for(60_000)
    told(reader, "has not answered for a while")
    form.works()


def test_too_many_questions(
    home_copy: Callable[[], Any], host: Site, open_page: Open, watch: Watch
) -> None:
    watch.expect(STATUS.format(429))
    with served(home_copy(), **LIMITS | {"rate_per_address": "1"}) as strict:
        watch.origins.add(strict.url)
        _, key = strict.widget_key(host.origin)
        opened = open_page(host.put("/limited", page(strict.url, key)))
        reader, form = Reader(opened), Form(opened)
        reader.open()
        reader.ask(FRESH)
        reader.send(STALE)
        told(reader, "Too many questions at the moment. Try again in")
        form.works()


@pytest.mark.parametrize("kind", ["another origin", "revoked", "unknown"])
def test_a_key_that_does_not_belong_here(
    service: Service, host: Site, open_page: Open, watch: Watch, kind: str
) -> None:
    watch.expect(STATUS.format("40[13]"))
    watch.expect("has been blocked by CORS policy|" + NETWORK)
    key_id, key = service.widget_key(
        "https://other.example" if kind == "another origin" else host.origin
    )
    if kind == "revoked":
        service.command("keys", "revoke", key_id)
    if kind == "unknown":
        key = "na_" + "0" * 43
    opened = open_page(host.put("/denied", page(service.url, key)))
    reader, form = Reader(opened), Form(opened)
    reader.open()
    reader.send(FRESH)
    told(reader, "This site is not set up for the assistant")
    assert reader.links.count() == 0
    form.works()


def test_cookies_and_storage_are_blocked(host_page: str, open_page: Open) -> None:
    opened = open_page(host_page, script=BLOCKED)
    reader, form = Reader(opened), Form(opened)
    reader.open()
    first = reader.ask(FRESH)
    assert first["kind"] == "answer"
    follow_up = reader.ask("and how many were there in 2024?")
    assert follow_up["standalone_question"]  # the conversation lives in memory alone
    form.works()
    opened.reload()
    reader.open()
    assert reader.turns.count() == 0


def test_the_clipboard_is_blocked(host_page: str, open_page: Open) -> None:
    blocked = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
    reader = Reader(open_page(host_page, script=blocked))
    reader.open()
    reply = reader.ask(FRESH)
    reader.button("Copy with sources").click()
    text = reader.element.get_by_role("textbox", name="Copy with sources")
    assert reply["citations"][0]["quote"] in text.input_value()
    assert text.evaluate("e => e.selectionEnd - e.selectionStart === e.value.length")


def test_nothing_is_kept_but_ids(host_page: str, open_page: Open) -> None:
    """No cookie, nothing in the shared storage, and no word of a question or an answer."""
    opened = open_page(host_page)
    reader = Reader(opened)
    reader.open()
    reply = reader.ask(FRESH)
    assert opened.context.cookies() == []
    assert opened.evaluate("localStorage.length") == 0
    kept = opened.evaluate("JSON.stringify({...sessionStorage})")
    assert reply["id"] in kept
    assert "NCMEC" not in kept


def test_a_reader_stops_an_answer(host_page: str, open_page: Open) -> None:
    opened = open_page(host_page)
    reader = Reader(opened)
    reader.open()
    reader.send(FRESH)
    # It may be whole before anybody can stop it; then there is nothing to stop.
    reader.button("Stop").or_(reader.links.first).first.wait_for()
    reader.button("New conversation").click()
    reader.turns.first.wait_for(state="detached")
    assert reader.ask(FRESH)["kind"] == "answer"
