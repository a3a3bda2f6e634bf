"""The leaderboard on the stage: rows that glide to their places, and a slow scroll when there are many."""

import math
from collections.abc import Sequence

from PySide6.QtGui import QColor, QFont

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.stage import StageRow
from deepracer_desk.ui.projector.brush import CENTRE, RIGHT, Box, Brush, metal, stage_colour
from deepracer_desk.ui.shared.formats import gap, lap_time

TOP_ROW = 108.0  # units; the first three
ROW = 76.0  # units
SPACE = 8.0  # units between rows
PINNED = 3  # lines that stay while the others scroll
NARROW = 1100.0  # units; below this width there is no room for countries
GLIDE_S = 0.25  # time to a new place
HOLD_S = 8.0  # the scroll rests so long at either end
ROW_S = 0.8  # the scroll passes a row in this time


def height_of(index: int) -> float:
    """Return how tall a line is [units]."""
    return TOP_ROW if index < 3 else ROW


def top_of(index: int) -> float:
    """Return where a line begins, from the top of the board [units]."""
    return sum(height_of(i) + SPACE for i in range(min(index, 3))) + max(0, index - 3) * (ROW + SPACE)


class Board:
    """Keeps where rows are while they glide; everything else comes with each picture."""

    def __init__(self) -> None:
        self._places: dict[RacerId | None, float] = {}
        self._scroll_s = 0.0
        self._rows: Sequence[StageRow] = ()
        self._in_sight: RacerId | None = None
        self._shift = 0.0

    def go_to(self, rows: Sequence[StageRow], *, still: bool) -> None:
        """Take up new rows; with `still` they are at their places at once."""
        if rows is self._rows:
            return
        self._rows = rows
        places = {row.racer.racer_id: top_of(index) for index, row in enumerate(rows)}
        if still or not self._places:
            self._places = places
        else:
            self._places = {key: self._places.get(key, place) for key, place in places.items()}

    def step(self, seconds: float, *, room: float, scrolling: bool) -> bool:
        """Let time pass; return true while something moves."""
        moving = False
        share = min(1.0, seconds / GLIDE_S * 2.2)
        for index, row in enumerate(self._rows):
            target, now = top_of(index), self._places[row.racer.racer_id]
            if abs(target - now) > 0.5:
                self._places[row.racer.racer_id] = now + (target - now) * share
                moving = True
            else:
                self._places[row.racer.racer_id] = target
        if scrolling and self._overflow(room) > 0:
            self._scroll_s += seconds
            self._shift = self._tour(room)
            return True
        self._scroll_s = 0.0
        target = self._shift_to(room)
        if abs(target - self._shift) > 0.5:
            self._shift += (target - self._shift) * share
            return True
        self._shift = target
        return moving

    def settle(self, room: float) -> None:
        """Put everything to its place at once."""
        self._places = {row.racer.racer_id: top_of(index) for index, row in enumerate(self._rows)}
        self._shift = self._shift_to(room)

    def _shift_to(self, room: float) -> float:
        """Return how far to scroll what is below the podium so that the racer in sight is seen [units]."""
        if self._in_sight is None:
            return 0.0
        index = next((i for i, row in enumerate(self._rows) if row.racer.racer_id == self._in_sight), 0)
        last_seen = top_of(min(index + 2, len(self._rows))) - SPACE  # with one behind, where there is one
        steps = math.ceil(max(0.0, last_seen - room) / (ROW + SPACE))
        return steps * (ROW + SPACE)

    def whole_rows(self, room: float) -> float:
        """Return the part of a height that whole rows fill: a row is shown whole or not at all."""
        count = len(self._rows)
        while count > 1 and top_of(count) - SPACE > room:
            count -= 1
        return min(room, top_of(count) - SPACE)

    def look_at(self, racer_id: RacerId | None) -> None:
        """Keep a racer's row in sight; None looks at the top."""
        self._in_sight = racer_id

    def _overflow(self, room: float) -> float:
        return max(0.0, top_of(len(self._rows)) - SPACE - room)

    def _tour(self, room: float) -> float:
        """Return how far the board is scrolled on its tour: rest, down, rest, up [units]."""
        far = self._overflow(room)
        if far <= 0:
            return 0.0
        trip_s = far / (ROW + SPACE) * ROW_S
        moment = self._scroll_s % (2 * HOLD_S + 2 * trip_s)
        if moment < HOLD_S:
            return 0.0
        if moment < HOLD_S + trip_s:
            return far * (moment - HOLD_S) / trip_s
        if moment < 2 * HOLD_S + trip_s:
            return far
        return far * (1 - (moment - 2 * HOLD_S - trip_s) / trip_s)

    def paint(self, brush: Brush, box: Box, *, lit: RacerId | None, beam: float | None) -> None:
        """Paint the rows that can be seen in a box.

        Args:
            brush: where to.
            box: x, y, width, height [units].
            lit: racer whose row stands out.
            beam: 0..1 while light passes over that row, None otherwise.
        """
        x, y, width, height = box
        brush.painter.save()
        self._paint_rows(brush, range(PINNED), box, 0.0, lit=lit, beam=beam)
        pinned = top_of(min(PINNED, len(self._rows)))
        if height > pinned:
            brush.painter.setClipRect(brush.rect(x - 4, y + pinned - 4, width + 8, height - pinned + 8))
            rest = range(PINNED, len(self._rows))
            self._paint_rows(brush, rest, box, self._shift, lit=lit, beam=beam)
        brush.painter.restore()

    def _paint_rows(
        self,
        brush: Brush,
        lines: range,
        box: Box,
        shift: float,
        *,
        lit: RacerId | None,
        beam: float | None,
    ) -> None:
        x, y, width, height = box
        for index in lines[: len(self._rows) - lines.start]:
            row, tall = self._rows[index], height_of(index)
            top = y + self._places[row.racer.racer_id] - shift
            if top + tall < y or top > y + height:
                continue
            self._row(brush, row, (x, top, width, tall))
            if row.racer.racer_id == lit and lit is not None:
                tint = stage_colour(row.racer.colour)
                brush.panel((x, top, width, tall), brush.theme.colour("text", 0.05), border=tint.lighter(130))
                if beam is not None:
                    brush.light((x, top, width, tall), beam, QColor("#FFFFFF"))

    def _row(self, brush: Brush, row: StageRow, box: Box) -> None:
        x, y, width, height = box
        theme = brush.theme
        colour = stage_colour(row.racer.colour)
        top_three = row.rank is not None and row.rank <= 3
        narrow = width < NARROW
        brush.panel(box, theme.colour("surface", 0.92), border=theme.colour("border"))
        brush.sweep((x, y, width * 0.55, height), colour, 0.30 if top_three else 0.14)
        brush.slant(x + 150, y, 12, height, colour)
        size = height * (0.42 if top_three else 0.44)
        brush.text(
            (x + 16, y, 96, height),
            str(row.rank or "–"),
            size * 1.4,
            metal(row.rank) if row.rank else "quiet",
            weight=QFont.Weight.Black,
            align=CENTRE,
            figures=True,
        )
        self._movement(brush, row, x + 112, y, height)
        disc = height * 0.68
        brush.disc(x + 186, y + (height - disc) / 2, disc, row.racer)
        size *= 0.8 if narrow and top_three else 1.0
        left = self._times(brush, row, (x, y, width - 28, height), size)
        if not narrow:
            plate = size * 0.72
            left -= plate * 1.55 + 16
            brush.country(left, y + (height - plate) / 2, plate, row.racer.country)
        start = x + 186 + disc + 24
        name = row.racer.name + (" *" if row.by_proxy else "")
        brush.text((start, y, left - start - 12, height), name, size, "text", weight=QFont.Weight.DemiBold)

    def _times(self, brush: Brush, row: StageRow, box: Box, size: float) -> float:
        """Write best time and gap against the right edge; return where they begin."""
        x, y, width, height = box
        wide, wide_gap = size * 5.5, size * 3.7
        left = x + width - wide
        shown = lap_time(row.best_us) if row.best_us is not None else "DNF"
        brush.text(
            (left, y, wide, height),
            shown,
            size * 1.08,
            "text" if row.best_us is not None else "quiet",
            weight=QFont.Weight.Bold,
            align=RIGHT,
            figures=True,
        )
        if row.gap_us:
            brush.text(
                (left - wide_gap, y, wide_gap, height),
                gap(row.gap_us),
                size * 0.72,
                "quiet",
                align=RIGHT,
                figures=True,
            )
        return left - wide_gap

    def _movement(self, brush: Brush, row: StageRow, x: float, y: float, height: float) -> None:
        if not row.moved or row.rank is None:
            return
        symbol, tone = ("▲", "good") if row.moved > 0 else ("▼", "bad")
        brush.text((x, y, 40, height * 0.52), symbol, 22, tone, align=CENTRE)
        brush.text(
            (x, y + height * 0.42, 40, height * 0.45),
            str(abs(row.moved)),
            22,
            tone,
            weight=QFont.Weight.Bold,
            align=CENTRE,
            figures=True,
        )
