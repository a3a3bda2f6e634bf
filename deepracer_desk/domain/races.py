"""A run worked out from its log: a pure fold, the same for a live race, a replay and a recovery after a
crash.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from deepracer_desk.domain.ids import EventId, RacerId, TrackId
from deepracer_desk.domain.laps import Lap, LapOutcome, LapWindow, best_lap, best_window, windows
from deepracer_desk.domain.race_corrections import Corrections, Verdict, collect, undo_stacks
from deepracer_desk.domain.race_formats import RaceFormat, RankingMethod
from deepracer_desk.domain.race_log import Crossing, Entry, ManualLap, RunSetup, TimelineAction
from deepracer_desk.domain.race_timeline import PAIR_US, Phase, Timeline

NO_SETUP = RunSetup(event_id=EventId(""), event_name="", track_id=TrackId(""), track_name="")


class RunState(StrEnum):
    """The word on the time-keeping screen."""

    IDLE = "idle"  # nothing, or not all, is settled
    CONFIGURED = "configured"
    ARMED = "armed"
    RUNNING = "running"
    PAUSED = "paused"
    TIME_UP = "time_up"  # the last lap may be finished
    REVIEW = "review"
    SUBMITTED = "submitted"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunMoment:
    """The clocks of a run at one moment [us].

    Attributes:
        elapsed_us: race clock, pauses left out.
        lap_us: lap being driven, None when the car has not crossed the line since the start or since it gave
        up.
        remaining_us: None without a time limit.
        grace_us: time left to finish the last lap, None when it does not run.
        starts_in_us: time to the end of the count-in, None without one.
        standing: the race clock does not move.
    """

    state: RunState
    elapsed_us: int
    lap_us: int | None
    remaining_us: int | None
    grace_us: int | None
    starts_in_us: int | None
    expired: bool
    standing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A racer's turn against the clock, as its log tells it.

    Attributes:
        laps: every passage in driving order; those with a number are laps.
        undo_target, redo_target: entry that the next undo or redo names, None when there is none.
        resumable: an ended run can go on, because its last lap is still open.
    """

    setup: RunSetup | None
    racer_id: RacerId | None
    racer_name: str
    by_proxy: bool
    car_name: str
    laps: tuple[Lap, ...]
    average_windows: tuple[LapWindow, ...]
    resets: int
    last_seq: int
    armed_us: int | None
    started_us: int | None
    ended_us: int | None
    resumable: bool
    submitted: bool
    discarded: bool
    undone: frozenset[int]
    undo_target: int | None
    redo_target: int | None
    timeline: Timeline

    @property
    def rules(self) -> RaceFormat:
        return self.setup.race_format if self.setup else RaceFormat()

    @property
    def driven(self) -> tuple[Lap, ...]:
        """Numbered laps."""
        return tuple(lap for lap in self.laps if lap.number is not None)

    @property
    def held(self) -> tuple[Lap, ...]:
        """Passages that wait for a decision."""
        return tuple(lap for lap in self.laps if lap.held)

    @property
    def own_laps(self) -> tuple[Lap, ...]:
        """Numbered laps that were not given to another racer."""
        return tuple(lap for lap in self.driven if lap.racer_id is None)

    @property
    def best(self) -> Lap | None:
        return best_lap(self.own_laps)

    @property
    def best_average(self) -> LapWindow | None:
        return best_window(self.average_windows)

    @property
    def ranking_us(self) -> int | None:
        """The time that ranks this run by the event's method, None without one [us]."""
        if self.rules.ranking is RankingMethod.BEST_LAP:
            return self.best.time_us if self.best else None
        return self.best_average.average_us if self.best_average else None

    @property
    def start_ref(self) -> int | None:
        """Entry that began the lap being driven without ending another one, None when there is none."""
        start = self.timeline.lap_start
        return start.ref if start is not None and self.lap(start.ref) is None else None

    def lap(self, ref: int) -> Lap | None:
        return next((lap for lap in self.laps if lap.ref == ref), None)

    def state_at(self, now_us: int) -> RunState:
        return self.at(now_us).state

    def at(self, now_us: int) -> RunMoment:
        """Return the clocks at a moment not before the last entry."""
        race = self.timeline.at(now_us)
        return RunMoment(
            state=self._state(race),
            elapsed_us=race.active_us,
            lap_us=race.lap_us,
            remaining_us=race.remaining_us,
            grace_us=race.grace_remaining_us,
            starts_in_us=max(0, race.starts_us - now_us) if _counting(race) and race.starts_us else None,
            expired=race.expired,
            standing=race.phase is not Phase.RUNNING,
        )

    def _state(self, race: Timeline) -> RunState:  # noqa: PLR0911 - one line a state
        if self.discarded:
            return RunState.DISCARDED
        if self.submitted:
            return RunState.SUBMITTED
        match race.phase:
            case Phase.READY:
                ready = self.setup is not None and not self.setup.problems() and self.racer_id is not None
                return RunState.CONFIGURED if ready else RunState.IDLE
            case Phase.ARMED:
                return RunState.ARMED
            case Phase.RUNNING:
                return RunState.TIME_UP if race.expired else RunState.RUNNING
            case Phase.PAUSED:
                return RunState.PAUSED
            case Phase.ENDED:
                return RunState.REVIEW


