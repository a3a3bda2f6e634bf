"""The station's memory: every record is on the disk before it is sent, and stays for a week at least."""

from __future__ import annotations

import contextlib
import os
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from timing_firmware.protocol import U32
from timing_firmware.records import RECORD_BYTES, Draft, Record, lost, unpack

SEGMENT_BYTES = 1 << 20  # a file is closed and a new one begun
KEEP_RECORDS = 100_000  # records that are never removed, whatever their age
KEEP_S = 7 * 86_400.0  # younger files are never removed
MEMORY_RECORDS = 4096  # kept while the disk refuses to write
RETRY_US = 5_000_000  # between two tries to write to a disk that refused
_NAME = re.compile(r"(\d{6})-([0-9a-f]{8})-(\d{10})\.drtj")


@dataclass
class _Segment:
    """One file: records `first` to `last` of an epoch."""

    path: Path
    first: int
    last: int


@dataclass
class _Epoch:
    """One run of numbers; `memory` holds the newest records, or all while the disk refuses to write."""

    order: int
    number: int
    segments: list[_Segment] = field(default_factory=list[_Segment])
    memory: deque[Record] = field(default_factory=lambda: deque[Record](maxlen=MEMORY_RECORDS))
    last: int = 0
    on_disk: bool = True

    @property
    def first(self) -> int:
        if self.segments:
            return self.segments[0].first
        return self.memory[0].n if self.memory else self.last + 1


