"""Notices that a source was retracted, withdrawn or corrected: its own, and its DOI's.

A page speaks of itself in its title, its first heading and its metadata, and where its first lines
say "this report". Another sentence or the heading of a section may speak of anything: neither
counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from assistant.freshness.watch.seen import Seen
from assistant.freshness.watch.words import folded


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`text` is one sentence; `on` the day that the notice itself gives, if it gives one.

    `corrects`: the source still stands, with an error put right. `is_data`: metadata say it, which
    can't be about anything else.
    """

    text: str
    on: date | None = None
    corrects: bool = False
    is_data: bool = False


_GONE = r"retracted|retraction|withdrawn|withdrawal"
_CORRECTED = r"correction|corrected|corrigendum|erratum|expression of concern"
_PAPER = r"(?:article|paper|notice|note|report|publication)"
_LABELS = tuple(
    re.compile(pattern.format(word=rf"(?P<word>{_GONE}|{_CORRECTED})", paper=_PAPER))
    for pattern in (
        r"\[{word}(?: {paper})?\]",
        r"\({word}(?: {paper})?\)",
        r"{word}(?: {paper})? ?: ?\w",  # of what is named behind it
        r"{word} {paper}(?: - |$)",
    )
)
_THIS = re.compile(
    r"this (?:\w+ ){0,2}?(?:article|page|paper|publication|guidance|report|statistic|statistics"
    r"|release|document|study|dataset|post|story|item|notice|version)\b.{0,20}?"
    r"\b(?:has been|have been|was|were|is)\b (?:\w+ ){0,2}?"
    r"(?P<word>retracted|withdrawn|corrected)\b(?! (?:for|by (?:in|de)flation))"
)
_FIRST_LINES = 3
_LONGEST_NAME = 500
_META = ("citation_retracted", "retracted", "dc.status", "dcterms.status", "prism.status")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DOI_META = (
    "citation_doi",
    "prism.doi",
    "dc.identifier",
    "dcterms.identifier",
    "bepress_citation_doi",
)

_TYPES = {
    **dict.fromkeys(("retraction", "partial_retraction", "removal", "withdrawal"), False),
    **dict.fromkeys(("correction", "corrigendum", "erratum", "expression_of_concern"), True),
}


def notice_of(page: Seen) -> Notice | None:
    """What a page says of itself: in its title, its first heading, its metadata or above its text.

    The names come first: they say it in the fewest words.
    """
    for name in (page.title, page.heading):
        plain = folded(name[:_LONGEST_NAME])
        if match := _matched(plain):
            return _notice(_quoted(name), match["word"])
    for key in _META:
        value = folded(page.meta.get(key, ""))
        if value in ("true", "yes", "1", "retracted", "withdrawn"):
            return Notice(text=f"Its page says {key}: {value}.", is_data=True)
    for line in _first_lines(page.text):
        if match := _THIS.match(folded(line[:_LONGEST_NAME])):
            return _notice(_quoted(line), match["word"])
    return None


def _first_lines(text: str) -> list[str]:
    """Cut early: a page may be one of a million lines."""
    lines = text[: _FIRST_LINES * _LONGEST_NAME].split("\n")
    return [line for line in lines if line.strip()][:_FIRST_LINES]


def _quoted(words: str) -> str:
    return f"Its page says \u201c{words.strip()[:_LONGEST_NAME]}\u201d."


def _matched(name: str) -> re.Match[str] | None:
    found = (pattern.match(name) for pattern in (*_LABELS, _THIS))
    return next((match for match in found if match), None)


def _notice(text: str, word: str) -> Notice:
    return Notice(text=text, corrects=re.fullmatch(_CORRECTED, word) is not None)


def doi_of(url: str, page: Seen | None = None) -> str | None:
    """The DOI that an address is, or that a page gives as its own."""
    parts = urlsplit(url)
    if (parts.hostname or "").lower() in ("doi.org", "dx.doi.org", "www.doi.org"):
        return _doi(unquote(parts.path).lstrip("/"))
    for key in _DOI_META if page else ():
        assert page is not None
        value = page.meta.get(key, "").strip().lower()
        value = value.removeprefix("doi:").removeprefix("https://doi.org/").strip()
        if doi := _doi(value):
            return doi
    return None


def _doi(text: str) -> str | None:
    return text if _DOI.fullmatch(text) and len(text) < 300 else None


def registered(body: bytes) -> Notice | None:
    """What the DOI's registry says, from the JSON of Crossref's `/works/{doi}`.

    A work that was retracted or corrected lists under `updated-by` what did it, by Crossref's
    members and by Retraction Watch: {"type", "DOI", "source", "updated": {"date-parts"}}.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    found = list(_updates(message.get("message") if isinstance(message, dict) else None))
    return min(found, key=lambda each: (each.corrects, each.on or date.max), default=None)


def _updates(work: object) -> Iterator[Notice]:
    updates = work.get("updated-by") if isinstance(work, Mapping) else None
    for update in updates if isinstance(updates, list) else []:
        if not isinstance(update, Mapping):
            continue
        kind = str(update.get("type", "")).strip().lower().replace("-", "_").replace(" ", "_")
        if kind in _TYPES:
            by = str(update.get("DOI") or "").strip()
            on = _day(update.get("updated"))
            text = f"Its DOI's registry lists a {kind.replace('_', ' ')}"
            text += f" of {on}" if on else ""
            yield Notice(text=f"{text} ({by})." if by else f"{text}.", on=on, corrects=_TYPES[kind])


def _day(value: object) -> date | None:
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    numbers = [number for number in first if isinstance(number, int)]
    try:
        return date(*numbers) if len(numbers) == 3 else None
    except (ValueError, OverflowError):
        return None
