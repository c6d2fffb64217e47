"""`assistant refresh` and `assistant due`: what should be checked again, and doing it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from assistant.channels import terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import Json, Now
from assistant.channels.render import STATES, reason_text
from assistant.channels.session import Session, open_session
from assistant.channels.style import Style
from assistant.channels.upkeep import refreshing
from assistant.errors import BadInput
from assistant.settings import load
from assistant.shapes_upkeep import DifferenceJson, DueJson, RefreshJson, SourceCheckJson


def refresh(
    document_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="A fact-check's id.")
    ] = None,
    due_: Annotated[
        bool, typer.Option("--due", help="Every fact-check that is due, the most urgent first.")
    ] = False,
    now: Now = None,
    approve: Annotated[
        bool, typer.Option("--approve", help="Publish what is proposed at once.")
    ] = False,
    reject: Annotated[
        str | None, typer.Option("--reject", metavar="REASON", help="Reject what is proposed.")
    ] = None,
    as_correction: Annotated[
        bool,
        typer.Option("--as-correction", help="With --approve: the fact-check was wrong."),
    ] = False,
    by_hand: Annotated[
        bool,
        typer.Option("--by-hand", help="You looked at the sources that we can't look at."),
    ] = False,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who does it.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", help="With --due: at most so many.", min=1)
    ] = None,
    json_: Json = False,
) -> None:
    """Look at a fact-check's sources again and propose what becomes of it (exit 1: it failed)."""
    _must_be_one(document_id, due_, approve=approve, reject=reject, by_hand=by_hand, limit=limit)
    if as_correction and (document_id is None or not approve):
        raise BadInput("--as-correction is said of one fact-check that you approve: --approve")
    with (
        open_session(load(), "refresh") as session,
        terminal.progress_bar("refreshing") as progress,
    ):
        if document_id is None:
            found = session.call(
                refreshing.refresh_due,
                now=now,
                limit=limit,
                approve=approve,
                by=by,
                progress=progress,
            )
        elif reject is not None:
            found = [_rejected(session, document_id, reject, by)]
        else:
            made = session.call(
                refreshing.refresh,
                document_id=document_id,
                now=now,
                approve=approve and not as_correction,
                by_hand=by_hand,
                by=by,
            )
            found = [_as_correction(session, made, by) if as_correction else made]
    terminal.show(
        found if document_id is None else found[0],
        as_json=json_,
        human=lambda: (
            "\n\n".join(refresh_text(each, style()) for each in found) or "nothing is due"
        ),
    )
    if any(each["state"] == "failed" for each in found):
        raise typer.Exit(1)


def due(now: Now = None, json_: Json = False) -> None:
    """List the fact-checks that should be checked again, the most urgent first."""
    with open_session(load(), "due") as session:
        found = session.call(refreshing.due, now=now)
    terminal.show(found, as_json=json_, human=lambda: due_text(found, style()))


def _must_be_one(
    document_id: str | None,
    due_: bool,
    *,
    approve: bool,
    reject: str | None,
    by_hand: bool,
    limit: int | None,
) -> None:
    if (document_id is None) != due_:
        raise BadInput("name one fact-check, or --due for all that are due")
    if due_ and (reject is not None or by_hand):
        raise BadInput("--reject and --by-hand are said of one fact-check: name it")
    if reject is not None and (approve or by_hand):
        raise BadInput("--reject goes with neither --approve nor --by-hand")
    if reject is not None and not reject.strip():
        raise BadInput("--reject needs a reason, in words")
    if limit is not None and not due_:
        raise BadInput("--limit goes with --due")


def _as_correction(session: Session, made: RefreshJson, by: str | None) -> RefreshJson:
    if made["state"] != "proposed":
        return made
    return session.call(
        refreshing.refresh_decide, refresh_id=made["id"], approve=True, by=by, kind="corrected"
    )


