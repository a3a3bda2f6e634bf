"""Racers, events, standings, stations, backups: each over stores in memory."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from deepracer_desk.domain.errors import RefusedError, StorageError
from deepracer_desk.domain.ids import EventId, RacerId, TrackId
from deepracer_desk.domain.leaderboard import Mark, RankedLap, Summary
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.domain.race_formats import FormatProblem, RaceFormat, RankingMethod
from deepracer_desk.domain.race_log import Armed, Ended, Submitted
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.ports.timing_station import LinkState, StationAddress, StationEventKind, StationHealth
from deepracer_desk.services.backups import Backups
from deepracer_desk.services.changes import (
    Change,
    ChangeBus,
    EventsChanged,
    ProblemChanged,
    PulseSeen,
    RacersChanged,
    StandingsChanged,
    StationHealthChanged,
)
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.run_results import result_of
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.stations import Stations
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.storage.stations_store import PairedStation
from tests.helpers.logs import LogBuilder, a_setup
from tests.helpers.memory_log import HandClock, MemoryRunLog, a_crossing


class Racers(dict[RacerId, Racer]):
    def all(self) -> list[Racer]:
        return list(self.values())

    def save(self, racer: Racer) -> None:
        self[racer.racer_id] = racer

    def remove(self, racer_id: RacerId) -> None:
        self.pop(racer_id, None)


class Events:
    def __init__(self) -> None:
        self.kept: dict[EventId, RacingEvent] = {}
        self.chosen: EventId | None = None

    def all(self) -> list[RacingEvent]:
        return list(self.kept.values())

    def get(self, event_id: EventId) -> RacingEvent | None:
        return self.kept.get(event_id)

    def save(self, event: RacingEvent) -> None:
        self.kept[event.event_id] = event

    def remove(self, event_id: EventId) -> None:
        del self.kept[event_id]

    def current(self) -> EventId | None:
        return self.chosen

    def choose(self, event_id: EventId) -> None:
        self.chosen = event_id


class Rebuilt(list[EventId]):
    def rebuild(self, event_id: EventId) -> None:
        self.append(event_id)


def heard(bus: ChangeBus) -> list[Change]:
    changes = list[Change]()
    bus.subscribe(changes.append)
    return changes


# --- bus ------------------------------------------------------------------------------------------------


def test_a_listener_that_breaks_keeps_nobody_from_hearing(expected_warnings) -> None:
    bus = ChangeBus()

    def broken(_change: Change) -> None:
        raise ValueError("broken")

    bus.subscribe(broken)
    changes = heard(bus)
    bus.publish(RacersChanged())
    assert changes == [RacersChanged()]


def test_a_listener_can_leave_and_hears_only_its_kind() -> None:
    bus = ChangeBus()
    found = list[RacersChanged]()
    leave = bus.on(RacersChanged, found.append)
    bus.publish(EventsChanged())
    bus.publish(RacersChanged())
    leave()
    bus.publish(RacersChanged())
    assert len(found) == 1


# --- racers ---------------------------------------------------------------------------------------------


def test_racers_get_colours_that_few_have() -> None:
    roster = Roster(Racers(), ChangeBus())
    assert [roster.add(f"r{i}").colour for i in range(9)] == [*RACER_COLOURS, RACER_COLOURS[0]]


@pytest.mark.parametrize("name", ["", "  ", "x" * 65])
def test_a_name_that_is_not_possible_is_refused(name: str) -> None:
    with pytest.raises(RefusedError, match="1 to 64"):
        Roster(Racers(), ChangeBus()).add(name)


def test_a_country_or_colour_that_is_not_possible_is_refused() -> None:
    roster = Roster(Racers(), ChangeBus())
    with pytest.raises(RefusedError, match="two capital letters"):
        roster.add("x", country="de")
    with pytest.raises(RefusedError, match="racing colours"):
        roster.add("x", colour="#FFFFFF")


def test_a_list_of_names_adds_only_new_ones() -> None:
    roster = Roster(Racers(), ChangeBus())
    roster.add("Apex")
    added = roster.add_names(["apex", "", " Brake ", "Brake", "名前"])
    assert [racer.name for racer in added] == ["Brake", "名前"]


def test_racers_are_changed_and_removed() -> None:
    store, bus = Racers(), ChangeBus()
    roster, changes = Roster(store, bus), heard(bus)
    racer = roster.add("Apex")
    roster.change(replace(racer, name="Zeta"))
    assert roster.get(racer.racer_id) == store[racer.racer_id]
    roster.remove(racer.racer_id)
    assert roster.racers() == []
    assert len(changes) == 3


def test_initials_are_one_or_two_letters() -> None:
    assert Racer(racer_id=RacerId("x"), name="apex otter").initials == "AO"
    assert Racer(racer_id=RacerId("x"), name="名前").initials == "名"


# --- events ---------------------------------------------------------------------------------------------


def an_event(**changes: object) -> RacingEvent:
    event = RacingEvent(
        event_id=EventId("e"),
        name="Event",
        tracks=(EventTrack(track_id=TrackId("t"), name="T"), EventTrack(track_id=TrackId("u"), name="U")),
    )
    return replace(event, **changes)  # type: ignore[arg-type]


def test_the_first_event_is_chosen_by_itself_and_the_one_in_use_stays() -> None:
    setup = EventSetup(Events(), Rebuilt(), ChangeBus())
    assert setup.current() is None
    setup.save(an_event())
    assert setup.current() == an_event()
    with pytest.raises(RefusedError, match="in use"):
        setup.remove(EventId("e"))
    other = setup.new_event(" Other ")
    setup.save(other)
    setup.choose(other.event_id)
    setup.remove(EventId("e"))
    assert [event.name for event in setup.events()] == ["Other"]


def test_an_event_needs_a_name_and_a_format_that_can_be_raced() -> None:
    setup = EventSetup(Events(), Rebuilt(), ChangeBus())
    with pytest.raises(RefusedError, match="needs a name"):
        setup.new_event(" ")
    with pytest.raises(RefusedError, match="not complete"):
        setup.save(an_event(race_format=RaceFormat(time_limit_us=None, lap_limit=None)))
    with pytest.raises(ValueError, match="at least one track"):
        an_event(tracks=())
    with pytest.raises(KeyError):
        an_event().track(TrackId("x"))
    assert an_event().track(TrackId("u")).name == "U"


def test_a_new_ranking_method_works_out_the_standings_anew() -> None:
    rebuilt, bus = Rebuilt(), ChangeBus()
    setup, changes = EventSetup(Events(), rebuilt, bus), heard(bus)
    setup.save(an_event())
    setup.save(an_event(race_format=RaceFormat(min_lap_us=5_000_000)))
    assert rebuilt == []
    setup.save(an_event(race_format=RaceFormat(ranking=RankingMethod.BEST_AVERAGE)))
    assert rebuilt == ["e"]
    assert any(isinstance(change, StandingsChanged) for change in changes)


def test_a_station_times_one_track() -> None:
    setup = EventSetup(Events(), Rebuilt(), ChangeBus())
    with pytest.raises(RefusedError, match="no event"):
        setup.assign_station(TrackId("t"), "aa")
    setup.save(an_event())
    setup.assign_station(TrackId("t"), "aa")
    setup.assign_station(TrackId("u"), "aa")
    event = setup.current()
    assert event is not None
    assert [track.station_id for track in event.tracks] == ["", "aa"]


def test_every_limit_of_a_format_is_checked() -> None:
    bad = RaceFormat(
        time_limit_us=1,
        lap_limit=0,
        average_laps=1,
        reset_limit=-1,
        min_lap_us=-1,
        max_lap_us=-2,
        count_in_us=-1,
        grace_us=-1,
        runs_per_racer=0,
    )
    assert set(bad.problems()) == set(FormatProblem) - {FormatProblem.NO_END}
    assert a_setup(bad).format_problems() == bad.problems()


# --- standings ------------------------------------------------------------------------------------------


class Summaries:
    """Summaries by track and racer."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Summary] = {}
        self.laps: list[RankedLap] = []

    def put(self, track: str, name: str, ms: int) -> None:
        mark = Mark(time_us=ms * 1000, driven_at=datetime(2026, 5, 1, tzinfo=UTC))
        self.kept[track, name] = Summary(racer_id=RacerId(name), laps=(mark,), runs=1, valid_laps=1)

    def summaries(self, event_id: EventId, track_id: TrackId) -> list[Summary]:
        return [summary for (track, _), summary in self.kept.items() if track == track_id]

    def summary(self, event_id: EventId, track_id: TrackId, racer_id: RacerId) -> Summary | None:
        return self.kept.get((track_id, racer_id))

    def ranked_laps(self, track_id: TrackId, racer_id: RacerId) -> list[RankedLap]:
        return self.laps


