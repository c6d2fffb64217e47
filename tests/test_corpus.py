"""The sample archive and its gold questions hold what they promise, without any reader of ours."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import html
from pypdf import PdfReader

from assistant.types import PartialDate

REPOSITORY = Path(__file__).resolve().parent.parent
CORPUS = REPOSITORY / "corpus"
GOLD = REPOSITORY / "evals" / "gold"

FRONT_MATTER = {
    "title", "kind", "url", "publisher", "checked_on", "published_on", "modified_on",
    "valid_as_of", "valid_until", "audience", "supersedes", "corrects", "rating", "claim",
    "claimant", "cadence", "withdrawn", "sources", "language",
}  # fmt: skip
DATES = ("checked_on", "published_on", "modified_on", "valid_as_of", "valid_until")
SUBJECTS = {
    "missing children": "ncmec-latest-yearly-number",
    "public health": "us-life-expectancy-2024",
    "climate": "warmest-year-2024",
    "elections": "us-presidential-turnout-2024",
    "economics": "us-inflation-december-2025",
}
UNRESOLVED = {
    ("arctic-sea-ice-recovery", 3),
    ("eu-election-turnout-2024", 1),
    ("fec-contribution-limits-2025-2026", 3),
    ("foster-care-reporting-to-ncmec", 3),
    ("imf-world-growth-2025", 2),
    ("kindergarten-vaccination-note", 2),
    ("maternal-mortality-ratio-definition", 4),
    ("misquoted-figures-draft", 3),
    ("misquoted-figures-draft", 5),
    ("mmr-vaccine-autism", 3),
    ("ncmec-latest-yearly-number", 5),
    ("ncmec-missing-child-definition", 6),
    ("noncitizens-federal-elections", 3),
    ("temperature-anomaly-baseline", 3),
    ("us-inflation-december-2024", 2),
    ("us-measles-cases-2025", 3),
    ("us-overdose-deaths-2023", 2),
    ("us-presidential-turnout-2024", 3),
    ("volcanoes-versus-human-co2", 2),
    ("volcanoes-versus-human-co2", 3),
    ("warmest-year-2024", 4),
}
"""Markers whose source is kept out of the archive on purpose, or is named by its id."""
PLANTED = {
    "infant-mortality-draft": 4,
    "measles-americas-draft": 3,
    "misquoted-figures-draft": 7,
}
"""How many markers of these drafts lead to the wrong source, for the audit to find."""
DEAD_MARKERS = {"measles-americas-draft": {4}}

FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?%?")
LISTED_SOURCE = re.compile(r"\[(\d+)\] (.+?)(?: (https?://\S+))?$")


@dataclass(frozen=True, kw_only=True)
class File:
    """One document of the archive as its file gives it, `text` with spaces collapsed."""

    id: str
    path: Path
    meta: dict[str, Any]
    text: str
    sources: dict[int, str | None]


@cache
def documents() -> dict[str, File]:
    files = [
        _read(path)
        for folder in ("fact-checks", "sources")
        for path in sorted((CORPUS / folder).iterdir())
    ]
    return {file.id: file for file in files}


def fact_checks() -> list[File]:
    return [file for file in documents().values() if file.path.parent.name == "fact-checks"]


def digests() -> list[File]:
    return [file for file in documents().values() if file.path.parent.name == "sources"]


def _read(path: Path) -> File:
    meta: dict[str, Any] = {}
    if path.suffix == ".pdf":
        reader = PdfReader(path)
        lines = [_one_line(page.extract_text()) for page in reader.pages]
        meta["url"] = reader.metadata.subject if reader.metadata else None
    elif path.suffix == ".html":
        tree = html.fromstring(path.read_bytes())
        elements = tree.iter("h1", "h2", "p", "li")
        lines = [_one_line("".join(map(str, each.itertext()))) for each in elements]
        json_ld = tree.findtext(".//script[@type='application/ld+json']")
        assert json_ld, path
        meta["json_ld"] = json.loads(json_ld)
        meta["url"] = meta["json_ld"]["url"]
    else:
        raw = path.read_text(encoding="utf-8")
        if path.suffix == ".md":
            _, front, raw = raw.split("---\n", 2)
            meta = yaml.safe_load(front)
        lines = [line.strip() for line in raw.splitlines()]
    return File(
        id=path.stem, path=path, meta=meta, text="\n".join(lines), sources=_sources(meta, lines)
    )


def _sources(meta: dict[str, Any], lines: list[str]) -> dict[int, str | None]:
    if "sources" in meta:
        return {source["n"]: source.get("url") for source in meta["sources"]}
    tail = "\n".join(lines)
    if lines and len(lines) < 4:  # a PDF: one line a page
        tail = re.sub(r"(?=\[\d+\] National)|(?=Want to dive)", "\n", tail)
    found = (LISTED_SOURCE.match(line.strip()) for line in tail.split("\n"))
    return {int(match[1]): match[3] for match in found if match}


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _day(value: object) -> PartialDate:
    return PartialDate(value=str(value), origin="front_matter")


# --- documents ------------------------------------------------------------------------------------


def test_the_archive_is_as_large_as_it_says() -> None:
    assert len(fact_checks()) >= 14
    assert len(digests()) >= 14
    assert set(SUBJECTS.values()) <= set(documents())


def test_a_file_name_is_the_id_of_one_document() -> None:
    stems = Counter(
        path.stem for folder in ("fact-checks", "sources") for path in (CORPUS / folder).iterdir()
    )
    assert [stem for stem, times in stems.items() if times > 1] == []
    assert [stem for stem in stems if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", stem)] == []


@pytest.mark.parametrize("name", sorted(p.name for p in CORPUS.glob("*/*.md")))
def test_front_matter_is_valid(name: str) -> None:
    file = documents()[name.removesuffix(".md")]
    assert set(file.meta) <= FRONT_MATTER
    assert file.meta["title"]
    in_sources = file.path.parent.name == "sources"
    assert file.meta["kind"] == ("source_document" if in_sources else "fact_check")
    assert file.meta.get("audience", "public") in {"public", "internal"}
    for key in DATES:
        if key in file.meta:
            assert isinstance(file.meta[key], (str, int, date))
            assert _day(file.meta[key]).first <= date(2026, 11, 21)
    for source in file.meta.get("sources", []):
        assert {"n", "title", "publisher"} <= set(source)
        assert "date" not in source or _day(source["date"])
    for linked in file.meta.get("supersedes", []) + file.meta.get("corrects", []):
        assert linked in documents()


@pytest.mark.parametrize("file", fact_checks(), ids=lambda file: file.id)
def test_a_fact_check_has_the_layout_and_says_what_it_is(file: File) -> None:
    assert "written for the sample archive of this project" in file.text
    assert "Executive summary" in file.text
    assert re.search(r"^(## )?1\. |\b1\. [A-Z]", file.text, re.M)
    if file.path.suffix == ".md":
        assert file.meta["title"].endswith("?")


@pytest.mark.parametrize("file", digests(), ids=lambda file: file.id)
def test_a_digest_names_its_publisher_and_says_what_it_is(file: File) -> None:
    assert "digest, written for this sample archive" in file.text
    assert str(file.meta["url"]).startswith("http")
    if file.path.suffix == ".md":
        assert file.meta["publisher"]


@pytest.mark.parametrize("file", fact_checks(), ids=lambda file: file.id)
def test_every_marker_has_a_line_in_the_list_of_sources(file: File) -> None:
    markers = {int(n) for n in re.findall(r"\[(\d+)\]", file.text)}
    assert markers
    assert markers - DEAD_MARKERS.get(file.id, set()) == set(file.sources)


def test_every_source_is_in_the_archive_but_those_left_out_on_purpose() -> None:
    urls = {file.meta["url"] for file in digests()}
    missing = {
        (file.id, n) for file in fact_checks() for n, url in file.sources.items() if url not in urls
    }
    assert missing == UNRESOLVED


@pytest.mark.parametrize(
    "file", [f for f in fact_checks() if f.id not in PLANTED], ids=lambda file: file.id
)
def test_a_cited_figure_is_in_a_source_that_its_sentence_cites(file: File) -> None:
    by_url = {digest.meta["url"]: f"{digest.meta} {digest.text}" for digest in digests()}
    for sentence in re.split(r"\n|(?<=[.!?]) (?=[A-Z])", file.text):
        markers = {int(n) for n in re.findall(r"\[(\d+)\]", sentence)}
        urls = {file.sources[n] for n in markers}
        if not urls or not urls <= set(by_url) or LISTED_SOURCE.match(sentence):
            continue
        cited = " ".join(by_url[url] for url in urls)
        figures = re.findall(FIGURE, re.sub(r"\[\d+\]", "", sentence))
        assert [figure for figure in figures if figure not in cited] == [], sentence


# --- the documents with a part to play ------------------------------------------------------------


def test_the_special_documents_exist() -> None:
    checks = {file.id: file for file in fact_checks()}
    suffixes = Counter(file.path.suffix for file in documents().values())
    assert suffixes[".pdf"] >= 2
    assert suffixes[".html"] >= 2
    assert suffixes[".txt"] >= 1
    assert [f.id for f in checks.values() if f.meta.get("audience") == "internal"]
    undated = [f for f in checks.values() if f.path.suffix == ".md" and "checked_on" not in f.meta]
    assert undated
    assert [f.id for f in checks.values() if f.meta.get("supersedes")]
    assert [f.id for f in checks.values() if f.meta.get("corrects")]
    assert [f.id for f in checks.values() if f.meta.get("withdrawn")]
    rated = [f.id for f in checks.values() if f.meta.get("rating") and f.meta.get("claim")]
    assert len(rated) >= 2


def test_drafts_with_planted_markers_say_so_and_are_for_editors_only() -> None:
    for name in PLANTED:
        file = documents()[name]
        assert "lead to the wrong source on purpose" in file.text
        assert file.meta["audience"] == "internal"
        assert f"`{name}`" in (CORPUS / "README.md").read_text(encoding="utf-8")


def test_html_carries_structured_data_and_furniture() -> None:
    check = documents()["mmr-vaccine-autism"]
    assert check.meta["json_ld"]["@type"] == "ClaimReview"
    assert check.meta["json_ld"]["reviewRating"]["alternateName"] == "False"
    markup = check.path.read_text(encoding="utf-8")
    assert all(word in markup for word in ("<nav", "newsletter", "cookie", "may be outdated"))
    assert documents()["who-maternal-deaths-2025"].meta["json_ld"]["@type"] == "NewsArticle"


def test_the_pdf_script_makes_the_pdfs_of_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(REPOSITORY)
    corpus_pdf = importlib.import_module("evals.corpus_pdf")
    for pdf in corpus_pdf.PDFS:
        made = corpus_pdf.write(pdf, tmp_path)
        kept = CORPUS / pdf.path
        assert sha256(made.read_bytes()).digest() == sha256(kept.read_bytes()).digest()
    assert len(PdfReader(CORPUS / corpus_pdf.OVERDOSE_SOURCE.path).pages) >= 2


# --- gold questions -------------------------------------------------------------------------------


def gold() -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(GOLD.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_there_are_enough_questions_of_every_type() -> None:
    types = Counter(row["type"] for row in gold())
    assert len(gold()) >= 200
    assert set(types) == {"answerable", "near_miss", "false_premise", "off_topic", "instruction"}
    assert types["instruction"] >= 3
    assert types["off_topic"] >= 4
    assert types["false_premise"] >= 4
    share = sum(row["answerable"] for row in gold()) / len(gold())
    assert 0.4 <= share <= 0.7


def test_question_ids_are_unique() -> None:
    ids = Counter(row["_id"] for row in gold())
    assert [id_ for id_, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("row", gold(), ids=lambda row: row["_id"])
def test_a_gold_question_is_true_to_the_archive(row: dict[str, Any]) -> None:
    assert row["answerable"] == (row["type"] == "answerable")
    assert datetime.fromisoformat(row["now"])
    assert row["notice"] in {True, False, None}
    assert row["audience"] in {"public", "internal"}
    assert (row["slice"] == "follow_up") == bool(row.get("history"))
    if not row["answerable"]:
        assert (row["documents"], row["quotes"], row["must_contain"]) == ([], [], [])
        return
    assert row["quotes"]
    assert row["must_contain"]
    assert {quote["document_id"] for quote in row["quotes"]} <= set(row["documents"])
    for quote in row["quotes"]:
        file = documents()[quote["document_id"]]
        assert quote["quote"] in file.text
        assert quote["quote"][-1] in '.!?"'
        assert row["audience"] == "internal" or file.meta.get("audience") != "internal"
    words = " ".join(quote["quote"] for quote in row["quotes"])
    assert all(word in words for word in row["must_contain"])
