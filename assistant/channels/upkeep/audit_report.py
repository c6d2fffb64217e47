"""The report of an audit, words beside words: for a terminal, as Markdown, HTML or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.channels.markdown import Markdown
from assistant.channels.style import Style
from assistant.channels.templates import environment
from assistant.errors import BadInput
from assistant.shapes_upkeep import AuditFindingJson, AuditJson, AuditKind

KINDS: dict[AuditKind, str] = {
    "unsupported": "not held by its source",
    "number_differs": "a figure differs",
    "dead_marker": "leads nowhere",
    "source_gone": "its source no longer stands",
}
Form = Callable[[AuditJson], str]


def form_of(out: Path) -> Form:
    """How a report is written into a file of this name. Raises BadInput for one it can't be."""
    form = FORMS.get(out.suffix.lower())
    if form is None:
        raise BadInput(f"{out.name}: a report ends in {', '.join(FORMS)}")
    return form


def summary(report: AuditJson) -> str:
    counts = [f"{report['documents']} fact-checks", f"{report['markers']} markers"]
    counts += [f"{report['held']} held", f"{report['not_in_archive']} not in the archive"]
    return f"{', '.join(counts)}, {_findings(len(report['findings']))}"


def _findings(count: int) -> str:
    return "1 finding" if count == 1 else f"{count} findings"


def text(report: AuditJson, style: Style) -> str:
    lines = [summary(report)]
    for finding in report["findings"]:
        lines += ["", *_lines(finding, style)]
    return "\n".join(lines)


def _lines(finding: AuditFindingJson, style: Style) -> Iterator[str]:
    where = f"{finding['document_id']} {finding['start']}-{finding['end']}"
    head = (
        f"{finding['marker']} {KINDS[finding['kind']]}: {style.words(finding['title'])} ({where})"
    )
    yield style.heading(style.block(head))
    yield style.block(f"the fact-check: {style.words(finding['sentence'])}", "  - ")
    source = style.words(finding["source_title"] or "no source is listed")
    yield style.block(f"the source: {source}", "  - ")
    if finding["nearest"]:
        place = f"{finding['source_id']} {finding['nearest_start']}-{finding['nearest_end']}"
        yield style.block(f"nearest there ({place}): {style.words(finding['nearest'])}", "  - ")
    for reason in finding["reasons"]:
        yield style.warn(style.block(style.words(reason), "  > "))


def _html(report: AuditJson) -> str:
    page = environment(Path(__file__).parent).get_template("audit.html")
    return page.render(report=report, kinds=KINDS, summary=summary(report))


def _markdown(report: AuditJson) -> str:
    return f"# Audit\n\n{text(report, Markdown())}\n"


def _json(report: AuditJson) -> str:
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


FORMS: dict[str, Form] = {".html": _html, ".md": _markdown, ".json": _json}
