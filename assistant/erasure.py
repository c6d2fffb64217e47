"""Erasure from what was asked and served: not a word stays of a document that had to go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.ledger.gaps import key_of
from assistant.ledger.revisions import TAKEN_OUT
from assistant.types import Document

ERASED = "words of a document that was erased since, and the claims on them, were cut out"
ERASED_QUESTION = "(a question in the words of a document that was erased)"
_TELLING = 20
"""Characters from which a document's own question counts as its words inside a longer one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The questions that a document brought: its titles and its follow-ups.

    Pages and answers offer them to be asked, so readers ask them word for word.
    """

    questions: tuple[str, ...] = ()

    @classmethod
    def by(cls, versions: Iterable[Document]) -> Offered:
        found = [text for each in versions for text in (each.title, *each.content.follow_ups)]
        bare = (text.strip().rstrip("?!. ") for text in found)  # asked with and without its mark
        return cls(questions=tuple(dict.fromkeys(text for text in bare if text)))

    def holds(self, text: str) -> bool:
        """Whether a reader's question is one of them, or has one in it."""
        asked = key_of(text)
        own = [key_of(each) for each in self.questions]
        return any(each == asked or (len(each) >= _TELLING and each in asked) for each in own)


def without_document(
    reply: Mapping[str, Any], *, document_id: str, offered: Offered = Offered()
) -> dict[str, Any]:
    """A stored reply without a word of an erased document; the numbers of the rest stay.

    A claim goes whole when any of its quotes was of that document. Follow-up questions may be
    the document's own, so they go too, and so does the question where it was.
    """
    cut = dict(reply)
    asked = [text for name in ("question", "standalone_question") if (text := reply.get(name))]
    if any(offered.holds(text) for text in asked):
        cut |= {"question": ERASED_QUESTION, "standalone_question": None}
    cut["follow_ups"] = []
    cut["diagnostics"] = {**reply.get("diagnostics", {}), "erased": ERASED}
    if "nearest" in reply:
        cut["nearest"] = [n for n in reply["nearest"] if n["document_id"] != document_id]
    if "claims" in reply:
        cut |= _without_claims(reply, document_id)
    return cut


def without_notes(reply: Mapping[str, Any], notes: Collection[str]) -> dict[str, Any]:
    """A stored reply in which no revision says what was said of an erased document."""
    citations = [_without_note(each, notes) for each in reply.get("citations", ())]
    return {**reply, "citations": citations} if citations else dict(reply)


def _without_note(citation: Mapping[str, Any], notes: Collection[str]) -> dict[str, Any]:
    revision = citation.get("revision")
    if not revision or revision["note"] not in notes:
        return dict(citation)
    return {**citation, "revision": {**revision, "note": TAKEN_OUT}}


def _without_claims(reply: Mapping[str, Any], document_id: str) -> dict[str, Any]:
    erased = {c["n"] for c in reply["citations"] if c["document_id"] == document_id}
    kept = [n for n, c in enumerate(reply["claims"]) if not erased.intersection(c["citations"])]
    places = {old: new for new, old in enumerate(kept)}
    claims = [reply["claims"][n] for n in kept]
    used = {n for claim in claims for n in claim["citations"]}
    return {
        "claims": [
            {**claim, "freshness": _without_reasons(claim["freshness"], places, document_id)}
            for claim in claims
        ],
        "citations": [
            {**c, "via": [_without_hop(via, document_id) for via in c["via"]]}
            for c in reply["citations"]
            if c["n"] in used
        ],
        "verdicts": [v for v in reply["verdicts"] if v["document_id"] != document_id],
        "freshness": _without_reasons(reply["freshness"], places, document_id),
    }


def _without_reasons(
    freshness: Mapping[str, Any], places: Mapping[int, int], document_id: str
) -> dict[str, Any]:
    """Reasons of the claims that stay, at their new places, that don't name the document."""
    reasons = [
        {**reason, "claim": None if reason["claim"] is None else places[reason["claim"]]}
        for reason in freshness["reasons"]
        if (reason["claim"] is None or reason["claim"] in places) and not names(reason, document_id)
    ]
    return {**freshness, "reasons": reasons}


def names(reason: Mapping[str, Any], document_id: str) -> bool:
    """Whether a reason tells of a document; one that shows its title names its id too."""
    return any(document_id in text for text in (reason["text"], *reason["evidence"].values()))


def _without_hop(via: Mapping[str, Any], document_id: str) -> dict[str, Any]:
    if via["document_id"] != document_id:
        return dict(via)
    return {**dict.fromkeys(via), "marker": via["marker"], "resolved": False}
