"""Time-keeping: what happens at a track becomes entries of a run's log, stored before anybody sees them."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Protocol
from uuid import uuid4

from deepracer_desk.domain.errors import RefusedError, StorageError
from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.race_commands import refusal
from deepracer_desk.domain.race_log import (
    Action,
    ClockChanged,
    Configured,
    Crossing,
    CrossingInserted,
    CrossingRejected,
    Entry,
    Redone,
    RunSetup,
    Source,
    Undone,
)
from deepracer_desk.domain.races import Run, fold
from deepracer_desk.domain.run_head import RunHead
from deepracer_desk.domain.run_result import RunResult
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import StationEvent, StationEventKind
from deepracer_desk.services.changes import ChangeBus, ProblemChanged, RunChanged, StandingsChanged
from deepracer_desk.services.run_results import is_closed, result_of

log = logging.getLogger(__name__)

DATABASE = "database"  # key of the banner while the disk refuses
# A crossing that was stuck behind a broken cable may belong to a run that is closed by now.
REMEMBERED = 5  # closed runs a track
LOOK_BACK = 20  # newest runs read at the start to find them


class RunLog(Protocol):
    """Where logs are kept; every method returns after the data is safe on disk."""

    def create_run(self, run_id: RunId, entry: Entry) -> None: ...

    def append(self, run_id: RunId, entries: Sequence[Entry], result: RunResult | None = None) -> None: ...

    def store_crossings(
        self,
        events: Sequence[StationEvent],
        entries: Mapping[RunId, Sequence[Entry]],
        results: Mapping[RunId, RunResult] = ...,
    ) -> None: ...

    def known_events(self, keys: Sequence[tuple[str, int, int]]) -> set[tuple[str, int, int]]: ...

    def entries(self, run_id: RunId) -> list[Entry]: ...

    def heads(
        self, *, track_id: TrackId | None = None, open_only: bool = False, limit: int | None = None
    ) -> list[RunHead]: ...


@dataclass(slots=True)
class OpenLog:
    """A run's log as it stands on disk, and what it folds to."""

    run_id: RunId
    track_id: TrackId
    event_id: EventId
    entries: list[Entry]
    run: Run


@dataclass(slots=True)
class _Track:
    current: OpenLog | None = None
    closed: list[OpenLog] = field(default_factory=list[OpenLog])


