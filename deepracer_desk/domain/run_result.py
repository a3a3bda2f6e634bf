"""What a run came to, in the form in which it is kept for ranking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.laps import Lap, LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.run_head import HeadState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLap:
    """A lap with who gets it and when it was driven.

    Attributes:
        ref, number, position, time_us, start_us, end_us, bound_us: as in `Lap`.
        racer_id: the racer it is credited to, None while the run has no racer.
        joins: false when it was moved here from another racer's run; such a lap is part of no window.
        driven_at: wall time of its end, aware; for the order of equals and for reports only.
    """

    ref: int
    number: int | None
    position: int | None
    outcome: LapOutcome
    time_us: int
    start_us: int
    end_us: int
    driven_at: datetime
    racer_id: RacerId | None
    racer_name: str = ""
    joins: bool = True
    resets: int = 0
    source: LapSource = LapSource.STRIP
    held: bool = False
    car_name: str = ""
    bound_us: int = 0
    flags: frozenset[LapFlag] = frozenset()
    reason: str = ""

    @property
    def valid(self) -> bool:
        return self.outcome is LapOutcome.VALID

    @classmethod
    def of(cls, lap: Lap, *, racer_id: RacerId | None, racer_name: str, driven_at: datetime) -> Self:
        """Credit `lap` to the run's racer, or to the one it was moved to."""
        moved = lap.racer_id is not None and lap.racer_id != racer_id
        return cls(
            ref=lap.ref,
            number=lap.number,
            position=lap.position,
            outcome=lap.outcome,
            time_us=lap.time_us,
            start_us=lap.start_us,
            end_us=lap.end_us,
            driven_at=driven_at,
            racer_id=lap.racer_id if moved else racer_id,
            racer_name=lap.racer_name if moved else racer_name,
            joins=not moved,
            resets=lap.resets,
            source=lap.source,
            held=lap.held,
            car_name=lap.car_name,
            bound_us=lap.bound_us,
            flags=lap.flags,
            reason=lap.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The outcome of a run's log at one moment; given to the store whenever its head or its laps change.

    Attributes:
        laps: every row of the lap list, passages and deleted laps included.
    """

    state: HeadState
    racer_id: RacerId | None
    racer_name: str = ""
    car_name: str = ""
    by_proxy: bool = False
    laps: tuple[StoredLap, ...] = ()

    @property
    def best_us(self) -> int | None:
        """Fastest valid lap of the run's own racer [us]."""
        return min((lap.time_us for lap in self.laps if lap.valid and lap.joins), default=None)

    @property
    def driven_laps(self) -> int:
        """Laps that were driven and not deleted."""
        return sum(lap.number is not None for lap in self.laps)
