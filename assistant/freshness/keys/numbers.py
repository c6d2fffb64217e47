"""The numbers of a sentence that are figures, each with its value and precision."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.freshness.figures import by_words, not_figures
from assistant.freshness.keys.wording import listed

_DASH = "[-\u2010-\u2015]"
_TO_NINETEEN = {
    name: n
    for n, name in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
            " fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
_TENS = {
    name: 10 * n
    for n, name in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_SPELLED = _TO_NINETEEN | _TENS
_WORD = "|".join(sorted(_SPELLED, key=len, reverse=True))
_TEN = "|".join(_TENS)
_SCALES = {
    "hundred": 2,
    "thousand": 3,
    "k": 3,
    "million": 6,
    "mn": 6,
    "m": 6,
    "billion": 9,
    "bn": 9,
    "b": 9,
    "trillion": 12,
    "tn": 12,
    "lakh": 5,
    "crore": 7,
    "lakh crore": 12,
}
_PER = r"(?:per|for every|out of every|in every|of every)"
_DURATION = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_SMALL = rf"(?:\d{{1,3}}|(?:(?:{_TEN}){_DASH})?(?:{_WORD}))"
_ALSO_NOT = by_words(
    (
        rf"\b{_PER} (?:\d[\d,.]*|one|ten)(?: (?:hundred|thousand|million))?(?= )",
        r"\b(?:aged?|ages|age of) (?:\d{1,3}(?:, | and | or | to | through |, and ))*\d{1,3}\b",
        r"\b(?<!voting )(?<!working )age (?:through |of |up to |from )?\d{1,3}\b(?!\.\d"
        r"| ?%| per)",
        r"\b(?:children|people|adults|those|girls|boys|men|women|students|pupils|pensioners"
        rf"|anyone|everyone) \d{{1,2}}(?: (?:to|and) |{_DASH})\d{{1,2}}\b(?!%)",
        rf"\bunder{_DASH}?\d{{1,2}}s?\b(?! ?(?:%|percent|per cent|million|billion|thousand))"
        r"(?!,\d|\.\d)(?! (?:thousand|million|billion))",
        rf"\bwithin (?:the )?(?:first |last )?{_SMALL} {_DURATION}\b",
        rf"\b(?:at least|more than|less than|fewer than|up to|not more than) {_SMALL}"
        rf" (?:hours?|days?|weeks?|months?)\b",
        rf"\b{_SMALL} months? (?:ending|ended|to|through|up to) ",
        rf"\b{_SMALL} {_DURATION} or (?:longer|more|less|fewer)\b",
        rf"\b(?:past|last|previous|next|the same|first|coming) {_SMALL} (?:\w+ )?{_DURATION}\b",
        rf"\b{_SMALL} {_DURATION} (?:ago|earlier|before|later|in a row|running)\b",
        r"\b(?:less than|at least|over|under) \d{1,2} years (?:of age|old)\b",
        r"\bdrafted at \d\d\b|\bvote at \d\d\b|\bvoting age [\w ]{0,24}was \d\d\b",
        r"\b9\d(?:\.\d)?\s?(?:%|percent|per cent) (?:confidence|credible|uncertainty)"
        r"(?: intervals?| limits?| range)?,?(?: \(?ci\)?)?"
        rf"(?:[:,]? (?:from |of |between )?{_DASH}?\d[\d.,]*%?(?: to | and |{_DASH}|, ){_DASH}?"
        r"\d[\d.,]*%?)?",
        r"(?:(?<!\w)plus or minus|±|\+/-) ?\d[\d.,]*(?: (?:million|billion|percentage))?",
        r"\b(?:margin of error|standard error)[\w ]{0,24} \d[\d.,]*",
        r"\b(?:volume|vol\.|number|issue|brief|notice|target|goal|indicator|resolution|act"
        r"|law|proposition|amendment|question|item|bill|directive|regulation|report no\."
        r"|phase|category|tier|type|grade|group|class|stage|level|room|route|highway|flight"
        r"|boeing|airbus|agenda|protocol|scope|zone|unit|district|ward|model|windows)"
        rf" \d[\d.]*(?:{_DASH}\d+)*\b(?! ?(?:%|percent|per cent|million|billion|thousand))"
        r"(?!,\d)",
        rf"\b[a-z]{{1,4}}{_DASH}\d[\d\-]*\b",  # document numbers: A-07-21-06102
        rf"\b\d{{3}}{_DASH}\d{{3,4}}(?:{_DASH}\d{{4}})?\b",  # telephone numbers
        r"\b10\.\d{4,}/\S+",
        r"https?://\S+|www\.\S+|(?<!\S)\S+@\S+",
        r"#\d+",
        r"\b(?:ibex|dax|mdax|cac|ftse|mib|s&p|stoxx|nikkei|aex|smi|omx\w*|atx|wig|russell|fortune)"
        r" ?\d{2,4}\b",
        # 47-year, two-thirds, 3-1; not "twenty-five"
        rf"\b(?!(?:{_TEN}){_DASH}(?:{_WORD})\b(?!{_DASH})){_SMALL}{_DASH}(?:to{_DASH})?\w+",
        r"\b\d+(?:\.\d+)+\.\d+\b",
    ),
    signs=("plus or minus", "±", "+/-", "://", "www.", "@", "#"),
)
_FIGURE = re.compile(
    r"(?<![\w.,])(?P<money>(?:us|a|c|nz|hk|s|r|nt|mx|j)?\$|[€£¥₹₦₱₩฿₫₴₺]"
    r"|(?:ksh|ush|tsh|sh|rs|rp|rm|kr|chf|zar|inr|kes|gh₵|zł|usd|eur|gbp|sek|nok|dkk)(?=\s?\d)\.?"
    r"|r(?=\d\d|\d[.,]\d))?\s?(?P<sign>[-\u2212+](?=\d))?"
    r"(?P<digits>\d{1,2}(?:,\d\d)+,\d{3}(?![\d,]\d)"
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,]\d)|\d+(?:\.\d+)?)(?!\.?\d|:\d)"
    rf"(?P<scale>(?:\s|{_DASH})?(?:hundred thousand|thousand|million|billion|trillion|bn|mn|tn"
    r"|lakh crore|lakh|crore)\b"
    r"|(?<=\d)[mbk]\b)?",
)
_IN_WORDS = re.compile(
    rf"\b(?P<word>{_WORD}|half a|a)\s(?P<scale>hundred thousand|thousand|million|billion"
    rf"|trillion)\b"
    r"(?!\w)",
)
_RATIO = re.compile(
    rf"\b(?:about |nearly |roughly |almost )?(?P<one>\d{{1,2}}|{_WORD})"
    rf" (?:in(?: every)?|out of(?: every)?) (?P<of>\d{{1,3}}|{_WORD})\b(?![,.]?\d| ?%)",
)
_EVENTS = (
    r"(?:deaths?|cases|fatalities|outbreaks|victims|injuries|reports|casualties|homicides|murders"
    r"|people|children|arrests|accidents|crashes|fires|storms|hurricanes|executions|seats|pairs"
    r"|packs|nests|bears|wolves|whales|prisoners|soldiers|climbers|journalists|bodies|inmates)"
)
_FEW = re.compile(
    rf"(?<!the )(?<!these )(?<!those )(?<!other )(?<!their )(?<!its )(?<!all )\b(?P<word>{_WORD})\s"
    rf"(?=(?:[a-z-]+\s){{0,2}}(?:{_EVENTS}\b"
    r"|(?:[a-z-]+s|people)\s(?:were|died|had been|have been)\b))"
)
"""Few enough to be written as words, where what is counted is an event of the news, or something
that things were done to."""
_FEW_PERCENT = re.compile(rf"\b(?P<word>{_WORD})\s(?=(?:percent|per cent)\b)")
_SPELLED_OUT = re.compile(
    rf"(?<!aged )(?<!age )(?<!age of )(?<!under )(?<!{_DASH})\b(?:a(?= hundred and )|{_WORD})"
    rf"(?:(?:\sand\s|\s|{_DASH})(?:{_WORD}|hundred|thousand)\b)*"
    rf"(?P<scale>\s(?:million|billion|trillion))?\b"
    rf"(?!{_DASH}|\s(?:in|out of|(?:and|or) (?:older|over|under|younger))\b)"
)
_ANY_WORD = re.compile(rf"\b(?:{_WORD}|half a|a (?:hundred|thousand|million|billion|trillion))\b")
_FEWEST = 13
"""From here on a number in words is a figure; a smaller one only by what it counts."""
_ROUGH = re.compile(
    r"(?:\babout|\baround|\bapproximately|\broughly|\bsome|\bcirca|\bestimated|\bclose to"
    r"|\bin the region of|~|≈)\s(?:an? |the )?$",
)
_BOUND = re.compile(
    r"(?:\bmore than|\bover|\bat least|\bnearly|\balmost|\bless than|\bfewer than|\bunder|\babove"
    r"|\bbelow|\bjust (?:over|under|above|below)|\bup to|\bin excess of|\bupwards? of|>|<)\s$",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number at `start`..`end` of its sentence; `money` is its currency's sign, if any."""

    start: int
    end: int
    value: float
    precision: float
    money: str = ""
    share: bool = False
    """It was written as a ratio ("1 in 4"), which is 25 per cent."""
    signed: bool = False


