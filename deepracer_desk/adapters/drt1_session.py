"""The desk's end of DRT1: bytes in, events in order and bytes out; no input or output of its own.

Events are delivered exactly once and in order: a frame that comes too early is dropped and asked for again,
one that came before is acknowledged again. Only events that were handed back by `stored` are acknowledged.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deepracer_desk.adapters.drt1_clock import StationClocks, WallPair, sample_of
from deepracer_desk.adapters.drt1_order import MessageOrder, Verdict
from deepracer_desk.adapters.drt1_problems import problems_of
from deepracer_desk.ports.timing_station import LinkState, StationEvent, StationEventKind, StationHealth
from timing_firmware import protocol

_BURST = 8  # pings at the start ...
_BURST_US = 20_000  # ... so far apart
_PING_US = 1_000_000
_ATTACH_US = 500_000  # between two tries to attach, or to be greeted
_READY_PONGS = 4  # enough of the burst to have met a fast one
_READY_US = 300_000  # a slow line need not wait for more


@dataclass(slots=True)
class _Facts:
    """What the station said about itself."""

    station_id: str = ""
    name: str = ""
    hardware: str = ""
    firmware: str = ""
    sensors: tuple[str, ...] = ()
    simulated: bool = False
    nonce: str = ""
    clock_id: int = 0
    spans: tuple[tuple[int, int, int], ...] = ()
    role: str = "none"
    status: protocol.Message | None = None
    refusal: str = ""


class Drt1Session:
    """One conversation with one station, from the opening of a line to its end."""

    def __init__(
        self,
        clocks: StationClocks,
        now_us: int,
        *,
        host_id: str,
        carrier: str,
        secret: str = "",
        take_over: bool = False,
    ) -> None:
        """Begin on a line that was just opened.

        Args:
            clocks: outlives the session, so that a short outage costs no accuracy.
            now_us: desk time.
            host_id: names this desk; the same for all its lines.
            carrier: the line, for people.
            secret: pairing secret of the station.
            take_over: become owner even when another desk owns the station.
        """
        self._clocks = clocks
        self._now_us = now_us
        self._host_id = host_id
        self._carrier = carrier
        self._secret = secret
        self._take_over = take_over
        self._reader = protocol.MessageReader()
        self._out = bytearray()
        self._facts = _Facts()
        self._has_positions = False
        self._order = MessageOrder()
        self._waiting: deque[tuple[protocol.Message, int]] = deque()
        self._heard_us: int | None = None
        self._opened_us = now_us
        self._pings = 0
        self._ping_us = now_us
        self._attach_us = now_us
        self._pongs = 0
        self._first_pong_us = now_us
        self._say("bye", {"why": "A desk begins."})  # a station that thinks of an older session greets again

    @property
    def station_id(self) -> str:
        """Return who is at the other end, empty until it said so."""
        return self._facts.station_id

    @property
    def attached(self) -> bool:
        """Tell whether the station delivers."""
        return self._facts.role in ("owner", "viewer") and self._has_positions

    @property
    def wants_positions(self) -> bool:
        """Tell whether `attach` is to be called."""
        return bool(self._facts.station_id) and not self._has_positions

    @property
    def has_positions(self) -> bool:
        """Tell whether `attach` was called for this station."""
        return self._has_positions

    def attach(self, positions: Mapping[int, int]) -> None:
        """Ask the station to deliver what follows these positions (per epoch the highest number stored)."""
        self._order = MessageOrder()
        self._has_positions = True
        self._ask_to_attach(positions)

    def receive(self, data: bytes, now_us: int) -> None:
        """Take bytes that arrived at `now_us`; never raises, whatever they are."""
        self._now_us = now_us
        for message in self._reader.feed(data):
            self._heard_us = now_us
            self._handle(message)

    def tick(self, now_us: int) -> None:
        """Do what is due: pings, questions for missing frames, a new try to attach."""
        self._now_us = now_us
        pause_us = _BURST_US if self._pings < _BURST else _PING_US
        if now_us >= self._ping_us and self._line_is_used():
            self._ping_us = now_us + pause_us
            self._pings += 1
            self._say("ping", {"a": now_us})
        if not self.attached and now_us - self._attach_us >= _ATTACH_US:
            self._attach_us = now_us
            if self._has_positions:
                self._ask_to_attach({})
            elif not self._facts.station_id:
                self._say("bye", {"why": "A desk begins."})
        question = self._order.question(now_us)
        if question is not None:
            self._say("get", {"e": question.epoch, "from": question.first, "to": question.last})

    def due_us(self) -> int:
        """Return when `tick` should be called again at the latest."""
        times = [self._now_us + _PING_US]
        if self._line_is_used():
            times.append(self._ping_us)
        if not self.attached:
            times.append(self._attach_us + _ATTACH_US)
        ask_us = self._order.ask_us()
        if ask_us is not None:
            times.append(ask_us)
        return min(times)

    def events(self) -> list[StationEvent]:
        """Return the events that are ready to be stored, in order, and forget them."""
        ready: list[StationEvent] = []
        while self._waiting:
            event = self._event(*self._waiting[0])
            if event is None:
                break
            self._waiting.popleft()
            ready.append(event)
        return ready

    def stored(self, events: Sequence[StationEvent]) -> None:
        """Acknowledge events that are committed now."""
        for epoch in {event.epoch for event in events}:
            self._order.commit(epoch, max(event.n for event in events if event.epoch == epoch))
            self._say("ack", {"e": epoch, "n": self._order.stored(epoch)})

    def outgoing(self) -> bytes:
        """Return the bytes for the line and forget them."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def ask_test_crossing(self) -> None:
        """Ask for a crossing that is marked as simulated."""
        self._say("tst", {"what": "cross", "sensor": 0})

    def ask_settings(self, settings: Mapping[str, int]) -> None:
        """Ask the station to use filter settings."""
        self._say("cfg", {"filter": dict(settings)})

    def say_bye(self) -> None:
        """Tell the station that the desk goes."""
        self._say("bye", {"why": "The desk stops."})

    def silent_us(self, now_us: int) -> int:
        """Return for how long nothing has been heard."""
        return now_us - (self._heard_us if self._heard_us is not None else self._opened_us)

    def health(self, now_us: int, rejected_before: int, problems: Iterable[str]) -> StationHealth:
        """Return what is known of the station.

        Args:
            now_us: desk time.
            rejected_before: frames that earlier sessions of the same link had to drop.
            problems: sentences to add.
        """
        facts, status = self._facts, self._facts.status
        silent_us = self.silent_us(now_us)
        link = LinkState.LIVE
        if not self.attached or silent_us >= protocol.LOST_US:
            link = LinkState.LOST
        elif silent_us >= protocol.SUSPECT_US:
            link = LinkState.SUSPECT
        mapping = self._clocks.known(facts.clock_id)
        best = mapping.best if mapping is not None else None
        pulse_us: int | None = None
        if status is not None and mapping is not None and "pm" in status.fields:
            pulse_us = mapping.host_us(status.whole("pm"))[0]
        found = problems_of(status, facts.sensors, facts.role, facts.refusal)
        return StationHealth(
            station_id=facts.station_id,
            name=facts.name,
            hardware=facts.hardware,
            firmware=facts.firmware,
            carrier=self._carrier,
            link=link,
            heard_us=self._heard_us,
            pulse_us=pulse_us,
            levels=tuple(bool(level) for level in status.wholes("lv")) if status is not None else (),
            sensors=facts.sensors,
            unacknowledged=status.whole("un") if status is not None else 0,
            offset_us=round(best.offset_us) if best is not None else None,
            bound_us=(best.round_trip_us + 1) // 2 if best is not None else None,
            round_trip_us=best.round_trip_us if best is not None else None,
            rejected_frames=rejected_before + self._reader.rejected,
            simulated=facts.simulated,
            problems=(*found, *problems),
        )

    @property
    def rejected(self) -> int:
        """Return how many frames had to be dropped."""
        return self._reader.rejected

    def _line_is_used(self) -> bool:
        """No pings into a line where nobody has said anything: it may belong to another device."""
        return self._heard_us is not None

    def _handle(self, message: protocol.Message) -> None:
        if message.kind in protocol.NUMBERED:
            self._take(message)
        elif message.kind == "hello":
            self._greeted(message)
        elif message.kind == "pong":
            self._ponged(message)
        elif message.kind == "st":
            self._heard_status(message)
        elif message.kind == "err":
            self._facts.refusal = message.text("why")
        elif message.kind == "bye":
            self._facts.role = "none"

    def _greeted(self, message: protocol.Message) -> None:
        facts = self._facts
        if facts.station_id and facts.station_id != message.text("s"):
            self._forget()
        facts.station_id = message.text("s")
        facts.name = message.text("name")
        facts.hardware = message.text("hw")
        facts.firmware = message.text("fw")
        facts.sensors = message.texts("sensors")
        facts.simulated = bool(message.whole("sim"))
        facts.nonce = message.text("nonce")
        facts.spans = message.spans()
        if facts.clock_id != message.whole("k"):
            facts.clock_id = message.whole("k")
            self._pings = self._pongs = 0
        self._note_wall(message)
        self._ping_us = min(self._ping_us, self._now_us)
        if self._has_positions:
            self._ask_to_attach({})

    def _forget(self) -> None:
        """Another station took the place of the one before."""
        self._has_positions = False
        self._order = MessageOrder()
        self._waiting.clear()
        self._facts.role = "none"
        self._facts.status = None

    def _ponged(self, message: protocol.Message) -> None:
        sample = sample_of(message.whole("a"), message.whole("b"), message.whole("c"), self._now_us)
        recent = self._now_us - message.whole("a") < protocol.LOST_US
        if sample is not None and recent and message.whole("k") == self._facts.clock_id:
            self._clocks.mapping(message.whole("k")).add(sample)
            if not self._pongs:
                self._first_pong_us = self._now_us
            self._pongs += 1
            self._note_wall(message)

    def _note_wall(self, message: protocol.Message) -> None:
        if message.whole("w"):
            pair = WallPair(
                host_us=self._now_us, wall_ms=message.whole("w"), synced=bool(message.whole("ws"))
            )
            self._clocks.heard_wall(pair)

    def _heard_status(self, message: protocol.Message) -> None:
        if not self._facts.station_id or message.text("s") != self._facts.station_id:
            if self._now_us - self._attach_us >= _ATTACH_US:
                self._attach_us = self._now_us
                self._say("bye", {"why": "A desk begins."})
            return
        self._facts.status = message
        self._facts.role = message.text("role")
        if self.attached:
            self._facts.refusal = ""

    def _take(self, message: protocol.Message) -> None:
        if not self._has_positions or message.text("s") != self._facts.station_id:
            return
        epoch, n = message.whole("e"), message.whole("n")
        verdict, skipped = self._order.judge(epoch, n, self._now_us)
        if verdict is Verdict.NEXT:
            self._waiting.append((message, skipped))
        elif verdict is Verdict.STORED:
            self._say("ack", {"e": epoch, "n": self._order.stored(epoch)})

    def _event(self, message: protocol.Message, skipped: int) -> StationEvent | None:
        """Return the event of a message, None while the station's clock is not known well enough."""
        epoch, n, clock_id = message.whole("e"), message.whole("n"), message.whole("k")
        station_us = message.whole("m")
        raw: dict[str, object] = dict(message.fields)
        mapping = self._clocks.known(clock_id)
        if clock_id == self._facts.clock_id:
            if mapping is None or not self._clock_is_ready():
                return None
            host_us, bound_us = mapping.host_us(station_us)
        elif mapping is not None:
            host_us, bound_us = mapping.host_us(station_us)
        else:
            synced = bool(message.whole("ws"))
            host_us, bound_us = self._clocks.from_wall(message.whole("w"), synced=synced, now_us=self._now_us)
            raw["placed"] = "wall" if message.whole("w") else "arrival"
        if skipped:
            raw["gap"] = skipped
        return StationEvent(
            station_id=self._facts.station_id,
            epoch=epoch,
            n=n,
            kind=StationEventKind(message.kind),
            clock_id=clock_id,
            station_us=station_us,
            host_us=max(0, host_us),
            bound_us=bound_us,
            sensor=message.whole("sensor") if message.whole("sensor", -1) >= 0 else None,
            simulated=bool(message.whole("sim")),
            raw=raw,
        )

    def _clock_is_ready(self) -> bool:
        """Tell whether enough pings of this session were answered to place an event well."""
        waited_us = self._now_us - self._first_pong_us
        return self._pongs >= _READY_PONGS or (self._pongs > 0 and waited_us >= _READY_US)

    def _ask_to_attach(self, stored: Mapping[int, int]) -> None:
        self._attach_us = self._now_us
        have = self._order.begin(self._facts.spans, stored)
        fields: dict[str, object] = {
            "h": self._host_id,
            "proto": [protocol.VERSION, protocol.VERSION],
            "have": {str(epoch): n for epoch, n in have.items()},
            "role": "owner",
            "take": int(self._take_over),
        }
        if self._secret:
            fields["auth"] = protocol.proof(self._secret, self._facts.nonce, self._host_id)
        self._say("attach", fields)

    def _say(self, kind: str, fields: Mapping[str, object]) -> None:
        self._out += protocol.encode(kind, fields)
