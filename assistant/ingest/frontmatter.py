"""YAML front matter: the metadata that an editor writes above a Markdown body."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import yaml

from assistant.errors import UnknownName, Unreadable
from assistant.ingest import dates
from assistant.ingest.normalise import one_line
from assistant.types import Audience, Kind, PartialDate, Source, Verdict

KEYS = (
    *("id", "title", "kind", "url", "publisher", "language", "checked_on", "published_on"),
    *("modified_on", "valid_as_of", "valid_until", "audience", "supersedes", "corrects"),
    *("rating", "claim", "claimant", "cadence", "withdrawn", "sources"),
)
SOURCE_KEYS = ("n", "title", "publisher", "url", "date", "document_id")
MAX_FRONT_MATTER = 64 * 1024

_FENCED = re.compile(r"---[ \t]*\r?\n(.*?)(?:\r?\n)?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
_UNKNOWN = {"", "~", "null", "none", "unknown"}
_DURATION = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?")


class _Loader(yaml.SafeLoader):
    """Every scalar stays the string that was written, so that 2024-05 is no guess; no aliases.

    An alias repeats its anchor each time: a few lines can stand for gigabytes.
    """

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases (*name) are not taken: write the value out")
        return super().compose_node(parent, index)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """The values of known keys, checked; None or () where the key is absent or empty."""

    id: str | None = None
    title: str | None = None
    kind: Kind | None = None
    url: str | None = None
    publisher: str | None = None
    language: str | None = None
    checked_on: PartialDate | None = None
    published_on: PartialDate | None = None
    modified_on: PartialDate | None = None
    valid_as_of: PartialDate | None = None
    valid_until: PartialDate | None = None
    audience: Audience | None = None
    supersedes: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    verdict: Verdict | None = None
    cadence: str | None = None
    withdrawn: str | None = None
    sources: tuple[Source, ...] = ()


def split_front_matter(text: str, name: str) -> tuple[FrontMatter, str]:
    """The front matter of a Markdown text and its body. Raises Unreadable."""
    if not (text.startswith("---") and (match := _FENCED.match(text))):
        return FrontMatter(), text
    if len(match[1]) > MAX_FRONT_MATTER:
        raise Unreadable(f"{name}: its front matter is over {MAX_FRONT_MATTER} characters")
    return _checked(_loaded(match[1], name), name), text[match.end() :]


def _loaded(source: str, name: str) -> Mapping[str, object]:
    try:
        values = yaml.load(source, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problem = " ".join(str(error).split())
        raise Unreadable(f"{name}: its front matter is not YAML ({problem})") from error
    if values in (None, ""):
        return {}
    if not isinstance(values, dict):
        raise Unreadable(f"{name}: its front matter is no list of `key: value` lines")
    return values


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fields:
    """Typed access to a mapping of strings; every complaint names the file and the key."""

    values: Mapping[str, object]
    name: str

    def known(self, what: str, keys: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in keys:
                raise Unreadable(f"{self.name}: {UnknownName(what, str(key), keys)}")

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unreadable(f"{self.name}: {key} is no text: write `{key}: words` on one line")
        line = one_line(value)
        return None if line.lower() in _UNKNOWN else line

    def date(self, key: str) -> PartialDate | None:
        value = self.text(key)
        if value is None:
            return None
        if day := dates.parse(value, "front_matter"):
            return day
        raise Unreadable(f"{self.name}: {key} {value!r} is no date: write 2025-12-19 or 2025")

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key)
        items = value if isinstance(value, list) else [value]
        lines = [_Fields(values={key: item}, name=self.name).text(key) for item in items]
        return tuple(line for line in lines if line)

    def one_of(self, key: str, choices: tuple[str, ...]) -> str | None:
        value = self.text(key)
        if value is not None and value not in choices:
            raise Unreadable(f"{self.name}: {UnknownName(key, value, choices)}")
        return value


def _checked(values: Mapping[str, object], name: str) -> FrontMatter:
    fields = _Fields(values=values, name=name)
    fields.known("front matter key", KEYS)
    kind = fields.one_of("kind", get_args(Kind))
    audience = fields.one_of("audience", get_args(Audience))
    return FrontMatter(
        id=fields.text("id"),
        title=fields.text("title"),
        kind=next((each for each in get_args(Kind) if each == kind), None),
        url=fields.text("url"),
        publisher=fields.text("publisher"),
        language=fields.text("language"),
        checked_on=fields.date("checked_on"),
        published_on=fields.date("published_on"),
        modified_on=fields.date("modified_on"),
        valid_as_of=fields.date("valid_as_of"),
        valid_until=fields.date("valid_until"),
        audience=next((each for each in get_args(Audience) if each == audience), None),
        supersedes=fields.texts("supersedes"),
        corrects=fields.texts("corrects"),
        verdict=_verdict(fields),
        cadence=_cadence(fields),
        withdrawn=_withdrawn(fields),
        sources=_sources(values.get("sources"), name),
    )


def _verdict(fields: _Fields) -> Verdict | None:
    rating = fields.text("rating")
    claim = fields.text("claim") or fields.text("title")
    if not rating or not claim:
        return None
    return Verdict(
        claim=claim,
        rating=rating,
        claimant=fields.text("claimant"),
        reviewed_on=fields.date("checked_on"),
        url=fields.text("url"),
    )


def _cadence(fields: _Fields) -> str | None:
    value = fields.text("cadence")
    if value is not None and not _DURATION.fullmatch(value):
        raise Unreadable(f"{fields.name}: cadence {value!r} is no duration: write P1M, P3M or P1Y")
    return value


def _withdrawn(fields: _Fields) -> str | None:
    note = fields.text("withdrawn")
    if note is None or note.lower() in ("false", "no"):
        return None
    return "Withdrawn by its publisher." if note.lower() in ("true", "yes") else note


def _sources(value: object, name: str) -> tuple[Source, ...]:
    if value in (None, ""):
        return ()
    if not isinstance(value, list):
        raise Unreadable(f"{name}: sources is no list: write `- n: 1` and its parts below")
    sources: dict[int, Source] = {}
    for place, item in enumerate(value, start=1):
        source = _source(item, f"{name}: source {place}", max(sources, default=0) + 1)
        if source.n in sources:
            raise Unreadable(f"{name}: source number {source.n} is listed twice")
        sources[source.n] = source
    return tuple(sources[n] for n in sorted(sources))


def _source(item: object, name: str, following: int) -> Source:
    if not isinstance(item, dict):
        raise Unreadable(f"{name} has no parts: write `n`, `title`, `publisher`, `url`, `date`")
    fields = _Fields(values=item, name=name)
    fields.known("key", SOURCE_KEYS)
    n = fields.text("n") or str(following)
    if not (n.isascii() and n.isdecimal() and len(n) <= 3):
        raise Unreadable(f"{name}: n {n!r} is no number from 0 to 999")
    return Source(
        n=int(n),
        title=fields.text("title"),
        publisher=fields.text("publisher"),
        url=fields.text("url"),
        published_on=fields.date("date"),
        document_id=fields.text("document_id"),
    )
