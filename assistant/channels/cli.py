"""The command line: every command, and what happens when one fails.

Exit codes: 0 done, 1 failed, 2 usage, 3 abstained, 4 a gate failed, 5 a dependency is down.
Importing this module imports nothing heavy: `--help` and a cold `ask` pay for what they use.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from io import TextIOWrapper
from pathlib import Path

import typer

from assistant.channels import cli_archive, cli_ask, cli_service
from assistant.channels.upkeep import (
    cli_auditing,
    cli_calibrating,
    cli_linking,
    cli_recalling,
    cli_refreshing,
    cli_watching,
)
from assistant.errors import AssistantError

app = typer.Typer(
    name="assistant",
    help="Answers from a newsroom's own fact-checks, each sentence resting on exact words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # keeps rich out of a cold start
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    cli_archive.ingest,
    cli_ask.ask,
    cli_ask.search,
    cli_ask.check,
    cli_ask.volatility,
    cli_ask.verify,
    cli_ask.gaps,
    cli_refreshing.refresh,
    cli_refreshing.due,
    cli_archive.withdraw,
    cli_linking.link,
    cli_archive.erase,
    cli_archive.reindex,
    cli_archive.backup,
    cli_archive.restore,
    cli_service.serve,
    cli_service.slack,
    cli_service.mcp,
    cli_service.doctor,
    cli_auditing.audit,
    cli_recalling.recall,
    cli_watching.watch,
):
    app.command()(command)
app.add_typer(cli_service.keys, name="keys")
app.add_typer(cli_calibrating.freshness, name="freshness")


def main() -> None:
    """The console script. Never a traceback: one line, and where the rest is."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and gives its exit code."""
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        return code
    except AssistantError as error:
        return _failed(str(error), error.exit_code)
    except BrokenPipeError:
        # Whoever read our output has left; without this Python complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        log = _log(traceback.format_exc())
        return _failed(f"unexpected {type(error).__name__}: {error} (details in {log})", 1)


def _invoke(arguments: list[str]) -> int:
    try:
        app(arguments, prog_name="assistant")
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 0
    return 0


def _failed(message: str, code: int) -> int:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    return code


def _log(details: str) -> Path:
    """Keeps a traceback in the home directory, or with the temporary files if that can't be."""
    for folder in (os.environ.get("ASSISTANT_HOME") or ".assistant", tempfile.gettempdir()):
        log = Path(folder) / "errors.log"
        try:
            with log.open("a", encoding="utf-8") as file:
                file.write(details)
        except OSError:
            continue
        return log.absolute()
    return Path(os.devnull)


if __name__ == "__main__":
    main()
