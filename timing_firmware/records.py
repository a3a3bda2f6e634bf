"""Journal records: what the station remembers of every numbered message, 64 bytes each."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from timing_firmware.protocol import U32

RECORD_BYTES = 64
_MAGIC = 0xD7
_LAYOUT = struct.Struct("<BBBbIIQQ8I")  # magic, kind, flags, sensor, n, clock id, time, wall, values
_SIMULATED = 1
_SYNCED = 2
_SLOW = 4
_KINDS = ("x", "xe", "sup", "btn", "hs")
_VALUES: dict[str, tuple[str, ...]] = {
    "x": (),
    "xe": ("ref", "mask", "pulses", "axles", "last", "high", "agap", "edges"),
    "sup": ("dur", "edges"),
    "btn": ("button",),
    "hs": ("code", "value"),
}
BUTTONS = ("start", "lap", "reset")
HEALTH_CODES = (
    "restart",  # the station program began; value: bytes of a torn record that were cut
    "stuck",  # value: how long the strip has been pressed [ms]
    "stuck_end",
    "noise",  # value: edges in the last second
    "noise_end",
    "silent",  # value: passes seen by other strips only
    "silent_end",
    "disk",  # records are kept in memory only
    "disk_end",
    "undervoltage",
    "temp",
    "lost",  # the record with this number cannot be read any more
    "user_stamps",  # edges are stamped by this program instead of the kernel
)
_WORDS = {"button": BUTTONS, "code": HEALTH_CODES}


@dataclass(frozen=True)
class Draft:
    """A record before it has a number.

    Attributes:
        kind: message kind of the protocol.
        time_us: station time of what happened [us].
        sensor: index of the strip, -1 where none is meant.
        simulated: true when nothing touched a strip.
        values: numbers and words of the kind, by their keys in the message.
    """

    kind: str
    time_us: int
    sensor: int = -1
    simulated: bool = False
    values: Mapping[str, int | str] = field(default_factory=dict)  # pyright: ignore[reportUnknownVariableType]


@dataclass(frozen=True)
class Record:
    """A numbered record.

    Attributes:
        n: number within its epoch, from 1.
        clock_id: names the run of the clock that `draft.time_us` belongs to.
        wall_ms: wall clock when the record was made [ms since 1970], for information.
        synced: true when the wall clock was set by a time server.
    """

    n: int
    clock_id: int
    wall_ms: int
    synced: bool
    draft: Draft

    def pack(self, epoch: int) -> bytes:
        """Return the 64 bytes for the journal of `epoch`; their CRC also covers the epoch."""
        draft = self.draft
        names = _VALUES[draft.kind]
        numbers = [_number(name, draft.values.get(name, 0)) for name in names]
        flags = _SIMULATED * draft.simulated | _SYNCED * self.synced | _SLOW * ("slow" in draft.values)
        body = _LAYOUT.pack(
            _MAGIC,
            _KINDS.index(draft.kind),
            flags,
            draft.sensor,
            self.n,
            self.clock_id,
            draft.time_us,
            self.wall_ms,
            *numbers,
            *([0] * (8 - len(names))),
        )
        return body + zlib.crc32(body, epoch).to_bytes(4, "little")

    def fields(self, station_id: str, epoch: int) -> dict[str, object]:
        """Return the fields of the message that carries this record."""
        draft = self.draft
        fields: dict[str, object] = {
            "s": station_id,
            "e": epoch,
            "n": self.n,
            "k": self.clock_id,
            "m": draft.time_us,
        }
        if draft.sensor >= 0:
            fields["sensor"] = draft.sensor
        if draft.simulated:
            fields["sim"] = 1
        if draft.kind != "xe":  # its crossing already told the wall time
            fields["w"] = self.wall_ms
            fields["ws"] = int(self.synced)
        fields.update(draft.values)
        return fields


def unpack(data: bytes, epoch: int) -> Record | None:
    """Return the record of 64 bytes, None when they are damaged or belong to another epoch."""
    if len(data) != RECORD_BYTES or data[0] != _MAGIC:
        return None
    body = data[:-4]
    if zlib.crc32(body, epoch) != int.from_bytes(data[-4:], "little"):
        return None
    fields: tuple[int, ...] = _LAYOUT.unpack(body)
    _, kind_at, flags, sensor, n, clock_id, time_us, wall_ms, *numbers = fields
    if kind_at >= len(_KINDS):
        return None
    kind = _KINDS[kind_at]
    values = {name: _word(name, number) for name, number in zip(_VALUES[kind], numbers)}
    if flags & _SLOW:
        values["slow"] = 1
    draft = Draft(kind, time_us, sensor, bool(flags & _SIMULATED), values)
    return Record(n, clock_id, wall_ms, bool(flags & _SYNCED), draft)


def lost(n: int) -> Record:
    """Return what stands in for a record that cannot be read, so that numbering has no gap."""
    return Record(n, 0, 0, False, Draft("hs", 0, values={"code": "lost", "value": 0}))


def _number(name: str, value: int | str) -> int:
    if isinstance(value, str):
        return _WORDS[name].index(value)
    return max(0, min(value, U32))


def _word(name: str, number: int) -> int | str:
    words = _WORDS.get(name)
    if words is None:
        return number
    return words[number] if number < len(words) else "unknown"
