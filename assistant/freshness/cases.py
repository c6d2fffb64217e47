"""Cuts statements and documents into the sentences that rules judge one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.freshness.facts import Evidenced, evidence_of, metadata_of
from assistant.freshness.markers import markers, numbers_in
from assistant.ports import SentenceSplitter
from assistant.types import Citation, Document, Section, Span, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence and one document that it rests on.

    `evidence` is the sentence with the words that it quotes. `carriers` are the documents whose
    metadata may know how often its figure comes out. `spans` are the places of its words in the
    document, `markers` the sources that it cites there. `dates` is False for a source cited beside
    a fact-check: the check's date counts then, and only what befalls the source itself matters.
    """

    document: Document
    text: str
    index: int | None
    evidence: str
    carriers: tuple[Document, ...]
    spans: tuple[Span, ...] = ()
    markers: tuple[int, ...] = ()
    dates: bool = True

    @property
    def quote(self) -> str:
        """Its words in the document."""
        return " ".join(span.of(self.document.text) for span in self.spans)


def said_in(statement: Statement, index: int) -> Iterator[Said]:
    """A statement once for each document that it cites, in the order of its citations."""
    by_document: dict[str, list[Citation]] = {}
    for citation in statement.citations:
        by_document.setdefault(citation.document.id, []).append(citation)
    checked = any(c.document.kind == "fact_check" for c in statement.citations)
    for citations in by_document.values():
        document = citations[0].document
        via = [via.document for c in citations for via in c.via if via.document is not None]
        yield Said(
            document=document,
            text=statement.text,
            index=index,
            evidence="\n".join([statement.text, *(c.quote for c in citations)]),
            carriers=(document, *via),
            spans=tuple(c.span for c in citations),
            markers=_cited(document, citations),
            dates=document.kind == "fact_check" or not checked,
        )


def _cited(document: Document, citations: Sequence[Citation]) -> tuple[int, ...]:
    """The markers of the cited sentences: those that were followed, and those in their words."""
    followed = [n for c in citations for via in c.via for n in numbers_in(via.marker)]
    written = [n for c in citations for n in markers(document.text, c.span)]
    return tuple(dict.fromkeys([*followed, *written]))


def said_at(document: Document, span: Span, index: int) -> Said:
    text = span.of(document.text)
    return Said(
        document=document,
        text=text,
        index=index,
        evidence=text,
        carriers=(document,),
        spans=(span,),
        markers=markers(document.text, span),
    )


def said_of_title(document: Document) -> Said:
    """What is left to judge of a document without a sentence: that it exists, and its date."""
    return Said(document=document, text="", index=None, evidence="", carriers=(document,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The sentences of a document that may be quoted: its summary's, and all, in order."""

    summary: frozenset[Span]
    sentences: tuple[Span, ...]


def read(document: Document, split: SentenceSplitter) -> Reading:
    """Without a summary the first section that holds content stands for it, else the whole text."""
    sections = [s for s in document.content.sections if s.role in ("summary", "body")]
    if not sections and document.text.strip():
        sections = [Section(span=Span(start=0, end=len(document.text)))]
    summary = [s for s in sections if s.role == "summary"] or sections[:1]
    return Reading(
        summary=frozenset(_sentences(document, summary, split)),
        sentences=tuple(sorted(set(_sentences(document, sections, split)))),
    )


def summary_of(document: Document, split: SentenceSplitter) -> list[str]:
    """The sentences of its executive summary; none where there is none, however long the text."""
    sections = [s for s in document.content.sections if s.role == "summary"]
    return [span.of(document.text) for span in _sentences(document, sections, split)]


def _sentences(
    document: Document, sections: Sequence[Section], split: SentenceSplitter
) -> Iterator[Span]:
    for section in sections:
        start = section.span.start
        for span in split(section.span.of(document.text)):
            yield Span(start=start + span.start, end=start + span.end)


def evidenced_by(
    question: str, document: Document, sentences: Sequence[tuple[int | None, str]]
) -> Evidenced | None:
    """The newest period that one document gives for what was asked, and the claim that names it.

    The document's metadata wins over what its sentences suggest.
    """
    return metadata_of(document, sentences) or evidence_of(question, document, sentences)
