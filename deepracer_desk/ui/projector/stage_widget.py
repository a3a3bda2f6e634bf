"""The stage as a widget: asks for the view, moves what has to move, paints."""

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from deepracer_desk.domain.ids import RacerId
from deepracer_desk.domain.races import RunState
from deepracer_desk.domain.stage import StagePhase, StageView
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ui.projector.backdrop import backdrop
from deepracer_desk.ui.projector.board import Board
from deepracer_desk.ui.projector.brush import CENTRE, LEFT, UNITS, Box, Brush
from deepracer_desk.ui.projector.cards import BEAM_S, paint_finish, paint_up_next
from deepracer_desk.ui.projector.live_band import LiveBand
from deepracer_desk.ui.projector.podium import paint_podium
from deepracer_desk.ui.projector.qr_code import qr_picture
from deepracer_desk.ui.shared.theme import load_theme

LIVE_MS = 16  # ms between frames while a clock runs or something moves
CALM_MS = 200  # ms between looks while nothing does
MARGIN = 48.0  # units
HEAD = 168.0  # units; height of the title
BAND = 230.0  # units; height of the band


def stage_words() -> dict[str, str]:
    """Return the words of the stage in the language in force."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("Stage", text)

    return {
        RunState.CONFIGURED.value: tr("Getting ready"),
        RunState.ARMED.value: tr("Ready to go"),
        RunState.RUNNING.value: tr("On the track"),
        RunState.TIME_UP.value: tr("Last lap"),
        RunState.PAUSED.value: tr("Paused"),
        RunState.REVIEW.value: tr("Result follows"),
        "lap": tr("Lap"),
        "best": tr("Best"),
        "gap": tr("Gap"),
        "place": tr("Place now"),
        "left": tr("Time left"),
        "laps": tr("Laps"),
        "last_lap": tr("Last lap"),
        "up_next": tr("Up next"),
        "finished": tr("Finished"),
        "new_leader": tr("New leader"),
        "valid_laps": tr("Valid laps"),
        "spread": tr("Spread"),
        "dnf": tr("DNF"),
        "mark_best_of_event": tr("Best of the event"),
        "mark_best_of_run": tr("Best of this run"),
        "mark_valid": tr("Lap"),
        "mark_invalid": tr("Not valid"),
        "mark_held": tr("Under review"),
        "empty": tr("The first lap is still to be driven"),
        "rehearsal": tr("REHEARSAL"),
        "podium": tr("Podium"),
        "standings": tr("Standings"),
        "average": tr("Average of {0} laps"),
        "best_lap": tr("Best lap"),
    }


class StageWidget(QWidget):
    """Shows the stage of one track, at the frame rate the moment needs."""

    def __init__(
        self, view: Callable[[], StageView], clock: Clock, parent: QWidget | None = None, *, fps: int = 60
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(self.tr("Stage"))
        self._read_view = view
        self._clock = clock
        self._theme = load_theme("stage")
        self._words = stage_words()
        self._band = LiveBand(self._words)
        self._board = Board()
        self._ground: QPixmap | None = None
        self._layer: tuple[object, QPixmap] | None = None  # ground, title and board while they stand still
        self._moving = False
        self._frame_s = time.monotonic()
        self._live_ms = max(LIVE_MS, 1000 // fps)
        self._shown = view()
        self._frozen = False
        self._blank = False
        self.reduced_motion = False
        self.painted: Callable[[], None] | None = None  # told after each picture; for measurements
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_tick)
        self._timer.start(self._live_ms)

    # --- what the desk may ask ----------------------------------------------------------------------

    def refresh(self) -> None:
        """Show a change at once instead of with the next look."""
        if not self._frozen:
            self._shown = self._read_view()
        self.update()

    def freeze(self, wanted: bool) -> None:
        """Keep the present picture, whatever happens."""
        self._frozen = wanted
        self.refresh()

    def blank(self, wanted: bool) -> None:
        """Show nothing but the ground."""
        self._blank = wanted
        self.update()

    def picture(self, size: QSize) -> QImage:
        """Return the stage as an image of any size."""
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        self._paint(painter, size, self._read_view(), backdrop(size, self._theme))
        painter.end()
        return image

    # --- Qt -----------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ground = None
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._ground is None:
            self._ground = backdrop(self.size() * ratio, self._theme)
            self._ground.setDevicePixelRatio(ratio)
        painter = QPainter(self)
        if self._blank:
            painter.drawPixmap(0, 0, self._ground)
        else:
            painter.drawPixmap(0, 0, self._standing_layer(self._ground))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_front(Brush(painter, self._theme, self._scale(self.size())), self._shown, self.size())
        painter.end()
        if self.painted is not None:
            self.painted()

    def _on_tick(self) -> None:
        now_s = time.monotonic()
        seconds, self._frame_s = min(0.1, now_s - self._frame_s), now_s
        if not self.isVisible() or self._frozen:
            self._pace(CALM_MS)
            return
        before = self._shown
        self._shown = self._read_view()
        scale = self._scale(self.size())
        room = self._room(self.height() / scale, self._shown)
        scrolling = self._is_touring(self._shown)
        room = self._board.whole_rows(room)
        self._board.go_to(self._shown.rows, still=self.reduced_motion)
        moving = self._board.step(seconds, room=room, scrolling=scrolling)
        self._moving = moving
        busy = moving or self._shown.phase is not StagePhase.IDLE or self._shown.flash is not None
        if busy or self._shown != before:
            self.update()
        self._pace(self._live_ms if busy else CALM_MS)

    def _pace(self, interval_ms: int) -> None:
        if self._timer.interval() != interval_ms:
            self._timer.setInterval(interval_ms)

    # --- painting -----------------------------------------------------------------------------------

    def _scale(self, size: QSize) -> float:
        """Return pixels per unit: by height, or by width on a screen that stands upright."""
        return min(size.height() / UNITS, size.width() / 1000.0) or 1.0

    def _is_touring(self, view: StageView) -> bool:
        """Tell whether a long board shows all its rows in turn."""
        return view.phase in (StagePhase.IDLE, StagePhase.UP_NEXT) and not self.reduced_motion

    def _room(self, height: float, view: StageView) -> float:
        band = self._band_height(height) + MARGIN / 2 if self._has_band(view) else 0
        footer = 56 if view.footer and not band else 0
        return max(200.0, height - HEAD - MARGIN - band - footer)

    def _band_height(self, height: float) -> float:
        """Return how tall the band is; an upright screen has room for two lines [units]."""
        return BAND * 1.75 if height > UNITS * 1.3 else BAND

    def _has_band(self, view: StageView) -> bool:
        return view.phase not in (StagePhase.IDLE, StagePhase.PODIUM)

    def _paint(self, painter: QPainter, size: QSize, view: StageView, ground: QPixmap) -> None:
        """Paint everything anew, from the ground up."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, ground)
        if not self._blank:
            brush = Brush(painter, self._theme, self._scale(size))
            self._paint_back(brush, view, size)
            self._paint_front(brush, view, size)

    def _standing_layer(self, ground: QPixmap) -> QPixmap:
        """Return ground, title and board; painted again only when one of them changed or moves."""
        view = self._shown
        key = (
            view.rows,
            view.title,
            view.subtitle,
            view.footer,
            view.link,
            view.by_average,
            view.phase,
            ground.cacheKey(),
            self._lit(view),
        )
        if (
            self._layer is not None
            and self._layer[0] == key
            and not self._moving
            and self._beam(view) is None
        ):
            return self._layer[1]
        layer = QPixmap(ground)
        painter = QPainter(layer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_back(Brush(painter, self._theme, self._scale(self.size())), view, self.size())
        painter.end()
        self._layer = (key, layer)
        return layer

    def _paint_back(self, brush: Brush, view: StageView, size: QSize) -> None:
        width, height = size.width() / brush.scale, size.height() / brush.scale
        if view.phase is not StagePhase.PODIUM:
            self._paint_board(brush, view, (MARGIN, HEAD, width - 2 * MARGIN, self._room(height, view)))
            if view.footer and not self._has_band(view):
                brush.text(
                    (MARGIN, height - 62, width - 2 * MARGIN, 44), view.footer, 28, "quiet", align=CENTRE
                )
        self._paint_head(brush, view, width)

    def _paint_front(self, brush: Brush, view: StageView, size: QSize) -> None:
        width, height = size.width() / brush.scale, size.height() / brush.scale
        if view.phase is StagePhase.PODIUM:
            seconds = (self._clock.now_us() - view.podium_since_us) / 1e6
            paint_podium(brush, (MARGIN, HEAD, width - 2 * MARGIN, height - HEAD), view.rows, seconds)
        elif self._has_band(view):
            tall = self._band_height(height)
            self._paint_band(brush, view, (MARGIN, height - tall - MARGIN * 0.75, width - 2 * MARGIN, tall))

    def _lit(self, view: StageView) -> RacerId | None:
        """Return the racer whose row stands out."""
        if view.phase is StagePhase.LIVE and view.live is not None:
            return view.live.racer.racer_id
        return view.card.racer.racer_id if view.card is not None else None

    def _beam(self, view: StageView) -> float | None:
        """Return how far the light over the finisher's row is, None when there is none."""
        if view.card is None or self.reduced_motion:
            return None
        seconds = (self._clock.now_us() - view.card.since_us) / 1e6
        return seconds / BEAM_S if seconds < BEAM_S else None

    def _paint_head(self, brush: Brush, view: StageView, width: float) -> None:
        right = width - MARGIN
        if view.link:
            side = 116.0
            plate = (right - side, 26.0, side, side)
            brush.panel(plate, QColor("#FFFFFF"), radius=10)
            brush.painter.drawImage(
                brush.rect(plate[0] + 5, plate[1] + 5, side - 10, side - 10), qr_picture(view.link)
            )
            right -= side + 28
        if view.rehearsal:
            right = brush.pill(right, 62, 44, self._words["rehearsal"], "warn") - 24
        kind = self._words["average"].format(view.by_average) if view.by_average else self._words["best_lap"]
        heading = self._words["podium"] if view.phase is StagePhase.PODIUM else kind
        brush.slant(MARGIN + 4, 36, 16, 96, brush.theme.colour("info"))
        brush.text(
            (MARGIN + 52, 26, right - MARGIN - 60, 78), view.title, 66, "text", weight=QFont.Weight.Black
        )
        brush.text(
            (MARGIN + 52, 98, right - MARGIN - 60, 40),
            f"{view.subtitle}  ·  {heading}",
            30,
            "quiet",
            align=LEFT,
        )

    def _paint_board(self, brush: Brush, view: StageView, box: Box) -> None:
        if not view.rows:
            brush.text(box, self._words["empty"], 44, "quiet", align=CENTRE)
            return
        lit = self._lit(view)
        self._board.go_to(view.rows, still=self.reduced_motion)
        self._board.look_at(lit)
        room = self._board.whole_rows(box[3])
        if self.reduced_motion or not self.isVisible():
            self._board.settle(room)
        beam = self._beam(view)
        self._board.paint(brush, (box[0], box[1], box[2], room), lit=lit, beam=beam)

    def _paint_band(self, brush: Brush, view: StageView, box: Box) -> None:
        now_us = self._clock.now_us()
        if view.card is not None:
            seconds = 9.0 if self.reduced_motion else (now_us - view.card.since_us) / 1e6
            paint_finish(brush, box, view.card, self._words, seconds)
        elif view.live is not None and view.phase is StagePhase.UP_NEXT:
            breath = 0.5 if self.reduced_motion else abs((now_us / 1e6) % 4 - 2) / 2
            paint_up_next(brush, box, view.live.racer, self._words, breath)
        elif view.live is not None:
            since_us = now_us - view.flash.since_us if view.flash else 0
            self._band.paint(
                brush, box, view.live, view.live.run.at(now_us), flash=view.flash, flash_us=since_us
            )