E, T, U = EventId("e"), TrackId("t"), TrackId("u")


def test_boards_of_tracks_and_the_combined_one_follow_changes() -> None:
    bus, store = ChangeBus(), Summaries()
    setup = EventSetup(Events(), Rebuilt(), bus)
    setup.save(an_event())
    standings = Standings(store, setup, bus)
    store.put("t", "a", 9000)
    assert [row.racer_id for row in standings.board(E, None).rows()] == ["a"]
    assert [row.racer_id for row in standings.board(E, T).rows()] == ["a"]
    store.put("u", "b", 8000)
    bus.publish(StandingsChanged(event_id=E, track_id=U, racer_ids=(RacerId("b"),)))
    assert [row.racer_id for row in standings.board(E, None).rows()] == ["b", "a"]
    assert [row.racer_id for row in standings.board(E, T).rows()] == ["a"]
    del store.kept["u", "b"]
    bus.publish(StandingsChanged(event_id=E, track_id=U, racer_ids=(RacerId("b"),)))
    assert [row.racer_id for row in standings.board(E, None).rows()] == ["a"]
    store.put("t", "c", 7000)
    bus.publish(StandingsChanged(event_id=E, track_id=T))
    assert [row.racer_id for row in standings.board(E, T).rows()] == ["c", "a"]
    bus.publish(EventsChanged())
    assert len(standings.board(E, T)) == 2
    standings.close()


