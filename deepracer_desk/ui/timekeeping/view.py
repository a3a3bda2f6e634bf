"""The time-keeping page: the clock, what is done about it, the laps, and the strip."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from deepracer_desk.domain.race_formats import StartRule
from deepracer_desk.domain.races import Run, RunMoment, RunState
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.dialogs import ask_text
from deepracer_desk.ui.shared.empty_page import EmptyPage
from deepracer_desk.ui.shared.form_fields import duration_text
from deepracer_desk.ui.shared.key_bindings import DeskKey, KeyBindings
from deepracer_desk.ui.shared.race_words import MARK_TONES, counted, lap_mark, state_word
from deepracer_desk.ui.shared.skin import Skin
from deepracer_desk.ui.timekeeping.drive_panel import SMALLEST_PX, DrivePanel
from deepracer_desk.ui.timekeeping.lap_list import LapList
from deepracer_desk.ui.timekeeping.readouts import CLOCK_PX, LINE, RacerHeader, Readout, StateBand, TimeFace
from deepracer_desk.ui.timekeeping.recovery_panel import RecoveryPanel
from deepracer_desk.ui.timekeeping.review_panel import ReviewPanel
from deepracer_desk.ui.timekeeping.setup_panel import SetupPanel
from deepracer_desk.ui.timekeeping.strip_row import StripRow

SECOND_US = 1_000_000
YELLOW_US = 60 * SECOND_US
RED_US = 30 * SECOND_US
RESERVED_PX = 620  # height of the window, at 100 %, in which everything has its least height

STATE_SHAPES = {
    RunState.IDLE: "○",
    RunState.CONFIGURED: "◇",
    RunState.ARMED: "◆",
    RunState.RUNNING: "▶",
    RunState.PAUSED: "❙❙",
    RunState.TIME_UP: "■",
    RunState.REVIEW: "◑",
    RunState.SUBMITTED: "✓",
    RunState.DISCARDED: "✕",
}
STATE_TONES = {
    RunState.CONFIGURED: "ready",
    RunState.ARMED: "ready",
    RunState.RUNNING: "good",
    RunState.TIME_UP: "over",
    RunState.SUBMITTED: "good",
}
OPEN = (RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED)
SETTLING = (RunState.IDLE, RunState.CONFIGURED, RunState.SUBMITTED, RunState.DISCARDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Who drives, as the page shows it."""

    name: str
    facts: str
    colour: str


