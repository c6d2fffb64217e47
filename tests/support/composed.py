"""What the extractive composer says of a few small documents."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.answering.sentences.extractive import compose
from assistant.types import Content, Document, Evidence, Hit, Passage, Section, Span


def document(
    name: str, text: str, *, corrects: tuple[str, ...] = (), publisher: str | None = None
) -> Document:
    content = Content(
        kind="fact_check",
        title=name.replace("-", " "),
        text=text,
        sections=(Section(span=Span(start=0, end=len(text))),),
        corrects=corrects,
        publisher=publisher,
    )
    return Document(
        id=name,
        version=1,
        audience="public",
        content=content,
        retrieved_on=datetime(2026, 1, 1, tzinfo=UTC),
    )


def evidence(question: str, *documents: Document) -> Evidence:
    hits = tuple(
        Hit(
            passage=Passage(
                id=at,
                document_id=each.id,
                version=1,
                span=Span(start=0, end=len(each.text)),
                text=each.text,
            ),
            score=1 / (1 + at),
        )
        for at, each in enumerate(documents)
    )
    return Evidence(question=question, hits=hits, documents={d.id: d for d in documents})


def said(question: str, *documents: Document) -> list[str]:
    return [each.text for each in compose(question, evidence(question, *documents)).proposals]
