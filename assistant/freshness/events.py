"""The rule on dated events: one that lies behind, of which a sentence speaks as still to come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from assistant.freshness.facts import Case, Finding
from assistant.freshness.periods import Period, periods
from assistant.freshness.review import day_after
from assistant.types import Span

_NEAR = 90
"""Characters between the words that announce an event and its date."""

_AHEAD = re.compile(
    r"\b(?<!the )(?<!free )(?<!their )(?<!living )will\b(?! of\b)"
    r"|\b(?:is|are|remains?)\s(?:\w+ly\s)?(?:scheduled|due|set|slated|expected|planned|to be|to)\b"
    r"|\b(?:takes?|comes?|goes|go|enters?)\s(?:into\s)?(?:effect|force)\b"
    r"|\b(?:upcoming|forthcoming)\b|\b(?<!was )(?<!were )(?<!became )due\s(?:on|by|in|at)\b"
    r"|\b(?:begins?|starts?|ends?|expires?|opens?|closes)\s(?=on\b|in\b|at\b)",
    re.I,
)
"""What is still to come. "Was scheduled", "would", "took effect" report what once was."""
_BREAK = re.compile(
    r"[;:\u2014]|\b(?:but|while|whereas|although|though|after|because|since|when)\b|\.\s", re.I
)
"""A date on the other side of one of these belongs to something else."""
_LEADS = re.compile(
    r"(?:^|[,;:.\u2014]\s)(?:on|in|by|from|starting|effective|until)\s(?:\w+,\s)?$", re.I
)
_SAID = re.compile(
    r"\b(?:said|says|told|announced|wrote|reported|warned|promised|predicted|projected|estimated|"
    r"forecast|argued|claimed|believed|thought|voted|decided|agreed|signed|passed|ruled)\b",
    re.I,
)
_QUOTED = re.compile('[\u201c"][^\u201d"]*[\u201d"]')


@lru_cache(maxsize=4096)
def announced(text: str) -> tuple[Period, ...]:
    """The dates of events that a sentence speaks of as still to come, each once."""
    if not _AHEAD.search(text):
        return ()
    quoted = [Span(start=m.start(), end=m.end()) for m in _QUOTED.finditer(text)]
    dated = [period for period in periods(text) if not period.publication]
    found: dict[Span, Period] = {}
    for words in _AHEAD.finditer(text):
        if any(quote.start <= words.start() < quote.end for quote in quoted):
            continue  # what somebody said then is a report
        period = _after(text, words, dated) or _before(text, words, dated)
        if period is not None:
            found.setdefault(period.span, period)
    return tuple(found.values())


def _after(text: str, words: re.Match[str], dated: list[Period]) -> Period | None:
    for period in dated:
        between = text[words.end() : period.span.start]
        if period.span.start >= words.end() and len(between) <= _NEAR:
            return None if _BREAK.search(between) else period
    return None


def _before(text: str, words: re.Match[str], dated: list[Period]) -> Period | None:
    """ "On 3 November 2026 voters will decide", but not "In May 2025 it said that it will"."""
    for period in reversed(dated):
        between = text[period.span.end : words.start()]
        if period.span.end <= words.start():
            leads = _LEADS.search(text[: period.span.start])
            apart = len(between) > _NEAR or _BREAK.search(between) or _SAID.search(between)
            return period if leads and not apart else None
    return None


def event_passed(case: Case) -> Iterator[Finding]:
    """The event's last day lies behind, and it was still ahead when the sentence was checked."""
    if not case.matters:
        return
    for event in announced(case.text):
        since = day_after(event.last, 1)
        if since is None or (case.dated is not None and event.last <= case.dated.first):
            continue
        said = event.span.of(case.text)
        yield Finding(
            rule="event-passed",
            level="strong",
            state="may_be_outdated",
            since=since,
            text=f"It speaks of {said} as still to come, and that has passed.",
            clears_when="A new check says what happened.",
            claim=case.index,
            document_id=case.document.id,
            evidence={
                "document_id": case.document.id,
                "event": said,
                "ended": event.last.isoformat(),
                **({} if case.dated is None else {"dated": str(case.dated)}),
            },
        )
