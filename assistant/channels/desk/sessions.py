"""Who is signed in at the desk, by signed cookies, and the tokens that bind a form to a visitor.

A cookie holds no secret of anybody: a session names a key by its id, and the key is looked up
again at every request. What signs them is 32 random bytes in a file of the home directory, never
in the ledger, so a backup can't sign anybody in.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from assistant.errors import HomeUnusable

SECRET = "desk.secret"
SECRET_BYTES = 32
MOST_REMEMBERED = 10_000
"""Sessions ended, or forms sent, that are remembered at once."""

Seconds = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`id` is random and new at each signing in; `key_id` is whose key signed in."""

    id: str
    key_id: str


class Sessions:
    """`clock` gives seconds since 1970: sessions end by the real time, whatever day is played."""

    def __init__(self, home: Path, *, hours: int, clock: Seconds = time.time) -> None:
        self._home = home
        self._clock = clock
        self.seconds = hours * 3600
        self._ended: dict[str, None] = {}
        self._sent: dict[str, None] = {}

    # --- sessions ---------------------------------------------------------------------------------

    def open(self, key_id: str) -> str:
        """The cookie of a new session."""
        return self._cookies("session").dumps([secrets.token_urlsafe(16), key_id])

    def read(self, cookie: str | None) -> Session | None:
        """The session of a cookie; None for one that is not ours, too old or signed out."""
        found = self._load("session", cookie)
        match found:
            case [str(name), str(key_id)] if name not in self._ended:
                return Session(id=name, key_id=key_id)
        return None

    def end(self, session: Session) -> None:
        """A copy of its cookie is worth nothing from now on, while this server runs."""
        _remember(self._ended, session.id)

    # --- visitors, and their forms ----------------------------------------------------------------

    def greet(self) -> tuple[str, str]:
        """(name, cookie) of a new visitor who is not signed in."""
        name = secrets.token_urlsafe(16)
        return name, self._cookies("visitor").dumps(name)

    def visitor(self, cookie: str | None) -> str | None:
        found = self._load("visitor", cookie)
        return found if isinstance(found, str) else None

    def token(self, name: str) -> str:
        """What a form of this session or visitor carries."""
        return hmac.new(self._secret, b"form\n" + name.encode(), hashlib.sha256).hexdigest()

    def is_token(self, name: str, token: str) -> bool:
        return hmac.compare_digest(self.token(name).encode(), token.encode())

    def once(self, ticket: str) -> bool:
        """True for the first form with this ticket: a page reloaded sends the same one again."""
        return bool(ticket) and _remember(self._sent, ticket)

    # --- the secret -------------------------------------------------------------------------------

    def _load(self, salt: str, cookie: str | None) -> object:
        if not cookie:
            return None
        try:
            return self._cookies(salt).loads(cookie, max_age=self.seconds)
        except BadData:
            return None

    def _cookies(self, salt: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock())

        options: dict[str, Any] = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
        return URLSafeTimedSerializer(
            self._secret, salt=f"desk.{salt}", signer=Signer, signer_kwargs=options
        )

    @cached_property
    def _secret(self) -> bytes:
        return secret_of(self._home)


def secret_of(home: Path) -> bytes:
    """The home's signing secret, made when there is none. Raises HomeUnusable."""
    path = home / SECRET
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise HomeUnusable(
            f"{path}, which signs the desk's sessions, can't be used ({error.strerror or error}): "
            "check its permissions and the disk"
        ) from error
    if len(secret) != SECRET_BYTES:
        raise HomeUnusable(f"{path} is damaged: remove it, and everybody signs in again")
    return secret


def _make(path: Path) -> None:
    """Whole or not at all, readable by this user alone; the first of two makers wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)
    except FileExistsError:
        pass
    finally:
        partial.unlink()


def _remember(names: dict[str, None], name: str) -> bool:
    """Whether it is new; the oldest is forgotten when there are too many."""
    if name in names:
        return False
    names[name] = None
    if len(names) > MOST_REMEMBERED:
        names.pop(next(iter(names)), None)
    return True
