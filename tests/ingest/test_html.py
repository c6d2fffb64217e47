from __future__ import annotations

import json

import pytest

from assistant.errors import Unreadable
from assistant.ingest import html
from assistant.ingest.reading import read
from assistant.types import Content

REVIEW = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "url": "https://news.example/sund",
    "datePublished": "2025-03-04",
    "claimReviewed": "Sund has 14 lighthouses.",
    "author": {"@type": "Organization", "name": "Sund News"},
    "itemReviewed": {
        "@type": "Claim",
        "author": {"name": "The mayor"},
        "appearance": [{"@type": "CreativeWork", "url": "https://mayor.example/speech"}],
    },
    "reviewRating": {"@type": "Rating", "ratingValue": 4, "alternateName": "Mostly  true"},
}
ARTICLE = {
    "@type": ["NewsArticle"],
    "headline": "Lights of Sund",
    "url": "https://news.example/lights",
    "datePublished": "2024-05-12T08:00:00Z",
    "dateModified": "2024-06",
    "inLanguage": "en",
    "publisher": {"name": "Sund News"},
    "citation": ["https://coast.example/a", {"name": "A book", "author": [{"name": "A. Author"}]}],
    "isBasedOn": {"@type": "Article", "url": "https://coast.example/b", "datePublished": "2023"},
    "supersedes": "https://news.example/old",
    "corrects": {"@id": "https://news.example/wrong"},
}


def page(body: str, *scripts: object, head: str = "") -> Content:
    data = "".join(
        f'<script type="application/ld+json">{s if isinstance(s, str) else json.dumps(s)}</script>'
        for s in scripts
    )
    return raw(f"<!doctype html><html lang=en><head>{head}{data}</head><body>{body}</body></html>")


def raw(text: str | bytes) -> Content:
    (content,) = read(text.encode() if isinstance(text, str) else text, "a.html")
    return content


def found(content: Content) -> list[tuple[str, tuple[str, ...], str]]:
    return [(s.role, s.heading_path, s.span.of(content.text)) for s in content.sections]


def test_a_fact_check_with_its_furniture() -> None:
    content = page(
        "<nav><a href=/>Home</a></nav><main><article><p>Checks</p><h1>How many lights?</h1>"
        "<p>Checked on March 4, 2025</p><p>Disclaimer: We err.</p>"
        "<div class='share-bar'>Share</div><div class=donate><p>Give us money</p></div>"
        "<h2>Executive summary</h2><p>There are <b>14</b> [1].</p>"
        "<h2>1. The count</h2><p>Towers, that is.</p><aside>Newsletter!</aside>"
        "<h2>Sources</h2><ol><li>Coast Office. Lights. <a href='#'>https://coast.example/l</a></ol>"
        "<h2>Want to dive deeper?</h2><ul><li>Who pays?<li>Sign up for more</ul>"
        "</article></main><footer>Imprint</footer>"
    )
    assert content.kind == "fact_check"
    assert found(content) == [
        ("furniture", (), "Checks\n\nChecked on March 4, 2025\n\nDisclaimer: We err."),
        ("summary", ("Executive summary",), "There are 14 [1]."),
        ("body", ("The count",), "Towers, that is."),
        ("sources", ("Sources",), "1. Coast Office. Lights. https://coast.example/l"),
        ("follow_ups", ("Want to dive deeper?",), "Who pays?"),
        ("furniture", ("Want to dive deeper?",), "Sign up for more"),
    ]
    assert content.follow_ups == ("Who pays?",)
    assert [(s.n, s.url) for s in content.sources] == [(1, "https://coast.example/l")]
    assert content.language == "en"


def test_claim_review_gives_the_verdict_word_for_word() -> None:
    content = page("<main><h1>Is it so?</h1><p>Yes [1], no [2].</p></main>", REVIEW)
    (verdict,) = content.verdicts
    assert (verdict.claim, verdict.rating, verdict.claimant) == (
        "Sund has 14 lighthouses.",
        "Mostly true",
        "The mayor",
    )
    assert str(verdict.reviewed_on) == "2025-03-04"
    assert content.kind == "fact_check"
    assert (content.publisher, content.url) == ("Sund News", "https://news.example/sund")
    assert content.checked_on is not None
    assert (content.checked_on.value, content.checked_on.origin) == ("2025-03-04", "json_ld")


def test_where_a_claim_appeared_is_never_what_a_marker_means() -> None:
    content = page("<main><h1>Is it so?</h1><p>Yes [1], no [2].</p></main>", REVIEW)
    assert [(s.n, s.url) for s in content.sources] == [(3, "https://mayor.example/speech")]


