"""The audit of the archive's markers for callers, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from assistant.channels.operations import ProgressSink
from assistant.shapes_upkeep import AuditFindingJson, AuditJson
from assistant.types import Audience

if TYPE_CHECKING:
    from assistant.upkeep.audit import AuditFinding
    from assistant.wiring import Assistant


def audit(
    assistant: Assistant,
    *,
    audience: Audience = "internal",
    progress: ProgressSink | None = None,
) -> AuditJson:
    """Every marker of every fact-check held against its source."""
    report = assistant.auditor.audit(audience, progress)
    return {
        "documents": report.documents,
        "sentences": report.sentences,
        "markers": report.markers,
        "held": report.held,
        "not_in_archive": report.not_in_archive,
        "findings": [finding_json(finding) for finding in report.findings],
    }


def finding_json(finding: AuditFinding) -> AuditFindingJson:
    """The words side by side; a source that isn't there has neither words nor offsets."""
    document, source, listed = finding.document, finding.source, finding.listed
    nearest = finding.nearest if source else None
    return {
        "kind": finding.kind,
        "document_id": document.id,
        "version": document.version,
        "title": document.title,
        "start": finding.sentence.start,
        "end": finding.sentence.end,
        "sentence": finding.sentence.of(document.text),
        "claimed": finding.claimed,
        "marker": " ".join(f"[{n}]" for n in finding.numbers),
        "source_id": source.id if source else None,
        "source_version": source.version if source else None,
        "source_title": (source.title if source else None) or (listed.title if listed else None),
        "url": (listed.url if listed else None) or (source.content.url if source else None),
        "nearest": nearest.of(source.text) if source and nearest else None,
        "nearest_start": nearest.start if nearest else None,
        "nearest_end": nearest.end if nearest else None,
        "reasons": [_sentence(reason) for reason in finding.reasons],
    }


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:].rstrip(".") + "." if reason else reason


BY_NAME: Mapping[str, Callable[..., object]] = {"audit": audit}
