"""What the journal took it gives back, whatever happens to its files."""

import errno
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_firmware import journal as journal_module
from timing_firmware.journal import Journal
from timing_firmware.records import HEALTH_CODES, RECORD_BYTES, Draft, Record, unpack

CLOCK = 77


class Opener:
    """Opens the same journal again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now_us = 0
        self.wall_s = 1_790_000_000.0
        self.options: dict[str, Any] = {}

    def open(self) -> Journal:
        return Journal(self.folder, now_us=lambda: self.now_us, wall_s=lambda: self.wall_s, **self.options)


@pytest.fixture
def opener(tmp_path: Path) -> Opener:
    return Opener(tmp_path / "journal")


def fill(journal: Journal, count: int) -> list[Record]:
    return [journal.append(Draft("x", 1000 + at, at % 2), CLOCK, synced=False) for at in range(count)]


def everything(journal: Journal) -> list[Record | None]:
    return [journal.read(epoch, n) for epoch, first, last in journal.spans() for n in range(first, last + 1)]


NUMBERS = st.integers(0, 0xFFFF_FFFF)
PASS = ("ref", "mask", "pulses", "axles", "last", "high", "agap", "edges")
VALUES = {
    "x": st.just({}),
    "xe": st.fixed_dictionaries(dict.fromkeys(PASS, NUMBERS), optional={"slow": st.just(1)}),
    "sup": st.fixed_dictionaries({"dur": NUMBERS, "edges": NUMBERS}),
    "hs": st.fixed_dictionaries({"code": st.sampled_from(HEALTH_CODES), "value": NUMBERS}),
}
DRAFTS = st.sampled_from(sorted(VALUES)).flatmap(
    lambda kind: st.builds(
        Draft, st.just(kind), st.integers(0, 1 << 53), st.integers(-1, 7), st.booleans(), VALUES[kind]
    )
)


@given(draft=DRAFTS, n=st.integers(1, 0xFFFF_FFFF), synced=st.booleans())
def test_a_record_of_64_bytes_comes_back_as_it_was(draft: Draft, n: int, synced: bool) -> None:
    record = Record(n, CLOCK, 1_790_000_000_000, synced, draft)
    data = record.pack(5)
    assert len(data) == RECORD_BYTES
    assert unpack(data, 5) == record
    assert unpack(data, 6) is None


def test_numbers_go_on_after_every_restart_and_nothing_changes(opener: Opener) -> None:
    records: list[Record] = []
    for _ in range(5):
        journal = opener.open()
        records += fill(journal, 3)
        assert everything(journal) == records
        journal.close()
    assert [record.n for record in records] == list(range(1, 16))
    journal = opener.open()
    assert everything(journal) == records
    journal.close()


def test_a_record_is_on_the_disk_before_append_returns(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(journal_module, "_flush", lambda file: flushed.append(os.fstat(file).st_size))
    journal = opener.open()
    fill(journal, 3)
    journal.close()
    assert flushed == [RECORD_BYTES, 2 * RECORD_BYTES, 3 * RECORD_BYTES]


def test_a_journal_cut_at_any_byte_keeps_all_whole_records_and_goes_on(opener: Opener) -> None:
    journal = opener.open()
    records = fill(journal, 4)
    epoch = journal.epoch
    journal.close()
    (path,) = opener.folder.iterdir()
    whole = path.read_bytes()
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        journal = opener.open()
        kept = size // RECORD_BYTES
        assert journal.cut_bytes == size % RECORD_BYTES
        assert (journal.epoch, journal.last) == (epoch, kept)
        assert everything(journal) == records[:kept]
        new = journal.append(Draft("x", 9), CLOCK, synced=False)
        assert new.n == kept + 1
        journal.close()
        journal = opener.open()
        assert everything(journal) == [*records[:kept], new]
        journal.close()


def test_zeros_or_rubbish_after_the_last_record_are_cut(opener: Opener) -> None:
    journal = opener.open()
    records = fill(journal, 3)
    journal.close()
    (path,) = opener.folder.iterdir()
    whole = path.read_bytes()
    for rubbish in (bytes(4096), os.urandom(700), whole[:RECORD_BYTES], whole[-RECORD_BYTES:]):
        path.write_bytes(whole + rubbish)
        journal = opener.open()
        assert everything(journal) == records
        journal.close()
        assert path.read_bytes() == whole


def test_a_damaged_record_in_the_middle_is_replaced_so_that_numbers_have_no_hole(opener: Opener) -> None:
    journal = opener.open()
    records = fill(journal, 3)
    journal.close()
    (path,) = opener.folder.iterdir()
    data = bytearray(path.read_bytes())
    data[RECORD_BYTES + 20] ^= 1
    path.write_bytes(data)
    journal = opener.open()
    first, lost, last = everything(journal)
    journal.close()
    assert (first, last) == (records[0], records[2])
    assert lost is not None
    assert (lost.n, lost.draft.kind, lost.draft.values["code"]) == (2, "hs", "lost")


def test_files_rotate_and_only_old_acknowledged_ones_beyond_the_minimum_go(opener: Opener) -> None:
    opener.options = {"segment_bytes": 10 * RECORD_BYTES, "keep_records": 25, "keep_s": 100.0}
    opener.wall_s = 4e9  # far later than the files' times: all are old
    journal = opener.open()
    fill(journal, 60)
    assert journal.spans() == [(journal.epoch, 1, 60)]
    journal.acknowledged(journal.epoch, 45)
    fill(journal, 1)
    ((_, first, last),) = journal.spans()
    assert (first, last) == (31, 61)
    assert journal.read(journal.epoch, 30) is None
    assert journal.read(journal.epoch, 31) is not None
    opener.wall_s = 0.0
    fill(journal, 30)
    assert journal.spans()[0][1] == 31
    journal.close()
    journal = opener.open()
    assert journal.spans() == [(journal.epoch, 31, 91)]
    assert None not in everything(journal)
    journal.close()


def test_a_hundred_thousand_records_open_within_a_second(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_flush", lambda _file: None)
    journal = opener.open()
    epoch = journal.epoch
    journal.close()
    opener.folder.mkdir(exist_ok=True)
    size = journal_module.SEGMENT_BYTES // RECORD_BYTES
    for first in range(1, 100_001, size):
        count = min(size, 100_001 - first)
        data = b"".join(
            Record(n, CLOCK, 0, False, Draft("x", n)).pack(epoch) for n in (first, first + count - 1)
        )
        path = opener.folder / f"000001-{epoch:08x}-{first:010d}.drtj"
        path.write_bytes(data[:RECORD_BYTES] + bytes((count - 2) * RECORD_BYTES) + data[RECORD_BYTES:])
    begin_us = _cpu_us()
    journal = opener.open()
    assert _cpu_us() - begin_us < 1_000_000
    assert journal.last == 100_000
    assert fill(journal, 1)[0].n == 100_001
    journal.close()


def test_a_full_disk_keeps_the_last_4096_in_memory_under_an_epoch_of_their_own(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opener.open()
    before = fill(journal, 2)
    first_epoch = journal.epoch
    full = _DiskFull(monkeypatch)
    fill(journal, 5000)
    assert journal.in_memory_only
    assert journal.epoch != first_epoch
    assert journal.spans() == [(first_epoch, 1, 2), (journal.epoch, 905, 5000)]
    assert not journal.retry_disk()
    full.end()
    opener.now_us += journal_module.RETRY_US
    assert journal.retry_disk()
    assert not journal.in_memory_only
    after = fill(journal, 1)
    assert after[0].n == 5001
    second_epoch = journal.epoch
    journal.close()
    journal = opener.open()
    assert journal.spans() == [(first_epoch, 1, 2), (second_epoch, 905, 5001)]
    found = everything(journal)
    assert found[:2] == before
    assert None not in found
    journal.close()


def test_numbers_that_only_memory_knew_are_never_given_again(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = opener.open()
    fill(journal, 2)
    full = _DiskFull(monkeypatch)
    volatile = fill(journal, 3)
    given = {(journal.epoch, record.n) for record in volatile}
    full.end()
    journal.close()  # as a power cut would leave it: the three are gone
    journal = opener.open()
    again = fill(journal, 5)
    assert given.isdisjoint({(journal.epoch, record.n) for record in again})
    journal.close()


def test_an_unreadable_folder_begins_a_new_epoch(opener: Opener) -> None:
    opener.folder.parent.mkdir(exist_ok=True)
    opener.folder.write_text("not a folder", encoding="utf-8")
    journal = opener.open()
    assert fill(journal, 1)[0].n == 1
    assert journal.in_memory_only
    journal.close()


class _DiskFull:
    """Refuses every write, after writing half of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._real_write, self._real_open = os.write, os.open
        self._on = True
        monkeypatch.setattr(journal_module.os, "write", self._write)
        monkeypatch.setattr(journal_module.os, "open", self._open)

    def end(self) -> None:
        self._on = False

    def _write(self, file: int, data: bytes) -> int:
        if self._on and len(data) % RECORD_BYTES == 0:
            return self._real_write(file, data[: len(data) // 2])
        return self._real_write(file, data)

    def _open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if self._on and flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self._real_open(path, flags, mode)


def _cpu_us() -> int:
    return time.process_time_ns() // 1000
