"""Conversations on the sample archive: how each turn is to be understood and answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """`holds` and `lacks` are stretches of the standalone question, compared without case.

    `alone`: the question stands alone and stays as it is. `says`: what the answer holds;
    `abstains`: there is none. Neither: the answer is not judged.
    """

    asks: str
    holds: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    alone: bool = False
    says: tuple[str, ...] = ()
    abstains: bool = False


def turn(asks: str, *holds: str, lacks: str = "", says: str = "", abstains: bool = False) -> Turn:
    """`lacks` and `says` are lists, parted by "|". Without `holds` the question stands alone."""
    return Turn(
        asks=asks,
        holds=holds,
        lacks=tuple(filter(None, lacks.split("|"))),
        alone=not holds,
        says=tuple(filter(None, says.split("|"))),
        abstains=abstains,
    )


CONVERSATIONS: dict[str, tuple[Turn, ...]] = {
    "ncmec": (
        turn("how does NCMEC count a missing child?", says="NCMEC counts reports"),
        turn(
            "and how many were there in 2024?",
            "how many missing children were there in 2024", "NCMEC",
            says="29,568 reports|2024",
        ),
        turn(
            "what about children missing from care?",
            "how many children missing from care", "2024", "NCMEC",
            says="23,160 reports|foster or state care",
        ),
    ),
    "another counter, then a correction": (
        turn("How many missing children did NCMEC assist with in 2024?", says="29,568"),
        turn("and in 2023?", "NCMEC assist with in 2023", lacks="2024", says="28,886"),
        turn("what about the FBI?", "the FBI", "2023", "missing children", lacks="NCMEC",
             says="375,304"),
        turn("no, I meant entries", "how many entries for missing children did the FBI", "2023",
             lacks="no,|I meant", says="375,304 entries"),
    ),
    "a claim about strangers": (
        turn("Are most missing children kidnapped by strangers?", says="1%"),
        turn("who says so?", "missing children kidnapped by strangers", "who says so",
             says="NCMEC"),
        turn("and family abductions?", "family abductions", "missing children", says="5%"),
        turn("why?", "why", "missing children"),
    ),
    "foster care": (
        turn("How many children missing from foster care are never reported to NCMEC?",
             says="34,869"),
        turn("and how many were reported late?", "how many children missing from foster care were "
             "reported late", lacks="never"),
        turn("how long are they gone on average?", "how long are children missing from foster care "
             "gone on average", says="34 days"),
    ),
    "measles": (
        turn("How many measles cases were there in the United States in 2025?", says="2,144"),
        turn("and in 2024?", "How many measles cases were there in the United States in 2024",
             lacks="2025", says="285"),
        turn("is that more than in 2023?", "measles cases", "2024",
             "and is that more than in 2023"),
        turn("and in Texas?", "How many measles cases were there in Texas", lacks="United States"),
        turn("what about deaths?", "measles deaths", "Texas", lacks="cases"),
    ),
    "thanks, and a new subject": (
        turn("How many measles cases were there in the United States in 2025?", says="2,144"),
        turn("thanks!", abstains=True),
        turn("How is the unemployment rate defined in the United States?", lacks="measles",
             says="U-3"),
        turn("what was it in December 2025?", "what was the unemployment rate in December 2025",
             "United States", lacks="measles|defined", says="4.4 percent"),
        turn("thanks, and in December 2024?", "unemployment rate in December 2024",
             lacks="2025|thanks", says="4.1 percent"),
    ),
    "overdoses": (
        turn("How many drug overdose deaths were there in the United States in 2024?",
             says="79,384"),
        turn("and the year before?", "drug overdose deaths", "United States", "2023", lacks="2024",
             says="105,007"),
        turn("why did it fall?", "why did the drug overdose deaths fall", "United States"),
        turn("What is the federal minimum wage?", lacks="overdose", says="$7.25"),
        turn("since when?", "federal minimum wage", "since when", lacks="overdose",
             says="24 July 2009"),
    ),
    "life expectancy": (
        turn("What is the life expectancy in the United States?", says="79 years"),
        turn("and in 2023?", "life expectancy", "United States", "2023", says="78.4"),
        turn("and for women?", "life expectancy", "2023", "for women", says="81.1"),
        turn("what about Japan?", "life expectancy in Japan", lacks="United States",
             abstains=True),
        turn("and in the United States?", "life expectancy in the United States", lacks="Japan",
             says="81.1"),
    ),
    "maternal mortality": (
        turn("How is the maternal mortality ratio defined?", says="100,000 live births"),
        turn("what was it in 2023?", "what was the maternal mortality ratio in 2023",
             lacks="defined"),
        turn("and worldwide?", "maternal mortality ratio in 2023 worldwide", says="197"),
        turn("Does the MMR vaccine cause autism?", lacks="mortality", says="no link"),
        turn("who says so?", "MMR vaccine cause autism", "who says so", lacks="mortality"),
    ),
    "the warmest year": (
        turn("Which calendar year is the warmest on record?", says="2024"),
        turn("by how much?", "warmest on record", "by how much", says="2024"),
        turn("according to NASA?", "warmest on record according to NASA", says="NASA"),
        turn("what baseline does it use?", "what baseline does NASA use"),
        turn("and NOAA?", "what baseline does NOAA use", lacks="NASA", says="20th century"),
    ),
    "volcanoes": (
        turn("Do volcanoes emit more carbon dioxide than human activities?", says="60 times"),
        turn("how much do they emit?", "volcanoes", "carbon dioxide", "how much do they emit",
             says="billion metric tons"),
        turn("are you sure?", "Do volcanoes emit more carbon dioxide", says="60 times"),
    ),
    "european elections": (
        turn("What was the final turnout in the European elections of 2024?", says="50.74"),
        turn("and in 2019?", "turnout in the European elections of 2019", lacks="2024",
             says="50.66"),
        turn("what about 2014?", "turnout in the European elections of 2014", says="42.61"),
        turn("and in Belgium in 2024?", "European elections of 2024 in Belgium", says="89.01"),
    ),
    "american elections": (
        turn("What share of Americans voted in the 2024 presidential election?", says="65.3"),
        turn("and in 2020?", "Americans voted in the 2020 presidential election", lacks="2024"),
        turn("what about women?", "2020 presidential election", "women", says="68.4"),
        turn("and men?", "2020 presidential election", "among men", lacks="women", says="65.0"),
    ),
    "contributions": (
        turn("How much may an individual give to a federal candidate in the 2025-2026 election "
             "cycle?", says="$3,500"),
        turn("what about 2023-2024?", "federal candidate in the 2023-2024 election cycle",
             lacks="2025", says="$3,300"),
        turn("and to a national party committee?", "to a national party committee", "2023-2024",
             lacks="candidate", says="$41,300"),
    ),
    "noncitizens": (
        turn("May noncitizens vote in federal elections in the United States?"),
        turn("does that apply to permanent residents?", "noncitizens vote in federal elections",
             "permanent residents", says="lawful permanent residents"),
        turn("And how is the unemployment rate defined?", lacks="noncitizens", says="U-3"),
    ),
    "inflation": (
        turn("How high was inflation in the United States at the end of 2024?", says="2.9"),
        turn("and in December 2025?", "inflation in the United States in December 2025",
             lacks="2024", says="2.7"),
        turn("what about food?", "inflation for food", "December 2025", says="3.1"),
        turn("what about energy?", "inflation for energy", "December 2025", lacks="food",
             says="2.3"),
        turn("What about the minimum wage?", "the minimum wage", lacks="energy|inflation",
             says="minimum wage"),
    ),
    "growth": (
        turn("How fast does the IMF expect the world economy to grow?", says="3.2"),
        turn("and in 2026?", "IMF", "world economy", "2026", says="3.1"),
        turn("what about China?", "IMF", "China", "2026", says="4.8"),
    ),
    "after an abstention": (
        turn("How many children are missing in Canada?", abstains=True),
        turn("and in the United States?", "children are missing in the United States",
             lacks="Canada"),
        turn("how many were reported to NCMEC in 2024?", "how many children missing",
             "reported to NCMEC in 2024", says="29,568"),
    ),
    "minimum wage": (
        turn("Has the federal minimum wage stayed the same since 2009?", says="24 July 2009"),
        turn("and for workers who receive tips?", "federal minimum wage",
             "for workers who receive tips", says="$2.13"),
        turn("what was it in 1938?", "federal minimum wage", "1938", says="$0.25"),
    ),
}  # fmt: skip
