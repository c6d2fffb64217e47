"""Published verdicts as ClaimReview: our own reader takes back exactly what was given."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from support.archive import Archive
from support.naughty import FAMILIES, STRINGS
from support.paths import REPOSITORY

from assistant.channels.api import create_app
from assistant.channels.claimreview import data_feed, embedded, in_context, reviews
from assistant.channels.web import document_page
from assistant.ingest.normalise import one_line
from assistant.ingest.reading import read_each
from assistant.settings import Settings
from assistant.types import Audience, Content, Document, Freshness, PartialDate, Verdict
from assistant.upkeep.standing import DocumentStanding, Replacement
from assistant.wiring import open_assistant
from channels.desk.newsroom import NOW, Newsroom, open_newsroom
from channels.fake_assistant import ARCHIVE, STALE, WELLS, FakeAssistant, document

HOST = "http://127.0.0.1:8000"
LD = {"Accept": "application/ld+json"}
WIDGET = REPOSITORY / "assistant/channels/widget"
TYPES = WIDGET / "node_modules/schema-dts"

Read = tuple[str, str, str | None, str | None, str | None]


def essence(verdicts: Iterable[Verdict]) -> list[Read]:
    """All that a verdict says; not: in which format its date was read."""
    return [
        (
            each.claim,
            each.rating,
            each.claimant,
            str(each.reviewed_on) if each.reviewed_on else None,
            each.url,
        )
        for each in dict.fromkeys(verdicts)
    ]


def standing_of(found: Document, **fields: Any) -> DocumentStanding:
    return DocumentStanding(today=NOW.date(), document=found, newest=found.version, **fields)


def page_of(standing: DocumentStanding) -> str:
    given = reviews(standing, HOST)
    return document_page(standing, reviews=embedded(in_context(given)) if given else None)


def read(data: bytes, name: str) -> Content:
    (row,) = read_each(data, name)
    assert isinstance(row.content, Content)
    return row.content


def read_page(page: str) -> list[Read]:
    return essence(read(page.encode(), "page.html").verdicts)


def read_feed(feed: object) -> list[Read]:
    contents = [row.content for row in read_each(json.dumps(feed).encode(), "feed.json")]
    return essence(v for each in contents if isinstance(each, Content) for v in each.verdicts)


def mismatches(documents: Sequence[Document]) -> list[tuple[str, object, object]]:
    """(document, what it says, what was read back) wherever the two differ, by every way out."""
    wrong: list[tuple[str, object, object]] = []
    for each in documents:
        said = essence(each.content.verdicts)
        standing = standing_of(each)
        alone = in_context(reviews(standing, HOST))
        feed = data_feed([each], HOST, f"{HOST}/feeds/claimreview.json")
        for back in (read_page(page_of(standing)), read_feed(feed), read_feed(alone)):
            wrong += [(each.id, said, back)] if back != said else []
    return wrong


# --- there and back -------------------------------------------------------------------------------

words = (
    st.one_of(
        st.text(min_size=1, max_size=60), st.sampled_from([s for s in STRINGS if len(s) < 500])
    )
    .map(one_line)
    .filter(bool)
)
addresses = st.one_of(
    st.sampled_from(
        [
            "https://news.example/1",
            "https://news.example/1#second",
            "HTTPS://News.example/Shouted",
            "http://news.example/a b?q=<script>&x='\"",
            "https://elsewhere.example/2",
        ]
    ),
    words.map(lambda tail: one_line(f"https://news.example/{tail}")),
)
days = st.builds(
    PartialDate,
    value=st.one_of(
        st.dates().map(lambda day: day.isoformat()),
        st.dates().map(lambda day: day.isoformat()[:7]),
        st.dates().map(lambda day: day.isoformat()[:4]),
    ),
    origin=st.just("front_matter"),
)
verdicts = st.builds(
    Verdict,
    claim=words,
    rating=words,
    claimant=st.none() | words,
    reviewed_on=st.none() | days,
    url=st.none() | addresses,
)


@given(st.lists(verdicts, min_size=1, max_size=4), st.none() | addresses, st.none() | words)
def test_every_verdict_comes_back_as_it_went(
    given_: list[Verdict], url: str | None, publisher: str | None
) -> None:
    found = document(
        "wells", "It rained.", title="Rain", url=url, publisher=publisher, verdicts=tuple(given_)
    )
    assert mismatches([found]) == []


def test_the_sample_archive_comes_back_as_it_went(repository_home: Path) -> None:
    settings = Settings(home=repository_home, now="2026-11-21")
    with open_assistant(settings, wait_s=60) as assistant:
        checks = [document for document, _, _ in assistant.check()]
        rated, more = assistant.published()
        client = TestClient(create_app(assistant, settings), base_url=HOST)
        served = {each.id: read_page(client.get(f"/d/{each.id}").text) for each in checks}
        feed = client.get("/feeds/claimreview.json").json()
    assert [each.id for each in rated] == sorted(d.id for d in checks if d.content.verdicts)
    assert "mmr-vaccine-autism" in {each.id for each in rated}
    assert not more
    assert len(checks) > 5
    assert mismatches([each for each in checks if each.content.verdicts]) == []
    for each in checks:
        assert served[each.id] == essence(each.content.verdicts)
    assert read_feed(feed) == essence(v for each in rated for v in each.content.verdicts)
    autism = "The measles, mumps and rubella (MMR) vaccine causes autism in children."
    assert (autism, "False") in {row[:2] for row in read_feed(feed)}


def test_the_seeds_come_back_as_they_went(shared: Path) -> None:
    """They hold no rating; with one, as an editor would give it, they come back too."""
    for path in sorted((shared / "seeds").glob("*.txt")):
        content = read(path.read_bytes(), path.name)
        plain = Document(
            id=path.stem, version=1, audience="public", content=content, retrieved_on=NOW
        )
        assert read_page(page_of(standing_of(plain))) == essence(content.verdicts)
        rated = "---\nclaim: It is so\nrating: Half true\nclaimant: A poster\n---\n"
        content = read(f"{rated}{content.text}".encode(), f"{path.stem}.md")
        found = Document(
            id=path.stem, version=1, audience="public", content=content, retrieved_on=NOW
        )
        assert content.verdicts
        assert mismatches([found]) == []


FRONT = """---
title: How many wells?
kind: fact_check
publisher: The Desk
url: https://desk.example/wells
checked_on: 2025-06
claim: There are no wells
claimant: Bo, Jo
rating: Pants on Fire!
---
It had 4,120 wells.
"""


def test_what_was_read_from_a_file_goes_through_the_ledger_and_back(tmp_path: Path) -> None:
    folder = tmp_path / "checks"
    folder.mkdir()
    (folder / "wells.md").write_text(FRONT)
    shutil.copy(REPOSITORY / "corpus/fact-checks/mmr-vaccine-autism.html", folder)
    review = {
        "@type": "ClaimReview",
        "url": "https://news.example/1",
        "datePublished": "2025-03-04T10:00:00+02:00",
        "claimReviewed": "Cats can\u2028fly.",
        "author": {"name": "Sund News"},
        "itemReviewed": {"@type": "Claim", "author": [{"name": "Bo"}, {"name": "Jo"}]},
        "reviewRating": {"ratingValue": 1, "bestRating": 5},
    }
    (folder / "feed.json").write_text(json.dumps([review]))
    with closing(Archive(tmp_path / "home")) as archive:
        assert archive.ingest(folder).quarantined == ()
        found = archive.ledger.documents.rated(10)
    assert len(found) == 3
    assert mismatches(found) == []
    read_back = {row for each in found for row in read_page(page_of(standing_of(each)))}
    bo = ("There are no wells", "Pants on Fire!", "Bo, Jo", "2025-06", "https://desk.example/wells")
    assert bo in read_back
    assert (
        "Cats can fly.",
        "1 of 5",
        "Bo, Jo",
        "2025-03-04",
        "https://news.example/1",
    ) in read_back


# --- what is said and what is not -----------------------------------------------------------------


def test_a_verdict_in_the_words_of_schema_org() -> None:
    verdict = Verdict(
        claim="There are no wells",
        rating="False",
        claimant="A poster",
        reviewed_on=PartialDate(value="2024-06", origin="front_matter"),
        url="https://desk.example/wells#1",
    )
    found = document(
        "wells/1",
        "It rained.",
        url="https://desk.example/wells",
        publisher="The Desk",
        verdicts=(verdict,),
    )
    assert in_context(reviews(standing_of(found), HOST)) == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "@id": f"{HOST}/d/wells/1#verdict-1",
        "url": "https://desk.example/wells#1",
        "claimReviewed": "There are no wells",
        "reviewRating": {"@type": "Rating", "alternateName": "False"},
        "itemReviewed": {"@type": "Claim", "author": {"@type": "Person", "name": "A poster"}},
        "author": {"@type": "Organization", "name": "The Desk"},
        "publisher": {"@type": "Organization", "name": "The Desk"},
        "datePublished": "2024-06",
        "isPartOf": {"@type": "WebPage", "url": "https://desk.example/wells"},
    }


def test_what_is_not_known_is_left_out() -> None:
    bare = document("wells", "It rained.", verdicts=(Verdict(claim="Rain", rating="True"),))
    (review,) = reviews(standing_of(bare), HOST)
    assert set(review) == {"@type", "@id", "claimReviewed", "reviewRating"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "news.example/1"])
def test_only_a_web_address_is_published(url: str) -> None:
    verdict = Verdict(claim="Rain", rating="True", url=url)
    (review,) = reviews(standing_of(document("a", "It.", url=url, verdicts=(verdict,))), HOST)
    assert url not in json.dumps(review)


def test_only_the_newest_version_of_a_fact_check_is_exported() -> None:
    older = DocumentStanding(today=NOW.date(), document=WELLS, newest=2)
    assert reviews(older, HOST) == []
    source = document("s", "It.", kind="source_document", verdicts=WELLS.content.verdicts)
    assert reviews(standing_of(source), HOST) == []


def test_a_corrected_verdict_says_so() -> None:
    newer = document("wells again", "It had 4,118.")
    replaced = (Replacement(relation="corrects", older=WELLS, newer=newer),)
    (named,) = reviews(standing_of(WELLS, replaced=replaced), HOST)
    assert named["creativeWorkStatus"] == "Corrected"
    assert named["correction"] == f"{HOST}/d/wells%20again"
    notice = "This fact-check was corrected or withdrawn."
    hidden = Freshness(state="retracted", score=1.0, notice=notice)
    (unnamed,) = reviews(standing_of(WELLS, freshness=hidden), HOST)
    assert unnamed["correction"] == notice
    superseded = (Replacement(relation="supersedes", older=WELLS, newer=newer),)
    (stands,) = reviews(standing_of(WELLS, replaced=superseded, freshness=STALE), HOST)
    assert "correction" not in stands
    assert read_page(page_of(standing_of(WELLS, replaced=replaced))) == essence(
        WELLS.content.verdicts
    )


# --- pages and the feed ---------------------------------------------------------------------------


def scripts(page: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)


def test_a_page_holds_what_it_gives_to_programs(client: TestClient) -> None:
    page = client.get("/d/wells")
    (script,) = scripts(page.text)
    asked = client.get("/d/wells", headers=LD)
    assert asked.headers["content-type"] == "application/ld+json"
    assert json.loads(script) == asked.json()
    assert asked.json()["@id"] == f"{HOST}/d/wells#verdict-1"
    assert {page.headers["vary"], asked.headers["vary"]} == {"Accept"}
    assert scripts(client.get("/d/register").text) == []
    assert client.get("/d/register", headers=LD).json()["@graph"] == []


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("*/*", True),
        ("", True),
        ("application/ld+json;q=0.5, text/html", True),
        ("application/ld+json, text/html;q=0.9", False),
    ],
)
def test_who_prefers_what(client: TestClient, accept: str, is_page: bool) -> None:
    response = client.get("/d/wells", headers={"Accept": accept})
    assert response.headers["content-type"].startswith("text/html") == is_page


def test_what_is_gone_or_hidden_stays_so(fake: FakeAssistant, client: TestClient) -> None:
    fake.withdraw("wells", "Wrong.")
    for path, status in (("/d/wells", 410), ("/d/memo", 404), ("/d/none", 404)):
        response = client.get(path, headers=LD)
        assert response.status_code == status
        assert "ClaimReview" not in response.text
    assert client.get("/feeds/claimreview.json").json()["dataFeedElement"] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_no_string_leaves_its_script(family: str) -> None:
    for string in FAMILIES[family]:
        rated = tuple(Verdict(claim=string, rating=each) for each in (string, "</script><!--"))
        found = document("wells", "It rained.", verdicts=rated)
        standing = standing_of(found)
        (script,) = scripts(page_of(standing))
        assert not set("<>&") & set(script)
        assert script.isascii()
        assert json.loads(script)["@graph"] == reviews(standing, HOST)


def test_the_feed_of_verdicts_comes_in_pages(fake: FakeAssistant, client: TestClient) -> None:
    for n in range(120):
        fake.documents[f"check-{n:03}"] = document(
            f"check-{n:03}", "It.", verdicts=(Verdict(claim=f"Claim {n}", rating="False"),)
        )
    address, claims = f"{HOST}/feeds/claimreview.json", []
    while address:
        response = client.get(address)
        assert response.headers["content-type"] == "application/ld+json"
        assert response.json()["@type"] == "DataFeed"
        claims += [row[0] for row in read_feed(response.json())]
        link = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("link", ""))
        address = link[1] if link else ""
    assert claims == [*(f"Claim {n}" for n in range(120)), "There are no wells"]


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    newsroom = open_newsroom(tmp_path / "home")
    yield newsroom
    newsroom.assistant.close()


def test_the_feed_holds_what_stands_and_is_public(newsroom: Newsroom) -> None:
    rated: dict[str, Any] = {"verdicts": (Verdict(claim="Rain", rating="False"),)}
    newsroom.fact_check("stands", **rated)
    newsroom.fact_check("unrated")
    newsroom.fact_check("memo", audience="internal", **rated)
    newsroom.fact_check("tomorrow", **{**rated, "checked_on": "2026-11-22"})
    newsroom.document("source", kind="source_document", **rated)
    newsroom.fact_check("gone", **rated)
    newsroom.assistant.withdraw("gone", "Wrong.")
    audiences: tuple[Audience, ...] = ("public", "internal")
    for audience in audiences:
        newsroom.fact_check(f"corrected-{audience}", **rated)
        newsroom.fact_check(
            f"correction-{audience}",
            audience=audience,
            corrects=(f"corrected-{audience}",),
        )
    found, more = newsroom.assistant.published()
    assert [each.id for each in found] == ["stands"]
    assert not more
    assert newsroom.assistant.published(1, 0)[1]
    client = TestClient(newsroom.app(), base_url=HOST)
    feed = client.get("/feeds/claimreview.json").text
    assert "corrected" not in feed
    page = client.get("/d/corrected-public", headers=LD).json()
    assert page["correction"] == f"{HOST}/d/correction-public"
    hidden = client.get("/d/corrected-internal", headers=LD).json()
    assert hidden["correction"] == "This fact-check was corrected or withdrawn."
    assert "correction-internal" not in json.dumps(hidden)


# --- schema.org's own types -----------------------------------------------------------------------


@pytest.mark.skipif(
    not TYPES.is_dir(), reason="needs schema-dts: run `make widget-check`, which installs it"
)
def test_schema_orgs_types_hold(tmp_path: Path) -> None:
    newer = document("again", "It had 4,118.")
    corrected = standing_of(
        WELLS, replaced=(Replacement(relation="corrects", older=WELLS, newer=newer),)
    )
    full = document(
        "full",
        "It.",
        url="https://desk.example/1",
        publisher="The Desk",
        verdicts=(
            Verdict(
                claim='It\'s "so"',
                rating="</script>",
                claimant="Bo",
                reviewed_on=PartialDate(value="2024", origin="row"),
                url="https://desk.example/1",
            ),
        ),
    )
    samples: list[tuple[str, object]] = [
        ("ClaimReview", in_context(reviews(standing_of(each), HOST)))
        for each in (*(d for d in ARCHIVE if d.content.verdicts), full)
    ]
    samples += [("ClaimReview", in_context(reviews(corrected, HOST)))]
    samples += [("DataFeed", data_feed([WELLS, full], HOST, f"{HOST}/feeds/claimreview.json"))]
    assert typed(tmp_path, samples) == ""
    wrong = {**cast("dict[str, Any]", samples[0][1]), "claimReview": "Rain"}
    assert "claimReview" in typed(tmp_path, [("ClaimReview", wrong)])


def typed(folder: Path, samples: Sequence[tuple[str, object]]) -> str:
    """What TypeScript says against samples of schema.org's types."""
    names = ", ".join(sorted({f"type {name}" for name, _ in samples} | {"type WithContext"}))
    lines = [f'import {{ {names} }} from "schema-dts";']
    lines += [
        f"export const x{n}: WithContext<{name}> = {json.dumps(sample)};"
        for n, (name, sample) in enumerate(samples)
    ]
    (folder / "samples.ts").write_text("\n".join(lines))
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(WIDGET / "node_modules")
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext"]
    options += ["--moduleResolution", "bundler", "--target", "es2022", "--types", ""]
    node = REPOSITORY / ".venv/bin/node"
    done = subprocess.run(
        [
            str(node) if node.is_file() else "node",
            str(WIDGET / "node_modules/typescript/bin/tsc"),
            *options,
            "samples.ts",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.stdout + done.stderr
