"""Cables between desk and stations that somebody pulls, bends and plugs in again."""

import random
import threading
from collections.abc import Sequence

from deepracer_desk.adapters.fakes.lossy_proxy import NO_FAULTS, Faults, LossyProxy
from deepracer_desk.adapters.rehearsal_station import RehearsalStation

WORN = Faults(drop=2e-4, flip=2e-4, repeat=0.02, split=0.05, delay_s=0.005)
QUIET_S = (1.0, 6.0)  # between two cuts, real time
CUT_S = (0.2, 2.0)


class Cables:
    """One bad cable to each station, and a thread that cuts them for seconds.

    Attributes:
        cuts: how often a cable was pulled or fell silent.
    """

    def __init__(self, stations: Sequence[RehearsalStation], *, seed: int, faults: Faults = WORN) -> None:
        """Lay the cables; the stations must run."""
        self._dice = random.Random(seed)  # noqa: S311 - repeatable faults, no secrets
        self._stop = threading.Event()
        self.cuts = 0
        self._proxies = [
            LossyProxy(("127.0.0.1", int(station.url.rpartition(":")[2])), seed=seed + number, faults=faults)
            for number, station in enumerate(stations)
        ]
        self.urls = tuple(proxy.url for proxy in self._proxies)
        self._thread = threading.Thread(target=self._pull, name="somebody at the cables", daemon=True)

    def start(self) -> None:
        for proxy in self._proxies:
            proxy.start()
        self._thread.start()

    def mend(self) -> None:
        """Let everything pass from now on: what is on its way is to arrive."""
        self._stop.set()
        self._thread.join(5)
        for proxy in self._proxies:
            proxy.plug()
            proxy.faults = NO_FAULTS

    def close(self) -> None:
        self._stop.set()
        self._thread.join(5)
        for proxy in self._proxies:
            proxy.stop()

    def _pull(self) -> None:
        while not self._stop.wait(self._dice.uniform(*QUIET_S)):
            proxy = self._dice.choice(self._proxies)
            if self._dice.random() < 0.7:
                proxy.unplug()
            else:
                proxy.stall()
            self.cuts += 1
            self._stop.wait(self._dice.uniform(*CUT_S))
            proxy.plug()
