"""Tables as typed classes. No row leaves this package.

Every change here needs a new revision in `migrations/versions`; older revisions are never edited.
"""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Date, ForeignKey, Index, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from deepracer_desk.domain.laps import LapOutcome, LapSource
from deepracer_desk.domain.race_log import Source
from deepracer_desk.ports.timing_station import StationEventKind
from deepracer_desk.storage.column_types import EnumByValue, UtcDateTime


class Row(DeclarativeBase):
    """Common to all tables: names of constraints, and which Python type is which column type."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        int: BigInteger,  # microseconds
        str: String,
        datetime: UtcDateTime,
        date: Date,
        dict[str, object]: JSON,
        list[str]: JSON,
        LapOutcome: EnumByValue(LapOutcome),
        LapSource: EnumByValue(LapSource),
        Source: EnumByValue(Source),
        StationEventKind: EnumByValue(StationEventKind),
    }


class RacerRow(Row):
    """People and teams who drive."""

    __tablename__ = "racers"

    racer_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str]
    colour: Mapped[str]
    listed: Mapped[bool]  # false for one who was removed but drove before


class EventRow(Row):
    """Racing events."""

    __tablename__ = "events"

    event_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    race_format: Mapped[dict[str, object]]
    day: Mapped[date | None]
    link: Mapped[str]


class EventTrackRow(Row):
    """Tracks of events."""

    __tablename__ = "event_tracks"

    track_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.event_id"), index=True)
    position: Mapped[int]  # from 0, the order on screen
    name: Mapped[str]
    title: Mapped[str]
    footer: Mapped[str]
    station_id: Mapped[str]


class DeskRow(Row):
    """One row: facts about the whole file."""

    __tablename__ = "desk"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    desk_version: Mapped[str]  # of the desk that opened the file last
    current_event_id: Mapped[str | None] = mapped_column(ForeignKey("events.event_id"))


class RunRow(Row):
    """Head of a run, derived from its log."""

    __tablename__ = "runs"

    run_id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("events.event_id"), index=True)
    track_id: Mapped[str | None] = mapped_column(ForeignKey("event_tracks.track_id"), index=True)
    racer_id: Mapped[str | None] = mapped_column(ForeignKey("racers.racer_id"), index=True)
    racer_name: Mapped[str]
    car_name: Mapped[str]
    by_proxy: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_utc: Mapped[datetime]
    armed_utc: Mapped[datetime | None]  # the first time
    best_us: Mapped[int | None]
    laps: Mapped[int]
    first_us: Mapped[int] = mapped_column(index=True)
    last_us: Mapped[int]


class RunEntryRow(Row):
    """The truth: one line of a run's log, never changed and never removed."""

    __tablename__ = "run_entries"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at_us: Mapped[int]
    utc: Mapped[datetime]
    source: Mapped[Source]
    who: Mapped[str]
    kind: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, object]]


class LapRow(Row):
    """Laps of submitted runs, derived from their logs."""

    __tablename__ = "laps"
    __table_args__ = (Index(None, "track_id", "racer_id"),)

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.run_id"), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    track_id: Mapped[str] = mapped_column(ForeignKey("event_tracks.track_id"))
    racer_id: Mapped[str | None] = mapped_column(ForeignKey("racers.racer_id"), index=True)  # credited to
    racer_name: Mapped[str]
    number: Mapped[int | None]
    position: Mapped[int | None]
    outcome: Mapped[LapOutcome]
    time_us: Mapped[int]
    start_us: Mapped[int]
    end_us: Mapped[int]
    driven_at: Mapped[datetime]
    joins: Mapped[bool]
    by_proxy: Mapped[bool]
    resets: Mapped[int]
    source: Mapped[LapSource]
    held: Mapped[bool]
    car_name: Mapped[str]
    bound_us: Mapped[int]
    flags: Mapped[list[str]]
    reason: Mapped[str]


class SummaryRow(Row):
    """What a racer reached on a track, derived from the laps; the leaderboard opens from it."""

    __tablename__ = "summaries"

    track_id: Mapped[str] = mapped_column(ForeignKey("event_tracks.track_id"), primary_key=True)
    racer_id: Mapped[str] = mapped_column(ForeignKey("racers.racer_id"), primary_key=True, index=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.event_id"), index=True)
    runs: Mapped[int]
    valid_laps: Mapped[int]
    driven_laps: Mapped[int]
    total_us: Mapped[int]
    lap1_us: Mapped[int | None]
    lap1_at: Mapped[datetime | None]
    lap1_proxy: Mapped[bool | None]
    lap2_us: Mapped[int | None]
    lap2_at: Mapped[datetime | None]
    lap2_proxy: Mapped[bool | None]
    average1_us: Mapped[int | None]
    average1_at: Mapped[datetime | None]
    average1_proxy: Mapped[bool | None]
    average2_us: Mapped[int | None]
    average2_at: Mapped[datetime | None]
    average2_proxy: Mapped[bool | None]


class StationRow(Row):
    """Paired stations."""

    __tablename__ = "stations"

    station_id: Mapped[str] = mapped_column(primary_key=True)
    url: Mapped[str]
    name: Mapped[str]
    track_id: Mapped[str]


class StationEventRow(Row):
    """Everything that stations ever delivered, each record once."""

    __tablename__ = "station_events"

    station_id: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[StationEventKind]
    clock_id: Mapped[int]
    station_us: Mapped[int]
    host_us: Mapped[int]
    bound_us: Mapped[int]
    sensor: Mapped[int | None]
    simulated: Mapped[bool]
    raw: Mapped[dict[str, object]]
    received_utc: Mapped[datetime]


class StationPositionRow(Row):
    """How far a station's journal is stored without a gap; kept with the events in the same transaction."""

    __tablename__ = "station_positions"

    station_id: Mapped[str] = mapped_column(primary_key=True)
    epoch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    first_n: Mapped[int]
    last_n: Mapped[int]


class ClockAnchorRow(Row):
    """One row: how the desk's timeline goes on after a restart."""

    __tablename__ = "clock_anchor"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    boot_id: Mapped[str]
    mono_us: Mapped[int]
    timeline_us: Mapped[int]
    utc: Mapped[datetime]


class HeartbeatRow(Row):
    """One row: the last sign of life."""

    __tablename__ = "heartbeat"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    timeline_us: Mapped[int]
    utc: Mapped[datetime]
