"""The report as one page that an editor can read: no script, no network, pictures within it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup, escape

from assistant.channels.templates import environment
from evals.figures import Figure
from evals.provenance import Provenance
from evals.reports import latency, svg, words
from evals.reports.gate import Floor
from evals.reports.markdown import told
from evals.reports.pictures import Picture
from evals.reports.report import Suite
from evals.reports.summary import bound, headline
from evals.reports.text import fit, interval, number, plain

PAGE = "latest.html"
TIMINGS = "timings.html"
_FOLDER = Path(__file__).parent
_WORST = 12
_LONGEST = 600
_ROWS = 24
"""Rows of a picture's table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A figure as the page shows it; `kept` is None where nothing is asked of it."""

    figure: Figure
    floor: str
    kept: bool | None

    @property
    def value(self) -> str:
        return "failed" if self.figure.error else number(self.figure.value)

    @property
    def interval(self) -> str:
        return interval(self.figure.low, self.figure.high)

    @property
    def glyph(self) -> Markup:
        """The interval as a small picture from 0 to 1; the words beside it say the same."""
        each = self.figure
        if each.value is None or each.low is None or each.high is None or each.high > 1:
            return Markup()
        low, high, at = (round(v * 100, 1) for v in (each.low, each.high, each.value))
        return Markup(
            '<svg class="glyph" viewBox="-3 0 106 10" aria-hidden="true">'
            '<line class="grid" x1="0" x2="100" y1="5" y2="5"/>'
            f'<line class="whisker first" x1="{low:g}" x2="{high:g}" y1="5" y2="5"/>'
            f'<circle class="dot first" cx="{at:g}" cy="5" r="3"/></svg>'
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture with the table that says the same."""

    title: str
    drawing: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def page(suites: Sequence[Suite], provenance: Provenance, floors: Sequence[Floor]) -> str:
    return _render(
        "page.html",
        suites=suites,
        provenance=provenance,
        headlines=[(s, [_shown(f, b) for f, b in headline(s, floors)]) for s in suites],
        counted=_counted(suites, floors),
        figures=lambda suite: [_shown(f, _floor(suite, f, floors)) for f in suite.figures],
        slices=lambda suite: _slices(suite.slices),
        pictures=lambda suite: [drawn(p, f"{suite.name}-") for p in suite.pictures],
        told=lambda suite, each: told(suite.name, each, floors),
        worst=_WORST,
        terms=words.TERMS,
        timings=TIMINGS,
    )


def timings_page(suites: Sequence[Suite]) -> str:
    """The only page that differs between two runs: how long things took."""
    return _render(
        "timings.html",
        seconds=[(suite, list(suite.seconds.items())) for suite in suites if suite.seconds],
        latencies=latency.table(suites),
        pictures=[drawn(picture, "timings-") for picture in latency.pictures(suites)],
        page=PAGE,
    )


def _render(template: str, **given: object) -> str:
    style = Markup((_FOLDER / "page.css").read_text(encoding="utf-8"))
    return _environment().get_template(template).render(style=style, **given)


@cache
def _environment() -> Environment:
    made = environment(_FOLDER, finalize=_fit)
    made.filters |= {
        "number": number,
        "interval": interval,
        "plain": lambda text: plain(text, _LONGEST),
        "title_of": words.title,
        "about": words.about,
        "breakable": lambda name: escape(fit(name)).replace("_", Markup("_<wbr>")),
    }
    return made


def _fit(value: object) -> object:
    """Every text that goes into the page, but our own markup, without characters that act."""
    return fit(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _counted(suites: Sequence[Suite], floors: Sequence[Floor]) -> tuple[int, int]:
    asked = [(f, b) for suite in suites for f, b in headline(suite, floors) if b is not None]
    return sum(not b.missed(f.value) for f, b in asked), len(asked)


def _floor(suite: Suite, figure: Figure, floors: Sequence[Floor]) -> Floor | None:
    return next((f for f in floors if (f.suite, f.figure) == (suite.name, figure.name)), None)


def _shown(figure: Figure, floor: Floor | None) -> Shown:
    return Shown(
        figure=figure,
        floor="" if floor is None else bound(floor),
        kept=None if floor is None else not floor.missed(figure.value),
    )


def _slices(
    slices: Mapping[str, tuple[Figure, ...]],
) -> tuple[list[str], list[tuple[str, list[tuple[str, str]]]]]:
    """The names of the columns, and a row a slice: value and interval with the cases."""
    held = [f for figures in slices.values() for f in figures if f.value is not None or f.error]
    names = list(dict.fromkeys(figure.name for figure in held))
    rows = []
    for label, figures in slices.items():
        by_name = {figure.name: figure for figure in figures}
        rows.append((label, [_cell(by_name.get(name)) for name in names]))
    return names, rows


def _cell(figure: Figure | None) -> tuple[str, str]:
    if figure is None or (figure.value is None and not figure.error):
        return "-", ""
    if figure.error:
        return "failed", plain(figure.error)
    return number(figure.value), f"{interval(figure.low, figure.high)}, {figure.cases} cases"


def drawn(picture: Picture, prefix: str) -> Drawn:
    head, rows = (_line_table if picture.lines else _bar_table)(picture)
    return Drawn(
        title=picture.title,
        drawing=Markup(svg.svg(picture, prefix)),
        head=head,
        rows=rows,
        note="" if picture.lines else "A dot is the value, the line through it its 95 % interval.",
    )


def _line_table(picture: Picture) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The points of each line side by side; a long line is told by points spread over it."""
    columns = [svg.thinned(line.points, _ROWS) for line in picture.lines if not line.dashed]
    names = [line.name for line in picture.lines if not line.dashed]
    head = tuple(part for name in names for part in (f"{name}: {picture.x}", picture.y))
    rows = tuple(
        tuple(part for point in row for part in _pair(point)) for row in zip_longest(*columns)
    )
    return head, rows


def _pair(point: tuple[float, float] | None) -> tuple[str, str]:
    return ("", "") if point is None else (number(point[0]), number(point[1]))


def _bar_table(picture: Picture) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    return ("of", "what", "value", "95 % interval"), tuple(_bar_rows(picture))


def _bar_rows(picture: Picture) -> Iterator[tuple[str, ...]]:
    for group, bars in picture.bars:
        for bar in bars:
            yield group, bar.name, number(bar.value), interval(bar.low, bar.high)
