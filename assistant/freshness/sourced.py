"""The rules that rest on what became of a source: changed, gone, retracted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.freshness import wording
from assistant.freshness.facts import Case, Cited, Finding, SourceState

_MOST_WORDS = 400
"""Characters of a source that a reason quotes as evidence."""
_SPEAKS_OF_IT = re.compile(
    r"\b(?:retract\w*|withdr[ae]w\w*|recall\w*|discredit\w*|correction|erratum|corrected)\b", re.I
)


def source_changed(case: Case) -> Iterator[Finding]:
    """The words that the sentence cites, or the number in them, no longer stand in the source."""
    if not case.matters:
        return
    for cited in case.cited:
        state = cited.state
        if state.then is None or state.now is None or state.changed_on is None:
            continue
        found = wording.change(state.then, state.now, case.text, cited.quote)
        if found is not None:
            yield Finding(
                rule="source-changed",
                level="strong",
                state="may_be_outdated",
                since=state.changed_on,
                text=f"{_named(state)} no longer says what is cited from it{_instead(found)}.",
                clears_when="A new check of what it says now, or the words come back.",
                claim=case.index,
                document_id=case.document.id,
                evidence={
                    **_source(case, state),
                    "changed_on": state.changed_on.isoformat(),
                    **_words(found),
                },
            )


def _instead(found: wording.Change) -> str:
    if found.value_was is None:
        return ""
    if found.value_now is None:
        return f": {found.value_was} is gone"
    return f": {found.value_was} has become {found.value_now}"


def _words(found: wording.Change) -> dict[str, str]:
    values = {"value_was": found.value_was, "value_now": found.value_now, "now": found.now}
    given = {name: each[:_MOST_WORDS] for name, each in values.items() if each is not None}
    return {"was": found.was[:_MOST_WORDS], **given}


def source_gone(case: Case) -> Iterator[Finding]:
    """The source is not there any more, or could not be reached for a week."""
    if not case.matters:
        return
    for cited in case.cited:
        state = cited.state
        if state.gone_on is not None:
            text = f"{_named(state)} is no longer where it was."
            yield _unverifiable(case, cited, "gone", text)
        if state.unreachable_on is not None:
            text = f"{_named(state)} has not been reachable for a week or longer."
            yield _unverifiable(case, cited, "unreachable", text)


def _unverifiable(case: Case, cited: Cited, what: str, text: str) -> Finding:
    state = cited.state
    since = state.gone_on if what == "gone" else state.unreachable_on
    assert since is not None
    return Finding(
        rule="source-gone",
        level="medium",
        state="unverifiable",
        since=since,
        text=text,
        clears_when="The source is there again, or a new check rests on another one.",
        claim=case.index,
        document_id=case.document.id,
        evidence={**_source(case, state), what: since.isoformat()},
    )


def source_retracted(case: Case) -> Iterator[Finding]:
    """The source itself was retracted, corrected or withdrawn, and the sentence doesn't say so."""
    if not (case.own or case.rests) or _SPEAKS_OF_IT.search(case.text):
        return
    for cited in case.cited:
        state = cited.state
        if state.retracted_on is None:
            continue
        note = {"note": state.retraction[:_MOST_WORDS]} if state.retraction else {}
        yield Finding(
            rule="retracted-or-corrected",
            level="hard",
            state="retracted",
            since=state.retracted_on,
            text=f"{_named(state)} was retracted, corrected or withdrawn.",
            clears_when="A new check that doesn't rest on it.",
            claim=case.index,
            document_id=case.document.id,
            evidence={
                **_source(case, state),
                **_says_so(state),
                "retracted_on": state.retracted_on.isoformat(),
                **note,
            },
        )


def _says_so(state: SourceState) -> dict[str, str]:
    """Whose words the note is, so that they go with their document."""
    said = {"source_document_id": state.withdrawn_as, "by_document_id": state.corrected_by}
    return {name: each for name, each in said.items() if each is not None}


def _named(state: SourceState) -> str:
    title = state.document.title if state.document else state.source.title
    marker = f"Its source [{state.n}]" if state.n else "The source"
    return f"{marker}, \u201c{title}\u201d," if title else marker


def _source(case: Case, state: SourceState) -> dict[str, str]:
    known = {
        "marker": f"[{state.n}]" if state.n else None,
        "source_document_id": state.document.id if state.document else None,
        "source_url": state.source.url,
        "source_title": state.document.title if state.document else state.source.title,
    }
    return {"document_id": case.document.id, **{k: v for k, v in known.items() if v is not None}}
