from __future__ import annotations

import pytest

from assistant.errors import Unreadable
from assistant.ingest import markdown
from assistant.ingest.reading import read
from assistant.types import Content

PAGE = """---
id: sund-lights
title: How many lighthouses does Sund have?
kind: fact_check
url: https://news.example/sund
publisher: Sund News
language: en
checked_on: 2025-03-04
published_on: 2025-03
modified_on: 2025
valid_as_of: 2024-12-31
valid_until: 2026-01-01
audience: internal
supersedes: [old-lights, https://news.example/old]
corrects: wrong-lights
rating: Mostly true
claim: Sund has 14 lighthouses
claimant: The mayor
cadence: P1Y
withdrawn: false
sources:
  - n: 2
    title: List of lights
    publisher: Coast Office
    url: https://coast.example/lights
    date: May 12, 2024
    document_id: list-of-lights
  - title: Unnumbered
---

# How many lighthouses does Sund have?

## Executive summary

Sund has **14** [lighthouses](https://x.example) [2](https://coast.example/l) &amp; *many* `lamps`.

## 1. How it counts

Towers[^2] count,
lamps don't.<br>New <b>bold</b> ![photo](a.png) end [[3]](https://c.example/3).

### Detail

1. first
2. second

> Quoted words.

| Year | Towers |
| ---- | ------ |
| 2024 | 14     |

```
code line
```

<div class="x">Raw &amp; words</div>

## Want to dive deeper?

- Who pays?
- How many in 1990?
"""


def md(text: str) -> Content:
    (content,) = read(text.encode(), "a.md")
    return content


def test_front_matter() -> None:
    content = md(PAGE)
    assert content.document_id == "sund-lights"
    assert content.kind == "fact_check"
    assert (content.url, content.publisher, content.language) == (
        "https://news.example/sund",
        "Sund News",
        "en",
    )
    dates = (content.checked_on, content.published_on, content.modified_on, content.valid_as_of)
    assert [str(date) for date in dates] == ["2025-03-04", "2025-03", "2025", "2024-12-31"]
    assert {date.origin for date in dates if date} == {"front_matter"}
    assert str(content.valid_until) == "2026-01-01"
    assert (content.audience, content.cadence, content.withdrawn) == ("internal", "P1Y", None)
    assert content.supersedes == ("old-lights", "https://news.example/old")
    assert content.corrects == ("wrong-lights",)
    (verdict,) = content.verdicts
    assert (verdict.claim, verdict.rating, verdict.claimant) == (
        "Sund has 14 lighthouses",
        "Mostly true",
        "The mayor",
    )
    assert [(s.n, s.title, s.url) for s in content.sources] == [
        (2, "List of lights", "https://coast.example/lights"),
        (3, "Unnumbered", "https://c.example/3"),
    ]
    assert content.sources[0].document_id == "list-of-lights"
    assert str(content.sources[0].published_on) == "2024-05-12"


def test_the_body_is_plain_words() -> None:
    content = md(PAGE)
    found = [(s.role, s.heading_path, s.span.of(content.text)) for s in content.sections]
    assert found[0] == (
        "summary",
        ("Executive summary",),
        "Sund has 14 lighthouses [2] & many lamps.",
    )
    assert found[1] == (
        "body",
        ("How it counts",),
        "Towers[2] count, lamps don't. New bold end [3].",
    )
    assert found[2] == (
        "body",
        ("How it counts", "Detail"),
        "1. first\n2. second\n\nQuoted words.\n\nYear | Towers\n2024 | 14\n\ncode line\n\n"
        "Raw & words",
    )
    assert found[3][0] == "follow_ups"
    assert content.follow_ups == ("Who pays?", "How many in 1990?")
    assert content.text.count(content.title) == 1


def test_markdown_without_front_matter() -> None:
    content = md("# Tides\n\nHigh at noon.\n\n## Why\n\nThe moon.\n")
    assert (content.title, content.kind) == ("Tides", "source_document")
    assert content.text == "Tides\n\nHigh at noon.\n\nWhy\n\nThe moon."
    assert [s.heading_path for s in content.sections] == [(), ("Why",)]
    assert md("---\n\nA rule above.\n").text == "A rule above."


def test_a_linked_figure_is_no_marker() -> None:
    content = md("# T\n\nIn [12](https://a.example) towns, see [4](https://b.example).\n")
    assert content.text == "T\n\nIn 12 towns, see [4]."
    assert [s.n for s in content.sources] == [4]


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("titel: x", "a.md: unknown front matter key 'titel'; did you mean 'title'?"),
        ("kind: factcheck", "unknown kind 'factcheck'; did you mean 'fact_check'?"),
        ("audience: intern", "unknown audience 'intern'; did you mean 'internal'?"),
        ("checked_on: soon", "checked_on 'soon' is no date: write 2025-12-19"),
        ("checked_on: 2025-02-30", "checked_on '2025-02-30' is no date"),
        ("cadence: yearly", "cadence 'yearly' is no duration: write P1M"),
        ("title: [a, b]", "title is no text"),
        ("supersedes: {a: b}", "supersedes is no text"),
        ("sources: none of them", "sources is no list"),
        ("sources: [one]", "source 1 has no parts"),
        ("sources: [{n: 1, titel: x}]", "source 1: unknown key 'titel'; did you mean 'title'?"),
        ("sources: [{n: one}]", "n 'one' is no number"),
        ("sources: [{n: 1}, {n: 1}]", "source number 1 is listed twice"),
        ("- a\n- b", "no list of `key: value` lines"),
        ("title: 'open", "is not YAML"),
        ("title: &a x\nclaim: *a", "aliases"),
        ("title: !!python/object:os.system x", "is not YAML"),
        ("sources: " + "[" * 5000, "is not YAML"),
        ("title: " + "x" * 70_000, "over 65536 characters"),
    ],
)
def test_what_is_wrong_in_front_matter_is_named(front: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        md(f"---\n{front}\n---\nBody.\n")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("value", "note"),
    [("true", "Withdrawn by its publisher."), ("no", None), ("It was wrong.", "It was wrong.")],
)
def test_withdrawn(value: str, note: str | None) -> None:
    assert md(f"---\nwithdrawn: {value}\n---\nBody.\n").withdrawn == note


def test_what_is_unknown_is_absent() -> None:
    content = md("---\nchecked_on: unknown\npublished_on:\nurl: ~\nsources:\n---\nBody.\n")
    assert (content.checked_on, content.published_on, content.url, content.sources) == (
        None,
        None,
        None,
        (),
    )
    assert md("---\n---\nBody.\n").title == "Body."


def test_markdown_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "MAX_MARKDOWN", 10)
    with pytest.raises(Unreadable, match=r"a\.md is longer than 10 characters: split it"):
        md("# T\n\nToo many words.\n")


def test_a_paragraph_too_long_keeps_its_marks() -> None:
    assert md("# T\n\n" + "*word* " * 2000).text.startswith("T\n\n*word* *word*")
