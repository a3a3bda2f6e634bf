"""A QR code as a picture."""

from functools import lru_cache

import segno
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

QUIET_ZONE = 2  # modules of white around; enough on the stage's white plate


@lru_cache(maxsize=8)
def qr_picture(text: str) -> QImage:
    """Return the code, one pixel a module, black on white; enlarge it without smoothing.

    Raises:
        ValueError: the text is too long for any code.
    """
    try:
        rows = [list(row) for row in segno.make(text, error="m").matrix_iter(border=QUIET_ZONE)]
    except segno.DataOverflowError as error:
        raise ValueError("The link is too long for a QR code.") from error
    picture = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.setPixel(x, y, 0xFF000000)
    return picture
