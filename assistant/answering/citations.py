"""The one place where citations are cut. Words that can't be found are no citation.

A citation is a span of a stored version; its words are sliced from the text, never supplied. Every
[n] marker of the cited sentence is followed to the source document that it stands for, and there
to the sentence that carries the citing one, or two of one paragraph that do. A marker that leads
nowhere is kept and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.language.quantities import numbers
from assistant.answering.language.text import MARKER, content_stems, weight_of
from assistant.ports import SentenceSplitter, SupportJudge
from assistant.types import Audience, Citation, Document, Passage, Source, Span, Via

Resolver = Callable[[Source, Audience], Document | None]
"""(a line of a list of sources, who reads) -> its document in the archive, by URL or by id."""

CARRIES = 0.6
"""Support below which a sentence of a source is not shown as the one that carries a claim."""

_CANDIDATES = 6
_QUOTES = {quote: '["“”„«»]' for quote in '"“”„«»'} | {quote: "['’‘ʼ‚]" for quote in "'’‘ʼ‚"}
_CUT_SPACES = re.compile(r"\s+(?=[.,;:!?)])|(?<=\()\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondHop:
    """What the second hop needs: where markers lead, how to read there, and who is reading."""

    resolve: Resolver
    sentences: SentenceSplitter
    support: SupportJudge
    audience: Audience


def locate(passage: Passage, words: str) -> Span | None:
    """Where `words` stand in the passage, in its document's coordinates; None when nowhere.

    Exact but for white space and the shape of quote marks. Never cuts a word or a number in two.
    """
    words = words.strip()
    if not words:
        return None
    for match in _pattern(words).finditer(passage.text):
        if not cuts(passage.text, match.start(), match.end()):
            offset = passage.span.start
            return Span(start=offset + match.start(), end=offset + match.end())
    return None


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    pieces = [
        "".join(_QUOTES.get(char) or re.escape(char) for char in piece) for piece in words.split()
    ]
    return re.compile(r"\s+".join(pieces))


def cuts(text: str, start: int, end: int) -> bool:
    """Does this stretch begin or end inside a word, a number or an amount?"""
    before, after = text[:start][-2:], text[end : end + 2]
    first, last = text[start], text[end - 1]
    if first.isalnum() and before and (before[-1].isalnum() or before[-1] in "$€£"):
        return True
    if first.isdigit() and len(before) == 2 and before[0].isdigit() and before[1] in ".,":
        return True
    if last.isalnum() and after and (after[0].isalnum() or after[0] in "%°"):
        return True
    return last.isdigit() and len(after) == 2 and after[0] in ".," and after[1].isdigit()


def strip_markers(text: str) -> str:
    """A sentence without its [n] markers, as a claim shows it; other words are untouched."""
    return _CUT_SPACES.sub("", " ".join(MARKER.sub(" ", text).split()))


def markers(text: str) -> Iterator[tuple[int, int, int]]:
    """(number, start, end) of every marker in `text`; "[1, 3]" gives two, "[2-4]" three."""
    for match in MARKER.finditer(text):
        for part in re.split(r"[,;]", match[1]):
            ends = [int(end) for end in re.split(r"[–-]", part)]
            for n in range(ends[0], min(ends[-1], ends[0] + 20) + 1):
                yield n, match.start(), match.end()


def cite(document: Document, span: Span, hop: SecondHop) -> Citation:
    """The citation of `span`, with where each marker of its sentence leads."""
    sentence = _sentence_around(document, span, hop.sentences)
    text = sentence.of(document.text)
    listed = {source.n: source for source in document.content.sources}
    vias: dict[int, Via] = {}
    for n, start, _ in markers(text):
        if n not in vias:
            clause = clause_before(text, start)
            vias[n] = _follow(n, listed.get(n), clause, strip_markers(text), hop)
    return Citation(document=document, span=span, via=tuple(vias.values()))


def _follow(n: int, source: Source | None, clause: str, sentence: str, hop: SecondHop) -> Via:
    document = hop.resolve(source, hop.audience) if source else None
    if document is None:
        return Via(marker=f"[{n}]", source=source)
    span = carrying_sentence(document, (clause, sentence), hop)
    return Via(marker=f"[{n}]", source=source, document=document, span=span)


def carrying_sentence(document: Document, claims: tuple[str, ...], hop: SecondHop) -> Span | None:
    """The words of `document` that best carry one of `claims`; the first that is carried wins.

    One sentence where one will do, else two in a row. Who speaks is known from the document, so
    its title and publisher are read with every sentence.
    """
    spans = document_sentences(document, hop.sentences)
    speaker = ". ".join(filter(None, (document.content.publisher, document.title)))
    for claim in dict.fromkeys(claims):
        likely = _likely(document, spans, claim)
        for candidates in (likely, _pairs(document.text, spans, likely[:3])):
            best = _best(document, candidates, claim, speaker, hop.support)
            if best:
                return best
    return None


def _best(
    document: Document, spans: Sequence[Span], claim: str, speaker: str, support: SupportJudge
) -> Span | None:
    best, best_score = None, CARRIES
    for span in spans:
        verdict = support(claim, f"{speaker}.\n{span.of(document.text)}")
        if verdict.supported and (verdict.score > best_score or best is None):
            best, best_score = span, verdict.score
    return best


def _pairs(text: str, spans: tuple[Span, ...], likely: Sequence[Span]) -> list[Span]:
    """Each likely sentence with its neighbours in the same paragraph, as one stretch of text."""
    pairs = []
    for span in likely:
        at = spans.index(span)
        for first, last in ((at - 1, at), (at, at + 1)):
            if first >= 0 and last < len(spans) and _adjoin(text, spans[first], spans[last]):
                pairs.append(Span(start=spans[first].start, end=spans[last].end))
    return pairs


def _adjoin(text: str, one: Span, other: Span) -> bool:
    """Are they in one paragraph? Headings, paragraphs and items begin on a line of their own."""
    return "\n" not in text[one.end : other.start]


def _likely(document: Document, spans: tuple[Span, ...], claim: str) -> list[Span]:
    """The few sentences worth judging: most shared weight, then most shared numbers."""
    wanted = frozenset(content_stems(claim))
    values = {number.value for number in numbers(claim)}

    def worth(span: Span) -> float:
        text = span.of(document.text)
        shared = {number.value for number in numbers(text)} & values
        return weight_of(wanted & _stems(text)) + 4.0 * len(shared)

    return sorted(spans, key=worth, reverse=True)[:_CANDIDATES]


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(content_stems(text))


@lru_cache(maxsize=256)
def _split(text: str, sentences: SentenceSplitter) -> tuple[Span, ...]:
    return tuple(sentences(text))


def document_sentences(document: Document, sentences: SentenceSplitter) -> tuple[Span, ...]:
    """Sentences of what may be quoted (summary and body), in the document's coordinates."""
    found: list[Span] = []
    for section in document.content.sections:
        if section.role in ("summary", "body"):
            found += _shifted(section.span, document.text, sentences)
    if not document.content.sections and document.text.strip():
        found += _shifted(Span(start=0, end=len(document.text)), document.text, sentences)
    return tuple(found)


def _shifted(within: Span, text: str, sentences: SentenceSplitter) -> list[Span]:
    spans = _split(within.of(text), sentences)
    return [Span(start=within.start + s.start, end=within.start + s.end) for s in spans]


def _sentence_around(document: Document, span: Span, sentences: SentenceSplitter) -> Span:
    """The whole sentences that `span` touches, with the markers that follow their full stop."""
    section = document.section_of(span)
    within = section.span if section else Span(start=0, end=len(document.text))
    touched = [
        s
        for s in _shifted(within, document.text, sentences)
        if s.start < span.end and span.start < s.end
    ]
    start = min([span.start, *(s.start for s in touched)])
    end = max([span.end, *(s.end for s in touched)])
    trailing = re.compile(rf"(?:\s*{MARKER.pattern})+(?=\s|$)").match(document.text, end)
    return Span(start=start, end=trailing.end() if trailing else end)


def clause_before(sentence: str, marker_start: int) -> str:
    """What one marker stands for: the words since the marker group before its own."""
    head = sentence[:marker_start]
    groups = [m for m in MARKER.finditer(head) if re.search(r"\w", MARKER.sub("", head[m.end() :]))]
    return strip_markers(head[groups[-1].end() if groups else 0 :]).strip(" ,;:—–")
