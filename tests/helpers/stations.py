"""Real station programs and bad wires for tests."""

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deepracer_desk.adapters.station_links import open_link
from deepracer_desk.ports.timing_station import StationEvent, StationHealth


class RunningClock:
    """The desk's timeline as real monotonic time."""

    def now_us(self) -> int:
        return time.monotonic_ns() // 1000

    def utc(self) -> datetime:
        return datetime.now(UTC)


class SteeredClock:
    """A clock that moves only when told."""

    def __init__(self, now_us: int = 1_000_000) -> None:
        self.us = now_us

    def now_us(self) -> int:
        return self.us

    def utc(self) -> datetime:
        return datetime(2026, 5, 1, 12, tzinfo=UTC)


class StationProgram:
    """`python -m timing_firmware` with driven strips."""

    def __init__(self, folder: Path, *extra: str) -> None:
        self.folder = folder
        self.extra = extra
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        self.facts: dict[str, Any] = {}

    def start(self) -> "StationProgram":
        command = [
            *(sys.executable, "-m", "timing_firmware", "--driven", "--announce", "--exit-with-input"),
            *("--no-zeroconf", "--data-dir", str(self.folder), "--tcp", f"127.0.0.1:{self.port}"),
            *self.extra,
        ]
        with (self.folder.parent / "station.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parents[2],
            )
        self.facts = self.answer("ready")
        self.port = self.facts["tcp_port"]
        return self

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def say(self, command: object) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def answer(self, kind: str) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        for line in self.process.stdout:
            answer = json.loads(line)
            if kind in answer:
                return answer[kind]
        raise AssertionError(f"The station ended without saying {kind}.")

    def now_us(self) -> int:
        self.say({"clock": "?"})
        return self.answer("clock")["us"]

    def cross(self, at_us: int, **options: object) -> None:
        self.say({"pass": {"at_us": at_us, **options}})

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._forget()

    def stop(self) -> int:
        """End it politely and return its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self._forget()

    def close(self) -> None:
        if self.process is not None:
            self.kill()

    def _forget(self) -> int:
        assert self.process is not None
        process, self.process = self.process, None
        code = process.wait(5)
        for stream in (process.stdin, process.stdout):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        return code


class Wire:
    """A serial cable made of two pseudo-terminals: `station_end` stays, `desk_end` may be unplugged."""

    def __init__(self) -> None:
        self._station_master, self._station_slave = _terminal()
        self.station_end = os.ttyname(self._station_slave)
        self._desk_master, self._desk_slave = _terminal()
        self.desk_end = os.ttyname(self._desk_slave)
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wire", daemon=True)
        self._thread.start()

    def unplug(self) -> None:
        """Pull the desk's end: its terminal is gone."""
        with self._lock:
            os.close(self._desk_slave)
            os.close(self._desk_master)
            self._desk_master = -1

    def plug(self) -> str:
        """Plug it in again; the system gives it another name."""
        taken = _terminal()  # takes the old name, so that the new end gets another one
        new = _terminal()
        for handle in taken:
            os.close(handle)
        with self._lock:
            self._desk_master, self._desk_slave = new
        self.desk_end = os.ttyname(self._desk_slave)
        return self.desk_end

    def close(self) -> None:
        self._ended.set()
        self._thread.join(2)
        for handle in (self._station_master, self._station_slave, self._desk_master, self._desk_slave):
            with contextlib.suppress(OSError):
                os.close(handle)

    def _run(self) -> None:
        while not self._ended.is_set():
            with self._lock:
                ends = {self._station_master: self._desk_master}
                if self._desk_master >= 0:
                    ends[self._desk_master] = self._station_master
                ready = select.select(list(ends), [], [], 0.001)[0]
                for end in ready:
                    self._move(end, ends[end])
            self._ended.wait(0.0005)

    def _move(self, source: int, sink: int) -> None:
        with contextlib.suppress(OSError):
            data = os.read(source, 4096)
            if sink >= 0 and select.select([], [sink], [], 0.05)[1]:
                os.write(sink, data)


def _terminal() -> tuple[int, int]:
    master, slave = os.openpty()
    tty.setraw(slave)
    return master, slave


class FileSink:
    """A desk's memory in a file, for desks that are killed; a line is an event."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._positions: dict[str, dict[int, int]] = {}
        whole = path.read_bytes() if path.exists() else b""
        whole = whole[: whole.rfind(b"\n") + 1]
        path.write_bytes(whole)
        for line in whole.splitlines():
            station, epoch, n = json.loads(line)[:3]
            self._positions.setdefault(station, {})[epoch] = n

    def positions(self, station_id: str) -> Mapping[int, int]:
        return self._positions.get(station_id, {})

    def store(self, events: Sequence[StationEvent]) -> None:
        with self._path.open("ab") as file:
            for event in events:
                row = (event.station_id, event.epoch, event.n, event.kind, event.station_us)
                file.write(json.dumps(row).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        for event in events:
            self._positions.setdefault(event.station_id, {})[event.epoch] = event.n

    def health_changed(self, health: StationHealth) -> None:
        """Nobody looks."""


class DeskProgram:
    """A desk in a process of its own, so that it can be killed."""

    def __init__(self, url: str, path: Path) -> None:
        self._path = path
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.stations", url, str(path)],
            stdin=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(5)
        assert self._process.stdin is not None
        self._process.stdin.close()

    def rows(self) -> list[list[Any]]:
        whole = self._path.read_bytes() if self._path.exists() else b""
        return [json.loads(line) for line in whole[: whole.rfind(b"\n") + 1].splitlines()]


def main() -> None:
    """Be a desk until the input ends."""
    link = open_link(sys.argv[1], RunningClock())
    link.start(FileSink(Path(sys.argv[2])))
    sys.stdin.read()
    link.stop()


if __name__ == "__main__":
    main()
