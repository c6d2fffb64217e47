"""A fact-check's own list of sources: `[1] Publisher. Title. Date. URL`, any part missing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.ingest import dates
from assistant.ingest.blocks import Block
from assistant.types import PartialDate, Source

_ENTRY = re.compile(r"^(?:\[(\d{1,3})\]:?|(\d{1,3})[.)])\s*")
_BULLET = re.compile(r"^[-*\u2022]\s+")
_URL = re.compile(r"<?((?:https?://|www\.)[^\s<>\"]+)>?", re.IGNORECASE)
_PART = re.compile(
    r"(?<!\b[A-Z])(?<!\bSt)(?<!\bDr)(?<!\bNo)(?<!\bMr)(?<!\bMs)(?<!\bvs)(?<!\bvol)(?<!\bDept)"
    r"(?<=[^\s.])[.]\s+(?=\S)"
)
_QUOTED = re.compile("^[\"\u201c\u2018'].*[\"\u201d\u2019'][.,]?$")
_NAME_WORD = re.compile(r"^(?:[A-Z(&].*|of|the|for|and|on|in|de|&)$")


def parse_sources(blocks: Sequence[Block]) -> tuple[Source, ...]:
    """One Source per entry; the first entry of a number counts. Unnumbered entries count up."""
    sources: dict[int, Source] = {}
    for n, text in _entries(blocks):
        number = n if n is not None else max(sources, default=0) + 1
        if number not in sources and (source := parse_entry(number, text)):
            sources[number] = source
    return tuple(sources[n] for n in sorted(sources))


def _entries(blocks: Sequence[Block]) -> Iterator[tuple[int | None, str]]:
    lines = [line for block in blocks for line in block.text.split("\n")]
    numbered = any(_ENTRY.match(line) for line in lines)
    current: tuple[int | None, list[str]] | None = None
    for line in lines:
        match = _ENTRY.match(line)
        if match or not numbered:
            if current:
                yield current[0], " ".join(current[1])
            n = int(match[1] or match[2]) if match else None
            current = (n, [_BULLET.sub("", line[match.end() :] if match else line)])
        elif current:
            current[1].append(line)
    if current:
        yield current[0], " ".join(current[1])


def parse_entry(n: int, text: str) -> Source | None:
    """The parts of one entry, without its number; None when it holds none."""
    url = None
    if match := _URL.search(text):
        url = match[1].rstrip(".,;)")
        url = url if "://" in url else f"https://{url}"
        text = f"{text[: match.start()]} {text[match.end() :]}"
    parts = [part for each in _PART.split(text.strip()) if (part := each.strip(" .,;"))]
    published_on: PartialDate | None = None
    for i in range(len(parts) - 1, -1, -1):
        if published_on := dates.parse(parts[i].strip("()"), "page_text"):
            del parts[i]
            break
    publisher, title = _publisher_and_title(parts)
    if not (publisher or title or url):
        return None
    return Source(n=n, title=title, publisher=publisher, url=url, published_on=published_on)


def _publisher_and_title(parts: Sequence[str]) -> tuple[str | None, str | None]:
    """With one part only: a short run of capitalised words is a publisher, all else a title."""
    if not parts:
        return None, None
    if len(parts) > 1:
        return parts[0], ". ".join(parts[1:])
    only = parts[0]
    words = only.split()
    named = len(words) <= 8 and all(_NAME_WORD.match(word) for word in words)
    if named and not _QUOTED.match(only) and not any(ch.isdigit() for ch in only):
        return only, None
    return None, only