def _counting(race: Timeline) -> bool:
    return race.phase is Phase.ARMED and race.starts_us is not None


def fold(entries: Sequence[Entry]) -> Run:
    """Work out a run from its log.

    Entries of the timeline take effect in the order of their moments, whenever they arrived: a crossing that
    was
    stuck behind a broken cable lands where it belongs. Any sequence folds; what makes no sense has no effect.

    Args:
        entries: in order of their sequence numbers.
    """
    stacks = undo_stacks(entries)
    in_force = [entry for entry in entries if entry.seq not in stacks.undone]
    corrections = collect(in_force)
    setup = corrections.setup
    rules = setup.race_format if setup else RaceFormat()
    race = Timeline(setup or NO_SETUP, corrections)
    if setup is not None:
        timeline = [entry for entry in in_force if isinstance(entry.action, TimelineAction)]
        timeline.sort(key=lambda entry: (entry.moment_us, entry.seq))
        paired = _paired(timeline, corrections)
        for entry in timeline:
            if entry.seq not in paired:
                race.apply(entry)
    laps = _numbered(race.laps)
    return Run(
        setup=setup,
        racer_id=corrections.racer_id,
        racer_name=corrections.racer_name,
        by_proxy=corrections.by_proxy,
        car_name=race.car_name,
        laps=laps,
        average_windows=tuple(windows(laps, rules.average_laps)),
        resets=race.resets,
        last_seq=entries[-1].seq if entries else 0,
        armed_us=race.armed_us,
        started_us=race.started_us,
        ended_us=race.ended_us,
        resumable=race.phase is Phase.ENDED and not race.finished,
        submitted=corrections.submitted,
        discarded=corrections.discarded,
        undone=stacks.undone,
        undo_target=stacks.undo[-1] if stacks.undo else None,
        redo_target=stacks.redo[-1] if stacks.redo else None,
        timeline=race,
    )


def _paired(timeline: Sequence[Entry], corrections: Corrections) -> frozenset[int]:
    """Return manual presses that meant the same passage as a strip crossing; the strip is the better
    witness.
    """
    neutral = Verdict()
    crossings = [
        entry
        for entry in timeline
        if isinstance(entry.action, Crossing)
        and not corrections.verdicts.get(entry.seq, neutral).rejected
        and (entry.seq not in corrections.late or corrections.verdicts.get(entry.seq, neutral).accepted)
    ]
    paired = set[int]()
    for crossing in crossings:
        near = [
            entry
            for entry in timeline
            if isinstance(entry.action, ManualLap)
            and entry.seq not in paired
            and abs(entry.moment_us - crossing.moment_us) <= PAIR_US
            and not corrections.verdicts.get(entry.seq, neutral).accepted
        ]
        if near:
            closest = min(near, key=lambda entry: (abs(entry.moment_us - crossing.moment_us), entry.seq))
            paired.add(closest.seq)
    return frozenset(paired)


def _numbered(laps: Sequence[Lap]) -> tuple[Lap, ...]:
    """Give driven laps their numbers and places."""
    numbered = list[Lap]()
    number = position = 0
    for lap in laps:
        if not lap.outcome.is_lap:
            numbered.append(lap)
            continue
        deleted = lap.outcome is LapOutcome.DELETED
        number += not deleted
        numbered.append(replace(lap, number=None if deleted else number, position=position))
        position += 1
    return tuple(numbered)
