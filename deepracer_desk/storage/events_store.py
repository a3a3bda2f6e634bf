"""Racing events with their tracks and formats, and which event is on."""

from typing import cast

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from deepracer_desk.domain.errors import DamagedDataError, RefusedError
from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.failures import RESTORE_HINT
from deepracer_desk.storage.plain_values import from_plain, to_plain
from deepracer_desk.storage.rows import DeskRow, EventRow, EventTrackRow, RunRow
from deepracer_desk.storage.summary_rows import average_laps, rebuild


class EventsStore:
    """Reads and writes events, on any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def save(self, event: RacingEvent) -> None:
        """Add an event, or put new facts in place of its old ones.

        When the size of the average changes, all summaries of the event are worked out anew in the same
        transaction.

        Raises:
            RefusedError: a track that has runs would be gone, or a track belongs to another event.
        """
        with writing(self._engine) as session:
            row = session.get(EventRow, event.event_id)
            window = None if row is None else average_laps(session, event.event_id)
            if row is None:
                row = EventRow(event_id=event.event_id)
                session.add(row)
            row.name = event.name
            row.race_format = cast("dict[str, object]", to_plain(event.race_format))
            row.day = event.day
            row.link = event.link
            session.flush()
            _save_tracks(session, event)
            if window not in (None, event.race_format.average_laps):
                session.flush()
                rebuild(session, event.event_id)

    def all(self) -> list[RacingEvent]:
        """Return every event, by day and name, those without a day last."""
        with reading(self._engine) as session:
            events = [_event(session, row) for row in session.scalars(select(EventRow))]
        return sorted(
            events, key=lambda event: (event.day is None, event.day, event.name.casefold(), event.event_id)
        )

    def get(self, event_id: EventId) -> RacingEvent | None:
        """Return an event, None when there is no such one."""
        with reading(self._engine) as session:
            row = session.get(EventRow, event_id)
            return None if row is None else _event(session, row)

    def remove(self, event_id: EventId) -> None:
        """Remove an event that has no runs; for one that is not there nothing happens.

        Raises:
            RefusedError: it has runs.
        """
        with writing(self._engine) as session:
            runs = session.scalar(select(func.count(RunRow.run_id)).where(RunRow.event_id == event_id))
            if runs:
                raise RefusedError(
                    f"This event has {runs} {'run' if runs == 1 else 'runs'} and stays.",
                    hint="Export it if you need the room.",
                )
            session.execute(
                update(DeskRow).where(DeskRow.current_event_id == event_id).values(current_event_id=None)
            )
            session.execute(delete(EventTrackRow).where(EventTrackRow.event_id == event_id))
            session.execute(delete(EventRow).where(EventRow.event_id == event_id))

    def current(self) -> EventId | None:
        """Return the event that is on, None before one was chosen."""
        with reading(self._engine) as session:
            found = session.scalar(select(DeskRow.current_event_id))
            return None if found is None else EventId(found)

    def choose(self, event_id: EventId | None) -> None:
        """Choose the event that is on.

        Raises:
            StorageError: there is no such event.
        """
        with writing(self._engine) as session:
            session.execute(update(DeskRow).values(current_event_id=event_id))


def _save_tracks(session: Session, event: RacingEvent) -> None:
    kept = [track.track_id for track in event.tracks]
    gone = session.scalars(
        select(EventTrackRow).where(
            EventTrackRow.event_id == event.event_id, EventTrackRow.track_id.not_in(kept)
        )
    ).all()
    for row in gone:
        runs = session.scalar(select(func.count(RunRow.run_id)).where(RunRow.track_id == row.track_id))
        if runs:
            raise RefusedError(
                f"The track {row.name} has {runs} {'run' if runs == 1 else 'runs'} and stays.",
                hint="Rename it instead.",
            )
        session.delete(row)
    for position, track in enumerate(event.tracks):
        row = session.get(EventTrackRow, track.track_id)
        if row is None:
            row = EventTrackRow(track_id=track.track_id, event_id=event.event_id)
            session.add(row)
        elif row.event_id != event.event_id:
            raise RefusedError(f"The track {track.name} belongs to another event.", hint="Add a new track.")
        row.position = position
        row.name = track.name
        row.title = track.title
        row.footer = track.footer
        row.station_id = track.station_id


def _event(session: Session, row: EventRow) -> RacingEvent:
    tracks = session.scalars(
        select(EventTrackRow).where(EventTrackRow.event_id == row.event_id).order_by(EventTrackRow.position)
    )
    try:
        return RacingEvent(
            event_id=EventId(row.event_id),
            name=row.name,
            tracks=tuple(
                EventTrack(
                    track_id=TrackId(track.track_id),
                    name=track.name,
                    title=track.title,
                    footer=track.footer,
                    station_id=track.station_id,
                )
                for track in tracks
            ),
            race_format=from_plain(RaceFormat, row.race_format),
            day=row.day,
            link=row.link,
        )
    except ValueError as error:
        raise DamagedDataError(
            f"The event {row.event_id} makes no sense: {error}", hint=RESTORE_HINT
        ) from error
