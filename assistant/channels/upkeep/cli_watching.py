"""`assistant watch`: look at the sources again, once or for as long as it runs."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Annotated

import typer

from assistant.channels import terminal
from assistant.channels.cli_ask import style
from assistant.channels.cli_options import Json, Now
from assistant.channels.session import open_session
from assistant.channels.style import Style
from assistant.channels.upkeep import watching
from assistant.errors import AssistantError, BadInput
from assistant.settings import Settings, load
from assistant.shapes_upkeep import SourceHealthJson, WatchReportJson

PAUSE_S = 300.0
"""Between two rounds of a loop. A round with nothing to look at opens the ledger and no more."""

_COUNTED = {
    "changed": "changed",
    "gone": "not found",
    "failed": "failed",
    "refused": "not reached by us",
    "postponed": "to be asked later",
    "first": "seen for the first time",
    "cosmetic": "changed in looks only",
    "unchanged": "unchanged",
    "not_due": "not due",
}


def watch(
    once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False,
    loop: Annotated[bool, typer.Option("--loop", help="Round after round, until ended.")] = False,
    now: Now = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Look at every source, also those that are not due.")
    ] = False,
    json_: Json = False,
) -> None:
    """Look at cited sources again: which have changed, gone, or were retracted."""
    if once == loop:
        raise BadInput("name one of --once (one round) and --loop (until it is ended)")
    settings = load()
    if once:
        _show(_round(settings, now, everything), as_json=json_)
        return
    with _ended_by_signal():
        _go_round(settings, now, everything, as_json=json_)


def _round(settings: Settings, now: str | None, everything: bool) -> WatchReportJson:
    """The home is held for the round alone, or the server that holds it makes the round."""
    with (
        open_session(settings, "watch") as session,
        terminal.progress_bar("looking") as progress,
    ):
        return session.call(watching.watch_once, now=now, everything=everything, progress=progress)


def _go_round(settings: Settings, now: str | None, everything: bool, *, as_json: bool) -> None:
    print("watching; Ctrl-C ends it", file=sys.stderr, flush=True)
    while True:
        try:
            report = _round(settings, now, everything)
            if report["looked"] or as_json:
                _show(report, as_json=as_json, lines=True)
        except AssistantError as error:
            terminal.note(f"error: {error}; the next round is in {PAUSE_S / 60:g} minutes")
        except Exception as error:  # whatever it is, the next round may go well
            terminal.note(f"error: unexpected {type(error).__name__}: {error}")
        time.sleep(PAUSE_S)


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """SIGTERM and Ctrl-C are how a loop ends: at once, and all went well."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {each: signal.signal(each, end) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr, flush=True)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _show(report: WatchReportJson, *, as_json: bool, lines: bool = False) -> None:
    if as_json and lines:
        print(json.dumps(report, ensure_ascii=False), flush=True)
        return
    terminal.show(report, as_json=as_json, human=lambda: report_text(report, style()))
    sys.stdout.flush()


def report_text(report: WatchReportJson, style: Style) -> str:
    """The counts, and a line for each source that an editor may have to look at."""
    counts = dict(report)
    said = [f"{counts[key]} {words}" for key, words in _COUNTED.items() if counts[key]]
    lines = [f"{report['looked']} sources looked at: {', '.join(said) or 'nothing to do'}"]
    lines += [line for each in report["sources"] for line in _lines(each, style)]
    return "\n".join(lines)


def _lines(source: SourceHealthJson, style: Style) -> list[str]:
    if source["state"] == "ok" and not source["problem"]:
        return []
    cited = ", ".join(source["cited_by"])
    lines = [style.block(f"{source['state']}: {source['title'] or source['url']}", "  ")]
    if source["title"]:
        lines.append(style.dim(style.block(source["url"], "    ")))
    if source["problem"]:
        lines.append(style.block(source["problem"], "    "))
    return [*lines, style.dim(style.block(f"cited by {cited}", "    "))] if cited else lines
