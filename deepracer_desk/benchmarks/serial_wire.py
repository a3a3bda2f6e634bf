"""A serial line without hardware."""

import os
import threading


class SerialWire:
    """Two pseudo-terminals, and a thread each way that carries the bytes.

    Attributes:
        possible: this system has pseudo-terminals.
        station_end, desk_end: names of the ports.
    """

    possible = hasattr(os, "openpty")

    def __init__(self) -> None:
        import tty  # noqa: PLC0415 - exists only where terminals do

        self._ends = [os.openpty(), os.openpty()]
        for master, slave in self._ends:
            tty.setraw(master)
            tty.setraw(slave)
        self.station_end = os.ttyname(self._ends[0][1])
        self.desk_end = os.ttyname(self._ends[1][1])
        masters = (self._ends[0][0], self._ends[1][0])
        self._threads = [
            threading.Thread(target=self._carry, args=pair, daemon=True) for pair in (masters, masters[::-1])
        ]
        for thread in self._threads:
            thread.start()

    def _carry(self, source: int, target: int) -> None:
        try:
            while data := os.read(source, 4096):
                os.write(target, data)
        except OSError:
            return  # the other end is closed

    def close(self) -> None:
        for master, slave in self._ends:
            os.close(slave)
            os.close(master)
