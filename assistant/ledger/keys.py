"""Keys: who may do what, and read what. Only a hash of each secret is kept."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from urllib.parse import urlsplit

from sqlalchemy import Engine, RowMapping, insert, select, update

from assistant.errors import BadInput, NotFound, Unauthenticated
from assistant.ledger import database, schema
from assistant.types import Audience, Scope

MARK = "na_"
"""How the secret of every key begins."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""Each scope includes the ones before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    id: str
    scope: Scope
    audience: Audience
    created_at: str
    revoked_at: str | None = None
    widget: bool = False
    origins: tuple[str, ...] = ()
    rate_limit: int | None = None
    """Questions a minute; None: as many as the setting allows a key."""

    def allows(self, scope: Scope) -> bool:
        return includes(self.scope, scope)


def includes(held: Scope, needed: Scope) -> bool:
    """Whether a scope includes another: each includes the ones before it."""
    return SCOPES.index(held) >= SCOPES.index(needed)


class Keys:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create(
        self,
        scope: Scope,
        audience: Audience,
        now: datetime,
        *,
        widget: bool = False,
        origins: Sequence[str] = (),
        rate_limit: int | None = None,
    ) -> tuple[Key, str]:
        """A new key and its secret, which is shown once and kept nowhere."""
        if widget and (scope != "ask" or audience != "public"):
            raise BadInput("a widget key is public: it can only ask, and read what is public")
        if widget and not origins:
            raise BadInput(
                "a widget key works on named sites only: add --origin https://news.example for each"
            )
        if origins and not widget:
            raise BadInput("origins are for widget keys: add --widget, or leave --origin out")
        if rate_limit is not None and rate_limit < 1:
            raise BadInput(f"a limit of {rate_limit} questions a minute allows none; use 1 or more")
        origins = [origin_of(each) for each in origins]
        key_id, secret = secrets.token_hex(6), MARK + secrets.token_urlsafe(32)
        with database.writing(self._engine) as connection:
            connection.execute(
                insert(schema.keys).values(
                    id=key_id,
                    secret_hash=_hash(secret),
                    scope=scope,
                    audience=audience,
                    widget=int(widget),
                    origins=json.dumps(list(dict.fromkeys(origins))),
                    rate_limit=rate_limit,
                    created_at=database.stamp(now),
                )
            )
        return self._get(key_id), secret

    def authenticate(self, secret: str) -> Key:
        """The key of a secret. Raises Unauthenticated."""
        key = self._find(schema.keys.c.secret_hash == _hash(secret))
        if key is None or key.revoked_at:
            raise Unauthenticated("this key is not known or was revoked; ask for a new one")
        return key

    def all(self) -> list[Key]:
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(schema.keys).order_by(schema.keys.c.created_at, schema.keys.c.id)
            ).mappings()
            return [_key(row) for row in rows]

    def revoke(self, key_id: str, now: datetime) -> None:
        self._get(key_id)
        with database.writing(self._engine) as connection:
            connection.execute(
                update(schema.keys)
                .where(schema.keys.c.id == key_id, schema.keys.c.revoked_at.is_(None))
                .values(revoked_at=database.stamp(now))
            )

    def _get(self, key_id: str) -> Key:
        key = self._find(schema.keys.c.id == key_id)
        if key is None:
            raise NotFound(f"no key {key_id!r}; `assistant keys list` shows them")
        return key

    def _find(self, condition: object) -> Key | None:
        with self._engine.connect() as connection:
            row = connection.execute(select(schema.keys).where(condition)).mappings().first()  # type: ignore[arg-type]
        return _key(row) if row else None


def _key(row: RowMapping) -> Key:
    return Key(
        id=row["id"],
        scope=row["scope"],
        audience=row["audience"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
        widget=bool(row["widget"]),
        origins=tuple(json.loads(row["origins"])),
        rate_limit=row["rate_limit"],
    )


def origin_of(text: str) -> str:
    """A web site's origin in the one spelling that browsers send (RFC 6454). Raises BadInput.

    Only what a host can be made of comes back: it goes into headers. A name whose ASCII form reads
    back as another (Python maps "ß" to "ss", browsers don't) could be another's site, so it is
    refused; it can be given in ASCII.
    """
    wrong = BadInput(f"{text!r} is no origin; write it like https://news.example")
    try:
        parts = urlsplit(text.strip())
        port = parts.port
        named = parts.hostname or ""
        host = named.encode("idna").decode()
        same = host == named or host.encode().decode("idna") == named
    except (ValueError, UnicodeError) as error:
        raise wrong from error
    rest = (
        parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password
    )
    if parts.scheme not in _PORTS or not same or not _HOST.fullmatch(host) or rest:
        raise wrong
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}" + (
        f":{port}" if port not in (None, _PORTS[parts.scheme]) else ""
    )


_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|[0-9a-f:.]*:[0-9a-f:.]*")
"""A name or an IPv4 address, or an IPv6 address without its brackets."""


def _hash(secret: str) -> str:
    # A secret has 256 random bits: one round of SHA-256 is enough, there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
