"""`assistant audit`: the findings at a terminal or in a file, and a gate for scheduled runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.channels import terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import Json
from assistant.channels.session import open_session
from assistant.channels.upkeep.auditing import audit as run_audit
from assistant.errors import BadInput
from assistant.settings import load
from assistant.shapes_upkeep import AuditJson
from assistant.types import Audience

GATE_FAILED = 4


def audit(
    gate: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Exit 4 when there are more than N findings."),
    ] = None,
    audience: Annotated[
        Audience, typer.Option(help="Whose fact-checks and sources are read.")
    ] = "internal",
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write the report to this .html, .md or .json file."),
    ] = None,
    json_: Json = False,
) -> None:
    """Hold every marker of every fact-check against its source; list what doesn't hold."""
    from assistant.channels.upkeep.audit_report import form_of  # templates: only an audit pays

    form = form_of(out) if out else None
    with open_session(load(), "audit") as session, terminal.progress_bar("auditing") as progress:
        report = session.call(run_audit, audience=audience, progress=progress)
    if out and form:
        _write(out, form(report))
        terminal.note(f"report written to {out}")
    terminal.show(report, as_json=json_, human=lambda: _text(report, shown=out is None))
    if gate is not None and len(report["findings"]) > gate:
        terminal.note(f"gate failed: {len(report['findings'])} findings, at most {gate} allowed")
        raise typer.Exit(GATE_FAILED)


def _text(report: AuditJson, *, shown: bool) -> str:
    from assistant.channels.upkeep import audit_report

    return audit_report.text(report, style()) if shown else audit_report.summary(report)


def _write(out: Path, text: str) -> None:
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{out} can't be written: {error.strerror}") from error
