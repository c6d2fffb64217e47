"""Standard output carries data and nothing else; everything else goes to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from assistant.channels.operations import ProgressSink


def show(value: object, *, as_json: bool, human: Callable[[], str]) -> None:
    """Prints a result: its JSON, or what `human` makes of it."""
    print(json.dumps(value, ensure_ascii=False, indent=2) if as_json else human())


def note(text: str) -> None:
    """A remark for the person at the terminal."""
    print(text, file=sys.stderr)


def colours(stream: TextIO) -> bool:
    """Escape sequences only on a terminal that wants them (https://no-color.org)."""
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return wanted and stream.isatty()


@contextmanager
def progress_bar(what: str) -> Iterator[ProgressSink | None]:
    """A bar on standard error while it is a terminal; otherwise None: nothing to report to."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int, name: str) -> None:
            label = escape(name[-40:])
            bar.update(task, completed=done, total=total, description=f"{what} {label}")

        yield advance
