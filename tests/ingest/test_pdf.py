from __future__ import annotations

import io
import sys
import zlib
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from support.pages import FACT_CHECK, Placed, column, pdf

from assistant.errors import Unreadable
from assistant.ingest import pdf as reader
from assistant.ingest import pdf_worker
from assistant.ingest.reading import read
from assistant.types import Content

HEADER: list[Placed] = [(72, 815, "Helvetica", "Coast Office, report 7", 11)]


def content_of(data: bytes) -> Content:
    (content,) = read(data, "a.pdf")
    return content


def found(content: Content) -> list[tuple[str, tuple[str, ...], str]]:
    return [(s.role, s.heading_path, s.span.of(content.text)) for s in content.sections]


def footer(n: int) -> list[Placed]:
    return [(500, 30, "Helvetica", f"Page {n} of 3", 11)]


def test_paragraphs_pages_and_furniture() -> None:
    first = column(
        [
            "The coast office counts the towers that stand on the island, and it counts them",
            "again in every year. It does so be-",
            "cause the storms of the winter take down towers, now and then, all over the coast.",
            "",
            "A second paragraph begins here, and it goes on so that it fills the line, and it is",
            "not over at the end of the page but runs",
        ],
        top=700,
    )
    second = column(["over to the next page.", "", "- first item of a list", "- second item"])
    title: list[Placed] = [(72, 760, "Helvetica", "Lights of Sund", 20)]
    data = pdf([[*HEADER, *title, *first, *footer(1)], [*HEADER, *footer(2)], [*HEADER, *second]])
    content = content_of(data)
    assert content.title == "Lights of Sund"
    assert content.kind == "source_document"
    assert content.text == (
        "Lights of Sund\n\nThe coast office counts the towers that stand on the island, and it "
        "counts them again in every year. It does so because the storms of the winter take down "
        "towers, now and then, all over the coast.\n\nA second paragraph begins here, and it goes "
        "on so that it fills the line, and it is not over at the end of the page but runs over to "
        "the next page.\n\nfirst item of a list\n\nsecond item"
    )
    assert len(content.pages) == 3
    assert content.pages[0].start == 0
    assert content.pages[2].of(content.text).startswith("over to the next page.")
    assert content.pages[2].end == len(content.text)


def test_headings_are_larger_or_bold() -> None:
    lines: list[Placed] = [
        (72, 760, "Helvetica", "Lights", 22),
        (72, 720, "Helvetica", "Part one", 16),
        (
            72,
            695,
            "Helvetica",
            "Words of the first part, long enough to be a line of the text.",
            11,
        ),
        (72, 665, "Helvetica-Bold", "A detail", 11),
        (72, 650, "Helvetica", "Words about the detail, long enough to be a line of the text.", 11),
        (72, 610, "Helvetica", "Part two", 16),
        (72, 585, "Helvetica", "Words of the second part.", 11),
    ]
    assert [path for _, path, _ in found(content_of(pdf([lines])))] == [
        ("Part one",),
        ("Part one", "A detail"),
        ("Part two",),
    ]


def test_compounds_keep_their_hyphen() -> None:
    lines = column(
        [
            "Words for a title",
            "",
            "The lights were all put out for the well-being of the birds, and their well-",
            "being was counted in 2023-",
            "24 by the Anglo-",
            "Saxon society, which is infor-",
            "mal.",
        ]
    )
    text = content_of(pdf([lines])).text
    assert "their well-being was counted in 2023-24 by the Anglo-Saxon society" in text
    assert "which is informal." in text


def test_a_fact_check_in_a_pdf() -> None:
    title, body = FACT_CHECK.split("\n", 1)
    lines: list[Placed] = [(72, 790, "Helvetica", title, 16)]
    lines += column(body.split("\n"), top=765, size=9)
    content = content_of(pdf([lines]))
    assert content.kind == "fact_check"
    assert str(content.checked_on) == "2025-03-04"
    assert [role for role, _, _ in found(content)] == [
        *("furniture", "summary", "body", "body", "sources", "follow_ups", "furniture"),
    ]
    assert [s.url for s in content.sources][:2] == [
        "https://coast.example/lights",
        "https://coast.example/lamps",
    ]
    assert len(content.follow_ups) == 2


