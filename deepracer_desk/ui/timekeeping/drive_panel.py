"""The three big buttons and the few small ones of a run that goes on."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from deepracer_desk.domain.races import RunState
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings
from deepracer_desk.ui.shared.skin import Skin

LIVE = (RunState.RUNNING, RunState.TIME_UP)
OPEN = (*LIVE, RunState.PAUSED)
BRIEF_BELOW_PX = 690
SMALLEST_PX = 56  # px; a thumb hits it without looking


class BigButton(QPushButton):
    """A word to read from afar, with its key printed under it."""

    def __init__(self, skin: Skin, *, primary: bool = False) -> None:
        super().__init__()
        self._skin = skin
        self._word = ""
        self._key = ""
        self._primary = primary
        if primary:
            self.setProperty("kind", "primary")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(SMALLEST_PX)

    @property
    def word(self) -> str:
        return self._word

    def show_text(self, word: str, key: str) -> None:
        if (word, key) != (self._word, self._key):
            self._word, self._key = word, key
            self.setAccessibleName(f"{word} ({key})" if key else word)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._skin.px(120), self._skin.px(88))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        role = ("on_primary" if self._primary else "text") if self.isEnabled() else "quiet"
        colour = self._skin.colour(role)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colour)
        word_font = self._skin.figures(min(self._skin.px(40), int(self.height() * 0.36)), QFont.Weight.Bold)
        advance = QFontMetricsF(word_font).horizontalAdvance(self._word) or 1.0
        room = self.width() - 24
        if advance > room:
            word_font.setPixelSize(max(12, int(word_font.pixelSize() * room / advance)))
        word = QFontMetricsF(word_font)
        key_font = self._skin.figures(max(11, min(self._skin.px(13), int(self.height() * 0.15))))
        key = QFontMetricsF(key_font)
        key_height = key.height() + 4 if self._key else 0.0
        gap = word.descent() + self.height() * 0.04 if self._key else 0.0
        top = (self.height() - word.capHeight() - gap - key_height) / 2
        painter.setFont(word_font)
        painter.drawText(
            QPointF((self.width() - word.horizontalAdvance(self._word)) / 2, top + word.capHeight()),
            self._word,
        )
        if self._key:
            width = key.horizontalAdvance(self._key) + 16
            box = QRectF((self.width() - width) / 2, top + word.capHeight() + gap, width, key_height)
            painter.setFont(key_font)
            painter.drawRoundedRect(box, 4, 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)
        painter.end()


class DrivePanel(QWidget):
    """Signals: one for each button; `lap_requested` comes when the button goes down."""

    lap_requested = Signal()
    reset_requested = Signal()
    primary_requested = Signal()
    give_up_requested = Signal()
    reset_back_requested = Signal()
    car_requested = Signal()
    disarm_requested = Signal()
    end_requested = Signal()

    def __init__(self, skin: Skin, bindings: KeyBindings) -> None:
        super().__init__()
        self._skin = skin
        self._bindings = bindings
        self._brief = False
        self.lap = BigButton(skin, primary=True)
        self.reset = BigButton(skin)
        self.primary = BigButton(skin)
        self.lap.pressed.connect(self.lap_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.primary.clicked.connect(self.primary_requested)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(12)
        grid.addWidget(self.lap, 0, 0)
        grid.addWidget(self.reset, 0, 1)
        grid.addWidget(self.primary, 0, 2)
        for column, share in enumerate((3, 2, 2)):
            grid.setColumnStretch(column, share)
        self.give_up = self._small(self.give_up_requested)
        self.reset_back = self._small(self.reset_back_requested)
        self.car = self._small(self.car_requested)
        self.disarm = self._small(self.disarm_requested)
        self.end = self._small(self.end_requested)
        self.end.setProperty("kind", "danger")
        small = QHBoxLayout()
        small.setSpacing(8)
        for button in (self.give_up, self.reset_back, self.car, self.disarm):
            small.addWidget(button)
        small.addStretch(1)
        small.addWidget(self.end)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addLayout(grid)
        layout.addLayout(small)
        layout.addStretch(1)
        bindings.changed.connect(self._on_keys_changed)
        self._state = RunState.ARMED
        self._resumes = True
        self._on_keys_changed()

    def set_button_height(self, pixels: int) -> None:
        for button in (self.lap, self.reset, self.primary):
            button.setFixedHeight(pixels)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the keys of the small buttons out where they have no room."""
        super().resizeEvent(event)
        brief = self.width() < self._skin.px(BRIEF_BELOW_PX)
        if brief != self._brief:
            self._brief = brief
            self._write()

    def show_state(self, state: RunState, *, starts_by_crossing: bool, driving: bool) -> None:
        """Enable what is possible.

        Args:
            state: of the run.
            starts_by_crossing: a crossing, and so the lap key, starts an armed run.
            driving: a lap is being driven.
        """
        self._state = state
        self.lap.setEnabled(state in OPEN or (state is RunState.ARMED and starts_by_crossing))
        self.reset.setEnabled(state in OPEN and driving)
        self.reset_back.setEnabled(state in OPEN and driving)
        self.give_up.setEnabled(state in OPEN and driving)
        self.primary.setEnabled(state in (*OPEN, RunState.ARMED))
        self.disarm.setVisible(state is RunState.ARMED)
        self.end.setEnabled(state in (*OPEN, RunState.ARMED))
        self._write()

    def _small(self, signal: object) -> QPushButton:
        button = QPushButton()
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setMinimumWidth(40)
        button.setProperty("size", "touch")
        button.clicked.connect(signal)
        return button

    def _on_keys_changed(self) -> None:
        self._write()

    def _write(self) -> None:
        key = self._bindings.label
        self.lap.show_text(self.tr("Lap"), key(DeskKey.LAP))
        self.reset.show_text(self.tr("Reset"), key(DeskKey.RESET))
        word = {
            RunState.ARMED: self.tr("Start clock"),
            RunState.PAUSED: self.tr("Go on"),
        }.get(self._state, self.tr("Pause"))
        self.primary.show_text(word, key(DeskKey.PRIMARY))
        end_key = key(DeskKey.END)
        for button, text, name in (
            (self.give_up, self.tr("Not finished"), key(DeskKey.DID_NOT_FINISH)),
            (self.reset_back, self.tr("Reset −1"), key(DeskKey.RESET_BACK)),
            (self.car, self.tr("Other car…"), ""),
            (self.disarm, self.tr("Back to setup"), ""),
            (self.end, self.tr("End run"), f"{end_key} {end_key}" if end_key else ""),
        ):
            button.setText(f"{text}   {name}" if name and not self._brief else text)
            button.setToolTip(f"{text} ({name})" if name else text)
