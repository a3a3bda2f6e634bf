"""Talks with one station for ever: a thread that opens lines, reads, stores, and acknowledges."""

import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from deepracer_desk.adapters.drt1_clock import StationClocks
from deepracer_desk.adapters.drt1_session import Drt1Session
from deepracer_desk.ports.clock import Clock
from deepracer_desk.ports.timing_station import LinkState, StationEvent, StationHealth, StationSink
from timing_firmware.protocol import LOST_US, SUSPECT_US

_log = logging.getLogger(__name__)
_READ_S = 0.05  # longest wait for bytes: stop and commands are looked at as often
_HEALTH_S = 0.5
_STORE_PAUSE_S = 0.25  # after the sink refused, doubled ...
_STORE_PAUSE_LAST_S = 2.0  # ... up to this
_STOP_S = 1.9


class LineLostError(Exception):
    """A line cannot be opened or is gone; the text is a sentence for people."""


class DeskLine(Protocol):
    """Bytes both ways, used by one thread."""

    def read(self, timeout_s: float) -> bytes:
        """Return bytes as soon as there are any, nothing after the time-out.

        Raises:
            LineLostError: the line is gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Write all bytes.

        Raises:
            LineLostError: the line is gone.
        """
        ...

    def close(self) -> None:
        """Close it; never raises."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LineTarget:
    """A place where the station may be.

    Attributes:
        carrier: the place, for people.
        open: opens a line, or raises LineLostError; gives up soon when the event is set.
        guessed: true when somebody else may be there: only the known station is accepted.
    """

    carrier: str
    open: Callable[[threading.Event], DeskLine]
    guessed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOptions:
    """What all lines to a station have in common.

    Attributes:
        host_id: names this desk; give all links of one desk the same, else they compete for the station.
        secret: pairing secret of the station.
        take_over: become owner even when another desk owns the station.
        station_id: accept only this station; empty takes the first that answers.
    """

    host_id: str = ""
    secret: str = ""
    take_over: bool = False
    station_id: str = ""


class Delivery:
    """Brings the events of one session to the sink, and acknowledges what it has stored.

    Attributes:
        sentences: what is wrong with storing, for people.
    """

    def __init__(self, session: Drt1Session, sink: StationSink) -> None:
        self._session = session
        self._sink = sink
        self._pending: list[StationEvent] = []
        self._retry_s = 0.0
        self._pause_s = _STORE_PAUSE_S
        self.sentences: tuple[str, ...] = ()

    def work(self) -> None:
        """Ask for positions and store events as far as the sink lets; never raises."""
        self._pending += self._session.events()
        if time.monotonic() < self._retry_s:
            return
        try:
            if self._session.wants_positions:
                self._session.attach(self._sink.positions(self._session.station_id))
            if self._pending:
                self._sink.store(tuple(self._pending))
        except Exception as error:  # noqa: BLE001 - whatever it is, the station must send the events again
            self._refused(error)
            return
        self.sentences = ()
        self._pause_s = _STORE_PAUSE_S
        if self._pending:
            self._session.stored(self._pending)
            self._pending.clear()

    def _refused(self, error: Exception) -> None:
        if not self.sentences:
            _log.exception("Crossings cannot be stored")
        self._retry_s = time.monotonic() + self._pause_s
        self._pause_s = min(self._pause_s * 2, _STORE_PAUSE_LAST_S)
        self.sentences = (f"This desk cannot store crossings: {error}. The station keeps them until it can.",)


class Drt1Link:
    """A `StationLink` over any line; subclasses say where to look."""

    def __init__(
        self, clock: Clock, options: LinkOptions, *, first_pause_s: float, last_pause_s: float
    ) -> None:
        """Prepare.

        Args:
            clock: the desk's.
            options: see there.
            first_pause_s: wait after a lost line, doubled after each try ...
            last_pause_s: ... up to this.
        """
        self._clock = clock
        self._options = options
        self._host_id = options.host_id or secrets.token_hex(8)
        self._station_id = options.station_id
        self._first_pause_s = first_pause_s
        self._last_pause_s = last_pause_s
        self._clocks = StationClocks()
        self._commands: queue.SimpleQueue[Callable[[Drt1Session], None]] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._rejected = 0
        self._health = _nothing_known()
        self._health_s = 0.0

    def targets(self) -> Sequence[LineTarget]:
        """Return where to look now, the likeliest place first."""
        raise NotImplementedError

    def start(self, sink: StationSink) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, args=(sink,), name="station link", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_STOP_S)
            if thread.is_alive():
                _log.warning("The link to station %s ends later: the sink is still storing", self._station_id)

    def test_crossing(self) -> None:
        self._commands.put(Drt1Session.ask_test_crossing)

    def configure(self, settings: Mapping[str, int]) -> None:
        """Ask the station to use filter settings (names and ranges: `timing_firmware.crossing_filter`)."""
        wanted = dict(settings)
        self._commands.put(lambda session: session.ask_settings(wanted))

    def _run(self, sink: StationSink) -> None:
        pause_s = self._first_pause_s
        while not self._stopping.is_set():
            for target in self._targets():
                if self._hold(sink, target):
                    pause_s = self._first_pause_s
                if self._stopping.is_set():
                    return
            self._pause(sink, pause_s)
            pause_s = min(pause_s * 2, self._last_pause_s)

    def _targets(self) -> Sequence[LineTarget]:
        try:
            return self.targets()
        except Exception:  # noqa: BLE001 - nothing that lists ports may end the timing
            _log.exception("The places to look for station %s cannot be listed", self._station_id)
            return ()

    def _hold(self, sink: StationSink, target: LineTarget) -> bool:
        """Talk over one line until it is lost; return whether the station delivered over it."""
        session: Drt1Session | None = None
        line: DeskLine | None = None
        attached = False
        try:
            line = target.open(self._stopping)
            session = Drt1Session(
                self._clocks,
                self._clock.now_us(),
                host_id=self._host_id,
                carrier=target.carrier,
                secret=self._options.secret,
                take_over=self._options.take_over,
            )
            delivery = Delivery(session, sink)
            while not self._stopping.is_set():
                self._turn(session, delivery, line, target)
                attached = attached or session.attached
                health = self._health
                if session.station_id and (session.has_positions or delivery.sentences):
                    health = session.health(self._clock.now_us(), self._rejected, delivery.sentences)
                self._tell(sink, health)
            session.say_bye()
            line.write(session.outgoing())
        except LineLostError as error:
            self._lost(sink, target, str(error))
        except Exception as error:  # noqa: BLE001 - a fault of ours may cost this line, not the timing
            _log.exception("The talk with the station at %s ended", target.carrier)
            self._lost(sink, target, f"The talk with the station ended: {error}. It is begun again.")
        finally:
            if line is not None:
                line.close()
            if session is not None:
                self._rejected += session.rejected
        return attached

    def _turn(self, session: Drt1Session, delivery: Delivery, line: DeskLine, target: LineTarget) -> None:
        """Read, store, acknowledge, and do what is due."""
        wait_s = min(_READ_S, max(0.0, (session.due_us() - self._clock.now_us()) / 1e6))
        data = line.read(wait_s)
        now_us = self._clock.now_us()
        if data:
            session.receive(data, now_us)
        if session.wants_positions:
            self._check_station(session.station_id, target)
        delivery.work()
        session.tick(now_us)
        if session.attached:
            self._give_commands(session)
        out = session.outgoing()
        if out:
            line.write(out)
        silent_us = session.silent_us(now_us)
        if silent_us >= (SUSPECT_US if target.guessed and not session.station_id else LOST_US):
            raise LineLostError(
                f"The station has been silent for 5 s ({target.carrier}). Look at its power and cable."
            )

    def _check_station(self, station_id: str, target: LineTarget) -> None:
        """See that the right station answers, and remember it."""
        wanted = self._station_id if target.guessed else self._options.station_id
        if wanted and wanted != station_id:
            raise LineLostError(
                f"Another station ({station_id}) answers at {target.carrier}; {wanted} was expected."
            )
        self._station_id = station_id

    def _give_commands(self, session: Drt1Session) -> None:
        try:
            while True:
                self._commands.get_nowait()(session)
        except queue.Empty:
            return

    def _pause(self, sink: StationSink, pause_s: float) -> None:
        end_s = time.monotonic() + pause_s
        while not self._stopping.is_set() and (left_s := end_s - time.monotonic()) > 0:
            self._tell(sink, self._health)
            self._stopping.wait(min(left_s, _HEALTH_S))

    def _lost(self, sink: StationSink, target: LineTarget, sentence: str) -> None:
        if target.guessed and self._health.problems:
            return  # the likeliest place is the one to talk about
        health = replace(self._health, link=LinkState.LOST, problems=(sentence,))
        self._tell(sink, replace(health, carrier=health.carrier or target.carrier))

    def _tell(self, sink: StationSink, health: StationHealth) -> None:
        """Pass the state on, at once when it matters and twice a second otherwise."""
        now_s = time.monotonic()
        changed = (health.link, health.problems) != (self._health.link, self._health.problems)
        self._health = health
        if not changed and now_s - self._health_s < _HEALTH_S:
            return
        self._health_s = now_s
        try:
            sink.health_changed(health)
        except Exception:  # noqa: BLE001 - a window that cannot show it must not stop the timing
            _log.exception("The state of station %s was not taken", health.station_id)


def _nothing_known() -> StationHealth:
    return StationHealth(
        station_id="", name="", hardware="", firmware="", carrier="", link=LinkState.LOST, heard_us=None
    )
