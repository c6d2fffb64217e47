from __future__ import annotations

import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages import FACT_CHECK

from assistant.errors import Unreadable
from assistant.ingest import reading, rows
from assistant.ingest.reading import is_candidate, read, read_each, read_file, read_path, read_rows
from assistant.types import Content, Section


def one(data: bytes | str, name: str, media_type: str | None = None) -> Content:
    raw = data.encode() if isinstance(data, str) else data
    (content,) = read(raw, name, media_type=media_type)
    return content


def words(content: Content, section: Section) -> str:
    return section.span.of(content.text)


def reason(data: bytes, name: str, media_type: str | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        list(read(data, name, media_type=media_type))
    return str(caught.value)


def check_shape(content: Content) -> None:
    """What every Content promises, whatever it was read from."""
    end = 0
    for section in content.sections:
        assert end <= section.span.start < section.span.end <= len(content.text)
        assert words(content, section) == words(content, section).strip()
        end = section.span.end
    assert content.sections, "a document has something that can be quoted"


# --- the two real fact-checks ---------------------------------------------------------------------


def test_the_first_seed(shared: Path) -> None:
    (row,) = read_path(shared / "seeds" / "000_ceabae6b50229d8c.txt")
    content = row.content
    assert isinstance(content, Content)
    check_shape(content)
    assert content.kind == "fact_check"
    assert content.title.startswith("What are the latest yearly numbers")
    assert str(content.checked_on) == "2025-12-19"
    assert content.checked_on is not None
    assert content.checked_on.origin == "page_text"
    roles = [section.role for section in content.sections]
    assert roles == ["furniture", "summary", *["body"] * 6, "follow_ups"]
    furniture, summary = content.sections[:2]
    assert "may be outdated" in words(content, furniture)
    assert "29,568" in words(content, summary)
    assert summary.heading_path == ("Executive summary",)
    assert content.sections[-2].heading_path == ("Bottom line",)
    assert len(content.follow_ups) == 3
    assert all(question.endswith("?") for question in content.follow_ups)
    assert content.sources == ()


def test_the_second_seed(shared: Path) -> None:
    (row,) = read_path(shared / "seeds" / "004_64cd18765adc023d.txt")
    content = row.content
    assert isinstance(content, Content)
    check_shape(content)
    assert str(content.checked_on) == "2026-01-29"
    assert [s.role for s in content.sections].count("body") == 8
    assert all("Disclaimer" not in words(content, s) for s in content.sections[1:])
    assert len(content.follow_ups) == 3


def test_the_text_of_a_seed_is_the_file_itself(shared: Path) -> None:
    for path in (shared / "seeds").glob("*.txt"):
        (row,) = read_path(path)
        assert isinstance(row.content, Content)
        written = [line.strip() for line in path.read_text("utf-8").split("\n") if line.strip()]
        assert [line for line in row.content.text.split("\n") if line] == written


# --- choosing a reader ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("a.md", True),
        ("deep/er/a.PDF", True),
        ("notes.docx", True),
        ("README.md", False),
        ("readme.md", False),
        ("facts/README.md", True),
        (".hidden.md", False),
        (".git/config", False),
        ("a.md~", False),
        ("Thumbs.db", False),
    ],
)
def test_what_a_mirror_takes(path: str, taken: bool) -> None:
    assert is_candidate(PurePosixPath(path)) is taken


def test_content_goes_before_the_suffix() -> None:
    page = (
        b"<!DOCTYPE html><html><body><main><h1>Tides</h1><p>High at noon.</p></main></body></html>"
    )
    assert one(page, "page.txt").title == "Tides"
    assert "ZIP" in reason(b"PK\x03\x04....", "report.pdf")


