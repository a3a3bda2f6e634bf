"""One line to a desk, and the two threads that work on it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from timing_firmware.desk_session import DeskSession

_log = logging.getLogger(__name__)
_TICK_S = 0.05  # longest time between two looks at the timers of a session
_SILENT_US = 6_000_000  # a desk sends a ping every second; after this it is gone


class LineClosedError(Exception):
    """The line is gone; a new one must be opened."""


class Line(Protocol):
    """Bytes both ways; read and write may be used by two threads at the same time."""

    @property
    def name(self) -> str:
        """Return what the line is called in the log."""
        ...

    def read(self) -> bytes:
        """Return bytes as soon as there are any, nothing after 0.25 s without.

        Raises:
            LineClosedError: the line is gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Write all bytes; may drop them when the other side does not read.

        Raises:
            LineClosedError: the line is gone.
        """
        ...

    def close(self) -> None:
        """Close it; a second call does nothing."""
        ...


class LineWorker:
    """Serves a desk until the line ends; `serve` blocks, the others may be called on any thread."""

    def __init__(
        self,
        line: Line,
        session: DeskSession,
        lock: threading.Lock,
        now_us: Callable[[], int],
        *,
        drop_silent: bool,
    ) -> None:
        """Prepare.

        Args:
            line: an open line.
            session: the desk's state; used under `lock` only.
            lock: guards the station and all sessions.
            now_us: the station's clock.
            drop_silent: close a line on which no desk has been heard for 6 s.
        """
        self._line = line
        self._session = session
        self._lock = lock
        self._now_us = now_us
        self._drop_silent = drop_silent
        self._writing = threading.Lock()
        self._awake = threading.Event()
        self._ended = threading.Event()

    def serve(self) -> None:
        """Serve until the line ends; never raises."""
        _log.info("%s opened", self._line.name)
        writer = threading.Thread(target=self._write_on, name=f"write {self._line.name}", daemon=True)
        writer.start()
        try:
            while not self._ended.is_set():
                self._take(self._line.read())
        except LineClosedError as error:
            _log.info("%s closed: %s", self._line.name, error)
        finally:
            self._end()
            writer.join(3.0)
            self._line.close()
            with self._lock:
                self._session.close()

    def wake(self) -> None:
        """Tell that there may be something to send."""
        self._awake.set()

    def close(self, why: str) -> None:
        """Say good-bye and end."""
        with self._lock:
            self._session.say_bye(why)
        try:
            self._flush()
        except LineClosedError:
            pass
        finally:
            self._end()

    def _end(self) -> None:
        self._ended.set()
        self._awake.set()

    def _take(self, data: bytes) -> None:
        now_us = self._now_us()
        if data:
            with self._lock:
                self._session.receive(data, now_us)
            self._flush()
        elif self._drop_silent and now_us - self._session.heard_us > _SILENT_US:
            raise LineClosedError("nothing heard from the desk")

    def _write_on(self) -> None:
        try:
            while not self._ended.is_set():
                with self._lock:
                    self._session.tick(self._now_us())
                self._flush()
                self._awake.wait(_TICK_S)
                self._awake.clear()
        except LineClosedError:
            self._end()

    def _flush(self) -> None:
        with self._writing:
            with self._lock:
                data = self._session.outgoing()
            if data:
                self._line.write(data)
