"""How cells of tables are painted: tones of the theme, racers' colours as bars, figures of equal width."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.shared.tables import COLOUR_ROLE, STRONG_ROLE, TONE_ROLE

Index = QModelIndex | QPersistentModelIndex
PAD = 8  # px between a cell's edge and its text
BAR = 6  # px; width of a racer's colour


class RowDelegate(QStyledItemDelegate):
    """Paints what `Column` says of a cell."""

    def __init__(self, skin: Skin, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._skin = skin
        self._fonts = (skin.body(), skin.body(strong=True))
        skin.changed.connect(self._on_skin_changed)

    def _on_skin_changed(self) -> None:
        self._fonts = (self._skin.body(), self._skin.body(strong=True))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rect = option.rect
        painter.save()
        if selected:
            painter.fillRect(rect, self._skin.colour("selection"))
        painter.setPen(self._skin.colour("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        left = PAD
        colour = index.data(COLOUR_ROLE)
        if colour:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(self._skin.colour("border"))
            painter.setBrush(self._skin.racer_colour(colour))
            painter.drawRoundedRect(
                QRectF(rect.left() + PAD - 2, rect.top() + 6.5, BAR, rect.height() - 13), 3, 3
            )
            left += BAR + 8
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if text:
            font = self._fonts[1 if index.data(STRONG_ROLE) else 0]
            painter.setFont(font)
            painter.setPen(self._skin.colour(index.data(TONE_ROLE) or "text"))
            room = rect.adjusted(left, 0, -PAD, 0)
            shown = painter.fontMetrics().elidedText(str(text), Qt.TextElideMode.ElideRight, room.width())
            align = index.data(Qt.ItemDataRole.TextAlignmentRole)
            painter.drawText(room, align, shown)
        if option.state & QStyle.StateFlag.State_HasFocus and index.column() == 0:
            painter.fillRect(rect.left(), rect.top(), 3, rect.height(), self._skin.colour("primary"))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        width = option.fontMetrics.horizontalAdvance(text) + 2 * PAD
        return QSize(width, self._skin.row_height)
