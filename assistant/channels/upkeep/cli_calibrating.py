"""`assistant freshness calibrate`: the clock refitted on what became of refreshed checks."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.channels import terminal
from assistant.channels.cli_options import Json
from assistant.channels.session import open_session
from assistant.channels.upkeep import calibrating
from assistant.settings import load
from assistant.shapes_upkeep import CalibrationJson

freshness = typer.Typer(
    help="The clock that says when an answer grows old.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@freshness.callback()
def _group() -> None:
    """A group of one command is a group all the same."""


@freshness.command("calibrate")
def calibrate(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")
    ] = False,
    json_: Json = False,
) -> None:
    """Refit how fast answers grow old on the outcomes of refreshes (exit 1: too few outcomes)."""
    with open_session(load(), "freshness calibrate") as session:
        made = session.call(calibrating.calibrate, apply=not dry_run)
    terminal.show(made, as_json=json_, human=lambda: calibration_text(made))
    if made["reason"]:
        raise typer.Exit(1)


def calibration_text(made: CalibrationJson) -> str:
    if made["reason"]:
        return made["reason"]
    lines = [
        f"{tau['kind']:<11}tau {tau['before']:7.1f} -> {tau['after']:7.1f} days "
        f"({tau['changed']} of {tau['outcomes']} had changed)"
        for tau in made["taus"]
    ]
    lines.append(
        f"{'notice':<11}from {made['threshold_before']:.3f} -> {made['threshold_after']:.3f}"
    )
    lines.append(f"{'log-loss':<11}{made['loss_before']:.4f} -> {made['loss_after']:.4f}")
    held = "it holds from now on" if made["applied"] else "nothing was changed (--dry-run)"
    return "\n".join([*lines, f"{made['outcomes']} outcomes; {held}"])
