"""A timing station inside this program: numbers, remembers and delivers, and does as it is told."""

import logging
import secrets
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import (
    LinkState,
    StationEvent,
    StationEventKind,
    StationHealth,
    StationSink,
)
from timing_firmware.protocol import LOST_US, SUSPECT_US

_log = logging.getLogger(__name__)
_HEALTH_S = 0.5
_STORE_PAUSE_S = 0.25
_STEP_S = 0.05
_OFFSET_US = 1_000_000_000  # station clock minus desk clock: never mistake one for the other
_BOUND_US = 100


@dataclass(frozen=True, slots=True)
class _Kept:
    kind: StationEventKind
    station_us: int
    clock_id: int
    sensor: int | None
    simulated: bool
    values: Mapping[str, object]


class FakeStation:
    """Implements `StationLink`; all methods may be called on any thread, before `start` too."""

    def __init__(self, clock: Clock, *, name: str = "Fake station", station_id: str = "") -> None:
        self._clock = clock
        self._name = name
        self._station_id = station_id or secrets.token_hex(4)
        self._epoch = secrets.randbits(32)
        self._clock_id = secrets.randbits(32)
        self._changed = threading.Condition()
        self._journal: list[_Kept] = []
        self._stored = 0
        self._silent_since_us: int | None = None
        self._problems: tuple[str, ...] = ()
        self._refusal: tuple[str, ...] = ()
        self._pulse_us: int | None = None
        self._news = True
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def station_id(self) -> str:
        """Return the eight hex digits of this station."""
        return self._station_id

    def start(self, sink: StationSink) -> None:
        with self._changed:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(sink,), name="fake station", daemon=True
                )
                self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(1.9)

    def test_crossing(self) -> None:
        self.cross(simulated=True)

    def cross(self, at_us: int | None = None, *, sensor: int = 0, simulated: bool = False) -> int:
        """Record a crossing and its end; return the number of the crossing.

        Args:
            at_us: desk time [us]; None is now.
            sensor: which strip.
            simulated: whether the station made it up.
        """
        at_us = self._clock.now_us() if at_us is None else at_us
        with self._changed:
            n = self._keep(StationEventKind.CROSSING, at_us, sensor, {}, simulated=simulated)
            closed: dict[str, object] = {"ref": n, "mask": 1 << sensor, "pulses": 2, "axles": 2}
            self._keep(StationEventKind.CROSSING_CLOSED, at_us, sensor, closed, simulated=simulated)
            self._pulse_us = at_us
        return n

    def suppress(self, at_us: int | None = None, *, sensor: int = 0) -> int:
        """Record edges inside the lockout; return their number."""
        at_us = self._clock.now_us() if at_us is None else at_us
        with self._changed:
            return self._keep(StationEventKind.SUPPRESSED, at_us, sensor, {"dur": 10_000, "edges": 2})

    def report(self, code: str, *, sensor: int | None = None) -> int:
        """Record a change of health ("stuck", "noise", ...); return its number."""
        with self._changed:
            return self._keep(StationEventKind.HEALTH, self._clock.now_us(), sensor, {"code": code})

    def complain(self, *problems: str) -> None:
        """Show these sentences in the health from now on."""
        with self._changed:
            self._problems = problems
            self._wake()

    def go_silent(self) -> None:
        """Deliver nothing any more, but go on recording: an unplugged cable."""
        with self._changed:
            self._silent_since_us = self._clock.now_us()
            self._wake()

    def speak_again(self) -> None:
        """Deliver again, beginning with what was recorded in silence."""
        with self._changed:
            self._silent_since_us = None
            self._wake()

    def reboot(self) -> None:
        """Start another run of the clock; the journal stays."""
        with self._changed:
            self._clock_id = secrets.randbits(32)

    def _keep(
        self,
        kind: StationEventKind,
        at_us: int,
        sensor: int | None,
        values: Mapping[str, object],
        *,
        simulated: bool = False,
    ) -> int:
        kept = _Kept(kind, at_us + _OFFSET_US, self._clock_id, sensor, simulated, values)
        self._journal.append(kept)
        self._wake()
        return len(self._journal)

    def _wake(self) -> None:
        self._news = True
        self._changed.notify_all()

    def _run(self, sink: StationSink) -> None:
        told_s = retry_s = 0.0
        attached = False
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._news or self._stopping, _STEP_S)
                if self._stopping:
                    return
                news, self._news = self._news, False
                silent = self._silent_since_us is not None
            now_s = time.monotonic()
            if not silent and now_s >= retry_s:
                attached = self._deliver(sink, attached=attached)
                retry_s = 0.0 if attached else now_s + _STORE_PAUSE_S
            if news or now_s - told_s >= _HEALTH_S:
                told_s = now_s
                self._tell(sink)

    def _deliver(self, sink: StationSink, *, attached: bool) -> bool:
        """Store what the sink does not have; return false when it refused."""
        try:
            if not attached:
                self._stored = sink.positions(self._station_id).get(self._epoch, 0)
            with self._changed:
                first = self._stored
                events = [
                    self._event(first + at, kept) for at, kept in enumerate(self._journal[first:], start=1)
                ]
            if events:
                sink.store(events)
                self._stored = events[-1].n
        except Exception as error:  # noqa: BLE001 - whatever it is, the events must be sent again
            if not self._refusal:
                _log.exception("Crossings cannot be stored")
            self._refusal = (
                f"This desk cannot store crossings: {error}. The station keeps them until it can.",
            )
            return False
        self._refusal = ()
        return True

    def _event(self, n: int, kept: _Kept) -> StationEvent:
        raw: dict[str, object] = {
            "v": 1,
            "t": str(kept.kind),
            "s": self._station_id,
            "e": self._epoch,
            "n": n,
            "k": kept.clock_id,
            "m": kept.station_us,
            **kept.values,
        }
        return StationEvent(
            station_id=self._station_id,
            epoch=self._epoch,
            n=n,
            kind=kept.kind,
            clock_id=kept.clock_id,
            station_us=kept.station_us,
            host_us=kept.station_us - _OFFSET_US,
            bound_us=_BOUND_US,
            sensor=kept.sensor,
            simulated=kept.simulated,
            raw=raw,
        )

    def _tell(self, sink: StationSink) -> None:
        now_us = self._clock.now_us()
        with self._changed:
            since_us = self._silent_since_us
            health = StationHealth(
                station_id=self._station_id,
                name=self._name,
                hardware="none",
                firmware="fake",
                carrier="fake",
                link=_link(0 if since_us is None else now_us - since_us),
                heard_us=now_us if since_us is None else since_us,
                pulse_us=self._pulse_us,
                levels=(False, False),
                sensors=("strip 1", "strip 2"),
                unacknowledged=len(self._journal) - self._stored,
                offset_us=_OFFSET_US,
                bound_us=_BOUND_US,
                round_trip_us=2 * _BOUND_US,
                simulated=True,
                problems=(*self._problems, *self._refusal),
            )
        try:
            sink.health_changed(health)
        except Exception:  # noqa: BLE001 - a window that cannot show it must not stop the timing
            _log.exception("The state of the fake station was not taken")


def _link(silent_us: int) -> LinkState:
    if silent_us >= LOST_US:
        return LinkState.LOST
    return LinkState.SUSPECT if silent_us >= SUSPECT_US else LinkState.LIVE
