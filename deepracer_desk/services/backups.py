"""Backups: one an hour, one after every submission, and one file for everything on demand."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from deepracer_desk.domain.errors import StorageError
from deepracer_desk.services.changes import ChangeBus, ProblemChanged, RunChanged

log = logging.getLogger(__name__)

HOUR_S = 3600.0


class BackupStore(Protocol):
    """Makes and reads copies of the database."""

    def backup(self, reason: str) -> Path: ...

    def export(self, target: Path) -> Path: ...

    def newest(self) -> datetime | None: ...


class Backups:
    """Makes backups on a thread of its own, so that no race waits for a copy."""

    def __init__(self, store: BackupStore, bus: ChangeBus, *, restore: Callable[[Path], object]) -> None:
        self._store = store
        self._bus = bus
        self._restore = restore
        self._wake = Event()
        self._stop = False
        self._submitted = False
        self._thread: Thread | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def start(self) -> None:
        """Begin to make backups by themselves."""
        if self._thread is None:
            self._stop = False
            self._unsubscribe = self._bus.on(RunChanged, self._on_run_changed)
            self._thread = Thread(target=self._run, name="backups", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End, after a backup that is under way."""
        if self._thread is not None:
            if self._unsubscribe is not None:
                self._unsubscribe()
            self._stop = True
            self._wake.set()
            self._thread.join(10)
            self._thread = None

    def now(self, reason: str = "manual") -> Path:
        """Make a backup and return its file."""
        return self._store.backup(reason)

    def export(self, target: Path) -> Path:
        """Write everything into one file that another desk can open."""
        return self._store.export(target)

    def restore(self, source: Path) -> None:
        """Put the content of an exported file in place; it is used from the next start on."""
        self._restore(source)

    def newest(self) -> datetime | None:
        """Return when the newest backup was made."""
        return self._store.newest()

    def _on_run_changed(self, change: RunChanged) -> None:
        if change.run.submitted:
            self._submitted = True
            self._wake.set()

    def _run(self) -> None:
        while not self._stop:
            due = not self._wake.wait(HOUR_S)
            self._wake.clear()
            if self._stop:
                return
            if due or self._submitted:
                reason = "submitted" if self._submitted else "hourly"
                self._submitted = False
                self._make(reason)

    def _make(self, reason: str) -> None:
        try:
            self._store.backup(reason)
        except StorageError as error:
            log.warning("Backup %s was not made: %s", reason, error)
            self._bus.publish(ProblemChanged(key="backup", text=str(error), hint=error.hint))
        else:
            self._bus.publish(ProblemChanged(key="backup", text=""))
