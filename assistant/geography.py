"""Countries, states and a few other places, by the names and adjectives that people use for them.

Facts of geography, written down for this project. Used to see that a question asks about a place,
also where it is typed in lower case, and of which place a text speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

_COUNTRIES = """
Afghanistan,Afghan|Albania,Albanian|Algeria,Algerian|Andorra,Andorran|Angola,Angolan|
Argentina,Argentine,Argentinian|Armenia,Armenian|Australia,Australian|Austria,Austrian|
Azerbaijan,Azerbaijani|Bahamas,Bahamian|Bahrain,Bahraini|Bangladesh,Bangladeshi|
Barbados,Barbadian|Belarus,Belarusian|Belgium,Belgian|Belize,Belizean|Benin,Beninese|
Bhutan,Bhutanese|Bolivia,Bolivian|Bosnia,Bosnian,Herzegovina|Botswana|Brazil,Brazilian|Brunei|
Bulgaria,Bulgarian|Burkina Faso|Burundi,Burundian|Cambodia,Cambodian|Cameroon,Cameroonian|
Canada,Canadian|Cape Verde|Central African Republic|Chad,Chadian|Chile,Chilean|China,Chinese|
Colombia,Colombian|Comoros|Congo,Congolese|Costa Rica,Costa Rican|Croatia,Croatian|Cuba,Cuban|
Cyprus,Cypriot|Czechia,Czech Republic,Czech|Denmark,Danish|Djibouti|Dominica|Dominican Republic|
East Timor,Timor-Leste|Ecuador,Ecuadorian|Egypt,Egyptian|El Salvador,Salvadoran|
Equatorial Guinea|Eritrea,Eritrean|Estonia,Estonian|Eswatini,Swaziland|Ethiopia,Ethiopian|
Fiji,Fijian|Finland,Finnish|France,French|Gabon,Gabonese|Gambia,Gambian|Germany,German|
Ghana,Ghanaian|Greece,Greek|Greenland|Grenada|Guatemala,Guatemalan|Guinea-Bissau|Guinea|
Guyana,Guyanese|Haiti,Haitian|Honduras,Honduran|Hong Kong|Hungary,Hungarian|Iceland,Icelandic|
India,Indian|Indonesia,Indonesian|Iran,Iranian|Iraq,Iraqi|Ireland,Irish|Israel,Israeli|
Italy,Italian|Ivory Coast,Ivorian|Jamaica,Jamaican|Japan,Japanese|Jordan,Jordanian|
Kazakhstan,Kazakh|Kenya,Kenyan|Kiribati|Kosovo,Kosovar|Kuwait,Kuwaiti|Kyrgyzstan,Kyrgyz|
Laos,Laotian|Latvia,Latvian|Lebanon,Lebanese|Lesotho|Liberia,Liberian|Libya,Libyan|
Liechtenstein|Lithuania,Lithuanian|Luxembourg|Madagascar,Malagasy|Malawi,Malawian|
Malaysia,Malaysian|Maldives,Maldivian|Mali,Malian|Malta,Maltese|Marshall Islands|
Mauritania,Mauritanian|Mauritius,Mauritian|Mexico,Mexican|Micronesia|Moldova,Moldovan|Monaco|
Mongolia,Mongolian|Montenegro,Montenegrin|Morocco,Moroccan|Mozambique,Mozambican|
Myanmar,Burma,Burmese|Namibia,Namibian|Nauru|Nepal,Nepalese,Nepali|Netherlands,Holland,Dutch|
New Zealand,New Zealander|Nicaragua,Nicaraguan|Nigeria,Nigerian|Niger|North Korea,North Korean|
North Macedonia,Macedonian|Norway,Norwegian|Oman,Omani|Pakistan,Pakistani|Palau|
Palestine,Palestinian,Gaza,West Bank|Panama,Panamanian|Papua New Guinea|Paraguay,Paraguayan|
Peru,Peruvian|Philippines,Philippine,Filipino|Poland,Polish|Portugal,Portuguese|Puerto Rico|
Qatar,Qatari|Romania,Romanian|Russia,Russian|Rwanda,Rwandan|Samoa,Samoan|San Marino|
Saudi Arabia,Saudi|Senegal,Senegalese|Serbia,Serbian|Seychelles|Sierra Leone|
Singapore,Singaporean|Slovakia,Slovak|Slovenia,Slovenian|Solomon Islands|Somalia,Somali|
South Africa,South African|South Korea,South Korean|South Sudan|Spain,Spanish|
Sri Lanka,Sri Lankan|Sudan,Sudanese|Suriname|Sweden,Swedish|Switzerland,Swiss|Syria,Syrian|
Taiwan,Taiwanese|Tajikistan,Tajik|Tanzania,Tanzanian|Thailand,Thai|Togo,Togolese|Tonga,Tongan|
Trinidad|Tunisia,Tunisian|Turkey,Türkiye,Turkish|Turkmenistan|Tuvalu|Uganda,Ugandan|
Ukraine,Ukrainian|United Arab Emirates,UAE,Emirati|
United Kingdom,UK,U.K.,Britain,Great Britain,British|
United States,US,U.S.,USA,U.S.A.,America,American,Americans|Uruguay,Uruguayan|
Uzbekistan,Uzbek|Vanuatu|Vatican|Venezuela,Venezuelan|Vietnam,Vietnamese|Yemen,Yemeni|
Zambia,Zambian|Zimbabwe,Zimbabwean|England,English|Scotland,Scottish|Wales,Welsh|
Northern Ireland|Tibet,Tibetan|Catalonia,Catalan"""

_STATES = """
Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|
Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|
Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|
New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|
South Carolina|South Dakota|Tennessee|Texas,Texan|Utah|Vermont|Virginia|West Virginia|Wisconsin|
Wyoming|Ontario|Quebec|British Columbia|Alberta|Manitoba|Saskatchewan|Nova Scotia|
New South Wales|Queensland|Tasmania|Bavaria,Bavarian"""

_REGIONS = """
Africa,African|Asia,Asian|Europe,European|European Union,EU,E.U.|South America,South American|
North America,North American|Latin America,Latin American|Antarctica,Antarctic|Arctic|
Middle East|Oceania|Americas,Pan American,Pan-American|Caribbean|Scandinavia,Scandinavian|
euro area,eurozone,euro zone|Balkans"""

_CITIES = """
London|Paris|Berlin|Madrid|Rome|Vienna|Brussels|Amsterdam|Dublin|Moscow|Kyiv,Kiev|Beijing|
Shanghai|Tokyo|Seoul|Delhi|Mumbai|Karachi|Sydney|Melbourne|Toronto|Montreal|Vancouver|Chicago|
Los Angeles|San Francisco|Houston|Dallas|Miami|Boston|Philadelphia|Seattle|Detroit|Atlanta|
Denver|Las Vegas|New Orleans|New York City|Mexico City|Buenos Aires|Rio de Janeiro|Cairo|Lagos|
Nairobi|Johannesburg|Istanbul|Tehran|Baghdad|Jerusalem|Dubai|Jakarta|Manila|Bangkok"""

_ONLY_CAPITALISED = frozenset({"us", "chad", "turkey", "jordan", "guinea", "polish", "niger"})
"""Names that mean something else when typed in lower case."""


@lru_cache(maxsize=1)
def _by_name() -> dict[str, str]:
    """Lower-case name or adjective -> the place's first name."""
    table: dict[str, str] = {}
    for group in (_COUNTRIES, _STATES, _REGIONS, _CITIES):
        for entry in group.replace("\n", "").split("|"):
            names = [name.strip() for name in entry.split(",")]
            for name in names:
                table.setdefault(name.lower(), names[0])
    return table


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    names = sorted(_by_name(), key=len, reverse=True)
    joined = "|".join(re.escape(name) for name in names)
    return re.compile(rf"(?<![\w.])(?:{joined})s?(?!\w)", re.IGNORECASE)


