"""Summaries of racers for leaderboards."""

from sqlalchemy import Engine, func, select

from deepracer_desk.domain.ids import EventId, RacerId, TrackId
from deepracer_desk.domain.leaderboard import RankedLap, Summary
from deepracer_desk.storage.engine import reading, writing
from deepracer_desk.storage.rows import RunRow
from deepracer_desk.storage.summary_rows import ranked_laps, rebuild, summaries


class StandingsStore:
    """Reads what submitted runs came to, on any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def summaries(self, event_id: EventId, track_id: TrackId) -> list[Summary]:
        """Return the summaries of all racers with laps on a track, in no order."""
        with reading(self._engine) as session:
            return summaries(session, event_id, track_id, None)

    def summary(self, event_id: EventId, track_id: TrackId, racer_id: RacerId) -> Summary | None:
        """Return a racer's summary on a track, None for a racer without laps there."""
        with reading(self._engine) as session:
            return next(iter(summaries(session, event_id, track_id, racer_id)), None)

    def ranked_laps(self, track_id: TrackId, racer_id: RacerId) -> list[RankedLap]:
        """Return a racer's driven laps of submitted runs on a track, run by run in the order of driving."""
        with reading(self._engine) as session:
            return ranked_laps(session, track_id, racer_id)

    def rebuild(self, event_id: EventId) -> None:
        """Work out all summaries of an event anew from its laps."""
        with writing(self._engine) as session:
            rebuild(session, event_id)

    def racer_runs_count(self, event_id: EventId, track_id: TrackId) -> dict[RacerId, int]:
        """Return how many submitted runs each racer has on a track; racers without any are left out."""
        query = (
            select(RunRow.racer_id, func.count(RunRow.run_id))
            .where(
                RunRow.event_id == event_id,
                RunRow.track_id == track_id,
                RunRow.state == "submitted",
                RunRow.racer_id.is_not(None),
            )
            .group_by(RunRow.racer_id)
        )
        with reading(self._engine) as session:
            return {
                RacerId(racer_id): count for racer_id, count in session.execute(query) if racer_id is not None
            }
