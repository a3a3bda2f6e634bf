"""The one typeface of the desk and the stage."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from deepracer_desk.system import resources

FAMILY = "Inter"
FALLBACKS = (FAMILY, "Noto Sans", "Noto Sans CJK JP", "Noto Sans Arabic", "DejaVu Sans")


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; loading them twice does no harm."""
    if FAMILY in QFontDatabase.families():
        return
    for name in resources.names("fonts", ".otf"):
        QFontDatabase.addApplicationFontFromData(QByteArray(resources.read_bytes(name)))


def font(pixels: float, weight: QFont.Weight = QFont.Weight.Normal, *, figures: bool = False) -> QFont:
    """Return the typeface in a size [px]; `figures` gives every digit the same width."""
    made = QFont()
    made.setFamilies(list(FALLBACKS))
    made.setPixelSize(max(1, round(pixels)))
    made.setWeight(weight)
    if figures:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made
