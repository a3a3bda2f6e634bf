"""What a run came to: its head, its laps, and the summaries that follow from them."""

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.domain.ids import RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapFlag
from deepracer_desk.domain.run_result import RunResult, StoredLap
from deepracer_desk.storage.rows import LapRow, RunRow
from deepracer_desk.storage.summary_rows import recompute

SUBMITTED = "submitted"


def replace_result(session: Session, head: RunRow, result: RunResult) -> None:
    """Put a run's new result in place of the old one, and of everything that was derived from it."""
    touched = set[str | None]()
    if head.state == SUBMITTED:
        touched.update(
            session.scalars(select(LapRow.racer_id).where(LapRow.run_id == head.run_id).distinct())
        )
        touched.add(head.racer_id)
        session.execute(delete(LapRow).where(LapRow.run_id == head.run_id))
    head.state = result.state
    head.racer_id = result.racer_id
    head.racer_name = result.racer_name
    head.car_name = result.car_name
    head.by_proxy = result.by_proxy
    head.best_us = result.best_us
    head.laps = result.driven_laps
    if result.state == SUBMITTED:
        if head.track_id is None:
            raise StorageError("A run without a track cannot be submitted.", hint="Choose its track first.")
        track_id = head.track_id
        touched.update(lap.racer_id for lap in result.laps)
        touched.add(result.racer_id)
        if result.laps:
            session.execute(
                insert(LapRow), [_values(head.run_id, track_id, lap, result.by_proxy) for lap in result.laps]
            )
    session.flush()
    racer_ids = {RacerId(item) for item in touched if item is not None}
    if racer_ids and head.track_id is not None:
        recompute(session, TrackId(head.track_id), racer_ids)


def stored_laps(session: Session, run_id: RunId) -> tuple[StoredLap, ...]:
    """Return the lap list of a submitted run, empty for any other."""
    rows = session.scalars(select(LapRow).where(LapRow.run_id == run_id).order_by(LapRow.end_us, LapRow.ref))
    return tuple(_lap(row) for row in rows)


def _values(run_id: str, track_id: str, lap: StoredLap, by_proxy: bool) -> dict[str, object]:
    return {
        "run_id": run_id,
        "track_id": track_id,
        "ref": lap.ref,
        "racer_id": lap.racer_id,
        "racer_name": lap.racer_name,
        "number": lap.number,
        "position": lap.position,
        "outcome": lap.outcome,
        "time_us": lap.time_us,
        "start_us": lap.start_us,
        "end_us": lap.end_us,
        "driven_at": lap.driven_at,
        "joins": lap.joins,
        "by_proxy": by_proxy and lap.joins,  # a lap that was moved names who drove it
        "resets": lap.resets,
        "source": lap.source,
        "held": lap.held,
        "car_name": lap.car_name,
        "bound_us": lap.bound_us,
        "flags": sorted(flag.value for flag in lap.flags),
        "reason": lap.reason,
    }


def _lap(row: LapRow) -> StoredLap:
    return StoredLap(
        ref=row.ref,
        number=row.number,
        position=row.position,
        outcome=row.outcome,
        time_us=row.time_us,
        start_us=row.start_us,
        end_us=row.end_us,
        driven_at=row.driven_at,
        racer_id=None if row.racer_id is None else RacerId(row.racer_id),
        racer_name=row.racer_name,
        joins=row.joins,
        resets=row.resets,
        source=row.source,
        held=row.held,
        car_name=row.car_name,
        bound_us=row.bound_us,
        # Flags change no result; one that a newer version of the desk knows is left out.
        flags=frozenset(LapFlag(flag) for flag in row.flags if flag in _FLAGS),
        reason=row.reason,
    )


_FLAGS = frozenset(flag.value for flag in LapFlag)
