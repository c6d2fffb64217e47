"""PDF: text with its pages, read in a process of its own under limits of time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import Unreadable
from assistant.ingest import dates
from assistant.ingest.build import Metadata, build
from assistant.ingest.normalise import one_line
from assistant.ingest.paragraphs import Line, Page, page_blocks
from assistant.ingest.pdf_worker import MAX_CHARS, MAX_PAGES
from assistant.types import Content, Kind

TIMEOUT_S = 90.0
_END_MARK = b"%%EOF"
_END = 2048
"""Bytes at the end in which the end mark is looked for: some programs write a little behind it."""

_WORKER = Path(__file__).with_name("pdf_worker.py")
_PROBLEMS = {
    "encrypted": "is encrypted: save it without a password",
    "broken": "is damaged: export it as PDF again",
    "pages": f"has more than {MAX_PAGES} pages: split it",
    "characters": f"has more than {MAX_CHARS} characters: split it",
    "memory": "needs too much memory: export it as PDF again, or as text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extract:
    pages: tuple[Page, ...]
    info: dict[str, str]


def read_pdf(data: bytes, name: str, kind: Kind | None = None) -> Content:
    """The one document in a PDF. Raises Unreadable."""
    if _END_MARK not in data[-_END:]:
        raise Unreadable(f"{name} is truncated (its end is missing): get the whole PDF again")
    found = _extract(data, name)
    title, blocks = page_blocks(found.pages)
    if not blocks and not title:
        raise Unreadable(f"{name} holds no text, only images perhaps: run text recognition on it")
    content = build(
        name=name,
        title=title,
        blocks=blocks,
        title_page=next((n for n, page in enumerate(found.pages, start=1) if page.lines), None),
        kind=kind,
        infer_headings=not any(block.level for block in blocks),
        metadata=_metadata(found.info),
    )
    return replace(content, url=content.url or _url(found.info))


def _metadata(info: dict[str, str]) -> Metadata:
    """When the file was written, which is no date of publication: it may be a late export."""
    stamp = info.get("ModDate") or info.get("CreationDate") or ""
    return Metadata(modified_on=dates.parse(stamp.removeprefix("D:")[:8], "pdf_metadata"))


def _url(info: dict[str, str]) -> str | None:
    subject = one_line(info.get("Subject", ""))
    return subject if subject.startswith(("http://", "https://")) and " " not in subject else None


def _extract(data: bytes, name: str) -> _Extract:
    # -P: this folder's modules (html, dates, ...) must not stand in for the standard library's.
    command = [sys.executable, "-P", str(_WORKER)]
    try:
        run = subprocess.run(command, input=data, capture_output=True, timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(f"{name} takes longer than {TIMEOUT_S:g} s: split it") from error
    if run.returncode:
        raise Unreadable(f"{name} makes the PDF reader fail: export it as PDF again, or as text")
    found = json.loads(run.stdout)
    if problem := found.get("error"):
        raise Unreadable(f"{name} {_PROBLEMS[problem]}")
    pages = tuple(
        Page(
            height=page["height"],
            lines=tuple(
                Line(text=text, size=size, bold=bold, left=left, right=right, baseline=baseline)
                for text, size, bold, left, right, baseline in page["lines"]
            ),
        )
        for page in found["pages"]
    )
    return _Extract(pages=pages, info=found["info"])
