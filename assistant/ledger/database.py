"""The ledger's database: SQLite in the home directory, opened for durability, and migrated."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.pool import ConnectionPoolEntry

from assistant.errors import BadInput, HomeUnusable

HEAD = "0004"
"""The newest migration: a database that is there already needs no Alembic at start-up."""

MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(path: Path) -> Engine:
    """An engine on the SQLite file at `path`, made and migrated as needed. Raises HomeUnusable."""
    engine = engine_on(path)
    migrate(engine)
    return engine


def engine_on(path: Path) -> Engine:
    """An engine on a SQLite file that is there, or will be made."""
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": 30})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", lambda context: _say_who(path, context))
    return engine


def migrate(engine: Engine) -> None:
    """Brings the schema to HEAD. Alembic is imported only when there is something to do."""
    if _revision(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def backup(path: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use. `target` appears whole or not at all."""
    if target.exists():
        raise BadInput(f"{target} exists already; name a new file for the backup")
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.rename(target)
    except (sqlite3.Error, OSError) as error:
        partial.unlink(missing_ok=True)
        raise HomeUnusable(f"the backup could not be written to {target}: {error}") from error


def restore(source: Path, path: Path) -> None:
    """Puts a backup in the place of the database at `path`, also while that is open."""
    check_backup(source)
    with closing(sqlite3.connect(source)) as saved, closing(sqlite3.connect(path)) as live:
        saved.backup(live)


def check_backup(source: Path) -> None:
    """Raises BadInput when `source` is not a whole ledger of this or an older version."""
    if not source.is_file():
        raise BadInput(f"{source} does not exist; name a file that `assistant backup` wrote")
    try:
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as database:
            (revision,) = database.execute("select version_num from alembic_version").fetchone()
            (state,) = database.execute("pragma quick_check").fetchone()
    except (sqlite3.Error, TypeError) as error:
        raise BadInput(f"{source} is not a backup of a ledger ({error})") from error
    if state != "ok":
        raise BadInput(f"{source} is damaged ({state}); use another backup")
    if revision > HEAD:
        raise BadInput(f"{source} was written by a newer version ({revision}); upgrade first")


def stamp(instant: datetime) -> str:
    """An instant as the ledger writes it: ISO 8601 in UTC, so that text sorts as time."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        connection.exec_driver_sql("begin immediate" if options.get("ledger_writes") else "begin")


def _say_who(path: Path, context: ExceptionContext) -> None:
    """A full, read-only or unreadable file becomes an error that says so."""
    error = context.original_exception
    if not isinstance(error, sqlite3.DatabaseError) or isinstance(error, sqlite3.IntegrityError):
        return
    free = shutil.disk_usage(path.parent).free if path.parent.is_dir() else 0
    raise HomeUnusable(
        f"the ledger {path} can't be used ({error}; {free // 2**20} MiB free on its disk): "
        "check its permissions and the disk, or set ASSISTANT_HOME to another folder"
    ) from error


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return _scalar(connection, "select version_num from alembic_version")


def _scalar(connection: Connection, statement: str) -> str | None:
    value = connection.execute(text(statement)).scalar()
    return None if value is None else str(value)


@contextmanager
def writing(engine: Engine, within: Connection | None = None) -> Iterator[Connection]:
    """A transaction that means to write: all of it or nothing, schema changes too.

    It takes the write lock at its start. One that began by reading could not take it later, once
    another thread has written in between. What is written `within` one that is open already becomes
    part of that one.
    """
    if within is not None:
        yield within
        return
    with engine.execution_options(ledger_writes=True).begin() as connection:
        yield connection


def _configure(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would leave schema changes outside
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"pragma {pragma}")
