"""A desk in a process of its own that can be killed, and somebody who keeps it going."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from deepracer_desk.benchmarks.figure import NotMeasuredError
from deepracer_desk.core import Core
from deepracer_desk.domain.errors import RefusedError, StorageError
from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.domain.race_log import Action, Entry, Redone, RunSetup, Source, Undone
from deepracer_desk.domain.races import Run
from deepracer_desk.services.recovery import RecoveryChoice
from deepracer_desk.system.paths import Paths

ANSWER_S = 30.0
END_S = 10.0


class DeskDiedError(Exception):
    """The desk was killed before it answered; what it was asked may be done or not."""


def serve(line: Connection, folder: str, warp: float) -> None:
    """Run a desk and carry out calls of time-keeping until the line closes."""
    core = Core(Paths(Path(folder)), warp=warp, look_around=False)
    try:
        for recovered in core.recovery.pending():
            core.recovery.settle(recovered.run_id, RecoveryChoice.RESUME_CLOCK)
        core.start()
        while True:
            name, args, kwargs = line.recv()
            try:
                line.send(("done", _call(core, name, args, kwargs)))
            except (RefusedError, StorageError) as error:
                line.send((type(error).__name__, str(error)))
    except (EOFError, OSError):
        return  # nobody asks any more
    finally:
        core.close()


def _call(core: Core, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    if name == "now_us":
        return core.clock.now_us()
    if name == "has_crossing":
        return _has_crossing(core, *args)
    return getattr(core.timekeeping, name)(*args, **kwargs)


def _has_crossing(core: Core, track_id: TrackId, station_us: int) -> bool:
    run_id = core.timekeeping.run_id(track_id)
    entries = core.timekeeping.entries(run_id) if run_id else ()
    return any(getattr(entry.action, "station_us", None) == station_us for entry in entries)


class KillableDesk:
    """Speaks to a desk in another process; starts a new one when it was killed, and repeats what was lost.

    It has the verbs of `Timekeeping` that a crew needs. What must happen once happens once: after a death the
    log tells whether it did.

    Attributes:
        kills: desks that were killed while they worked.
    """

    def __init__(self, folder: Path, warp: float) -> None:
        self._folder, self._warp = folder, warp
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._answered = threading.Event()
        self.kills = 0
        self._line, self._process = self._start()

    # --- the verbs of time-keeping ------------------------------------------------------------------

    def now_us(self) -> int:
        return self._ask("now_us")

    def run(self, track_id: TrackId) -> Run | None:
        return self._ask("run", track_id)

    def run_id(self, track_id: TrackId) -> RunId | None:
        return self._ask("run_id", track_id)

    def has_crossing(self, track_id: TrackId, station_us: int) -> bool:
        """Tell whether the run on a track has the crossing with this stamp; cheaper than its log."""
        return self._ask("has_crossing", track_id, station_us)

    def entries(self, run_id: RunId) -> tuple[Entry, ...]:
        return self._ask("entries", run_id)

    def prepare(self, setup: RunSetup, *, who: str = "") -> RunId:
        before = self.run_id(setup.track_id)

        def settled() -> RunId | None:
            run_id = self.run_id(setup.track_id)
            run = self.run(setup.track_id)
            fresh = run is not None and run.setup == setup and run.armed_us is None
            return run_id if fresh and run_id != before else None

        return self._once("prepare", settled, setup, who=who)

    def act(self, track_id: TrackId, action: Action, *, at_us: int | None = None, who: str = "") -> Run:
        written = self._written(track_id, lambda done: done == action)
        return self._once("act", written, track_id, action, at_us=at_us, who=who)

    def undo(self, track_id: TrackId, *, who: str = "") -> Run:
        written = self._written(track_id, lambda done: isinstance(done, Undone))
        return self._once("undo", written, track_id, who=who)

    def redo(self, track_id: TrackId, *, who: str = "") -> Run:
        written = self._written(track_id, lambda done: isinstance(done, Redone))
        return self._once("redo", written, track_id, who=who)

    # --- life and death -----------------------------------------------------------------------------

    def kill(self) -> bool:
        """End the desk as a power cut would, whatever it is doing; the next call starts another.

        Returns:
            False when there was no desk at work: it was dead already, or just coming up.
        """
        process = self._process
        if not self._answered.is_set() or not process.is_alive():
            return False
        self._answered.clear()
        process.kill()
        self.kills += 1
        return True

    def stop(self) -> None:
        with self._lock:
            self._line.close()
            self._end(self._process)

    def _start(self) -> tuple[Connection, BaseProcess]:
        self._answered.clear()
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(theirs, str(self._folder), self._warp), daemon=True
        )
        process.start()
        theirs.close()
        return ours, process

    def _end(self, process: BaseProcess) -> None:
        process.join(END_S)
        if process.is_alive():
            process.kill()
            process.join(END_S)

    def _ask(self, name: str, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        """Ask for something that may be asked twice."""
        while True:
            try:
                return self._ask_once(name, *args, **kwargs)
            except DeskDiedError:
                continue

    def _ask_once(self, name: str, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        with self._lock:
            line, process = self._line, self._process
            try:
                line.send((name, args, kwargs))
                if not line.poll(ANSWER_S):
                    raise NotMeasuredError(f"The desk did not answer {name} within {ANSWER_S:g} s.")
                kind, answer = line.recv()
            except (EOFError, OSError) as error:
                line.close()
                self._end(process)
                self._line, self._process = self._start()
                raise DeskDiedError from error
            if process.is_alive():
                self._answered.set()
        if kind == "RefusedError":
            raise RefusedError(answer)
        if kind == "StorageError":
            raise StorageError(answer)
        return answer

    def _once(self, name: str, find: Callable[[], Any], *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        """Ask for something that must happen exactly once, even when the desk dies in the middle."""
        while True:
            try:
                return self._ask_once(name, *args, **kwargs)
            except DeskDiedError:
                found = find()
                if found is not None:
                    return found

    def _written(self, track_id: TrackId, fits: Callable[[Action], bool]) -> Callable[[], Run | None]:
        """Return a check whether an entry that fits was written since now."""
        run_id = self.run_id(track_id)
        before = len(self.entries(run_id)) if run_id else 0

        def check() -> Run | None:
            if run_id is None:
                return None
            new = self.entries(run_id)[before:]
            own = [item for item in new if item.source is Source.OPERATOR and fits(item.action)]
            return self.run(track_id) if own else None

        return check


class RemoteClock:
    """The clock of a desk in another process, read there once and carried on here."""

    def __init__(self, desk: KillableDesk, warp: float) -> None:
        self._warp = warp
        self._mono_s = time.monotonic()
        self._start_us = desk.now_us()

    def now_us(self) -> int:
        return self._start_us + int((time.monotonic() - self._mono_s) * self._warp * 1e6)

    def utc(self) -> datetime:
        return datetime.now(UTC)
