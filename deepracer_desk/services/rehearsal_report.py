"""What the desk made of what the virtual cars did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.laps import Lap, LapFlag, LapOutcome, LapSource
from deepracer_desk.domain.races import Run
from deepracer_desk.services.rehearsal import TrueLap, TrueRun


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalFindings:
    """Counts over all runs of a rehearsal.

    Attributes:
        laps_driven: laps that the cars finished.
        laps_lost, laps_duplicated: differences between the cars and the database.
        laps_by_hand: laps whose crossing the strips missed and a person pressed.
        max_lap_error_us: over laps that the strips saw begin and end.
        runs: runs compared.
        odd_runs: ids of runs with a lost or doubled lap.
    """

    laps_driven: int
    laps_recorded: int
    laps_lost: int
    laps_duplicated: int
    laps_by_hand: int
    max_lap_error_us: int
    runs: int
    odd_runs: tuple[str, ...] = ()


def compare(truth: Sequence[TrueRun], read: Callable[[RunId], Run]) -> RehearsalFindings:
    """Compare what cars did with what the database says.

    Args:
        truth: runs as they were driven.
        read: reads a run anew from the database.
    """
    driven = recorded = lost = doubled = by_hand = worst = 0
    odd = list[str]()
    for true_run in truth:
        laps = [lap for lap in read(true_run.run_id).driven if lap.outcome is not LapOutcome.DID_NOT_FINISH]
        driven += len(true_run.laps)
        recorded += len(laps)
        by_hand += sum(lap.source is not LapSource.STRIP for lap in laps)
        missing = len(true_run.laps) - len(laps)
        lost += max(0, missing)
        doubled += max(0, -missing)
        if missing:
            odd.append(true_run.run_id)
        else:
            worst = max([worst, *map(_error_us, true_run.laps, laps)])
    return RehearsalFindings(
        laps_driven=driven,
        laps_recorded=recorded,
        laps_lost=lost,
        laps_duplicated=doubled,
        laps_by_hand=by_hand,
        max_lap_error_us=worst,
        runs=len(truth),
        odd_runs=tuple(odd),
    )


def _error_us(true_lap: TrueLap, lap: Lap) -> int:
    """Return the error of a lap that strips saw begin and end; a hand's error and a pause are not theirs."""
    by_strips = true_lap.seen and lap.source is LapSource.STRIP and LapFlag.MIXED_CLOCKS not in lap.flags
    return abs(true_lap.time_us - lap.time_us) if by_strips and LapFlag.PAUSED not in lap.flags else 0
