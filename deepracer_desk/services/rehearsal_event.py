"""The event that is rehearsed: two tracks, twelve racers, and a morning that already happened."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.people import RACER_COLOURS, Racer
from deepracer_desk.domain.race_formats import MINUTE, SECOND, RaceFormat
from deepracer_desk.domain.race_log import (
    Armed,
    DidNotFinish,
    Ended,
    ResetCounted,
    RunSetup,
    Submitted,
)
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.virtual_driver import Chances, VirtualDriver
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import StationEvent, StationEventKind
from deepracer_desk.services.changes import ChangeBus
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.roster import Roster
from deepracer_desk.services.timekeeping import RunLog, Timekeeping

# Nicknames, as racers choose them: no persons.
RACERS = (
    ("Apex Otter", "NL"),
    ("Late Braker", "DE"),
    ("Chicane Fox", "GB"),
    ("最終コーナー", "JP"),
    ("Gravel Trap", "US"),
    ("Slipstream", "BR"),
    ("Kerb Rider", "FR"),
    ("المنعطف الأخير", "AE"),
    ("Box Box Box", "IT"),
    ("Full Throttle Until You See The Wall", "AU"),
    ("Éclair Noir", "CA"),
    ("Tail Light", "SE"),
)
MORNING_STATION = "00000000"
REHEARSAL_FORMAT = RaceFormat(time_limit_us=90 * SECOND, reset_limit=3, min_lap_us=4 * SECOND)


def rehearsal_event(race_format: RaceFormat = REHEARSAL_FORMAT) -> RacingEvent:
    """Return the event, not stored yet."""
    return RacingEvent(
        event_id=EventId("rehearsal"),
        name="Rehearsal Grand Prix",
        tracks=(
            EventTrack(
                track_id=TrackId("rehearsal-1"),
                name="Harbour Loop",
                title="Harbour Loop",
                footer="Everything you see was driven by virtual cars",
            ),
            EventTrack(
                track_id=TrackId("rehearsal-2"),
                name="Hill Climb",
                title="Hill Climb",
                footer="Everything you see was driven by virtual cars",
            ),
        ),
        race_format=race_format,
        link="https://deepracer-desk.example/rehearsal",
    )


def rehearsal_racers(roster: Roster) -> list[Racer]:
    """Return the racers; they are added when they are missing."""
    known = {racer.name: racer for racer in roster.racers()}
    return [
        known.get(name) or roster.add(name, country=country, colour=RACER_COLOURS[index % len(RACER_COLOURS)])
        for index, (name, country) in enumerate(RACERS)
    ]


class MorningClock:
    """A clock that is led through a morning that is over; implements `ports.clock.Clock`."""

    def __init__(self, start_us: int, end_us: int, end_utc: datetime) -> None:
        self._us = start_us
        self._end_us = end_us
        self._end_utc = end_utc

    def now_us(self) -> int:
        return self._us

    def utc(self) -> datetime:
        return self._end_utc - timedelta(microseconds=self._end_us - self._us)

    def go(self, us: int) -> None:
        """Let time pass."""
        self._us += us


class Morning:
    """Drives runs through time-keeping as fast as the disk writes, so that the board is not empty at noon."""

    def __init__(self, store: RunLog, clock: Clock, *, runs: int, seed: int) -> None:
        self._clock = MorningClock(clock.now_us() - runs * 3 * MINUTE, clock.now_us(), clock.utc())
        self._timekeeping = Timekeeping(store, self._clock, ChangeBus())
        self._runs = runs
        self._seed = seed
        self._n = 0

    def drive(self, setup: EventSetup, event: RacingEvent, racers: Sequence[Racer]) -> None:
        """Drive all runs, tracks and racers in turn; the last racers have not been called yet."""
        setup.save(event)
        for index in range(self._runs):
            track = event.tracks[index % len(event.tracks)]
            racer = racers[index // len(event.tracks) % max(1, len(racers) - 2)]
            self._drive_run(
                event, track, racer, VirtualDriver(self._seed + index, Chances(missed=0, ghost=0))
            )

    def _drive_run(self, event: RacingEvent, track: EventTrack, racer: Racer, driver: VirtualDriver) -> None:
        track_id = track.track_id
        self._timekeeping.prepare(
            RunSetup(
                event_id=event.event_id,
                event_name=event.name,
                track_id=track_id,
                track_name=track.name,
                racer_id=racer.racer_id,
                racer_name=racer.name,
                car_name="car-1",
                race_format=event.race_format,
            ),
            who="crew",
        )
        self._timekeeping.act(track_id, Armed(), who="crew")
        self._cross(track_id)
        while self._state(track_id) in (RunState.RUNNING, RunState.TIME_UP):
            plan = driver.next_lap()
            if plan.gives_up_us is not None:
                self._clock.go(plan.gives_up_us)
                self._timekeeping.act(track_id, DidNotFinish(), who="crew")
                break
            for _ in plan.resets_us:
                self._clock.go(SECOND)
                self._timekeeping.act(track_id, ResetCounted(), who="crew")
            self._clock.go(plan.time_us - len(plan.resets_us) * SECOND)
            self._cross(track_id)
        if self._state(track_id) is not RunState.REVIEW:
            self._timekeeping.act(track_id, Ended(), who="crew")
        if self._run(track_id).driven:
            self._timekeeping.act(track_id, Submitted(), who="crew")
        self._clock.go(10 * SECOND)

    def _run(self, track_id: TrackId) -> Run:
        run = self._timekeeping.run(track_id)
        if run is None:
            raise LookupError(track_id)
        return run

    def _state(self, track_id: TrackId) -> RunState:
        return self._run(track_id).state_at(self._clock.now_us())

    def _cross(self, track_id: TrackId) -> None:
        self._n += 1
        now_us = self._clock.now_us()
        event = StationEvent(
            station_id=MORNING_STATION,
            epoch=self._seed,
            n=self._n,
            kind=StationEventKind.CROSSING,
            clock_id=1,
            station_us=now_us,
            host_us=now_us,
            bound_us=0,
            sensor=0,
            simulated=True,
        )
        self._timekeeping.take([event], track_id)


def with_stations(event: RacingEvent, station_ids: Sequence[str]) -> RacingEvent:
    """Return the event with a station on each track."""
    tracks = tuple(
        replace(track, station_id=station_id)
        for track, station_id in zip(event.tracks, station_ids, strict=True)
    )
    return replace(event, tracks=tracks)
