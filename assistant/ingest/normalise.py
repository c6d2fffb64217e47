"""One normalisation of text, applied once, when bytes are read.

Nothing after it may change a document's text: every offset in the product points into its result.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assistant.errors import Unreadable

_LINE_BREAKS = "\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f"
_SPACES += "\u205f\u3000"


def _removed() -> list[int]:
    """Code points that carry no words: control, invisible and direction-overriding characters.

    Joiners (U+200C, U+200D) and directional marks (U+200E, U+200F) stay: scripts need them.
    Tag characters go: they can hold an instruction that no reader sees. Lone surrogates can come
    out of a JSON escape, and no store takes them.
    """
    ranges = [(0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x200B, 0x200B), (0x202A, 0x202E)]
    ranges += [(0x2060, 0x2064), (0x2066, 0x206F), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFB)]
    ranges += [(0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFFFE, 0xFFFF), (0xE0000, 0xE007F)]
    keep = {ord("\n")}
    return [code for low, high in ranges for code in range(low, high + 1) if code not in keep]


def _ranges(codes: list[int]) -> Iterator[str]:
    """The codes as ranges of a regular expression, which searches them far faster than a list."""
    low = codes[0]
    for code, following in zip(codes, [*codes[1:], -1], strict=True):
        if following != code + 1:
            yield f"{re.escape(chr(low))}-{re.escape(chr(code))}"
            low = following


_TABLE: dict[int, str | None] = dict.fromkeys(_removed())
_TABLE |= dict.fromkeys(map(ord, _LINE_BREAKS), "\n") | dict.fromkeys(map(ord, _SPACES), " ")
_MAPPED = re.compile("[" + "".join(_ranges(sorted(_TABLE))) + "]")
_RETURN = re.compile(r"\r\n?|\x0b")
_AROUND_LINE_BREAK = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{3,}")
_RUN_OF_SPACES = re.compile(r" {2,}")

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"%PDF-", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\xff\xfe\x00\x00", "UTF-32 text"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0c\x1b")
_MANY_CONTROLS = 0.05


def normalise(text: str) -> str:
    """NFC, "\\n" line ends, plain single spaces, at most one blank line in a row, no controls.

    Idempotent: normalise(normalise(text)) == normalise(text).
    """
    text = _RETURN.sub("\n", text).replace("\x0c", "\n\n")
    if _MAPPED.search(text):
        text = text.translate(_TABLE)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = _RUN_OF_SPACES.sub(" ", text)
    text = _AROUND_LINE_BREAK.sub("\n", text)
    return _BLANK_LINES.sub("\n\n", text).strip(" \n")


def one_line(text: str) -> str:
    """`text` normalised, on a single line: a title, a name, a heading."""
    return " ".join(normalise(text).split())


def what_binary(data: bytes) -> str | None:
    """What `data` looks like when it is no text that we take ("a PNG image"), else None."""
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    if b"\x00" in data:
        return "binary"
    sample = data[:65536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    return "binary" if controls > _MANY_CONTROLS * len(sample) else None


def decode_utf8(data: bytes, name: str) -> str:
    """The text of UTF-8 bytes (a byte order mark is dropped). Raises Unreadable; never guesses."""
    if what := what_binary(data):
        raise Unreadable(f"{name} is {what}, not UTF-8 text: convert it to text, HTML or PDF")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"{name} is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start}): "
            "save it as UTF-8"
        ) from error
