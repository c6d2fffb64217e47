"""Every listed source of a fact-check looked at again: what became of each, and of its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from assistant.freshness import wording
from assistant.freshness.facts import SourceState
from assistant.freshness.refresh.composing import markers
from assistant.freshness.refresh.reading import quoted
from assistant.freshness.refresh.values import Carried, Look, LookAgain, SourceCheck, Status
from assistant.ports import SentenceSplitter
from assistant.types import Document, Source

Resolve = Callable[[Source, Document], Document | None]
"""(line of the list, fact-check) -> its document, for those who may read the fact-check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looker:
    look: LookAgain
    resolve: Resolve
    carried: Carried
    sentences: SentenceSplitter

    def again(self, document: Document) -> tuple[SourceCheck, ...]:
        """Those with an address are looked at; the others are for people."""
        listed = document.content.sources
        looks = self.look(document, [source for source in listed if source.url])
        return tuple(self._checked(document, source, looks.get(source.n)) for source in listed)

    def lost(self, check: SourceCheck, sentence: str) -> bool:
        """What the sentence cites stood there when it was checked, and stands there no longer: told
        exactly as the rule source-changed tells it."""
        if check.then is None or check.now is None or check.then == check.now:
            return False
        state = SourceState(
            n=check.n,
            source=check.source,
            document=check.document,
            then=check.then,
            now=check.now,
        )
        quote = self.carried(state, sentence)
        return wording.change(check.then, check.now, sentence, quote) is not None

    def _checked(self, document: Document, source: Source, look: Look | None) -> SourceCheck:
        if look is None:
            return SourceCheck(
                n=source.n,
                source=source,
                status="unchecked",
                text="has no address, so only a person can look at it again.",
                document=self.resolve(source, document),
            )
        status: Status = "unchanged" if look.status == "there" else look.status
        check = SourceCheck(
            n=source.n,
            source=source,
            status=status,
            text=look.text,
            document=look.document,
            then=look.then,
            now=look.now,
            page=look.page,
        )
        return self._changed(document, check) if status in ("unchanged", "moved") else check

    def _changed(self, document: Document, check: SourceCheck) -> SourceCheck:
        """As changed, where a sentence that cites it has lost its words."""
        if not any(
            self.lost(check, text)
            for _, text in quoted(document, self.sentences)
            if check.n in markers(text)
        ):
            return check
        return replace(check, status="changed", text="no longer says what is cited.")
