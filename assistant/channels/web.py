"""Plain readable pages from the contract's JSON: no script, no outside resource, all escaped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.channels.render import ABSTAINED, STATES, WHY, dates, speaker
from assistant.shapes import ProblemJson

PAGES = Path(__file__).parent / "pages"


def ask_page(*, question: str = "", needs_key: bool = False, error: str | None = None) -> str:
    return _page("ask.html", question=question, needs_key=needs_key, error=error)


def answer_page(reply: Mapping[str, object]) -> str:
    """The page of one stored reply, answer or abstention."""
    return _page("answer.html", reply=reply)


def problem_page(problem: ProblemJson) -> str:
    return _page("problem.html", problem=problem)


@cache
def style_sheet() -> str:
    return (PAGES / "page.css").read_text(encoding="utf-8")


def _page(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(PAGES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(abstained=ABSTAINED, states=STATES, why=WHY)
    environment.filters.update(link=_link, speaker=speaker, dates=dates)
    return environment


def _link(url: str | None) -> str | None:
    """A web address that may be followed, or None: never a script, never a local file."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None
