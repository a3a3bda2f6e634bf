"""The race itself: a machine that is led from moment to moment by the entries of a log.

It has no clock. `advance` brings it to a moment and finds out what happened on the way (the time was up, the
grace
period ended); `apply` lets one entry take effect there.
"""

import copy
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from deepracer_desk.domain.laps import Lap, LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.race_corrections import Corrections, Verdict
from deepracer_desk.domain.race_formats import ExpiryRule, StartRule
from deepracer_desk.domain.race_log import (
    Armed,
    CarChanged,
    ClockChanged,
    ClockStarted,
    Crossing,
    CrossingInserted,
    DidNotFinish,
    Disarmed,
    Ended,
    Entry,
    ManualLap,
    Paused,
    Reopened,
    ResetCounted,
    Resumed,
    RunSetup,
)

PAIR_US = 1_500_000  # a manual press and a strip crossing closer than this are the same passage
MANUAL_BOUND_US = 100_000  # usual error of a person who presses a key


class Phase(StrEnum):
    """Where the race stands; `races.RunState` adds what happened to the run as a whole."""

    READY = "ready"
    ARMED = "armed"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class LapStart:
    """The passage that started the lap being driven.

    Attributes:
        ref: sequence number of its entry.
        at_us: on the desk's timeline; active_us: race clock at that moment.
        clock, station_us: stamp of the station, None when a person made the passage.
    """

    ref: int
    at_us: int
    active_us: int
    clock: tuple[str, int] | None = None
    station_us: int = 0
    bound_us: int = 0
    estimated: bool = False


