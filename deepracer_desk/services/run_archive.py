"""The history of runs, the bin included."""

from collections.abc import Sequence
from typing import Protocol

from deepracer_desk.domain.ids import EventId, RunId, TrackId
from deepracer_desk.domain.race_log import Entry
from deepracer_desk.domain.races import Run, fold
from deepracer_desk.domain.run_head import HeadState, RunHead


class HeadStore(Protocol):
    """Where runs can be looked up."""

    def heads(
        self,
        *,
        event_id: EventId | None = None,
        track_id: TrackId | None = None,
        states: Sequence[HeadState] | None = None,
        limit: int | None = None,
    ) -> list[RunHead]: ...

    def entries(self, run_id: RunId) -> list[Entry]: ...


class RunArchive:
    """Reads runs for lists and details."""

    def __init__(self, store: HeadStore) -> None:
        self._store = store

    def heads(
        self,
        *,
        event_id: EventId | None = None,
        track_id: TrackId | None = None,
        states: Sequence[HeadState] | None = None,
        limit: int = 500,
    ) -> list[RunHead]:
        """Return runs, newest first."""
        return self._store.heads(event_id=event_id, track_id=track_id, states=states, limit=limit)

    def entries(self, run_id: RunId) -> list[Entry]:
        return self._store.entries(run_id)

    def run(self, run_id: RunId) -> Run:
        return fold(self._store.entries(run_id))
