"""The lap list, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from deepracer_desk.domain.laps import Lap
from deepracer_desk.domain.races import Run
from deepracer_desk.ui.shared import formats
from deepracer_desk.ui.shared.race_words import (
    MARK_TONES,
    lap_mark,
    lap_tip,
    mark_words,
    outcome_word,
    source_word,
)
from deepracer_desk.ui.shared.tables import CENTRE, RIGHT, Column, RowsTableModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LapRow:
    """One passage as the list shows it."""

    lap: Lap
    mark: str

    @property
    def tone(self) -> str:
        return MARK_TONES[self.mark]


TIME_COLUMN = 1
OUTCOME_COLUMN = 2
SOURCE_COLUMN = 4
CAR_COLUMN = 5
COLUMNS: tuple[Column[LapRow], ...] = (
    Column("Lap", lambda row: str(row.lap.number or ""), lambda row: row.lap.number or 0, RIGHT),
    Column(
        "Time",
        lambda row: formats.lap_time(row.lap.time_us),
        lambda row: row.lap.time_us,
        RIGHT,
        tone=lambda row: row.tone if row.mark != "✕" else "quiet",
        strong=lambda row: row.lap.valid,
        tip=lambda row: lap_tip(row.lap),
    ),
    Column(
        "Result",
        lambda row: f"{row.mark} {outcome_word(row.lap)}",
        tone=lambda row: row.tone,
        tip=lambda row: "\n".join(filter(None, (mark_words(row.mark), lap_tip(row.lap)))),
    ),
    Column("Resets", lambda row: str(row.lap.resets or ""), lambda row: row.lap.resets, CENTRE),
    Column("Source", lambda row: source_word(row.lap.source), tone=lambda _row: "quiet"),
    Column(
        "Car", lambda row: row.lap.car_name, tone=lambda _row: "quiet", tip=lambda row: row.lap.car_name or ""
    ),
)


def lap_rows(run: Run | None, event_best_us: int | None) -> Sequence[LapRow]:
    """Return the rows of a run, the newest passage first."""
    if run is None:
        return ()
    laps = sorted(run.laps, key=lambda lap: (lap.end_us, lap.ref), reverse=True)
    best = run.best
    return [LapRow(lap=lap, mark=lap_mark(lap, best, event_best_us)) for lap in laps]


class LapTableModel(RowsTableModel[LapRow]):
    """Laps and passages of one run."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, lambda row: row.lap.ref, context="LapTable")
