"""How tau orders questions, on parts that the classifier was not fitted on."""

from __future__ import annotations

import json
from pathlib import Path

from evals.suites import recency

KNOWN = {
    "who won the chess final in 1999": 0.02,
    "what is the price of oil right now": 0.97,
}


def test_the_classifier_that_did_not_see_a_question_judges_it() -> None:
    rows: list[dict[str, object]] = [
        {"question": "What is the price of oil right now?"},
        {"question": "Who won the chess final in 1999?"},
    ]
    price, final = recency.judged(rows, KNOWN)
    assert price.tau_days < final.tau_days
    assert price.p_mutable == 0.97
    turned = recency.judged(rows, {key: 0.95 for key in KNOWN})
    assert turned[1].p_mutable <= 0.15  # the guard of a closed period stands above the classifier


def test_every_class_of_the_public_set_has_its_place(shared: Path) -> None:
    file = shared / "benchmarks" / recency.SET
    labels = {json.loads(line)["label"] for line in file.read_text(encoding="utf-8").splitlines()}
    assert labels == set(recency.CLASSES)
