"""What is read from two metres: clocks that tick without touching any layout, and the band of the state."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from deepracer_desk.ui.shared.skin import Skin

CLOCK_PX = 96  # smallest race clock, readable from two metres
BAND_PX = 46
LINE = 1.04  # height of a line of figures in font sizes; they have no descenders


class TimeFace(QWidget):
    """A time in large tabular figures, as large as its box allows. A new text repaints and moves nothing."""

    def __init__(self, skin: Skin, *, sample: str = "0:00.000", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._skin = skin
        self._sample = sample
        self._text = ""
        self._role = "text"
        self._font = QFont()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        skin.changed.connect(self._on_skin_changed)

    @property
    def text(self) -> str:
        return self._text

    @property
    def role(self) -> str:
        """Name of the text colour in the theme."""
        return self._role

    @property
    def figure_px(self) -> int:
        """Present size of the figures [px]."""
        return self._font.pixelSize()

    def show_time(self, text: str, role: str = "text") -> None:
        if text != self._text or role != self._role:
            longer = max(len(text), len(self._sample)) != max(len(self._text), len(self._sample))
            self._text = text
            self._role = role
            if longer:  # ten minutes and more have a figure more
                self._fit()
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._skin.px(60), self._skin.px(32))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, 16)

    def _fit(self) -> None:
        """Take the largest figures that the width and the height allow."""
        probe = self._skin.figures(100)
        more = "0" * (len(self._text) - len(self._sample))
        advance = QFontMetricsF(probe).horizontalAdvance(self._sample + more) or 1.0
        by_width = 100 * (self.width() - 2) / advance
        self._font = self._skin.figures(max(12, int(min(by_width, self.height() / LINE))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    @Slot()
    def _on_skin_changed(self) -> None:
        self._fit()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self._skin.colour(self._role))
        metrics = QFontMetricsF(self._font)
        painter.drawText(QPointF(0, (self.height() + metrics.capHeight()) / 2), self._text)
        painter.end()


class Readout(QWidget):
    """A small label over a time."""

    def __init__(self, skin: Skin, label: str, *, sample: str = "0:00.000") -> None:
        super().__init__()
        self._label = QLabel(label)
        self._label.setProperty("type", "small")
        self._label.setProperty("tone", "quiet")
        self.face = TimeFace(skin, sample=sample)
        self.face.setAccessibleName(label)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._label)
        layout.addWidget(self.face)

    def set_label(self, text: str) -> None:
        if self._label.text() != text:
            self._label.setText(text)


class StateBand(QFrame):
    """The state as shape, word and colour over the whole width, with what comes next in a sentence."""

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self.setObjectName("stateBand")
        self._skin = skin
        self._word = QLabel()
        self._word.setObjectName("stateWord")
        self._detail = QLabel()
        self._detail.setObjectName("stateDetail")
        self._detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._hint = QLabel()
        self._hint.setObjectName("stateHint")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 16, 6)
        layout.setSpacing(24)
        layout.addWidget(self._word)
        layout.addWidget(self._detail, 1)
        layout.addWidget(self._hint)
        self._tone = ""
        skin.changed.connect(self._measure)
        self._measure()

    @Slot()
    def _measure(self) -> None:
        self.setFixedHeight(self._skin.px(BAND_PX))  # whatever height the marks have in their own typeface

    @property
    def word(self) -> str:
        return self._word.text()

    @property
    def detail(self) -> str:
        return self._detail.text()

    @property
    def hint(self) -> str:
        return self._hint.text()

    @property
    def tone(self) -> str:
        return self._tone

    def show_state(self, word: str, detail: str, tone: str) -> None:
        """Name the state.

        Args:
            word: shape and word.
            detail: what is so or what comes next, in a sentence.
            tone: neutral, ready, good, warn, bad or over; the colour of the band.
        """
        if word != self._word.text():
            self._word.setText(word)
            self.setAccessibleName(word)
        if detail != self._detail.text():
            self._detail.setText(detail)
        if tone != self._tone:
            self._tone = tone
            self.setProperty("band", tone)
            for part in (self, self._word, self._detail, self._hint):
                part.style().unpolish(part)
                part.style().polish(part)

    def show_hint(self, text: str) -> None:
        """Say something for a moment at the right end, for example that a second key press is wanted."""
        if text != self._hint.text():
            self._hint.setText(text)


class RacerHeader(QWidget):
    """Colour bar, name, country and car of who drives."""

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._colour = ""
        self._name = QLabel()
        self._name.setProperty("type", "title")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._facts = QLabel()
        self._facts.setProperty("tone", "quiet")
        self._facts.setTextFormat(Qt.TextFormat.PlainText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 0, 0, 0)
        layout.setSpacing(16)
        layout.addWidget(self._name, 1)
        layout.addWidget(self._facts)
        skin.changed.connect(self.update)

    @property
    def name(self) -> str:
        return self._name.text()

    def show_racer(self, name: str, facts: str, colour: str) -> None:
        self._name.setText(name)
        self._name.setToolTip(name)
        self._name.setProperty("tone", "" if colour else "quiet")
        self._name.style().polish(self._name)
        self._facts.setText(facts)
        self._colour = colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if not self._colour:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._skin.colour("border"))
        painter.setBrush(self._skin.racer_colour(self._colour))
        painter.drawRoundedRect(QRectF(0.5, 2.5, 8, self.height() - 5), 4, 4)
        painter.end()
