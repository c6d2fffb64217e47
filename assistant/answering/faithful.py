"""Does a composed sentence say only what sentences of its quotes say, in their order of words?

The support judge reads words: it can't tell who did what to whom once a sentence is put together
anew. So what a model writes may leave out articles and asides that only add, and put a date in
front; it may not bring a word, move one past another, or lose a word that limits what is said. What
goes further is no lie by that alone, but nobody here can tell: its source speaks for itself then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answering.language.quantities import Number, numbers
from assistant.answering.language.text import listed, split_sentences, stem, words
from assistant.answering.sentences.extractive import leans

_FREE = frozenset(listed("a an the of that and which also there"))
"""Words that may come and go."""
_SAME = {"were": "was", "are": "is", "have": "has", "does": "do", "percent": "%"}
_LIMITS = frozenset(
    stem(word)
    for word in listed(
        """
    not no never none neither nor without cannot nobody nothing hardly barely fail lack deny if
    unless except excluding only just some most few several many half all every each any may might
    could would should must can will about nearly almost around roughly approximately least more
    less fewer than over under up down claim alleged allegedly false falsely true untrue incorrect
    wrong myth hoax debunked refuted unproven baseless unfounded misleading fake mostly partly
    largely according said says say told report reported estimate estimated expect expected project
    projected forecast suggest suggested believe rumor rumour supposed apparently likely unlikely
    possibly perhaps probably whether but however although though despite instead rather until
    before after since during when while because provided assuming preliminary provisional"""
    )
)
"""Words whose loss makes a sentence say more than its source does."""
_ADDS = frozenset(listed("( which who whose including compared"))
"""What an aside begins with that only adds to its sentence: "prosecutors argue" does not."""
_MARKS = re.compile(r"([,;:()\[\]—–])(?!\d)")
_CLAUSE = re.compile(r";\s+|,\s+(?:and|but|while|whereas)\s+")
_DATE = r"(?:in|by|since|during|as of|at the end of|in late|in early)\s+(?:[A-Z]\w+\s+){0,2}\d{4}"
_FRONTED = re.compile(rf"^({_DATE}),?\s+(?=\S)", re.IGNORECASE)
_TRAILING = re.compile(rf"\s+({_DATE})(?=[.!?]?$)", re.IGNORECASE)
_ATTRIBUTION = r"according to (?:[^\W\d_][^\s,;:]*\s?){1,9}"
_PLAIN = r"(?:[^,;]|,(?=\d))+"
"""Words without an aside: a comma stands within figures alone."""
_FIRST_SOURCE = re.compile(rf"^({_ATTRIBUTION}),\s+({_PLAIN})$", re.IGNORECASE)
_LAST_SOURCE = re.compile(rf"^({_PLAIN}),\s+({_ATTRIBUTION})$", re.IGNORECASE)
_SUPERLATIVE = (
    r"(?:most|fewest|least|first|best|worst|(?:high|low|large|small|bigg|long|short|lat|earli|old|"
    r"young|deadli|warm|hott|cold|fast|strong|great)est)"
)
_RANKED = re.compile(
    rf"^({_DATE}),?\s+({_PLAIN})(,\s+the\s+{_SUPERLATIVE}\b{_PLAIN})$", re.IGNORECASE
)
_RANKS = frozenset(stem(word) for word in listed("most fewest least since before"))
"""What "the most since 1992" limits is itself alone, so that it may go."""
_SPEECH = re.compile(r"[\"“”«»]")
_UNITS = re.compile(r"([$€£¥%‰])")
_UNIT_NAMES = {"$": " usd ", "€": " eur ", "£": " gbp ", "¥": " jpy ", "%": " percent ", "‰": " ‰ "}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    word: str
    opens: bool
    """A comma, a bracket or the like, or nothing at all, stands before it."""
    adds: bool
    """So does a bracket or a word with which an aside begins."""
    limits: bool
    ranks: bool = False
    """It opens an aside as "the most since 1992" does."""


def unfaithful(text: str, sentences: Sequence[str]) -> str | None:
    """Why `text` says something else than whole `sentences` of its quotes; None where it doesn't.

    Each sentence of `text`, or else each of its clauses, must be a shorter form of one of them.
    """
    parts = [span.of(text) for span in split_sentences(text)]
    if not parts:
        return "it is empty"
    if any(leans(part) for part in parts[1:]) or not _looks_like(text, sentences):
        return _MOVES
    broken = (_unfaithful_sentence(part, sentences) for part in parts)
    return next((why for why in broken if why), None)


def _unfaithful_sentence(part: str, sentences: Sequence[str]) -> str | None:
    why = _nearest_reason(part, sentences)
    clauses = [each for each in _CLAUSE.split(part) if each.strip()]
    if why is None or len(clauses) < 2 or any(leans(clause) for clause in clauses[1:]):
        return why
    broken = (_nearest_reason(clause, sentences) for clause in clauses)
    return next((each for each in broken if each), None)


def _looks_like(text: str, sentences: Sequence[str]) -> bool:
    """No mark and no capitals that its sources don't have: irony is told by them."""
    source = " ".join(sentences)
    marks = {char for char in text if not char.isalnum() and not char.isspace()}
    shouts = set(re.findall(r"\b[A-Z][A-Z]+\b", text)) - set(re.findall(r"\w+", source))
    return marks <= set(source) | set(",.;") and not shouts


