"""What became of cited words when their source changed: do they, or what they say, still stand?

Pages change all the time. What counts is the quote: its numbers with their units first of all,
then its words. White space, punctuation, quote marks, the order of sentences and everything around
it are cosmetic.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from assistant.freshness.asking import content_words
from assistant.freshness.figures import without_others

_REWORDED = 0.75
"""A sentence says what the quote said when it holds this much of the quote's words."""
_REPEATED = 0.9
"""It is the same sentence, turned, when it holds this much of them and every figure."""
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d]|[.,]\d)")
_ROW = 12
"""Cells before a bare figure among which its unit may be named."""
_TOKEN = re.compile(r"\d[\d.,]*\d|\d|[^\W\d_]+|[%$\u20ac\u00a3\u00b0]")
_GROUPS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SENTENCE_END = re.compile(
    r"(?<=[.!?])[\"'\u201d\u2019)]*\s+(?=[\"'\u201c\u2018(]?[A-Z0-9])|\n+|\s\|\s"
)
_NOT = re.compile(r"\b(?:not|no|never|none|without|neither|nor|cannot)\b|n['\u2019]t\b", re.I)
_NUMBER = re.compile(
    r"(?P<sign>[-\u2212](?=\d))?(?P<money>[$\u20ac\u00a3]\s?)?(?P<digits>\d[\d,]*(?:\.\d+)?)"
    r"(?:\s?(?P<percent>%|per ?cent\b|percentage points?\b)"
    r"|\s(?P<scale>thousand|million|billion|trillion)\b)?"
)
_UNIT_WORD = re.compile(r"[\s-]+([^\W\d_]{2,})")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WRONG = re.compile(
    r"\b(?:corrections?|corrected|errat(?:um|a)|corrigend(?:um|a)|(?:was|were) (?:wrong|incorrect)"
    r"|in error|mistaken(?:ly)?|erroneous(?:ly)?|inaccurate(?:ly)?)\b",
    re.I,
)
_NO_UNIT = frozenset(
    re.findall(r"\w+", "in of and or to from by for the a an as at on with per who were was is")
)
_AFTER = frozenset(
    re.findall(
        r"\w+",
        "that which this each every during since until between among than after before over under"
        " into out up down last next are have has had be been it they he she we but so while when",
    )
)
"""What follows a counted noun and is none of it."""
_MEASURES = frozenset("%$\u20ac\u00a3")
_stem = Stemmer.Stemmer("english").stemWord


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A figure as it stands in a text: its value in whole units, what it counts, its words."""

    value: float
    unit: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Cited words that no longer stand. `now` is what comes nearest to them; None: nothing does."""

    was: str
    now: str | None
    value_was: str | None = None
    value_now: str | None = None


def change(then: str, now: str, sentence: str, quote: str | None) -> Change | None:
    """What a sentence cites of `then` and `now` no longer says; None where it still does.

    `quote` are the words of `then` that carry the sentence. Where they are not known, the figures
    that sentence and source share are what is cited; where there are none, nothing can be said.
    """
    if _tokens(then) == _tokens(now):
        return None
    cited = quote or _sharing(sentence, then)
    if cited is None or _stands(cited, now):
        return None
    numbers = _at_stake(sentence, cited)
    sentences = split(now)
    if numbers:
        standing = [each for each in sentences if not (takes_back(each) and each not in then)]
        gone = [each for each in numbers if not _holds(each, standing)]
        return _changed(cited, sentences, gone[0]) if gone else _turned(cited, standing)
    near = _nearest(cited, sentences)
    if near is not None and _says(near, cited):
        return None
    return Change(was=cited, now=near)


def takes_back(sentence: str) -> bool:
    """It calls what was said before an error: a figure in it stands no longer."""
    return _WRONG.search(sentence) is not None


def split(text: str) -> tuple[str, ...]:
    """Roughly its sentences: lines, and what full stops part."""
    return tuple(piece for part in _SENTENCE_END.split(text) if (piece := part.strip()))


@lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Number, ...]:
    """The figures of a text in reading order; years, dates, ages and markers are none."""
    folded = without_others(unicodedata.normalize("NFKC", text))
    return tuple(_numbers(folded))


def _numbers(folded: str) -> Iterator[Number]:
    for match in _NUMBER.finditer(folded):
        before = folded[match.start() - 1 : match.start()]
        if before.isalnum() or before in (".", ","):
            continue
        value = float(match["digits"].replace(",", "")) * _SCALES.get(match["scale"] or "", 1.0)
        yield Number(
            value=-value if match["sign"] else value,
            unit=_unit(match, folded),
            words=folded[match.start() : _end(match, folded)].strip(),
        )


