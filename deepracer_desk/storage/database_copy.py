"""Copies of the database while it is in use: one whole, checked file each."""

import contextlib
import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from deepracer_desk.domain.errors import DamagedDataError
from deepracer_desk.storage.failures import disk_errors, storage_errors


class BackupReason(StrEnum):
    """Why a copy was made; part of its name."""

    HOURLY = "hourly"
    SUBMITTED = "submitted"
    BEFORE_UPGRADE = "before-upgrade"
    MANUAL = "manual"


STAMP = "%Y-%m-%dT%H-%M-%S.%fZ"
SUFFIX = ".sqlite"
PART = ".part"  # ends the name of a file that is not whole yet


def copy_database(source: Path, folder: Path, reason: BackupReason, utc: datetime) -> Path:
    """Copy a database into `folder`, named by moment and reason, and check the copy.

    Raises:
        StorageError: there is no room, or the folder cannot be written.
        DamagedDataError: the database does not pass its check.
    """
    with disk_errors(f"The folder {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        target = _free_name(folder, reason, utc)
    copy_checked(source, target)
    return target


def _free_name(folder: Path, reason: BackupReason, utc: datetime) -> Path:
    while (target := folder / f"{utc.strftime(STAMP)}_{reason.value}{SUFFIX}").exists():
        utc += timedelta(microseconds=1)
    return target


def copy_checked(source: Path, target: Path) -> None:
    """Copy a database, also while others write to it; `target` appears only when it is whole and sound."""
    part = target.with_name(target.name + PART)
    with disk_errors(f"The file {target}"):
        part.unlink(missing_ok=True)
        try:
            with storage_errors(f"The copy {target}"):
                _copy(source, part)
            check_whole(part)
            put_in_place(part, target)
        finally:
            part.unlink(missing_ok=True)


def _copy(source: Path, part: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as reader,
        closing(sqlite3.connect(part)) as writer,
    ):
        # All pages in one step: with several, every commit in between would start the copy anew.
        reader.backup(writer, pages=-1)
        writer.execute("PRAGMA journal_mode=DELETE")  # a copy is one file, without a log beside it


def check_whole(path: Path) -> None:
    """Check every page and every reference of a database that nobody uses.

    Raises:
        DamagedDataError: the check found something.
    """
    place = f"The file {path}"
    with (
        storage_errors(place),
        closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as reader,
    ):
        reader.execute("PRAGMA trusted_schema=OFF")
        verdict = reader.execute("PRAGMA integrity_check(1)").fetchone()
        loose = reader.execute("PRAGMA foreign_key_check").fetchone()
    if verdict != ("ok",) or loose is not None:
        raise DamagedDataError(f"{place} is damaged.", hint="Use another backup.")


def put_in_place(part: Path, target: Path) -> None:
    """Give a finished file its name so that a power cut leaves either none or all of it."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make names in a folder last; systems that cannot do so keep them by themselves."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
