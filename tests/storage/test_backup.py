import sqlite3
import threading
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deepracer_desk.domain.errors import DamagedDataError, StorageError
from deepracer_desk.domain.ids import RunId
from deepracer_desk.storage.backup import Backup, BackupFolder, superseded
from deepracer_desk.storage.database_copy import BackupReason, check_whole, copy_checked
from deepracer_desk.storage.engine import close_engine
from deepracer_desk.storage.races_store import RacesStore
from tests.storage.records import NOON, RUN, a_world, an_entry, configured


class Calendar:
    """A wall clock that goes on when told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def calendar() -> Calendar:
    return Calendar()


@pytest.fixture
def folder(engine: Engine, tmp_path: Path, calendar: Calendar) -> BackupFolder:
    return BackupFolder(engine, tmp_path / "backups", utc=calendar)


def test_a_backup_is_one_whole_file_named_by_moment_and_reason(
    folder: BackupFolder, engine: Engine, tmp_path: Path
) -> None:
    a_world(engine)
    RacesStore(engine).create_run(RUN, configured())  # still in the write-ahead log
    path = folder.backup("submitted")
    assert path == tmp_path / "backups" / "2026-08-01T12-00-00.000000Z_submitted.sqlite"
    assert list(path.parent.iterdir()) == [path]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT run_id FROM runs").fetchall() == [(RUN,)]
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_backups_of_the_same_moment_do_not_replace_each_other(folder: BackupFolder) -> None:
    assert folder.newest() is None
    assert folder.all() == []
    paths = [folder.backup() for _ in range(3)]
    assert len(set(paths)) == 3
    assert [backup.path for backup in folder.all()] == paths[::-1]
    assert folder.newest() == NOON + timedelta(microseconds=2)
    assert {backup.reason for backup in folder.all()} == {BackupReason.MANUAL}


def test_files_of_others_in_the_folder_are_left_alone(folder: BackupFolder, tmp_path: Path) -> None:
    path = folder.backup()
    for name in ("notes.txt", "today_hourly.sqlite", "2026-08-01T12-00-00.000000Z_party.sqlite"):
        (path.parent / name).write_text("")
    assert [backup.path for backup in folder.all()] == [path]
    folder.prune()
    assert len(list(path.parent.iterdir())) == 4


def test_a_backup_while_others_write_is_one_state(folder: BackupFolder, engine: Engine) -> None:
    a_world(engine)
    store = RacesStore(engine)
    stop = threading.Event()

    def drive() -> None:
        number = 0
        while not stop.is_set():
            run_id = RunId(f"run-{number}")
            store.create_run(run_id, configured())
            store.append(run_id, [an_entry(2, configured().action), an_entry(3, configured().action)])
            number += 1

    writer = threading.Thread(target=drive)
    writer.start()
    try:
        paths = [folder.backup() for _ in range(5)]
    finally:
        stop.set()
        writer.join(30)
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            sizes = connection.execute("SELECT count(*) FROM run_entries GROUP BY run_id").fetchall()
        assert {size for (size,) in sizes} <= {1, 3}


def test_a_damaged_database_makes_no_backup(tmp_path: Path, engine: Engine, file: Path) -> None:
    a_world(engine)
    close_engine(engine)
    whole = bytearray(file.read_bytes())
    whole[2 * 4096 : 4 * 4096] = b"\xa5" * 2 * 4096
    file.write_bytes(whole)
    with pytest.raises(DamagedDataError):
        copy_checked(file, tmp_path / "copy.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_rows_that_point_nowhere_are_damage(file: Path, engine: Engine) -> None:
    a_world(engine)
    close_engine(engine)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM events")
    with pytest.raises(DamagedDataError):
        check_whole(file)


def test_a_folder_that_cannot_be_made_is_told(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match="taken"):
        BackupFolder(engine, tmp_path / "taken").backup()


def test_a_reason_that_does_not_exist_is_a_fault_of_the_program(folder: BackupFolder) -> None:
    with pytest.raises(ValueError, match="sometimes"):
        folder.backup("sometimes")


# --- pruning ------------------------------------------------------------------------------------


def a_backup(hours: float, reason: BackupReason) -> Backup:
    utc = NOON - timedelta(hours=hours)
    return Backup(path=Path(f"{utc:%d-%H}-{reason}"), utc=utc, reason=reason)


def test_24_hourly_backups_stay_and_one_a_day_for_7_days_before() -> None:
    hourly = [a_backup(hours, BackupReason.HOURLY) for hours in range(24 * 12)]
    gone = set(superseded(hourly))
    kept = [backup for backup in hourly if backup not in gone]
    assert kept[:24] == hourly[:24]
    days = kept[24:]
    assert len(days) == 7
    assert [backup.utc.date() for backup in days] == [(NOON - timedelta(days=n)).date() for n in range(1, 8)]
    assert all(backup.utc.hour == 23 for backup in days[1:])  # the last one of its day


def test_20_backups_after_submissions_stay() -> None:
    submitted = [a_backup(number / 60, BackupReason.SUBMITTED) for number in range(30)]
    assert superseded(submitted[::-1]) == submitted[20:]


@pytest.mark.parametrize("reason", [BackupReason.MANUAL, BackupReason.BEFORE_UPGRADE])
def test_backups_of_people_and_of_upgrades_stay(reason: BackupReason) -> None:
    assert superseded([a_backup(hours, reason) for hours in range(1000)]) == []


def test_a_backup_throws_away_what_it_supersedes(folder: BackupFolder, calendar: Calendar) -> None:
    for _ in range(22):
        folder.backup("submitted")
        calendar.now += timedelta(minutes=1)
    assert len(folder.all()) == 20
    assert folder.newest() == NOON + timedelta(minutes=21)
