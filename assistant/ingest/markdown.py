"""Markdown with or without front matter, reduced to the plain words that a reader sees."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.errors import Unreadable
from assistant.ingest.blocks import Block, split_title
from assistant.ingest.build import Metadata, build, merge_sources
from assistant.ingest.frontmatter import FrontMatter, split_front_matter
from assistant.ingest.normalise import decode_utf8, normalise, one_line
from assistant.types import Content, Kind, Source

MAX_MARKDOWN = 2 * 1024 * 1024
"""Characters: parsing is in Python, some seconds per megabyte."""

_MAX_PARAGRAPH = 10_000
"""Characters. Emphasis and links in a longer one stay as they are written: looking for them takes
time that grows with the square of its length."""

_TEXTS = ("inline", "fence", "code_block", "html_block")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]*>", re.S)
_ENDS = re.compile(r"\s*(?:$|[.,;:!?)\[])")
_FOOTNOTE = re.compile(r"\[\^(\d{1,3})\]")


def read_markdown(data: bytes, name: str, kind: Kind | None = None) -> Content:
    """The one document in Markdown. Raises Unreadable."""
    text = decode_utf8(data, name)
    if len(text) > MAX_MARKDOWN:
        raise Unreadable(f"{name} is longer than {MAX_MARKDOWN} characters: split it")
    front, body = split_front_matter(text, name)
    words = _Words(listed=frozenset(source.n for source in front.sources))
    title, blocks = _title(front, list(words.blocks(normalise(body))))
    content = build(
        name=name,
        title=title,
        blocks=blocks,
        kind=kind,
        infer_headings=False,
        metadata=_metadata(front, words.linked),
    )
    return replace(
        content,
        document_id=front.id,
        valid_as_of=front.valid_as_of,
        valid_until=front.valid_until,
        cadence=front.cadence,
        audience=front.audience,
        withdrawn=front.withdrawn,
    )


def _metadata(front: FrontMatter, linked: dict[int, str]) -> Metadata:
    links = [Source(n=n, url=url) for n, url in linked.items()]
    return Metadata(
        kind=front.kind,
        url=front.url,
        publisher=front.publisher,
        language=front.language,
        checked_on=front.checked_on,
        published_on=front.published_on,
        modified_on=front.modified_on,
        sources=merge_sources(front.sources, links),
        verdicts=(front.verdict,) if front.verdict else (),
        supersedes=front.supersedes,
        corrects=front.corrects,
    )


def _title(front: FrontMatter, blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """Front matter's, else the first heading when it opens the text, else the first line."""
    if front.title:
        repeated = bool(blocks) and blocks[0].level == 1 and blocks[0].text == front.title
        return front.title, blocks[1:] if repeated else blocks
    return split_title(blocks)


@dataclass
class _Place:
    """Where in a page the walk over its tokens stands."""

    level: int = 0
    items: int = 0
    mark: str = ""
    in_item: bool = False
    in_row: bool = False

    def enter(self, token: Token) -> None:
        if token.type == "heading_open":
            self.level = int(token.tag[1:])
        elif token.type in ("bullet_list_open", "ordered_list_open", "table_open"):
            self.items = 0
        elif token.type == "list_item_open":
            self.in_item, self.items = True, self.items + 1
            self.mark = f"{token.info}{token.markup} " if token.info else ""
        elif token.type in ("tr_open", "tr_close"):
            self.in_row, self.items = token.type == "tr_open", self.items + 1

    def block(self, text: str) -> Block:
        mark = self.mark if self.in_item else ""
        block = Block(text=mark + text, level=self.level, tight=self.in_item and self.items > 1)
        self.in_item, self.level = False, 0
        return block


@dataclass
class _Words:
    """Walks Markdown's tokens. `linked` collects what a linked marker, `[1](url)`, points to.

    `listed` are the numbers of the sources that the front matter lists.
    """

    listed: frozenset[int] = frozenset()
    linked: dict[int, str] = field(default_factory=dict)

    def blocks(self, source: str) -> Iterator[Block]:
        place, cells = _Place(), list[str]()
        outer = MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").disable("inline")
        inner = MarkdownIt("commonmark", {"maxNesting": 50})
        references: dict[str, object] = {}
        for token in outer.parse(source, references):
            place.enter(token)
            if token.type == "tr_close":
                if any(cells):
                    yield Block(text=" | ".join(cells), tight=place.items > 2)
                cells = []
            elif token.type in _TEXTS:
                text = self._text(token, inner, references)
                if place.in_row:
                    cells.append(text)
                elif text:
                    yield place.block(text)

    def _text(self, token: Token, parser: MarkdownIt, references: dict[str, object]) -> str:
        if token.type == "inline" and len(token.content) > _MAX_PARAGRAPH:
            words = one_line(token.content)
        elif token.type == "inline":
            parsed = parser.parseInline(token.content, references)
            words = one_line(self._inline(parsed[0].children or []))
        elif token.type == "html_block":
            words = one_line(entities.unescape(_TAG.sub(" ", token.content)))
        else:
            words = normalise(token.content)
        return _FOOTNOTE.sub(r"[\1]", words)

    def _inline(self, tokens: Sequence[Token]) -> str:
        words: list[str] = []
        href, start = "", 0
        for i, token in enumerate(tokens):
            if token.type in ("text", "code_inline"):
                words.append(token.content)
            elif token.type in ("softbreak", "hardbreak", "html_inline"):
                breaks = token.type != "html_inline" or token.content.lower().startswith("<br")
                words.append(" " if breaks else "")
            elif token.type == "link_open":
                href, start = str(token.attrs.get("href", "")), len(words)
            elif token.type == "link_close":
                after = " ".join(token.content for token in tokens[i + 1 : i + 3])
                words[start:] = [self._marker("".join(words[start:]), href, after)]
        return "".join(words)

    def _marker(self, words: str, href: str, after: str) -> str:
        """`[[1]](url)` is a marker; `[1](url)` is one at a clause's end or of a listed source.

        A marker keeps its brackets and gives a source. Any other linked number may be a figure.
        """
        number = words.strip("[]^ ")
        if not (number.isascii() and number.isdecimal() and len(number) <= 3):
            return words
        if number == words and int(number) not in self.listed and not _ENDS.match(after):
            return words
        if href.startswith(("http://", "https://")):
            self.linked.setdefault(int(number), href)
        return f"[{number}]"
