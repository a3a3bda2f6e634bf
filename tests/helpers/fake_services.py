"""The real services over stores in memory and a clock that tests drive: a desk without disk or threads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.leaderboard import RankedLap, Summary, summarise
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.race_log import Armed, Ended, Entry, ManualLap, RunSetup, Submitted
from deepracer_desk.domain.races import fold
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.run_head import HeadState, RunHead
from deepracer_desk.domain.run_result import RunResult
from deepracer_desk.ports.timing_station import (
    LinkState,
    StationAddress,
    StationEvent,
    StationEventKind,
    StationHealth,
    StationSink,
)
from deepracer_desk.services.backups import Backups
from deepracer_desk.services.changes import ChangeBus
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.recovery import Recovery
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.run_archive import RunArchive
from deepracer_desk.services.run_results import ranked_laps_of
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.stations import PairedStation, Stations
from deepracer_desk.services.timekeeping import Timekeeping

S = 1_000_000
START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


class FakeClock:
    """Stands still until it is told to go on."""

    def __init__(self, now_us: int = 1_000 * S) -> None:
        self._now_us = now_us

    def now_us(self) -> int:
        return self._now_us

    def utc(self) -> datetime:
        return START + timedelta(microseconds=self._now_us)

    def forward(self, seconds: float) -> int:
        self._now_us += round(seconds * S)
        return self._now_us


class MemoryRuns:
    """Runs, their results and what station events were seen."""

    def __init__(self) -> None:
        self.logs: dict[RunId, list[Entry]] = {}
        self.results: dict[RunId, RunResult] = {}
        self.events: set[tuple[str, int, int]] = set()

    def create_run(self, run_id: RunId, entry: Entry) -> None:
        self.logs[run_id] = [entry]

    def append(self, run_id: RunId, entries: Sequence[Entry], result: RunResult | None = None) -> None:
        self.logs[run_id].extend(entries)
        if result is not None:
            self.results[run_id] = result

    def store_crossings(
        self,
        events: Sequence[StationEvent],
        entries: Mapping[RunId, Sequence[Entry]],
        results: Mapping[RunId, RunResult] | None = None,
    ) -> None:
        self.events.update((item.station_id, item.epoch, item.n) for item in events)
        for run_id, new in entries.items():
            self.append(run_id, new, (results or {}).get(run_id))

    def known_events(self, keys: Sequence[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
        return self.events & set(keys)

    def entries(self, run_id: RunId) -> list[Entry]:
        return list(self.logs.get(run_id, []))

    def heads(
        self,
        *,
        event_id: EventId | None = None,
        track_id: TrackId | None = None,
        states: Sequence[HeadState] | None = None,
        open_only: bool = False,
        limit: int | None = None,
    ) -> list[RunHead]:
        found = [self._head(run_id) for run_id in reversed(self.logs)]
        wanted = [
            head
            for head in found
            if event_id in (None, head.event_id)
            and track_id in (None, head.track_id)
            and (states is None or head.state in states)
            and (not open_only or head.state == "open")
        ]
        return wanted[:limit]

    def positions(self, station_id: str) -> dict[int, int]:
        del station_id
        return {}

    def _head(self, run_id: RunId) -> RunHead:
        entries = self.logs[run_id]
        run = fold(entries)
        assert run.setup is not None
        result = self.results.get(run_id)
        return RunHead(
            run_id=run_id,
            event_id=run.setup.event_id,
            track_id=run.setup.track_id,
            racer_id=run.racer_id,
            racer_name=run.racer_name,
            car_name=run.car_name,
            state=result.state if result else "open",
            started_utc=entries[0].utc,
            created_utc=entries[0].utc,
            best_us=result.best_us if result else None,
            laps=result.driven_laps if result else 0,
            first_us=entries[0].at_us,
            last_us=entries[-1].at_us,
            by_proxy=run.by_proxy,
        )


class MemorySummaries:
    """Works summaries out of the submitted runs, each time anew."""

    def __init__(self, runs: MemoryRuns) -> None:
        self._runs = runs
        self.extra: dict[tuple[EventId, TrackId], list[Summary]] = {}

    def summaries(self, event_id: EventId, track_id: TrackId) -> list[Summary]:
        racers = {
            head.racer_id
            for head in self._runs.heads(event_id=event_id, track_id=track_id, states=("submitted",))
            if head.racer_id is not None
        }
        own = [self.summary(event_id, track_id, racer_id) for racer_id in racers]
        return [*self.extra.get((event_id, track_id), []), *(item for item in own if item is not None)]

    def summary(self, event_id: EventId, track_id: TrackId, racer_id: RacerId) -> Summary | None:
        laps = self._laps(event_id, track_id, racer_id)
        return summarise(racer_id, laps, window=3) if laps else None

    def ranked_laps(self, track_id: TrackId, racer_id: RacerId) -> list[RankedLap]:
        return self._laps(None, track_id, racer_id)

    def rebuild(self, event_id: EventId) -> None:
        del event_id

    def _laps(self, event_id: EventId | None, track_id: TrackId, racer_id: RacerId) -> list[RankedLap]:
        return [
            lap
            for head in self._runs.heads(event_id=event_id, track_id=track_id, states=("submitted",))
            if head.racer_id == racer_id
            for lap in ranked_laps_of(head.run_id, self._runs.results[head.run_id])
        ]


class MemoryPeople:
    def __init__(self) -> None:
        self.kept: dict[RacerId, Racer] = {}

    def all(self) -> list[Racer]:
        return list(self.kept.values())

    def save(self, racer: Racer) -> None:
        self.kept[racer.racer_id] = racer

    def remove(self, racer_id: RacerId) -> None:
        self.kept.pop(racer_id, None)


class MemoryEvents:
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
        self.kept.pop(event_id, None)

    def current(self) -> EventId | None:
        return self.chosen

    def choose(self, event_id: EventId | None) -> None:
        self.chosen = event_id


class MemoryPairings:
    def __init__(self) -> None:
        self.kept: dict[str, PairedStation] = {}

    def all(self) -> list[PairedStation]:
        return list(self.kept.values())

    def save(self, station: PairedStation) -> None:
        self.kept[station.station_id] = station

    def remove(self, station_id: str) -> None:
        self.kept.pop(station_id, None)


class FakeLink:
    """A line to a station that a test plays."""

    def __init__(self, url: str, clock: FakeClock) -> None:
        self.url = url
        self._clock = clock
        self._sink: StationSink | None = None
        self._n = 0
        self.tests = 0

    def start(self, sink: StationSink) -> None:
        self._sink = sink

    def stop(self) -> None:
        self._sink = None

    def test_crossing(self) -> None:
        self.tests += 1
        self.cross(simulated=True)

    def cross(
        self,
        *,
        kind: StationEventKind = StationEventKind.CROSSING,
        simulated: bool = False,
        station_id: str = "5747",
    ) -> None:
        assert self._sink is not None
        self._n += 1
        now_us = self._clock.now_us()
        event = StationEvent(
            station_id=station_id,
            epoch=1,
            n=self._n,
            kind=kind,
            clock_id=1,
            station_us=now_us + 77 * S,
            host_us=now_us,
            bound_us=400,
            sensor=0,
            simulated=simulated,
        )
        self._sink.store([event])

    def say(self, health: StationHealth) -> None:
        assert self._sink is not None
        self._sink.health_changed(health)


class FakeFinder:
    def __init__(self) -> None:
        self.seen: list[StationAddress] = []

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def found(self) -> Sequence[StationAddress]:
        return list(self.seen)


class MemoryBackups:
    def __init__(self) -> None:
        self.made: list[str] = []

    def backup(self, reason: str) -> Path:
        self.made.append(reason)
        return Path("backup.zip")

    def export(self, target: Path) -> Path:
        self.made.append(f"export {target.name}")
        return target

    def newest(self) -> datetime | None:
        return START if self.made else None


class NoBeats:
    def __init__(self) -> None:
        self.last: int | None = None

    def beat(self, timeline_us: int) -> None:
        self.last = timeline_us

    def last_beat(self) -> int | None:
        return self.last


def a_health(station_id: str = "5747", **changes: object) -> StationHealth:
    values: dict[str, object] = {
        "station_id": station_id,
        "name": "Track A strip",
        "hardware": "Raspberry Pi 4",
        "firmware": "1.0",
        "carrier": "tcp 127.0.0.1:8765",
        "link": LinkState.LIVE,
        "heard_us": 1_000 * S,
        "pulse_us": None,
        "levels": (False, False),
        "sensors": ("front", "rear"),
        "offset_us": 77 * S,
        "bound_us": 400,
        "round_trip_us": 900,
    }
    return StationHealth(**(values | changes))  # type: ignore[arg-type]


class FakeDesk:
    """Everything of the desk that is no window, in memory."""

    def __init__(self, runs: MemoryRuns | None = None, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.bus = ChangeBus()
        self.runs = runs or MemoryRuns()
        self.people = MemoryPeople()
        self.events = MemoryEvents()
        self.summaries = MemorySummaries(self.runs)
        self.roster = Roster(self.people, self.bus)
        self.setup = EventSetup(self.events, self.summaries, self.bus)
        self.timekeeping = Timekeeping(self.runs, self.clock, self.bus)
        self.standings = Standings(self.summaries, self.setup, self.bus)
        self.archive = RunArchive(self.runs)
        self.beats = NoBeats()
        self.recovery = Recovery(self.timekeeping, self.beats, self.clock)
        self.backup_store = MemoryBackups()
        self.restored: list[Path] = []
        self.backups = Backups(self.backup_store, self.bus, restore=self.restored.append)
        self.finder = FakeFinder()
        self.links: dict[str, FakeLink] = {}
        self.stations = Stations(
            timekeeping=self.timekeeping,
            setup=self.setup,
            pairings=MemoryPairings(),
            positions=self.runs,
            open_link=self._open_link,
            finder=self.finder,
            bus=self.bus,
        )

    def _open_link(self, url: str) -> FakeLink:
        self.links[url] = FakeLink(url, self.clock)
        return self.links[url]

    def an_event(
        self, name: str = "Summer Cup", tracks: Sequence[str] = ("Track A",), rules: RaceFormat | None = None
    ) -> RacingEvent:
        event = RacingEvent(
            event_id=EventId(f"event-{name}"),
            name=name,
            tracks=tuple(EventTrack(track_id=TrackId(f"{name}-{title}"), name=title) for title in tracks),
            race_format=rules or RaceFormat(),
        )
        self.setup.save(event)
        self.setup.choose(event.event_id)
        return event

    def a_station(self, event: RacingEvent) -> FakeLink:
        """Pair a live station and let it time the first track."""
        self.stations.pair(
            StationAddress(url="tcp://127.0.0.1:8765", station_id="5747", name="Track A strip")
        )
        self.setup.assign_station(event.tracks[0].track_id, "5747")
        link = self.links["tcp://127.0.0.1:8765"]
        link.say(a_health(heard_us=self.clock.now_us()))
        return link

    def a_setup(self, event: RacingEvent, racer: Racer | None, track: int = 0, **changes: object) -> RunSetup:
        setup = RunSetup(
            event_id=event.event_id,
            event_name=event.name,
            track_id=event.tracks[track].track_id,
            track_name=event.tracks[track].name,
            racer_id=racer.racer_id if racer else None,
            racer_name=racer.name if racer else "",
            race_format=event.race_format,
        )
        return replace(setup, **changes)  # type: ignore[arg-type]

    def arm(self, event: RacingEvent, racer: Racer, track: int = 0) -> RunId:
        run_id = self.timekeeping.prepare(self.a_setup(event, racer, track))
        self.timekeeping.act(event.tracks[track].track_id, Armed())
        self.clock.forward(2)
        return run_id

    def drive(self, event: RacingEvent, racer: Racer, times_s: Sequence[float], track: int = 0) -> RunId:
        """Let a racer drive a whole run by hand and submit it."""
        track_id = event.tracks[track].track_id
        run_id = self.arm(event, racer, track)
        self.timekeeping.act(track_id, ManualLap())
        for time_s in times_s:
            self.clock.forward(time_s)
            self.timekeeping.act(track_id, ManualLap())
        self.clock.forward(1)
        self.timekeeping.act(track_id, Ended())
        self.timekeeping.act(track_id, Submitted())
        self.clock.forward(5)
        return run_id
