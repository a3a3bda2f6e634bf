"""Racers, events, stations and the clock."""

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest
from sqlalchemy import Engine, text

from deepracer_desk.domain.clock_anchor import Anchor
from deepracer_desk.domain.errors import DamagedDataError, RefusedError, StorageError
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.race_formats import RankingMethod, StartRule
from deepracer_desk.storage.clock_store import ClockStore
from deepracer_desk.storage.events_store import EventsStore
from deepracer_desk.storage.people_store import PeopleStore
from deepracer_desk.storage.races_store import RacesStore
from deepracer_desk.storage.stations_store import PairedStation, StationsStore
from tests.storage.records import (
    ANN,
    BEN,
    EVENT,
    NOON,
    RUN,
    TRACK,
    a_lap,
    a_racer,
    a_result,
    a_world,
    an_event,
    at,
    configured,
)

# --- racers -------------------------------------------------------------------------------------


@pytest.fixture
def people(engine: Engine) -> PeopleStore:
    return PeopleStore(engine)


def test_racers_come_back_by_name(people: PeopleStore) -> None:
    zoe = a_racer(RacerId("z"), "zoë 竜", country="DE", colour="#FF0000")
    bob, ann = a_racer(BEN, "Bob"), a_racer(ANN, "ann")
    people.add(zoe)
    people.add_all([bob, ann])
    people.add_all([])
    assert people.all() == [ann, bob, zoe]
    assert people.get(RacerId("z")) == zoe
    assert people.get(RacerId("nobody")) is None


def test_of_several_racers_all_are_added_or_none(people: PeopleStore) -> None:
    people.add(a_racer())
    with pytest.raises(StorageError):
        people.add_all([a_racer(BEN, "Ben"), a_racer()])
    assert people.all() == [a_racer()]


def test_a_racer_is_changed(people: PeopleStore) -> None:
    people.save(a_racer())
    people.save(a_racer(name="Ann Other"))
    assert people.all() == [a_racer(name="Ann Other")]
    people.replace(a_racer(name="Ann Third"))
    assert people.all() == [a_racer(name="Ann Third")]
    with pytest.raises(RefusedError):
        people.replace(a_racer(BEN))
    assert people.get(BEN) is None


def test_a_racer_who_never_drove_is_gone(people: PeopleStore) -> None:
    people.add(a_racer())
    people.remove(ANN)
    people.remove(ANN)
    assert people.all() == []
    assert people.get(ANN) is None


def test_a_racer_who_drove_leaves_the_list_but_not_the_runs(people: PeopleStore, engine: Engine) -> None:
    a_world(engine)
    runs = RacesStore(engine)
    runs.create_run(RUN, configured())
    runs.append(RUN, [], a_result(a_lap(0, racer_id=BEN, joins=False)))
    people.remove(ANN)
    people.remove(BEN)
    assert people.all() == []
    ben = people.get(BEN)
    assert ben is not None
    assert [lap.racer_id for lap in runs.laps(RUN)] == [BEN]
    runs.append(RUN, [], a_result(a_lap(0)))  # the run goes on as if the racer were still listed
    with pytest.raises(RefusedError):
        people.replace(ben)
    people.save(ben)
    assert people.all() == [ben]


def test_a_racer_that_makes_no_sense_is_told_as_damage(people: PeopleStore, engine: Engine) -> None:
    people.add(a_racer())
    with engine.begin() as connection:
        connection.execute(text("UPDATE racers SET colour = 'plaid'"))
    with pytest.raises(DamagedDataError, match="plaid"):
        people.all()


def test_a_name_that_no_file_can_hold_is_refused_with_a_sentence(people: PeopleStore) -> None:
    with pytest.raises(StorageError, match="signs"):
        people.add(a_racer(name="half a sign \ud83c"))
    assert people.all() == []


# --- events -------------------------------------------------------------------------------------


@pytest.fixture
def events(engine: Engine) -> EventsStore:
    return EventsStore(engine)


def test_an_event_comes_back_with_its_tracks_in_order(events: EventsStore) -> None:
    event = an_event(EVENT, TrackId("b"), TrackId("a"))
    rules = replace(
        event.race_format,
        time_limit_us=None,
        lap_limit=3,
        ranking=RankingMethod.BEST_AVERAGE,
        start=StartRule.COUNT_IN,
    )
    first = replace(event.tracks[0], title="T", footer="F", station_id="0badcafe")
    event = replace(
        event,
        tracks=(first, event.tracks[1]),
        race_format=rules,
        day=date(2026, 8, 1),
        link="https://example.org/",
    )
    events.save(event)
    assert events.get(EVENT) == event
    turned = replace(event, tracks=event.tracks[::-1], name="Changed", day=None)
    events.save(turned)
    assert events.all() == [turned]
    assert events.get(EventId("other")) is None


