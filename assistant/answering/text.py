"""Words, stems and numbers of English text: the small vocabulary that answering shares.

Everything here is pure and cached, because a question is compared with some fifty sentences in a
few milliseconds. Stems are Snowball's "english" (Porter2), with irregular forms and a few synonyms
of the newsroom folded together, so that "kids" meets "children" and "died" meets "deaths".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import Stemmer

from assistant.types import Span


def listed(text: str) -> list[str]:
    """The words of a list kept as running text."""
    return text.split()


MARKER = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\s*\]")
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNITED_STATES = re.compile(r"\bU\.\s?S\.(?:\s?A\.?)?|\bUSA?\b")
_ARTIFICIAL = re.compile(r"\bartificial intelligence\b|\bA\.I\.", re.IGNORECASE)
_UNITED_KINGDOM = re.compile(r"\bU\.\s?K\.?|\bUK\b")
_SENTENCE_END = re.compile(r"""(?<=[.!?])["'”’)\]]*\s+(?=["'“‘(\[]?[A-Z0-9])""")
_ABBREVIATION = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|St|No|vs|etc|Inc|Ltd|Co|Jr|Sr|Fig|approx|[A-Z]|"
    r"U\.S|U\.K|e\.g|i\.e|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.$"
)

STOPWORDS = frozenset(
    listed(
        """
    a an the this that these those and or but nor so yet if then than as at by for from in into
    of off on onto out over per to up upon with within without about above across after against
    along among around before behind below beneath beside between beyond down during except inside
    near outside since through throughout toward towards under until via am is are was were be been
    being do does did doing done have has had having can could may might must shall should will
    would i me my mine we us our ours you your yours he him his she her hers it its they them their
    theirs who whom whose which what when where why how there here not no don't doesn't didn't isn't
    aren't wasn't weren't won't can't couldn't what's who's it's that's there's how's where's also
    just very too any some such own same other another each both either neither all most more only
    again once ever please let's get got"""
    )
)

_FRAME = frozenset(
    listed(
        """
    latest newest recent recently current currently number numbers figure figures total totals
    amount statistics statistic stats data count counted tally many much according say says said
    tell know give show find list fact check checked claim claimed true false real really right
    explain mean means meaning define defined definition defines yearly annual annually year years
    today now exact exactly actual actually happen happened happens long often kind type sort
    overall people person make made use used like want need look info information details question
    answer think believe there's official officially headline reported reports report month months
    ever thing things way called named known"""
    )
)

_SAME: tuple[str, ...] = (
    "child children kid kids youngster youngsters",
    "death deaths die dies died dying dead fatality fatalities deadly",
    "person people persons folk",
    "woman women female females",
    "man men male males",
    "go goes went gone going",
    "rise rises rose risen rising increase increases increased increasing grow grows grew grown"
    " growing growth climb climbed",
    "fall falls fell fallen falling decline declines declined decrease decreases decreased"
    " decreasing drop drops dropped dropping",
    "percent percentage share proportion",
    "job jobs employment employed",
    "unemployment unemployed jobless joblessness",
    "recovery recovered recover recovering recoveries",
    "define defines defined definition definitions defining",
    "vaccine vaccines vaccination vaccinations vaccinated immunisation immunization immunised"
    " immunized jab jabs",
    "warm warmer warmest warming hot hotter hottest heat",
    "cost costs price prices priced",
    "pay pays paid wage wages salary salaries earnings",
    "help helps helped assist assists assisted assisting assistance aid",
    "doctor doctors physician physicians",
    "car cars automobile automobiles",
    "say says said",
    "win wins won winning winner",
    "lose loses lost losing",
    "find finds found finding",
    "begin begins began begun start starts started",
    "spend spends spent spending expenditure",
    "measure measures measured measuring measurement measurements",
    "calculate calculates calculated calculation calculating compute computes computed",
    "classify classified classification categorise categorize categories category",
    "vote votes voted voting ballot ballots",
    "voter voters elector electors",
    "mother mothers maternal motherhood",
    "infant infants baby babies newborn newborns",
    "penalty penalties punishment punishments punish punished punishable",
    "contribute contributes contributed contribution contributions donate donates donated donation"
    " donations",
    "noncitizen noncitizens alien aliens foreigner foreigners",
    "survey surveys surveyed surveying poll polls polled",
    "company companies firm firms business businesses",
    "school schools classroom classrooms",
    "worker workers employee employees staff",
    "weapon weapons gun guns firearm firearms",
    "climate climatic",
    "budget budgets budgetary",
    "refuse refuses refused refusal",
    "jail prison imprisonment imprisoned jailed",
    "elect elects elected election elections electoral",
    "immigrant immigrants immigration migrant migrants migration",
    "kill kills killed killing killings homicide homicides murder murders murdered",
    "law laws legislation statute",
    "illness illnesses disease diseases sickness ill",
    "infection infections infected infect infects",
    "abduct abducted abduction abductions kidnap kidnapped kidnapping kidnappings",
    "runaway runaways",
    "yearly annual annually",
    "average mean",
    "prove proven proved proof",
    "united_states america american americans usa",
    "united_kingdom britain british uk",
)