def _nearest_reason(part: str, sentences: Sequence[str]) -> str | None:
    reasons = [_shortens(variant, each) for each in sentences for variant in _variants(part)]
    if None in reasons:
        return None
    return min((r for r in reasons if r), key=_ORDER.index, default=_BRINGS)


_BRINGS = "it says words that its quotes don't"
_MOVES = "it puts the words of its quotes together anew"
_LOSES = "it leaves out words that limit what its quotes say"
_FIGURES = "its figures are not those of its quotes"
_ORDER = [_FIGURES, _LOSES, _MOVES, _BRINGS]


def _variants(part: str) -> Iterator[str]:
    """As it stands; with its date or its source at the other end, where a sentence may have it."""
    yield part
    bare = part.rstrip(".!? ")
    if fronted := _FRONTED.match(bare):
        yield f"{bare[fronted.end() :]} {fronted[1]}"
    if trailing := _TRAILING.search(bare):
        yield f"{trailing[1]}, {bare[: trailing.start()]}"
    if ranked := _RANKED.match(bare):
        yield f"{ranked[2]} {ranked[1]}{ranked[3]}"
    if source := _FIRST_SOURCE.match(bare):
        yield f"{source[2]}, {source[1]}"
    if source := _LAST_SOURCE.match(bare):
        yield f"{source[2]}, {source[1]}"


def _shortens(part: str, sentence: str) -> str | None:
    """Why `part` is no shorter form of `sentence`; None where it is."""
    said, source = _tokens(part), _tokens(sentence)
    if sentence.rstrip(" \"'”’)").endswith("?") and said != source:
        return _MOVES
    have = [token.word for token in source]
    if not said or any(token.word not in have for token in said):
        return _BRINGS
    if not _figures(part) <= _figures(sentence):
        return _FIGURES
    if [token.word for token in said] == have:
        return None
    if _SPEECH.search(sentence):
        return _MOVES  # who speaks is told by marks that words alone don't show
    return _aligned([token.word for token in said], source)


def _aligned(said: Sequence[str], source: Sequence[_Token]) -> str | None:
    """Can `said` be had from `source` by leaving out whole asides, none of which limits?"""
    reachable = _matches(said, source, whole_asides=True)
    if reachable:
        return None
    return _LOSES if _matches(said, source, whole_asides=False) else _MOVES


def _matches(said: Sequence[str], source: Sequence[_Token], *, whole_asides: bool) -> bool:
    """Dynamic programming over (how much is said, where in the source)."""
    places = {0}  # where in the source what is said so far may end
    for wanted in said:
        places = {
            to + 1
            for place in places
            for to in range(place, len(source))
            if source[to].word == wanted
            and (to == place or not whole_asides or _aside(source, place, to))
        }
    last = len(source)
    return any(p == last or not whole_asides or _aside(source, p, last) for p in places)


def _aside(source: Sequence[_Token], start: int, end: int) -> bool:
    """Does this stretch stand between marks, only add, and hold nothing that limits the rest?"""
    left_out = source[start:end]
    if start == 0 or not (end == len(source) or source[end].opens):
        return False
    if end == len(source) and left_out[0].ranks:
        return not any(token.opens for token in left_out[1:]) and all(map(_of_rank, left_out))
    return left_out[0].adds and not any(token.limits for token in left_out)


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    """Words as they are, not their stems: those would make one of a report and a reporter."""
    found: list[_Token] = []
    mark, first = " ", ""
    for piece in _MARKS.split(text):
        if _MARKS.fullmatch(piece):
            mark, first = piece, "(" if piece in "([" else ""
            continue
        for word in words(_UNITS.sub(_unit, _negations(piece))):
            lower = _SAME.get(word.lower(), word.lower()).replace("’", "'")
            first = first or lower if mark else ""
            if lower in _FREE:
                continue
            found.append(
                _Token(
                    word=lower,
                    opens=bool(mark),
                    adds=mark not in ("", " ") and first in _ADDS,
                    limits=stem(lower) in _LIMITS or lower[0].isdigit(),
                    ranks=mark == "," and first == "the" and _ranks(lower),
                )
            )
            mark, first = "", ""
    return tuple(found)


def _of_rank(token: _Token) -> bool:
    return not token.limits or token.word[0].isdigit() or stem(token.word) in _RANKS


def _ranks(word: str) -> bool:
    return re.fullmatch(_SUPERLATIVE, word) is not None


def _unit(match: re.Match[str]) -> str:
    return _UNIT_NAMES[match[1]]


def _negations(text: str) -> str:
    return re.sub(r"\bcan(?:not|['’]t)\b", "can not", re.sub(r"n['’]t\b", " not", text))


def _figures(text: str) -> set[tuple[float, str]]:
    return {_key(number) for number in numbers(text)}


def _key(number: Number) -> tuple[float, str]:
    return round(number.value, 9), number.unit