def numbers(sentence: str) -> tuple[Number, ...]:
    """The figures of a sentence in reading order; years, ages, markers and names are none."""
    masked = _masked(sentence)
    found: list[Number] = []
    for number in (*_ratios(masked), *_worded(masked), *_written(masked)):
        if not any(number.start < each.end and each.start < number.end for each in found):
            found.append(number)
    return tuple(sorted(found, key=lambda number: number.start))


def _masked(sentence: str) -> str:
    """The sentence in lower case with blanks for the numbers that are no figures, letter for
    letter."""
    folded = _folded(sentence)  # patterns that mind no case cost twice as much
    ratios = [match.span() for match in _RATIO.finditer(folded)]

    def hide(match: re.Match[str]) -> str:
        inside = any(s < match.end() and match.start() < e for s, e in ratios)
        return match.group() if inside else blank(match)

    return not_figures().sub(blank, _ALSO_NOT.sub(hide, folded))


def _folded(text: str) -> str:
    folded = text.lower()
    if len(folded) == len(text):
        return folded
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def blank(match: re.Match[str]) -> str:
    """Spaces in the place of what was found, so that every other place stays."""
    return " " * (match.end() - match.start())


def _ratios(text: str) -> Iterator[Number]:
    for match in _RATIO.finditer(text):
        one, of = _small(match["one"]), _small(match["of"])
        if 0 < one < of <= 100 and _is_ratio(text, match):
            value = 100 * one / of
            start = match.start("one")
            step = value - 100 * one / (of + 1)
            yield Number(start=start, end=match.end(), value=value, precision=step / 2, share=True)


