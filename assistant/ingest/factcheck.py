"""The layout of a published fact-check, whatever format it comes in.

A question as title, "Checked on ...", disclaimers and banners, an executive summary, numbered
sections whose sentences carry [n] markers, perhaps "Sources" with `[n] Publisher. Title. Date.
URL`, perhaps "Want to dive deeper?" with questions. Text, HTML, Markdown and PDF all come here as
Blocks; where a format does not mark its headings (text), they are found by their wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.ingest import dates
from assistant.ingest.blocks import Block
from assistant.ingest.sourcelist import parse_sources
from assistant.types import PartialDate, SectionRole, Source

_SPECIAL: dict[str, SectionRole] = {
    "executive summary": "summary",
    "summary": "summary",
    "sources": "sources",
    "references": "sources",
    "sources and references": "sources",
    "want to dive deeper": "follow_ups",
}
_INFERRED_LEVEL = 2
_MAX_HEADING = 250
_NUMBERED = re.compile(r"(\d{1,2})[.)]\s+\S")
_QUESTION_LIST = re.compile(r"^(?:[-*\u2022]|\d{1,2}[.)])\s+")

_DATE_LINE = re.compile(
    r"(?:(?P<checked>(?:fact[- ])?checked|last checked|reviewed)"
    r"|(?P<published>(?:first |originally )?published|posted|publication date|date)"
    r"|(?P<modified>(?:last )?updated|(?:last )?modified))"
    r"(?:\s+on)?\s*:?\s+(?P<date>.{4,48}?)(?:\s+(?:by|\||\u2013|-)\s.{1,60})?",
    re.IGNORECASE,
)
_URL_LINE = re.compile(r"(?:url|link|original):\s+(https?://\S+)", re.IGNORECASE)
_PUBLISHER_LINE = re.compile(r"publisher:\s+(\S.{1,120})", re.IGNORECASE)
_NOTICE = re.compile(
    r"(?:disclaimer\b|this (?:fact[- ]check|article|page) (?:may|might) be (?:outdated|out of date)"
    r"|advertisement$|\w+ can make mistakes\. )",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"(?:please )?(?:donate|subscribe|sign up|chip in|become a (?:\w+ )?(?:member|supporter|donor)"
    r"|make a (?:\S+ )?(?:donation|gift|contribution)|support (?:us|our|the work of)\b"
    r"|your (?:donation|gift|support|contribution)|help (?:us|keep)\b|we (?:rely|depend) on "
    r"(?:readers|donations|your)|follow us|share this|read more:|related:|learn more\.?$)",
    re.IGNORECASE,
)
_APPEAL = re.compile(
    r"\b(?:donate (?:now|today|here)|make a (?:\S+ )?donation|your (?:donation|contribution|gift)"
    r"|support (?:us|our (?:work|journalism|newsroom|mission))|rely on (?:readers|donations)"
    r"|reader[- ](?:funded|supported)|was this (?:fact[- ]check|article|page) helpful)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"by (?:[A-Z][\w.'\u2019-]*(?: and |, | )?){1,8}$")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_MAX_BANNER = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Blocks with their roles, and what the page itself says about its dates and sources."""

    blocks: tuple[Block, ...]
    is_fact_check: bool
    checked_on: PartialDate | None = None
    published_on: PartialDate | None = None
    modified_on: PartialDate | None = None
    url: str | None = None
    publisher: str | None = None
    sources: tuple[Source, ...] = ()
    follow_ups: tuple[str, ...] = ()


def structure(title: str, blocks: Sequence[Block], *, infer_headings: bool) -> Structure:
    """Give every block its role; read dates, sources and follow-up questions."""
    blocks = [_as_special(block) for block in blocks]
    dated = _date_lines(blocks)
    fact_check = _is_fact_check(title, blocks, dated)
    if infer_headings and fact_check:
        blocks = _number_headings(blocks)
    blocks = list(_with_roles(blocks) if fact_check else map(_furnish, blocks))
    follow_ups = tuple(
        _QUESTION_LIST.sub("", b.text) for b in blocks if b.role == "follow_ups" and not b.level
    )
    return Structure(
        blocks=tuple(blocks),
        is_fact_check=fact_check,
        checked_on=dated.get("checked"),
        published_on=dated.get("published"),
        modified_on=dated.get("modified"),
        url=_labelled(_URL_LINE, blocks),
        publisher=_labelled(_PUBLISHER_LINE, blocks),
        sources=parse_sources([b for b in blocks if b.role == "sources" and not b.level]),
        follow_ups=follow_ups,
    )


