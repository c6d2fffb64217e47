"""`python -m evals run|compare|gate|bench`.

Exit: 0 done, 1 failed, 2 usage, 4 a floor was missed, 5 a dependency is down.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from assistant.errors import AssistantError, BadInput
from evals.homes import settings
from evals.inputs import judged_file
from evals.judge import KEY, REPEATS, asked_of
from evals.provenance import REPOSITORY, Provenance
from evals.provenance import of as provenance_of
from evals.reports import compare, gate, page, report, summary, writing
from evals.reports.junit import junit
from evals.reports.report import Suite
from evals.reports.text import fit
from evals.suites.gold import CORPUS
from evals.suites.gold_questions import GOLD
from evals.suites.registry import SUITES, run_suites

MISSED = 4
RESULTS = REPOSITORY / "evals" / "results"


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
    _run_parser(commands.add_parser("run", help="measure suites and write a report"))
    changed = commands.add_parser("compare", help="what changed from report A to report B")
    changed.add_argument("before", type=Path, metavar="A")
    changed.add_argument("after", type=Path, metavar="B")
    shape = changed.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="as JSON")
    shape.add_argument("--markdown", action="store_true", help="as Markdown, for a pull request")
    changed.set_defaults(command=_compare)
    check = commands.add_parser("gate", help="exit 4 when a report misses a floor")
    check.add_argument("report", type=Path, metavar="DIR")
    check.add_argument("--floors", type=Path, default=gate.FLOORS)
    check.add_argument("--junit", type=Path, metavar="FILE", help="also as JUnit XML")
    check.set_defaults(command=_gate)
    _bench_parser(commands.add_parser("bench", help="speed and memory beside LangChain + Chroma"))
    return parser


def _run_parser(run: argparse.ArgumentParser) -> None:
    which = run.add_mutually_exclusive_group(required=True)
    which.add_argument("--suite", choices=SUITES, action="append", help="may be given again")
    which.add_argument("--all", action="store_true", help="every suite whose data is there")
    which.add_argument("--trec", type=Path, metavar="RUN", help="judge a TREC run; needs --qrels")
    run.add_argument("--out", type=Path, default=RESULTS, help="the folder of the report")
    _benchmarks(run)
    run.add_argument("--limit", type=_positive, help="only so many cases of each set")
    run.add_argument("--corpus", type=Path, default=CORPUS, help="another archive for `gold`")
    run.add_argument("--gold", type=Path, default=GOLD, help="its questions, *.jsonl")
    run.add_argument("--qrels", type=Path, help="the judgements for --trec, BEIR's or TREC's")
    run.add_argument("--floors", type=Path, default=gate.FLOORS, help="what the report is held to")
    run.add_argument("--summary", type=Path, metavar="FILE", help="also the README's summary")
    run.add_argument("--judge", metavar="MODEL", help="a chat model's opinion of gold's answers")
    run.add_argument("--judge-url", metavar="URL", help=f"its OpenAI server; key in {KEY}")
    run.add_argument("--judge-repeats", type=_positive, default=REPEATS, metavar="N")
    run.add_argument("--json", action="store_true", help="the report on stdout, as JSON")
    run.set_defaults(command=_run)


def _bench_parser(bench: argparse.ArgumentParser) -> None:
    _benchmarks(bench)
    bench.add_argument("--passages", type=_positive, help="how many are searched (50,000)")
    bench.add_argument("--quick", action="store_true", help="small sizes, a few minutes")
    bench.add_argument(
        "--only",
        choices=("archive", "stages", "freshness", "readers", "browser"),
        action="append",
        help="one part, may be given again: beside LangChain + Chroma; stages of a question;"
        " figures and checks; 64 readers; a browser",
    )
    bench.add_argument(
        "--readers-seconds", type=_positive, help="how long the readers ask (600; quick: 20)"
    )
    bench.add_argument("--json", action="store_true", help="the figures on stdout, as JSON")
    bench.set_defaults(command=_bench)


def _benchmarks(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--benchmarks", type=Path, help="a folder of public sets, one folder each")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def _run(given: argparse.Namespace) -> int:
    floors = gate.floors(given.floors)
    suites, provenance = _measured(given)
    writing.write(suites, provenance, given.out, floors)
    if given.summary:
        held = summary.summary(suites, provenance, floors)
        report.put(given.summary, json.dumps(held, indent=1, ensure_ascii=False))
    if given.json:
        _print_json(report.report_json(suites, provenance))
        return 0
    for suite in suites:
        print(f"{suite.name}:")
        for figure in suite.figures:
            shown = figure.error or ("-" if figure.value is None else f"{figure.value:.4f}")
            print(f"  {figure.name:34} {shown:>8}  {figure.means}")
    print(f"report: {given.out / page.PAGE}")
    return 0


def _measured(given: argparse.Namespace) -> tuple[list[Suite], Provenance]:
    if given.trec:
        if given.qrels is None:
            raise BadInput("--trec needs --qrels, the file of judgements")
        return [judged_file(given.trec, given.qrels)], provenance_of(settings(Path()), given.limit)
    suites, provenance = run_suites(
        given.suite,
        benchmarks=given.benchmarks,
        limit=given.limit,
        note=_note,
        corpus=given.corpus,
        gold=given.gold,
    )
    if given.judge:
        judge = asked_of(given.judge, given.judge_url, given.out, given.judge_repeats)
        suites.append(judge.of_gold(suites))
    return suites, provenance


def _compare(given: argparse.Namespace) -> int:
    compared = compare.compare(given.before, given.after, gate.floors())
    for warning in compared.warnings:
        _note(fit(f"mind: {warning}"))
    if given.json:
        _print_json(compare.as_json(compared))
        return 0
    for line in (compare.as_markdown if given.markdown else compare.lines)(compared):
        print(fit(line))
    return 0


def _gate(given: argparse.Namespace) -> int:
    floors = gate.floors(given.floors)
    loaded = report.loaded(given.report)
    found = gate.judge(report.read(given.report), floors)
    if given.junit:
        report.put(given.junit, junit(loaded, found))
    for line in gate.lines(found):
        print(line)
    missed = sum(floor.missed(value) for floor, value in found)
    if missed:
        _note(f"{missed} of {len(found)} floors missed; {given.report / page.PAGE} has the cases")
    return MISSED if missed else 0


def _bench(given: argparse.Namespace) -> int:
    from evals.bench import run, sheet

    wanted = run.size(given.passages, quick=given.quick, readers_seconds=given.readers_seconds)
    measured = run.bench(given.benchmarks, wanted, _note, given.only or run.SECTIONS)
    if given.json:
        print(json.dumps(sheet.sheet_json(measured), indent=1))
    else:
        print("\n".join(sheet.lines(measured)))
    return 0


def _print_json(value: object) -> None:
    """Half a surrogate pair in somebody's words is printed as its JSON escape."""
    text = json.dumps(value, indent=1, ensure_ascii=False)
    print(text.encode("utf-8", "backslashreplace").decode("utf-8"))


def _note(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
