import threading
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from deepracer_desk.domain.errors import NewerDataError, StorageError
from deepracer_desk.domain.ids import RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.race_log import Armed, Configured, Crossing, Disarmed, ManualLap, Paused, Source
from deepracer_desk.storage.races_store import RacesStore
from tests.storage.records import (
    ANN,
    BEN,
    EVENT,
    RUN,
    TRACK,
    a_lap,
    a_result,
    a_setup,
    a_station_event,
    a_world,
    an_entry,
    at,
    configured,
)


@pytest.fixture
def store(engine: Engine) -> RacesStore:
    a_world(engine)
    return RacesStore(engine, utc=lambda: at(0))


def test_a_log_comes_back_as_it_was_written(store: RacesStore) -> None:
    entries = [configured(), an_entry(2, Armed()), an_entry(3, ManualLap(), source=Source.DESK)]
    store.create_run(RUN, entries[0])
    store.append(RUN, entries[1:])
    assert store.entries(RUN) == entries


def test_a_new_run_shows_its_setup(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    head = store.head(RUN)
    assert head is not None
    assert (head.event_id, head.track_id, head.racer_id, head.car_name) == (EVENT, TRACK, ANN, "Car 1")
    assert (head.state, head.best_us, head.laps, head.first_us, head.last_us) == (
        "open",
        None,
        0,
        1_000_000,
        1_000_000,
    )
    assert head.started_utc == head.created_utc == at(1)


def test_a_run_starts_when_it_was_armed_first(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    store.append(RUN, [an_entry(2, Armed()), an_entry(3, Disarmed()), an_entry(4, Armed())])
    head = store.head(RUN)
    assert head is not None
    assert (head.created_utc, head.started_utc, head.last_us) == (at(1), at(2), 4_000_000)


def test_a_late_entry_does_not_shorten_the_run(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    store.append(RUN, [an_entry(2, Armed(), at_us=9_000_000), an_entry(3, Paused(at_us=5_000_000), at_us=6)])
    head = store.head(RUN)
    assert head is not None
    assert (head.first_us, head.last_us) == (1_000_000, 9_000_000)


def test_settling_a_waiting_run_anew_changes_its_head(store: RacesStore) -> None:
    store.create_run(RUN, configured(None))
    store.append(RUN, [an_entry(2, Configured(setup=a_setup(BEN)))])
    head = store.head(RUN)
    assert head is not None
    assert (head.racer_id, head.racer_name) == (BEN, "ben")


def test_a_run_may_wait_without_racer_and_track(store: RacesStore) -> None:
    store.create_run(RUN, configured(None, TrackId("")))
    head = store.head(RUN)
    assert head is not None
    assert (head.racer_id, head.track_id) == (None, "")


def test_a_log_begins_with_its_setup(store: RacesStore) -> None:
    with pytest.raises(ValueError, match="begin"):
        store.create_run(RUN, an_entry(1, Armed()))


def test_a_run_is_created_once(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    with pytest.raises(StorageError):
        store.create_run(RUN, configured(BEN))
    assert store.entries(RUN) == [configured()]


def test_a_run_of_an_unknown_racer_leaves_nothing_behind(store: RacesStore) -> None:
    with pytest.raises(StorageError):
        store.create_run(RUN, configured(RacerId("nobody")))
    assert store.head(RUN) is None
    assert store.entries(RUN) == []


@pytest.mark.parametrize("seqs", [[1], [3], [2, 4], [2, 2], [3, 2]])
def test_entries_that_do_not_follow_are_refused_whole(store: RacesStore, seqs: list[int]) -> None:
    store.create_run(RUN, configured())
    before = store.head(RUN)
    with pytest.raises(StorageError, match="does not follow"):
        store.append(RUN, [an_entry(seq, Armed()) for seq in seqs], a_result(a_lap(0)))
    assert store.entries(RUN) == [configured()]
    assert store.head(RUN) == before
    assert store.laps(RUN) == ()


def test_an_entry_of_an_unknown_run_is_refused(store: RacesStore) -> None:
    with pytest.raises(StorageError, match="not in the data"):
        store.append(RUN, [an_entry(2, Armed())])


def test_a_result_fills_the_head(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    laps = (
        a_lap(0, 9_000_000),
        a_lap(1, 8_500_000),
        a_lap(2, 7_000_000, BEN, joins=False),
        a_lap(3, 6_000_000, outcome=LapOutcome.INVALIDATED),
        a_lap(4, 5_000_000, outcome=LapOutcome.DELETED, number=None),
        replace(a_lap(5, 500_000, outcome=LapOutcome.TOO_SHORT, number=None), position=None),
    )
    store.append(RUN, [an_entry(2, Armed())], a_result(*laps, state="open"))
    head = store.head(RUN)
    assert head is not None
    assert (head.state, head.best_us, head.laps) == ("open", 8_500_000, 4)
    assert store.laps(RUN) == ()  # only submitted runs have laps that count


def test_laps_of_a_submitted_run_come_back_as_they_were(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    full = a_lap(
        0,
        source=LapSource.INSERTED,
        resets=2,
        held=True,
        car_name="Car 2",
        bound_us=120,
        flags=frozenset({LapFlag.ESTIMATED, LapFlag.MOVED}),
        reason="seen by the judge",
    )
    store.append(RUN, [an_entry(2, Armed())], a_result(full, a_lap(1)))
    assert store.laps(RUN) == (full, a_lap(1))
    store.append(RUN, [], a_result(a_lap(1)))
    assert store.laps(RUN) == (a_lap(1),)
    store.append(RUN, [], a_result(a_lap(1), state="discarded"))
    assert store.laps(RUN) == ()


def test_runs_are_listed_newest_first_and_filtered(store: RacesStore) -> None:
    for number in range(4):
        entry = replace(configured(), at_us=number)
        store.create_run(RunId(f"run-{number}"), entry)
    store.append(RunId("run-1"), [], a_result())
    store.append(RunId("run-2"), [], a_result(state="discarded"))

    def ids(**filters: object) -> list[str]:
        return [head.run_id for head in store.heads(**filters)]  # pyright: ignore[reportArgumentType]

    assert ids() == ["run-3", "run-2", "run-1", "run-0"]
    assert ids(limit=2) == ["run-3", "run-2"]
    assert ids(open_only=True) == ["run-3", "run-0"]
    assert ids(states=("submitted", "discarded")) == ["run-2", "run-1"]
    assert ids(event_id=EVENT, track_id=TRACK, limit=1) == ["run-3"]
    assert ids(event_id="other") == []
    assert ids(track_id="other") == []


# --- station events -------------------------------------------------------------------------------


def crossing(seq: int, n: int) -> Crossing:
    return Crossing(station_id="0badcafe", epoch=7, n=n, clock=3, station_us=n * 1000)


def test_events_entries_and_results_are_one_transaction(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    with pytest.raises(StorageError):
        store.store_crossings([a_station_event(1)], {RUN: [an_entry(5, crossing(5, 1))]})
    assert store.known_events([("0badcafe", 7, 1)]) == set()
    assert store.positions("0badcafe") == {}
    store.store_crossings(
        [a_station_event(1)], {RUN: [an_entry(2, crossing(2, 1))]}, {RUN: a_result(a_lap(0), state="open")}
    )
    assert store.known_events([("0badcafe", 7, 1), ("0badcafe", 8, 1)]) == {("0badcafe", 7, 1)}
    assert store.entries(RUN)[1:] == [an_entry(2, crossing(2, 1))]
    head = store.head(RUN)
    assert head is not None
    assert head.laps == 1


def test_repeated_events_are_passed_over(store: RacesStore, engine: Engine) -> None:
    store.store_crossings([a_station_event(1), a_station_event(2), a_station_event(1)], {})
    store.store_crossings([a_station_event(2), a_station_event(3)], {})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT n FROM station_events ORDER BY n")).scalars().all() == [
            1,
            2,
            3,
        ]


def test_a_crossing_never_comes_twice_into_a_run(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    store.store_crossings([a_station_event(1)], {RUN: [an_entry(2, crossing(2, 1))]})
    with pytest.raises(StorageError, match="already"):
        store.store_crossings([a_station_event(1)], {RUN: [an_entry(3, crossing(3, 1))]})
    assert len(store.entries(RUN)) == 2


def test_a_crossing_that_belonged_to_no_run_may_be_given_to_one(store: RacesStore) -> None:
    store.create_run(RUN, configured())
    store.store_crossings([a_station_event(1)], {})
    store.append(RUN, [an_entry(2, crossing(2, 1))])
    assert len(store.entries(RUN)) == 2


def test_many_keys_can_be_asked_for(store: RacesStore) -> None:
    store.store_crossings([a_station_event(n) for n in range(1, 1301)], {})
    keys = [("0badcafe", 7, n) for n in range(1000, 2500)]
    assert store.known_events(keys) == {("0badcafe", 7, n) for n in range(1000, 1301)}
    assert store.known_events([]) == set()


@pytest.mark.parametrize(
    ("batches", "position"),
    [
        ([[1]], 1),
        ([[1, 2, 3]], 3),
        ([[1], [2], [3]], 3),
        ([[3, 1, 2]], 3),
        ([[1, 3]], 1),
        ([[1, 3], [2]], 3),
        ([[1, 2, 4, 5, 7], [3]], 5),
        ([[1, 2, 4, 5, 7], [6], [3]], 7),
        ([[5, 6]], 6),  # a desk that met the station late begins where it met it
        ([[5, 6], [3]], 3),
        ([[5, 6], [3], [4]], 6),
        ([[5, 6], [5, 6]], 6),
    ],
)
def test_positions_stop_before_a_gap(store: RacesStore, batches: list[list[int]], position: int) -> None:
    for batch in batches:
        store.store_crossings([a_station_event(n) for n in batch], {})
    assert store.positions("0badcafe") == {7: position}


def test_positions_are_kept_by_station_and_epoch(store: RacesStore) -> None:
    store.store_crossings([a_station_event(1), a_station_event(1, epoch=2**32 - 1)], {})
    store.store_crossings([a_station_event(4, station_id="other")], {})
    assert store.positions("0badcafe") == {7: 1, 2**32 - 1: 1}
    assert store.positions("other") == {7: 4}
    assert store.positions("never seen") == {}


def test_a_number_too_large_for_the_file_is_refused_with_a_sentence(store: RacesStore) -> None:
    with pytest.raises(StorageError, match="too large"):
        store.store_crossings([replace(a_station_event(1), station_us=2**80)], {})
    assert store.positions("0badcafe") == {}


# --- what can go wrong ----------------------------------------------------------------------------


def test_an_entry_of_a_newer_version_is_told_in_a_sentence(store: RacesStore, engine: Engine) -> None:
    store.create_run(RUN, configured())
    store.append(RUN, [an_entry(2, Armed())])
    for kind, source in (("teleported", "desk"), ("armed", "satellite")):
        with engine.begin() as connection:
            connection.execute(
                text("UPDATE run_entries SET kind = :kind, source = :source WHERE seq = 2"),
                {"kind": kind, "source": source},
            )
        with pytest.raises(NewerDataError, match="does not know"):
            store.entries(RUN)


def test_many_threads_write_their_runs_without_losing_a_line(store: RacesStore) -> None:
    troubles = list[BaseException]()

    def drive(number: int) -> None:
        try:
            run_id = RunId(f"run-{number}")
            store.create_run(run_id, configured())
            for seq in range(2, 22):
                store.append(run_id, [an_entry(seq, ManualLap())], a_result(state="open"))
                assert len(store.entries(run_id)) == seq
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            troubles.append(error)

    threads = [threading.Thread(target=drive, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert troubles == []
    assert all(len(store.entries(RunId(f"run-{number}"))) == 21 for number in range(6))
