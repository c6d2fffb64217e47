"""The home directory: one owner at a time, and where the running server that owns it listens.

Embedded Chroma breaks silently with two processes, so a lock decides who opens the archive. The
lock is the kernel's: it goes with its process, also when that is killed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import HomeHeld, HomeUnusable

LOCK, OWNER, SERVER = "lock", "owner.json", "server.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who holds a home: shown to those who have to wait."""

    pid: int
    command: str
    since: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """Where the server that holds a home listens, and the token that only its owner can read."""

    url: str
    token: str
    pid: int


@contextmanager
def owned(home: Path, command: str, wait_s: float) -> Iterator[None]:
    """Holds `home` for the length of the block, made if need be.

    Raises HomeHeld, with who holds it, when it isn't free within `wait_s` seconds; HomeUnusable
    when it can't be written.
    """
    lock = FileLock(home / LOCK, timeout=wait_s)
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        owner = Owner(
            pid=os.getpid(), command=command, since=datetime.now(UTC).isoformat(timespec="seconds")
        )
        write_private(home / OWNER, asdict(owner))
    except Timeout:
        raise HomeHeld(_who(home)) from None
    except OSError as error:
        lock.release()
        raise HomeUnusable(
            f"the home {home} can't be written ({error.strerror or error}): check its permissions "
            "and the disk, or set ASSISTANT_HOME to another folder"
        ) from error
    try:
        yield
    finally:
        (home / OWNER).unlink(missing_ok=True)
        lock.release()


def server_of(home: Path) -> ServerAddress | None:
    """The server that holds `home` now; None when none does."""
    try:
        address = ServerAddress(**json.loads((home / SERVER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return address if _is_alive(address.pid) and _is_held(home) else None


def announce(home: Path, address: ServerAddress) -> None:
    """Lets the other commands find the server that holds `home`."""
    write_private(home / SERVER, asdict(address))


def withdraw_announcement(home: Path) -> None:
    (home / SERVER).unlink(missing_ok=True)


def write_private(path: Path, values: dict[str, object]) -> None:
    """Writes JSON that only this user can read: whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(values, file)
    partial.replace(path)


def _who(home: Path) -> str:
    try:
        owner = Owner(**json.loads((home / OWNER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return f"the home {home} is held by another process; wait until it is done"
    return (
        f"the home {home} is held by process {owner.pid} (assistant {owner.command}, since "
        f"{owner.since}); wait until it is done, or stop it"
    )


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_held(home: Path) -> bool:
    lock = FileLock(home / LOCK, timeout=0)
    try:
        with lock:
            return False
    except Timeout:
        return True
    except OSError:
        return False
