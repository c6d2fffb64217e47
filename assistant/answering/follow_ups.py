"""Questions to ask next: only such as the archive can answer, each tried before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.answering.text import content_stems, jaccard
from assistant.types import Document

Answerable = Callable[[str], bool]
"""question -> does the archive hold its answer (a search and a judgement: some milliseconds)."""

TRIED = 4
OFFERED = 3
_SAME = 0.8


def follow_ups(
    question: str,
    rests_on: Sequence[Document],
    found: Iterable[Document],
    answerable: Answerable,
) -> tuple[str, ...]:
    """At most OFFERED questions, after trying at most TRIED.

    First the fact-checks' own lists, then the titles of other fact-checks that were found; never
    the question itself, nor one question twice.
    """
    offered: list[str] = []
    tried = 0
    for candidate in _candidates(rests_on, found):
        if tried == TRIED or len(offered) == OFFERED:
            break
        if any(_same(candidate, other) for other in (question, *offered)):
            continue
        tried += 1
        if answerable(candidate):
            offered.append(candidate)
    return tuple(offered)


def _candidates(rests_on: Sequence[Document], found: Iterable[Document]) -> Iterator[str]:
    own = {document.id for document in rests_on}
    for document in rests_on:
        yield from document.content.follow_ups
    for document in found:
        if document.id not in own and document.kind == "fact_check":
            yield document.title
    for document in rests_on:
        if document.kind == "fact_check":
            yield document.title


def _same(one: str, other: str) -> bool:
    if one.strip().casefold() == other.strip().casefold():
        return True
    return jaccard(content_stems(one), content_stems(other)) >= _SAME
