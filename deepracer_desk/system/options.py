"""What the command line asked for."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Mode(StrEnum):
    """The jobs of the program."""

    DESK = "desk"
    DEMO = "demo"
    SELF_CHECK = "self-check"
    BENCHMARKS = "benchmarks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The choices of one start; all paths are absolute.

    Attributes:
        mode: the job.
        data_dir: the data folder; for the rehearsal its own one.
        headless: the rehearsal runs without a window on a screen.
        laps: the rehearsal ends after so many recorded laps; None: the demo's own choice.
        report: the rehearsal's report file (JSON).
        shots: folder for a picture of every screen.
        speed: how much faster than real time virtual cars drive.
        seed: makes chance repeatable.
        keep: where the rehearsal's data stays afterwards; then equal to `data_dir`.
        names: which benchmarks; empty: all.
        json: file for the benchmark figures.
    """

    mode: Mode = Mode.DESK
    data_dir: Path
    headless: bool = False
    laps: int | None = None
    report: Path | None = None
    shots: Path | None = None
    speed: float = 1.0
    seed: int = 0
    keep: Path | None = None
    names: tuple[str, ...] = ()
    json: Path | None = None
