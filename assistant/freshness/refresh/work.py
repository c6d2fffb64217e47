"""The sentences of a fact-check, one after the other: what may stand in the place of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from assistant.freshness.keys.compare import agree
from assistant.freshness.refresh.composing import Composer, Frame, Swap, bare, period_text
from assistant.freshness.refresh.evidence import Archive, Stale, is_history, successors
from assistant.freshness.refresh.reading import BLOCKING, TIMELY, Sentence
from assistant.freshness.refresh.showing import admitted, not_shown
from assistant.freshness.refresh.values import Change, Doubt, FiguresIn, Holds, Left, SourceCheck
from assistant.freshness.watch.words import folded
from assistant.freshness.wording import takes_back
from assistant.types import Document, Figure


class Tools(Protocol):
    """What the work is done with: the Refresher's."""

    @property
    def archive(self) -> Archive: ...

    @property
    def composer(self) -> Composer: ...

    @property
    def figures_in(self) -> FiguresIn: ...

    @property
    def holds(self) -> Holds: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A sentence of which words were not found in its sources: said, but nothing rests on it."""

    text: str
    doubt: Doubt


class Work:
    """What is found is in `changes`, `left` and `doubted`, in the order of the sentences."""

    def __init__(
        self,
        tools: Tools,
        document: Document,
        sources: Sequence[SourceCheck],
        own: Sequence[Figure],
        now: date,
    ) -> None:
        self._with = tools
        self._document = document
        self._own = own
        self._now = now
        self._numbers = _numbers(sources)
        self._next = max((source.n for source in document.content.sources), default=0) + 1
        self._said = folded(bare(document.text))
        self._publishers = {source.n: source.publisher for source in document.content.sources}
        self.changes: list[Change] = []
        self.left: list[Left] = []
        self.doubted: list[Doubted] = []
        self.unshown: dict[int, SourceCheck] = {}
        """The sources whose pages don't show what a sentence that stays cites of them."""
        self.rests_on_nothing = False

    def take(self, sentence: Sentence) -> None:
        wrong = [figure for figure in sentence.figures if self._misquoted(figure, sentence)]
        stale = self._stale(sentence, wrong)
        swapped = self._successor(sentence, stale, bool(wrong)) if stale else None
        if swapped is not None:
            self._keep(swapped)
        elif sentence.lost_all:
            self.rests_on_nothing |= sentence.rests
            self.changes.append(_out(sentence))
        elif why := _why_left(sentence, bool(wrong)):
            vouchable = not (sentence.lost or _is_blocked(sentence))
            self.left.append(replace(_left(sentence, why), vouchable=vouchable))
        elif unshown := self._not_shown(sentence):
            self.unshown |= {check.n: check for check in unshown}
            numbers = " ".join(f"[{check.n}]" for check in unshown)
            why = f"{numbers} answers, but the page does not show it: look by hand."
            self.left.append(replace(_left(sentence, why), vouchable=True))
        else:
            self.doubted += [Doubted(text=sentence.text, doubt=d) for d in sentence.doubts]

    def _not_shown(self, sentence: Sentence) -> tuple[SourceCheck, ...]:
        return not_shown(sentence, self._document.title, self._with.figures_in, self._with.holds)

    def _misquoted(self, figure: Figure, sentence: Sentence) -> bool:
        """Its source gave another value for the same thing when the check was made."""
        relations = {self._with.archive.compare(figure, other) for _, other in self._then(sentence)}
        if "same" in relations:
            return False
        return "restated" in relations or bool(
            sentence.differs and not self._stood(figure, sentence)
        )

    def _then(self, sentence: Sentence) -> list[tuple[str, Figure]]:
        """The figures of its sources when the check was made, each with its sentence."""
        texts = [check.then for check in sentence.cites if check.then is not None]
        return [
            (figure.sentence.of(text), figure)
            for text in texts
            for figure in self._with.figures_in(text)
        ]

    def _stood(self, figure: Figure, sentence: Sentence) -> bool:
        """The value stood in its sources then, of whatever."""
        documents = [each for check in sentence.cites for each in check.documents]
        known = [other for _, other in self._then(sentence)]
        known += [other for each in documents for other in self._with.archive.figures_of(each)]
        return any(agree(figure, other) for other in known)

    def _stale(self, sentence: Sentence, wrong: Sequence[Figure]) -> list[Stale]:
        """The figures that may need a successor.

        What speaks of the past on purpose may need another value of that past alone, and only where
        its source gives it no longer.
        """
        retracted = any(check.status == "retracted" for check in sentence.cites)
        lost = bool(sentence.lost) or retracted
        if not (lost or wrong or sentence.has((*TIMELY, *BLOCKING))):
            return []
        behind = (
            self._document.content.publisher,
            *(check.source.publisher for check in sentence.cites),
        )
        then = self._then(sentence)
        found = []
        for figure in sentence.figures:
            held = self._holds_still(figure, sentence)
            history = is_history(figure, self._own, self._with.archive, held=held or lost)
            if figure not in wrong and history and (held or not lost):
                continue
            if figure not in wrong and held and not sentence.has((*TIMELY, *BLOCKING)):
                continue
            found.append(
                Stale(
                    figure=figure,
                    cited=sentence.cited_by(figure),
                    publishers=behind,
                    restated=lost or figure in wrong or sentence.has(("restated",)),
                    history=history,
                    said=tuple(each for each in then if _is_it(figure, each[1])),
                    near=next((d.near or "" for d in sentence.differs), ""),
                )
            )
        return found

    def _holds_still(self, figure: Figure, sentence: Sentence) -> bool:
        """A source of the sentence gives the value for the period today."""
        return any(
            _is_it(figure, other) and not takes_back(other.sentence.of(check.now))
            for check in sentence.cites
            if check.now is not None
            for other in self._with.figures_in(check.now)
        )

    def _successor(
        self, sentence: Sentence, stale: Sequence[Stale], wrong: bool
    ) -> Change | Left | None:
        """The first that can be said of what may stand in its figures' place, best first."""
        known = successors(self._document, sentence.span, stale, self._with.archive, self._now)
        frame = Frame(
            title=self._document.title,
            cites={check.n: check.documents for check in sentence.cites},
            doubts=sentence.doubts,
        )
        said = None
        for swaps in known:
            evidence = swaps[0].candidate.document
            n = self._numbers.get(evidence.id, self._next)
            new = self._with.composer.compose(sentence.text, swaps, n, frame)
            if new is None or new == sentence.text:
                continue
            if folded(bare(new)) in self._said:
                said = said or _left(
                    sentence, "the newer figure stands in another sentence already."
                )
                continue
            return self._changed(sentence, swaps, new, n, wrong)
        return said

    def _changed(
        self, sentence: Sentence, swaps: Sequence[Swap], new: str, n: int, wrong: bool
    ) -> Change:
        lead, text = swaps[0], self._document.text
        evidence = lead.candidate.document.content
        return Change(
            span=sentence.span,
            old=sentence.text,
            new=new,
            reasons=sentence.reasons,
            candidate=replace(lead.candidate, listed=n),
            old_value=lead.figure.span.of(text),
            new_value=lead.candidate.value,
            old_period=period_text(lead.figure),
            new_period=period_text(lead.candidate.figure),
            also=tuple((s.figure.span.of(text), s.candidate.value) for s in swaps[1:]),
            publisher=evidence.publisher or self._publishers.get(n) or evidence.title,
            was_wrong=wrong
            or self._known_then(lead, sentence)
            or _is_admitted(lead, sentence, text),
        )

    def _known_then(self, lead: Swap, sentence: Sentence) -> bool:
        """Another source had restated it by the day of the check."""
        published = lead.candidate.document.content.published_on
        checked = self._document.content.checked_on
        cited = {check.document.id for check in sentence.cites if check.document}
        if lead.candidate.relation != "restated" or lead.candidate.document.id in cited:
            return False
        return bool(published and checked and published.last <= checked.first)

    def _keep(self, made: Change | Left) -> None:
        if isinstance(made, Left):
            self.left.append(made)
            return
        self.changes.append(made)
        self._said += f" {folded(bare(made.new or ''))}"
        if made.candidate is not None and made.candidate.listed is not None:
            n = made.candidate.listed
            self._numbers[made.candidate.document.id] = n
            self._next = max(self._next, n + 1)


