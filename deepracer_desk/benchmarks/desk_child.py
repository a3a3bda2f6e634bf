"""A desk in a process of its own that can be killed, and somebody who keeps it going."""

import multiprocessing
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from deepracer_desk.core import Core
from deepracer_desk.domain.errors import RefusedError, StorageError
from deepracer_desk.domain.ids import RunId, TrackId
from deepracer_desk.domain.race_log import Action, Entry, Redone, RunSetup, Source, Undone
from deepracer_desk.domain.races import Run
from deepracer_desk.services.recovery import RecoveryChoice
from deepracer_desk.system.paths import Paths

ANSWER_S = 30.0


def serve(line: Connection, folder: str, warp: float) -> None:
    """Run a desk and carry out calls of time-keeping until the line closes."""
    core = Core(Paths(Path(folder)), warp=warp, look_around=False)
    for recovered in core.recovery.pending():
        core.recovery.settle(recovered.run_id, RecoveryChoice.RESUME_CLOCK)
    core.start()
    try:
        while True:
            name, args, kwargs = line.recv()
            try:
                line.send(("done", _call(core, name, args, kwargs)))
            except (RefusedError, StorageError) as error:
                line.send((type(error).__name__, str(error)))
    except (EOFError, OSError):
        return
    finally:
        core.close()


def _call(core: Core, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> object:
    if name == "now_us":
        return core.clock.now_us()
    if name == "stored":
        return core.races.positions(*args)
    return getattr(core.timekeeping, name)(*args, **kwargs)


class KillableDesk:
    """Speaks to a desk in another process; starts a new one when it was killed, and repeats what was lost.

    It has the verbs of `Timekeeping` that a crew needs.
    """

    def __init__(self, folder: Path, warp: float) -> None:
        self._folder, self._warp = folder, warp
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._process: Any = None
        self._line: Connection | None = None
        self.kills = 0
        self._start()

    # --- the verbs of time-keeping ------------------------------------------------------------------

    def now_us(self) -> int:
        return self._ask("now_us")

    def run(self, track_id: TrackId) -> Run | None:
        return self._ask("run", track_id)

    def run_id(self, track_id: TrackId) -> RunId | None:
        return self._ask("run_id", track_id)

    def entries(self, run_id: RunId) -> tuple[Entry, ...]:
        return self._ask("entries", run_id)

    def prepare(self, setup: RunSetup, *, who: str = "") -> RunId:
        def is_done() -> RunId | None:
            run = self.run(setup.track_id)
            fresh = run is not None and run.setup == setup and run.armed_us is None
            return self.run_id(setup.track_id) if fresh else None

        return self._once("prepare", is_done, setup, who=who)

    def act(self, track_id: TrackId, action: Action, *, at_us: int | None = None, who: str = "") -> Run:
        return self._once(
            "act", self._written(track_id, lambda done: done == action), track_id, action, who=who
        )

    def undo(self, track_id: TrackId, *, who: str = "") -> Run:
        written = self._written(track_id, lambda done: isinstance(done, Undone))
        return self._once("undo", written, track_id, who=who)

    def redo(self, track_id: TrackId, *, who: str = "") -> Run:
        written = self._written(track_id, lambda done: isinstance(done, Redone))
        return self._once("redo", written, track_id, who=who)

    # --- life and death -----------------------------------------------------------------------------

    def kill(self) -> None:
        """End the desk as a power cut would, whatever it is doing; the next call starts another."""
        self._process.kill()
        self.kills += 1

    def stop(self) -> None:
        with self._lock:
            if self._line is not None:
                self._line.close()
            self._process.join(10)
            if self._process.is_alive():
                self._process.kill()
                self._process.join(5)

    def _start(self) -> None:
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(
            target=serve, args=(theirs, str(self._folder), self._warp), daemon=True
        )
        self._process.start()
        theirs.close()
        self._line = ours

    def _ask(self, name: str, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        while True:
            try:
                return self._ask_once(name, *args, **kwargs)
            except ConnectionError:
                continue

    def _ask_once(self, name: str, *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        with self._lock:
            line = self._line
            if line is None:
                raise ConnectionError
            try:
                line.send((name, args, kwargs))
                if not line.poll(ANSWER_S):
                    raise TimeoutError(f"The desk did not answer {name}.")
                kind, answer = line.recv()
            except (EOFError, OSError) as error:
                if isinstance(error, TimeoutError):
                    raise
                self._process.join(10)
                line.close()
                self._start()
                raise ConnectionError from error
        if kind == "RefusedError":
            raise RefusedError(answer)
        if kind == "StorageError":
            raise StorageError(answer)
        return answer

    def _once(self, name: str, is_done: Callable[[], Any], *args: object, **kwargs: object) -> Any:  # noqa: ANN401 - whatever the verb returns
        """Ask for something that must happen exactly once, even when the desk dies in the middle."""
        while True:
            try:
                return self._ask_once(name, *args, **kwargs)
            except ConnectionError:
                found = is_done()
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
