"""What a rehearsal leaves behind: lines on the console, a table, a report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from deepracer_desk.core import Core
from deepracer_desk.domain.laps import Lap
from deepracer_desk.domain.races import Run
from deepracer_desk.domain.racing_events import RacingEvent
from deepracer_desk.services.rehearsal_report import RehearsalFindings
from deepracer_desk.system.atomic_file import write_atomically


class Measured(Protocol):
    """What was measured while the rehearsal ran."""

    @property
    def tick_ms(self) -> Sequence[float]: ...

    @property
    def to_screen_ms(self) -> Sequence[float]: ...

    @property
    def agree(self) -> bool: ...

    @property
    def screens(self) -> Sequence[str]: ...


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that a share of all does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def clock_text(time_us: int | None) -> str:
    """Return a time as M:SS.mmm."""
    if time_us is None:
        return "DNF"
    minutes, rest_ms = divmod(time_us // 1000, 60_000)
    return f"{minutes}:{rest_ms // 1000:02d}.{rest_ms % 1000:03d}"


def lap_line(run: Run, lap: Lap) -> str:
    """Return one passage as a line of the console."""
    track = run.setup.track_name if run.setup else ""
    number = f"lap {lap.number}" if lap.number else "passage"
    resets = f", {lap.resets} resets" if lap.resets else ""
    return (
        f"{track:<14} {number:<8} {clock_text(lap.time_us)}  {lap.outcome.value.replace('_', ' ')}{resets}"
        f"  {run.racer_name}"
    )


def board_table(core: Core, event: RacingEvent) -> list[str]:
    """Return the final standings of every track as lines."""
    lines = list[str]()
    for track in event.tracks:
        lines += ["", f"{track.name}: final standings"]
        for row in core.standings.board(event.event_id, track.track_id).rows():
            racer = core.roster.get(row.racer_id)
            gap = f"+{row.gap_us // 1000 / 1000:.3f}" if row.gap_us else ""
            laps = f"{row.summary.valid_laps}/{row.summary.driven_laps} laps"
            lines.append(
                f"{row.rank or '–':>3}  {clock_text(row.best_us):>9}  {gap:>8}  {laps:>12}  "
                f"{racer.name if racer else row.racer_id}"
            )
    return lines


def summary_lines(findings: RehearsalFindings, measured: Measured, table: Sequence[str]) -> list[str]:
    """Return what is printed at the end."""
    return [
        *table,
        "",
        (
            f"{findings.laps_driven} laps driven, {findings.laps_recorded} recorded, "
            f"{findings.laps_lost} lost, {findings.laps_duplicated} doubled, "
            f"{findings.laps_by_hand} taken by hand; largest error of a lap {findings.max_lap_error_us} us."
        ),
        (
            f"Crossing to projector: {percentile(measured.to_screen_ms, 0.5):.0f} ms median, "
            f"{percentile(measured.to_screen_ms, 0.99):.0f} ms p99. "
            f"Leaderboards {'agree' if measured.agree else 'DIFFER'}."
        ),
    ]


def write_report(path: Path, findings: RehearsalFindings, measured: Measured, *, crashes: int) -> None:
    """Write the report of a rehearsal without a screen (JSON)."""
    ticks, paints = measured.tick_ms, measured.to_screen_ms
    report = {
        "laps_driven": findings.laps_driven,
        "laps_recorded": findings.laps_recorded,
        "laps_lost": findings.laps_lost,
        "laps_duplicated": findings.laps_duplicated,
        "laps_by_hand": findings.laps_by_hand,
        "max_lap_error_us": findings.max_lap_error_us,
        "runs": findings.runs,
        "odd_runs": list(findings.odd_runs),
        "crossing_to_screen_ms": {
            "p50": round(percentile(paints, 0.5), 2),
            "p99": round(percentile(paints, 0.99), 2),
        },
        "ui_tick_ms": {
            "p50": round(percentile(ticks, 0.5), 2),
            "p99": round(percentile(ticks, 0.99), 2),
            "max": round(max(ticks, default=0.0), 2),
        },
        "uploads": {"started": 0, "verified": 0, "failed": 0},
        "leaderboards_agree": measured.agree,
        "crashes": crashes,
        "screens": list(measured.screens),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(report, indent=2) + "\n").encode())