_porter = Stemmer.Stemmer("english", 0)


def _canonical() -> dict[str, str]:
    return {word: _porter.stemWord(group.split()[0]) for group in _SAME for word in group.split()}


_CANONICAL = _canonical()


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """The stem under which a word is compared; numbers lose their thousands separators."""
    lower = word.lower().replace("’", "'")
    if lower[0].isdigit():
        return lower.replace(",", "")
    lower = lower.removesuffix("'s")
    return _CANONICAL.get(lower) or _porter.stemWord(lower)


FRAME_STEMS = frozenset(stem(word) for word in _FRAME)


def words(text: str) -> list[str]:
    """The words and numbers of `text` in order, source markers left out."""
    text = MARKER.sub(" ", text)
    text = _UNITED_STATES.sub(" united_states ", text)
    text = _UNITED_KINGDOM.sub(" united_kingdom ", text).replace("United States", "united_states")
    text = text.replace("United Kingdom", "united_kingdom")
    text = _ARTIFICIAL.sub(" AI ", text)
    return _WITH_PLACES.findall(text)


_WITH_PLACES = re.compile(rf"united_states|united_kingdom|{_WORD.pattern}")


def is_content(word: str) -> bool:
    lower = word.lower()
    return lower not in STOPWORDS and (len(lower) > 1 or lower.isdigit())


def content_stems(text: str) -> list[str]:
    """Stems of the words that carry meaning, in order, with repetitions."""
    return [stem(word) for word in words(text) if is_content(word)]


def split_sentences(text: str) -> list[Span]:
    """Spans of the sentences of a short English text: for evidence handed over as a string.

    Stored documents are split where they are read; this is for text that has no spans yet.
    """
    spans: list[Span] = []
    for paragraph in re.finditer(r"\S(?:[^\n]*\S)?", text):
        start = paragraph.start()
        for end in _SENTENCE_END.finditer(text, start, paragraph.end()):
            if _ABBREVIATION.search(text, start, end.start()):
                continue
            spans.append(Span(start=start, end=end.end() - len(_spaces_before(text, end.end()))))
            start = end.end()
        spans.append(Span(start=start, end=paragraph.end()))
    return spans


def _spaces_before(text: str, end: int) -> str:
    head = text[:end]
    return head[len(head.rstrip()) :]


# --- how rare a word is ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Inverse document frequency of English stems, in nats; a stem not listed is rarer still."""

    idf: dict[str, float]
    unseen: float

    def weight(self, stem_: str) -> float:
        """How much a matched stem says: its rarity, reduced for words that only frame a question.

        Between 0.3 and `unseen`.
        """
        rarity = max(self.idf.get(stem_, self.unseen), 0.3)
        return min(rarity, 2.0) * 0.3 if stem_ in FRAME_STEMS else rarity


@lru_cache(maxsize=1)
def background() -> Background:
    """Small archives make their own document frequencies meaningless, so these ship."""
    stored = json.loads(
        (files("assistant.answering") / "weights" / "background.json").read_text(encoding="utf-8")
    )
    return Background(idf=stored["idf"], unseen=stored["unseen"])


def weight_of(stems: Iterable[str]) -> float:
    table = background()
    return sum(table.weight(each) for each in stems)


# --- numbers --------------------------------------------------------------------------------------

