"""From the strip to the disk: how long a crossing takes, and how true its lap is."""

import json
import random
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Self

from deepracer_desk.adapters.rehearsal_station import RehearsalStation
from deepracer_desk.benchmarks.figure import Figure, Measurement, NotMeasuredError, percentile
from deepracer_desk.benchmarks.serial_wire import SerialWire
from deepracer_desk.core import Core
from deepracer_desk.domain.ids import TrackId
from deepracer_desk.domain.race_formats import SECOND, RaceFormat
from deepracer_desk.domain.race_log import Armed, Ended, RunSetup, Submitted
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.ports.timing_station import LinkState, StationAddress, StationEvent, StationEventKind
from deepracer_desk.ports.virtual_track import StripPass
from deepracer_desk.services.changes import RunChanged
from deepracer_desk.services.rehearsal_event import rehearsal_event, rehearsal_racers, with_stations
from deepracer_desk.system.paths import Paths

COMMITS, PER_RUN = 1000, 20  # crossings in all, and in a run: a run of twenty laps is a long one
LAPS, LAPS_WARP = 30, 10.0
WIRED, WIRED_SPACING_S, AHEAD_S = 100, 0.25, 0.05
CLOSE_CARS = {"lockout_us": 200_000, "quiet_us": 20_000, "silent_passes": 0, "noise_eps": 1000}
ENDLESS = RaceFormat(time_limit_us=None, lap_limit=1000, min_lap_us=SECOND // 10, max_lap_us=None)


def commit() -> list[Figure]:
    """Time how long the desk needs from a crossing in its hands to the crossing on disk and told."""
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as folder:
        core = Core(Paths(Path(folder)), look_around=False)
        try:
            event = rehearsal_event(ENDLESS)
            core.setup.save(event)
            track_id = event.tracks[0].track_id
            taken = list[float]()
            for n in range(1, COMMITS + 1):
                if n % PER_RUN == 1:
                    _next_run(core, event, track_id)
                now_us = core.clock.now_us()
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
        Figure(area="desk", name="crossing_committed_p99", value=percentile(taken, 0.99), unit="ms"),
    ]


def lap_error() -> list[Figure]:
    """Compare recorded lap times with what the virtual car drove, over TCP and over a serial line."""
    kinds = {"lap_error_tcp": False, "lap_error_serial": True}
    return [
        Figure(area="desk", name=name, value=_worst_error_us(serial=serial) / 1000, unit="ms", goal=1.0)
        for name, serial in kinds.items()
        if not serial or SerialWire.possible
    ]


def _worst_error_us(*, serial: bool) -> int:
    dice = random.Random(3)  # noqa: S311 - repeatable laps
    with (
        tempfile.TemporaryDirectory(prefix="desk-bench-") as name,
        WiredDesk(Path(name), warp=LAPS_WARP, serial=serial) as desk,
    ):
        times = [desk.strips.now_us() + 3 * SECOND]
        for _ in range(LAPS):
            times.append(times[-1] + dice.randrange(5 * SECOND, 12 * SECOND))
        for at_us in times:
            desk.drive(
                at_us, StripPass(at_us=at_us, speed_mps=dice.uniform(0.6, 4), chatter=dice.randrange(4))
            )
        desk.wait(lambda: desk.laps >= LAPS, "the last lap to arrive")
        run = desk.core.timekeeping.run(desk.track_id)
        recorded = [lap.time_us for lap in run.driven] if run else []
    true = [after - before for before, after in pairwise(times)]
    if len(recorded) != len(true):
        raise NotMeasuredError(f"The cars drove {len(true)} laps, and the desk has {len(recorded)}.")
    return max(abs(a - b) for a, b in zip(true, recorded, strict=True))