def test_a_media_type_stands_in_for_a_suffix() -> None:
    assert (
        one("# Tides\n\nHigh at *noon*.", "tides", "text/markdown").text == "Tides\n\nHigh at noon."
    )
    page = "<p>caf\u00e9 noon</p>".encode("latin-1")
    content = one(page, "x", "text/html; charset=ISO-8859-1")
    assert "caf\u00e9" in content.text


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"", "a.txt", r"a\.txt is empty"),
        (b" \n\t ", "a.md", r"a\.md is empty"),
        (b"", "a.html", r"a\.html is empty"),
        (b"", "a.pdf", r"a\.pdf is empty"),
        (b"\x00\x01\x02", "a.txt", r"a\.txt is binary.*convert"),
        (b"caf\xe9", "a.txt", r"not UTF-8.*save it as UTF-8"),
        (b"\xff\xfeh\x00", "a.md", r"UTF-16 text, not UTF-8"),
        (b"PK\x03\x04", "a.pdf", r"named a PDF but is a ZIP archive.*export it as PDF again"),
        (b"hello", "a.pdf", r"named a PDF but is something else"),
        (b"PK\x03\x04", "a.docx", r"ZIP archive or an Office file, which is not read: convert"),
        (b"hello", "a.rst", r"unknown suffix '\.rst': rename or convert it \(.*\.md"),
        (b"hello", "LICENSE", r"unknown suffix ''"),
        (b"--- ... !!! \n", "a.txt", r"holds no words"),
    ],
)
def test_bad_input_names_the_file_and_what_to_do(data: bytes, name: str, message: str) -> None:
    with pytest.raises(Unreadable, match=message):
        list(read(data, name))


def test_read_each_goes_on_where_read_raises() -> None:
    data = b'{"_id": "a", "text": "One."}\nnot json\n{"_id": "b", "text": "Two."}\n'
    found = list(read_each(data, "x.jsonl"))
    assert [isinstance(row.content, Content) for row in found] == [True, False, True]
    assert "row 2 is not JSON" in reason(data, "x.jsonl")


