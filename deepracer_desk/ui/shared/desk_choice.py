"""What the desk works on: the current event, and the track in front of this person."""

from PySide6.QtCore import QObject, Signal

from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.services.changes import EventsChanged
from deepracer_desk.services.event_setup import EventSetup
from deepracer_desk.ui.shared.change_bridge import ChangeBridge


class DeskChoice(QObject):
    """The current event as it is saved, and the chosen one of its tracks.

    Signals:
        event_changed: the event, its format or one of its tracks is another one.
        track_changed: another track was chosen; comes after `event_changed` when both happen.
    """

    event_changed = Signal()
    track_changed = Signal()

    def __init__(self, setup: EventSetup, bridge: ChangeBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._setup = setup
        self._event = setup.current()
        self._track_id = self._event.tracks[0].track_id if self._event else None
        bridge.on(EventsChanged, self._on_events_changed)

    @property
    def racing_event(self) -> RacingEvent | None:
        return self._event

    @property
    def event_id(self) -> EventId | None:
        return self._event.event_id if self._event else None

    @property
    def track_id(self) -> TrackId | None:
        return self._track_id

    @property
    def track(self) -> EventTrack | None:
        """The chosen track, None without an event."""
        tracks = self._event.tracks if self._event else ()
        return next((track for track in tracks if track.track_id == self._track_id), None)

    def choose_track(self, track_id: TrackId) -> None:
        """Work on another track of the event; one that it does not have is left alone."""
        known = self._event is not None and any(track.track_id == track_id for track in self._event.tracks)
        if known and track_id != self._track_id:
            self._track_id = track_id
            self.track_changed.emit()

    def _on_events_changed(self, _change: EventsChanged) -> None:
        event = self._setup.current()
        if event == self._event:
            return
        before, self._event = self._track_id, event
        ids = [track.track_id for track in event.tracks] if event else []
        if before not in ids:
            self._track_id = ids[0] if ids else None
        self.event_changed.emit()
        if self._track_id != before:
            self.track_changed.emit()
