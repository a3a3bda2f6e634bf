"""Racers, events, runs with their logs, laps, summaries, stations and the desk's clock.

Written out on its own: what the desk's tables are today must never change what this revision makes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of a new file."""
    op.create_table(
        "clock_anchor",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("boot_id", sa.String(), nullable=False),
        sa.Column("mono_us", sa.BigInteger(), nullable=False),
        sa.Column("timeline_us", sa.BigInteger(), nullable=False),
        sa.Column("utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_clock_anchor_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_clock_anchor"),
    )
    op.create_table(
        "events",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("race_format", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("link", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_events"),
    )
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("timeline_us", sa.BigInteger(), nullable=False),
        sa.Column("utc", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_heartbeat_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeat"),
    )
    op.create_table(
        "racers",
        sa.Column("racer_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("racer_id", name="pk_racers"),
    )
    op.create_table(
        "station_events",
        sa.Column("station_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("station_us", sa.BigInteger(), nullable=False),
        sa.Column("host_us", sa.BigInteger(), nullable=False),
        sa.Column("bound_us", sa.BigInteger(), nullable=False),
        sa.Column("sensor", sa.BigInteger(), nullable=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("received_utc", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "epoch", "n", name="pk_station_events"),
    )
    op.create_table(
        "station_positions",
        sa.Column("station_id", sa.String(), nullable=False),
        sa.Column("epoch", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_n", sa.BigInteger(), nullable=False),
        sa.Column("last_n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", "epoch", name="pk_station_positions"),
    )
    op.create_table(
        "stations",
        sa.Column("station_id", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("track_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("station_id", name="pk_stations"),
    )
    op.create_table(
        "desk",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("desk_version", sa.String(), nullable=False),
        sa.Column("current_event_id", sa.String(), nullable=True),
        sa.CheckConstraint("id = 1", name="ck_desk_one_row"),
        sa.ForeignKeyConstraint(["current_event_id"], ["events.event_id"], name="fk_desk_current_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_desk"),
    )
    op.create_table(
        "event_tracks",
        sa.Column("track_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("footer", sa.String(), nullable=False),
        sa.Column("station_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_event_tracks_event_id"),
        sa.PrimaryKeyConstraint("track_id", name="pk_event_tracks"),
    )
    op.create_index("ix_event_tracks_event_id", "event_tracks", ["event_id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=True),
        sa.Column("track_id", sa.String(), nullable=True),
        sa.Column("racer_id", sa.String(), nullable=True),
        sa.Column("racer_name", sa.String(), nullable=False),
        sa.Column("car_name", sa.String(), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("armed_utc", sa.DateTime(timezone=True), nullable=True),
        sa.Column("best_us", sa.BigInteger(), nullable=True),
        sa.Column("laps", sa.BigInteger(), nullable=False),
        sa.Column("first_us", sa.BigInteger(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_runs_event_id"),
        sa.ForeignKeyConstraint(["racer_id"], ["racers.racer_id"], name="fk_runs_racer_id"),
        sa.ForeignKeyConstraint(["track_id"], ["event_tracks.track_id"], name="fk_runs_track_id"),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
    )
    op.create_index("ix_runs_event_id", "runs", ["event_id"], unique=False)
    op.create_index("ix_runs_first_us", "runs", ["first_us"], unique=False)
    op.create_index("ix_runs_racer_id", "runs", ["racer_id"], unique=False)
    op.create_index("ix_runs_state", "runs", ["state"], unique=False)
    op.create_index("ix_runs_track_id", "runs", ["track_id"], unique=False)
    op.create_table(
        "summaries",
        sa.Column("track_id", sa.String(), nullable=False),
        sa.Column("racer_id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("runs", sa.BigInteger(), nullable=False),
        sa.Column("valid_laps", sa.BigInteger(), nullable=False),
        sa.Column("driven_laps", sa.BigInteger(), nullable=False),
        sa.Column("total_us", sa.BigInteger(), nullable=False),
        sa.Column("lap1_us", sa.BigInteger(), nullable=True),
        sa.Column("lap1_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lap1_proxy", sa.Boolean(), nullable=True),
        sa.Column("lap2_us", sa.BigInteger(), nullable=True),
        sa.Column("lap2_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lap2_proxy", sa.Boolean(), nullable=True),
        sa.Column("average1_us", sa.BigInteger(), nullable=True),
        sa.Column("average1_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("average1_proxy", sa.Boolean(), nullable=True),
        sa.Column("average2_us", sa.BigInteger(), nullable=True),
        sa.Column("average2_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("average2_proxy", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.event_id"], name="fk_summaries_event_id"),
        sa.ForeignKeyConstraint(["racer_id"], ["racers.racer_id"], name="fk_summaries_racer_id"),
        sa.ForeignKeyConstraint(["track_id"], ["event_tracks.track_id"], name="fk_summaries_track_id"),
        sa.PrimaryKeyConstraint("track_id", "racer_id", name="pk_summaries"),
    )
    op.create_index("ix_summaries_event_id", "summaries", ["event_id"], unique=False)
    op.create_index("ix_summaries_racer_id", "summaries", ["racer_id"], unique=False)
    op.create_table(
        "laps",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ref", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("track_id", sa.String(), nullable=False),
        sa.Column("racer_id", sa.String(), nullable=True),
        sa.Column("racer_name", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("time_us", sa.BigInteger(), nullable=False),
        sa.Column("start_us", sa.BigInteger(), nullable=False),
        sa.Column("end_us", sa.BigInteger(), nullable=False),
        sa.Column("driven_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joins", sa.Boolean(), nullable=False),
        sa.Column("by_proxy", sa.Boolean(), nullable=False),
        sa.Column("resets", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("car_name", sa.String(), nullable=False),
        sa.Column("bound_us", sa.BigInteger(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["racer_id"], ["racers.racer_id"], name="fk_laps_racer_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_laps_run_id"),
        sa.ForeignKeyConstraint(["track_id"], ["event_tracks.track_id"], name="fk_laps_track_id"),
        sa.PrimaryKeyConstraint("run_id", "ref", name="pk_laps"),
    )
    op.create_index("ix_laps_racer_id", "laps", ["racer_id"], unique=False)
    op.create_index("ix_laps_track_id_racer_id", "laps", ["track_id", "racer_id"], unique=False)
    op.create_table(
        "run_entries",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("utc", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.run_id"], name="fk_run_entries_run_id"),
        sa.PrimaryKeyConstraint("run_id", "seq", name="pk_run_entries"),
    )
    op.execute("INSERT INTO desk (id, desk_version) VALUES (1, '')")
