"""Standings: leaderboards of the current events, kept up to date racer by racer."""

from collections.abc import Sequence
from dataclasses import dataclass
from threading import RLock
from typing import Protocol

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.leaderboard import Leaderboard, RankedLap, Summary, combine, summarise
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.races import Run
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.domain.run_result import RunResult
from deepracer_desk.services.changes import ChangeBus, EventsChanged, StandingsChanged
from deepracer_desk.services.run_results import ranked_laps_of


class SummaryStore(Protocol):
    """Where the derived summaries are kept."""

    def summaries(self, event_id: EventId, track_id: TrackId) -> list[Summary]: ...

    def summary(self, event_id: EventId, track_id: TrackId, racer_id: RacerId) -> Summary | None: ...

    def ranked_laps(self, track_id: TrackId, racer_id: RacerId) -> list[RankedLap]: ...


class EventSource(Protocol):
    """Where events are looked up."""

    def get(self, event_id: EventId) -> RacingEvent | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPreview:
    """What a run would change; ranks from 1, None where the racer is not ranked.

    Attributes:
        ranked: racers on the board if the run counted.
    """

    before: int | None
    after: int | None
    ranked: int


class Standings:
    """Leaderboards by event and track; `None` as track is the combined board."""

    def __init__(self, store: SummaryStore, events: EventSource, bus: ChangeBus) -> None:
        self._store = store
        self._events = events
        self._boards: dict[tuple[EventId, TrackId | None], Leaderboard] = {}
        self._lock = RLock()
        self._unsubscribe = (
            bus.on(StandingsChanged, self._on_standings_changed),
            bus.on(EventsChanged, self._on_events_changed),
        )

    def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()

    def board(self, event_id: EventId, track_id: TrackId | None) -> Leaderboard:
        """Return a leaderboard; the same object as long as the event's format stays."""
        with self._lock:
            key = (event_id, track_id)
            if key not in self._boards:
                rules = self._rules(event_id)
                self._boards[key] = Leaderboard(rules.ranking, self._load(event_id, track_id))
            return self._boards[key]

    def preview(self, event_id: EventId, track_id: TrackId, run_id: RunId, result: RunResult) -> RankPreview:
        """Return the racer's rank now, and the rank if this run counted with this result."""
        board = self.board(event_id, track_id)
        racer_id = result.racer_id
        if racer_id is None:
            return RankPreview(before=None, after=None, ranked=len(board))
        others = [lap for lap in self._store.ranked_laps(track_id, racer_id) if lap.run_id != run_id]
        laps = [*others, *ranked_laps_of(run_id, result)]
        summary = summarise(racer_id, laps, window=self._rules(event_id).average_laps)
        with self._lock:
            rivals = [row.summary for row in board.rows() if row.racer_id != racer_id]
            before = board.rank(racer_id)
        after = Leaderboard(board.method, [*rivals, summary] if summary.runs else rivals)
        return RankPreview(before=before, after=after.rank(racer_id), ranked=len(after))

    def virtual_rank(self, event_id: EventId, track_id: TrackId, run: Run) -> int | None:
        """Return the rank the racer would have if the run ended now, from the best time so far."""
        if run.racer_id is None:
            return None
        with self._lock:
            return self.board(event_id, track_id).virtual_rank(run.racer_id, run.ranking_us)

    def _rules(self, event_id: EventId) -> RaceFormat:
        event = self._events.get(event_id)
        return event.race_format if event else RaceFormat()

    def _load(self, event_id: EventId, track_id: TrackId | None) -> Sequence[Summary]:
        if track_id is not None:
            return self._store.summaries(event_id, track_id)
        event = self._events.get(event_id)
        by_racer = dict[RacerId, list[Summary]]()
        for track in event.tracks if event else ():
            for summary in self._store.summaries(event_id, track.track_id):
                by_racer.setdefault(summary.racer_id, []).append(summary)
        return [combine(items) for items in by_racer.values()]

    def _on_standings_changed(self, change: StandingsChanged) -> None:
        with self._lock:
            if not change.racer_ids:
                for key in [key for key in self._boards if key[0] == change.event_id]:
                    del self._boards[key]
                return
            board = self._boards.get((change.event_id, change.track_id))
            combined = self._boards.get((change.event_id, None))
            for racer_id in change.racer_ids:
                if board is not None:
                    board.replace(self._summary(change.event_id, change.track_id, racer_id))
                if combined is not None:
                    combined.replace(self._combined(change.event_id, racer_id))

    def _on_events_changed(self, _change: EventsChanged) -> None:
        with self._lock:
            self._boards.clear()

    def _summary(self, event_id: EventId, track_id: TrackId, racer_id: RacerId) -> Summary:
        return self._store.summary(event_id, track_id, racer_id) or Summary(racer_id=racer_id)

    def _combined(self, event_id: EventId, racer_id: RacerId) -> Summary:
        event = self._events.get(event_id)
        tracks = event.tracks if event else ()
        found = [self._store.summary(event_id, track.track_id, racer_id) for track in tracks]
        known = [summary for summary in found if summary is not None]
        return combine(known) if known else Summary(racer_id=racer_id)
