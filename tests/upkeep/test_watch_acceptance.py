"""What the web does to a source, and what `check` says of it: the right rule or none, each time.

One archive holds a fact-check for each thing that can happen, four times over: its source was
ingested from its address, is a file with most of the page's sentences, is a digest in other words,
or is only cited. All pages change at once, and every source is looked at on each of the days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.pages_server import (
    Page,
    PagesServer,
    endless,
    html,
    lying,
    redirect,
    serving,
    slow,
    status,
)

from assistant.channels.operations import check
from assistant.channels.upkeep.watching import source_health, watch_once
from assistant.ingest.fetch import Fetcher
from assistant.settings import Settings
from assistant.wiring import Assistant, open_assistant

FIRST, CHANGED, NEXT_DAY, WEEK_LATER, BACK = (
    "2026-02-02",
    "2026-03-01",
    "2026-03-02T06:00",
    "2026-03-09",
    "2026-03-12",
)
DAYS = (FIRST, CHANGED, NEXT_DAY, WEEK_LATER, BACK)
RULES = {"source-changed", "source-gone", "retracted-or-corrected"}
HELD = ("fetched", "file", "digest", "cited")
"""How the archive holds the source."""

CHECK = """---
title: How many boats did the office of {case} rescue?
kind: fact_check
checked_on: 2026-02-01
sources:
  - n: 1
    title: Report of {case}
    publisher: Coast Office
    url: {url}
---
## Executive summary

The coast office rescued 1,204 boats in 2025 [1]. Most of the rescued boats were fishing boats [1].
"""
PARAGRAPHS = (
    "The coast office rescued 1,204 boats in 2025, according to its report of {case}.",
    "Most of the rescued boats were fishing boats from the harbours of {case}.",
    "It has forty lifeboats and employs nine hundred people along the coast of {case}.",
    "Every lifeboat is inspected twice a year, in spring and before the storms of autumn.",
)
FILE = """---
title: Report of {case}
kind: source_document
publisher: Coast Office
url: {url}
---
"""
DIGEST = "A summary in our own words: for {case}, some 1,204 rescues were counted; trawlers led.\n"


def words(case: str) -> str:
    return "".join(f"<p>{text.format(case=case)}</p>" for text in PARAGRAPHS)


def page(case: str, **changed: str) -> Page:
    body = words(case)
    for old, new in changed.items():
        body = body.replace(old.replace("_", " "), new)
    return html(body, f"Report of {case}")


@dataclass(frozen=True)
class Case:
    """`then` is what the address answers from CHANGED to WEEK_LATER; `rules` by day, "" for none.

    A day that isn't named has the rule of the day before.
    """

    name: str
    then: Callable[[PagesServer, PagesServer, str], Page]
    rules: tuple[str, str, str]
    state: str
    """What the source's health says on the day WEEK_LATER."""
    late: bool = False
    """It is so on the day CHANGED only, and back on the next."""


NONE = ("", "", "")
AWAY = ("", "source-gone", "source-gone")
FAILS = ("", "", "source-gone")
LATELY = ("source-changed",) * 3
STAMPS = (
    "<p>Last updated: 3 March 2026, 10:31</p><p>1,733 views</p><p>Advertisement</p>"
    "<div class=cookie-banner>We use cookies. Accept?</div>"
    "<p>We use cookies to make this site better. Accept all cookies?</p>"
)


def cosmetic(case: str) -> Page:
    body = words(case).upper().replace("<P>", "<p class=new>").replace("</P>", "</p>")
    body = body.replace("REPORT OF", "REPORT  OF").replace("MOST OF", "\nMOST&nbsp;OF")
    return html(STAMPS + body, f"Report of {case}")


