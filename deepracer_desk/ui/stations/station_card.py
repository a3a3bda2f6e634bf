"""One paired station: how it is, which track it times, and a way to try it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import LinkState, StationHealth
from deepracer_desk.services.stations import PairedStation
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.stations.pulse_meter import PulseMeter

NO_TRACK = ""


class StationCard(QFrame):
    """Signals:
    track_chosen: the station's id and a TrackId, empty for none.
    test_requested, unpair_requested: the station's id.
    """

    track_chosen = Signal(str, str)
    test_requested = Signal(str)
    unpair_requested = Signal(str)

    def __init__(self, station: PairedStation, skin: Skin) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self.station = station
        self._health: StationHealth | None = None
        self._name = QLabel(station.name or station.station_id)
        self._name.setProperty("type", "heading")
        self._link = QLabel()
        self._link.setProperty("weight", "strong")
        self._pulse = QLabel()
        self._pulse.setProperty("tone", "quiet")
        self.meter = PulseMeter(skin)
        self._track = QComboBox()
        self._track.setAccessibleName(self.tr("Track timed by {name}").format(name=self._name.text()))
        self._track.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._track.activated.connect(self._on_track)
        self.test = QPushButton(self.tr("Test"))
        self.test.setToolTip(self.tr("Asks the station for a crossing that is marked as a test."))
        self.test.clicked.connect(self._on_test)
        self.unpair = QPushButton(self.tr("Forget…"))
        self.unpair.setProperty("kind", "danger")
        self.unpair.clicked.connect(self._on_unpair)
        self._values = {key: QLabel() for key in ("carrier", "clock", "round", "waiting", "device")}
        self._problems = QLabel()
        self._problems.setProperty("tone", "warn")
        self._problems.setWordWrap(True)
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(16)
        top.addWidget(self._name)
        top.addWidget(self._link)
        top.addStretch(1)
        top.addWidget(self._pulse)
        facts = QGridLayout()
        facts.setHorizontalSpacing(12)
        facts.setVerticalSpacing(4)
        titles = {
            "carrier": self.tr("Reached by"),
            "clock": self.tr("Clock"),
            "round": self.tr("Round trip"),
            "waiting": self.tr("Not yet handed over"),
            "device": self.tr("Device"),
        }
        for row, (key, value) in enumerate(self._values.items()):
            title = QLabel(titles[key])
            title.setProperty("tone", "quiet")
            facts.addWidget(title, row, 0)
            facts.addWidget(value, row, 1)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        facts.setColumnStretch(1, 1)
        track_title = QLabel(self.tr("Times the track"))
        track_title.setProperty("tone", "quiet")
        bottom = QHBoxLayout()
        bottom.setSpacing(12)
        bottom.addWidget(track_title)
        bottom.addWidget(self._track)
        bottom.addWidget(self.test)
        bottom.addStretch(1)
        bottom.addWidget(self.unpair)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.meter)
        layout.addLayout(facts)
        layout.addWidget(self._problems)
        layout.addLayout(bottom)

    @property
    def text(self) -> str:
        """All that the card says."""
        return " ".join(label.text() for label in self.findChildren(QLabel))

    def show_tracks(self, tracks: Sequence[tuple[str, TrackId]], chosen: TrackId | None) -> None:
        self._track.clear()
        self._track.addItem(self.tr("None"), NO_TRACK)
        for name, track_id in tracks:
            self._track.addItem(name, track_id)
        self._track.setCurrentIndex(max(0, self._track.findData(chosen or NO_TRACK)))

    def show_health(self, health: StationHealth | None, now_us: int) -> None:
        """Show how the station is; None while it has not said a word."""
        self._health = health
        if health is None:
            self._say_link(self.tr("○ Looking for it"), "quiet")
            self._values["carrier"].setText(self.station.url)
            self._problems.hide()
            self.test.setEnabled(False)
            return
        self.test.setEnabled(health.link is not LinkState.LOST)
        self._name.setText(health.name or health.station_id)
        simulated = self.tr(" (simulated)") if health.simulated else ""
        self._values["carrier"].setText(health.carrier)
        self._values["device"].setText(
            " · ".join(filter(None, (health.hardware, health.firmware))) + simulated
        )
        self._values["waiting"].setText(str(health.unacknowledged))
        self._values["round"].setText(_milliseconds(health.round_trip_us))
        self._values["clock"].setText(
            self.tr("offset {offset}, true to {bound}").format(
                offset=formats.gap(health.offset_us), bound=_milliseconds(health.bound_us)
            )
        )
        self._problems.setText("\n".join(f"▲ {problem}" for problem in health.problems))
        self._problems.setVisible(bool(health.problems))
        self.tick(now_us)

    def tick(self, now_us: int) -> None:
        """Let the ages grow."""
        self.meter.tick(now_us)
        health = self._health
        if health is None:
            return
        heard = formats.age(None if health.heard_us is None else now_us - health.heard_us)
        text, tone = {
            LinkState.LIVE: (self.tr("● Live, heard {age} ago"), "good"),
            LinkState.SUSPECT: (self.tr("▲ Unsure, heard {age} ago"), "warn"),
            LinkState.LOST: (self.tr("✕ Lost, heard {age} ago"), "bad"),
        }[health.link]
        self._say_link(text.format(age=heard), tone)
        if any(health.levels):
            pressed = self.tr("A strip is pressed")
        elif health.pulse_us is None:
            pressed = self.tr("No pulse yet")
        else:
            pressed = self.tr("Last pulse {age} ago").format(age=formats.age(now_us - health.pulse_us))
        self._pulse.setText(pressed)

    def _say_link(self, text: str, tone: str) -> None:
        self._link.setText(text)
        if self._link.property("tone") != tone:
            self._link.setProperty("tone", tone)
            self._link.style().unpolish(self._link)
            self._link.style().polish(self._link)

    @Slot(int)
    def _on_track(self, index: int) -> None:
        self.track_chosen.emit(self.station.station_id, str(self._track.itemData(index)))

    @Slot()
    def _on_test(self) -> None:
        self.test_requested.emit(self.station.station_id)

    @Slot()
    def _on_unpair(self) -> None:
        self.unpair_requested.emit(self.station.station_id)


def _milliseconds(time_us: int | None) -> str:
    return "–" if time_us is None else f"{time_us / 1000:.1f} ms"
