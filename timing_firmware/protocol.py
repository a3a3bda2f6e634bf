"""DRT1, the language between a timing station and a desk: frames and messages; standard library only.

A frame is `00`, COBS(payload, CRC-32 little endian), `00`. The payload is one compact JSON object with the
keys `v` (version 1) and `t` (kind). Times are integer microseconds of a monotonic clock.

Kinds: `hello`, `st` (heartbeat), `x`, `xe`, `sup`, `btn`, `hs`, `pong`, `cfgok` come from the station;
`attach`, `ack`, `get`, `ping`, `cfg`, `tst` from the desk; `bye` and `err` from both. Only `x`, `xe`, `sup`,
`btn` and `hs` are numbered (`n`, from 1 in each epoch `e`, without gaps) and kept in the station's journal.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

VERSION = 1
DEFAULT_TCP_PORT = 8765
DEFAULT_BAUD = 115200
SERVICE_TYPE = "_drdesk-timer._tcp.local."  # zeroconf
NUMBERED: frozenset[str] = frozenset({"x", "xe", "sup", "btn", "hs"})
NUMBERED_LIMIT = 240  # bytes of payload; 20 ms at 115200 baud
PAYLOAD_LIMIT = 1024  # bytes; hello, cfg and st are the largest
BUFFER_LIMIT = 1200  # bytes without a zero; more is noise
WINDOW = 32  # numbered messages on their way without an acknowledgement
RESEND_FIRST_US = 250_000  # doubled after each try without progress ...
RESEND_LAST_US = 2_000_000  # ... up to this
HELLO_US = 2_000_000  # between two hellos, until attached
HEARTBEAT_US = 1_000_000  # between two st
SUSPECT_US = 2_500_000  # nothing heard: two heartbeats missed
LOST_US = 5_000_000  # nothing heard: the line is taken as dead
EPOCHS_IN_HELLO = 4  # newest journals offered; more might not fit a frame
U32 = 0xFFFF_FFFF
_TIME_MAX = 1 << 53  # 285 years; sums of two still fit every database
_CRC_BYTES = 4
_COBS_RUN = 254  # longest run of non-zero bytes that one COBS code can name

Check = Callable[[object], bool]


def cobs_encode(data: bytes) -> bytes:
    """Return `data` without zero bytes; at most one byte in 254 longer, plus one."""
    out = bytearray()
    for run in data.split(b"\0"):
        rest = run
        while len(rest) >= _COBS_RUN:
            out.append(_COBS_RUN + 1)
            out += rest[:_COBS_RUN]
            rest = rest[_COBS_RUN:]
        out.append(len(rest) + 1)
        out += rest
    return bytes(out)


def cobs_decode(data: bytes) -> bytes | None:
    """Return what `cobs_encode` was given, or None when `data` cannot come from it."""
    out = bytearray()
    at = 0
    while at < len(data):
        code = data[at]
        run = data[at + 1 : at + code]
        if code == 0 or len(run) != code - 1 or 0 in run:
            return None
        out += run
        at += code
        if code <= _COBS_RUN and at < len(data):
            out.append(0)
    return bytes(out)


def frame(payload: bytes) -> bytes:
    """Wrap a payload for the wire."""
    return b"\0" + cobs_encode(payload + zlib.crc32(payload).to_bytes(_CRC_BYTES, "little")) + b"\0"


class FrameDecoder:
    """Finds frames in a stream of bytes; garbage costs the frame it hits and no other.

    Attributes:
        rejected: pieces between two zeros that were no frame, since the start.
    """

    def __init__(self) -> None:
        self.rejected = 0
        self._buffer = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads of all frames that are complete with these bytes; never raises."""
        payloads: list[bytes] = []
        *ended, rest = data.split(b"\0")
        for piece in ended:
            self._take(piece)
            payload = self._finish()
            if payload is not None:
                payloads.append(payload)
        self._take(rest)
        return payloads

    def _take(self, piece: bytes) -> None:
        if not self._skipping:
            self._buffer += piece
        if len(self._buffer) > BUFFER_LIMIT:
            self._buffer.clear()
            self._skipping = True

    def _finish(self) -> bytes | None:
        raw, skipped = bytes(self._buffer), self._skipping
        self._buffer.clear()
        self._skipping = False
        if not raw and not skipped:
            return None
        decoded = cobs_decode(raw) if raw else None
        if decoded is not None and len(decoded) > _CRC_BYTES:
            payload, crc = decoded[:-_CRC_BYTES], decoded[-_CRC_BYTES:]
            if zlib.crc32(payload) == int.from_bytes(crc, "little"):
                return payload
        self.rejected += 1
        return None


