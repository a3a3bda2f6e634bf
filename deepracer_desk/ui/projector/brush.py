"""The stage's pen: text that fits, discs, badges and panels, all in units of the stage's height."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QLinearGradient, QPainter, QPainterPath, QPen

from deepracer_desk.domain.stage import StageRacer
from deepracer_desk.ui.shared.fonts import font
from deepracer_desk.ui.shared.theme import Theme, contrast

UNITS = 1080.0  # the stage is so many units high
Box = tuple[float, float, float, float]  # x, y, width, height [units]
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter
SMALLEST = 0.62  # a text is made so much smaller before it is cut


@lru_cache(maxsize=512)
def stage_font(pixels: int, weight: int, figures: bool) -> QFont:
    """Return a font, made once for each size."""
    return font(pixels, QFont.Weight(weight), figures=figures)


@lru_cache(maxsize=4096)
def fitting(text: str, width: int, pixels: int, weight: int) -> tuple[str, int]:
    """Return the text and the size [px] in which it fits a width: smaller first, cut only after that."""
    for size in (pixels, int(pixels * 0.85), int(pixels * 0.72), int(pixels * SMALLEST)):
        if QFontMetricsF(stage_font(size, weight, False)).horizontalAdvance(text) <= width:
            return text, size
    size = int(pixels * SMALLEST)
    metrics = QFontMetricsF(stage_font(size, weight, False))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), size


class Brush:
    """A painter that thinks in stage units and theme roles."""

    def __init__(self, painter: QPainter, theme: Theme, scale: float) -> None:
        self.painter = painter
        self.theme = theme
        self.scale = scale

    def px(self, units: float) -> float:
        return units * self.scale

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        return QRectF(x * self.scale, y * self.scale, width * self.scale, height * self.scale)

    def text(
        self,
        box: Box,
        text: str,
        size: float,
        colour: QColor | str,
        *,
        weight: QFont.Weight = QFont.Weight.Medium,
        align: Qt.AlignmentFlag = LEFT,
        figures: bool = False,
    ) -> None:
        """Write one line into a box (x, y, width, height), made smaller when it is too long."""
        shown, pixels = text, round(self.px(size))
        if not figures:
            shown, pixels = fitting(text, int(self.px(box[2])), pixels, weight.value)
        self.painter.setFont(stage_font(pixels, weight.value, figures))
        self.painter.setPen(self.theme.colour(colour) if isinstance(colour, str) else colour)
        self.painter.drawText(self.rect(*box), int(align | Qt.TextFlag.TextSingleLine), shown)

    def panel(
        self,
        box: Box,
        fill: QColor | QBrush,
        *,
        radius: float = 16,
        border: QColor | None = None,
    ) -> None:
        self.painter.setPen(QPen(border, max(1.0, self.px(1.5))) if border else Qt.PenStyle.NoPen)
        self.painter.setBrush(fill)
        self.painter.drawRoundedRect(self.rect(*box), self.px(radius), self.px(radius))

    def sweep(self, box: Box, colour: QColor, alpha: float) -> None:
        """Fill a box with a colour that fades out to the right."""
        area = self.rect(*box)
        gradient = QLinearGradient(area.topLeft(), area.topRight())
        strong, gone = QColor(colour), QColor(colour)
        strong.setAlphaF(max(0.0, min(1.0, alpha)))
        gone.setAlphaF(0)
        gradient.setColorAt(0, strong)
        gradient.setColorAt(1, gone)
        self.panel(box, QBrush(gradient))

    def light(self, box: Box, where: float, colour: QColor) -> None:
        """Let a beam of light pass over a box; `where` goes from 0 to 1."""
        area = self.rect(*box)
        middle = area.left() + area.width() * (where * 1.4 - 0.2)
        half = area.width() * 0.18
        gradient = QLinearGradient(QPointF(middle - half, 0), QPointF(middle + half, 0))
        for place, alpha in ((0, 0.0), (0.5, 0.55), (1, 0.0)):
            tint = QColor(colour)
            tint.setAlphaF(alpha)
            gradient.setColorAt(place, tint)
        self.panel(box, QBrush(gradient))

    def slant(self, x: float, y: float, width: float, height: float, colour: QColor) -> None:
        """Draw a racer's colour bar: a parallelogram, leaning forward."""
        lean = height * 0.16
        path = QPainterPath()
        for index, (px, py) in enumerate(
            ((x + lean, y), (x + width + lean, y), (x + width, y + height), (x, y + height))
        ):
            point = QPointF(self.px(px), self.px(py))
            path.moveTo(point) if index == 0 else path.lineTo(point)
        path.closeSubpath()
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.fillPath(path, colour)

    def disc(self, x: float, y: float, size: float, racer: StageRacer) -> None:
        """Draw the racer's initials on a disc in the racer's colour."""
        colour = stage_colour(racer.colour)
        area = self.rect(x, y, size, size)
        gradient = QLinearGradient(area.topLeft(), area.bottomRight())
        gradient.setColorAt(0, colour.lighter(118))
        gradient.setColorAt(1, colour.darker(125))
        self.painter.setPen(QPen(self.theme.colour("text", 0.35), max(1.0, self.px(2))))
        self.painter.setBrush(gradient)
        self.painter.drawEllipse(area)
        dark, light = QColor("#0B1220"), QColor("#FFFFFF")
        ink = light if contrast(light, colour) >= contrast(dark, colour) else dark
        self.text((x, y, size, size), racer.initials, size * 0.4, ink, weight=QFont.Weight.Bold, align=CENTRE)

    def country(self, x: float, y: float, size: float, code: str) -> None:
        """Draw a country's two letters on a small plate; nothing without a country."""
        if not code:
            return
        self.panel(
            (x, y, size * 1.55, size),
            self.theme.colour("text", 0.08),
            radius=6,
            border=self.theme.colour("border"),
        )
        self.text(
            (x, y, size * 1.55, size), code, size * 0.62, "quiet", weight=QFont.Weight.DemiBold, align=CENTRE
        )

    def pill(self, right: float, y: float, height: float, text: str, colour: str) -> float:
        """Draw a word on a rounded ground that ends at `right`; return where it begins."""
        metrics = QFontMetricsF(stage_font(round(self.px(height * 0.52)), QFont.Weight.Bold.value, False))
        width = metrics.horizontalAdvance(text) / self.scale + height
        box = (right - width, y, width, height)
        self.panel(box, self.theme.colour(colour, 0.16), radius=height / 2, border=self.theme.colour(colour))
        self.text(box, text, height * 0.52, colour, weight=QFont.Weight.Bold, align=CENTRE)
        return right - width


@lru_cache(maxsize=64)
def stage_colour(colour: str) -> QColor:
    """Return a racer's colour, made lighter until it stands out from the night."""
    night, made = QColor("#141C2E"), QColor(colour)
    while contrast(made, night) < 3.0 and made.lightnessF() < 0.9:
        made = QColor.fromHslF(made.hslHueF(), made.hslSaturationF() * 0.97, made.lightnessF() + 0.04)
    return made


def metal(rank: int | None) -> str:
    """Return the role of a rank's colour."""
    return {1: "gold", 2: "silver", 3: "bronze"}.get(rank or 0, "text")
