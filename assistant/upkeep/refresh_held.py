"""What speaks against a sentence as its sources hold it: the audit's judgement, for a refresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from assistant.answering.citations import strip_markers
from assistant.answering.language.scopes import placed
from assistant.answering.sources.holding import Marked, Objection, objections
from assistant.answering.sources.marked import Part
from assistant.answering.support.grounds import Ground, ground, stems
from assistant.freshness.refresh.values import Doubt
from assistant.ingest.passages import sentences
from assistant.types import Document
from assistant.upkeep.audit import groups

_MOST_CHARS = 200_000
"""A longer source is not read for every sentence that cites it: nothing is said against those."""


class Holding:
    """The port Holds. A source is made ready once."""

    def __init__(self) -> None:
        self._ground = lru_cache(maxsize=64)(lambda document: ground(document, sentences))

    def __call__(
        self, sentence: str, title: str, behind: Mapping[int, Sequence[Document]]
    ) -> list[Doubt]:
        near = tuple(figure.value for figure in placed(strip_markers(sentence)))
        found: list[Doubt] = []
        for group in groups(sentence):
            grounds = [(n, self._grounds(behind.get(n, ()))) for n in group.numbers]
            known = tuple((n, each) for n, several in grounds for each in several)
            if not known:
                continue
            marked = Marked(
                part=Part(text=group.claimed, near=near),
                sources=known,
                subject=stems(title),
                complete=all(several for _, several in grounds),
            )
            twice = {n for n, several in grounds if len(several) > 1}
            against = objections(marked)
            found += [_doubt(each) for each in against if not _is_idle_half(each, twice)]
        return found

    def _grounds(self, documents: Sequence[Document]) -> list[Ground]:
        short = [each for each in documents if len(each.text) <= _MOST_CHARS]
        return [found for each in short if (found := self._ground(each)).said]


def _is_idle_half(against: Objection, twice: set[int]) -> bool:
    """One of two wordings of a source (a digest and its page) may hold what the other doesn't."""
    return len(against.numbers) == 1 and against.numbers[0] in twice


def _doubt(against: Objection) -> Doubt:
    text = against.ground.document.text
    return Doubt(
        differs=against.kind == "number_differs",
        numbers=tuple(dict.fromkeys(against.numbers)),
        why="; ".join(against.reasons),
        near=against.nearest.of(text) if against.nearest else None,
    )