def test_events_come_by_day_those_without_one_last(events: EventsStore) -> None:
    for name, day in (("c", None), ("b", date(2026, 8, 2)), ("a", date(2026, 8, 3)), ("d", None)):
        events.save(replace(an_event(EventId(name), TrackId(name)), day=day, name=name))
    assert [event.name for event in events.all()] == ["b", "a", "c", "d"]


def test_a_track_goes_only_without_runs(events: EventsStore, engine: Engine) -> None:
    a_world(engine)
    event = events.get(EVENT)
    assert event is not None
    events.save(replace(event, tracks=(*event.tracks, *an_event(EVENT, TrackId("second")).tracks)))
    events.save(event)
    assert events.get(EVENT) == event
    RacesStore(engine).create_run(RUN, configured())
    with pytest.raises(RefusedError, match="1 run "):
        events.save(replace(an_event(EVENT, TrackId("second")), name="Lost"))
    assert events.get(EVENT) == event


def test_a_track_stays_with_its_event(events: EventsStore) -> None:
    events.save(an_event())
    with pytest.raises(RefusedError, match="another event"):
        events.save(an_event(EventId("other")))
    assert events.get(EventId("other")) is None


def test_an_event_goes_only_without_runs(events: EventsStore, engine: Engine) -> None:
    a_world(engine)
    runs = RacesStore(engine)
    for number in range(2):
        runs.create_run(RunId(str(number)), configured())
    with pytest.raises(RefusedError, match="2 runs "):
        events.remove(EVENT)
    assert events.get(EVENT) is not None
    events.save(an_event(EventId("empty"), TrackId("empty")))
    events.choose(EventId("empty"))
    events.remove(EventId("empty"))
    events.remove(EventId("empty"))
    assert events.get(EventId("empty")) is None
    assert events.current() is None


def test_one_event_is_on(events: EventsStore) -> None:
    assert events.current() is None
    events.save(an_event())
    events.choose(EVENT)
    assert events.current() == EVENT
    with pytest.raises(StorageError):
        events.choose(EventId("other"))
    assert events.current() == EVENT
    events.choose(None)
    assert events.current() is None


def test_an_event_that_makes_no_sense_is_told_as_damage(events: EventsStore, engine: Engine) -> None:
    events.save(an_event())
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM event_tracks"))
    with pytest.raises(DamagedDataError, match="track"):
        events.all()


# --- stations -----------------------------------------------------------------------------------


def test_stations_stay_paired_until_removed(engine: Engine) -> None:
    stations = StationsStore(engine)
    start = PairedStation(station_id="2", url="tcp://192.0.2.7:8765", name="Start", track_id=TRACK)
    other = PairedStation(station_id="1", url="serial:///dev/ttyACM0", name="Zebra")
    stations.save(other)
    stations.save(start)
    assert stations.all() == [start, other]
    moved = replace(start, url="tcp://192.0.2.8:8765", name="Start")
    stations.save(moved)
    assert stations.all() == [moved, other]
    assert (moved.address.url, moved.address.station_id) == ("tcp://192.0.2.8:8765", "2")
    stations.remove("1")
    stations.remove("1")
    assert stations.all() == [moved]


# --- clock --------------------------------------------------------------------------------------


def test_the_anchor_is_kept(engine: Engine) -> None:
    clock = ClockStore(engine)
    assert clock.load_anchor() is None
    first = Anchor(boot_id="a", mono_us=2**52, timeline_us=7, utc=NOON)
    second = Anchor(boot_id="b", mono_us=1, timeline_us=2**60, utc=at(0.000001))
    clock.save_anchor(first)
    assert clock.load_anchor() == first
    clock.save_anchor(second)
    assert clock.load_anchor() == second


def test_the_last_sign_of_life_is_kept(engine: Engine) -> None:
    clock = ClockStore(engine)
    assert (clock.last_beat(), clock.last_beat_utc()) == (None, None)
    clock.beat(5, at(5))
    clock.beat(6, at(6))
    assert (clock.last_beat(), clock.last_beat_utc()) == (6, at(6))
    clock.beat(7)
    assert clock.last_beat() == 7


def test_moments_are_kept_in_utc_and_never_naive(engine: Engine) -> None:
    clock = ClockStore(engine)
    clock.beat(1, NOON.astimezone(timezone(timedelta(hours=5, minutes=30))))
    back = clock.last_beat_utc()
    assert back is not None
    assert back == NOON
    assert back.utcoffset() == timedelta(0)
    with pytest.raises(Exception, match="no time zone"):
        clock.beat(2, NOON.replace(tzinfo=None))
    assert clock.last_beat() == 1
