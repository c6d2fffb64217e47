"""Edits of a Content: words change places, and every span behind them moves along."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.errors import BadInput
from assistant.types import Content, Section, Source, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """`words` in the place of those at `span`; of an insertion `start` and `end` are equal."""

    start: int
    end: int
    words: str


def edited(content: Content, edits: Sequence[Edit]) -> Content:
    """The content with non-overlapping edits applied; sections and pages keep what they held.

    Raises ValueError for edits that overlap. A section that is left without words goes.
    """
    ordered = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for one, other in zip(ordered, ordered[1:], strict=False):
        if other.start < one.end:
            raise ValueError(f"edits overlap at {other.start}")
    text = content.text
    for edit in reversed(ordered):
        text = text[: edit.start] + edit.words + text[edit.end :]
    sections = tuple(
        replace(section, span=span)
        for section in content.sections
        if (span := _moved(section.span, ordered)) is not None
    )
    pages = tuple(span for page in content.pages if (span := _moved(page, ordered)) is not None)
    return replace(content, text=text, sections=sections, pages=pages)


def _moved(span: Span, edits: Sequence[Edit]) -> Span | None:
    """Where a span of the old text lies in the new one. Words inserted at its end are its own;
    those inserted at its start belong to what is before it."""
    start = end = 0
    for edit in edits:
        grown = len(edit.words) - (edit.end - edit.start)
        if edit.start == edit.end:
            start += grown if edit.start <= span.start else 0
            end += grown if edit.start <= span.end else 0
            continue
        start += _before(span.start, edit, grown)
        end += _before(span.end, edit, grown)
    first, last = span.start + start, span.end + end
    return Span(start=first, end=last) if first < last else None


def _before(place: int, edit: Edit, grown: int) -> int:
    """By how much a place moves; one inside of what is replaced goes to the end of what replaces
    it, so that a page that ends in the middle of a sentence still holds its beginning."""
    if edit.end <= place:
        return grown
    if edit.start < place:
        return edit.start + len(edit.words) - place
    return 0


def with_source(content: Content, source: Source) -> Content:
    """One more line in the list of sources, in the text too where the text holds the list."""
    content = replace(content, sources=(*content.sources, source))
    listed = [s for s in content.sections if s.role == "sources"]
    if not listed:
        return content
    end = listed[-1].span.end
    return edited(content, [Edit(start=end, end=end, words=f"\n{_line(source)}")])


def relisted(content: Content, source: Source) -> Content:
    """Another line in the place of that of its number. In the text its date alone is written anew,
    where it stands there as it is listed."""
    before = next(each for each in content.sources if each.n == source.n)
    content = replace(
        content,
        sources=tuple(source if each.n == source.n else each for each in content.sources),
    )
    old, new = before.published_on, source.published_on
    listed = [s for s in content.sections if s.role == "sources"]
    if not listed or old is None or new is None or old == new:
        return content
    span = listed[-1].span
    line = re.compile(rf"^\W*{source.n}\b[^\n]*?(?<![\w/-])({re.escape(str(old))})(?![\w/-])", re.M)
    found = line.search(span.of(content.text))
    if found is None:
        return content
    start, end = span.start + found.start(1), span.start + found.end(1)
    return edited(content, [Edit(start=start, end=end, words=str(new))])


def _line(source: Source) -> str:
    published = str(source.published_on) if source.published_on else None
    parts = [part.rstrip(".") for part in (source.publisher, source.title, published) if part]
    return " ".join([f"[{source.n}]", *(f"{part}." for part in parts), *filter(None, [source.url])])


def taken_out(content: Content, span: Span) -> Edit:
    """A sentence goes with the space that parted it from its neighbour."""
    text, start, end = content.text, span.start, span.end
    while end < len(text) and text[end] == " ":
        end += 1
    if end == len(text) or text[end] == "\n":
        while start and text[start - 1] == " ":
            start -= 1
    return Edit(start=start, end=end, words="")


# --- a text that a person has edited --------------------------------------------------------------


def reread(content: Content, text: str) -> Content:
    """The content with a text that a person edited: paragraphs may change, headings may not.

    What stands outside of every section (the title and the headings) is looked for line by line,
    in its order; a section is what stands between two of these. Raises BadInput where that is not
    clear: a heading is missing, a section has no words left, or two sections that no heading parts
    were both edited.
    """
    if text.strip() == content.text.strip():
        return content
    if content.pages:
        raise BadInput("a text with pages can't be edited here: edit its file and ingest it again")
    stretches = _stretches(content)
    places: list[tuple[int, int]] = []
    for anchor, _ in stretches:
        places.append(_found(text, anchor, places[-1][1] if places else 0))
    ends = [start for start, _ in places[1:]] + [len(text)]
    sections = [
        section
        for (_, group), (_, start), end in zip(stretches, places, ends, strict=True)
        for section in _placed(group, content.text, text, start, end)
    ]
    return replace(content, text=text, sections=tuple(sections))


_Stretch = tuple[tuple[str, ...], list[Section]]
"""Lines outside of every section, and the sections behind them that nothing parts."""


def _stretches(content: Content) -> list[_Stretch]:
    found: list[_Stretch] = []
    place = 0
    for section in sorted(content.sections, key=lambda each: each.span):
        between = _lines(content.text[place : section.span.start])
        if between or not found:
            found.append((between, [section]))
        else:
            found[-1][1].append(section)
        place = section.span.end
    if rest := _lines(content.text[place:]):
        found.append((rest, []))
    return found


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.split("\n") if line.strip())


def _found(text: str, anchor: tuple[str, ...], place: int) -> tuple[int, int]:
    """Where the lines of an anchor stand at or after a place: start of the first, end of the last.

    Without lines both are the place."""
    first = None
    for wanted in anchor:
        start, end = _line_at(text, wanted, place)
        first, place = start if first is None else first, end
    return (place if first is None else first), place


def _line_at(text: str, wanted: str, place: int) -> tuple[int, int]:
    while place <= len(text):
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        if text[place:end].strip() == wanted:
            return place, end
        place = end + 1
    raise BadInput(f"the line {wanted!r} is missing: the title and the headings must stay")


def _placed(
    group: Sequence[Section], before: str, text: str, start: int, end: int
) -> list[Section]:
    """Sections between two anchors: a single one may change, several must stay as they are."""
    if len(group) == 1:
        words = text[start:end]
        if not words.strip():
            heading = " > ".join(group[0].heading_path) or "the text"
            raise BadInput(f"nothing is left under {heading!r}: withdraw the fact-check instead")
        first = start + len(words) - len(words.lstrip())
        return [replace(group[0], span=Span(start=first, end=first + len(words.strip())))]
    found = []
    for section in group:
        words = section.span.of(before)
        at = text.find(words, start, end)
        if at < 0:
            raise BadInput(
                f"{' '.join(words.split())[:60]!r} was edited, and no heading parts it from what "
                "stands beside it: edit the file and ingest it again"
            )
        start = at + len(words)
        found.append(replace(section, span=Span(start=at, end=start)))
    return found
