"""The stations page: those that are paired, those that can be seen, and one that only an address knows."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.ports.timing_station import StationAddress, StationHealth
from deepracer_desk.services.stations import PairedStation
from deepracer_desk.ui.shared.dialogs import ask, ask_text
from deepracer_desk.ui.shared.empty_page import EmptyPage
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.stations.station_card import StationCard


class StationsView(QWidget):
    """Signals:
    pair_requested: a StationAddress.
    track_chosen, test_requested, unpair_requested: as on the cards.
    """

    pair_requested = Signal(object)
    track_chosen = Signal(str, str)
    test_requested = Signal(str)
    unpair_requested = Signal(str)

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._cards: dict[str, StationCard] = {}
        self.add = QPushButton(self.tr("Add by address…"))
        self.add.clicked.connect(self.ask_address)
        self._paired = QVBoxLayout()
        self._paired.setSpacing(12)
        self._found = QVBoxLayout()
        self._found.setSpacing(8)
        self._found_title = QLabel(self.tr("Seen on the network and on cables"))
        self._found_title.setProperty("type", "heading")
        self._nothing = QLabel(self.tr("No other station can be seen just now. The desk keeps looking."))
        self._nothing.setProperty("tone", "quiet")
        top = QHBoxLayout()
        title = QLabel(self.tr("Paired stations"))
        title.setProperty("type", "heading")
        top.addWidget(title)
        top.addStretch(1)
        top.addWidget(self.add)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(16, 12, 16, 16)
        inner.setSpacing(12)
        inner.addLayout(top)
        inner.addLayout(self._paired)
        inner.addSpacing(12)
        inner.addWidget(self._found_title)
        inner.addLayout(self._found)
        inner.addWidget(self._nothing)
        inner.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(holder)
        self._stack = QStackedWidget()
        self._stack.addWidget(area)
        self._stack.addWidget(
            EmptyPage(
                self.tr("No timing station yet"),
                self.tr(
                    "Connect a station by cable or network; it appears here by itself. "
                    "Until then laps are taken by hand."
                ),
                ((self.tr("Add by address"), self.ask_address),),
            )
        )
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)

    @property
    def cards(self) -> Mapping[str, StationCard]:
        return dict(self._cards)

    @property
    def is_empty(self) -> bool:
        return self._stack.currentIndex() == 1

    def show_stations(
        self,
        paired: Sequence[PairedStation],
        found: Sequence[StationAddress],
        tracks: Sequence[tuple[str, TrackId]],
        timed: Mapping[str, TrackId | None],
    ) -> None:
        """Show these stations; cards that stay keep their place.

        Args:
            paired: those the desk listens to.
            found: others that can be seen.
            tracks: name and id of the event's tracks.
            timed: the track of each paired station.
        """
        wanted = {station.station_id: station for station in paired}
        for station_id in [item for item in self._cards if item not in wanted]:
            card = self._cards.pop(station_id)
            card.hide()
            card.deleteLater()
        for station_id, station in wanted.items():
            if station_id not in self._cards:
                self._add_card(station)
            self._cards[station_id].show_tracks(tracks, timed.get(station_id))
        self._show_found(found)
        self._stack.setCurrentIndex(0 if paired or found else 1)

    def show_health(self, station_id: str, health: StationHealth | None, now_us: int) -> None:
        card = self._cards.get(station_id)
        if card is not None:
            card.show_health(health, now_us)

    def tick(self, now_us: int) -> None:
        for card in self._cards.values():
            card.tick(now_us)

    def pulse(self, station_id: str, at_us: int, *, counted: bool) -> None:
        card = self._cards.get(station_id)
        if card is not None:
            card.meter.pulse(at_us, counted=counted)

    @Slot()
    def ask_address(self) -> None:
        """Ask where a station can be reached."""
        schemes = ("tcp://", "serial://")
        ask_text(
            self,
            self.tr("Add a station by its address"),
            self.tr("For example tcp://192.168.1.20:8765 or serial:///dev/ttyACM0."),
            self.tr("Add station"),
            lambda url: self.pair_requested.emit(StationAddress(url=url)),
            check=lambda url: (
                ""
                if url.startswith(schemes) and len(url) > len("serial://")
                else self.tr("An address begins with tcp:// or serial://.")
            ),
        )

    def _add_card(self, station: PairedStation) -> None:
        card = StationCard(station, self._skin)
        card.track_chosen.connect(self.track_chosen)
        card.test_requested.connect(self.test_requested)
        card.unpair_requested.connect(self._on_unpair)
        self._cards[station.station_id] = card
        self._paired.addWidget(card)

    def _show_found(self, found: Sequence[StationAddress]) -> None:
        while self._found.count():
            item = self._found.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for address in found:
            line = QFrame()
            line.setProperty("card", "true")
            name = QLabel(address.name or address.station_id or self.tr("A station"))
            name.setProperty("weight", "strong")
            where = QLabel(address.url)
            where.setProperty("tone", "quiet")
            button = QPushButton(self.tr("Pair"))
            button.setProperty("kind", "primary")
            button.setAccessibleName(self.tr("Pair {name}").format(name=name.text()))
            button.clicked.connect(lambda _checked=False, chosen=address: self.pair_requested.emit(chosen))
            layout = QHBoxLayout(line)
            layout.setContentsMargins(16, 8, 8, 8)
            layout.setSpacing(16)
            layout.addWidget(name)
            layout.addWidget(where, 1)
            layout.addWidget(button)
            self._found.addWidget(line)
        self._nothing.setVisible(not found)

    @Slot(str)
    def _on_unpair(self, station_id: str) -> None:
        name = self._cards[station_id].station.name or station_id
        ask(
            self,
            self.tr("Forget {name}?").format(name=name),
            self.tr(
                "The desk stops listening to it. It can be paired again; it keeps its crossings until then."
            ),
            self.tr("Forget"),
            lambda: self.unpair_requested.emit(station_id),
            danger=True,
        )
