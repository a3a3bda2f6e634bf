"""Says what happens with sounds and, when wanted, with a voice."""

from PySide6.QtCore import QObject, QTimer

from deepracer_desk.domain.ids import RunId
from deepracer_desk.domain.laps import Lap, LapOutcome
from deepracer_desk.domain.races import Run, RunState
from deepracer_desk.domain.stage import LapMark, mark_of
from deepracer_desk.services.changes import ProblemChanged, RunChanged
from deepracer_desk.services.standings import Standings
from deepracer_desk.services.timekeeping import Timekeeping
from deepracer_desk.ui.shared.kit import Kit
from deepracer_desk.ui.shared.sounds import Earcon, Sounds
from deepracer_desk.ui.shared.speech import Speech

LOOK_MS = 200  # how late a "time up" may be heard


class Announcer(QObject):
    """Listens to runs of all tracks; what it says comes from the corrected state, never from a counter."""

    def __init__(
        self, kit: Kit, sounds: Sounds, speech: Speech, timekeeping: Timekeeping, standings: Standings
    ) -> None:
        super().__init__()
        self._kit = kit
        self._sounds = sounds
        self._speech = speech
        self._timekeeping = timekeeping
        self._standings = standings
        self._expired: set[RunId] = set()
        kit.bridge.on(RunChanged, self._on_run_changed)
        kit.bridge.on(ProblemChanged, self._on_problem)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(LOOK_MS)

    def _on_run_changed(self, change: RunChanged) -> None:
        if change.run.submitted or change.run.discarded or not change.new_laps:
            return
        lap = change.new_laps[-1]
        mark = mark_of(lap, change.run, self._leader_us(change.run))
        if mark is LapMark.HELD:
            self._sounds.play(Earcon.HELD)
        elif mark in (LapMark.BEST_OF_EVENT, LapMark.BEST_OF_RUN) and len(change.run.driven) > 1:
            self._sounds.play(Earcon.BEST_LAP)
        elif lap.outcome.is_lap:
            self._sounds.play(Earcon.LAP)
        sentence = self._sentence(lap, mark)
        if sentence:
            self._speech.say(sentence)

    def _leader_us(self, run: Run) -> int | None:
        setup = run.setup
        return self._standings.board(setup.event_id, setup.track_id).leader_us if setup else None

    def _sentence(self, lap: Lap, mark: LapMark) -> str:
        if lap.outcome is not LapOutcome.VALID:
            return ""
        minutes, rest_ms = divmod(lap.time_us // 1000, 60_000)
        seconds = f"{rest_ms // 1000}.{rest_ms % 1000 // 10:02d}"
        time = f"{minutes}:{seconds}" if minutes else seconds
        if mark is LapMark.BEST_OF_EVENT:
            return self.tr("{time}. Best lap of the event.").format(time=time)
        return self.tr("Lap {number}: {time}.").format(number=lap.number or "", time=time)

    def _look(self) -> None:
        """Hear when the time of a run is up: nothing is written at that moment, so nobody else says it."""
        now_us = self._kit.clock.now_us()
        for opened in self._timekeeping.open_logs():
            up = opened.run.state_at(now_us) is RunState.TIME_UP
            if up and opened.run_id not in self._expired:
                self._expired.add(opened.run_id)
                self._sounds.play(Earcon.TIME_UP)
                self._speech.say(self.tr("Time is up. Last lap."))
            elif not up:
                self._expired.discard(opened.run_id)

    def _on_problem(self, change: ProblemChanged) -> None:
        if change.text:
            self._sounds.play(Earcon.WARNING)
