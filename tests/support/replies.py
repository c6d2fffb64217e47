"""Replies of every size and shape, as JSON, for the channels that show them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

STATES = ["retracted", "superseded", "may_be_outdated", "unknown", "ageing", "fresh"]
HOSTILE = [
    "<!channel> <@U1> <#C1|general> <https://evil.example|ours>",
    "*bold* _it_ ~no~ `code` :tada: @here [x](https://evil.example) # | &amp; <b>",
    "\u202eturned\u202c \x00\x1b[2J\ud800",
    "عدد الآبار 4,120 في عام 2023",
    "👩‍👩‍👧 🗞️ 𝔘𝔫𝔦",
    'javascript:alert(1) "quoted" back\\slash\nnext line',
]

short = st.sampled_from(["", " ", "Wells are many.", *HOSTILE]) | st.text(max_size=30)
long = st.builds(
    lambda unit, times: unit * times,
    st.sampled_from(["Most wells are private. ", "x", "\\\"", "無", "👩‍👩‍👧", "a b\n", *HOSTILE]),
    st.sampled_from([1, 20, 300, 5_000]),
).map(lambda text: text[:20_000])  # fmt: skip
texts = short | long
urls = st.sampled_from(
    [
        None,
        "",
        "https://desk.example/wells",
        "https://desk.example/a b",
        "https://desk.example/a?b=1&c=<2>|x",
        "javascript:alert(1)",
        "http://",
        "https://desk.example/" + "long/" * 900,
        "https://desk.example/report.pdf",
    ]
)
days = st.sampled_from([None, "2024", "2024-06", "2024-06-01"])
numbers = st.sampled_from([None, 1, 12])


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


reasons: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "rule": st.just("period-closed"),
        "level": st.just("medium"),
        "claim": st.none(),
        "text": texts,
        "evidence": st.just({}),
        "clears_when": texts,
    }
)
freshness = st.fixed_dictionaries(
    {
        "state": st.sampled_from(STATES),
        "notice": maybe(texts),
        "score": st.just(0.4),
        "valid_as_of": days,
        "checked_on": days,
        "next_review_on": st.sampled_from([None, "2026-04-01"]),
        "reasons": st.lists(reasons, max_size=4),
    }
)
vias = st.fixed_dictionaries(
    {
        "marker": st.sampled_from(["[1]", "[12]", "x" * 400]),
        "resolved": st.booleans(),
        "document_id": maybe(st.just("register")),
        "version": maybe(st.just(1)),
        "title": maybe(texts),
        "publisher": maybe(texts),
        "url": urls,
        "published_on": days,
        "quote": maybe(texts),
        "start": maybe(st.just(0)),
        "end": maybe(st.just(9)),
        "page": numbers,
        "context": st.none(),
    }
)
citations = st.fixed_dictionaries(
    {
        "n": st.just(0),
        "document_id": texts,
        "title": texts,
        "publisher": maybe(texts),
        "url": urls,
        "kind": st.sampled_from(["fact_check", "source"]),
        "version": st.just(1),
        "quote": texts,
        "start": st.just(0),
        "end": st.just(9),
        "page": numbers,
        "checked_on": days,
        "published_on": days,
        "context": st.just({"before": "", "after": ""}),
        "via": st.lists(vias, max_size=3),
    }
)
claims = st.fixed_dictionaries(
    {
        "text": texts,
        "citations": st.lists(st.integers(1, 50), max_size=4),
        "support": st.just(0.97),
        "freshness": st.fixed_dictionaries(
            {"state": st.sampled_from(STATES), "reasons": st.just([])}
        ),
    }
)
verdicts = st.fixed_dictionaries(
    {
        "claim": texts,
        "rating": texts,
        "claimant": maybe(texts),
        "reviewed_on": days,
        "url": urls,
        "document_id": st.just("wells"),
    }
)
near = st.fixed_dictionaries(
    {
        "document_id": texts,
        "version": st.just(1),
        "title": texts,
        "quote": texts,
        "start": st.just(0),
        "end": st.just(9),
        "checked_on": days,
    }
)


def _repeated(items: st.SearchStrategy[Any], most: int) -> st.SearchStrategy[list[Any]]:
    """A few that differ, over and over: drawing fifty that all differ takes long."""
    return st.builds(
        lambda some, many: [dict(some[n % len(some)]) for n in range(many)] if some else [],
        st.lists(items, max_size=2),
        st.sampled_from([1, 3, most]),
    )


def _numbered(cited: list[Json]) -> list[Json]:
    return [{**each, "n": n} for n, each in enumerate(cited, start=1)]


_shared: Json = {
    "id": st.sampled_from(["r1", "de4fb511daff4b6181659464ea745095", "a/b?#", "x" * 3_000]),
    "question": texts,
    "standalone_question": maybe(texts),
    "follow_ups": st.lists(texts, max_size=7),
    "confidence": st.just(0.9),
    "created_at": st.just("2026-03-15T12:00:00+00:00"),
    "diagnostics": st.sampled_from([{}, {"read_as": "claim"}]),
}
answers: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "kind": st.just("answer"),
        **_shared,
        "claims": _repeated(claims, 50),
        "citations": _repeated(citations, 50).map(_numbered),
        "freshness": freshness,
        "verdicts": _repeated(verdicts, 20),
        "as_of": st.just("2026-03-15"),
    }
)
abstentions: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "kind": st.just("abstention"),
        **_shared,
        "reason": st.sampled_from(["no_evidence", "weak_evidence", "unsupported", "out_of_scope"]),
        "nearest": _repeated(near, 50),
    }
)
replies = answers | abstentions