_SPELLED = {
    word: value
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        )
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_CURRENCIES = {
    "$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "dollar": "usd", "dollars": "usd",
    "euro": "eur", "euros": "eur", "pound": "gbp", "pounds": "gbp", "yen": "jpy",
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<currency>[$€£¥])?\s?(?P<sign>(?<![\w\d])[-−])?"
    r"(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<suffix>st|nd|rd|th|s|[KkMm](?![\w]))?"
    r"(?:[\s\u00a0-]?(?P<scale>hundred|thousand|million|billion|trillion|bn|mn)\b)?"
    r"(?:[\s\u00a0-]?(?P<unit>%|‰|percentage[\s-]points?\b|percent\b|per\s?cent\b|"
    r"dollars?\b|euros?\b|pounds?\b|yen\b|°\s?[CF]\b|degrees?\b))?",
    re.IGNORECASE,
)
_SPELLED_NUMBER = re.compile(
    rf"\b(?:{'|'.join(_SPELLED)})(?:-(?:{'|'.join(_SPELLED)}))?\b"
    r"(?:\s(?P<scale>hundred|thousand|million|billion|trillion)\b)?"
    r"(?:\s(?P<unit>percent|per cent)\b)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number as written. `unit` is "", "%", "pp", a currency or "°"; `span` is in its text."""

    value: float
    unit: str
    span: Span
    is_year: bool = False
    is_day: bool = False
    spelled: bool = False


@lru_cache(maxsize=8192)
def numbers(text: str) -> tuple[Number, ...]:
    """Every number of `text`, digits and small spelled ones, source markers left out."""
    text = MARKER.sub(lambda m: " " * len(m.group()), text)
    found = [_number(m) for m in _NUMBER.finditer(text) if not _inside_a_word(text, m)]
    found += [_spelled(m) for m in _SPELLED_NUMBER.finditer(text)]
    return tuple(sorted(found, key=lambda number: number.span))


def _inside_a_word(text: str, match: re.Match[str]) -> bool:
    start = match.start("digits")
    before = text[start - 1] if start else " "
    return before.isalpha() or before == "_"


def _number(match: re.Match[str]) -> Number:
    digits = match["digits"]
    value = float(digits.replace(",", "")) * _SCALES.get((match["scale"] or "").lower(), 1.0)
    suffix = (match["suffix"] or "").lower()
    value *= {"k": 1e3, "m": 1e6}.get(suffix, 1.0)
    unit = _unit(match)
    plain = not match["scale"] and not unit and suffix in ("", "s") and len(digits) == 4
    is_year = plain and digits.isdigit() and 1500 <= int(digits) <= 2100
    start = match.start("currency") if match["currency"] else match.start("digits")
    is_day = not unit and digits.isdigit() and int(digits) <= 31 and _beside_month(match)
    sign = -1.0 if match["sign"] and not is_year else 1.0
    return Number(
        value=sign * value,
        unit=unit,
        span=Span(start=start, end=match.end()),
        is_year=is_year,
        is_day=is_day,
    )


_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_AFTER_MONTH = re.compile(rf"\b{_MONTH}\.?\s+\Z")
_BEFORE_MONTH = re.compile(rf"\s+(?:of\s+)?{_MONTH}\b")


def _beside_month(match: re.Match[str]) -> bool:
    """ "6 January" and "January 6" name days, not quantities."""
    head = match.string[max(0, match.start("digits") - 12) : match.start("digits")]
    return bool(_AFTER_MONTH.search(head) or _BEFORE_MONTH.match(match.string, match.end()))


def _unit(match: re.Match[str]) -> str:
    unit = (match["unit"] or "").lower()
    if match["currency"]:
        return _CURRENCIES[match["currency"]]
    if unit.startswith("percentage"):
        return "pp"
    if unit.startswith(("%", "per")):
        return "%"
    if unit.startswith(("°", "degree")):
        return "°"
    return _CURRENCIES.get(unit, unit)


def _spelled(match: re.Match[str]) -> Number:
    head = re.split(r"\s", match.group())[0].lower()
    value = float(sum(_SPELLED[part] for part in head.split("-")))
    value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
    unit = "%" if match["unit"] else ""
    return Number(
        value=value, unit=unit, span=Span(start=match.start(), end=match.end()), spelled=True
    )


_YEAR = re.compile(
    r"(?<![\d,.$€£])(1[5-9]\d\d|20\d\d)(?:\s?[–/-]\s?(\d\d(?:\d\d)?))?(?![\d%]|,\d|\.\d)"
)


@lru_cache(maxsize=8192)
def years(text: str) -> frozenset[int]:
    """The years that `text` names; both ends of "2019-20" and of "2019-2020"."""
    text = MARKER.sub(" ", text)
    found: set[int] = set()
    for match in _YEAR.finditer(text):
        first = int(match[1])
        found.add(first)
        if match[2]:
            last = int(match[2]) if len(match[2]) == 4 else first // 100 * 100 + int(match[2])
            if first < last <= first + 30:
                found.add(last)
    return frozenset(found)


def jaccard(one: Sequence[str], other: Sequence[str]) -> float:
    """Shared stems over all stems, 0 to 1: how far two sentences say the same."""
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.0
