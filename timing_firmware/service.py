"""Puts the station's parts together and runs them until told to stop."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time

from timing_firmware.advertisement import Advertisement
from timing_firmware.config import StationConfig
from timing_firmware.desk_session import DeskSession
from timing_firmware.edge_sources import EdgeSource, open_source
from timing_firmware.identity import clock_id, load_identity
from timing_firmware.journal import Journal
from timing_firmware.line import Line, LineWorker
from timing_firmware.link_serial import SerialServer
from timing_firmware.link_tcp import TcpListener
from timing_firmware.station import Station

_log = logging.getLogger(__name__)
_STEP_S = 0.02  # longest time between two looks at the filter's timers
_LATE_US = 20_000  # an edge may come so long after its stamp


class StationService:
    """A running station.

    Attributes:
        source: where the edges come from.
    """

    def __init__(self, config: StationConfig) -> None:
        """Open journal, pins and lines.

        Raises:
            OSError: the data folder or the network address cannot be used.
            ImportError, ValueError, RuntimeError: the pins cannot be used.
        """
        self._config = config
        identity = load_identity(config.data_dir)
        self._journal = Journal(config.data_dir / "journal", now_us=self.now_us, wall_s=_wall_s)
        clock = clock_id(config.warp) if config.clock_id is None else config.clock_id
        self._station = Station(
            config, identity, self._journal, clock_id=clock, now_us=self.now_us, wall_s=_wall_s
        )
        self._lock = threading.Lock()
        self._workers: set[LineWorker] = set()
        self._edges: queue.SimpleQueue[tuple[int, int, int]] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._user_stamps = False
        self.source: EdgeSource = open_source(config, self.now_us)
        self._listener = TcpListener(config.tcp_address, self._serve_tcp) if config.tcp else None
        self._serial = SerialServer(config.serial, config.baud, self._serve_wire) if config.serial else None
        self._advertisement = (
            Advertisement(identity.station_id, config.name, self._listener.port)
            if self._listener is not None and config.zeroconf
            else None
        )

    def now_us(self) -> int:
        """Return the station's monotonic clock [us]; the kernel stamps edges with the same one."""
        return (
            int(time.monotonic_ns() * self._config.warp) // 1000
            if self._config.warp != 1.0
            else time.monotonic_ns() // 1000
        )

    def facts(self) -> dict[str, object]:
        """Return what another program needs to use this station."""
        return {
            "id": self._station.station_id,
            "name": self._config.name,
            "tcp_port": self._listener.port if self._listener is not None else None,
            "serial": self._config.serial or None,
            "epoch": self._journal.epoch,
            "k": self._station.clock_id,
        }

    def start(self) -> None:
        """Begin to time and to listen; timing first."""
        for sensor, level in enumerate(self.source.levels()):
            self._station.begin(sensor, level, self.now_us())
        self.source.start(lambda sensor, level, time_us: self._edges.put((sensor, level, time_us)))
        for part in (self._listener, self._serial, self._advertisement):
            if part is not None:
                part.start()

    def run(self) -> None:
        """Work until `end` is called, then close everything."""
        try:
            while not self._ended.is_set():
                self._step()
        finally:
            self._close()

    def end(self) -> None:
        """Make `run` return soon; may be called by a signal handler."""
        self._ended.set()

    def _step(self) -> None:
        edges: list[tuple[int, int, int]] = []
        with contextlib.suppress(queue.Empty):
            edges.append(self._edges.get(timeout=_STEP_S))
        # Taken before the queue is emptied: writing to a slow disk may take longer than the dead time, and
        # the rear axle that waits in the queue meanwhile must not look like another car.
        horizon_us = self.now_us() - int(_LATE_US * self._config.warp)
        with contextlib.suppress(queue.Empty):
            while True:
                edges.append(self._edges.get_nowait())
        with self._lock:
            before = (self._journal.epoch, self._journal.last)
            for sensor, level, time_us in edges:
                self._station.edge(sensor, level, time_us)
            self._station.advance(horizon_us)
            if self.source.quality == "user" and not self._user_stamps:
                self._user_stamps = True
                self._station.health("user_stamps")
            changed = (self._journal.epoch, self._journal.last) != before
            workers = list(self._workers) if changed else []
        for worker in workers:
            worker.wake()

    def _serve_tcp(self, line: Line) -> None:
        self._serve(line, byte_rate=0, trusted=False)

    def _serve_wire(self, line: Line) -> None:
        self._serve(line, byte_rate=self._config.baud // 10, trusted=True)

    def _serve(self, line: Line, *, byte_rate: int, trusted: bool) -> None:
        with self._lock:
            session = DeskSession(self._station, byte_rate=byte_rate, trusted=trusted)
            worker = LineWorker(line, session, self._lock, self.now_us, drop_silent=not trusted)
            self._workers.add(worker)
        try:
            worker.serve()
        finally:
            with self._lock:
                self._workers.discard(worker)

    def _close(self) -> None:
        self.source.stop()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            worker.close("The station stops.")
        for part in (self._advertisement, self._listener, self._serial):
            if part is not None:
                part.stop()
        with self._lock:
            self._journal.close()


def _wall_s() -> float:
    return time.time_ns() / 1e9
