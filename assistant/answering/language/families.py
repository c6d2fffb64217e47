"""Words of the newsroom that say the same: families that are compared under one stem.

Written for this project from everyday reporting (figures, work, money, health, crime, elections,
weather, schools, travel). Snowball folds regular endings by
itself; what stands here is irregular ("fell"), derived ("retraction") or another word for the same
thing ("car"). A family's first word gives the stem; a word stands in one family only, and
opposites never share one.
"""

from __future__ import annotations

import re

_FAMILIES = """
child children kid kids youngster youngsters | death deaths die dies died dying dead fatality
fatalities deadly fatal lethal | person people persons folk folks somebody someone anybody anyone
everyone | woman women female females | man men male males | mother mothers maternal motherhood
mom moms mum | father fathers paternal dad dads | infant infants baby babies newborn newborns |
adult adults | teenager teenagers teen teens adolescent adolescents | elderly seniors pensioner
pensioners | parent parents parental | go goes went gone going | come comes came coming | rise
rises rose risen rising increase increases increased increasing grow grows grew grown growing
growth climb climbed climbs | surge surged surges soar soared soars jump jumped jumps spike spiked
spikes | fall falls fell fallen falling decline declines declined declining decrease decreases
decreased decreasing drop drops dropped dropping | double doubled doubles doubling twofold twice |
triple tripled triples tripling threefold | shrink shrank shrunk shrinks shrinking | percent
percentage share proportion | job jobs employment employed | unemployment unemployed jobless
joblessness | worker workers employee employees staff workforce | hire hires hired hiring recruit
recruits recruited | quit quits resign resigns resigned resignation | dismiss dismisses dismissed
dismissal sacked | layoff layoffs redundancy redundancies | recovery recovered recover recovering
recoveries | define defines defined definition definitions defining | vaccine vaccines vaccination
vaccinations vaccinate vaccinated immunisation immunization immunised immunized jab jabs | warm
warmer warmest warming hot hotter hottest heat | cold colder coldest cool cooler coolest | cost
costs price prices priced pricing | cheap cheaper cheapest inexpensive | expensive costly pricey |
pay pays paid wage wages salary salaries earnings | income incomes | help helps helped assist
assists assisted assisting assistance aid | doctor doctors physician physicians | nurse nurses
nursing | hospital hospitals hospitalise hospitalised hospitalize hospitalized hospitalization
hospitalizations hospitalisation | patient patients | treat treats treated treatment treatments
therapy therapies | cure cures cured | drug drugs | medicine medicines medication medications |
car cars automobile automobiles | vehicle vehicles | crash crashes crashed collision collisions |
airplane airplanes aeroplane plane planes aircraft | flight flights fly flies flew flown flying |
train trains railway railways railroad rail | ship ships vessel vessels | say says said | tell
tells told telling | speak speaks spoke spoken speaking speech speeches | write writes wrote
written writing author authors authored | read reads reading reader readers | think thinks thought
| earn earns earned earning | know knows knew known | see sees saw seen | hear hears heard hearing
hearings | give gives gave given giving | take takes took taken taking | bring brings brought |
hold holds held holding | keep keeps kept keeping retain retains retained | leave leaves leaving |
send sends sent sending | build builds built building construct constructs constructed
construction | buy buys bought buying purchase purchases purchased purchaser | sell sells sold
selling sale sales seller sellers | win wins won winning winner winners victory victories | lose
loses lost losing loss losses loser | find finds found finding findings | begin begins began begun
start starts started beginning | stop stops stopped stopping cease ceases ceased halt halts halted
discontinue discontinued discontinues | end ends ended ending | finish finishes finished complete
completes completed completion | spend spends spent spending expenditure expenditures | fund funds
funded funding finance financed finances | donate donates donated donation donations donor donors
contribute contributes contributed contribution contributions contributor contributors | lend
lends lent loan loans lending loaned | borrow borrows borrowed borrower borrowers borrowing | debt
debts indebted | owe owes owed | tax taxes taxed taxation taxpayer taxpayers | measure measures
measured measuring measurement measurements | calculate calculates calculated calculation
calculations calculating compute computes computed | estimate estimates estimated estimating
estimation | classify classifies classified classification categorise categorize categories
category | compare compares compared comparing comparison comparisons | vote votes voted voting
ballot ballots voter voters elector electors turnout | elect elects elected electing election
elections electoral | candidate candidates candidacy nominee nominees | campaign campaigns
campaigned campaigning | poll polls polled polling survey surveys surveyed surveying | respond
responds responded response responses respondent respondents | penalty penalties penalise penalize
penalised penalized punish punishes punished punishment punishments punishable sanction sanctions
| crime crimes criminal criminals offense offenses offence offences offender offenders | arrest
arrests arrested detain detains detained detention detainee detainees | accuse accuses accused
accusation accusations allege alleges alleged allegation allegations | convict convicts convicted
conviction convictions guilty | acquit acquits acquitted acquittal | jail jails prison prisons
imprison imprisonment imprisoned jailed incarcerated incarceration | prisoner prisoners inmate
inmates | prosecute prosecutes prosecuted prosecution prosecutor prosecutors | sue sues sued suing
lawsuit lawsuits litigation | court courts courtroom | lawyer lawyers attorney attorneys | victim
victims | kill kills killed killing killings homicide homicides murder murders murdered murderer |
steal steals stole stolen stealing theft thefts | rob robs robbed robbery robberies | attack
attacks attacked attacker attackers assault assaults assaulted | shoot shoots shooting shootings
shooter gunman gunmen | weapon weapons gun guns firearm firearms | bomb bombs bombed bombing
bombings | abduct abducts abducted abduction abductions kidnap kidnaps kidnapped kidnapping
kidnappings | runaway runaways | vanish vanishes vanished disappear disappears disappeared
disappearance disappearances | injure injures injured injury injuries wounded wound wounds |
survive survives survived survival survivor survivors | rescue rescues rescued rescuer rescuers |
police policeman policemen policing | soldier soldiers troop troops | army armies military | war
wars warfare | noncitizen noncitizens alien aliens foreigner foreigners | immigrant immigrants
immigration immigrate migrant migrants migration | refugee refugees | deport deports deported
deportation deportations | citizen citizens citizenship | company companies firm firms corporation
corporations | business businesses | school schools classroom classrooms | teacher teachers teach
teaches taught teaching educator educators | student students pupil pupils | university
universities college colleges | educate educated education educational | climate climatic | emit
emits emitted emitting emission emissions | pollute pollutes polluted pollution pollutant
pollutants | flood floods flooded flooding | drought droughts | storm storms hurricane hurricanes
cyclone cyclones typhoon | rain rains rained rainfall rainy precipitation | snow snows snowed
snowfall | wildfire wildfires bushfire bushfires | burn burns burned burnt burning | melt melts
melted melting | freeze freezes froze frozen freezing | sea seas ocean oceans oceanic marine |
forest forests forestry woodland deforestation | farm farms farmer farmers farming agriculture
agricultural | eat eats ate eaten eating | food foods | drink drinks drank drunk drinking beverage
beverages | hunger hungry starvation starve starved famine | poor poorer poorest poverty | rich
richer richest wealthy wealth | house houses home homes housing dwelling dwellings | rent rents
rented rental rentals renter renters tenant tenants | homeless homelessness | budget budgets
budgetary | refuse refuses refused refusal reject rejects rejected rejection | deny denies denied
denial | approve approves approved approval | allow allows allowed permit permits permitted
permission | ban bans banned banning prohibit prohibits prohibited prohibition forbid forbids
forbade forbidden outlaw outlawed | legal lawful legally lawfully | illegal illegally unlawful
unlawfully illicit | law laws legislation statute statutes | require requires required requirement
requirements mandatory compulsory obligatory | illness illnesses disease diseases sickness sick
ill | infect infects infected infection infections infectious contagious | cancer cancers |
pregnant pregnancy pregnancies | birth births born childbirth childbirths |
abort aborts aborted abortion abortions |
marry marries married marriage marriages wedding weddings | divorce divorces divorced | old older
oldest | age ages aged | young younger youngest youth | big bigger biggest large larger largest |
small smaller smallest | high higher highest | low lower lowest | long longer longest length
lengthy | short shorter shortest | wide wider widest width broad | deep deeper deepest depth |
tall taller tallest | fast faster fastest speed quick quicker quickly rapid rapidly | strong
stronger strongest strength strengthen strengthened | weak weaker weakest weaken weakened | good
better best | bad worse worst | heavy heavier heaviest weight weigh weighs weighed | yearly annual
annually | month months monthly | week weeks weekly | day days daily | quarter quarters quarterly
| average averaged | maximum peak | prove proves proved proven proof | evidence evidences | cause
causes caused causing | appear appears appeared appearance | retract retracts retracted retraction
retractions | withdraw withdraws withdrew withdrawn withdrawal withdrawals | publish publishes
published publishing publication publications publisher | announce announces announced
announcement announcements | reveal reveals revealed revelation disclose discloses disclosed
disclosure | correct corrects corrected correction corrections | err error errors mistake mistakes
mistaken | lie lies lied lying | fake fakes faked hoax hoaxes fabricated fabrication | mislead
misleads misled misleading | choose chooses chose chosen choosing choice choices select selects
selected selection | decide decides decided decision decisions | agree agrees agreed agreement
agreements | promise promises promised pledge pledges pledged | warn warns warned warning warnings
| threaten threatens threatened threat threats | protect protects protected protection protective
| prevent prevents prevented prevention | reduce reduces reduced reducing reduction reductions cut
cuts cutting | expand expands expanded expansion | add adds added adding addition include includes
included including inclusion | exclude excludes excluded excluding exclusion omit omits omitted |
replace replaces replaced replacement | remove removes removed removal | change changes changed
changing alter altered | differ differs differed different difference differences | join joins
joined member members membership | move moves moved moving | travel travels traveled travelled
traveling traveller travelers | arrive arrives arrived arrival arrivals | depart departs departed
departure departures | open opens opened opening | close closes closed closing closure closures |
operate operates operated operating operation operations | produce produces produced producing
production producer producers | consume consumes consumed consumption consumer consumers | invest
invests invested investment investments investor investors | inspect inspects inspected inspection
inspections inspector inspectors | investigate investigates investigated investigation
investigations investigator probe probes | audit audits audited auditor auditors | analyse
analyses analysed analyze analyzes analyzed analysis | examine examines examined examination |
discover discovers discovered discovery discoveries | invent invents invented invention inventor |
recommend recommends recommended recommendation recommendations advise advises advised advice |
apply applies applied application applications applicant applicants | register registers
registered registration registrations | participate participates participated participation
participant participants | attend attends attended attendance attendee attendees | succeed
succeeds succeeded success successful | fail fails failed failure failures | receive receives
received receiving recipient recipients get gets got | provide provides provided provision |
believe believes believed belief beliefs | live lives lived living life lifespan lifetime | expect
expects expected expectation expectations expectancy | city cities town towns municipal | country
countries nation nations | government governments governmental | president presidents presidential
presidency | parliament parliaments parliamentary | minister ministers ministerial ministry
ministries | agency agencies | organization organizations organisation organisations | science
sciences scientific scientist scientists researcher researchers | research study studies | paper
papers | smoke smokes smoked smoking smoker smokers tobacco | alcohol alcoholic | obese obesity
overweight | mental psychological psychiatric | suicide suicides suicidal | racist racism racial |
equal equality | religion religions religious | energy electricity | oil petroleum | nuclear
atomic | internet online web | phone phones telephone telephones | television tv | lockdown
lockdowns | shutdown shutdowns | bailout bailouts | slowdown slowdowns | runoff runoffs | dropout
dropouts | outbreak outbreaks epidemic epidemics | united_states america american americans usa |
united_kingdom britain british uk | image images imagery |
inform informs informed notify notifies notified notification notifications
"""