def test_the_page_says_when_it_was_checked() -> None:
    body = "<main><h1>Is it so?</h1><p>Checked on May 2025</p><p>Yes.</p></main>"
    assert str(page(body, REVIEW).checked_on) == "2025-05"


def test_a_news_article() -> None:
    content = page(
        "<main><h1>Lights of Sund</h1><p>There are 14.</p></main>", {"@graph": [ARTICLE]}
    )
    assert content.kind == "source_document"
    assert content.verdicts == ()
    assert content.checked_on is None
    assert (str(content.published_on), str(content.modified_on)) == ("2024-05-12", "2024-06")
    assert [(s.n, s.title, s.url, s.publisher) for s in content.sources] == [
        (1, None, "https://coast.example/a", None),
        (2, "A book", None, "A. Author"),
        (3, None, "https://coast.example/b", None),
    ]
    assert content.supersedes == ("https://news.example/old",)
    assert content.corrects == ("https://news.example/wrong",)


def test_the_lists_of_neighbours_are_not_the_page() -> None:
    other = {**ARTICLE, "url": "https://news.example/other", "datePublished": "2001"}
    head = "<link rel=canonical href='https://news.example/lights/'>"
    content = page("<main><h1>L</h1><p>Words.</p></main>", other, ARTICLE, head=head)
    assert str(content.published_on) == "2024-05-12"
    assert content.url == "https://news.example/lights/"


def test_a_review_that_is_part_of_the_page_is_its_own_whatever_its_address() -> None:
    def review(claim: str, **fields: object) -> dict[str, object]:
        rating = {"reviewRating": {"alternateName": "False"}}
        return {"@type": "ClaimReview", "claimReviewed": claim, **rating, **fields}

    here = {"isPartOf": {"@type": "WebPage", "url": "HTTPS://news.example/lights/"}}
    reviews = (
        review("One", url="https://news.example/lights#1"),
        review("Two", url="https://news.example/a-review", **here),
        review("Three", **here),
        review("Four", url="https://news.example/other"),
    )
    head = "<link rel=canonical href='https://news.example/lights/'>"
    content = page("<main><h1>L</h1><p>Words.</p></main>", *reviews, head=head)
    assert [(each.claim, each.url) for each in content.verdicts] == [
        ("One", "https://news.example/lights#1"),
        ("Two", "https://news.example/a-review"),
        ("Three", None),
    ]


def test_a_withdrawn_page_says_so() -> None:
    status = {**ARTICLE, "creativeWorkStatus": "Retracted"}
    assert page("<main><p>Words.</p></main>", status).withdrawn == "Retracted by its publisher."


def test_broken_json_ld_says_nothing() -> None:
    content = page("<main><h1>T</h1><p>Words.</p></main>", "{broken", "[" * 100_000)
    assert (content.title, content.kind) == ("T", "source_document")


def test_dates_and_names_in_meta_elements() -> None:
    head = (
        "<title>Lights</title><meta property='article:published_time' content='2024-05-12'>"
        "<meta name='dcterms.modified' content='2024-06-01'>"
        "<meta property='og:site_name' content='Sund News'>"
        "<meta property='og:url' content='https://news.example/x'>"
    )
    content = page("<main><p>Words of a page.</p></main>", head=head)
    assert content.published_on is not None
    assert (content.published_on.value, content.published_on.origin) == ("2024-05-12", "html_meta")
    assert (str(content.modified_on), content.publisher) == ("2024-06-01", "Sund News")
    assert (content.title, content.url) == ("Lights", "https://news.example/x")


def test_words_of_every_kind() -> None:
    content = page(
        "<article><h1>Title</h1><p>Area is 10<sup>6</sup> m<sup>2</sup>, CO<sub>2</sub> too"
        "<sup><a href='https://n.example/1'>1</a></sup>.<br>Next line<br><br>New paragraph.</p>"
        "<p>Seen<a class=footnote href=#fn2>2</a> and <a href=/y>12</a> times.</p>"
        "<h2>List</h2><ol start=3><li>third<li><p>fourth</p><p>more</p></ol>"
        "<ul><li>bullet</ul><dl><dt>Term<dd>Meaning</dl>"
        "<table><tr><th>Year<th>Lights<tr><td>2024<td>14<br>lit</table>"
        "<pre>one\ntwo</pre><figure><img src=x><figcaption>Photo</figcaption></figure>"
        "<figure><table><tr><td>kept</table></figure><p hidden>gone</p>"
        "<p style='display: none'>gone</p><div role=search>gone</div></article>"
    )
    assert content.text == (
        "Title\n\nArea is 10\u2076 m\u00b2, CO2 too [1].\nNext line\n\nNew paragraph.\n\n"
        "Seen [2] and 12 times.\n\nList\n\n3. third\n4. fourth\n\nmore\n\nbullet\n\nTerm\n"
        "Meaning\n\nYear | Lights\n2024 | 14 lit\n\none\ntwo\n\nkept"
    )
    assert [(s.n, s.url) for s in content.sources] == [(1, "https://n.example/1")]