def _unit(match: re.Match[str], folded: str) -> str:
    if match["percent"]:
        return "%"
    if match["money"]:
        return match["money"].strip()
    word = _UNIT_WORD.match(folded, match.end())
    return _stem(word[1]) if word and word[1] not in _NO_UNIT else ""


def _end(match: re.Match[str], folded: str) -> int:
    word = _UNIT_WORD.match(folded, match.end())
    if match["percent"] or match["money"] or not word or word[1] in _NO_UNIT:
        return match.end()
    more = _UNIT_WORD.match(folded, word.end())
    if more and more[1].lower() not in _NO_UNIT | _AFTER:
        return match.end()  # "642 barn fires": half of what is counted would be another thing
    return word.end()


def _at_stake(sentence: str, cited: str) -> tuple[Number, ...]:
    """The figures of the cited words that the sentence repeats; all of them where it repeats none.

    A sentence with figures of its own rests on them alone.
    """
    said = {each.value for each in numbers(sentence)}
    shared = tuple(each for each in numbers(cited) if each.value in said)
    return shared or numbers(cited)


def _sharing(sentence: str, then: str) -> str | None:
    """The sentence of the source that shares most figures with the citing one."""
    said = numbers(sentence)
    if not said:
        return None
    best, most = None, (0, 0)
    for each in split(then):
        shared = sum(any(_same(a, b) for b in numbers(each)) for a in said)
        worth = shared, len(content_words(each) & content_words(sentence))
        if shared and worth > most:
            best, most = each, worth
    return best


def _same(one: Number, other: Number) -> bool:
    if one.value != other.value:
        return False
    units = {one.unit, other.unit}
    return len(units) == 1 or not units & _MEASURES


def _holds(number: Number, sentences: Sequence[str]) -> bool:
    """The number stands in one of the sentences with its unit, or close to its unit's name."""
    for place, each in enumerate(sentences):
        for other in numbers(each):
            if not _same(number, other):
                continue
            before = 1 if other.unit else _ROW
            around = " ".join(sentences[max(0, place - before) : place + 2])
            if number.unit in ("", other.unit) or number.unit in _stems(around):
                return True
    return False


def _changed(cited: str, sentences: Sequence[str], gone: Number) -> Change:
    """Beside the figure that is gone, the one that stands in its place: of its unit, and near."""
    alike = [each for each in sentences if any(n.unit == gone.unit for n in numbers(each))]
    near = _nearest(cited, alike) or _nearest(cited, sentences)
    instead = [n for n in numbers(near or "") if n.unit == gone.unit and n.value != gone.value]
    return Change(
        was=cited,
        now=near,
        value_was=gone.words,
        value_now=instead[0].words if instead else None,
    )


def _turned(cited: str, sentences: Sequence[str]) -> Change | None:
    """The same words and figures, of another year or denied.

    Only where one sentence still says nearly all of it: in a table or under a heading the year may
    stand elsewhere.
    """
    near = _nearest(cited, sentences)
    if near is None or not _repeats(near, cited):
        return None
    if _denials(near) != _denials(cited):
        return Change(was=cited, now=near)
    then, now = (set(_YEAR.findall(each)) for each in (cited, near))
    if not then or not now or then & now:
        return None
    was, became = min(then), min(now)
    return Change(was=cited, now=near, value_was=was, value_now=became)


def _repeats(near: str, cited: str) -> bool:
    wanted = content_words(_YEAR.sub(" ", cited))
    shared = len(content_words(near) & wanted)
    figures = {each.value for each in numbers(cited)}
    return shared >= _REPEATED * len(wanted) and figures <= {each.value for each in numbers(near)}


def _denials(text: str) -> int:
    return len(_NOT.findall(text)) % 2


def _nearest(cited: str, sentences: Sequence[str]) -> str | None:
    """The sentence that shares most of the quote's words, if it shares a third of them."""
    wanted = content_words(cited)
    best = max(sentences, key=lambda each: len(content_words(each) & wanted), default=None)
    if best is None or 3 * len(content_words(best) & wanted) < len(wanted) or not wanted:
        return None
    return best


def _says(near: str, cited: str) -> bool:
    """The words of the quote, denied as often as there."""
    wanted = content_words(cited)
    shared = len(content_words(near) & wanted)
    return _denials(near) == _denials(cited) and shared >= _REWORDED * len(wanted)


def _stands(cited: str, now: str) -> bool:
    return f" {_tokens(cited)} " in f" {_tokens(now)} "


@lru_cache(maxsize=64)
def _tokens(text: str) -> str:
    """The words and numbers of a text alone: what white space, marks and signs are not."""
    folded = _GROUPS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(_TOKEN.findall(folded))


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in re.findall(r"[^\W\d_]+", text.lower()))
