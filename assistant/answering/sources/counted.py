"""What a figure counts: reports are not children, entries are not cases, deaths are not births."""

from __future__ import annotations

import re

from assistant.answering.language.scopes import Placed
from assistant.answering.language.text import listed, stem

_THINGS = {
    "people": """people person persons child children kid kids woman women man men girls boys
        adult adults citizen citizens resident residents worker workers employees voter voters
        student students kindergartners patient patients infant infants baby babies victims users
        runaways immigrants noncitizens aliens residents americans teenagers youths migrants
        refugees soldiers members donors passengers
        passenger travellers travelers tourists visitors players athletes teachers nurses""",
    "reports": "report reports tip tips complaint complaints calls alerts",
    "cases": "case cases infections",
    "entries": "entry entries record records",
    "episodes": "episode episodes incident incidents",
    "deaths": "death deaths fatalities",
    "births": "birth births",
    "ballots": "vote votes ballot ballots",
    "jobs": "job jobs positions posts vacancies",
    "households": "household households families homes",
    "outbreaks": "outbreak outbreaks",
    "abductions": "abduction abductions kidnappings",
    "arrests": "arrest arrests",
    "convictions": "conviction convictions",
    "doses": "dose doses shots",
    "countries": "country countries nations",
    "states": "state states",
    "jurisdictions": "jurisdiction jurisdictions counties",
    "companies": "company companies firms businesses",
    "schools": "school schools",
    "images": "image images videos photos files",
    "studies": "study studies surveys datasets",
    "earthquakes": "earthquake earthquakes",
    "storms": "storm storms hurricanes",
    "fires": "fire fires wildfires",
    "crimes": "crime crimes murders homicides offences offenses robberies",
    "seats": "seat seats",
    "vehicles": "car cars vehicle vehicles",
}
_KIND = {word: kind for kind, words in _THINGS.items() for word in listed(words)}
_DIED = frozenset(listed("died dead killed die dies dying"))
_VOTED = frozenset(listed("voted vote votes voting"))
_BORN = frozenset(listed("born"))
_ALSO = {"deaths": _DIED, "ballots": _VOTED, "births": _BORN}
"""People who died are deaths."""
_REACH = 3
_BREAKS = frozenset(
    listed(
        "in for per at from to by on among between with that who which were was is are had than "
        "as been be"
    )
)


def thing(figure: Placed) -> str | None:
    """The word behind a figure that says what is counted, where it is one that we know."""
    for word in figure.counted[: _REACH + 2]:
        if word in _BREAKS:
            return None
        if word in _KIND:
            return word
    return None


def counts_other(claimed: Placed, held: Placed) -> tuple[str, str] | None:
    """(what the claim counts, what the source counts) where these are two different things."""
    ours, theirs = thing(claimed), thing(held)
    if ours is None or theirs is None:
        return _other_nouns(claimed, held)
    if _KIND[ours] == _KIND[theirs]:
        return None
    kinds = {_KIND[ours], _KIND[theirs]}
    if "people" in kinds:
        (other,) = kinds - {"people"}
        person = claimed if _KIND[ours] == "people" else held
        if _ALSO.get(other, frozenset()) & set(person.counted):
            return None
    return ours, theirs


def _other_nouns(claimed: Placed, held: Placed) -> tuple[str, str] | None:
    """Two plurals right behind the figures, each unknown to the other's words."""
    ours, theirs = claimed.counted[:1], held.counted[:1]
    if not (ours and theirs and _PLURAL.fullmatch(ours[0]) and _PLURAL.fullmatch(theirs[0])):
        return None
    if stem(ours[0]) in held.near or stem(theirs[0]) in claimed.near:
        return None
    return ours[0], theirs[0]


_PLURAL = re.compile(
    r"(?!has|was|does|this|is|as|times|percentage|degrees|its|less)[a-z]{3,}[^su]s"
)
