"""Brings stations and their health to the page, and pairs, assigns and tries them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Slot

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import StationAddress
from deepracer_desk.services.changes import EventsChanged, PulseSeen, StationHealthChanged, StationsChanged
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.services.stations import PairedStation, Stations
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.stations.view import StationsView

TICK_MS = 100
LOOK_EVERY = 30  # ticks between two looks for stations that came or went


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    paired: Sequence[PairedStation]
    found: Sequence[StationAddress]


class StationsPresenter(QObject):
    """Feeds the page; it looks for stations only while it is in front."""

    def __init__(self, view: StationsView, kit: Kit, stations: Stations, setup: EventSetup) -> None:
        super().__init__(view)
        self._view = view
        self._stations = stations
        self._setup = setup
        self._clock = kit.clock
        self._choice = kit.choice
        self._runner = kit.runner
        self._slow = kit.slow_runner
        self._notices = kit.notices
        self._ticks = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._on_tick)
        view.pair_requested.connect(self._on_pair)
        view.track_chosen.connect(self._on_track_chosen)
        view.test_requested.connect(self._on_test)
        view.unpair_requested.connect(self._on_unpair)
        kit.bridge.on(StationsChanged, self._on_stations_changed)
        kit.bridge.on(EventsChanged, self._on_events_changed)
        kit.bridge.on(StationHealthChanged, self._on_health_changed)
        kit.bridge.on(PulseSeen, self._on_pulse_seen)
        self._load()

    def activated(self) -> None:
        self._load()
        self._timer.start()

    def deactivated(self) -> None:
        self._timer.stop()

    @Slot()
    def _on_tick(self) -> None:
        self._view.tick(self._clock.now_us())
        self._ticks += 1
        if self._ticks % LOOK_EVERY == 0:
            self._load()

    def _on_stations_changed(self, _change: StationsChanged) -> None:
        self._load()

    def _on_events_changed(self, _change: EventsChanged) -> None:
        self._load()

    def _on_health_changed(self, change: StationHealthChanged) -> None:
        self._view.show_health(change.health.station_id, change.health, self._clock.now_us())

    def _on_pulse_seen(self, change: PulseSeen) -> None:
        self._view.pulse(change.station_id, change.host_us, counted=change.counted)

    def _load(self) -> None:
        self._runner.run(
            lambda: _Seen(paired=self._stations.paired(), found=list(self._stations.found())),
            self._show,
            self._notices.refuse,
        )

    def _show(self, seen: _Seen) -> None:
        event = self._choice.racing_event
        tracks = [(track.name, track.track_id) for track in event.tracks] if event else []
        timed = {item.station_id: self._stations.track_of(item.station_id) for item in seen.paired}
        self._view.show_stations(seen.paired, seen.found, tracks, timed)
        for item in seen.paired:
            self._view.show_health(
                item.station_id, self._stations.health(item.station_id), self._clock.now_us()
            )

    # --- requests -----------------------------------------------------------------------------------

    @Slot(object)
    def _on_pair(self, address: StationAddress) -> None:
        self._slowly(lambda: self._stations.pair(address), self.tr("The desk listens to the station now."))

    @Slot(str)
    def _on_test(self, station_id: str) -> None:
        said = self.tr("Test crossing asked for. The meter shows it when it comes.")
        self._slowly(lambda: self._stations.test_crossing(station_id), said)

    @Slot(str)
    def _on_unpair(self, station_id: str) -> None:
        self._slowly(lambda: self._stations.unpair(station_id), self.tr("Station forgotten."))

    @Slot(str, str)
    def _on_track_chosen(self, station_id: str, track_id: str) -> None:
        event = self._choice.racing_event
        timed = self._stations.track_of(station_id)
        if event is None or (not track_id and timed is None):
            return

        def work() -> None:
            if track_id:
                self._setup.assign_station(TrackId(track_id), station_id)
            elif timed is not None:
                self._setup.assign_station(timed, "")

        name = next((track.name for track in event.tracks if track.track_id == track_id), "")
        said = (
            self.tr("The station times {track} now.").format(track=name)
            if name
            else self.tr("The station times no track now.")
        )
        self._runner.run(work, lambda _none: self._notices.tell(said), self._notices.refuse)

    def _slowly(self, work: Callable[[], None], said: str) -> None:
        """Do what waits for a line or a thread away from the one that keeps the race."""

        def done(_none: None) -> None:
            self._notices.tell(said)
            self._load()

        self._slow.run(work, done, self._notices.refuse)