@dataclass(frozen=True)
class Message:
    """One message whose known keys have the types and ranges of the protocol.

    Attributes:
        kind: the key `t`.
        fields: every key as received, unknown ones included.
    """

    kind: str
    fields: Mapping[str, object]

    @property
    def known(self) -> bool:
        """Tell whether this version of the protocol has the kind."""
        return self.kind in _SHAPES

    def whole(self, key: str, default: int = 0) -> int:
        """Return an integer, `default` when the key is missing."""
        value = self.fields.get(key, default)
        return value if type(value) is int else default

    def text(self, key: str, default: str = "") -> str:
        """Return a text, `default` when the key is missing."""
        value = self.fields.get(key, default)
        return value if isinstance(value, str) else default

    def table(self, key: str) -> dict[str, object]:
        """Return an object, empty when the key is missing."""
        value = self.fields.get(key)
        return cast("dict[str, object]", value) if isinstance(value, dict) else {}

    def items(self, key: str) -> list[object]:
        """Return a list, empty when the key is missing."""
        value = self.fields.get(key)
        return cast("list[object]", value) if isinstance(value, list) else []

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return the integers of a list."""
        return tuple(item for item in self.items(key) if type(item) is int)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the texts of a list."""
        return tuple(item for item in self.items(key) if isinstance(item, str))

    def spans(self) -> tuple[tuple[int, int, int], ...]:
        """Return the journals of a hello, oldest first: (epoch, first number, last number)."""
        rows = [cast("list[int]", row) for row in self.items("epochs")]
        return tuple((row[0], row[1], row[2]) for row in rows)

    def have(self) -> dict[int, int]:
        """Return the positions of an attach: epoch to highest number stored."""
        return {int(epoch): cast("int", n) for epoch, n in self.table("have").items()}


def _between(low: int, high: int) -> Check:
    return lambda value: type(value) is int and low <= value <= high


def _text(limit: int) -> Check:
    return lambda value: isinstance(value, str) and len(value) <= limit


def _list_of(check: Check, limit: int) -> Check:
    def fits(value: object) -> bool:
        if not isinstance(value, list):
            return False
        items = cast("list[object]", value)
        return len(items) <= limit and all(check(item) for item in items)

    return fits


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == 8 and all(digit in "0123456789abcdef" for digit in value)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_span(value: object) -> bool:
    return _list_of(_U32, 3)(value) and len(cast("list[object]", value)) == 3


def _is_have(value: object) -> bool:
    if not isinstance(value, dict):
        return False
    return all(
        key.isascii() and key.isdigit() and len(key) <= 10 and _U32(n)
        for key, n in cast("dict[str, object]", value).items()
    )


