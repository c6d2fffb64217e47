"""The rules that rest on links: metadata or an editor's act, never a sentence of a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.freshness.authority import Authority, counts_from
from assistant.freshness.facts import Case, DocumentLinks, Finding
from assistant.types import Document


def superseded(case: Case) -> Iterator[Finding]:
    """Linked to a document that replaces this one and may."""
    for newer in replacing(case.document, case.links, case.authority, "supersedes"):
        if newer.content.withdrawn is None:
            yield Finding(
                rule="superseded",
                level="hard",
                state="superseded",
                since=counts_from(newer),
                text=f"A newer document replaces it{_title(newer, case.document)}.",
                clears_when="The answer rests on the newer document instead.",
                document_id=case.document.id,
                evidence=_other(case, newer, "supersedes"),
            )


def retracted_or_corrected(case: Case) -> Iterator[Finding]:
    """Withdrawn by its own notice or the archive, or corrected by a linked document."""
    note = case.document.content.withdrawn or case.links.withdrawn_note
    if note is not None:
        yield Finding(
            rule="retracted-or-corrected",
            level="hard",
            state="retracted",
            since=date.min,
            text="It was withdrawn.",
            clears_when="Nothing clears this: rest on another document.",
            document_id=case.document.id,
            evidence={"document_id": case.document.id, "note": note},
        )
    for newer in replacing(case.document, case.links, case.authority, "corrects"):
        yield Finding(
            rule="retracted-or-corrected",
            level="hard",
            state="retracted",
            since=counts_from(newer),
            text=f"It was corrected{_title(newer, case.document)}.",
            clears_when="The answer rests on the correction instead.",
            document_id=case.document.id,
            evidence=_other(case, newer, "corrects"),
        )


def replacing(
    older: Document, links: DocumentLinks, authority: Authority, relation: str
) -> Iterator[Document]:
    """The linked documents that may replace `older`: by their authority, or by an editor's act."""
    linked = links.superseded_by if relation == "supersedes" else links.corrected_by
    for newer in linked:
        by_editor = (relation, newer.id) in links.set_by and newer.id != older.id
        if by_editor or authority.links(newer, older):
            yield newer


def hidden(newer: Document, older: Document) -> bool:
    """A reader of the public document must not learn of an internal one by its words."""
    return newer.audience == "internal" and older.audience == "public"


def _other(case: Case, newer: Document, relation: str) -> dict[str, str]:
    older = case.document
    if hidden(newer, older):
        return {"document_id": older.id}
    dated = (
        {} if newer.content.checked_on is None else {"checked_on": str(newer.content.checked_on)}
    )
    by_editor = (relation, newer.id) in case.links.set_by  # whose name is for the desk alone
    linked = {"linked_by": "an editor"} if by_editor else {}
    return {
        "document_id": older.id,
        "by_document_id": newer.id,
        "by_title": newer.title,
        **dated,
        **linked,
    }


def _title(newer: Document, older: Document) -> str:
    return "" if hidden(newer, older) else f": \u201c{newer.title}\u201d"
