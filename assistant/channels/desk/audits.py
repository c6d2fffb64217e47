"""The desk's audit: markers that don't hold what their sentence claims, words beside words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from assistant.channels.desk.entry import PATH, Acting, Editor, Reading
from assistant.channels.desk.places import Piece, address, audiences, pieces
from assistant.channels.desk.route import PageNumber, desk_router
from assistant.channels.desk.upkeep import upkeep
from assistant.channels.desk.views import page, pager
from assistant.channels.operations import ProgressSink
from assistant.channels.services import archive
from assistant.desk import Stands
from assistant.shapes_upkeep import AuditFindingJson, AuditJson, AuditKind
from assistant.types import Audience

router = desk_router()

KINDS: tuple[AuditKind, ...] = get_args(AuditKind)
PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An audit, when it was made, and how the documents stood that it found something of."""

    at: str
    audit: AuditJson
    stood: Mapping[str, Stands]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A finding as the page shows it. An address is None where its words can't be shown."""

    said: AuditFindingJson
    sentence: list[Piece]
    check: str | None
    source: str | None


@router.get("/audit")
def audit(request: Request, who: Reading, kind: str = "", number: PageNumber = 1) -> Response:
    """The last report for what `who` may read; none is made by looking."""
    errands, kept = archive(request).desk.errands, _reports(request)
    errand = errands.look(_errand(who.audience), PATIENCE_S)
    report = _standing(request, kept.get(who.audience))
    if report is not None:
        kept[who.audience] = report  # not even in memory are words of what was erased kept
    findings = report.audit["findings"] if report else []
    counts = Counter(each["kind"] for each in findings)
    kind = kind if kind in counts else ""
    chosen = [each for each in findings if kind in ("", each["kind"])]
    shown = pager(number, len(chosen), kind=kind)
    return page(
        request,
        "audit.html",
        who,
        report=report,
        errand=errand if errand and (errand.under_way or errand.wrong) else None,
        counts=[("", len(findings)), *((name, counts[name]) for name in KINDS if counts[name])],
        kind=kind,
        items=_beside(request, who, shown.of(chosen)),
        pager=shown,
    )


@router.post("/audit")
def begin(request: Request, who: Acting) -> Response:
    """Starts one, unless one is under way; the last report stays until it is done."""
    made, kept, audience = upkeep(request), _reports(request), who.audience
    clock, desk = archive(request).settings.clock, archive(request).desk

    def work(progress: ProgressSink) -> None:
        audit = made.audit(audience, progress)
        stood = desk.stand(_named(audit["findings"]))
        kept[audience] = Report(at=clock().isoformat(), audit=audit, stood=stood)

    archive(request).desk.errands.start(_errand(audience), work)
    return RedirectResponse(f"{PATH}/audit", 303)


def _standing(request: Request, report: Report | None) -> Report | None:
    """A report without the findings whose documents have moved on since it was made."""
    if report is None:
        return None
    findings = report.audit["findings"]
    now = archive(request).desk.stand(_named(findings))
    kept = [
        each
        for each in findings
        if all(name in now and now[name] == report.stood.get(name) for name in _named([each]))
    ]
    return replace(report, audit={**report.audit, "findings": kept})


def _named(findings: Sequence[AuditFindingJson]) -> list[str]:
    both = (id for each in findings for id in (each["document_id"], each["source_id"]))
    return [id for id in both if id is not None]


def _reports(request: Request) -> dict[Audience, Report]:
    found = request.app.state.desk_audits
    assert isinstance(found, dict)
    return found


def _errand(audience: Audience) -> str:
    return f"audit of what is {audience}"


def _beside(request: Request, who: Editor, findings: Sequence[AuditFindingJson]) -> list[Beside]:
    held = audiences(request, who, _named(findings))
    return [_of(each, held) for each in findings]


def _of(said: AuditFindingJson, held: dict[str, Audience]) -> Beside:
    source, check = said["source_id"], said["document_id"]
    words = said["nearest_start"], said["nearest_end"]
    return Beside(
        said=said,
        sentence=pieces(said["sentence"], said["claimed"]),
        check=address(check, held[check], said["version"], said["start"], said["end"])
        if check in held
        else None,
        source=address(source, held[source], said["source_version"], *words)
        if source in held
        else None,
    )
