"""Idioms of the news in one word each: "lost their lives" is "died"."""

from __future__ import annotations

import re

_IDIOMS = (
    (r"(?:lost|los(?:es?|ing)) (?:his|her|their) li(?:fe|ves)", "died"),
    (r"(?:claim(?:s|ed)|cost(?:s|ing)?|took|taken) the li(?:fe|ves) of", "killed"),
    (r"put to death|put(?=\s[^;:]{0,60}\bto death\b)", "executed"),
    (r"(?:is|are|was|were) home to", "hosted"),
    (r"(?:stood|stand|stands|lay|lie|lies) empty", "vacant"),
    (r"(?:works?|came|comes?|come) out (?:at|to)", "was"),
    (r"(?:was|were|is|are) (?:struck|hit) by", ""),
    (r"sun shone", "sunshine"),
    (r"flu", "influenza"),
    (r"(?:closed|ended|finished|began|started)(?=\s+with\b)", ""),
    (r"(?:sells?|sold|retails?|costs?) (?:at )?up to", "maximum price"),
    (r"head of(?= (?:cattle|sheep|goats|livestock)\b)", ""),
    (r"washed (?:up|ashore)", "stranded"),
    (r"left(?=[^;:]{0,40}\b(?:unfilled|empty|vacant|homeless|dead)\b)", ""),
    (r"permanently excluded", "expelled"),
    (r"permanent exclusions?", "expulsion"),
    (r"(?:did|do|does) not survive|failed to survive", "lost"),
    (r"lost(?=\s[^;:]{0,60}\bto (?:poach|drown|suicide|shipping|overfish))", ""),
    (r"(?:sells?|sold|retails?|retailed|was priced|is priced) at", "price"),
    (r"turn(?:ed|s)? out(?! to)", "produced"),
    (r"gave up|given up", "quit"),
    (r"went to the polls|cast (?:their|his|her|a) (?:ballots?|votes?)|turned out to vote", "voted"),
    (r"took to the streets", "protested"),
    (r"c[oa]me down with|got sick with", "infected with"),
    (r"(?:admitted|taken|brought|rushed) to (?:a )?hospitals?", "hospitalised"),
    (r"left the country|moved (?:away|abroad)|went abroad to live", "emigrated"),
    (r"(?:went|gone|reported) missing|unaccounted for", "missing"),
    (r"found guilty", "convicted"),
    (r"(?:sent|sentenced|went) to (?:prison|jail)", "imprisoned"),
    (r"(?:went|gone) on strike|down(?:ed|ing) tools|walked off the job|walked out", "strike"),
    (r"(?:sent|flown|shipped) (?:back|home)", "deported"),
    (r"turned (?:away|back)", "rejected"),
    (r"(?:thrown|kicked|put) out of their (?:homes?|flats?|houses?)", "evicted"),
    (r"set (?:on fire|alight|ablaze)", "arson"),
    (r"broke(?:n)? into|break-ins?", "burglary"),
    (r"(?:unable|not able) to read(?: (?:and|or) write)?", "illiterate"),
    (r"can(?:not|'t) read(?: (?:and|or) write)?", "illiterate"),
    (r"(?:living|lived|live) (?:in poverty|below the poverty line)|were poor", "poverty"),
    (r"(?:living|lived|live|sleeping) on the streets?", "homeless"),
    (r"(?:have|had|has) no home|without a home", "homeless"),
    (r"came into the world", "born"),
    (r"got (?:engaged|divorced)", "divorced"),
    (r"(?:had|with) access to the internet|(?:were|went|are) online", "internet"),
    (r"asked for (?=asylum|protection)|sought (?=asylum|protection)", "applied for "),
    (r"requested (?=asylum|protection)|claimed (?=asylum|protection)", "applied for "),
    (r"passed away|were left dead", "died"),
    (r"(?:fell|fallen|became|fall) (?:seriously )?ill (?:with|from|of)", "infected with"),
    (r"(?:hand|giv|gav)(?:e|es|ed|en|ing|ings)? out", "distributed"),
    (r"(?:gave|giv(?:es?|en|ing)) birth to", "birth"),
    (r"sle(?:ep|eps|pt|eping) rough", "rough sleeper"),
    (r"(?:taken|took|held) in(?:to)? custody|placed under arrest", "arrested"),
    (r"behind bars", "imprisoned"),
    (r"(?:out of|without(?: a)?) (?:work|job)", "unemployed"),
    (r"in (?:paid )?work|in (?:a )?jobs?", "employed"),
    (r"la(?:id|ys?|ying) off|ma(?:de|k(?:es?|ing)) redundant|lost their jobs", "layoff"),
    (r"(?:got|tied the) (?:married|knot)", "married"),
    (r"(?:burn(?:ed|t)|went up) (?:down|in flames)", "burned"),
    (r"(?:torn|pulled|knocked|tore) down", "demolished"),
    (r"(?:cut|chopped) down", "felled"),
    (r"clear-?cut(?:s|ting)?", "deforestation"),
    (r"drove off|driv(?:e|es|ing) off|drive-offs?", "driveoff"),
    (r"(?:shut|clos(?:ed|es?)) (?:down|their doors|its doors)", "closed"),
    (r"opened (?:their|its) doors", "opened"),
    (r"(?:from |travelled )?abroad|from overseas", "foreign"),
    (r"set up(?= (?:shop|business|compan))", "founded"),
    (r"went (?:bust|under|out of business)|filed for bankruptcy", "bankrupt"),
    (r"took part in|taken part in|takes? part in", "attended"),
    (r"sign(?:ed|s)? up (?:for|to)", "enrolled in"),
    (r"thr(?:ew|own) away", "discarded"),
    (r"(?:were|was|been) found dead", "died"),
    (r"(?:moved|came|come) to live in", "immigrated to"),
    (r"look(?:ed|ing|s)? for (?:a )?(?:work|job)", "unemployed"),
    (r"took (?:his|her|their) own li(?:fe|ves)", "suicide"),
    (r"(?:at|in) the (?:wheel|driving seat)", "driving"),
)
_INSTEAD = {f"i{n}": instead for n, (_, instead) in enumerate(_IDIOMS)}
_ANY = re.compile(
    r"\b(?:" + "|".join(rf"(?P<i{n}>{said})" for n, (said, _) in enumerate(_IDIOMS)) + r")\b", re.I
)
_PARTS = re.compile(
    r"to the (?:polls|streets)|hospital|country|missing|unaccounted|guilty|prison|jail"
    r"|strike|tools|back|home|fire|alight|ablaze|into|break-|read|poverty|poor|streets"
    r"|the world|engaged|divorced|internet|online|asylum|protection|gave up|given up|voted?"
    r"|(?:their|his|her|the) (?:own )?li|to death|\bexclu|survive|\bflu\b|ed\s+with"
    r"|began\s+with|up to|head of"
    r"|shone|washed"
    r"|\bleft\b|struck|hit by|home to|empty|\blost\b|sell|sold|retail|priced"
    r"|passed away|dead|\bill\b|\bout\b|birth to"
    r"|rough|custody|arrest|bars|work|\bjob|\boff\b|drive-off|redundant|married|knot|down"
    r"|flames|doors|abroad|overseas|clear|bust|under|bankruptcy|part in|\bup\b|away|to live"
    r"|wheel|seat|came into|sick with",
    re.I,
)
"""One of these stands in each of them: a quick look."""


def plain(text: str) -> str:
    """The text with one word for each idiom."""
    if not _PARTS.search(text):
        return text
    return _ANY.sub(lambda match: _INSTEAD[match.lastgroup or ""], text)