def test_an_address_over_two_lines_is_one() -> None:
    lines = column(
        [
            "Is Sund an island?",
            "",
            "Executive summary",
            "Yes [1].",
            "",
            "Sources",
            "[1] Coast Office. A very long title of a list of lights. May 2024. https://coast.example/",
            "lists/of/lights.html",
            "[2] Coast Office. Another.",
        ]
    )
    first, second = content_of(pdf([lines])).sources
    assert first.url == "https://coast.example/lists/of/lights.html"
    assert second.title == "Another"


def test_when_the_file_was_written_is_no_publication() -> None:
    content = content_of(pdf([column(["A title", "", "Some words here."])]))
    assert content.published_on is None
    assert content.modified_on is not None
    assert content.modified_on.origin == "pdf_metadata"


GOOD = pdf([column(["A title", "", "Some words here."])])


def flate_bomb() -> bytes:
    """A page whose content unfolds to 1.5 GB."""
    press = zlib.compressobj(1)
    squeezed = press.compress(b"BT /F1 12 Tf (hello) Tj ET\n")
    squeezed += b"".join(press.compress(b" " * 10_000_000) for _ in range(150)) + press.flush()
    page = b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<>>>>"
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj" + page + b"endobj\n"
        b"4 0 obj<</Length " + str(len(squeezed)).encode() + b"/Filter/FlateDecode>>stream\n"
        b"" + squeezed + b"\nendstream endobj\n5 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\n"
        b"trailer<</Root 5 0 R>>\nstartxref\n0\n%%EOF"
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (GOOD[: len(GOOD) // 2], "a.pdf is truncated"),
        (pdf([column(["x"])], password="secret"), "a.pdf is encrypted: save it without a password"),
        (b"%PDF-1.7\nnothing of a PDF\n%%EOF", "a.pdf is damaged: export it"),
        (pdf([[]]), "a.pdf holds no text, only images perhaps: run text recognition"),
        (
            b"%PDF-1.4\n1 0 obj\n" + b"[" * 500_000 + b"]" * 500_000 + b"\nendobj\n"
            b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF",
            "a.pdf is damaged",
        ),
        (
            b"%PDF-1.4\n1 0 obj<</Type/Pages/Kids[1 0 R]/Count 9999999>>endobj\n"
            b"2 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 2 0 R>>\n%%EOF",
            "a.pdf (is damaged|has more than)",
        ),
    ],
    ids=["truncated", "encrypted", "garbage", "no text", "deeply nested", "endless pages"],
)
def test_bad_pdfs_are_refused_for_what_they_are(data: bytes, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        content_of(data)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_pdf_that_unfolds_stays_in_its_own_process() -> None:
    import resource

    data = flate_bomb()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Unreadable, match=r"a\.pdf (makes|needs|is|holds)"):
        content_of(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= max(
        pdf_worker.MAX_MEMORY, before * 1024
    )


def test_a_worker_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "TIMEOUT_S", 0.001)
    with pytest.raises(Unreadable, match=r"takes longer than 0\.001 s: split it"):
        content_of(GOOD)


def test_the_limits_of_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    two = pdf([column(["One."]), column(["Two."])])
    monkeypatch.setattr(pdf_worker, "MAX_PAGES", 1)
    assert pdf_worker.extract(two) == {"error": "pages"}
    monkeypatch.setattr(pdf_worker, "MAX_PAGES", 2)
    monkeypatch.setattr(pdf_worker, "MAX_CHARS", 5)
    assert pdf_worker.extract(two) == {"error": "characters"}
    assert pdf_worker.extract(b"no") == {"error": "broken"}


def test_what_the_worker_gives() -> None:
    found = pdf_worker.extract(pdf([[(72, 700, "Helvetica-Bold", "Some words", 11)]]))
    pages: Any = found["pages"]
    (page,) = pages
    ((text, size, bold, left, right, baseline),) = page["lines"]
    assert (text, size, bold, baseline) == ("Some words", 11.0, True, 700.0)
    assert 70 < left < 75 < 120 < right < 140


def test_characters_beyond_the_basic_plane() -> None:
    assert pdf_worker.as_text([0xD83D, 0xDE00, 0, 65]) == "\U0001f600A"


def test_a_pdf_with_an_empty_user_password_is_read() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(GOOD)))
    writer.encrypt(user_password="", owner_password="owner", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    assert content_of(out.getvalue()).text == "A title\n\nSome words here."