class Timeline:
    """State of the race at one moment of the desk's timeline."""

    def __init__(self, setup: RunSetup, corrections: Corrections) -> None:
        self._complete = not setup.problems()
        self._rules = setup.race_format
        self._corrections = corrections
        self.phase = Phase.READY
        self.now_us = 0
        self.laps: list[Lap] = []
        self.resets = 0
        self.car_name = setup.car_name
        self.lap_start: LapStart | None = None
        self.armed_us: int | None = None
        self.started_us: int | None = None
        self.ended_us: int | None = None
        self.finished = False  # nothing more can be driven: the last lap is in, or there is none
        self.starts_us: int | None = None  # end of the count-in
        self._active_us = 0  # race clock at `_since_us`
        self._since_us = 0
        self._grace_from_us = 0  # race clock when the run was reopened after expiry
        self._lap_paused = False
        self._lap_restarted = False
        self._driven = 0

    def at(self, moment_us: int) -> Self:
        """Return what the race will be at a later moment if nothing else happens."""
        later = copy.copy(self)
        later.laps = self.laps[:]
        later.advance(moment_us)
        return later

    # --- clock --------------------------------------------------------------------------------------------

    @property
    def active_us(self) -> int:
        """Race clock: time driven so far, pauses left out [us]."""
        return self._active_at(self.now_us)

    def _active_at(self, moment_us: int) -> int:
        if self.phase is not Phase.RUNNING:
            return self._active_us
        return self._active_us + max(0, moment_us - self._since_us)

    @property
    def lap_us(self) -> int | None:
        """Active time of the lap being driven, None when no lap is [us]."""
        return None if self.lap_start is None else self.active_us - self.lap_start.active_us

    @property
    def remaining_us(self) -> int | None:
        """Race time left, not below 0; None without a time limit [us]."""
        limit = self._rules.time_limit_us
        return None if limit is None else max(0, limit - self.active_us)

    @property
    def expired(self) -> bool:
        """The time is up; no pause can change that."""
        return self.remaining_us == 0

    @property
    def grace_remaining_us(self) -> int | None:
        """Time left to finish the last lap; None while it does not run or is not limited [us]."""
        limit = self._rules.time_limit_us
        if limit is None or self._rules.grace_us is None or not self.expired:
            return None
        return max(0, max(limit, self._grace_from_us) + self._rules.grace_us - self.active_us)

    def advance(self, moment_us: int) -> None:
        """Go to a moment; the run ends on the way when its time does. Going back does nothing."""
        moment_us = max(moment_us, self.now_us)
        if self.phase is Phase.ARMED and self.starts_us is not None and moment_us >= self.starts_us:
            self._run_from(self.starts_us)
        if self.phase is Phase.RUNNING:
            end_us = self._end_moment()
            if end_us is not None and end_us <= moment_us:
                self.now_us = max(self.now_us, end_us)
                self._end(self.now_us)
                self.finished |= self._rules.expiry is ExpiryRule.STOP or self.lap_start is None
        self.now_us = moment_us

    def _end_moment(self) -> int | None:
        """When the time ends the run if no crossing comes before, or None."""
        limit = self._rules.time_limit_us
        if limit is None:
            return None
        active = limit
        if self._rules.expiry is ExpiryRule.FINISH_LAP and self.lap_start is not None:
            if self._rules.grace_us is None:
                return None
            active = max(limit, self._grace_from_us) + self._rules.grace_us
        return self._since_us + max(0, active - self._active_us)

    def _run_from(self, moment_us: int) -> None:
        self.phase = Phase.RUNNING
        self._since_us = moment_us
        if self.started_us is None:
            self.started_us = moment_us
        self.now_us = max(self.now_us, moment_us)

    def _stand(self, phase: Phase) -> None:
        self._active_us = self.active_us
        self._since_us = self.now_us
        self.phase = phase

    def _end(self, moment_us: int) -> None:
        self._stand(Phase.ENDED)
        self.ended_us = moment_us

    # --- entries ------------------------------------------------------------------------------------------

    def apply(self, entry: Entry) -> None:  # noqa: C901, PLR0912 - one flat case for each action
        """Let an entry take effect at its moment; what does not fit the phase has none."""
        self.advance(entry.moment_us)
        match entry.action:
            case Armed():
                self._arm()
            case Disarmed():
                self._disarm()
            case ClockStarted():
                self._start_clock()
            case Crossing() | ManualLap() | CrossingInserted():
                self._pass(entry)
            case ResetCounted(delta=delta):
                if self.lap_start is not None and self.phase in (Phase.RUNNING, Phase.PAUSED):
                    self.resets = max(0, self.resets + delta)
            case Paused():
                self._pause()
            case Resumed():
                if self.phase is Phase.PAUSED:
                    self._run_from(self.now_us)
            case DidNotFinish():
                self._give_up(entry)
            case CarChanged(car_name=name):
                self.car_name = name
            case Ended():
                if self.phase in (Phase.ARMED, Phase.RUNNING, Phase.PAUSED):
                    self._end(self.now_us)
            case Reopened():
                self._reopen()
            case ClockChanged():
                self._lap_restarted = True
            case _:
                pass

    def _arm(self) -> None:
        if self.phase is Phase.READY and self._complete:
            self.phase = Phase.ARMED
            self.armed_us = self.now_us

    def _disarm(self) -> None:
        if self.phase is Phase.ARMED:
            self.phase = Phase.READY
            self.armed_us = self.starts_us = None

    def _start_clock(self) -> None:
        if self.phase is not Phase.ARMED or self.starts_us is not None:
            return
        if self._rules.start is StartRule.COUNT_IN and self._rules.count_in_us > 0:
            self.starts_us = self.now_us + self._rules.count_in_us
        else:
            self._run_from(self.now_us)

    def _pause(self) -> None:
        if self.phase is Phase.RUNNING:
            self._stand(Phase.PAUSED)
            self._lap_paused = self.lap_start is not None

    def _reopen(self) -> None:
        if self.phase is Phase.ENDED and not self.finished:
            self.phase = Phase.PAUSED
            self.ended_us = None
            self._lap_paused = self.lap_start is not None
            if self.expired:
                self._grace_from_us = self._active_us

    def _give_up(self, entry: Entry) -> None:
        if self.lap_start is None or self.phase not in (Phase.RUNNING, Phase.PAUSED):
            return
        verdict = self._corrections.verdicts.get(entry.seq, Verdict())
        if verdict.rejected:
            return
        self._end_lap(entry, LapOutcome.DID_NOT_FINISH, verdict, boundary=None)
        if self.phase is Phase.RUNNING:
            self._stand(Phase.PAUSED)
        if self.expired:
            self._finish()

    def _finish(self) -> None:
        self._end(self.now_us)
        self.finished = True
        self.lap_start = None

    # --- passages over the line ---------------------------------------------------------------------------

    def _pass(self, entry: Entry) -> None:
        verdict = self._corrections.verdicts.get(entry.seq, Verdict())
        late = entry.seq in self._corrections.late and not verdict.accepted
        if verdict.rejected or late:
            if self.phase is not Phase.READY:
                outcome = LapOutcome.FALSE_TRIGGER if verdict.rejected else LapOutcome.LATE
                self._note(entry, outcome, verdict, held=late and not verdict.rejected)
            return
        match self.phase:
            case Phase.ARMED if self._rules.start is StartRule.FIRST_CROSSING:
                self._run_from(self.now_us)
                self._start_lap(entry)
            case Phase.PAUSED if self._rules.crossing_resumes:
                self._run_from(self.now_us)
                if self.lap_start is None:
                    self._start_lap(entry)
            case Phase.RUNNING:
                self._pass_while_running(entry, verdict)
            case Phase.ENDED:
                self._pass_after_end(entry, verdict)
            case _:
                pass

    def _pass_while_running(self, entry: Entry, verdict: Verdict) -> None:
        if self.lap_start is None:
            self._start_lap(entry)
            return
        boundary = self._boundary(entry)
        time_us = self._lap_time(boundary)
        inserted = isinstance(entry.action, CrossingInserted)
        if time_us < self._rules.min_lap_us and not verdict.accepted and not inserted:
            self._note(entry, LapOutcome.TOO_SHORT, verdict, held=True)
            return
        self._end_lap(entry, self._outcome(boundary), verdict, boundary)
        done = self._rules.lap_limit is not None and self._driven >= self._rules.lap_limit
        if done or self.expired:
            self._finish()
        else:
            self._start_lap(entry)

    def _pass_after_end(self, entry: Entry, verdict: Verdict) -> None:
        if verdict.accepted and self.lap_start is not None:
            boundary = self._boundary(entry)
            self._end_lap(entry, self._outcome(boundary), verdict, boundary)
            self.finished = True
            self.lap_start = None
        else:
            self._note(entry, LapOutcome.AFTER_END, verdict)

    def _boundary(self, entry: Entry) -> LapStart:
        action = entry.action
        if isinstance(action, Crossing):
            return LapStart(
                ref=entry.seq,
                at_us=self.now_us,
                active_us=self.active_us,
                clock=(action.station_id, action.clock),
                station_us=action.station_us,
                bound_us=action.bound_us,
            )
        estimated = isinstance(action, CrossingInserted) and action.estimated
        return LapStart(
            ref=entry.seq,
            at_us=self.now_us,
            active_us=self.active_us,
            bound_us=MANUAL_BOUND_US,
            estimated=estimated,
        )

    def _start_lap(self, entry: Entry) -> None:
        self.lap_start = self._boundary(entry)
        self.resets = 0
        self._lap_paused = self._lap_restarted = False

    def _lap_time(self, boundary: LapStart) -> int:
        """Active time from the start of the lap; the station's own clock decides where both ends have its
        stamp.
        """
        start = self.lap_start
        if start is None:
            return 0
        active_us = boundary.active_us - start.active_us
        if start.clock is None or start.clock != boundary.clock:
            return max(0, active_us)
        paused_us = (boundary.at_us - start.at_us) - active_us
        return max(0, boundary.station_us - start.station_us - paused_us)

    def _outcome(self, boundary: LapStart) -> LapOutcome:
        limit = self._rules.reset_limit
        if limit is not None and self.resets > limit:
            return LapOutcome.OVER_RESET_LIMIT
        if boundary.estimated or (self.lap_start is not None and self.lap_start.estimated):
            return LapOutcome.ESTIMATED
        if self._lap_paused and not self._rules.paused_laps_count:
            return LapOutcome.PAUSED
        return LapOutcome.VALID

    def _flags(self, boundary: LapStart | None, time_us: int) -> set[LapFlag]:
        start = self.lap_start
        longest = self._rules.max_lap_us
        facts = {
            LapFlag.PAUSED: self._lap_paused,
            LapFlag.ACROSS_RESTART: self._lap_restarted,
            LapFlag.MISSED_CROSSING: longest is not None and time_us > longest,
        }
        if boundary is not None and start is not None:
            facts[LapFlag.ESTIMATED] = start.estimated or boundary.estimated
            facts[LapFlag.MIXED_CLOCKS] = start.clock != boundary.clock
        return {flag for flag, true in facts.items() if true}

    def _end_lap(
        self, entry: Entry, outcome: LapOutcome, verdict: Verdict, boundary: LapStart | None
    ) -> None:
        start = self.lap_start
        if start is None:
            return
        ends_at = boundary or self._boundary(entry)
        time_us = self._lap_time(ends_at)
        flags = self._flags(boundary, time_us)
        same_clock = boundary is not None and boundary.clock is not None and boundary.clock == start.clock
        if isinstance(entry.action, Crossing) and entry.action.simulated:
            flags.add(LapFlag.SIMULATED)
        resets = self.resets
        if verdict.resets is not None:
            resets = verdict.resets
            limit = self._rules.reset_limit
            over = limit is not None and resets > limit
            if over and outcome is LapOutcome.VALID:
                outcome = LapOutcome.OVER_RESET_LIMIT
            elif not over and outcome is LapOutcome.OVER_RESET_LIMIT:
                outcome = LapOutcome.VALID
        if verdict.valid is not None:
            flags.add(LapFlag.JUDGED)
            outcome = LapOutcome.VALID if verdict.valid else LapOutcome.INVALIDATED
        if verdict.time_us is not None:
            flags.add(LapFlag.RETIMED)
            time_us = verdict.time_us
        if verdict.racer_id is not None:
            flags.add(LapFlag.MOVED)
        if verdict.dropped:
            outcome = LapOutcome.DELETED
        else:
            self._driven += outcome is not LapOutcome.DID_NOT_FINISH
        self.laps.append(
            Lap(
                ref=entry.seq,
                number=None,
                position=None,
                outcome=outcome,
                time_us=time_us,
                start_us=start.at_us,
                end_us=self.now_us,
                resets=resets,
                source=_source(entry),
                car_name=self.car_name,
                racer_id=verdict.racer_id,
                racer_name=verdict.racer_name,
                bound_us=0 if same_clock else start.bound_us + ends_at.bound_us,
                flags=frozenset(flags),
                reason=verdict.reason,
            )
        )
        self.lap_start = None
        self.resets = 0
        self._lap_paused = self._lap_restarted = False

    def _note(self, entry: Entry, outcome: LapOutcome, verdict: Verdict, *, held: bool = False) -> None:
        start = self.lap_start
        self.laps.append(
            Lap(
                ref=entry.seq,
                number=None,
                position=None,
                outcome=outcome,
                time_us=self._lap_time(self._boundary(entry)),
                start_us=start.at_us if start else self.now_us,
                end_us=entry.moment_us,
                source=_source(entry),
                held=held,
                car_name=self.car_name,
                reason=verdict.reason,
            )
        )


def _source(entry: Entry) -> LapSource:
    match entry.action:
        case Crossing():
            return LapSource.STRIP
        case CrossingInserted():
            return LapSource.INSERTED
        case _:
            return LapSource.MANUAL
