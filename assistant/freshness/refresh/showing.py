"""Does a page that answered show what it is cited for, and what is said of it after the refresh?

That a page is there proves nothing: a table may be an image, a number may stand in a file beside
it. Only a page on which every cited figure was found lets a sentence be confirmed from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.freshness import wording
from assistant.freshness.keys.compare import agree
from assistant.freshness.refresh.reading import Sentence
from assistant.freshness.refresh.values import ANSWERED, Change, FiguresIn, Holds, SourceCheck
from assistant.types import Document, Figure

NOT_SHOWN = "answers, but its page does not show what is cited: look by hand."


def not_shown(
    sentence: Sentence, title: str, figures_in: FiguresIn, holds: Holds
) -> tuple[SourceCheck, ...]:
    """The sources whose pages answered and show a figure of the sentence nowhere, nor anything that
    it could be worked out from. Empty where all of it is shown by one or another."""
    answered = [check for check in sentence.cites if check.status in ANSWERED]
    if not answered or not sentence.figures:
        return ()
    texts = [text for check in sentence.cites if (text := _shown_by(check))]
    found = [each for text in texts for each in figures_in(text)]
    numbers = [each for text in texts for each in wording.numbers(text)]
    missing = [f for f in sentence.figures if not _is_among(f, sentence, found, numbers)]
    if not missing:
        return ()
    behind = {check.n: _pages_of(check) for check in sentence.cites}
    if all(behind.values()) and not holds(sentence.text, title, behind):
        return ()
    return tuple(answered)


def _shown_by(check: SourceCheck) -> str | None:
    """What its page says; of a source without an address what the archive has of it."""
    if check.page is not None:
        return check.page.text
    if check.status == "unchecked" and check.document is not None:
        return check.document.text
    return check.now


def _pages_of(check: SourceCheck) -> tuple[Document, ...]:
    if check.page is not None:
        return (check.page,)
    return (check.document,) if check.document else ()


def _is_among(
    figure: Figure,
    sentence: Sentence,
    found: Sequence[Figure],
    numbers: Sequence[wording.Number],
) -> bool:
    """The value with its unit: as figures are read, or by the word behind the number."""
    if any(figure.unit == other.unit and agree(figure, other) for other in found):
        return True
    start = sentence.span.start
    words = sentence.text[figure.span.start - start : figure.span.end - start]
    own = wording.numbers(words)
    return bool(own) and all(
        any((one.value, one.unit) == (other.value, other.unit) for other in numbers) for one in own
    )


def admitted(old_value: str, sentence: Sentence) -> bool:
    """A source of the sentence says itself that the value was an error."""
    wanted = {each.value for each in wording.numbers(old_value)}
    texts = [text for check in sentence.cites if (text := _shown_by(check))]
    return any(
        wording.takes_back(said) and wanted & {each.value for each in wording.numbers(said)}
        for text in texts
        for said in wording.split(text)
    )


def as_found(
    sources: Sequence[SourceCheck], changes: Sequence[Change], unshown: Mapping[int, object]
) -> tuple[SourceCheck, ...]:
    """The sources as they are told of: none still says what is cited that gives what is new, or
    that doesn't show it."""
    gave = {each.candidate.document.id: each for each in changes if each.candidate}
    return tuple(_told(check, gave, unshown) for check in sources)


def _told(
    check: SourceCheck, gave: Mapping[str, Change], unshown: Mapping[int, object]
) -> SourceCheck:
    change = next((gave[each.id] for each in check.documents if each.id in gave), None)
    if change is not None and check.status in ("unchanged", "moved"):
        text = "gives another figure." if change.was_wrong else "gives a newer figure."
        return replace(check, status="changed", text=text)
    if check.n in unshown and check.status in ("unchanged", "moved"):
        return replace(check, text=NOT_SHOWN, shown=False)
    return check