# --- files ----------------------------------------------------------------------------------------


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    tracemalloc.start()
    (row,) = read_path(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(row.content, Unreadable)
    assert str(row.content).startswith("huge.txt is larger than 64 MB: split it")
    assert peak < 1_000_000


def test_a_file_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x" * 100)
    assert read_file(path) == b"x" * 100
    monkeypatch.setattr(reading, "MAX_BYTES", 50)
    with pytest.raises(Unreadable, match="larger than"):
        read_file(path)
    with pytest.raises(Unreadable, match="larger than"):
        list(read(b"x" * 100, "a.txt"))


def test_a_file_that_is_none_or_gone(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt", tmp_path / "gone.jsonl"):
        (row,) = read_path(path)
        assert isinstance(row.content, Unreadable)
        assert path.name in str(row.content)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(Unreadable, match="permissions"):
        read_file(path)


# --- JSON Lines -----------------------------------------------------------------------------------


def lines(*objects: object) -> io.BytesIO:
    return io.BytesIO(b"\n".join(json.dumps(each).encode() for each in objects))


def test_rows() -> None:
    stream = lines(
        {
            "_id": "a",
            "title": "Tides",
            "text": "High at noon.",
            "date": "2024-05",
            "url": "https://t",
        },
        {"_id": 7, "title": "", "text": "Low at\n\n\nsix.", "date": None, "claim": "unread"},
        {"_id": 1.5, "title": "Only a title"},
        {"text": "No id."},
    )
    found = [row.content for row in read_rows(stream)]
    assert all(isinstance(content, Content) for content in found)
    tides, low, title, no_id = (content for content in found if isinstance(content, Content))
    assert (tides.document_id, tides.kind, tides.url) == ("a", "source_document", "https://t")
    assert tides.text == "Tides\n\nHigh at noon."
    assert [words(tides, s) for s in tides.sections] == ["High at noon."]
    assert tides.published_on is not None
    assert (tides.published_on.value, tides.published_on.origin) == ("2024-05", "row")
    assert (low.document_id, low.title, low.text) == ("7", "Low at", "Low at\n\nsix.")
    assert low.published_on is None
    assert (title.document_id, title.text, len(title.sections)) == ("1.5", "Only a title", 1)
    assert no_id.document_id is None


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{broken", "row 1 is not JSON"),
        (b"[" * 100_000, "row 1 is not JSON"),
        (b'{"_id": ' + b"1" * 5000 + b"}", "row 1 is not JSON"),
        (b'["a"]', "row 1 is not an object"),
        (b'{"_id": "a", "title": "", "text": " "}', "neither title nor text"),
        (b'{"_id": "a", "text": ["x"]}', "a text that is not text"),
        (b'{"_id": true, "text": "x"}', "a _id that is not text"),
        (b'{"_id": "a\\ud800", "text": "x"}', "unprintable"),
        (b'{"_id": "a", "text": "caf\xe9"}', "row 1 is not UTF-8"),
        (b"\x00\x00", "row 1 is binary"),
    ],
)
def test_a_bad_row_is_told_apart(line: bytes, message: str) -> None:
    stream = io.BytesIO(line + b'\n\n{"_id": "good", "text": "Good."}')
    bad, good = read_rows(stream)
    assert isinstance(bad.content, Unreadable)
    assert message in str(bad.content)
    assert isinstance(good.content, Content)
    assert good.number == 3


def test_a_row_too_long_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MAX_ROW_BYTES", 64)
    long = b'{"_id": "a", "text": "' + b"x" * 1000 + b'"}\n'
    found = list(read_rows(io.BytesIO(long + b'{"_id": "b", "text": "y"}\n')))
    assert isinstance(found[0].content, Unreadable)
    assert "longer than" in str(found[0].content)
    assert isinstance(found[1].content, Content)
    assert found[1].number == 2


def test_rows_that_are_fact_checks_have_their_layout() -> None:
    title, text = FACT_CHECK.split("\n", 1)
    (row,) = read_rows(lines({"_id": "sund", "title": title, "text": text}), kind="fact_check")
    assert isinstance(row.content, Content)
    assert str(row.content.checked_on) == "2025-03-04"
    assert [s.role for s in row.content.sections][:2] == ["furniture", "summary"]


class _Endless(io.RawIOBase):
    """A hundred thousand rows that never exist at once."""

    def __init__(self) -> None:
        self._rows: Iterator[bytes] = (
            b'{"_id": "%d", "title": "t", "text": "Words of row %d."}\n' % (n, n)
            for n in range(20_000)
        )

    def readline(self, size: int | None = -1, /) -> bytes:
        return next(self._rows, b"")


def test_memory_does_not_grow_with_the_rows() -> None:
    tracemalloc.start()
    count = sum(isinstance(row.content, Content) for row in read_rows(_Endless()))  # type: ignore[arg-type]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000


# --- properties -----------------------------------------------------------------------------------

LINES = st.sampled_from(
    ["Executive summary", "Sources", "Want to dive deeper?", "1. One", "2. Two", "Checked on 2024"]
    + [
        "[1] A. B. 2020. https://c.example",
        "Donate now",
        "Is it so?",
        "It is so [1].",
        "",
        "- item",
    ]
    + ["# Top", "## Under", "| a | b |", "<b>x", "---", "Disclaimer: none"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES | st.text(max_size=40)), st.sampled_from(["a.txt", "a.md", "a.html"]))
def test_any_text_is_read_the_same_twice_and_its_sections_lie_in_it(
    parts: list[str], name: str
) -> None:
    data = "\n".join(parts).encode("utf-8", "replace")
    first = [row.content for row in read_each(data, name)]
    second = [row.content for row in read_each(data, name)]
    for a, b in zip(first, second, strict=True):
        if isinstance(a, Content):
            assert a == b
            check_shape(a)
        else:
            assert name in str(a)
            assert str(a) == str(b)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES | st.text(max_size=40)))
def test_reading_what_was_read_changes_nothing(parts: list[str]) -> None:
    for row in read_each("\n".join(parts).encode("utf-8", "replace"), "a.txt"):
        if isinstance(row.content, Content):
            (again,) = read(row.content.text.encode(), "a.txt")
            assert again.text == row.content.text
            assert again.sections == row.content.sections


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.html", "a.json", "a.jsonl"]))
def test_any_bytes_are_read_or_refused_by_name(data: bytes, name: str) -> None:
    for row in read_each(data, name):
        if isinstance(row.content, Content):
            check_shape(row.content)
        else:
            assert str(row.content)
