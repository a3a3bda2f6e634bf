"""The last seconds of a strip as a moving line of marks: is it alive, and does it see every car twice?"""

from collections import deque

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from deepracer_desk.ui.shared.skin import Skin

SPAN_US = 10_000_000
MOST = 200


class PulseMeter(QWidget):
    """Marks for pulses of the last ten seconds; tall ones were counted, short ones came in the dead time."""

    def __init__(self, skin: Skin) -> None:
        super().__init__()
        self._skin = skin
        self._pulses: deque[tuple[int, bool]] = deque(maxlen=MOST)
        self._now_us = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Pulses of the last ten seconds"))
        self.setToolTip(
            self.tr("Each mark is a pulse of the last ten seconds. Short marks were not counted: dead time.")
        )
        skin.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._skin.px(160), self._skin.px(32))

    @property
    def count(self) -> int:
        """Pulses on show."""
        return sum(self._now_us - at_us < SPAN_US for at_us, _counted in self._pulses)

    def pulse(self, at_us: int, *, counted: bool) -> None:
        self._pulses.append((at_us, counted))
        self.update()

    def tick(self, now_us: int) -> None:
        """Move on; nothing is painted while there is nothing to move."""
        moving = self.count > 0
        self._now_us = now_us
        if moving or self.count:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        base = self.height() - 3
        painter.setPen(self._skin.colour("border"))
        painter.drawLine(0, base, self.width(), base)
        painter.setPen(Qt.PenStyle.NoPen)
        for at_us, counted in self._pulses:
            age_us = max(0, self._now_us - at_us)
            if age_us >= SPAN_US:
                continue
            height = (self.height() - 6) * (1.0 if counted else 0.45)
            left = (self.width() - 4) * (1 - age_us / SPAN_US)
            painter.setBrush(self._skin.colour("good" if counted else "warn"))
            painter.drawRect(QRectF(left, base - height, 3, height))
        painter.end()
