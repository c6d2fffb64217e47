"""Reads the figures of a document, each with what it measures and where it stands.

A number is found by its form, its unit by the words behind it, and what it measures by the clause
that it stands in. The organisation that counts, the place and the period are looked for in the
sentence first, then in what the paragraph, the heading and the document say of themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from assistant.freshness.keys.clauses import Clause, clause_of
from assistant.freshness.keys.index_words import series_of
from assistant.freshness.keys.measured import Measured, completed, measured, merged
from assistant.freshness.keys.narrowing import CARRIED
from assistant.freshness.keys.numbers import Number, numbers
from assistant.freshness.keys.places import Places
from assistant.freshness.keys.sentence import (
    ANAPHORA,
    Last,
    Paragraph,
    Read,
    Sentence,
    about_of,
    goes_on,
    has_verb,
    is_anaphoric,
    is_level,
    is_of_unknown_time,
    is_part_of,
    starts_range,
    teller,
    without_basis_of,
)
from assistant.freshness.keys.subjects import Naming, Subjects
from assistant.freshness.keys.telling import telling
from assistant.freshness.keys.times import ROLLING
from assistant.freshness.keys.units import Unit, died, headed, last_noun, of_killed, unit_of
from assistant.freshness.keys.when import (
    Basis,
    Bounds,
    Fallback,
    Placed,
    basis_of,
    basis_of_base,
    of_change,
    of_number,
    period_told_of,
    placed,
)
from assistant.freshness.keys.wording import listed, stem, stems
from assistant.freshness.sentences import split
from assistant.types import Content, Figure, Span

VERSION = "6"
"""Moves when the same text gives other figures: an archive is then read again."""

_QUOTED = ("summary", "body")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•–▪]|\(?\d{1,3}[.)])[^\S\n])")
_DIGIT = re.compile(r"\d")
_IN_WORDS = frozenset(
    listed(
        "million billion trillion thousand hundred two three four five six seven eight nine ten"
        " eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty"
        " forty fifty sixty seventy eighty ninety"
    )
)
_ONE_IN = re.compile(r"\bone (?:in|out)\b")
_TOKEN = re.compile(r"\w+")
_MARKER = re.compile(r"\[\s*(\d{1,3})")
_THOSE = re.compile(r"^\W*(?:of )?(?:these|those|it|they|that|the same|most of them)\b", re.I)
_LONGEST = 4000
"""A longer "sentence" is a table or a list that lost its lines: its numbers have no words."""
_MOST = 2000
"""Figures of one document; a longer list of numbers is a data file."""
_PEOPLED = re.compile(
    r"(?<!standard )(?<!\d )\bpopulations?\b(?=\s+(?:of|in|on|at|was|is|has|had|rose|fell|grew"
    r"|stood|reached))",
    re.I,
)
_BARE_NOUN = re.compile(
    r"\b(?:number|total|count|tally|toll)\s(?:of|for)\s(?P<noun>(?:[\w-]+\s){1,4}?)"
    r"(?:was|were|is|are|rose|fell|has|had|in|reached|stood|by|who|that|from|across|among|to|at|for"
    r"|grew|climbed|dropped|increased|decreased|declined|during|found|recorded|registered)\b"
    r"|(?<!\btwo\s)(?<!\bunder\s)\b(?P<few>[a-z-]{3,})\s(?:numbers|totals)\b(?![^,;:]*[,;:]\s)",
    re.I,
)


def extract(content: Content) -> tuple[Figure, ...]:
    """The figures of what may be quoted (summary and body), in reading order."""
    reader = _Reader(content)
    found: list[Figure] = []
    for section in content.sections:
        if section.role not in _QUOTED:
            continue
        for paragraph in _paragraphs(content.text, section.span):
            if _may_count(paragraph.of(content.text)):
                found += reader.paragraph(paragraph, section.heading_path)
            if len(found) >= _MOST:
                return tuple(found[:_MOST])
    return tuple(found)


def _may_count(text: str) -> bool:
    """Whether a number may stand in it, in digits or in words: a quick look before slow ones."""
    if _DIGIT.search(text):
        return True
    lower = text.lower()
    return not _IN_WORDS.isdisjoint(_TOKEN.findall(lower)) or _ONE_IN.search(lower) is not None


def _paragraphs(text: str, within: Span) -> Iterator[Span]:
    start = within.start
    cuts = [m.span() for m in _PARAGRAPH.finditer(text, within.start, within.end)]
    for end, after in [*cuts, (within.end, within.end)]:
        if start < end:
            yield Span(start=start, end=end)
        start = after


class _Reader:
    def __init__(self, content: Content) -> None:
        self._content = content
        self._title = stems(content.title)
        self._last: list[Figure] = []
        self._by_value: dict[tuple[float, bool], Figure] = {}
        """The first figure of each value: said again without its words, it is the same one."""

    # Most pages give no figure, and these cost something for every page.

    @cached_property
    def _subjects(self) -> Subjects:
        return Subjects(self._content)

    @cached_property
    def _places(self) -> Places:
        return Places(self._content)

    @cached_property
    def _own(self) -> tuple[str, ...]:
        """Who publishes it or is cited in it, by the names given."""
        names = [self._content.publisher, *(each.publisher for each in self._content.sources)]
        return tuple({name.split(",")[0] for name in names if name and len(name.split()) > 2})

    @cached_property
    def _fallback(self) -> Fallback:
        return Fallback(self._content)

    def paragraph(self, span: Span, heading: tuple[str, ...]) -> list[Figure]:
        context = tuple(dict.fromkeys((*self._title, *stems(" . ".join(heading)))))
        known = Paragraph(
            heading=heading,
            context=context[:24],
            figures=[],
            bounds=[],
            place=Last(lambda text: self._places.first(text)),
            subject=Last(lambda text: self._subjects.first(text)),
        )
        text = span.of(self._content.text)
        for each in split(text):
            sentence = Span(start=span.start + each.start, end=span.start + each.end)
            self._read(sentence, known)
        return known.figures

    def _read(self, span: Span, known: Paragraph) -> None:
        text = span.of(self._content.text)
        if len(text) > _LONGEST:
            return
        found = numbers(text) if _may_count(text) else ()
        if found:
            given, names = placed(text), self._subjects.named(text)
            hidden = merged(_to_hide(text, given, names, self._places, self._own), text)
            self._figures(
                Sentence(
                    text=text,
                    span=span,
                    numbers=found,
                    placed=given,
                    names=names,
                    hidden=hidden,
                    paragraph=known,
                )
            )
        elif told_of := period_told_of(text):
            known.bounds.append(told_of)
        known.subject.add(text)
        known.place.add(text)

    def _figures(self, sentence: Sentence) -> None:
        earlier = next((b for b in reversed(sentence.paragraph.bounds) if b is not None), None)
        read: list[Read] = []
        for n, number in enumerate(sentence.numbers):
            unit, donor = self._unit(sentence, n, read)
            last_end = read[-1].figure.span.end - sentence.span.start if read else 0
            clause = self._clause(sentence, n, unit, min(last_end, number.start))
            about = measured(sentence.text, number, unit, clause, None)
            righted: Figure | None = None
            joined = bool(read) and goes_on(read[-1], figure_unit=unit.name, between=clause.between)
            if joined:
                from_ = read[-1].about.change
                about = completed(about, about_of(read[-1].figure), joined=True)
                about = replace(about, starts=from_)
            elif not read and (righted := self._righted(sentence, clause, unit)):
                unit = replace(unit, name=righted.unit)
                about = about_of(righted)
            elif not read and _RATE.match(clause.between):
                about = self._referred(about, unit, sentence)
            level = bool(read) and is_level(read[-1], sentence, number)
            elliptic = (
                bool(read)
                and not level
                and unit.name == read[-1].figure.unit
                and not has_verb(clause)
            )
            about = _completed(about, unit, donor or teller(about, unit, read, sentence, clause))
            if elliptic and read[-1].about.change and not about.change:
                about = _as_change(about, read[-1].about.sign)
            bounds = self._bounds(sentence, n, about, earlier)
            figure, bounds = self._figure(sentence, number, unit, about, bounds, clause.own)
            if righted is not None:
                figure = replace(
                    figure, words=righted.words, loose=righted.loose, stated=righted.stated
                )
            elif not read or (has_verb(clause) and not ANAPHORA.search(clause.between)):
                told = telling(*clause.masked, active=unit.name not in ("%", "pp"))
                figure = replace(figure, words=told.words, loose=told.loose, stated=told.stated)
            elif level or (joined and figure.unit == read[-1].figure.unit):
                one = read[-1].figure  # "from 14,210 to 12,800": told with the same words
                figure = replace(figure, words=one.words, loose=one.loose, stated=one.stated)
            figure = replace(figure, series=series_of(figure))
            sentence.paragraph.figures.append(figure)
            sentence.paragraph.bounds.append(bounds)
            self._by_value.setdefault((number.value, figure.unit == "%"), figure)
            self._last.append(figure)
            read.append(Read(figure=figure, about=about))
            earlier = bounds or earlier

    def _referred(self, about: Measured, unit: Unit, sentence: Sentence) -> Measured:
        """What "the rate" is a rate of: the last figure that speaks of it."""
        earlier = sentence.paragraph.figures[-1:] or self._last[-1:]
        for figure in earlier:
            told = without_basis_of(figure)
            if not about.metric or set(about.metric) & set(told.metric):
                kept = (CARRIED, *(w for w in told.population if w in _STAYS))
                return completed(about, replace(told, population=kept), joined=True)
        return about

    def _righted(self, sentence: Sentence, clause: Clause, unit: Unit) -> Figure | None:
        """The figure of the sentence before, where this one gives its right value."""
        earlier = sentence.paragraph.figures[-1:] or self._last[-1:]
        alike = bool(earlier) and (unit.bare or unit.name == earlier[0].unit)
        return earlier[0] if alike and _RIGHTED.match(clause.between) else None

    def _clause(self, sentence: Sentence, n: int, unit: Unit, last_end: int) -> Clause:
        numbers_, text = sentence.numbers, sentence.text
        before = max(numbers_[n - 1].end, last_end) if n else 0
        skip = 2 if is_part_of(sentence, n) else 1
        after = numbers_[n + skip].start if n + skip < len(numbers_) else len(text)
        end = max(unit.end, numbers_[n].end)
        around = (before, max(after, end))
        counted = unit.counted
        return clause_of(text, sentence.hidden, numbers_[n], end, around, counted=counted)

    def _bounds(
        self, sentence: Sentence, n: int, about: Measured, earlier: Bounds | None
    ) -> Bounds | None:
        bounds = of_number(
            sentence.text, n, sentence.numbers, sentence.placed, earlier, change=about.change
        )
        if bounds is None and about.starts:
            return None
        if bounds is None and n and not sentence.placed.described:
            bounds = sentence.paragraph.bounds[-1]
        if bounds is None and not is_of_unknown_time(sentence.text, n, sentence):
            known = sentence.paragraph
            bounds = self._fallback.of(sentence.text, known.heading, known.bounds)
        return bounds

    def _unit(
        self, sentence: Sentence, n: int, read: Sequence[Read]
    ) -> tuple[Unit, Measured | None]:
        """The unit of a number, and the figure that it is another mention of, if it is."""
        number, text = sentence.numbers[n], sentence.text
        if part := is_part_of(sentence, n):
            whole = unit_of(text, sentence.numbers[n + 1])
            if whole is not None:
                return replace(whole, end=number.end), None
        unit = unit_of(text, number)
        if unit is None and starts_range(sentence, n):
            unit = unit_of(text, sentence.numbers[n + 1])
            unit = replace(unit, end=number.end, bare=True) if unit else None
        if unit is not None:
            return of_killed(unit, text[: number.start]), None
        if read and is_level(read[-1], sentence, number):
            counted = last_noun(sentence.hidden[: read[0].figure.span.start - sentence.span.start])
            return Unit(name=counted, end=number.end, bare=True), None
        if part and read:
            return Unit(name=read[-1].figure.unit, end=number.end, bare=True), read[-1].about
        again = self._by_value.get((number.value, False))
        if again is not None and number.value >= 100:
            return Unit(name=again.unit, end=number.end, counted=True), about_of(again)
        return self._bare(sentence, number, read), None

    def _bare(self, sentence: Sentence, number: Number, read: Sequence[Read]) -> Unit:
        """A number without a word behind it counts what a figure before it, or its subject,
        names."""
        if not read and _PEOPLED.search(sentence.hidden, 0, number.start):
            return Unit(name="person", end=number.end)
        named = list(_BARE_NOUN.finditer(sentence.hidden, 0, number.start))
        if named and (
            not read or named[-1].start() > read[-1].figure.span.end - sentence.span.start
        ):
            words = headed(named[-1]["noun"] or named[-1]["few"])
            if died(sentence.text, named[-1].end("noun"), words[-1]):
                return Unit(name="death", end=number.end)
            return Unit(name=stem(words[-1]), end=number.end, modifiers=" ".join(words[:-1]))
        units = [each.figure.unit for each in read]
        carried = [each.unit for each in sentence.paragraph.figures]
        whole = "." not in sentence.text[number.start : number.end]
        for name in reversed(
            [*(carried if whole or is_anaphoric(sentence, number) else ()), *units]
        ):
            if name not in ("%", "pp", "") and (units or is_anaphoric(sentence, number)):
                return Unit(name=name, end=number.end, bare=True)
        if units:
            return Unit(name=units[-1], end=number.end, bare=True)
        return Unit(name=last_noun(sentence.hidden[: number.start]), end=number.end, bare=True)

    def _figure(
        self,
        sentence: Sentence,
        number: Number,
        unit: Unit,
        about: Measured,
        bounds: Bounds | None,
        own: str,
    ) -> tuple[Figure, Bounds | None]:
        subject, named = self._subject(sentence, number)
        earlier = sentence.paragraph.place.said
        place = self._places.of(sentence.text, number.start, unit.end, earlier)
        population = set(about.population)
        population |= {_years(p) for p in sentence.placed.baseline if unit.name.startswith("°")}
        if about.change or "price" in about.metric:
            basis: Basis = (
                basis_of(own, None)
                or basis_of_base(bounds, sentence.placed.base)
                or basis_of(sentence.text, bounds)
            )
            population |= {basis} - {""}
            bounds = of_change(bounds, basis) if bounds else None
        if _DENIED.search(sentence.text[max(0, number.start - 200) : number.start]):
            population.add("claimed")
        population |= self._places.from_elsewhere(sentence.text, place, number.end)
        if sentence.placed.as_of is not None:
            population.add("to-date")
        if bounds is not None and bounds.rolling:
            population.add(ROLLING)
        value = abs(number.value) * about.sign if about.change else number.value
        return Figure(
            span=Span(
                start=sentence.span.start + number.start,
                end=sentence.span.start + max(unit.end, number.end),
            ),
            sentence=sentence.span,
            value=value,
            precision=number.precision,
            unit=unit.name,
            subject=subject,
            named=named,
            metric=about.metric,
            population=tuple(sorted(population)),
            place=place,
            period_first=bounds.first if bounds else None,
            period_last=bounds.last if bounds else None,
            context=sentence.paragraph.context,
        ), bounds

    def _subject(self, sentence: Sentence, number: Number) -> tuple[str | None, bool]:
        """(who counts, whether the sentence names it itself)."""
        lead = _LEAD_IN.match(sentence.text, 0, number.start)
        led = lead.end() if lead else 0
        ahead = [n for n in sentence.names if led <= n.start < number.start]
        if lead and not ahead and self._subjects.publisher:
            return self._subjects.publisher, False
        if ahead:
            return ahead[-1].name, True
        if sentence.names:
            return sentence.names[0].name, True
        earlier = sentence.paragraph.subject.said()
        if earlier and _THOSE.search(sentence.text):
            return earlier, False
        marker = _MARKER.search(sentence.text, number.end)
        if marker:
            cited = self._subjects.of_source.get(int(marker[1]))
            if cited:
                return cited, False
        if self._subjects.publisher and self._content.kind == "source_document":
            return self._subjects.publisher, False
        return earlier, False


_RIGHTED = re.compile(
    r"^\W*(?:the|its|their)\s(?:correct|right|true|actual|corrected|revised|proper|accurate|new)\s"
    r"(?:number|figure|total|value|amount|count|rate|share|percentage)\s(?:is|was|should be"
    r"|should have been|stands at|comes to)\s[\w ]{0,12}$",
    re.I,
)
""" "We gave their number as 640. The correct figure is 704." """
_LEAD_IN = re.compile(
    r"^\W*(?:after|following|because|once|with|since|thanks to|owing to|due to)\s[^,;:]*,\s", re.I
)
"""Whoever it names did work for the count, and does not count."""
_DENIED = re.compile(
    r"\b(?:(?:is|was|are|were) (?:not|neither) (?:correct|true|right|accurate|the case)"
    r"|(?:is|was) (?:false|untrue|incorrect|wrong)|den(?:y|ies|ied)|reject(?:s"
    r"|ed) the (?:claim|report)"
    r"|no truth)\b(?:(?!\b(?:but|instead|rather|in fact)\b)[^.;:])*\b(?:that|of|reports?|claims?)\b"
    r"(?:(?!\b(?:but|instead|rather|in fact)\b)[^.;:])*$",
    re.I,
)
"""A number behind it is one that its publisher does not stand by."""


def _completed(about: Measured, unit: Unit, teller: Measured | None) -> Measured:
    return about if teller is None else completed(about, teller)


def _as_change(about: Measured, sign: int) -> Measured:
    population = tuple(sorted({*about.population, "change"}))
    return replace(about, change=True, sign=sign, population=population)


_STAYS = frozenset(("age-adjusted", "seasonally-adjusted", "core", "median"))
_RATE = re.compile(
    r"^\W*(?:and |but |in \d{4},? )?(?:the|that|this)\s(?:[\w-]+\s){0,2}?(?:rates?|numbers?|ratios?"
    r"|figures?|shares?|totals?)\s(?!of|for|among|involving|in the)",
    re.I,
)
"""Of what is told elsewhere: "The age-adjusted rate was 31.3 deaths per 100,000"."""


def _to_hide(
    text: str, given: Placed, names: Sequence[Naming], places: Places, own: Sequence[str]
) -> Iterator[Span]:
    for period in given.all:
        yield period.span
    for naming in names:
        yield Span(start=naming.start, end=naming.end)
    for name in own:  # "Public Health Ontario had recorded": its own name says nothing of it
        if (start := text.find(name)) >= 0:
            yield Span(start=start, end=start + len(name))
    for start, end in places.spans(text):
        yield Span(start=start, end=end)


def _years(period: object) -> str:
    first, last = period.first, period.last  # type: ignore[attr-defined]
    return f"{first.year}-{last.year}"
