"""A racing event: a day at a venue with one or more tracks."""

from dataclasses import dataclass, field
from datetime import date

from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.race_formats import RaceFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrack:
    """One track of an event; its id stays when others are added, renamed or removed.

    Attributes:
        title: heading of its leaderboard.
        footer: line under the leaderboard.
        station_id: timing station whose crossings count here, empty for manual timing.
    """

    track_id: TrackId
    name: str
    title: str = ""
    footer: str = ""
    station_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RacingEvent:
    """An event with its tracks and the format that a new run takes over."""

    event_id: EventId
    name: str
    tracks: tuple[EventTrack, ...]
    race_format: RaceFormat = field(default_factory=RaceFormat)
    day: date | None = None
    link: str = ""  # address behind the projector's QR code

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("An event needs a name.")
        if not self.tracks:
            raise ValueError(f"The event {self.name} needs at least one track.")

    def track(self, track_id: TrackId) -> EventTrack:
        """Return a track of this event.

        Raises:
            KeyError: the event has no such track.
        """
        for track in self.tracks:
            if track.track_id == track_id:
                return track
        raise KeyError(track_id)