def _rejected(session: Session, document_id: str, reason: str, by: str | None) -> RefreshJson:
    waiting = session.call(refreshing.refreshes, document_id=document_id, open_only=True, limit=1)
    if not waiting:
        raise BadInput(
            f"nothing is proposed for {document_id!r}: `assistant refresh {document_id}` proposes"
        )
    return session.call(
        refreshing.refresh_decide,
        refresh_id=waiting[0]["id"],
        approve=False,
        by=by,
        reason=reason,
    )


# --- for people -----------------------------------------------------------------------------------


def refresh_text(refresh: RefreshJson, style: Style) -> str:
    return "\n".join(_lines(refresh, style))


_BECAME: dict[str, str] = {
    "confirmed": "its sources still say what is cited",
    "updated": "there are newer figures",
    "corrected": "it was wrong when it was checked",
    "withdrawn": "what it rests on was retracted",
    "failed": "nothing was changed; it keeps its date and its notice",
}


def _lines(refresh: RefreshJson, style: Style) -> Iterator[str]:
    yield style.bold(style.block(f"{refresh['title']} ({refresh['document_id']})"))
    yield _headline(refresh, style)
    if refresh["reason"]:
        yield style.block(refresh["reason"], "  ")
    for difference in refresh["differences"]:
        yield from _difference(difference, style)
    if refresh["sources"]:
        yield style.block(_sources(refresh["sources"]), "sources: ")
    if refresh["note"]:
        told = "readers will be told: " if refresh["state"] == "proposed" else "readers are told: "
        yield style.block(refresh["note"], told, "  ")
    if refresh["caution"]:
        yield style.warn(style.block(refresh["caution"], "mind: "))
    yield from _next(refresh, style)


def _headline(refresh: RefreshJson, style: Style) -> str:
    outcome = refresh["outcome"]
    if outcome is None:
        return refresh["state"]
    state = f" ({refresh['state']})" if refresh["state"] != "failed" else ""
    line = f"{outcome}{state}: {_BECAME[outcome]}"
    return style.warn(line) if outcome == "failed" else line


def _sources(sources: Sequence[SourceCheckJson]) -> str:
    """Who is how, each once: "[1] changed, [2] [3] unchanged"."""
    by_status: dict[str, list[int]] = {}
    for source in sources:
        by_status.setdefault(source["status"], []).append(source["n"])
    return ", ".join(
        f"{' '.join(f'[{n}]' for n in numbers)} {status}" for status, numbers in by_status.items()
    )


def _difference(difference: DifferenceJson, style: Style) -> Iterator[str]:
    yield style.block(difference["old"], "  - ")
    yield style.block(difference["new"] or "(this sentence is taken out)", "  + ")
    if difference["quote"]:
        name = difference["source_title"] or difference["source_id"]
        yield style.dim(style.block(f"{name} says: \u201c{difference['quote']}\u201d", "    "))


def _next(refresh: RefreshJson, style: Style) -> Iterator[str]:
    document_id = refresh["document_id"]
    if refresh["state"] == "proposed":
        yield f"to publish it: assistant refresh {document_id} --approve"
        yield f"to reject it:  assistant refresh {document_id} --reject REASON"
    elif refresh["state"] == "published":
        new, old = refresh["new_version"], refresh["version"]
        if new is not None and new != old:
            yield f"version {new} is served now; version {old} is kept"


def due_text(waiting: Sequence[DueJson], style: Style) -> str:
    if not waiting:
        return "nothing is due"
    return "\n".join(line for each in waiting for line in _due(each, style))


def _due(each: DueJson, style: Style) -> Iterator[str]:
    freshness = each["freshness"]
    yield style.block(f"{each['title']} ({each['document_id']})")
    answers = "1 answer rests" if each["reach"] == 1 else f"{each['reach']} answers rest"
    open_ = "; a refresh waits for an editor" if each["refresh_id"] else ""
    checked = freshness["checked_on"] or "an unknown date"
    yield style.warn(
        f"  {each['level']}: {STATES[freshness['state']]}; checked on {checked}; {answers} on it"
        f"{open_}"
    )
    for reason in freshness["reasons"][:1]:
        yield style.block(reason_text(reason), "  - ")
