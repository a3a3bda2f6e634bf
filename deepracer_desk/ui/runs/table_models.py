"""The history of runs and the log of one run, as tables."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from deepracer_desk.domain.race_log import Entry, Source
from deepracer_desk.domain.races import Run
from deepracer_desk.domain.run_head import RunHead
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.race_words import action_sentence
from deepracer_desk.ui.shared.tables import NEVER, RIGHT, Column, RowsTableModel


def _tr(text: str) -> str:
    return QCoreApplication.translate("RunsTable", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    """A run with the names that belong to its ids."""

    head: RunHead
    track: str
    colour: str


def state_text(state: str) -> str:
    """Return a run's state in the history, with its mark."""
    return {
        "open": _tr("▶ Open"),
        "submitted": _tr("✓ Submitted"),
        "discarded": _tr("✕ In the bin"),
    }[state]


def _when(head: RunHead) -> str:
    return f"{head.started_utc.astimezone():%m-%d %H:%M}"


def _day(head: RunHead) -> str:
    return f"{head.started_utc.astimezone():%Y-%m-%d %H:%M:%S}"


RACER_COLUMN = 1
TRACK_COLUMN = 2
CAR_COLUMN = 3
LAPS_COLUMN = 5
RUN_COLUMNS: tuple[Column[RunRow], ...] = (
    Column(
        "Started",
        lambda row: _when(row.head),
        lambda row: row.head.started_utc.timestamp(),
        tip=lambda row: _day(row.head),
    ),
    Column(
        "Racer",
        lambda row: row.head.racer_name or _tr("No racer"),
        colour=lambda row: row.colour,
        tip=lambda row: row.head.racer_name,
    ),
    Column("Track", lambda row: row.track, tone=lambda _row: "quiet"),
    Column("Car", lambda row: row.head.car_name, tone=lambda _row: "quiet"),
    Column(
        "Best",
        lambda row: formats.lap_time(row.head.best_us),
        lambda row: NEVER if row.head.best_us is None else row.head.best_us,
        RIGHT,
        strong=lambda row: row.head.best_us is not None,
    ),
    Column("Laps", lambda row: str(row.head.laps), lambda row: row.head.laps, RIGHT),
    Column(
        "State",
        lambda row: state_text(row.head.state),
        tone=lambda row: {"open": "info", "submitted": "good", "discarded": "quiet"}[row.head.state],
    ),
)


class RunsTableModel(RowsTableModel[RunRow]):
    """Runs, newest first."""

    def __init__(self) -> None:
        super().__init__(RUN_COLUMNS, lambda row: row.head.run_id, context="RunsTable")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One entry of a run's log, told for people."""

    entry: Entry
    text: str
    reason: str
    undone: bool


def log_rows(entries: list[Entry], run: Run) -> list[LogRow]:
    """Return the log, newest entry first."""
    return [
        LogRow(
            entry=entry,
            text=action_sentence(entry.action, run),
            reason=str(getattr(entry.action, "reason", "")),
            undone=entry.seq in run.undone,
        )
        for entry in reversed(entries)
    ]


def _source(entry: Entry) -> str:
    words = {Source.STRIP: _tr("Strip"), Source.OPERATOR: _tr("Operator"), Source.DESK: _tr("Desk")}
    return f"{words[entry.source]} {entry.who}".strip()


WHAT_COLUMN = 2
LOG_COLUMNS: tuple[Column[LogRow], ...] = (
    Column(
        "No.", lambda row: str(row.entry.seq), lambda row: row.entry.seq, RIGHT, tone=lambda _row: "quiet"
    ),
    Column(
        "Time",
        lambda row: f"{row.entry.utc.astimezone():%H:%M:%S}",
        lambda row: row.entry.at_us,
    ),
    Column(
        "What",
        lambda row: f"{row.text} ({_tr('undone')})" if row.undone else row.text,
        tone=lambda row: "quiet" if row.undone else "text",
        tip=lambda row: "\n".join(filter(None, (row.text, row.reason))),
    ),
    Column(
        "Who", lambda row: _source(row.entry), tone=lambda _row: "quiet", tip=lambda row: _source(row.entry)
    ),
    Column("Why", lambda row: row.reason, tone=lambda _row: "quiet", tip=lambda row: row.reason),
)


class LogTableModel(RowsTableModel[LogRow]):
    """Entries of one log."""

    def __init__(self) -> None:
        super().__init__(LOG_COLUMNS, lambda row: row.entry.seq, context="LogTable")
