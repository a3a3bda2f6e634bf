"""A timing station as the desk sees it: numbered events that are acknowledged only after they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class StationEventKind(StrEnum):
    """Kinds of numbered station events; the values are the message types of the link protocol."""

    CROSSING = "x"
    CROSSING_CLOSED = "xe"
    SUPPRESSED = "sup"
    BUTTON = "btn"
    HEALTH = "hs"


class LinkState(StrEnum):
    """How sure the desk is that a station is there."""

    LIVE = "live"
    SUSPECT = "suspect"  # nothing heard for 2.5 s
    LOST = "lost"  # nothing heard for 5 s, or the line is closed


@dataclass(frozen=True, slots=True, kw_only=True)
class StationEvent:
    """One numbered record of a station, stamped by its own monotonic clock and mapped to the desk's.

    Attributes:
        station_id: eight hex digits, stable over restarts.
        epoch: names the station's journal; a new journal starts a new epoch.
        n: number within the epoch, from 1, without gaps.
        clock_id: names one run of the station's clock; stamps with different ids must not be subtracted.
        station_us: monotonic time of the station [us].
        host_us: the same moment on the desk's timeline [us].
        bound_us: largest error of `host_us` [us].
        sensor: index of the strip, None where no strip is meant.
        simulated: true when the station made it up (test crossing or simulated strip).
        raw: the whole message as received. `gap` (int) tells that so many events before this one are gone
            for good; `placed` ("wall" or "arrival") that its clock run was never measured (a large bound).
    """

    station_id: str
    epoch: int
    n: int
    kind: StationEventKind
    clock_id: int
    station_us: int
    host_us: int
    bound_us: int
    sensor: int | None = None
    simulated: bool = False
    raw: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class StationHealth:
    """What is known of a station at a moment of the desk's timeline.

    Attributes:
        carrier: how it is reached, for people: "tcp 192.168.1.20:8765" or "serial /dev/ttyACM0".
        heard_us: when the last frame came, None before the first.
        pulse_us: desk time of the last edge seen by any strip, None when there was none.
        levels: one bool a strip, true while it is pressed.
        unacknowledged: events that the station still keeps for the desk.
        offset_us: station clock minus desk clock; `bound_us` is its largest error.
        round_trip_us: the fastest recent one.
        problems: sentences for people, empty when all is well.
    """

    station_id: str
    name: str
    hardware: str
    firmware: str
    carrier: str
    link: LinkState
    heard_us: int | None
    pulse_us: int | None = None
    levels: tuple[bool, ...] = ()
    sensors: tuple[str, ...] = ()
    unacknowledged: int = 0
    offset_us: int | None = None
    bound_us: int | None = None
    round_trip_us: int | None = None
    rejected_frames: int = 0
    simulated: bool = False
    problems: tuple[str, ...] = ()


class StationSink(Protocol):
    """Takes what stations deliver. Every method may be called on any thread."""

    def positions(self, station_id: str) -> Mapping[int, int]:
        """Return, per epoch, the highest number stored without a gap before it."""
        ...

    def store(self, events: Sequence[StationEvent]) -> None:
        """Store events for good; returning means committed. Raising means: do not acknowledge, send again."""
        ...

    def health_changed(self, health: StationHealth) -> None:
        """Take note of a station's state; called at least once a second while a link is tried."""
        ...


class StationLink(Protocol):
    """One line to one station; looks for it for ever until stopped."""

    def start(self, sink: StationSink) -> None:
        """Begin; a second call does nothing."""
        ...

    def stop(self) -> None:
        """End within 2 s; a second call does nothing."""
        ...

    def test_crossing(self) -> None:
        """Ask the station for a crossing that is marked as simulated."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StationAddress:
    """Where a station can be reached.

    Attributes:
        url: "tcp://host:port" or "serial:///dev/ttyACM0" (or any URL that pyserial opens).
        station_id: empty until the station said it.
    """

    url: str
    station_id: str = ""
    name: str = ""


class StationFinder(Protocol):
    """Watches network and serial ports for stations."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def found(self) -> Sequence[StationAddress]:
        """Return every station that can be seen now."""
        ...
