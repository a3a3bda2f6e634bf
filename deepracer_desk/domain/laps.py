"""Laps and windows of consecutive laps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from deepracer_desk.domain.ids import RacerId


class LapOutcome(StrEnum):
    """What a passage over the line, or the end of a lap without one, came to."""

    VALID = "valid"
    DID_NOT_FINISH = "did_not_finish"
    OVER_RESET_LIMIT = "over_reset_limit"
    PAUSED = "paused"  # the clock stood inside the lap
    ESTIMATED = "estimated"  # one end was put in afterwards by estimate
    INVALIDATED = "invalidated"
    DELETED = "deleted"
    TOO_SHORT = "too_short"
    FALSE_TRIGGER = "false_trigger"
    LATE = "late"  # came after the run was submitted
    AFTER_END = "after_end"

    @property
    def is_lap(self) -> bool:
        """True for laps that were driven; false for passages that ended none."""
        return self not in (
            LapOutcome.TOO_SHORT,
            LapOutcome.FALSE_TRIGGER,
            LapOutcome.LATE,
            LapOutcome.AFTER_END,
        )


class LapSource(StrEnum):
    """Who said that the lap ended."""

    STRIP = "strip"
    MANUAL = "manual"
    INSERTED = "inserted"


class LapFlag(StrEnum):
    """Facts worth a look; none of them changes a result."""

    PAUSED = "paused"
    ESTIMATED = "estimated"
    ACROSS_RESTART = "across_restart"  # a clock was restarted inside the lap
    MIXED_CLOCKS = "mixed_clocks"  # the ends were stamped by different clocks
    MISSED_CROSSING = "missed_crossing"  # so long that it may be two laps
    RETIMED = "retimed"
    MOVED = "moved"
    JUDGED = "judged"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """One row of the lap list.

    Attributes:
        ref: sequence number of the entry that ended it; the lap's name in corrections.
        number: from 1 over driven laps, None for passages that ended none and for deleted laps.
        position: from 0 over driven laps including deleted ones; neighbours are consecutive.
        time_us: active time; for passages, the time since the lap being driven began [us].
        start_us, end_us: on the desk's timeline [us].
        held: waits for a decision.
        racer_id: set when the lap belongs to another racer than the run.
        bound_us: largest error of `time_us`, as far as it is known [us].
    """

    ref: int
    number: int | None
    position: int | None
    outcome: LapOutcome
    time_us: int
    start_us: int
    end_us: int
    resets: int = 0
    source: LapSource = LapSource.STRIP
    held: bool = False
    car_name: str = ""
    racer_id: RacerId | None = None
    racer_name: str = ""
    bound_us: int = 0
    flags: frozenset[LapFlag] = frozenset()
    reason: str = ""

    @property
    def valid(self) -> bool:
        return self.outcome is LapOutcome.VALID


@dataclass(frozen=True, slots=True, kw_only=True)
class LapWindow:
    """An average over consecutive valid laps; first and last are lap numbers."""

    first: int
    last: int
    average_us: int


def best_lap(laps: Iterable[Lap]) -> Lap | None:
    """Return the fastest valid lap, the earlier one of equals, or None."""
    return min((lap for lap in laps if lap.valid), key=lambda lap: (lap.time_us, lap.end_us), default=None)


def windows(laps: Sequence[Lap], size: int) -> list[LapWindow]:
    """Return every window of `size` consecutive valid laps, in driving order.

    A lap that is deleted, invalid or given up breaks the chain: its neighbours are not consecutive.
    """
    found = list[LapWindow]()
    chain = list[Lap]()
    for lap in laps:
        if lap.position is None:
            continue
        if not lap.valid or lap.racer_id is not None:
            chain.clear()
            continue
        chain.append(lap)
        if len(chain) >= size:
            part = chain[-size:]
            average = sum(item.time_us for item in part) // size
            found.append(LapWindow(first=part[0].number or 0, last=part[-1].number or 0, average_us=average))
    return found


def best_window(found: Iterable[LapWindow]) -> LapWindow | None:
    """Return the fastest window, the earlier one of equals, or None."""
    return min(found, key=lambda window: (window.average_us, window.first), default=None)