class TimekeepingView(QWidget):
    """Shows one run. Every request leaves through the signals of its panels and these.

    Signals:
        setup_page_requested: nothing can be timed before an event exists.
        car_changed: the name of the car that drives on.
    """

    setup_page_requested = Signal()
    car_changed = Signal(str)

    def __init__(self, skin: Skin, bindings: KeyBindings) -> None:
        super().__init__()
        self._bindings = bindings
        self._skin = skin
        self._run: Run | None = None
        self.band = StateBand(skin)
        self.racer = RacerHeader(skin)
        self.clock = TimeFace(skin)
        self.clock.setAccessibleName(self.tr("Race clock"))
        self.remaining = Readout(skin, self.tr("Remaining"), sample="00:00")
        self.lap = Readout(skin, self.tr("This lap"))
        self.last = Readout(skin, self.tr("Last lap"), sample="★ 0:00.000")
        self.best = Readout(skin, self.tr("Best"))
        self.place = Readout(skin, self.tr("Place now"), sample="000")
        self.setup = SetupPanel(skin, bindings)
        self.drive = DrivePanel(skin, bindings)
        self.review = ReviewPanel(skin, bindings)
        self.recovery = RecoveryPanel()
        self.laps = LapList(skin)
        self.strip = StripRow(skin)
        self._panels = QStackedWidget()
        self._pages = {
            panel: _scrolling(panel) for panel in (self.setup, self.drive, self.review, self.recovery)
        }
        for area in self._pages.values():
            self._panels.addWidget(area)
        self._panels.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._race())
        self._stack.addWidget(
            EmptyPage(
                self.tr("No event yet"),
                self.tr("Time-keeping works on the tracks of an event. Create one; it takes a minute."),
                ((self.tr("Create an event"), self.setup_page_requested.emit),),
            )
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.drive.car_requested.connect(self._on_car_requested)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        skin.changed.connect(self._measure)

    def _race(self) -> QWidget:
        """Lay everything out so that nothing above a panel moves when the panel is another one."""
        page = QWidget()
        clocks = QHBoxLayout()
        clocks.setSpacing(24)
        clocks.addWidget(self.clock, 3)
        clocks.addWidget(self.remaining, 1)
        small = QHBoxLayout()
        small.setSpacing(16)
        for readout, share in ((self.lap, 4), (self.last, 5), (self.best, 4), (self.place, 3)):
            small.addWidget(readout, share)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.racer)
        left.addLayout(clocks)
        left.addLayout(small)
        left.addSpacing(4)
        left.addWidget(self._panels, 1)
        body = QHBoxLayout()
        body.setSpacing(24)
        body.addLayout(left, 2)
        body.addWidget(self.laps, 1)
        self.laps.setMinimumWidth(300)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(16, 12, 16, 8)
        layout.setSpacing(12)
        layout.addWidget(self.band)
        layout.addLayout(body, 1)
        layout.addWidget(self.strip)
        return page

    # --- what is shown ------------------------------------------------------------------------------

    def show_event(self, *, there_is_one: bool) -> None:
        self._stack.setCurrentIndex(0 if there_is_one else 1)

    def show_header(self, header: Header) -> None:
        self.racer.show_racer(header.name, header.facts, header.colour)

    def show_run(self, run: Run | None, event_best_us: int | None) -> None:
        """Show everything of a run that changes only with its log."""
        self._run = run
        best = run.best if run else None
        self.best.face.show_time(formats.lap_time(best.time_us) if best else "–", "text" if best else "quiet")
        last = run.driven[-1] if run and run.driven else None
        if run is None or last is None:
            self.last.face.show_time("–", "quiet")
        else:
            mark = lap_mark(last, best, event_best_us)
            self.last.face.show_time(f"{mark} {formats.lap_time(last.time_us)}", MARK_TONES[mark])

    def show_place(self, text: str) -> None:
        self.place.face.show_time(text or "–", "text" if text else "quiet")

    def show_moment(self, moment: RunMoment | None, *, recovered: bool = False) -> None:
        """Show the clocks; called with every tick, so it touches only what differs."""
        run = self._run
        state = moment.state if moment else RunState.IDLE
        self._show_panel(state, recovered=recovered)
        self._show_band(run, moment, state, recovered=recovered)
        idle = moment is None or run is None or run.started_us is None
        self.clock.show_time(
            formats.lap_time(moment.elapsed_us) if moment else "0:00.000", "quiet" if idle else "text"
        )
        self._show_remaining(moment)
        if moment is None or moment.lap_us is None or state not in OPEN:
            self.lap.face.show_time("–", "quiet")
        else:
            self.lap.face.show_time(formats.lap_time(moment.lap_us))
        resets = run.resets if run else 0
        text = counted(resets, self.tr("This lap · 1 reset"), self.tr("This lap · {n} resets"))
        text = text if resets else self.tr("This lap")
        self.lap.set_label(text)
        if run is not None:
            self.drive.show_state(
                state,
                starts_by_crossing=run.rules.start is StartRule.FIRST_CROSSING,
                driving=moment is not None and moment.lap_us is not None,
            )

    def _show_remaining(self, moment: RunMoment | None) -> None:
        if moment is None or moment.remaining_us is None:
            self.remaining.face.show_time("–", "quiet")
            return
        if moment.state is RunState.TIME_UP and moment.grace_us is not None:
            self.remaining.set_label(self.tr("To finish the lap"))
            self.remaining.face.show_time(_whole_seconds(moment.grace_us), "bad")
            return
        self.remaining.set_label(self.tr("Remaining"))
        running = moment.state in (RunState.RUNNING, RunState.PAUSED, RunState.TIME_UP)
        role = "text" if running else "quiet"
        if running and moment.remaining_us <= RED_US:
            role = "bad"
        elif running and moment.remaining_us <= YELLOW_US:
            role = "warn"
        self.remaining.face.show_time(_whole_seconds(moment.remaining_us), role)

    def _show_panel(self, state: RunState, *, recovered: bool) -> None:
        if recovered:
            panel: QWidget = self.recovery
        elif state in SETTLING:
            panel = self.setup
        elif state is RunState.REVIEW:
            panel = self.review
        else:
            panel = self.drive
        if self._pages[panel] is not self._panels.currentWidget():
            # A focus left on a hidden field would wander to some button, and take the space bar with it.
            inside = self._panels.isAncestorOf(self.focusWidget() or self)
            self._panels.setCurrentWidget(self._pages[panel])
            if inside:
                self.setFocus()

    def _show_band(
        self, run: Run | None, moment: RunMoment | None, state: RunState, *, recovered: bool
    ) -> None:
        tone = STATE_TONES.get(state, "neutral")
        if state is RunState.RUNNING and moment is not None and moment.remaining_us is not None:
            if moment.remaining_us <= RED_US:
                tone = "bad"
            elif moment.remaining_us <= YELLOW_US:
                tone = "warn"
        detail = (
            self.tr("The desk was restarted. Decide how this run goes on.")
            if recovered
            else self._detail(run, moment, state)
        )
        if state not in OPEN and state is not RunState.ARMED:
            self.band.show_hint("")
        self.band.show_state(f"{STATE_SHAPES[state]}  {state_word(state)}", detail, tone)

    def _detail(self, run: Run | None, moment: RunMoment | None, state: RunState) -> str:
        if run is not None and moment is not None and state is RunState.ARMED:
            return self._armed_detail(run, moment)
        if run is not None and moment is not None and state is RunState.RUNNING:
            if moment.lap_us is None:
                return self.tr("Waiting for the car to cross the line.")
            return self.tr("Lap {n} is being driven.").format(n=len(run.driven) + 1)
        key = self._bindings.label(DeskKey.PRIMARY)
        crossing = run is not None and run.rules.crossing_resumes
        texts = {
            RunState.IDLE: self.setup.missing,
            RunState.CONFIGURED: self.tr("Press {key} to arm."),
            RunState.PAUSED: self.tr("The next crossing, or {key}, lets the clock go on.")
            if crossing
            else self.tr("{key} lets the clock go on."),
            RunState.TIME_UP: self.tr("The lap being driven may be finished."),
            RunState.REVIEW: self.tr("Check the laps, then submit."),
            RunState.SUBMITTED: self.tr("The result counts. Choose the next racer."),
            RunState.DISCARDED: self.tr("The run is in the bin. Choose the next racer."),
        }
        return texts.get(state, "").format(key=key)

    def _armed_detail(self, run: Run, moment: RunMoment) -> str:
        if moment.starts_in_us is not None:
            return self.tr("Starts in {n}").format(n=-(-moment.starts_in_us // SECOND_US))
        if run.rules.start is StartRule.FIRST_CROSSING:
            return self.tr("The clock starts with the first crossing.")
        return self.tr("Press {key} to start the clock.").format(key=self._bindings.label(DeskKey.PRIMARY))

    # --- questions ----------------------------------------------------------------------------------

    @Slot()
    def _on_car_requested(self) -> None:
        car = self._run.car_name if self._run else ""
        ask_text(
            self,
            self.tr("Which car drives on?"),
            self.tr("Laps keep the car they were driven with."),
            self.tr("Change the car"),
            self.car_changed.emit,
            value=car,
            check=lambda name: "" if name else self.tr("Write the name of the car."),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    @Slot()
    def _measure(self) -> None:
        """Give clocks and buttons heights that follow from the window alone: no banner moves them."""
        px, tall = self._skin.px, self.window().height()
        spare = tall - px(RESERVED_PX)  # what is left when everything has its least height
        clock = max(round(CLOCK_PX * LINE), min(px(190), round(CLOCK_PX * LINE + 0.34 * max(0, spare))))
        self.clock.setFixedHeight(clock)
        self.remaining.face.setFixedHeight(round(clock * 0.62))
        readout = max(px(30), min(px(80), px(30) + round(0.12 * max(0, spare))))
        for each in (self.lap, self.last, self.best, self.place):
            each.face.setFixedHeight(readout)
        button = max(SMALLEST_PX, min(px(200), px(64) + round(0.3 * max(0, spare))))
        self.drive.set_button_height(button)
        self.setup.arm.setFixedHeight(min(button, px(96)))
        self.review.submit.setFixedHeight(min(button, px(96)))
        self.laps.setMinimumWidth(max(260, round(self.width() * 0.34)))


def _scrolling(panel: QWidget) -> QScrollArea:
    """Let a panel scroll where the window is too small for it."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(panel)
    return area


def _whole_seconds(time_us: int) -> str:
    """Return a count-down as people read it: it shows 0:00 only when nothing is left."""
    return duration_text(-(-time_us // SECOND_US) * SECOND_US)
