"""One desk on one line: what it is sent, has acknowledged, and may do. Bytes in, bytes out; opens nothing."""

from __future__ import annotations

import hmac
import secrets
from collections import deque

from timing_firmware.protocol import (
    EPOCHS_IN_HELLO,
    HEARTBEAT_US,
    HELLO_US,
    RESEND_FIRST_US,
    RESEND_LAST_US,
    WINDOW,
    Message,
    MessageReader,
    encode,
    proof,
    settings_hash,
)
from timing_firmware.station import Station

_OUT_LIMIT = 8_192  # bytes that may wait for the line before more records are added
_HISTORY_LIMIT = 1_000  # records of one `get` behind the acknowledged ones


class DeskSession:
    """The station's end of one line.

    Attributes:
        attached: true when a desk takes records here.
        host: id of the desk, empty until attached.
        heard_us: station time of the last message from the desk.
    """

    def __init__(self, station: Station, *, byte_rate: int = 0, trusted: bool = False) -> None:
        """Begin a session.

        Args:
            station: what it serves.
            byte_rate: bytes per second of the line, 0 when it is fast: resending waits for a slow line.
            trusted: true for a wire, where no pairing secret is asked for.
        """
        self._station = station
        self._reader = MessageReader()
        self._out = bytearray()
        self._nonce = secrets.token_hex(8)
        self._byte_rate = byte_rate
        self._trusted = trusted or not station.secret
        self.attached = False
        self.host = ""
        self.heard_us = station.now_us()
        self._wants_to_own = False
        self._hello_us = -HELLO_US
        self._beat_us = -HEARTBEAT_US
        self._have: dict[int, int] = {}
        self._epoch = 0
        self._acked = 0
        self._next = 1
        self._sent_us = 0
        self._resend_us = RESEND_FIRST_US
        self._history: deque[tuple[int, int]] = deque()

    @property
    def role(self) -> str:
        """Return `none` until attached, then `owner` or `viewer`."""
        if not self.attached:
            return "none"
        return "owner" if self._wants_to_own and self._station.owner == self.host else "viewer"

    def receive(self, data: bytes, now_us: int) -> None:
        """Take bytes that arrived at `now_us`."""
        for message in self._reader.feed(data):
            self.heard_us = now_us
            self._handle(message, now_us)

    def tick(self, now_us: int) -> None:
        """Do what is due: hello, heartbeat, records, resending."""
        if not self.attached:
            if now_us - self._hello_us >= HELLO_US:
                self._say_hello(now_us)
        elif self._wants_to_own and not self._station.owner:
            self._station.owner = self.host
        if now_us - self._beat_us >= HEARTBEAT_US:
            self._beat(now_us)
        if self.attached:
            self._go_back_if_late(now_us)
            self._send_records(now_us)

    def outgoing(self) -> bytes:
        """Return the bytes for the line and forget them."""
        out = bytes(self._out)
        self._out.clear()
        return out

    def close(self) -> None:
        """Let go of the ownership."""
        self._detach()

    def say_bye(self, why: str) -> None:
        """Tell the desk that the station goes."""
        self._say("bye", {"why": why})

    def _handle(self, message: Message, now_us: int) -> None:
        if not message.known:
            self._say("err", {"why": "This kind of message is not known.", "re": message.kind})
        elif message.kind == "ping":
            clock = self._station.clock_fields()
            self._say("pong", {"a": message.whole("a"), "b": now_us, "c": self._station.now_us(), **clock})
        elif message.kind == "attach":
            self._attach(message, now_us)
        elif message.kind == "bye":
            self._detach()
            if now_us - self._hello_us >= RESEND_FIRST_US:
                self._say_hello(now_us)
        elif self.attached:
            self._serve(message, now_us)

    def _serve(self, message: Message, now_us: int) -> None:
        if message.kind == "ack":
            self._acknowledge(message.whole("e"), message.whole("n"), now_us)
        elif message.kind == "get":
            self._get(message.whole("e"), message.whole("from"), message.whole("to"), now_us)
        elif message.kind in ("cfg", "tst"):
            if self.role != "owner":
                self._say(
                    "err", {"why": "Only the desk that owns the station may do this.", "re": message.kind}
                )
            elif message.kind == "tst":
                self._station.test_crossing(message.whole("sensor"))
            else:
                self._configure(message)

    def _attach(self, message: Message, now_us: int) -> None:
        host = message.text("h")
        if not self._trusted:
            expected = proof(self._station.secret, self._nonce, host)
            if not hmac.compare_digest(expected.encode(), message.text("auth").encode()):
                self._say("err", {"why": "The pairing secret is missing or wrong.", "re": "attach"})
                return
        if self.host and self.host != host:
            self._detach()
        self.host = host
        have = message.have()
        self._look_for_lost_end(have)
        self._wants_to_own = message.text("role", "owner") == "owner"
        self.attached = True
        if self._wants_to_own and (message.whole("take") or not self._station.owner):
            self._station.owner = host
        self._have = have
        self._begin_sending()
        self._beat(now_us)
        self._send_records(now_us)

    def _look_for_lost_end(self, have: dict[int, int]) -> None:
        """See whether the desk knows more than the journal: those numbers must not be given again."""
        if have.get(self._station.journal.epoch, 0) > self._station.journal.last:
            self._station.journal.repeat_in_new_epoch(self._station.clock_id)

    def _begin_sending(self) -> None:
        """Stand at the oldest record that the desk does not have."""
        for span in self._station.journal.spans()[-EPOCHS_IN_HELLO:]:
            self._stand_in(span)
            if self._acked < span[2]:
                break
        self._resend_us = RESEND_FIRST_US

    def _stand_in(self, span: tuple[int, int, int]) -> None:
        self._epoch, first, last = span
        self._acked = max(min(self._have.get(self._epoch, 0), last), first - 1)
        self._next = self._acked + 1

    def _detach(self) -> None:
        if self.role == "owner":
            self._station.owner = ""
        self.attached = False
        self.host = ""
        self._history.clear()

    def _acknowledge(self, epoch: int, n: int, now_us: int) -> None:
        if epoch != self._epoch or n <= self._acked:
            return
        self._acked = min(n, self._last())
        self._next = max(self._next, self._acked + 1)
        self._resend_us = RESEND_FIRST_US
        self._sent_us = now_us
        if self.role == "owner":
            self._station.journal.acknowledged(epoch, self._acked)

    def _get(self, epoch: int, first: int, last: int, now_us: int) -> None:
        if epoch == self._epoch and self._acked < first <= self._next:
            self._next = first
            self._sent_us = now_us
            return
        if self._station.journal.read(epoch, first) is None:
            self._say_hello(now_us)  # it tells what there is
            return
        last = min(last, first + _HISTORY_LIMIT - 1)
        self._history.extend((epoch, n) for n in range(first, last + 1))
        while len(self._history) > _HISTORY_LIMIT:
            self._history.popleft()

    def _configure(self, message: Message) -> None:
        try:
            settings = self._station.configure(message.table("filter")).as_dict()
        except ValueError as error:
            self._say("err", {"why": str(error)[:120], "re": "cfg"})
            return
        self._say("cfgok", {"hash": settings_hash(settings), "filter": settings})

    def _last(self) -> int:
        return next((last for epoch, _, last in self._station.journal.spans() if epoch == self._epoch), 0)

    def _go_back_if_late(self, now_us: int) -> None:
        line_us = WINDOW * 250 * 1_000_000 // self._byte_rate if self._byte_rate else 0
        if self._next > self._acked + 1 and now_us - self._sent_us >= self._resend_us + line_us:
            self._next = self._acked + 1
            self._sent_us = now_us
            self._resend_us = min(self._resend_us * 2, RESEND_LAST_US)

    def _send_records(self, now_us: int) -> None:
        while self._history and len(self._out) < _OUT_LIMIT:
            self._send(*self._history.popleft())
        if self._acked >= self._last():
            self._go_to_next_epoch()
        last = min(self._last(), self._acked + WINDOW)
        while self._next <= last and len(self._out) < _OUT_LIMIT:
            if self._next == self._acked + 1:
                self._sent_us = now_us
            if not self._send(self._epoch, self._next):
                if now_us - self._hello_us >= RESEND_FIRST_US:
                    self._say_hello(now_us)  # removed meanwhile: the desk learns where the journal begins
                return
            self._next += 1

    def _go_to_next_epoch(self) -> None:
        spans = self._station.journal.spans()
        at = next((at for at, span in enumerate(spans) if span[0] == self._epoch), -1)
        if at + 1 < len(spans):
            self._stand_in(spans[at + 1])

    def _send(self, epoch: int, n: int) -> bool:
        record = self._station.journal.read(epoch, n)
        if record is None:
            return False
        self._say(record.draft.kind, record.fields(self._station.station_id, epoch))
        return True

    def _beat(self, now_us: int) -> None:
        self._beat_us = now_us
        unacknowledged = max(0, self._last() - self._acked) if self.attached else 0
        self._say("st", self._station.status(self.role, unacknowledged, self._reader.rejected))

    def _say_hello(self, now_us: int) -> None:
        self._hello_us = now_us
        self._say("hello", self._station.hello(self._nonce))

    def _say(self, kind: str, fields: dict[str, object]) -> None:
        self._out += encode(kind, fields)