def markers(text: str) -> list[int]:
    """The numbers of all [n] markers in a text, in order."""
    return [int(number) for number in _MARKER.findall(text)]


def _special(block: Block) -> SectionRole | None:
    return _SPECIAL.get(_NUMBERED_PREFIX.sub("", block.text).lower().rstrip(" ?:."))


_NUMBERED_PREFIX = re.compile(r"^\d{1,2}[.)]\s+")


def _as_special(block: Block) -> Block:
    if block.level or len(block.text) > 40 or not _special(block):
        return block
    return replace(block, level=_INFERRED_LEVEL)


def _is_fact_check(title: str, blocks: Sequence[Block], dated: dict[str, PartialDate]) -> bool:
    """A summary alone is no proof: reports of public agencies open with one too."""
    roles = {_special(block) for block in blocks if block.level}
    if "checked" in dated or "follow_ups" in roles:
        return True
    return "summary" in roles and title.endswith("?")


def _date_lines(blocks: Sequence[Block]) -> dict[str, PartialDate]:
    dated: dict[str, PartialDate] = {}
    for block in blocks:
        match = None if len(block.text) > 120 else _DATE_LINE.fullmatch(block.text)
        if match and (day := dates.parse(match["date"], "page_text")):
            which = next(name for name in ("checked", "published", "modified") if match[name])
            dated.setdefault(which, day)
    return dated


def _labelled(pattern: re.Pattern[str], blocks: Sequence[Block]) -> str | None:
    """What a line of its own above the first heading says after its label."""
    for block in blocks:
        if block.level:
            return None
        if match := pattern.fullmatch(block.text):
            return match[1]
    return None


def is_own_line(text: str) -> bool:
    """Is this a line that the layout gives a meaning, and that is no part of a paragraph?"""
    return len(text) <= 160 and bool(
        _special(Block(text=text))
        or _DATE_LINE.fullmatch(text)
        or _URL_LINE.fullmatch(text)
        or _PUBLISHER_LINE.fullmatch(text)
    )


def role_of_heading(text: str) -> SectionRole | None:
    """The role of the section under a heading of the layout ("Sources"), None for any other."""
    return _special(Block(text=text))


def _number_headings(blocks: Sequence[Block]) -> list[Block]:
    """Lines "1. ...", "2. ..." that open a paragraph, in unbroken order, are section headings."""
    result = list(blocks)
    expected, closing = 1, False
    for i, block in enumerate(blocks):
        if block.level:
            closing = _special(block) in ("sources", "follow_ups")
            continue
        match = _NUMBERED.match(block.text)
        if not match or closing or int(match[1]) != expected or not _looks_like_heading(blocks, i):
            continue
        result[i] = replace(block, level=_INFERRED_LEVEL)
        expected += 1
    return result


def _looks_like_heading(blocks: Sequence[Block], i: int) -> bool:
    block = blocks[i]
    if block.tight or len(block.text) > _MAX_HEADING or block.text[-1] in ".;,":
        return False
    after = blocks[i + 1] if i + 1 < len(blocks) else None
    return after is not None and not _NUMBERED.match(after.text)


def _with_roles(blocks: Sequence[Block]) -> Iterator[Block]:
    role: SectionRole = "body"
    level = 0
    opening = True
    for block in blocks:
        if block.role == "furniture":
            yield block
            continue
        if block.level:
            opening = False
            special = _special(block)
            if special or block.level <= level or role == "body":
                role, level = special or "body", block.level
            yield replace(block, role=role)
            continue
        margin = opening or role in ("sources", "follow_ups")
        yield _furnish(replace(block, role=role), margin=margin, banners=True)


def _furnish(block: Block, *, margin: bool = False, banners: bool = False) -> Block:
    """`block`, as furniture when that is what it is.

    `margin`: it stands before the first or after the last section, where an appeal to the reader
    is recognised anywhere in a short paragraph; inside a section only by how it begins.
    """
    if block.level or block.role == "furniture":
        return block
    text = block.text
    is_question = block.role == "follow_ups" and text.endswith("?") and not _APPEAL.search(text)
    short = len(text) <= _MAX_BANNER and not _MARKER.search(text)
    furniture = (
        (block.role == "follow_ups" and not is_question)
        or is_own_line(text)
        or (short and bool(_NOTICE.match(text)))
        or (banners and short and bool(_BANNER.match(text)) and not is_question)
        or (margin and short and bool(_APPEAL.search(text) or _BYLINE.match(text)))
    )
    return replace(block, role="furniture") if furniture else block
