"""Builders of what the stores keep."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert

from deepracer_desk.domain.ids import EventId, RacerId, RunId, TrackId
from deepracer_desk.domain.laps import LapOutcome
from deepracer_desk.domain.people import Racer
from deepracer_desk.domain.race_formats import RaceFormat
from deepracer_desk.domain.race_log import Action, Configured, Entry, RunSetup, Source
from deepracer_desk.domain.racing_events import EventTrack, RacingEvent
from deepracer_desk.domain.run_head import HeadState
from deepracer_desk.domain.run_result import RunResult, StoredLap
from deepracer_desk.ports.timing_station import StationEvent, StationEventKind
from deepracer_desk.storage.engine import writing
from deepracer_desk.storage.plain_values import to_plain
from deepracer_desk.storage.rows import EventRow, EventTrackRow, RacerRow

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
EVENT = EventId("event")
TRACK = TrackId("track")
RUN = RunId("run")
ANN = RacerId("ann")
BEN = RacerId("ben")


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_racer(racer_id: RacerId = ANN, name: str = "Ann Example", **other: str) -> Racer:
    return Racer(racer_id=racer_id, name=name, **other)


def an_event(event_id: EventId = EVENT, *tracks: TrackId, average_laps: int = 3) -> RacingEvent:
    return RacingEvent(
        event_id=event_id,
        name="Open day",
        tracks=tuple(EventTrack(track_id=item, name=f"Track {item}") for item in tracks or (TRACK,)),
        race_format=RaceFormat(average_laps=average_laps),
    )


def a_world(engine: Engine, *, average_laps: int = 3) -> None:
    """Put an event with one track and two racers into the file, past the stores."""
    rules = to_plain(RaceFormat(average_laps=average_laps))
    with writing(engine) as session:
        session.execute(
            insert(EventRow).values(event_id=EVENT, name="Open day", race_format=rules, day=None, link="")
        )
        session.execute(
            insert(EventTrackRow).values(
                track_id=TRACK, event_id=EVENT, position=0, name="Oval", title="", footer="", station_id=""
            )
        )
        for racer_id in (ANN, BEN):
            session.execute(
                insert(RacerRow).values(
                    racer_id=racer_id, name=racer_id, country="", colour="#0000FF", listed=True
                )
            )


def a_setup(racer_id: RacerId | None = ANN, track_id: TrackId = TRACK) -> RunSetup:
    return RunSetup(
        event_id=EVENT,
        event_name="Open day",
        track_id=track_id,
        track_name="Oval",
        racer_id=racer_id,
        racer_name=racer_id or "",
        car_name="Car 1",
    )


def an_entry(
    seq: int, action: Action, *, at_us: int | None = None, source: Source = Source.OPERATOR
) -> Entry:
    moment = seq * 1_000_000 if at_us is None else at_us
    return Entry(seq=seq, at_us=moment, utc=at(seq), source=source, action=action, who="Kim")


def configured(racer_id: RacerId | None = ANN, track_id: TrackId = TRACK) -> Entry:
    return an_entry(1, Configured(setup=a_setup(racer_id, track_id)))


def a_station_event(n: int, *, epoch: int = 7, station_id: str = "0badcafe") -> StationEvent:
    return StationEvent(
        station_id=station_id,
        epoch=epoch,
        n=n,
        kind=StationEventKind.CROSSING,
        clock_id=3,
        station_us=n * 1000,
        host_us=n * 1000 + 5,
        bound_us=40,
        sensor=0,
        raw={"t": "x", "n": n},
    )


def a_lap(
    position: int, time_us: int = 8_000_000, racer_id: RacerId | None = ANN, **other: object
) -> StoredLap:
    given: dict[str, object] = {
        "ref": position + 2,
        "number": position + 1,
        "position": position,
        "outcome": LapOutcome.VALID,
        "time_us": time_us,
        "start_us": position * 10_000_000,
        "end_us": (position + 1) * 10_000_000,
        "driven_at": at(position),
        "racer_id": racer_id,
        "racer_name": racer_id or "",
    }
    return StoredLap(**(given | other))  # pyright: ignore[reportArgumentType]


def a_result(
    *laps: StoredLap, state: HeadState = "submitted", racer_id: RacerId | None = ANN, by_proxy: bool = False
) -> RunResult:
    return RunResult(
        state=state,
        racer_id=racer_id,
        racer_name=racer_id or "",
        car_name="Car 1",
        by_proxy=by_proxy,
        laps=laps,
    )
