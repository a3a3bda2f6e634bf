"""Icons of one stroke width, in the colour of the theme."""

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from deepracer_desk.system import resources
from deepracer_desk.ui.shared.theme import current

SIZES = (20, 40, 60)  # px; for screens of 100, 200 and 300 %


def icon(name: str) -> QIcon:
    """Return an icon in the quiet and, where it is chosen, the strong colour of the theme in force."""
    theme = current()
    made = QIcon()
    for size in SIZES:
        made.addPixmap(picture(name, theme.colour("quiet"), size), QIcon.Mode.Normal, QIcon.State.Off)
        made.addPixmap(picture(name, theme.colour("text"), size), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(picture(name, theme.colour("text"), size), QIcon.Mode.Active, QIcon.State.Off)
    return made


def picture(name: str, colour: QColor, size: int) -> QPixmap:
    """Return an icon as a picture of so many pixels.

    Raises:
        FileNotFoundError: there is no icon of that name.
    """
    drawing = resources.read_text(f"icons/{name}.svg").replace("currentColor", colour.name())
    made = QPixmap(QSize(size, size))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made
