"""Small bar charts as plain numbers: a template draws them, a sentence and a table say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.ledger.answers import Day

WIDTH, HEIGHT = 300.0, 72.0
GAP = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`summary` is the chart in one sentence; `top` is what a bar of full height stands for."""

    name: str
    title: str
    summary: str
    top: str
    bars: tuple[Bar, ...]
    first: str
    last: str
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was asked over some days. A share is None where there is nothing to share."""

    questions: int
    answered: int
    stale: int

    @property
    def answered_share(self) -> float | None:
        return self.answered / self.questions if self.questions else None

    @property
    def stale_share(self) -> float | None:
        return self.stale / self.answered if self.answered else None


def figures(days: Sequence[Day]) -> Figures:
    return Figures(
        questions=sum(day.questions for day in days),
        answered=sum(day.answered for day in days),
        stale=sum(day.stale for day in days),
    )


def percent(share: float | None) -> str:
    """A share as a whole percentage; only none is 0% and only all is 100%."""
    if share is None:
        return "–"
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(max(rounded, 1), 99)
    return f"{rounded}%"


def charts(days: Sequence[Day]) -> tuple[Chart, Chart, Chart]:
    """Questions a day, the share of them that was answered, and the share of answers stale."""
    whole = figures(days)
    busiest = max(days, key=lambda day: day.questions)
    most = f" The most on one day: {busiest.questions:,}, on {busiest.day}."
    return (
        _chart(
            "questions",
            "Questions a day",
            f"{whole.questions:,} in {len(days)} days." + (most if whole.questions else ""),
            days,
            lambda day: day.questions,
            str,
        ),
        _chart(
            "answered",
            "Answered",
            f"{percent(whole.answered_share)} of {whole.questions:,} questions.",
            days,
            lambda day: figures([day]).answered_share,
            percent,
            top=1.0,
        ),
        _chart(
            "stale",
            "Answers that may be outdated",
            f"{percent(whole.stale_share)} of {whole.answered:,} answers.",
            days,
            lambda day: figures([day]).stale_share,
            percent,
            top=1.0,
        ),
    )


def _chart(
    name: str,
    title: str,
    summary: str,
    days: Sequence[Day],
    value: Callable[[Day], float | None],
    say: Callable[..., str],
    top: float | None = None,
) -> Chart:
    values = [value(day) for day in days]
    full = top or max((each or 0 for each in values), default=0) or 1
    step = WIDTH / len(days)
    bars = [
        Bar(
            x=round(n * step, 2),
            y=round(HEIGHT - _height(each, full), 2),
            width=round(step - GAP, 2),
            height=round(_height(each, full), 2),
            text=f"{day.day}: {say(each)}",
        )
        for n, (day, each) in enumerate(zip(days, values, strict=True))
        if each is not None
    ]
    return Chart(
        name=name,
        title=title,
        summary=summary,
        top=say(full),
        bars=tuple(bars),
        first=days[0].day,
        last=days[-1].day,
    )


def _height(value: float | None, full: float) -> float:
    """A bar of 0 is a hairline: the day was counted."""
    return max((value or 0) / full * HEIGHT, 1.0)
