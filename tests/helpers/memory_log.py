"""Time-keeping without a disk: a run log in memory and a clock that is led by hand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.domain.ids import EventId, RunId, TrackId
from deepracer_desk.domain.race_log import Configured, Entry
from deepracer_desk.domain.run_head import RunHead
from deepracer_desk.domain.run_result import RunResult
from deepracer_desk.ports.timing_station import StationEvent, StationEventKind

T0 = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands until it is told to go."""

    def __init__(self, start_us: int = 0) -> None:
        self.us = start_us

    def now_us(self) -> int:
        return self.us

    def utc(self) -> datetime:
        return T0 + timedelta(microseconds=self.us)

    def go(self, seconds: float) -> None:
        self.us += round(seconds * 1_000_000)


class MemoryRunLog:
    """Keeps logs in a dictionary; `broken` makes every write fail, as a full disk would."""

    def __init__(self) -> None:
        self.logs: dict[RunId, list[Entry]] = {}
        self.results: dict[RunId, RunResult] = {}
        self.events: dict[tuple[str, int, int], StationEvent] = {}
        self.broken = False

    def _check(self) -> None:
        if self.broken:
            raise StorageError("The disk is full.", hint="Make room.")

    def create_run(self, run_id: RunId, entry: Entry) -> None:
        self._check()
        self.logs[run_id] = [entry]

    def append(self, run_id: RunId, entries: Sequence[Entry], result: RunResult | None = None) -> None:
        self._check()
        for entry in entries:
            assert entry.seq == len(self.logs[run_id]) + 1
            self.logs[run_id].append(entry)
        if result is not None:
            self.results[run_id] = result

    def store_crossings(
        self,
        events: Sequence[StationEvent],
        entries: Mapping[RunId, Sequence[Entry]],
        results: Mapping[RunId, RunResult] | None = None,
    ) -> None:
        self._check()
        for event in events:
            self.events[event.station_id, event.epoch, event.n] = event
        for run_id, items in entries.items():
            self.append(run_id, items, (results or {}).get(run_id))

    def known_events(self, keys: Sequence[tuple[str, int, int]]) -> set[tuple[str, int, int]]:
        return {key for key in keys if key in self.events}

    def entries(self, run_id: RunId) -> list[Entry]:
        return list(self.logs.get(run_id, []))

    def heads(
        self, *, track_id: TrackId | None = None, open_only: bool = False, limit: int | None = None
    ) -> list[RunHead]:
        found = list[RunHead]()
        for run_id, entries in self.logs.items():
            action = entries[0].action
            assert isinstance(action, Configured)
            result = self.results.get(run_id)
            state = result.state if result else "open"
            if open_only and state != "open":
                continue
            found.append(
                RunHead(
                    run_id=run_id,
                    event_id=EventId("e"),
                    track_id=action.setup.track_id,
                    racer_id=action.setup.racer_id,
                    racer_name="",
                    car_name="",
                    state=state,
                    started_utc=T0,
                    created_utc=T0,
                    best_us=None,
                    laps=0,
                    first_us=0,
                    last_us=0,
                )
            )
        return found[::-1][:limit]


def a_crossing(n: int, at_s: float, *, station_id: str = "aa") -> StationEvent:
    """Build the n-th crossing of a station whose clock is 1,000 s ahead."""
    at_us = round(at_s * 1_000_000)
    return StationEvent(
        station_id=station_id,
        epoch=1,
        n=n,
        kind=StationEventKind.CROSSING,
        clock_id=1,
        station_us=at_us + 1_000_000_000,
        host_us=at_us,
        bound_us=100,
        sensor=0,
    )
