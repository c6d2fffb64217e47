"""Rich text blocks: elements in which Slack reads no markup, so every word stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from assistant.channels.slack.mrkdwn import harmless

Json: TypeAlias = dict[str, Any]

ELEMENT = 2_900
"""Characters of one text element."""


def words(text: str, **style: bool) -> list[Json]:
    """Text as it is, in as many elements as it needs; none for none."""
    text = harmless(text)
    parts = [text[n : n + ELEMENT] for n in range(0, len(text), ELEMENT)]
    dressed = {"style": style} if style else {}
    return [{"type": "text", "text": part, **dressed} for part in parts]


def linked(text: str, url: str | None, **style: bool) -> list[Json]:
    """Text that leads somewhere; where it can't, text."""
    named = words(text, **style)
    if url is None or not text.strip():
        return named
    return [{**each, "type": "link", "url": url} for each in named]


def section(*parts: Sequence[Json]) -> Json:
    """A run of elements; neighbours that look the same become one."""
    found: list[Json] = []
    for each in (each for part in parts for each in part):
        if found and _is_same(found[-1], each):
            found[-1] = {**each, "text": found[-1]["text"] + each["text"]}
        else:
            found.append(each)
    return {"type": "rich_text_section", "elements": found}


def _is_same(first: Json, second: Json) -> bool:
    if {**first, "text": ""} != {**second, "text": ""}:
        return False
    return first["type"] == "text" and len(first["text"]) + len(second["text"]) <= ELEMENT


def quoted(text: str) -> Json:
    return {"type": "rich_text_quote", "elements": words(text)}


def bullets(items: Sequence[Sequence[Json]]) -> Json:
    """A list; an item that says nothing is left out, for Slack refuses it."""
    return {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section(item) for item in items if item],
    }


def block(*elements: Json) -> Json:
    """One block; empty elements are left out, for Slack refuses them, and so it does a block of
    none: see `that_say_something`."""
    return {"type": "rich_text", "elements": [each for each in elements if each["elements"]]}


def that_say_something(blocks: Iterable[Json]) -> list[Json]:
    """Without the rich text in which nothing is left: of control characters alone, say."""
    return [each for each in blocks if each["type"] != "rich_text" or each["elements"]]


def joined(parts: Sequence[Sequence[Json]], separator: str = " · ") -> list[Json]:
    """The parts that say something, with a separator between."""
    found: list[Json] = []
    for part in parts:
        if part:
            found += [*(words(separator) if found else []), *part]
    return found


_SENTENCE = re.compile(r"(?<=[.!?…])\s")


def cut(text: str, most: int) -> str:
    """At most so many characters of somebody's words, with a mark that says how much is missing."""
    text = harmless(text)
    if len(text) <= most:
        return text
    at = _last(most, (match.start() for match in _SENTENCE.finditer(text, 0, most)))
    at = at or _last(most, (match.start() for match in re.finditer(r"\s", text[:most])))
    at = at or most
    return f"{text[:at]} […{len(text) - at:,} more characters]"


def _last(most: int, places: Iterator[int]) -> int:
    """The last place, when that does not lose half of what there is room for."""
    last = max(places, default=0)
    return last if last > most // 2 else 0
