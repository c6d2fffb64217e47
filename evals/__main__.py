"""`python -m evals run|compare|gate|bench`.

Exit: 0 done, 1 failed, 2 usage, 4 a floor was missed, 5 a dependency is down.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import AssistantError
from evals import gate, report
from evals.gold_questions import GOLD
from evals.gold_suite import CORPUS
from evals.suites import SUITES, run_suites

MISSED = 4


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        code: int = given.command(given)
        return code
    except AssistantError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="run|compare|gate|bench")
    run = commands.add_parser("run", help="measure suites and write a report")
    which = run.add_mutually_exclusive_group(required=True)
    which.add_argument("--suite", choices=SUITES, action="append", help="may be given again")
    which.add_argument("--all", action="store_true", help="every suite whose data is there")
    run.add_argument("--out", type=Path, required=True, help="the folder of the report")
    _benchmarks(run)
    run.add_argument("--limit", type=_positive, help="only so many cases of each set")
    run.add_argument("--corpus", type=Path, default=CORPUS, help="another archive for `gold`")
    run.add_argument("--gold", type=Path, default=GOLD, help="its questions, *.jsonl")
    run.add_argument("--json", action="store_true", help="the report on stdout, as JSON")
    run.set_defaults(command=_run)
    compare = commands.add_parser("compare", help="what changed from report A to report B")
    compare.add_argument("before", type=Path, metavar="A")
    compare.add_argument("after", type=Path, metavar="B")
    compare.set_defaults(command=_compare)
    check = commands.add_parser("gate", help="exit 4 when a report misses a floor")
    check.add_argument("report", type=Path, metavar="DIR")
    check.add_argument("--floors", type=Path, default=gate.FLOORS)
    check.set_defaults(command=_gate)
    bench = commands.add_parser("bench", help="speed and memory beside plain LangChain + Chroma")
    _benchmarks(bench)
    bench.add_argument("--passages", type=_positive, help="how many are searched (50,000)")
    bench.add_argument("--quick", action="store_true", help="small sizes, a few minutes")
    bench.add_argument(
        "--only",
        choices=("archive", "readers", "browser"),
        action="append",
        help="one part, may be given again: beside LangChain + Chroma; 64 readers; a browser",
    )
    bench.add_argument(
        "--readers-seconds", type=_positive, help="how long the readers ask (600; quick: 20)"
    )
    bench.add_argument("--json", action="store_true", help="the figures on stdout, as JSON")
    bench.set_defaults(command=_bench)
    return parser


def _benchmarks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--benchmarks", type=Path, help="a folder of public sets, one folder each")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _run(given: argparse.Namespace) -> int:
    suites, provenance = run_suites(
        given.suite,
        benchmarks=given.benchmarks,
        limit=given.limit,
        note=_note,
        corpus=given.corpus,
        gold=given.gold,
    )
    report.write(suites, provenance, given.out)
    if given.json:
        print(json.dumps(report.report_json(suites, provenance), indent=1, ensure_ascii=False))
        return 0
    for suite in suites:
        print(f"{suite.name}:")
        for figure in suite.figures:
            shown = figure.error or ("-" if figure.value is None else f"{figure.value:.4f}")
            print(f"  {figure.name:34} {shown:>8}  {figure.means}")
    print(f"report: {given.out / 'report.md'}")
    return 0


def _compare(given: argparse.Namespace) -> int:
    for line in gate.compared(report.read(given.before), report.read(given.after)):
        print(line)
    return 0


def _gate(given: argparse.Namespace) -> int:
    judged = gate.judge(report.read(given.report), gate.floors(given.floors))
    for line in gate.lines(judged):
        print(line)
    return MISSED if any(floor.missed(value) for floor, value in judged) else 0


def _bench(given: argparse.Namespace) -> int:
    from evals.bench import run, sheet

    wanted = run.size(given.passages, quick=given.quick, readers_seconds=given.readers_seconds)
    measured = run.bench(given.benchmarks, wanted, _note, given.only or run.SECTIONS)
    if given.json:
        print(json.dumps(sheet.sheet_json(measured), indent=1))
    else:
        print("\n".join(sheet.lines(measured)))
    return 0


def _note(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
