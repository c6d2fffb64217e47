"""Words into stems, with the tables of what is only wording and what sets two figures apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain

import Stemmer

from assistant.freshness.keys.idioms import plain


def listed(text: str) -> list[str]:
    """The words of a list kept as running text."""
    return text.split()


_WORD = re.compile(r"(?<![\d])[^\W\d_]+(?:[-\u2010\u2011'\u2019][^\W\d_]+)*")
_stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord
_IRREGULAR = {
    "children": "child", "kids": "child", "kid": "child", "people": "person", "women": "woman",
    "men": "man", "females": "woman", "female": "woman", "males": "man", "male": "man",
    "girls": "girl", "boys": "boy", "died": "death", "die": "death", "dies": "death",
    "dead": "death", "dying": "death", "killed": "death", "fatalities": "death",
    "fatality": "death", "fatal": "death", "lives": "life", "grew": "growth", "grow": "growth",
    "grows": "growth", "growing": "growth", "grown": "growth", "held": "hold", "sold": "sale",
    "sell": "sale", "selling": "sale", "sells": "sale", "spent": "spend", "born": "birth",
    "won": "win", "built": "build", "caught": "catch", "taught": "teach", "lost": "loss",
    "lose": "loss", "loses": "loss", "losing": "loss", "losses": "loss", "thefts": "theft",
    "stolen": "theft", "stole": "theft", "gave": "give", "given": "give", "made": "make",
    "took": "take", "taken": "take", "went": "go", "gone": "go", "ran": "run",
    "unemployed": "unemployment", "jobless": "unemployment", "joblessness": "unemployment",
    "employed": "employment", "employs": "employment", "vaccinated": "vaccine",
    "vaccination": "vaccine", "vaccinations": "vaccine", "vaccines": "vaccine",
    "immunised": "vaccine", "immunized": "vaccine", "immunisation": "vaccine",
    "immunization": "vaccine", "unvaccinated": "unvaccinated", "recovery": "recover",
    "recoveries": "recover", "located": "recover", "cleared": "resolve", "closed": "close",
    "solved": "resolve", "kindergarteners": "kindergarten", "kindergartners": "kindergarten",
    "kindergartner": "kindergarten", "kindergartener": "kindergarten", "voted": "vote",
    "voters": "vote", "voter": "vote", "voting": "vote", "exports": "export",
    "admissions": "admit", "admission": "admit", "admitted": "admit", "arrivals": "arrive",
    "arrival": "arrive", "departures": "depart", "departure": "depart", "hospitalised": "hospital",
    "hospitalized": "hospital", "hospitalisations": "hospital", "hospitalizations": "hospital",
    "hospitalisation": "hospital", "hospitalization": "hospital", "hospitals": "hospital",
    "diagnosed": "diagnose", "diagnoses": "diagnose", "diagnosis": "diagnose",
    "prices": "price", "pupils": "student", "pupil": "student", "crops": "harvest",
    "crop": "harvest", "applicants": "apply", "applicant": "apply", "applications": "apply",
    "application": "apply", "applied": "apply", "applies": "apply", "entries": "entry",
    "enrolment": "enrol", "enrollment": "enrol", "enrolled": "enrol", "enroll": "enrol",
    "oecd": "oecd", "temperatures": "temperature", "growth": "growth", "mortality": "death",
    "fires": "fire", "births": "birth", "newborns": "birth", "babies": "birth",
    "wildfires": "fire", "wildfire": "fire", "blazes": "fire", "registrations": "regist",
    "registration": "regist", "automobiles": "car", "automobile": "car", "cars": "car",
    "infections": "infect", "membership": "member", "memberships": "member",
    "turnout": "vote", "turnouts": "vote", "ballots": "vote", "homicides": "homicide",
    "residents": "resident", "inhabitants": "resident",
    "inhabitant": "resident", "employees": "worker", "employee": "worker", "staff": "worker",
    "teachers": "teacher", "earnings": "earn", "wages": "wage", "emission": "emit",
    "emissions": "emit", "emitted": "emit", "emits": "emit", "carbon": "carbon",
    "installed": "install", "installations": "install", "installation": "install",
    "produced": "produce", "production": "produce", "output": "output", "imported": "import",
    "exported": "export", "starts": "start", "started": "start", "begun": "start",
    "began": "start", "completions": "complete", "completed": "complete",
    "approvals": "approve", "approval": "approve", "approved": "approve", "granted": "grant",
    "detections": "detect", "offences": "crime", "offenses": "crime", "crimes": "crime",
    "robberies": "robbery", "burglaries": "burglary", "tonnes": "tonne", "tons": "tonne",
    "visitors": "visit", "visitor": "visit", "visits": "visit", "visited": "visit",
    "passengers": "passenger", "riders": "passenger", "refused": "reject",
    "refusals": "reject", "rejections": "reject", "rejected": "reject", "denied": "reject",
    "denials": "reject", "received": "receive", "receives": "receive", "receipts": "receive",
    "injured": "injure", "injuries": "injure", "injury": "injure", "wounded": "injure",
    "anaemia": "anemia", "labour": "labor", "disappeared": "miss",
    "wolves": "wolf", "calves": "calf", "knives": "knife", "thieves": "thief", "geese": "goose",
    "mice": "mouse", "loaves": "loaf", "halves": "half", "wives": "wife", "husbands": "husband",
    "leaves": "leave", "left": "leave", "leaving": "leave", "bought": "buy", "paid": "pay",
    "fell": "fell", "burnt": "burn", "hurt": "injure", "shot": "shoot", "shootings": "shoot",
    "shooting": "shoot", "fled": "flee", "led": "lead", "met": "meet", "fought": "fight",
    "drove": "drive", "driven": "drive", "flew": "fly", "flown": "fly", "flights": "flight",
    "lent": "lend", "borrowed": "borrow", "withdrew": "withdraw", "withdrawn": "withdraw",
    "withdrawals": "withdraw", "withdrawal": "withdraw", "broke": "break", "broken": "break",
    "spawned": "spawn", "laid": "lay", "drank": "drink", "drunk": "drink", "ate": "eat",
    "eaten": "eat", "struck": "strike", "wore": "wear", "swam": "swim", "sank": "sink",
    "sunk": "sink", "sinkings": "sink", "bred": "breed", "fed": "feed", "chosen": "choose",
    "chose": "choose", "taught-by": "teach", "dug": "dig", "hunted": "hunt", "thrown": "throw",
    "threw": "throw", "written": "write", "ridden": "ride", "rode": "ride", "rides": "ride",
    "swept": "sweep", "froze": "freeze", "frozen": "freeze", "torn": "tear", "worn": "wear",
    "registered": "regist", "graduates": "graduate", "graduation": "graduate",
    "graduated": "graduate", "dropouts": "dropout", "median": "median",
}  # fmt: skip
_PHRASES = (
    (re.compile(r"\b(?:consumer price index(?:es)?|cpi(?:-u|h)?|inflation)\b", re.I),
     "consumer price"),
    (re.compile(r"\b(?:gross domestic product|gdp|economic output|the economy|economic growth)\b",
                re.I), "gdp"),
    (re.compile(r"\b(?:world|global) (?:output|economy|gdp|growth)\b", re.I), "world gdp"),
    (re.compile(r"\b(?:real output|economy)\b", re.I), "gdp"),
    (re.compile(r"\b(?:civilian )?labou?r force\b", re.I), ""),
    (re.compile(r"\b(?:all items )?(?:less|without|excluding|excludes|leaves? out) (?:both )?food"
                r" and energy\b", re.I), "consumer price"),
    (re.compile(r"\b(?:is|are|was|were) (?:paid|given|handed) (?:out )?to\b", re.I), "received by"),
    (re.compile(r"\b(?:grew|grows?|grown)(?= (?:again |slightly |further )?to\b)", re.I), "rose"),
    (re.compile(r"\bdrop(?:s|ped|ping)? out\b(?: of\b)?|\bleft school early\b", re.I), "dropout"),
    (re.compile(r"\bon time\b|\bpunctual(?:ity|ly)?\b", re.I), "punctual"),
    (re.compile(r"\b(?:school|academic|marketing|crop|flu|tax) years?\b", re.I), "year"),
    (re.compile(r"\bco2\b|\bcarbon dioxide\b", re.I), "carbon dioxide"),
)  # fmt: skip
_IN_PHRASES = (
    "paid ", "given ", "handed ", "grew", "grow", "price index", "cpi", "inflation", "product",
    "gdp", "output", "econom",
    "or force", "our force", "food", "drop", "left school", "time", "punctual", "co2", "carbon",
    " year", "global growth", "world growth",
)  # fmt: skip
"""One of these stands in each of them."""
_STOP = frozenset(
    listed("""
    a an the this that these those its his her their our your my it they he she we you i them
    there here who whom whose which what when where while why how and or nor but so yet if then
    than as at by for from in into of off on onto out over per to up upon with within without
    about above across after against along alongside among around before behind below between
    beyond despite during except inside like near since through throughout toward towards under
    until unless via both either neither each every all any some most more less fewer many much
    few several other others another such own same only also just even still again ever never not
    no very too rather quite almost nearly roughly approximately about least most first second
    is are was were be been being am do does did done doing has have had having can could may
    might must shall should will would
    number numbers total totals figure figures amount amounts count counts level levels value
    values sum statistic statistics stat stats data rate rates ratio ratios share shares
    percentage percentages proportion proportions percent cent percent point points volume
    volumes tally size quantity average index statistical overall altogether combined whole entire
    year years yearly annual annually month months monthly quarter quarters quarterly week weeks
    weekly day days daily decade decades century period periods time times date dates calendar
    fiscal financial season today now currently current latest newest recent recently previous
    previously last past next earlier later prior former new so far ago already end beginning
    start-of mid late early during
    say says said saying report reports reported reporting reportedly record records recorded
    count counted counting find finds found put puts show shows showed shown give gives gave
    given state states stated note notes noted publish published publishes release released
    releases announce announced estimate estimated estimates estimating survey surveys according
    cite cited mention mentioned list listed describe described call called calls confirm
    write wrote written see saw seen set sets mark marked measure measured measures tell told
    suggest suggested indicate indicates indicated correspond corresponds corresponding
    rise rises rose risen rising fall falls fell fallen falling increase increases increased
    increasing decrease decreases decreased decreasing decline declines declined declining drop
    drops dropped dropping climb climbs climbed jump jumped jumps reach reaches reached stand
    stands stood total totalled totaled amount amounted hit hits remain remained remains
    change changed changes unchanged gain gains gained up down high higher highest low lower
    lowest larger largest smaller smallest bigger biggest big large small great greater strong
    double doubled half quarter third twice fold shrink shrank shrunk grow up slip slipped
    slump slumped slumps swell swelled swells tumble tumbled dip dipped dips narrow narrowed
    widen widened triple tripled treble trebled quadruple quadrupled hike hiked dwindle dwindled
    rocket rocketed creep crept lowered lowers
    edge edged surge surged plunge plunged soar soared ease eased slow slowed slows rebound
    compare compared comparison against versus difference gap exceed exceeded record-high
    make makes made take takes took taken took get gets got go goes went come comes came
    become became happen happened occur occurred place took keep kept use used uses using
    cover covers covered include includes included including account accounts accounted
    involve involves involved involving concern concerned belong belonged exist existed
    government official officially officials agency agencies country countries nation nations
    national nationwide nationally world-wide kind kinds type types form part parts
    however meanwhile therefore thus moreover well instead hence alone together
    one two three four five six seven eight nine ten eleven twelve hundred thousand million
    billion trillion dozen zero
    fact-check check checked page digest article source sources news release
    thing things way result results basis term terms case-by-case example headline
    sharp sharply follow follows followed classified resident residents final definitive
    provisional preliminary revised revision revisions corrected correction consolidated adjusted
    seasonally age-adjusted age-standardised age-standardized standard population construction
    labour-force numbered numbers cheaper warmer colder longer shorter mere further another
    carried carry conducted performed documented logged tallied
    cooler hotter drier wetter faster slower busier quieter richer poorer older
    lived living eligible clear clearly coverage night nights waterway waterways parliament
    ministry bureau institute authority commission department council recount baseline hold
    holds held found single annualised annualized inventory run ran runs table tables
    actually around best next roughly slightly sharply slowly steadily far fully
    people person persons individual individuals someone anyone
    """)
)
GROUPS: tuple[frozenset[str], ...] = tuple(
    frozenset(listed(group))
    for group in (
        "woman man girl boy",
        "black white hispan asian latino indigen",
        "youth young elder older adult senior teenag infant juvenil",
        "rural urban suburban",
        "public privat",
        "core headlin",
        "nominal real",
        "passeng freight",
        "industri domest household residenti commerci",
        "singl multi",
        "minimum maximum",
        "day night",
        "perman temporari",
        "full-tim part-tim",
        "unvaccin",
        "foreign nativ noncitizen immigr migrant asylum refuge",
        "nonfatal",
        "intern domest",
        "primari secondari tertiari",
        "foster",
        "exist",
        "long-term short-term",
        "pedestrian cyclist motorcyclist driver",
        "net gross",
        "outdoor indoor",
        "onshor offshor",
        "north south east west northern southern eastern western",
        "summer winter spring autumn",
        "opioid cocain fentanyl heroin methadon methamphetamin psychostimul alcohol",
        "exclud",
        "electr diesel petrol hybrid",
        "cybertiplin",
        "birth",
        "coronavirus covid influenza",
        "union nonunion",
        "tip",
        "inpati outpati",
    )
)
"""Words that narrow a figure to a part: the same ones must stand on both sides."""
NARROWING = frozenset(stem for group in GROUPS for stem in group) - {"birth", "tip"}
CONTRASTS: tuple[frozenset[str], ...] = tuple(
    frozenset(listed(group))
    for group in (
        "assist resolv recov receiv entri close refer",
        "appli approv grant reject pend withdraw issu",
        "arrest charg convict prosecut sentenc acquit",
        "admit discharg visit icu vaccin test infect death",
        "export import",
        "produc consum sale store demand harvest instal generat plant",
        "produc consum demand generat capac",
        "hire layoff quit vacanc open fire unemploy employ",
        "start complet permit author demolish",
        "birth death marriag divorc",
        "immigr emigr arriv depart",
        "injur death homeless displac",
        "enrol graduat dropout appli",
        "revenu profit loss cost spend debt deficit budget surplus sale earn",
        "mean median",
        "suspect confirm probabl",
        "regist vote",
        "shelter food energi gasolin egg",
        "sow yield harvest",
        "read math scienc",
        "theft robberi burglari assault homicid murder rape",
        "hous rent wage price",
        "own rent",
        "infant matern child neonat",
        "exempt vaccin",
        "extent volum thick",
        "max min",
        "hepat influenza measl mump rubella malaria dengu cholera tuberculosi polio hiv covid mpox",
        "wheat mais maiz corn rice barley soy soybean potato coffe sugar",
        "car truck bus train bicycl motorcycl tram ferri plane flight",
        "solar wind nuclear coal gas oil hydro",
    )
)
"""Of each group a figure measures one: with two different ones, two figures are never rivals."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a word in any case, irregular forms and common synonyms folded."""
    lower = word.lower().replace("\u2019", "'").removesuffix("'s").removesuffix("'")
    return _stem(_IRREGULAR.get(lower, lower))