class Journal:
    """Numbers records, keeps them, finds them again; not safe for several threads at once.

    Attributes:
        cut_bytes: torn bytes that were removed when the journal was opened.
    """

    def __init__(
        self,
        folder: Path,
        *,
        now_us: Callable[[], int],
        wall_s: Callable[[], float],
        segment_bytes: int = SEGMENT_BYTES,
        keep_records: int = KEEP_RECORDS,
        keep_s: float = KEEP_S,
    ) -> None:
        """Open the journal in `folder`, cut a torn record at its end, and go on with its numbers."""
        self._folder = folder
        self._now_us = now_us
        self._wall_s = wall_s
        self._segment_bytes = segment_bytes
        self._keep_records = keep_records
        self._keep_s = keep_s
        self._epochs: list[_Epoch] = []
        self._file = -1
        self._retry_us = 0
        self._acked: dict[int, int] = {}
        self.cut_bytes = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._scan()
        except OSError:
            self._epochs.clear()  # unreadable: a new epoch, so that no number is used twice
        if not self._epochs:
            self.begin_epoch()

    @property
    def in_memory_only(self) -> bool:
        """Tell whether the newest records would not survive a power cut."""
        return not self._epochs[-1].on_disk

    @property
    def epoch(self) -> int:
        """Return the epoch that new records belong to."""
        return self._epochs[-1].number

    @property
    def last(self) -> int:
        """Return the highest number of the present epoch, 0 when it has no record."""
        return self._epochs[-1].last

    def spans(self) -> list[tuple[int, int, int]]:
        """Return (epoch, first number, last number) of every epoch with records, and of the newest one."""
        return [
            (epoch.number, epoch.first, epoch.last)
            for epoch in self._epochs
            if epoch.last >= epoch.first or epoch is self._epochs[-1]
        ]

    def append(self, draft: Draft, clock_id: int, *, synced: bool) -> Record:
        """Number a record and keep it; it is safe from a power cut on return, unless `in_memory_only`."""
        epoch = self._epochs[-1]
        record = Record(epoch.last + 1, clock_id, max(0, int(self._wall_s() * 1000)), synced, draft)
        if epoch.on_disk and not self._write(epoch, [record]):
            # After a restart the numbers that only memory knew would be given again: a new epoch for them.
            epoch = self._add_epoch()
            epoch.on_disk = False
            self._retry_us = self._now_us() + RETRY_US
            record = Record(1, record.clock_id, record.wall_ms, synced, draft)
        epoch.last = record.n
        epoch.memory.append(record)
        return record

    def read(self, epoch_number: int, n: int) -> Record | None:
        """Return a record; a stand-in for a damaged one, None for one that never was or was removed."""
        epoch = self._find(epoch_number)
        if epoch is None or not epoch.first <= n <= epoch.last:
            return None
        if epoch.memory and n >= epoch.memory[0].n:
            return epoch.memory[n - epoch.memory[0].n]
        return self._read_file(epoch, n) or lost(n)

    def begin_epoch(self) -> None:
        """Number from 1 again under a new epoch; older records stay."""
        self._close_file()
        self._add_epoch()

    def repeat_in_new_epoch(self, clock_id: int) -> None:
        """Begin an epoch with copies of all records of one run of the clock.

        For a journal that lost its end (a restored card image): a desk already knows other records under the
        numbers that were given since.
        """
        old = self._epochs[-1]
        records = [record for record in old.memory if record.clock_id == clock_id]
        self.begin_epoch()
        for record in records:
            self.append(record.draft, clock_id, synced=record.synced)

    def acknowledged(self, epoch_number: int, n: int) -> None:
        """Note that the owner has stored records up to `n`: only such ones may ever be removed."""
        self._acked[epoch_number] = max(n, self._acked.get(epoch_number, 0))

    def retry_disk(self) -> bool:
        """Try to bring records that are in memory only to the disk; true when that has just worked."""
        epoch = self._epochs[-1]
        if epoch.on_disk or self._now_us() < self._retry_us:
            return False
        self._retry_us = self._now_us() + RETRY_US
        if epoch.memory and not self._write(epoch, list(epoch.memory)):
            self._drop_segments(epoch)
            return False
        epoch.on_disk = True
        return True

    def close(self) -> None:
        """Let go of the file; a second call does nothing."""
        self._close_file()

    def _find(self, number: int) -> _Epoch | None:
        return next((epoch for epoch in reversed(self._epochs) if epoch.number == number), None)

    def _add_epoch(self) -> _Epoch:
        order = self._epochs[-1].order + 1 if self._epochs else 1
        taken = {epoch.number for epoch in self._epochs}
        number = int.from_bytes(os.urandom(4), "little") & U32
        while number in taken:
            number = (number + 1) & U32
        epoch = _Epoch(order, number)
        self._epochs.append(epoch)
        return epoch

    def _scan(self) -> None:
        by_order: dict[tuple[int, int], _Epoch] = {}
        for path in sorted(self._folder.iterdir()):
            match = _NAME.fullmatch(path.name)
            if not match:
                continue
            order, number, first = int(match[1]), int(match[2], 16), int(match[3])
            epoch = by_order.setdefault((order, number), _Epoch(order, number))
            last = first + path.stat().st_size // RECORD_BYTES - 1
            epoch.segments.append(_Segment(path, first, last))
        self._epochs = [by_order[order] for order in sorted(by_order)]
        for epoch in self._epochs:
            tail = epoch.segments[-1]
            self._cut_tail(epoch, tail)
            epoch.last = tail.last
        if self._epochs:
            self._open_last()

    def _cut_tail(self, epoch: _Epoch, segment: _Segment) -> None:
        """Find the last whole record from the end, and remove what follows it."""
        size = segment.path.stat().st_size
        with segment.path.open("r+b") as file:
            last = segment.last
            while last >= segment.first:
                file.seek((last - segment.first) * RECORD_BYTES)
                record = unpack(file.read(RECORD_BYTES), epoch.number)
                if record is not None and record.n == last:
                    break
                last -= 1
            whole = (last - segment.first + 1) * RECORD_BYTES
            if whole < size:
                file.truncate(whole)
                file.flush()
                os.fsync(file.fileno())
                self.cut_bytes += size - whole
        segment.last = last

    def _open_last(self) -> None:
        tail = self._epochs[-1].segments[-1]
        self._file = os.open(tail.path, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))

    def _write(self, epoch: _Epoch, records: Sequence[Record]) -> bool:
        """Append and flush; on refusal leave the file as it was and return false."""
        try:
            if self._file < 0 or self._is_full(epoch):
                self._begin_segment(epoch, records[0].n)
            data = b"".join(record.pack(epoch.number) for record in records)
            written = os.write(self._file, data)
            _flush(self._file)
        except OSError:
            written, data = 0, b"-"
        if written != len(data):
            self._undo_write(epoch)
            return False
        epoch.segments[-1].last = records[-1].n
        return True

    def _undo_write(self, epoch: _Epoch) -> None:
        """Cut what a refused write left behind; records after it would not be found again."""
        if self._file >= 0 and epoch.segments:
            segment = epoch.segments[-1]
            with contextlib.suppress(OSError):  # if this is refused too, the scan at the next start cuts it
                os.ftruncate(self._file, (segment.last - segment.first + 1) * RECORD_BYTES)
        self._close_file()

    def _is_full(self, epoch: _Epoch) -> bool:
        segment = epoch.segments[-1]
        return (segment.last - segment.first + 1) * RECORD_BYTES >= self._segment_bytes

    def _begin_segment(self, epoch: _Epoch, first: int) -> None:
        self._close_file()
        path = self._folder / f"{epoch.order:06d}-{epoch.number:08x}-{first:010d}.drtj"
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
        self._file = os.open(path, flags, 0o644)
        epoch.segments.append(_Segment(path, first, first - 1))
        _flush_folder(self._folder)
        self._remove_old()

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _drop_segments(self, epoch: _Epoch) -> None:
        for segment in epoch.segments:
            segment.path.unlink(missing_ok=True)
        epoch.segments.clear()

    def _read_file(self, epoch: _Epoch, n: int) -> Record | None:
        for segment in reversed(epoch.segments):
            if segment.first <= n <= segment.last:
                try:
                    with segment.path.open("rb") as file:
                        file.seek((n - segment.first) * RECORD_BYTES)
                        record = unpack(file.read(RECORD_BYTES), epoch.number)
                except OSError:
                    return None
                return record if record is not None and record.n == n else None
        return None

    def _remove_old(self) -> None:
        """Remove the oldest files that are acknowledged, old, and beyond the number of records to keep."""
        kept = sum(epoch.last - epoch.first + 1 for epoch in self._epochs)
        for epoch in list(self._epochs):
            for segment in epoch.segments[:-1] if epoch is self._epochs[-1] else list(epoch.segments):
                kept -= segment.last - segment.first + 1
                if kept < self._keep_records or not self._may_go(epoch, segment):
                    return
                segment.path.unlink(missing_ok=True)
                epoch.segments.remove(segment)
            if not epoch.segments and epoch is not self._epochs[-1]:
                self._epochs.remove(epoch)

    def _may_go(self, epoch: _Epoch, segment: _Segment) -> bool:
        acked = self._acked.get(epoch.number, 0) >= segment.last
        return acked and self._wall_s() - segment.path.stat().st_mtime > self._keep_s


def _flush(file: int) -> None:
    getattr(os, "fdatasync", os.fsync)(file)


def _flush_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
