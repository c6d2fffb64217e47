"""One look at one source: fetched, read and judged; nothing is written here."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from assistant.errors import AssistantError, FetchRefused, Unavailable, Unfetchable, Unreadable
from assistant.freshness.watch.notices import Notice, doi_of, notice_of, registered
from assistant.freshness.watch.schedule import MOST
from assistant.freshness.watch.seen import Seen, answers_alike, is_suspicious, missing, walled
from assistant.freshness.watch.words import alike, kept
from assistant.ingest.fetch import Fetched
from assistant.ingest.outline import Outline, outline
from assistant.ingest.polite import Polite
from assistant.ledger.watched import Watch
from assistant.upkeep.sight import Sight
from assistant.upkeep.watchlist import Target

_OTHER_PAGE = 0.2
"""What shares less with what stood there before may be a page of the server's, not the source's."""

log = logging.getLogger("assistant.watch")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A source to look at, with what is known of it. `before` is what it said last."""

    target: Target
    watch: Watch
    before: str | None = None


class Observer:
    """Looks from `now`. `doi_api` is the address that a DOI is asked at; empty: nobody."""

    def __init__(self, polite: Polite, now: datetime, doi_api: str) -> None:
        self._polite = polite
        self._now = now
        self._doi_api = doi_api

    def look(self, assignment: Assignment) -> Sight:
        """One look at one source."""
        watch = assignment.watch
        try:
            fetched = self._polite.fetch(
                assignment.target.url, etag=watch.etag, last_modified=watch.last_modified
            )
            sight = self._answered(assignment, fetched)
        except (Unfetchable, Unreadable) as error:
            # What a person can open and we can't says nothing; what we could open once does.
            return Sight(found="failing" if watch.seen_at else "refused", problem=str(error))
        except FetchRefused as error:
            return Sight(found="refused", problem=str(error))
        except Unavailable as error:
            return Sight(found="failing", problem=str(error))
        return self._with_registry(assignment, sight)

    def _answered(self, assignment: Assignment, fetched: Fetched) -> Sight:
        status = fetched.status
        if status == 304:
            return Sight(found="unchanged", status=status, fetched=fetched)
        if 200 <= status < 300:
            return self._read(assignment, fetched)
        problem = f"it answers with status {status}"
        again = self._again(fetched.retry_after)
        if status in (404, 410):
            return Sight(found="missing", status=status, problem=problem)
        if status == 429:
            later = again or self._now + timedelta(hours=1)
            return Sight(found="postponed", status=status, problem=problem, not_before=later)
        if 400 <= status < 500:
            problem += " to programs: look at it by hand"
            return Sight(found="refused", status=status, problem=problem)
        return Sight(found="failing", status=status, problem=problem, not_before=again)

    def _read(self, assignment: Assignment, fetched: Fetched) -> Sight:
        if not fetched.body.strip():
            raise Unreadable(f"{fetched.final_url} is empty")
        page = outline(fetched)
        seen = _seen(assignment.target.url, fetched, page)
        status = fetched.status
        own = notice_of(seen) or _withdrawn(page)
        before, called = assignment.before, assignment.target.title or ""
        if problem := walled(seen, before, called):
            return Sight(found="refused", status=status, problem=problem)
        away = missing(seen, None if own else before, called)  # a notice may take a page's place
        if problem := away or self._by_sibling(assignment, seen):
            return Sight(found="missing", status=status, problem=problem)
        return Sight(
            found="changed",
            status=status,
            fetched=fetched,
            page=page,
            own=(own,),
            doi=doi_of(assignment.target.url, seen),
        )

    def _by_sibling(self, assignment: Assignment, seen: Seen) -> str | None:
        """Where the page looks like none, an address beside it that can't exist is asked too."""
        before = assignment.before
        odd = is_suspicious(seen) if before is None else alike(before, seen.text) < _OTHER_PAGE
        if not odd:
            return None
        if not self._answers_alike(seen, sibling(seen.url)):
            return None
        if self._answers_alike(seen, urljoin(seen.url, "/")):
            return None  # one page for everything: that says nothing of this address
        return "it answers with status 200 and the same page as an address that can't exist"

    def _answers_alike(self, seen: Seen, address: str) -> bool:
        try:
            fetched = self._polite.fetch(address)
            if fetched.status != 200 or not fetched.body.strip():
                return False
            return answers_alike(seen, _seen(address, fetched, outline(fetched)))
        except AssistantError:
            return False

    def _with_registry(self, assignment: Assignment, sight: Sight) -> Sight:
        """A source that is there, with what the registry of its DOI says, if it could be asked."""
        doi = doi_of(assignment.target.url) or sight.doi or assignment.watch.doi
        if sight.found not in ("unchanged", "changed") or doi is None or not self._doi_api:
            return sight
        try:
            answer = self._polite.ask(self._doi_api + quote(doi, safe="/"))
        except AssistantError as error:
            log.info("the DOI %s could not be asked for: %s", doi, error)
            return _replaced(sight, doi, ())
        if answer.status == 200:
            return _replaced(sight, doi, (registered(answer.body),))
        return _replaced(sight, doi, (None,) if answer.status == 404 else ())

    def _again(self, header: str | None) -> datetime | None:
        """When a host lets us come again: seconds or a date, at most the longest wait."""
        if not header:
            return None
        if header.strip().isdecimal() and len(header.strip()) < 9:
            return self._now + min(timedelta(seconds=int(header)), MOST)
        try:
            moment = parsedate_to_datetime(header)
        except (ValueError, TypeError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max(moment, self._now), self._now + MOST)


def _replaced(sight: Sight, doi: str, registry: tuple[Notice | None, ...]) -> Sight:
    return replace(sight, doi=doi, registry=registry)


def _withdrawn(page: Outline) -> Notice | None:
    """What the page's own metadata says of its document."""
    said = next((each.withdrawn for each in page.contents if each.withdrawn), None)
    return Notice(text=f"Its page says of itself: {said}", is_data=True) if said else None


def _seen(asked: str, fetched: Fetched, page: Outline) -> Seen:
    return Seen(
        asked=asked,
        url=fetched.final_url,
        text=kept(page.text),
        title=page.title,
        heading=page.heading,
        headings=page.headings,
        meta=page.meta,
        asks_password=page.asks_password,
    )


def sibling(url: str) -> str:
    """An address in the same folder that nobody can have made."""
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    name = hashlib.sha256(url.encode()).hexdigest()[:20]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}", "", ""))
