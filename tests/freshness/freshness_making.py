"""Documents and statements for the tests of freshness, and a small volatility judge."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from assistant.freshness.periods import periods
from assistant.types import (
    Citation,
    Content,
    Document,
    PartialDate,
    Section,
    Span,
    Statement,
    Volatility,
)

LATEST = "What is the latest yearly number of road deaths reported to the Transport Office?"
DEFINITION = "How does the Transport Office define and count a road death?"
PAST = "How many road deaths were reported to the Transport Office in 2019?"

LATEST_SUMMARY = (
    "The newest year for which the Transport Office has published road deaths is 2024, when it "
    "counted 3,412 deaths on roads [1]. An older count of road deaths by the Transport Office is "
    "3,390 for 2022 [2]."
)
DEFINITION_SUMMARY = (
    "The Transport Office counts anyone who dies of a crash within a month as a road death [1]."
)
DEFINITION_BODY = (
    "When it says that it recorded 3,412 road deaths, it means deaths and not crashes [2]. "
    "Police forces report them."
)


def volatility(text: str, day: date | None) -> Volatility:
    """The guards of the freshness model without a classifier: a real judge, if a coarse one."""
    words = text.lower()
    closed = [p for p in periods(text) if day is None or p.last < day]
    if closed and len(closed) == len(periods(text)):
        return Volatility(p_mutable=0.05, kind="historical", tau_days=1_000_000)
    if re.search(r"latest|current|this year", words):
        return Volatility(p_mutable=0.9, kind="annual", tau_days=365)
    if "define" in words or words.startswith("how does"):
        return Volatility(p_mutable=0.1, kind="definition", tau_days=1095)
    return Volatility(p_mutable=0.4, kind="other", tau_days=850)


def partial(value: str | None) -> PartialDate | None:
    return None if value is None else PartialDate(value=value, origin="front_matter")


def document(
    summary: str = LATEST_SUMMARY,
    body: str = "",
    *,
    id: str = "check",
    title: str = LATEST,
    checked_on: str | None = "2025-12-19",
    published_on: str | None = None,
    valid_as_of: str | None = None,
    valid_until: str | None = None,
    audience: Any = "public",
    kind: Any = "fact_check",
    **content: Any,
) -> Document:
    """A document whose text is its summary and its body, a section each."""
    text = f"{summary}\n\n{body}"
    roles: list[tuple[Any, int, int]] = [
        ("summary", 0, len(summary)),
        ("body", len(summary) + 2, len(text)),
    ]
    return Document(
        id=id,
        version=1,
        audience=audience,
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
        content=Content(
            kind=kind,
            title=title,
            text=text,
            sections=tuple(
                Section(span=Span(start=a, end=b), role=role) for role, a, b in roles if a < b
            ),
            checked_on=partial(checked_on),
            published_on=partial(published_on),
            valid_as_of=partial(valid_as_of),
            valid_until=partial(valid_until),
            **content,
        ),
    )


def statement(words: str, *cited: Document, text: str | None = None, via: Any = ()) -> Statement:
    """A sentence whose quote is `words`, to be found in each cited document."""
    citations = []
    for each in cited:
        start = each.text.index(words)
        span = Span(start=start, end=start + len(words))
        citations.append(Citation(document=each, span=span, via=tuple(via)))
    shown = text if text is not None else re.sub(r"\s*\[\d+\]", "", words)
    return Statement(text=shown, citations=tuple(citations), support=1.0)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=\.)\s", text)


def seed(text: str, id: str, *, cadence: str | None = None) -> Document:
    """A fact-check in the layout of the seeds: title, "Checked on", headings on their own line."""
    found = re.search(r"Checked on (\w+ \d+, \d{4})", text)
    assert found is not None
    checked = datetime.strptime(found[1], "%B %d, %Y").date()
    pattern = r"(?m)^(Executive summary|\d+\. .*|Want to dive deeper\?)$"
    headings = list(re.finditer(pattern, text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    sections = tuple(
        Section(span=Span(start=h.end(), end=end), heading_path=(h[0],), role=_role(h[0]))
        for h, end in zip(headings, ends, strict=True)
    )
    return Document(
        id=id,
        version=1,
        audience="public",
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
        content=Content(
            kind="fact_check",
            title=text.split("\n", 1)[0],
            text=text,
            sections=sections,
            checked_on=PartialDate(value=checked.isoformat(), origin="page_text"),
            cadence=cadence,
        ),
    )


def _role(heading: str) -> Any:
    if heading.startswith("Want"):
        return "follow_ups"
    return "summary" if heading.startswith("Executive") else "body"
