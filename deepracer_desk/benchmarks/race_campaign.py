"""Whole races while everything breaks: no lap may be lost, doubled or wrong, nothing undone may stay."""

import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.benchmarks.audit import (
    CrossingFindings,
    LapFindings,
    Stamp,
    compare_crossings,
    compare_laps,
)
from deepracer_desk.benchmarks.campaign_hall import CampaignHall
from deepracer_desk.benchmarks.chance import announced_seed
from deepracer_desk.benchmarks.desk_child import RemoteClock
from deepracer_desk.benchmarks.figure import Figure, Measurement
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.virtual_driver import Chances
from deepracer_desk.ports.virtual_track import StripPass
from deepracer_desk.services.rehearsal import TrackCrew

TEN_LAPS = RaceFormat(time_limit_us=None, lap_limit=10, min_lap_us=4 * SECOND, max_lap_us=None)
HIDDEN_US = 2_500_000  # a pass so soon after another one may hide behind the station's dead time
OVER_US = 1 * SECOND  # a car is over the strips, rear axle included
WRITTEN_S = 0.05  # real time: its crossing is in the station's journal
SHORTEST_WAIT_S = 0.008  # real time: crews share two cores with what they test


@dataclass(frozen=True, slots=True, kw_only=True)
class RacePlan:
    """How much to race and to break."""

    runs: int
    desk_kills: int
    station_kills: int
    tracks: int = 6
    warp: float = 20.0
    seed: int = 1
    longest_s: float = 400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceOutcome:
    """What became of it."""

    laps: LapFindings
    crossings: CrossingFindings
    passes: int
    runs: int
    desk_kills: int
    station_kills: int
    cuts: int


class RaceCampaign:
    """A crew a track that races, errs and takes back, and somebody who kills desk and stations meanwhile."""

    def __init__(self, plan: RacePlan, folder: Path) -> None:
        self._plan = plan
        self._stop = threading.Event()
        self._dice = random.Random(plan.seed)  # noqa: S311 - repeatable
        self._hall = CampaignHall(
            folder, tracks=plan.tracks, warp=plan.warp, seed=plan.seed, race_format=TEN_LAPS
        )
        self._strips = [
            GuardedStrips(station, lock, plan.warp)
            for station, lock in zip(self._hall.stations, self._hall.starting, strict=True)
        ]

    def run(self) -> RaceOutcome:
        """Race, break, and compare."""
        try:
            clock = RemoteClock(self._hall.desk, self._plan.warp)
            crews = [self._crew(number, clock) for number in range(self._plan.tracks)]
            threads = [threading.Thread(target=crew.run, daemon=True) for crew in crews]
            for thread in threads:
                thread.start()
            self._break_things(crews)
            for crew in crews:
                crew.finishing = True
            for thread in threads:
                thread.join(60)
            self._stop.set()
            for thread in threads:
                thread.join(60)
            return self._outcome(crews)
        finally:
            self._stop.set()
            self._hall.close()

    def _crew(self, number: int, clock: RemoteClock) -> TrackCrew:
        hall = self._hall
        return TrackCrew(
            event=hall.event,
            track=hall.event.tracks[number],
            racers=hall.racers,
            strips=self._strips[number],
            timekeeping=hall.desk,  # type: ignore[arg-type]  # the verbs a crew needs, in another process
            clock=clock,
            seed=self._plan.seed + number,
            wait=self._wait,
            chances=Chances(gives_up=0.01, missed=0.0, ghost=0.03),
            slips=0.8,
            patience_us=int(30 * self._plan.warp) * SECOND,
        )

    def _wait(self, seconds: float) -> bool:
        return self._stop.wait(max(SHORTEST_WAIT_S, seconds / self._plan.warp))

    def _break_things(self, crews: Sequence[TrackCrew]) -> None:
        """Kill at random moments, spread over the whole campaign, until all is raced and all is killed."""
        plan = self._plan
        victims = ["desk"] * plan.desk_kills + ["station"] * plan.station_kills
        self._dice.shuffle(victims)
        kills = len(victims)
        end_s = time.monotonic() + plan.longest_s
        while time.monotonic() < end_s:
            begun = sum(len(crew.runs) for crew in crews)
            if begun >= plan.runs and not victims:
                return
            due = kills * min(1.0, begun / max(1, plan.runs - plan.tracks))
            if victims and kills - len(victims) < due and self._kill(victims[-1]):
                victims.pop()
            time.sleep(self._dice.uniform(0.05, 0.4))

    def _kill(self, victim: str) -> bool:
        if victim == "desk":
            return self._hall.kill_desk(self._dice)
        number = self._dice.randrange(self._plan.tracks)
        with self._strips[number].car_free:
            self._hall.kill_station(number)
        return True

    def _outcome(self, crews: Sequence[TrackCrew]) -> RaceOutcome:
        sure, unsure = set[Stamp](), set[Stamp]()
        for strips in self._strips:
            strips.sort_passes(sure, unsure)
        records = self._hall.settled(frozenset(sure))
        truth = [run for crew in crews for run in crew.runs]
        station_of = {
            run.run_id: strips.station_id
            for crew, strips in zip(crews, self._strips, strict=True)
            for run in crew.runs
        }
        return RaceOutcome(
            laps=compare_laps(records, truth, station_of),
            crossings=compare_crossings(records, sure=sure, unsure=unsure),
            passes=len(sure) + len(unsure),
            runs=len(truth),
            desk_kills=self._hall.desk.kills,
            station_kills=self._hall.station_kills,
            cuts=self._hall.cables.cuts,
        )


