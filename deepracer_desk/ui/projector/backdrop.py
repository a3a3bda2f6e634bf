"""The ground of the stage: painted once for each size."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QLinearGradient, QPainter, QPainterPath, QPixmap, QRadialGradient

from deepracer_desk.ui.shared.theme import Theme


def backdrop(size: QSize, theme: Theme) -> QPixmap:
    """Return the picture behind everything: night, a glow from below, and lanes that lean into a curve."""
    width, height = size.width(), size.height()
    picture = QPixmap(size)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    night = QLinearGradient(0, 0, width * 0.3, height)
    night.setColorAt(0, theme.colour("background"))
    night.setColorAt(1, theme.colour("background_end"))
    painter.fillRect(picture.rect(), QBrush(night))
    glow = QRadialGradient(QPointF(width * 0.82, height * 1.05), width * 0.75)
    for place, alpha in ((0.0, 0.34), (0.45, 0.10), (1.0, 0.0)):
        glow.setColorAt(place, _with_alpha(QColor("#2C5BFF"), alpha))
    painter.fillRect(picture.rect(), QBrush(glow))
    ember = QRadialGradient(QPointF(width * 0.02, height * -0.1), width * 0.5)
    ember.setColorAt(0, _with_alpha(QColor("#B65CFF"), 0.20))
    ember.setColorAt(1, _with_alpha(QColor("#B65CFF"), 0.0))
    painter.fillRect(picture.rect(), QBrush(ember))
    painter.setPen(Qt.PenStyle.NoPen)
    for index in range(7):
        painter.fillPath(_lane(width, height, index), _with_alpha(QColor("#8FB3FF"), 0.020 + 0.004 * index))
    painter.end()
    return picture


def _lane(width: float, height: float, index: int) -> QPainterPath:
    """Return one lane of a road that comes from the right and turns upwards."""
    out, thick = height * (0.42 + 0.11 * index), height * 0.018
    path = QPainterPath(QPointF(width * 1.02, height - out * 0.28))
    path.cubicTo(
        QPointF(width * 0.72, height - out * 0.22),
        QPointF(width * 0.60 - out * 0.12, height * 0.62 - out * 0.10),
        QPointF(width * 0.64 - out * 0.10, -height * 0.05),
    )
    path.lineTo(QPointF(width * 0.64 - out * 0.10 + thick * 2.2, -height * 0.05))
    path.cubicTo(
        QPointF(width * 0.60 - out * 0.12 + thick * 2, height * 0.62 - out * 0.10 + thick),
        QPointF(width * 0.72, height - out * 0.22 + thick * 1.6),
        QPointF(width * 1.02, height - out * 0.28 + thick * 1.6),
    )
    path.closeSubpath()
    return path


def _with_alpha(colour: QColor, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made
