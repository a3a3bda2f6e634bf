"""Timing stations: which are there, which time which track, and what they say."""

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import RLock
from typing import Protocol

from deepracer_desk.domain.errors import RefusedError
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import (
    LinkState,
    StationAddress,
    StationEvent,
    StationEventKind,
    StationFinder,
    StationHealth,
    StationLink,
)
from deepracer_desk.services.changes import (
    ChangeBus,
    ProblemChanged,
    PulseSeen,
    StationHealthChanged,
    StationsChanged,
)
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.storage.stations_store import PairedStation

log = logging.getLogger(__name__)


class PairingStore(Protocol):
    """Where paired stations are kept."""

    def all(self) -> list[PairedStation]: ...

    def save(self, station: PairedStation) -> None: ...

    def remove(self, station_id: str) -> None: ...


class PositionStore(Protocol):
    """Knows how far the events of a station are stored."""

    def positions(self, station_id: str) -> dict[int, int]: ...


class Stations:
    """Opens a link to every paired station and brings what they say to time-keeping.

    It is the `StationSink` of every link: `store` returns only after the commit, so that a link acknowledges
    nothing
    that could still be lost.
    """

    def __init__(
        self,
        *,
        timekeeping: Timekeeping,
        setup: EventSetup,
        pairings: PairingStore,
        positions: PositionStore,
        open_link: Callable[[str], StationLink],
        finder: StationFinder,
        bus: ChangeBus,
    ) -> None:
        self._timekeeping = timekeeping
        self._setup = setup
        self._pairings = pairings
        self._positions = positions
        self._open_link = open_link
        self._finder = finder
        self._bus = bus
        self._links: dict[str, StationLink] = {}  # by URL: the id is known only once the station said it
        self._urls: dict[str, str] = {}  # station id -> URL
        self._healths: dict[str, StationHealth] = {}
        self._lock = RLock()

    # --- life ---------------------------------------------------------------------------------------

    def start(self) -> None:
        """Listen to every paired station and look out for others."""
        self._finder.start()
        for station in self._pairings.all():
            self._listen(station.url, station.station_id)

    def stop(self) -> None:
        self._finder.stop()
        with self._lock:
            links = list(self._links.values())
            self._links.clear()
        for link in links:
            link.stop()

    # --- reading ------------------------------------------------------------------------------------

    def healths(self) -> list[StationHealth]:
        """Return what is known of every paired station."""
        with self._lock:
            return sorted(self._healths.values(), key=lambda item: (item.name, item.station_id))

    def health(self, station_id: str) -> StationHealth | None:
        with self._lock:
            return self._healths.get(station_id)

    def found(self) -> Sequence[StationAddress]:
        """Return stations that are there and not paired."""
        with self._lock:
            urls = set(self._links)
            ids = set(self._urls)
        return [item for item in self._finder.found() if item.url not in urls and item.station_id not in ids]

    def paired(self) -> list[PairedStation]:
        return self._pairings.all()

    def track_of(self, station_id: str) -> TrackId | None:
        """Return the track of the current event that a station times."""
        event = self._setup.current()
        tracks = event.tracks if event else ()
        return next((track.track_id for track in tracks if track.station_id == station_id), None)

    # --- what the operator does ---------------------------------------------------------------------

    def pair(self, address: StationAddress) -> None:
        """Listen to a station from now on, and after every start."""
        if not address.url:
            raise RefusedError("A station needs an address, for example tcp://192.168.1.20:8765.")
        if address.station_id:
            self._remember(address.station_id, address.url, address.name)
        self._listen(address.url, address.station_id)

    def unpair(self, station_id: str) -> None:
        """Stop listening to a station."""
        with self._lock:
            url = self._urls.pop(station_id, "")
            link = self._links.pop(url, None)
            self._healths.pop(station_id, None)
        if link is not None:
            link.stop()
        self._pairings.remove(station_id)
        self._bus.publish(ProblemChanged(key=f"station-{station_id}", text=""))
        self._bus.publish(StationsChanged())

    def test_crossing(self, station_id: str) -> None:
        """Ask a station for a crossing that is marked as simulated."""
        with self._lock:
            link = self._links.get(self._urls.get(station_id, ""))
        if link is None:
            raise RefusedError("This station is not paired.", hint="Pair it first.")
        link.test_crossing()

    # --- StationSink: called on the threads of the links --------------------------------------------

    def positions(self, station_id: str) -> Mapping[int, int]:
        return self._positions.positions(station_id)

    def store(self, events: Sequence[StationEvent]) -> None:
        for station_id in dict.fromkeys(event.station_id for event in events):
            own = [event for event in events if event.station_id == station_id]
            for event in self._timekeeping.take(own, self.track_of(station_id)):
                if event.kind in (StationEventKind.CROSSING, StationEventKind.SUPPRESSED):
                    self._bus.publish(
                        PulseSeen(
                            station_id=station_id,
                            sensor=event.sensor,
                            host_us=event.host_us,
                            counted=event.kind is StationEventKind.CROSSING,
                        )
                    )

    def health_changed(self, health: StationHealth) -> None:
        if not health.station_id:
            return
        with self._lock:
            before = self._healths.get(health.station_id)
            self._healths[health.station_id] = health
        if before is None or before.carrier != health.carrier:
            self._on_identified(health)
        self._bus.publish(StationHealthChanged(health=health))
        if before is None or before.link is not health.link:
            self._tell_link(health)

    # --- inside -------------------------------------------------------------------------------------

    def _listen(self, url: str, station_id: str) -> None:
        with self._lock:
            if url in self._links:
                return
            link = self._open_link(url)
            self._links[url] = link
            if station_id:
                self._urls[station_id] = url
        link.start(self)
        self._bus.publish(StationsChanged())

    def _on_identified(self, health: StationHealth) -> None:
        """A station said who it is: remember where it was, whichever address was typed."""
        with self._lock:
            url = next((item for item in self._links if _names(item, health.carrier)), "")
            if not url:
                return
            self._urls[health.station_id] = url
        self._remember(health.station_id, url, health.name)
        self._bus.publish(StationsChanged())

    def _remember(self, station_id: str, url: str, name: str) -> None:
        self._pairings.save(PairedStation(station_id=station_id, url=url, name=name))

    def _tell_link(self, health: StationHealth) -> None:
        key = f"station-{health.station_id}"
        if health.link is LinkState.LOST:
            self._bus.publish(
                ProblemChanged(
                    key=key,
                    text=f"The timing station {health.name or health.station_id} is silent.",
                    hint="Manual timing goes on. The station keeps every crossing for the desk.",
                )
            )
        else:
            self._bus.publish(ProblemChanged(key=key, text=""))


def _names(url: str, carrier: str) -> bool:
    """Tell whether a link's description ("tcp host:port") belongs to a URL ("tcp://host:port")."""
    return url.split("://", 1)[-1] == carrier.split(" ", 1)[-1]
