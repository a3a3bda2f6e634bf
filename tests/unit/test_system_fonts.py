import pytest

from deepracer_desk.system import resources

pytest.importorskip("PySide6.QtGui", exc_type=ImportError)

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QFontMetricsF

pytestmark = pytest.mark.qt


@pytest.fixture
def inter(qapp) -> None:
    for name in resources.names("fonts", ".otf"):
        number = QFontDatabase.addApplicationFontFromData(QByteArray(resources.read_bytes(name)))
        assert "Inter" in QFontDatabase.applicationFontFamilies(number)


@pytest.mark.usefixtures("inter")
@pytest.mark.parametrize("weight", [400, 500, 600, 700, 900])
def test_every_weight_is_drawn_by_its_own_file(weight: int) -> None:
    font = QFont("Inter")
    font.setWeight(QFont.Weight(weight))
    found = QFontInfo(font)
    assert (found.family(), found.weight()) == ("Inter", weight)


@pytest.mark.usefixtures("inter")
def test_digits_are_equally_wide_where_times_stand_below_each_other() -> None:
    font = QFont("Inter")
    font.setPixelSize(32)
    assert spread(font) > 20
    font.setFeature(QFont.Tag("tnum"), 1)
    assert spread(font) < 0.5


def spread(font: QFont) -> float:
    widths = [QFontMetricsF(font).horizontalAdvance(digit * 6) for digit in "0123456789"]
    return max(widths) - min(widths)