def families() -> list[list[str]]:
    """Every family, its first word first."""
    return [family.split() for family in _FAMILIES.split("|")]


_PHRASAL = re.compile(
    r"\b(turn|shut|lay|lock|drop|bail|slow|roll|run|buy|crack|break|cut|walk)"
    r"(?:s|ed|ing|ped|ping|ting|ning)?[ -](out|down|off|over)\b(?! to be\b| that\b)",
    re.IGNORECASE,
)
_PARTICLE = re.compile(r"[ -](?:out|down|off|over|up)\b", re.IGNORECASE)
_COME_DOWN = re.compile(
    r"\b(?:come|comes|came|coming|go|goes|went|gone|going) (up|down)\b(?! (?:with|to|in)\b)",
    re.IGNORECASE,
)
"""What goes up rises: so it is asked aloud, and so it is seldom written."""
_SHOT = re.compile(
    r"\b(flu|influenza|measles|mmr|covid|mumps|polio|hpv|tetanus|shingles|rabies|hepatitis|booster|"
    r"vaccine|vaccination)([ -])shots?\b",
    re.IGNORECASE,
)
_RACE = re.compile(
    r"\bwhite house (?:race|contest|election)\b|\brace (?:for|to) the white house\b", re.IGNORECASE
)
_IRREGULAR = re.compile(r"\b(laid|ran|bought|broke) (off|over|out|down)\b", re.IGNORECASE)
_BASE = {"laid": "lay", "ran": "run", "bought": "buy", "broke": "break"}