CASES = (
    Case("unchanged", lambda s, p, c: page(c), NONE, "ok"),
    Case("cosmetic", lambda s, p, c: cosmetic(c), NONE, "ok"),
    Case("dated2099", lambda s, p, c: _dated(c), NONE, "ok"),
    Case("beside", lambda s, p, c: page(c, forty_lifeboats="fifty lifeboats"), NONE, "ok"),
    Case("number", lambda s, p, c: page(c, **{"1,204": "1,310"}), LATELY, "ok"),
    Case("quotegone", lambda s, p, c: _without_quote(c), LATELY, "ok"),
    Case("gone404", lambda s, p, c: status(404), AWAY, "gone"),
    Case("gone410", lambda s, p, c: status(410), AWAY, "gone"),
    Case("once404", lambda s, p, c: status(404), NONE, "ok", late=True),
    Case("softtitle", lambda s, p, c: html("<p>Sorry.</p>", "Page not found"), AWAY, "gone"),
    Case("softhome", lambda s, p, c: redirect("/"), AWAY, "gone"),
    Case("softlogin", lambda s, p, c: redirect("/account/login?next=1"), AWAY, "gone"),
    Case("softsame", lambda s, p, c: _any_address(), AWAY, "gone"),
    Case("down503", lambda s, p, c: status(503, Retry_After="60"), FAILS, "unreachable"),
    Case("slow", lambda s, p, c: slow(s), FAILS, "unreachable"),
    Case("endless", lambda s, p, c: endless(s), FAILS, "unreachable"),
    Case("circle", lambda s, p, c: redirect(f"/circle/{c}"), FAILS, "unreachable"),
    Case("othertype", lambda s, p, c: _video(), FAILS, "unreachable"),
    Case("short", lambda s, p, c: lying(page(c).body, 300), FAILS, "unreachable"),
    Case("long", lambda s, p, c: lying(page(c).body, 90_000), FAILS, "unreachable"),
    Case("private", lambda s, p, c: redirect(p.url("/secret")), NONE, "refused"),
    Case("forbidden", lambda s, p, c: status(403), NONE, "refused"),
    Case("moved", lambda s, p, c: redirect(f"/elsewhere/{c}", 301), NONE, "ok"),
    Case("retracted", lambda s, p, c: _retracted(c), ("retracted-or-corrected",) * 3, "retracted"),
    Case("mentions", lambda s, p, c: _mentions(c), NONE, "ok"),
)


def _dated(case: str) -> Page:
    head = (
        '<meta property="article:published_time" content="2099-01-01">'
        '<meta property="article:modified_time" content="2099-12-31">'
    )
    made = html(words(case), f"Report of {case}", head)
    made.headers["Last-Modified"] = "Thu, 31 Dec 2099 23:59:59 GMT"
    return made


def _without_quote(case: str) -> Page:
    kept = "".join(f"<p>{text.format(case=case)}</p>" for text in PARAGRAPHS[2:])
    return html(kept + f"<p>The figures for {case} are revised.</p>", f"Report of {case}")


def _any_address() -> Page:
    body = "<p>Welcome to the new home of the coast office, with news from every harbour.</p>"
    return html(body + "<p>Choose a harbour to begin.</p>", "Coast office")


def _video() -> Page:
    return Page(body=b"\x00" * 100, headers={"Content-Type": "video/mp4"})


def _retracted(case: str) -> Page:
    return html(words(case), f"Withdrawn: Report of {case}")


def _mentions(case: str) -> Page:
    said = "<p>A rival study was retracted: its authors withdrew it, and a correction followed.</p>"
    return html(words(case) + said, f"Report of {case}")


@dataclass
class Seen:
    """What `check` and the sources' health said on each day."""

    rules: dict[tuple[str, str], set[str]]
    states: dict[tuple[str, str], str]
    connections: int
    versions: dict[str, int]
    texts: dict[str, list[str]]


def path_of(case: Case, held: str) -> str:
    return f"/{held}/{case.name}"


