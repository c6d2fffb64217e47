"""Which published check rates this claim? A calibrated probability that an editor can read.

A claim's wordings are compared with the claims that the found fact-checks rate, word for word and
by meaning; a logistic model says how likely the check is of this very claim. A claim that says the
opposite finds its check as well: the check answers it, and the verdict is shown with the words that
it rates. A figure, a year, a place or a name of its own makes it another claim. The weights and
where they come from stand in `weights/claims.json` (`evals/training/claims.py`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import islice

from assistant.answering import logistic
from assistant.answering.language.text import background
from assistant.answering.logistic import probability
from assistant.answering.published.entities import opening, other_name, other_place
from assistant.answering.questions.analysis import Question, analyse
from assistant.answering.sentences.units import Profile, coverage, names, profile, term_weights
from assistant.ports import Embedder, Vectors
from assistant.types import Document, Evidence, Hit, Verdict

CANDIDATES = 8
"""Checks compared: those that the search puts first."""
_CLAIM_CHARS = 600
"""More of a published claim is not compared: its beginning says what it is."""
_KEPT = 4096
"""Vectors of published claims that are kept: six megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A check with the verdict that is of the claim, and how likely that is, 0 to 1.

    `wording` is the part of what was pasted that comes nearest to the published claim.
    """

    document: Document
    verdict: Verdict
    wording: str
    probability: float
    features: Mapping[str, float]
    gates: tuple[str, ...] = ()
    """What makes the claim another one than the published, in spite of being like it."""
    likeness: float = 0.0
    """The probability that it would have without them."""

    @property
    def of_another(self) -> bool:
        """Whether it speaks of another place, person or thing."""
        return "place" in self.gates or "name" in self.gates


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights(logistic.Weights):
    """A fitted model. `threshold` is the probability from which a check is shown; `caps` bound
    the probability where a claim names another figure, year, place or name."""

    threshold: float


class Checks:
    """Finds the check of a claim among fact-checks that were found. Safe to share."""

    def __init__(self, embed: Embedder, weights: Weights | None = None) -> None:
        self._embed = embed
        self._weights = weights
        self._vector: Callable[[str], Vectors] = lru_cache(maxsize=_KEPT)(self._one)

    def __call__(self, wordings: Sequence[str], evidence: Evidence) -> tuple[Match, ...]:
        """Every candidate with its probability, the likeliest first."""
        rated = list(_rated(evidence))
        if not rated or not wordings:
            return ()
        said = [self._embed([wording])[0] for wording in wordings]
        near = [[float(vector @ self._vector(each.claim)) for vector in said] for each in rated]
        matches = [
            self._judged(each, wordings, said, near[at], _highest(near, at))
            for at, each in enumerate(rated)
        ]
        return tuple(sorted(matches, key=lambda match: -match.probability))

    def _judged(
        self,
        rated: Rated,
        wordings: Sequence[str],
        said: Sequence[Vectors],
        near: Sequence[float],
        highest: float,
    ) -> Match:
        """`near` are the cosines of the wordings, `highest` that of the other candidates."""
        best = max(range(len(wordings)), key=lambda place: near[place])
        cosine, titled = near[best], float(said[best] @ self._vector(rated.titled))
        values = features(wordings[best], rated.claim, rated.document.title)
        values |= {
            "cosine": cosine,
            "cosine_squared": cosine * abs(cosine),
            "cosine_said": cosine * values["both"],
            "titled": titled,
            "titled_squared": titled * abs(titled),
            "beaten": max(0.0, highest - cosine),
        }
        gates = fired(wordings[best], rated.claim, opening(rated.document))
        weights = self._weights or load_weights()
        return Match(
            document=rated.document,
            verdict=rated.verdict,
            wording=wordings[best],
            probability=probability(values, gates, weights),
            features=values,
            gates=gates,
            likeness=probability(values, (), weights),
        )

    def _one(self, text: str) -> Vectors:
        vector: Vectors = self._embed([text])[0]
        return vector


def merged(runs: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Hits of several searches: the best of each first, each passage once, at its nearest."""
    found: dict[int, Hit] = {}
    deepest = max((len(run) for run in runs), default=0)
    for hit in (run[place] for place in range(deepest) for run in runs if place < len(run)):
        held = found.get(hit.passage.id)
        if held is None or (hit.dense or -1.0) > (held.dense or -1.0):
            found[hit.passage.id] = hit
    return tuple(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A candidate: a check and one of the claims that it rates."""

    document: Document
    verdict: Verdict

    @property
    def claim(self) -> str:
        return self.verdict.claim[:_CLAIM_CHARS]

    @property
    def titled(self) -> str:
        return f"{self.document.title.strip(' .')}. {self.claim}"


def _rated(evidence: Evidence) -> Iterator[Rated]:
    """The claims rated by the first CANDIDATES that rate any."""
    found = dict.fromkeys(hit.passage.document_id for hit in evidence.hits)
    documents = (evidence.documents[name] for name in found)
    for document in islice((d for d in documents if _claims(d)), CANDIDATES):
        for verdict in _claims(document):
            yield Rated(document=document, verdict=verdict)


def _claims(document: Document) -> list[Verdict]:
    return [verdict for verdict in document.content.verdicts if verdict.claim.strip()]


def _highest(near: Sequence[Sequence[float]], but: int) -> float:
    return max((max(row) for place, row in enumerate(near) if place != but), default=-1.0)


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    path = files("assistant.answering") / "weights" / "claims.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    return Weights(
        bias=stored["bias"],
        features=stored["features"],
        caps=stored["caps"],
        threshold=stored["threshold"],
    )


# --- features -------------------------------------------------------------------------------------


def features(wording: str, claim: str, title: str) -> dict[str, float]:
    """Named features of a wording beside a published claim and its check's title, 0 to 1."""
    said, rated = analyse(wording), analyse(claim)
    own, published = profile(wording), profile(claim)
    both = profile(f"{claim} . {title}")
    weights = term_weights(rated.topic)
    unsaid = [weight for term, weight in weights if term not in own.stems]
    shared = coverage(weights, own.stems)
    covered = coverage(term_weights(said.topic), both.stems)
    return {
        "claim_said": shared,
        "post_covered": covered,
        "both": 2 * shared * covered / (shared + covered) if shared + covered else 0.0,
        "title_said": coverage(term_weights(analyse(title).topic), own.stems),
        "rarest_unsaid": max(unsaid, default=0.0) / background().unseen,
        "rarest_added": _rarest(said, both),
        "names_unsaid": _missing(rated, own),
        "names_added": _missing(said, both),
        "places_unsaid": float(bool(rated.places - said.places)),
        "figures_unsaid": _unsaid_figures(published, own),
        "short": float(len(said.topic) <= 3),
    }


def _rarest(said: Question, published: Profile) -> float:
    """Rarity of the rarest word of the wording that the check's claim and title don't have."""
    added = [w for term, w in term_weights(said.topic) if term not in published.stems]
    return max(added, default=0.0) / background().unseen


def _missing(named: Question, held: Profile) -> float:
    missing = [name for name in named.names if not names(held, name)]
    return len(missing) / len(named.names) if named.names else 0.0


def _figures(text: Profile) -> dict[str, set[float]]:
    """The figures of a text by their unit; years, days and small spelled numbers are none."""
    found: dict[str, set[float]] = {}
    for number in text.numbers:
        if not (number.is_year or number.is_day or number.spelled):
            found.setdefault(number.unit, set()).add(number.value)
    return found


def _unsaid_figures(published: Profile, own: Profile) -> float:
    wanted = {value for values in _figures(published).values() for value in values}
    have = {value for values in _figures(own).values() for value in values}
    return len(wanted - have) / len(wanted) if wanted else 0.0


# --- gates ----------------------------------------------------------------------------------------


def fired(wording: str, claim: str, check: str = "") -> tuple[str, ...]:
    """What makes it another claim: the names of the gates. `check` is how the check opens."""
    own, published = profile(wording), profile(claim)
    checks = {
        "year": own.years and published.years and own.years.isdisjoint(published.years),
        "figure": _other_figure(_figures(own), _figures(published)),
        "place": other_place(wording, claim, check),
        "name": other_name(wording, claim, check),
    }
    return tuple(gate for gate, differs in checks.items() if differs)


def _other_figure(own: Mapping[str, set[float]], published: Mapping[str, set[float]]) -> bool:
    """Both give figures of one unit, and none of them is the same."""
    return any(own[unit].isdisjoint(published[unit]) for unit in own.keys() & published.keys())
