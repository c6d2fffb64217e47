"""The claims suite: what each figure counts, and a run on a few claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.contract import ReplyJson
from assistant.errors import BadInput
from evals.figures import measure
from evals.homes import temporary
from evals.suites import claims as claims_suite
from evals.suites.claims import METRICS, Case, PastedClaim


def case(check: str | None, *verdicts: str, worded: bool = True) -> Case:
    """A claim that has this check, shown the verdicts of these documents."""
    answer: dict[str, Any] = {"kind": "answer", "verdicts": [{"document_id": v} for v in verdicts]}
    reply = answer if verdicts else {"kind": "abstention"}
    return Case(
        claim=PastedClaim(id="c", text="Cats bark.", kind="paraphrase", check=check),
        reply=cast(ReplyJson, reply),
        worded=(worded,) * len(verdicts),
        exact=(True,) * len(verdicts),
    )


def test_each_figure_counts_what_it_says() -> None:
    cases = [
        case("cats", "cats"),
        case("cats", "dogs", "cats", worded=False),
        case("cats"),
        case("cats"),
        case(None),
        case(None, "dogs"),
    ]
    figures = {figure.name: (figure.value, figure.of) for figure in measure(METRICS, cases)}
    assert figures == {
        "found": (0.25, 4),
        "precision": (0.3333, 3),
        "false_verdict": (0.5, 2),
        "verdict_words": (0.5, 4),
        "verbatim_rate": (1.0, 4),
    }


def test_the_claims_name_fact_checks_of_the_sample_archive(repository: Path) -> None:
    claims = claims_suite.load()
    known = {file.stem for file in (repository / "corpus" / "fact-checks").iterdir()}
    assert {claim.check for claim in claims if claim.check} <= known
    assert len({claim.id for claim in claims}) == len({claim.text for claim in claims})
    assert len(claims) == len({claim.id for claim in claims})
    assert sum(claim.check is None for claim in claims) >= 30


@pytest.mark.parametrize("row", ["[]", "no JSON", '{"_id": "1", "text": "Cats bark."}'])
def test_a_row_that_is_no_claim_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "mine.jsonl").write_text(row + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"mine\.jsonl line 1 is no claim"):
        claims_suite.load(tmp_path)
    (tmp_path / "mine.jsonl").unlink()
    with pytest.raises(BadInput, match="holds no claims"):
        claims_suite.load(tmp_path)


def test_a_run_shows_published_verdicts_word_for_word(
    exported_model: Path, repository: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    check = repository / "corpus" / "fact-checks" / "volcanoes-versus-human-co2.md"
    (corpus / check.name).write_bytes(check.read_bytes())
    rows = [
        {"_id": "1", "text": "Volcanoes release more carbon dioxide than humans.", "kind": "a",
         "check": check.stem},
        {"_id": "2", "text": "Sharks live in trees.", "kind": "b", "check": None},
    ]  # fmt: skip
    (tmp_path / "claims.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with temporary() as homes:
        (homes.root / "models").symlink_to(exported_model, target_is_directory=True)
        suite = claims_suite.run(homes, corpus=corpus, folder=tmp_path)
    figures = {figure.name: figure.value for figure in suite.figures}
    assert figures == {
        "found": 1.0,
        "precision": 1.0,
        "false_verdict": 0.0,
        "verdict_words": 1.0,
        "verbatim_rate": 1.0,
    }
    first, second = map(json.loads, suite.cases["claims.jsonl"])
    assert first["shown"] == check.stem
    assert first["reply"]["verdicts"][0]["rating"] == "False"
    assert "id" not in first["reply"]
    assert second["reply"]["kind"] == "abstention"
