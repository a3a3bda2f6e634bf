"""Summaries of racers: always what `domain.leaderboard.summarise` makes of the stored laps."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.leaderboard import Mark, RankedLap, Summary, summarise
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.storage.plain_values import from_plain
from deepracer_desk.storage.rows import EventRow, EventTrackRow, LapRow, SummaryRow

_S = SummaryRow
_MARKS = ("lap1", "lap2", "average1", "average2")
_COLUMNS = (
    _S.racer_id, _S.runs, _S.valid_laps, _S.driven_laps, _S.total_us,
    _S.lap1_us, _S.lap1_at, _S.lap1_proxy, _S.lap2_us, _S.lap2_at, _S.lap2_proxy,
    _S.average1_us, _S.average1_at, _S.average1_proxy, _S.average2_us, _S.average2_at, _S.average2_proxy,
)  # fmt: skip
_RANKED = (
    LapRow.racer_id, LapRow.run_id, LapRow.position, LapRow.time_us, LapRow.outcome, LapRow.driven_at,
    LapRow.by_proxy, LapRow.joins,
)  # fmt: skip
BATCH = 1000  # rows that are written at a time


def recompute(session: Session, track_id: TrackId, racer_ids: Iterable[RacerId]) -> None:
    """Write the summaries of these racers on a track anew."""
    # Where several desks share a server, this makes the second wait until it sees the laps of the first.
    event_id = session.scalars(
        select(EventTrackRow.event_id).where(EventTrackRow.track_id == track_id).with_for_update()
    ).one()
    window = average_laps(session, event_id)
    for racer_id in sorted(racer_ids):
        session.execute(delete(SummaryRow).where(_S.track_id == track_id, _S.racer_id == racer_id))
        summary = summarise(racer_id, ranked_laps(session, track_id, racer_id), window=window)
        if summary.runs:
            session.execute(insert(SummaryRow), [_values(summary, event_id, track_id)])


def rebuild(session: Session, event_id: str) -> None:
    """Write all summaries of an event anew from its laps."""
    window = average_laps(session, event_id)
    session.execute(delete(SummaryRow).where(_S.event_id == event_id))
    tracks = session.scalars(
        select(EventTrackRow.track_id).where(EventTrackRow.event_id == event_id).with_for_update()
    ).all()
    for track_id in tracks:
        found = session.execute(_driven(track_id).order_by(LapRow.racer_id)).yield_per(10 * BATCH)
        batch = list[dict[str, object]]()
        for racer_id, rows in groupby(found, key=lambda row: row[0]):
            summary = summarise(RacerId(racer_id or ""), map(_ranked, rows), window=window)
            batch.append(_values(summary, event_id, track_id))
            if len(batch) == BATCH:
                session.execute(insert(SummaryRow), batch)
                batch = []
        if batch:
            session.execute(insert(SummaryRow), batch)


def average_laps(session: Session, event_id: str) -> int:
    """Return how many laps make a window in an event."""
    plain = session.scalars(select(EventRow.race_format).where(EventRow.event_id == event_id)).one()
    return from_plain(RaceFormat, plain).average_laps


def ranked_laps(session: Session, track_id: str, racer_id: str) -> list[RankedLap]:
    """Return a racer's driven laps on a track, in the order of driving."""
    found = session.execute(
        _driven(track_id).where(LapRow.racer_id == racer_id).order_by(LapRow.run_id, LapRow.position)
    )
    return [_ranked(row) for row in found]


def _driven(
    track_id: str,
) -> Select[str | None, str, int | None, int, LapOutcome, datetime, bool, bool]:
    return select(*_RANKED).where(
        LapRow.track_id == track_id,
        LapRow.racer_id.is_not(None),
        LapRow.position.is_not(None),
        LapRow.outcome != LapOutcome.DELETED,  # its place stays empty and parts its neighbours
    )


def _ranked(
    row: ResultRow[str | None, str, int | None, int, LapOutcome, datetime, bool, bool],
) -> RankedLap:
    _, run_id, position, time_us, outcome, driven_at, by_proxy, joins = row
    return RankedLap(
        run_id=RunId(run_id),
        position=position or 0,
        time_us=time_us,
        valid=outcome is LapOutcome.VALID,
        driven_at=driven_at,
        by_proxy=by_proxy,
        joins=joins,
    )


def summaries(
    session: Session, event_id: EventId, track_id: TrackId, racer_id: RacerId | None
) -> list[Summary]:
    """Return the summaries of a track, of all racers or of one."""
    query = select(*_COLUMNS).where(_S.event_id == event_id, _S.track_id == track_id)
    if racer_id is not None:
        query = query.where(_S.racer_id == racer_id)
    return [
        Summary(
            racer_id=RacerId(row[0]),
            runs=row[1],
            valid_laps=row[2],
            driven_laps=row[3],
            total_us=row[4],
            laps=_marks(row[5:11]),
            averages=_marks(row[11:17]),
        )
        for row in session.execute(query)
    ]


def _marks(values: Sequence[object]) -> tuple[Mark, ...]:
    return tuple(
        Mark(time_us=time_us, driven_at=driven_at, by_proxy=by_proxy)  # pyright: ignore[reportArgumentType]
        for time_us, driven_at, by_proxy in (values[:3], values[3:])
        if time_us is not None
    )


def _values(summary: Summary, event_id: str, track_id: str) -> dict[str, object]:
    values: dict[str, object] = {
        "event_id": event_id,
        "track_id": track_id,
        "racer_id": summary.racer_id,
        "runs": summary.runs,
        "valid_laps": summary.valid_laps,
        "driven_laps": summary.driven_laps,
        "total_us": summary.total_us,
    }
    marks = [*summary.laps, None, None][:2] + [*summary.averages, None, None][:2]
    for name, mark in zip(_MARKS, marks, strict=True):
        values[f"{name}_us"] = mark.time_us if mark else None
        values[f"{name}_at"] = mark.driven_at if mark else None
        values[f"{name}_proxy"] = mark.by_proxy if mark else None
    return values
