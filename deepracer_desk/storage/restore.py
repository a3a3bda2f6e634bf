"""Puts a database that was laid ready in the place of the old one, which is kept aside.

A power cut at any moment leaves either the old database, or the new one, or both with the swap still to be
done by the next start.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.storage.database_copy import PART, STAMP, sync_folder
from deepracer_desk.storage.failures import disk_errors

STAGED = ".restored"  # ends the name of a checked database that waits for its place
BESIDE = ("", "-wal", "-shm", "-journal")  # a database and the files that belong to it


def staged_name(database: Path) -> Path:
    """Return where the database that shall replace `database` lies ready."""
    return database.with_name(database.name + STAGED)


def finish_restore(database: Path) -> Path | None:
    """Swap when a database lies ready; nothing may have the old one open.

    Returns:
        The folder with the old database, None when nothing was swapped or there was none before.

    Raises:
        StorageError: another program has the old database open, or the disk refuses.
    """
    staged = staged_name(database)
    if not staged.exists():
        return None
    with disk_errors(f"The file {database}"):
        aside = _keep_aside(database) if database.exists() else None
        # A log of the old database beside the new one would be played into it.
        for end in BESIDE[1:]:
            database.with_name(database.name + end).unlink(missing_ok=True)
        sync_folder(database.parent)
        staged.replace(database)
        sync_folder(database.parent)
    return aside


def _keep_aside(database: Path) -> Path:
    folder = database.with_name(f"before restore {datetime.now(UTC).strftime(STAMP)}")
    part = folder.with_name(folder.name + PART)
    part.mkdir()
    try:
        _copy_all(database, part)
        _refuse_while_used(database)
    except BaseException:
        shutil.rmtree(part)
        raise
    part.replace(folder)
    sync_folder(folder.parent)
    return folder


def _copy_all(database: Path, folder: Path) -> None:
    """Copy byte by byte: opening a damaged database would throw its log away."""
    for end in BESIDE:
        old = database.with_name(database.name + end)
        if old.exists():
            copy = Path(shutil.copy2(old, folder / old.name))
            with copy.open("rb+") as file:
                os.fsync(file.fileno())
    sync_folder(folder)


def _refuse_while_used(database: Path) -> None:
    try:
        with closing(sqlite3.connect(database, timeout=1.0)) as writer:
            writer.execute("PRAGMA journal_mode=DELETE")  # only the last one to use it may do this
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StorageError(
                f"Another program uses {database}.", hint="Close it; then start the desk again."
            ) from error
    except sqlite3.DatabaseError:
        pass  # a damaged database may well be why another one is put in its place
