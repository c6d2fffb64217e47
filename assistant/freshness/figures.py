"""Does a sentence hold a figure: a number that is not a year, date, section or source marker?

Ages that bound a group ("under 18"), clock times, ordinals and numbers inside a name (COVID-19,
24-hour) aren't figures either: none of them is published anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DASH = "[-\u2010\u2011\u2012\u2013\u2014/]"
_YEAR = r"(?:1[5-9]|20)\d\d"
_QUANTITY = r"(?:\s?%|\s?per ?cent\b|\s(?:thousand|million|billion|trillion)\b|[,.]\d)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ByWords:
    """One pattern of many, of which most are tried only where a word begins or ends.

    Tried at every letter they would cost most of what reading a figure costs.
    """

    signs: tuple[str, ...]
    at_words: re.Pattern[str]
    all: re.Pattern[str]

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str) -> str:
        """`text` with another text in the place of each match."""
        elsewhere = _OPENS.match(text) or any(sign in text for sign in self.signs)
        return (self.all if elsewhere else self.at_words).sub(by, text)


_OPENS = re.compile(r"\s*\d")


def by_words(alternatives: Sequence[str], *, signs: tuple[str, ...]) -> ByWords:
    r"""Of patterns that begin with \\b and of others.

    The others match nothing in a text that has none of the `signs` and opens with no number.
    """
    words = [each.removeprefix(r"\b") for each in alternatives if each.startswith(r"\b")]
    others = [each for each in alternatives if not each.startswith(r"\b")]
    at_words = rf"\b(?:{'|'.join(words)})"
    return ByWords(
        signs=signs,
        at_words=re.compile(at_words),
        all=re.compile("|".join((at_words, *others))),
    )


_NOT_FIGURES = by_words(
    (
        r"\[[\d\s,;\u2013-]+\]",  # source markers
        r"^\s*\d+(?:\.\d+)*[.)]\s",  # the number of a heading
        r"\b(?:sections?|sec\.|articles?|art\.|chapters?|parts?|titles?|tables?|figures?|fig\."
        r"|pages?|pp?\.|paragraphs?|annex|appendix|steps?|no\.|h\.r\.|form|rule|version)"
        rf"\s*\d[\w.]*(?:\s?{_DASH}\s?\d[\w.]*)?",
        r"§+\s*\d[\w.]*",
        r"\b\d+\s(?:u\.s\.c\.|c\.f\.r\.|u\.s\.)",
        r"\b\d{4}-\d\d(?:-\d\d)?\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\b",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)",
        rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?!{_QUANTITY})",
        rf"\b(?<![\d.,$€£])(?:fy\s?{_DASH}?\s?)?{_YEAR}(?:\s?{_DASH}\s?(?:{_YEAR}|\d\d))?"
        rf"(?:'?s)?\b(?!{_QUANTITY})",
        r"\b\d+(?:st|nd|rd|th)\b",
        r"\b\d{1,2}:\d\d\b|\b\d{1,2}\s?(?:am|pm|a\.m\.|p\.m\.)",
        r"\b(?:aged?|ages|under|over|below|above|younger than|older than)(?: the age of)?"
        rf" \d{{1,2}}(?: (?:to|and|through|or) \d{{1,2}}|{_DASH}\d{{1,2}})?"
        r"(?=\s?[.;:)\]]|, |\s(?:years|and|or|who|at|is|are|when|in|from|whose)\b|$)",
        rf"\b\d{{1,3}}(?:{_DASH}| )years?(?:{_DASH}| )(?:old|of age)",
        r"\b\d+ or (?:younger|older|under|over)\b",
        rf"\b\d+{_DASH}(?:hour|day|week|month|year|minute)\b",
        r"\b(?!(?:[kut]?sh|rs|rp|rm|kr|chf|us|r(?=\d\d|\d[.,]\d))\d)"
        r"[a-z]\w*[-\u2010\u2011]?\d+[\w.]*",  # covid-19, h5n1; not "Sh176", an amount
        r"\b\d+[a-z]\b(?<![kmbxg])",  # 2258a, but not 5m
    ),
    signs=("[", "§"),
)
_NUMBER = re.compile(r"\d")
_IN_WORDS = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety)(?:-\w+)? "
    r"(?:in (?:every )?(?:two|three|four|five|six|seven|eight|nine|ten|twenty)|out of"
    r"|percent|per cent|hundred|thousand|million|billion|trillion)\b"
)


# "2000" alone is a year; counted like this it is a number.
_COUNTED = re.compile(
    r"\b(?:more than|fewer than|less than|nearly|almost|about|approximately|roughly|total of)"
    rf" {_YEAR} [a-z]"
)


def not_figures() -> ByWords:
    """What holds digits and is no figure, in text of lower case."""
    return _NOT_FIGURES


def without_others(text: str) -> str:
    """The text in lower case with spaces in the place of numbers that are no figures."""
    return _NOT_FIGURES.sub(lambda match: " " * len(match[0]), text.lower())


@lru_cache(maxsize=4096)
def has_figure(sentence: str) -> bool:
    """Whether a figure stands in the sentence, in digits or in words with a magnitude."""
    folded = sentence.lower()
    return bool(
        (_NUMBER.search(folded) and _NUMBER.search(_NOT_FIGURES.sub(" ", folded)))
        or _IN_WORDS.search(folded)
        or _COUNTED.search(folded)
    )
