"""The desk's timeline on this computer."""

import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deepracer_desk.domain.clock_anchor import Anchor

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


def monotonic_us() -> int:
    """Return the computer's monotonic clock [us], counting the time it was asleep.

    A closed lid must neither stop a racer's clock nor tear the mapping between the desk's and a station's
    clock; hence not `time.monotonic`, which stands still during sleep on Linux and macOS. Do not mix the two.
    """
    if sys.platform == "linux":
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1000
    if sys.platform == "darwin":
        return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    return time.monotonic_ns() // 1000


def boot_id() -> str:
    """Return a name that stays the same until the computer is started anew.

    Where the system offers none, every process gets its own: the timeline then counts wall time over each
    start of the app, which is right as long as the wall clock is.
    """
    try:
        return BOOT_ID_FILE.read_text(encoding="ascii").strip() or _own_id()
    except OSError:
        return _macos_boot_id() or _own_id()


def _own_id() -> str:
    return f"process-{uuid.uuid4()}"


def _macos_boot_id() -> str:
    if sys.platform != "darwin":
        return ""
    try:
        answer = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"],
            capture_output=True,
            text=True,
            timeout=2,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def shift_for(last_anchor: Anchor | None, boot_id: str, mono_us: int, utc: datetime) -> int:
    """Return what to add to the monotonic clock so that the timeline goes on [us].

    Args:
        last_anchor: the newest anchor remembered, or None on the very first start.
        boot_id: the present boot.
        mono_us: the monotonic clock now [us].
        utc: the wall time now, aware.

    Within one boot the shift stays as it was. Over a reboot the wall time that went by is counted, never less
    than nothing: a wall clock that was set back makes the timeline stand, not run backwards.
    """
    if last_anchor is None:
        return 0
    if boot_id == last_anchor.boot_id and mono_us >= last_anchor.mono_us:
        return last_anchor.timeline_us - last_anchor.mono_us
    gone_us = max(0, (utc - last_anchor.utc) // timedelta(microseconds=1))
    return last_anchor.timeline_us + gone_us - mono_us


class SystemClock:
    """The clock of the running desk; implements `ports.clock.Clock`."""

    def __init__(self, last_anchor: Anchor | None = None) -> None:
        self._boot_id = boot_id()
        self._shift_us = shift_for(last_anchor, self._boot_id, monotonic_us(), self.utc())

    @property
    def shift_us(self) -> int:
        """What is added to `monotonic_us` [us]."""
        return self._shift_us

    def now_us(self) -> int:
        """Return the timeline [us]."""
        return monotonic_us() + self._shift_us

    def utc(self) -> datetime:
        """Return the wall time, aware, UTC."""
        return datetime.now(UTC)

    def anchor(self) -> Anchor:
        """Return the present moment, to be stored and given to the next start."""
        mono_us = monotonic_us()
        return Anchor(
            boot_id=self._boot_id, mono_us=mono_us, timeline_us=mono_us + self._shift_us, utc=self.utc()
        )
