import sys

import pytest

pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QLabel

pytestmark = pytest.mark.qt


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal there")
def test_this_qt_does_not_use_up_the_references_of_none(qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    pixmap = QPixmap(8, 8)
    before = sys.getrefcount(None)
    painter = QPainter(pixmap)
    for number in range(2000):
        label.setText(str(number))
        painter.drawRect(0, 0, 4, 4)
    painter.end()
    assert sys.getrefcount(None) > before - 200
