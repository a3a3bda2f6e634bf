"""A `StationSink` in memory that counts every mistake a link could make."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence

from deepracer_desk.ports.timing_station import StationEvent, StationEventKind, StationHealth


class StationLedger:
    """Keeps events; stores each number once, and counts repetitions and wrong orders.

    Attributes:
        refuse: called before storing; raise in it to refuse, as a full disk does.
        doubled: events that were delivered again although they had been stored.
        disordered: events whose predecessor was missing.
    """

    def __init__(self) -> None:
        self.refuse: Callable[[], None] | None = None
        self.doubled = 0
        self.disordered = 0
        self._changed = threading.Condition()
        self._events: list[StationEvent] = []
        self._positions: dict[str, dict[int, int]] = {}
        self._healths: list[StationHealth] = []
        self._arrivals_s: list[float] = []

    def positions(self, station_id: str) -> Mapping[int, int]:
        with self._changed:
            return dict(self._positions.get(station_id, {}))

    def store(self, events: Sequence[StationEvent]) -> None:
        with self._changed:
            if self.refuse is not None:
                self.refuse()
            for event in events:
                self._store_one(event)
            self._changed.notify_all()

    def health_changed(self, health: StationHealth) -> None:
        with self._changed:
            self._healths.append(health)
            self._changed.notify_all()

    @property
    def events(self) -> list[StationEvent]:
        """Return everything stored, in the order of storing."""
        with self._changed:
            return list(self._events)

    @property
    def crossings(self) -> list[StationEvent]:
        """Return the stored crossings."""
        return [event for event in self.events if event.kind is StationEventKind.CROSSING]

    @property
    def crossing_arrivals_s(self) -> list[float]:
        """Return the monotonic time at which each crossing was stored [s]."""
        with self._changed:
            return list(self._arrivals_s)

    @property
    def healths(self) -> list[StationHealth]:
        """Return every state that was told."""
        with self._changed:
            return list(self._healths)

    @property
    def health(self) -> StationHealth | None:
        """Return the last state that was told."""
        with self._changed:
            return self._healths[-1] if self._healths else None

    def wait(self, until: Callable[["StationLedger"], bool], within_s: float) -> bool:
        """Wait until something holds; return whether it did in time."""
        end_s = time.monotonic() + within_s
        while not until(self):
            with self._changed:
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    return False
                self._changed.wait(min(left_s, 0.05))
        return True

    def _store_one(self, event: StationEvent) -> None:
        positions = self._positions.setdefault(event.station_id, {})
        last = positions.get(event.epoch, 0)
        if event.n <= last:
            self.doubled += 1
            return
        gap = event.raw.get("gap", 0)
        if event.n != last + 1 + (gap if isinstance(gap, int) else 0):
            self.disordered += 1
        positions[event.epoch] = event.n
        self._events.append(event)
        if event.kind is StationEventKind.CROSSING:
            self._arrivals_s.append(time.monotonic())
