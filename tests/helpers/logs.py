"""Builders of race logs."""

from datetime import UTC, datetime, timedelta

from deepracer_desk.domain.ids import EventId, RacerId, TrackId
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.race_log import (
    Action,
    Armed,
    Configured,
    Crossing,
    Entry,
    RunSetup,
    Source,
    Undone,
)
from deepracer_desk.domain.races import Run, fold

S = 1_000_000
START = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


def a_setup(race_format: RaceFormat | None = None, **changes: object) -> RunSetup:
    values = {
        "event_id": EventId("e"),
        "event_name": "Event",
        "track_id": TrackId("t"),
        "track_name": "Track",
        "racer_id": RacerId("r"),
        "racer_name": "Racer",
        "car_name": "car-1",
        "race_format": race_format or RaceFormat(),
    }
    return RunSetup(**(values | changes))  # type: ignore[arg-type]


class LogBuilder:
    """Writes a log line by line; seconds in, entries out."""

    def __init__(self, race_format: RaceFormat | None = None, *, armed_s: float | None = 0.0) -> None:
        self.entries: list[Entry] = []
        self._n = 0
        self.add(0, Configured(setup=a_setup(race_format)))
        if armed_s is not None:
            self.add(armed_s, Armed())

    def add(self, at_s: float, action: Action, source: Source = Source.OPERATOR) -> Entry:
        at_us = round(at_s * S)
        entry = Entry(
            seq=len(self.entries) + 1,
            at_us=at_us,
            utc=START + timedelta(microseconds=at_us),
            source=source,
            action=action,
        )
        self.entries.append(entry)
        return entry

    def cross(self, at_s: float, *, station_s: float | None = None, clock: int = 1) -> int:
        """Add a strip crossing; the station's clock is 1,000 s ahead unless told otherwise."""
        self._n += 1
        station_us = round((at_s + 1000 if station_s is None else station_s) * S)
        action = Crossing(station_id="aa", epoch=1, n=self._n, clock=clock, station_us=station_us)
        return self.add(at_s, action, Source.STRIP).seq

    def undo(self, at_s: float) -> None:
        target = self.run.undo_target
        assert target is not None
        self.add(at_s, Undone(target=target))

    @property
    def run(self) -> Run:
        return fold(self.entries)

    def times(self) -> list[float]:
        """Seconds of the numbered laps."""
        return [lap.time_us / S for lap in self.run.driven]

    def outcomes(self) -> list[str]:
        return [lap.outcome.value for lap in self.run.driven]
