"""The band at the bottom: who drives, how long the lap is, how much time is left."""

from PySide6.QtGui import QColor, QFont

from deepracer_desk.domain.races import RunMoment, RunState
from deepracer_desk.domain.stage import FLASH_US, LapFlash, LapMark, LiveRun
from deepracer_desk.ui.projector.brush import CENTRE, RIGHT, Box, Brush, metal, stage_colour
from deepracer_desk.ui.shared.formats import countdown, gap, lap_clock, lap_time

YELLOW_US = 60_000_000
RED_US = 30_000_000

MARK_ROLE = {
    LapMark.BEST_OF_EVENT: "best_event",
    LapMark.BEST_OF_RUN: "best_run",
    LapMark.VALID: "warn",
    LapMark.INVALID: "bad",
    LapMark.HELD: "quiet",
}


def remaining_role(remaining_us: int | None, *, expired: bool) -> str:
    """Return the colour of the time that is left."""
    if remaining_us is None:
        return "text"
    if expired or remaining_us <= RED_US:
        return "bad"
    return "warn" if remaining_us <= YELLOW_US else "text"


class LiveBand:
    """Paints a live run; the words come from outside, translated."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def paint(
        self, brush: Brush, box: Box, live: LiveRun, now: RunMoment, *, flash: LapFlash | None, flash_us: int
    ) -> None:
        """Paint the band into a box [units]; on an upright screen the clock gets a line of its own."""
        x, y, width, height = box
        theme = brush.theme
        colour = stage_colour(live.racer.colour)
        brush.panel(box, theme.colour("surface", 0.96), border=theme.colour("border"))
        brush.sweep((x, y, width * 0.5, height), colour, 0.38)
        brush.slant(x + 28, y, 18, height, colour)
        if flash is not None:
            glow = QColor(theme.colour(MARK_ROLE[flash.mark]))
            glow.setAlphaF(max(0.0, 0.34 * (1 - flash_us / FLASH_US)))
            brush.panel(box, glow)
        if width > 1300:
            self._racer(brush, (x + 76, y, width * 0.34 - 76, height), live, now)
            self._clock(brush, (x + width * 0.34, y, width * 0.33, height), now, flash)
            self._facts(brush, (x + width * 0.67, y, width * 0.33 - 36, height), live, now)
        else:
            self._racer(brush, (x + 76, y, width * 0.5 - 76, height * 0.5), live, now)
            self._facts(brush, (x + width * 0.5, y, width * 0.5 - 30, height * 0.5), live, now)
            self._clock(brush, (x + 40, y + height * 0.46, width - 60, height * 0.54), now, flash)

    def _racer(self, brush: Brush, box: Box, live: LiveRun, now: RunMoment) -> None:
        x, y, width, height = box
        disc = 118.0
        middle = y + height / 2
        brush.disc(x, middle - disc / 2, disc, live.racer)
        left = x + disc + 26
        room = width - disc - 40
        brush.text((left, middle - 76, room, 84), live.racer.name, 54, "text", weight=QFont.Weight.Bold)
        tone = "bad" if now.state is RunState.TIME_UP else "warn" if now.state is RunState.PAUSED else "good"
        brush.country(left, middle + 18, 36, live.racer.country)
        offset = 70 if live.racer.country else 0
        brush.text(
            (left + offset, middle + 8, room - offset, 58),
            self._words.get(now.state.value, ""),
            34,
            tone,
            weight=QFont.Weight.DemiBold,
        )

    def _clock(self, brush: Brush, box: Box, now: RunMoment, flash: LapFlash | None) -> None:
        x, y, width, height = box
        if flash is not None:
            role = MARK_ROLE[flash.mark]
            shown = f"{flash.mark.value} {lap_time(flash.lap.time_us)}"
            caption = self._words[f"mark_{flash.mark.name.lower()}"]
        else:
            role, shown, caption = "text", lap_clock(now.lap_us), self._words["lap"]
        size = min(112.0, width / (6.6 if flash else 4.6))
        middle = y + height / 2
        brush.text(
            (x, middle - 92, width, 130),
            shown,
            size,
            role,
            weight=QFont.Weight.Bold,
            align=CENTRE,
            figures=True,
        )
        brush.text((x, middle + 44, width, 44), caption, 30, role if flash else "quiet", align=CENTRE)

    def _facts(self, brush: Brush, box: Box, live: LiveRun, now: RunMoment) -> None:
        x, y, width, height = box
        behind = None
        if live.best_us is not None and live.leader_us is not None:
            behind = live.best_us - live.leader_us
        timed = now.remaining_us is not None
        left = countdown(now.remaining_us) if timed else str(len(live.run.driven))
        if now.state is RunState.TIME_UP:
            left = self._words["last_lap"]
        facts = (
            (self._words["best"], lap_time(live.best_us), "text"),
            (self._words["gap"], gap(behind), "text"),
            (
                self._words["place"],
                f"P{live.virtual_rank}" if live.virtual_rank else "–",
                metal(live.virtual_rank),
            ),
            (
                self._words["left" if timed else "laps"],
                left,
                remaining_role(now.remaining_us, expired=now.expired),
            ),
        )
        middle = y + height / 2
        for index, (caption, value, role) in enumerate(facts):
            column, line = index % 2, index // 2
            left_edge, top = x + column * width / 2, middle - 98 + line * 98
            brush.text((left_edge, top, width / 2, 34), caption, 25, "quiet", align=RIGHT)
            brush.text(
                (left_edge, top + 30, width / 2, 60),
                value,
                46,
                role,
                weight=QFont.Weight.Bold,
                align=RIGHT,
                figures=True,
            )
