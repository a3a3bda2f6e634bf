"""Rehearsal: virtual racers drive over the strips of real station programs, and a virtual crew times them.

Everything between the strip and the screens is the real thing. The cars know what they truly did, so that a
report can
say what the desk made of it.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Thread

from deepracer_desk.domain.errors import DeskError, RefusedError
from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import SECOND
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    CrossingAccepted,
    CrossingInserted,
    CrossingRejected,
    DidNotFinish,
    Discarded,
    Ended,
    LapDropped,
    ManualLap,
    Paused,
    ResetCounted,
    Resumed,
    RunSetup,
    Submitted,
)
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.virtual_driver import Chances, LapPlan, VirtualDriver
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.virtual_track import StripPass, VirtualTrack
from deepracer_desk.services.timekeeping import Timekeeping

log = logging.getLogger(__name__)

LEAD_US = 250_000  # a pass is commanded so long before it happens, on the station's clock


@dataclass(slots=True)
class TrueLap:
    """A lap as the virtual car drove it, on the station's clock [us].

    Attributes:
        seen: strips noticed both ends.
    """

    start_us: int
    end_us: int
    seen: bool
    counted: bool = True  # false for a lap of a run that the crew threw away

    @property
    def time_us(self) -> int:
        return self.end_us - self.start_us


@dataclass(slots=True)
class TrueRun:
    """A run as the virtual car drove it."""

    run_id: RunId
    laps: list[TrueLap] = field(default_factory=list[TrueLap])
    discarded: bool = False


class TrackCrew:
    """One track of the rehearsal: a car that drives when a run is armed, and a crew that may be sent home.

    Attributes:
        finishing: no new run is begun.
        staffed: the virtual crew chooses racers, arms, corrects and submits; otherwise a person does.
        runs: what the cars truly did.
    """

    def __init__(
        self,
        *,
        event: RacingEvent,
        track: EventTrack,
        racers: Sequence[Racer],
        strips: VirtualTrack,
        timekeeping: Timekeeping,
        clock: Clock,
        seed: int,
        wait: Callable[[float], bool],
        chances: Chances | None = None,
        slips: float = 0.25,
        patience_us: int = 10 * SECOND,
    ) -> None:
        """Prepare.

        `seed` makes chance repeatable; `wait` waits so many seconds of race time and returns true when the
        rehearsal is to end; `slips` is how often per run the crew errs and takes it back;
        `patience_us` is how long it waits for a lap to appear before it goes on.
        """
        self.staffed = True
        self.finishing = False
        self.runs: list[TrueRun] = []
        self._event = event
        self._track = track
        self._racers = list(racers)
        self._strips = strips
        self._timekeeping = timekeeping
        self._clock = clock
        self._wait = wait
        self._dice = random.Random(seed)  # noqa: S311 - a game, not a secret
        self._slips = slips
        self._patience_us = patience_us
        self._drivers = {
            racer.racer_id: VirtualDriver(seed * 1000 + index, chances) for index, racer in enumerate(racers)
        }
        self._turn = 0

    @property
    def track_id(self) -> TrackId:
        return self._track.track_id

    @property
    def next_racer(self) -> Racer:
        return self._racers[self._turn % len(self._racers)]

    @property
    def laps_driven(self) -> int:
        """Laps the cars finished in runs that count."""
        return sum(len(run.laps) for run in self.runs if not run.discarded)

    def run(self) -> None:
        """Race until told to end, or to finish."""
        while not self._wait(0.5) and not self.finishing:
            try:
                if self.staffed:
                    self._get_ready()
                if self._state() is RunState.ARMED:
                    self._race()
            except RefusedError as refusal:  # a person did something else meanwhile: look again
                log.info("The crew of %s was refused: %s", self._track.name, refusal)
            except DeskError as error:
                log.warning("The rehearsal of %s goes on after: %s", self._track.name, error)

    # --- crew ---------------------------------------------------------------------------------------

    def _state(self) -> RunState:
        run = self._timekeeping.run(self.track_id)
        return run.state_at(self._clock.now_us()) if run else RunState.IDLE

    def _get_ready(self) -> None:
        if self._state() not in (RunState.IDLE, RunState.SUBMITTED, RunState.DISCARDED):
            return
        racer = self.next_racer
        self._turn += 1
        self._timekeeping.prepare(
            RunSetup(
                event_id=self._event.event_id,
                event_name=self._event.name,
                track_id=self.track_id,
                track_name=self._track.name,
                racer_id=racer.racer_id,
                racer_name=racer.name,
                car_name=f"car-{self._dice.randrange(1, 7)}",
                race_format=self._event.race_format,
            ),
            who="crew",
        )
        if not self._wait(self._dice.uniform(1, 2)):
            self._act(Armed())

    def _act(self, action: Action) -> Run | None:
        """Do something a person of the crew would; a refusal is no accident."""
        if not self.staffed:
            return None
        try:
            return self._timekeeping.act(self.track_id, action, who="crew")
        except RefusedError as refusal:
            log.info("Refused on %s: %s", self._track.name, refusal)
            return None

    def _slip(self) -> None:
        """Press a wrong key and take it back."""
        wrong = self._dice.choice((ResetCounted(), Paused(), DidNotFinish()))
        if self._act(wrong) is not None and not self._wait(self._dice.uniform(0.2, 0.8)):
            self._timekeeping.undo(self.track_id, who="crew")

    # --- car and crew together ----------------------------------------------------------------------

    def _race(self) -> None:
        run_id = self._timekeeping.run_id(self.track_id)
        run = self._timekeeping.run(self.track_id)
        if run_id is None or run is None or run.racer_id is None:
            return
        driver = self._drivers.get(run.racer_id) or VirtualDriver(self._turn)
        truth = TrueRun(run_id)
        self.runs.append(truth)
        if self._wait(self._dice.uniform(1, 2)):
            return
        begun_us: int | None = self._pass(self._strips.now_us() + LEAD_US, LapPlan(time_us=0))
        seen = True
        while begun_us is not None and self._is_racing(run_id):
            plan = driver.next_lap()
            if self._dice.random() < self._slips / 8:
                self._slip()
            end_us = self._lap(begun_us, plan)
            if end_us is None:
                begun_us, seen = self._restart(), True
                continue
            truth.laps.append(TrueLap(begun_us, end_us, seen and not plan.missed))
            begun_us, seen = end_us, not plan.missed
        self._finish(run_id, truth)

    def _is_racing(self, run_id: RunId) -> bool:
        return self._timekeeping.run_id(self.track_id) == run_id and self._state() in (
            RunState.ARMED,
            RunState.RUNNING,
            RunState.TIME_UP,
            RunState.PAUSED,
        )

    def _until(self, station_us: int) -> bool:
        """Wait until a moment of the station's clock; true when the rehearsal is to end."""
        left_us = station_us - self._strips.now_us()
        return self._wait(left_us / SECOND) if left_us > 0 else False

    def _pass(self, at_us: int, plan: LapPlan) -> int:
        """Drive over the line, not sooner than the strips can be told; return when it was."""
        at_us = max(at_us, self._strips.now_us() + LEAD_US // 2)
        self._strips.drive(
            StripPass(
                at_us=at_us,
                speed_mps=plan.speed_mps,
                chatter=plan.chatter,
                missed_axle=plan.missed_axle,
                sensors=(0, 1) if self._dice.random() < 0.9 else (self._dice.randrange(2),),
            )
        )
        return at_us

    def _lap(self, begun_us: int, plan: LapPlan) -> int | None:
        """Drive one lap; return when it ended on the station's clock, None when it was given up or cut."""
        happenings = [(begun_us + reset_us, "reset") for reset_us in plan.resets_us]
        if plan.ghost_us is not None:
            happenings.append((begun_us + plan.ghost_us, "ghost"))
        for moment_us, what in sorted(happenings):
            if plan.gives_up_us is not None and moment_us > begun_us + plan.gives_up_us:
                break
            if self._until(moment_us):
                return None
            self._act(ResetCounted()) if what == "reset" else self._ghost()
        if plan.gives_up_us is not None:
            if not self._until(begun_us + plan.gives_up_us):
                self._act(DidNotFinish())
            return None
        end_us = begun_us + plan.time_us
        if self._until(end_us - LEAD_US):
            return None
        if plan.missed:
            if not self._until(end_us + int(self._dice.uniform(0.05, 0.2) * SECOND)):
                self._act(ManualLap())
            return end_us
        before = self._known_crossings()
        end_us = self._pass(end_us, plan)
        self._arrival(end_us, before)
        return end_us

    def _known_crossings(self) -> int:
        run = self._timekeeping.run(self.track_id)
        return len(run.laps) if run else 0

    def _arrival(self, end_us: int, before: int) -> None:
        """Wait until the desk knows of the crossing, as a person would look at the screen."""
        while self._strips.now_us() < end_us + self._patience_us:
            if self._known_crossings() > before or self._wait(0.05):
                return

    def _ghost(self) -> None:
        """Somebody steps on the strip; the crew sees it and rejects the crossing."""
        run = self._timekeeping.run(self.track_id)
        known = {lap.ref for lap in run.laps} if run else set[int]()
        self._strips.drive(StripPass(at_us=self._strips.now_us() + LEAD_US, speed_mps=0.5, sensors=(0,)))
        if self._wait(LEAD_US / SECOND + 0.3):
            return
        run = self._timekeeping.run(self.track_id)
        for lap in run.laps if run else ():
            if lap.ref not in known and lap.outcome is not LapOutcome.FALSE_TRIGGER:
                self._act(CrossingRejected(ref=lap.ref, reason="foot on the strip"))

    def _restart(self) -> int | None:
        """Carry the car to the line and drive off again; return the crossing, None when the run is over."""
        if self._wait(self._dice.uniform(1.5, 2.5)) or self._state() not in (
            RunState.RUNNING,
            RunState.PAUSED,
        ):
            return None
        if self._state() is RunState.PAUSED and self._dice.random() < 0.5:
            self._act(Resumed())
        return self._pass(self._strips.now_us() + LEAD_US, LapPlan(time_us=0))

    def _finish(self, run_id: RunId, truth: TrueRun) -> None:
        """Look at the review and submit."""
        while self._is_racing(run_id):
            if not self.staffed or self._wait(0.3):
                return
            if self._state() is RunState.PAUSED:
                self._act(Ended())
        if not self.staffed or self._wait(self._dice.uniform(1, 1.5)):
            return
        run = self._timekeeping.run(self.track_id)
        for lap in run.held if run else ():
            self._act(CrossingRejected(ref=lap.ref, reason="not a lap"))
        self._practise_corrections(run)
        run = self._timekeeping.run(self.track_id)
        if run is not None and run.driven:
            self._act(Submitted())
        elif run is not None:
            truth.discarded = self._act(Discarded(reason="no lap")) is not None
        self._wait(self._dice.uniform(1, 2))

    def _practise_corrections(self, run: Run | None) -> None:
        """Correct something and take it back: nothing may be left of it."""
        if run is None or not run.driven or self._dice.random() > self._slips:
            return
        lap = self._dice.choice(run.driven)
        middle_us = (lap.start_us + lap.end_us) // 2
        wrong: Action = self._dice.choice(
            (
                LapDropped(ref=lap.ref),
                CrossingRejected(ref=lap.ref),
                CrossingInserted(at_us=middle_us, estimated=True),
                CrossingAccepted(ref=lap.ref),
            )
        )
        if self._act(wrong) is not None:
            self._timekeeping.undo(self.track_id, who="crew")


class Rehearsal:
    """All tracks of the rehearsal, each on its own thread."""

    def __init__(self, crews: Sequence[TrackCrew], strips: Sequence[VirtualTrack], stop: Event) -> None:
        self.crews = tuple(crews)
        self.strips = tuple(strips)
        self._stop = stop
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Let the cars drive; the station programs run already."""
        for crew in self.crews:
            thread = Thread(target=crew.run, name=f"crew {crew.track_id}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def finish(self, longest_s: float = 60.0) -> None:
        """Let runs that are going on come to their end; after so many seconds nobody drives any more."""
        for crew in self.crews:
            crew.finishing = True
        end_s = time.monotonic() + longest_s
        for thread in self._threads:
            thread.join(max(0.0, end_s - time.monotonic()))
        self.rest()

    def rest(self) -> None:
        """Let nobody drive any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join(10)
        self._threads.clear()

    def stop(self) -> None:
        self.rest()
        for strips in self.strips:
            strips.stop()
