"""Options that several commands share, spelled once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from assistant.types import Audience

Json: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Now: TypeAlias = Annotated[
    str | None,
    typer.Option("--now", metavar="DATE", help="Judge as of this date or instant."),
]
AsOf: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Ask the archive as it stood at the end of this day."
    ),
]
Reader: TypeAlias = Annotated[
    Audience, typer.Option("--audience", help="What may be read: public, or internal too.")
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", help="Write JSON Lines to this file.", dir_okay=False)
]
DocumentId: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="A document's id.")]
