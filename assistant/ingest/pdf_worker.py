"""Reads a PDF from standard input and writes its lines as JSON: a process of its own.

A hostile PDF can crash a parser, or keep it busy for hours, or unfold to gigabytes. Here it takes
only this process with it. Run by file name: it imports nothing of the assistant.

Output: {"pages": [{"height": points, "lines": [[text, font size, bold, left, right, baseline],
...]}],
"info": {...}} or {"error": word}. Coordinates are points from the lower left corner.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

MAX_PAGES = 2000
MAX_CHARS = 5_000_000
MAX_MEMORY = 1024**3
MAX_CPU_SECONDS = 60

HYPHEN = 2

Line = tuple[str, float, bool, float, float, float]


def limit_resources() -> None:
    """Where the system can (not on Windows): memory and processor time are capped."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def extract(data: bytes) -> dict[str, object]:
    """The pages of a PDF as lines, or what keeps it from being read."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        return {"error": "encrypted" if locked else "broken"}
    if len(document) > MAX_PAGES:
        return {"error": "pages"}
    pages: list[object] = []
    count = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            return {"error": "broken"}
        count += text.count_chars()
        if count > MAX_CHARS:
            return {"error": "characters"}
        pages.append({"height": page.get_height(), "lines": lines_of(text)})
        text.close()
        page.close()
    return {"pages": pages, "info": document.get_metadata_dict(skip_empty=True)}


def lines_of(page: Any) -> list[Line]:
    """The lines of a page in reading order, each with the place of its first and last character.

    PDFium puts HYPHEN for a hyphen at a line's end and goes on without a break: it ends a line
    here, so that every line has its own place.
    """
    import pypdfium2.raw as raw

    handle, total = page.raw, page.count_chars()
    lines, codes, start = list[Line](), list[int](), 0
    for i in range(total + 1):
        code = raw.FPDFText_GetUnicode(handle, i) if i < total else ord("\n")
        if code not in (10, 13):
            codes.append(HYPHEN if code == 0xFFFE else code)
        if code in (10, 13, HYPHEN, 0xFFFE):
            if as_text(codes).strip(" \x02"):
                lines.append(placed(raw, handle, start, codes))
            start, codes = i + 1, []
    return lines


def placed(raw: Any, handle: Any, start: int, codes: list[int]) -> Line:
    visible = [start + i for i, code in enumerate(codes) if code not in (32, 160, HYPHEN)]
    first, last = visible[0], visible[-1]
    x, y, left, right, bottom, top = (ctypes.c_double() for _ in range(6))
    raw.FPDFText_GetCharOrigin(handle, first, ctypes.byref(x), ctypes.byref(y))
    raw.FPDFText_GetCharBox(handle, last, *map(ctypes.byref, (left, right, bottom, top)))
    size = float(raw.FPDFText_GetFontSize(handle, first))
    bold = is_bold(raw, handle, first) and is_bold(raw, handle, last)
    return as_text(codes), size, bold, x.value, right.value, y.value


def is_bold(raw: Any, handle: Any, index: int) -> bool:
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(handle, index, name, 128, ctypes.byref(ctypes.c_int()))
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))


def as_text(codes: list[int]) -> str:
    """Characters beyond the basic plane come as two surrogates."""
    units = "".join(chr(code) for code in codes if 0 < code < 0x110000)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def main() -> None:
    limit_resources()
    try:
        found = extract(sys.stdin.buffer.read())
    except MemoryError:
        found = {"error": "memory"}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
