"""A ranking that was made elsewhere, as a TREC run, judged like the suites' own."""

from __future__ import annotations

from pathlib import Path

from assistant.errors import BadInput
from evals.beir import each_query, lines_of, mean, read_qrels, read_run, spelled
from evals.provenance import hashed
from evals.reports.report import Suite

_MEASURES = ("nDCG@10", "AP@5", "RR@10", "R@10", "R@100")


def judged_file(run: Path, qrels: Path) -> Suite:
    """Every judged query counts; one that the run has nothing for counts 0. Raises BadInput."""
    ranked, judgements = read_run(run), judged_by(qrels)
    if not judgements:
        raise BadInput(f"{qrels} holds no judgements")
    if not ranked.keys() & judgements.keys():
        raise BadInput(f"no query of {run} is judged in {qrels}: are they of one set?")
    values = {spelled(each): each_query(each, judgements, judgements, ranked) for each in _MEASURES}
    return Suite(
        name="trec",
        figures=tuple(mean(each, values[spelled(each)]) for each in _MEASURES),
        data={
            "run": run.name,
            "run sha256": hashed([run], run.parent),
            "judgements": qrels.name,
            "judgements sha256": hashed([qrels], qrels.parent),
            "queries judged": len(judgements),
            "queries ranked": len(ranked.keys() & judgements.keys()),
        },
        values=values,
    )


def judged_by(file: Path) -> dict[str, dict[str, int]]:
    """Judgements in TREC's layout (query-id 0 document-id score) or in BEIR's. Raises BadInput."""
    lines = lines_of(file)
    if not lines or len(lines[0].split()) != 4:
        return read_qrels(file)
    held: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        try:
            query, _, document, score = line.split()
            held.setdefault(query, {})[document] = int(score)
        except ValueError as error:
            raise BadInput(
                f"{file} line {number} is no judgement ({error}): write query-id 0 document-id"
                " score"
            ) from error
    return held
