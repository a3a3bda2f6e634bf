"""Time as the desk uses it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Monotonic desk time for races, wall time for reports only."""

    def now_us(self) -> int:
        """Return the desk's timeline [us]; it never goes back, not even over restarts of app or computer."""
        ...

    def utc(self) -> datetime:
        """Return the wall time, aware, UTC; it may jump and must not be used for differences."""
        ...
