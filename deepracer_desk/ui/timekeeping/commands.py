"""What the operator asks of a run: stamped at once, done on the storage thread, told afterwards."""

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.domain.laps import Lap, LapOutcome
from deepracer_desk.domain.race_commands import GUARD_US
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    CarChanged,
    ClockStarted,
    CrossingAccepted,
    CrossingRejected,
    DidNotFinish,
    Disarmed,
    Discarded,
    Ended,
    LapDropped,
    LapJudged,
    ManualLap,
    Paused,
    Reopened,
    ResetCounted,
    Resumed,
    Submitted,
)
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.ports.clock import Clock
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.shared.race_words import action_sentence, undone_sentence
from deepracer_desk.ui.shared.task_runner import TaskRunner
from deepracer_desk.ui.shared.toasts import Notices

log = logging.getLogger(__name__)

END_TWICE_MS = 1_500
# Said after they are done; the others are seen on the clock itself.
QUIET = (Armed, ClockStarted, ManualLap, ResetCounted, Paused, Resumed, Disarmed)


class RunCommands(QObject):
    """Carries out commands on the run of one track.

    Signals:
        end_hinted: true while a second press of the end key ends the run.
    """

    end_hinted = Signal(bool)

    def __init__(
        self,
        timekeeping: Timekeeping,
        clock: Clock,
        runner: TaskRunner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._timekeeping = timekeeping
        self._clock = clock
        self._runner = runner
        self._notices = notices
        self._track_id: TrackId | None = None
        self._lap_us: int | None = None
        self._end_timer = QTimer(self)
        self._end_timer.setSingleShot(True)
        self._end_timer.setInterval(END_TWICE_MS)
        self._end_timer.timeout.connect(self._on_end_timer)

    def work_on(self, track_id: TrackId | None) -> None:
        self._track_id = track_id
        self._end_timer.stop()
        self.end_hinted.emit(False)

    @property
    def run(self) -> Run | None:
        return self._timekeeping.run(self._track_id) if self._track_id else None

    @property
    def run_id(self) -> RunId | None:
        return self._timekeeping.run_id(self._track_id) if self._track_id else None

    # --- driving ------------------------------------------------------------------------------------

    @Slot()
    def primary(self) -> None:
        """Do the next sensible thing: arm, start, pause or go on."""
        at_us = self._clock.now_us()
        match self._state(at_us):
            case RunState.IDLE | RunState.CONFIGURED:
                self.act(Armed(), at_us)
            case RunState.ARMED:
                self.act(ClockStarted(), at_us)
            case RunState.RUNNING | RunState.TIME_UP:
                self.act(Paused(), at_us)
            case RunState.PAUSED:
                self.act(Resumed(), at_us)
            case _:
                self._notices.tell(self.tr("Choose the next racer first."))

    @Slot()
    def pause(self) -> None:
        at_us = self._clock.now_us()
        self.act(Resumed() if self._state(at_us) is RunState.PAUSED else Paused(), at_us)

    @Slot()
    def lap(self) -> None:
        at_us = self._clock.now_us()
        if self._lap_us is not None and at_us - self._lap_us < GUARD_US:
            log.info("Second press of the lap key at %d us left out", at_us)
            return
        self._lap_us = at_us
        self.act(ManualLap(), at_us)

    @Slot()
    def reset(self) -> None:
        self.act(ResetCounted(), self._clock.now_us())

    @Slot()
    def reset_back(self) -> None:
        self.act(ResetCounted(delta=-1), self._clock.now_us())

    @Slot()
    def give_up(self) -> None:
        self.act(DidNotFinish(), self._clock.now_us())

    @Slot(str)
    def change_car(self, name: str) -> None:
        self.act(CarChanged(car_name=name), self._clock.now_us())

    @Slot()
    def disarm(self) -> None:
        self.act(Disarmed())

    @Slot()
    def end(self) -> None:
        """End at once: the button is out of the way and says what it does."""
        self._end_timer.stop()
        self.end_hinted.emit(False)
        self.act(Ended(), self._clock.now_us())

    @Slot()
    def end_key(self) -> None:
        """End with the second of two presses."""
        state = self._state(self._clock.now_us())
        if state not in (RunState.ARMED, RunState.RUNNING, RunState.TIME_UP, RunState.PAUSED):
            return
        if self._end_timer.isActive():
            self.end()
        else:
            self._end_timer.start()
            self.end_hinted.emit(True)

    @Slot()
    def _on_end_timer(self) -> None:
        self.end_hinted.emit(False)

    # --- laps ---------------------------------------------------------------------------------------

    @Slot()
    def toggle_valid(self) -> None:
        lap = self._last(lambda item: item.outcome.is_lap and item.outcome is not LapOutcome.DELETED)
        if lap is None:
            self._notices.tell(self.tr("There is no lap yet."))
        else:
            self.act(LapJudged(ref=lap.ref, valid=not lap.valid))

    @Slot()
    def drop(self) -> None:
        lap = self._last(lambda item: item.number is not None)
        if lap is None:
            self._notices.tell(self.tr("There is no lap to drop."))
        else:
            self.act(LapDropped(ref=lap.ref))

    @Slot()
    def false_trigger(self) -> None:
        lap = self._last(lambda item: item.number is not None or item.held)
        start_ref = self.run.start_ref if self.run else None
        ref = max(lap.ref if lap else 0, start_ref or 0)  # whichever came last
        if not ref:
            self._notices.tell(self.tr("There is no crossing to take back."))
        else:
            self.act(CrossingRejected(ref=ref))

    @Slot()
    def accept(self) -> None:
        lap = self._last(lambda item: item.held)
        if lap is None:
            self._notices.tell(self.tr("Nothing is held."))
        else:
            self.act(CrossingAccepted(ref=lap.ref))

    @Slot(int)
    def split(self, ref: int) -> None:
        run_id = self.run_id
        if run_id is not None:
            text = self.tr("Lap split in two, both times are estimates")
            self._do(lambda: self._timekeeping.split(run_id, ref), text)

    @Slot(int)
    def merge(self, ref: int) -> None:
        run_id = self.run_id
        if run_id is not None:
            self._do(lambda: self._timekeeping.merge(run_id, ref), self.tr("Lap merged with the next one"))

    # --- the run as a whole -------------------------------------------------------------------------

    @Slot()
    def submit(self) -> None:
        self.act(Submitted())

    @Slot()
    def discard(self) -> None:
        if self._state(self._clock.now_us()) is RunState.REVIEW:
            self.act(Discarded())

    @Slot()
    def go_on(self) -> None:
        self.act(Reopened())

    @Slot()
    def undo(self) -> None:
        self._step(self._timekeeping.undo, redone=False)

    @Slot()
    def redo(self) -> None:
        self._step(self._timekeeping.redo, redone=True)

    @Slot(object)
    def act(self, action: Action, at_us: int | None = None) -> None:
        """Do anything to the run; `at_us` is the moment of the key [us], now when left out."""
        track_id, run = self._track_id, self.run
        if track_id is None:
            return
        log.info("%s at %s us", type(action).__name__, at_us if at_us is not None else "now")
        said = "" if isinstance(action, QUIET) else action_sentence(action, run)
        self._do(lambda: self._timekeeping.act(track_id, action, at_us=at_us), said)

    def _do(self, work: Callable[[], Run], said: str) -> None:
        def tell(_run: Run) -> None:
            if said:
                self._notices.tell(f"{said}.", verb=self.tr("Undo"), action=self.undo)

        self._runner.run(work, tell, self._notices.refuse)

    def _step(self, step: Callable[[TrackId], Run], *, redone: bool) -> None:
        track_id = self._track_id
        if track_id is None:
            return

        def work() -> str:
            before, run_id = self._timekeeping.run(track_id), self._timekeeping.run_id(track_id)
            target = (before.redo_target if redone else before.undo_target) if before else None
            step(track_id)
            if before is None or run_id is None or target is None:
                return ""
            return undone_sentence(self._timekeeping.entries(run_id), before, target, redone=redone)

        def tell(said: str) -> None:
            verb = self.tr("Undo") if redone else self.tr("Redo")
            self._notices.tell(f"{said}.", verb=verb, action=self.undo if redone else self.redo)

        self._runner.run(work, tell, self._notices.refuse)

    def _state(self, now_us: int) -> RunState:
        run = self.run
        return run.state_at(now_us) if run else RunState.IDLE

    def _last(self, wanted: Callable[[Lap], bool]) -> Lap | None:
        run = self.run
        laps = [lap for lap in run.laps if wanted(lap)] if run else []
        return max(laps, key=lambda lap: (lap.end_us, lap.ref), default=None)
