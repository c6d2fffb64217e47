"""Citations of the gold questions' answers: is every sentence carried, and every citation needed?

Recall and precision are ALCE's (Gao et al., EMNLP 2023, section 4). Recall: the share of sentences
whose citations together carry them. Precision: the share of citations that are not irrelevant, in
sentences that are carried; a citation is irrelevant when it alone does not carry its sentence and
the others carry it without it. ALCE asks an NLI model; here the product's own judge of support is
asked, which also decided what is shown: what it refused was never said.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from assistant.answering.support.judge import judge
from evals.figures import Metric, Share
from evals.homes import Homes
from evals.reports.report import Suite, Worst
from evals.suites.cases import Measured
from evals.suites.gold import CORPUS, asked
from evals.suites.gold_metrics import Case as Replied
from evals.suites.gold_questions import GOLD

Carries = Callable[[str, str], bool]
"""(sentence, the words of its citations) -> do they carry it."""
_WORST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an answer. `relevant` has an entry a citation, in the order of `quotes`."""

    text: str
    quotes: tuple[str, ...]
    carried: bool
    relevant: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An answer: its sentences, whether each quote is exact, whether each marker led somewhere.

    `resolved` says of each marker of a cited sentence that its source is in the archive, `carried`
    of those whether a sentence of the source carries what is said.
    """

    id: str
    asked: str
    slices: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    exact: tuple[bool, ...]
    resolved: tuple[bool, ...]
    carried: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    name: str = "citation recall"
    means: str = "sentences that their citations together carry (ALCE)"

    def __call__(self, case: Case) -> Share | None:
        return _share([sentence.carried for sentence in case.sentences])


@dataclass(frozen=True, slots=True)
class Precision:
    name: str = "citation precision"
    means: str = "citations of carried sentences that are not irrelevant (ALCE)"

    def __call__(self, case: Case) -> Share | None:
        return _share([each for sentence in case.sentences for each in sentence.relevant])


@dataclass(frozen=True, slots=True)
class Verbatim:
    name: str = "verbatim"
    means: str = "quotes, those of second hops too, that are exactly the stored words"

    def __call__(self, case: Case) -> Share | None:
        return _share(case.exact)


@dataclass(frozen=True, slots=True)
class HopsResolved:
    name: str = "second hops resolved"
    means: str = "markers in cited sentences whose source is in the archive"

    def __call__(self, case: Case) -> Share | None:
        return _share(case.resolved)


@dataclass(frozen=True, slots=True)
class HopsCarried:
    name: str = "second hops carried"
    means: str = "of those, markers whose source has a sentence that carries it"

    def __call__(self, case: Case) -> Share | None:
        return _share(case.carried)


@dataclass(frozen=True, slots=True)
class PerSentence:
    name: str = "citations per sentence"
    means: str = "citations of a sentence, on average (not a share)"

    def __call__(self, case: Case) -> Share | None:
        cited = sum(len(sentence.quotes) for sentence in case.sentences)
        return Share(hits=cited, of=len(case.sentences))


METRICS: tuple[Metric[Case], ...] = (
    Recall(),
    Precision(),
    Verbatim(),
    HopsResolved(),
    HopsCarried(),
    PerSentence(),
)


def run(
    homes: Homes,
    *,
    limit: int | None = None,
    corpus: Path = CORPUS,
    gold: Path = GOLD,
    carries: Carries = lambda sentence, words: judge(sentence, words).supported,
) -> Suite:
    done = asked(homes, limit, corpus, gold)
    cases = [case_of(each, carries) for each in done.cases if each.answer]
    measured = Measured(
        metrics=METRICS, cases=cases, id_of=lambda case: case.id, slices_of=lambda case: case.slices
    )
    return Suite(
        name="citation",
        figures=measured.figures(),
        slices=measured.slices(),
        data={**done.data, "answers": len(cases)},
        cases={"citation.jsonl": [_line(case) for case in cases]},
        values=measured.values(),
        members=measured.members(),
        worst=tuple(islice(_worst(cases), _WORST)),
    )


def case_of(replied: Replied, carries: Carries) -> Case:
    """What an answer of a gold question cites, sentence by sentence."""
    answer, question = replied.answer, replied.question
    assert answer is not None
    quotes = {citation["n"]: citation["quote"] for citation in answer["citations"]}
    hops = [via for citation in answer["citations"] for via in citation["via"]]
    return Case(
        id=question.id,
        asked=question.text,
        slices=(f"{question.type}: {question.slice}", f"subject: {question.subject}"),
        sentences=tuple(
            sentence_of(claim["text"], [quotes[n] for n in claim["citations"]], carries)
            for claim in answer["claims"]
        ),
        exact=tuple(shown.exact for shown in replied.shown),
        resolved=tuple(bool(via["resolved"]) for via in hops),
        carried=tuple(via["quote"] is not None for via in hops if via["resolved"]),
    )


def sentence_of(text: str, quotes: Sequence[str], carries: Carries) -> Sentence:
    """ALCE's judgement of one sentence: no citation of one that is not carried is relevant."""
    carried = carries(text, " ".join(quotes))
    return Sentence(
        text=text,
        quotes=tuple(quotes),
        carried=carried,
        relevant=tuple(
            carried and _is_needed(text, quotes, i, carries) for i in range(len(quotes))
        ),
    )


def _is_needed(text: str, quotes: Sequence[str], place: int, carries: Carries) -> bool:
    others = [quote for i, quote in enumerate(quotes) if i != place]
    if not others or carries(text, quotes[place]):
        return True
    return not carries(text, " ".join(others))


def _share(each: Sequence[bool]) -> Share | None:
    return Share(hits=sum(each), of=len(each)) if each else None


def _line(case: Case) -> str:
    row = {
        "_id": case.id,
        "sentences": [
            {"text": each.text, "carried": each.carried, "relevant": each.relevant}
            for each in case.sentences
        ],
        "exact": case.exact,
        "resolved": case.resolved,
        "carried": case.carried,
    }
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _worst(cases: Sequence[Case]) -> Iterator[Worst]:
    """Sentences that are not carried, then citations that nothing would miss."""
    for case in cases:
        for sentence in case.sentences:
            if not sentence.carried:
                yield _wrong(case, sentence, sentence.quotes, "its citations do not carry it")
    for case in cases:
        for sentence in case.sentences:
            idle = [q for q, needed in zip(sentence.quotes, sentence.relevant, strict=True)
                    if not needed and sentence.carried]  # fmt: skip
            if idle:
                yield _wrong(case, sentence, idle, "carried without this citation")


def _wrong(case: Case, sentence: Sentence, quotes: Sequence[str], why: str) -> Worst:
    return Worst(
        case=case.id, asked=case.asked, came=sentence.text, wanted=" / ".join(quotes), why=why
    )