class GuardedStrips:
    """Strips whose station dies only between two cars: an edge that dies with its station was never seen.

    Attributes:
        car_free: held by a car from its command until its crossing is written down.
    """

    def __init__(self, station: RehearsalStation, starting: threading.Lock, warp: float) -> None:
        self._station = station
        self._starting = starting
        self._warp = warp
        self._driven: list[int] = []
        self.car_free = threading.Lock()

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

    def drive(self, passed: StripPass) -> None:
        """Drive a car and stay until its last axle is over the line and written down."""
        with self.car_free:
            with self._starting:
                self._station.drive(passed)
            self._driven.append(passed.at_us)
            left_us = passed.at_us + OVER_US - self._station.now_us()
            time.sleep(max(0.0, left_us / 1e6 / self._warp) + WRITTEN_S)

    def sort_passes(self, sure: set[Stamp], unsure: set[Stamp]) -> None:
        """Sort the cars into those the strips must have seen, and those that may hide behind another."""
        before_us = -HIDDEN_US
        for at_us in sorted(self._driven):
            (sure if at_us - before_us >= HIDDEN_US else unsure).add((self.station_id, at_us))
            before_us = at_us


def races() -> list[Figure]:
    """Race 200 runs while desk and stations are killed at random moments, with corrections and undos."""
    plan = RacePlan(runs=200, desk_kills=10, station_kills=10, seed=announced_seed())
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        found = RaceCampaign(plan, Path(folder)).run()
    return race_figures(found)


def race_figures(found: RaceOutcome) -> list[Figure]:
    """Return the figures of a campaign beside the goals of the full one."""
    laps, crossings = found.laps, found.crossings
    wrong = len(crossings.doubled) + len(crossings.invented)
    rows: tuple[tuple[str, float, str, float | None, bool], ...] = (
        ("race_runs", found.runs, "runs", 200, False),
        ("race_laps", laps.driven, "laps", 2000, False),
        ("race_undone", laps.undone, "actions", 50, False),
        ("race_desk_kills", found.desk_kills, "kills", 10, False),
        ("race_station_kills", found.station_kills, "kills", 10, False),
        ("race_cable_cuts", found.cuts, "cuts", None, True),
        ("race_laps_lost", laps.lost, "laps", 0, True),
        ("race_laps_doubled", laps.doubled, "laps", 0, True),
        ("race_laps_measured", laps.measured, "laps", None, True),
        ("race_lap_error", laps.worst_us, "us", 1000, True),
        ("race_undone_left_over", laps.left_over, "runs", 0, True),
        ("race_crossings", found.passes, "crossings", None, True),
        ("race_crossings_lost", len(crossings.lost), "crossings", 0, True),
        ("race_crossings_doubled", wrong, "crossings", 0, True),
    )
    return [
        Figure(area="faults", name=name, value=value, unit=unit, goal=goal, at_most=at_most)
        for name, value, unit, goal, at_most in rows
    ]


RACES = Measurement(
    area="faults",
    figures=(
        *("race_runs", "race_laps", "race_undone", "race_desk_kills", "race_station_kills"),
        *("race_cable_cuts", "race_laps_lost", "race_laps_doubled", "race_laps_measured", "race_lap_error"),
        *("race_undone_left_over", "race_crossings", "race_crossings_lost", "race_crossings_doubled"),
    ),
    measure=races,
)