_LETTERS = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=1)
def _openings() -> frozenset[str]:
    """The letters that a name begins with, alone or in the plural: only there is the long pattern
    tried."""
    found = {match.group() for name in _by_name() if (match := _LETTERS.match(name))}
    return frozenset(found | {f"{letters}s" for letters in found})


def _written(text: str) -> Iterator[re.Match[str]]:
    openings, end = _openings(), 0
    if openings.isdisjoint(map(str.lower, _LETTERS.findall(text))):  # as in most sentences
        return
    for word in _LETTERS.finditer(text):
        if word.start() < end or word.group().lower() not in openings:
            continue
        match = _pattern().match(text, word.start())
        if match:
            end = match.end()
            yield match


def located(text: str) -> list[tuple[int, int, str]]:
    """(start, end, common English name) of each place that `text` names, in order."""
    return [
        (match.start(), match.end(), _named(written.lower()))
        for match in _written(text)
        if _meant(written := match.group(), text[: match.start()])
    ]


@lru_cache(maxsize=8192)
def places(text: str) -> frozenset[str]:
    """The places that `text` names, each under its common English name."""
    return frozenset(name for _, _, name in located(text))


@lru_cache(maxsize=1)
def _lands() -> frozenset[str]:
    entries = f"{_COUNTRIES}|{_REGIONS}".replace("\n", "").split("|")
    return frozenset(entry.split(",")[0].strip() for entry in entries)


def is_land(place: str) -> bool:
    """A country or a region of several: what is true of one needn't be true of another."""
    return place in _lands()


def is_region(place: str) -> bool:
    return place in _regions()


@lru_cache(maxsize=1)
def _regions() -> frozenset[str]:
    entries = _REGIONS.replace("\n", "").split("|")
    return frozenset(entry.split(",")[0].strip() for entry in entries)


def spelled(text: str) -> list[str]:
    """The places that `text` names, in order and as it writes them."""
    return [text[start:end] for start, end, _ in located(text)]


def _named(key: str) -> str:
    return _by_name().get(key) or _by_name()[key.removesuffix("s")]


def _meant(written: str, before: str) -> bool:
    if written == "us" and _ARTICLE.search(before):  # "the us" is no pronoun
        return True
    return not (written.islower() and written in _ONLY_CAPITALISED) and written != "Us"


_ARTICLE = re.compile(r"\bthe\s+\Z", re.IGNORECASE)