def test_a_preview_says_what_a_run_would_change() -> None:
    bus, store = ChangeBus(), Summaries()
    setup = EventSetup(Events(), Rebuilt(), bus)
    setup.save(an_event())
    store.put("t", "a", 9000)
    standings = Standings(store, setup, bus)
    log = LogBuilder()
    log.cross(1)
    log.cross(9.5)
    run = log.run
    preview = standings.preview(E, T, "run", result_of(run, log.entries))  # type: ignore[arg-type]
    assert (preview.before, preview.after, preview.ranked) == (None, 1, 2)
    assert standings.virtual_rank(E, T, run) == 1
    nobody = replace(run, racer_id=None)
    assert standings.virtual_rank(E, T, nobody) is None
    assert standings.preview(E, T, "run", result_of(nobody, log.entries)).ranked == 1  # type: ignore[arg-type]


# --- stations -------------------------------------------------------------------------------------------


class Pairings(dict[str, PairedStation]):
    def all(self) -> list[PairedStation]:
        return list(self.values())

    def save(self, station: PairedStation) -> None:
        self[station.station_id] = station

    def remove(self, station_id: str) -> None:
        self.pop(station_id, None)


class Link:
    def __init__(self, url: str) -> None:
        self.url, self.started, self.stopped, self.tests = url, False, False, 0

    def start(self, _sink: object) -> None:
        self.started = True

    def stop(self) -> None:
        self.stopped = True

    def test_crossing(self) -> None:
        self.tests += 1


class Finder:
    def __init__(self) -> None:
        self.addresses = [StationAddress(url="tcp://a:1", station_id="aa"), StationAddress(url="tcp://b:1")]

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def found(self) -> list[StationAddress]:
        return self.addresses


class Yard:
    def __init__(self) -> None:
        self.bus = ChangeBus()
        self.changes = heard(self.bus)
        self.setup = EventSetup(Events(), Rebuilt(), self.bus)
        self.setup.save(an_event())
        self.clock, self.store = HandClock(), MemoryRunLog()
        self.keeping = Timekeeping(self.store, self.clock, self.bus)
        self.links: dict[str, Link] = {}
        self.pairings = Pairings()
        self.stations = Stations(
            timekeeping=self.keeping,
            setup=self.setup,
            pairings=self.pairings,
            positions=self,  # type: ignore[arg-type]
            open_link=self.open,  # type: ignore[arg-type]
            finder=Finder(),
            bus=self.bus,
        )

    def positions(self, _station_id: str) -> dict[int, int]:
        return {1: 7}

    def open(self, url: str) -> Link:
        self.links[url] = Link(url)
        return self.links[url]

    def health(self, link: LinkState, carrier: str = "tcp a:1") -> None:
        self.stations.health_changed(
            StationHealth(
                station_id="aa",
                name="Strips",
                hardware="",
                firmware="",
                carrier=carrier,
                link=link,
                heard_us=0,
            )
        )