def _is_ratio(text: str, match: re.Match[str]) -> bool:
    """ "22 in 10 states" counts; "1 in 4", "one in four children" is a share."""
    return match["one"].lower() in ("1", "one", "two", "2", "three", "3", "nine", "9") or (
        "out of" in match.group().lower()
    )


def _small(word: str) -> int:
    return int(word) if word.isdecimal() else _SPELLED[word.lower()]


def spelled(words: Sequence[str]) -> int | None:
    """The number that words give ("two hundred and six"); None for words that give none."""
    total, part, last = 0, 0, 1000
    for word in words:
        if word in ("and", "a"):
            part, last = (1, 1000) if word == "a" else (part, last)
        elif word in ("hundred", "thousand"):
            if part == 0:
                return None
            if word == "thousand":
                total, part = total + part * 1000, 0
            else:
                part *= 100
            last = 100
        else:
            value = _SPELLED[word]
            if value >= last or (last < 100 and (last < 20 or value > 9)):
                return None  # "nineteen eighty"
            part, last = part + value, value
    return total + part


def _worded(text: str) -> Iterator[Number]:
    if not _ANY_WORD.search(text):  # the patterns below cost more
        return
    for match in _SPELLED_OUT.finditer(text):
        words = re.findall(r"[a-z]+", match.group().removesuffix(match["scale"] or ""))
        found = spelled(words)
        rounded_too = _IN_WORDS.match(text, match.start())
        if rounded_too and rounded_too.end() == match.end():
            continue
        if found is None or found < _FEWEST:
            continue
        unit = 10.0 ** _power(match["scale"] or "")
        rounded = 1000 if words[-1] == "thousand" else 1
        yield Number(
            start=match.start(),
            end=match.end(),
            value=found * unit,
            precision=rounded * unit / 2,
        )
    for match in _IN_WORDS.finditer(text):
        word = match["word"].lower()
        base = 0.5 if word == "half a" else 1 if word == "a" else _SPELLED[word]
        unit = 10.0 ** _power(match["scale"])
        yield Number(start=match.start(), end=match.end(), value=base * unit, precision=unit / 2)
    for match in (*_FEW.finditer(text), *_FEW_PERCENT.finditer(text)):
        value = _SPELLED[match["word"].lower()]
        yield Number(start=match.start(), end=match.end("word"), value=value, precision=0.5)


def _written(text: str) -> Iterator[Number]:
    for match in _FIGURE.finditer(text):
        if match["scale"] and len(match["scale"]) == 1 and not match["money"]:
            continue
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        digits = match["digits"].replace(",", "")
        if len(digits) > 18:
            continue
        power = _power(match["scale"] or "")
        negative = match["sign"] in ("-", "\u2212")
        value = float(digits) * 10.0**power
        yield Number(
            start=start,
            end=match.end(),
            value=-value if negative else value,
            precision=_precision(text[max(0, start - 24) : start], digits, power),
            money=(match["money"] or "").lower(),
            signed=match["sign"] is not None,
        )


def _power(scale: str) -> int:
    word = scale.strip().strip("-\u2010\u2011\u2012\u2013\u2014\u2015").strip().lower()
    return 5 if word == "hundred thousand" else _SCALES.get(word, 0)


def _precision(before: str, digits: str, power: int) -> float:
    """Half of the last digit given, more where the words before say that it is rounded.

    "27,000" alone is taken as rounded to thousands; "about 40" to tens; "more than 27,000" may be
    anything up to 28,000.
    """
    decimals = len(digits.partition(".")[2])
    zeros = 0 if decimals else len(digits) - len(digits.rstrip("0"))
    rough, bound = _ROUGH.search(before), _BOUND.search(before)
    if rough or bound:
        place = 10.0 ** (zeros - decimals + power)
        return place if bound else place / 2
    place = 3 if zeros >= 3 else 0
    return 10.0 ** (place - decimals + power) / 2
