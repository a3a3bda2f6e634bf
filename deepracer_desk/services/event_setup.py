"""Events: their tracks, their format, and which one the desk works on."""

from dataclasses import replace
from typing import Protocol
from uuid import uuid4

from deepracer_desk.domain.errors import RefusedError
from deepracer_desk.domain.ids import EventId, TrackId
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.services.changes import ChangeBus, EventsChanged, StandingsChanged


class EventStore(Protocol):
    """Where events are kept."""

    def all(self) -> list[RacingEvent]: ...

    def get(self, event_id: EventId) -> RacingEvent | None: ...

    def save(self, event: RacingEvent) -> None: ...

    def remove(self, event_id: EventId) -> None: ...

    def current(self) -> EventId | None: ...

    def choose(self, event_id: EventId) -> None: ...


class SummaryRebuilder(Protocol):
    """Works out all summaries of an event anew."""

    def rebuild(self, event_id: EventId) -> None: ...


class EventSetup:
    """Creates and changes events."""

    def __init__(self, store: EventStore, summaries: SummaryRebuilder, bus: ChangeBus) -> None:
        self._store = store
        self._summaries = summaries
        self._bus = bus
        self._events = {event.event_id: event for event in store.all()}
        self._current = store.current()

    def events(self) -> list[RacingEvent]:
        return sorted(self._events.values(), key=lambda event: event.name.casefold())

    def get(self, event_id: EventId) -> RacingEvent | None:
        return self._events.get(event_id)

    def current(self) -> RacingEvent | None:
        """Return the event the desk works on."""
        return self._events.get(self._current) if self._current else None

    def new_event(self, name: str) -> RacingEvent:
        """Return a new event with one track; it is kept once it is saved."""
        try:
            return RacingEvent(event_id=EventId(uuid4().hex), name=name.strip(), tracks=(self.new_track(1),))
        except ValueError as error:
            raise RefusedError(str(error)) from error

    def new_track(self, number: int) -> EventTrack:
        return EventTrack(track_id=TrackId(uuid4().hex), name=f"Track {number}")

    def save(self, event: RacingEvent) -> None:
        """Keep an event; a changed ranking method or window works out its standings anew.

        Raises:
            RefusedError: the format cannot be raced.
        """
        if event.race_format.problems():
            raise RefusedError("The race format is not complete.", hint="Mend the marked fields.")
        before = self._events.get(event.event_id)
        self._store.save(event)
        self._events[event.event_id] = event
        if self._current is None:
            self.choose(event.event_id)
        old, new = (before.race_format if before else event.race_format), event.race_format
        if (old.ranking, old.average_laps) != (new.ranking, new.average_laps):
            self._summaries.rebuild(event.event_id)
        self._bus.publish(EventsChanged())
        if before is not None and before != event:
            for track in event.tracks:
                self._bus.publish(StandingsChanged(event_id=event.event_id, track_id=track.track_id))

    def assign_station(self, track_id: TrackId, station_id: str) -> None:
        """Let a station time one track of the current event, and no other."""
        event = self.current()
        if event is None:
            raise RefusedError("There is no event yet.", hint="Create one in Setup.")
        tracks = tuple(
            replace(track, station_id=station_id)
            if track.track_id == track_id
            else replace(track, station_id="" if track.station_id == station_id else track.station_id)
            for track in event.tracks
        )
        self.save(replace(event, tracks=tracks))

    def choose(self, event_id: EventId) -> None:
        """Work on another event."""
        self._store.choose(event_id)
        self._current = event_id
        self._bus.publish(EventsChanged())

    def remove(self, event_id: EventId) -> None:
        """Remove an event; its runs stay in the history.

        Raises:
            RefusedError: it is the one in use.
        """
        if event_id == self._current:
            raise RefusedError("This event is in use.", hint="Choose another event first.")
        self._store.remove(event_id)
        self._events.pop(event_id, None)
        self._bus.publish(EventsChanged())
