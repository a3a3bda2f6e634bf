"""The rules of a run: how it starts, what ends it, which laps count, how racers are ranked."""

from dataclasses import dataclass
from enum import StrEnum

SECOND = 1_000_000  # us
MINUTE = 60 * SECOND


class RankingMethod(StrEnum):
    """What decides a racer's place."""

    BEST_LAP = "best_lap"
    BEST_AVERAGE = "best_average"


class StartRule(StrEnum):
    """What starts the race clock; lap 1 always starts at the first crossing."""

    FIRST_CROSSING = "first_crossing"
    OPERATOR = "operator"
    COUNT_IN = "count_in"


class ExpiryRule(StrEnum):
    """What happens to the lap being driven when the time is up."""

    FINISH_LAP = "finish_lap"
    STOP = "stop"


class FormatProblem(StrEnum):
    """Why a format cannot be raced."""

    NO_END = "no_end"
    TIME_LIMIT = "time_limit"
    LAP_LIMIT = "lap_limit"
    AVERAGE_LAPS = "average_laps"
    RESET_LIMIT = "reset_limit"
    MIN_LAP = "min_lap"
    MAX_LAP = "max_lap"
    COUNT_IN = "count_in"
    GRACE = "grace"
    RUNS = "runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class RaceFormat:
    """Rules in force for a run. Times are active race time: pauses do not count [us].

    Attributes:
        time_limit_us: end by time, or None.
        lap_limit: end after so many driven laps, valid or not, or None. Both limits may be set.
        average_laps: size of the window of consecutive valid laps for BEST_AVERAGE, 2..10.
        reset_limit: most resets of a valid lap, None for no limit.
        min_lap_us: a crossing sooner after the last one is held for review instead of ending the lap.
        max_lap_us: a longer lap is flagged as a possible missed crossing; None switches it off.
        count_in_us: time from the start key to the start of the clock with StartRule.COUNT_IN.
        grace_us: longest time after expiry in which the last lap may be finished; None for no limit.
        crossing_resumes: a crossing while paused resumes the clock; otherwise it is only noted.
        paused_laps_count: a lap with a pause inside may rank, with its active time.
        runs_per_racer: None for no limit.
    """

    time_limit_us: int | None = 2 * MINUTE
    lap_limit: int | None = None
    ranking: RankingMethod = RankingMethod.BEST_LAP
    average_laps: int = 3
    reset_limit: int | None = None
    min_lap_us: int = 4 * SECOND
    max_lap_us: int | None = 2 * MINUTE
    start: StartRule = StartRule.FIRST_CROSSING
    count_in_us: int = 3 * SECOND
    expiry: ExpiryRule = ExpiryRule.FINISH_LAP
    grace_us: int | None = MINUTE
    crossing_resumes: bool = True
    paused_laps_count: bool = False
    runs_per_racer: int | None = None

    def problems(self) -> tuple[FormatProblem, ...]:
        """Return everything that keeps this format from being raced."""
        checks = {
            FormatProblem.NO_END: self.time_limit_us is not None or self.lap_limit is not None,
            FormatProblem.TIME_LIMIT: self.time_limit_us is None
            or SECOND <= self.time_limit_us <= 60 * MINUTE,
            FormatProblem.LAP_LIMIT: self.lap_limit is None or 1 <= self.lap_limit <= 1000,
            FormatProblem.AVERAGE_LAPS: 2 <= self.average_laps <= 10,
            FormatProblem.RESET_LIMIT: self.reset_limit is None or 0 <= self.reset_limit <= 1000,
            FormatProblem.MIN_LAP: 0 <= self.min_lap_us <= MINUTE,
            FormatProblem.MAX_LAP: self.max_lap_us is None or self.max_lap_us > self.min_lap_us,
            FormatProblem.COUNT_IN: 0 <= self.count_in_us <= MINUTE,
            FormatProblem.GRACE: self.grace_us is None or 0 <= self.grace_us <= 60 * MINUTE,
            FormatProblem.RUNS: self.runs_per_racer is None or 1 <= self.runs_per_racer <= 1000,
        }
        return tuple(problem for problem, good in checks.items() if not good)
