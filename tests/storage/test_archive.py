import hashlib
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deepracer_desk.domain.errors import DamagedDataError, NewerDataError, StorageError
from deepracer_desk.storage import archive as archives
from deepracer_desk.storage import restore as restores
from deepracer_desk.storage.archive import export_archive, read_manifest, restore_archive
from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.migration import migrate
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.restore import finish_restore
from tests.storage.records import ANN, BEN, NOON, RUN, a_racer, a_world, configured

# What an attacker or a broken disk can do to an archive: (manifest, database) in, the same out.
Parts = tuple[dict[str, object], bytes]


@pytest.fixture
def exported(engine: Engine, file: Path, tmp_path: Path) -> Path:
    a_world(engine)
    RacesStore(engine).create_run(RUN, configured())
    export_archive(file, tmp_path / "out" / "day.drdesk", NOON)
    close_engine(engine)
    return tmp_path / "out" / "day.drdesk"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A desk with a racer of its own."""
    path = tmp_path / "target" / "desk.sqlite"
    engine = open_engine(path)
    migrate(engine, tmp_path / "backups")
    PeopleStore(engine).add(a_racer(name="Old Hand"))
    close_engine(engine)
    return path


def names(path: Path, tmp_path: Path) -> list[str]:
    engine = open_engine(path)
    migrate(engine, tmp_path / "backups")
    found = [racer.name for racer in PeopleStore(engine).all()]
    close_engine(engine)
    return found


def repack(exported: Path, change: Callable[[dict[str, object], bytes], Parts], *, seal: bool = True) -> None:
    with zipfile.ZipFile(exported) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        database = archive.read("desk.sqlite")
    manifest, database = change(manifest, database)
    if seal:
        manifest |= {"sha256": hashlib.sha256(database).hexdigest(), "size": len(database)}
    with zipfile.ZipFile(exported, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("desk.sqlite", database)


def with_sql(sql: str, tmp_path: Path) -> Callable[[dict[str, object], bytes], Parts]:
    def change(manifest: dict[str, object], database: bytes) -> Parts:
        path = tmp_path / "changed.sqlite"
        path.write_bytes(database)
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(sql)
        return manifest, path.read_bytes()

    return change


# --- whole archives -----------------------------------------------------------------------------


def test_an_archive_says_what_is_in_it(exported: Path) -> None:
    manifest = read_manifest(exported)
    assert (manifest.racers, manifest.events, manifest.runs, manifest.entries) == (2, 1, 1, 1)
    assert (manifest.made_utc, manifest.revision) == (NOON, "0001")
    assert list(exported.parent.iterdir()) == [exported]


def test_what_was_exported_comes_back_on_another_desk(exported: Path, target: Path, tmp_path: Path) -> None:
    restore_archive(exported, target)
    assert names(target, tmp_path) == [ANN, BEN]
    engine = open_engine(target)
    assert RacesStore(engine).entries(RUN) == [configured()]
    close_engine(engine)


def test_the_old_database_stays_until_the_next_start_and_is_kept_aside(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    engine = open_engine(target)
    restore_archive(exported, target)
    PeopleStore(engine).add(a_racer(BEN, "Just Now"))
    close_engine(engine)
    assert names(target, tmp_path) == [ANN, BEN]
    (aside,) = [path for path in target.parent.iterdir() if path.is_dir()]
    assert names(aside / target.name, tmp_path) == ["Just Now", "Old Hand"]
    assert sorted(path.name for path in target.parent.iterdir()) == sorted([aside.name, target.name])


def test_an_archive_can_be_restored_where_nothing_was(exported: Path, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "desk.sqlite"
    restore_archive(exported, path)
    assert names(path, tmp_path) == [ANN, BEN]
    assert list(path.parent.iterdir()) == [path]


def test_an_old_database_that_is_damaged_can_be_replaced_and_is_kept_with_its_log(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    target.write_bytes(b"not a database at all" * 500)
    log = target.with_name(target.name + "-wal")
    log.write_bytes(b"some log")
    restore_archive(exported, target)
    assert names(target, tmp_path) == [ANN, BEN]
    (aside,) = [path for path in target.parent.iterdir() if path.is_dir()]
    assert {path.name for path in aside.iterdir()} == {target.name, log.name}
    assert (aside / log.name).read_bytes() == b"some log"
    assert not log.exists()


def test_a_log_of_the_old_database_is_never_played_into_the_new_one(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    engine = open_engine(target)
    PeopleStore(engine).save(a_racer(name="From The Log"))
    torn = tmp_path / "torn" / "desk.sqlite"  # as a killed desk leaves its folder
    torn.parent.mkdir()
    for end in ("", "-wal", "-shm"):
        shutil.copy(f"{target}{end}", f"{torn}{end}")
    close_engine(engine)
    restore_archive(exported, torn)
    assert names(torn, tmp_path) == [ANN, BEN]
    (aside,) = [path for path in torn.parent.iterdir() if path.is_dir()]
    assert names(aside / torn.name, tmp_path) == ["From The Log"]


def test_nothing_is_swapped_while_another_program_uses_the_old_database(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    restore_archive(exported, target)
    with closing(sqlite3.connect(target)) as other:
        other.execute("SELECT * FROM racers").fetchall()
        with pytest.raises(StorageError, match="Another program"):
            open_engine(target)
    assert not [path for path in target.parent.iterdir() if path.is_dir()]
    assert names(target, tmp_path) == [ANN, BEN]


@pytest.mark.parametrize("step", ["_keep_aside", "_copy_all", "_refuse_while_used", "sync_folder"])
def test_a_swap_that_is_cut_off_goes_on_at_the_next_start(
    exported: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    restore_archive(exported, target)
    real = getattr(restores, step)

    def cut_off(*arguments: object) -> None:
        real(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(restores, step, cut_off)
        with pytest.raises(KeyboardInterrupt):
            finish_restore(target)
    assert names(target, tmp_path) == [ANN, BEN]
    asides = [path for path in target.parent.iterdir() if path.is_dir() and path.suffix != ".part"]
    assert names(asides[0] / target.name, tmp_path) == ["Old Hand"]


# --- archives that are not ----------------------------------------------------------------------


def refused(exported: Path, target: Path, tmp_path: Path, kind: type[StorageError] = DamagedDataError) -> str:
    with pytest.raises(kind) as caught:
        restore_archive(exported, target)
    assert caught.value.hint
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert names(target, tmp_path) == ["Old Hand"]
    return str(caught.value)


def test_a_file_that_is_no_archive_is_refused(exported: Path, target: Path, tmp_path: Path) -> None:
    exported.write_text("lap times")
    assert str(exported) in refused(exported, target, tmp_path)
    exported.unlink()
    refused(exported, target, tmp_path, StorageError)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_an_archive_that_was_half_written_is_refused(
    exported: Path, target: Path, tmp_path: Path, share: float
) -> None:
    whole = exported.read_bytes()
    exported.write_bytes(whole[: int(len(whole) * share)])
    refused(exported, target, tmp_path)


def test_an_archive_with_any_flipped_byte_is_refused_or_whole(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    whole = exported.read_bytes()
    damaged = 0
    for place in range(0, len(whole), max(1, len(whole) // 40)):
        exported.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
        try:
            restore_archive(exported, target)
        except StorageError:
            damaged += 1
        else:  # a byte that means nothing, such as a date of the packer
            staged = restores.staged_name(target)
            assert hashlib.sha256(staged.read_bytes()).digest()
            staged.unlink()
        assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert damaged > 30


@pytest.mark.parametrize(
    "members",
    [
        ["manifest.json"],
        ["desk.sqlite"],
        ["manifest.json", "../desk.sqlite"],
        ["manifest.json", "/etc/desk.sqlite"],
        ["manifest.json", "desk.sqlite", "../../evil.py"],
        ["manifest.json", "desk.sqlite", "desk.sqlite-wal"],
        ["manifest.json", "DESK.SQLITE"],
    ],
)
def test_an_archive_with_other_members_is_refused(
    exported: Path, target: Path, tmp_path: Path, members: list[str]
) -> None:
    with zipfile.ZipFile(exported) as archive:
        parts = {Path(name).name.lower(): archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(exported, "w") as archive:
        for name in members:
            archive.writestr(name, parts.get(Path(name).name.lower(), b"evil"))
    refused(exported, target, tmp_path)
    assert not list(tmp_path.rglob("evil.py"))


def test_a_member_that_comes_twice_is_refused(exported: Path, target: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(exported, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("desk.sqlite", b"another")
    refused(exported, target, tmp_path)


def test_content_that_was_exchanged_is_refused(exported: Path, target: Path, tmp_path: Path) -> None:
    repack(exported, lambda manifest, database: (manifest, database[:-1] + b"\x01"), seal=False)
    assert "not what was packed" in refused(exported, target, tmp_path)


def test_content_that_unfolds_to_more_than_it_says_is_refused(
    exported: Path, target: Path, tmp_path: Path
) -> None:
    repack(exported, lambda manifest, database: (manifest, database + bytes(10_000_000)), seal=False)
    refused(exported, target, tmp_path)


@pytest.mark.parametrize("size", [0, -1, 2**40, "many", 1.5, None])
def test_an_impossible_size_is_refused(exported: Path, target: Path, tmp_path: Path, size: object) -> None:
    repack(exported, lambda manifest, database: (manifest | {"size": size}, database), seal=False)
    refused(exported, target, tmp_path)


def test_an_archive_larger_than_the_disk_is_refused_before_it_fills_it(
    exported: Path, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "DATABASE_LIMIT", 2**62)
    repack(exported, lambda manifest, database: (manifest | {"size": 2**60}, database), seal=False)
    assert "MiB" in refused(exported, target, tmp_path, StorageError)


@pytest.mark.parametrize(
    "manifest", ["", "[]", "null", '{"format": 1}', "[" * 20_000, "{}" * 40_000, '"' + "x" * 80_000 + '"']
)
def test_a_manifest_that_makes_no_sense_is_refused(
    exported: Path, target: Path, tmp_path: Path, manifest: str
) -> None:
    with zipfile.ZipFile(exported) as archive:
        database = archive.read("desk.sqlite")
    with zipfile.ZipFile(exported, "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("desk.sqlite", database)
    assert "manifest" in refused(exported, target, tmp_path)


@pytest.mark.parametrize("newer", [{"format": 2}, {"revision": "9999"}, {"weather": "rain"}])
def test_an_archive_of_a_newer_version_is_refused_as_such(
    exported: Path, target: Path, tmp_path: Path, newer: dict[str, object]
) -> None:
    repack(exported, lambda manifest, database: (manifest | newer, database))
    refused(exported, target, tmp_path, NewerDataError)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER evil AFTER INSERT ON laps BEGIN DELETE FROM racers; END",
        "CREATE VIEW evil AS SELECT 1",
        "CREATE VIRTUAL TABLE evil USING fts5(a)",
        "PRAGMA foreign_keys=OFF; DELETE FROM events",
        "DROP TABLE heartbeat",
        "ALTER TABLE racers DROP COLUMN colour",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
    ],
)
def test_a_database_that_holds_what_no_desk_writes_is_refused(
    exported: Path, target: Path, tmp_path: Path, sql: str
) -> None:
    repack(exported, with_sql(sql, tmp_path))
    refused(exported, target, tmp_path)


def test_content_that_is_no_database_is_refused(exported: Path, target: Path, tmp_path: Path) -> None:
    repack(exported, lambda manifest, _: (manifest, b"a picture of a car" * 1000))
    refused(exported, target, tmp_path)


def test_a_damaged_database_is_not_exported(engine: Engine, file: Path, tmp_path: Path) -> None:
    a_world(engine)
    close_engine(engine)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedDataError):
        export_archive(file, tmp_path / "out" / "day.drdesk", NOON)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(engine: Engine, file: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StorageError, match="taken"):
        export_archive(file, tmp_path / "taken" / "day.drdesk", NOON)
