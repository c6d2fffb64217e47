"""The rules that rest on links: metadata or an editor's act, never a sentence of a text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from assistant.freshness.clocks import in_force_from
from assistant.freshness.facts import Case, Finding
from assistant.types import Document


def superseded(case: Case) -> Iterator[Finding]:
    """Linked by metadata of the same publisher to a document that replaces this one."""
    for newer in case.links.superseded_by:
        if may_replace(newer, case.document) and newer.content.withdrawn is None:
            yield Finding(
                rule="superseded",
                level="hard",
                state="superseded",
                since=in_force_from(newer),
                text=f"A newer document replaces it{_title(newer, case.document)}.",
                clears_when="The answer rests on the newer document instead.",
                document_id=case.document.id,
                evidence=_other(newer, case.document),
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
    for newer in case.links.corrected_by:
        if may_replace(newer, case.document):
            yield Finding(
                rule="retracted-or-corrected",
                level="hard",
                state="retracted",
                since=in_force_from(newer),
                text=f"It was corrected{_title(newer, case.document)}.",
                clears_when="The answer rests on the correction instead.",
                document_id=case.document.id,
                evidence=_other(newer, case.document),
            )


def may_replace(newer: Document, older: Document) -> bool:
    """Authority at least equal, which for now is: the same publisher, and the same kind."""
    publishers = [(each.content.publisher or "").casefold().strip() for each in (newer, older)]
    return newer.kind == older.kind and publishers[0] == publishers[1] and newer.id != older.id


def _other(newer: Document, older: Document) -> dict[str, str]:
    if _hidden(newer, older):
        return {"document_id": older.id}
    dated = (
        {} if newer.content.checked_on is None else {"checked_on": str(newer.content.checked_on)}
    )
    return {"document_id": older.id, "by_document_id": newer.id, "by_title": newer.title, **dated}


def _title(newer: Document, older: Document) -> str:
    return "" if _hidden(newer, older) else f": \u201c{newer.title}\u201d"


def _hidden(newer: Document, older: Document) -> bool:
    # A reader of the public document must not learn of an internal one by its title.
    return newer.audience == "internal" and older.audience == "public"
