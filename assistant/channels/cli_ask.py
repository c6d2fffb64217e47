"""Commands that ask something of the archive, one at a time or by the file."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, TypeVar, cast

import typer

from assistant.channels import batch, listings, operations, terminal
from assistant.channels.cli_options import AsOf, Json, Now, Out, Reader
from assistant.channels.render import reply_text
from assistant.channels.session import open_session
from assistant.channels.style import Style
from assistant.errors import BadInput
from assistant.settings import Settings, load
from assistant.shapes import ReplyJson

ABSTAINED = 3
Row = TypeVar("Row", batch.QuestionRow, batch.PairRow)


def style() -> Style:
    """Colours and line breaks for a terminal, neither for a pipe."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    return Style(colour=terminal.colours(sys.stdout), width=width)


def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="What to ask the archive.")
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help='Ask every row of this JSON Lines file: {"_id","text"}.'),
    ] = None,
    out: Out = None,
    claim: Annotated[
        bool, typer.Option("--claim", help="Check it as a claim, whatever its form.")
    ] = False,
    now: Now = None,
    as_of: AsOf = None,
    audience: Reader = "public",
    json_: Json = False,
) -> None:
    """Answer a question from the archive, or say that the archive doesn't say (exit 3).

    A statement or a pasted post is checked: the published check of it is shown, where there is one.
    """
    settings = load()
    with open_session(settings, "ask") as session:
        if one(question, questions, "QUESTION", "--questions"):
            reply = session.call(
                operations.ask,
                question=question or "",
                audience=audience,
                now=now or _present(settings, as_of),
                as_claim=claim,
                as_of=as_of,
            )
            _show(reply, json_)
        else:

            def asked(row: batch.QuestionRow) -> Mapping[str, object]:
                then = row.as_of or as_of
                return session.call(
                    operations.ask,
                    question=row.text,
                    audience=audience,
                    now=row.now or now or _present(settings, then),
                    history=row.history,
                    as_claim=claim,
                    as_of=then,
                )

            run_batch(batch.read_questions(cast(Path, questions)), asked, out)


def _present(settings: Settings, as_of: str | None) -> str | None:
    """What stands in for the present; what is asked as of a day is judged on that day."""
    return None if as_of else settings.now


def _show(reply: ReplyJson, json_: bool) -> None:
    terminal.show(reply, as_json=json_, human=lambda: reply_text(reply, style()))
    if reply["kind"] == "abstention":
        raise typer.Exit(ABSTAINED)


def run_batch(
    rows: Iterable[Row], work: Callable[[Row], Mapping[str, object]], out: Path | None
) -> None:
    """A row that can't be used becomes {"_id", "error"}; the others are done; then exit 1."""
    failed = 0
    with batch.output(out) as file:
        for row in _watched(tuple(rows)):
            try:
                result = work(row)
            except BadInput as error:
                failed += 1
                result = {"error": str(error)}
                terminal.note(f"row {row.id!r}: {error}")
            batch.write_row(file, row.id, result)
    if failed:
        terminal.note(f"{failed} rows could not be used; their output says why")
        raise typer.Exit(1)


def _watched(rows: tuple[Row, ...]) -> Iterator[Row]:
    with terminal.progress_bar("row") as progress:
        for done, row in enumerate(rows):
            if progress:
                progress(done, len(rows), row.id)
            yield row


def one(single: object, many: object, name: str, option: str) -> bool:
    """Whether the single form was used. Raises a usage error unless exactly one form was."""
    if (single is None) == (many is None):
        raise typer.BadParameter(f"give either {name} or {option} FILE, not both and not neither")
    return single is not None


def search(
    query: Annotated[str | None, typer.Argument(metavar="QUERY", help="What to look for.")] = None,
    k: Annotated[int, typer.Option("-k", help="How many to give.", min=1)] = 10,
    queries: Annotated[
        Path | None,
        typer.Option(help='Search for every row of this file: {"_id","text"}, "history".'),
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="Write the documents found as a TREC run to this file.")
    ] = None,
    audience: Reader = "public",
    json_: Json = False,
) -> None:
    """Find passages; or, for a file of queries, documents as a TREC run."""
    single = one(query, queries, "QUERY", "--queries")
    rows = batch.read_questions(queries) if queries else ()
    if queries:
        batch.unbroken((row.id for row in rows), queries)
    with open_session(load(), "search") as session:
        if single:
            hits = session.call(operations.search, query=query or "", k=k, audience=audience)
            terminal.show(hits, as_json=json_, human=lambda: listings.hits_text(hits, style()))
            return
        with batch.output(run) as file:
            for row in _watched(rows):
                found = session.call(
                    operations.search_documents,
                    query=row.text,
                    k=k,
                    audience=audience,
                    history=row.history,
                )
                batch.write_run(file, row.id, [(d["document_id"], d["score"]) for d in found])


def check(now: Now = None, json_: Json = False) -> None:
    """The freshness of every fact-check: state, reasons, and when to look again."""
    settings = load()
    with open_session(settings, "check") as session:
        checks = session.call(operations.check, now=now or settings.now)
    terminal.show(checks, as_json=json_, human=lambda: listings.check_text(checks, style()))


def volatility(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", help="A question or a claim.")
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(help='Judge every row of this JSON Lines file: {"_id","text"}.')
    ] = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """How soon the answer to a question may change."""
    single = one(question, questions, "QUESTION", "--questions")
    rows = batch.read_questions(questions) if questions else ()
    with open_session(load(), "volatility") as session:
        if single:
            judged = session.call(operations.volatility, text=question or "")
            terminal.show(
                judged, as_json=json_, human=lambda: listings.volatility_text(judged, style())
            )
            return
        run_batch(rows, lambda row: session.call(operations.volatility, text=row.text), out)


def verify(
    claim: Annotated[str | None, typer.Option(help="The sentence to verify.")] = None,
    evidence: Annotated[str | None, typer.Option(help="The words that should carry it.")] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(help='Verify every row of this JSON Lines file: {"claim","evidence"}.'),
    ] = None,
    out: Out = None,
    json_: Json = False,
) -> None:
    """Does the evidence support the claim?"""
    single = one(claim, pairs, "--claim TEXT --evidence TEXT", "--pairs")
    if single and evidence is None:
        raise typer.BadParameter("--claim needs --evidence TEXT")
    rows = batch.read_pairs(pairs) if pairs else ()
    with open_session(load(), "verify") as session:
        if single:
            judged = session.call(operations.verify, claim=claim or "", evidence=evidence or "")
            terminal.show(
                judged, as_json=json_, human=lambda: listings.verify_text(judged, style())
            )
            return
        run_batch(
            rows,
            lambda row: session.call(operations.verify, claim=row.claim, evidence=row.evidence),
            out,
        )


def gaps(
    limit: Annotated[int, typer.Option(help="How many to give.", min=1)] = 100,
    json_: Json = False,
) -> None:
    """Questions that the archive could not answer, the most asked first."""
    with open_session(load(), "gaps") as session:
        found = session.call(operations.gaps, limit=limit)
    terminal.show(found["items"], as_json=json_, human=lambda: listings.gaps_text(found, style()))
