"""Ten thousand cars over strips whose stations, cables and desk break all the time."""

import json
import random
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deepracer_desk.benchmarks.audit import CrossingFindings, Stamp, compare_crossings
from deepracer_desk.benchmarks.campaign_hall import CampaignHall, Outage
from deepracer_desk.benchmarks.chance import announced_seed
from deepracer_desk.benchmarks.figure import Figure, Measurement
from deepracer_desk.domain.errors import StationError
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.race_log import Armed, Ended, RunSetup, Submitted
from deepracer_desk.ports.virtual_track import StripPass

# Cars this close look like noise to a filter that expects one in ten seconds.
FILTER = {"lockout_us": 200_000, "quiet_us": 20_000, "silent_passes": 0, "noise_eps": 1000}
FORMAT = RaceFormat(time_limit_us=None, lap_limit=1000, min_lap_us=SECOND // 10, max_lap_us=None)
SPACING_US = 600_000  # between two cars of a track, on the station's clock
AHEAD_S = 0.02  # real time: a car is announced so long before it comes
UNSURE_S = 0.1  # real time: an edge so short before a death may not have reached the journal
READY_S = 0.1  # real time: and one so short after it may have come before the strips were watched
ARRIVAL_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingPlan:
    """How many cars to drive, and how often things die."""

    crossings: int
    desk_kills: int
    station_kills: int
    tracks: int = 4
    per_run: int = 50
    warp: float = 10.0
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingOutcome:
    """What became of them.

    Attributes:
        driven: cars that the strips must have seen.
        unsure: cars whose edge may have died with the station.
    """

    findings: CrossingFindings
    driven: int
    unsure: int
    desk_kills: int
    station_kills: int
    cuts: int


class CrossingCampaign:
    """Drives the cars, run after run and without a crew, while everything between strip and disk breaks."""

    def __init__(self, plan: CrossingPlan, folder: Path) -> None:
        self._plan = plan
        self._dice = random.Random(plan.seed)  # noqa: S311 - repeatable
        settings = folder / "campaign.json"
        settings.write_text(json.dumps({"filter": FILTER}), encoding="utf-8")
        self._hall = CampaignHall(
            folder,
            tracks=plan.tracks,
            warp=plan.warp,
            seed=plan.seed,
            race_format=FORMAT,
            extra=("--config", str(settings)),
        )
        self._stop = threading.Event()
        self._pressed: list[dict[int, float]] = [{} for _ in range(plan.tracks)]  # stamp -> when [s]
        self._faults: list[BaseException] = []

    def run(self) -> CrossingOutcome:
        """Drive, break, and compare."""
        plan = self._plan
        threads = [
            threading.Thread(target=self._guarded_drive, args=(number,), daemon=True)
            for number in range(plan.tracks)
        ]
        try:
            for thread in threads:
                thread.start()
            self._break_things(threads)
            for thread in threads:
                thread.join()
            if self._faults:
                raise self._faults[0]
            return self._outcome()
        finally:
            self._stop.set()
            self._hall.close()

    # --- cars ---------------------------------------------------------------------------------------

    def _guarded_drive(self, number: int) -> None:
        try:
            self._drive(number, random.Random(self._plan.seed * 100 + number))  # noqa: S311 - repeatable
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            self._faults.append(error)

    def _drive(self, number: int, dice: random.Random) -> None:
        plan, hall = self._plan, self._hall
        left = plan.crossings // plan.tracks + (number < plan.crossings % plan.tracks)
        while left > 0 and not self._stop.is_set():
            count = min(left, plan.per_run)
            left -= count
            track = hall.event.tracks[number]
            racer = dice.choice(hall.racers)
            hall.desk.prepare(
                RunSetup(
                    event_id=hall.event.event_id,
                    event_name=hall.event.name,
                    track_id=track.track_id,
                    track_name=track.name,
                    racer_id=racer.racer_id,
                    racer_name=racer.name,
                    race_format=FORMAT,
                )
            )
            hall.desk.act(track.track_id, Armed())
            before = set(self._pressed[number])
            # The first car comes when both clocks agree that the run is armed.
            next_us = hall.stations[number].now_us() + SPACING_US
            for _ in range(count):
                next_us = self._pass(number, next_us, dice) + SPACING_US
            self._await_last(number, before)
            hall.desk.act(track.track_id, Ended())
            hall.desk.act(track.track_id, Submitted())

    def _pass(self, number: int, wanted_us: int, dice: random.Random) -> int:
        """Drive one car over the line; return its stamp."""
        station, warp = self._hall.stations[number], self._plan.warp
        while True:
            ahead_s = (wanted_us - station.now_us()) / 1e6 / warp
            if ahead_s > AHEAD_S and self._stop.wait(ahead_s - AHEAD_S):
                return wanted_us
            try:
                with self._hall.starting[number]:
                    at_us = max(wanted_us, station.now_us() + int(AHEAD_S / 2 * 1e6 * warp))
                    press_s = time.monotonic() + (at_us - station.now_us()) / 1e6 / warp
                    station.drive(
                        StripPass(
                            at_us=at_us, speed_mps=dice.uniform(2.5, 4.0), chatter=dice.choice((0, 0, 3))
                        )
                    )
                    self._pressed[number][at_us] = press_s
            except StationError:  # it is dead just now
                time.sleep(AHEAD_S)
            else:
                return at_us

    def _await_last(self, number: int, before: set[int]) -> None:
        """Wait until the last car that the strips must have seen is in the run's log.

        A count of laps would not do: a car that a death may have hidden may also have been seen. Ended too
        soon, the run would not cover its last car.
        """
        track_id = self._hall.event.tracks[number].track_id
        end_s = time.monotonic() + ARRIVAL_S
        while time.monotonic() < end_s:
            sure, _ = self._sorted(number)
            last_us = max((at_us for _, at_us in sure if at_us not in before), default=None)
            if last_us is None or self._hall.desk.has_crossing(track_id, last_us):
                return
            time.sleep(0.05)

    def _sorted(self, number: int) -> tuple[set[Stamp], set[Stamp]]:
        """Return the cars that the strips must have seen, and those that a death may have hidden."""
        outages = self._hall.outages[number]
        sure, unsure = set[Stamp](), set[Stamp]()
        for at_us, press_s in list(self._pressed[number].items()):
            hidden = any(_covers(outage, press_s) for outage in outages)
            (unsure if hidden else sure).add((self._hall.stations[number].station_id, at_us))
        return sure, unsure

    # --- deaths -------------------------------------------------------------------------------------

    def _break_things(self, threads: Sequence[threading.Thread]) -> None:
        """Kill at random moments, spread over the whole campaign."""
        plan = self._plan
        victims = ["desk"] * plan.desk_kills + ["station"] * plan.station_kills
        self._dice.shuffle(victims)
        kills = len(victims)
        while victims and any(thread.is_alive() for thread in threads):
            driven = sum(map(len, self._pressed))
            # The last kill is due before the last tenth, so that none is left over.
            if kills - len(victims) < kills * driven / (0.9 * plan.crossings) and self._kill(victims[-1]):
                victims.pop()
            time.sleep(self._dice.uniform(0.01, 0.2))

    def _kill(self, victim: str) -> bool:
        if victim == "desk":
            return self._hall.kill_desk(self._dice)
        self._hall.kill_station(self._dice.randrange(self._plan.tracks))
        return True

    def _outcome(self) -> CrossingOutcome:
        sure, unsure = set[Stamp](), set[Stamp]()
        for number in range(self._plan.tracks):
            certain, possible = self._sorted(number)
            sure |= certain
            unsure |= possible
        records = self._hall.settled(frozenset(sure))
        return CrossingOutcome(
            findings=compare_crossings(records, sure=sure, unsure=unsure, in_runs=True),
            driven=len(sure),
            unsure=len(unsure),
            desk_kills=self._hall.desk.kills,
            station_kills=self._hall.station_kills,
            cuts=self._hall.cables.cuts,
        )


def _covers(outage: Outage, press_s: float) -> bool:
    return outage.begun_s - UNSURE_S <= press_s <= outage.ended_s + READY_S


def crossings() -> list[Figure]:
    """Drive 10,000 cars, and the few more whose edges die with a station."""
    plan = CrossingPlan(crossings=10_200, desk_kills=10, station_kills=10, seed=announced_seed())
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        found = CrossingCampaign(plan, Path(folder)).run()
    return crossing_figures(found)


def crossing_figures(found: CrossingOutcome) -> list[Figure]:
    """Return the figures of a campaign beside the goals of the full one."""
    findings = found.findings
    wrong = len(findings.doubled) + len(findings.invented)
    rows: tuple[tuple[str, float, str, float | None, bool], ...] = (
        ("crossings", found.driven, "crossings", 10_000, False),
        ("crossings_lost", len(findings.lost), "crossings", 0, True),
        ("crossings_doubled", wrong, "crossings", 0, True),
        ("crossings_outside_their_run", len(findings.unlogged), "crossings", 0, True),
        ("crossings_unsure", found.unsure, "crossings", None, True),
        ("crossings_desk_kills", found.desk_kills, "kills", 10, False),
        ("crossings_station_kills", found.station_kills, "kills", 10, False),
        ("crossings_cable_cuts", found.cuts, "cuts", None, True),
    )
    return [
        Figure(area="faults", name=name, value=value, unit=unit, goal=goal, at_most=at_most)
        for name, value, unit, goal, at_most in rows
    ]


CROSSINGS = Measurement(
    area="faults",
    figures=(
        *("crossings", "crossings_lost", "crossings_doubled", "crossings_outside_their_run"),
        *("crossings_unsure", "crossings_desk_kills", "crossings_station_kills", "crossings_cable_cuts"),
    ),
    measure=crossings,
)