def on_the_wire() -> list[Figure]:
    """Time the way of a crossing from strip to commit, the station's journal included."""
    dice = random.Random(4)  # noqa: S311 - repeatable passes
    arrived = dict[int, float]()
    pressed = dict[int, float]()
    with tempfile.TemporaryDirectory(prefix="desk-bench-") as name:
        settings = Path(name) / "settings.json"
        settings.write_text(json.dumps({"filter": CLOSE_CARS}), encoding="utf-8")
        with WiredDesk(Path(name), warp=1.0, extra=("--config", str(settings))) as desk:

            def note(change: RunChanged) -> None:
                now_s = time.monotonic()
                for entry in change.entries:
                    stamp = getattr(entry.action, "station_us", None)
                    if stamp is not None:
                        arrived[stamp] = now_s

            leave = desk.core.bus.on(RunChanged, note)
            at_us = desk.strips.now_us() + SECOND
            for _ in range(WIRED):
                at_us += int(dice.uniform(1.0, 1.5) * WIRED_SPACING_S * SECOND)
                desk.drive(at_us, StripPass(at_us=at_us, speed_mps=3.0))
                pressed[at_us] = time.monotonic() + (at_us - desk.strips.now_us()) / 1e6
            desk.wait(lambda: len(arrived) >= WIRED, "the last crossing to arrive")
            leave()
    ways = [(arrived[stamp] - press_s) * 1000 for stamp, press_s in pressed.items() if stamp in arrived]
    if len(ways) != WIRED:
        raise NotMeasuredError(f"Of {WIRED} crossings, {len(ways)} arrived with their own stamp.")
    return [
        Figure(area="desk", name="strip_to_committed_p50", value=percentile(ways, 0.5), unit="ms"),
        Figure(area="desk", name="strip_to_committed_p99", value=percentile(ways, 0.99), unit="ms"),
    ]


class WiredDesk:
    """A desk with one station on a line, and a run that is armed.

    Attributes:
        core: the desk.
        strips: the station.
        track_id: where it stands.
    """

    def __init__(
        self, folder: Path, *, warp: float, serial: bool = False, extra: tuple[str, ...] = ()
    ) -> None:
        self._warp = warp
        self._wire = SerialWire() if serial else None
        if self._wire:
            extra = (*extra, "--serial", self._wire.station_end)
        self.strips = RehearsalStation(folder / "station", name="bench", warp=warp, extra=extra)
        self.core = Core(Paths(folder / "desk"), warp=warp, look_around=False)

    def __enter__(self) -> Self:
        try:
            self.strips.start()
            event = with_stations(rehearsal_event(ENDLESS), [self.strips.station_id, ""])
            self.core.setup.save(event)
            self.core.setup.choose(event.event_id)
            self.track_id = event.tracks[0].track_id
            self.core.start()
            url = f"serial://{self._wire.desk_end}" if self._wire else self.strips.url
            self.core.stations.pair(StationAddress(url=url, station_id=self.strips.station_id, name="bench"))
            self.wait(
                lambda: any(item.link is LinkState.LIVE for item in self.core.stations.healths()),
                "the station to answer",
            )
            _next_run(self.core, event, self.track_id)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.core.close()
        self.strips.stop()
        if self._wire:
            self._wire.close()

    @property
    def laps(self) -> int:
        run = self.core.timekeeping.run(self.track_id)
        return len(run.driven) if run else 0

    def drive(self, at_us: int, passed: StripPass) -> None:
        """Announce a car shortly before it comes."""
        left_s = (at_us - self.strips.now_us()) / 1e6 / self._warp
        time.sleep(max(0.0, left_s - AHEAD_S))
        self.strips.drive(passed)

    def wait(self, happened: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
        """Wait for something.

        Raises:
            NotMeasuredError: it did not happen.
        """
        end_s = time.monotonic() + seconds
        while not happened():
            if time.monotonic() > end_s:
                raise NotMeasuredError(f"Waited {seconds:g} s in vain for {what}.")
            threading.Event().wait(0.02)


def _next_run(core: Core, event: RacingEvent, track_id: TrackId) -> None:
    """Close the run of a track, if there is one, and arm another."""
    if core.timekeeping.run(track_id) is not None:
        core.timekeeping.act(track_id, Ended())
        core.timekeeping.act(track_id, Submitted())
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


COMMIT = Measurement(
    area="desk", figures=("crossing_committed_p50", "crossing_committed_p99"), measure=commit
)
LAP_ERROR = Measurement(
    area="desk",
    figures=("lap_error_tcp", "lap_error_serial") if SerialWire.possible else ("lap_error_tcp",),
    measure=lap_error,
)
ON_THE_WIRE = Measurement(
    area="desk", figures=("strip_to_committed_p50", "strip_to_committed_p99"), measure=on_the_wire
)
