import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from deepracer_desk import __version__
from deepracer_desk.domain.errors import DamagedDataError, NewerDataError, StorageError
from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.leaderboard import Mark
from deepracer_desk.domain.race_log import Armed, Configured, Crossing
from deepracer_desk.storage.clock_store import ClockStore
from deepracer_desk.storage.engine import close_engine, open_engine
from deepracer_desk.storage.events_store import EventsStore
from deepracer_desk.storage.migration import REVISIONS, known_revisions, migrate
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.rows import Row
from deepracer_desk.storage.standings_store import StandingsStore
from tests.storage.records import ANN, EVENT, RUN, TRACK, a_lap, a_result, a_world, an_entry, configured

HERE = Path(__file__).parent
LATER = (REVISIONS, HERE / "later_revisions")
FAILING = (REVISIONS, HERE / "failing_revisions")
TEARING = (REVISIONS, HERE / "tearing_revisions")
OLD_FILES = sorted((HERE / "old_files").glob("*.sql"))


def a_race_day(engine: Engine) -> None:
    a_world(engine)
    store = RacesStore(engine)
    store.create_run(RUN, configured())
    store.append(RUN, [an_entry(2, Armed())], a_result(a_lap(0), a_lap(1)))


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def words(sql: str) -> list[str]:
    return sorted(sql.replace(",", " ").split())


def test_migrated_tables_are_those_of_the_rows(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Row.metadata) == []
        named = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'")
        )
        migrated = {row.name: row.sql for row in named}
    # Checks and names of constraints, which the comparison above does not see.
    for table in Row.metadata.sorted_tables:
        made = str(CreateTable(table).compile(engine))
        assert words(made) == words(migrated[table.name]), table.name


def test_the_tables_can_be_made_on_a_postgresql_server() -> None:
    dialect = postgresql.dialect()  # pyright: ignore[reportNoOverloadImplementation, reportUnknownMemberType]
    made = [str(CreateTable(table).compile(dialect=dialect)) for table in Row.metadata.sorted_tables]
    made += [
        str(CreateIndex(index).compile(dialect=dialect))
        for table in Row.metadata.sorted_tables
        for index in table.indexes
    ]
    everything = "\n".join(made)
    assert "TIMESTAMP WITH TIME ZONE" in everything
    assert "SERIAL" not in everything  # every key is ours
    assert "DATETIME" not in everything


def test_a_new_file_needs_no_backup(file: Path, tmp_path: Path) -> None:
    engine = open_engine(file)
    done = migrate(engine, tmp_path / "backups")
    close_engine(engine)
    assert (done.before, done.after, done.backup) == ("", known_revisions()[0], None)
    assert not (tmp_path / "backups").exists()


def test_a_file_of_this_version_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    done = migrate(engine, tmp_path / "backups")
    assert (done.before, done.backup) == (done.after, None)
    assert not (tmp_path / "backups").exists()


def test_the_folder_of_the_data_may_have_any_name(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "50 % [of] ünï\N{RACING CAR}" / "desk?x=1#.sqlite")
    migrate(engine, tmp_path / "backups")
    a_race_day(engine)
    assert len(RacesStore(engine).entries(RUN)) == 2
    close_engine(engine)