@lru_cache(maxsize=65536)
def is_stop(word: str) -> bool:
    """Grammar, time, or a word that any statistic is told with."""
    lower = word.lower()
    return len(word) < 2 or lower.removesuffix("'s").removesuffix("\u2019s") in _STOP


def phrased(text: str) -> str:
    """The text with one wording for phrases that have several."""
    text = plain(text)
    lower = text.lower()
    for part in _IN_PHRASES:  # a quick look instead of a dozen slow ones
        if part in lower:
            break
    else:
        return text
    for pattern, replacement in _PHRASES:
        text = pattern.sub(replacement, text)
    return text


_WHOLE = re.compile(
    r"(?:long|short|full|part|first|second|third|age|seasonally|non|fact|labou?r)-", re.I
)


def _parts(word: str) -> list[str]:
    """ "missing-child" is two words, "long-term" is one."""
    plain = word.replace("\u2010", "-").replace("\u2011", "-")
    return [plain] if "-" not in plain or _WHOLE.match(plain) else plain.split("-")


@lru_cache(maxsize=8192)
def stems(text: str) -> tuple[str, ...]:
    """The stems of the words that carry meaning, in order, each once."""
    return _meaning(_WORD.findall(phrased(text)))


def _meaning(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(map(_stems_of, words))))


@lru_cache(maxsize=65536)
def _stems_of(word: str) -> tuple[str, ...]:
    """Those of one word as it is written: none where it is a stop word."""
    return tuple(stem(part) for part in _parts(word) if not is_stop(part))


_PARTICIPLES = frozenset(
    listed(
        "held sold born built lost found made given taken shut cut stolen spent bought sent won"
        " caught taught broken driven grown known put seen shown hit had got brought kept laid left"
        " led lent met paid begun"
    )
)


@lru_cache(maxsize=8192)
def worded(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(`stems` of a text, those of them that stand there as participles only)."""
    words = _WORD.findall(phrased(text))
    found = _meaning(words)
    nouns, done = set[str](), set[str]()
    for each in words:
        for is_done, part in _done_in(each):
            (done if is_done else nouns).add(part)
    return found, tuple(word for word in found if word in done - nouns)


@lru_cache(maxsize=65536)
def _done_in(word: str) -> tuple[tuple[bool, str], ...]:
    """(whether it is a participle, its stem) of each part of one word."""
    return tuple(
        (part.lower().endswith("ed") or part.lower() in _PARTICIPLES, stem(part))
        for part in _parts(word)
    )
