"""What a run comes to for lists and rankings."""

from collections.abc import Sequence
from datetime import datetime

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.leaderboard import RankedLap
from deepracer_desk.domain.race_log import Entry
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.domain.run_head import HeadState
from deepracer_desk.domain.run_result import RunResult, StoredLap


def result_of(run: Run, entries: Sequence[Entry]) -> RunResult:
    """Return the derived facts of a run, to be stored beside its log."""
    utc_of: dict[int, datetime] = {entry.seq: entry.utc for entry in entries}
    state: HeadState = "discarded" if run.discarded else "submitted" if run.submitted else "open"
    return RunResult(
        state=state,
        racer_id=run.racer_id,
        racer_name=run.racer_name,
        car_name=run.car_name,
        by_proxy=run.by_proxy,
        laps=tuple(
            StoredLap.of(lap, racer_id=run.racer_id, racer_name=run.racer_name, driven_at=utc_of[lap.ref])
            for lap in run.laps
        ),
    )


def ranked_laps_of(run_id: RunId, result: RunResult) -> list[RankedLap]:
    """Return the driven laps of a run's own racer as ranking sees them."""
    return [
        RankedLap(
            run_id=run_id,
            position=lap.position,
            time_us=lap.time_us,
            valid=lap.valid,
            driven_at=lap.driven_at,
            by_proxy=result.by_proxy,
        )
        for lap in result.laps
        if lap.position is not None and lap.joins
    ]


def is_closed(run: Run) -> bool:
    """True for a run that leaves its track free for the next one."""
    return run.submitted or run.discarded


def is_live(state: RunState) -> bool:
    """True while the car may be on the track."""
    return state in (RunState.ARMED, RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED)
