"""A network cable that is as bad as wanted: passes bytes over TCP and damages them by seeded chance."""

import heapq
import random
import select
import socket
import threading
import time
from dataclasses import dataclass

_STEP_S = 0.05
_CHUNK = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How bad the cable is, in both directions.

    Attributes:
        drop: chance of each byte to vanish.
        flip: chance of each byte to have one bit changed.
        repeat: chance of each piece to come twice.
        swap: chance of each piece to come after the next one.
        split: chance of each piece to be cut in two.
        delay_s: longest time a piece is held back.
    """

    drop: float = 0.0
    flip: float = 0.0
    repeat: float = 0.0
    swap: float = 0.0
    split: float = 0.0
    delay_s: float = 0.0


NO_FAULTS = Faults()


class _Way:
    """One direction of one connection."""

    def __init__(self, source: socket.socket, sink: socket.socket, chance: random.Random) -> None:
        self.source = source
        self.sink = sink
        self._chance = chance
        self._held: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._kept = b""

    def take(self, data: bytes, faults: Faults, now_s: float) -> None:
        """Damage a piece and plan when it arrives."""
        chance = self._chance
        pieces = [self._damage(data, faults)]
        if chance.random() < faults.split and len(data) > 1:
            at = chance.randrange(1, len(data))
            pieces = [pieces[0][:at], pieces[0][at:]]
        if chance.random() < faults.repeat:
            pieces += pieces
        if chance.random() < faults.swap and not self._kept:
            self._kept = b"".join(pieces)
            return
        kept, self._kept = self._kept, b""
        for piece in (*pieces, kept):
            self._count += 1
            due_s = now_s + chance.uniform(0, faults.delay_s)
            latest_s = max((held[0] for held in self._held), default=0.0)
            heapq.heappush(self._held, (max(due_s, latest_s), self._count, piece))

    def due_s(self) -> float | None:
        """Return when the next piece arrives, None when none is on its way."""
        return self._held[0][0] if self._held else None

    def deliver(self, now_s: float) -> None:
        """Pass on what has arrived."""
        while self._held and self._held[0][0] <= now_s:
            piece = heapq.heappop(self._held)[2]
            if piece:
                self.sink.sendall(piece)

    def _damage(self, data: bytes, faults: Faults) -> bytes:
        if not faults.drop and not faults.flip:
            return data
        out = bytearray()
        for byte in data:
            if self._chance.random() < faults.drop:
                continue
            flipped = self._chance.random() < faults.flip
            out.append(byte ^ (1 << self._chance.randrange(8)) if flipped else byte)
        return bytes(out)


class LossyProxy:
    """Connects everybody who calls its loopback port with the target; faults may change at any time.

    Attributes:
        faults: in force from now on.
        port: where to connect to.
    """

    def __init__(self, target: tuple[str, int], *, seed: int, faults: Faults = NO_FAULTS) -> None:
        self.faults = faults
        self._target = target
        self._chance = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._ended = threading.Event()
        self._plugged = threading.Event()
        self._plugged.set()
        self._stalled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lossy proxy", daemon=True)
        self._ways: list[_Way] = []

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to pass bytes."""
        self._thread.start()

    def stop(self) -> None:
        """End, and close all connections."""
        self._ended.set()
        self._thread.join(2.0)
        self._listener.close()

    def unplug(self) -> None:
        """Break all connections, and let nobody connect."""
        self._plugged.clear()

    def plug(self) -> None:
        """Let people connect again, and end a stall."""
        self._stalled.clear()
        self._plugged.set()

    def stall(self) -> None:
        """Pass nothing any more, without telling anybody: a half-open connection."""
        self._stalled.set()

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                self._step()
        finally:
            self._break_all()

    def _step(self) -> None:
        if not self._plugged.is_set():
            self._break_all()
        now_s = time.monotonic()
        dues = [due_s for way in self._ways if (due_s := way.due_s()) is not None]
        wait_s = max(0.0, min([_STEP_S, *(due_s - now_s for due_s in dues)]))
        sources = {} if self._stalled.is_set() else {way.source: way for way in self._ways}
        if self._stalled.is_set():
            wait_s = _STEP_S
        ready = select.select([self._listener, *sources], [], [], wait_s)[0]
        for handle in ready:
            if handle is self._listener:
                self._accept()
            elif handle in sources and sources[handle] in self._ways:
                self._pass(sources[handle])
        now_s = time.monotonic()
        for way in list(self._ways) if not self._stalled.is_set() else ():
            if way in self._ways:
                self._try_deliver(way, now_s)

    def _accept(self) -> None:
        caller, _ = self._listener.accept()
        if not self._plugged.is_set():
            caller.close()
            return
        try:
            called = socket.create_connection(self._target, timeout=1.0)
        except OSError:
            caller.close()
            return
        for line in (caller, called):
            line.settimeout(1.0)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._ways += [_Way(caller, called, self._chance), _Way(called, caller, self._chance)]

    def _pass(self, way: _Way) -> None:
        try:
            data = way.source.recv(_CHUNK)
        except OSError:
            data = b""
        if data:
            way.take(data, self.faults, time.monotonic())
        else:
            self._break(way)

    def _try_deliver(self, way: _Way, now_s: float) -> None:
        try:
            way.deliver(now_s)
        except OSError:
            self._break(way)

    def _break(self, way: _Way) -> None:
        pair = {way.source, way.sink}
        self._ways = [other for other in self._ways if other.source not in pair]
        for line in pair:
            line.close()

    def _break_all(self) -> None:
        while self._ways:
            self._break(self._ways[0])
