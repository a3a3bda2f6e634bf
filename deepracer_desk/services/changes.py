"""What happened in the desk, told to whoever listens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.laps import Lap
from deepracer_desk.domain.race_log import Entry
from deepracer_desk.domain.races import Run
from deepracer_desk.ports.timing_station import StationHealth

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChanged:
    """A run has new entries, all of them committed.

    Attributes:
        entries: the new ones, in order.
        new_laps: rows of the lap list that were not there before.
    """

    track_id: TrackId
    run_id: RunId
    run: Run
    entries: tuple[Entry, ...] = ()
    new_laps: tuple[Lap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingsChanged:
    """Places may have changed; `racer_ids` are those whose summaries did, empty for all."""

    event_id: EventId
    track_id: TrackId
    racer_ids: tuple[RacerId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RacersChanged:
    """The list of racers is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsChanged:
    """Events, their tracks or the current event changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationsChanged:
    """Stations were found, paired or removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StationHealthChanged:
    """News of one station, about once a second."""

    health: StationHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class PulseSeen:
    """A strip was pressed; `counted` is false for pulses inside the dead time."""

    station_id: str
    sensor: int | None
    host_us: int
    counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemChanged:
    """A condition for the banner: `text` empty means that it is over."""

    key: str
    text: str
    hint: str = ""


Change = (
    RunChanged
    | StandingsChanged
    | RacersChanged
    | EventsChanged
    | StationsChanged
    | StationHealthChanged
    | PulseSeen
    | ProblemChanged
)
Listener = Callable[[Change], None]
C = TypeVar("C")


class ChangeBus:
    """Hands every change to every listener, on the thread that publishes it."""

    def __init__(self) -> None:
        self._listeners: tuple[Listener, ...] = ()
        self._lock = Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Add a listener; call the result to remove it."""
        with self._lock:
            self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            with self._lock:
                self._listeners = tuple(item for item in self._listeners if item is not listener)

        return unsubscribe

    def on(self, kind: type[C], listener: Callable[[C], None]) -> Callable[[], None]:
        """Add a listener for one kind of change."""

        def pick(change: Change) -> None:
            if isinstance(change, kind):
                listener(change)

        return self.subscribe(pick)

    def publish(self, change: Change) -> None:
        """Tell everybody; a listener that breaks is logged and does not keep the others from hearing."""
        for listener in self._listeners:
            try:
                listener(change)
            except Exception:
                log.exception("A listener broke on %s", type(change).__name__)
