"""Everything that can break, broken on purpose: no lap may be lost, doubled or wrong."""

import os
import random
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from deepracer_desk.adapters.fakes.fault_campaign import CampaignPlan, FaultCampaign
from deepracer_desk.adapters.fakes.lossy_proxy import Faults
from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.benchmarks.desk_child import KillableDesk, RemoteClock
from deepracer_desk.benchmarks.figure import Figure, percentile
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.race_log import Source, Undone
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.virtual_driver import Chances
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.services.rehearsal import TrackCrew
from deepracer_desk.services.rehearsal_event import rehearsal_event, rehearsal_racers
from deepracer_desk.services.rehearsal_report import RehearsalFindings, compare
from deepracer_desk.system.paths import Paths

SEED_VARIABLE = "DRDESK_SEED"


def _seed() -> int:
    given = os.environ.get(SEED_VARIABLE, "")
    return int(given) if given.isdigit() else random.SystemRandom().randrange(1_000_000)


def crossings() -> list[Figure]:
    """Drive 10,000 cars over one strip through a bad line, with station kills and pulled cables."""
    seed = _seed()
    print(f"Seed {seed} ({SEED_VARIABLE} repeats it)", flush=True)  # noqa: T201 - a failing seed becomes a test
    plan = CampaignPlan(
        crossings=10_000,
        seed=seed,
        faults=Faults(drop=5e-4, flip=5e-4, repeat=0.02),
        station_kills=20,
        unplugs=20,
        stalls=4,
        warp=10.0,
    )
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        found = FaultCampaign(plan, Path(folder)).run()
    return [
        Figure(area="faults", name="crossings_driven", value=found.driven, unit="crossings"),
        Figure(area="faults", name="crossings_lost", value=found.lost, unit="crossings", goal=0),
        Figure(
            area="faults",
            name="crossings_doubled_or_invented",
            value=found.doubled + found.invented,
            unit="crossings",
            goal=0,
        ),
        Figure(
            area="faults", name="crossing_delay_p50", value=percentile(found.delays_s, 0.5) * 1000, unit="ms"
        ),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RacePlan:
    """How much to race and to break."""

    runs: int
    desk_kills: int
    station_kills: int
    tracks: int = 4
    warp: float = 12.0
    seed: int = 1
    longest_s: float = 480.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceOutcome:
    """What became of it.

    Attributes:
        undone: corrections and slips that were taken back.
    """

    findings: RehearsalFindings
    runs: int
    desk_kills: int
    station_kills: int
    undone: int


def races() -> list[Figure]:
    """Race 200 runs while desk and stations are killed at random moments, with corrections and undos."""
    seed = _seed()
    print(f"Seed {seed} ({SEED_VARIABLE} repeats it)", flush=True)  # noqa: T201 - a failing seed becomes a test
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        plan = RacePlan(runs=200, desk_kills=10, station_kills=10, seed=seed)
        found = RaceCampaign(plan, Path(folder)).run()
    return [
        Figure(area="faults", name="race_runs", value=found.runs, unit="runs", goal=200, at_most=False),
        Figure(
            area="faults",
            name="race_laps",
            value=found.findings.laps_driven,
            unit="laps",
            goal=2000,
            at_most=False,
        ),
        Figure(area="faults", name="race_undone", value=found.undone, unit="actions", goal=50, at_most=False),
        Figure(
            area="faults",
            name="race_kills",
            value=found.desk_kills + found.station_kills,
            unit="kills",
            goal=20,
            at_most=False,
        ),
        Figure(area="faults", name="race_laps_lost", value=found.findings.laps_lost, unit="laps", goal=0),
        Figure(
            area="faults", name="race_laps_doubled", value=found.findings.laps_duplicated, unit="laps", goal=0
        ),
        Figure(
            area="faults",
            name="race_lap_error",
            value=found.findings.max_lap_error_us / 1000,
            unit="ms",
            goal=1.0,
        ),
    ]


def campaign_event(tracks: int) -> RacingEvent:
    """Return an event whose runs end after ten laps."""
    return replace(
        rehearsal_event(RaceFormat(time_limit_us=None, lap_limit=10, min_lap_us=4 * SECOND, max_lap_us=None)),
        tracks=tuple(
            EventTrack(track_id=TrackId(f"track-{number}"), name=f"Track {number}")
            for number in range(1, tracks + 1)
        ),
    )


class CampaignClock(RemoteClock):
    """The remote clock with the wall time that the port asks for."""

    def utc(self) -> datetime:
        return datetime.now(UTC)


class RaceCampaign:
    """One desk in its own process, several stations, a crew a track, and somebody who kills them."""

    def __init__(self, plan: RacePlan, folder: Path) -> None:
        self._plan = plan
        self._folder = folder
        self._stop = threading.Event()
        self._dice = random.Random(plan.seed)  # noqa: S311 - repeatable
        self._stations = [
            RehearsalStation(folder / f"station-{number}", name=f"Strips {number}", warp=plan.warp)
            for number in range(1, plan.tracks + 1)
        ]
        self._busy = [threading.Lock() for _ in self._stations]
        self._station_kills = 0

    def run(self) -> RaceOutcome:
        """Race, break, and compare."""
        for station in self._stations:
            station.start()
        event = self._set_up()
        desk = KillableDesk(self._folder / "desk", self._plan.warp)
        clock = CampaignClock(desk, self._plan.warp)
        crews = [
            TrackCrew(
                event=event,
                track=track,
                racers=self._racers,
                strips=GuardedStrips(station, lock),
                timekeeping=desk,  # type: ignore[arg-type]
                clock=clock,
                seed=self._plan.seed + index,
                wait=self._wait,
                chances=Chances(gives_up=0.01, missed=0.0, ghost=0.03),
                slips=0.8,
                patience_us=600 * SECOND,
            )
            for index, (track, station, lock) in enumerate(
                zip(event.tracks, self._stations, self._busy, strict=True)
            )
        ]
        threads = [threading.Thread(target=crew.run, daemon=True) for crew in crews]
        for thread in threads:
            thread.start()
        self._break_things(desk, crews)
        for crew in crews:
            crew.finishing = True
        for thread in threads:
            thread.join(60)
        self._stop.set()
        time.sleep(1.0)
        desk.stop()
        for station in self._stations:
            station.stop()
        return self._outcome(desk, crews)

    def _wait(self, seconds: float) -> bool:
        return self._stop.wait(max(0.0, seconds) / self._plan.warp)

    def _set_up(self) -> RacingEvent:
        core = Core(Paths(self._folder / "desk"), warp=self._plan.warp, look_around=False)
        event = campaign_event(self._plan.tracks)
        tracks = tuple(
            replace(track, station_id=station.station_id)
            for track, station in zip(event.tracks, self._stations, strict=True)
        )
        event = replace(event, tracks=tracks)
        core.setup.save(event)
        self._racers = rehearsal_racers(core.roster)
        for station in self._stations:
            core.stations.pair(StationAddress(url=station.url, station_id=station.station_id, name="bench"))
        core.stations.stop()
        core.close()
        return event

    def _break_things(self, desk: KillableDesk, crews: list[TrackCrew]) -> None:
        plan = self._plan
        victims = ["desk"] * plan.desk_kills + ["station"] * plan.station_kills
        self._dice.shuffle(victims)
        kills = len(victims)
        end_s = time.monotonic() + plan.longest_s
        while time.monotonic() < end_s:
            done = sum(len(crew.runs) for crew in crews)
            if done >= plan.runs and not victims:
                return
            due = kills * min(1.0, done / max(1, plan.runs - plan.tracks))
            if victims and kills - len(victims) < due:
                self._kill(victims.pop(), desk)
            time.sleep(self._dice.uniform(0.05, 0.4))

    def _kill(self, victim: str, desk: KillableDesk) -> None:
        if victim == "desk":
            desk.kill()
            return
        number = self._dice.randrange(len(self._stations))
        with self._busy[number]:
            self._stations[number].kill()
            self._stations[number].start()
            self._station_kills += 1

    def _outcome(self, desk: KillableDesk, crews: list[TrackCrew]) -> RaceOutcome:
        core = Core(Paths(self._folder / "desk"), warp=self._plan.warp, look_around=False)
        try:
            runs = [run for crew in crews for run in crew.runs]
            undone = sum(
                isinstance(entry.action, Undone) and entry.source is Source.OPERATOR
                for run in runs
                for entry in core.archive.entries(run.run_id)
            )
            findings = compare(runs, core.archive.run)
        finally:
            core.close()
        return RaceOutcome(
            findings=findings,
            runs=len(runs),
            desk_kills=desk.kills,
            station_kills=self._station_kills,
            undone=undone,
        )


class GuardedStrips:
    """Strips whose station is killed only between two cars: an edge that dies with its station was never
    seen.
    """

    def __init__(self, station: RehearsalStation, busy: threading.Lock) -> None:
        self._station = station
        self._busy = busy

    @property
    def station_id(self) -> str:
        return self._station.station_id

    @property
    def url(self) -> str:
        return self._station.url

    def start(self) -> None:
        self._station.start()

    def stop(self) -> None:
        self._station.stop()

    def kill(self) -> None:
        self._station.kill()

    def now_us(self) -> int:
        return self._station.now_us()

    def drive(self, passed: object) -> None:
        """Drive a car and stay until its last axle is over the line and written down."""
        with self._busy:
            self._station.drive(passed)  # type: ignore[arg-type]
            time.sleep(0.12)
