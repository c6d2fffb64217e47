from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import Unreadable
from assistant.ingest.normalise import decode_utf8, normalise, one_line, what_binary


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\r\nb\rc\u2028d\x0be", "a\nb\nc\nd\ne"),
        ("one\x0ctwo", "one\n\ntwo"),
        ("a \u00a0\u202f\t b", "a b"),
        ("a\n\n \n\n\nb", "a\n\nb"),
        ("  a  \n  b  ", "a\nb"),
        ("cafe\u0301", "caf\u00e9"),
        ("pay \u202e123\u202c now\u2066\u2069", "pay 123 now"),
        ("ze\u200bro\ufeff soft\u00adhyphen", "zero softhyphen"),
        ("hidden\U000e0041\U000e0042", "hidden"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("bell\x07 nul\x00", "bell nul"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
    ],
)
def test_normalise(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


@given(st.text())
def test_normalise_is_idempotent_and_clean(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not any(ch < " " and ch != "\n" for ch in once)
    assert "\n\n\n" not in once
    assert "  " not in once
    once.encode("utf-8")


@given(st.text())
def test_one_line_has_one_line(text: str) -> None:
    assert "\n" not in one_line(text)


def test_a_byte_order_mark_is_dropped() -> None:
    assert decode_utf8(b"\xef\xbb\xbfhello", "a.txt") == "hello"


def test_what_is_not_utf8_is_refused_with_its_place() -> None:
    with pytest.raises(Unreadable, match=r"a\.txt is not UTF-8 \(byte 0xe9 at offset 3\): save"):
        decode_utf8(b"caf\xe9", "a.txt")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04rest", "a ZIP archive or an Office file"),
        (b"\x89PNG\r\n", "a PNG image"),
        (b"\xff\xfeh\x00i\x00", "UTF-16 text"),
        (b"text\x00text", "binary"),
        (bytes(range(1, 32)) * 10, "binary"),
        (b"plain\ttext\r\n", None),
        ("naïve".encode(), None),
    ],
)
def test_binary_is_told_from_text(data: bytes, what: str | None) -> None:
    assert what_binary(data) == what
