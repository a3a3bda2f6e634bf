"""A real station program whose strips are pressed by command, for rehearsals."""

import json
import logging
import queue
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from deepracer_desk.domain.errors import StationError
from deepracer_desk.ports.virtual_track import StripPass

log = logging.getLogger(__name__)

READY_S = 20.0  # a slow machine needs a while to start a second Python


class RehearsalStation:
    """Runs `python -m timing_firmware` as a child and drives its strips; implements `VirtualTrack`.

    Attributes:
        warp: how much faster than real time the station's clock runs.
    """

    def __init__(
        self, folder: Path, *, name: str, warp: float = 1.0, extra: Sequence[str] = (), port: int = 0
    ) -> None:
        self._folder = folder
        self._name = name
        self._warp = warp
        self._extra = tuple(extra)
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._station_id = ""
        self._offset_us = 0

    @property
    def station_id(self) -> str:
        return self._station_id

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self._port}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the program and wait until it can be reached.

        Raises:
            StationError: it did not get ready.
        """
        if self._process is not None:
            return
        command = [
            *(sys.executable, "-m", "timing_firmware", "--driven", "--announce", "--exit-with-input"),
            *("--data-dir", str(self._folder), "--name", self._name, "--tcp", f"127.0.0.1:{self._port}"),
            *(("--warp", str(self._warp)) if self._warp != 1.0 else ()),
            *("--no-zeroconf", *self._extra),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own arguments
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._answers = queue.SimpleQueue()
        Thread(target=self._listen, args=(self._process,), name=f"{self._name} answers", daemon=True).start()
        facts = self._answer("ready", READY_S)
        self._station_id = str(facts["id"])
        self._port = int(facts["tcp_port"])
        self._offset_us = self._measure_offset()

    def stop(self) -> None:
        self._end(kill=False)

    def kill(self) -> None:
        self._end(kill=True)

    def now_us(self) -> int:
        return self._own_us() + self._offset_us

    def drive(self, passed: StripPass) -> None:
        """Press the strips.

        Raises:
            StationError: the program does not run.
        """
        if not passed.sensors:
            return
        self._say(
            {
                "pass": {
                    "at_us": passed.at_us,
                    "speed_mps": round(passed.speed_mps, 3),
                    "sensors": list(passed.sensors),
                    "chatter": passed.chatter,
                    "missed_axle": passed.missed_axle,
                }
            }
        )

    def _own_us(self) -> int:
        return int(time.monotonic_ns() / 1000 * self._warp)

    def _measure_offset(self) -> int:
        """Return station clock minus ours, from the fastest of a few questions [us]."""
        best_us, offset_us = 2**62, 0
        for _ in range(5):
            asked_us = self._own_us()
            self._say({"clock": "?"})
            station_us = int(self._answer("clock", 2)["us"])
            answered_us = self._own_us()
            if answered_us - asked_us < best_us:
                best_us = answered_us - asked_us
                offset_us = station_us - (asked_us + answered_us) // 2
        return offset_us

    def _say(self, command: object) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise StationError(f"The rehearsal station {self._name} does not run.")
        try:
            process.stdin.write(json.dumps(command) + "\n")
            process.stdin.flush()
        except (OSError, ValueError) as error:
            raise StationError(f"The rehearsal station {self._name} has ended.") from error

    def _answer(self, kind: str, within_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + within_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                answer = self._answers.get(timeout=left)
            except queue.Empty:
                break
            if kind in answer:
                return answer[kind]
        raise StationError(
            f"The rehearsal station {self._name} does not answer.", hint="Start the rehearsal again."
        )

    def _listen(self, process: subprocess.Popen[str]) -> None:
        answers = self._answers
        for line in process.stdout or ():
            try:
                answers.put(json.loads(line))
            except ValueError:
                log.warning("The station %s said: %s", self._name, line.strip()[:200])

    def _end(self, *, kill: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    log.debug("The line to %s was broken already", self._name)
