"""Readable pages from what is stored: they need no script, load nothing from elsewhere, escape all.

A page's words come from the contract's JSON and from documents; every one of them is escaped.
"""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment
from markupsafe import Markup

from assistant.channels import templates
from assistant.channels.layout import parts
from assistant.channels.render import ABSTAINED, REVISED, STATES, WHY, dates, revisions, speaker
from assistant.channels.since import since
from assistant.shapes import ProblemJson
from assistant.types import Span
from assistant.upkeep.standing import AnswerStanding, DocumentStanding

PAGES = Path(__file__).parent / "pages"

REASONS = {
    "wrong": "It is wrong",
    "outdated": "It is out of date",
    "not_my_question": "It answers another question",
    "weak_source": "Its source is weak",
    "unclear": "It is unclear",
    "other": "Something else",
}
"""What may be wrong with an answer, in the contract's words and in a reader's."""

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<path fill="#0c5650" d="M0 0h16v16H0z"/>'
    '<path fill="#fff" d="M4 4h8v2H4zm0 3h8v2H4zm0 3h5v2H4z"/></svg>'
)

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the forms of a page need to know. `base` is the address that readers came to."""

    base: str = ""
    needs_key: bool = False
    scripts: bool = False


PLAIN = Site()


def ask_page(
    *,
    question: str = "",
    error: str | None = None,
    after: str | None = None,
    examples: Sequence[str] = (),
    site: Site = PLAIN,
) -> str:
    """`after` is the id of the answer that the question follows."""
    return _page(
        "ask.html", question=question, error=error, after=after, examples=examples, site=site
    )


def answer_page(
    reply: Mapping[str, object],
    standing: AnswerStanding | None = None,
    *,
    thanked: bool = False,
    error: str | None = None,
    site: Site = PLAIN,
) -> str:
    """The page of one stored reply, answer or abstention, with how it stands today."""
    return _page(
        "answer.html",
        reply=reply,
        since=since(reply, standing) if standing else None,
        revisions=revisions(reply.get("citations", ())),  # type: ignore[arg-type]
        thanked=thanked,
        error=error,
        site=site,
    )


def document_page(
    standing: DocumentStanding,
    *,
    mark: Span | None = None,
    notes: Sequence[str] = (),
    reviews: Markup | None = None,
) -> str:
    """One version of a document, `mark` (a stretch of its text) marked.

    `reviews`: its verdicts in JSON-LD, for programs that read the page.
    """
    document = standing.document
    laid = parts(document, mark)
    held = {source.n: found for source, found in reversed(standing.sources)}
    listed = reversed(document.content.sources)  # the first of a number counts
    sources = {source.n: (source, held.get(source.n)) for source in listed}
    printed = {block.source for part in laid for block in part.blocks}
    return _page(
        "document.html",
        document=document,
        standing=standing,
        parts=laid,
        marked=mark is not None,
        sources=sources,
        unprinted=[each for n, each in sorted(sources.items()) if n not in printed],
        language=language_of(document.content.language),
        notes=notes,
        reviews=reviews,
    )


def embed_page(*, key: str | None, lang: str | None, theme: str | None) -> str:
    return _page("embed.html", key=key, lang=lang, theme=theme)


def problem_page(problem: ProblemJson, retry_after: str | None = None) -> str:
    return _page("problem.html", problem=problem, retry_after=retry_after)


@cache
def style_sheet() -> str:
    return (PAGES / "page.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    return (PAGES / "page.js").read_text(encoding="utf-8")


def document_path(
    document_id: str,
    version: int | None = None,
    start: int | None = None,
    end: int | None = None,
) -> str:
    """The page of a document, of one version of it, or of a passage in it."""
    query = {"version": version, "start": start, "end": end}
    named = urlencode({name: value for name, value in query.items() if value is not None})
    path = f"/d/{quote(document_id)}" + (f"?{named}" if named else "")
    return f"{path}#cited" if end is not None else path


def language_of(text: str | None) -> str | None:
    """A language tag as BCP 47 spells it, or None for what is none."""
    return text if text and _LANGUAGE.fullmatch(text) else None


def link(url: str | None) -> str | None:
    """An address that may be followed, or None: never a script, never a local file."""
    try:
        address = urlsplit(url or "")
    except ValueError:
        return None
    followed = address.netloc if address.scheme in ("http", "https") else address.path
    return url if address.scheme in ("http", "https", "mailto") and followed else None


def day(value: object) -> str | Markup:
    """A date as readers write it, at its own precision; what is no date stays as it is."""
    text = str(value)[:10]
    found = _DATE.fullmatch(text)
    if not found or not 0 < int(found[2] or 1) <= 12:
        return str(value)
    year, month, number = found.groups()
    words = [str(int(number))] if number else []
    words += [calendar.month_name[int(month)]] if month else []
    spoken = "\N{NO-BREAK SPACE}".join([*words, year])
    return Markup('<time datetime="{}">{}</time>').format(text, spoken)


def on_day(value: object) -> Markup:
    """ "on 12 May 2024", but "in May 2024" and "in 2024"."""
    word = "on" if len(str(value)) >= len("2024-05-12") else "in"
    return Markup("{} {}").format(word, day(value))


def _page(name: str, **values: object) -> str:
    return _environment().get_template(name).render(**values)


@cache
def _environment() -> Environment:
    environment = templates.environment(PAGES)
    environment.globals.update(
        abstained=ABSTAINED,
        states=STATES,
        revised=REVISED,
        why=WHY,
        feedback_reasons=REASONS,
        document_path=document_path,
        style_address=_address("page.css", style_sheet()),
        script_address=_address("page.js", script()),
    )
    environment.filters.update(link=link, speaker=speaker, dates=dates, day=day, on_day=on_day)
    return environment


def _address(name: str, text: str) -> str:
    """With a mark of the content, so that a browser may keep it and still get the next one."""
    return f"/{name}?v={hashlib.sha256(text.encode()).hexdigest()[:12]}"