def test_an_article_named_like_furniture_is_kept() -> None:
    assert page("<main><div class='share-page'><p>All of the words.</p></div></main>").text


LONG = "The harbour of Sund had its {} light in the year of the great storm, say the books."


def test_without_a_marked_article_the_menu_is_left_out() -> None:
    menu = "".join(f"<li><a href=/{n}>Section {n} of the paper</a></li>" for n in range(9))
    content = page(
        f"<div><ul>{menu}</ul></div><div><h1>Lights</h1>"
        + "".join(f"<p>{LONG.format(word)} It was 10<sup>3</sup> steps up.</p>" for word in "abcd")
        + "</div><div><p>Contact us by mail or by telephone or come by at the harbour.</p></div>"
    )
    assert content.title == "Lights"
    assert LONG.format("a") in content.text
    assert "10\u00b3 steps" in content.text
    assert "Section 3" not in content.text


def test_a_page_of_few_words_keeps_them() -> None:
    name = "Ferries of the harbour in figures"
    text = f"<html><title>{name}</title><body><h1>{name}</h1><p>412,600 in 2024.</p></body></html>"
    assert "412,600 in 2024." in raw(text).text


def test_a_fact_check_without_a_marked_article_is_read_whole() -> None:
    content = page("<div><h1>Q</h1><p>Checked on 2024<h2>Executive summary</h2><p>Yes.</div>")
    assert [role for role, _, _ in found(content)] == ["furniture", "summary"]


def test_a_page_too_long_for_extraction_is_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_MAX_FOR_TRAFILATURA", 10)
    assert page("<div><p>Words.</p></div>").text == "Words."
    monkeypatch.setattr(html, "MAX_HTML", 10)
    with pytest.raises(Unreadable, match="longer than 10 characters: split it"):
        page("<p>Words.</p>")


# --- encodings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [
        ("cp1252", "<meta charset=iso-8859-1>"),
        ("iso-8859-2", "<meta http-equiv=content-type content='text/html; charset=ISO-8859-2'>"),
        ("shift_jis", "<meta charset='Shift_JIS'>"),
        ("utf-8", "<meta charset=utf-8>"),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("utf-8", ""),
    ],
)
def test_the_declared_encoding_holds(encoding: str, declaration: str) -> None:
    words = "\u65e5\u672c" if encoding == "shift_jis" else "M\u00fcller"
    text = f"<html><head>{declaration}</head><body><main><p>Said {words}.</p></main></body></html>"
    assert raw(text.encode(encoding)).text == f"Said {words}."


def test_the_encoding_of_an_xml_declaration() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-2"?><html><body><p>\u0141</p></body></html>'
    assert raw(text.encode("iso-8859-2")).text == "\u0141"


@pytest.mark.parametrize("charset", ["klingon", "us-ascii", "utf-16", "iso-8859-1"])
def test_a_server_that_is_wrong_about_a_page_does_not_hide_it(charset: str) -> None:
    page = "<html><meta charset=utf-8><body><p>\u201c412,600 passengers\u201d</p></body></html>"
    (content,) = read(page.encode(), "a.html", media_type=f"text/html; charset={charset}")
    assert "412,600 passengers" in content.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html><body><p>caf\xe9</p>", "not UTF-8"),
        (b"<html><meta charset=utf-8><p>caf\xe9</p>", "not UTF-8"),
        (b"<html><meta charset=shift_jis><p>\x81</p>", "not in the encoding shift_jis that it"),
        (b"<html><meta charset=klingon><p>x</p>", "unknown encoding 'klingon': use UTF-8"),
        (b"\xff\xfe<\x00p\x00>\x00x", "not in the encoding utf-16"),
        (b"<html><meta charset=iso-8859-1>\x00\x00", "is binary, not HTML"),
        (b"<html><body><script>let x = 1</script></body>", "holds no words"),
        (b"<!-- nothing -->", "holds no HTML"),
        (b"<html><body>" + b"<div>" * 3000 + b"deep", "nests its elements too deeply"),
    ],
)
def test_pages_that_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        raw(data)
