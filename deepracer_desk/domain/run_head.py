"""What a list of runs shows of each without reading its log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId

HeadState = Literal["open", "submitted", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHead:
    """One run at a glance.

    Attributes:
        started_utc: when it was armed first, else when it was created.
        best_us: fastest valid lap of the run's own racer, None when there is none [us].
        laps: driven laps, deleted ones not counted.
        first_us, last_us: span on the desk's timeline, from the first entry to the last moment of any [us].
    """

    run_id: RunId
    event_id: EventId
    track_id: TrackId
    racer_id: RacerId | None
    racer_name: str
    car_name: str
    state: HeadState
    started_utc: datetime
    created_utc: datetime
    best_us: int | None
    laps: int
    first_us: int
    last_us: int
    by_proxy: bool = False