def _is_admitted(lead: Swap, sentence: Sentence, text: str) -> bool:
    """The source itself says that what it gave before was an error."""
    restated = lead.candidate.relation == "restated"
    return restated and admitted(lead.figure.span.of(text), sentence)


def _why_left(sentence: Sentence, wrong: bool) -> str | None:
    """Why a sentence that stays as it is needs a person; None for one that needs nobody."""
    retracted = [check for check in sentence.cites if check.status == "retracted"]
    blocking = [reason for reason in sentence.reasons if reason.rule in BLOCKING]
    if sentence.differs and (wrong or not sentence.lost):
        return f"{sentence.differs[0].why}."
    if wrong:
        return "its source gave another figure, and no words of it could be put in this place."
    if retracted:
        return f"[{retracted[0].n}] was retracted."
    if sentence.lost:
        return f"[{sentence.lost[0]}] no longer says it, and nothing newer was found."
    if blocking:
        return f"{blocking[0].text} No verified words could be put in its place."
    return None


def _is_blocked(sentence: Sentence) -> bool:
    retracted = any(check.status == "retracted" for check in sentence.cites)
    return retracted or sentence.has(BLOCKING)


def _is_it(one: Figure, other: Figure) -> bool:
    """The same value of one unit, for a period that is not another one."""
    periods = [(each.period_first, each.period_last) for each in (one, other)]
    alike = periods[0] == periods[1] or (None, None) in periods
    return one.unit == other.unit and agree(one, other) and alike


def _numbers(sources: Sequence[SourceCheck]) -> dict[str, int]:
    """Under which number the list has each document; a page without one has its line's."""
    found = {check.document.id: check.n for check in reversed(sources) if check.document}
    pages = {c.page.id: c.n for c in reversed(sources) if c.page and not c.document}
    return {**pages, **found}


def _left(sentence: Sentence, why: str) -> Left:
    return Left(span=sentence.span, text=sentence.text, why=why, reasons=sentence.reasons)


def _out(sentence: Sentence) -> Change:
    return Change(
        span=sentence.span,
        old=sentence.text,
        new=None,
        reasons=sentence.reasons,
        was_wrong=True,
        retracted=sentence.cites[0].source,
    )
