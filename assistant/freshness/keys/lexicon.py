"""What newsrooms tell one statistic with: words that stand for each other, and words left out.

Written for this project. Two figures of one series are often told in other words ("destroyed",
"burned"; "inmates", "prisoners"). Words of one ring may stand for each other when all the other
words around two figures agree; a word may be of several rings. They are no synonyms at large, so
nothing is folded by them: what a text says is kept as it says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.freshness.keys.rings import RINGS
from assistant.freshness.keys.wording import stem

_IMPLIED = {
    "road": "accident crash traffic collision",
    "crash": "road traffic motor vehicle car",
    "unemployed": "workforce labor force active",
    "expectancy": "birth",
    "traffic": "road accident crash motor vehicle",
    "work": "accident",
    "hectare": "area land",
    "acre": "area land",
    "km2": "area land",
    "solar": "power capacity energy panel",
    "wind": "power capacity energy turbine",
    "lottery": "win",
    "drown": "death water bathing swimming swim sea lake river beach",
    "executed": "death prisoner inmate",
    "pilgrim": "hajj mecca pilgrimage",
    "pm": "concentration particulate air fine dust",
    "search": "power stop police officer",
    "colony": "bee beekeeper hive",
    "pay": "buyer tenant customer",
    "strand": "beach coast shore",
    "journalist": "media worker census",
    "imprison": "census",
    "benefit": "recipient participant claimant receive",
    "bed": "hospital",
    "passenger": "operator traffic public",
    "deforestation": "rainforest forest tree",
    "dropout": "training course",
    "parcel": "emergency food",
    "cow": "herd farm",
    "pig": "farm",
    "electric": "battery fully model",
    "battery": "storage",
    "power": "electricity plant station",
    "nuclear": "power energy plant reactor electricity",
    "organic": "grow produce farm",
    "ticket": "driver police",
    "speed": "driver police",
    "caesarean": "section",
    "beer": "brewery brewer",
    "rainforest": "tree forest",
    "law": "bill",
    "deficit": "budget government",
    "bankrupt": "company firm business",
    "rescued": "coastguard lifeboat",
    "cocoa": "farmer bean",
    "coffee": "farmer bean grower",
    "electricity": "household bill",
    "donor": "registered",
    "citizenship": "person",
    "employment": "job",
    "tourist": "foreign international",
    "infection": "hospital",
    "diagnosed": "newly",
    "bite": "victim",
    "tea": "leaf",
    "visa": "holder",
    "overdose": "drug death",
    "poach": "death poacher illegal",
    "fire": "burn brigade crew firefighter attend call",
    "harvest": "crop",
    "crop": "harvest",
    "election": "vote",
    "vote": "turnout cast",
    "prison": "hold detain",
    "refugee": "flee",
    "school": "state",
    "labor": "market",
    "wage": "worker gross",
    "paid": "worker",
    "boat": "small",
    "homicide": "victim",
    "murder": "victim",
    "death": "toll victim life leave",
    "shooting": "gun",
    "filing": "case",
    "evict": "case landlord tenant",
    "storage": "water hold",
    "water": "storage",
    "driveoff": "motorist driver",
    "sea": "surface",
    "poverty": "line threshold affect live",
    "breed": "nest",
    "asylum": "seek first-time",
    "confirmed": "laboratory lab",
    "ship": "port",
    "birth": "mother",
    "life": "claim cost take",
    "salmon": "fish farm",
    "copper": "mine",
    "coal": "mine",
    "gold": "mine",
    "oil": "crude barrel field",
    "gas": "natural field",
    "milk": "cow dairy farm",
    "wine": "grower vineyard",
    "wheat": "farmer harvest",
    "bus": "passenger",
    "surgery": "patient",
    "ambulance": "crew",
    "measles": "infection case",
    "malaria": "case",
    "rent": "pay tenant tenancy",
    "tax": "household payer",
    "candidate": "exam sat sit took test",
    "cost": "build construction pay",
    "price": "retail consumer shop pump average buyer seller",
    "bridge": "build open construction",
    "ice": "sea ocean water cover",
    "injured": "leave",
    "accident": "road",
    "match": "game play league",
    "loan": "borrower",
}
"""What a word implies another wording may say too: a road death is one of an accident."""

_LIGHT = """
toll declared welcomed notched suffered experienced witnessed endured posted reporting tally
office board service centre center association society federation registry directorate union
figure authority sector estimate lodged logged documented brand-new people citizens organisation
organization ministry secretariat inspectorate trust foundation committee handled numbering kept
chalked ranked confirmed counted tallied verified combined together officially formally ones
averaged averages freed
overstated understated overcounted undercounted inflated exaggerated placed pegged finally
amended performed established powers nationwide
altogether respectively read reads reading should stated restated states amounted equivalent equal
model models modelling modeling modelled finding findings analysis analyses review reviews check
checks checking dataset database register bulletin report reports table tables release releases
erratum corrigendum correction amendment note notice update updates press statement briefing
spokesperson spokesman spokeswoman minister officials official researchers statisticians analysts
authorities editors yearbook newsletter factsheet dashboard portal census online-database
tallying recounts late later fresh preliminary definitive complete full initial original early
updated amended rectified erroneous error errors mistake mistaken wrong wrongly clerical run
running ran monitored monitoring observed observation detected noted seen met known identified
listed appear appeared emerged turned exactly precisely approximately barely scarcely well nearer
re mean face faced stock ending coast shore soil territory fact actual true correct previously
formerly again once more yet lift lifted lifts push pushed pushes moved move moves took take come
came came-to bring brought brings raise raised raises settle settled boosted boost topped top
stands sits sat lies lay hovered plummeted tumbled inched crept swelled ballooned mounted added-up
summed sums annum calendar twelve-month full-year year-round in-total aggregate nationwide-total
count counts marked mark marks saw see sees seeing found corresponds represents represent
represented equated made-up comprised comprising lived living based located given gave giving
"""
"""Never what sets two figures apart: how something was registered, and by what kind of body."""

_WEIGHTY = """
killed poached installed burned destroyed planted arrested detained injured stolen closed opened
rejected refused approved cancelled deported sold bought exported imported born died adopted
slaughtered evicted airport website online
worked employed demolished rescued seized recycled vaccinated infected hired shot left joined
culled missing repaired added lost built cleared convicted charged fined hacked evacuated displaced
"""
"""Without them another thing is counted: "rhinos" are no "rhinos killed", in whatever form."""

_KEEPERS = """
police policemen officer inspector owner citizen council official authority ministry state city town
municipality government hospital clinic doctor court customs ranger ministry registrar registrars
registered registry prosecutor brigade crew firefighter coastguard guard regulator operator
"""
"""Who reports and who registers: "owners reported bicycles stolen", "police registered them"."""

_DEALT_WITH = """
inspected checked tested examined audited warned licensed visited surveyed screened investigated
sampled interviewed searched stopped questioned trained
"""


def _stems(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


_OF_RINGS = tuple(_stems(line.split()) for line in RINGS.strip().splitlines())
LIGHT = _stems(_LIGHT.split())
WEIGHTY = _stems(_WEIGHTY.split())
KEEPERS = _stems(_KEEPERS.split())
ACTS = WEIGHTY | _stems(_DEALT_WITH.split())
"""What was done with what is counted: what was inspected is not what was closed."""
_IMPLIES = {stem(word): _stems(implied.split()) for word, implied in _IMPLIED.items()}


@lru_cache(maxsize=16384)
def mates(word: str) -> frozenset[str]:
    """The stems that may stand for this one, itself among them."""
    return frozenset({word}.union(*(ring for ring in _OF_RINGS if word in ring)))


_DERIVED = re.compile(r"(?:eri|ci|i|er|or|al|ant|anc|enc|ist|ian|ment|ion|ation|at|e|ship|iti)$")


@lru_cache(maxsize=16384)
def root(word: str) -> str:
    """What "deliv" and "deliveri", "bankrupt" and "bankruptci" have in common."""
    bare = _DERIVED.sub("", word)
    return bare if len(bare) >= _ROOT else word


_ROOT = 5


@lru_cache(maxsize=16384)
def rings(word: str) -> tuple[str, ...]:
    """The names of the rings that a stem is of: one of its words each, the same for all of them."""
    return tuple(min(ring) for ring in _OF_RINGS if word in ring)


@lru_cache(maxsize=16384)
def implied(word: str) -> frozenset[str]:
    """What the stem implies, so that it may be said beside it or not."""
    return _IMPLIES.get(word, frozenset())
