"""From the strip to the disk: how long a crossing takes, and how true its lap is."""

import os
import random
import tempfile
import threading
import time
import tty
from itertools import pairwise
from pathlib import Path

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.benchmarks.figure import Figure, percentile
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.race_log import Armed, RunSetup
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ports.timing_station import LinkState, StationAddress, StationEvent, StationEventKind
from deepracer_desk.ports.virtual_track import StripPass
from deepracer_desk.services.changes import RunChanged
from deepracer_desk.services.rehearsal_event import rehearsal_event, rehearsal_racers, with_stations
from deepracer_desk.system.paths import Paths

LAPS = 12
WARP = 10.0
ENDLESS = RaceFormat(time_limit_us=None, lap_limit=1000, min_lap_us=2 * SECOND, max_lap_us=None)


def commit() -> list[Figure]:
    """Time how long the desk needs from a crossing in its hands to the crossing on disk and told."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        core = Core(Paths(Path(folder)), look_around=False)
        try:
            event = rehearsal_event(ENDLESS)
            core.setup.save(event)
            track_id = event.tracks[0].track_id
            _arm(core, event, track_id)
            taken = list[float]()
            for n in range(1, 301):
                now_us = core.clock.now_us() + n * 5 * SECOND
                crossing = StationEvent(
                    station_id="00000001",
                    epoch=1,
                    n=n,
                    kind=StationEventKind.CROSSING,
                    clock_id=1,
                    station_us=now_us,
                    host_us=now_us,
                    bound_us=0,
                )
                begun = time.perf_counter()
                core.timekeeping.take([crossing], track_id)
                taken.append((time.perf_counter() - begun) * 1000)
        finally:
            core.close()
    return [
        Figure(area="desk", name="crossing_committed_p50", value=percentile(taken, 0.5), unit="ms"),
        Figure(area="desk", name="crossing_committed_p99", value=percentile(taken, 0.99), unit="ms", goal=50),
    ]


def lap_error() -> list[Figure]:
    """Compare recorded lap times with what the virtual car drove, over TCP and over a serial line."""
    figures = [
        Figure(area="desk", name="lap_error_tcp", value=_error_ms(serial=False), unit="ms", goal=1.0),
    ]
    if hasattr(os, "openpty"):
        figures.append(
            Figure(area="desk", name="lap_error_serial", value=_error_ms(serial=True), unit="ms", goal=1.0)
        )
    return figures


def _error_ms(*, serial: bool) -> float:
    rng = random.Random(3)  # noqa: S311 - repeatable laps
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as name:
        folder = Path(name)
        wire = Wire() if serial else None
        extra = ("--serial", wire.station_end) if wire else ()
        strips = RehearsalStation(folder / "station", name="bench", warp=WARP, extra=extra)
        core = Core(Paths(folder / "desk"), warp=WARP, look_around=False)
        try:
            strips.start()
            event = with_stations(rehearsal_event(ENDLESS), [strips.station_id, ""])
            core.setup.save(event)
            track_id = event.tracks[0].track_id
            core.start()
            url = f"serial://{wire.desk_end}" if wire else strips.url
            core.stations.pair(StationAddress(url=url, station_id=strips.station_id, name="bench"))
            _wait(lambda: any(item.link is LinkState.LIVE for item in core.stations.healths()))
            _arm(core, event, track_id)
            arrived = threading.Semaphore(0)
            leave = core.bus.on(RunChanged, lambda change: arrived.release())
            times = [strips.now_us() + 3 * SECOND]
            for _ in range(LAPS):
                times.append(times[-1] + rng.randrange(5 * SECOND, 12 * SECOND))
            for at_us in times:
                strips.drive(StripPass(at_us=at_us, speed_mps=rng.uniform(0.6, 4), chatter=rng.randrange(4)))
                arrived.acquire(timeout=20)
            leave()
            run = core.timekeeping.run(track_id)
            true = [after - before for before, after in pairwise(times)]
            recorded = [lap.time_us for lap in run.driven] if run else []
        finally:
            core.close()
            strips.stop()
            if wire:
                wire.close()
    if len(recorded) != len(true):
        return float("inf")
    return max(abs(a - b) for a, b in zip(true, recorded, strict=True)) / 1000


def _arm(core: Core, event: RacingEvent, track_id: TrackId) -> None:
    racer = rehearsal_racers(core.roster)[0]
    core.timekeeping.prepare(
        RunSetup(
            event_id=event.event_id,
            event_name=event.name,
            track_id=track_id,
            track_name="bench",
            racer_id=racer.racer_id,
            racer_name=racer.name,
            race_format=event.race_format,
        )
    )
    core.timekeeping.act(track_id, Armed())


def _wait(condition: object, seconds: float = 20.0) -> None:
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s and not condition():  # type: ignore[operator]
        time.sleep(0.02)


class Wire:
    """A serial line between two pseudo-terminals, with a thread that carries the bytes."""

    def __init__(self) -> None:
        self._ends = [os.openpty(), os.openpty()]
        for master, slave in self._ends:
            tty.setraw(master)
            tty.setraw(slave)
        self.station_end = os.ttyname(self._ends[0][1])
        self.desk_end = os.ttyname(self._ends[1][1])
        masters = (self._ends[0][0], self._ends[1][0])
        self._threads = [
            threading.Thread(target=self._carry, args=pair, daemon=True) for pair in (masters, masters[::-1])
        ]
        for thread in self._threads:
            thread.start()

    def _carry(self, source: int, target: int) -> None:
        try:
            while data := os.read(source, 4096):
                os.write(target, data)
        except OSError:
            return  # the other end is closed

    def close(self) -> None:
        for master, slave in self._ends:
            os.close(slave)
            os.close(master)