def test_a_station_typed_by_address_is_remembered_once_it_said_who_it_is() -> None:
    yard = Yard()
    yard.stations.pair(StationAddress(url="tcp://a:1"))
    assert yard.pairings == {}
    yard.health(LinkState.LIVE)
    assert yard.pairings["aa"].url == "tcp://a:1"
    assert [item.station_id for item in yard.stations.found()] == [""]
    yard.stations.test_crossing("aa")
    assert yard.links["tcp://a:1"].tests == 1
    health = yard.stations.health("aa")
    assert health is not None
    assert [health] == yard.stations.healths()


def test_a_silent_station_raises_a_banner_that_goes_when_it_is_back() -> None:
    yard = Yard()
    yard.stations.pair(StationAddress(url="tcp://a:1", station_id="aa", name="Strips"))
    yard.health(LinkState.LIVE)
    yard.health(LinkState.LOST)
    yard.health(LinkState.LIVE)
    texts = [change.text for change in yard.changes if isinstance(change, ProblemChanged)]
    assert [bool(text) for text in texts] == [False, True, False]
    assert any(isinstance(change, StationHealthChanged) for change in yard.changes)


def test_crossings_reach_the_track_of_their_station_and_pulses_are_told() -> None:
    yard = Yard()
    yard.setup.assign_station(TrackId("t"), "aa")
    yard.keeping.prepare(a_setup())
    yard.keeping.act(TrackId("t"), Armed())
    late = replace(a_crossing(2, 5.01), kind=StationEventKind.SUPPRESSED)
    yard.stations.store([a_crossing(1, 5), late, a_crossing(1, 6, station_id="bb")])
    run = yard.keeping.run(TrackId("t"))
    assert run is not None
    assert run.started_us == 5_000_000
    pulses = [(item.station_id, item.counted) for item in yard.changes if isinstance(item, PulseSeen)]
    assert pulses == [("aa", True), ("aa", False), ("bb", True)]
    assert yard.stations.positions("aa") == {1: 7}


def test_paired_stations_are_listened_to_after_a_start_and_removed_ones_are_not() -> None:
    yard = Yard()
    yard.pairings.save(PairedStation(station_id="aa", url="tcp://a:1", name="Strips"))
    yard.stations.start()
    assert yard.links["tcp://a:1"].started
    yard.stations.unpair("aa")
    assert yard.links["tcp://a:1"].stopped
    assert yard.stations.paired() == []
    with pytest.raises(RefusedError, match="not paired"):
        yard.stations.test_crossing("aa")
    with pytest.raises(RefusedError, match="needs an address"):
        yard.stations.pair(StationAddress(url=""))
    yard.stations.pair(StationAddress(url="tcp://c:1", station_id="cc"))
    yard.stations.pair(StationAddress(url="tcp://c:1", station_id="cc"))
    yard.stations.stop()
    assert yard.links["tcp://c:1"].stopped


# --- backups --------------------------------------------------------------------------------------------


class Copies:
    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.made = Event()
        self.broken = False

    def backup(self, reason: str) -> Path:
        self.reasons.append(reason)
        self.made.set()
        if self.broken:
            raise StorageError("The disk is full.")
        return Path("copy")

    def export(self, target: Path) -> Path:
        return target

    def newest(self) -> datetime | None:
        return None


def a_submitted_run(bus: ChangeBus) -> None:
    clock = HandClock()
    keeping = Timekeeping(MemoryRunLog(), clock, bus)
    keeping.prepare(a_setup())
    keeping.act(TrackId("t"), Armed())
    for n, at_s in ((1, 1), (2, 9)):
        clock.us = at_s * 1_000_000
        keeping.take([a_crossing(n, at_s)], TrackId("t"))
    keeping.act(TrackId("t"), Ended())
    keeping.act(TrackId("t"), Submitted())


def test_a_submission_makes_a_backup_and_a_full_disk_raises_a_banner(expected_warnings) -> None:
    bus, copies = ChangeBus(), Copies()
    changes = heard(bus)
    restored = list[Path]()
    backups = Backups(copies, bus, restore=restored.append)
    backups.start()
    backups.start()
    a_submitted_run(bus)
    assert copies.made.wait(5)
    copies.made.clear()
    copies.broken = True
    a_submitted_run(bus)
    assert copies.made.wait(5)
    backups.stop()
    backups.stop()
    assert copies.reasons == ["submitted", "submitted"]
    problems = [change for change in changes if isinstance(change, ProblemChanged)]
    assert [bool(problem.text) for problem in problems] == [False, True]
    copies.broken = False
    assert backups.now() == Path("copy")
    assert backups.export(Path("x")) == Path("x")
    backups.restore(Path("y"))
    assert restored == [Path("y")]
    assert backups.newest() is None
