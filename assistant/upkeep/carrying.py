"""Which words of a changed source a sentence had cited: the second hop, over what was said then."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from assistant.answering.citations import SecondHop, carrying_sentence, strip_markers
from assistant.answering.support.judge import judge
from assistant.freshness.facts import SourceState
from assistant.ingest.passages import sentences
from assistant.types import Audience, Content, Document, Source

_MOST_CHARS = 200_000
"""More of a source is not read for it: what is cited stands in its text, not in its appendices."""


class Carrying:
    """The port Carrier. The same sentence and the same source are read once."""

    def __init__(self) -> None:
        self._carried = lru_cache(maxsize=1024)(_carried)

    def __call__(self, state: SourceState, sentence: str) -> str | None:
        """The words of `state.then` that carry the sentence; None where none are known to."""
        if state.then is None:
            return None
        held = state.document.content if state.document else None
        publisher = held.publisher if held else state.source.publisher
        title = (held.title if held else state.source.title) or ""
        return self._carried(state.then[:_MOST_CHARS], title, publisher, sentence)


def _carried(text: str, title: str, publisher: str | None, sentence: str) -> str | None:
    document = Document(
        id="",
        version=1,
        audience="public",
        content=Content(
            kind="source_document", title=title, text=text, sections=(), publisher=publisher
        ),
        retrieved_on=datetime(1970, 1, 1, tzinfo=UTC),
    )
    hop = SecondHop(resolve=_nowhere, sentences=sentences, support=judge, audience="internal")
    span = carrying_sentence(document, (strip_markers(sentence),), hop)
    return span.of(text) if span else None


def _nowhere(source: Source, audience: Audience) -> Document | None:
    return None
