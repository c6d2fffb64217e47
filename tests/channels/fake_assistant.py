"""A small archive in memory with the facade of `assistant.wiring.Assistant`.

It answers with the sentences that hold every word of a question, so that a test can make it
answer or abstain by what it asks, and keeps what it served, so that a test can look it up.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from assistant.contract import reply_json
from assistant.errors import BadInput, Gone, NotFound, Unauthenticated
from assistant.ingest.report import IngestReport, Progress
from assistant.ledger.changes import Change, ChangeKind
from assistant.ledger.gaps import Gap
from assistant.ledger.keys import Key, origin_of
from assistant.ledger.places import Quarantined
from assistant.ledger.refreshes import Kept, RefreshOutcome
from assistant.settings import Settings
from assistant.types import (
    Abstention,
    Answer,
    AskEvent,
    Audience,
    Badge,
    Citation,
    Claim,
    ClaimVerified,
    Content,
    Document,
    EvidenceFound,
    Freshness,
    Hit,
    Kind,
    PartialDate,
    Passage,
    Reason,
    Reply,
    Scope,
    Section,
    Source,
    Span,
    Statement,
    Support,
    Verdict,
    Via,
    Volatility,
)
from assistant.upkeep.asof import moment
from assistant.upkeep.docket import Judged
from assistant.upkeep.recall import Recall, Recalled
from assistant.upkeep.refreshing import Ask
from assistant.upkeep.standing import AnswerStanding, DocumentStanding

NOW = datetime(2026, 3, 15, tzinfo=UTC)
NOTICE = (
    "This fact-check may be outdated. Consider refreshing it to get the most current information."
)


def day(text: str) -> PartialDate:
    return PartialDate(value=text, origin="front_matter")


def document(
    id: str,
    text: str,
    *,
    kind: Kind = "fact_check",
    audience: Audience = "public",
    **fields: Any,
) -> Document:
    fields.setdefault("title", f"What is {id}?")
    content = Content(
        kind=kind, text=text, sections=(Section(span=Span(start=0, end=len(text))),), **fields
    )
    return Document(id=id, version=1, audience=audience, content=content, retrieved_on=NOW)


REGISTER = document(
    "register",
    "The register listed 4,120 wells in 2023. A second table says 4,118.",
    kind="source_document",
    title="Register of wells 2023",
    publisher="Water Office",
    url="https://water.example/register",
    published_on=day("2024-05"),
    pages=(Span(start=0, end=41), Span(start=41, end=67)),
)
WELLS = document(
    "wells",
    "The country had 4,120 registered wells in 2023 [1] [2]. Most wells are private [3].",
    title="How many wells does the country have?",
    publisher="The Desk",
    url="https://desk.example/wells",
    checked_on=day("2024-06-01"),
    sources=(
        Source(n=1, url="https://water.example/register"),
        Source(n=2, title="Yearbook", publisher="Statistics Office", published_on=day("2024")),
    ),
    verdicts=(Verdict(claim="There are no wells", rating="False", claimant="A poster"),),
    follow_ups=("Who owns the wells?",),
)
MEMO = document("memo", "The secret memo counts 9 hidden wells.", audience="internal")
HOSTILE = document(
    "hostile",
    "The <script>alert(1)</script> banner \x1b[2Jsays \u202eruin & more.",
    title="Is the <b>banner</b> true?",
    url="javascript:alert(2)",
)
ARCHIVE = (WELLS, REGISTER, MEMO, HOSTILE)

STALE = Freshness(
    state="may_be_outdated",
    score=0.4,
    notice=NOTICE,
    checked_on=day("2024-06-01"),
    valid_as_of=day("2023"),
    next_review_on=date(2026, 4, 1),
    reasons=(
        Reason(
            rule="period-closed",
            level="medium",
            claim=0,
            text="The newest year in evidence is 2023.",
            evidence={"period": "2023", "document": "wells"},
            clears_when="A figure for 2024 or later is in the archive.",
        ),
    ),
)
FRESH = Freshness(state="fresh", score=0.01)


class FakeDesk:
    """The order of work, over the same archive: nothing rested on anything yet."""

    def __init__(self, assistant: FakeAssistant) -> None:
        self._assistant = assistant

    def checks(self, audience: Audience, limit: int, offset: int) -> tuple[list[Judged], int]:
        readable = {each.id for each in self._assistant._readable(audience)}
        found = [
            Judged(document=each, freshness=found, badges=badges, level="medium", reach=0)
            for each, found, badges in self._assistant.check()
            if each.id in readable
        ]
        return found[offset : offset + limit], len(found)


class FakeRefreshing:
    """Refreshes that wait for an editor: "fr-ID" is the one of a document."""

    def __init__(self, assistant: FakeAssistant) -> None:
        self._assistant = assistant
        self.asked: list[Ask] = []
        self.outcome: RefreshOutcome = "confirmed"

    def refresh(self, ask: Ask) -> Kept:
        self.asked.append(ask)
        return self.get(f"fr-{ask.document_id}")

    def get(self, refresh_id: str) -> Kept:
        document_id = refresh_id.removeprefix("fr-")
        if document_id not in self._assistant.documents:
            raise NotFound(f"no refresh {refresh_id!r}")
        return Kept(
            id=refresh_id,
            document_id=document_id,
            version=1,
            state="proposed",
            outcome=self.outcome,
            at=NOW.isoformat(),
            body={"title": document_id, "note": "It still holds."},
        )

    def decide(self, refresh_id: str, *, approve: bool, **said: Any) -> Kept:
        return replace(self.get(refresh_id), state="published" if approve else "rejected")


class FakeAssistant:
    """Everything of the facade that channels use, over ARCHIVE."""

    def __init__(self) -> None:
        self.settings = Settings()
        self.documents = {each.id: each for each in ARCHIVE}
        self.desk = FakeDesk(self)
        self.refreshing = FakeRefreshing(self)
        self.withdrawn: dict[str, str] = {}
        self.replies: dict[str, tuple[Audience, dict[str, Any], set[str]]] = {}
        self.ratings: list[tuple[str, bool, str | None]] = []
        self.asked: list[dict[str, Any]] = []
        self.claims: list[str] = []
        """What was asked as a claim to be checked."""
        self.since: dict[str, AnswerStanding] = {}
        self.noted: list[Change] = []
        self._gaps: dict[str, int] = {}
        self._keys: dict[str, Key] = {}
        self.problems: list[str] = []
        self.hold: threading.Event | None = None
        """When set, a stream waits for it between two events (but not for ever)."""
        self.closed = threading.Event()
        """Set once a stream's iterator was closed or ran out."""
        self.fails: Exception | None = None

    # --- asking ---

    def ask(self, question: str, **options: Any) -> Reply:
        *_, reply = self.stream(question, **options)
        assert isinstance(reply, Reply)
        return reply

    def stream(
        self,
        question: str,
        *,
        audience: Audience = "public",
        now: datetime | None = None,
        history: Sequence[tuple[str, str]] = (),
        conversation_id: str | None = None,
        as_claim: bool = False,
        overheard: bool = False,
        as_of: datetime | None = None,
    ) -> Generator[AskEvent, None, None]:
        try:
            for event in self._stream(question, audience, now or as_of, history, conversation_id):
                if isinstance(event, Reply) and overheard and event.abstained:
                    self.replies[event.id] = ("internal", {}, set())
                yield event
            self.claims += [question] if as_claim else []
        finally:
            self.closed.set()

    def moment_of(self, text: str) -> datetime:
        return moment(text, NOW)

    def _stream(
        self,
        question: str,
        audience: Audience,
        now: datetime | None,
        history: Sequence[tuple[str, str]],
        conversation_id: str | None,
    ) -> Generator[AskEvent, None, None]:
        self.asked.append(
            {
                "question": question,
                "audience": audience,
                "now": now,
                "history": history,
                "conversation_id": conversation_id,
            }
        )
        found = self._find(question, audience)
        yield EvidenceFound(documents=tuple({c.document.id: c.document for c in found}.values()))
        claims = tuple(self._claim(n, citation) for n, citation in enumerate(found))
        for index, claim in enumerate(claims):
            if self.hold is not None:
                self.hold.wait(60)
            if self.fails is not None:
                raise self.fails
            yield ClaimVerified(index=index, claim=claim, numbers=(index + 1,))
        yield self._reply(question, claims, audience, now or NOW)

    def _find(self, question: str, audience: Audience) -> list[Citation]:
        words = re.findall(r"\w+", question.lower())
        return [
            Citation(document=each, span=span, via=_hops(each, span))
            for each in self._readable(audience)
            for span in _sentences(each)
            if all(word in span.of(each.text).lower() for word in words)
        ]

    def _claim(self, index: int, citation: Citation) -> Claim:
        text = re.sub(r" ?\[\d+\]", "", citation.quote)
        statement = Statement(text=text, citations=(citation,), support=0.97)
        return Claim(statement=statement, freshness=STALE if "2023" in text else FRESH)

    def _reply(
        self, question: str, claims: tuple[Claim, ...], audience: Audience, now: datetime
    ) -> Reply:
        result: Answer | Abstention
        if claims:
            stale = any(claim.freshness is STALE for claim in claims)
            verdicts = [
                (c.document, v)
                for claim in claims
                for c in claim.citations
                for v in c.document.content.verdicts
            ]
            result = Answer(
                claims=claims,
                freshness=STALE if stale else FRESH,
                confidence=0.9,
                as_of=now.date(),
                verdicts=tuple(dict.fromkeys(verdicts)),
                follow_ups=("Who owns the wells?",),
            )
        else:
            near = Citation(document=WELLS, span=next(_sentences(WELLS)))
            result = Abstention(reason="no_evidence", confidence=0.1, nearest=(near,))
            self._gaps[question] = self._gaps.get(question, 0) + 1
        reply = Reply(
            id=f"r{len(self.replies) + 1}", question=question, result=result, created_at=now
        )
        cited = {c.document.id for claim in claims for c in claim.citations}
        self.replies[reply.id] = audience, dict(reply_json(reply)), cited
        return reply

    @property
    def kept(self) -> set[str]:
        """The ids of the replies that can be read again."""
        return {each for each, (_, body, _) in self.replies.items() if body}

    def answer(self, answer_id: str, audience: Audience = "public") -> dict[str, Any]:
        kept_for, body, cited = self.replies.get(answer_id, ("internal", {}, set()))
        if not body or (audience == "public" and kept_for == "internal"):
            raise NotFound(f"no answer {answer_id!r}")
        for each in cited & set(self.withdrawn):
            raise Gone(f"this answer quoted {each!r}, which was withdrawn: {self.withdrawn[each]}")
        return body

    def standing(self, answer_id: str, audience: Audience = "public") -> AnswerStanding:
        """As it was served, unless a test puts something else into `since`."""
        body = self.answer(answer_id, audience)
        served = body.get("freshness")
        freshness = served and (STALE if served["notice"] else FRESH)
        return self.since.get(answer_id) or AnswerStanding(today=NOW.date(), freshness=freshness)

    def document_standing(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> DocumentStanding:
        found = self.document(document_id, version, audience)
        by_url = {d.content.url: d for d in self._readable(audience) if d.content.url}
        sources = tuple((s, by_url.get(s.url) if s.url else None) for s in found.content.sources)
        return DocumentStanding(
            today=NOW.date(),
            document=found,
            newest=1,
            freshness=STALE if found.kind == "fact_check" else None,
            sources=sources,
        )

    def examples(self, most: int = 5) -> list[str]:
        return [d.title for d in self._readable("public") if d.kind == "fact_check"][:most]

    def changes(
        self,
        limit: int = 100,
        offset: int = 0,
        audience: Audience = "public",
        kinds: tuple[ChangeKind, ...] = (),
    ) -> list[Change]:
        """What a test put into `noted`, the newest first."""
        found = [each for each in reversed(self.noted) if each.kind in kinds or not kinds]
        return found[offset : offset + limit]

    def published(self, limit: int = 100, offset: int = 0) -> tuple[list[Document], bool]:
        rated = sorted(
            (each for each in self._readable("public") if each.content.verdicts),
            key=lambda each: each.id,
        )
        return rated[offset : offset + limit], len(rated) > offset + limit

    def recall(
        self,
        document_id: str,
        audience: Audience = "internal",
        limit: int | None = None,
        offset: int = 0,
    ) -> Recall:
        each = self.documents.get(document_id)
        if each is None or (audience == "public" and each.audience != "public"):
            raise NotFound(f"no document {document_id!r}")
        note = self.withdrawn.get(document_id)
        found = [
            Recalled(
                id=name,
                question=body["question"],
                created_at=body["created_at"],
                versions=(each.version,),
                why=note,
                threads=0,
                told=0,
            )
            for name, (readers, body, cited) in reversed(self.replies.items())
            if document_id in cited and (audience == "internal" or readers == "public")
        ]
        return Recall(
            document_id=document_id,
            title=each.title,
            state="withdrawn" if note else "active",
            note=note,
            answers=tuple(found[offset : None if limit is None else offset + limit]),
            total=len(found),
            affected=len(found) if note else 0,
        )

    def feedback(
        self,
        answer_id: str,
        helpful: bool,
        comment: str | None = None,
        reason: str | None = None,
    ) -> None:
        self.ratings.append((answer_id, helpful, comment))

    def gaps(self, limit: int = 100, offset: int = 0, audience: Audience = "internal") -> list[Gap]:
        stamp = NOW.isoformat()
        found = [
            Gap(
                key=question.lower(),
                audience="public",
                question=question,
                reason="no_evidence",
                confidence=0.1,
                count=count,
                first_asked=stamp,
                last_asked=stamp,
            )
            for question, count in sorted(self._gaps.items(), key=lambda gap: -gap[1])
        ]
        return found[offset : offset + limit]

    # --- reading ---

    def _readable(self, audience: Audience) -> list[Document]:
        return [
            each
            for each in self.documents.values()
            if each.id not in self.withdrawn
            and (audience == "internal" or each.audience == "public")
        ]

    def search(self, query: str, k: int, *, audience: Audience = "public") -> tuple[Hit, ...]:
        found = self._find(query, audience)
        return tuple(
            Hit(
                passage=Passage(
                    id=n,
                    document_id=citation.document.id,
                    version=1,
                    span=citation.span,
                    text=citation.quote,
                    heading_path=("Summary",),
                ),
                score=1 / n,
            )
            for n, citation in enumerate(found[:k], start=1)
        )

    def search_documents(
        self,
        query: str,
        k: int,
        audience: Audience = "public",
        history: Sequence[tuple[str, str]] = (),
    ) -> list[tuple[str, float]]:
        hits = self.search(query, 1000, audience=audience)
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(hit.passage.document_id, hit.score)
        return list(best.items())[:k]

    def document(
        self, document_id: str, version: int | None = None, audience: Audience = "public"
    ) -> Document:
        if document_id in self.withdrawn:
            raise Gone(self.withdrawn[document_id])
        for each in self._readable(audience):
            if each.id == document_id and version in (None, 1):
                return each
        raise NotFound(f"no document {document_id!r}")

    def check(
        self, now: datetime | None = None
    ) -> list[tuple[Document, Freshness, tuple[Badge, ...]]]:
        return [
            (each, STALE, (Badge(span=next(_sentences(each)), freshness=STALE),))
            for each in self._readable("internal")
            if each.kind == "fact_check"
        ]

    def fact_checks(
        self, limit: int, offset: int = 0, audience: Audience = "public"
    ) -> tuple[list[Document], int]:
        found = [each for each in self._readable(audience) if each.kind == "fact_check"]
        return found[offset : offset + limit], len(found)

    def volatility(self, text: str) -> Volatility:
        mutable = 0.95 if "latest" in text else 0.1
        return Volatility(p_mutable=mutable, kind="annual", tau_days=365.0)

    def verify(self, claim: str, evidence: str) -> Support:
        carried = claim in evidence
        return Support(score=float(carried), supported=carried, reasons=("same words",))

    # --- keeping ---

    def ingest(
        self,
        targets: Sequence[str],
        *,
        kind: Kind | None = None,
        audience: Audience = "public",
        progress: Callable[[Progress], None] | None = None,
    ) -> IngestReport:
        added, refused = 0, []
        for n, target in enumerate(targets, start=1):
            if progress:
                progress(Progress(done=n, total=len(targets), name=target))
            path = Path(target)
            if not path.is_file():
                raise BadInput(f"nothing at {target}")
            text = path.read_text()
            if not text:
                refused.append(Quarantined(path=target, reason=f"{path.name} is empty"))
                continue
            self.documents[path.stem] = document(
                path.stem, text, kind=kind or "fact_check", audience=audience
            )
            added += 1
        return IngestReport(added=added, quarantined=tuple(refused))

    def withdraw(self, document_id: str, note: str) -> None:
        self._known(document_id)
        self.withdrawn[document_id] = note

    def erase(self, document_id: str) -> None:
        self._known(document_id)
        del self.documents[document_id]

    def _known(self, document_id: str) -> None:
        if document_id not in self.documents:
            raise NotFound(f"no document {document_id!r}")

    def reindex(self, progress: Callable[[Progress], None] | None = None) -> int:
        if progress:
            progress(Progress(done=7, total=7, name="reindex"))
        return 7

    def backup(self, path: Path | str) -> None:
        Path(path).write_text(" ".join(self.documents))

    def restore(self, path: Path | str) -> None:
        kept = Path(path).read_text().split()
        self.documents = {each: self.documents[each] for each in kept}

    # --- keys and state ---

    def create_key(
        self,
        scope: Scope,
        audience: Audience = "public",
        *,
        widget: bool = False,
        origins: Sequence[str] = (),
        rate_limit: int | None = None,
    ) -> tuple[str, str]:
        key_id = f"k{len(self._keys) + 1}"
        self._keys[f"na_secret-{key_id}"] = Key(
            id=key_id,
            scope=scope,
            audience=audience,
            created_at=NOW.isoformat(),
            widget=widget,
            origins=tuple(origin_of(each) for each in origins),
            rate_limit=rate_limit,
        )
        return key_id, f"na_secret-{key_id}"

    def keys(self) -> list[Key]:
        return list(self._keys.values())

    def revoke_key(self, key_id: str) -> None:
        for secret, key in self._keys.items():
            if key.id == key_id:
                self._keys[secret] = replace(key, revoked_at=NOW.isoformat())
                return
        raise NotFound(f"no key {key_id!r}")

    def authenticate(self, secret: str) -> Key:
        key = self._keys.get(secret)
        if key is None or key.revoked_at:
            raise Unauthenticated("this key is not known or was revoked; ask for a new one")
        return key

    def counts(self) -> dict[str, int | str | None]:
        return {
            "documents": len(self.documents),
            "answers": len(self.replies),
            "ledger_generation": "a:1",
            "index_generation": "a:1",
        }

    def ready(self) -> list[str]:
        return self.problems

    def warm(self) -> None:
        """Nothing to make."""


def _sentences(each: Document) -> Generator[Span, None, None]:
    for match in re.finditer(r"\S[^.]*\.", each.text):
        yield Span(start=match.start(), end=match.end())


def _hops(each: Document, span: Span) -> tuple[Via, ...]:
    sources = {f"[{source.n}]": source for source in each.content.sources}
    hops = []
    for marker in re.findall(r"\[\d+\]", span.of(each.text)):
        source = sources.get(marker)
        if source and source.url == REGISTER.content.url:
            carried = next(_sentences(REGISTER))
            hops.append(Via(marker=marker, source=source, document=REGISTER, span=carried))
        else:
            hops.append(Via(marker=marker, source=source))
    return tuple(hops)
