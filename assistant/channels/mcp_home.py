"""The archive for a process that stays open for days and needs it now and then.

A desktop program keeps `assistant mcp` running as long as it is open. The home is opened for the
first call and given back once no call came for a moment, so that `assistant ingest` and every
other command, which wait two seconds for it, find it free. Opening it again costs half a second.
Where a server holds the home, the calls go to the server.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from assistant.channels.session import Remote, Session, open_session
from assistant.errors import Unavailable
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.wiring import Assistant

P = ParamSpec("P")
R = TypeVar("R")

IDLE_SECONDS = 1.0
"""Less than the other commands wait for a home that is held."""


class Borrowed:
    """A Session that holds the home only while it is used. Safe to call from threads.

    The lock of a home belongs to the thread that took it, so one thread, the keeper, opens and
    closes; the calls themselves run in the threads that make them.
    """

    def __init__(self, settings: Settings, command: str, idle_s: float = IDLE_SECONDS) -> None:
        self._settings = settings
        self._command = command
        self._idle_s = idle_s
        self._changed = threading.Condition()
        self._keeper: threading.Thread | None = None
        self._session: Session | None = None
        self._failure: BaseException | None = None
        self._calls = 0
        self._ended = False

    def call(
        self,
        operation: Callable[Concatenate[Assistant, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Raises what the operation raises; HomeHeld when another process holds the home."""
        with self._lent() as session:
            return session.call(operation, *args, **kwargs)

    def close(self) -> None:
        """Gives the home back once the calls that run are done; no other is taken."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
            keeper = self._keeper
        if keeper:
            keeper.join()

    @contextmanager
    def _lent(self) -> Iterator[Session]:
        with self._changed:
            self._calls += 1  # before it is opened, so that it is not closed again at once
            self._changed.notify_all()
        try:
            with self._changed:
                session = self._opened()
            yield session
        finally:
            with self._changed:
                self._calls -= 1
                self._changed.notify_all()

    def _opened(self) -> Session:
        """The session, opened when it isn't; a keeper on its way out is waited for."""
        while self._session is None:
            if self._ended:
                raise Unavailable("this server is ending")
            if self._keeper is None:
                self._failure = None
                self._keeper = threading.Thread(target=self._keep, name="home", daemon=True)
                self._keeper.start()
            self._changed.wait()
            if self._failure is not None:
                raise self._failure
        return self._session

    def _keep(self) -> None:
        try:
            with open_session(self._settings, self._command) as session, self._changed:
                self._session = session
                self._changed.notify_all()
                # A server is looked for at every call: it may end, and leave the home to others.
                self._until_idle(0.0 if isinstance(session, Remote) else self._idle_s)
                self._session = None  # before it is closed: who comes now waits for the next
        except BaseException as error:
            self._failure = error
        finally:
            with self._changed:
                self._session = self._keeper = None
                self._changed.notify_all()

    def _until_idle(self, idle_s: float) -> None:
        while True:
            self._changed.wait_for(lambda: not self._calls)
            used = self._changed.wait_for(lambda: self._calls or self._ended, idle_s)
            if not self._calls and (self._ended or not used):
                return