class Timekeeping:
    """Keeps the open run of every track. Reading is free of locks; writing is one commit at a time."""

    def __init__(self, store: RunLog, clock: Clock, bus: ChangeBus) -> None:
        self._store = store
        self._clock = clock
        self._bus = bus
        self._tracks: dict[TrackId, _Track] = {}
        self._lock = RLock()
        self._trouble = False  # the last write was refused by the disk

    # --- reading ------------------------------------------------------------------------------------

    def run(self, track_id: TrackId) -> Run | None:
        """Return the open, or just closed, run of a track."""
        current = self._track(track_id).current
        return current.run if current else None

    def run_id(self, track_id: TrackId) -> RunId | None:
        current = self._track(track_id).current
        return current.run_id if current else None

    def entries(self, run_id: RunId) -> tuple[Entry, ...]:
        return tuple(self._log(run_id).entries)

    def open_logs(self) -> tuple[OpenLog, ...]:
        """Return the logs of all runs that are not closed."""
        currents = [track.current for track in list(self._tracks.values())]
        return tuple(item for item in currents if item is not None and not is_closed(item.run))

    # --- setting up ---------------------------------------------------------------------------------

    def load_open(self, *, clock_restarted: bool = False) -> tuple[OpenLog, ...]:
        """Take up the runs that were open when the desk last stopped.

        Args:
            clock_restarted: the computer was booted since; the runs note that their times rest on the wall
            clock.
        """
        with self._lock:
            for head in reversed(self._store.heads(limit=LOOK_BACK)):
                if head.state != "open":
                    self._track(head.track_id).closed.append(self._read(head))
            for head in reversed(self._store.heads(open_only=True)):
                opened = self._read(head)
                self._track(head.track_id).current = opened
                if clock_restarted and opened.run.armed_us is not None:
                    self._commit(opened, ClockChanged(), self._clock.now_us(), Source.DESK, "")
            return self.open_logs()

    def prepare(self, setup: RunSetup, *, who: str = "") -> RunId:
        """Settle a new run on a free track, or settle anew the one that waits there unarmed.

        Raises:
            RefusedError: the track is not free.
        """
        with self._lock:
            track = self._track(setup.track_id)
            now_us = self._clock.now_us()
            current = track.current
            if current is not None and not is_closed(current.run):
                self._refuse(current.run, Configured(setup=setup), now_us)
                self._commit(current, Configured(setup=setup), now_us, Source.OPERATOR, who)
                return current.run_id
            if current is not None:
                track.closed = [*track.closed, current][-REMEMBERED:]
            run_id = RunId(uuid4().hex)
            entry = self._entry(1, Configured(setup=setup), now_us, Source.OPERATOR, who)
            self._write(lambda: self._store.create_run(run_id, entry))
            track.current = OpenLog(run_id, setup.track_id, setup.event_id, [entry], fold([entry]))
            self._tell(track.current, (entry,), before=None)
            return run_id

    # --- what the operator does ---------------------------------------------------------------------

    def act(self, track_id: TrackId, action: Action, *, at_us: int | None = None, who: str = "") -> Run:
        """Let the operator do something to the run of a track.

        It counts from `at_us`, when the key was pressed on the desk's timeline [us]; from now when left out.

        Raises:
            RefusedError: it is not possible now; the sentence says why.
        """
        with self._lock:
            current = self._current(track_id)
            if current.run.submitted and not isinstance(action, Undone | Redone):
                raise RefusedError(
                    "The run is submitted.", hint="Correct it in Runs, where a reason is asked for."
                )
            return self._do(current, action, at_us, who)

    def undo(self, track_id: TrackId, *, who: str = "") -> Run:
        """Take back the operator's last action on the run of a track."""
        with self._lock:
            return self._undo(self._current(track_id), who)

    def redo(self, track_id: TrackId, *, who: str = "") -> Run:
        """Let the action that was undone last have its effect again."""
        with self._lock:
            return self._redo(self._current(track_id), who)

    def undo_in(self, run_id: RunId, *, who: str = "") -> Run:
        with self._lock:
            return self._undo(self._log(run_id), who)

    def redo_in(self, run_id: RunId, *, who: str = "") -> Run:
        with self._lock:
            return self._redo(self._log(run_id), who)

    def correct(self, run_id: RunId, action: Action, *, reason: str = "", who: str = "") -> Run:
        """Correct any run, also one that is submitted or in the bin; those want a reason.

        Raises:
            RefusedError: it is not possible, or the reason is missing.
        """
        with self._lock:
            opened = self._log(run_id)
            if is_closed(opened.run) and not reason.strip():
                raise RefusedError("Say why: this run's result was already made public.")
            if reason and hasattr(action, "reason"):
                action = replace(action, reason=reason.strip())  # type: ignore[call-arg]
            return self._do(opened, action, None, who)

    def preview(self, run_id: RunId, action: Action) -> Run:
        """Return what the run would be after an action, without doing it."""
        opened = self._log(run_id)
        now_us = self._clock.now_us()
        self._refuse(opened.run, action, now_us)
        entry = self._entry(len(opened.entries) + 1, action, now_us, Source.OPERATOR, "")
        return fold([*opened.entries, entry])

    def split(self, run_id: RunId, ref: int, *, reason: str = "", who: str = "") -> Run:
        """Put an estimated crossing into the middle of a lap: it was two laps, of unknown share."""
        lap = self._log(run_id).run.lap(ref)
        if lap is None or lap.number is None:
            raise RefusedError("Only a driven lap can be split.")
        middle_us = (lap.start_us + lap.end_us) // 2
        return self.correct(run_id, CrossingInserted(at_us=middle_us, estimated=True), reason=reason, who=who)

    def merge(self, run_id: RunId, ref: int, *, reason: str = "", who: str = "") -> Run:
        """Join a lap with the one that follows: the crossing between them was none."""
        return self.correct(run_id, CrossingRejected(ref=ref), reason=reason, who=who)

    def settle(self, run_id: RunId, action: Action, *, who: str = "") -> Run:
        """Write what was decided about a run after a crash; its moment lies in the past, so nothing is
        refused.
        """
        with self._lock:
            return self._commit(self._log(run_id), action, self._clock.now_us(), Source.OPERATOR, who)

    # --- what stations say --------------------------------------------------------------------------

    def take(self, events: Sequence[StationEvent], track_id: TrackId | None) -> tuple[StationEvent, ...]:
        """Store what a station sent, once each, and write its crossings into the run they belong to.

        Returns:
            The events that were new. When this returns, all of them are safe on disk.
        """
        with self._lock:
            known = self._store.known_events([(item.station_id, item.epoch, item.n) for item in events])
            fresh = tuple(item for item in events if (item.station_id, item.epoch, item.n) not in known)
            if not fresh:
                return ()
            logs = dict[RunId, OpenLog]()
            additions = dict[RunId, list[Entry]]()
            for event in fresh:
                opened = self._belongs_to(event, track_id)
                if opened is None:
                    continue
                new = additions.setdefault(opened.run_id, [])
                logs[opened.run_id] = opened
                seq = len(opened.entries) + len(new) + 1
                new.append(self._entry(seq, _crossing(event), event.host_us, Source.STRIP, event.station_id))
            runs = {run_id: fold([*logs[run_id].entries, *new]) for run_id, new in additions.items()}
            results = {
                run_id: result_of(run, [*logs[run_id].entries, *additions[run_id]])
                for run_id, run in runs.items()
            }
            self._write(lambda: self._store.store_crossings(fresh, additions, results))
            for run_id, run in runs.items():
                opened, before = logs[run_id], logs[run_id].run
                opened.entries.extend(additions[run_id])
                opened.run = run
                self._tell(opened, tuple(additions[run_id]), before)
            return fresh

    def _belongs_to(self, event: StationEvent, track_id: TrackId | None) -> OpenLog | None:
        """Return the run that was on the track at the moment of the crossing."""
        if track_id is None or event.kind is not StationEventKind.CROSSING:
            return None
        track = self._track(track_id)
        current = track.current
        if current is not None and _covers(current, event.host_us):
            return current
        return next((item for item in reversed(track.closed) if _covers(item, event.host_us)), None)

    # --- inside -------------------------------------------------------------------------------------

    def _track(self, track_id: TrackId) -> _Track:
        return self._tracks.setdefault(track_id, _Track())

    def _current(self, track_id: TrackId) -> OpenLog:
        current = self._track(track_id).current
        if current is None:
            raise RefusedError("There is no run on this track.", hint="Choose a racer first.")
        return current

    def _log(self, run_id: RunId) -> OpenLog:
        for track in list(self._tracks.values()):
            for item in (track.current, *track.closed):
                if item is not None and item.run_id == run_id:
                    return item
        entries = self._store.entries(run_id)
        if not entries:
            raise RefusedError("This run does not exist any more.")
        run = fold(entries)
        setup = run.setup
        if setup is None:
            raise RefusedError("The log of this run has no setup.")
        return OpenLog(run_id, setup.track_id, setup.event_id, entries, run)

    def _read(self, head: RunHead) -> OpenLog:
        entries = self._store.entries(head.run_id)
        return OpenLog(head.run_id, head.track_id, head.event_id, entries, fold(entries))

    def _undo(self, opened: OpenLog, who: str) -> Run:
        target = opened.run.undo_target
        if target is None:
            raise RefusedError("There is nothing to undo.")
        return self._do(opened, Undone(target=target), None, who)

    def _redo(self, opened: OpenLog, who: str) -> Run:
        target = opened.run.redo_target
        if target is None:
            raise RefusedError("There is nothing to redo.")
        return self._do(opened, Redone(target=target), None, who)

    def _do(self, opened: OpenLog, action: Action, at_us: int | None, who: str) -> Run:
        now_us = self._clock.now_us()
        moment_us = now_us if at_us is None else min(at_us, now_us)
        self._refuse(opened.run, action, moment_us)
        self._refuse_second_open_run(opened, action, moment_us)
        return self._commit(opened, action, moment_us, Source.OPERATOR, who)

    def _refuse(self, run: Run, action: Action, now_us: int) -> None:
        sentence = refusal(run, action, now_us)
        if sentence:
            raise RefusedError(sentence)

    def _refuse_second_open_run(self, opened: OpenLog, action: Action, at_us: int) -> None:
        current = self._track(opened.track_id).current
        if not is_closed(opened.run) or current is None or current is opened or is_closed(current.run):
            return
        entry = self._entry(len(opened.entries) + 1, action, at_us, Source.OPERATOR, "")
        if not is_closed(fold([*opened.entries, entry])):
            raise RefusedError(
                "Another run is open on this track.", hint="Submit or discard it first, then open this one."
            )

    def _entry(self, seq: int, action: Action, at_us: int, source: Source, who: str) -> Entry:
        return Entry(seq=seq, at_us=at_us, utc=self._clock.utc(), source=source, action=action, who=who)

    def _commit(self, opened: OpenLog, action: Action, at_us: int, source: Source, who: str) -> Run:
        entry = self._entry(len(opened.entries) + 1, action, at_us, source, who)
        entries = [*opened.entries, entry]
        run = fold(entries)
        self._write(lambda: self._store.append(opened.run_id, [entry], result_of(run, entries)))
        before, opened.entries, opened.run = opened.run, entries, run
        track = self._track(opened.track_id)
        if not is_closed(run) and track.current is not opened:
            if track.current is not None:
                track.closed.append(track.current)
            track.closed = [item for item in track.closed if item.run_id != opened.run_id]
            track.current = opened
        self._tell(opened, (entry,), before)
        return run

    def _write(self, write: Callable[[], None]) -> None:
        """Write to the disk; a disk that refuses raises a banner until it takes something again."""
        try:
            write()
        except StorageError as error:
            self._trouble = True
            self._bus.publish(ProblemChanged(key=DATABASE, text=str(error), hint=error.hint))
            raise
        if self._trouble:
            self._trouble = False
            self._bus.publish(ProblemChanged(key=DATABASE, text=""))

    def _tell(self, opened: OpenLog, entries: tuple[Entry, ...], before: Run | None) -> None:
        seen = {lap.ref for lap in before.laps} if before else set[int]()
        self._bus.publish(
            RunChanged(
                track_id=opened.track_id,
                run_id=opened.run_id,
                run=opened.run,
                entries=entries,
                new_laps=tuple(lap for lap in opened.run.laps if lap.ref not in seen),
            )
        )
        if opened.run.submitted or (before is not None and before.submitted):
            self._bus.publish(
                StandingsChanged(
                    event_id=opened.event_id,
                    track_id=opened.track_id,
                    racer_ids=tuple(_racers(opened.run) | (_racers(before) if before else set())),
                )
            )


def _covers(opened: OpenLog, moment_us: int) -> bool:
    run = opened.run
    if run.armed_us is None or moment_us < run.armed_us:
        return False
    return not is_closed(run) or run.ended_us is None or moment_us <= run.ended_us


def _crossing(event: StationEvent) -> Crossing:
    return Crossing(
        station_id=event.station_id,
        epoch=event.epoch,
        n=event.n,
        clock=event.clock_id,
        station_us=event.station_us,
        bound_us=event.bound_us,
        sensor=event.sensor,
        simulated=event.simulated,
    )


def _racers(run: Run) -> set[RacerId]:
    found = {lap.racer_id for lap in run.laps if lap.racer_id is not None}
    return found | ({run.racer_id} if run.racer_id is not None else set())
