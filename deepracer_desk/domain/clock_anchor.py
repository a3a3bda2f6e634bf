"""A point at which the desk's timeline, the computer's clock and the wall clock were read together."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """What must be remembered so that the timeline goes on after a restart.

    Attributes:
        boot_id: names the boot of the computer during which `mono_us` was read.
        mono_us: the computer's monotonic clock [us]; means nothing in another boot.
        timeline_us: the desk's timeline at that moment [us].
        utc: the wall time at that moment, aware, UTC.
    """

    boot_id: str
    mono_us: int
    timeline_us: int
    utc: datetime