def test_an_older_file_is_copied_then_upgraded(engine: Engine, file: Path, tmp_path: Path) -> None:
    a_race_day(engine)
    done = migrate(engine, tmp_path / "backups", revisions=LATER)
    assert (done.before, done.after) == ("0001", "9999")
    assert done.backup is not None
    assert done.backup.parent == tmp_path / "backups"
    assert done.backup.name.endswith("_before-upgrade.sqlite")
    assert rows(done.backup, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert rows(done.backup, "SELECT racer_id, country FROM racers ORDER BY 1") == [("ann", ""), ("ben", "")]
    assert rows(file, "SELECT racer_id, nation, club FROM racers ORDER BY 1") == [
        ("ann", "", "none"),
        ("ben", "", "none"),
    ]
    assert len(RacesStore(engine).entries(RUN)) == 2  # rebuilding racers emptied nothing


def test_without_room_for_the_copy_nothing_is_upgraded(engine: Engine, file: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").write_text("a file where the folder should be")
    with pytest.raises(StorageError):
        migrate(engine, tmp_path / "backups", revisions=LATER)
    assert rows(file, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_an_upgrade_that_ends_half_way_changes_nothing(engine: Engine, file: Path, tmp_path: Path) -> None:
    a_race_day(engine)
    ClockStore(engine).beat(5)
    with pytest.raises(StorageError):
        migrate(engine, tmp_path / "backups", revisions=FAILING)
    assert rows(file, "SELECT name FROM sqlite_master WHERE name = 'half'") == []
    assert rows(file, "SELECT version_num FROM alembic_version") == [("0001",)]
    assert ClockStore(engine).last_beat() == 5
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_an_upgrade_that_tears_rows_apart_is_rolled_back(engine: Engine, file: Path, tmp_path: Path) -> None:
    a_race_day(engine)
    with pytest.raises(DamagedDataError, match="missing"):
        migrate(engine, tmp_path / "backups", revisions=TEARING)
    assert rows(file, "SELECT count(*) FROM racers") == [(2,)]


def test_a_newer_file_is_refused_with_both_versions(engine: Engine, file: Path, tmp_path: Path) -> None:
    migrate(engine, tmp_path / "backups", revisions=LATER)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE desk SET desk_version = '7.0.0'")
    with pytest.raises(NewerDataError) as caught:
        migrate(engine, tmp_path / "more")
    assert "7.0.0" in str(caught.value)
    assert __version__ in str(caught.value)
    assert caught.value.hint
    assert not (tmp_path / "more").exists()
    assert rows(file, "SELECT version_num FROM alembic_version") == [("9999",)]


def test_a_much_newer_file_is_refused_even_when_it_keeps_its_version_elsewhere(
    engine: Engine, file: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE desk")
        connection.execute("UPDATE alembic_version SET version_num = '0815'")
    with pytest.raises(NewerDataError, match="unknown"):
        migrate(engine, tmp_path / "backups")


def a_text(path: Path) -> None:
    path.write_text("These are the notes of the race director. " * 100)


def a_torn_file(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])


def a_scribbled_file(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[4096 : 3 * 4096] = b"\xa5" * (2 * 4096)
    path.write_bytes(whole)


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")


def without_its_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")


@pytest.mark.parametrize(
    "spoil", [a_text, a_torn_file, a_scribbled_file, of_another_program, without_its_version]
)
def test_a_file_that_is_not_whole_is_told_with_the_next_step(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / "desk.sqlite"
    engine = open_engine(path)
    migrate(engine, tmp_path / "backups")
    a_race_day(engine)
    close_engine(engine)
    spoil(path)
    engine = open_engine(path)
    with pytest.raises(DamagedDataError) as caught:
        migrate(engine, tmp_path / "backups")
    close_engine(engine)
    assert str(path) in str(caught.value)
    assert caught.value.hint


def test_every_revision_of_a_release_has_an_old_file() -> None:
    assert {path.stem for path in OLD_FILES} >= set(known_revisions())


@pytest.mark.parametrize("old", OLD_FILES, ids=lambda path: path.stem)
def test_an_old_file_opens_with_everything_in_it(old: Path, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(old.read_text(encoding="utf-8"))
    engine = open_engine(file)
    migrate(engine, tmp_path / "backups")
    event = EventsStore(engine).get(EVENT)
    assert event is not None
    assert [track.track_id for track in event.tracks] == [TRACK]
    assert [racer.name for racer in PeopleStore(engine).all()] == ["Ann Example", "Ben Beispiel"]
    store = RacesStore(engine)
    assert [type(entry.action) for entry in store.entries(RUN)] == [Configured, Armed, Crossing]
    assert [lap.time_us for lap in store.laps(RUN)] == [8_000_000, 8_100_000]
    assert store.positions("0badcafe") == {7: 1}
    standings = StandingsStore(engine)
    before = standings.summaries(EVENT, TRACK)
    assert [(summary.racer_id, summary.runs, summary.laps[0]) for summary in before] == [
        (RacerId(ANN), 1, Mark(time_us=8_000_000, driven_at=before[0].laps[0].driven_at))
    ]
    standings.rebuild(EVENT)
    assert standings.summaries(EVENT, TRACK) == before
    close_engine(engine)
