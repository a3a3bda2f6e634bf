"""Commands on standard input, one JSON object a line; answers on standard output, likewise.

    {"clock": "?"}                                             the station's clock, its name, the station's id
    {"edge": {"sensor": 0, "level": 1, "t_us": 123}}           one edge (source `driven`)
    {"pass": {"at_us": 123, "speed_mps": 1.5, "sensors": [0, 1], "chatter": 0, "missed_axle": false}}
    {"stop": true}                                             end

Without `t_us` or `at_us` the moment is now. A command that cannot be done is answered with {"error": "..."}.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any, TextIO, cast

from timing_firmware.car_pass import Edge, edges_of_pass
from timing_firmware.edge_sources import DrivenSource
from timing_firmware.service import StationService


class Console:
    """Reads commands on a thread until the input ends."""

    def __init__(
        self, service: StationService, commands: int, answers: TextIO, at_end: Callable[[], None]
    ) -> None:
        """Prepare.

        Args:
            service: the running station.
            commands: file descriptor, one command a line.
            answers: where answers go.
            at_end: called when the input ends.
        """
        self._service = service
        self._commands = commands
        self._answers = answers
        self._at_end = at_end

    def start(self) -> None:
        """Begin, on a thread that ends with the program."""
        threading.Thread(target=self._read, name="console", daemon=True).start()

    def say(self, answer: Mapping[str, object]) -> None:
        """Write one line."""
        self._answers.write(json.dumps(answer) + "\n")
        self._answers.flush()

    def _read(self) -> None:
        # Not through sys.stdin: a thread that waits inside it makes the interpreter abort at its end.
        waiting = b""
        while data := os.read(self._commands, 65_536):
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                if line.strip():
                    self._answer(line.decode("utf-8", "replace"))
        self._at_end()

    def _answer(self, text: str) -> None:
        try:
            command: Any = json.loads(text)
            if not isinstance(command, dict):
                raise TypeError("A command is a JSON object.")  # noqa: TRY301 - told like any other mistake
            self._do(cast("dict[str, Any]", command))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            self.say({"error": f"{text.strip()[:80]}: {error}"})

    def _do(self, command: Mapping[str, Any]) -> None:
        if "clock" in command:
            facts = self._service.facts()
            self.say({"clock": {"us": self._service.now_us(), "k": facts["k"], "id": facts["id"]}})
        elif "edge" in command:
            edge = command["edge"]
            at_us = int(edge.get("t_us", self._service.now_us()))
            self._driven().command([Edge(at_us, int(edge["sensor"]), int(bool(edge["level"])))])
        elif "pass" in command:
            options = dict(command["pass"])
            at_us = int(options.pop("at_us", self._service.now_us()))
            self._driven().command(edges_of_pass(at_us, **options))
        elif "stop" in command:
            self._service.end()
        else:
            raise ValueError("The commands are clock, edge, pass, stop.")

    def _driven(self) -> DrivenSource:
        if not isinstance(self._service.source, DrivenSource):
            raise TypeError("Only a station started with --driven takes edges.")
        return self._service.source
