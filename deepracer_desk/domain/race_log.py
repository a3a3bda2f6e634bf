"""The append-only log of a run: what happened, never what it means.

Laps, validity, clock and state are worked out by `races.fold`. Actions of the *timeline* take effect at a
moment of the
race; all others are *corrections*, which apply to the run as a whole in the order they were made.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from deepracer_desk.domain.ids import EventId, RacerId, TrackId
from deepracer_desk.domain.race_formats import FormatProblem, RaceFormat


class Source(StrEnum):
    """Where an entry came from."""

    STRIP = "strip"
    OPERATOR = "operator"
    DESK = "desk"  # the program itself, for example when it recovers from a crash


class SetupProblem(StrEnum):
    """What is missing before a run can be armed."""

    NO_RACER = "no_racer"
    NO_TRACK = "no_track"
    BAD_FORMAT = "bad_format"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSetup:
    """Everything that is settled before a run; the log's first entry keeps a copy."""

    event_id: EventId
    event_name: str
    track_id: TrackId
    track_name: str
    racer_id: RacerId | None = None
    racer_name: str = ""
    car_name: str = ""
    by_proxy: bool = False
    race_format: RaceFormat = field(default_factory=RaceFormat)

    def problems(self) -> tuple[SetupProblem, ...]:
        """Return what keeps the run from being armed."""
        found = list[SetupProblem]()
        if self.racer_id is None:
            found.append(SetupProblem.NO_RACER)
        if not self.track_id:
            found.append(SetupProblem.NO_TRACK)
        if self.race_format.problems():
            found.append(SetupProblem.BAD_FORMAT)
        return tuple(found)

    def format_problems(self) -> tuple[FormatProblem, ...]:
        return self.race_format.problems()


# --- timeline ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Armed:
    """The run waits for its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disarmed:
    """Back to settling the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStarted:
    """The operator started the race clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """A strip saw the car. `clock` names the station clock that made `station_us`; equal names may be
    subtracted.
    """

    station_id: str
    epoch: int
    n: int
    clock: int
    station_us: int
    bound_us: int = 0
    sensor: int | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualLap:
    """The operator saw the car cross the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingInserted:
    """A crossing added afterwards; an estimated one makes laps that do not rank."""

    at_us: int
    estimated: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetCounted:
    """The car was put back on the track (+1), or a reset was taken back (-1)."""

    delta: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The race clock stands; `at_us` places it in the past when the desk recovers from a crash."""

    at_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The race clock goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DidNotFinish:
    """The lap being driven was given up; the car is carried back to the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarChanged:
    """Another car drives on."""

    car_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The run is over; `at_us` places it in the past when the desk recovers from a crash."""

    at_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """An ended run goes on, paused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockChanged:
    """The computer was restarted: times across this moment rest on the wall clock."""


# --- corrections ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """The setup in force."""

    setup: RunSetup


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingRejected:
    """The crossing `ref` was none: its lap's time goes to the lap that follows."""

    ref: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossingAccepted:
    """The crossing `ref` counts, although it was held, rejected or late."""

    ref: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapDropped:
    """The lap that ended with `ref` is deleted; its time is given to nobody."""

    ref: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapJudged:
    """The lap that ended with `ref` is valid or not because the operator says so."""

    ref: int
    valid: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapRetimed:
    """The lap that ended with `ref` took `time_us`."""

    ref: int
    time_us: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapResetsSet:
    """The lap that ended with `ref` had so many resets."""

    ref: int
    resets: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LapMoved:
    """The lap that ended with `ref` was driven by another racer."""

    ref: int
    racer_id: RacerId
    racer_name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RacerChanged:
    """The whole run belongs to another racer."""

    racer_id: RacerId
    racer_name: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxySet:
    """The racer was, or was not, represented by somebody else."""

    by_proxy: bool
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """The result counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarded:
    """The run is in the bin."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The run is out of the bin again."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """Entry `target` has no effect."""

    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Redone:
    """Entry `target` has its effect again."""

    target: int


TimelineAction = (
    Armed | Disarmed | ClockStarted | Crossing | ManualLap | CrossingInserted | ResetCounted | Paused
    | Resumed | DidNotFinish | CarChanged | Ended | Reopened | ClockChanged
)  # fmt: skip
CorrectionAction = (
    Configured | CrossingRejected | CrossingAccepted | LapDropped | LapJudged | LapRetimed | LapResetsSet
    | LapMoved | RacerChanged | ProxySet | Submitted | Discarded | Restored
)  # fmt: skip
Action = TimelineAction | CorrectionAction | Undone | Redone


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One immutable line of the log.

    Attributes:
        seq: number within the run, from 1, without gaps.
        at_us: when it happened on the desk's timeline [us]; a crossing that arrives late has an early one.
        utc: wall time, for reports only.
        who: name of the person, or of the station.
    """

    seq: int
    at_us: int
    utc: datetime
    source: Source
    action: Action
    who: str = ""

    @property
    def moment_us(self) -> int:
        """Where on the timeline the entry takes effect [us]."""
        placed = getattr(self.action, "at_us", None)
        return self.at_us if placed is None else placed
