"""Commands that change what the archive holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.channels import listings, operations, terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import DocumentId, Json
from assistant.channels.session import open_session
from assistant.settings import load
from assistant.types import Audience, Kind


def ingest(
    targets: Annotated[
        list[str], typer.Argument(metavar="PATH|URL...", help="Folders, files or web addresses.")
    ],
    kind: Annotated[
        Kind | None, typer.Option(help="What the documents are, where they don't say.")
    ] = None,
    audience: Annotated[Audience, typer.Option(help="Who may read the documents.")] = "public",
    json_: Json = False,
) -> None:
    """Mirror folders and files, bring in URLs; what can't be read is quarantined (exit 1)."""
    with (
        open_session(load(), "ingest") as session,
        terminal.progress_bar("ingesting") as progress,
    ):
        report = session.call(
            operations.ingest,
            targets=[_from_here(target) for target in targets],
            kind=kind,
            audience=audience,
            progress=progress,
        )
    terminal.show(report, as_json=json_, human=lambda: listings.ingest_text(report, style()))
    if report["quarantined"]:
        raise typer.Exit(1)


def _from_here(target: str) -> str:
    """A path that means the same file to a server that runs in another folder."""
    return target if "://" in target else str(Path(target).absolute())


def withdraw(
    document_id: DocumentId,
    note: Annotated[str, typer.Option(help="What readers are told.")] = operations.WITHDRAWN,
    json_: Json = False,
) -> None:
    """Stop serving a document; answers that cite it give the note instead."""
    with open_session(load(), "withdraw") as session:
        done = session.call(operations.withdraw, document_id=document_id, note=note)
    terminal.show(done, as_json=json_, human=lambda: f"withdrawn: {document_id}")


def erase(document_id: DocumentId, json_: Json = False) -> None:
    """Remove a document from every file, for good (legal takedown)."""
    with open_session(load(), "erase") as session:
        done = session.call(operations.erase, document_id=document_id)
    terminal.show(done, as_json=json_, human=lambda: f"erased: {document_id}")


def reindex(json_: Json = False) -> None:
    """Build the indexes anew from the ledger alone."""
    with (
        open_session(load(), "reindex") as session,
        terminal.progress_bar("indexing") as progress,
    ):
        done = session.call(operations.reindex, progress=progress)
    terminal.show(done, as_json=json_, human=lambda: f"{done['passages']} passages indexed")


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file for the backup.")],
    json_: Json = False,
) -> None:
    """Write the whole ledger to one file, also while it is served."""
    with open_session(load(), "backup") as session:
        done = session.call(operations.backup, path=_from_here(str(file)))
    terminal.show(done, as_json=json_, human=lambda: f"backup written to {done['backup']}")


def restore(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `assistant backup` wrote.")
    ],
    json_: Json = False,
) -> None:
    """Put a backup in the place of the ledger, and rebuild the indexes from it."""
    with open_session(load(), "restore") as session:
        done = session.call(operations.restore, path=_from_here(str(file)))
    terminal.show(done, as_json=json_, human=lambda: f"restored from {file}")
