"""The top bar: event, track, rehearsal mark and health."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QSizePolicy

from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shell.health_strip import HealthStrip

HEIGHT_PX = 48


class TopBar(QFrame):
    """Signals:
    track_chosen: a TrackId.
    """

    track_chosen = Signal(str)

    def __init__(self, skin: Skin, *, rehearsal: bool) -> None:
        super().__init__()
        self.setProperty("bar", "top")
        self._skin = skin
        self._event = QLabel()
        self._event.setObjectName("eventName")
        self._event.setTextFormat(Qt.TextFormat.PlainText)
        self._event.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._tracks = QComboBox()
        self._tracks.setAccessibleName(self.tr("Track"))
        self._tracks.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._tracks.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._tracks.activated.connect(self._on_activated)
        mark = QLabel(self.tr("REHEARSAL"))
        mark.setObjectName("rehearsal")
        mark.setToolTip(self.tr("Nothing here touches the data of a real event."))
        mark.setVisible(rehearsal)
        self.health = HealthStrip()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 4, 8, 4)
        layout.setSpacing(16)
        layout.addWidget(self._event, 1)
        layout.addWidget(mark)
        layout.addWidget(self._tracks)
        layout.addSpacing(16)
        layout.addWidget(self.health)
        skin.changed.connect(self._dress)
        self._dress()

    @property
    def event_name(self) -> str:
        return self._event.text()

    @property
    def tracks(self) -> QComboBox:
        return self._tracks

    def show_event(self, event: RacingEvent | None, track_id: TrackId | None) -> None:
        name = event.name if event else self.tr("No event")
        self._event.setText(name)
        self._event.setToolTip(name)
        self._tracks.clear()
        for track in event.tracks if event else ():
            self._tracks.addItem(track.name, track.track_id)
        self._tracks.setCurrentIndex(self._tracks.findData(track_id))
        self._tracks.setVisible(event is not None)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.track_chosen.emit(self._tracks.itemData(index))

    @Slot()
    def _dress(self) -> None:
        self.setFixedHeight(self._skin.px(HEIGHT_PX))
