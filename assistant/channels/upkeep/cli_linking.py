"""The command with which an editor says that one document supersedes or corrects another."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from assistant.channels import terminal
from assistant.channels.cli_options import Json
from assistant.channels.session import open_session
from assistant.channels.upkeep import linking
from assistant.errors import BadInput
from assistant.settings import load


def link(
    newer: Annotated[str, typer.Argument(metavar="NEWER", help="The id of the newer document.")],
    supersedes: Annotated[
        str | None, typer.Option(metavar="OLDER", help="The id of a document that it replaces.")
    ] = None,
    corrects: Annotated[
        str | None, typer.Option(metavar="OLDER", help="The id of a document that it corrects.")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="Who says so.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take it back.")] = False,
    json_: Json = False,
) -> None:
    """Say that a document supersedes or corrects another: that counts whoever published them."""
    older = supersedes or corrects
    if older is None or (supersedes and corrects):
        raise BadInput("name the older document with --supersedes or with --corrects")
    relation: Literal["supersedes", "corrects"] = "supersedes" if supersedes else "corrects"
    with open_session(load(), "link") as session:
        done = session.call(
            linking.link,
            document_id=newer,
            relation=relation,
            target=older,
            by=by,
            remove=remove,
        )
    said = f"no longer {relation}" if remove else relation
    terminal.show(done, as_json=json_, human=lambda: f"{newer} {said} {older}")
