"""The podium: third, second, a pause, first."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF
from PySide6.QtGui import QBrush, QColor, QFont, QLinearGradient, QPainterPath

from deepracer_desk.domain.stage import StageRow
from deepracer_desk.ui.projector.brush import CENTRE, Box, Brush, metal, stage_colour
from deepracer_desk.ui.shared.formats import lap_time

# place: when it rises [s], column from the left, height of the step [units]
STEPS = {3: (0.5, 2, 240.0), 2: (2.5, 0, 330.0), 1: (6.0, 1, 430.0)}
RISE_S = 0.9


def paint_podium(brush: Brush, box: Box, rows: Sequence[StageRow], seconds: float) -> bool:
    """Paint the podium as it is so many seconds after its begin; return true while it moves."""
    x, y, width, height = box
    column = min(width / 3, 560)
    left = x + (width - column * 3) / 2
    for row in reversed(rows[:3]):
        place = list(rows).index(row) + 1
        at_s, where, step = STEPS[place]
        share = max(0.0, min(1.0, (seconds - at_s) / RISE_S))
        if share <= 0:
            continue
        eased = 1 - (1 - share) ** 3
        if place == 1:
            _beams(brush, left + column * 1.5, y + height, eased, row.racer.colour)
        _step(brush, row, (left + where * column + 14, y + height - step * eased, column - 28, step), eased)
    return seconds < STEPS[1][0] + RISE_S + 0.5


def _step(brush: Brush, row: StageRow, box: Box, share: float) -> None:
    x, y, width, height = box
    theme = brush.theme
    role = metal(row.rank)
    area = brush.rect(*box)
    gradient = QLinearGradient(area.topLeft(), area.bottomLeft())
    gradient.setColorAt(0, theme.colour(role, 0.42))
    gradient.setColorAt(1, theme.colour("surface", 0.75))
    brush.panel((x, y, width, height + 40), QBrush(gradient), border=theme.colour(role))
    brush.text(
        (x, y + 14, width, 190),
        str(row.rank or "–"),
        150,
        role,
        weight=QFont.Weight.Black,
        align=CENTRE,
        figures=True,
    )
    colour = stage_colour(row.racer.colour)
    brush.slant(x + width / 2 - 90, y - 16, 180, 10, colour)
    brush.painter.setOpacity(share)
    disc = 128.0
    brush.disc(x + (width - disc) / 2, y - 320, disc, row.racer)
    brush.text(
        (x - 6, y - 180, width + 12, 70), row.racer.name, 46, "text", weight=QFont.Weight.Bold, align=CENTRE
    )
    brush.text(
        (x, y - 106, width, 70),
        lap_time(row.best_us),
        54,
        role,
        weight=QFont.Weight.Bold,
        align=CENTRE,
        figures=True,
    )
    brush.painter.setOpacity(1)


def _beams(brush: Brush, x: float, y: float, share: float, colour: str) -> None:
    """Let light rise behind the first place."""
    for index in range(-3, 4):
        path = QPainterPath(QPointF(brush.px(x), brush.px(y)))
        far = 1300.0
        path.lineTo(brush.px(x + index * 260 - 60), brush.px(y - far * share))
        path.lineTo(brush.px(x + index * 260 + 60), brush.px(y - far * share))
        path.closeSubpath()
        tint = QColor(stage_colour(colour) if index % 2 else brush.theme.colour("gold"))
        tint.setAlphaF(0.10 * share)
        brush.painter.fillPath(path, tint)