@pytest.fixture(scope="module")
def seen(
    fresh_home: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("checks")
    with serving() as site, serving() as private:
        settings = Settings(home=fresh_home(), now="2026-02-01", fetch_allow_hosts=site.host)
        with open_assistant(settings) as assistant:
            fetcher = Fetcher([site.host], 200_000, 3.0)
            assistant._parts.__dict__["fetcher"] = fetcher  # the real one, with closer limits
            fill(assistant, site, folder)
            yield happen(assistant, site, private)


def fill(assistant: Assistant, site: PagesServer, folder: Path) -> None:
    site.pages["/"] = html("<p>The front page of the coast office.</p>", "Coast office")
    fetched = []
    for case in CASES:
        for held in HELD:
            path, name = path_of(case, held), f"{case.name}-{held}"
            url = site.url(path)
            site.pages[path] = page(case.name)
            (folder / f"{name}.md").write_text(CHECK.format(case=case.name, url=url))
            text = "\n\n".join(each.format(case=case.name) for each in PARAGRAPHS)
            front = FILE.format(case=case.name, url=url)
            if held == "file":
                (folder / f"source-{name}.md").write_text(front + text)
            elif held == "digest":
                (folder / f"source-{name}.md").write_text(front + DIGEST.format(case=case.name))
            elif held == "fetched":
                fetched.append(url)
    assert not assistant.ingest([str(folder)]).quarantined
    assert not assistant.ingest(fetched, kind="source_document").quarantined


def happen(assistant: Assistant, site: PagesServer, private: PagesServer) -> Seen:
    rules: dict[tuple[str, str], set[str]] = {}
    states: dict[tuple[str, str], str] = {}
    for day in DAYS:
        for case in CASES:
            for held in HELD:
                turn(site, private, case, held, day)
        watch_once(assistant, now=day, everything=True)
        for one in check(assistant, now=day):
            found = {str(reason["rule"]) for reason in one["reasons"]}
            rules[one["document_id"], day] = found & RULES
        for source in source_health(assistant):
            states[source["url"].removeprefix(site.url("")), day] = source["state"]
    documents = assistant._ledger.documents
    listed = {
        document.content.url.removeprefix(site.url("")): documents.versions(document.id)
        for document in documents.active("internal", "source_document")
        if document.content.url
    }
    return Seen(
        rules=rules,
        states=states,
        connections=private.connections,
        versions={path: len(versions) for path, versions in listed.items()},
        texts={path: [each.text for each in versions] for path, versions in listed.items()},
    )


def turn(site: PagesServer, private: PagesServer, case: Case, held: str, day: str) -> None:
    path, name = path_of(case, held), case.name
    away = day == CHANGED if case.late else day in (CHANGED, NEXT_DAY, WEEK_LATER)
    site.pages[path] = case.then(site, private, name) if away else page(name)
    site.pages[f"/elsewhere/{name}"] = page(name)
    site.pages[f"/circle/{name}"] = redirect(f"/circle/{name}")
    site.pages["/account/login?next=1"] = html("<form><input type=password></form>", "Sign in")
    if name == "softsame":  # a server that answers every address in the same way
        from assistant.upkeep.observing import sibling

        beside = sibling(site.url(path)).removeprefix(site.url(""))
        site.pages[beside] = _any_address()


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_right_rule_or_none(seen: Seen, case: Case, held: str) -> None:
    said = {day: seen.rules[f"{case.name}-{held}", day] for day in DAYS}
    expected = dict(zip((CHANGED, NEXT_DAY, WEEK_LATER), case.rules, strict=True))
    wanted = {day: {expected[day]} if expected.get(day) else set() for day in DAYS}
    assert said == wanted


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_how_the_source_stands(seen: Seen, case: Case, held: str) -> None:
    path = path_of(case, held)
    assert seen.states[path, FIRST] == "ok"
    assert seen.states[path, WEEK_LATER] == case.state
    assert seen.states[path, BACK] == "ok"


def test_nobody_connects_to_what_is_refused(seen: Seen) -> None:
    assert seen.connections == 0


@pytest.mark.parametrize("held", ["fetched", "file"])
def test_a_mirror_has_a_version_for_each_change_and_none_else(seen: Seen, held: str) -> None:
    """There and back again makes three; what is missing, refused or cosmetic makes none."""
    changed = {case.name for case in CASES if case.rules == LATELY}
    changed |= {"beside", "mentions", "retracted"}
    for case in CASES:
        versions = seen.versions[path_of(case, held)]
        assert versions == (3 if case.name in changed else 1), case.name
    assert ["1,310" in text for text in seen.texts[f"/{held}/number"]] == [False, True, False]


def test_a_digest_is_never_overwritten(seen: Seen) -> None:
    assert {seen.versions[path_of(case, "digest")] for case in CASES} == {1}
