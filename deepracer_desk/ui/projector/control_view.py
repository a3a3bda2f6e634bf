"""The page from which the stage is run: preview, screen, podium, blank, freeze."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from deepracer_desk.ui.projector.stage_widget import StageWidget


class PreviewFrame(QFrame):
    """Keeps the preview in the shape of the projector, 16 to 9."""

    def __init__(self, stage: StageWidget) -> None:
        super().__init__()
        self.setProperty("card", True)
        self._stage = stage
        stage.setParent(self)
        self.setMinimumSize(480, 270)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def resizeEvent(self, event: object) -> None:
        inner = self.contentsRect().adjusted(8, 8, -8, -8)
        width = min(inner.width(), inner.height() * 16 // 9)
        height = width * 9 // 16
        left = inner.left() + (inner.width() - width) // 2
        top = inner.top() + (inner.height() - height) // 2
        self._stage.setGeometry(left, top, width, height)


class StageControlView(QWidget):
    """Says what is wanted; the presenter does it.

    Signals:
        toggled: open or close the projector window.
        screen_chosen: name of a screen, empty for "choose by itself".
        track_chosen: track id, empty for the board over all tracks.
        blank_wanted, freeze_wanted, podium_wanted, cards_wanted, link_wanted: switched.
    """

    toggled = Signal()
    screen_chosen = Signal(str)
    track_chosen = Signal(str)
    blank_wanted = Signal(bool)
    freeze_wanted = Signal(bool)
    podium_wanted = Signal(bool)
    cards_wanted = Signal(bool)
    link_wanted = Signal(bool)

    def __init__(self, preview: StageWidget) -> None:
        super().__init__()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.setSpacing(16)
        heading = QLabel(self.tr("Projector"))
        heading.setProperty("type", "title")
        self._state = QLabel()
        self._state.setProperty("tone", "quiet")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addSpacing(16)
        top.addWidget(self._state, 1)
        outer.addLayout(top)
        row = QHBoxLayout()
        row.setSpacing(24)
        row.addWidget(PreviewFrame(preview), 1)
        row.addLayout(self._controls())
        outer.addLayout(row, 1)

    def _controls(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        self._open = QPushButton(self.tr("Open on the projector  (F11)"))
        self._open.setProperty("kind", "primary")
        self._open.setProperty("size", "touch")
        self._open.clicked.connect(self.toggled)
        column.addWidget(self._open)
        form = QGridLayout()
        form.setVerticalSpacing(4)
        self._screens = QComboBox()
        self._screens.setAccessibleName(self.tr("Screen"))
        self._screens.activated.connect(self._on_screen)
        self._tracks = QComboBox()
        self._tracks.setAccessibleName(self.tr("Show"))
        self._tracks.activated.connect(self._on_track)
        for line, (title, field) in enumerate(
            ((self.tr("Screen"), self._screens), (self.tr("Show"), self._tracks))
        ):
            label = QLabel(title)
            label.setProperty("type", "label")
            form.addWidget(label, line * 2, 0)
            form.addWidget(field, line * 2 + 1, 0)
        column.addLayout(form)
        column.addSpacing(8)
        self._podium = self._switch(self.tr("Podium"), self.podium_wanted)
        self._blank = self._switch(self.tr("Blank: show the ground only"), self.blank_wanted)
        self._freeze = self._switch(self.tr("Freeze: keep this picture"), self.freeze_wanted)
        self._cards = QCheckBox(self.tr("Finish cards"))
        self._cards.setChecked(True)
        self._cards.toggled.connect(self.cards_wanted)
        self._link = QCheckBox(self.tr("QR code of the event's link"))
        self._link.setChecked(True)
        self._link.toggled.connect(self.link_wanted)
        for widget in (self._podium, self._blank, self._freeze, self._cards, self._link):
            widget.setMinimumWidth(260)
            column.addWidget(widget)
        column.addStretch(1)
        return column

    def _switch(self, text: str, signal: object) -> QPushButton:
        button = QPushButton(text)
        button.setCheckable(True)
        button.setProperty("size", "touch")
        button.toggled.connect(signal)  # type: ignore[arg-type]
        return button

    # --- what the presenter sets --------------------------------------------------------------------

    def show_state(self, text: str, *, opened: bool) -> None:
        self._state.setText(text)
        self._open.setText(
            self.tr("Close the projector  (F11)") if opened else self.tr("Open on the projector  (F11)")
        )

    def show_screens(self, screens: list[tuple[str, str]], chosen: str) -> None:
        """Fill the list of screens: name and text of each."""
        self._fill(self._screens, [("", self.tr("The second screen, by itself")), *screens], chosen)

    def show_tracks(self, tracks: list[tuple[str, str]], chosen: str) -> None:
        """Fill the list of tracks: id and name of each."""
        self._fill(self._tracks, [*tracks, ("", self.tr("All tracks together"))], chosen)

    def _fill(self, box: QComboBox, items: list[tuple[str, str]], chosen: str) -> None:
        box.blockSignals(True)
        box.clear()
        for key, text in items:
            box.addItem(text, key)
        box.setCurrentIndex(max(0, box.findData(chosen, Qt.ItemDataRole.UserRole)))
        box.blockSignals(False)

    def _on_screen(self, index: int) -> None:
        self.screen_chosen.emit(str(self._screens.itemData(index)))

    def _on_track(self, index: int) -> None:
        self.track_chosen.emit(str(self._tracks.itemData(index)))
