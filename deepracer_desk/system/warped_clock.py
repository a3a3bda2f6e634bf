"""A clock that runs faster than life, for rehearsals."""

from datetime import UTC, datetime

from deepracer_desk.domain.clock_anchor import Anchor
from deepracer_desk.system.clock import boot_id, monotonic_us


class WarpedClock:
    """A desk clock whose seconds are short; implements `ports.clock.Clock`.

    It goes on where the last start with the same warp left it, as long as the computer was not booted since.
    """

    def __init__(self, warp: float, last_anchor: Anchor | None = None) -> None:
        self._warp = warp
        self._boot_id = boot_id()
        self._mono_us = monotonic_us()
        self._start_us = self._mono_us
        if last_anchor is not None:
            same_boot = last_anchor.boot_id == self._boot_id
            gone_us = self._mono_us - last_anchor.mono_us if same_boot else 0
            self._start_us = last_anchor.timeline_us + int(gone_us * warp)

    def now_us(self) -> int:
        return self._start_us + int((monotonic_us() - self._mono_us) * self._warp)

    def utc(self) -> datetime:
        """Return the true wall time: reports say when the rehearsal was."""
        return datetime.now(UTC)

    def anchor(self) -> Anchor:
        mono_us = monotonic_us()
        timeline_us = self._start_us + int((mono_us - self._mono_us) * self._warp)
        return Anchor(boot_id=self._boot_id, mono_us=mono_us, timeline_us=timeline_us, utc=self.utc())
