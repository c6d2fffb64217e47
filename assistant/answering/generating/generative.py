"""The Composer over a chat model: it proposes, the archive's own words decide, and it may fail.

It is asked only where the evidence was found sufficient. Its claims are located, verified, repaired
or dropped by the code that every answer passes. Where nothing holds, or it can't be asked, the
extractive answer is given, and the diagnostics say why.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from assistant.answering.generating.chat import Said
from assistant.answering.generating.drafting import (
    BRIEF_BELOW,
    CHARS_A_TOKEN,
    instructions,
    passages_text,
    read_claims,
)
from assistant.answering.generating.repairing import Repair, Repaired
from assistant.answering.language.text import jaccard
from assistant.answering.questions.analysis import analyse
from assistant.answering.sentences.extractive import CLAIMS
from assistant.answering.sentences.matching import corrected, units
from assistant.answering.sentences.units import Unit, profile
from assistant.errors import Unavailable
from assistant.ports import Composer, SupportJudge
from assistant.types import Document, Draft, Evidence, Hit, Passage, Proposal

_REASON_CHARS = 160
_COVERS = 1.5
"""Log odds within which a sentence answers what was asked about as well as the best."""
_SAME = 0.55


class Chat(Protocol):
    def say(self, instructions: str, text: str) -> Said:
        """Raises Unavailable with the reason."""

    def prepare(self) -> None:
        """Makes what a call needs, outside the time of a call. Raises Unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """Of a million tokens, in whatever currency the newsroom pays."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1e6


def answer_tokens(tokens: int) -> int:
    """The share of a question's tokens that its answer may take."""
    return max(64, min(800, tokens // 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Generative:
    """`tokens` is the budget of a question, in and out together. Safe to share between threads."""

    chat: Chat
    otherwise: Composer
    support: SupportJudge
    tokens: int
    prices: Prices | None = None
    fence: Callable[[], str] = field(default=lambda: secrets.token_hex(8))

    def __call__(self, question: str, evidence: Evidence) -> Draft:
        asked = corrected(analyse(question), evidence)
        found = units(asked, evidence)
        brief = self.tokens < BRIEF_BELOW
        shown = _likeliest_first(evidence, found)
        fence = self.fence()
        told = instructions(CLAIMS[asked.asked], fence, brief=brief)
        room = (self.tokens - answer_tokens(self.tokens)) * CHARS_A_TOKEN - len(told)
        text, fits = passages_text(question, shown, fence, room, brief=brief)
        try:
            said = self.chat.say(told, text)
        except Unavailable as error:
            return self._extractive(question, evidence, str(error))
        passages = [hit.passage for hit, _ in shown[:fits]]
        repaired = Repair(question=asked, units=found, shown=passages, support=self.support).all(
            read_claims(said.text)
        )
        spent = {**_counts(repaired), **self._spent(said)}
        if not repaired.proposals:
            return self._extractive(question, evidence, "nothing that it wrote holds", spent)
        return self._completed(question, evidence, found, repaired, passages, spent)

    def _completed(
        self,
        question: str,
        evidence: Evidence,
        found: list[Unit],
        repaired: Repaired,
        passages: list[Passage],
        spent: Mapping[str, str],
    ) -> Draft:
        """Opened with the sentence that answers, where the model's claims went past it."""
        diagnostics = {"composer": "model", **spent}
        proposals = repaired.proposals
        lead = self.otherwise(question, evidence).proposals[:1]
        if lead and not _covers(proposals, found, lead[0]):
            diagnostics["completed"] = "its claims went past what was asked"
            rest = [p for p in proposals if not _alike(p.text, lead[0].text)]
            proposals = (*lead, *rest)
        return Draft(proposals=proposals, diagnostics=diagnostics)

    def _extractive(
        self, question: str, evidence: Evidence, why: str, spent: Mapping[str, str] | None = None
    ) -> Draft:
        draft = self.otherwise(question, evidence)
        said = {"chat_model": why[:_REASON_CHARS], **(spent or {})}
        return Draft(proposals=draft.proposals, diagnostics={**draft.diagnostics, **said})

    def _spent(self, said: Said) -> dict[str, str]:
        if said.tokens_in is None or said.tokens_out is None:
            return {}
        spent = {"chat_tokens_in": str(said.tokens_in), "chat_tokens_out": str(said.tokens_out)}
        if self.prices:
            spent["chat_cost"] = f"{self.prices.of(said.tokens_in, said.tokens_out):.6f}"
        return spent


def _likeliest_first(evidence: Evidence, found: list[Unit]) -> list[tuple[Hit, Document]]:
    """The passages in the order of their best sentences: what doesn't fit is cut at the end."""
    order = {id_: at for at, id_ in enumerate(dict.fromkeys(u.hit.passage.id for u in found))}
    ranked = [hit for hit in evidence.hits if hit.passage.id in order]
    ranked.sort(key=lambda hit: order[hit.passage.id])
    return [(hit, evidence.document(hit)) for hit in ranked]


def _covers(proposals: tuple[Proposal, ...], found: list[Unit], lead: Proposal) -> bool:
    """Does any claim rest on a sentence that answers about as well as the best?"""
    best = found[0].fit
    good = {u.sentence.text for u in found if best - u.fit <= _COVERS}
    good.update(words for _, words in lead.quotes)
    return any(
        words in each or each in words
        for proposal in proposals
        for _, words in proposal.quotes
        for each in good
    )


def _alike(one: str, other: str) -> bool:
    return jaccard(profile(one).order, profile(other).order) >= _SAME


def _counts(repaired: Repaired) -> dict[str, str]:
    dropped = "; ".join(f"{why}: {n}" for why, n in repaired.dropped.items())
    counts = {
        "claims_kept": str(repaired.kept),
        "claims_repaired": str(repaired.repaired),
        "claims_dropped": str(sum(repaired.dropped.values())),
    }
    return counts | ({"dropped_because": dropped[:400]} if dropped else {})