def joined_phrases(text: str) -> str:
    """ "turned out" as "turnout", "laid off" as "layoff": a verb and its noun are one word.

    So are a turn of speech and the plain word for it: "came down" as "fell", "flu shot" as "flu
    vaccine", "White House race" as "presidential election".
    """
    text = _RACE.sub("presidential election", _SHOT.sub(r"\1\2vaccine", text))
    if not _PARTICLE.search(text):
        return text
    text = _COME_DOWN.sub(lambda m: "rise" if m[1].lower() == "up" else "fall", text)
    text = _IRREGULAR.sub(lambda m: _BASE[m[1].lower()] + m[2].lower(), text)
    return _PHRASAL.sub(lambda m: m[1].lower() + m[2].lower(), text)


# --- what a question presupposes to have happened -------------------------------------------------

DIRECTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "double": (("double",), ("double",)),
    "triple": (("triple",), ("triple",)),
    "up": (
        ("increase", "surge", "expand", "quadruple", "skyrocket", "worsen"),
        ("increase", "surge", "expand", "quadruple", "skyrocket", "worsen", "high", "double",
         "triple", "more", "record", "gain", "big", "add"),
    ),
    "down": (
        ("fall", "plunge", "shrink", "reduce", "halve", "collapse"),
        ("fall", "plunge", "shrink", "reduce", "halve", "collapse", "low", "few", "small", "weak",
         "lose", "slow"),
    ),
    "stop": (
        ("stop", "end", "discontinue", "abandon", "suspend", "cancel", "abolish"),
        ("stop", "end", "discontinue", "abandon", "suspend", "cancel", "abolish", "withdraw"),
    ),
}  # fmt: skip
"""A change that a question can take for granted -> (words that do so, words that show it)."""
