"""What came back from one address, and what it says of the source that is watched there.

Only what is said anew counts: a notice that stood on the page before may be older than what cites
the page, and what nobody could be asked for holds on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from assistant.freshness.watch.looks import Look, LookOutcome
from assistant.freshness.watch.notices import Notice
from assistant.ingest.fetch import Fetched
from assistant.ingest.outline import Outline
from assistant.ingest.urls import canonical_url
from assistant.ledger.watched import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What came back from one address. `page` is there where it was read.

    `notices` are what the page and the DOI's registry say, each None where nothing is said;
    an empty tuple where nobody could be asked.
    """

    found: LookOutcome
    status: int | None = None
    problem: str | None = None
    fetched: Fetched | None = None
    page: Outline | None = None
    not_before: datetime | None = None
    own: tuple[Notice | None, ...] = ()
    doi: str | None = None
    registry: tuple[Notice | None, ...] = ()

    @property
    def body(self) -> str | None:
        """The hash of the bytes."""
        if self.fetched is None or not self.fetched.body:
            return None
        return hashlib.sha256(self.fetched.body).hexdigest()


def look_of(watch: Watch, sight: Sight, found: LookOutcome, now: datetime) -> Look:
    """A sight as what it changes: what isn't known anew stays as it was."""
    fetched, notice = sight.fetched, _notice(watch, sight)
    moved = None
    if fetched and fetched.moved and canonical_url(fetched.final_url) != watch.url_key:
        moved = fetched.final_url
    same = fetched is not None and fetched.status == 304
    return Look(
        found=found,
        status=sight.status,
        problem=sight.problem,
        etag=(fetched.etag if fetched else None) or (watch.etag if same else None),
        last_modified=(fetched.last_modified if fetched else None)
        or (watch.last_modified if same else None),
        body=sight.body,
        moved_to=moved,
        doi=sight.doi or watch.doi,
        not_before=sight.not_before,
        retraction=notice.text if notice else None,
        retracted_on=_since(watch, notice, now) if notice else None,
        corrected=bool(notice and notice.corrects),
        noted=_noted(watch, sight),
    )


def _notice(watch: Watch, sight: Sight) -> Notice | None:
    """The worst of what page and registry say; what nobody could be asked for holds on."""
    found = [each for each in (*sight.own, *sight.registry) if each]
    found = [each for each in found if _is_sure(each) or not _was_there(watch, each)]
    if not (sight.own and sight.registry) and watch.retraction and watch.retracted_on:
        by_registry = watch.retraction.startswith("Its DOI")
        if not (sight.registry if by_registry else sight.own):
            found.append(Notice(text=watch.retraction, corrects=watch.corrected))
    return min(found, key=lambda each: each.corrects, default=None)


def _is_sure(notice: Notice) -> bool:
    """It has a date, or it is the metadata's word for a retraction."""
    return notice.on is not None or (notice.is_data and not notice.corrects)


def _was_there(watch: Watch, notice: Notice) -> bool:
    """A notice without a date that stood there at the first look may be older than what cites it,
    or no notice at all but what the page is called: it says nothing."""
    return watch.first_at is None or watch.noted == notice.text


def _noted(watch: Watch, sight: Sight) -> str | None:
    undated = [each.text for each in sight.own if each and not _is_sure(each)]
    if watch.first_at is None:
        return undated[0] if undated else None
    return watch.noted


def _since(watch: Watch, notice: Notice, now: datetime) -> str:
    """The day that a notice gives, unless it lies ahead; else the day on which it was found."""
    if watch.retraction == notice.text and watch.retracted_on:
        return watch.retracted_on
    today = now.astimezone(UTC).date()
    return (notice.on if notice.on and notice.on <= today else today).isoformat()
