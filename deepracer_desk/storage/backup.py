"""The folder of backups: one whole, checked database file each, the oldest thrown away in turn."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.storage.archive import export_archive
from deepracer_desk.storage.database_copy import STAMP, SUFFIX, BackupReason, copy_database
from deepracer_desk.storage.engine import sqlite_path
from deepracer_desk.storage.failures import disk_errors

KEEP_HOURLY = 24  # files
KEEP_DAILY = 7  # days before those, one file each
KEEP_SUBMITTED = 20  # files


def _now_utc() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One file in the folder of backups."""

    path: Path
    utc: datetime
    reason: BackupReason


class BackupFolder:
    """Makes, lists and prunes backups. Every method may be called on any thread."""

    def __init__(self, engine: Engine, folder: Path, *, utc: Callable[[], datetime] = _now_utc) -> None:
        self._engine = engine
        self._folder = folder
        self._utc = utc

    def backup(self, reason: str = BackupReason.MANUAL) -> Path:
        """Copy the database while it is in use, check the copy, and throw away what is too old.

        Args:
            reason: a value of BackupReason.

        Raises:
            StorageError: there is no room, the folder cannot be written, or the database is on a server.
        """
        path = copy_database(self._file(), self._folder, BackupReason(reason), self._utc())
        self.prune()
        return path

    def export(self, target: Path) -> Path:
        """Write everything into one file that another desk can restore.

        Raises:
            StorageError: the file cannot be written, or the database is on a server.
        """
        export_archive(self._file(), target, self._utc())
        return target

    def all(self) -> list[Backup]:
        """Return the backups, the newest first."""
        with disk_errors(f"The folder {self._folder}"):
            files = list(self._folder.iterdir()) if self._folder.is_dir() else []
        found = [backup for backup in map(_read_name, files) if backup is not None]
        return sorted(found, key=lambda backup: backup.utc, reverse=True)

    def newest(self) -> datetime | None:
        """Return when the newest backup was made, None when there is none."""
        return next((backup.utc for backup in self.all()), None)

    def prune(self) -> None:
        """Delete backups that others have made unnecessary; manual ones and those before upgrades stay."""
        for backup in superseded(self.all()):
            with disk_errors(f"The file {backup.path}"):
                backup.path.unlink(missing_ok=True)

    def _file(self) -> Path:
        path = sqlite_path(self._engine)
        if path is None:
            raise StorageError("The data is on a database server.", hint="Make the backup on the server.")
        return path


def superseded(backups: Iterable[Backup]) -> list[Backup]:
    """Return the backups that may go: of the hourly ones 24 stay, and before those one a day for 7 days."""
    newest_first = sorted(backups, key=lambda backup: backup.utc, reverse=True)
    hourly = [backup for backup in newest_first if backup.reason is BackupReason.HOURLY]
    submitted = [backup for backup in newest_first if backup.reason is BackupReason.SUBMITTED]
    days = dict[date, Backup]()
    for backup in hourly[KEEP_HOURLY:]:
        days.setdefault(backup.utc.date(), backup)
    daily = set(list(days.values())[:KEEP_DAILY])
    return [backup for backup in hourly[KEEP_HOURLY:] if backup not in daily] + submitted[KEEP_SUBMITTED:]


def _read_name(path: Path) -> Backup | None:
    stamp, _, reason = path.name.removesuffix(SUFFIX).partition("_")
    if path.suffix != SUFFIX:
        return None
    try:
        utc = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)
        return Backup(path=path, utc=utc, reason=BackupReason(reason))
    except ValueError:
        return None  # somebody else's file
