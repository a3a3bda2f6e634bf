"""One file for everything: made to be carried to another desk, and not trusted when it comes back."""

import hashlib
import json
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, cast

from deepracer_desk import __version__
from deepracer_desk.domain.errors import DamagedDataError, StorageError
from deepracer_desk.storage.database_copy import PART, check_whole, copy_checked, put_in_place
from deepracer_desk.storage.engine import close_engine, sqlite_engine
from deepracer_desk.storage.failures import disk_errors, storage_errors
from deepracer_desk.storage.migration import current_revision, known_revisions, newer_data, upgrade_copy
from deepracer_desk.storage.plain_values import from_plain, to_plain
from deepracer_desk.storage.restore import staged_name

SUFFIX = ".drdesk"
MANIFEST = "manifest.json"
DATABASE = "desk.sqlite"
FORMAT = 1
MANIFEST_LIMIT = 64 * 1024  # bytes
DATABASE_LIMIT = 16 * 2**30  # bytes; a season of events has less than 1 GiB
CHUNK = 2**20  # bytes
COUNTED = ("racers", "events", "runs", "run_entries")
DAMAGED_HINT = "Copy the file anew, or choose another one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself.

    Attributes:
        revision: of the tables.
        sha256: of the database inside, hexadecimal.
        size: of the database inside [bytes].
    """

    format: int
    desk_version: str
    revision: str
    made_utc: datetime
    sha256: str
    size: int
    racers: int
    events: int
    runs: int
    entries: int


def export_archive(database: Path, target: Path, utc: datetime) -> Manifest:
    """Write a database, also one in use, into one archive; `target` appears only when it is whole.

    Raises:
        StorageError: there is no room, or the file cannot be written.
        DamagedDataError: the database does not pass its check.
    """
    copy = target.with_name(target.name + ".sqlite")
    part = target.with_name(target.name + PART)
    with disk_errors(f"The file {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_checked(database, copy)
            manifest = _describe(copy, utc)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr(MANIFEST, json.dumps(to_plain(manifest), indent=2))
                archive.write(copy, DATABASE)
            put_in_place(part, target)
        finally:
            copy.unlink(missing_ok=True)
            part.unlink(missing_ok=True)
    return manifest


def _describe(copy: Path, utc: datetime) -> Manifest:
    with storage_errors(f"The copy {copy}"), closing(sqlite3.connect(copy)) as reader:
        revision = reader.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        racers, events, runs, entries = (
            reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own names
            for table in COUNTED
        )
    digest = hashlib.sha256()
    with copy.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return Manifest(
        format=FORMAT,
        desk_version=__version__,
        revision=revision,
        made_utc=utc,
        sha256=digest.hexdigest(),
        size=copy.stat().st_size,
        racers=racers,
        events=events,
        runs=runs,
        entries=entries,
    )


def restore_archive(source: Path, into: Path) -> Manifest:
    """Check an archive and lay its database ready; the next `open_engine(into)` puts it in place.

    Until then the old database stays in use and in place. When it is replaced, it is kept aside.

    Args:
        source: the archive.
        into: the database file to replace; it need not exist.

    Raises:
        NewerDataError: a newer version of the desk wrote the archive.
        DamagedDataError: the archive is not whole, or not one of the desk's.
        StorageError: it cannot be read, or there is no room.
    """
    staged = staged_name(into)
    part = staged.with_name(staged.name + PART)
    with disk_errors(f"The file {source}"):
        into.parent.mkdir(parents=True, exist_ok=True)
        try:
            manifest = _unpack(source, part)
            check_database(part, manifest.revision)
            put_in_place(part, staged)
        finally:
            part.unlink(missing_ok=True)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """Return what an archive says of itself, for a question before restoring; its content is not checked.

    Raises:
        StorageError: as `restore_archive`.
    """
    with disk_errors(f"The file {source}"), _opened(source) as archive:
        return _manifest(source, archive)


def _unpack(source: Path, part: Path) -> Manifest:
    with _opened(source) as archive:
        manifest = _manifest(source, archive)
        try:
            with archive.open(DATABASE) as packed, part.open("wb") as file:
                _refuse_without_room(part, manifest.size)
                digest = _copy_limited(packed, file, manifest.size)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise _damaged(source, "its content cannot be unpacked") from error
    if digest != manifest.sha256:
        raise _damaged(source, "its content is not what was packed")
    return manifest


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise _damaged(source, "it is not whole, or not an archive") from error
    # Nothing is unpacked by the names inside, so that no name can lead out of the folder.
    if sorted(archive.namelist()) != sorted((MANIFEST, DATABASE)):
        archive.close()
        raise _damaged(source, "it does not hold what the desk packs")
    return archive


def _manifest(source: Path, archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as packed:
            manifest = from_plain(Manifest, cast("object", json.loads(packed.read(MANIFEST_LIMIT))))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _damaged(source, "its manifest cannot be read") from error
    except DamagedDataError as error:
        raise _damaged(source, "its manifest makes no sense") from error
    if manifest.format != FORMAT or manifest.revision not in known_revisions():
        raise newer_data(f"The file {source}", manifest.desk_version, manifest.revision)
    if not 0 < manifest.size <= DATABASE_LIMIT:
        raise _damaged(source, "its manifest names an impossible size")
    return manifest


def _copy_limited(packed: IO[bytes], file: IO[bytes], size: int) -> str:
    """Unpack at most `size` bytes, whatever the archive would unfold to, and return their SHA-256."""
    digest = hashlib.sha256()
    left = size
    while left and (chunk := packed.read(min(CHUNK, left))):
        digest.update(chunk)
        file.write(chunk)
        left -= len(chunk)
    return "" if packed.read(1) else digest.hexdigest()


def _refuse_without_room(part: Path, size: int) -> None:
    if shutil.disk_usage(part.parent).free < size:
        raise StorageError(
            f"The archive needs {size // 2**20 + 1} MiB in {part.parent}, which are not there.",
            hint="Make room; then restore again.",
        )


def check_database(path: Path, revision: str) -> None:
    """Check a database that came from anywhere, and bring it up to date.

    Raises:
        DamagedDataError: it is damaged, or holds what no desk writes.
    """
    check_whole(path)
    with storage_errors(f"The file {path}"), closing(sqlite3.connect(path)) as reader:
        reader.execute("PRAGMA trusted_schema=OFF")
        # A trigger or a view would run somebody else's SQL with every lap.
        foreign = reader.execute(
            "SELECT count(*) FROM sqlite_master "
            "WHERE type NOT IN ('table', 'index') OR upper(sql) LIKE 'CREATE VIRTUAL%'"
        ).fetchone()[0]
    if foreign:
        raise _damaged(path, "it holds what no desk writes")
    engine = sqlite_engine(path, pooled=False)
    try:
        if current_revision(engine) != revision:
            raise _damaged(path, "it is not of the version it claims")
        upgrade_copy(engine)
    finally:
        close_engine(engine)


def _damaged(source: Path, fact: str) -> DamagedDataError:
    return DamagedDataError(f"The file {source} is damaged: {fact}.", hint=DAMAGED_HINT)
