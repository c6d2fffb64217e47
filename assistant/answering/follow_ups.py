"""Questions to ask next: only such as the archive can answer, each tried before it is offered."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answering.language.text import content_stems, jaccard
from assistant.answering.sentences.orders import is_no_finding
from assistant.types import Audience, Document

Answerable = Callable[[str], bool]
"""question -> does the archive hold its answer (a search and a judgement: some milliseconds)."""

TRIED = 4
OFFERED = 3
_SAME = 0.8
_QUESTION = re.compile(r"(?=.{1,300}$)[^?]*\?[\"'”’)\]]*", re.DOTALL)
REMEMBERED = 4096
"""Trials kept: some hundred bytes each."""

Versions = Mapping[str, int]
"""document id -> the version that was read"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Whether a candidate was answerable, and of which documents that was judged."""

    answerable: bool
    versions: Versions


class Tried:
    """Remembers trials, because neighbouring questions offer the same candidates.

    A trial counts for its reader and its day, and only while every document that it was judged by
    is served in the same version: what was changed, withdrawn or erased is tried again.
    """

    def __init__(self, size: int = REMEMBERED) -> None:
        self._size = size
        self._trials: OrderedDict[tuple[str, Audience, date], Trial] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(
        self,
        key: tuple[str, Audience, date],
        *,
        try_out: Callable[[], Trial],
        served: Callable[[Collection[str]], Versions],
    ) -> bool:
        """`key` is (candidate, who reads, the day); `served` looks up versions by id."""
        with self._lock:
            known = self._trials.get(key)
        if known is None or served(known.versions.keys()) != known.versions:
            known = try_out()
        with self._lock:
            self._trials[key] = known
            self._trials.move_to_end(key)
            if len(self._trials) > self._size:
                self._trials.popitem(last=False)
        return known.answerable


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
    for candidate in filter(_is_one_question, _candidates(rests_on, found)):
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


def _is_one_question(text: str) -> bool:
    """A title or a line of a document's list may be anything; what a reader is offered to ask may
    not: no second sentence after the question, no order in it, no code."""
    return bool(_QUESTION.fullmatch(text.strip())) and not is_no_finding(text)


def _same(one: str, other: str) -> bool:
    if one.strip().casefold() == other.strip().casefold():
        return True
    return jaccard(content_stems(one), content_stems(other)) >= _SAME
