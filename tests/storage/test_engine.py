import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from deepracer_desk.domain.errors import DamagedDataError, StorageError
from deepracer_desk.storage.clock_store import ClockStore
from deepracer_desk.storage.engine import (
    close_engine,
    open_engine,
    place_name,
    reading,
    sqlite_engine,
    writing,
)
from deepracer_desk.storage.failures import disk_errors, sentence_of
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.rows import RacerRow
from tests.storage.records import RUN, a_racer, a_world, an_entry, configured


def test_every_connection_is_set_up_against_power_cuts(engine: Engine) -> None:
    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            answers = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema")
            }
            assert answers == {
                "journal_mode": "wal",
                "synchronous": 2,  # full: each commit waits for the disk
                "foreign_keys": 1,
                "busy_timeout": 5000,
                "trusted_schema": 0,
            }


def test_what_raises_inside_a_transaction_undoes_all_of_it(engine: Engine) -> None:
    def add_and_raise() -> None:
        with writing(engine) as session:
            session.add(RacerRow(racer_id="x", name="X", country="", colour="", listed=True))
            session.flush()
            session.execute(text("CREATE TABLE half (id INTEGER)"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        add_and_raise()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM racers").scalar() == 0
        assert connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE name = 'half'").all() == []


def test_a_reader_sees_one_state_and_waits_for_no_writer(engine: Engine) -> None:
    people = PeopleStore(engine)
    people.add(a_racer())
    with writing(engine) as writer:
        writer.execute(text("DELETE FROM racers"))
        assert len(people.all()) == 1
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM racers")).scalar() == 0
        people.add(a_racer())
        assert reader.execute(text("SELECT count(*) FROM racers")).scalar() == 0


def test_closing_leaves_one_file_and_no_thread(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    before = threading.active_count()
    engine = sqlite_engine(path)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
        connection.commit()
    close_engine(engine)
    assert sorted(tmp_path.iterdir()) == [path]
    assert threading.active_count() == before


def test_a_file_can_be_named_by_url(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'desk.sqlite'}")
    assert place_name(engine) == f"The file {tmp_path / 'desk.sqlite'}"
    close_engine(engine)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "oracle-of-delphi://x", "://", "postgresql://a:b:c"]
)
def test_an_address_that_cannot_be_used_is_told_in_a_sentence(url: str) -> None:
    with pytest.raises(StorageError) as caught:
        open_engine(url)
    assert caught.value.hint


@pytest.mark.skipif(find_spec("psycopg") is not None, reason="the driver is installed")
def test_a_server_without_its_driver_is_told_without_the_password() -> None:
    with pytest.raises(StorageError, match="postgresql") as caught:
        open_engine("postgresql+psycopg://desk:secret@server.example/races")
    assert "secret" not in str(caught.value)


# --- what disks do ------------------------------------------------------------------------------


def on_every_connection(engine: Engine, pragma: str) -> None:
    engine.dispose()
    with engine.connect() as connection:  # the pool gives this one again
        connection.exec_driver_sql(pragma)


def test_a_full_disk_is_told_and_loses_nothing_that_was_stored(engine: Engine) -> None:
    a_world(engine)
    store = RacesStore(engine)
    store.create_run(RUN, configured())
    entries = [configured()]
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    on_every_connection(engine, f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for seq in range(2, 10_000):
            entry = an_entry(seq, configured().action)
            store.append(RUN, [entry])
            entries.append(entry)

    with pytest.raises(StorageError, match="is full") as caught:
        fill()
    assert caught.value.hint
    assert store.entries(RUN) == entries
    on_every_connection(engine, "PRAGMA max_page_count = 1000000")
    store.append(RUN, [an_entry(len(entries) + 1, configured().action)])


def test_a_file_that_cannot_be_written_is_told(engine: Engine) -> None:
    on_every_connection(engine, "PRAGMA query_only = ON")
    with pytest.raises(StorageError, match="cannot be written"):
        PeopleStore(engine).add(a_racer())
    on_every_connection(engine, "PRAGMA query_only = OFF")


def test_a_file_that_another_program_holds_is_told(engine: Engine, file: Path) -> None:
    on_every_connection(engine, "PRAGMA busy_timeout = 1")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program"):
            ClockStore(engine).beat(1)
        other.execute("ROLLBACK")
    ClockStore(engine).beat(2)


def test_a_folder_that_is_missing_is_told(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "nowhere" / "desk.sqlite")
    with pytest.raises(StorageError, match="cannot be opened"):
        PeopleStore(engine).all()
    close_engine(engine)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (sqlite3.OperationalError("database or disk is full"), StorageError, "is full"),
        (sqlite3.OperationalError("disk I/O error"), StorageError, "reports an error"),
        (sqlite3.DatabaseError("database disk image is malformed"), DamagedDataError, "is damaged"),
        (sqlite3.DatabaseError("file is not a database"), DamagedDataError, "not a database of the desk"),
        (sqlite3.OperationalError("something new"), StorageError, "something new"),
    ],
)
def test_errors_of_the_database_become_sentences(
    error: Exception, kind: type[StorageError], words: str
) -> None:
    told = sentence_of(error, "The file x")
    assert type(told) is kind
    assert words in str(told)
    assert told.hint


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OSError(28, "No space left on device"), "is full"),
        (lambda: PermissionError(13, "Permission denied"), "Permission denied"),
        (lambda: OSError("odd"), "odd"),
    ],
)
def test_errors_of_the_file_system_become_sentences(make: Callable[[], OSError], words: str) -> None:
    with pytest.raises(StorageError, match=words), disk_errors("The file x"):
        raise make()


def test_a_fault_of_the_program_is_no_storage_error(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine):
        _ = 1 // 0
    assert not issubclass(ProgrammingError, StorageError)


def test_many_readers_at_once_are_served(engine: Engine) -> None:
    a_world(engine)
    barrier = threading.Barrier(24)
    found = list[int]()

    def read() -> None:
        with reading(engine) as session:
            barrier.wait(30)  # all of them hold a connection now
            found.append(len(session.execute(text("SELECT 1 FROM racers")).all()))

    threads = [threading.Thread(target=read) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [2] * 24
