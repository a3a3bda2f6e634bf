"""Opens the database and says how transactions begin."""

import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.storage.failures import storage_errors
from deepracer_desk.storage.restore import finish_restore

BUSY_MS = 5000  # ms; how long to wait for another process that writes
READERS = 32  # most connections at a time


def open_engine(place: str | Path) -> Engine:
    """Open a database; nothing is read or written before the first transaction.

    A database that `restore_archive` laid ready takes the place of the old one now.

    Args:
        place: path of an SQLite file, or a database URL such as "postgresql+psycopg://desk@server/desk".

    Raises:
        StorageError: the URL names a database that this copy of the desk cannot speak to, or a restored
            database cannot be put in place.
    """
    engine = _open_url(place) if isinstance(place, str) and "://" in place else sqlite_engine(Path(place))
    path = sqlite_path(engine)
    if path is not None:
        finish_restore(path)
    return engine


def close_engine(engine: Engine) -> None:
    """Close every connection; the last one of an SQLite file folds the write-ahead log into the file."""
    engine.dispose()


def sqlite_engine(path: Path, *, foreign_keys: bool = True, pooled: bool = True) -> Engine:
    """Open an SQLite file; migrations rebuild tables and therefore do without foreign keys for a while."""
    options: dict[str, Any] = (
        {"pool_size": 4, "max_overflow": READERS - 4} if pooled else {"poolclass": NullPool}
    )
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        execution_options={"write_lock": threading.Lock()},
        connect_args={"check_same_thread": False},  # the pool lends a connection to one thread at a time
        **options,
    )

    def configure(dbapi: sqlite3.Connection, _record: object) -> None:
        dbapi.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        for pragma in (
            f"busy_timeout={BUSY_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",  # a power cut may cost the lap being driven, never a recorded one
            f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
            "trusted_schema=OFF",  # a restored file may come from anybody
        ):
            dbapi.execute(f"PRAGMA {pragma}").close()

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", _begin)
    return engine


def _open_url(text: str) -> Engine:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StorageError(
            "The database address is not understood.", hint="Check it in the preferences."
        ) from error
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            raise StorageError("The database address names no file.", hint="Check it in the preferences.")
        return sqlite_engine(Path(url.database))
    try:
        return create_engine(
            url,
            pool_pre_ping=True,  # a server may have been restarted since the last question
            execution_options={"write_lock": threading.Lock()},
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        kind = url.get_backend_name()
        raise StorageError(
            f"This copy of the desk cannot speak to a {kind} database.",
            hint="Install its driver, or use a file.",
        ) from error


def _begin(connection: Connection) -> None:
    mode = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")


def sqlite_path(engine: Engine) -> Path | None:
    """Return the file of an SQLite database, None for a server."""
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    return Path(engine.url.database)


def place_name(engine: Engine) -> str:
    """Return the database in words, without any password."""
    path = sqlite_path(engine)
    return f"The file {path}" if path else f"The database {engine.url.database} on {engine.url.host}"


@contextmanager
def reading(engine: Engine) -> Generator[Session]:
    """Read from one consistent state; waits for no writer.

    Raises:
        StorageError: the database cannot be read.
    """
    with storage_errors(place_name(engine)), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Generator[Session]:
    """Take the write lock first; commit when the block ends, roll back when it raises.

    Writers of this process queue at a lock of their own: SQLite sleeps up to 100 ms between two looks, which
    a crossing would feel.

    Raises:
        StorageError: nothing of the block was written.
    """
    lock: threading.Lock = engine.get_execution_options()["write_lock"]
    option = engine.execution_options(begin="IMMEDIATE")
    with (
        lock,
        storage_errors(place_name(engine)),
        Session(option, expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session
