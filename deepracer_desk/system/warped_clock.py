"""A clock that runs faster than life, for rehearsals."""

from datetime import datetime

from deepracer_desk.domain.clock_anchor import Anchor
from deepracer_desk.system.clock import SystemClock


class WarpedClock:
    """A desk clock whose seconds are short; implements `ports.clock.Clock`.

    Attributes:
        warp: how many of its seconds fit into a real one.
    """

    def __init__(self, base: SystemClock, warp: float) -> None:
        self._base = base
        self._start_us = base.now_us()
        self.warp = warp

    def now_us(self) -> int:
        return self._start_us + int((self._base.now_us() - self._start_us) * self.warp)

    def utc(self) -> datetime:
        """Return the true wall time: reports say when the rehearsal was."""
        return self._base.utc()

    def anchor(self) -> Anchor:
        true = self._base.anchor()
        return Anchor(boot_id=true.boot_id, mono_us=true.mono_us, timeline_us=self.now_us(), utc=true.utc)