_U32 = _between(0, U32)
_TIME = _between(0, _TIME_MAX)
_BIT = _between(0, 1)
_SENSOR = _between(-1, 15)
_SENT: dict[str, Check] = {"s": _is_id, "e": _U32, "n": _between(1, U32), "k": _U32, "m": _TIME}
_STAMP: dict[str, Check] = {"w": _TIME, "ws": _BIT, "sim": _BIT, "sensor": _SENSOR}
_CLOSED = dict.fromkeys(("ref", "mask", "pulses", "axles", "last", "high", "agap", "edges", "slow"), _U32)
# fmt: off
# kind -> (keys that must be there, keys that may be there)
_SHAPES: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "hello": (
        {"s": _is_id, "e": _U32, "k": _U32, "m": _TIME, "epochs": _list_of(_is_span, 16)},
        {"uid": _text(32), "name": _text(64), "hw": _text(64), "fw": _text(32), "nonce": _text(32),
         "caps": _list_of(_text(16), 16), "sensors": _list_of(_text(24), 16), "cfg": _text(16),
         "w": _TIME, "sim": _BIT},
    ),
    "attach": (
        {"h": _text(40), "have": _is_have},
        {"proto": _list_of(_U32, 2), "role": _text(8), "take": _BIT, "auth": _text(64), "name": _text(64)},
    ),
    "x": (_SENT, _STAMP),
    "xe": (_SENT, {**_STAMP, **_CLOSED}),
    "sup": (_SENT, {**_STAMP, "dur": _U32, "edges": _U32}),
    "btn": (_SENT, {**_STAMP, "button": _text(16)}),
    "hs": ({**_SENT, "code": _text(24)}, {**_STAMP, "value": _U32}),
    "ack": ({"e": _U32, "n": _U32}, {}),
    "get": ({"e": _U32, "from": _U32, "to": _U32}, {}),
    "ping": ({"a": _TIME}, {}),
    "pong": ({"a": _TIME, "b": _TIME, "c": _TIME, "k": _U32}, {"w": _TIME, "ws": _BIT}),
    "st": (
        {"s": _is_id, "e": _U32, "last": _U32, "k": _U32, "m": _TIME, "role": _text(8)},
        {"un": _U32, "lv": _list_of(_BIT, 16), "ed": _U32, "pm": _TIME, "temp": _between(-100, 1000),
         "thr": _U32, "disk": _TIME, "al": _list_of(_text(24), 32), "rej": _U32, "w": _TIME, "ws": _BIT,
         "owner": _text(64)},
    ),
    "cfg": ({"filter": _is_object}, {"hash": _text(16)}),
    "cfgok": ({"hash": _text(16)}, {"filter": _is_object}),
    "tst": ({"what": _text(16)}, {"sensor": _SENSOR}),
    "bye": ({}, {"why": _text(64)}),
    "err": ({"why": _text(120)}, {"re": _text(16)}),
}
# fmt: on


def parse(payload: bytes) -> Message | None:
    """Return the message of a payload, None when it breaks the protocol; never raises.

    A kind that this version does not know is returned too (`known` is false), to be answered with `err`.
    """
    try:
        decoded: Any = json.loads(payload, parse_constant=_refuse)
        if b"\\u" in payload:
            json.dumps(decoded, ensure_ascii=False).encode()  # half a character cannot be stored anywhere
    except (ValueError, RecursionError):
        return None
    if not isinstance(decoded, dict):
        return None
    fields = cast("dict[str, object]", decoded)
    kind = fields.get("t")
    if fields.get("v") != VERSION or not isinstance(kind, str) or len(kind) > 16:
        return None
    if kind in _SHAPES and not _fits(kind, fields):
        return None
    return Message(kind, fields)


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _fits(kind: str, fields: Mapping[str, object]) -> bool:
    must, may = _SHAPES[kind]
    return all(key in fields and check(fields[key]) for key, check in must.items()) and all(
        check(fields[key]) for key, check in may.items() if key in fields
    )


def encode(kind: str, fields: Mapping[str, object]) -> bytes:
    """Return the frame of a message.

    Raises:
        ValueError: the message breaks the protocol, or is too long.
    """
    whole: dict[str, object] = {"v": VERSION, "t": kind}
    whole.update(fields)
    if kind not in _SHAPES or not _fits(kind, whole):
        raise ValueError(f"A message of kind {kind} cannot hold {dict(fields)}.")
    payload = json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()
    if len(payload) > (NUMBERED_LIMIT if kind in NUMBERED else PAYLOAD_LIMIT):
        raise ValueError(f"A message of kind {kind} with {len(payload)} bytes is too long.")
    return frame(payload)


class MessageReader:
    """Turns a stream of bytes into messages; counts what it had to drop."""

    def __init__(self) -> None:
        self._frames = FrameDecoder()
        self._bad_messages = 0

    @property
    def rejected(self) -> int:
        """Return how many frames were dropped: damaged ones and ones that break the protocol."""
        return self._frames.rejected + self._bad_messages

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that are complete with these bytes; never raises."""
        messages: list[Message] = []
        for payload in self._frames.feed(data):
            message = parse(payload)
            if message is None:
                self._bad_messages += 1
            else:
                messages.append(message)
        return messages


def proof(secret: str, nonce: str, host: str) -> str:
    """Return the `auth` of an attach to a station with a pairing secret: HMAC-SHA256, 16 bytes, hex."""
    return hmac.new(secret.encode(), f"attach {nonce} {host}".encode(), hashlib.sha256).hexdigest()[:32]


def settings_hash(settings: Mapping[str, int]) -> str:
    """Return eight hex digits that name a set of filter settings."""
    text = json.dumps(dict(settings), sort_keys=True, separators=(",", ":"))
    return f"{zlib.crc32(text.encode()):08x}"
