"""What becomes of runs that were going on when the desk stopped without being asked to."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Thread
from typing import Protocol

from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.domain.race_log import Discarded, Ended, Paused
from deepracer_desk.domain.races import Run
from deepracer_desk.ports.clock import Clock
from deepracer_desk.services.run_results import is_live
from deepracer_desk.services.timekeeping import Timekeeping

BEAT_S = 1.0  # the age of the last beat is how long the desk was away, give or take this much


class RecoveryChoice(StrEnum):
    """How a recovered run goes on."""

    RESUME_CLOCK = "resume_clock"  # as if nothing had happened: the time away counts
    RESUME_PAUSED = "resume_paused"  # paused since the desk was last seen alive
    REVIEW = "review"  # over since then
    DISCARD = "discard"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveredRun:
    """A run that was going on; its clock has not stopped [us]."""

    track_id: TrackId
    run_id: RunId
    run: Run
    last_seen_us: int
    away_us: int
    clock_restarted: bool


class BeatStore(Protocol):
    """Keeps the last sign of life."""

    def beat(self, timeline_us: int) -> None: ...

    def last_beat(self) -> int | None: ...


class Recovery:
    """Offers the runs that were open, and settles each as the operator decides."""

    def __init__(self, timekeeping: Timekeeping, beats: BeatStore, clock: Clock) -> None:
        self._timekeeping = timekeeping
        self._clock = clock
        self._beats = beats
        self._pending: dict[RunId, RecoveredRun] = {}

    def load(self, *, clock_restarted: bool = False) -> None:
        """Take up all open runs; those with a car on the track wait for a decision while their clocks run."""
        now_us = self._clock.now_us()
        last_us = self._beats.last_beat()
        for opened in self._timekeeping.load_open(clock_restarted=clock_restarted):
            if is_live(opened.run.state_at(now_us)) and opened.run.started_us is not None:
                seen_us = max(last_us or 0, opened.entries[-1].moment_us)
                self._pending[opened.run_id] = RecoveredRun(
                    track_id=opened.track_id,
                    run_id=opened.run_id,
                    run=opened.run,
                    last_seen_us=min(seen_us, now_us),
                    away_us=max(0, now_us - seen_us),
                    clock_restarted=clock_restarted,
                )

    def pending(self) -> tuple[RecoveredRun, ...]:
        return tuple(self._pending.values())

    def settle(self, run_id: RunId, choice: RecoveryChoice) -> None:
        """Carry out a decision; a run that is not pending any more is left alone."""
        recovered = self._pending.pop(run_id, None)
        if recovered is None:
            return
        match choice:
            case RecoveryChoice.RESUME_CLOCK:
                pass
            case RecoveryChoice.RESUME_PAUSED:
                self._timekeeping.settle(run_id, Paused(at_us=recovered.last_seen_us))
            case RecoveryChoice.REVIEW:
                self._timekeeping.settle(run_id, Ended(at_us=recovered.last_seen_us))
            case RecoveryChoice.DISCARD:
                self._timekeeping.settle(run_id, Discarded(reason="desk stopped"))


class Heartbeat:
    """Writes a sign of life once a second, so that the next start knows when this one ended."""

    def __init__(self, beats: BeatStore, clock: Clock) -> None:
        self._beats = beats
        self._clock = clock
        self._stop = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        if self._thread is None:
            self._stop.clear()
            self._thread = Thread(target=self._run, name="heartbeat", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._stop.set()
            self._thread.join(2)
            self._thread = None

    def _run(self) -> None:
        while not self._stop.wait(BEAT_S):
            self._beats.beat(self._clock.now_us())
